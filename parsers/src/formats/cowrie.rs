//! Cowrie, an SSH and Telnet honeypot: what strangers tried, as JSON.
//!
//! Promises: linear; `eventid` decides, never the message's words. Must not know: the envelope, files, other formats.

use schema::{Action, Column, EventBuilder, Outcome};

use super::peer;
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time;

/// See the module.
pub static FORMAT: Format = Format {
    name: "cowrie",
    title: "Cowrie honeypot (JSON)",
    reference: "Cowrie, output events",
    programs: &["cowrie"],
    starts: b"{",
    needs: &[],
    keys: &["eventid"],
    recognise: |payload| {
        payload.json.is_some_and(|json| json.scalar("eventid").is_some_and(|id| id.starts_with("cowrie.")))
    },
    parse,
    samples: SAMPLES,
};

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let json = *payload.json.ok_or(Unreadable("expected one JSON object"))?;
    let get = |key: &str| json.scalar(key).unwrap_or("");
    let (when, _) = time::iso_prefix(get("timestamp")).ok_or(Unreadable("a timestamp that is no time"))?;
    payload.set_time(event, when);
    let kind = get("eventid").strip_prefix("cowrie.").unwrap_or_default();
    event.text(Column::EventCode, kind);
    if peer::is_address(get("src_ip")) {
        peer::set(event, get("src_ip"), get("src_port"));
    }
    event.ip(Column::DestinationIp, get("dst_ip"));
    event.int_text(Column::DestinationPort, get("dst_port"));
    event.text_if_said(Column::NetworkProtocol, get("protocol"));
    event.text_if_said(Column::HostName, get("sensor"));
    event.text_if_said(Column::UserName, get("username"));
    let (action, outcome) = match kind {
        "login.success" => (Action::Login, Some(Outcome::Success)),
        "login.failed" => (Action::Login, Some(Outcome::Failure)),
        "session.connect" => (Action::ConnectionAllowed, Some(Outcome::Success)),
        "session.closed" => (Action::SessionClose, Some(Outcome::Success)),
        "command.input" | "command.success" => (Action::ProcessStart, Some(Outcome::Success)),
        "command.failed" => (Action::ProcessStart, Some(Outcome::Failure)),
        "session.file_download" | "session.file_upload" => (Action::FileCreate, Some(Outcome::Success)),
        "session.file_download.failed" => (Action::FileCreate, Some(Outcome::Failure)),
        "direct-tcpip.request" | "direct-tcpip.data" => (Action::ConnectionAllowed, Some(Outcome::Success)),
        _ => (Action::ApplicationEvent, None),
    };
    event.action(action);
    if let Some(outcome) = outcome {
        event.outcome(outcome);
    }
    event.text_if_said(Column::ProcessCommandLine, get("input"));
    event.text_if_said(Column::FileHashSha256, get("shasum"));
    event.text_if_said(Column::FilePath, json.first(&["outfile", "filename"]).unwrap_or(""));
    for (key, name) in [
        ("session", "session_id"),
        ("version", "client_program"),
        ("hassh", "hassh"),
        ("url", "url"),
        ("duration", "duration_s"),
    ] {
        if let Some(value) = json.scalar(key).filter(|value| !value.is_empty()) {
            event.field(name, value);
        }
    }
    Ok(())
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a stranger connects",
        text: r#"{"eventid":"cowrie.session.connect","src_ip":"198.51.100.9","src_port":51022,"dst_ip":"192.0.2.20","dst_port":2222,"session":"7b03","protocol":"ssh","sensor":"miele1","timestamp":"2026-03-16T08:12:44.112233Z","message":"New connection"}"#,
        expect: &[
            ("event_action", "connection_allowed"),
            ("source_ip", "198.51.100.9"),
            ("source_port", "51022"),
            ("destination_port", "2222"),
            ("network_protocol", "ssh"),
            ("timestamp", "2026-03-16T08:12:44.112233Z"),
        ],
        absent: &["parse_error", "time_guess"],
    },
    Sample {
        about: "a password is tried",
        text: r#"{"eventid":"cowrie.login.failed","username":"root","password":"x","src_ip":"198.51.100.9","session":"7b03","sensor":"miele1","timestamp":"2026-03-16T08:12:45.112233Z","message":"login attempt failed"}"#,
        expect: &[("event_action", "login"), ("event_outcome", "failure"), ("user_name", "root")],
        absent: &["fields.password", "parse_error"],
    },
    Sample {
        about: "a command is typed",
        text: r#"{"eventid":"cowrie.command.input","input":"cat x","src_ip":"198.51.100.9","session":"7b03","sensor":"miele1","timestamp":"2026-03-16T08:12:46.112233Z","message":"CMD: cat x"}"#,
        expect: &[("event_action", "process_start"), ("process_command_line", "cat x")],
        absent: &["parse_error"],
    },
    Sample {
        about: "a time that is cut",
        text: r#"{"eventid":"cowrie.login.failed","username":"root","timestamp":"2026-03-1"}"#,
        expect: &[("parse_error", "a timestamp that is no time"), ("user_name", "root")],
        absent: &["event_outcome"],
    },
    Sample {
        about: "truncated: cut before its time",
        text: r#"{"eventid":"cowrie.login.failed","username":"root","src_ip":"198.51.100.9","session":"7b03","timestamp":"2026-03-16T08"#,
        expect: &[
            ("parse_error", "a timestamp that is no time"),
            ("user_name", "root"),
            ("source_ip", "198.51.100.9"),
        ],
        absent: &["event_outcome"],
    },
    Sample {
        about: "hostile: a user name that imitates members moves no field",
        text: r#"{"eventid":"cowrie.login.failed","username":"x\",\"src_ip\":\"203.0.113.1","src_ip":"192.0.2.77","timestamp":"2026-03-16T08:12:47.112233Z"}"#,
        expect: &[("source_ip", "192.0.2.77"), ("event_outcome", "failure")],
        absent: &["parse_error"],
    },
];
