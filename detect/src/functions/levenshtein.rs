//! `levenshtein(a, b)`: how many slips of the pen lie between two words.

use std::sync::Arc;

use arrow::array::Int64Array;

use super::{Answer, Argument, Function};

/// Longer texts are compared up to here, so that a line of any length costs a bounded time.
const CHARACTERS_MAX: usize = 256;

pub(super) const FUNCTION: Function = Function {
    name: "levenshtein",
    signature: "levenshtein(a text, b text) -> integer",
    meaning_en: "Least number of characters to insert, delete or replace to turn one text into the other (first 256 characters)",
    meaning_it: "Minimo numero di caratteri da inserire, togliere o sostituire per passare da un testo all'altro (primi 256 caratteri)",
    example: "levenshtein(url_domain, 'comune.example.it')",
    arguments: &[Argument::Text, Argument::Text],
    answer: Answer::Integer,
    run: |arguments| {
        let (a, b) = (arguments.texts(0)?, arguments.texts(1)?);
        let distances = a.iter().zip(b.iter()).map(|(a, b)| Some(levenshtein(a?, b?)));
        Ok(Arc::new(distances.collect::<Int64Array>()))
    },
};

fn levenshtein(a: &str, b: &str) -> i64 {
    let cut = |text: &str| text.chars().take(CHARACTERS_MAX).collect::<String>();
    strsim::levenshtein(&cut(a), &cut(b)) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_counted_and_long_texts_are_cut() {
        assert_eq!(levenshtein("comune", "cornune"), 2);
        assert_eq!(levenshtein("è", "e"), 1);
        assert_eq!(levenshtein(&"a".repeat(100_000), &"b".repeat(100_000)), 256);
    }
}
