//! WatchGuard Firebox (Fireware): `PROCESS: msg_id="3000-0148" text`, Traffic Monitor lines, and its LEEF.
//!
//! Promises: linear; the two addresses that stand side by side are the flow's, wherever interface names with blanks
//! push them; user names are cut from the right.
//! Must not know: the syslog envelope, other makers' LEEF. Source: WatchGuard, Fireware Log Catalog; Read a Log Message.

mod said;
mod samples;

use schema::{Column, EventBuilder};

use super::{flow, http, peer};
use crate::format::{Format, Payload, Unreadable};
use crate::key_value::pairs;
use crate::time::iso_prefix;

/// See the module.
pub static FORMAT: Format = Format {
    name: "watchguard",
    title: "WatchGuard Firebox (Fireware)",
    reference: "WatchGuard Fireware Log Catalog",
    programs: &["firewall"],
    starts: b"Lm(0123456789abcdefghijklnopqrstuvwxyzABCDEFGHIJKMNOPQRSTUVWXYZ",
    needs: &[("", "|:"), ("", "_-=\"")],
    keys: &[],
    recognise: |payload| Layout::of(payload.text).is_some(),
    parse,
    samples: samples::SAMPLES,
};

/// Longest head (serial number, name, stamp, process) before `msg_id=`.
const HEAD_BYTES_MAX: usize = 256;

