//! Many texts looked for in a value at once: those of its ends in tables, those within by a few rare bytes of each.
//!
//! Of a text of seven bytes or more, wherever it stands, four bytes fill one of the value's quarters of sixteen, so only every
//! fourth place is looked at for those; of four bytes or more, three begin at an even place. Where the texts are few, most values
//! are known to have none of them before any place is looked at.
//!
//! Promises: every text that stands where it must is found; a place that is looked at costs one look at a table of bits, and
//! more only where that says that its bytes may be those of some text. Must not know: who asks.

use aho_corasick::packed::Searcher;
use rustc_hash::{FxBuildHasher, FxHashMap};

use super::Part;

/// Bytes of a text that are looked for first.
const ANCHOR_BYTES: usize = 4;

/// The same of a text that is too short for those to be found by every fourth place.
const MIDDLING_BYTES: usize = 3;

/// How far apart the places are that are looked at for such a text.
const MIDDLING_STEP: usize = 2;

/// The same of a text that has not so many.
const SHORT_BYTES: usize = 2;

/// Texts of so many bytes are found by every fourth place of a value.
pub(super) const LONG_BYTES: usize = 2 * ANCHOR_BYTES - 1;

/// Bytes of an end that are looked up at most.
const EDGE_BYTES: usize = 8;

/// Bits of a filter for each anchor.
const FILTER_BITS: usize = 32;

/// Texts by number, in the order given.
#[derive(Debug)]
pub(super) struct Needles {
    wholes: FxHashMap<Box<str>, u32>,
    whole_bytes_max: usize,
    starts: Edges,
    ends: Edges,
    within: Within,
    /// Texts that no value in ASCII has.
    within_foreign: Within,
    bytes_min: usize,
}

/// Texts that may stand anywhere, by their length.
#[derive(Debug)]
struct Within {
    long: Anchors,
    middling: Anchors,
    short: Anchors,
}

impl Needles {
    /// All of `texts`, which are without case, each once; those that may stand anywhere have two bytes at least.
    pub(super) fn new(texts: &[(&str, Part)]) -> Needles {
        let of = |part: Part| {
            let numbered = (0u32..).zip(texts).filter(move |(_, (_, other))| *other == part);
            numbered.map(|(number, (text, _))| (*text, number))
        };
        let commonness = Commonness::of(texts.iter().map(|(text, _)| *text));
        Needles {
            wholes: of(Part::Whole).map(|(text, number)| (text.into(), number)).collect(),
            whole_bytes_max: of(Part::Whole).map(|(text, _)| text.len()).max().unwrap_or_default(),
            starts: Edges::new(of(Part::Start), first_bytes),
            ends: Edges::new(of(Part::End), last_bytes),
            within: Within::new(|| of(Part::Anywhere).filter(|(text, _)| text.is_ascii()), &commonness),
            within_foreign: Within::new(
                || of(Part::Anywhere).filter(|(text, _)| !text.is_ascii()),
                &commonness,
            ),
            bytes_min: texts.iter().map(|(text, _)| text.len()).min().unwrap_or(usize::MAX),
        }
    }

    /// Calls `found` with the number of each text that `value`, without case, has in its place; with some more than once.
    #[inline]
    pub(super) fn find(&self, value: &str, mut found: impl FnMut(u32)) {
        if value.len() < self.bytes_min {
            return;
        }
        if value.len() <= self.whole_bytes_max
            && let Some(number) = self.wholes.get(value)
        {
            found(*number);
        }
        self.starts.find(value, first_bytes, |text| value.starts_with(text), &mut found);
        self.ends.find(value, last_bytes, |text| value.ends_with(text), &mut found);
        self.within.find(value.as_bytes(), &mut found);
        if !value.is_ascii() {
            self.within_foreign.find(value.as_bytes(), &mut found);
        }
    }
}

