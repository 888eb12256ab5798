//! What each byte of a text is behind the one before it, told for many bytes at once.
//!
//! Promises: linear, no allocation; the machine's wide registers where it has them. Must not know: what is marked.

/// Bytes that are looked at in one step.
pub(super) const STEP: usize = 32;

/// What `of` says of each byte of a chunk of [`STEP`] bytes at most and the byte before it; of `_` behind the last.
#[inline(always)]
pub(super) fn of_chunk(last: u8, chunk: &[u8], of: impl Fn(u8, u8) -> u8) -> [u8; STEP] {
    if let Some(whole) = chunk.first_chunk() {
        return of_whole(last, whole, of);
    }
    let mut padded = [b'_'; STEP];
    padded.iter_mut().zip(chunk).for_each(|(place, byte)| *place = *byte);
    of_whole(last, &padded, of)
}

/// Not in line: once for whole chunks and the rest, so that whole ones need not be copied.
#[inline(never)]
fn of_whole(last: u8, chunk: &[u8; STEP], of: impl Fn(u8, u8) -> u8) -> [u8; STEP] {
    let (mut before, mut marks) = ([last; STEP], [0; STEP]);
    before.iter_mut().skip(1).zip(chunk).for_each(|(place, byte)| *place = *byte);
    // Nothing in this loop hangs on another byte: compilers make it wide.
    for ((mark, byte), before) in marks.iter_mut().zip(chunk).zip(before) {
        *mark = of(*byte, before);
    }
    marks
}

/// True for the bytes between two others, or one of them.
#[inline(always)]
pub(super) const fn is_within(byte: u8, first: u8, last: u8) -> bool {
    byte.wrapping_sub(first) <= last - first
}

/// True for a letter of English.
#[inline(always)]
pub(super) const fn is_letter(byte: u8) -> bool {
    is_within(byte | 0x20, b'a', b'z')
}

/// True for a letter that may begin a word, perhaps within a name of several: behind none, or a capital.
#[inline(always)]
pub(super) const fn is_start(byte: u8, before: u8) -> bool {
    is_letter(byte) & !(is_letter(before) & (byte >= b'a'))
}
