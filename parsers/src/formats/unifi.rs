//! Ubiquiti UniFi access points, switches and gateways: `[NAME,]MAC,MODEL-VERSION: PROGRAM[PID]: text`.
//!
//! Promises: linear; the device's own head is read whole or the line is left to others.
//! Must not know: the syslog envelope; netfilter's lines of its gateways; the CEF of recent controllers.
//! Source: Ubiquiti, UniFi remote syslog.

use memchr::memchr2;
use schema::{Action, Column, EventBuilder};

use super::account::between;
use super::{dropbear, flow, hostapd, netfilter, peer};
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::scan;

/// See the module.
pub static FORMAT: Format = Format {
    name: "unifi",
    title: "Ubiquiti UniFi (access points, switches)",
    reference: "UniFi remote syslog",
    programs: &[],
    starts: b"(\"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
    needs: &[("", ":,"), ("", "(\",")],
    keys: &[],
    recognise: |payload| Line::read(payload.text).is_some(),
    parse,
    samples: SAMPLES,
};

struct Line<'a> {
    name: &'a str,
    mac: &'a str,
    model: &'a str,
    program: &'a str,
    pid: &'a str,
    text: &'a str,
}

impl<'a> Line<'a> {
    fn read(text: &'a str) -> Option<Line<'a>> {
        // Older firmware: `("MODEL,MAC,vVERSION") PROGRAM: text`.
        let (head, rest) = match text.strip_prefix("(\"") {
            Some(rest) => rest.split_once("\") ")?,
            // A comma parts the head's names before a colon ends it.
            None => {
                let first = memchr2(b',', b':', text.as_bytes())?;
                text.as_bytes().get(first).filter(|sign| **sign == b',')?;
                scan::cut(text, ": ")?
            }
        };
        if head.len() > 128 {
            return None;
        }
        let mut parts = head.split(',');
        let (first, second, third) = (parts.next()?, parts.next()?, parts.next());
        if parts.next().is_some() {
            return None;
        }
        let is_mac = |part: &str| part.len() == 12 && flow::is_mac(part);
        let (name, mac, model) = match third {
            Some(third) if is_mac(second) => (first, second, third),
            None if is_mac(first) => ("", first, second),
            _ => return None,
        };
        let (tag, said) = rest.split_once(':').unwrap_or(("", rest));
        let (program, pid) = tag.split_once('[').unwrap_or((tag, ""));
        let is_tag = !program.is_empty() && !program.trim().contains(' ');
        let (program, pid, said) =
            if is_tag { (program.trim(), pid.trim_end_matches(']'), said) } else { ("", "", rest) };
        Some(Line { name, mac, model, program, pid, text: said.trim_start() })
    }
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let line = Line::read(payload.text).ok_or(Unreadable("expected NAME,MAC,MODEL: PROGRAM: TEXT"))?;
    event.text(Column::ObserverVendor, "Ubiquiti");
    event.text(Column::ObserverProduct, "UniFi");
    // In the older head the first word is the model, in the newer the name.
    let is_older = payload.text.starts_with('(');
    if !is_older {
        event.text_if_said(Column::HostName, line.name);
    }
    event.field("device_mac", line.mac);
    event.field("device_model", if is_older { line.name } else { line.model });
    event.text_if_said(Column::ProcessName, line.program);
    if peer::is_digits(line.pid) {
        event.int_text(Column::ProcessPid, line.pid);
    }
    match line.program {
        "hostapd" => hostapd::read(line.text, event),
        "dropbear" => return nested(&dropbear::FORMAT, payload, &line, event),
        "kernel" => return nested(&netfilter::FORMAT, payload, &line, event),
        "stahtd" | "libubnt" | "stamgr" => tracked(line.text, event),
        "switch" => switch(line.text, event),
        _ => event.action(Action::ApplicationEvent),
    }
    Ok(())
}

/// Reads what the device's own head wraps, when it is what that format knows.
fn nested(
    format: &Format,
    payload: &Payload<'_>,
    line: &Line<'_>,
    event: &mut EventBuilder<'_>,
) -> Result<(), Unreadable> {
    let inner = Payload { text: line.text, program: line.program, ..*payload };
    if (format.recognise)(&inner) {
        return (format.parse)(&inner, event);
    }
    event.action(Action::ApplicationEvent);
    Ok(())
}

/// `… : {"mac":"…","vap":"ath0","event_type":"failure","assoc_status":"0",…}`: how a station fared.
fn tracked(text: &str, event: &mut EventBuilder<'_>) {
    let value = |key: &str| between(text, key, "\"").unwrap_or("");
    let kind = value("\"event_type\":\"");
    match kind {
        "failure" => flow::did(event, Action::NacDecision, false),
        "fixup" | "success" => flow::did(event, Action::NacDecision, true),
        "sta_leave" => flow::did(event, Action::SessionClose, true),
        _ => event.action(Action::ApplicationEvent),
    }
    flow::set_mac(event, value("\"mac\":\""));
    event.text_if_said(Column::ObserverIngress, value("\"vap\":\""));
    for (name, key) in [("action", "\"event_type\":\""), ("message_type", "\"message_type\":\"")] {
        let text = value(key);
        if !text.is_empty() {
            event.field(name, text);
        }
    }
}

/// `TRAPMGR: Link Up: 0/3`, `TRAPMGR: Link Down: Unit: 1 Slot: 0 Port: 3`.
fn switch(text: &str, event: &mut EventBuilder<'_>) {
    let Some((head, port)) = text.split_once("Link Up: ").or_else(|| text.split_once("Link Down: ")) else {
        event.action(Action::ApplicationEvent);
        return;
    };
    flow::link(event, text.get(head.len()..).is_some_and(|rest| rest.starts_with("Link Up")));
    event.text_if_said(Column::ObserverIngress, port.trim_end());
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a station associates",
        text: "<30>Mar 16 09:12:44 AP-BIBLIO,00005e005310,UAP-AC-Pro-6.6.55: hostapd[2341]: ath0: STA 00:00:5e:00:53:22 IEEE 802.11: associated",
        expect: &[
            ("event_action", "nac_decision"),
            ("event_outcome", "success"),
            ("source_mac", "00:00:5e:00:53:22"),
            ("observer_ingress", "ath0"),
            ("host_name", "AP-BIBLIO"),
            ("process_name", "hostapd"),
            ("process_pid", "2341"),
            ("fields.device_model", "UAP-AC-Pro-6.6.55"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a station that could not join",
        text: "<30>Mar 16 09:12:44 AP-BIBLIO 00005e005310,U6-Lite-6.6.55+15189: stahtd[1800]: [STA-TRACKER].stahtd_dump_event(): {\"message_type\":\"STA_ASSOC_TRACKER\",\"mac\":\"00:00:5e:00:53:23\",\"vap\":\"ra0\",\"event_type\":\"failure\",\"assoc_status\":\"0\"}",
        expect: &[
            ("event_action", "nac_decision"),
            ("event_outcome", "failure"),
            ("source_mac", "00:00:5e:00:53:23"),
            ("observer_ingress", "ra0"),
            ("host_name", "AP-BIBLIO"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "older firmware",
        text: "Mar 16 09:12:44 (\"U7PG2,00005e005310,v4.0.66.10832\") hostapd: ath1: STA 00:00:5e:00:53:24 IEEE 802.11: disassociated",
        expect: &[
            ("event_action", "session_close"),
            ("source_mac", "00:00:5e:00:53:24"),
            ("fields.device_model", "U7PG2"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "hostile: a refused login whose name imitates an address",
        text: "<30>Mar 16 09:12:44 AP-BIBLIO,00005e005310,UAP-AC-Pro-6.6.55: dropbear[912]: Bad password attempt for 'x' from 203.0.113.9:1' from 198.51.100.23:40122",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.23"),
            ("source_port", "40122"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: a line cut in the address",
        text: "<30>Mar 16 09:12:44 AP-BIBLIO,00005e005310,UAP-AC-Pro-6.6.55: hostapd[2341]: ath0: STA 00:00:5e",
        expect: &[("format", "unifi"), ("event_action", "application_event")],
        absent: &["source_mac", "event_outcome"],
    },
];
