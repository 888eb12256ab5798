//! All needles of one operand: one look at a value says which of its atoms may hold.
//!
//! One Aho-Corasick automaton over values without case, and a table of whole values.
//!
//! Promises: an atom with a clue that is not among the fired ones holds for no value. Must not know: rules.

use aho_corasick::{AhoCorasick, AhoCorasickKind, Match};
use rustc_hash::FxHashMap;

use super::atoms::{Atom, AtomId};
use super::matcher::Part;
use super::rows::Rows;
use super::scope::ScopeColumn;

/// States of an automaton take the more room the faster they are; up to so many bytes of needles it is the
/// fastest kind.
const DENSE_BYTES_MAX: usize = 8 << 10;

/// Position of an atom among those of the operand.
type Slot = u32;

/// The needles of the atoms of one operand.
#[derive(Debug)]
pub(super) struct OperandIndex {
    /// By slot.
    atoms: Vec<AtomId>,
    wholes: FxHashMap<Box<str>, Vec<Slot>>,
    automaton: AhoCorasick,
    /// By pattern of the automaton.
    needles: Vec<Vec<(Slot, Part)>>,
    /// Atoms whose clue says nothing of values beyond ASCII.
    beyond_ascii: Vec<Slot>,
}

/// The needles before they are made an automaton.
#[derive(Debug, Default)]
struct Needles {
    wholes: FxHashMap<Box<str>, Vec<Slot>>,
    pattern_of: FxHashMap<Box<str>, usize>,
    patterns: Vec<Box<str>>,
    needles: Vec<Vec<(Slot, Part)>>,
}

impl Needles {
    fn add(&mut self, slot: Slot, text: &str, part: Part) {
        if part == Part::Whole {
            self.wholes.entry(text.into()).or_default().push(slot);
            return;
        }
        let next = self.patterns.len();
        let pattern = *self.pattern_of.entry(text.into()).or_insert(next);
        if pattern == next {
            self.patterns.push(text.into());
            self.needles.push(Vec::new());
        }
        if let Some(slots) = self.needles.get_mut(pattern) {
            slots.push((slot, part));
        }
    }
}

impl OperandIndex {
    /// The index of the atoms that have a clue. None when the automaton would be too large to be built.
    pub(super) fn new<'a>(atoms: impl IntoIterator<Item = (AtomId, &'a Atom)>) -> Option<OperandIndex> {
        let (mut ids, mut beyond_ascii) = (Vec::new(), Vec::new());
        let mut needles = Needles::default();
        for (id, atom) in atoms {
            let Some(clue) = &atom.clue else { continue };
            let slot = ids.len() as Slot;
            ids.push(id);
            if clue.ascii_only {
                beyond_ascii.push(slot);
            }
            clue.needles.iter().for_each(|needle| needles.add(slot, &needle.text, needle.part));
        }
        let bytes: usize = needles.patterns.iter().map(|text| text.len()).sum();
        let kind =
            if bytes <= DENSE_BYTES_MAX { AhoCorasickKind::DFA } else { AhoCorasickKind::ContiguousNFA };
        let patterns = needles.patterns.iter().map(|text| text.as_bytes());
        let automaton = AhoCorasick::builder().kind(Some(kind)).prefilter(false).build(patterns).ok()?;
        let Needles { wholes, needles, .. } = needles;
        Some(OperandIndex { atoms: ids, wholes, automaton, needles, beyond_ascii })
    }

    /// The atoms that may hold, each with the distinct values of the column that betray it.
    pub(super) fn fired(&self, column: &ScopeColumn<'_>) -> Vec<(AtomId, Rows)> {
        let mut fired = Fired::new(self.atoms.len(), column.distinct());
        for index in 0..column.distinct() {
            let (value, folded) = column.value(index);
            for slot in self.wholes.get(folded).into_iter().flatten() {
                fired.add(*slot, index);
            }
            for found in self.automaton.find_overlapping_iter(folded) {
                let needles = self.needles.get(found.pattern().as_usize());
                for (slot, part) in needles.into_iter().flatten() {
                    if is_there(*part, &found, folded.len()) {
                        fired.add(*slot, index);
                    }
                }
            }
            if !self.beyond_ascii.is_empty() && !value.is_ascii() {
                self.beyond_ascii.iter().for_each(|slot| fired.add(*slot, index));
            }
        }
        let named = fired
            .values
            .into_iter()
            .filter_map(|(slot, values)| self.atoms.get(slot as usize).map(|id| (*id, values)));
        named.collect()
    }
}

fn is_there(part: Part, found: &Match, value_bytes: usize) -> bool {
    match part {
        Part::Anywhere => true,
        Part::Start => found.start() == 0,
        Part::End => found.end() == value_bytes,
        Part::Whole => found.len() == value_bytes,
    }
}

/// The values found so far, by slot.
struct Fired {
    distinct: usize,
    /// Position in `values` plus one, by slot; zero for slots that have none.
    position_of: Vec<u32>,
    values: Vec<(Slot, Rows)>,
}

impl Fired {
    fn new(slots: usize, distinct: usize) -> Fired {
        Fired { distinct, position_of: vec![0; slots], values: Vec::new() }
    }

    #[inline]
    fn add(&mut self, slot: Slot, value: usize) {
        let Some(position) = self.position_of.get_mut(slot as usize) else { return };
        if *position == 0 {
            self.values.push((slot, Rows::none(self.distinct)));
            *position = self.values.len() as u32;
        }
        if let Some((_, values)) = self.values.get_mut(*position as usize - 1) {
            values.insert(value);
        }
    }
}
