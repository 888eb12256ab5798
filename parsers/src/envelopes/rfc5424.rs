//! RFC 5424: `1 2026-03-16T09:12:44.112+01:00 host app pid msgid [sd] message`, behind its `<PRI>`.
//!
//! Promises: NIL fields are empty; structured data may hold any escaped byte. What deviates from the
//! header's grammar is no RFC 5424. Must not know: payloads.

use nom::error::{Error, ErrorKind};
use nom::{Err, IResult, Parser};

use super::Envelope;
use crate::scan;
use crate::time::iso;

/// Longest HOSTNAME, APP-NAME, PROCID and MSGID that are accepted; RFC 5424 §6 says 255, 48, 128 and 32,
/// senders exceed them.
const TOKEN_BYTES_MAX: usize = 255;

/// Reads what follows `<PRI>`; none when it is no RFC 5424.
pub(super) fn read(text: &str) -> Option<Envelope<'_>> {
    let (rest, (stamp, host, program, pid, message_id)) = header(text).ok()?;
    let when = match stamp {
        "-" => None,
        stamp => Some(iso(stamp)?),
    };
    // Senders leave the structured data out, and relays cut it: what is none belongs to the message.
    let (data, payload) = match structured_data(rest) {
        Some(read) => read,
        None => when.is_some().then_some(("", rest))?,
    };
    let tokens = [host, program, pid, message_id].map(|token| if token == "-" { "" } else { token });
    Some(Envelope { when, ..behind_header(tokens, data, payload) })
}

/// `app pid msgid [sd] text`, of a line whose version, stamp and host were read; NIL or structured data must be there.
pub(super) fn read_behind_host(text: &str) -> Option<Envelope<'_>> {
    let (rest, (program, pid, message_id)) = (token, token, token).parse(text).ok()?;
    let (data, payload) = structured_data(rest)?;
    let tokens = ["", program, pid, message_id].map(|token| if token == "-" { "" } else { token });
    Some(behind_header(tokens, data, payload))
}

fn behind_header<'a>(tokens: [&'a str; 4], structured_data: &'a str, payload: &'a str) -> Envelope<'a> {
    let [host, program, pid, message_id] = tokens;
    let payload = payload.strip_prefix('\u{feff}').unwrap_or(payload);
    // A relay that was sent RFC 3164 keeps the space behind the tag in front of the message (rsyslog does).
    let payload = payload.strip_prefix(' ').filter(|text| !text.starts_with(' ')).unwrap_or(payload);
    Envelope { host, program, pid, message_id, structured_data, payload, ..Envelope::default() }
}

type Header<'a> = (&'a str, &'a str, &'a str, &'a str, &'a str);

fn header(text: &str) -> IResult<&str, Header<'_>> {
    let (text, version) = token(text)?;
    if version.len() > 2 || !version.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Err::Error(Error::new(text, ErrorKind::Digit)));
    }
    (token, token, token, token, token).parse(text)
}

/// Printable bytes up to a space, the space taken. UTF-8 host names occur and are accepted.
fn token(text: &str) -> IResult<&str, &str> {
    let bytes = text.as_bytes();
    let window = bytes.get(..bytes.len().min(TOKEN_BYTES_MAX + 1)).unwrap_or_default();
    match scan::blank(window, 0).filter(|end| *end > 0 && bytes.get(*end) == Some(&b' ')) {
        Some(end) => Ok((text.get(end + 1..).unwrap_or_default(), text.get(..end).unwrap_or_default())),
        None => Err(Err::Error(Error::new(text, ErrorKind::Space))),
    }
}

/// Structured data and what follows it (the message, its leading space taken).
fn structured_data(text: &str) -> Option<(&str, &str)> {
    if let Some(rest) = text.strip_prefix('-') {
        return match rest.strip_prefix(' ') {
            Some(message) => Some(("", message)),
            None => rest.is_empty().then_some(("", "")),
        };
    }
    let mut end = 0;
    while text.as_bytes().get(end) == Some(&b'[') {
        end = element(text.as_bytes(), end)?;
    }
    if end == 0 {
        return None;
    }
    let rest = text.get(end..)?;
    Some((text.get(..end)?, rest.strip_prefix(' ').unwrap_or(rest)))
}

/// Where one `[id name="value" ...]` ends that opens at `at`.
fn element(bytes: &[u8], at: usize) -> Option<usize> {
    let mut at = name(bytes, at + 1)?;
    loop {
        match bytes.get(at)? {
            b']' => return Some(at + 1),
            b' ' => {
                at = name(bytes, at + 1)?;
                bytes.get(at..)?.starts_with(b"=\"").then_some(())?;
                at = after_quote(bytes, at + 2)?;
            }
            _ => return None,
        }
    }
}

/// Where a name of one byte or more ends.
fn name(bytes: &[u8], at: usize) -> Option<usize> {
    let end = scan::name_end(bytes, at)?;
    (end > at).then_some(end)
}

/// What follows the closing quote of a parameter's value; `\"`, `\\` and `\]` are escaped.
fn after_quote(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at = scan::one(b'"', bytes, at)?;
        let before = bytes.get(from..at)?;
        at += 1;
        // Most values hold no escape.
        if before.last() != Some(&b'\\') {
            return Some(at);
        }
        let backslashes = before.iter().rev().take_while(|byte| **byte == b'\\').count();
        if backslashes % 2 == 0 {
            return Some(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_rfc_is_read_whole() {
        let text = r#"1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog - ID47 [exampleSDID@32473 iut="3" eventSource="Appli\"ca]tion"][x] An event"#;
        let envelope = read(text).unwrap();
        assert_eq!(envelope.host, "mymachine.example.com");
        assert_eq!(envelope.program, "evntslog");
        assert_eq!((envelope.pid, envelope.message_id), ("", "ID47"));
        assert_eq!(
            envelope.structured_data,
            r#"[exampleSDID@32473 iut="3" eventSource="Appli\"ca]tion"][x]"#
        );
        assert_eq!(envelope.payload, "An event");
        assert_eq!(envelope.when.unwrap().micros, 3000);
    }

    #[test]
    fn nil_stands_for_nothing_everywhere() {
        let envelope = read("1 - - - - - -").unwrap();
        assert_eq!(envelope, Envelope::default());
    }

    #[test]
    fn a_message_without_structured_data_is_read() {
        let envelope = read("1 2026-03-16T09:12:44Z h a 12 - text [x]").unwrap();
        assert_eq!((envelope.pid, envelope.payload), ("12", "text [x]"));
        let envelope = read("1 2026-03-16T09:12:44Z h a - - [x y=\"z").unwrap();
        assert_eq!((envelope.host, envelope.payload), ("h", "[x y=\"z"));
    }

    #[test]
    fn a_message_may_begin_with_a_bracket_after_nil_data() {
        assert_eq!(read("1 - h a - - - [not data] x").unwrap().payload, "[not data] x");
    }

    #[test]
    fn broken_headers_are_no_rfc_5424() {
        for text in [
            "",
            "1",
            "1 2003",
            "2026-03-16T09:12:44Z h a: x",
            "1 yesterday h a - - - x",
            "1 - h a - - [x y=\"z x",
        ] {
            assert!(read(text).is_none(), "{text}");
        }
    }
}
