//! Many texts looked for in a value at once: those of its ends in tables, those within by four rare bytes of each.
//!
//! Of a text of seven bytes or more, wherever it stands, four bytes fill one of the value's quarters of sixteen, so only every
//! fourth place is looked at for those.
//!
//! Promises: every text that stands where it must is found; a place that is looked at costs one look at a table of bits, and
//! more only where that says that its bytes may be those of some text. Must not know: who asks.

use rustc_hash::FxHashMap;

use super::Part;

/// Bytes of a text that are looked for first.
const ANCHOR_BYTES: usize = 4;

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
        let of = |bytes: std::ops::Range<usize>| texts().filter(move |(text, _)| bytes.contains(&text.len()));
        Within {
            long: Anchors::new(of(LONG_BYTES..usize::MAX), ANCHOR_BYTES, ANCHOR_BYTES, commonness),
            middling: Anchors::new(of(ANCHOR_BYTES..LONG_BYTES), ANCHOR_BYTES, 1, commonness),
            short: Anchors::new(of(SHORT_BYTES..ANCHOR_BYTES), SHORT_BYTES, 1, commonness),
        }
    }

    #[inline]
    fn find(&self, value: &[u8], found: &mut impl FnMut(u32)) {
        if !self.long.is_empty() {
            let (quarters, _) = value.as_chunks::<ANCHOR_BYTES>();
            let places = quarters.iter().map(anchor).enumerate();
            self.long.find(value, places.map(|(quarter, anchor)| (quarter * ANCHOR_BYTES, anchor)), found);
        }
        if !self.middling.is_empty() {
            self.middling.find(value, value.array_windows().map(anchor).enumerate(), found);
        }
        if !self.short.is_empty() {
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
    /// A bit for each hash of an anchor.
    filter: Vec<u64>,
    /// What a hash is shifted by to be the number of a bit.
    shift: u32,
    by_anchor: FxHashMap<u32, Vec<Anchored>>,
}

#[derive(Debug)]
struct Anchored {
    text: Box<[u8]>,
    /// Where its anchor stands.
    offset: usize,
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
        let mut by_anchor: FxHashMap<u32, Vec<Anchored>> = FxHashMap::default();
        for (text, number) in texts {
            let bytes = text.as_bytes();
            let runs = bytes.windows(width + step - 1).enumerate();
            let Some((first, run)) = runs.min_by_key(|(_, run)| commonness.at(run)) else { continue };
            for (offset, bytes) in (first..).zip(run.windows(width)) {
                let anchored = Anchored { text: text.as_bytes().into(), offset, number };
                by_anchor.entry(anchor_of(bytes)).or_default().push(anchored);
            }
        }
        let bits = (by_anchor.len() * FILTER_BITS).next_power_of_two().max(64);
        let (filter, shift) = (vec![0; bits / 64], u32::BITS - bits.trailing_zeros());
        let mut anchors = Anchors { filter, shift, by_anchor };
        for anchor in anchors.by_anchor.keys() {
            let bit = hash(*anchor, shift);
            if let Some(word) = anchors.filter.get_mut(bit / 64) {
                *word |= 1 << (bit % 64);
            }
        }
        anchors
    }

    fn is_empty(&self) -> bool {
        self.by_anchor.is_empty()
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
        for Anchored { text, offset, number } in self.by_anchor.get(&anchor).into_iter().flatten() {
            let rest = at.checked_sub(*offset).and_then(|start| value.get(start..));
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

    /// The less, the rarer: by how often its anchors stand in the texts, then by how usual its bytes are.
    fn at(&self, run: &[u8]) -> (u32, u32) {
        let counts =
            run.array_windows().map(|bytes| self.counts.get(&anchor(bytes)).copied().unwrap_or_default());
        (counts.sum(), run.iter().map(|byte| usualness(*byte)).sum())
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
