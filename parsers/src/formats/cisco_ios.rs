//! Cisco IOS, IOS-XE and NX-OS: `%FACILITY-SEVERITY-MNEMONIC: text` of switches and routers.
//!
//! Promises: linear; a message is known by its mnemonic, never by its words; a user name, which anyone at the login
//! prompt chooses, is cut from the side he cannot reach.
//! Must not know: the syslog envelope, files, the clock, other formats.

mod access;
mod ports;
mod samples;

use schema::{Action, Column, EventBuilder, Outcome};

use super::account::between;
use crate::format::{Format, Payload, Unreadable};
use crate::time;

/// See the module.
pub static FORMAT: Format = Format {
    name: "cisco_ios",
    title: "Cisco IOS, IOS-XE, NX-OS (switches, routers)",
    reference: "Cisco, System Message Guide for IOS; NX-OS System Messages Reference",
    programs: &[],
    starts: b"%0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ*.",
    recognise: |payload| payload.program.is_empty() && Line::read(payload.text).is_some(),
    parse,
    samples: samples::SAMPLES,
};

/// Longest header (sequence number, name, stamp) before the mnemonic.
const HEADER_BYTES_MAX: usize = 160;

/// A message with what of its header the envelope did not read.
struct Line<'a> {
    host: &'a str,
    when: Option<time::When>,
    facility: &'a str,
    mnemonic: &'a str,
    /// `FACILITY-SEVERITY-MNEMONIC`.
    code: &'a str,
    text: &'a str,
}

impl<'a> Line<'a> {
    fn read(text: &'a str) -> Option<Line<'a>> {
        let (header, rest) = if let Some(rest) = text.strip_prefix('%') {
            ("", rest)
        } else {
            let head = text.as_bytes().get(..text.len().min(HEADER_BYTES_MAX))?;
            let at = memchr::memmem::find(head, b": %")?;
            (text.get(..at)?, text.get(at + 3..)?)
        };
        let (code, said) = rest.split_once(": ")?;
        let (facility, tail) = code.split_once('-')?;
        // NX-OS names a slot between: `%ETHPORT-SLOT1-5-IF_UP`; the severity is the last digit on its own.
        let (tail, mnemonic) = tail.rsplit_once('-')?;
        let severity = tail.rsplit('-').next()?;
        let is_word = |word: &str| {
            !word.is_empty()
                && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
        };
        if !is_word(facility)
            || !is_word(mnemonic)
            || !matches!(severity.as_bytes(), [b'0'..=b'7'])
            || matches!(facility, "ASA" | "FTD" | "PIX" | "FWSM")
        {
            return None;
        }
        let (host, when) = if header.is_empty() { ("", None) } else { own_header(header)? };
        Some(Line { host, when, facility, mnemonic, code, text: said })
    }
}

/// `[NUMBER: ][NAME: ][*]STAMP[ ZONE]`, the number and name optional; NX-OS writes the year first.
fn own_header(header: &str) -> Option<(&str, Option<time::When>)> {
    let mut host = "";
    let mut rest = header;
    for _ in 0..3 {
        if let Some((when, zone)) = stamp(rest.trim_start_matches(['*', '.']))
            && zone.len() <= 6
            && zone.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b' ')
        {
            return Some((host, Some(when)));
        }
        let (name, after) = rest.split_once(": ")?;
        if name.is_empty() || name.contains([' ', '"', '=', '[', '<']) {
            return None;
        }
        if !name.bytes().all(|byte| byte.is_ascii_digit()) {
            host = name;
        }
        rest = after.trim_start_matches(' ');
    }
    None
}

fn stamp(text: &str) -> Option<(time::When, &str)> {
    if let Some(read) = time::month_day(text) {
        return Some(read);
    }
    let (year, rest) = text.split_once(' ')?;
    let year = year.parse::<i32>().ok().filter(|_| year.len() == 4)?;
    let (when, rest) = time::month_day(rest)?;
    Some((time::When { year: Some(year), ..when }, rest))
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let line = Line::read(payload.text).ok_or(Unreadable("expected %FACILITY-SEVERITY-MNEMONIC: TEXT"))?;
    event.text_if_said(Column::HostName, line.host);
    if let Some(when) = line.when {
        payload.set_time(event, when);
    }
    event.text(Column::EventCode, line.code);
    event.field("action", line.mnemonic);
    let known = match line.facility {
        "SEC_LOGIN" | "SSH" | "DMI" | "AAA" | "AAAA" | "AUTHPRIV" | "SNMP" | "VSHD" | "PARSER" | "SYS"
        | "NDBMAN" => access::read(line.facility, line.mnemonic, line.text, event)?,
        _ => ports::read(&line, event)?,
    };
    if !known {
        event.action(Action::ApplicationEvent);
    }
    Ok(())
}

/// Source from `ADDRESS(PORT)` or `ADDRESS:PORT`, for the two files beside this one.
fn source(text: &str, event: &mut EventBuilder<'_>) {
    let (address, port) = match text.split_once('(') {
        Some((address, port)) => (address, port.split(')').next().unwrap_or(port)),
        None => super::account::address_and_port(text),
    };
    event.ip(Column::SourceIp, address);
    event.int_text(Column::SourcePort, port);
}

/// Sets action and outcome at once.
fn is(action: Action, outcome: Outcome, event: &mut EventBuilder<'_>) {
    event.action(action);
    event.outcome(outcome);
}
