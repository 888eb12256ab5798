//! Packets that a rule with `log=yes` saw: `PREFIX CHAIN: in:IF out:IF, …, proto TCP (SYN), A:P->B:P, len N`.
//!
//! Promises: the prefix and chain, which the administrator chose, move no field. Must not know: other messages.

use schema::{Action, Column, EventBuilder, Outcome};

use super::super::account::{address_and_port, between};
use super::super::flow;
use crate::format::Unreadable;

/// A packet cut from what stands before it.
pub(super) struct Packet<'a> {
    /// Prefix of the rule and name of the chain.
    label: &'a str,
    body: &'a str,
}

/// The packet of a message, when it is one.
pub(super) fn cut(text: &str) -> Option<Packet<'_>> {
    memchr::memchr(b'>', text.as_bytes())?;
    let at =
        text.find("in:").filter(|at| *at == 0 || text.get(..*at).is_some_and(|head| head.ends_with(' ')))?;
    let (label, body) = text.split_at_checked(at)?;
    (label.len() <= 256 && body.contains(" out:") && body.contains("->") && body.contains("proto "))
        .then_some(Packet { label, body })
}

/// Reads a packet. The envelope may have taken the chain for the program.
pub(super) fn read(
    program: &str,
    packet: &Packet<'_>,
    event: &mut EventBuilder<'_>,
) -> Result<(), Unreadable> {
    const SHAPE: Unreadable = Unreadable("expected ADDRESS->ADDRESS behind proto");
    let label = packet.label.trim_end().trim_end_matches(':');
    let (prefix, chain) = label.rsplit_once(' ').unwrap_or(("", label));
    let chain = if chain.is_empty() { program } else { chain };
    let (_, rest) = packet.body.split_once("proto ").ok_or(SHAPE)?;
    let (protocol, ends) = rest.split_once(", ").ok_or(SHAPE)?;
    let (from, to) = ends.split(", ").find_map(|part| part.split_once("->")).ok_or(SHAPE)?;
    let (address, port) = address_and_port(from);
    let (target, target_port) = address_and_port(to.split([',', ' ']).next().unwrap_or(to));
    if !flow::source(event, address, port) || !flow::destination(event, target, target_port) {
        return Err(SHAPE);
    }
    flow::set_transport(event, protocol.split(' ').next().unwrap_or(protocol));
    if let Some(flags) = between(protocol, "(", ")") {
        event.field("tcp_flags", flags);
    }
    for (column, name) in [(Column::ObserverIngress, "in:"), (Column::ObserverEgress, " out:")] {
        let value = packet.body.split_once(name).map_or("", |(_, rest)| rest);
        let value = value.split([' ', ',']).next().unwrap_or(value);
        // `(unknown 0)` is the router itself; `bridge(ether2)` names the port too.
        event.text_if_said(column, value.split('(').next().unwrap_or(value));
    }
    flow::set_mac(event, flow::word_after(packet.body, "src-mac "));
    if let Some(length) = Some(flow::word_after(packet.body, " len ")).filter(|length| !length.is_empty()) {
        event.field("length", length);
    }
    event.text_if_said(Column::RuleName, if prefix.is_empty() { chain } else { prefix });
    verdict(prefix, event);
    Ok(())
}

/// What became of the packet is a word of the administrator's prefix; without one it was only seen.
fn verdict(prefix: &str, event: &mut EventBuilder<'_>) {
    let says = |words: &[&str]| {
        prefix.split(|c: char| !c.is_ascii_alphanumeric()).any(|part| {
            words.iter().any(|word| {
                part.len() >= word.len()
                    && part.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word))
            })
        })
    };
    if says(&["drop", "deny", "block", "reject", "blacklist", "invalid", "tarpit", "denied"]) {
        flow::verdict(event, false);
    } else if says(&["accept", "allow", "pass", "permit"]) {
        flow::verdict(event, true);
    } else {
        event.action(Action::ConnectionAllowed);
        event.outcome(Outcome::Unknown);
    }
}
