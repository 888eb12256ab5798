//! A family of attacks as a list of traits, and how the traits a text shows become one score.
//!
//! Each trait alone says with its weight how surely a text is an attack; together they say it as independent
//! witnesses would: `1 - (1 - w1)(1 - w2)...`.
//!
//! Promises: a text without any needle costs one pass. Must not know: what the families are.

use aho_corasick::AhoCorasick;
use regex::bytes::{RegexSet, RegexSetBuilder};

use super::decoding::Decoded;

/// Bytes that the compiled traits of a family may take.
const COMPILED_BYTES_MAX: usize = 64 << 20;
/// What a second layer of encoding leaves of the innocence of a text that shows a trait.
const HIDDEN_LAYER: f64 = 0.7;

/// A trait: its weight, and a pattern over the bytes of decoded lower-case text. Bytes, because attacks are
/// spelled in ASCII and Unicode's classes would make the compiled traits many times larger.
pub(super) type Trait = (f64, &'static str);

/// A family made ready.
#[derive(Debug)]
pub(super) struct Family {
    needles: AhoCorasick,
    patterns: RegexSet,
    weights: Vec<f64>,
}

impl Family {
    /// A family of `traits`; a text without any of `needles` shows none of them.
    pub fn new(needles: &[&str], traits: &[Trait]) -> Option<Family> {
        Some(Family {
            needles: AhoCorasick::new(needles).ok()?,
            patterns: RegexSetBuilder::new(traits.iter().map(|(_, pattern)| *pattern))
                .unicode(false)
                .size_limit(COMPILED_BYTES_MAX)
                .dfa_size_limit(COMPILED_BYTES_MAX)
                .build()
                .ok()?,
            weights: traits.iter().map(|(weight, _)| *weight).collect(),
        })
    }

    /// True when `text` may show a trait.
    pub fn is_candidate(&self, text: &str) -> bool {
        self.needles.is_match(text)
    }

    /// How innocent `text` is: 1 when it shows no trait.
    pub fn innocence(&self, text: &str) -> f64 {
        if !self.is_candidate(text) {
            return 1.0;
        }
        let shown = self.patterns.matches(text.as_bytes());
        shown.iter().map(|index| 1.0 - self.weights.get(index).copied().unwrap_or(0.0)).product()
    }

    /// The score of a decoded text: that of its worst layer, more when it hides below another.
    pub fn score(&self, decoded: &Decoded<'_>) -> f64 {
        let mut least = 1.0_f64;
        for (depth, layer) in decoded.layers.iter().enumerate() {
            let innocence = self.innocence(layer);
            let hides = depth > 0 && innocence < 1.0;
            least = least.min(if hides { innocence * HIDDEN_LAYER } else { innocence });
        }
        1.0 - least
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::functions::request::decoding::decode;

    #[test]
    fn traits_add_up_as_witnesses() {
        let family = Family::new(&["a", "b"], &[(0.5, "a"), (0.5, "b")]).unwrap();
        assert_eq!(family.score(&decode("c")), 0.0);
        assert_eq!(family.score(&decode("a")), 0.5);
        assert_eq!(family.score(&decode("ab")), 0.75);
        assert_eq!(family.score(&decode("%2561")), 0.65);
    }
}
