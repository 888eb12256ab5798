//! Who talks to whom in an ASA message: addresses, ports, interfaces.
//!
//! Promises: linear; only what the message's own words mark is taken. Must not know: what happened.

use schema::{Column, EventBuilder};

use super::super::account::{address_and_port, between, set_user};
use super::super::peer::{is_address, is_digits};
use super::person;

/// The protocol stands among the first words of a message.
const TRANSPORT_WORDS_MAX: usize = 16;

/// One end: `INTERFACE:ADDRESS/PORT`, `ADDRESS/PORT` or `ADDRESS`.
struct End<'a> {
    interface: &'a str,
    address: &'a str,
    port: &'a str,
    /// Account behind it: `(DOMAIN\user)`.
    user: &'a str,
}

impl<'a> End<'a> {
    fn read(text: &'a str) -> Option<End<'a>> {
        let text = text.trim_start();
        let word = text.split([' ', ',', ';']).next()?;
        let behind = text.get(word.len()..)?.trim_start();
        let (word, after) = word.split_once('(').map_or((word, ""), |(word, after)| (word, after));
        let after = if after.is_empty() {
            behind.strip_prefix('(').map_or("", |_| behind.split(' ').next().unwrap_or(""))
        } else {
            after
        };
        let (place, port) = word.rsplit_once('/').unwrap_or_else(|| match address_and_port(word) {
            (address, port) if is_address(address) => (address, port),
            _ => (word, ""),
        });
        // An IPv6 address holds colons: what stands before the first is an interface only if the rest is an address.
        let (interface, address) = match place.split_once(':') {
            Some((interface, address)) if is_address(address) => (interface, address),
            _ => ("", place.trim_matches(['<', '>'])),
        };
        let digits = port.bytes().take_while(u8::is_ascii_digit).count();
        let mut user = "";
        // `(mapped/port)(DOMAIN\user@realm)`: the last parentheses that name no address.
        if let Some(group) = after.split('(').next_back().map(|group| group.trim_end_matches(')'))
            && !group.is_empty()
            && !group.contains('/')
        {
            user = group;
        }
        (is_address(address)).then_some(End { interface, address, port: port.get(..digits)?, user })
    }
}

/// Words that come before the two ends. In a line with several the first one counts: names and URLs stand behind the
/// ends.
const MARKS: &[(&str, &str)] = &[
    (" faddr ", " laddr "),
    (" src ", " dst "),
    (" for ", " to "),
    (" from ", " to "),
    ("SRC ", "DEST "),
    (" client ", " to "),
    ("Local:", "Remote:"),
    (" flow ", " to "),
    (" local-host ", " to "),
];

/// Sets both ends, transport and user.
pub(super) fn read(number: &str, text: &str, event: &mut EventBuilder<'_>) {
    let ends_text = behind_name(text);
    let ends = MARKS.iter().filter_map(|(first, second)| {
        let (before, rest) = ends_text.split_once(first)?;
        let to = rest.split_once(second).and_then(|(_, rest)| End::read(rest));
        Some((before.len(), End::read(rest)?, to))
    });
    if let Some((_, from, to)) = ends.min_by_key(|(at, ..)| *at) {
        // `Built outbound …`: the other end opened the connection.
        let is_outbound = text.starts_with("Built outbound ") && number != "302020";
        let (source, destination) = match to {
            Some(to) if is_outbound => (to, Some(from)),
            to => (from, to),
        };
        set(&source, [Column::SourceIp, Column::SourcePort, Column::ObserverIngress], event);
        set_user(event, source.user.split('@').next().unwrap_or(""));
        if let Some(destination) = destination {
            set(
                &destination,
                [Column::DestinationIp, Column::DestinationPort, Column::ObserverEgress],
                event,
            );
        }
    }
    if let Some(transport) = transport(text) {
        event.text(Column::NetworkTransport, transport);
    }
    person::read(number, text, event);
    let group = between(text, "Group <", "> ").or_else(|| between(text, "Group = ", ","));
    event.text_if_said(Column::GroupName, group.unwrap_or(""));
    if let Some((_, rest)) = text.rsplit_once("IPv4 Address <") {
        event.field("assigned_ip", rest.split('>').next().unwrap_or(rest));
    }
}

/// The text behind a name that stands before its ends; nothing of a sentence about an administrator, which has none.
fn behind_name(text: &str) -> &str {
    if text.starts_with("User '") {
        return "";
    }
    match text.split_once(" for user '") {
        Some((_, rest)) => rest.rfind("' ").and_then(|at| rest.get(at + 1..)).unwrap_or(text),
        None => text,
    }
}

fn set(end: &End<'_>, [address, port, interface]: [Column; 3], event: &mut EventBuilder<'_>) {
    event.ip(address, end.address);
    if is_digits(end.port) && end.port != "0" {
        event.int_text(port, end.port);
    }
    event.text_if_said(interface, end.interface);
}

/// The protocol among the first words.
fn transport(text: &str) -> Option<&str> {
    text.split([' ', '=']).take(TRANSPORT_WORDS_MAX).find(|word| {
        ["tcp", "udp", "icmp", "gre", "esp", "igmp"].iter().any(|name| word.eq_ignore_ascii_case(name))
    })
}

/// Domain and path of a URL.
pub(super) fn url(url: &str, event: &mut EventBuilder<'_>) {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let (domain, path) = rest.split_at_checked(rest.find('/').unwrap_or(rest.len())).unwrap_or((rest, ""));
    event.text_if_said(Column::UrlDomain, domain);
    event.text_if_said(Column::UrlPath, path);
}
