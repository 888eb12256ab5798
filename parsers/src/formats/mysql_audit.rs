//! MariaDB's server_audit (`STAMP,SERVER,USER,HOST,ID,QUERY,OPERATION,DATABASE,OBJECT,CODE`) and the JSON audit
//! logs of MySQL Enterprise, Percona and Azure.
//!
//! Promises: linear; a user name with commas, which the client chooses, moves no field: a line in which the
//! operation could stand in two places is an error. Must not know: the envelope, files, other formats.

mod json;
mod samples;

use memchr::memchr_iter;
use schema::{Action, Column, EventBuilder, Outcome};

use super::peer::{self, is_digits};
use super::statement;
use crate::format::{Format, Payload, Unreadable};
use crate::time;

/// See the module.
pub static FORMAT: Format = Format {
    name: "mysql_audit",
    title: "MySQL and MariaDB audit logs",
    reference: "MariaDB audit plugin, log format; MySQL Enterprise Audit and Percona audit log, JSON",
    programs: &["mysql-server_auditing", "mariadb-server_auditing"],
    starts: b"0123456789{",
    needs: &[],
    keys: &["audit_record", "connection_id", "category"],
    recognise: |payload| match payload.json {
        Some(json) => json::is_audit(*json),
        None => {
            payload.program.ends_with("-server_auditing")
                || time::compact_date(payload.text)
                    .and_then(|(_, rest)| rest.strip_prefix(','))
                    .is_some_and(|rest| operations(rest).next().is_some())
        }
    },
    parse,
    samples: samples::SAMPLES,
};

const CONNECTIONS: &[&str] = &["CONNECT", "DISCONNECT", "FAILED_CONNECT", "PROXY_CONNECT", "CHANGE_USER"];
const TABLES: &[&str] = &["READ", "WRITE", "CREATE", "ALTER", "RENAME", "DROP"];

fn is_operation(word: &str) -> bool {
    CONNECTIONS.contains(&word) || TABLES.contains(&word) || word.starts_with("QUERY")
}

/// The head, the numbers and the tail around each place where `,HOST,ID,QUERY,OPERATION,` could stand.
fn operations(text: &str) -> impl Iterator<Item = Record<'_>> {
    // Three commas back from an operation there must be two numbers: a window over commas, one pass.
    let mut commas = [usize::MAX; 3];
    memchr_iter(b',', text.as_bytes()).filter_map(move |at| {
        let [first, second, third] = commas;
        commas = [second, third, at];
        let operation = text.get(third.checked_add(1)?..at)?;
        if !is_operation(operation) {
            return None;
        }
        let query = text.get(second.checked_add(1)?..third)?;
        let id = text.get(first.checked_add(1)?..second)?;
        (is_digits(query) && is_digits(id))
            .then(|| Some(Record { head: text.get(..first)?, id, operation, tail: text.get(at + 1..)? }))?
    })
}

/// One line, cut around its operation.
#[derive(Clone, Copy)]
struct Record<'a> {
    /// `SERVER,USER,HOST`.
    head: &'a str,
    id: &'a str,
    operation: &'a str,
    /// `DATABASE,OBJECT,CODE`.
    tail: &'a str,
}

impl<'a> Record<'a> {
    /// The record of a line. A statement may imitate an operation behind the real one; a user name may imitate one
    /// before it, but then the end of the line is not what that operation ends in.
    fn read(text: &'a str) -> Result<Record<'a>, Unreadable> {
        const SHAPE: Unreadable =
            Unreadable("expected SERVER,USER,HOST,ID,QUERY,OPERATION,DATABASE,OBJECT,CODE");
        let mut found = operations(text);
        let first = found.next().ok_or(SHAPE)?;
        if first.operation.starts_with("QUERY") {
            let (object, code) = first.tail.rsplit_once(',').ok_or(SHAPE)?;
            return if object.ends_with('\'') && is_digits(code) { Ok(first) } else { Err(SHAPE) };
        }
        match found.next() {
            Some(_) => Err(Unreadable("a name that imitates an operation")),
            None => Ok(first),
        }
    }
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    if let Some(json) = payload.json {
        return json::parse(*json, payload, event);
    }
    let mut text = payload.text.trim();
    if let Some((when, rest)) = time::compact_date(text) {
        payload.set_time(event, when);
        text = rest.strip_prefix(',').ok_or(Unreadable("expected a comma behind the stamp"))?;
    }
    let record = Record::read(text)?;
    let (server, account) = record.head.split_once(',').unwrap_or(("", record.head));
    let (user, host) = account.rsplit_once(',').unwrap_or((account, ""));
    if !event.is_set(Column::HostName) {
        event.text_if_said(Column::HostName, server);
    }
    event.text_if_said(Column::UserName, user);
    peer::set(event, host, "");
    event.field("session_id", record.id);
    event.field("operation", record.operation);
    let (object, code) = record.tail.rsplit_once(',').unwrap_or((record.tail, ""));
    let (database, object) = object.split_once(',').unwrap_or((object, ""));
    event.text_if_said(Column::DbName, database);
    operation(record.operation, object, event);
    if record.operation.starts_with("FAILED_") && !is_digits(code) {
        event.outcome(Outcome::Failure);
    } else {
        result(code, event);
    }
    Ok(())
}

fn operation(word: &str, object: &str, event: &mut EventBuilder<'_>) {
    match word {
        "DISCONNECT" => event.action(Action::SessionClose),
        _ if CONNECTIONS.contains(&word) => event.action(Action::Login),
        "READ" => event.action(Action::Query),
        "WRITE" => event.action(Action::DataChange),
        _ if TABLES.contains(&word) => event.action(Action::SchemaChange),
        _ => {
            let text = object.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')).unwrap_or(object);
            statement::fill(text, event);
            if statement::writes_file(text) {
                event.action(Action::Export);
            }
            return;
        }
    }
    if !object.is_empty() {
        event.field("object_name", object);
    }
}

/// Zero is success; another number is an error of the server.
pub(super) fn result(code: &str, event: &mut EventBuilder<'_>) {
    if !is_digits(code) {
        // Table events have none: they are written when the table was opened.
        event.outcome(Outcome::Success);
        return;
    }
    event.outcome(Outcome::of(code == "0"));
    if code == "0" {
        return;
    }
    event.text(Column::EventCode, code);
    let reason = match code {
        "1045" | "1698" => "wrong_credential",
        "1044" | "1130" | "1142" | "1143" | "1227" => "not_allowed",
        "1049" => "unknown_database",
        "1040" | "1203" => "too_many_connections",
        "1862" | "1820" => "password_expired",
        "3118" | "4151" => "account_locked",
        _ => return,
    };
    event.field("reason", reason);
}
