//! ClamAV: finds of the daemon, the scanners and the milter, updates of the signatures.
//!
//! Promises: linear; a path or subject is cut from the right, where the signature's name stands.
//! Must not know: the syslog envelope, the clock, other formats.
//! Source: ClamAV, clamd(8), clamd.conf (LogFile, ExtendedDetectionInfo), freshclam(1), clamav-milter(8).

use schema::{Action, Column, EventBuilder, Outcome};

use super::account::between;
use super::mail;
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time::{self, When};

/// See the module.
pub static FORMAT: Format = Format {
    name: "clamav",
    title: "ClamAV (antivirus)",
    reference: "ClamAV, clamd(8), freshclam(1), clamav-milter(8)",
    programs: &["clamd", "clamav", "freshclam", "clamav-milter", "clamonacc", "clamscan", "clamdscan"],
    starts: b"SMTWF/",
    needs: &[],
    keys: &[],
    recognise: |payload| {
        let program = payload.program.rsplit('/').next().unwrap_or("");
        program.starts_with("clam")
            || program == "freshclam"
            || in_file(payload.text).is_some()
            || (payload.text.starts_with('/')
                && payload.text.ends_with(" FOUND")
                && payload.text.contains(": "))
    },
    parse,
    samples: SAMPLES,
};

/// Stamp and text of `Mon Mar 16 09:12:44 2026 -> TEXT`.
fn in_file(text: &str) -> Option<(When, &str)> {
    let (when, rest) = time::apache_error(text)?;
    rest.strip_prefix(" -> ").map(|text| (when, text))
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let text = match in_file(payload.text) {
        Some((when, text)) => {
            if !payload.set_inner_time(event, when) {
                return Err(Unreadable("no such day or hour"));
            }
            text
        }
        None => payload.text,
    };
    let text = text.trim_end();
    // clamonacc and the milter put their name in front.
    let text = text.strip_prefix("ScanOnAccess: ").unwrap_or(text);
    if let Some(found) = text.strip_suffix(" FOUND") {
        return find(found, event);
    }
    if let Some((message, name)) = text.rsplit_once(" infected by ")
        && let Some(message) = message.strip_prefix("Message ")
    {
        infected(message, name, event);
        return Ok(());
    }
    life(text, event);
    Ok(())
}

/// `PATH: SIGNATURE`, `instream(ADDRESS@PORT): SIGNATURE(MD5:SIZE)`, `fd[10]: SIGNATURE`.
fn find(text: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let (place, name) = text.rsplit_once(": ").ok_or(Unreadable("a find without its file"))?;
    event.action(Action::MalwareDetected);
    // The scanner finds and leaves the cleaning to others.
    event.outcome(Outcome::Failure);
    let (name, added) = name.split_once('(').unwrap_or((name, ""));
    event.text_if_said(Column::RuleName, name);
    if let Some((md5, bytes)) = added.trim_end_matches(')').split_once(':') {
        event.field("md5", md5);
        event.field_number("bytes", bytes);
    }
    if let Some(client) = between(place, "instream(", ")").filter(|_| place.starts_with("instream(")) {
        let (address, port) = client.split_once('@').unwrap_or((client, ""));
        if event.ip(Column::SourceIp, address) {
            event.int_text(Column::SourcePort, port);
        }
    } else if place.starts_with("fd[") || place == "stream" {
        event.field("stream", place);
    } else {
        event.text_if_said(Column::FilePath, place);
    }
    Ok(())
}

/// `QUEUE from <A> to <B> with subject 'S' message-id '<I>' date 'D'`, the last three the sender's.
fn infected(text: &str, name: &str, event: &mut EventBuilder<'_>) {
    event.action(Action::MailBlocked);
    event.outcome(Outcome::Failure);
    event.text(Column::RuleName, name);
    let (queue, rest) = text.split_once("from ").unwrap_or(("", text));
    if !queue.trim().is_empty() {
        event.field("queue_id", queue.trim());
    }
    let (from, rest) = mail::path(rest);
    event.text_if_said(Column::EmailFrom, mail::bare(from));
    let (to, rest) = mail::path(rest.strip_prefix(" to ").unwrap_or(rest));
    event.text_if_said(Column::EmailTo, mail::bare(to));
    let Some(rest) = rest.strip_prefix(" with subject '") else { return };
    if let Some((subject, rest)) = rest.rsplit_once("' message-id '") {
        event.text_if_said(Column::EmailSubject, subject);
        let id = rest.split_once("' date '").map_or(rest, |(id, _)| id);
        event.text_if_said(Column::EmailMessageId, mail::bare(id));
    }
}