/// How a line is laid out.
enum Layout<'a> {
    /// `LEEF:1.0|WatchGuard|XTM|VERSION|NUMBER|` and pairs.
    Leef { version: &'a str, number: &'a str, pairs: &'a str },
    /// Heads, then `msg_id="…"` and the text.
    Syslog { head: &'a str, number: &'a str, text: &'a str },
    /// Traffic Monitor: stamp, verdict and flow first, pairs with `msg_id` behind.
    Traffic { number: &'a str },
}

impl<'a> Layout<'a> {
    fn of(text: &'a str) -> Option<Layout<'a>> {
        if let Some(rest) = text.strip_prefix("LEEF:1.0|WatchGuard|") {
            let mut parts = rest.splitn(4, '|');
            let (_product, version, number) = (parts.next()?, parts.next()?, parts.next()?);
            return Some(Layout::Leef { version, number, pairs: parts.next()? });
        }
        let window = text.as_bytes().get(..text.len().min(HEAD_BYTES_MAX))?;
        if let Some(at) = memchr::memmem::find(window, b"msg_id=\"")
            && let Some(head) = text.get(..at)
            && (head.is_empty() || head.trim_end().ends_with(':'))
        {
            let (number, text) = text.get(at + 8..)?.split_once('"')?;
            return is_number(number).then_some(Layout::Syslog { head, number, text: text.trim_start() });
        }
        let (_, rest) = iso_prefix(text)?;
        let is_verdict = ["Allow ", "Deny "].iter().any(|verdict| rest.trim_start().starts_with(verdict));
        let (_, number) = text.split_once(" msg_id=\"").filter(|_| is_verdict)?;
        let number = number.split('"').next()?;
        is_number(number).then_some(Layout::Traffic { number })
    }
}

/// `3000-0148`: two groups of four hexadecimal digits.
fn is_number(text: &str) -> bool {
    text.len() == 9
        && text
            .bytes()
            .enumerate()
            .all(|(at, byte)| if at == 4 { byte == b'-' } else { byte.is_ascii_hexdigit() })
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let layout = Layout::of(payload.text).ok_or(Unreadable("expected msg_id=\"NUMBER\" or LEEF"))?;
    event.text(Column::ObserverVendor, "WatchGuard");
    event.text(Column::ObserverProduct, "Firebox");
    match layout {
        Layout::Leef { version, number, pairs } => {
            event.text(Column::EventCode, number);
            event.field("version", version);
            leef(pairs, event);
        }
        Layout::Syslog { head, number, text } => {
            event.text(Column::EventCode, number);
            set_head(payload, head, event);
            message(text, event)?;
        }
        Layout::Traffic { number } => {
            event.text(Column::EventCode, number);
            let (when, rest) = iso_prefix(payload.text).ok_or(Unreadable("no such day or hour"))?;
            payload.set_time(event, when);
            message(rest.trim_start(), event)?;
        }
    }
    Ok(())
}

/// `SERIAL (2026-03-16T08:12:44) PROCESS[PID]: `; the stamp in parentheses is UTC.
fn set_head(payload: &Payload<'_>, head: &str, event: &mut EventBuilder<'_>) {
    if let Some((stamp, _)) = head.split_once('(').and_then(|(_, rest)| rest.split_once(')'))
        && let Some((when, "")) = iso_prefix(stamp)
    {
        payload.set_time(event, when.in_utc());
    }
    let process = head.trim_end().trim_end_matches(':').rsplit([' ', ')']).next().unwrap_or("");
    let (process, pid) = process.split_once('[').unwrap_or((process, ""));
    event.text_if_said(Column::ProcessName, process);
    event.int_text(Column::ProcessPid, pid.trim_end_matches(']'));
}

/// A message: a flow with its verdict, or words.
fn message(text: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let mut traffic = said::Traffic::default();
    let words = text.find("=\"").map_or(text, |at| text.get(..at).unwrap_or(text));
    if let Some((verdict, rest)) = words.split_once(' ')
        && let Some(is_allowed) = said::verdict(verdict)
    {
        traffic.is_allowed = Some(is_allowed);
        set_flow(rest, event)?;
        // The policy stands in the last parentheses: `(Unhandled External Packet-00)`.
        if let Some((_, policy)) = text.trim_end().rsplit_once('(').filter(|_| text.trim_end().ends_with(')'))
        {
            event.text_if_said(Column::RuleName, policy.trim_end_matches(')'));
        }
    }
    for (key, value) in pairs(text, b' ') {
        said::pair(key, value, &mut traffic, event);
    }
    said::classify(&traffic, if traffic.is_allowed.is_some() { "" } else { text }, event);
    Ok(())
}

/// `IN OUT LENGTH PROTOCOL … SOURCE DESTINATION PORT PORT`: two addresses side by side, ports behind them. Traffic
/// Monitor has them first and names the interfaces behind.
fn set_flow(text: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    const SHAPE: Unreadable = Unreadable("expected two addresses behind the verdict");
    let mut words = text.split(' ').filter(|word| !word.is_empty());
    let mut before = [""; 8];
    let mut count = 0;
    let mut previous = "";
    let target = loop {
        let word = words.next().ok_or(SHAPE)?;
        if peer::is_address(word) && peer::is_address(previous) {
            break word;
        }
        if let Some(slot) = before.get_mut(count) {
            *slot = word;
            count += 1;
        }
        previous = word;
    };
    event.ip(Column::SourceIp, previous);
    event.ip(Column::DestinationIp, target);
    // The source itself was counted.
    let before = before.get(..count.saturating_sub(1)).unwrap_or_default();
    let mut first = words.next().unwrap_or("");
    if before.is_empty() {
        // `dns/udp`, `https/tcp`
        let (service, transport) = first.rsplit_once('/').unwrap_or(("", first));
        event.text_if_said(Column::NetworkProtocol, service);
        flow::set_transport(event, transport);
        first = words.next().unwrap_or("");
    } else if let Some(transport) =
        before.iter().skip(2).rev().find(|word| word.starts_with(|c: char| c.is_ascii_alphabetic()))
    {
        flow::set_transport(event, transport);
    }
    let second = words.next().unwrap_or("");
    if peer::is_digits(first) && peer::is_digits(second) {
        event.int_text(Column::SourcePort, first);
        event.int_text(Column::DestinationPort, second);
    }
    let (ingress, egress) = match before {
        [] => (words.next().unwrap_or(""), words.next().unwrap_or("")),
        [ingress, egress, third, ..]
            if peer::is_digits(third) || matches!(*third, "tcp" | "udp" | "icmp" | "icmpv6") =>
        {
            (*ingress, *egress)
        }
        // Names with blanks: where one ends is not said.
        _ => ("", ""),
    };
    event.text_if_said(Column::ObserverIngress, ingress);
    event.text_if_said(Column::ObserverEgress, egress);
    Ok(())
}

/// Pairs of LEEF, apart by tabs or by `#011`, as rsyslog writes a tab.
fn leef(text: &str, event: &mut EventBuilder<'_>) {
    let separator = if text.contains('\t') { "\t" } else { "#011" };
    let mut traffic = said::Traffic::default();
    let mut message = "";
    for pair in text.split(separator) {
        let Some((key, value)) = pair.split_once('=') else { continue };
        if key == "msg" {
            message = value;
        }
        said::pair(key, value, &mut traffic, event);
    }
    said::classify(&traffic, message, event);
}

/// The URL a proxy saw: its host, then its path.
fn set_url(host: &str, path: &str, event: &mut EventBuilder<'_>) {
    event.text_if_said(Column::UrlDomain, host);
    event.text_if_said(Column::DestinationDomain, host);
    http::set_path(path, event);
}
