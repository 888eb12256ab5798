//! Cisco ASA and Firepower (FTD): `%ASA-SEVERITY-NUMBER: text` of firewalls.
//!
//! Promises: linear; the message number decides what happened, its words only who and where.
//! Must not know: the syslog envelope, files, the clock, other formats.

mod bare;
mod meaning;
mod parties;
mod person;
mod samples;

use schema::{Column, EventBuilder};

use crate::format::{Format, Payload, Unreadable};
use crate::time;

/// See the module.
pub static FORMAT: Format = Format {
    name: "cisco_asa",
    title: "Cisco ASA and Firepower Threat Defense",
    reference: "Cisco Secure Firewall ASA Series Syslog Messages",
    programs: &["%asa", "%ftd", "%pix", "%fwsm"],
    starts: b"%BTDGALUS",
    needs: &[],
    keys: &[],
    recognise: |payload| Message::read(payload.text).is_some() || bare::number(payload.text).is_some(),
    parse,
    samples: samples::SAMPLES,
};

/// A message cut at its number.
struct Message<'a> {
    severity: &'a str,
    number: &'a str,
    text: &'a str,
}

impl<'a> Message<'a> {
    /// `%ASA-[FACILITY-]SEVERITY-NUMBER: TEXT`; some releases write no colon.
    fn read(text: &'a str) -> Option<Message<'a>> {
        let rest = ["%ASA-", "%FTD-", "%PIX-", "%FWSM-"].iter().find_map(|head| text.strip_prefix(head))?;
        let (code, said) = rest.split_once(' ')?;
        let code = code.strip_suffix(':').unwrap_or(code);
        let (head, number) = code.rsplit_once('-')?;
        let severity = head.rsplit('-').next()?;
        let is_number = number.len() == 6 && number.bytes().all(|byte| byte.is_ascii_digit());
        (is_number && matches!(severity.as_bytes(), [b'0'..=b'7'])).then_some(Message {
            severity,
            number,
            text: said,
        })
    }
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let Some(message) = Message::read(payload.text) else {
        // The number is not said, so it decides but fills no column.
        let number = bare::number(payload.text).ok_or(Unreadable("expected %ASA-SEVERITY-NUMBER: TEXT"))?;
        parties::read(number, payload.text, event);
        meaning::read(number, payload.text, event);
        return Ok(());
    };
    event.text(Column::EventCode, message.number);
    event.field("severity", message.severity);
    if message.number.starts_with("43000") {
        return events_of_snort(payload, &message, event);
    }
    if matches!(message.number, "199019" | "199020" | "199021") {
        relayed(message.text, event);
    }
    parties::read(message.number, message.text, event);
    meaning::read(message.number, message.text, event);
    Ok(())
}

/// A line of the system below, with its own stamp and tag: `Mar 16 09:12:44 PROGRAM[PID]: text`.
fn relayed(text: &str, event: &mut EventBuilder<'_>) {
    let Some((_, rest)) = time::month_day(text.trim_start()) else { return };
    let Some((tag, _)) = rest.trim_start().split_once(": ") else { return };
    let (program, pid) = tag.split_once('[').unwrap_or((tag, ""));
    if !program.contains(' ') {
        event.text_if_said(Column::ProcessName, program);
        event.int_text(Column::ProcessPid, pid.trim_end_matches(']'));
    }
}

/// Firepower's connection, intrusion, file and malware events: `KEY: VALUE, KEY: VALUE`. Of a key that stands twice the
/// first counts: agents, URLs and names of files, which a client chooses, come late.
fn events_of_snort(
    payload: &Payload<'_>,
    message: &Message<'_>,
    event: &mut EventBuilder<'_>,
) -> Result<(), Unreadable> {
    let (mut action, mut is_timed) = ("", false);
    for (key, value) in colon_pairs(message.text) {
        match key {
            "SrcIP" | "DstIP" => {
                let column = if key == "SrcIP" { Column::SourceIp } else { Column::DestinationIp };
                if !event.is_set(column) {
                    event.ip(column, value);
                }
            }
            "AccessControlRuleAction" | "FileAction" | "InlineResult" if action.is_empty() => action = value,
            "FirstPacketSecond" if !is_timed => {
                if let Some(when) = time::iso(value) {
                    is_timed = payload.set_time(event, when.in_utc());
                }
            }
            "URL" | "URI" if !event.is_set(Column::UrlDomain) => parties::url(value, event),
            "SID" if !event.is_set(Column::RuleId) => event.text_if_said(Column::RuleId, value),
            _ => column(key, value, event),
        }
    }
    meaning::snort(message.number, action, event);
    Ok(())
}

/// Columns of Firepower's keys that need no reading.
fn column(key: &str, value: &str, event: &mut EventBuilder<'_>) {
    const TEXTS: &[(&str, Column)] = &[
        ("Protocol", Column::NetworkTransport),
        ("ApplicationProtocol", Column::NetworkProtocol),
        ("User", Column::UserName),
        ("AccessControlRuleName", Column::RuleName),
        ("ThreatName", Column::RuleName),
        ("Message", Column::RuleName),
        ("FileSHA256", Column::FileHashSha256),
        ("FileName", Column::FilePath),
        ("UserAgent", Column::UserAgentOriginal),
        ("HTTPReferer", Column::HttpRequestReferrer),
        ("DNSQuery", Column::DnsQuestionName),
        ("DNSRecordType", Column::DnsQuestionType),
        ("IngressInterface", Column::ObserverIngress),
        ("EgressInterface", Column::ObserverEgress),
    ];
    const NUMBERS: &[(&str, Column)] = &[
        ("SrcPort", Column::SourcePort),
        ("DstPort", Column::DestinationPort),
        ("InitiatorBytes", Column::SourceBytes),
        ("ResponderBytes", Column::DestinationBytes),
        ("HTTPResponse", Column::HttpResponseStatusCode),
    ];
    let of =
        |columns: &[(&str, Column)]| columns.iter().find(|(name, _)| *name == key).map(|(_, column)| *column);
    if let Some(column) = of(TEXTS).filter(|column| !event.is_set(*column)) {
        event.text_if_said(column, value);
    } else if let Some(column) = of(NUMBERS).filter(|column| !event.is_set(*column)) {
        event.int_text(column, value);
    }
}

/// `KEY: VALUE` pairs apart by `, `. What stands between two of them and has no colon belongs to the value before.
fn colon_pairs(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.split(", ").filter_map(|pair| pair.split_once(": "))
}
