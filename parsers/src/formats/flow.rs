//! What devices on a network say alike: transports by name or number, the two ends of a flow, hardware
//! addresses, and the word behind a phrase.
//!
//! Promises: slices of what was written; text that is no address fills no address column.
//! Must not know: any device.

use schema::{Action, Column, EventBuilder, Outcome};

use super::account::address_and_port;

/// A transport by its common name, whatever case or number it came in.
pub(super) fn transport(protocol: &str) -> &str {
    const NAMES: &[&str] = &["tcp", "udp", "icmp", "igmp", "gre", "esp", "ah", "ospf", "pim", "vrrp", "sctp"];
    if ["icmpv6", "icmp6", "ipv6-icmp"].iter().any(|name| protocol.eq_ignore_ascii_case(name)) {
        return "ipv6-icmp";
    }
    match NAMES.iter().find(|name| protocol.eq_ignore_ascii_case(name)) {
        Some(name) => name,
        None => super::transport::name(protocol),
    }
}

/// Sets `network_transport` unless nothing is said.
pub(super) fn set_transport(event: &mut EventBuilder<'_>, protocol: &str) {
    event.text_if_said(Column::NetworkTransport, transport(protocol));
}

/// Sets source address and port; false when the address is none.
pub(super) fn source(event: &mut EventBuilder<'_>, address: &str, port: &str) -> bool {
    event.int_text(Column::SourcePort, port);
    event.ip(Column::SourceIp, address)
}

/// Sets destination address and port; false when the address is none.
pub(super) fn destination(event: &mut EventBuilder<'_>, address: &str, port: &str) -> bool {
    event.int_text(Column::DestinationPort, port);
    event.ip(Column::DestinationIp, address)
}

/// Sets the source from `ADDRESS[:PORT]`.
pub(super) fn source_pair(event: &mut EventBuilder<'_>, pair: &str) -> bool {
    let (address, port) = address_and_port(pair);
    source(event, address, port)
}

/// Sets the destination from `ADDRESS[:PORT]`.
pub(super) fn destination_pair(event: &mut EventBuilder<'_>, pair: &str) -> bool {
    let (address, port) = address_and_port(pair);
    destination(event, address, port)
}

/// Sets what was done and how it ended.
pub(super) fn did(event: &mut EventBuilder<'_>, action: Action, is_success: bool) {
    event.action(action);
    event.outcome(Outcome::of(is_success));
}

/// A flow that was let through, or refused.
pub(super) fn verdict(event: &mut EventBuilder<'_>, is_allowed: bool) {
    let action = if is_allowed { Action::ConnectionAllowed } else { Action::ConnectionDenied };
    did(event, action, is_allowed);
}

/// A link, tunnel or neighbour that went up or down.
pub(super) fn link(event: &mut EventBuilder<'_>, is_up: bool) {
    did(event, Action::LinkChange, is_up);
    event.field("state", if is_up { "up" } else { "down" });
}

/// The word behind the first `phrase`, without the punctuation that ends it; empty when there is none.
pub(super) fn word_after<'a>(text: &'a str, phrase: &str) -> &'a str {
    text.split_once(phrase).map_or("", |(_, rest)| word(rest))
}

/// The word behind the last `phrase`: for what stands behind text that a stranger chose.
pub(super) fn last_word_after<'a>(text: &'a str, phrase: &str) -> &'a str {
    text.rsplit_once(phrase).map_or("", |(_, rest)| word(rest))
}

/// The first word of a text, without quotes around it and punctuation behind it.
pub(super) fn word(text: &str) -> &str {
    let text = text.trim_start();
    let end = text.find([' ', '\t', ',', ';']).unwrap_or(text.len());
    let ends = ['.', ':', '\'', '"', ')', '(', ']'];
    text.get(..end).unwrap_or("").trim_end_matches(ends).trim_start_matches(['\'', '"', '('])
}

/// True for six bytes in hex: `aa:bb:cc:dd:ee:ff`, with dashes, `aabb.ccdd.eeff`, `aabbcc-ddeeff` or bare.
pub(super) fn is_mac(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_hexdigit).count();
    let is_parted = match text.len() {
        17 => text.split([':', '-']).all(|part| part.len() == 2),
        14 => text.split(['.', '-']).all(|part| part.len() == 4),
        13 => text.split('-').all(|part| part.len() == 6),
        12 => true,
        _ => false,
    };
    is_parted && digits == 12
}

/// Sets `source_mac` when the text is one; false when not.
pub(super) fn set_mac(event: &mut EventBuilder<'_>, text: &str) -> bool {
    let is_set = is_mac(text);
    if is_set {
        event.text(Column::SourceMac, text);
    }
    is_set
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transports_are_named_alike_whatever_their_spelling() {
        for (written, name) in [("TCP", "tcp"), ("17", "udp"), ("ICMPv6", "ipv6-icmp"), ("255", "255")] {
            assert_eq!(transport(written), name);
        }
    }

    #[test]
    fn hardware_addresses_are_told_from_words() {
        for mac in
            ["00:00:5e:00:53:01", "00-00-5E-00-53-01", "0000.5e00.5301", "00005e-005301", "00005e005301"]
        {
            assert!(is_mac(mac), "{mac}");
        }
        for word in ["", "00:00:5e:00:53", "192.0.2.1", "zz:00:5e:00:53:01", "0000:5e00:5301"] {
            assert!(!is_mac(word), "{word}");
        }
    }

    #[test]
    fn a_word_ends_before_its_punctuation() {
        assert_eq!(word_after("User 'rossi' logged in from 192.0.2.1.", " from "), "192.0.2.1");
        assert_eq!(word_after("User 'rossi' logged", "User "), "rossi");
        assert_eq!(last_word_after("a from b from 192.0.2.1, x", " from "), "192.0.2.1");
        assert_eq!(word_after("nothing", " from "), "");
    }
}
