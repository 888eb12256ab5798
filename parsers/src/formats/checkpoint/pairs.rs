//! The shapes in which Check Point logs write fields and values.
//!
//! Promises: linear; a quote inside a value is escaped by the gateway, so that a value cannot end itself.
//! Must not know: what a field means. Source: Check Point sk122323, Log Exporter.

/// How fields are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// `key:"value"; key:"value"; ]`
    Quoted,
    /// `key=value|key=value|`
    Bars,
    /// `key=value; key=value` or `key="value";`
    Semicolons,
    /// `key="value" key="value"`
    Blanks,
}

/// The fields of a text in that shape, in order.
pub(super) fn pairs(text: &str, shape: Shape) -> Pairs<'_> {
    Pairs { rest: text, shape }
}

/// See [`pairs`].
pub(super) struct Pairs<'a> {
    rest: &'a str,
    shape: Shape,
}

impl<'a> Iterator for Pairs<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<(&'a str, &'a str)> {
        let (sign, separator) = match self.shape {
            Shape::Quoted => (':', ';'),
            Shape::Bars => ('=', '|'),
            Shape::Semicolons => ('=', ';'),
            Shape::Blanks => ('=', ' '),
        };
        let (key, after) = self.rest.split_once(sign)?;
        let key = key.rsplit([separator, ' ']).next().unwrap_or(key);
        // Some fields have two colons (`ike::"…"`).
        let after = after.strip_prefix(sign).unwrap_or(after);
        let (value, rest) = match after.strip_prefix('"') {
            Some(quoted) => quoted.split_at_checked(closing_quote(quoted))?,
            None => after.split_at_checked(unescaped(after, separator as u8))?,
        };
        self.rest = rest.strip_prefix('"').unwrap_or(rest).strip_prefix(separator).unwrap_or(rest);
        Some((key, value))
    }
}

/// Where a quoted value ends: a quote before a separator, a blank, a bracket or the end.
fn closing_quote(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut from = 0;
    loop {
        let end = from + unescaped(text.get(from..).unwrap_or_default(), b'"');
        if matches!(bytes.get(end + 1), None | Some(b';' | b']' | b' ' | b'|')) {
            return end.min(bytes.len());
        }
        from = end + 1;
    }
}

/// Where the first such byte stands that has no backslash before it, or the end.
fn unescaped(text: &str, sign: u8) -> usize {
    let bytes = text.as_bytes();
    let mut from = 0;
    while let Some(found) = bytes.get(from..).and_then(|rest| memchr::memchr2(sign, b'\\', rest)) {
        let at = from + found;
        if bytes.get(at) == Some(&sign) {
            return at;
        }
        from = at + 2;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_shape_keeps_its_separators_inside_values() {
        let quoted = r#"action:"Drop"; tag:"a=b[c;d=e\]"; ike::"x \"y\"; z"; last:"#;
        assert_eq!(
            pairs(quoted, Shape::Quoted).collect::<Vec<_>>(),
            [("action", "Drop"), ("tag", r"a=b[c;d=e\]"), ("ike", r#"x \"y\"; z"#), ("last", "")]
        );
        let bars = r"time=1|hostname=gw|originsicname=cn\=a,o\=b|rule=1|";
        assert_eq!(
            pairs(bars, Shape::Bars).collect::<Vec<_>>(),
            [("time", "1"), ("hostname", "gw"), ("originsicname", r"cn\=a,o\=b"), ("rule", "1")]
        );
        assert_eq!(
            pairs("a=b c; d=\"e;f\"; g=h", Shape::Semicolons).collect::<Vec<_>>(),
            [("a", "b c"), ("d", "e;f"), ("g", "h")]
        );
        assert_eq!(pairs("a:\"open; b", Shape::Quoted).collect::<Vec<_>>(), [("a", "open; b")]);
    }
}
