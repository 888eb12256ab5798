//! ModSecurity's native audit log, a line at a time: the boundaries, the header of a transaction (section A) and
//! the rules that matched (section H). The lines of requests and answers themselves say no more than text does.
//!
//! Promises: linear. Must not know: the web server around it, lines before or after.
//! Source: ModSecurity 2 Data Formats, "Audit Log"; libmodsecurity `transaction.cc` `toOldAuditLogFormat`.

use schema::{Action, Column, EventBuilder, Outcome};

use super::{modsecurity, peer};
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time::{When, clf};

/// See the module.
pub static FORMAT: Format = Format {
    name: "modsecurity_audit",
    title: "ModSecurity native audit log",
    reference: "ModSecurity 2 Data Formats, Audit Log",
    programs: &[],
    starts: b"-[MA",
    needs: &[],
    keys: &[],
    recognise: |payload| line(payload.text).is_some(),
    parse,
    samples: SAMPLES,
};

enum Line<'a> {
    /// `--BOUNDARY-SECTION--`.
    Boundary { boundary: &'a str, section: &'a str },
    /// `[TIME] ID CLIENT PORT SERVER PORT`.
    Header { when: When, words: [&'a str; 5] },
    /// `Message: …` and `ModSecurity: …`, with the tags of a rule.
    Rule(&'a str),
    /// `Action: Intercepted (phase 2)`.
    Intercepted,
}

fn line(text: &str) -> Option<Line<'_>> {
    let text = text.trim_end();
    if let Some(inner) = text.strip_prefix("--").and_then(|rest| rest.strip_suffix("--")) {
        return boundary(inner);
    }
    if let Some(rest) = text.strip_prefix('[') {
        return header(rest);
    }
    let rule = text.strip_prefix("Message: ").or_else(|| text.strip_prefix("ModSecurity: "));
    if let Some(rule) = rule {
        return rule.contains(" [id \"").then_some(Line::Rule(rule));
    }
    text.strip_prefix("Action: Intercepted (phase ").map(|_| Line::Intercepted)
}

/// Eight hexadecimal digits, or the letters of libmodsecurity.
fn boundary(inner: &str) -> Option<Line<'_>> {
    let (boundary, section) = inner.rsplit_once('-').or_else(|| inner.rsplit_once("---"))?;
    let is_section = section.len() == 1 && section.bytes().all(|byte| byte.is_ascii_uppercase());
    let boundary = boundary.trim_end_matches('-');
    let is_boundary = boundary.len() == 8 && boundary.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (is_section && is_boundary).then_some(Line::Boundary { boundary, section })
}

fn header(rest: &str) -> Option<Line<'_>> {
    let (when, rest) = clf(rest)?;
    let mut words = rest.strip_prefix("] ")?.split(' ');
    let mut next = || words.next();
    let found = [next()?, next()?, next()?, next()?, next()?];
    let [_, client, client_port, _, server_port] = found;
    let is_header = peer::is_address(client) && peer::is_digits(client_port) && peer::is_digits(server_port);
    (is_header && words.next().is_none()).then_some(Line::Header { when, words: found })
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    event.action(Action::ApplicationEvent);
    match line(payload.text).ok_or(Unreadable("expected a boundary, a header or a rule"))? {
        Line::Boundary { boundary, section } => {
            event.field("boundary", boundary);
            event.field("section", section);
        }
        Line::Header { when, words: [id, client, client_port, server, server_port] } => {
            if !payload.set_time(event, when) {
                return Err(Unreadable("no such day or hour"));
            }
            event.field("unique_id", id);
            peer::set(event, client, client_port);
            if !event.ip(Column::DestinationIp, server) {
                event.text_if_said(Column::HostName, server);
            }
            event.int_text(Column::DestinationPort, server_port);
        }
        Line::Rule(text) => {
            if !modsecurity::read(text, event) {
                return Err(Unreadable("a rule without its tags"));
            }
        }
        Line::Intercepted => {
            event.action(Action::WafBlock);
            event.outcome(Outcome::Failure);
            event.field("blocked", "true");
        }
    }
    Ok(())
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "the header of a transaction",
        text: "[16/Mar/2026:09:12:44.112233 +0100] ZfXYZ8CoAAEAAA 198.51.100.7 51234 192.0.2.10 443",
        expect: &[
            ("source_ip", "198.51.100.7"),
            ("source_port", "51234"),
            ("destination_ip", "192.0.2.10"),
            ("destination_port", "443"),
            ("fields.unique_id", "ZfXYZ8CoAAEAAA"),
            ("timestamp", "2026-03-16T08:12:44.112233Z"),
        ],
        absent: &["parse_error", "event_outcome"],
    },
    Sample {
        about: "a boundary",
        text: "--8f3a1c2b-H--",
        expect: &[("fields.section", "H"), ("event_action", "application_event")],
        absent: &["parse_error"],
    },
    Sample {
        about: "a rule that denied",
        text: "Message: Access denied with code 403 (phase 2). Pattern match \"x\" at ARGS:q. [file \"/r/942.conf\"] [line \"1\"] [id \"942100\"] [msg \"SQL Injection Attack\"] [severity \"CRITICAL\"]",
        expect: &[
            ("event_action", "waf_block"),
            ("event_outcome", "failure"),
            ("rule_id", "942100"),
            ("rule_name", "SQL Injection Attack"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a rule that only warned, libmodsecurity",
        text: "ModSecurity: Warning. Matched \"Operator `Rx'\" [file \"x\"] [line \"1\"] [id \"920350\"] [msg \"Host header is a numeric IP address\"] [hostname \"192.0.2.10\"] [uri \"/\"] [unique_id \"1\"]",
        expect: &[("event_outcome", "success"), ("rule_id", "920350"), ("url_path", "/")],
        absent: &["parse_error"],
    },
    Sample {
        about: "the transaction was stopped",
        text: "Action: Intercepted (phase 2)",
        expect: &[("event_action", "waf_block"), ("event_outcome", "failure")],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: cut before its rule's name",
        text: r#"Message: Access denied with code 403 (phase 2). Pattern match "x" at ARGS:q. [file "/r/942.conf"] [line "1"] [id "942100"] [m"#,
        expect: &[("event_action", "waf_block"), ("event_outcome", "failure"), ("rule_id", "942100")],
        absent: &["rule_name", "parse_error"],
    },
    Sample {
        about: "hostile: matched data that holds a tag",
        text: "Message: Warning. Pattern match at ARGS. [id \"941100\"] [msg \"XSS\"] [data \"x\\\"] [id \\\"1\"] [severity \"CRITICAL\"]",
        expect: &[("rule_id", "941100"), ("rule_name", "XSS")],
        absent: &["parse_error"],
    },
];
