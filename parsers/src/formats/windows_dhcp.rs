//! The audit log of the Windows DHCP server (`DhcpSrvLog-Mon.log`, `DhcpV6SrvLog-Mon.log`).
//!
//! Promises: linear; the address stands before the client's own name, and a name with commas moves no field.
//! Must not know: files, the clock, other formats.
//! Source: Microsoft, "Analyze DHCP server log files"; the list of ids in the log's own head.

use schema::{Action, Column, EventBuilder, Outcome};

use super::peer::is_digits;
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time::When;

/// See the module.
pub static FORMAT: Format = Format {
    name: "windows_dhcp",
    title: "Windows DHCP server (audit log)",
    reference: "Microsoft, Analyze DHCP server log files",
    programs: &[],
    starts: b"0123456789",
    needs: &[],
    keys: &[],
    recognise: |payload| head(payload.text).is_some(),
    parse,
    samples: SAMPLES,
};

/// Columns of a line since Windows Server 2012.
const COLUMNS: usize = 19;

/// Id, stamp and the rest of `ID,MM/DD/YY,HH:MM:SS,REST`.
fn head(text: &str) -> Option<(&str, When, &str)> {
    let (id, rest) = text.split_once(',')?;
    let (date, rest) = rest.split_once(',')?;
    let (clock, rest) = rest.split_once(',')?;
    if !(2..=5).contains(&id.len()) || !is_digits(id) || date.len() != 8 || clock.len() != 8 {
        return None;
    }
    let (month, rest_of_date) = date.split_once('/')?;
    let (day, year) = rest_of_date.split_once('/')?;
    let (hour, rest_of_clock) = clock.split_once(':')?;
    let (minute, second) = rest_of_clock.split_once(':')?;
    let number = |text: &str| (text.len() == 2 && is_digits(text)).then(|| text.parse::<u8>().ok())?;
    let when = When {
        year: Some(2000 + i32::from(number(year)?)),
        month: number(month)?,
        day: number(day)?,
        hour: number(hour)?,
        minute: number(minute)?,
        second: number(second)?,
        micros: 0,
        offset_s: None,
    };
    Some((id, when, rest))
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let (id, when, rest) = head(payload.text).ok_or(Unreadable("expected ID,MM/DD/YY,HH:MM:SS"))?;
    if !payload.set_inner_time(event, when) {
        return Err(Unreadable("no such day or hour"));
    }
    let (description, rest) = rest.split_once(',').ok_or(Unreadable("a record without its address"))?;
    let (address, rest) = rest.split_once(',').ok_or(Unreadable("a record without its address"))?;
    event.text(Column::EventCode, id);
    if !description.is_empty() {
        event.field("description", description);
    }
    event.ip(Column::SourceIp, address);
    classify(id, description, event);
    if id.len() == 5 {
        client_v6(rest, event);
    } else {
        client(rest, event);
    }
    Ok(())
}

/// `HOST,MAC,USER,TRANSACTION,RESULT,…`. A name may hold commas: what is more than the columns is the name's.
fn client(rest: &str, event: &mut EventBuilder<'_>) {
    let commas = rest.bytes().filter(|byte| *byte == b',').count();
    // Five columns stand before the host.
    let extra = (commas + 6).saturating_sub(COLUMNS);
    let end = rest
        .bytes()
        .enumerate()
        .filter(|(_, byte)| *byte == b',')
        .nth(extra)
        .map_or(rest.len(), |(at, _)| at);
    let (host, rest) = rest.split_at_checked(end).unwrap_or((rest, ""));
    set_host(host, event);
    let mut values = rest.split(',').skip(1);
    let mac = values.next().unwrap_or("");
    if mac.len() >= 12 && mac.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        event.text(Column::SourceMac, mac);
    }
    event.text_if_said(Column::UserName, values.next().unwrap_or(""));
    let keys = ["transaction", "result", "probation", "correlation"];
    for (key, value) in keys.iter().zip(values.by_ref()) {
        if !value.is_empty() {
            event.field(key, value);
        }
    }
    // Identifier and hexadecimal vendor class stand before its text.
    if let Some(vendor) = values.nth(2).filter(|vendor| !vendor.is_empty()) {
        event.field("vendor_class", vendor);
    }
}

/// `HOST,ERROR,DUID LENGTH,DUID,USER,…` of DHCPv6.
fn client_v6(rest: &str, event: &mut EventBuilder<'_>) {
    let mut values = rest.split(',');
    set_host(values.next().unwrap_or(""), event);
    if let Some(error) = values.next().filter(|error| !matches!(*error, "" | "0")) {
        event.field("error", error);
    }
    if let Some(duid) = values.nth(1).filter(|duid| !duid.is_empty()) {
        event.field("duid", duid);
    }
}

/// The name a client calls itself; it is the event's host too unless an envelope names the server.
fn set_host(name: &str, event: &mut EventBuilder<'_>) {
    if name.is_empty() {
        return;
    }
    event.field("client_name", name);
    if !event.is_set(Column::HostName) {
        event.text(Column::HostName, name);
    }
}

