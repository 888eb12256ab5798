//! Cisco Umbrella's DNS log: a row of quoted values a query.
//!
//! Promises: linear; columns are cut by CSV's rules. Must not know: the envelope, files, other formats.
//! Source: Cisco Umbrella, "DNS Log Formats".

use schema::{Action, Column, EventBuilder, Outcome};

use super::csv;
use super::peer::is_address;
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time::iso;

/// See the module.
pub static FORMAT: Format = Format {
    name: "umbrella_dns",
    title: "Cisco Umbrella (DNS log)",
    reference: "Cisco Umbrella, DNS Log Formats",
    programs: &[],
    starts: b"\"",
    needs: &[],
    keys: &[],
    recognise: |payload| row(payload.text).is_some(),
    parse,
    samples: SAMPLES,
};

/// Columns up to the organisation's id.
const COLUMNS: usize = 16;

/// The columns of a row that has a stamp, both addresses and an action where Umbrella puts them.
fn row(text: &str) -> Option<[&str; COLUMNS]> {
    let text = text.trim();
    if !text.starts_with('"') {
        return None;
    }
    let mut values = [""; COLUMNS];
    for (place, value) in values.iter_mut().zip(csv::values(text)) {
        *place = value;
    }
    let [stamp, _, _, internal, external, action, ..] = values;
    let is_row = iso(stamp).is_some()
        && (internal.is_empty() || is_address(internal))
        && (external.is_empty() || is_address(external))
        && matches!(action, "Allowed" | "Blocked" | "Proxied");
    is_row.then_some(values)
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let values = row(payload.text).ok_or(Unreadable("expected a row of Umbrella's DNS log"))?;
    let [stamp, identity, identities, internal, external, action, kind, rcode, name, categories, ..] = values;
    let [.., identity_kind, _identity_kinds, blocked, rule, _countries, _organisation] = values;
    if name.is_empty() {
        return Err(Unreadable("a row without its name"));
    }
    let when = iso(stamp).ok_or(Unreadable("no such date and time"))?;
    if !payload.set_time(event, when.in_utc()) {
        return Err(Unreadable("no such day or hour"));
    }
    if !event.ip(Column::SourceIp, internal) {
        event.ip(Column::SourceIp, external);
    } else if external != internal {
        event.field("external_ip", external);
    }
    // An identity may be a network or a site; only a user's is a user.
    if identity_kind.contains("User") {
        event.text_if_said(Column::UserName, identity);
    } else {
        event.field("identity", identity);
    }
    if identities != identity {
        event.field("identities", identities);
    }
    event.text(Column::DnsQuestionName, name.strip_suffix('.').unwrap_or(name));
    if let Some((_, word)) = kind.split_once('(') {
        event.text_if_said(Column::DnsQuestionType, word.trim_end_matches(')'));
    }
    event.text_if_said(Column::RuleId, rule);
    event.field("rcode", rcode);
    event.field("decision", action);
    if !categories.is_empty() {
        event.field("categories", categories);
    }
    if !blocked.is_empty() {
        event.field("blocked_categories", blocked);
    }
    event.action(Action::DnsResponse);
    event.outcome(Outcome::of(action != "Blocked" && rcode == "NOERROR"));
    Ok(())
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a network asks a name",
        text: r#""2026-03-16 08:12:44","Sede","Sede","192.0.2.31","203.0.113.5","Allowed","28 (AAAA)","NOERROR","www.borgo.example.","Government","Networks","Networks","""#,
        expect: &[
            ("event_action", "dns_response"),
            ("event_outcome", "success"),
            ("source_ip", "192.0.2.31"),
            ("dns_question_name", "www.borgo.example"),
            ("dns_question_type", "AAAA"),
            ("fields.identity", "Sede"),
            ("fields.external_ip", "203.0.113.5"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
        ],
        absent: &["parse_error", "user_name"],
    },
    Sample {
        about: "a user's query is blocked",
        text: r#""2026-03-16 08:12:44","Giulia Neri (g.neri@borgo.example)","Giulia Neri (g.neri@borgo.example),PC7","192.0.2.31","203.0.113.5","Blocked","1 (A)","NOERROR","bad.example.","Malware","AD Users","AD Users,Anyconnect Roaming Client","Malware","506165","","7100042""#,
        expect: &[
            ("event_outcome", "failure"),
            ("user_name", "Giulia Neri (g.neri@borgo.example)"),
            ("rule_id", "506165"),
            ("fields.blocked_categories", "Malware"),
        ],
        absent: &["parse_error", "fields.identity"],
    },
    Sample {
        about: "a name that does not exist, from outside only",
        text: r#""2026-03-16 08:12:44","Sede","Sede","","203.0.113.5","Allowed","Other","NXDOMAIN","x7.borgo.example.","","Networks","Networks","""#,
        expect: &[("event_outcome", "failure"), ("source_ip", "203.0.113.5"), ("fields.rcode", "NXDOMAIN")],
        absent: &["parse_error", "dns_question_type"],
    },
    Sample {
        about: "truncated: a row cut before its name",
        text: r#""2026-03-16 08:12:44","Sede","Sede","192.0.2.31","203.0.113.5","Allowed","1 (A"#,
        expect: &[("parse_error", "a row without its name")],
        absent: &["source_ip", "event_outcome"],
    },
    Sample {
        about: "hostile: an identity that imitates columns moves none",
        text: r#""2026-03-16 08:12:44","x"",""y"",""203.0.113.1","Sede","192.0.2.31","203.0.113.5","Blocked","1 (A)","NOERROR","bad.example.","","Networks","Networks","""#,
        expect: &[("source_ip", "192.0.2.31"), ("event_outcome", "failure")],
        absent: &["parse_error"],
    },
];
