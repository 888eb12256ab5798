//! Templates that differ in one word, found by hashing each with every word replaced in turn.
//!
//! A hole is what is left of a template when one word is taken out. When enough distinct words were seen in a hole and
//! enough words stand around it, what fills it is a value: the templates are one, and so is whatever fills it later. Drain
//! (He et al., 2017) takes two differing words as proof, which joins `started` to `stopped`.
//!
//! Promises: linear in templates times their words. Must not know: texts, counts.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::hash;
use super::skeleton::VALUE;

/// So many distinct words in one hole make them a value.
const DISTINCT_MIN: usize = 5;
/// The same behind a word that names people come after.
const DISTINCT_NAMES_MIN: usize = 3;
/// So many constant words must stand around a hole.
const CONSTANT_MIN: usize = 2;
/// Stands for the word taken out: no word hashes to an even number.
const HOLE: u64 = 2;

/// Words that a person's name follows, in English and Italian.
static BEFORE_NAMES: LazyLock<[u64; 2]> =
    LazyLock::new(|| ["user", "utente"].map(|word| hash::word(word.as_bytes())));

/// What fills a hole.
#[derive(Debug, Clone, Copy)]
enum Filling {
    /// Templates by their index, too few yet.
    Words { members: [u32; DISTINCT_MIN], count: usize },
    /// The template that has a value there.
    Value(u32),
}

/// The holes of all templates.
#[derive(Debug, Default)]
pub(super) struct Holes {
    fillings: FxHashMap<u64, Filling>,
}

/// What entering a template in a hole has shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Entered {
    /// Nothing yet.
    Waits,
    /// It belongs to the template with a value there.
    Fills(u32),
    /// These are one template with a value there, which is to be told by [`Holes::close`].
    Completes(Vec<u32>),
}

impl Holes {
    /// The template that has a value where `words` has a word, and is the same elsewhere.
    pub(super) fn whole_of(&self, words: &[u64]) -> Option<u32> {
        places(words).find_map(|place| match self.fillings.get(&hole(words, place)) {
            Some(Filling::Value(whole)) => Some(*whole),
            _ => None,
        })
    }

    /// Enters the template `index` at one of its [`places`].
    pub(super) fn enter(&mut self, words: &[u64], place: usize, index: u32) -> Entered {
        let empty = Filling::Words { members: [0; DISTINCT_MIN], count: 0 };
        match self.fillings.entry(hole(words, place)).or_insert(empty) {
            Filling::Value(whole) => Entered::Fills(*whole),
            Filling::Words { members, count } => {
                if let Some(free) = members.get_mut(*count) {
                    *free = index;
                    *count += 1;
                }
                let is_complete = *count >= distinct_min(words, place);
                if is_complete {
                    Entered::Completes(members.iter().take(*count).copied().collect())
                } else {
                    Entered::Waits
                }
            }
        }
    }

    /// From now on what stands at that place is a value, and `whole` the template that has it.
    pub(super) fn close(&mut self, words: &[u64], place: usize, whole: u32) {
        self.fillings.insert(hole(words, place), Filling::Value(whole));
    }

    /// Keeps what `place_of` gives a new index.
    pub(super) fn renumber(&mut self, place_of: impl Fn(u32) -> Option<u32>) {
        self.fillings.retain(|_, filling| match filling {
            Filling::Value(whole) => place_of(*whole).map(|index| *whole = index).is_some(),
            Filling::Words { members, count } => {
                let mut kept = 0;
                for at in 0..*count {
                    if let Some(index) = members.get(at).copied().and_then(&place_of)
                        && let Some(free) = members.get_mut(kept)
                    {
                        *free = index;
                        kept += 1;
                    }
                }
                *count = kept;
                kept > 0
            }
        });
        self.fillings.shrink_to_fit();
    }
}

/// Places of words that leave enough others when taken out.
pub(super) fn places(words: &[u64]) -> impl Iterator<Item = usize> {
    let constant = words.iter().filter(|word| **word != VALUE).count();
    let is_enough = constant > CONSTANT_MIN;
    words.iter().enumerate().filter(move |(_, word)| is_enough && **word != VALUE).map(|(place, _)| place)
}

/// The hash of all words but one.
fn hole(words: &[u64], place: usize) -> u64 {
    let word = |(at, word): (usize, &u64)| if at == place { HOLE } else { *word };
    hash::finish(words.iter().enumerate().map(word).fold(0, hash::then))
}

fn distinct_min(words: &[u64], place: usize) -> usize {
    let before = place.checked_sub(1).and_then(|place| words.get(place));
    if before.is_some_and(|word| BEFORE_NAMES.contains(word)) { DISTINCT_NAMES_MIN } else { DISTINCT_MIN }
}
