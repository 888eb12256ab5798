//! PostgreSQL's jsonlog (version 15 and later).
//!
//! Must not know: what a message means.

mod samples;

use schema::{Column, EventBuilder};

use super::postgresql::level::Level;
use super::postgresql::message::{self, Said};
use crate::format::{Format, Payload, Unreadable};
use crate::time::iso_prefix;

/// See the module.
pub static FORMAT: Format = Format {
    name: "postgresql_json",
    title: "PostgreSQL jsonlog",
    reference: "PostgreSQL documentation, 20.8.5 Using JSON-Format Log Output",
    programs: &[],
    starts: b"{",
    needs: &[],
    keys: &["error_severity"],
    recognise,
    parse,
    samples: samples::SAMPLES,
};

/// `error_severity` is a key of no other log; `pid` and `timestamp` stand in every line.
fn recognise(payload: &Payload<'_>) -> bool {
    let Some(json) = payload.json else { return false };
    let mut found = 0u8;
    for member in json.members() {
        found |= match member.key().as_bytes() {
            b"timestamp" => 1,
            b"pid" => 2,
            b"error_severity" => 4,
            _ => 0,
        };
    }
    found == 7
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let json = payload.json.ok_or(Unreadable("not a JSON object"))?;
    let (mut word, mut state, mut text, mut detail, mut statement) = ("", "", "", "", "");
    for member in json.members() {
        let Some(value) = member.scalar().filter(|value| !value.is_empty()) else { continue };
        match member.key().as_bytes() {
            b"timestamp" => {
                if let Some((when, _)) = iso_prefix(value)
                    && (when.offset_s.is_some() || !payload.is_stamped)
                {
                    payload.set_time(event, when);
                }
            }
            b"user" => event.text(Column::UserName, value),
            b"dbname" => event.text(Column::DbName, value),
            b"pid" => {
                event.int_text(Column::ProcessPid, value);
            }
            b"remote_host" => {
                event.ip(Column::SourceIp, value);
            }
            b"remote_port" => {
                event.int_text(Column::SourcePort, value);
            }
            b"error_severity" => word = value,
            b"state_code" => state = value,
            b"message" => text = value,
            b"statement" => statement = value,
            b"application_name" => event.field("client_program", value),
            b"ps" => event.field("command_tag", value),
            b"detail" => {
                detail = value;
                event.field("detail", value);
            }
            key @ (b"session_id" | b"hint" | b"context" | b"backend_type") => {
                event.field(str::from_utf8(key).unwrap_or_default(), value);
            }
            _ => {}
        }
    }
    let level = Level::of(word).ok_or(Unreadable("unknown error_severity"))?;
    message::fill(&Said { level, word, state, message: text }, event);
    message::refine(detail, event);
    if !event.is_set(Column::DbStatement) {
        event.text_if_said(Column::DbStatement, statement);
    }
    Ok(())
}
