//! Pairs whose keys follow each other as they did in the lines before: the key that is expected is compared, not looked
//! for.
//!
//! Promises: the pairs are those of [`pairs`](super::pairs), whatever was read before; bounded. Must not know: what keys
//! mean.

use rustc_hash::FxHashMap;

use super::{Pairs, closing_quote};
use crate::scan;

/// Heads known at a time: beyond them all are learnt anew.
const HEADS_MAX: usize = 512;
/// None stands there.
const NONE: usize = usize::MAX;

/// The heads of the pairs read so far, in their order, each with what `T` tells of its key.
#[derive(Debug)]
pub(crate) struct Order<T> {
    separator: u8,
    heads: Vec<Head<T>>,
    /// Where each stands in `heads`, by its bytes.
    places: FxHashMap<u128, usize>,
    /// The one that opened the last line.
    first: usize,
}

/// What stands before a value: a separator, unless it opens the line, the key, `=` and perhaps a quote.
#[derive(Debug)]
struct Head<T> {
    /// Its bytes, sixteen at most, the first one lowest.
    bytes: u128,
    /// Which of sixteen there are.
    mask: u128,
    length: usize,
    key_start: usize,
    key_end: usize,
    is_quoted: bool,
    /// The head that followed last time.
    next: usize,
    told: T,
}

impl<T> Head<T> {
    /// True when it stands at the start of a text.
    #[inline]
    fn opens(&self, text: &[u8]) -> bool {
        let sixteen = match text.first_chunk() {
            Some(sixteen) => u128::from_le_bytes(*sixteen),
            None => scan::sixteen(text).unwrap_or(0),
        };
        // A bare value begins with no quote.
        (sixteen ^ self.bytes) & self.mask == 0
            && self.length <= text.len()
            && (self.is_quoted || text.get(self.length) != Some(&b'"'))
    }
}

/// A pair whose key is cut when it is asked for.
pub(crate) struct Pair<'a, T> {
    text: &'a str,
    key_start: usize,
    key_end: usize,
    pub(crate) value: &'a str,
    /// What is told of the key.
    pub(crate) told: T,
}

impl<'a, T> Pair<'a, T> {
    /// The key.
    #[inline]
    pub(crate) fn key(&self) -> &'a str {
        self.text.get(self.key_start..self.key_end).unwrap_or_default()
    }
}

impl<T> Default for Order<T> {
    fn default() -> Order<T> {
        Order { separator: 0, heads: Vec::new(), places: FxHashMap::default(), first: NONE }
    }
}