impl Within {
    fn new<'t, T: Iterator<Item = (&'t str, u32)>>(texts: impl Fn() -> T, commonness: &Commonness) -> Within {
        const MIDDLING_MIN: usize = MIDDLING_BYTES + MIDDLING_STEP - 1;
        let of = |bytes: std::ops::Range<usize>| texts().filter(move |(text, _)| bytes.contains(&text.len()));
        Within {
            long: Anchors::new(of(LONG_BYTES..usize::MAX), ANCHOR_BYTES, ANCHOR_BYTES, commonness),
            middling: Anchors::new(of(MIDDLING_MIN..LONG_BYTES), MIDDLING_BYTES, MIDDLING_STEP, commonness),
            short: Anchors::new(of(SHORT_BYTES..MIDDLING_MIN), SHORT_BYTES, 1, commonness),
        }
    }

    #[inline]
    fn find(&self, value: &[u8], found: &mut impl FnMut(u32)) {
        if self.long.may_be_in(value) {
            let (quarters, _) = value.as_chunks::<ANCHOR_BYTES>();
            let places = quarters.iter().map(anchor).enumerate();
            self.long.find(value, places.map(|(quarter, anchor)| (quarter * ANCHOR_BYTES, anchor)), found);
        }
        if self.middling.may_be_in(value) {
            let (pairs, _) = value.as_chunks::<MIDDLING_STEP>();
            let thirds = value.iter().skip(MIDDLING_STEP).step_by(MIDDLING_STEP);
            let places = pairs.iter().zip(thirds).map(middling_anchor).enumerate();
            self.middling.find(value, places.map(|(pair, anchor)| (pair * MIDDLING_STEP, anchor)), found);
        }
        if self.short.may_be_in(value) {
            self.short.find(value, value.array_windows().map(short_anchor).enumerate(), found);
        }
    }
}

/// The first bytes of a text, as many as asked for.
fn first_bytes(text: &str, width: usize) -> Option<&[u8]> {
    text.as_bytes().get(..width)
}

/// The last bytes of a text, as many as asked for.
fn last_bytes(text: &str, width: usize) -> Option<&[u8]> {
    text.as_bytes().get(text.len().checked_sub(width)?..)
}

/// Texts that stand at one end of a value.
#[derive(Debug)]
struct Edges {
    /// By number of bytes that are looked up; those bytes, and the texts that have them there.
    by_width: Vec<(usize, ByEdge)>,
}

/// Texts, with their numbers, by their bytes at that end.
type ByEdge = FxHashMap<u64, Vec<(Box<str>, u32)>>;

impl Edges {
    fn new<'t>(texts: impl Iterator<Item = (&'t str, u32)>, edge: fn(&str, usize) -> Option<&[u8]>) -> Edges {
        let mut edges = Edges { by_width: Vec::new() };
        for (text, number) in texts {
            let width = text.len().min(EDGE_BYTES);
            let position = match edges.by_width.iter().position(|(known, _)| *known == width) {
                Some(position) => position,
                None => {
                    edges.by_width.push((width, FxHashMap::default()));
                    edges.by_width.len() - 1
                }
            };
            if let (Some((_, texts)), Some(bytes)) = (edges.by_width.get_mut(position), edge(text, width)) {
                texts.entry(as_number(bytes)).or_default().push((text.into(), number));
            }
        }
        edges
    }

    #[inline]
    fn find(
        &self,
        value: &str,
        edge: fn(&str, usize) -> Option<&[u8]>,
        is_there: impl Fn(&str) -> bool,
        found: &mut impl FnMut(u32),
    ) {
        for (width, texts) in &self.by_width {
            let Some(bytes) = edge(value, *width) else { continue };
            for (text, number) in texts.get(&as_number(bytes)).into_iter().flatten() {
                if is_there(text) {
                    found(*number);
                }
            }
        }
    }
}

/// Bytes as the digits of a number, the first the lowest.
#[inline]
fn as_number(bytes: &[u8]) -> u64 {
    match bytes.first_chunk::<EDGE_BYTES>() {
        Some(bytes) => u64::from_le_bytes(*bytes),
        None => bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)),
    }
}

/// Texts that stand anywhere in a value, each found by a few bytes of it.
#[derive(Debug)]
struct Anchors {
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
    fn new<'t>(
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
    fn may_be_in(&self, value: &[u8]) -> bool {
        match &self.any {
            Some(any) if value.len() >= any.minimum_len() => any.find(value).is_some(),
            _ => !self.by_anchor.is_empty(),
        }
    }