/// Ids of the log's own head.
fn classify(id: &str, description: &str, event: &mut EventBuilder<'_>) {
    let (action, outcome) = match id {
        "00" | "11010" => (Action::ServiceStart, Outcome::Success),
        "01" | "11011" => (Action::ServiceStop, Outcome::Success),
        // New, renewed, BOOTP and dynamic BOOTP leases.
        "10" | "11" | "20" | "21" => (Action::DhcpLease, Outcome::Success),
        // DHCPv6: request, renew, rebind.
        "11002" | "11004" | "11005" => (Action::DhcpLease, Outcome::Success),
        // In use, pool empty, denied, BOOTP pool empty; dropped by policy or partner; DHCPv6 decline and full scope.
        "13" | "14" | "15" | "22" | "33" | "36" | "11006" | "11009" | "11014" | "11015" => {
            (Action::DhcpFailure, Outcome::Failure)
        }
        // The server's own authorisation in the directory failed.
        "50" | "54" | "56" | "58" | "59" => (Action::HealthChange, Outcome::Failure),
        _ => {
            event.action(Action::ApplicationEvent);
            event.field("action", action_of(id));
            if id == "31" {
                event.outcome(Outcome::Failure);
            }
            return;
        }
    };
    event.action(action);
    event.outcome(outcome);
    if outcome == Outcome::Failure {
        event.field("reason", description);
    }
}

fn action_of(id: &str) -> &'static str {
    match id {
        "02" => "paused, disk full",
        "12" | "11007" => "release",
        "16" | "11020" => "lease deleted",
        "17" => "lease expired",
        "18" => "lease expired and removed from DNS",
        "23" => "BOOTP lease deleted",
        "24" | "25" => "database clean-up",
        "30" | "31" | "32" | "34" | "35" => "DNS update",
        "51" | "52" | "53" | "55" | "57" | "60" | "61" | "62" | "63" | "64" => "authorisation",
        "11000" => "solicit",
        "11001" => "advertise",
        "11003" => "confirm",
        "11008" => "information request",
        _ => "other",
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a lease is given",
        text: "10,03/16/26,09:12:44,Assign,192.0.2.31,PC-ANAG-02.borgo.example,020000001122,,1422,0,,,,0x4D53465420352E30,MSFT 5.0,,,,0",
        expect: &[
            ("event_action", "dhcp_lease"),
            ("event_outcome", "success"),
            ("event_code", "10"),
            ("source_ip", "192.0.2.31"),
            ("source_mac", "020000001122"),
            ("host_name", "PC-ANAG-02.borgo.example"),
            ("fields.vendor_class", "MSFT 5.0"),
            ("fields.transaction", "1422"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
        ],
        absent: &["parse_error", "user_name"],
    },
    Sample {
        about: "the pool is empty",
        text: "14,03/16/26,09:12:44,Scope Full,192.0.2.0,,,,0,6,,,,,,,,,0",
        expect: &[
            ("event_action", "dhcp_failure"),
            ("event_outcome", "failure"),
            ("event_code", "14"),
            ("fields.reason", "Scope Full"),
        ],
        absent: &["parse_error", "host_name", "source_mac"],
    },
    Sample {
        about: "the service starts",
        text: "00,03/16/26,00:00:01,Started,,,,,0,6,,,,,,,,,0",
        expect: &[("event_action", "service_start"), ("event_outcome", "success")],
        absent: &["parse_error", "source_ip"],
    },
    Sample {
        about: "a DNS update fails, in the layout of 2008",
        text: "31,03/16/26,09:12:44,DNS Update Failed,192.0.2.31,PC-ANAG-02.borgo.example,,,0,6,,,",
        expect: &[
            ("event_action", "application_event"),
            ("event_outcome", "failure"),
            ("fields.action", "DNS update"),
            ("source_ip", "192.0.2.31"),
        ],
        absent: &["parse_error", "source_mac"],
    },
    Sample {
        about: "a lease of DHCPv6",
        text: "11002,03/16/26,09:12:44,DHCPV6 Request,2001:db8::31,PC-ANAG-02.borgo.example,,14,0001000125A1B2C3020000001122,,,,",
        expect: &[
            ("event_action", "dhcp_lease"),
            ("source_ip", "2001:db8::31"),
            ("fields.duid", "0001000125A1B2C3020000001122"),
        ],
        absent: &["parse_error", "source_mac"],
    },
    Sample {
        about: "truncated: a record cut before its address",
        text: "10,03/16/26,09:12:44,Assign,192.0.2",
        expect: &[("parse_error", "a record without its address")],
        absent: &["source_ip", "event_code"],
    },
    Sample {
        about: "hostile: a name with commas moves no field",
        text: "10,03/16/26,09:12:44,Assign,192.0.2.31,x,0A0A0A0A0A0A,root,020000001122,,1422,0,,,,0x4D,MSFT 5.0,,,,0",
        expect: &[
            ("source_ip", "192.0.2.31"),
            ("source_mac", "020000001122"),
            ("fields.client_name", "x,0A0A0A0A0A0A,root"),
        ],
        absent: &["parse_error", "user_name"],
    },
];
