//! What stands before the sentence of a log line: stamps, level, process, thread, logger.
//!
//! Formats leave the line whole in `message` when its head is the application's own. What a head says varies
//! from line to line in words that hold no digit (threads, levels, hosts), and is no part of the template.
//!
//! A head has a stamp: without one, nothing is cut. Before the stamp may stand what a collector put there.
//!
//! Promises: linear, looks at [`FIELDS_MAX`] words at most. Must not know: any product.

use super::stamp::{self, Stamp};

/// Most words of a head on either side of its last stamp.
const FIELDS_MAX: usize = 10;
/// Most words before the first stamp, when it is a civil one.
const BEFORE_CIVIL_MAX: usize = 2;
/// The same, when it counts seconds: sentences seldom hold such numbers.
const BEFORE_EPOCH_MAX: usize = 5;
/// Most words between two stamps.
const BETWEEN_MAX: usize = 1;
/// How far behind the stamp a level or a dash is looked for, in words.
const REACH: usize = 4;
/// Longest group in brackets.
const GROUP_MAX_BYTES: usize = 200;

const LEVELS: &[&str] = &[
    "trace",
    "debug",
    "info",
    "notice",
    "warn",
    "warning",
    "error",
    "err",
    "fatal",
    "severe",
    "critical",
    "crit",
    "alert",
    "emerg",
    "emergency",
    "fine",
    "finer",
    "finest",
    "config",
    "verbose",
    "failure",
    "information",
];

/// The sentence of a message, without its head.
pub(super) fn sentence(message: &str) -> &str {
    let Some((stamp, rest)) = stamps(message) else { return message };
    let rest = if stamp == Stamp::Syslog { after_program(rest) } else { fields(after_pipes(rest)) };
    if rest.is_empty() { message } else { rest }
}

/// The last stamp of the head and what follows it.
fn stamps(text: &str) -> Option<(Stamp, &str)> {
    let mut found = None;
    let mut rest = text.trim_ascii_start();
    let mut before = Before::default();
    for _ in 0..FIELDS_MAX {
        match stamp::prefix(rest).filter(|(stamp, _)| before.admits(*stamp, found.is_some())) {
            Some((stamp, after)) => {
                rest = after.trim_start_matches([' ', '\t', ',', ';']);
                found = Some((stamp, rest));
                before = Before::default();
            }
            None => {
                let Some((skipped, after)) = word(rest) else { return found };
                before.add(skipped);
                if before.words > if found.is_some() { BETWEEN_MAX } else { BEFORE_EPOCH_MAX } {
                    return found;
                }
                rest = after.trim_ascii_start();
            }
        }
    }
    found
}

/// Words skipped in search of a stamp.
#[derive(Debug, Default)]
struct Before {
    words: usize,
    opens_sentence: bool,
    holds_sentence: bool,
}

impl Before {
    fn add(&mut self, word: &str) {
        let is_sentence = is_of_sentence(word);
        self.opens_sentence |= is_sentence && self.words == 0;
        self.holds_sentence |= is_sentence;
        self.words += 1;
    }

    /// True when a stamp behind these words can be one of the head.
    fn admits(&self, stamp: Stamp, is_between: bool) -> bool {
        match stamp {
            Stamp::Epoch if !is_between => self.words <= BEFORE_EPOCH_MAX && !self.opens_sentence,
            // A host of letters only.
            Stamp::Syslog if is_between => self.words <= BETWEEN_MAX,
            _ => {
                self.words <= if is_between { BETWEEN_MAX } else { BEFORE_CIVIL_MAX } && !self.holds_sentence
            }
        }
    }
}

/// Behind `host program[pid]:`; the host alone when no program follows it.
fn after_program(text: &str) -> &str {
    let Some((_, rest)) = word(text) else { return text };
    match word(rest) {
        Some((program, rest)) if program.ends_with(':') => rest.trim_ascii_start(),
        _ => rest.trim_ascii_start(),
    }
}

