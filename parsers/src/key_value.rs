//! `key=value` pairs as firewalls and applications write them: values bare or in double quotes.
//!
//! Promises: linear; a quote that never closes takes the rest. Must not know: which keys there are.

mod order;

pub(crate) use order::{Order, Pair};

use crate::scan;

/// The pairs of a text, in order. A bare value ends at the separator; a quoted one at its closing
/// quote (`\"` stays inside). What stands between pairs and has no `=` is passed over.
pub fn pairs(text: &str, separator: u8) -> Pairs<'_> {
    Pairs { text, at: 0, separator }
}

/// See [`pairs`].
#[derive(Debug, Clone)]
pub struct Pairs<'a> {
    text: &'a str,
    at: usize,
    separator: u8,
}

impl<'a> Iterator for Pairs<'a> {
    type Item = (&'a str, &'a str);

    #[inline]
    fn next(&mut self) -> Option<(&'a str, &'a str)> {
        let (start, end) = self.key()?;
        Some((self.text.get(start..end)?, self.value()?))
    }
}

impl<'a> Pairs<'a> {
    /// Where the next key stands; what follows is its value.
    #[inline]
    fn key(&mut self) -> Option<(usize, usize)> {
        let (start, equals) = scan::last_word_before(b'=', self.separator, self.text.as_bytes(), self.at)?;
        self.at = equals + 1;
        Some((start, equals))
    }

    /// The value behind the key that was read last.
    #[inline]
    fn value(&mut self) -> Option<&'a str> {
        let rest = self.text.get(self.at..)?;
        let bytes = rest.as_bytes();
        if bytes.first() == Some(&b'"') {
            let end = closing_quote(bytes, 1);
            self.at += end + 1;
            return rest.get(1..end);
        }
        let end = scan::one(self.separator, bytes, 0).unwrap_or(bytes.len());
        self.at += end;
        rest.get(..end)
    }
}

/// Where the quote that opened before `from` closes, or the end.
#[inline]
fn closing_quote(bytes: &[u8], from: usize) -> usize {
    let mut search = from;
    while let Some(at) = scan::either(b'"', b'\\', bytes, search) {
        if bytes.get(at) == Some(&b'"') {
            return at;
        }
        search = at + 2;
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
    fn a_key_is_the_word_before_its_sign() {
        let text = "<189> a word then\tkey=1;x=2 3=4\nlast-key-of-the-line=5";
        assert_eq!(
            pairs(text, b' ').collect::<Vec<_>>(),
            [("key", "1;x=2"), ("3", "4\nlast-key-of-the-line=5")]
        );
        assert_eq!(
            pairs(text, b';').collect::<Vec<_>>(),
            [("key", "1"), ("x", "2 3=4\nlast-key-of-the-line=5")]
        );
        assert_eq!(
            pairs("=1 long_name_of_a_key=è= è=", b' ').collect::<Vec<_>>(),
            [("", "1"), ("long_name_of_a_key", "è="), ("è", "")]
        );
    }

    #[test]
    fn an_open_quote_takes_the_rest_and_ends() {
        assert_eq!(pairs(r#"a="never closed b=2"#, b' ').collect::<Vec<_>>(), [("a", "never closed b=2")]);
        assert_eq!(pairs("no pair at all", b' ').count(), 0);
    }
}
