//! What encoding a file's text is in, and how UTF-16 becomes UTF-8.
//!
//! Promises: decoding never fails; a byte order mark is dropped; NUL and control characters stay.
//! Must not know: lines, formats.

use std::io::{self, BufRead, Read};

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_16BE, UTF_16LE};

use super::window::Window;

/// Binary or not is decided on so much of a file.
const BINARY_HEAD_BYTES: usize = 8 * 1024;
/// A few odd bytes are no sign of a binary, however short the file.
const CONTROLS_FREE: usize = 8;
/// Text decoded from UTF-16 in one step.
const DECODED_BYTES: usize = 16 * 1024;

/// How a text starts.
pub(crate) enum Start {
    /// UTF-8 or nearly so, behind a byte order mark of so many bytes.
    Utf8 { mark_bytes: usize },
    /// UTF-16, with or without a byte order mark.
    Utf16(&'static Encoding),
}

/// Tells the encoding by byte order mark, or by where the zero bytes of UTF-16 lie.
pub(crate) fn start(head: &[u8]) -> Start {
    match head {
        [0xEF, 0xBB, 0xBF, ..] => Start::Utf8 { mark_bytes: 3 },
        [0xFF, 0xFE, ..] => Start::Utf16(UTF_16LE),
        [0xFE, 0xFF, ..] => Start::Utf16(UTF_16BE),
        _ => {
            let head = head.get(..BINARY_HEAD_BYTES).unwrap_or(head);
            let (mut even, mut odd, mut pairs) = (0usize, 0usize, 0usize);
            for pair in head.chunks_exact(2) {
                pairs += 1;
                even += usize::from(pair.first() == Some(&0));
                odd += usize::from(pair.last() == Some(&0));
            }
            let (mostly, hardly) = (pairs * 7 / 10, pairs / 20);
            match pairs {
                0..4 => Start::Utf8 { mark_bytes: 0 },
                _ if odd > mostly && even <= hardly => Start::Utf16(UTF_16LE),
                _ if even > mostly && odd <= hardly => Start::Utf16(UTF_16BE),
                _ => Start::Utf8 { mark_bytes: 0 },
            }
        }
    }
}

/// Whether a head that is not UTF-16 holds too many NUL (3 in 10) or other control bytes (1 in 20) for text.
/// Tab, line and page ends, backspace and the escape of colours are text.
pub(crate) fn looks_binary(head: &[u8]) -> bool {
    let head = head.get(..BINARY_HEAD_BYTES).unwrap_or(head);
    let nul = head.iter().filter(|&&byte| byte == 0).count();
    let control =
        head.iter().filter(|&&byte| matches!(byte, 1..=7 | 0x0E..=0x1A | 0x1C..=0x1F | 0x7F)).count();
    nul > (head.len() * 3 / 10).max(CONTROLS_FREE) || control > (head.len() / 20).max(CONTROLS_FREE)
}

/// UTF-16 read as UTF-8. What is not UTF-16 becomes U+FFFD.
pub(crate) struct Utf16Reader<'a> {
    inner: Window<'a>,
    decoder: Decoder,
    decoded: Vec<u8>,
    start: usize,
    end: usize,
    ended: bool,
}

impl<'a> Utf16Reader<'a> {
    pub(crate) fn new(inner: Window<'a>, encoding: &'static Encoding) -> Utf16Reader<'a> {
        Utf16Reader {
            inner,
            decoder: encoding.new_decoder_with_bom_removal(),
            decoded: vec![0; DECODED_BYTES],
            start: 0,
            end: 0,
            ended: false,
        }
    }

    fn decode(&mut self) -> io::Result<()> {
        while self.start == self.end && !self.ended {
            let source = self.inner.fill_buf()?;
            let last = source.is_empty();
            let (outcome, read, written, _) = self.decoder.decode_to_utf8(source, &mut self.decoded, last);
            self.inner.consume(read);
            self.start = 0;
            self.end = written;
            self.ended = last && outcome == CoderResult::InputEmpty;
        }
        Ok(())
    }
}

impl Read for Utf16Reader<'_> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        self.decode()?;
        let read = self.decoded.get(self.start..self.end).unwrap_or_default().read(room)?;
        self.start += read;
        Ok(read)
    }
}
