//! `sqli_score(text)`: how much a text looks like an attempt at SQL injection.
//!
//! The text is decoded as an attacker's target would decode it (up to three times) and its comments are
//! read as spaces; then each trait of an injection that it shows lifts the score. A trait that ordinary
//! Italian can show (`l'ufficio`, "select", "union") weighs little or asks for its company.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

use super::decoding::decode;
use super::family::{Family, Trait};

/// What a comment inside leaves of the innocence of a text that shows a trait.
const COMMENT_INNOCENCE: f64 = 0.65;
/// What a second layer of encoding leaves of it.
const HIDDEN_INNOCENCE: f64 = 0.7;

/// Traits of an injection: (weight, pattern over decoded lower-case text).
const TRAITS: &[Trait] = &[
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
    (
        0.75,
        r#"::\s*jsonb?\b|\bjson(?:b)?_(?:pretty|build_object|each|array_elements|object_keys|agg|typeof)\s*\("#,
    ),
    (
        0.75,
        r#"'\s*(?:[{\[][^']{0,200}[}\]]|[\w$.\[\]*]{1,60})\s*'\s*(?:::\w+\s*)?(?:@[>@?]|<@|[?#]\s*[|&>-]|\?|->>?|\|\||@|[<>=])\s*(?:'|array\b|\d)"#,
    ),
    // PostgreSQL's casts of an answer into a number, so that the error tells it.
    (
        0.75,
        r"\)\s*::\s*(?:int|integer|text|numeric|bool|json)|\b(?:current_user|session_user|version\(\))\s*::\s*\w+",
    ),
    (
        0.7,
        r"\b(?:overlay\s*\(.{0,80}\bplacing\b|lo_get\s*\(|starts_with\s*\(|unistr\s*\(|string_to_array\s*\(|decode\s*\(\s*'|encode\s*\(.{0,60}'(?:base64|hex|escape)')",
    ),
    // Procedures and sources of SQL Server, modules of others.
    (
        0.75,
        r"\bexec(?:ute)?\s+(?:master\b|xp_|sp_|immediate\b|\(|@)|'msdasql'|'sqloledb'|\bopen(?:query|xml)\s*\(",
    ),
    (
        0.7,
        r"\bmatch\b\s*\(?[\w\s,.()]{0,60}\)?\s*against\s*\(|\bmerge\b.{0,60}\busing\s*\(|\bcreate\s+(?:or\s+replace\s+)?(?:function|procedure|trigger)\b\s+[\w.]+\s*(?:\(|after|before|as\b|returns)",
    ),
    (0.7, r"\b(?:except|intersect|minus)\b\s+(?:all\s+)?\(?\s*(?:select\b\W|values\s*\()"),
    (0.7, r"[\w)]\s*having\s+\w+\s*\(.{0,60}\)\s*[<>=]|\bhaving\s+count\s*\("),
    (0.7, r"\b(?:union\s*(?:all|distinct)?\s*select\w*\s*from|union\s+(?:all|distinct)\b)"),
    (
        0.75,
        r";\s*(?:insert|replace|truncate|drop|alter|create|delete|update|merge|call|handler|load|rename)\b[\s\[(`'\x22]",
    ),
    // A quote and then what only SQL says there.
    (0.6, r#"['"`]\s*;\s*(?:$|&|#|--|['"]|print\b|select\b|shutdown\b)"#),
    (
        0.7,
        r#"['"`]\s*(?:or|and|xor|\|\||&&)?\s*\(?\s*\w*\s*\b(?:glob|similar\s+to|sounds\s+like|not\s+like|rlike|regexp|between|collate)\b\s*['"\d(]"#,
    ),
    (0.7, r#"['"`]\s*(?:or|and|xor)\b\s+['"]?[\w.]{1,20}['"]?\s*(?:$|&|[<>=!~^+*/%-]|,\s*\d)"#),
    (0.6, r#"(?:^|[=\s])(?:x?or|and)\s+['"]?\w{1,24}['"]?\s*[<>=!-]"#),
    (0.6, r#"\d\s*['"]\s+['"]\s*\d|\blike\s+(?:null|['"%])|\bis\s+(?:not\s+)?null\b"#),
    // Numbers that some databases and languages choke on.
    (
        0.75,
        r"\b(?:2\.2250738585072\d{3}e-308|2147483648|4294967296|9223372036854775808|18446744073709551616)\b|=-?2147483649\b",
    ),
    // MongoDB's operators as keys of the query.
    (
        0.8,
        r"\[\s*['\x22]?\$(?:ne|eq|gte?|lte?|n?in|exists|regex|where|not|nor|or|and|elemmatch|size|mod|all|expr)\b|['\x22]\$(?:where|ne|gt|regex|func)['\x22]\s*:|\$where\b|\|\|\s*this\.\w|\bdb\.\w+\.(?:find|insert|drop|remove|update)\w*\(",
    ),
    (0.7, r"\bsleep\s*\(\s*\d[\w.]*\s*\)|\bsleep\s*\(\s*/?\*?|\bif\s*\(\s*now\s*\(\)"),
    (
        0.7,
        r"\b(?:database|db_name|current_user|schema_name|table_name|benchmark|coalesce|group_concat|extractvalue|updatexml|char_length|nullif|ifnull|aes_encrypt|des_encrypt|inet_aton|last_insert_id|make_set|sql_variant|tempdb|msdb|master\.\.\w+)\s*\(|\bschema_name\b|\bmaster\.\.\w|\bselect\s+(?:char|group_concat|concat|unhex|hex|ascii|substr\w*|load_file|cast|convert|top\s+\d|@@)\s*[(\w]|[`'\x22]\s*(?:regexp|rlike|sounds\s+like)\b",
    ),
    // An exponent that stands for a space.
    (0.7, r"\d\.?e\(?(?:union|select|or|and|from)\b|\d\.e[\s(]*\("),
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
    "::",
    "exec",
    "except",
    "intersect",
    "glob",
    "like",
    "or ",
    "overlay",
    "unistr",
    "2147483648",
    "4294967296",
    "e-308",
    "9223372036854775808",
    "$ne",
    "[$",
    "this.",
    "db.",
    "match",
    "database",
    "db_name",
    "schema_name",
    "tempdb",
    "msdb",
    "master..",
];

static FAMILY: LazyLock<Option<Family>> = LazyLock::new(|| Family::new(NEEDLES, TRAITS));
/// `/* ... */`, or `/*!50000 ... */` whose content MySQL runs.
static COMMENT: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"/\*(?:!\d{0,6}([^*]{0,200})|[^*!][^*]{0,200}|)\*/").ok());

/// How much `text` looks like an injection, 0 to 1.
pub(in super::super) fn score(text: &str) -> f64 {
    let Some(family) = FAMILY.as_ref() else { return 0.0 };
    let decoded = decode(text);
    let mut least = 1.0_f64;
    for layer in &decoded.layers {
        if !family.is_candidate(layer) {
            continue;
        }
        let (bare, comments) = without_comments(layer);
        let mut innocence = family.innocence(&bare);
        // Hiding counts only beside something to hide.
        if innocence < 1.0 {
            innocence *= COMMENT_INNOCENCE.powi(comments.min(3) as i32);
            innocence *= if decoded.hidden_layers() > 0 { HIDDEN_INNOCENCE } else { 1.0 };
        }
        least = least.min(innocence);
    }
    1.0 - least
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
            assert!(score(text) >= 0.7, "{text}: {}", score(text));
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
            assert!(score(text) < 0.5, "{text}: {}", score(text));
        }
    }

    #[test]
    fn the_score_lies_between_nought_and_one_whatever_the_text() {
        for text in ["'".repeat(100_000), "%25".repeat(10_000), "select ".repeat(5_000), "/*".repeat(9_000)] {
            assert!((0.0..=1.0).contains(&score(&text)));
        }
    }
}
