//! Keys and values in text nobody described: `key=value`, `key: value`, `"key":"value"`, `[key "value"]`,
//! `<key>value</key>`, with values bare or quoted.
//!
//! What stands inside a quoted value is nobody's key. Promises: linear; slices of the text.
//! Must not know: products.

pub(super) mod plain;

use memchr::memchr;
use schema::EventBuilder;

use super::gather::Gathered;
use super::members::Prose;
use super::names::{self, Meaning};
use super::signs;
use super::tokens::{Token, written_break};
use super::words::Parts;
use crate::scan;

/// Longest key that is one.
const KEY_BYTES_MAX: usize = 64;
/// Most words of a key before a colon (`Source IP address: …`).
const KEY_WORDS_MAX: usize = 3;
/// Most bytes that are looked at for the end of a value with blanks.
const PHRASE_BYTES_MAX: usize = 1_024;

/// Takes the pairs of a text from the `first` on; marks the tokens that are values. With an event, `key=value` pairs become its fields.
pub(super) fn read<'a>(
    text: &'a str,
    tokens: &mut [Token<'a>],
    first: usize,
    more: u8,
    out: &mut Gathered<'a>,
    prose: &mut Prose<'a>,
    mut event: Option<&mut EventBuilder<'_>>,
) {
    let mut index = first;
    let before = tokens.iter().take(first);
    out.begin_pairs(before.fold(Parts::NONE, |all, token| all.and(token.parts)));
    while let Some(token) = tokens.get(index) {
        // Most words have none of the signs of a pair around or in them.
        if !matches!(token.after, b'=' | b':' | b'>')
            && token.before != b'['
            && !token.signs.is_any(signs::COLON)
        {
            index += 1;
            continue;
        }
        let token = *token;
        let mut value = None;
        match token.after {
            _ if token.is_value => {}
            b'=' if token.signs.is_only(signs::LETTER) && token.text.len() <= KEY_BYTES_MAX
                || is_key(token.text) =>
            {
                let own = names::meaning(token.text);
                value = equals(text, tokens, index, own);
                if let Some(value) = &value {
                    if let Some(event) = event.as_deref_mut() {
                        let inner = scan::trim(value.text);
                        if !inner.is_empty() {
                            event.field(token.text, inner);
                        }
                    }
                    let meaning = if first_word(tokens, index) == index {
                        own
                    } else {
                        key_words(text, tokens, index).and_then(names::meaning)
                    };
                    if value.is_quoted && matches!(meaning, Some((Meaning::Prose, rank)) if rank < 32) {
                        prose.put(value.text);
                    }
                    take(token.text, meaning, value, || start_of(text, value.start), more, out);
                }
            }
            b':' if token.text.len() <= KEY_BYTES_MAX => value = colon(text, tokens, index, more, out),
            b'>' if token.before == b'<' => value = element(text, token.end, token.text, more, out),
            b'>' if token.is_quoted && token.before == b'=' && follows_name(tokens, index) => {
                value = element(text, token.end + 1, token.text, more, out);
            }
            _ if token.before == b'[' && !token.is_quoted => {
                let next = tokens.get(index + 1);
                if let Some(next) =
                    next.filter(|next| next.is_quoted && next.after == b']' && is_key(token.text))
                {
                    out.put_named(token.text, next.text, more);
                    value = Some(Value::of(next));
                }
            }
            _ if !token.is_quoted => inner(token, more, out),
            _ => {}
        }
        index += 1;
        if let Some(value) = value {
            while let Some(inside) = tokens.get_mut(index).filter(|inside| inside.start < value.end) {
                inside.is_value = true;
                index += 1;
            }
        }
    }
    out.end_pairs();
}

struct Value<'a> {
    text: &'a str,
    start: usize,
    end: usize,
    is_quoted: bool,
}

