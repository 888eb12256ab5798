//! Texts as the 16-byte string views of Arrow, over the received buffer and one for what was made while parsing.
//!
//! Arrow's safe constructor reads every text again to see that it is UTF-8. Each view here is made from a `&str`, and
//! the received buffer was checked once as a whole, so that [`Sealed`] builds arrays without it. This is the one module
//! of the workspace with `unsafe` (ADR 0006).
//!
//! Layout: <https://arrow.apache.org/docs/format/Columnar.html#variable-size-binary-view-layout>.
//! Promises: a view names the bytes of the very `&str` it was given. Must not know: columns or rows.
#![allow(unsafe_code, reason = "arrays of views that are known to be valid; the proof stands at the call")]

use std::sync::Arc;

use arrow::array::StringViewArray;
use arrow::buffer::{Buffer, NullBuffer, ScalarBuffer};
use arrow::error::ArrowError;

/// Longest text that a view holds inside itself, in bytes.
const INLINE_BYTES_MAX: usize = 12;

/// Places of the two buffers in an array's list.
const RECEIVED: u128 = 0;
const SIDE: u128 = 1;

/// A string view, made by [`Texts::view`] only; by default the empty text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct View(u128);

/// The texts of one batch under construction.
#[derive(Debug)]
pub(crate) struct Texts<'t> {
    received: &'t str,
    /// Texts made while parsing: unescaped values, canonical addresses, words of the code.
    side: String,
}

