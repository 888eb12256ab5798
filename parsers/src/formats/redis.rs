//! Redis, Valkey and Sentinel logs: `PID:ROLE DATE LEVEL TEXT`, and the older `[PID] DATE LEVEL TEXT` and `DATE LEVEL TEXT`.
//!
//! Promises: linear; the head is read from the left, before any client's text. Must not know: other formats.

use schema::{Action, Column, EventBuilder, Outcome};

use super::account::address_and_port;
use super::peer::{self, is_digits};
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time;

/// See the module.
pub static FORMAT: Format = Format {
    name: "redis",
    title: "Redis, Valkey and Sentinel server log",
    reference: "Redis, server.c, serverLogRaw",
    programs: &["redis", "redis-server", "redis-sentinel", "valkey-server"],
    starts: b"0123456789[",
    needs: &[],
    keys: &[],
    recognise: |payload| {
        Line::read(payload.text).is_some()
            || ["redis", "valkey"].iter().any(|name| payload.program.starts_with(name))
    },
    parse,
    samples: SAMPLES,
};

/// One line.
struct Line<'a> {
    pid: &'a str,
    role: &'a str,
    stamp: Stamp,
    level: &'a str,
    text: &'a str,
}

enum Stamp {
    Civil(time::When),
    Epoch(i64),
}