impl<'a> Value<'a> {
    fn of(token: &Token<'a>) -> Value<'a> {
        Value { text: token.text, start: token.start, end: token.end, is_quoted: token.is_quoted }
    }
}

/// Where a key of several words before the sign of a token may begin: words with nothing but blanks between.
fn first_word(tokens: &[Token<'_>], index: usize) -> usize {
    let mut first = index;
    while index - first + 1 < KEY_WORDS_MAX
        && let Some(earlier) = first.checked_sub(1).and_then(|at| tokens.get(at))
        && earlier.after == b' '
        && tokens.get(first).is_some_and(|token| token.before == b' ' && !token.is_quoted)
        && !earlier.is_quoted
        && !earlier.is_value
    {
        first -= 1;
    }
    first
}

/// The longest run of words before a sign that is a name.
fn key_words<'a>(text: &'a str, tokens: &[Token<'a>], index: usize) -> Option<&'a str> {
    let end = tokens.get(index)?.end;
    (first_word(tokens, index)..=index)
        .filter_map(|from| text.get(tokens.get(from)?.start..end))
        .find(|key| names::meaning(key).is_some())
}

/// Gives a value to what its key means; a moment may reach over the `rest` of the text.
fn take<'a>(
    key: &str,
    meaning: Option<(Meaning, u8)>,
    found: &Value<'a>,
    rest: impl FnOnce() -> &'a str,
    more: u8,
    out: &mut Gathered<'a>,
) {
    let value = found.text;
    if !found.is_quoted {
        out.pass(meaning.map(|(meaning, _)| meaning), value);
    }
    let Some((meaning, rank)) = meaning else {
        if out.wants_moment() && names::may_be_moment(key) {
            out.put_moment(rest());
        }
        return;
    };
    let rank = rank.saturating_add(more);
    match meaning {
        // A moment may hold blanks that no quote protects.
        Meaning::Moment => out.put_moment_of(value, rest(), rank),
        Meaning::Prose => out.wording.read(value),
        Meaning::Result | Meaning::Verdict => {
            out.wording.read(value);
            out.put_pair(meaning, rank, value);
        }
        _ => out.put_pair(meaning, rank, value),
    }
}

/// The value behind `key=`.
fn equals<'a>(
    text: &'a str,
    tokens: &[Token<'a>],
    index: usize,
    meaning: Option<(Meaning, u8)>,
) -> Option<Value<'a>> {
    let (token, next) = (tokens.get(index)?, tokens.get(index + 1));
    // Most values are one word between the sign and a blank.
    let is_word =
        |next: &&Token<'_>| !next.is_quoted && next.start == token.end + 1 && is_blank_at(text, next.end);
    if let Some(next) = next.filter(is_word)
        && !token.is_quoted
        && !meaning.is_some_and(is_phrase)
    {
        return Some(Value::of(next));
    }
    let from = token.end + usize::from(token.is_quoted);
    let gap = text.get(from..)?;
    let blanks = gap.bytes().take_while(|byte| *byte == b' ').count();
    let start = from + blanks + 1;
    let rest = text.get(start..)?;
    if let Some(next) = next.filter(|next| next.is_quoted && next.start <= start + 2) {
        return Some(Value::of(next));
    }
    if rest.starts_with(' ') {
        let next = next.filter(|next| blanks > 0 && next.after != b'=' && next.before == b'=')?;
        return Some(Value::of(next));
    }
    // Values of these may hold blanks: they end before the next key.
    let end = match next {
        _ if meaning.is_some_and(is_phrase) => phrase_end(text, tokens, index, start),
        Some(next) if next.start == start && !next.is_quoted && is_blank_at(text, next.end) => next.end,
        _ => bare_end(rest) + start,
    };
    let value = text.get(start..end)?;
    let separators = value.bytes().rev().take_while(|byte| matches!(byte, b',' | b';')).count();
    let value = value.get(..value.len() - separators)?;
    Some(Value { text: value, start, end, is_quoted: false })
}

/// True for a blank, and at the end of a text.
fn is_blank_at(text: &str, at: usize) -> bool {
    text.as_bytes().get(at).is_none_or(|byte| *byte == b' ')
}

/// Meanings whose values may hold blanks.
fn is_long(meaning: Meaning) -> bool {
    use schema::Column as C;
    matches!(
        meaning,
        Meaning::Is(
            C::RuleName
                | C::UserAgentOriginal
                | C::FilePath
                | C::EmailSubject
                | C::ProcessCommandLine
                | C::ProcessExecutable
        )
    )
}

fn is_phrase((meaning, _): (Meaning, u8)) -> bool {
    is_long(meaning) || matches!(meaning, Meaning::Prose | Meaning::Is(schema::Column::DbStatement))
}

/// Where a value with blanks ends: before the next `key=`, or at a comma, semicolon or bar.
fn phrase_end(text: &str, tokens: &[Token<'_>], index: usize, start: usize) -> usize {
    let mut end = start;
    // Agents hold these signs in parentheses.
    let is_agent = text.get(start..).is_some_and(|rest| rest.starts_with("Mozilla/"));
    for next in tokens.iter().skip(index + 1) {
        if next.after == b'=' && !next.is_quoted && next.start > start {
            return end.max(start);
        }
        end = next.end + usize::from(next.is_quoted);
        if !is_agent && (matches!(next.after, b';' | b'|') || next.after == b',' && end > start) {
            return end;
        }
    }
    text.len()
}

/// Where a bare value ends: at a blank or a sign that separates pairs; URLs and paths hold commas.
fn bare_end(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let is_url = rest.starts_with('/')
        || rest.get(..8).is_some_and(|start| start.as_bytes().windows(3).any(|signs| signs == b"://"));
    let mut depth = 0_i32;
    let mut at = signs::next_end(bytes, 0);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' | b'"' | b'|' | b';' | b'<' | b'>' => return at,
            b'\\' | b'#' if written_break(bytes, at) > 0 => return at,
            b',' if !is_url => return at,
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => {
                depth -= 1;
                if depth < 0 {
                    return at;
                }
            }
            _ => {}
        }
        at = signs::next_end(bytes, at + 1);
    }
    bytes.len()
}

