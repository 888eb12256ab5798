//! A text that arrived whole, cut as a file of the same bytes would be: header lines, records and stack traces over lines.
//!
//! Promises: every frame is in one batch, in order, numbered by its line; memory is the text and its frames.
//! Must not know: which protocol brought it.

use std::io::BufRead;
use std::ops::ControlFlow;
use std::sync::Arc;

use schema::{FrameBatch, Origin};

use super::frames::{CutOptions, Cutter};
use super::text::{self, Start, Utf16Reader};
use super::window::{Meter, Role, WINDOW_BYTES, Window};

/// Header lines in force, together over all batches: each batch has them anew.
const CONTEXTS_BYTES_MAX: usize = 64 * 1024 * 1024;
/// What a batch takes beside its frames.
const BATCH_BYTES: usize = 1024;

/// The frames of a text, a batch for each stream context. Longer lines than `line_bytes_max` are cut, and say so. None when header
/// lines change so often that their repetition would be far longer than the text.
pub(crate) fn cut_body(
    bytes: &[u8],
    origin: Arc<Origin>,
    received_us: i64,
    line_bytes_max: usize,
) -> Option<Vec<FrameBatch>> {
    let meter = Meter::default();
    let mut window = Window::new(Box::new(bytes), &meter, Role::Raw);
    let mut window = match text::start(window.peek(WINDOW_BYTES)) {
        Start::Utf8 { mark_bytes } => {
            window.consume(mark_bytes);
            window
        }
        Start::Utf16(encoding) => {
            let reader = Utf16Reader::new(window, encoding);
            Window::new(Box::new(reader), &meter, Role::Part)
        }
    };
    // A byte of room is left, so that the end is seen with the last bytes and not after them.
    let options = CutOptions { origin, received_us, batch_bytes: bytes.len() + 1, line_bytes_max };
    let (mut batches, mut contexts_bytes) = (Vec::new(), 0);
    // Reading from memory does not fail.
    Cutter::new(options, &mut window).run(&mut window, &mut |batch| {
        contexts_bytes += BATCH_BYTES + batch.context.directives.as_ref().map_or(0, |lines| lines.len());
        if contexts_bytes > CONTEXTS_BYTES_MAX {
            return ControlFlow::Break(());
        }
        batches.push(batch);
        ControlFlow::Continue(())
    });
    (contexts_bytes <= CONTEXTS_BYTES_MAX).then_some(batches)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_one_batch_as_long_as_its_header_lines_stay() {
        let origin = Origin { collector: "sede".into(), source: "rete".into(), tenant: "default".into() };
        let cut_bounded = |text: &[u8]| cut_body(text, Arc::new(origin.clone()), 7, 1024);
        let cut = |text: &[u8]| cut_bounded(text).unwrap();
        let lines = "una riga di registro\n".repeat(5_000);
        assert_eq!(
            cut(lines.as_bytes()).iter().map(|batch| batch.frames().len()).collect::<Vec<_>>(),
            [5_000]
        );
        assert_eq!(cut(b"one\ntwo").len(), 1);
        assert_eq!(cut(b"#Fields: a\none\n#Fields: b\ntwo\n").len(), 2);
        assert_eq!(cut(b"").len(), 0);
        let changing: String = (0..80_000).map(|n| format!("#Date: {n}\na\n")).collect();
        assert!(cut_bounded(changing.as_bytes()).is_none(), "a batch a line");
        let utf16: Vec<u8> = "\u{feff}una\r\ndue\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(cut(&utf16).iter().map(|batch| batch.frames().len()).sum::<usize>(), 2);
    }
}
