//! Pi-hole's own log (`FTL.log`): `[STAMP PID] LEVEL: TEXT`, beside the resolver's lines.
//!
//! Promises: linear. Must not know: the resolver's lines (dnsmasq), files, the clock.
//! Source: Pi-hole FTL, src/log.c.

use schema::{Action, Column, EventBuilder, Outcome};

use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time::{self, When};

/// See the module.
pub static FORMAT: Format = Format {
    name: "pihole_ftl",
    title: "Pi-hole FTL",
    reference: "Pi-hole FTL, src/log.c",
    programs: &["pihole-ftl"],
    starts: b"[",
    needs: &[],
    keys: &[],
    recognise: |payload| head(payload.text).is_some(),
    parse,
    samples: SAMPLES,
};

/// Stamp, process and text of `[2026-03-16 09:12:44.112 812M] TEXT`; the letter behind the pid tells main
/// process (`M`), fork (`F…`) or thread (`T…`).
fn head(text: &str) -> Option<(When, &str, &str)> {
    let (when, rest) = time::iso_prefix(text.strip_prefix('[')?)?;
    let (process, text) = rest.strip_prefix(' ')?.split_once("] ")?;
    let process = process.rsplit(' ').next().unwrap_or(process);
    let digits = process.bytes().take_while(u8::is_ascii_digit).count();
    let mark = *process.as_bytes().get(digits)?;
    (digits > 0 && matches!(mark, b'M' | b'/' | b'T' | b'F')).then_some((when, process.get(..digits)?, text))
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let (when, pid, text) = head(payload.text).ok_or(Unreadable("expected [STAMP PID] TEXT"))?;
    if !payload.set_inner_time(event, when) {
        return Err(Unreadable("no such day or hour"));
    }
    event.int_text(Column::ProcessPid, pid);
    event.text(Column::ProcessName, "pihole-FTL");
    let text = match text.split_once(": ") {
        Some((level, rest)) if is_level(level) => {
            event.text(Column::LogLevel, level);
            rest
        }
        _ => text,
    };
    if let Some(rest) = text.strip_prefix("Rate-limiting ") {
        let (address, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        if !event.ip(Column::SourceIp, address) {
            return Err(Unreadable("expected Rate-limiting ADDRESS"));
        }
        event.action(Action::AccessBlocked);
        event.outcome(Outcome::Success);
        event.text(Column::RuleName, "rate limit");
        if let Some(seconds) = rest.strip_prefix("for at least ").and_then(|rest| rest.split(' ').next()) {
            event.field_number("duration_s", seconds);
        }
    } else if text.contains("FTL started") {
        event.action(Action::ServiceStart);
        event.outcome(Outcome::Success);
    } else if text.contains("FTL terminated") {
        event.action(Action::ServiceStop);
        event.outcome(Outcome::Success);
    } else {
        event.action(Action::ApplicationEvent);
        for opening in ["Ending rate-limitation of ", "Still rate-limiting "] {
            if let Some(rest) = text.strip_prefix(opening) {
                event.ip(Column::SourceIp, rest.split(' ').next().unwrap_or(rest));
                event.field("action", opening.trim_end_matches(" of ").trim_end());
            }
        }
    }
    Ok(())
}

fn is_level(word: &str) -> bool {
    matches!(word, "INFO" | "NOTICE" | "WARNING" | "ERROR" | "ERR" | "CRIT" | "ALERT" | "EMERG")
        || word.starts_with("DEBUG")
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a client asks too often",
        text: "[2026-03-16 09:12:44.112 812M] INFO: Rate-limiting 192.0.2.31 for at least 60 seconds",
        expect: &[
            ("event_action", "access_blocked"),
            ("source_ip", "192.0.2.31"),
            ("process_pid", "812"),
            ("log_level", "INFO"),
            ("fields.duration_s", "60"),
            ("timestamp", "2026-03-16T08:12:44.112000Z"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "the daemon starts, with a zone in its stamp",
        text: "[2026-03-16 09:12:44.112 CET 812M] INFO: ########## FTL started on pihole! ##########",
        expect: &[("event_action", "service_start"), ("event_outcome", "success")],
        absent: &["parse_error", "time_guess"],
    },
    Sample {
        about: "a warning of a thread",
        text: "[2026-03-16 09:12:44.112 812/T815] WARNING: Long-term load (15min avg) larger than number of processors: 4.2 > 4",
        expect: &[("event_action", "application_event"), ("log_level", "WARNING"), ("process_pid", "812")],
        absent: &["parse_error", "event_outcome"],
    },
    Sample {
        about: "truncated: a line cut in its address",
        text: "[2026-03-16 09:12:44.112 812M] Rate-limiting 192.0.",
        expect: &[("parse_error", "expected Rate-limiting ADDRESS")],
        absent: &["source_ip", "event_outcome"],
    },
    Sample {
        about: "hostile: a client's name that imitates a rule moves no address",
        text: "[2026-03-16 09:12:44.112 812M] INFO: New client Rate-limiting 203.0.113.1 for at least 60 seconds",
        expect: &[("event_action", "application_event")],
        absent: &["parse_error", "source_ip"],
    },
];
