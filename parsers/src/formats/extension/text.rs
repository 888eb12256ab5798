//! Escapes of CEF: `\\`, `\|`, `\=` and `\"`. `\n` and `\r` stay, since unescaped Windows paths are frequent
//! (`C:\new`) and a line break in a value is not.

use std::borrow::Cow;

use memchr::memchr;

/// The text with its escapes undone; nothing is copied when there are none.
pub(in crate::formats) fn unescaped(text: &str) -> Cow<'_, str> {
    let Some(first) = memchr(b'\\', text.as_bytes()) else { return Cow::Borrowed(text) };
    let mut plain = String::with_capacity(text.len());
    plain.push_str(text.get(..first).unwrap_or_default());
    let mut characters = text.get(first..).unwrap_or_default().chars().peekable();
    while let Some(character) = characters.next() {
        let escaped = match (character, characters.peek()) {
            ('\\', Some('\\' | '|' | '=' | '"')) => characters.next(),
            _ => None,
        };
        plain.push(escaped.unwrap_or(character));
    }
    Cow::Owned(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_escapes_of_the_format_are_undone() {
        assert_eq!(unescaped("plain"), "plain");
        assert_eq!(unescaped(r"a\|b\=c\\d\"), r"a|b=c\d\");
        assert_eq!(unescaped(r"C:\new\tmp"), r"C:\new\tmp");
    }
}
