//! Texts in double quotes as servers write them, `\"` inside, for every format that meets them.
//!
//! Promises: linear. Must not know: any format.

/// The text up to the closing quote, and what follows; `\"` stays inside.
pub(super) fn quoted(text: &str) -> Option<(&str, &str)> {
    let bytes = text.as_bytes();
    let mut from = 0;
    loop {
        let at = from + memchr::memchr2(b'"', b'\\', bytes.get(from..)?)?;
        if bytes.get(at) == Some(&b'"') {
            return Some((text.get(..at)?, text.get(at + 1..)?));
        }
        from = at + 2;
    }
}

/// One value of a line whose values stand apart by a blank, in quotes or bare, and what follows.
pub(super) fn value(text: &str) -> Option<(&str, &str)> {
    let (value, rest) = match text.strip_prefix('"') {
        Some(inner) => quoted(inner)?,
        None => {
            let end = memchr::memchr(b' ', text.as_bytes()).unwrap_or(text.len());
            text.split_at_checked(end).filter(|(value, _)| !value.is_empty())?
        }
    };
    Some((value, rest.strip_prefix(' ').unwrap_or(rest)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_ends_at_its_quote_or_at_the_blank() {
        assert_eq!(value(r#""a \" b" c"#), Some((r#"a \" b"#, "c")));
        assert_eq!(value("a b"), Some(("a", "b")));
        assert_eq!(value("a"), Some(("a", "")));
        assert_eq!(value(r#""never closed"#), None);
        assert_eq!(value(""), None);
    }
}
