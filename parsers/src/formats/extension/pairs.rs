//! Cutting attributes: at a delimiter, or (CEF) before each ` key=`, since values hold blanks.

use memchr::{memchr, memmem};

/// Longest key.
const KEY_BYTES_MAX: usize = 80;

/// What stands between two attributes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::formats) enum Separator<'a> {
    /// A blank in front of the next `key=`.
    Blank,
    /// This text, which values do not hold.
    Text(&'a str),
}

/// The attributes in order; values are trimmed, escapes kept.
pub(super) fn pairs<'a>(text: &'a str, separator: Separator<'a>) -> Pairs<'a> {
    Pairs { rest: text, separator }
}

pub(super) struct Pairs<'a> {
    rest: &'a str,
    separator: Separator<'a>,
}

impl<'a> Iterator for Pairs<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<(&'a str, &'a str)> {
        match self.separator {
            Separator::Blank => self.blank(),
            Separator::Text(separator) => self.delimited(separator),
        }
    }
}

impl<'a> Pairs<'a> {
    fn delimited(&mut self, separator: &str) -> Option<(&'a str, &'a str)> {
        while !self.rest.is_empty() {
            let end = memmem::find(self.rest.as_bytes(), separator.as_bytes());
            let (pair, rest) = match end {
                Some(end) => (self.rest.get(..end)?, self.rest.get(end + separator.len()..)?),
                None => (self.rest, ""),
            };
            self.rest = rest;
            if let Some((key, value)) = pair.split_once('=').map(|(key, value)| (key.trim(), value.trim()))
                && is_key(key)
            {
                return Some((key, value));
            }
        }
        None
    }

    fn blank(&mut self) -> Option<(&'a str, &'a str)> {
        let (key, value) = loop {
            let (before, after) = self.rest.split_once('=')?;
            match key_at_end(before) {
                Some(key) => break (key, after),
                None => self.rest = after,
            }
        };
        let end = next_key(value).unwrap_or(value.len());
        self.rest = value.get(end..)?;
        Some((key, value.get(..end)?.trim()))
    }
}

/// Where the value ends: before the blank in front of the next key.
fn next_key(value: &str) -> Option<usize> {
    let bytes = value.as_bytes();
    let mut from = 0;
    loop {
        let equals = from + memchr(b'=', bytes.get(from..)?)?;
        // Only what lies behind the last equals sign can be a key: the walk back stays linear.
        if let Some(key) = key_at_end(value.get(from..equals)?)
            && let Some(blank) = (equals - key.len()).checked_sub(1)
            && matches!(bytes.get(blank), Some(b' ' | b'\t'))
        {
            return Some(blank);
        }
        from = equals + 1;
    }
}

/// The key that ends a text: a word behind a blank, or the whole text.
fn key_at_end(text: &str) -> Option<&str> {
    let bytes = text.as_bytes();
    let window = bytes.len().saturating_sub(KEY_BYTES_MAX + 1);
    let tail = bytes.get(window..)?;
    let start = match tail.iter().rposition(|byte| matches!(byte, b' ' | b'\t')) {
        Some(blank) => window + blank + 1,
        None if window == 0 => 0,
        None => return None,
    };
    text.get(start..).filter(|key| is_key(key))
}

/// A word; dictionaries have letters and digits only, vendors add signs.
fn is_key(key: &str) -> bool {
    (1..=KEY_BYTES_MAX).contains(&key.len())
        && key.as_bytes().first().is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        && key.bytes().all(|byte| {
            byte.is_ascii_alphanumeric()
                || matches!(byte, b'_' | b'-' | b'.' | b'[' | b']' | b':' | b'#' | b'@')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blank(text: &str) -> Vec<(&str, &str)> {
        pairs(text, Separator::Blank).collect()
    }

    #[test]
    fn a_value_ends_before_the_next_key_and_may_hold_blanks_and_escaped_signs() {
        assert_eq!(
            blank(r"src=192.0.2.1 msg=a b\=c d  act=blocked request=http://x.example/?q=1&r=2 cs1=a\\b"),
            [
                ("src", "192.0.2.1"),
                ("msg", r"a b\=c d"),
                ("act", "blocked"),
                ("request", "http://x.example/?q=1&r=2"),
                ("cs1", r"a\\b"),
            ]
        );
    }

    #[test]
    fn empty_values_and_texts_without_keys_are_no_trouble() {
        assert_eq!(blank("src= dst=192.0.2.1 x="), [("src", ""), ("dst", "192.0.2.1"), ("x", "")]);
        assert_eq!(blank("no key here"), []);
        assert_eq!(blank("= == a=b"), [("a", "b")]);
    }

    #[test]
    fn a_delimiter_cuts_whatever_the_values_hold() {
        let found: Vec<_> = pairs("a=1 2^ b=x=y^^c", Separator::Text("^")).collect();
        assert_eq!(found, [("a", "1 2"), ("b", "x=y")]);
    }

    #[test]
    fn many_signs_cost_no_more_than_their_number() {
        let text = format!("a={}", r"\=".repeat(40_000));
        assert_eq!(blank(&text).len(), 1);
        let text = format!("a={}", "=".repeat(80_000));
        assert_eq!(blank(&text).len(), 1);
    }
}
