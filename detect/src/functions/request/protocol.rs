//! `protocol_score(text)`: how much a request bends HTTP itself: line ends and commands of other protocols in a
//! value, headers of its own, null bytes, letters no client writes so, a method in disguise.

use std::sync::LazyLock;

use super::decoding::decode;
use super::family::{Family, Trait};

/// Traits of a bent request.
const TRAITS: &[Trait] = &[
    // A header, a status line or a page behind a line end.
    (
        0.9,
        r"[\r\n]\s*(?:set-cookie2?|location|content-(?:type|length|encoding|disposition)|transfer-encoding|x-[\w-]+|host|refresh|access-control-[\w-]+|status|cookie|user-agent|referer|connection)\s*:|[\r\n]\s*http/\d|[\r\n]\s*(?:get|post|put|delete|head|options|trace|connect)\s+/?\S*\s+http/|[\r\n]{2}\s*<",
    ),
    // Commands of mail servers and others behind a line end.
    (
        0.85,
        r"[\r\n]\s*(?:helo|ehlo|mail\s+from|rcpt\s+to|data\s*[\r\n]|rset|noop|vrfy|expn|starttls|auth\s+(?:login|plain)|quit\s*$|quit[\r\n]|stat\s*$|list\s+\d|retr\s+\d|dele\s+\d|top\s+\d|uidl|user\s+\S+\s*$|pass\s+\S+\s*$|to:|cc:|bcc:|from:|subject:)",
    ),
    (
        0.85,
        r"[\r\n]\s*\w{1,8}\s+(?:login|logout|authenticate|select|examine|create|delete|rename|subscribe|unsubscribe|list|lsub|status|append|check|close|expunge|search|fetch|store|copy|uid|capability|starttls|noop)\b",
    ),
    (0.85, r"[\r\n]\s*(?:flushall|slaveof|config\s+(?:set|get)|eval\s|set\s+\S+\s+\S|\*\d+\r?\n\$\d+)"),
    // A line end in a path or in the name of a parameter.
    (0.85, r"^[^?]*[\r\n]|[?&][^=&]{0,200}[\r\n]"),
    (0.85, r"\x00"),
    // Letters that exist only to pass a filter, halves of escapes.
    (0.75, r"[\x01-\x08\x0e-\x1f\x7f]"),
    // A method in a parameter.
    (
        0.75,
        r"[?&](?:_method|x-http-method(?:-override)?|_http_method)=\s*(?:get|post|put|patch|delete|head|options|trace|track|connect|propfind|proppatch|mkcol|copy|move|lock|unlock|debug|[a-z]{3,10})\s*(?:$|&)",
    ),
    // A proxy told to go elsewhere.
    (0.85, r"\bunix:[^|]{0,400}\|"),
];

/// A text without any of these shows no trait.
const NEEDLES: &[&str] = &[
    "\r", "\n", "\x00", "\x01", "\x02", "\x03", "\x04", "\x05", "\x06", "\x07", "\x08", "\x0e", "\x0f",
    "\x10", "\x11", "\x12", "\x13", "\x14", "\x15", "\x16", "\x17", "\x18", "\x19", "\x1a", "\x1b", "\x1c",
    "\x1d", "\x1e", "\x1f", "\x7f", "method", "unix:",
];

static FAMILY: LazyLock<Option<Family>> = LazyLock::new(|| Family::new(NEEDLES, TRAITS));

/// How much `text`, as received, bends HTTP, 0 to 1.
pub(in super::super) fn score(text: &str) -> f64 {
    let score = FAMILY.as_ref().map_or(0.0, |family| family.score(&decode(text)));
    if is_full_width(text) || is_overlong(text) { 1.0 - (1.0 - score) * 0.25 } else { score }
}

/// `%uFFXX`, and ASCII as `%u00XX`: letters that some servers fold into ASCII behind the filter's back.
fn is_full_width(text: &str) -> bool {
    text.as_bytes().windows(6).any(|window| match window {
        [b'%', b'u' | b'U', high, next, digits @ ..] => {
            let is_hex = digits.iter().all(u8::is_ascii_hexdigit);
            is_hex && matches!((high, next), (b'f' | b'F', b'f' | b'F'))
        }
        _ => false,
    })
}

/// ASCII in two bytes (`%c0%af`), which no encoder writes.
fn is_overlong(text: &str) -> bool {
    text.as_bytes().windows(6).any(|window| {
        matches!(window, [b'%', b'c' | b'C', b'0' | b'1', b'%', b'8' | b'9' | b'a' | b'b' | b'A' | b'B', last] if last.is_ascii_hexdigit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bent_requests_score_high() {
        for text in [
            "/a?x=1%0d%0aSet-Cookie:%20a=1",
            "/a?x=1%0aRCPT%20TO:<a@b.example>",
            "/pagina%0aaltra",
            "/a?x%0d=1",
            "/a?f=x.php%00.jpg",
            "/a?x=%uff1cb",
            "/a?x=%c0%af",
            "/atti/4?_method=DELETE",
            "/?unix:/run/x.sock|http://a.example/",
        ] {
            assert!(score(text) >= 0.7, "{text}: {}", score(text));
        }
    }

    #[test]
    fn ordinary_requests_score_low() {
        for text in [
            "/contatti?testo=prima+riga%0D%0Aseconda+riga",
            "/cerca?q=citt%C3%A0+di+Forl%C3%AC",
            "/cerca?metodo=delete",
            "/a?x=%u00e0",
            "",
        ] {
            assert!(score(text) < 0.7, "{text}: {}", score(text));
        }
    }
}
