//! Which runs of four bytes the messages of a row group hold, so that a rare word is found without reading text.
//!
//! Of a text every other run is noted. A word inside it brings either all its own even runs with it or all its odd ones, wherever
//! its edges are: a row group that lacks one of each holds no message with the word. Letters are taken as lower case, so that both
//! kinds of LIKE can ask.
//!
//! Promises: never says that a word is absent which is there. Must not know: files, plans.

use arrow::array::{ArrayRef, AsArray};

/// Bits of a filter while it is made, a power of two.
const BITS: usize = 1 << 20;
/// A filter with so few bits set, one in this many, is folded to half its size.
const SPARSE: usize = 64;
/// Fewest bits of a filter.
const BITS_MIN: usize = 1 << 10;
/// Bytes of a run.
const RUN: usize = 4;
/// From one run that is noted to the next, bytes.
const STEP: usize = 2;
/// Of a shorter word nothing is known: it need not bring a run with it.
pub(crate) const WORD_MIN: usize = RUN + STEP - 1;

/// The runs of one row group.
pub(crate) struct Grams {
    words: Vec<u64>,
}

impl Grams {
    pub(crate) fn new() -> Grams {
        Grams { words: vec![0; BITS / 64] }
    }

    /// Notes the runs of a text column's texts.
    pub(crate) fn extend(&mut self, texts: &ArrayRef) {
        texts.as_string_view_opt().into_iter().flatten().flatten().for_each(|text| self.add(text.as_bytes()));
    }

    fn add(&mut self, text: &[u8]) {
        // Three runs at once: reading and lowering them one by one was a tenth of what an event costs from socket to lake.
        let mut rest = text;
        while let Some((eight, behind)) = rest.first_chunk::<8>().zip(rest.get(3 * STEP..)) {
            let eight = lower(u64::from_le_bytes(*eight));
            (0..3).for_each(|at| self.set(number((eight >> (8 * STEP * at)) as u32)));
            rest = behind;
        }
        numbers(rest).for_each(|number| self.set(number));
    }

    fn set(&mut self, number: u32) {
        let bit = number as usize % BITS;
        if let Some(word) = self.words.get_mut(bit / 64) {
            *word |= 1 << (bit % 64);
        }
    }

    fn is_sparse(&self) -> bool {
        let set: usize = self.words.iter().map(|word| word.count_ones() as usize).sum();
        self.words.len() * 64 > BITS_MIN && set * SPARSE < self.words.len() * 64
    }

    /// The upper half laid over the lower: a bit is then found by its number's lower digits.
    fn fold(&mut self) {
        let upper = self.words.split_off(self.words.len() / 2);
        for (word, other) in self.words.iter_mut().zip(upper) {
            *word |= other;
        }
    }

    /// As it lies in a file: the words, little endian, folded as long as few bits are set.
    pub(crate) fn into_bytes(mut self) -> Vec<u8> {
        while self.is_sparse() {
            self.fold();
        }
        self.words.iter().flat_map(|word| word.to_le_bytes()).collect()
    }
}

/// False when no text of the row group whose filter this is can hold `word`.
pub(crate) fn may_hold(filter: &[u8], word: &str) -> bool {
    let bits = filter.len() * 8;
    let is_set = |number: u32| {
        let byte = (number as usize).checked_rem(bits).and_then(|bit| Some((filter.get(bit / 8)?, bit % 8)));
        byte.is_none_or(|(byte, bit)| byte & (1 << bit) != 0)
    };
    // The text's runs begin at even places: those of the word there are its even or its odd ones.
    (0..STEP).any(|at| numbers(word.as_bytes().get(at..).unwrap_or_default()).all(is_set))
}

/// The number of every other run of a text.
fn numbers(text: &[u8]) -> impl Iterator<Item = u32> {
    let runs = text.windows(RUN).step_by(STEP).filter_map(<[u8]>::first_chunk::<RUN>);
    runs.map(|run| number(lower(u32::from_le_bytes(*run).into()) as u32))
}

/// The number of a run in lower case. All its digits hang on all four bytes: when a filter is folded only the lower ones are left.
fn number(run: u32) -> u32 {
    (u64::from(run).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as u32
}

/// Eight bytes with ASCII letters in lower case, all at once.
fn lower(run: u64) -> u64 {
    let low = run & 0x7F7F_7F7F_7F7F_7F7F;
    let at_least_a = low.wrapping_add(0x3F3F_3F3F_3F3F_3F3F);
    let above_z = low.wrapping_add(0x2525_2525_2525_2525);
    let is_upper = at_least_a & !above_z & !run & 0x8080_8080_8080_8080;
    run | (is_upper >> 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::StringViewArray;
    use proptest::prelude::*;
    use std::sync::Arc;

    fn filter(texts: &ArrayRef) -> Vec<u8> {
        let mut grams = Grams::new();
        grams.extend(texts);
        grams.into_bytes()
    }

    proptest! {
        #[test]
        fn eight_bytes_are_lowered_as_one_by_one(bytes in any::<[u8; 8]>()) {
            let one_by_one = bytes.map(|byte| byte.to_ascii_lowercase());
            prop_assert_eq!(lower(u64::from_le_bytes(bytes)).to_le_bytes(), one_by_one);
        }

        #[test]
        fn runs_noted_at_once_are_those_noted_one_by_one(text in "[a-zA-Zàè0-9 ]{0,60}") {
            let (mut at_once, mut one_by_one) = (Grams::new(), Grams::new());
            at_once.add(text.as_bytes());
            numbers(text.as_bytes()).for_each(|number| one_by_one.set(number));
            prop_assert!(at_once.words == one_by_one.words);
        }

        #[test]
        fn a_word_that_is_there_is_never_denied(
            texts in prop::collection::vec("[a-zA-Zàè0-9 ]{0,40}", 1..200),
            at in any::<prop::sample::Index>(),
            cut in any::<(prop::sample::Index, prop::sample::Index)>(),
        ) {
            let array: ArrayRef = Arc::new(StringViewArray::from_iter_values(&texts));
            let filter = filter(&array);
            let text = &texts[at.index(texts.len())];
            let marks: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            let (one, other) = (marks[cut.0.index(marks.len())], marks[cut.1.index(marks.len())]);
            let word = text.get(one.min(other)..one.max(other)).unwrap();
            prop_assert!(may_hold(&filter, word));
            prop_assert!(may_hold(&filter, &word.to_ascii_uppercase()));
        }
    }

    #[test]
    fn a_rare_word_is_denied() {
        let texts =
            (0..10_000).map(|number| format!("pratica {number} accettata per l'ufficio {}", number % 7));
        let array: ArrayRef = Arc::new(StringViewArray::from_iter_values(texts));
        let filter = filter(&array);
        assert!(filter.len() < BITS / 8, "{} bytes", filter.len());
        assert!(may_hold(&filter, "pratica 9876 accettata"));
        assert!(!may_hold(&filter, "zq7xk9tr"));
        assert!(!may_hold(&filter, "tributi"));
        // Too short to say anything.
        assert!(may_hold(&filter, "zzzz"));
    }
}
