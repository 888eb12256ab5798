//! Protocol buffers on the wire: the fields of a message that was received, and messages of few fields to answer with.
//!
//! Promises: a message is walked where it lies, nothing of it is copied; bytes that are no message are told before one of their
//! fields is used. Must not know: which messages there are. Source: protobuf.dev, Encoding.

/// Longest varint.
const VARINT_BYTES_MAX: usize = 10;

/// Bytes that are no message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Malformed;

/// The value of a field, in one of the forms it may have on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wire<'b> {
    Varint(u64),
    Fixed64(u64),
    Bytes(&'b [u8]),
    Fixed32(u32),
}

/// A message whose fields are whole.
#[derive(Debug, Clone, Copy)]
pub(super) struct Message<'b>(&'b [u8]);

impl<'b> Message<'b> {
    pub(super) fn read(bytes: &'b [u8]) -> Result<Message<'b>, Malformed> {
        let mut rest = bytes;
        while !rest.is_empty() {
            rest = field(rest).ok_or(Malformed)?.2;
        }
        Ok(Message(bytes))
    }

    /// The values of a field, in order.
    pub(super) fn all(self, number: u32) -> impl Iterator<Item = Wire<'b>> {
        let mut rest = self.0;
        let fields = std::iter::from_fn(move || {
            let (found, value, behind) = field(rest)?;
            rest = behind;
            Some((found, value))
        });
        fields.filter(move |(found, _)| *found == number).map(|(_, value)| value)
    }

    /// The values of a field that has a length.
    pub(super) fn bytes(self, number: u32) -> impl Iterator<Item = &'b [u8]> {
        self.all(number).filter_map(|value| match value {
            Wire::Bytes(bytes) => Some(bytes),
            _ => None,
        })
    }

    /// The messages of a field.
    pub(super) fn messages(self, number: u32) -> impl Iterator<Item = Result<Message<'b>, Malformed>> {
        self.bytes(number).map(Message::read)
    }

    /// The number of a field; of several, the last one counts.
    pub(super) fn number(self, number: u32) -> u64 {
        let numbers = self.all(number).filter_map(|value| match value {
            Wire::Varint(value) => Some(value),
            _ => None,
        });
        numbers.last().unwrap_or_default()
    }
}

/// The field that starts these bytes, and what follows it.
fn field(bytes: &[u8]) -> Option<(u32, Wire<'_>, &[u8])> {
    let (key, rest) = varint(bytes)?;
    let number = u32::try_from(key >> 3).ok().filter(|number| *number > 0)?;
    let (value, rest) = match key & 7 {
        0 => {
            let (value, rest) = varint(rest)?;
            (Wire::Varint(value), rest)
        }
        1 => {
            let (value, rest) = rest.split_first_chunk()?;
            (Wire::Fixed64(u64::from_le_bytes(*value)), rest)
        }
        2 => {
            let (length, rest) = varint(rest)?;
            let (value, rest) = rest.split_at_checked(usize::try_from(length).ok()?)?;
            (Wire::Bytes(value), rest)
        }
        5 => {
            let (value, rest) = rest.split_first_chunk()?;
            (Wire::Fixed32(u32::from_le_bytes(*value)), rest)
        }
        // Groups: no protocol of ours has them.
        _ => return None,
    };
    Some((number, value, rest))
}

fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0;
    for (index, byte) in bytes.iter().take(VARINT_BYTES_MAX).enumerate() {
        value |= u64::from(byte & 0x7F) << (7 * index);
        if byte & 0x80 == 0 {
            return bytes.get(index + 1..).map(|rest| (value, rest));
        }
    }
    None
}

/// Appends a field of bytes: a text, or a message.
pub(super) fn put_bytes(message: &mut Vec<u8>, number: u32, bytes: &[u8]) {
    put_varint(message, u64::from(number) << 3 | 2);
    put_varint(message, bytes.len() as u64);
    message.extend_from_slice(bytes);
}

/// Appends a field that is a number.
pub(super) fn put_number(message: &mut Vec<u8>, number: u32, value: u64) {
    put_varint(message, u64::from(number) << 3);
    put_varint(message, value);
}

fn put_varint(message: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        message.push(value as u8 | 0x80);
        value >>= 7;
    }
    message.push(value as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_is_read() {
        let mut message = Vec::new();
        for value in [0, 127, 128, u64::from(u32::MAX), u64::MAX] {
            put_number(&mut message, 1, value);
        }
        put_bytes(&mut message, 300, &[7; 200]);
        let read = Message::read(&message).unwrap();
        let numbers: Vec<Wire<'_>> = read.all(1).collect();
        assert_eq!(numbers, [0, 127, 128, u64::from(u32::MAX), u64::MAX].map(Wire::Varint));
        assert_eq!(read.number(1), u64::MAX);
        assert_eq!(read.bytes(300).collect::<Vec<_>>(), [&[7; 200]]);
        assert_eq!(read.all(2).count(), 0);
    }

    #[test]
    fn what_is_cut_or_no_message_is_told() {
        let mut message = Vec::new();
        put_bytes(&mut message, 1, b"whole");
        message.extend_from_slice(&[0x11, 1, 2, 3, 4, 5, 6, 7, 8, 0x1D, 1, 2, 3, 4]);
        let whole = Message::read(&message).unwrap();
        assert_eq!(whole.all(2).next(), Some(Wire::Fixed64(0x0807_0605_0403_0201)));
        assert_eq!(whole.all(3).next(), Some(Wire::Fixed32(0x0403_0201)));
        let ends = [0, 7, 16, 21];
        for end in 0..=message.len() {
            assert_eq!(Message::read(&message[..end]).is_ok(), ends.contains(&end), "{end}");
        }
        // A group, the field 0, a varint without end, a length beyond memory.
        for bytes in [&[0x0B][..], &[0x00, 0x00], &[0xFF; 11], &[0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F]] {
            assert_eq!(Message::read(bytes).err(), Some(Malformed), "{bytes:?}");
        }
    }
}
