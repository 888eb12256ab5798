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

/// The frames of a text, a batch for each stream context. Longer lines than `line_bytes_max` are cut, and say so.
pub(crate) fn cut_body(
    bytes: &[u8],
    origin: Arc<Origin>,
    received_us: i64,
    line_bytes_max: usize,
) -> Vec<FrameBatch> {
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
    let mut batches = Vec::new();
    // Reading from memory does not fail.
    Cutter::new(options, &mut window).run(&mut window, &mut |batch| {
        batches.push(batch);
        ControlFlow::Continue(())
    });
    batches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_one_batch_as_long_as_its_header_lines_stay() {
        let origin = Origin { collector: "sede".into(), source: "rete".into(), tenant: "default".into() };
        let cut = |text: &[u8]| cut_body(text, Arc::new(origin.clone()), 7, 1024);
        let lines = "una riga di registro\n".repeat(5_000);
        assert_eq!(
            cut(lines.as_bytes()).iter().map(|batch| batch.frames().len()).collect::<Vec<_>>(),
            [5_000]
        );
        assert_eq!(cut(b"one\ntwo").len(), 1);
        assert_eq!(cut(b"#Fields: a\none\n#Fields: b\ntwo\n").len(), 2);
        assert_eq!(cut(b"").len(), 0);
        let utf16: Vec<u8> = "\u{feff}una\r\ndue\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(cut(&utf16).iter().map(|batch| batch.frames().len()).sum::<usize>(), 2);
    }
}
