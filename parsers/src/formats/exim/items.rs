//! The `KEY=VALUE` items of Exim's lines, in the order Exim writes them.
//!
//! Promises: each item once, the first one counts; the first word that is no item ends them; what a client calls itself
//! ends before its address, whatever it holds; behind the id of a message, which its sender chose, only its subject is read.
//! Must not know: what the line is about.

use schema::{Column, EventBuilder};

use super::super::mail;
use super::super::peer::is_digits;

/// The items of a line, and what is left behind them.
pub(super) struct Items<'a> {
    /// What follows the items read so far.
    pub(super) rest: &'a str,
    /// True when a `H=` named the other end.
    pub(super) has_peer: bool,
    /// `MECHANISM:USER` of `A=`.
    pub(super) authenticated: Option<&'a str>,
    is_delivery: bool,
    /// The id of the message has been read.
    is_behind_id: bool,
}

impl<'a> Items<'a> {
    /// Items of a session: the other end is the source.
    pub(super) fn new(text: &'a str) -> Items<'a> {
        Items { rest: text, has_peer: false, authenticated: None, is_delivery: false, is_behind_id: false }
    }

    /// Items of a delivery: the other end is the destination.
    pub(super) fn of_delivery(text: &'a str) -> Items<'a> {
        Items { is_delivery: true, ..Items::new(text) }
    }

    /// Reads items into the event until a word is none.
    pub(super) fn read(&mut self, event: &mut EventBuilder<'_>) {
        loop {
            let text = self.rest.trim_start_matches(' ');
            let Some((key, after)) = text.split_once('=') else { return };
            let is_key = (1..=6).contains(&key.len())
                && key.bytes().all(|byte| byte.is_ascii_alphanumeric())
                && key.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic());
            if !is_key {
                // Flags without a value (`K`, `L`, `PRDR`, `TFO`) stand between items.
                match text.split_once(' ') {
                    Some(("K" | "L" | "L*" | "L-" | "PRDR" | "TFO" | "TFO*" | "PIPE", rest)) => {
                        self.rest = rest;
                        continue;
                    }
                    _ => return,
                }
            }
            if key == "H" && !self.has_peer && !self.is_behind_id {
                self.has_peer = true;
                self.rest = peer(after, self.is_delivery, event);
                continue;
            }
            let (value, rest) = value(after);
            self.rest = rest;
            self.set(key, value, event);
        }
    }

    fn set(&mut self, key: &str, value: &'a str, event: &mut EventBuilder<'_>) {
        if self.is_behind_id && key != "T" {
            return;
        }
        self.is_behind_id |= key == "id" && !self.is_delivery;
        match key {
            "F" if !event.is_set(Column::EmailFrom) => {
                event.text_if_said(Column::EmailFrom, mail::bare(value));
            }
            "I" if !event.is_set(Column::DestinationIp) => {
                let (_, address, rest) = mail::host_and_address(value).unwrap_or(("", value, ""));
                if event.ip(Column::DestinationIp, address) {
                    event.int_text(Column::DestinationPort, rest.trim_start_matches(':'));
                }
            }
            "A" => self.authenticated = self.authenticated.or(Some(value)),
            "U" if !self.is_delivery => event.field("ident", value),
            "P" => event.field("protocol", value),
            "S" => event.field_number("bytes", value),
            "R" => event.field(if self.is_delivery { "router" } else { "bounce_of" }, value),
            "T" if self.is_delivery => event.field("transport", value),
            "T" => event.text_if_said(Column::EmailSubject, value),
            "id" => event.text_if_said(Column::EmailMessageId, mail::bare(value)),
            "X" => {
                event.field("tls", value);
                if let Some(version) = value.strip_prefix("TLS").and_then(|rest| rest.split(':').next()) {
                    event.text_if_said(Column::TlsVersion, version.trim_start_matches('v'));
                }
            }
            "SNI" => event.field("tls_server_name", value),
            "C" if self.is_delivery => event.field("reply", value),
            "DT" => event.field("duration", value),
            "QT" => event.field("queue_time", value),
            _ => {}
        }
    }
}

/// The value behind `KEY=` and what follows: in quotes (`\"` stays inside), in angle brackets, or a word.
fn value(text: &str) -> (&str, &str) {
    if text.starts_with('<') {
        return mail::path(text);
    }
    let Some(quoted) = text.strip_prefix('"') else { return text.split_once(' ').unwrap_or((text, "")) };
    let mut is_escaped = false;
    for (at, byte) in quoted.bytes().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => {
                let (value, rest) = quoted.split_at_checked(at).unwrap_or((quoted, ""));
                return (value, rest.trim_start_matches('"'));
            }
            _ => {}
        }
    }
    (quoted, "")
}

/// Words that follow the other end: before them the last address counts, since a HELO may hold others.
const BEHIND_PEER: &[&str] = &[
    " I=",
    " U=",
    " F=",
    " P=",
    " X=",
    " A=",
    " D=",
    "]: ",
    ": 535",
    " rejected ",
    " temporarily ",
    " sender ",
    " Warning",
    " dropped",
    " closed ",
    " lost",
    " AUTH ",
];

/// Where the bracket of the address opens that stands behind `NAME (HELO) ` or `NAME `.
fn address_at(text: &str) -> Option<usize> {
    let parenthesis = text.find('(').filter(|at| text.get(..*at).is_some_and(|name| !name.contains('[')));
    let (Some(open), Some(first)) = (parenthesis, text.find(") [")) else {
        return Some(text.find(" [")? + 1);
    };
    // A name cannot hold what follows a peer; what does so in a HELO stands before the first address.
    let helo = text.get(open..)?;
    let end =
        BEHIND_PEER.iter().filter_map(|word| helo.find(word)).min().map_or(text.len(), |end| open + end);
    Some(text.get(..end)?.rfind(") [").unwrap_or(first) + 2)
}

/// Reads `NAME (HELO) [IP]:PORT` with name, HELO and port optional; gives what follows.
pub(super) fn peer<'a>(text: &'a str, is_destination: bool, event: &mut EventBuilder<'_>) -> &'a str {
    let (front, rest) = match text.strip_prefix('[') {
        Some(_) => ("", text),
        None => match address_at(text).and_then(|at| text.split_at_checked(at)) {
            Some((front, rest)) => (front.trim_end_matches(' '), rest),
            None => return text.split_once(' ').map_or("", |(_, rest)| rest),
        },
    };
    let (name, helo) = match front.split_once('(') {
        Some((name, helo)) => (name.trim_end(), helo.trim_end_matches(')')),
        None => (front, ""),
    };
    let Some((address, after)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) else {
        return "";
    };
    let (port, after) = match after.strip_prefix(':') {
        Some(rest) => {
            let end = rest.bytes().take_while(u8::is_ascii_digit).count();
            rest.split_at_checked(end).unwrap_or(("", rest))
        }
        None => ("", after),
    };
    let (ip, ip_port) = if is_destination {
        (Column::DestinationIp, Column::DestinationPort)
    } else {
        (Column::SourceIp, Column::SourcePort)
    };
    if event.ip(ip, address) && is_digits(port) {
        event.int_text(ip_port, port);
    }
    if is_destination {
        event.text_if_said(Column::DestinationDomain, name);
    } else if !name.is_empty() {
        event.field("rhost", name);
    }
    if !helo.is_empty() {
        event.field("helo", helo);
    }
    after
}
