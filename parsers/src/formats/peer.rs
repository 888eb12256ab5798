//! The other end of a connection as daemons write it: an address or a name, and a port.
//!
//! Promises: a name never lands in an address column. Must not know: who writes it.

use std::net::Ipv6Addr;

use memchr::memchr;
use schema::{Column, EventBuilder, is_ipv4};

use crate::scan;

/// Sets where an action came from: `source_ip` or `fields.rhost`, and `source_port`.
pub(super) fn set(event: &mut EventBuilder<'_>, address: &str, port: &str) {
    if !event.ip(Column::SourceIp, address) && !address.is_empty() && address != "UNKNOWN" {
        event.field("rhost", address);
    }
    if is_digits(port) {
        event.int_text(Column::SourcePort, port);
    }
}

/// True for one digit or more and nothing else.
pub(super) fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// True for an IPv4 or IPv6 address, a zone allowed.
pub(super) fn is_address(text: &str) -> bool {
    // The longest address with a zone that occurs; a bound so that no long token is copied or walked twice.
    is_ipv4(text) || text.len() <= 64 && memchr(b':', text.as_bytes()).is_some() && is_ipv6(text)
}

fn is_ipv6(text: &str) -> bool {
    text.split_once('%').map_or(text, |(bare, _)| bare).parse::<Ipv6Addr>().is_ok()
}

/// `HEAD port DIGITS` apart, the port empty when there is none.
pub(super) fn split_port(text: &str) -> (&str, &str) {
    match scan::cut_last(text, " port ") {
        Some((head, port)) if is_digits(port) => (head, port),
        _ => (text, ""),
    }
}

/// Six pairs of hexadecimal digits between colons or dashes.
pub(super) fn is_hardware_address(text: &str) -> bool {
    let separator = text.as_bytes().get(2).copied();
    text.len() == 17
        && matches!(separator, Some(b':' | b'-'))
        && text
            .bytes()
            .enumerate()
            .all(|(at, byte)| if at % 3 == 2 { Some(byte) == separator } else { byte.is_ascii_hexdigit() })
}
