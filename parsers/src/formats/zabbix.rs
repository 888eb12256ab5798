//! Zabbix: the server's, proxy's and agent's own log, and problems by real-time export.
//!
//! Promises: linear; the head is of fixed width; in an export only members decide. Must not know: other formats.

use schema::{Action, Column, EventBuilder, Outcome};

use super::account::between;
use super::peer::{self, is_digits};
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::json::Json;
use crate::time;

/// See the module.
pub static FORMAT: Format = Format {
    name: "zabbix",
    title: "Zabbix server log and exported problems",
    reference: "Zabbix manual, Log files; Real-time export, problems",
    programs: &["zabbix_server", "zabbix_proxy", "zabbix_agentd", "zabbix_agent2"],
    starts: b" 0123456789{",
    needs: &[],
    keys: &["eventid"],
    recognise: |payload| match payload.json {
        Some(json) => json.has_all(&["clock", "ns", "value", "eventid"]),
        None => Line::read(payload.text).is_some(),
    },
    parse,
    samples: SAMPLES,
};

/// `  2211:20260316:091244.112 TEXT`.
struct Line<'a> {
    pid: &'a str,
    when: time::When,
    text: &'a str,
}

impl<'a> Line<'a> {
    fn read(text: &'a str) -> Option<Line<'a>> {
        let (pid, rest) = text.trim_start_matches(' ').split_once(':')?;
        let (date, rest) = rest.split_once(':')?;
        let (clock, text) = rest.split_once(' ')?;
        let (clock, millis) = clock.split_once('.')?;
        if !is_digits(pid) || date.len() != 8 || clock.len() != 6 || millis.len() != 3 {
            return None;
        }
        let number = |text: &str, from: usize, to: usize| {
            text.get(from..to).filter(|part| is_digits(part))?.parse::<u16>().ok()
        };
        let small =
            |text: &str, from, to| number(text, from, to).and_then(|number| u8::try_from(number).ok());
        let when = time::When {
            year: Some(i32::from(number(date, 0, 4)?)),
            month: small(date, 4, 6)?,
            day: small(date, 6, 8)?,
            hour: small(clock, 0, 2)?,
            minute: small(clock, 2, 4)?,
            second: small(clock, 4, 6)?,
            micros: u32::from(number(millis, 0, 3)?) * 1000,
            offset_s: None,
        };
        Some(Line { pid, when, text })
    }
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    if let Some(&json) = payload.json {
        return problem(json, payload, event);
    }
    let line = Line::read(payload.text).ok_or(Unreadable("expected PID:DATE:TIME TEXT"))?;
    if !payload.set_time(event, line.when) {
        return Err(Unreadable("no such day or hour"));
    }
    event.int_text(Column::ProcessPid, line.pid);
    message(line.text.trim(), event);
    Ok(())
}

fn message(text: &str, event: &mut EventBuilder<'_>) {
    event.action(Action::ApplicationEvent);
    if text.starts_with("Starting Zabbix ") {
        event.action(Action::ServiceStart);
        event.outcome(Outcome::Success);
        event.text(Column::ServiceName, "zabbix");
    } else if text.starts_with("Zabbix ") && text.contains(" stopped. Zabbix ") {
        event.action(Action::ServiceStop);
        event.outcome(Outcome::Success);
        event.text(Column::ServiceName, "zabbix");
    } else if text.starts_with("Got signal [signal:11") || text.contains("One child process died") {
        event.action(Action::ServiceCrash);
        event.outcome(Outcome::Failure);
        event.text(Column::ServiceName, "zabbix");
    } else if text.starts_with("database is down") || text.starts_with("[Z3001]") {
        state("critical", event);
        event.field("metric", "database");
    } else if let Some((_, rest)) =
        text.split_once("connection of \"").or_else(|| text.split_once("connection from \""))
        && (text.contains("rejected") || text.starts_with("failed to accept"))
    {
        event.action(Action::ConnectionDenied);
        event.outcome(Outcome::Failure);
        peer::set(event, rest.split('"').next().unwrap_or(rest), "");
    } else if let Some(host) =
        between(text, "on host \"", "\"").or_else(|| between(text, "Zabbix agent item \"", "\""))
    {
        event.text_if_said(Column::HostName, host);
        if text.contains("temporarily disabling") || text.contains("network error") {
            state("critical", event);
        } else if text.contains("connection restored") || text.contains("resuming") {
            state("ok", event);
        }
    }
}

fn state(word: &str, event: &mut EventBuilder<'_>) {
    event.action(Action::HealthChange);
    event.outcome(Outcome::of(word == "ok"));
    event.field("state", word);
}

/// A problem that opened (`value` 1) or was resolved (0).
fn problem(json: Json<'_>, payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let get = |key: &str| json.scalar(key).unwrap_or("");
    let time_us = time::epoch(get("clock")).ok_or(Unreadable("a clock that is no time"))?;
    let nanos = get("ns").parse::<i64>().unwrap_or(0).clamp(0, 999_999_999);
    payload.set_time_us(event, time_us + nanos / 1000);
    let is_open = get("value") == "1";
    event.action(Action::HealthChange);
    event.outcome(Outcome::of(!is_open));
    event.field(
        "state",
        match (is_open, get("severity")) {
            (false, _) => "ok",
            (true, "4" | "5") => "critical",
            (true, _) => "warning",
        },
    );
    event.text_if_said(Column::EventCode, get("eventid"));
    if !get("name").is_empty() {
        event.field("metric", get("name"));
    }
    let host = json.get("hosts").and_then(|hosts| hosts.members().next());
    event.text_if_said(Column::HostName, host.and_then(|host| host.scalar_at("host")).unwrap_or(""));
    Ok(())
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a problem opens",
        text: r#"{"clock":1773648764,"ns":112233000,"value":1,"eventid":811,"name":"Disk is almost full","severity":4,"hosts":[{"host":"srv-prot","name":"Protocollo"}],"groups":["Server"],"tags":[]}"#,
        expect: &[
            ("event_action", "health_change"),
            ("event_outcome", "failure"),
            ("fields.state", "critical"),
            ("fields.metric", "Disk is almost full"),
            ("host_name", "srv-prot"),
            ("timestamp", "2026-03-16T08:12:44.112233Z"),
        ],
        absent: &["parse_error", "time_guess"],
    },
    Sample {
        about: "a problem is resolved",
        text: r#"{"clock":1773648964,"ns":0,"value":0,"eventid":812,"p_eventid":811}"#,
        expect: &[("event_outcome", "success"), ("fields.state", "ok")],
        absent: &["parse_error"],
    },
    Sample {
        about: "the server starts",
        text: "  2211:20260316:091244.112 Starting Zabbix Server. Zabbix 6.4.0 (revision 1).",
        expect: &[
            ("event_action", "service_start"),
            ("process_pid", "2211"),
            ("timestamp", "2026-03-16T08:12:44.112000Z"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "an agent cannot be reached",
        text: "  2212:20260316:091245.112 temporarily disabling Zabbix agent checks on host \"srv-prot\": interface unavailable",
        expect: &[("event_action", "health_change"), ("event_outcome", "failure"), ("host_name", "srv-prot")],
        absent: &["parse_error"],
    },
    Sample {
        about: "an export whose clock is cut",
        text: r#"{"clock":"17736","ns":0,"value":1,"eventid":811}"#,
        expect: &[("parse_error", "a clock that is no time")],
        absent: &["event_outcome"],
    },
    Sample {
        about: "truncated: cut before its host",
        text: r#"{"clock":1773648764,"ns":112233000,"value":1,"eventid":811,"name":"Disk is almost full","severity":4,"h"#,
        expect: &[
            ("parse_error", "the object ends too early"),
            ("event_action", "health_change"),
            ("event_outcome", "failure"),
            ("timestamp", "2026-03-16T08:12:44.112233Z"),
            ("fields.state", "critical"),
        ],
        absent: &["host_name"],
    },
    Sample {
        about: "hostile: a text that imitates a head moves no field",
        text: "  2213:20260316:091246.112 item \"x\" became not supported: 1:20200101:000000.000 Starting Zabbix Server",
        expect: &[("event_action", "application_event"), ("process_pid", "2213")],
        absent: &["event_outcome", "parse_error"],
    },
];
