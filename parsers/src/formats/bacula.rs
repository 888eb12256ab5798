//! Bacula and Bareos: messages of jobs (`16-Mar 23:00 bacula-dir JobId 81: …`) and the lines of their reports.
//!
//! Promises: linear; names of jobs and clients stand in the director's own words. The stamp has neither year nor
//! seconds. Must not know: other formats.

use schema::{Action, Column, EventBuilder, Outcome};

use super::peer::is_digits;
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time;

/// See the module.
pub static FORMAT: Format = Format {
    name: "bacula",
    title: "Bacula and Bareos backup",
    reference: "Bacula, Messages Resource; src/dird/backup.c",
    programs: &["bacula-dir", "bareos-dir", "bacula-sd", "bareos-sd", "bacula-fd", "bareos-fd"],
    starts: b"0123456789T",
    needs: &[],
    keys: &[],
    recognise: |payload| {
        Line::read(payload.text).is_some()
            || FORMAT.programs.contains(&payload.program)
            || payload.text.starts_with("  Termination:  ")
    },
    parse,
    samples: SAMPLES,
};

struct Line<'a> {
    when: time::When,
    daemon: &'a str,
    job: &'a str,
    text: &'a str,
}

impl<'a> Line<'a> {
    /// `16-Mar 23:00 NAME JobId N: TEXT`, `16-Mar-2026 23:00:01 NAME JobId N: TEXT`.
    fn read(text: &'a str) -> Option<Line<'a>> {
        let (when, rest) = stamp(text)?;
        let (daemon, rest) = rest.strip_prefix(' ')?.split_once(" JobId ")?;
        let (job, text) = rest.split_once(": ")?;
        (is_digits(job) && !daemon.contains(' ')).then_some(Line { when, daemon, job, text })
    }
}

fn stamp(text: &str) -> Option<(time::When, &str)> {
    if let Some(read) = time::bind(text) {
        return Some(read);
    }
    let (day, rest) = text.split_once('-')?;
    let (month, rest) = rest.split_at_checked(3)?;
    let (clock, rest) = rest.strip_prefix(' ')?.split_at_checked(5)?;
    let (hour, minute) = clock.split_once(':')?;
    let number = |text: &str| is_digits(text).then(|| text.parse::<u8>().ok())?;
    let when = time::When {
        year: None,
        month: time::month_number(month)?,
        day: number(day)?,
        hour: number(hour)?,
        minute: number(minute)?,
        second: 0,
        micros: 0,
        offset_s: None,
    };
    Some((when, rest))
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    event.action(Action::ApplicationEvent);
    let text = match Line::read(payload.text) {
        Some(line) => {
            payload.set_time(event, line.when);
            event.text(Column::ServiceName, line.daemon);
            event.field("job_id", line.job);
            line.text
        }
        None => payload.text,
    };
    message(text.trim(), event);
    Ok(())
}

fn message(text: &str, event: &mut EventBuilder<'_>) {
    let begin = ["Start Backup JobId ", "Start Restore Job ", "Start Verify JobId ", "Start Copying JobId "];
    if let Some(opening) = begin.iter().find(|opening| text.starts_with(**opening)) {
        event.action(if opening.contains("Restore") {
            Action::ApplicationEvent
        } else {
            Action::BackupStart
        });
        event.outcome(Outcome::Success);
        let rest = text.get(opening.len()..).unwrap_or_default();
        job(rest.split_once("Job=").map_or(rest, |(_, name)| name), event);
    } else if let Some(result) = text.strip_prefix("Termination:") {
        termination(result.trim().trim_matches(['*', ' ']), event);
    } else if let Some((_, result)) = text.split_once("Termination: ") {
        termination(result.trim().trim_matches(['*', ' ']), event);
    } else if text.starts_with("Fatal error: ") || text.starts_with("Error: ") {
        event.outcome(Outcome::Failure);
        event.field("reason", text.split_once(": ").map_or(text, |(_, why)| why));
    } else if let Some(rest) = text.strip_prefix("Begin pruning ") {
        event.field("action", rest);
    } else if text.starts_with("Recycled volume ")
        || text.starts_with("Purged ")
        || text.starts_with("Pruned ")
    {
        event.action(Action::BackupDelete);
        event.outcome(Outcome::Success);
    }
}

/// `Backup.2026-03-16_23.00.00_05`: the name without the time the director put behind it.
fn job(name: &str, event: &mut EventBuilder<'_>) {
    let name = name.trim_end_matches('.').trim();
    let bare = name.rsplitn(4, '.').nth(3).unwrap_or(name);
    event.field("job", bare);
}

fn termination(result: &str, event: &mut EventBuilder<'_>) {
    event.action(if result.starts_with("Restore") { Action::Restore } else { Action::BackupEnd });
    event.outcome(if result.contains("Error") || result.contains("Canceled") || result.contains("Fatal") {
        Outcome::Failure
    } else if result.contains("OK") && !result.contains("warnings") {
        Outcome::Success
    } else {
        Outcome::Unknown
    });
    event.field("result", result);
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a backup starts",
        text: "16-Mar 23:00 bacula-dir JobId 81: Start Backup JobId 81, Job=Anagrafe.2026-03-16_23.00.00_05",
        expect: &[
            ("event_action", "backup_start"),
            ("fields.job", "Anagrafe"),
            ("fields.job_id", "81"),
            ("service_name", "bacula-dir"),
            ("timestamp", "2026-03-16T22:00:00.000000Z"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a backup ends well",
        text: "  Termination:            Backup OK",
        expect: &[("event_action", "backup_end"), ("event_outcome", "success")],
        absent: &["parse_error"],
    },
    Sample {
        about: "a backup fails",
        text: "  Termination:            *** Backup Error ***",
        expect: &[("event_action", "backup_end"), ("event_outcome", "failure")],
        absent: &["parse_error"],
    },
    Sample {
        about: "a client cannot be reached",
        text: "16-Mar 23:01 bareos-dir JobId 82: Fatal error: bsock.c:133 Unable to connect to Client: srv1-fd",
        expect: &[("event_outcome", "failure"), ("fields.job_id", "82")],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: a message cut within its job",
        text: "16-Mar 23:00 bacula-dir JobId 81: Start Backup JobId 81, Job=Anag",
        expect: &[("event_action", "backup_start"), ("fields.job", "Anag")],
        absent: &["user_name"],
    },
    Sample {
        about: "hostile: a reason that imitates a result moves no field",
        text: "16-Mar 23:02 bacula-dir JobId 83: Error: cannot open /srv/x Start Backup JobId 1, Job=y",
        expect: &[
            ("event_action", "application_event"),
            ("event_outcome", "failure"),
            ("fields.job_id", "83"),
        ],
        absent: &["fields.job", "parse_error"],
    },
];
