//! `template_score(text)`: how much a value looks like an expression for a template engine to compute.
//!
//! `{{nome}}` and `{{voce.id}}` are what a page that was not rendered asks for; an expression calls, reckons or reaches
//! into what the engine itself holds.

use std::sync::LazyLock;

use super::decoding::decode;
use super::family::{Family, Trait};

/// Traits of a template expression.
const TRAITS: &[Trait] = &[
    (
        0.8,
        r"\{\{[^}]{0,200}(?:[*(\[|'\x22+/]|\d\s*-\s*\d|__|\b(?:config|self|request|settings|app|lipsum|cycler|joiner|namespace|constructor)\.)[^}]{0,200}\}\}?",
    ),
    (0.8, r"[#$*@]\{[^}]{0,200}(?:[*(\[|'\x22+]|\d\s*[/-]\s*\d|\w\.\w+\(|\bt\()[^}]{0,200}\}"),
    (0.8, r"<%[=#-]?[^%]{0,200}(?:[*(.\[|'\x22+]|\d\s*-\s*\d|\bif\b|\bend\w*\b)[^%]{0,200}%>"),
    (
        0.8,
        r"\{%-?\s*(?:if|for|set|import|include|extends|block|macro|debug|load|raw|with|end\w+|autoescape|filter)\b.{0,200}%\}",
    ),
    (
        0.75,
        r"\[\[\s*\$\{|\[\(\s*\$\{|__\$\{|\$\{\{|\{\{\{|#set\s*\(\s*\$|#(?:foreach|evaluate|include|parse)\s*\(|<#(?:assign|list|include|if)\b|\{(?:system|php|literal|include|fetch|self::)\b[^}]{0,60}\}|\bfreemarker\b|@\(\s*\d+\s*[*+/-]\s*\d+\s*\)|\{\s*\d+\s*\*\s*\d+\s*\}|~\{",
    ),
];

/// A text without any of these shows no trait.
const NEEDLES: &[&str] =
    &["{", "<%", "[[", "[(", "#set", "#foreach", "#evaluate", "#include", "#parse", "<#", "freemarker", "@("];

static FAMILY: LazyLock<Option<Family>> = LazyLock::new(|| Family::new(NEEDLES, TRAITS));

/// How much `text` looks like a template expression, 0 to 1.
pub(in super::super) fn score(text: &str) -> f64 {
    FAMILY.as_ref().map_or(0.0, |family| family.score(&decode(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_score_high() {
        for text in [
            "/a?n={{8*8}}",
            "/a?n=%7B%7Bconfig.items()%7D%7D",
            "/a?n=${8*8}",
            "/a?n=#{8*8}",
            "/a?n=<%= 8 * 8 %>",
            "/a?n={% import os %}",
            "/a?n=*{T(java.lang.Runtime)}",
            "/a?n=#set($x=8)",
        ] {
            assert!(score(text) >= 0.7, "{text}: {}", score(text));
        }
    }

    #[test]
    fn placeholders_score_low() {
        for text in [
            "/a?n={{nome}}",
            "/img/%7B%7Bvoce.id%7D%7D?w=50",
            "/a?n=<%=titolo%>",
            "/a?n=#{nome}",
            "/a?n=${id}",
            "/a?f={id,nome}",
            "{\"a\":1}",
        ] {
            assert!(score(text) < 0.7, "{text}: {}", score(text));
        }
    }
}
