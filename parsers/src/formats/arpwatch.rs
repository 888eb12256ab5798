//! arpwatch: pairs of hardware address and address that are new, changed or forged.
//!
//! Promises: linear; addresses are read from the front, where arpwatch puts them.
//! Must not know: the envelope. Source: LBNL arpwatch 3.x, report.c, arpwatch(8).

use schema::{Action, Column, EventBuilder, Outcome};

use crate::format::{Format, Payload, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "arpwatch",
    title: "arpwatch",
    reference: "arpwatch(8), report messages",
    programs: &["arpwatch", "arpalert", "arpwatch-ng"],
    starts: &[],
    needs: &[],
    keys: &[],
    recognise: |_| true,
    parse,
    samples: SAMPLES,
};

/// What a report begins with, and whether an address moved.
const REPORTS: &[(&str, bool)] = &[
    ("new station ", false),
    ("new activity ", false),
    ("flip flop ", true),
    ("changed ethernet address ", true),
    ("reused old ethernet address ", true),
    ("suppressed DECnet flip flop ", true),
    ("ethernet mismatch ", true),
    ("ethernet broadcast ", true),
    ("ip broadcast ", true),
    ("bogon ", true),
];

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let text = payload.text;
    let Some((kind, rest, is_move)) = REPORTS
        .iter()
        .find_map(|(kind, is_move)| Some((kind.trim_end(), text.strip_prefix(kind)?, *is_move)))
    else {
        event.action(Action::ApplicationEvent);
        return Ok(());
    };
    let mut words = rest.split(' ');
    if !event.ip(Column::SourceIp, words.next().unwrap_or("")) {
        return Err(Unreadable("expected ADDRESS MAC"));
    }
    event.text_if_said(Column::SourceMac, words.next().unwrap_or(""));
    let mut last = "";
    for word in words {
        if let Some(old) = word.strip_prefix('(') {
            event.field("old_mac", old.trim_end_matches(')'));
        } else {
            last = word;
        }
    }
    event.text_if_said(Column::ObserverIngress, last);
    if is_move {
        event.action(Action::MacMove);
        event.outcome(Outcome::Unknown);
    } else {
        event.action(Action::ApplicationEvent);
    }
    event.field("action", kind);
    Ok(())
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "an address answers from another card",
        text: "Mar 16 09:12:44 gw arpwatch: flip flop 192.0.2.1 00:00:5e:00:53:99 (00:00:5e:00:53:01) eth0",
        expect: &[
            ("event_action", "mac_move"),
            ("event_outcome", "unknown"),
            ("source_ip", "192.0.2.1"),
            ("source_mac", "00:00:5e:00:53:99"),
            ("observer_ingress", "eth0"),
            ("fields.old_mac", "00:00:5e:00:53:01"),
            ("fields.action", "flip flop"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a new station",
        text: "Mar 16 09:12:44 gw arpwatch: new station 192.0.2.31 0:0:5e:0:53:2 eth0",
        expect: &[
            ("event_action", "application_event"),
            ("source_ip", "192.0.2.31"),
            ("source_mac", "0:0:5e:0:53:2"),
        ],
        absent: &["event_outcome", "fields.old_mac"],
    },
    Sample {
        about: "an address that cannot be here",
        text: "Mar 16 09:12:44 gw arpwatch: bogon 203.0.113.9 00:00:5e:00:53:03 eth0",
        expect: &[("event_action", "mac_move"), ("source_ip", "203.0.113.9")],
        absent: &[],
    },
    Sample {
        about: "truncated: a line cut in the address",
        text: "Mar 16 09:12:44 gw arpwatch: changed ethernet address 192.0.2",
        expect: &[("parse_error", "expected ADDRESS MAC")],
        absent: &["source_ip", "event_outcome"],
    },
    Sample {
        about: "hostile: what it says of itself, imitating a report",
        text: "Mar 16 09:12:44 gw arpwatch: listening on eth0 flip flop 203.0.113.9 00:00:5e:00:53:03",
        expect: &[("event_action", "application_event")],
        absent: &["source_ip", "source_mac"],
    },
];
