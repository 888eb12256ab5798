//! Hashes that are the same on every machine and in every version: template ids are kept and compared.
//!
//! Promises: no seed; a changed constant here changes all ids. Must not know: what a word is.

/// An odd number without pattern (the golden ratio's fraction).
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;
/// The base of the sum over a sequence.
const BASE: u64 = 0xd6e8_feb8_6659_fd93;

/// The hash of a word: an odd number, so that even ones can stand for what is no word.
pub(super) fn word(bytes: &[u8]) -> u64 {
    let (chunks, rest) = bytes.as_chunks::<8>();
    let mut hash = bytes.len() as u64;
    for chunk in chunks {
        hash = fold(hash ^ u64::from_le_bytes(*chunk), SPREAD);
    }
    let tail = rest.iter().rev().fold(0u64, |tail, byte| (tail << 8) | u64::from(*byte));
    fold(hash ^ tail, BASE) | 1
}

/// The hash of a sequence that goes on with another word.
pub(super) fn then(sequence: u64, word: u64) -> u64 {
    sequence.wrapping_mul(BASE).wrapping_add(word)
}

/// Spreads a sequence's sum over all bits.
pub(super) fn finish(sequence: u64) -> u64 {
    fold(sequence ^ SPREAD, BASE)
}

/// Both halves of the whole product: every bit of either factor reaches every bit.
fn fold(left: u64, right: u64) -> u64 {
    let product = u128::from(left ^ right.rotate_left(32)) * u128::from(right);
    (product as u64) ^ ((product >> 64) as u64)
}
