//! Cisco IOS, IOS-XE, IOS-XR and NX-OS: `%FACILITY-SEVERITY-MNEMONIC: text` of switches and routers.
//!
//! Promises: linear; a message is known by its mnemonic, never by its words; a user name, which anyone at the login
//! prompt chooses, is cut from the side he cannot reach.
//! Must not know: the syslog envelope, files, the clock, other formats.

mod access;
mod ports;
mod samples;
mod security;

use schema::{Action, Column, EventBuilder, Outcome};

use super::account::between;
use crate::format::{Format, Payload, Unreadable};
use crate::time;

/// See the module.
pub static FORMAT: Format = Format {
    name: "cisco_ios",
    title: "Cisco IOS, IOS-XE, IOS-XR, NX-OS (switches, routers)",
    reference: "Cisco, System Message Guide for IOS; NX-OS and IOS-XR System Messages References",
    programs: &[],
    starts: b"%0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ*.",
    needs: &[("", "%-:")],
    keys: &[],
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
    /// `SSHD_[65827]` of IOS-XR.
    process: &'a str,
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
        // IOS-XR writes a blank before the colon, and a category before the facility: `PKT_INFRA-LINK-3-UPDOWN : `.
        let (code, is_xr) = (code.trim_end(), code.ends_with(' '));
        let (facility, tail) = code.split_once('-')?;
        // NX-OS names a slot between: `%ETHPORT-SLOT1-5-IF_UP`; the severity is the last digit on its own.
        let (tail, mnemonic) = tail.rsplit_once('-')?;
        let severity = tail.rsplit('-').next()?;
        let group = tail.strip_suffix(severity).map_or("", |group| group.trim_end_matches('-'));
        let facility = if is_xr && !group.is_empty() { group } else { facility };
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
        let own = if header.is_empty() { Header::default() } else { own_header(header)? };
        Some(Line {
            host: own.host,
            when: own.when,
            process: own.process,
            facility,
            mnemonic,
            code,
            text: said,
        })
    }
}

/// What stands before the mnemonic.
#[derive(Default)]
struct Header<'a> {
    host: &'a str,
    when: Option<time::When>,
    process: &'a str,
}

/// `[NUMBER: ][NAME: ][*]STAMP[ ZONE]`, the number and name optional; NX-OS writes the year first, IOS-XR the node
/// before (`RP/0/RSP0/CPU0:`) and the process behind.
fn own_header(header: &str) -> Option<Header<'_>> {
    let mut host = "";
    let mut rest = header;
    for _ in 0..3 {
        if let Some((when, behind)) = stamp(without_node(rest).trim_start_matches(['*', '.'])) {
            let (zone, process) = behind.split_once(": ").unwrap_or((behind, ""));
            if zone.len() <= 6
                && zone.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b' ')
                && !process.contains(' ')
            {
                return Some(Header { host, when: Some(when), process });
            }
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

/// A text without the node of IOS-XR that opens it.
fn without_node(text: &str) -> &str {
    match text.split_once(':') {
        Some((node, rest)) if node.matches('/').count() == 3 && !node.contains(' ') => rest,
        _ => text,
    }
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
    let (process, pid) = line.process.split_once('[').unwrap_or((line.process, ""));
    event.text_if_said(Column::ProcessName, process);
    event.int_text(Column::ProcessPid, pid.trim_end_matches(']'));
    event.text(Column::EventCode, line.code);
    event.field("action", line.mnemonic);
    let known = match line.facility {
        "SEC_LOGIN" | "SSH" | "DMI" | "AAA" | "AAAA" | "AUTHPRIV" | "SNMP" | "VSHD" | "PARSER" | "SYS"
        | "NDBMAN" | "DAEMON" | "SSHD" | "LOGIN" | "CONFIG" => {
            access::read(line.facility, line.mnemonic, line.text, event)?
        }
        _ => ports::read(&line, event)? || security::read(&line, event),
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
