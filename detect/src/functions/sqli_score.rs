//! `sqli_score(text)`: how much a text looks like an attempt at SQL injection.
//!
//! The text is decoded as an attacker's target would decode it (up to three times) and its comments are
//! read as spaces; then each trait of an injection that it shows lifts the score. A trait that ordinary
//! Italian can show (`l'ufficio`, "select", "union") weighs little or asks for its company.

use std::borrow::Cow;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use arrow::array::Float64Array;
use regex::{Regex, RegexSet, RegexSetBuilder};

use super::url_decode::url_decode;
use super::{Answer, Argument, Function};

/// Longer texts are judged up to here.
const BYTES_MAX: usize = 8_192;
/// Layers of encoding that are taken off.
const DECODINGS_MAX: usize = 3;

pub(super) const FUNCTION: Function = Function {
    name: "sqli_score",
    signature: "sqli_score(text text) -> float",
    meaning_en: "How much a text looks like SQL injection, 0 to 1; 0.7 and over is hardly anything else. Decodes by itself",
    meaning_it: "Quanto un testo somiglia a una SQL injection, da 0 a 1; da 0,7 in su difficilmente è altro. Decodifica da sé",
    example: "sqli_score(url_query)",
    arguments: &[Argument::Text],
    answer: Answer::Float,
    run: |arguments| arguments.map::<_, Float64Array>(sqli_score),
};

