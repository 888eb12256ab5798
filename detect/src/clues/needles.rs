//! Many texts looked for in a value at once: those of its ends in tables, those within by a few rare bytes of each.
//!
//! Of a text of seven bytes or more, wherever it stands, four bytes fill one of the value's quarters of sixteen, so only every
//! fourth place is looked at for those; of four bytes or more, three begin at an even place. Where the texts are few, most values
//! are known to have none of them before any place is looked at.
//!
//! Promises: every text that stands where it must is found; a place that is looked at costs one look at a table of bits, and
//! more only where that says that its bytes may be those of some text. Must not know: who asks.

mod anchors;
mod commonness;
mod edges;

use rustc_hash::FxHashMap;

use self::anchors::{
    ANCHOR_BYTES, Anchors, MIDDLING_BYTES, MIDDLING_STEP, SHORT_BYTES, anchor, middling_anchor, short_anchor,
};
use self::commonness::Commonness;
use self::edges::{Edges, first_bytes, last_bytes};
use super::Part;

/// Texts of so many bytes are found by every fourth place of a value.
pub(super) const LONG_BYTES: usize = 2 * ANCHOR_BYTES - 1;

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