impl<T: Copy> Order<T> {
    /// Shows the pairs to `take`, with what is told of their keys by `of`, a function of the key, until it says false.
    #[inline]
    pub(crate) fn read<'a>(
        &mut self,
        mut pairs: Pairs<'a>,
        of: impl Fn(&str) -> T,
        mut take: impl FnMut(Pair<'a, T>) -> bool,
    ) {
        let (text, bytes) = (pairs.text, pairs.text.as_bytes());
        if self.separator != pairs.separator {
            *self = Order { separator: pairs.separator, ..Order::default() };
        }
        let (mut last, mut next) = (NONE, self.first);
        loop {
            let at = pairs.at;
            let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) else { return };
            let pair;
            if let Some(head) = self.heads.get(next)
                && head.opens(rest)
            {
                let start = at + head.length;
                let end = if head.is_quoted {
                    closing_quote(bytes, start)
                } else {
                    scan::one(self.separator, bytes, start).unwrap_or(bytes.len())
                };
                pairs.at = end + usize::from(head.is_quoted);
                let Some(value) = text.get(start..end) else { return };
                let (key_start, key_end) = (at + head.key_start, at + head.key_end);
                pair = Pair { text, key_start, key_end, value, told: head.told };
                (last, next) = (next, head.next);
            } else {
                let Some(found) = self.learnt(&mut pairs, &mut last, &of) else { return };
                next = self.heads.get(last).map_or(NONE, |head| head.next);
                pair = found;
            }
            if !take(pair) {
                return;
            }
        }
    }

    /// The next pair, whose head is expected from now on behind the `last`, which it becomes.
    #[inline(never)]
    fn learnt<'a>(
        &mut self,
        pairs: &mut Pairs<'a>,
        last: &mut usize,
        of: &impl Fn(&str) -> T,
    ) -> Option<Pair<'a, T>> {
        let at = pairs.at;
        let (key_start, key_end) = pairs.key()?;
        let value = pairs.value()?;
        let text = pairs.text;
        let key = text.get(key_start..key_end)?;
        let is_quoted = text.as_bytes().get(key_end + 1) == Some(&b'"');
        let head = text.get(at..key_end + 1 + usize::from(is_quoted))?;
        let (place, told) = self.place(head, key, is_quoted, of);
        match self.heads.get_mut(*last) {
            Some(before) => before.next = place,
            None if at == 0 => self.first = place,
            None => {}
        }
        *last = place;
        Some(Pair { text, key_start, key_end, value, told })
    }

    /// Where a head stands, and what is told of its key; nowhere when it is none to be known: too long, or with more before
    /// the key than a separator.
    fn place(&mut self, head: &str, key: &str, is_quoted: bool, of: &impl Fn(&str) -> T) -> (usize, T) {
        let key_end = head.len() - 1 - usize::from(is_quoted);
        let key_start = key_end - key.len();
        let before = head.as_bytes().get(..key_start).unwrap_or_default();
        let bytes =
            scan::sixteen(head.as_bytes()).filter(|_| before.is_empty() || *before == [self.separator]);
        let Some(bytes) = bytes else { return (NONE, of(key)) };
        if let Some(place) = self.places.get(&bytes)
            && let Some(known) = self.heads.get(*place)
        {
            return (*place, known.told);
        }
        if self.heads.len() == HEADS_MAX {
            *self = Order { separator: self.separator, ..Order::default() };
        }
        let (place, told) = (self.heads.len(), of(key));
        let mask = u128::MAX.checked_shr(128 - 8 * head.len() as u32).unwrap_or_default();
        let length = head.len();
        self.heads.push(Head { bytes, mask, length, key_start, key_end, is_quoted, next: NONE, told });
        self.places.insert(bytes, place);
        (place, told)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::pairs;
    use super::*;

    /// The pairs of a text as an order shows them, with the length of each key.
    fn shown<'a>(order: &mut Order<usize>, text: &'a str, separator: u8) -> Vec<(&'a str, &'a str)> {
        let mut shown = Vec::new();
        order.read(pairs(text, separator), str::len, |pair| {
            assert_eq!(pair.told, pair.key().len());
            shown.push((pair.key(), pair.value));
            true
        });
        shown
    }

    #[test]
    fn keys_are_expected_where_they_stood() {
        let mut order = Order::default();
        for line in ["a=1 type=\"x y\" b=2 end of the line", "a=3 type=z b=\"4\" end of the line", "b=5 a=1"]
        {
            let found: Vec<_> = pairs(line, b' ').collect();
            assert_eq!(shown(&mut order, line, b' '), found);
            assert_eq!(shown(&mut order, line, b' '), found);
        }
        let heads: Vec<_> = order.heads.iter().map(|head| head.length).collect();
        assert_eq!(heads, ["a=", " type=\"", " b=", " type=", " b=\"", "b=", " a="].map(str::len));
    }

    #[test]
    fn many_keys_are_learnt_anew() {
        let mut order = Order::default();
        for number in 0..3 * HEADS_MAX {
            let line = format!("a=1 k{number}=2 z=3 and what follows");
            assert_eq!(shown(&mut order, &line, b' '), pairs(&line, b' ').collect::<Vec<_>>());
        }
        assert!(order.heads.len() <= HEADS_MAX && order.places.len() <= HEADS_MAX);
    }

    proptest! {
        #[test]
        fn the_pairs_are_those_that_are_read_alone(
            lines in prop::collection::vec(
                ("([,; \t]{0,2}(a|b|type|a_long_name_of|a-key|è|a,b|)(=|=\"|==| =)(1|2 3|x,y|é|a=b|\\\\\"|)(\"|)){0,8}", "[ ,;]"),
                1..12,
            ),
        ) {
            let mut order = Order::default();
            for (line, separator) in lines.iter().chain(&lines) {
                let separator = separator.as_bytes()[0];
                let read = pairs(line, separator).collect::<Vec<_>>();
                prop_assert_eq!(shown(&mut order, line, separator), read);
            }
        }
    }
}
