//! A regular expression of a rule, compiled when the first value is put to it.
//!
//! Most never are: no value of a run has what betrays them, and compiling all took an eighth of the loading of rules.
//!
//! Promises: one that is wrong or would take too much memory is refused before any value is seen. Must not know: fields,
//! rules.

use std::sync::OnceLock;

use regex::{Error, Regex, RegexBuilder};
use regex_syntax::hir::{Class, Hir, HirKind};

/// Bytes that a compiled expression may take.
const COMPILED_BYTES_MAX: usize = 4 << 20;

/// Bytes of a compiled expression for one step of it, at most.
const STEP_BYTES: usize = 64;

/// Steps for one range of characters: four sequences of four bytes each.
const RANGE_STEPS: usize = 16;

/// An expression that compiles.
#[derive(Debug)]
pub(super) struct Expression {
    text: String,
    /// None within when it did not compile after all.
    compiled: OnceLock<Option<Regex>>,
}

impl Expression {
    /// The expression of that text, in the words of the crate `regex`.
    pub(super) fn new(text: &str) -> Result<Expression, Error> {
        let surely_fits = regex_syntax::parse(text).is_ok_and(|hir| bytes_of(&hir) <= COMPILED_BYTES_MAX);
        let compiled = if surely_fits { OnceLock::new() } else { OnceLock::from(Some(compile(text)?)) };
        Ok(Expression { text: text.to_owned(), compiled })
    }

    /// Its text.
    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// True when it is found in `value`.
    #[inline]
    pub(super) fn is_match(&self, value: &str) -> bool {
        let compiled = self.compiled.get_or_init(|| compile(&self.text).ok());
        debug_assert!(compiled.is_some(), "/{}/ was taken for one that compiles", self.text);
        compiled.as_ref().is_some_and(|regex| regex.is_match(value))
    }
}

fn compile(text: &str) -> Result<Regex, Error> {
    RegexBuilder::new(text).size_limit(COMPILED_BYTES_MAX).build()
}

/// Bytes that an expression takes compiled, at most.
fn bytes_of(hir: &Hir) -> usize {
    let within = match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => 0,
        HirKind::Literal(literal) => literal.0.len() * STEP_BYTES,
        HirKind::Class(Class::Unicode(class)) => class.ranges().len() * RANGE_STEPS * STEP_BYTES,
        HirKind::Class(Class::Bytes(class)) => class.ranges().len() * STEP_BYTES,
        HirKind::Repetition(repetition) => {
            let times = repetition.max.unwrap_or(repetition.min.saturating_add(1)).max(1);
            bytes_of(&repetition.sub).saturating_add(STEP_BYTES).saturating_mul(times as usize)
        }
        HirKind::Capture(capture) => bytes_of(&capture.sub).saturating_add(STEP_BYTES),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().map(bytes_of).fold(0, usize::saturating_add)
        }
    };
    within.saturating_add(STEP_BYTES)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_plain_one_is_compiled_at_its_first_value_and_a_monstrous_or_wrong_one_refused_at_once() {
        let plain = Expression::new(r"(?i)^\w+ -enc\s+[^|]{4,}").unwrap();
        assert!(plain.compiled.get().is_none());
        assert!(plain.is_match("powershell -Enc  AAAA") && !plain.is_match("powershell"));
        assert!(plain.compiled.get().is_some());
        assert!(Expression::new("(a{1000}){1000}").is_err());
        assert!(Expression::new("(a").is_err());
        // Large, yet within the bound: compiled at once.
        assert!(Expression::new(r"\w{40}").unwrap().compiled.get().is_some());
    }

    proptest! {
        #[test]
        fn what_is_left_for_later_compiles(
            text in r"(\(\?i\))?(\\w|\\d|[a-z]|è|\[\^a\]|\.|\(a\|b\)\*|\(\\s\|x\)\{2,30\}|\\p\{L\}\{1,9\}){0,8}(\{[0-9]{1,2}\})?",
        ) {
            if let Ok(expression) = Expression::new(&text) {
                prop_assert!(expression.compiled.get().is_some() || compile(&text).is_ok(), "{}", text);
            }
        }
    }
}
