//! As much of MessagePack as the forward protocol needs.
//!
//! Promises: linear, also when bytes arrive one by one; nesting is no recursion where lengths are measured.
//! Must not know: what values mean.

use super::super::acked::Malformed;

/// One value, or the start of one that holds others.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Value<'b> {
    Nil,
    Bool(bool),
    Unsigned(u64),
    Signed(i64),
    Float(f64),
    Text(&'b [u8]),
    Bytes(&'b [u8]),
    /// So many values follow.
    Array(usize),
    /// So many pairs follow.
    Map(usize),
    Extension(u8, &'b [u8]),
}

/// Reads values from bytes that are whole.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'b>(&'b [u8]);

impl<'b> Reader<'b> {
    pub(super) fn new(bytes: &'b [u8]) -> Reader<'b> {
        Reader(bytes)
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.0.is_empty()
    }

    /// The next value.
    pub(super) fn value(&mut self) -> Result<Value<'b>, Malformed> {
        let (value, length) = value(self.0)?.ok_or(Malformed)?;
        self.0 = self.0.get(length..).ok_or(Malformed)?;
        Ok(value)
    }

    /// Passes over the next value and all it holds.
    pub(super) fn skip(&mut self) -> Result<(), Malformed> {
        let mut measure = Measure::default();
        if !measure.advance(self.0)? {
            return Err(Malformed);
        }
        self.0 = self.0.get(measure.length()..).ok_or(Malformed)?;
        Ok(())
    }
}

/// How long a value is whose bytes are still arriving.
#[derive(Debug, Default)]
pub(super) struct Measure {
    at: usize,
    /// Values that follow, beyond the next one.
    pending: usize,
    is_started: bool,
}

impl Measure {
    /// Measures on, in the same bytes and perhaps more. Whether the value is whole.
    pub(super) fn advance(&mut self, bytes: &[u8]) -> Result<bool, Malformed> {
        while !self.is_started || self.pending > 0 {
            let Some((value, length)) = value(bytes.get(self.at..).unwrap_or_default())? else {
                return Ok(false);
            };
            self.at += length;
            let held = match value {
                Value::Array(values) => values,
                Value::Map(pairs) => pairs * 2,
                _ => 0,
            };
            self.pending = self.pending.saturating_sub(usize::from(self.is_started)) + held;
            self.is_started = true;
        }
        Ok(true)
    }

    pub(super) fn length(&self) -> usize {
        self.at
    }
}

/// The value that starts `bytes` and its length, if it is there.
fn value(bytes: &[u8]) -> Result<Option<(Value<'_>, usize)>, Malformed> {
    let Some((&first, rest)) = bytes.split_first() else { return Ok(None) };
    let number = |width: usize| {
        let digits = rest.get(..width)?;
        Some(digits.iter().fold(0u64, |number, digit| number << 8 | u64::from(*digit)))
    };
    let span = |head: usize, length: Option<u64>| {
        let length = usize::try_from(length?).ok()?;
        Some((rest.get(head..head.checked_add(length)?)?, 1 + head + length))
    };
    let signed =
        |width: u32| Some(((number(width as usize)? << (64 - 8 * width)) as i64) >> (64 - 8 * width));
    let extension = |head: usize, length: Option<u64>| {
        let (bytes, length) = span(head + 1, length)?;
        rest.get(head).map(|kind| (Value::Extension(*kind, bytes), length))
    };
    let text = |head: usize, length| span(head, length).map(|(bytes, length)| (Value::Text(bytes), length));
    let binary =
        |head: usize, length| span(head, length).map(|(bytes, length)| (Value::Bytes(bytes), length));
    let count = |width: usize| number(width).and_then(|count| usize::try_from(count).ok());
    Ok(match first {
        0x00..=0x7F => Some((Value::Unsigned(u64::from(first)), 1)),
        0x80..=0x8F => Some((Value::Map(usize::from(first & 0x0F)), 1)),
        0x90..=0x9F => Some((Value::Array(usize::from(first & 0x0F)), 1)),
        0xA0..=0xBF => text(0, Some(u64::from(first & 0x1F))),
        0xC0 => Some((Value::Nil, 1)),
        0xC1 => return Err(Malformed),
        0xC2 | 0xC3 => Some((Value::Bool(first == 0xC3), 1)),
        0xC4..=0xC6 => binary(1 << (first - 0xC4), number(1 << (first - 0xC4))),
        0xC7..=0xC9 => extension(1 << (first - 0xC7), number(1 << (first - 0xC7))),
        0xCA => number(4).map(|bits| (Value::Float(f64::from(f32::from_bits(bits as u32))), 5)),
        0xCB => number(8).map(|bits| (Value::Float(f64::from_bits(bits)), 9)),
        0xCC..=0xCF => number(1 << (first - 0xCC)).map(|n| (Value::Unsigned(n), 1 + (1 << (first - 0xCC)))),
        0xD0..=0xD3 => signed(1 << (first - 0xD0)).map(|n| (Value::Signed(n), 1 + (1 << (first - 0xD0)))),
        0xD4..=0xD8 => extension(0, Some(1 << (first - 0xD4))),
        0xD9..=0xDB => text(1 << (first - 0xD9), number(1 << (first - 0xD9))),
        0xDC | 0xDD => count(2 << (first - 0xDC)).map(|n| (Value::Array(n), 1 + (2 << (first - 0xDC)))),
        0xDE | 0xDF => count(2 << (first - 0xDE)).map(|n| (Value::Map(n), 1 + (2 << (first - 0xDE)))),
        0xE0..=0xFF => Some((Value::Signed(i64::from(first as i8)), 1)),
    })
}

/// `{"ack": chunk}`.
pub(super) fn acknowledgement(chunk: &[u8], reply: &mut Vec<u8>) {
    // Chunk ids are short; a longer one is answered in the form for longer ones.
    reply.extend_from_slice(b"\x81\xA3ack\xDB");
    reply.extend_from_slice(&u32::try_from(chunk.len()).unwrap_or(u32::MAX).to_be_bytes());
    reply.extend_from_slice(chunk);
}
