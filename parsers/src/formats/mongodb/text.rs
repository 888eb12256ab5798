//! The text log of MongoDB 3.0 to 4.2: `STAMP S COMPONENT [CONTEXT] MESSAGE`.
//!
//! Must not know: the JSON logs.

use schema::{Action, Column, EventBuilder, Outcome};

use super::super::account::between;
use super::{remote, verb_action};
use crate::format::{Payload, Unreadable};
use crate::time;

pub(super) struct Line<'a> {
    when: time::When,
    level: &'a str,
    component: &'a str,
    context: &'a str,
    text: &'a str,
}

const COMPONENTS: &[&str] = &[
    "ACCESS", "COMMAND", "CONTROL", "ELECTION", "FTDC", "GEO", "INDEX", "INITSYNC", "JOURNAL", "NETWORK",
    "QUERY", "RECOVERY", "REPL", "REPL_HB", "ROLLBACK", "SHARDING", "STORAGE", "TXN", "WRITE", "ASIO",
    "CONNPOOL", "-",
];

impl<'a> Line<'a> {
    pub(super) fn read(text: &'a str) -> Option<Line<'a>> {
        let (when, rest) = time::iso_prefix(text)?;
        let (level, rest) = rest.strip_prefix(' ')?.split_once(' ')?;
        if !matches!(level, "I" | "W" | "E" | "F" | "D" | "D1" | "D2" | "D3" | "D4" | "D5") {
            return None;
        }
        let (component, rest) = rest.trim_start_matches(' ').split_once(' ')?;
        let rest =
            rest.trim_start_matches(' ').strip_prefix('[').filter(|_| COMPONENTS.contains(&component))?;
        let (context, text) = rest.split_once("] ")?;
        Some(Line { when, level, component, context, text })
    }
}

pub(super) fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    event.action(Action::ApplicationEvent);
    let Some(line) = Line::read(payload.text) else {
        // Syslog carries no stamp of MongoDB's own.
        return if payload.program.is_empty() {
            Err(Unreadable("expected STAMP LEVEL COMPONENT [CONTEXT] MESSAGE"))
        } else {
            fill(payload.text, event);
            Ok(())
        };
    };
    payload.set_time(event, line.when);
    event.text(Column::LogLevel, line.level);
    event.text_if_said(Column::EventProvider, line.component);
    event.field("ctx", line.context);
    fill(line.text, event);
    if line.component == "COMMAND" || line.component == "WRITE" {
        command(line.text, event);
    }
    Ok(())
}

fn fill(text: &str, event: &mut EventBuilder<'_>) {
    let done = |event: &mut EventBuilder<'_>, action, outcome| {
        event.action(action);
        event.outcome(outcome);
    };
    if let Some(rest) = text.strip_prefix("Successfully authenticated as principal ") {
        done(event, Action::Login, Outcome::Success);
        principal(rest, event);
    } else if let Some((mechanism, rest)) = text.split_once(" authentication failed for ")
        && !mechanism.contains(' ')
    {
        done(event, Action::Login, Outcome::Failure);
        event.field("auth_method", mechanism);
        let (rest, why) = rest.rsplit_once(" ; ").unwrap_or((rest, ""));
        event.field(
            "reason",
            if why.starts_with("UserNotFound") { "unknown_user" } else { "wrong_credential" },
        );
        principal(rest, event);
    } else if let Some(place) = text.strip_prefix("connection accepted from ") {
        done(event, Action::DbConnect, Outcome::Success);
        remote(place.split(' ').next().unwrap_or(place), event);
    } else if let Some(place) = text.strip_prefix("end connection ") {
        done(event, Action::SessionClose, Outcome::Success);
        remote(place.split(' ').next().unwrap_or(place), event);
    } else if text.starts_with("waiting for connections on port") {
        done(event, Action::ServiceStart, Outcome::Success);
        event.text(Column::ServiceName, "mongodb");
    } else if text.starts_with("now exiting")
        || text.starts_with("dbexit:")
        || text.starts_with("shutting down with code")
    {
        done(event, Action::ServiceStop, Outcome::Success);
        event.text(Column::ServiceName, "mongodb");
    } else if text.starts_with("Unauthorized: not authorized on ") {
        done(event, Action::DbError, Outcome::Failure);
        event.field("reason", "not_allowed");
    }
}

/// `NAME on DATABASE[ from client 192.0.2.7:51022]`.
fn principal(rest: &str, event: &mut EventBuilder<'_>) {
    let (rest, place) = rest.rsplit_once(" from client ").unwrap_or((rest, ""));
    remote(place.trim_end(), event);
    let (user, database) = rest.rsplit_once(" on ").unwrap_or((rest, ""));
    event.text_if_said(Column::UserName, user);
    event.text_if_said(Column::DbName, database.trim_end());
}

/// `command albo.atti command: find { … } … 112ms`.
fn command(text: &str, event: &mut EventBuilder<'_>) {
    let Some((verb, rest)) = text.split_once(' ') else { return };
    if !matches!(verb, "command" | "query" | "insert" | "update" | "remove" | "getmore") {
        return;
    }
    let (namespace, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    let (database, collection) = namespace.split_once('.').unwrap_or((namespace, ""));
    event.text_if_said(Column::DbName, database);
    if !collection.is_empty() {
        event.field("object_name", collection);
    }
    event.action(match verb {
        "query" | "getmore" => Action::Query,
        "insert" | "update" | "remove" => Action::DataChange,
        _ => verb_action(between(rest, "command: ", " ").unwrap_or("")),
    });
    if let Some((_, statement)) = rest.split_once("command: ") {
        event.text_if_said(Column::DbStatement, statement);
    }
}
