//! Audit records as JSON: MySQL Enterprise, Percona (also MySQL's own filter plug-in) and Azure Database for MySQL.
//!
//! Must not know: MariaDB's comma-separated lines.

use schema::{Action, Column, EventBuilder, Outcome};

use super::super::{peer, statement};
use super::result;
use crate::format::{Payload, Unreadable};
use crate::json::Json;
use crate::time;

/// True for one of the three.
pub(super) fn is_audit(json: Json<'_>) -> bool {
    json.has_all(&["audit_record.name", "audit_record.record"])
        || json.has_all(&["timestamp", "class", "event", "connection_id"])
        || json.scalar("category").is_some_and(|category| category.starts_with("MySql"))
            && json.get("properties.event_class").is_some()
}

/// Fills the columns of a record.
pub(super) fn parse(
    json: Json<'_>,
    payload: &Payload<'_>,
    event: &mut EventBuilder<'_>,
) -> Result<(), Unreadable> {
    let stamp = json.first(&["audit_record.timestamp", "timestamp", "time"]).unwrap_or("");
    let (when, _) = time::iso_prefix(stamp).ok_or(Unreadable("a timestamp that is no time"))?;
    // All three keep UTC; MySQL Enterprise does not say so.
    payload.set_time(event, when.in_utc());
    let first = |paths: &[&str]| json.first(paths).unwrap_or("");
    let user = first(&[
        "audit_record.user",
        "account.user",
        "login.user",
        "properties.user",
        "connection_data.user",
    ]);
    // Percona writes `root[root] @ localhost []`.
    event.text_if_said(Column::UserName, user.split('[').next().unwrap_or(user));
    let address =
        first(&["audit_record.ip", "login.ip", "account.host", "properties.ip", "audit_record.host"]);
    peer::set(event, address, "");
    event.text_if_said(
        Column::DbName,
        first(&[
            "audit_record.db",
            "general_data.db",
            "connection_data.db",
            "table_access_data.db",
            "properties.db",
        ]),
    );
    event.text_if_said(Column::HostName, first(&["LogicalServerName"]));
    let id = first(&["audit_record.connection_id", "connection_id", "properties.connection_id"]);
    if !id.is_empty() {
        event.field("session_id", id);
    }
    what(json, event);
    Ok(())
}

fn what(json: Json<'_>, event: &mut EventBuilder<'_>) {
    let first = |paths: &[&str]| json.first(paths).unwrap_or("");
    let name = first(&["audit_record.name", "event", "properties.event_subclass"]);
    event.field("operation", name);
    let text = first(&[
        "audit_record.sqltext",
        "general_data.query",
        "table_access_data.query",
        "properties.sql_text",
    ]);
    let is = |known: &str| name.eq_ignore_ascii_case(known);
    if is("connect") || is("change user") {
        event.action(Action::Login);
    } else if is("disconnect") || is("quit") {
        event.action(Action::SessionClose);
    } else if is("audit") || is("startup") {
        event.action(Action::ServiceStart);
    } else if is("noaudit") || is("shutdown") {
        event.action(if is("noaudit") { Action::AuditDisable } else { Action::ServiceStop });
    } else if is("read") {
        event.action(Action::Query);
    } else if is("insert") || is("update") || is("delete") {
        event.action(Action::DataChange);
    } else if text.is_empty() {
        event.action(Action::ApplicationEvent);
    } else {
        statement::fill(text, event);
        if statement::writes_file(text) {
            event.action(Action::Export);
        }
    }
    event.text_if_said(Column::DbStatement, text);
    let code = first(&[
        "audit_record.status",
        "general_data.status",
        "connection_data.status",
        "properties.error_code",
    ]);
    if code.is_empty() {
        // Azure writes CONNECT for what was let in and a code or `FAILED CONNECT` for what was not.
        event.outcome(if name.to_ascii_uppercase().contains("FAIL") {
            Outcome::Failure
        } else {
            Outcome::Success
        });
    } else {
        result(code, event);
    }
    if name.eq_ignore_ascii_case("FAILED CONNECT") || name.eq_ignore_ascii_case("FAILED_CONNECT") {
        event.action(Action::Login);
    }
}
