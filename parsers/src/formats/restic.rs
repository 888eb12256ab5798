//! restic (`--json`) and Borg: how a backup ended.
//!
//! Promises: linear; only members and the tools' own closing words decide. Must not know: files, other formats.

use schema::{Action, Column, EventBuilder, Outcome};

use crate::format::{Format, Payload, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "restic",
    title: "restic and Borg backup",
    reference: "restic, Scripting: JSON output; Borg, borg --log-json and return codes",
    programs: &["restic", "borg", "borgmatic", "borgbackup"],
    starts: b"{t",
    needs: &[],
    keys: &["message_type", "levelname"],
    recognise: |payload| match payload.json {
        Some(json) => {
            json.has_all(&["message_type", "snapshot_id"])
                || json.has_all(&["message_type", "total_files_processed"])
                || json.has_all(&["type", "levelname", "name", "message"])
                || (json.scalar("message_type") == Some("error") && json.get("during").is_some())
        }
        None => code(payload.text).is_some() || FORMAT.programs.contains(&payload.program),
    },
    parse,
    samples: SAMPLES,
};

/// The return code of `terminating with success status, rc 0`.
fn code(text: &str) -> Option<&str> {
    let (_, code) = text.strip_prefix("terminating with ")?.split_once(" status, rc ")?;
    Some(code.trim_end())
}

fn ended(code: &str, event: &mut EventBuilder<'_>) {
    event.action(Action::BackupEnd);
    event.outcome(match code {
        "0" => Outcome::Success,
        "1" => Outcome::Unknown,
        _ => Outcome::Failure,
    });
    event.text_if_said(Column::EventCode, code);
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    event.action(Action::ApplicationEvent);
    let Some(&json) = payload.json else {
        if let Some(code) = code(payload.text) {
            ended(code, event);
        } else if payload.text.starts_with('{') {
            return Err(Unreadable("expected one JSON object"));
        }
        return Ok(());
    };
    let get = |key: &str| json.scalar(key).unwrap_or("");
    if json.get("levelname").is_some() {
        event.text(Column::LogLevel, get("levelname"));
        event.text(Column::EventProvider, get("name"));
        if let Some(time_us) = get("time").split('.').next().and_then(crate::time::epoch) {
            payload.set_time_us(event, time_us);
        }
        if let Some(code) = code(get("message")) {
            ended(code, event);
        }
        return Ok(());
    }
    match get("message_type") {
        "summary" => {
            event.action(Action::BackupEnd);
            event.outcome(Outcome::Success);
            for (key, name) in [
                ("snapshot_id", "snapshot_id"),
                ("total_files_processed", "files"),
                ("total_bytes_processed", "bytes"),
                ("total_duration", "duration_s"),
            ] {
                if let Some(value) = json.scalar(key) {
                    event.field(name, value);
                }
            }
        }
        "error" | "exit_error" => {
            event.action(Action::BackupEnd);
            event.outcome(Outcome::Failure);
            event.text_if_said(Column::FilePath, get("item"));
            event.field("reason", json.first(&["error.message", "message", "during"]).unwrap_or(""));
        }
        other => event.field("action", other),
    }
    Ok(())
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "restic has ended",
        text: r#"{"message_type":"summary","files_new":3,"total_files_processed":811,"total_bytes_processed":91100,"total_duration":12.5,"snapshot_id":"0a1b2c"}"#,
        expect: &[
            ("event_action", "backup_end"),
            ("event_outcome", "success"),
            ("fields.snapshot_id", "0a1b2c"),
            ("fields.bytes", "91100"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "restic cannot read a file",
        text: r#"{"message_type":"error","error":{"message":"permission denied"},"during":"archival","item":"/srv/tributi/ruolo.csv"}"#,
        expect: &[
            ("event_action", "backup_end"),
            ("event_outcome", "failure"),
            ("file_path", "/srv/tributi/ruolo.csv"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "Borg has ended with warnings",
        text: "<14>Mar 16 23:10:44 srv1 borg[2211]: terminating with warning status, rc 1",
        expect: &[("event_action", "backup_end"), ("event_outcome", "unknown"), ("event_code", "1")],
        absent: &["parse_error"],
    },
    Sample {
        about: "Borg fails, as JSON",
        text: r#"{"type":"log_message","time":1773700244.5,"message":"terminating with error status, rc 2","levelname":"ERROR","name":"borg.output"}"#,
        expect: &[("event_action", "backup_end"), ("event_outcome", "failure"), ("log_level", "ERROR")],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: an object that is cut",
        text: "<14>Mar 16 23:10:44 srv1 restic[2211]: {\"message_type\":\"summary\",\"total_files_processed\":811,\"total_by",
        expect: &[
            ("parse_error", "the object ends too early"),
            ("event_action", "backup_end"),
            ("fields.files", "811"),
        ],
        absent: &["fields.bytes"],
    },
    Sample {
        about: "hostile: a file name that imitates a result moves no field",
        text: r#"{"message_type":"error","error":{"message":"x"},"during":"archival","item":"/srv/terminating with success status, rc 0"}"#,
        expect: &[("event_outcome", "failure")],
        absent: &["event_code", "parse_error"],
    },
];
