//! `registrable_domain(name)`: the part of a DNS name that somebody registered.
//!
//! The public suffix list has ten thousand entries; what counts here are the generic second levels of
//! country domains and the Italian geographic ones, so that thousands of names under one owner are one.

use std::net::IpAddr;

use arrow::array::StringViewArray;

use super::{Answer, Argument, Function};

/// Second levels under a country domain below which names are registered.
const SECOND_LEVELS: [&str; 14] =
    ["ac", "co", "com", "edu", "gob", "gouv", "gov", "ltd", "mil", "net", "nom", "or", "org", "sch"];
/// Italian regions below which names are registered (`comune.lombardia.it`).
const REGIONS: [&str; 20] = [
    "abruzzo",
    "basilicata",
    "calabria",
    "campania",
    "emilia-romagna",
    "friuli-venezia-giulia",
    "lazio",
    "liguria",
    "lombardia",
    "marche",
    "molise",
    "piemonte",
    "puglia",
    "sardegna",
    "sicilia",
    "toscana",
    "trentino-alto-adige",
    "umbria",
    "valle-d-aosta",
    "veneto",
];

pub(super) const FUNCTION: Function = Function {
    name: "registrable_domain",
    signature: "registrable_domain(name text) -> text",
    meaning_en: "The part of a DNS name that somebody registered, in lower case: example.it of www.example.it",
    meaning_it: "La parte registrata di un nome DNS, minuscola: example.it di www.example.it",
    example: "registrable_domain(dns_question_name)",
    arguments: &[Argument::Text],
    answer: Answer::Text,
    run: |arguments| arguments.map::<_, StringViewArray>(registrable_domain),
};

fn registrable_domain(name: &str) -> String {
    let name = name.trim_end_matches('.').to_lowercase();
    if name.parse::<IpAddr>().is_ok() {
        return name;
    }
    let mut from_right = name.rsplit('.');
    let (top, second) = (from_right.next().unwrap_or_default(), from_right.next().unwrap_or_default());
    let labels = if is_suffix(second, top) { 3 } else { 2 };
    let kept = name.rmatch_indices('.').nth(labels - 1).map_or(0, |(at, _)| at + 1);
    name.get(kept..).unwrap_or_default().to_owned()
}

/// True when names are registered below `second.top`.
fn is_suffix(second: &str, top: &str) -> bool {
    let italian = top == "it" && (second.len() == 2 || REGIONS.contains(&second));
    italian || (top.len() == 2 && SECOND_LEVELS.contains(&second))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_owner_is_found_below_generic_and_italian_suffixes() {
        for (name, owner) in [
            ("www.Example.IT.", "example.it"),
            ("a.b.example.co.uk", "example.co.uk"),
            ("albo.comune.borgo.mi.it", "borgo.mi.it"),
            ("x.comune.lombardia.it", "comune.lombardia.it"),
            ("example.com", "example.com"),
            ("localhost", "localhost"),
            ("192.0.2.1", "192.0.2.1"),
            ("", ""),
        ] {
            assert_eq!(registrable_domain(name), owner);
        }
    }
}
