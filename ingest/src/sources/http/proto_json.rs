//! Messages of protocol buffers as JSON text, by tables of their fields.
//!
//! Promises: members in the order of the table, those that are on the wire and no others; what is written is bounded, however
//! much a few bytes stand for; nothing is built in between. Text that is not UTF-8 stays as it is, for the batch to mend and count.
//! Must not know: which messages there are. Source: protobuf.dev, ProtoJSON Format.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::wire::{Malformed, Message, Wire};

/// Deepest message within messages.
const DEPTH_MAX: u32 = 100;
/// Written beyond the limit, so that whoever cuts there sees that more was said, and where a character ends.
const BEHIND_BYTES: usize = 4;

/// A member of a message.
#[derive(Debug)]
pub(super) struct Field {
    number: u32,
    name: &'static str,
    kind: Kind,
    is_list: bool,
}

/// What a member is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Text,
    /// Bytes in hexadecimal, as OTLP writes ids.
    Hex,
    Base64,
    Bool,
    Double,
    /// Up to 32 bits.
    Number,
    /// 64 bits, which JSON has as text.
    Long,
    Message(&'static [Field]),
}

impl Field {
    pub(super) const fn one(number: u32, name: &'static str, kind: Kind) -> Field {
        Field { number, name, kind, is_list: false }
    }

    pub(super) const fn list(number: u32, name: &'static str, kind: Kind) -> Field {
        Field { number, name, kind, is_list: true }
    }
}

impl Kind {
    /// Whether a value on the wire can be of this kind; others are as unknown as their fields would be.
    fn fits(self, value: &Wire<'_>) -> bool {
        match self {
            Kind::Text | Kind::Hex | Kind::Base64 | Kind::Message(_) => matches!(value, Wire::Bytes(_)),
            Kind::Bool => matches!(value, Wire::Varint(_)),
            Kind::Double => matches!(value, Wire::Fixed64(_)),
            Kind::Number => matches!(value, Wire::Varint(_) | Wire::Fixed32(_)),
            Kind::Long => matches!(value, Wire::Varint(_) | Wire::Fixed64(_)),
        }
    }
}

/// JSON text under construction, up to a limit.
#[derive(Debug)]
pub(super) struct Json {
    text: Vec<u8>,
    bytes_max: usize,
}

impl Json {
    /// None yet. A little more than `bytes_max` will be kept.
    pub(super) fn new(bytes_max: usize) -> Json {
        Json { text: Vec::new(), bytes_max: bytes_max.saturating_add(BEHIND_BYTES) }
    }

    pub(super) fn text(&self) -> &[u8] {
        &self.text
    }

    pub(super) fn clear(&mut self) {
        self.text.clear();
    }

    /// Appends text that is JSON already.
    pub(super) fn push(&mut self, text: &[u8]) {
        let room = self.bytes_max.saturating_sub(self.text.len());
        self.text.extend_from_slice(text.get(..room).unwrap_or(text));
    }

    /// What parts the next member from the one before it.
    pub(super) fn next_member(&mut self) {
        if !matches!(self.text.last(), None | Some(b'{')) {
            self.push(b",");
        }
    }

    /// The name of the next member.
    pub(super) fn name(&mut self, name: &[u8]) {
        self.next_member();
        self.string(name);
        self.push(b":");
    }

    /// A string, escaped as `serde_json` does.
    pub(super) fn string(&mut self, text: &[u8]) {
        self.push(b"\"");
        let mut rest = text;
        while let Some(at) = rest.iter().position(|byte| matches!(byte, 0..=0x1F | b'"' | b'\\')) {
            let (plain, behind) = rest.split_at(at);
            self.push(plain);
            let Some((&byte, behind)) = behind.split_first() else { break };
            match byte {
                b'"' => self.push(b"\\\""),
                b'\\' => self.push(b"\\\\"),
                8 => self.push(b"\\b"),
                9 => self.push(b"\\t"),
                10 => self.push(b"\\n"),
                12 => self.push(b"\\f"),
                13 => self.push(b"\\r"),
                _ => self.push(format!("\\u{byte:04x}").as_bytes()),
            }
            rest = behind;
        }
        self.push(rest);
        self.push(b"\"");
    }

    /// A message as an object.
    pub(super) fn object(&mut self, message: Message<'_>, fields: &'static [Field]) -> Result<(), Malformed> {
        self.nested(message, fields, 0)
    }

    fn nested(
        &mut self,
        message: Message<'_>,
        fields: &'static [Field],
        depth: u32,
    ) -> Result<(), Malformed> {
        if depth > DEPTH_MAX {
            return Err(Malformed);
        }
        self.push(b"{");
        self.members(message, fields, depth)?;
        self.push(b"}");
        Ok(())
    }