/// Behind `|field|field|`, when the stamp's own separator is a bar.
fn after_pipes(text: &str) -> &str {
    let mut rest = text;
    while let Some((field, after)) = rest.strip_prefix('|').and_then(|inner| inner.split_once('|'))
        && field.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b' '))
    {
        // The bar that closes a field opens the next.
        rest = rest.get(rest.len() - after.len() - 1..).unwrap_or_default();
    }
    if rest.len() < text.len() { rest.trim_start_matches('|') } else { text }
}

/// Behind the fields that follow a stamp, in any order: level, numbers, groups in brackets, logger, dashes.
fn fields(text: &str) -> &str {
    let mut rest = text.trim_start_matches([' ', '\t', ',', ';']);
    let mut has_level = false;
    let mut has_origin = false;
    for _ in 0..FIELDS_MAX {
        if let Some(after) = group(rest) {
            rest = after.trim_ascii_start();
            continue;
        }
        let Some((field, after)) = word(rest) else { break };
        let after = after.trim_ascii_start();
        let bare = field.trim_end_matches([':', ',']);
        if is_separator(field) || is_number(bare) {
            rest = after;
        } else if !has_level && (is_level(bare) || is_level_letter(bare)) {
            has_level = true;
            rest = after;
        } else if has_origin {
            break;
        } else if is_origin(field, after, has_level) {
            has_origin = true;
            rest = after;
        } else if let Some(after) = level_ahead(rest).filter(|_| !has_level) {
            has_level = true;
            rest = after;
        } else if let Some(after) = program_before_dash(field, after).filter(|_| !has_level) {
            has_origin = true;
            rest = after;
        } else {
            break;
        }
    }
    rest
}

/// True for a logger or a program: a name with a dot or with a colon behind it.
fn is_origin(field: &str, after: &str, has_level: bool) -> bool {
    let bare = field.trim_end_matches(':');
    let is_closed = field.ends_with(':');
    if is_logger(bare) { has_level || is_closed || after.starts_with("- ") } else { has_level && is_closed }
}

/// The first word and what follows it.
fn word(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_ascii_start();
    let end = text.bytes().position(|byte| byte.is_ascii_whitespace()).unwrap_or(text.len());
    text.split_at_checked(end).filter(|(word, _)| !word.is_empty())
}

/// Behind a group in square brackets.
fn group(text: &str) -> Option<&str> {
    let (inner, after) = text.strip_prefix('[')?.split_once(']')?;
    (inner.len() <= GROUP_MAX_BYTES).then(|| after.strip_prefix(':').unwrap_or(after))
}

fn is_separator(field: &str) -> bool {
    field.bytes().all(|byte| matches!(byte, b'-' | b'|' | b':' | b','))
}

fn is_number(field: &str) -> bool {
    let digits = field.strip_prefix('-').unwrap_or(field);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_level(field: &str) -> bool {
    LEVELS.iter().any(|level| field.eq_ignore_ascii_case(level))
}

fn is_level_letter(field: &str) -> bool {
    matches!(field, "V" | "D" | "I" | "W" | "E" | "F")
}

/// A name with a dot inside.
fn is_logger(field: &str) -> bool {
    field.starts_with(|first: char| first.is_ascii_alphabetic())
        && field.contains('.')
        && field
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'$' | b'-' | b'/'))
}

/// Behind a level in capitals that no word of a sentence precedes.
fn level_ahead(text: &str) -> Option<&str> {
    let mut rest = text;
    for _ in 0..REACH {
        let (field, after) = word(rest)?;
        if is_level(field) && field.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return Some(after.trim_ascii_start());
        }
        if is_of_sentence(field) {
            return None;
        }
        rest = after;
    }
    None
}

/// Behind `program.exe - ` with an argument between, or `name - LEVEL`.
fn program_before_dash<'a>(field: &str, after: &'a str) -> Option<&'a str> {
    if let Some(behind) = after.strip_prefix("- ") {
        let (next, _) = word(behind)?;
        return is_level(next).then_some(behind);
    }
    let (_, behind) = word(after).filter(|_| is_logger(field))?;
    behind.trim_ascii_start().strip_prefix("- ").map(str::trim_ascii_start)
}

/// True for a word as sentences have it: letters, not all of them capitals.
fn is_of_sentence(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_alphabetic()) && word.bytes().any(|byte| byte.is_ascii_lowercase())
}