    #[inline]
    fn find(&self, value: &[u8], anchors: impl Iterator<Item = (usize, u32)>, found: &mut impl FnMut(u32)) {
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
fn anchor(bytes: &[u8; ANCHOR_BYTES]) -> u32 {
    u32::from_le_bytes(*bytes)
}

#[inline]
fn middling_anchor(([first, second], third): (&[u8; MIDDLING_STEP], &u8)) -> u32 {
    u32::from_le_bytes([*first, *second, *third, 0])
}

#[inline]
fn short_anchor(bytes: &[u8; SHORT_BYTES]) -> u32 {
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

/// How often bytes stand in the texts themselves: what many rules look for, ordinary values have.
struct Commonness {
    counts: FxHashMap<u32, u32>,
}

impl Commonness {
    fn of<'t>(texts: impl Iterator<Item = &'t str>) -> Commonness {
        let mut counts = FxHashMap::default();
        for bytes in texts.flat_map(|text| text.as_bytes().array_windows::<ANCHOR_BYTES>()) {
            *counts.entry(anchor(bytes)).or_default() += 1;
        }
        Commonness { counts }
    }

    /// The rarest run of so many bytes and where it begins: by how often its anchors stand in the texts, then by how usual
    /// its bytes are.
    fn rarest_run<'t>(&self, text: &'t [u8], bytes: usize) -> Option<(usize, &'t [u8])> {
        let count = |bytes| self.counts.get(&anchor(bytes)).copied().unwrap_or_default();
        let counts: Vec<u32> = text.array_windows().map(count).collect();
        let anchors_of_run = (bytes + 1).saturating_sub(ANCHOR_BYTES);
        let common = |(first, run): &(usize, &[u8])| {
            let of_run = counts.get(*first..*first + anchors_of_run).unwrap_or_default();
            (of_run.iter().sum::<u32>(), run.iter().map(|byte| usualness(*byte)).sum::<u32>())
        };
        text.windows(bytes).enumerate().min_by_key(common)
    }
}

fn usualness(byte: u8) -> u32 {
    match byte {
        b'e' | b'i' | b'a' | b'o' | b's' | b't' | b'r' | b'n' => 3,
        b'a'..=b'z' | b'0'..=b'9' | b' ' | b'\\' | b'.' => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    /// Texts of so few letters that they overlap and end in each other.
    fn text(bytes_max: usize) -> impl Strategy<Value = String> {
        prop::collection::vec(select(&["a", "b", "ab", "è", "\\"][..]), 0..bytes_max)
            .prop_map(|parts| parts.concat())
    }

    fn part() -> impl Strategy<Value = Part> {
        select(&[Part::Whole, Part::Start, Part::End, Part::Anywhere][..])
    }

    proptest! {
        #[test]
        fn what_is_found_is_what_a_search_for_each_finds(
            texts in prop::collection::vec((text(14), part()), 0..30),
            values in prop::collection::vec(text(30), 1..20),
        ) {
            let texts: Vec<(&str, Part)> = texts
                .iter()
                .filter(|(text, part)| *part == Part::Whole || text.len() >= 2)
                .map(|(text, part)| (text.as_str(), *part))
                .collect();
            let mut once: Vec<(&str, Part)> = Vec::new();
            texts.into_iter().for_each(|text| if !once.contains(&text) { once.push(text) });
            let needles = Needles::new(&once);
            for value in &values {
                let mut found = std::collections::BTreeSet::new();
                needles.find(value, |number| {
                    found.insert(number as usize);
                });
                let plainly = once.iter().enumerate().filter(|(_, (text, part))| match part {
                    Part::Whole => value == text,
                    Part::Start => value.starts_with(text),
                    Part::End => value.ends_with(text),
                    Part::Anywhere => value.contains(text),
                });
                prop_assert_eq!(found, plainly.map(|(number, _)| number).collect(), "{:?} in {:?}", once, value);
            }
        }
    }
}
