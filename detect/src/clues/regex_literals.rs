//! The literal texts that a regular expression cannot do without.
//!
//! Promises: an ASCII value in which the expression is found holds one of the texts, when case is ignored.
//! Must not know: who asks.

use regex_syntax::hir::{Class, Hir, HirKind};

/// Texts that one set may have.
const TEXTS_MAX: usize = 16;

/// Letters that a class may have to be read as a choice of them.
const CLASS_LETTERS_MAX: usize = 4;

/// The texts in lower case, one of which stands in every ASCII value that the expression is found in.
/// None when there is no such set, or none worth having.
pub(super) fn regex_literals(expression: &str) -> Option<Vec<String>> {
    let hir = regex_syntax::Parser::new().parse(expression).ok()?;
    Part::of(&hir).best()
}

/// What a part of an expression says of the text it matches.
enum Part {
    /// It is one of these.
    Exact(Vec<String>),
    /// It holds one of these.
    Holds(Vec<String>),
    Unknown,
}

impl Part {
    fn of(hir: &Hir) -> Part {
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => Part::Exact(vec![String::new()]),
            HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
                Ok(text) if text.is_ascii() => Part::Exact(vec![text.to_ascii_lowercase()]),
                _ => Part::Unknown,
            },
            HirKind::Class(class) => of_class(class),
            HirKind::Repetition(repetition) => match (repetition.min, repetition.max) {
                (0, _) => Part::Unknown,
                (1, Some(1)) => Part::of(&repetition.sub),
                _ => Part::of(&repetition.sub).best().map_or(Part::Unknown, Part::Holds),
            },
            HirKind::Capture(capture) => Part::of(&capture.sub),
            HirKind::Concat(parts) => of_sequence(parts),
            HirKind::Alternation(parts) => of_choice(parts),
        }
    }

    /// The texts it holds one of.
    fn best(self) -> Option<Vec<String>> {
        match self {
            Part::Exact(texts) | Part::Holds(texts) => worth(&texts).map(|_| texts),
            Part::Unknown => None,
        }
    }
}

/// ASCII letters without case. What a class has beyond ASCII does not concern ASCII values.
fn of_class(class: &Class) -> Part {
    let mut letters = Vec::new();
    let ranges: Vec<(u32, u32)> = match class {
        Class::Unicode(class) => {
            class.iter().map(|range| (range.start().into(), range.end().into())).collect()
        }
        Class::Bytes(class) => class.iter().map(|range| (range.start().into(), range.end().into())).collect(),
    };
    for (start, end) in ranges {
        for letter in (start..=end.min(127)).filter_map(char::from_u32) {
            letters.push(letter.to_ascii_lowercase().to_string());
            if letters.len() > 2 * CLASS_LETTERS_MAX {
                return Part::Unknown;
            }
        }
    }
    letters.sort_unstable();
    letters.dedup();
    if letters.is_empty() || letters.len() > CLASS_LETTERS_MAX { Part::Unknown } else { Part::Exact(letters) }
}

/// Runs of exact parts are joined; the best of the runs and the other parts is what the whole holds.
fn of_sequence(parts: &[Hir]) -> Part {
    let mut best: Option<Vec<String>> = None;
    let mut run = vec![String::new()];
    let mut is_exact = true;
    for part in parts {
        let found = Part::of(part);
        if let Part::Exact(texts) = &found
            && texts.len() * run.len() <= TEXTS_MAX
        {
            run = run.iter().flat_map(|head| texts.iter().map(move |tail| format!("{head}{tail}"))).collect();
            continue;
        }
        is_exact = false;
        best = better(best, std::mem::take(&mut run));
        // An exact part that was too much for this run begins the next.
        run = match found {
            Part::Exact(texts) => texts,
            Part::Holds(texts) => {
                best = better(best, texts);
                vec![String::new()]
            }
            Part::Unknown => vec![String::new()],
        };
    }
    if is_exact {
        return Part::Exact(run);
    }
    better(best, run).map_or(Part::Unknown, Part::Holds)
}

fn of_choice(parts: &[Hir]) -> Part {
    let (mut texts, mut is_exact) = (Vec::new(), true);
    for part in parts {
        match Part::of(part) {
            Part::Exact(more) => texts.extend(more),
            Part::Holds(more) => {
                is_exact = false;
                texts.extend(more);
            }
            Part::Unknown => return Part::Unknown,
        }
    }
    texts.sort_unstable();
    texts.dedup();
    match (texts.len() <= TEXTS_MAX, is_exact) {
        (false, _) => Part::Unknown,
        (true, true) => Part::Exact(texts),
        (true, false) => Part::Holds(texts),
    }
}

/// The length of the shortest text; none when that is nothing, which stands everywhere.
fn worth(texts: &[String]) -> Option<usize> {
    texts.iter().map(String::len).min().filter(|shortest| *shortest > 0)
}

/// The set whose shortest text is longer.
fn better(best: Option<Vec<String>>, other: Vec<String>) -> Option<Vec<String>> {
    let of_best = best.as_deref().and_then(worth);
    if worth(&other) > of_best { Some(other) } else { best }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use regex::Regex;

    fn literals(expression: &str) -> Vec<String> {
        regex_literals(expression).unwrap_or_default()
    }

    #[test]
    fn the_longest_run_of_letters_is_taken_and_case_is_no_hindrance() {
        assert_eq!(literals(r"a.*second[0-9]+x"), ["second"]);
        assert_eq!(literals("(?i)PowerShell"), ["powershell"]);
        assert_eq!(literals(r"^\s*(?:get|set)-item$"), ["get-item", "set-item"]);
        assert_eq!(literals(r"(abc)+\d"), ["abc"]);
    }

    #[test]
    fn an_expression_without_certain_letters_has_none() {
        for expression in [r"\d+", "(abc)?", "abc|\\d", "[a-z]{3}", "è", "", "a*"] {
            assert_eq!(regex_literals(expression), None, "{expression}");
        }
    }

    proptest! {
        #[test]
        fn no_ascii_value_is_found_without_one_of_the_texts(
            expression in r"(\(\?i\))?([abK]|\[aBc\]|\(a\|bc\)|\(B\)\?|\.\*|c\+|\(ab\|k\.\)){0,6}",
            value in "[abcABKk]{0,8}",
        ) {
            let regex = Regex::new(&expression).unwrap();
            let lower = value.to_ascii_lowercase();
            if let Some(texts) = regex_literals(&expression)
                && regex.is_match(&value)
            {
                prop_assert!(texts.iter().any(|text| lower.contains(text.as_str())), "{texts:?}");
            }
        }
    }
}
