//! An object that was cut on its way: what of it is whole.
//!
//! Promises: linear; a value that reaches the cut is left out, since its end is not there; a text that breaks
//! before its end is no cut object. Must not know: what the members mean.

use memchr::memchr2;

use super::DEPTH_MAX;

/// The whole part of an object that ends too early: so many bytes, and what would close it there.
pub(super) struct Cut {
    pub(super) length: usize,
    pub(super) closers: String,
}

/// Finds the whole part of `input`, which opens an object and does not close it; none when no member is whole.
pub(super) fn find(input: &str) -> Option<Cut> {
    let bytes = input.as_bytes();
    let mut open = Vec::new();
    let (mut length, mut open_there) = (0, Vec::new());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'{' | b'[' => {
                if open.len() == DEPTH_MAX {
                    return None;
                }
                open.push(if byte == b'{' { '}' } else { ']' });
            }
            b'}' | b']' => {
                if open.pop() != Some(char::from(byte)) || open.is_empty() {
                    return None;
                }
                length = at;
                open_there.clone_from(&open);
            }
            // What stands before a comma is whole.
            b',' => {
                length = at - 1;
                open_there.clone_from(&open);
            }
            b'"' => match string(bytes.get(at..)?) {
                Some(length) => at += length,
                None => break,
            },
            _ => {}
        }
    }
    // Behind the whole part of an object a key begins, or nothing more came.
    let tail = input.get(length..)?.trim_start_matches([',', ' ', '\t', '\r', '\n']);
    let is_whole_before = open_there.last() == Some(&']') || tail.is_empty() || tail.starts_with('"');
    (length > 0 && is_whole_before).then(|| Cut { length, closers: open_there.into_iter().rev().collect() })
}

/// Measures a string behind its opening quote, the closing one included; none when it does not end.
fn string(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        let found = at + memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes.get(found) == Some(&b'"') {
            return Some(found + 1);
        }
        at = found + 2;
    }
}
