//! Network Policy Server (RADIUS of Windows): its log in the database-compatible layout and as XML.
//!
//! Promises: linear; who asked is the account Windows resolved, the source the station that called, when it is an
//! address. Times are local. Must not know: files, the clock.
//! Source: Microsoft, "Interpret NPS Database Format Log Files"; "NPS DTS compliant format".

use schema::{Action, Column, EventBuilder, Outcome};

use super::slots::slots;
use super::{account, peer};
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time::When;

/// See the module.
pub static FORMAT: Format = Format {
    name: "windows_nps",
    title: "Microsoft Network Policy Server (RADIUS) log",
    reference: "Microsoft, Interpret NPS Database Format Log Files",
    programs: &[],
    starts: b"\"<",
    needs: &[],
    keys: &[],
    recognise: |payload| match payload.text.strip_prefix("<Event>") {
        Some(rest) => rest.contains("<Packet-Type data_type=") && rest.contains("<Computer-Name data_type="),
        None => is_record(payload.text),
    },
    parse,
    samples: SAMPLES,
};

slots! {
    /// An attribute that a column is filled from.
    enum Item;
    /// The values of a record.
    struct Facts;
    nothing "-"; keep first;
    Computer = b"Computer-Name";
    Date = b"Record-Date";
    Time = b"Record-Time";
    Stamp = b"Timestamp";
    Packet = b"Packet-Type";
    User = b"User-Name";
    Account = b"Fully-Qualified-Distinguished-Name" | b"SAM-Account-Name" | b"Fully-Qualifed-User-Name" | b"Fully-Qualified-User-Name";
    Called = b"Called-Station-ID" | b"Called-Station-Id";
    Calling = b"Calling-Station-ID" | b"Calling-Station-Id";
    Framed = b"Framed-IP-Address";
    NasName = b"NAS-Identifier";
    NasAddress = b"NAS-IP-Address";
    NasPort = b"NAS-Port";
    ClientAddress = b"Client-IP-Address";
    ClientName = b"Client-Friendly-Name";
    Authentication = b"Authentication-Type";
    Policy = b"NP-Policy-Name";
    Reason = b"Reason-Code";
    Eap = b"EAP-Friendly-Name";
    Status = b"Acct-Status-Type";
    Input = b"Acct-Input-Octets";
    Output = b"Acct-Output-Octets";
    Session = b"Acct-Session-ID" | b"Acct-Session-Id";
    Seconds = b"Acct-Session-Time";
    ProxyPolicy = b"Proxy-Policy-Name";
}

/// The order of the database-compatible layout, as far as it is read; empty where it is not.
const ORDER: [&str; 38] = [
    "Computer-Name",
    "",
    "Record-Date",
    "Record-Time",
    "Packet-Type",
    "User-Name",
    "Fully-Qualified-Distinguished-Name",
    "Called-Station-ID",
    "Calling-Station-ID",
    "",
    "Framed-IP-Address",
    "NAS-Identifier",
    "NAS-IP-Address",
    "NAS-Port",
    "",
    "Client-IP-Address",
    "Client-Friendly-Name",
    "",
    "",
    "",
    "",
    "",
    "",
    "Authentication-Type",
    "NP-Policy-Name",
    "Reason-Code",
    "",
    "",
    "",
    "",
    "EAP-Friendly-Name",
    "Acct-Status-Type",
    "",
    "Acct-Input-Octets",
    "Acct-Output-Octets",
    "Acct-Session-ID",
    "",
    "Acct-Session-Time",
];

/// One value, its quotes gone, and what follows its comma.
fn next(text: &str) -> Option<(&str, &str)> {
    match text.strip_prefix('"') {
        Some(inner) => {
            let (value, rest) = inner.split_once('"')?;
            Some((value, rest.strip_prefix(',').unwrap_or(rest)))
        }
        None => Some(text.split_once(',').unwrap_or((text, ""))),
    }
}

