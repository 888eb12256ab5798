//! logfmt: `time=… level=… msg="…" key=value`, as Go's logrus and slog, Grafana, Traefik and Docker write.
//!
//! Promises: recognised by a level and a message among its first keys; pairs are read as any unknown ones are.
//! Must not know: the application. Source: Heroku, logfmt; Go, log/slog TextHandler; logrus TextFormatter.

use schema::{Action, Column, EventBuilder, Outcome};

use crate::format::{Format, Payload, Sample, Unreadable};
use crate::key_value::pairs;
use crate::{generic, time};

/// See the module.
pub static FORMAT: Format = Format {
    name: "logfmt",
    title: "logfmt (logrus, slog, Grafana)",
    reference: "Go, log/slog TextHandler; logrus, TextFormatter",
    programs: &[],
    starts: b"tlmc",
    needs: &[("", "=")],
    keys: &[],
    recognise: |payload| Head::read(payload.text).is_some(),
    parse,
    samples: SAMPLES,
};

/// Pairs among which the head is looked for.
const PAIRS_MAX: usize = 8;
const FIRST_KEYS: &[&str] = &["time=", "ts=", "t=", "timestamp=", "level=", "lvl=", "msg=", "caller="];
const LEVELS: &[&str] = &[
    "trace", "debug", "dbug", "info", "notice", "warn", "warning", "error", "eror", "err", "fatal", "panic",
    "crit", "critical",
];

/// What makes a line logfmt.
struct Head<'a> {
    time: &'a str,
    level: &'a str,
    logger: &'a str,
}

impl<'a> Head<'a> {
    fn read(text: &'a str) -> Option<Head<'a>> {
        if !FIRST_KEYS.iter().any(|key| text.starts_with(key)) {
            return None;
        }
        let mut head = Head { time: "", level: "", logger: "" };
        let mut has_message = false;
        for (key, value) in pairs(text, b' ').take(PAIRS_MAX) {
            match key {
                "time" | "ts" | "t" | "timestamp" if head.time.is_empty() => head.time = value,
                "level" | "lvl" if head.level.is_empty() => head.level = value,
                "logger" | "component" | "caller" if head.logger.is_empty() => head.logger = value,
                "msg" | "message" => has_message = true,
                // Fortinet's devices write such keys too.
                "devname" | "devid" | "device_id" | "vd" | "logid" | "log_id" => return None,
                _ => {}
            }
        }
        let is_level = LEVELS.iter().any(|level| level.eq_ignore_ascii_case(head.level));
        (is_level && has_message).then_some(head)
    }
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let head = Head::read(payload.text).ok_or(Unreadable("expected level=… msg=…"))?;
    generic::read(payload, event);
    if !head.time.is_empty() {
        let fraction = || time::epoch_fraction(head.time).filter(|(_, rest)| rest.is_empty());
        let when = time::iso_prefix(head.time).map(|(when, _)| when);
        match (time::epoch(head.time).or_else(|| fraction().map(|(time_us, _)| time_us)), when) {
            (Some(time_us), _) => payload.set_time_us(event, time_us),
            (None, Some(when)) if payload.set_time(event, when) => {}
            // A date alone, or a time alone.
            _ if payload.is_stamped => {}
            _ => return Err(Unreadable("a time that is none")),
        }
    }
    event.text(Column::LogLevel, head.level);
    event.text_if_said(Column::EventProvider, head.logger);
    if !event.is_set(Column::EventAction) {
        event.action(Action::ApplicationEvent);
        if matches!(head.level, "panic" | "fatal") {
            event.outcome(Outcome::Failure);
        }
    }
    Ok(())
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "logrus",
        text: r#"time="2026-03-16T09:12:44+01:00" level=info msg="Container started" container=albo-web"#,
        expect: &[
            ("log_level", "info"),
            ("fields.container", "albo-web"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
        ],
        absent: &["parse_error", "time_guess"],
    },
    Sample {
        about: "a request that failed, behind syslog",
        text: r#"<30>Mar 16 09:12:45 srv-app albo[12]: ts=2026-03-16T08:12:45.112Z level=error component=http msg="request failed" status_code=502 remote_addr=198.51.100.23"#,
        expect: &[
            ("log_level", "error"),
            ("event_provider", "http"),
            ("source_ip", "198.51.100.23"),
            ("host_name", "srv-app"),
            ("timestamp", "2026-03-16T08:12:45.112000Z"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "an epoch with a fraction",
        text: "t=1773648766.5 lvl=warn msg=slow logger=db",
        expect: &[
            ("log_level", "warn"),
            ("event_provider", "db"),
            ("timestamp", "2026-03-16T08:12:46.500000Z"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "hostile: a message that imitates pairs moves nothing",
        text: r#"level=info ts=2026-03-16T08:12:47Z msg="x level=fatal time=1 \" y=1" ip=198.51.100.23"#,
        expect: &[("log_level", "info"), ("source_ip", "198.51.100.23")],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: cut before its client",
        text: r#"<30>Mar 16 09:12:45 srv-app albo[12]: ts=2026-03-16T08:12:45.112Z level=error component=http msg="r"#,
        expect: &[
            ("timestamp", "2026-03-16T08:12:45.112000Z"),
            ("log_level", "error"),
            ("event_provider", "http"),
            ("host_name", "srv-app"),
        ],
        absent: &["source_ip", "parse_error"],
    },
    Sample {
        about: "a time that is cut",
        text: "level=info ts=2026-03-16T08 msg=x",
        expect: &[("parse_error", "a time that is none")],
        absent: &["log_level"],
    },
];
