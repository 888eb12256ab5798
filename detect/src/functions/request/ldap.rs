//! `ldap_score(text)`: how much a value looks like an injection into an LDAP filter or an XPath.

use std::sync::LazyLock;

use super::decoding::decode;
use super::family::{Family, Trait};

/// Traits of a filter broken out of.
const TRAITS: &[Trait] = &[
    // A closed term, then another: `)(attribute=`, `)(|`, `*)(&`.
    (0.85, r"\)\s*\(\s*!?\s*[a-z][\w;.-]{0,40}\s*(?:[~<>]|:\w*:)?\s*="),
    (0.85, r"\)\s*[|&!]?\s*\(\s*[|&!]\s*(?:$|[(&)%*])"),
    (0.8, r"\)\s*[|&!]\s*\(\s*!?\s*[a-z][\w;.-]{0,40}\s*[~<>:]*="),
    (
        0.75,
        r"\(\s*[|&!]\s*\(\s*[a-z][\w;.-]{0,40}\s*[~<>:]*=|\*\s*\)\s*\(|\*\)\)%00|\)\)\x00|\bobjectclass\s*=\s*\*",
    ),
    // XPath: a node asked for by name or position, a truth that is one.
    (
        0.75,
        r"['\x22]\s*\]\s*(?:\||/)|//\w+\[\s*(?:\d|position\s*\(|@)|\b(?:string-length|substring-before|name|count)\s*\(\s*/{1,2}[\w*]|\bchild::|\bancestor(?:-or-self)?::|\bfollowing(?:-sibling)?::|/\*\[\d",
    ),
];

/// A text without any of these shows no trait.
const NEEDLES: &[&str] = &["(", "objectclass", "]", "::"];

static FAMILY: LazyLock<Option<Family>> = LazyLock::new(|| Family::new(NEEDLES, TRAITS));

/// How much `text` looks like a broken filter, 0 to 1.
pub(in super::super) fn score(text: &str) -> f64 {
    FAMILY.as_ref().map_or(0.0, |family| family.score(&decode(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_filters_score_high() {
        for text in [
            "/u?n=rossi)(mail=*",
            "/u?n=*)(%7C(uid=*",
            "/u?n=x)%26(ou~=ced",
            "/u?n=x'] | //utente[1] | a['",
            "/u?n=a)(!%20",
        ] {
            assert!(score(text) >= 0.7, "{text}: {}", score(text));
        }
    }

    #[test]
    fn brackets_score_low() {
        for text in [
            "/calc?e=(1+2)+(3+4)",
            "/cerca?q=legge (n. 241) (1990)",
            "/a?campi[0][nome]=x",
            "/u?n=rossi|verdi",
            "/f(x)(y)",
        ] {
            assert!(score(text) < 0.7, "{text}: {}", score(text));
        }
    }
}
