//! Texts that stand anywhere in a value, found by a few bytes that are rare.

use aho_corasick::packed::Searcher;
use rustc_hash::{FxBuildHasher, FxHashMap};

use super::commonness::Commonness;

/// Bytes of a text that are looked for first.
pub const ANCHOR_BYTES: usize = 4;

/// The same of a text that is too short for those to be found by every fourth place.
pub const MIDDLING_BYTES: usize = 3;

/// The same of a text that has not so many.
pub const SHORT_BYTES: usize = 2;

/// How far apart the places are that are looked at for such a text.
pub const MIDDLING_STEP: usize = 2;

/// Bits of a filter for each anchor.
const FILTER_BITS: usize = 32;

/// Texts that stand anywhere in a value, each found by a few bytes of it.
#[derive(Debug)]
pub struct Anchors {
    /// Finds the first of the texts, many bytes at a time; none when they are too many for that.
    any: Option<Searcher>,
    /// A bit for each hash of an anchor.
    filter: Vec<u64>,
    /// What a hash is shifted by to be the number of a bit.
    shift: u32,
    /// Where in `anchored` the texts of an anchor begin and end.
    by_anchor: FxHashMap<u32, (u32, u32)>,
    anchored: Vec<Anchored>,
    /// The texts, one after another.
    texts: Vec<u8>,
}

#[derive(Debug)]
struct Anchored {
    /// Where the text begins and ends in `texts`.
    start: u32,
    end: u32,
    /// Where its anchor stands.
    offset: u32,
    number: u32,
}

impl Anchors {
    /// Texts found by `width` bytes of theirs, when one place in `step` is looked at.
    pub fn new<'t>(
        texts: impl Iterator<Item = (&'t str, u32)>,
        width: usize,
        step: usize,
        commonness: &Commonness,
    ) -> Anchors {
        let texts: Vec<(&str, u32)> = texts.collect();
        let any = Searcher::new(texts.iter().map(|(text, _)| text));
        let (mut joined, mut anchored) = (Vec::new(), Vec::with_capacity(texts.len() * step));
        for (text, number) in texts {
            let Some((first, run)) = commonness.rarest_run(text.as_bytes(), width + step - 1) else {
                continue;
            };
            let start = joined.len() as u32;
            joined.extend_from_slice(text.as_bytes());
            let end = joined.len() as u32;
            let places = (first as u32..).zip(run.windows(width));
            anchored.extend(
                places.map(|(offset, bytes)| (anchor_of(bytes), Anchored { start, end, offset, number })),
            );
        }
        anchored.sort_by_key(|(anchor, _)| *anchor);
        let mut by_anchor = FxHashMap::with_capacity_and_hasher(anchored.len(), FxBuildHasher);
        let mut begin = 0;
        for of_anchor in anchored.chunk_by(|(left, _), (right, _)| left == right) {
            let end = begin + of_anchor.len() as u32;
            by_anchor.extend(of_anchor.first().map(|(anchor, _)| (*anchor, (begin, end))));
            begin = end;
        }
        let bits = (by_anchor.len() * FILTER_BITS).next_power_of_two().max(64);
        let (mut filter, shift) = (vec![0; bits / 64], u32::BITS - bits.trailing_zeros());
        for anchor in by_anchor.keys() {
            let bit = hash(*anchor, shift);
            if let Some(word) = filter.get_mut(bit / 64) {
                *word |= 1 << (bit % 64);
            }
        }
        let anchored = anchored.into_iter().map(|(_, anchored)| anchored).collect();
        Anchors { any, filter, shift, by_anchor, anchored, texts: joined }
    }

    /// False when none of the texts stands in `value`. One of few bytes is not worth the asking.
    #[inline]
    pub fn may_be_in(&self, value: &[u8]) -> bool {
        match &self.any {
            Some(any) if value.len() >= any.minimum_len() => any.find(value).is_some(),
            _ => !self.by_anchor.is_empty(),
        }
    }

    #[inline]
    pub fn find(
        &self,
        value: &[u8],
        anchors: impl Iterator<Item = (usize, u32)>,
        found: &mut impl FnMut(u32),
    ) {
        for (at, anchor) in anchors {
            let bit = hash(anchor, self.shift);
            if self.filter.get(bit / 64).is_some_and(|word| word & (1 << (bit % 64)) != 0) {
                self.find_at(anchor, value, at, found);
            }
        }
    }

    fn find_at(&self, anchor: u32, value: &[u8], at: usize, found: &mut impl FnMut(u32)) {
        let Some(&(begin, end)) = self.by_anchor.get(&anchor) else { return };
        for Anchored { start, end, offset, number } in
            self.anchored.get(begin as usize..end as usize).unwrap_or_default()
        {
            let text = self.texts.get(*start as usize..*end as usize).unwrap_or_default();
            let rest = at.checked_sub(*offset as usize).and_then(|start| value.get(start..));
            if rest.is_some_and(|rest| rest.starts_with(text)) {
                found(*number);
            }
        }
    }
}

#[inline]
pub fn anchor(bytes: &[u8; ANCHOR_BYTES]) -> u32 {
    u32::from_le_bytes(*bytes)
}

#[inline]
pub fn middling_anchor(([first, second], third): (&[u8; MIDDLING_STEP], &u8)) -> u32 {
    u32::from_le_bytes([*first, *second, *third, 0])
}

#[inline]
pub fn short_anchor(bytes: &[u8; SHORT_BYTES]) -> u32 {
    u16::from_le_bytes(*bytes).into()
}

/// Either, by the number of bytes.
fn anchor_of(bytes: &[u8]) -> u32 {
    bytes.iter().rev().fold(0, |number, byte| number << 8 | u32::from(*byte))
}

/// The number of a bit. The multiplier is the golden ratio's: near anchors fall far apart.
#[inline]
fn hash(anchor: u32, shift: u32) -> usize {
    (anchor.wrapping_mul(0x9e37_79b1) >> shift) as usize
}