/// The value behind `some words: `, by the longest run of words that is a name.
fn colon<'a>(
    text: &'a str,
    tokens: &[Token<'a>],
    index: usize,
    more: u8,
    out: &mut Gathered<'a>,
) -> Option<Value<'a>> {
    let token = tokens.get(index)?;
    let next = tokens.get(index + 1)?;
    if matches!(next.after, b'=' | b':') && !next.is_quoted
        || !matches!(next.before, b' ' | b'(' | b'[' | b'<' | b':' | b'{')
    {
        return None;
    }
    {
        let key = key_words(text, tokens, index)?;
        let (meaning, rank) = names::meaning(key)?;
        let rank = rank.saturating_add(more).saturating_add(4);
        match meaning {
            // Nothing a lone letter or a word of prose would mean.
            Meaning::Moment => out.put_moment_of(next.text, start_of(text, next.start), rank),
            Meaning::Prose | Meaning::Result | Meaning::Verdict if !token.is_quoted => return None,
            // `request: GET /path`: prose knows how far it reaches.
            Meaning::Request if !next.is_quoted => return None,
            // Names of domains may be of several words.
            Meaning::Domain if next.after == b' ' && !next.is_quoted => return None,
            Meaning::Prose => out.wording.read(next.text),
            _ => {
                let value = if next.is_quoted { next.text } else { text.get(next.start..next.end)? };
                let value = match token.before {
                    _ if !is_long(meaning) || next.is_quoted => value,
                    b'[' => start_of(text, next.start).split(']').next()?,
                    _ => line_part(start_of(text, next.start)),
                };
                if !next.is_quoted {
                    out.pass(Some(meaning), value);
                }
                out.put_pair(meaning, rank, value);
            }
        }
    }
    Some(Value::of(next))
}

/// The text from `at` on, as far as a value may reach.
fn start_of(text: &str, at: usize) -> &str {
    let rest = text.get(at..).unwrap_or_default();
    rest.get(..rest.floor_char_boundary(PHRASE_BYTES_MAX)).unwrap_or(rest)
}

/// What stands before the next sign that ends a part of a line.
fn line_part(text: &str) -> &str {
    let part = text.split([',', ';', '|', '\t', '\n', '"']).next().unwrap_or(text);
    let bytes = part.as_bytes();
    let end = memchr::memchr2_iter(b'\\', b'#', bytes).find(|at| written_break(bytes, *at) > 0);
    end.and_then(|at| part.get(..at)).unwrap_or(part).trim()
}

/// `>value<` behind an element's name.
fn element<'a>(
    text: &'a str,
    name_end: usize,
    name: &str,
    more: u8,
    out: &mut Gathered<'a>,
) -> Option<Value<'a>> {
    let rest = text.get(name_end..)?.strip_prefix('>')?;
    let length = memchr(b'<', rest.as_bytes())?;
    let value = rest.get(..length)?;
    if value.trim().is_empty() {
        return None;
    }
    let start = name_end + 1;
    let found = Value { text: value, start, end: start + length, is_quoted: true };
    take(name, names::meaning(name), &found, || value, more, out);
    Some(found)
}

/// True for the value of `Name="…"`.
fn follows_name(tokens: &[Token<'_>], index: usize) -> bool {
    index
        .checked_sub(1)
        .and_then(|at| tokens.get(at))
        .is_some_and(|key| ["name", "key"].iter().any(|name| name.eq_ignore_ascii_case(key.text)))
}

/// `key:value` in one word; an address, a time, a URL or a drive is none.
fn inner<'a>(token: Token<'a>, more: u8, out: &mut Gathered<'a>) {
    if let Some((key, value)) = token.text.split_once(':')
        && (2..=24).contains(&key.len())
        && key.bytes().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'-'))
        && !value.starts_with(['/', '\\', ':'])
        && !super::kinds::is_ip(token.text)
    {
        let Some((meaning, rank)) = names::meaning(key) else { return };
        if !matches!(meaning, Meaning::Prose | Meaning::Result | Meaning::Verdict) {
            out.put(meaning, rank.saturating_add(more).saturating_add(8), value);
        }
    }
}

/// A word of letters, digits and a few signs that begins with a letter.
fn is_key(key: &str) -> bool {
    (1..=KEY_BYTES_MAX).contains(&key.len())
        && key.as_bytes().first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_')
        && key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/' | b' '))
}
