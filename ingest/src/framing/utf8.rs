//! Frames whose bytes are not UTF-8.
//!
//! Promises: decoding never fails; a frame that is not UTF-8 is read as Windows-1252, which has a character for every byte,
//! and touches no neighbour. Must not know: where frames come from, formats.

use std::borrow::Cow;

use encoding_rs::WINDOWS_1252;
use schema::{Flaw, Frame};

/// The text of one line, and whether it had to be read as Windows-1252.
pub(crate) fn line_text(bytes: &[u8]) -> (Cow<'_, str>, bool) {
    match std::str::from_utf8(bytes) {
        Ok(text) => (Cow::Borrowed(text), false),
        Err(_) => (WINDOWS_1252.decode_without_bom_handling(bytes).0, true),
    }
}

/// The last place up to `limit` where a character starts, or `limit` where these bytes are not UTF-8.
pub(crate) fn char_start(bytes: &[u8], limit: usize) -> usize {
    let starts = |at: &usize| !continues(bytes.get(*at));
    (limit.saturating_sub(3)..=limit).rev().find(starts).unwrap_or(limit)
}

/// True for a byte inside a character.
#[inline]
pub(crate) fn continues(byte: Option<&u8>) -> bool {
    byte.is_some_and(|byte| byte & 0xC0 == 0x80)
}

/// A batch made valid.
pub(crate) struct Repaired {
    pub(crate) text: String,
    pub(crate) frames: Vec<Frame>,
    pub(crate) flaws: Vec<(u32, Flaw)>,
    pub(crate) recoded: u64,
}

/// Makes a batch valid UTF-8 frame by frame, so that one foreign line does not touch its neighbours.
pub(crate) fn repair(bytes: &[u8], mut frames: Vec<Frame>, flaws: &[(u32, Flaw)]) -> Repaired {
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 8);
    let mut all_flaws = Vec::with_capacity(flaws.len() + 1);
    let mut earlier = flaws.iter().copied().peekable();
    let mut recoded = 0;
    for (index, frame) in (0u32..).zip(&mut frames) {
        let received = bytes.get(frame.start as usize..frame.end as usize).unwrap_or_default();
        let (line, foreign) = line_text(received);
        frame.start = text.len() as u32;
        text.push_str(&line);
        frame.end = text.len() as u32;
        while let Some(flaw) = earlier.next_if(|(of, _)| *of == index) {
            all_flaws.push(flaw);
        }
        if foreign {
            recoded += 1;
            all_flaws.push((index, Flaw::Recoded));
        }
    }
    Repaired { text, frames, flaws: all_flaws, recoded }
}
