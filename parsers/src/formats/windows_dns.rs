//! The debug log of the Windows DNS server: one line a packet, its date as the server's locale writes it.
//!
//! Promises: linear; a name is read by the length of its labels, so no label imitates another.
//! Must not know: files, the clock, other formats.
//! Source: Microsoft, "Using server debug logging options" (the key in the head of dns.log).

mod samples;

use schema::{Action, Column, EventBuilder, Outcome};

use super::regional_date::stamp;
use crate::format::{Format, Payload, Unreadable};
use crate::time::When;

/// See the module.
pub static FORMAT: Format = Format {
    name: "windows_dns",
    title: "Windows DNS server (debug log)",
    reference: "Microsoft, DNS server debug logging options",
    programs: &[],
    starts: b"0123456789",
    needs: &[],
    keys: &[],
    recognise: |payload| head(payload.text).is_some(),
    parse,
    samples: samples::SAMPLES,
};

/// Words that name where a line comes from.
const CONTEXTS: &[&str] = &[
    "PACKET", "EVENT", "UPDATE", "DSPOLL", "TOMBSTN", "LOOKUP", "RECURSE", "REMOTE", "NOTIFY", "INIT", "RPC",
    "DNSSEC", "ONLINE", "Note:", "DS",
];

/// Stamp, context and what follows of `DATE TIME THREAD CONTEXT TEXT`.
fn head(text: &str) -> Option<(When, &str, &str)> {
    let (when, rest) = stamp(text)?;
    let (thread, rest) = rest.trim_start().split_once(' ')?;
    let is_thread = (3..=8).contains(&thread.len()) && thread.bytes().all(|byte| byte.is_ascii_hexdigit());
    let (context, rest) = rest.trim_start().split_once(' ')?;
    (is_thread && CONTEXTS.contains(&context)).then_some((when, context, rest.trim_start()))
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let (when, context, text) = head(payload.text).ok_or(Unreadable("expected DATE TIME THREAD CONTEXT"))?;
    if !payload.set_inner_time(event, when) {
        return Err(Unreadable("no such day or hour"));
    }
    if context == "PACKET" {
        return packet(text, event);
    }
    event.field("context", context.trim_end_matches(':'));
    if context == "EVENT" && text.contains("DNS server has started") {
        event.action(Action::ServiceStart);
        event.outcome(Outcome::Success);
    } else if context == "EVENT" && text.contains("DNS server has shut down") {
        event.action(Action::ServiceStop);
        event.outcome(Outcome::Success);
    } else {
        event.action(Action::ApplicationEvent);
    }
    Ok(())
}

/// `000001F2A1B2C3D0 UDP Rcv 192.0.2.31  a1b2 R Q [8085 A DR NXDOMAIN] A (3)www(5)borgo(7)example(0)`.
fn packet(text: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    const SHAPE: Unreadable = Unreadable("a packet without its flags and name");
    let (front, rest) = text.split_once('[').ok_or(SHAPE)?;
    let (flags, rest) = rest.split_once(']').ok_or(SHAPE)?;
    let mut words = front.split_ascii_whitespace();
    let mut next = || words.next().ok_or(SHAPE);
    let (_identifier, transport, way, address, transaction) = (next()?, next()?, next()?, next()?, next()?);
    let kinds = next()?;
    let (is_response, opcode) = match kinds {
        "R" => (true, words.next().unwrap_or("")),
        _ => (false, kinds),
    };
    let is_received = way == "Rcv";
    // A reply we send goes to the client that asked; a query we send goes to another server.
    let column = if is_received || is_response { Column::SourceIp } else { Column::DestinationIp };
    if !event.ip(column, address) {
        return Err(Unreadable("a packet without its address"));
    }
    event.text(Column::NetworkTransport, if transport == "TCP" { "tcp" } else { "udp" });
    event.field("transaction", transaction);
    event.field("direction", if is_received { "received" } else { "sent" });
    let mut words = rest.split_ascii_whitespace();
    let (kind, name) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
    event.text_if_said(Column::DnsQuestionType, kind);
    set_name(name, event);
    let rcode = flags.rsplit(' ').find(|word| !word.is_empty()).unwrap_or("");
    classify(is_response, opcode, kind, rcode, event);
    Ok(())
}

fn classify(is_response: bool, opcode: &str, kind: &str, rcode: &str, event: &mut EventBuilder<'_>) {
    let outcome = if is_response { Outcome::of(rcode == "NOERROR") } else { Outcome::Unknown };
    match opcode {
        "Q" if matches!(kind, "AXFR" | "IXFR") => event.action(Action::DnsZoneTransfer),
        "Q" if is_response => event.action(Action::DnsResponse),
        "Q" => event.action(Action::DnsQuery),
        "U" => {
            event.action(Action::ConfigChange);
            event.field("action", "dynamic update");
        }
        _ => {
            event.action(Action::ApplicationEvent);
            event.field("action", if opcode == "N" { "notify" } else { opcode });
        }
    }
    event.outcome(outcome);
    if is_response {
        event.field("rcode", rcode);
    }
}

/// Longest name of RFC 1035, and a dot for each label.
const NAME_BYTES_MAX: usize = 256;

/// The question's name from `(3)www(5)borgo(7)example(0)`.
fn set_name(labels: &str, event: &mut EventBuilder<'_>) {
    let mut name = [0_u8; NAME_BYTES_MAX];
    let mut used = 0;
    let mut rest = labels;
    while let Some((length, after)) = rest.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
        let Some(length) = length.parse::<usize>().ok().filter(|length| *length > 0) else { break };
        let (Some(label), Some(next)) = (after.get(..length), after.get(length..)) else { break };
        let dot: &[u8] = if used > 0 { b"." } else { b"" };
        for byte in dot.iter().copied().chain(label.bytes()) {
            let Some(place) = name.get_mut(used) else { return };
            *place = byte;
            used += 1;
        }
        rest = next;
    }
    match name.get(..used).map(std::str::from_utf8) {
        Some(Ok(name)) if !name.is_empty() => event.text(Column::DnsQuestionName, name),
        _ if labels == "(0)" => event.text(Column::DnsQuestionName, "."),
        _ => {}
    }
}
