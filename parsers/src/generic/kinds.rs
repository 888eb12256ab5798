//! What kind of value a text is: an address, a number, a mailbox, nothing at all.
//!
//! Promises: linear, and bounded where a value may be long. Must not know: columns, where values stood.

use schema::is_ipv4;

/// True for the words devices write when there is nothing.
pub(super) fn is_nothing(value: &str) -> bool {
    let Some(first) = value.bytes().next() else { return true };
    value.len() <= 11
        && matches!(first, b'-' | b'n' | b'N' | b'(' | b'<' | b'u' | b'U' | b'\'' | b'"' | b'[' | b'{' | b'*')
        && [
            "-",
            "--",
            "n/a",
            "na",
            "null",
            "none",
            "(null)",
            "<null>",
            "<none>",
            "nil",
            "undefined",
            "unknown",
            "<unknown>",
            "(none)",
            "''",
            "\"\"",
            "[]",
            "{}",
            "*",
        ]
        .iter()
        .any(|word| word.eq_ignore_ascii_case(value))
}

/// An address and the port behind it (`192.0.2.1:80`, `[2001:db8::1]:80`, `192.0.2.1#53`, `192.0.2.1/24`); of a
/// list the first. A network (`192.0.2.0/24`) is none.
pub(super) fn address(text: &str) -> Option<(&str, &str)> {
    if is_ipv4(text) {
        return Some((text, ""));
    }
    let first = text.split([',', ' ']).next()?.trim_end_matches(['.', ';', ')', ']', '-', ':']);
    // The longest address with a zone and a port: a bound, so that no long value is walked.
    if !(2..=72).contains(&first.len()) {
        return None;
    }
    if let Some((inner, port)) =
        first.strip_prefix('[').and_then(|rest| rest.split_once(']').or(Some((rest, ""))))
    {
        return is_ip(inner).then(|| (inner, port.trim_start_matches([':', '.'])));
    }
    if is_ip(first) {
        return Some((first, ""));
    }
    if let Some((head, port)) = first.rsplit_once('.')
        && head.bytes().filter(|byte| *byte == b'.').count() == 3
        // Fewer could be an object identifier or a version.
        && port.parse::<u16>().is_ok_and(|port| port >= 1024)
        && is_ip(head)
    {
        return Some((head, port));
    }
    let (head, port) = first.rsplit_once([':', '#', '/'])?;
    let head = head.trim_start_matches('[').trim_end_matches(']');
    if !is_ip(head) || head.contains(':') && first.contains('/') {
        return None;
    }
    if first.contains('/') {
        return match port.len() {
            0..=2 => (!is_network(head, port)).then_some((head, "")),
            _ => Some((head, port)),
        };
    }
    Some((head, port))
}

/// Longest text in which an address is looked for.
const SPELLED_BYTES_MAX: usize = 96;

/// The one address of a value that programs spell with more around it: `/192.0.2.1:80`, `host/192.0.2.1`,
/// `tcp://192.0.2.1:80`, `ipv4:192.0.2.1:80`, `IPV4/UDP/192.0.2.1/80`, `pc1 (192.0.2.1)`, `192.0.2.1:80:X1`.
pub(super) fn spelled(text: &str) -> Option<(&str, &str)> {
    let is_other = |byte: u8| matches!(byte, b'=' | b'?' | b'@' | b',' | b';' | b'"' | b'\\');
    let is_path = text.strip_prefix('/').is_some_and(|rest| rest.contains('/'));
    if text.len() > SPELLED_BYTES_MAX || text.starts_with("http") || is_path || text.bytes().any(is_other) {
        return None;
    }
    // What only follows a word is a version as often.
    let is_marked = text.starts_with('/') || text.contains([':', '(', '[']);
    if !is_marked && !text.contains('/') {
        return None;
    }
    let mut found = None;
    for part in text.split(['/', ' ', '(', ')', '[', ']']) {
        // The length of a network's prefix.
        if part.len() <= 2 && is_number(part) {
            return None;
        }
        let bare = part.strip_prefix("ipv4:").or_else(|| part.strip_prefix("ipv6:")).unwrap_or(part);
        let end =
            bare.match_indices(':').nth(1).filter(|_| bare.contains('.')).map_or(bare.len(), |(at, _)| at);
        if let Some(one) = bare.get(..end).filter(|bare| bare.contains(['.', ':'])).and_then(address) {
            if found.is_some() {
                return None;
            }
            found = Some(one);
        }
    }
    found
}

/// True for the address of a network rather than of a host in it: nothing stands behind its prefix.
fn is_network(head: &str, bits: &str) -> bool {
    let address = head.parse::<std::net::Ipv4Addr>().map(u32::from);
    let host = bits.parse::<u32>().ok().and_then(|bits| u32::MAX.checked_shr(bits));
    address.ok().zip(host).is_some_and(|(address, host)| address & host == 0)
}

