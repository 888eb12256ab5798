//! The 16-byte string view of Arrow, made from a place in one of a batch's two buffers.
//!
//! Layout: <https://arrow.apache.org/docs/format/Columnar.html#variable-size-binary-view-layout>.
//! Promises: a view made here names bytes of the very `&str` it was given.
//! Must not know: columns or rows.

/// Longest text that a view holds inside itself, in bytes.
const INLINE_BYTES_MAX: usize = 12;

/// Which of a batch's buffers a longer text lies in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Home {
    /// The received bytes.
    Received = 0,
    /// Texts made while parsing: unescaped values, canonical addresses.
    Side = 1,
}

/// The view of `text`, which starts at `offset` of the buffer `home`.
#[inline]
pub(crate) fn view(text: &str, home: Home, offset: u32) -> u128 {
    let bytes = text.as_bytes();
    let length = bytes.len() as u128;
    if bytes.len() <= INLINE_BYTES_MAX {
        return length | (inline(bytes) << 32);
    }
    let prefix = bytes.first_chunk::<4>().map_or(0, |four| u32::from_le_bytes(*four));
    length | (u128::from(prefix) << 32) | ((home as u128) << 64) | (u128::from(offset) << 96)
}

/// True when a text of that length is held inside its view.
#[inline]
pub(crate) fn is_inline(length_bytes: usize) -> bool {
    length_bytes <= INLINE_BYTES_MAX
}

/// Up to twelve bytes, little end first, the rest zero.
#[inline]
fn inline(bytes: &[u8]) -> u128 {
    let mut padded = [0u8; 16];
    for (to, from) in padded.iter_mut().zip(bytes) {
        *to = *from;
    }
    u128::from_le_bytes(padded)
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{Array, StringViewArray};
    use arrow::buffer::{Buffer, ScalarBuffer};

    #[test]
    fn arrow_reads_back_what_a_view_was_made_of() {
        let received = "short, and then something longer than twelve bytes";
        let texts = ["", "short", "twelve bytes", "something longer than twelve bytes"];
        let views = texts.map(|text| {
            let offset = received.find(text).unwrap_or(0) as u32;
            view(text, Home::Received, offset)
        });
        let array = StringViewArray::try_new(
            ScalarBuffer::from(views.to_vec()),
            vec![Buffer::from(received.as_bytes())],
            None,
        )
        .unwrap();
        for (row, text) in texts.iter().enumerate() {
            assert!(array.is_valid(row));
            assert_eq!(array.value(row), *text);
        }
    }
}