/// `"COMPUTER","IAS",MM/DD/YYYY,HH:MM:SS,TYPE,…`.
fn is_record(text: &str) -> bool {
    let head = || {
        let (_, rest) = next(text)?;
        let (service, rest) = next(rest)?;
        let (date, rest) = next(rest)?;
        let (time, rest) = next(rest)?;
        let (kind, _) = next(rest)?;
        moment(date, time)?;
        Some(matches!(service, "IAS" | "RAS") && peer::is_digits(kind))
    };
    head().unwrap_or(false)
}

/// `MM/DD/YYYY` and `HH:MM:SS`.
fn moment(date: &str, time: &str) -> Option<When> {
    let mut parts = date.split('/').map(str::parse::<u16>);
    let (month, day, year) = (parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?);
    let whole = time.split('.').next().unwrap_or(time);
    let mut parts = whole.split(':').map(str::parse::<u8>);
    let (hour, minute, second) = (parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?);
    Some(When {
        year: Some(i32::from(year)),
        month: u8::try_from(month).ok()?,
        day: u8::try_from(day).ok()?,
        hour,
        minute,
        second,
        micros: 0,
        offset_s: None,
    })
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let mut facts = Facts::new();
    if payload.text.starts_with('<') {
        elements(payload.text, &mut facts).ok_or(Unreadable("the XML is cut"))?;
    } else {
        let mut rest = payload.text;
        for name in ORDER {
            let (value, after) = next(rest).ok_or(Unreadable("a quote that does not close"))?;
            facts.put(name, value);
            rest = after;
        }
    }
    let stamp = facts.get(Item::Stamp);
    let (date, time) = if stamp.is_empty() {
        (facts.get(Item::Date), facts.get(Item::Time))
    } else {
        stamp.split_once(' ').unwrap_or((stamp, ""))
    };
    let when = moment(date, time).ok_or(Unreadable("no such date and time"))?;
    if !payload.set_time(event, when) {
        return Err(Unreadable("no such day or hour"));
    }
    columns(&facts, event);
    Ok(())
}

/// `<NAME data_type="1">VALUE</NAME>`, one behind the other; none when the record does not end.
fn elements<'a>(text: &'a str, facts: &mut Facts<'a>) -> Option<()> {
    let mut rest = text.trim_end().strip_prefix("<Event>")?.strip_suffix("</Event>")?;
    while let Some((_, open)) = rest.split_once('<') {
        let (tag, behind) = open.split_once('>')?;
        let name = tag.split(' ').next().unwrap_or(tag);
        let (value, after) = behind.split_once("</")?;
        facts.put(name, value);
        rest = after.split_once('>')?.1;
    }
    Some(())
}

fn columns(facts: &Facts<'_>, event: &mut EventBuilder<'_>) {
    event.text(Column::ObserverVendor, "Microsoft");
    event.text(Column::ObserverProduct, "NPS");
    event.text_if_said(Column::HostName, facts.get(Item::Computer));
    account::set_user(event, facts.first(&[Item::Account, Item::User]));
    let calling = facts.get(Item::Calling);
    if !event.ip(Column::SourceIp, calling) {
        event.text_if_said(Column::SourceMac, super::windows::mac(calling));
    }
    event.text_if_said(Column::RuleName, facts.first(&[Item::Policy, Item::ProxyPolicy]));
    event.text_if_said(Column::ObserverIngress, facts.get(Item::NasPort));
    classify(facts, event);
    for (key, name) in [
        ("nas", Item::NasName),
        ("nas_address", Item::NasAddress),
        ("radius_client", Item::ClientAddress),
        ("radius_client_name", Item::ClientName),
        ("called_station", Item::Called),
        ("framed_address", Item::Framed),
        ("auth_method", Item::Eap),
        ("reason", Item::Reason),
        ("session_id", Item::Session),
        ("session_time_s", Item::Seconds),
    ] {
        if facts.has(name) {
            event.field(key, facts.get(name));
        }
    }
}