/// Updates, checks, start and stop.
fn life(text: &str, event: &mut EventBuilder<'_>) {
    let text = match text.split_once(": ") {
        Some((level @ ("ERROR" | "WARNING"), rest)) => {
            event.text(Column::LogLevel, level);
            rest
        }
        _ => text.strip_prefix(['!', '^', '*', '~']).unwrap_or(text),
    };
    if let Some((database, rest)) = text.split_once(" updated (version: ")
        && !database.contains(' ')
    {
        event.action(Action::SoftwareInstall);
        event.outcome(Outcome::Success);
        event.field("operation", "update");
        event.field("package", database);
        event.field("version", rest.split(',').next().unwrap_or(rest));
    } else if text.starts_with("Update failed") {
        event.action(Action::SoftwareInstall);
        event.outcome(Outcome::Failure);
        event.field("operation", "update");
    } else if text.starts_with("+++ Started at ") {
        event.action(Action::ServiceStart);
        event.outcome(Outcome::Success);
    } else if text.starts_with("--- Stopped at ") {
        event.action(Action::ServiceStop);
        event.outcome(Outcome::Success);
    } else {
        event.action(Action::ApplicationEvent);
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a file is infected",
        text: "Mon Mar 16 09:12:44 2026 -> /srv/condivisa/anagrafe/x: y.exe: Win.Test.EICAR_HDB-1(44d88612fea8a8f36de82e1278abb02f:68) FOUND",
        expect: &[
            ("event_action", "malware_detected"),
            ("event_outcome", "failure"),
            ("file_path", "/srv/condivisa/anagrafe/x: y.exe"),
            ("rule_name", "Win.Test.EICAR_HDB-1"),
            ("fields.bytes", "68"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
        ],
        absent: &["parse_error", "source_ip"],
    },
    Sample {
        about: "a stream is infected, by syslog",
        text: "<22>Mar 16 09:12:44 posta clamd[812]: instream(192.0.2.60@40112): Win.Test.EICAR_HDB-1 FOUND",
        expect: &[
            ("event_action", "malware_detected"),
            ("source_ip", "192.0.2.60"),
            ("source_port", "40112"),
            ("rule_name", "Win.Test.EICAR_HDB-1"),
        ],
        absent: &["parse_error", "file_path"],
    },
    Sample {
        about: "hostile: a message is infected, its subject imitating another find",
        text: "<22>Mar 16 09:12:44 posta clamav-milter[812]: Message 4C1A22A0 from <bounce@bad.example> to <urp@borgo.example> with subject 'x infected by Nothing' message-id '<z@bad.example>' date 'Mon, 16 Mar 2026 09:12:40 +0100' infected by Win.Test.EICAR_HDB-1",
        expect: &[
            ("event_action", "mail_blocked"),
            ("event_outcome", "failure"),
            ("email_from", "bounce@bad.example"),
            ("email_to", "urp@borgo.example"),
            ("email_subject", "x infected by Nothing"),
            ("rule_name", "Win.Test.EICAR_HDB-1"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "signatures are updated",
        text: "<22>Mar 16 09:12:44 posta freshclam[813]: daily.cld updated (version: 27213, sigs: 2053210, f-level: 90, builder: raynman)",
        expect: &[
            ("event_action", "software_install"),
            ("event_outcome", "success"),
            ("fields.package", "daily.cld"),
            ("fields.version", "27213"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "an update fails",
        text: "Mon Mar 16 09:12:44 2026 -> ERROR: Update failed for database: daily",
        expect: &[("event_action", "software_install"), ("event_outcome", "failure"), ("log_level", "ERROR")],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: a find cut before its end is none",
        text: "Mon Mar 16 09:12:44 2026 -> /srv/condivisa/anagrafe/y.exe: Win.Test.EIC",
        expect: &[("event_action", "application_event")],
        absent: &["file_path", "rule_name", "event_outcome"],
    },
];