/// An IPv4 address, or an IPv6 address that no word and no time of day is.
pub(super) fn is_ip(text: &str) -> bool {
    if is_ipv4(text) {
        return true;
    }
    if !text.bytes().any(|byte| matches!(byte, b':' | b'%')) {
        return false;
    }
    let first = text.bytes().next().unwrap_or(b' ');
    if !(first.is_ascii_hexdigit() || first == b':') || !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let bare = text.split_once('%').map_or(text, |(bare, _)| bare);
    bare.parse::<std::net::IpAddr>().is_ok()
}

pub(super) fn is_number(text: &str) -> bool {
    !text.is_empty() && text.len() <= 18 && text.bytes().all(|byte| byte.is_ascii_digit())
}

pub(super) fn is_mac(text: &str) -> bool {
    let hex = text.bytes().filter(u8::is_ascii_hexdigit).count();
    let rest = text.bytes().filter(|byte| matches!(byte, b':' | b'-' | b'.')).count();
    hex == 12 && hex + rest == text.len() && matches!(rest, 0 | 2 | 5)
}

/// The SHA-256 of `SHA256=…,MD5=…` or alone.
pub(super) fn sha256(text: &str) -> Option<&str> {
    text.split([',', ' ', '=', ':'])
        .find(|part| part.len() == 64 && part.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// The methods of HTTP and WebDAV.
pub(super) fn is_method(text: &str) -> bool {
    [
        "GET",
        "POST",
        "HEAD",
        "PUT",
        "DELETE",
        "OPTIONS",
        "PATCH",
        "CONNECT",
        "TRACE",
        "PROPFIND",
        "PROPPATCH",
        "MKCOL",
        "COPY",
        "MOVE",
        "LOCK",
        "UNLOCK",
        "REPORT",
        "SEARCH",
    ]
    .iter()
    .any(|method| method.eq_ignore_ascii_case(text))
}

/// `user@host`, out of `Name <user@host>`.
pub(super) fn mailbox(text: &str) -> Option<&str> {
    let inner = match text.rsplit_once('<') {
        Some((_, rest)) => rest.split('>').next().unwrap_or(rest),
        None => text,
    };
    (inner.contains('@') && inner.len() <= 998).then(|| inner.trim_matches(['"', '\'', ' ']))
}

/// A name of at least two labels that is no address.
pub(super) fn is_domain(text: &str) -> bool {
    text.contains('.')
        && text.len() <= 253
        && !is_ip(text)
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
        && text.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// The host of `user@host:port`.
pub(super) fn host_of(authority: &str) -> &str {
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    match authority.strip_prefix('[') {
        Some(inner) => inner.split(']').next().unwrap_or(inner),
        None => authority.split(':').next().unwrap_or(authority),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_found_however_it_is_spelled() {
        for (text, ip, port) in [
            ("/192.0.2.1:5501", "192.0.2.1", "5501"),
            ("host/192.0.2.1:5501", "192.0.2.1", "5501"),
            ("tcp://192.0.2.1:5501", "192.0.2.1", "5501"),
            ("ipv4:192.0.2.1:5501", "192.0.2.1", "5501"),
            ("IPV4/UDP/192.0.2.1/5501", "192.0.2.1", ""),
            ("pc1 (192.0.2.1)", "192.0.2.1", ""),
            ("pc1[192.0.2.1]", "192.0.2.1", ""),
            ("192.0.2.1:5501:X1", "192.0.2.1", "5501"),
        ] {
            assert_eq!(spelled(text), Some((ip, port)), "{text}");
        }
        for text in [
            "192.0.2.0/24",
            "http://192.0.2.1/x",
            "192.0.2.1/198.51.100.1",
            "a/b",
            "x=192.0.2.1",
            "/var/log/remote/192.0.2.1/auth.log",
            "Outlook 16.0.5.1",
        ] {
            assert_eq!(spelled(text), None, "{text}");
        }
    }

    #[test]
    fn addresses_are_told_from_what_looks_like_them() {
        assert_eq!(address("192.0.2.1:5060"), Some(("192.0.2.1", "5060")));
        assert_eq!(address("[2001:db8::1]:443"), Some(("2001:db8::1", "443")));
        assert_eq!(address("192.0.2.1#53"), Some(("192.0.2.1", "53")));
        assert_eq!(address("192.0.2.1, 198.51.100.1"), Some(("192.0.2.1", "")));
        assert_eq!(address("192.0.2.7/24"), Some(("192.0.2.7", "")));
        assert_eq!(address("192.0.2.0/32"), Some(("192.0.2.0", "")));
        for text in [
            "",
            "192.0.2.0/24",
            "10.0.0.0/8",
            "0.0.0.0/0",
            "a::b",
            "09:12:44",
            "std::io",
            "1.2.3",
            "1.2.3.4.5",
            "00:11:22:33:44:55",
            "face",
        ] {
            assert_eq!(address(text), None, "{text}");
        }
    }
}