/// 1 a request, 2 accepted, 3 refused, 4 accounting, 11 a challenge.
fn classify(facts: &Facts<'_>, event: &mut EventBuilder<'_>) {
    let packet = facts.get(Item::Packet);
    event.text_if_said(Column::EventCode, packet);
    match packet {
        "2" | "3" => {
            event.action(Action::NacDecision);
            event.outcome(Outcome::of(packet == "2"));
        }
        "4" => {
            let (action, outcome) = match facts.get(Item::Status) {
                "1" => (Action::SessionOpen, Some(Outcome::Success)),
                "2" => (Action::SessionClose, Some(Outcome::Success)),
                _ => (Action::ApplicationEvent, None),
            };
            event.action(action);
            if let Some(outcome) = outcome {
                event.outcome(outcome);
            }
            event.int_text(Column::SourceBytes, facts.get(Item::Input));
            event.int_text(Column::DestinationBytes, facts.get(Item::Output));
        }
        _ => {
            event.action(Action::ApplicationEvent);
            event.field("action", if packet == "11" { "access_challenge" } else { "access_request" });
        }
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "access is granted",
        text: "\"NPS01\",\"IAS\",03/16/2026,09:12:44,2,,\"COMUNE\\mrossi\",,,,,,,,9,\"192.0.2.5\",\"sw-piano1\",,,,,,1,5,\"Wi-Fi dipendenti\",0,\"311 1 x\",,,,\"Microsoft: Secured password (EAP-MSCHAP v2)\",,,,,\"s1\",,",
        expect: &[
            ("class", "network"),
            ("event_action", "nac_decision"),
            ("event_outcome", "success"),
            ("user_name", "mrossi"),
            ("user_domain", "COMUNE"),
            ("host_name", "NPS01"),
            ("rule_name", "Wi-Fi dipendenti"),
            ("fields.radius_client", "192.0.2.5"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
        ],
        absent: &["parse_error", "source_ip"],
    },
    Sample {
        about: "access is refused, as XML",
        text: "<Event><Timestamp data_type=\"4\">03/16/2026 09:12:45.112</Timestamp><Computer-Name data_type=\"1\">NPS01</Computer-Name><Event-Source data_type=\"1\">IAS</Event-Source><Calling-Station-Id data_type=\"1\">00-53-00-AA-BB-CC</Calling-Station-Id><SAM-Account-Name data_type=\"1\">COMUNE\\ospite</SAM-Account-Name><NP-Policy-Name data_type=\"1\">Nega</NP-Policy-Name><Packet-Type data_type=\"0\">3</Packet-Type><Reason-Code data_type=\"0\">16</Reason-Code></Event>",
        expect: &[
            ("event_outcome", "failure"),
            ("user_name", "ospite"),
            ("source_mac", "00-53-00-AA-BB-CC"),
            ("fields.reason", "16"),
            ("event_code", "3"),
        ],
        absent: &["parse_error", "source_ip"],
    },
    Sample {
        about: "accounting: a session ends",
        text: "\"NPS01\",\"RAS\",03/16/2026,09:30:44,4,\"mrossi@comune.example\",,\"192.0.2.1\",\"198.51.100.7\",,\"192.0.2.58\",\"VPN01\",\"192.0.2.1\",12,,\"192.0.2.1\",\"VPN01\",1773648764,,5,,1,2,,,0,\"311 1 x\",,,,,2,,1024,2048,\"s2\",3,1080",
        expect: &[
            ("event_action", "session_close"),
            ("source_ip", "198.51.100.7"),
            ("source_bytes", "1024"),
            ("destination_bytes", "2048"),
            ("fields.session_time_s", "1080"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: XML that is cut",
        text: "<Event><Timestamp data_type=\"4\">03/16/2026 09:12:45.112</Timestamp><Computer-Name data_type=\"1\">NPS01</Computer-Name><Packet-Type data_type=\"0\">3</Packet-Type><Reas",
        expect: &[("parse_error", "the XML is cut")],
        absent: &["host_name", "event_outcome"],
    },
    Sample {
        about: "hostile: a user name that imitates values",
        text: "\"NPS01\",\"IAS\",03/16/2026,09:12:46,1,\"x,2,COMUNE,admin\",\"COMUNE\\x\",,\"198.51.100.7\",,,,,,9,\"192.0.2.5\",\"sw-piano1\"",
        expect: &[("event_action", "application_event"), ("user_name", "x"), ("source_ip", "198.51.100.7")],
        absent: &["parse_error", "event_outcome"],
    },
];