    /// The members of a message, into an object that is open.
    pub(super) fn members(
        &mut self,
        message: Message<'_>,
        fields: &'static [Field],
        depth: u32,
    ) -> Result<(), Malformed> {
        for field in fields {
            let mut values = message.all(field.number).filter(|value| field.kind.fits(value)).peekable();
            if values.peek().is_none() {
                continue;
            }
            self.name(field.name.as_bytes());
            if !field.is_list {
                // Of several the last one counts.
                if let Some(value) = values.last() {
                    self.value(field.kind, value, depth)?;
                }
                continue;
            }
            for (index, value) in values.enumerate() {
                self.push(if index == 0 { b"[" } else { b"," });
                self.value(field.kind, value, depth)?;
            }
            self.push(b"]");
        }
        Ok(())
    }

    fn value(&mut self, kind: Kind, value: Wire<'_>, depth: u32) -> Result<(), Malformed> {
        match (kind, value) {
            (Kind::Text, Wire::Bytes(text)) => self.string(text),
            (Kind::Hex, Wire::Bytes(bytes)) => self.hex(bytes),
            (Kind::Base64, Wire::Bytes(bytes)) => self.base64(bytes),
            (Kind::Bool, Wire::Varint(value)) => self.push(if value == 0 { b"false" } else { b"true" }),
            (Kind::Double, Wire::Fixed64(bits)) => self.double(f64::from_bits(bits)),
            (Kind::Number, Wire::Varint(value)) => self.push((value as u32).to_string().as_bytes()),
            (Kind::Number, Wire::Fixed32(value)) => self.push(value.to_string().as_bytes()),
            // On the wire, a varint is an int64 of OTLP and what is fixed is a time.
            (Kind::Long, Wire::Varint(value)) => self.push(format!("\"{}\"", value as i64).as_bytes()),
            (Kind::Long, Wire::Fixed64(value)) => self.push(format!("\"{value}\"").as_bytes()),
            (Kind::Message(fields), Wire::Bytes(bytes)) => {
                return self.nested(Message::read(bytes)?, fields, depth + 1);
            }
            _ => return Err(Malformed),
        }
        Ok(())
    }

    fn hex(&mut self, bytes: &[u8]) {
        let bytes = bytes.get(..self.bytes_max).unwrap_or(bytes);
        let mut text = String::with_capacity(bytes.len() * 2);
        for byte in bytes {
            // Writing to memory does not fail.
            write!(text, "{byte:02x}").ok();
        }
        self.string(text.as_bytes());
    }

    fn base64(&mut self, bytes: &[u8]) {
        let bytes = bytes.get(..self.bytes_max).unwrap_or(bytes);
        self.string(STANDARD.encode(bytes).as_bytes());
    }

    fn double(&mut self, value: f64) {
        match serde_json::Number::from_f64(value) {
            Some(number) => self.push(number.to_string().as_bytes()),
            None if value.is_nan() => self.push(b"\"NaN\""),
            None if value > 0.0 => self.push(b"\"Infinity\""),
            None => self.push(b"\"-Infinity\""),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::wire::{put_bytes, put_number};
    use super::*;

    static NESTED: [Field; 2] =
        [Field::list(1, "in", Kind::Message(&NESTED)), Field::one(2, "text", Kind::Text)];

    #[test]
    fn a_string_is_escaped_as_serde_json_does() {
        let text: String = (0..0x300).filter_map(char::from_u32).chain("\u{1f600}".chars()).collect();
        let mut json = Json::new(usize::MAX);
        json.string(text.as_bytes());
        assert_eq!(json.text(), serde_json::to_vec(&text).unwrap());
    }

    #[test]
    fn nothing_is_written_beyond_the_limit() {
        let mut message = Vec::new();
        for _ in 0..10_000 {
            put_bytes(&mut message, 2, &[1; 100]);
            put_bytes(&mut message, 1, b"");
        }
        let mut json = Json::new(50);
        json.object(Message::read(&message).unwrap(), &NESTED).unwrap();
        assert_eq!(json.text().len(), 50 + BEHIND_BYTES);
        let mut json = Json::new(usize::MAX);
        put_number(&mut message, 2, 7);
        json.object(Message::read(&message).unwrap(), &NESTED).unwrap();
        assert!(json.text().starts_with(b"{\"in\":[{},{},") && json.text().ends_with(b"\\u0001\"}"));
    }

    #[test]
    fn nesting_has_an_end() {
        let nested = |depth: u32| {
            let inside = (0..depth).fold(Vec::new(), |inside, _| {
                let mut outside = Vec::new();
                put_bytes(&mut outside, 1, &inside);
                outside
            });
            let mut json = Json::new(usize::MAX);
            json.object(Message::read(&inside).unwrap(), &NESTED)
        };
        assert_eq!(nested(DEPTH_MAX), Ok(()));
        assert_eq!(nested(DEPTH_MAX + 1), Err(Malformed));
    }
}
