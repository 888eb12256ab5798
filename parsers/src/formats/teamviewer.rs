//! TeamViewer's `Connections_incoming.txt`: one tab-separated line for each remote session, written when it ends.
//!
//! Promises: linear; the remote side chooses only its display name, which stands between tabs.
//! Must not know: files, other formats. The times are local or UTC by version: the source's zone decides.

use schema::{Action, Column, EventBuilder, Outcome};

use super::peer::is_digits;
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time;

/// See the module.
pub static FORMAT: Format = Format {
    name: "teamviewer",
    title: "TeamViewer incoming connections",
    reference: "TeamViewer, Connections_incoming.txt",
    programs: &[],
    starts: b"0123456789",
    needs: &[],
    keys: &[],
    recognise: |payload| {
        let mut cells = payload.text.split('\t');
        let id = cells.next().unwrap_or_default();
        let _name = cells.next();
        is_digits(id) && cells.next().is_some_and(|start| whole_date(start).is_some())
    },
    parse,
    samples: SAMPLES,
};

fn whole_date(text: &str) -> Option<time::When> {
    time::numeric_date(text.trim()).filter(|(_, rest)| rest.is_empty()).map(|(when, _)| when)
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    const SHAPE: Unreadable = Unreadable("expected ID, NAME, START, END, USER and KIND between tabs");
    let mut cells = payload.text.split('\t').map(str::trim);
    let mut next = || cells.next().ok_or(SHAPE);
    let (id, name, start, end, user, kind) = (next()?, next()?, next()?, next()?, next()?, next()?);
    let session = cells.next().unwrap_or_default();
    let when = whole_date(start).ok_or(SHAPE)?;
    payload.set_time(event, when);
    event.action(Action::Login);
    event.outcome(Outcome::Success);
    event.text_if_said(Column::UserName, user);
    event.text(Column::ServiceName, "teamviewer");
    event.field("remote_id", id);
    for (key, value) in [("remote_name", name), ("end", end), ("kind", kind), ("session_id", session)] {
        if !value.is_empty() {
            event.field(key, value);
        }
    }
    if let (Some(from), Some(to)) =
        (payload.clock.resolve(when), whole_date(end).and_then(|end| payload.clock.resolve(end)))
    {
        let seconds = (to.time_us - from.time_us) / 1_000_000;
        if seconds >= 0 {
            event.field("duration_s", &seconds.to_string());
        }
    }
    Ok(())
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a supplier's session",
        text: "1234567890\tFORNITORE-PC\t16-03-2026 01:12:44\t16-03-2026 01:48:02\taverdi\tRemoteControl\t{0b1c2d3e-0000-4444-8888-aabbccddeeff}",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "success"),
            ("user_name", "averdi"),
            ("fields.remote_id", "1234567890"),
            ("fields.remote_name", "FORNITORE-PC"),
            ("fields.duration_s", "2118"),
            ("timestamp", "2026-03-16T00:12:44.000000Z"),
        ],
        absent: &["parse_error", "source_ip"],
    },
    Sample {
        about: "a file transfer without a session's id",
        text: "987654321\tAssistenza\t16-03-2026 09:12:44\t16-03-2026 09:13:44\tsegreteria\tFileTransfer",
        expect: &[("fields.kind", "FileTransfer"), ("fields.duration_s", "60")],
        absent: &["fields.session_id", "parse_error"],
    },
    Sample {
        about: "a session that never ended",
        text: "987654321\tAssistenza\t16-03-2026 09:12:44\t\tsegreteria\tRemoteControl\t{0b1c2d3e}",
        expect: &[("event_action", "login"), ("user_name", "segreteria")],
        absent: &["fields.end", "fields.duration_s", "parse_error"],
    },
    Sample {
        about: "truncated: a line cut within its end",
        text: "1234567890\tFORNITORE-PC\t16-03-2026 01:12:44\t16-03-2026 01",
        expect: &[("parse_error", "expected ID, NAME, START, END, USER and KIND between tabs")],
        absent: &["user_name", "event_outcome"],
    },
    Sample {
        about: "hostile: a name that imitates cells moves no field",
        text: "1234567890\tx; 16-03-2026 00:00:00; root\t16-03-2026 01:12:44\t16-03-2026 01:48:02\taverdi\tRemoteControl\t{0b1c}",
        expect: &[("user_name", "averdi"), ("timestamp", "2026-03-16T00:12:44.000000Z")],
        absent: &["parse_error"],
    },
];
