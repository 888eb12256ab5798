//! fail2ban: addresses banned, found and forgiven.
//!
//! `Ban` is the block; `Found`, `Unban`, `Restore Ban` and the rest are application events with the same
//! columns. Promises: linear. Must not know: the logs it watches.

use schema::{Action, Column, EventBuilder, Outcome};

use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time::iso_prefix;

/// See the module.
pub static FORMAT: Format = Format {
    name: "fail2ban",
    title: "fail2ban",
    reference: "fail2ban 1.1, fail2ban/server/actions.py and filter.py",
    programs: &[
        "fail2ban",
        "fail2ban-server",
        "fail2ban.actions",
        "fail2ban.filter",
        "fail2ban.jail",
        "fail2ban.server",
        "fail2ban.observer",
        "fail2ban.filtersystemd",
        "fail2ban.utils",
    ],
    starts: b"12",
    needs: &[],
    keys: &[],
    recognise: |payload| payload.program.starts_with("fail2ban") || head(payload.text).is_some(),
    parse,
    samples: SAMPLES,
};

struct Head<'a> {
    when: crate::time::When,
    module: &'a str,
    pid: &'a str,
    text: &'a str,
}

/// `2026-03-16 02:40:30,388 fail2ban.actions        [812]: NOTICE  [sshd] Ban 198.51.100.23`.
fn head(text: &str) -> Option<Head<'_>> {
    if text.get(10..11)? != " " {
        return None;
    }
    let (when, rest) = iso_prefix(text)?;
    let (module, text) =
        rest.trim_start().strip_prefix("fail2ban.").and_then(|_| rest.trim_start().split_once(": "))?;
    let (module, pid) = module.split_once('[').unwrap_or((module, ""));
    Some(Head { when, module: module.trim_end(), pid: pid.trim_end_matches(']'), text })
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let mut text = payload.text;
    if let Some(head) = head(text) {
        if !payload.set_time(event, head.when) {
            return Err(Unreadable("no such day or hour"));
        }
        event.text(Column::ProcessName, head.module);
        event.int_text(Column::ProcessPid, head.pid);
        text = head.text;
    }
    event.action(Action::ApplicationEvent);
    let (level, rest) = text.trim_start().split_once(' ').unwrap_or((text, ""));
    if matches!(level, "NOTICE" | "INFO" | "WARNING" | "ERROR" | "DEBUG" | "CRITICAL") {
        event.text(Column::LogLevel, level);
        text = rest.trim_start();
    }
    let Some((jail, said)) = text.trim_start().strip_prefix('[').and_then(|rest| rest.split_once("] "))
    else {
        return Ok(());
    };
    event.text_if_said(Column::RuleName, jail);
    let (verb, address) = verb(said.trim_start());
    if verb.is_empty() {
        return Ok(());
    }
    if !event.ip(Column::SourceIp, address.split([' ', '/']).next().unwrap_or(address)) {
        return Err(Unreadable("expected an address behind the verb"));
    }
    if verb == "Ban" {
        event.action(Action::AccessBlocked);
        event.outcome(Outcome::Success);
    } else {
        event.field("action", verb);
    }
    Ok(())
}

/// The verb and what follows it.
fn verb(said: &str) -> (&str, &str) {
    for verb in ["Ban", "Unban", "Found", "Restore Ban", "Increase Ban", "Ignore"] {
        if let Some(rest) = said.strip_prefix(verb).and_then(|rest| rest.strip_prefix(' ')) {
            return (verb, rest);
        }
    }
    match said.split_once(" already banned") {
        Some((address, _)) => ("already banned", address),
        None => ("", ""),
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "an address is banned",
        text: "2026-03-16 02:40:30,388 fail2ban.actions        [812]: NOTICE  [sshd] Ban 198.51.100.23",
        expect: &[
            ("event_action", "access_blocked"),
            ("event_outcome", "success"),
            ("source_ip", "198.51.100.23"),
            ("rule_name", "sshd"),
            ("process_pid", "812"),
            ("log_level", "NOTICE"),
            ("timestamp", "2026-03-16T01:40:30.388000Z"),
        ],
        absent: &["parse_error", "fields.action"],
    },
    Sample {
        about: "and forgiven",
        text: "2026-03-16 02:50:30,400 fail2ban.actions        [812]: NOTICE  [sshd] Unban 198.51.100.23",
        expect: &[
            ("event_action", "application_event"),
            ("source_ip", "198.51.100.23"),
            ("fields.action", "Unban"),
        ],
        absent: &["event_outcome"],
    },
    Sample {
        about: "a find",
        text: "2026-03-16 02:40:29,101 fail2ban.filter         [812]: INFO    [apache-auth] Found 2001:db8::9 - 2026-03-16 02:40:28",
        expect: &[("source_ip", "2001:db8::9"), ("rule_name", "apache-auth"), ("fields.action", "Found")],
        absent: &["event_outcome"],
    },
    Sample {
        about: "through syslog",
        text: "Mar 16 02:40:30 portale fail2ban-server[812]: NOTICE [postfix-sasl] Ban 203.0.113.50",
        expect: &[
            ("event_action", "access_blocked"),
            ("source_ip", "203.0.113.50"),
            ("rule_name", "postfix-sasl"),
            ("host_name", "portale"),
        ],
        absent: &[],
    },
    Sample {
        about: "a remark without a jail",
        text: "2026-03-16 06:25:01,001 fail2ban.server         [812]: INFO    Rotating all the loggers",
        expect: &[("event_action", "application_event"), ("log_level", "INFO")],
        absent: &["source_ip", "rule_name"],
    },
    Sample {
        about: "truncated: a line cut in the address",
        text: "2026-03-16 02:40:30,388 fail2ban.actions        [812]: NOTICE  [sshd] Ban 198.51.1",
        expect: &[
            ("parse_error", "expected an address behind the verb"),
            ("timestamp", "2026-03-16T01:40:30.388000Z"),
        ],
        absent: &["source_ip", "event_outcome"],
    },
    Sample {
        about: "hostile: an ignored name that imitates a ban",
        text: "2026-03-16 02:40:29,101 fail2ban.filter         [812]: INFO    [sshd] Ignore 192.0.2.9 by [x] Ban 203.0.113.1",
        expect: &[
            ("event_action", "application_event"),
            ("source_ip", "192.0.2.9"),
            ("fields.action", "Ignore"),
        ],
        absent: &[],
    },
];