impl<'a> Line<'a> {
    fn read(text: &'a str) -> Option<Line<'a>> {
        if let Some(line) = Line::from_signal(text) {
            return Some(line);
        }
        let (pid, role, rest) = if let Some(rest) = text.strip_prefix('[') {
            let (pid, rest) = rest.split_once("] ")?;
            (pid, "", rest)
        } else if let Some((pid, rest)) = text.split_once(':').filter(|(pid, _)| is_digits(pid)) {
            let (role, rest) = rest.split_once(' ')?;
            (pid, role, rest)
        } else {
            ("", "", text)
        };
        let is_head =
            (pid.is_empty() || is_digits(pid)) && (role.is_empty() || matches!(role, "X" | "C" | "S" | "M"));
        let (when, rest) = time::day_month(rest).filter(|_| is_head)?;
        let (level, text) = rest.strip_prefix(' ')?.split_once(' ')?;
        let level = match level {
            "." => "debug",
            "-" => "verbose",
            "*" => "notice",
            "#" => "warning",
            _ => return None,
        };
        Some(Line { pid, role, stamp: Stamp::Civil(when), level, text })
    }

    /// `2211:signal-handler (1773648764) TEXT`, what can be written inside a handler.
    fn from_signal(text: &'a str) -> Option<Line<'a>> {
        let (pid, rest) = text.split_once(":signal-handler (")?;
        let (epoch, text) = rest.split_once(") ")?;
        let time_us = time::epoch(epoch)?;
        is_digits(pid).then_some(Line { pid, role: "", stamp: Stamp::Epoch(time_us), level: "warning", text })
    }
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let Some(line) = Line::read(payload.text) else {
        if payload.program.is_empty() {
            return Err(Unreadable("expected PID:ROLE DATE LEVEL TEXT"));
        }
        // Syslog carries the text alone.
        fill(payload.text, event);
        return Ok(());
    };
    match line.stamp {
        Stamp::Civil(when) => {
            payload.set_time(event, when);
        }
        Stamp::Epoch(time_us) => payload.set_time_us(event, time_us),
    }
    event.int_text(Column::ProcessPid, line.pid);
    event.text(Column::LogLevel, line.level);
    let role = match line.role {
        "X" => "sentinel",
        "C" => "child",
        "S" => "replica",
        "M" => "master",
        _ => "",
    };
    if !role.is_empty() {
        event.field("role", role);
    }
    fill(line.text, event);
    Ok(())
}

fn fill(text: &str, event: &mut EventBuilder<'_>) {
    event.text(Column::ObserverProduct, "Redis");
    const SENTENCES: &[(&str, Action, Outcome)] = &[
        ("Ready to accept connections", Action::ServiceStart, Outcome::Success),
        ("The server is now ready to accept connections", Action::ServiceStart, Outcome::Success),
        ("Server started, ", Action::ServiceStart, Outcome::Success),
        ("Redis is now ready to exit, bye bye", Action::ServiceStop, Outcome::Success),
        ("Valkey is now ready to exit, bye bye", Action::ServiceStop, Outcome::Success),
        ("User requested shutdown", Action::ServiceStop, Outcome::Success),
        ("=== REDIS BUG REPORT START", Action::ServiceCrash, Outcome::Failure),
        ("Out Of Memory allocating", Action::ServiceCrash, Outcome::Failure),
        ("Possible SECURITY ATTACK detected", Action::IntrusionDetected, Outcome::Failure),
        ("Error condition on socket for SYNC", Action::HealthChange, Outcome::Failure),
        ("MASTER aborted replication with an error", Action::HealthChange, Outcome::Failure),
        ("Can't save in background", Action::HealthChange, Outcome::Failure),
        ("Background saving error", Action::HealthChange, Outcome::Failure),
        ("Failed opening ", Action::HealthChange, Outcome::Failure),
        ("+sdown ", Action::HealthChange, Outcome::Failure),
        ("+odown ", Action::HealthChange, Outcome::Failure),
        ("-sdown ", Action::HealthChange, Outcome::Success),
        ("-odown ", Action::HealthChange, Outcome::Success),
        ("+switch-master ", Action::HealthChange, Outcome::Success),
    ];
    match SENTENCES.iter().find(|(opening, ..)| text.starts_with(opening)) {
        Some((_, action, outcome)) => {
            event.action(*action);
            event.outcome(*outcome);
            match action {
                Action::HealthChange => {
                    event.field("state", if *outcome == Outcome::Success { "ok" } else { "critical" });
                }
                Action::IntrusionDetected => {
                    event.text(Column::RuleName, "cross-protocol scripting");
                    event.field("blocked", "true");
                }
                _ => event.text(Column::ServiceName, "redis"),
            }
        }
        None => event.action(Action::ApplicationEvent),
    }
    client(text, event);
}

/// `Accepted 192.0.2.7:51022`, `Client closed connection id=1 addr=192.0.2.7:51022 …`, `… from 192.0.2.7:51022. …`.
fn client(text: &str, event: &mut EventBuilder<'_>) {
    let place = if let Some(place) = text.strip_prefix("Accepted ") {
        event.action(Action::DbConnect);
        event.outcome(Outcome::Success);
        place
    } else if text.starts_with("Client closed connection") {
        event.action(Action::SessionClose);
        event.outcome(Outcome::Success);
        let found = text.split_once(" addr=").map(|(_, place)| place);
        found.or_else(|| text.strip_prefix("Client closed connection ")).unwrap_or("")
    } else if text.starts_with("Possible SECURITY ATTACK detected") {
        text.split_once(" from ").map_or("", |(_, place)| place)
    } else {
        return;
    };
    let place = place.split(' ').next().unwrap_or(place).trim_end_matches('.');
    let (address, port) = address_and_port(place);
    if peer::is_address(address) {
        peer::set(event, address, port);
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "the server is ready",
        text: "2211:M 16 Mar 2026 09:12:44.112 * Ready to accept connections tcp",
        expect: &[
            ("event_action", "service_start"),
            ("process_pid", "2211"),
            ("log_level", "notice"),
            ("fields.role", "master"),
            ("timestamp", "2026-03-16T08:12:44.112000Z"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a client is taken, as old servers write it",
        text: "[2211] 16 Mar 09:12:45 - Accepted 192.0.2.7:51022",
        expect: &[
            ("event_action", "db_connect"),
            ("source_ip", "192.0.2.7"),
            ("source_port", "51022"),
            ("process_pid", "2211"),
            ("log_level", "verbose"),
        ],
        absent: &["parse_error", "user_name"],
    },
    Sample {
        about: "an attack through a browser is refused",
        text: "2211:M 16 Mar 2026 09:13:44.112 # Possible SECURITY ATTACK detected. It looks like somebody is sending POST or Host: commands to Redis. Connection from 198.51.100.9:40000 aborted.",
        expect: &[
            ("event_action", "intrusion_detected"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.9"),
            ("source_port", "40000"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a signal",
        text: "2211:signal-handler (1773648764) Received SIGTERM scheduling shutdown...",
        expect: &[
            ("event_action", "application_event"),
            ("process_pid", "2211"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
        ],
        absent: &["parse_error", "time_guess"],
    },
    Sample {
        about: "truncated: a line cut within its date",
        text: "<14>Mar 16 09:12:44 db1 redis[2211]: 2211:M 16 Mar 20",
        expect: &[("event_action", "application_event"), ("process_pid", "2211")],
        absent: &["event_outcome", "source_ip"],
    },
    Sample {
        about: "hostile: a text that imitates a client moves no field",
        text: "2211:M 16 Mar 2026 09:14:44.112 # Wrong signature: Accepted 203.0.113.1:1",
        expect: &[("event_action", "application_event"), ("log_level", "warning")],
        absent: &["source_ip", "parse_error"],
    },
];
