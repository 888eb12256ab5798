//! What mail programs write alike: envelope addresses, lists of recipients, the other end of a session.
//!
//! Promises: linear; a quoted local part may hold any sign and ends no address. Must not know: any one program.

use schema::{Column, EventBuilder};

/// An address without its angle brackets.
pub(super) fn bare(address: &str) -> &str {
    address.trim_matches(['<', '>', ' '])
}

/// The path that opens a text, `<ADDRESS>` or a bare word, and what follows it.
///
/// A quoted local part (`<"a b> "@x>`) is passed over whole.
pub(super) fn path(text: &str) -> (&str, &str) {
    let is_bracketed = text.starts_with('<');
    let mut is_quoted = false;
    let mut is_escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        if is_escaped {
            is_escaped = false;
            continue;
        }
        match byte {
            b'\\' if is_quoted => is_escaped = true,
            b'"' => is_quoted = !is_quoted,
            b'>' if is_bracketed && !is_quoted => return split(text, at + 1),
            b' ' | b',' if !is_bracketed && !is_quoted => return split(text, at),
            _ => {}
        }
    }
    (text, "")
}

fn split(text: &str, at: usize) -> (&str, &str) {
    text.split_at_checked(at).unwrap_or((text, ""))
}

/// Sets the recipients: one as it stands, several joined by commas.
pub(super) fn set_recipients<'a>(event: &mut EventBuilder<'_>, addresses: impl Iterator<Item = &'a str>) {
    let mut addresses = addresses.map(bare).filter(|address| !address.is_empty());
    let Some(first) = addresses.next() else { return };
    let Some(second) = addresses.next() else {
        event.text_if_said(Column::EmailTo, first);
        return;
    };
    let mut all = String::from(first);
    for address in std::iter::once(second).chain(addresses) {
        all.push(',');
        all.push_str(address);
    }
    event.text(Column::EmailTo, &all);
}

/// `NAME [ADDRESS]REST`, `NAME[ADDRESS]REST` or `[ADDRESS]REST` apart; `IPv6:` in front of the address is dropped.
pub(super) fn host_and_address(text: &str) -> Option<(&str, &str, &str)> {
    let (name, rest) = text.split_once('[')?;
    let (address, rest) = rest.split_once(']')?;
    Some((name.trim(), address.strip_prefix("IPv6:").unwrap_or(address), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_ends_where_its_quotes_and_brackets_do() {
        assert_eq!(path("<a@b.example>, relay=x"), ("<a@b.example>", ", relay=x"));
        assert_eq!(path(r#"<"a> , relay=[1.1.1.1]"@b>, x"#), (r#"<"a> , relay=[1.1.1.1]"@b>"#, ", x"));
        assert_eq!(path("a@b.example H=x"), ("a@b.example", " H=x"));
        assert_eq!(path(r#""a \" b"@c d"#), (r#""a \" b"@c"#, " d"));
        assert_eq!(path("<never closed"), ("<never closed", ""));
    }

    #[test]
    fn the_other_end_is_told_from_its_name() {
        assert_eq!(
            host_and_address("mx.example [192.0.2.1] (may be forged)"),
            Some(("mx.example", "192.0.2.1", " (may be forged)"))
        );
        assert_eq!(host_and_address("[IPv6:2001:db8::1]:25"), Some(("", "2001:db8::1", ":25")));
        assert_eq!(host_and_address("nothing"), None);
    }
}
