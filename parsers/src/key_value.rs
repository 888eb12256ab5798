//! `key=value` pairs as firewalls and applications write them: values bare or in double quotes.
//!
//! Promises: linear; a quote that never closes takes the rest. Must not know: which keys there are.

use memchr::memchr;

/// The pairs of a text, in order. A bare value ends at the separator; a quoted one at its closing
/// quote (`\"` stays inside). What stands between pairs and has no `=` is passed over.
pub fn pairs(text: &str, separator: u8) -> Pairs<'_> {
    Pairs { rest: text, separator }
}

/// See [`pairs`].
#[derive(Debug, Clone)]
pub struct Pairs<'a> {
    rest: &'a str,
    separator: u8,
}

impl<'a> Iterator for Pairs<'a> {
    type Item = (&'a str, &'a str);

    #[inline]
    fn next(&mut self) -> Option<(&'a str, &'a str)> {
        let equals = memchr(b'=', self.rest.as_bytes())?;
        let before = self.rest.get(..equals)?;
        let after = self.rest.get(equals + 1..)?;
        // A key has no white space: what stands before the last separator belongs to no pair.
        let key = before.rsplit([self.separator as char, ' ', '\t']).next().unwrap_or(before);
        if let Some(quoted) = after.strip_prefix('"') {
            let end = closing_quote(quoted.as_bytes());
            self.rest = quoted.get(end..).map_or("", |rest| rest.strip_prefix('"').unwrap_or(rest));
            return Some((key, quoted.get(..end)?));
        }
        let end = memchr(self.separator, after.as_bytes()).unwrap_or(after.len());
        self.rest = after.get(end..)?;
        Some((key, after.get(..end)?))
    }
}

/// Where the text behind an opening quote ends: its closing quote, or the end.
fn closing_quote(bytes: &[u8]) -> usize {
    let mut from = 0;
    while let Some(found) = bytes.get(from..).and_then(|rest| memchr(b'"', rest)) {
        let at = from + found;
        let backslashes =
            bytes.get(..at).unwrap_or_default().iter().rev().take_while(|byte| **byte == b'\\').count();
        if backslashes % 2 == 0 {
            return at;
        }
        from = at + 1;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_values_hold_separators_and_equals_signs() {
        let text = r#"date=2026-03-16 devname="FGT A" msg="a=b \"c\" d" empty="" last=1"#;
        let found: Vec<_> = pairs(text, b' ').collect();
        assert_eq!(
            found,
            [
                ("date", "2026-03-16"),
                ("devname", "FGT A"),
                ("msg", r#"a=b \"c\" d"#),
                ("empty", ""),
                ("last", "1"),
            ]
        );
    }

    #[test]
    fn an_open_quote_takes_the_rest_and_ends() {
        assert_eq!(pairs(r#"a="never closed b=2"#, b' ').collect::<Vec<_>>(), [("a", "never closed b=2")]);
        assert_eq!(pairs("no pair at all", b' ').count(), 0);
    }
}