impl<'t> Texts<'t> {
    /// The texts of a batch that mostly lie in `received`.
    pub(crate) fn new(received: &'t str) -> Texts<'t> {
        Texts { received, side: String::new() }
    }

    /// The view of `text`: of the received buffer when it lies there, else of a copy.
    #[inline]
    pub(crate) fn view(&mut self, text: &str) -> View {
        if text.len() <= INLINE_BYTES_MAX {
            return View(text.len() as u128 | (inline(text.as_bytes()) << 32));
        }
        let offset = text.as_ptr().addr().wrapping_sub(self.received.as_ptr().addr());
        if offset < self.received.len() && text.len() <= self.received.len() - offset {
            return long(text, RECEIVED, offset);
        }
        let offset = self.side.len();
        self.side.push_str(text);
        long(text, SIDE, offset)
    }

    /// The view of what `write` appends to the made texts.
    pub(crate) fn written(&mut self, write: impl FnOnce(&mut String)) -> View {
        let start = self.side.len();
        write(&mut self.side);
        let text = self.side.get(start..).unwrap_or_default();
        if text.len() <= INLINE_BYTES_MAX {
            return View(text.len() as u128 | (inline(text.as_bytes()) << 32));
        }
        long(text, SIDE, start)
    }

    /// Ends the making of views. `received` should be the buffer whose text the views were made of: of any other
    /// the arrays are checked by Arrow.
    pub(crate) fn seal(self, received: &Buffer) -> Sealed {
        let is_same = std::ptr::eq(self.received.as_bytes(), received.as_slice());
        let fits = |length: usize| u32::try_from(length).is_ok();
        let is_proven = is_same && fits(self.received.len()) && fits(self.side.len());
        let side = Buffer::from_vec(self.side.into_bytes());
        Sealed { buffers: vec![received.clone(), side].into(), is_proven }
    }
}

/// The view of a text longer than [`INLINE_BYTES_MAX`] that starts at `offset` of a buffer.
#[inline]
fn long(text: &str, buffer: u128, offset: usize) -> View {
    let prefix = text.as_bytes().first_chunk::<4>().map_or(0, |four| u32::from_le_bytes(*four));
    View(text.len() as u128 | (u128::from(prefix) << 32) | (buffer << 64) | (u128::from(offset as u32) << 96))
}

/// Up to twelve bytes, little end first, the rest zero. Words that overlap agree where they do.
#[inline]
fn inline(bytes: &[u8]) -> u128 {
    let length = bytes.len();
    if let (Some(first), Some(last)) = (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
        return u128::from(u64::from_le_bytes(*first))
            | (u128::from(u64::from_le_bytes(*last)) << (8 * (length - 8)));
    }
    if let (Some(first), Some(last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        return u128::from(u32::from_le_bytes(*first))
            | (u128::from(u32::from_le_bytes(*last)) << (8 * (length - 4)));
    }
    bytes.iter().rev().fold(0, |word, byte| (word << 8) | u128::from(*byte))
}

/// The finished texts of a batch, from which its arrays are made.
#[derive(Debug)]
pub(crate) struct Sealed {
    buffers: Arc<[Buffer]>,
    is_proven: bool,
}

impl Sealed {
    /// An array of views of the batch's [`Texts`].
    pub(crate) fn array(
        &self,
        views: Vec<View>,
        nulls: Option<NullBuffer>,
    ) -> Result<StringViewArray, ArrowError> {
        let views = ScalarBuffer::from(views.into_iter().map(|view| view.0).collect::<Vec<u128>>());
        let buffers = Arc::clone(&self.buffers);
        if !self.is_proven || cfg!(debug_assertions) || nulls.as_ref().is_some_and(|n| n.len() != views.len())
        {
            return StringViewArray::try_new(views, buffers, nulls);
        }
        // SAFETY: the array needs views that are in bounds, with the right prefix or zero padding, and of UTF-8.
        // - A `View` is the empty text or made by `Texts::view` and `Texts::written` of this batch (a builder has one
        //   `Texts` and lets no view out), always from a whole `&str`, so its bytes are UTF-8.
        // - Of at most twelve bytes it holds them itself, zero behind them.
        // - A longer one of buffer 0 lies in `Texts::received` by the comparison in `Texts::view`, and `seal` saw
        //   that buffer 0 is that very memory; a `Buffer` is immutable while it is shared.
        // - A longer one of buffer 1 was appended to `Texts::side`, which only grows, and became buffer 1.
        // - Neither buffer is longer than `u32::MAX`, so no offset was cut off.
        // - The validity has one bit a view, seen above.
        Ok(unsafe { StringViewArray::new_unchecked(views, buffers, nulls) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::Array;
    use proptest::prelude::*;

    /// Arrays of the same views: as built here without a check, and by Arrow's own constructor.
    fn unchecked_and_checked(views: Vec<View>, sealed: &Sealed) -> (StringViewArray, StringViewArray) {
        assert!(sealed.is_proven);
        let raw = ScalarBuffer::from(views.iter().map(|view| view.0).collect::<Vec<u128>>());
        let checked = StringViewArray::try_new(raw.clone(), Arc::clone(&sealed.buffers), None).unwrap();
        // SAFETY: `checked` holds the same views over the same buffers, and was built.
        let unchecked = unsafe { StringViewArray::new_unchecked(raw, Arc::clone(&sealed.buffers), None) };
        (unchecked, checked)
    }

    proptest! {
        #[test]
        fn arrow_agrees_that_every_view_is_valid_and_reads_it_back(
            received in "[a-zàè€😀 ]{0,80}",
            cuts in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 0..20),
            made in prop::collection::vec("[a-zàè€😀 ]{0,30}", 0..20),
        ) {
            let buffer = Buffer::from_vec(received.into_bytes());
            let text = std::str::from_utf8(&buffer).unwrap();
            let marks: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            let mut expected: Vec<String> = Vec::new();
            let mut texts = Texts::new(text);
            let mut views = vec![View::default()];
            expected.push(String::new());
            for (one, other) in cuts {
                let (one, other) = (marks[one.index(marks.len())], marks[other.index(marks.len())]);
                let slice = text.get(one.min(other)..one.max(other)).unwrap();
                views.push(texts.view(slice));
                expected.push(slice.to_owned());
            }
            for word in made {
                views.push(texts.view(&word));
                views.push(texts.written(|side| side.push_str(&word)));
                expected.extend([word.clone(), word]);
            }
            let sealed = texts.seal(&buffer);
            let (unchecked, checked) = unchecked_and_checked(views, &sealed);
            prop_assert_eq!(&unchecked, &checked);
            for (row, text) in expected.iter().enumerate() {
                prop_assert!(unchecked.is_valid(row));
                prop_assert_eq!(unchecked.value(row), text);
            }
        }
    }

    #[test]
    fn a_text_that_begins_in_the_buffer_and_ends_behind_it_is_copied() {
        let whole = "received text, and what lies behind it in memory";
        let (received, slice) = (whole.get(..20).unwrap(), whole.get(5..40).unwrap());
        let mut texts = Texts::new(received);
        texts.view(slice);
        assert_eq!(texts.side, slice);
    }

    #[test]
    fn another_buffer_than_the_received_one_proves_nothing() {
        let received = "a text of more than twelve bytes";
        let mut texts = Texts::new(received);
        let view = texts.view(received);
        let sealed = texts.seal(&Buffer::from(&b"a text"[..]));
        assert!(!sealed.is_proven && sealed.array(vec![view], None).is_err());
    }
}
