//! JSON documents over several lines: where a top-level object ends.
//!
//! Promises: linear; at most [`DEPTH_MAX`] deep, so that failed attempts overlap that often at most; a newline
//! inside a string ends the attempt (JSON forbids it), so that a cut-off object cannot swallow the next.
//! Must not know: keys and values.

use memchr::memchr3;

/// Deepest nesting of an object that is cut whole.
const DEPTH_MAX: u32 = 128;

/// Where the object that starts some bytes ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// After so many bytes.
    Closed(usize),
    /// Not among these bytes.
    Open,
    /// It cannot be JSON.
    Malformed,
}

/// Measures the object that starts `bytes`, which begin with `{`.
pub(crate) fn object(bytes: &[u8]) -> Extent {
    let mut depth = 0u32;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'{' | b'[' => {
                depth += 1;
                if depth > DEPTH_MAX {
                    return Extent::Malformed;
                }
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return if byte == b'}' { Extent::Closed(at) } else { Extent::Malformed };
                }
            }
            b'"' => match string(bytes.get(at..).unwrap_or_default()) {
                Extent::Closed(length) => at += length,
                other => return other,
            },
            _ => {}
        }
    }
    Extent::Open
}

/// Measures a string whose opening quote is behind.
fn string(bytes: &[u8]) -> Extent {
    let mut at = 0;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let Some(found) = memchr3(b'"', b'\\', b'\n', rest) else { return Extent::Open };
        match rest.get(found) {
            Some(b'"') => return Extent::Closed(at + found + 1),
            Some(b'\\') => at += found + 2,
            _ => return Extent::Malformed,
        }
    }
}

/// Whether a text whose head this is holds JSON documents that are not one a line: its first line opens an
/// object and does not close it, or it is an array of objects.
pub(crate) fn spans_lines(head: &[u8]) -> bool {
    let text = head.trim_ascii_start();
    let inside = text.get(1..).unwrap_or_default().trim_ascii_start().first();
    match text.first() {
        Some(b'[') => inside == Some(&b'{'),
        Some(b'{') if matches!(inside, Some(b'"' | b'}')) => match object(text) {
            Extent::Closed(length) => text.iter().take(length).any(|byte| matches!(byte, b'\n' | b'\r')),
            Extent::Open => true,
            Extent::Malformed => false,
        },
        _ => false,
    }
}

/// How many bytes stand between objects: white space, commas and the brackets of a top-level array.
pub(crate) fn gap(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| byte.is_ascii_whitespace() || b",[]".contains(byte)).count()
}
