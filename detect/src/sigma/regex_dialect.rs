//! Sigma's regular expressions are PCRE's; those of the crate `regex` differ in a few signs.
//!
//! Promises: an expression that means the same in both comes through as it is. Must not know: rules.

use std::iter::Peekable;
use std::str::Chars;

/// `expression` with the signs that PCRE takes literally, or names otherwise, written for the crate `regex`.
pub(super) fn from_pcre(expression: &str) -> String {
    let mut out = String::with_capacity(expression.len());
    let mut chars = expression.chars().peekable();
    let mut class = Class::Outside;
    while let Some(sign) = chars.next() {
        match (sign, class) {
            ('\\', _) => escape(chars.next(), class, &mut out),
            ('[', Class::Outside) => {
                out.push('[');
                class = Class::Start;
                if chars.next_if_eq(&'^').is_some() {
                    out.push('^');
                }
                continue;
            }
            ('[', _) if chars.peek() == Some(&':') => {
                out.push('[');
                posix_class(&mut chars, &mut out);
            }
            // Inside a class PCRE takes these literally; `regex` nests classes and has set operators.
            ('[' | '&' | '~', Class::Start | Class::Inside) => {
                out.push('\\');
                out.push(sign);
            }
            (']', Class::Start) => out.push_str("\\]"),
            (']', Class::Inside) => {
                out.push(']');
                class = Class::Outside;
                continue;
            }
            ('{', Class::Outside) if !is_count(chars.clone()) => out.push_str("\\{"),
            _ => out.push(sign),
        }
        if class == Class::Start {
            class = Class::Inside;
        }
    }
    out
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Outside,
    /// Right after `[` or `[^`, where `]` is a letter.
    Start,
    Inside,
}

fn escape(sign: Option<char>, class: Class, out: &mut String) {
    match sign {
        // Word borders in `regex`, letters in PCRE.
        Some(sign @ ('<' | '>')) => out.push(sign),
        Some('Z') if class == Class::Outside => out.push_str(r"(?:\n?\z)"),
        Some('e') => out.push_str(r"\x1b"),
        Some(sign) => {
            out.push('\\');
            out.push(sign);
        }
        None => out.push('\\'),
    }
}

/// `[:name:]`, after its first bracket.
fn posix_class(chars: &mut Peekable<Chars>, out: &mut String) {
    for sign in chars.by_ref() {
        out.push(sign);
        if sign == ']' {
            break;
        }
    }
}

/// True when what follows `{` makes it a count: digits, an optional comma, digits, `}`.
fn is_count(rest: Peekable<Chars>) -> bool {
    let inside: String = rest.take_while(|sign| *sign != '}').take(16).collect();
    let mut parts = inside.splitn(2, ',');
    let low = parts.next().unwrap_or_default();
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    !low.is_empty() && digits(low) && parts.next().is_none_or(digits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use regex::Regex;

    fn finds(expression: &str, text: &str) -> bool {
        Regex::new(&from_pcre(expression)).unwrap().is_match(text)
    }

    #[test]
    fn common_expressions_come_through_as_they_are() {
        for expression in
            [r"^C:\\Users\\[^\\]+\.dat$", r"(?i)\bfoo\b[a-z0-9_]{2,10}", r"[\[\]]+|\d+\.\d{1,3}"]
        {
            assert_eq!(from_pcre(expression), expression);
        }
    }

    #[test]
    fn signs_that_pcre_takes_literally_are_literal() {
        assert!(finds(r"[^[]x", "ax") && !finds(r"^[^[]x", "[x"));
        assert!(finds(r"[]a]b", "]b"));
        assert!(finds(r"\<tag\>", "a <tag> b"));
        assert!(finds(r"${env:x}", "") || finds(r"\${env:x}", "set ${env:x} now"));
        assert!(finds(r"[a&&b]", "&"));
        assert!(finds(r"[[:alpha:]]{2}", "ab") && !finds(r"[[:alpha:]]{2}", "1:"));
        assert!(finds(r"end\Z", "the end\n"));
    }
}