/// Traits of an injection: (weight, pattern over decoded lower-case text).
const TRAITS: &[(f64, &str)] = &[
    // Another SELECT joined to the page's own.
    (0.9, r"\bunion\b[\s(]+(?:all\b|distinct\b)?[\s(]*select\b"),
    // A condition that always or never holds, after a quote or a number.
    (
        0.85,
        r#"['"`)\d]\s*\)*\s*(?:\bor\b|\band\b|\|\||&&|\bxor\b)\s*\(*\s*(?:not\s+)?['"]?(\w+)['"]?\s*(?:=|<=>|<|>|\blike\b|\brlike\b|\bin\b)\s*\(*['"]?\w*"#,
    ),
    (
        0.75,
        r#"\b(?:or|and)\s+\(*(?:\d+\s*(?:=|<|>|<>|!=)\s*\d+|'[^']{0,40}'\s*=\s*'|"[^"]{0,40}"\s*=\s*"|true\b\s*(?:--|#|$)|false\b\s*(?:--|#|$))"#,
    ),
    (
        0.8,
        r#"['"]\s*\)*\s*(?:or|and)\s+(?:not\s+|exists\s*\(|\(\s*select\b|true\b|false\b|\d+\s*(?:--|#|$)|\w+\s*\()"#,
    ),
    // A second statement.
    (
        0.85,
        r"(?:['\x22)\d]|^|=)\s*;\s*(?:drop|insert|update|delete|exec|execute|select|shutdown|declare|create|alter|truncate|grant|waitfor|begin|copy)\b\s*[\s@('\w]",
    ),
    // Answers given in time.
    (
        0.9,
        r"\bsleep\s*\(\s*(?:-?\d|['\x22(]|select|if|\w+\s*\()|\bbenchmark\s*\(\s*\d+\s*,|\bpg_sleep\s*\(|\bwaitfor\s+(?:delay|time)\b|\bdbms_(?:pipe|lock)\s*\.|\brandomblob\s*\(",
    ),
    // The catalogue of the database.
    (
        0.85,
        r"\binformation_schema\b|\bsys(?:objects|columns|databases|users)\b|\bpg_(?:catalog|tables|user|shadow|database)\b|\bsqlite_(?:master|schema)\b|\ball_(?:tables|users|tab_columns)\b|\buser_tables\b|\bmysql\.user\b|\bv\$version\b|\bmsysaccess|\bsys\.(?:tables|objects|databases|user\$)",
    ),
    // Ways out through errors, files and shells.
    (
        0.85,
        r"\b(?:extractvalue|updatexml|load_file|xp_\w+|sp_(?:executesql|password|oacreate|configure)|utl_(?:inaddr|http|file)|ctxsys\.\w+|exp\s*\(\s*~|polygon|geometrycollection|multipoint|json_keys|procedure\s+analyse|openrowset|opendatasource|lo_(?:import|export)|query_to_xml|xmltype|sys_eval|sys_exec)\s*\(?|\binto\s+(?:out|dump)file\b",
    ),
    // The rest of the page's statement cut off.
    (
        0.65,
        r#"(?:['"`]\s*\)*|\d\)+|\b(?:null|true|false|\d+)\s)\s*(?:--(?:\s|$|[-+])|#\s*$|/\*|;\s*(?:--|#|%00|$))"#,
    ),
    (0.4, r"(?:--\s*[-+]?\s*\w{0,8}\s*$|;\s*--)"),
    // A statement in the value.
    (0.6, r"\bselect\b[\s(]+(?:[\w*@.,'\x22()|+\s-]{1,120}?)[\s)]+from[\s(]+[\w.`\x22\[]+"),
    (0.6, r"\(\s*select\b"),
    (
        0.6,
        r"\bselect\b\s*(?:@@|\d|\*|null|char\s*\(|concat\s*\(|count\s*\(|version\s*\(|user\s*\(|database\s*\(|case\s+when|pg_|sleep|iif\s*\(|if\s*\(|0x|')",
    ),
    (
        0.6,
        r"\b(?:insert\s+into\s+\w+\s*(?:\(|values|select)|delete\s+from\s+\w+\s*(?:where|;|--|$)|update\s+\w+\s+set\s+\w+\s*=|drop\s+(?:table|database|view|user)\b\s*(?:if\b|[\w`'\x22])|alter\s+table\b\s+\w|truncate\s+table\b|create\s+(?:table|user|procedure|function|trigger)\b\s+\w)",
    ),
    // Counting the columns, grouping on nothing.
    (0.7, r#"['"`)\d]\s*\)*\s*(?:order|group)\s+by\s+(?:\d+|\(|null|[\w.]+\s*(?:,\s*\w+\s*)*(?:--|#))"#),
    (0.55, r"\bhaving\s+['\x22(]?\d+['\x22)]?\s*[=<>]"),
    // PostgreSQL's and MySQL's questions to JSON, which filters know least.
    (
        0.75,
        r#"'::jsonb?\b|'\s*(?:<@|@>|->>?|#>>?|#-|\?[|&])\s*(?:['\[]|array\b|\d)|\bjson_(?:extract|value|keys)\s*\(\s*'"#,
    ),
    // Building blocks.
    (
        0.55,
        r"\b(?:ascii|ord|substr|substring|mid|char_length|bin|unhex|hex|ifnull|nvl|coalesce|nullif|isnull|elt|make_set|concat|concat_ws|group_concat|char|chr|cast|convert|randomblob|row_count|found_rows|current_user|session_user|system_user|database|schema|version|user|load_extension|quote|rtrim|ltrim|floor|rand|sha1|md5|crypt_key|is_srvrolemember|name_const)\s*\(\s*(?:\)|select\b|0x|@@|\d+\s*[,)]|'|version\b|user\b|database\b|current|ascii|substr|mid|lower|char|cast|rand|schema|null|concat|count|int\b|\()",
    ),
    (
        0.55,
        r"@@(?:version|global|hostname|datadir|basedir|servername|language|spid|session|tmpdir|\w+)|\bcurrent_user\b\s*(?:\(|=|,|--)|\bx?p?_?cmdshell\b",
    ),
    (0.45, r"(?:^|[=,(\s'])0x[0-9a-f]{6,}"),
    (0.5, r"\bcase\s+when\b.{1,200}\bthen\b|\bif\s*\(\s*[^,]{1,120},[^,]{1,120},[^)]{1,120}\)|\biif\s*\("),
    (0.5, r#"['"]\s*(?:\|\||\+)\s*(?:\(|\w+\s*\(|['"])"#),
    (
        0.6,
        r#"['"]\s*(?:\bor\b|\|\||\band\b|&&|\bxor\b|\bunion\b|\bselect\b|\blike\b|\bin\b|\bbetween\b|\bis\s+(?:not\s+)?null\b|\bregexp\b|\brlike\b|\bdiv\b|\bmod\b|\bhaving\b|\blimit\b|\bprocedure\b|\bcollate\b)\s*['"(\d@!~-]"#,
    ),
    (
        0.5,
        r"\b(?:is\s+(?:not\s+)?null|between\s+\d+\s+and\s+\d+|not\s+in\s*\(|rlike\s*\(|regexp\s*[('\x22]|like\s+['\x22(]|limit\s+\d+\s*(?:,\s*\d+)?\s*(?:--|#|$)|offset\s+\d+)\b?",
    ),
    // Only a broken quote: a scanner's first knock.
    (0.35, r#"(?:^|[=&/?,])[\w.-]*['"]+\s*\)*\s*(?:&|$)"#),
    (0.3, r#"['"][\s();,.]*['"(;][\s();,.'"]*"#),
];

/// A text without any of these shows no trait.
const NEEDLES: &[&str] = &[
    "'",
    "\"",
    "`",
    "--",
    "/*",
    "#",
    ";",
    "@@",
    "0x",
    "select",
    " or ",
    " and ",
    ")or",
    ")and",
    "union",
    "sleep",
    "benchmark",
    "waitfor",
    "information_schema",
    "order by",
    "group by",
    "having",
    "(",
    "||",
    "&&",
    "sys",
    "pg_",
    "sqlite_",
    "all_",
    "user_tables",
    "insert",
    "delete",
    "update",
    "drop",
    "truncate",
    "between",
    "null",
    "xp_",
    "sp_",
    "cmdshell",
    "outfile",
    "dumpfile",
    "limit",
];

static TRAIT_SET: LazyLock<Option<RegexSet>> = LazyLock::new(|| {
    RegexSetBuilder::new(TRAITS.iter().map(|(_, pattern)| *pattern)).size_limit(64 << 20).build().ok()
});
static NEEDLE_SET: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::new(NEEDLES).ok());
/// `/* ... */`, or `/*!50000 ... */` whose content MySQL runs.
static COMMENT: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"/\*(?:!\d{0,6}([^*]{0,200})|[^*!][^*]{0,200}|)\*/").ok());

/// How much `text` looks like an injection, 0 to 1.
fn sqli_score(text: &str) -> f64 {
    let text = text.get(..text.floor_char_boundary(BYTES_MAX)).unwrap_or_default();
    let (plain, decodings) = decoded(text);
    let plain = plain.to_lowercase();
    if !NEEDLE_SET.as_ref().is_some_and(|needles| needles.is_match(&plain)) {
        return 0.0;
    }
    let (bare, comments) = without_comments(&plain);
    let Some(traits) = TRAIT_SET.as_ref() else { return 0.0 };
    let mut innocence = 1.0;
    let shown = traits.matches(&bare);
    for index in shown.iter() {
        innocence *= 1.0 - TRAITS.get(index).map_or(0.0, |(weight, _)| *weight);
    }
    // Hiding counts only beside something to hide.
    if shown.matched_any() {
        innocence *= 0.65f64.powi(comments.min(3) as i32);
        innocence *= if decodings > 1 { 0.7 } else { 1.0 };
    }
    1.0 - innocence
}

/// The text without its layers of encoding, and how many it had.
fn decoded(text: &str) -> (Cow<'_, str>, usize) {
    let mut plain = Cow::Borrowed(text);
    for round in 0..DECODINGS_MAX {
        let next = url_decode(&plain);
        if next == plain {
            return (plain, round);
        }
        // A plus is a space in the outermost layer only; it must not count as a layer by itself.
        plain = Cow::Owned(next.into_owned());
        if !plain.contains('%') {
            return (plain, round + 1);
        }
    }
    (plain, DECODINGS_MAX)
}

/// The text with its closed comments as spaces (MySQL's conditional ones opened), and their number.
fn without_comments(text: &str) -> (Cow<'_, str>, usize) {
    let Some(comment) = COMMENT.as_ref() else { return (Cow::Borrowed(text), 0) };
    let number = comment.find_iter(text).count();
    if number == 0 {
        return (Cow::Borrowed(text), 0);
    }
    (comment.replace_all(text, " $1 "), number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn injections_score_high() {
        for text in [
            "id=1' OR '1'='1",
            "id=1%20or%201=1--",
            "id=-1+UNION+SELECT+1,2,3",
            "id=1%2527%2520UNION%2520SELECT%2520NULL--",
            "id=1/**/union/**/all/**/select/**/user()",
            "id=1;DROP TABLE utenti--",
            "id=1 AND SLEEP(5)",
            "id=1'; WAITFOR DELAY '0:0:5'--",
            "id=(SELECT table_name FROM information_schema.tables LIMIT 1)",
            "id=1 AND 1=(SELECT COUNT(*) FROM tabname)",
            "user=admin'--",
            "id=1' AND extractvalue(1,concat(0x7e,version()))-- -",
            "id=1/*!50000union*/ /*!50000select*/ 1,2",
            "id=1') order by 10#",
        ] {
            assert!(sqli_score(text) >= 0.7, "{text}: {}", sqli_score(text));
        }
    }

    #[test]
    fn ordinary_italian_and_ordinary_pages_score_low() {
        for text in [
            "q=l'ufficio tributi",
            "q=dell%27anagrafe e dello stato civile",
            "q=orari d'apertura dell'ufficio all'estero",
            "q=select the best option",
            "q=Unione dei Comuni; union station",
            "testo=Il sindaco ha detto: \"va bene\"",
            "nome=D'Angelo&cognome=Dell'Orto",
            "via=Via dell'Unione, 1 - scala B",
            "id=12345&anno=2026",
            "utm_source=newsletter&utm_medium=email",
            "q=iscrizione asilo nido (2026-2027)",
            "q=drop off and pick up",
            "from=2026-01-01&to=2026-12-31&order=asc",
            "oggetto=Determina n. 12; delega a Rossi -- urgente",
            "filter=update 2026",
            "",
        ] {
            assert!(sqli_score(text) < 0.5, "{text}: {}", sqli_score(text));
        }
    }

    #[test]
    fn the_score_lies_between_nought_and_one_whatever_the_text() {
        for text in ["'".repeat(100_000), "%25".repeat(10_000), "select ".repeat(5_000), "/*".repeat(9_000)] {
            assert!((0.0..=1.0).contains(&sqli_score(&text)));
        }
    }
}
