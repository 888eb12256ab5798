//! MongoDB: the JSON log of 4.4 and later, the older text log, and the audit log.
//!
//! Promises: linear; a message's own members decide, never its words; in the text log the client's address is
//! cut from the right. Must not know: the envelope, files, other formats.

mod samples;
mod text;

use schema::{Action, Column, EventBuilder, Outcome};

use super::account::address_and_port;
use super::peer;
use crate::format::{Format, Payload, Unreadable};
use crate::json::Json;
use crate::time;

/// See the module.
pub static FORMAT: Format = Format {
    name: "mongodb",
    title: "MongoDB server and audit log",
    reference: "MongoDB manual, log messages; audit event actions, details and results",
    programs: &["mongod", "mongos", "mongodb"],
    starts: b"{0123456789",
    needs: &[],
    keys: &["ctx", "atype"],
    recognise: |payload| match payload.json {
        Some(json) => is_log(*json) || is_audit(*json),
        None => text::Line::read(payload.text).is_some(),
    },
    parse,
    samples: samples::SAMPLES,
};

fn is_log(json: Json<'_>) -> bool {
    json.has_all(&["t.$date", "s", "c", "ctx", "msg"])
}

fn is_audit(json: Json<'_>) -> bool {
    json.has_all(&["atype", "ts.$date", "result"])
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    event.text(Column::ObserverProduct, "MongoDB");
    let Some(&json) = payload.json else {
        return text::parse(payload, event);
    };
    let stamp = json.first(&["t.$date", "ts.$date"]).unwrap_or("");
    let (when, _) = time::iso_prefix(stamp).ok_or(Unreadable("a $date that is no time"))?;
    payload.set_time(event, when);
    if is_log(json) {
        log(json, event);
    } else {
        audit(json, event);
    }
    Ok(())
}

/// Address and port of `192.0.2.7:51022`.
fn remote(place: &str, event: &mut EventBuilder<'_>) {
    let (address, port) = address_and_port(place);
    if peer::is_address(address) {
        peer::set(event, address, port);
    }
}

fn log(json: Json<'_>, event: &mut EventBuilder<'_>) {
    let get = |path: &str| json.scalar(path).unwrap_or("");
    event.text_if_said(Column::LogLevel, get("s"));
    event.text_if_said(Column::EventProvider, get("c"));
    event.text_if_said(Column::EventCode, get("id"));
    event.field("ctx", get("ctx"));
    remote(json.first(&["attr.remote", "attr.client"]).unwrap_or(""), event);
    let (action, outcome) = match get("msg") {
        "Authentication succeeded" | "Successful authentication" | "Successfully authenticated" => {
            (Action::Login, Some(Outcome::Success))
        }
        "Authentication failed" | "Failed to authenticate" => (Action::Login, Some(Outcome::Failure)),
        "Checking authorization failed" => (Action::DbError, Some(Outcome::Failure)),
        "Connection accepted" => (Action::DbConnect, Some(Outcome::Success)),
        "Connection ended" => (Action::SessionClose, Some(Outcome::Success)),
        "Connection refused because there are too many open connections" => {
            (Action::DbConnect, Some(Outcome::Failure))
        }
        "Waiting for connections" => (Action::ServiceStart, Some(Outcome::Success)),
        "Now exiting" | "Shutdown: going to close listening sockets" | "mongod shutdown complete" => {
            (Action::ServiceStop, Some(Outcome::Success))
        }
        "Detected unclean shutdown - Lock file is not empty"
        | "Got signal"
        | "Fatal assertion"
        | "Aborting process" => (Action::ServiceCrash, Some(Outcome::Failure)),
        "Slow query" => {
            slow(json, event);
            return;
        }
        "dropDatabase - starting" | "CMD: drop" | "createCollection" | "Index build: done building" => {
            (Action::SchemaChange, None)
        }
        message => {
            event.field("action", message);
            (Action::ApplicationEvent, None)
        }
    };
    event.action(action);
    if let Some(outcome) = outcome {
        event.outcome(outcome);
    }
    if matches!(action, Action::ServiceStart | Action::ServiceStop | Action::ServiceCrash) {
        event.text(Column::ServiceName, "mongodb");
    }
    account(json, event);
}

/// Who, in which database, and why not.
fn account(json: Json<'_>, event: &mut EventBuilder<'_>) {
    let get = |paths: &[&str]| json.first(paths).unwrap_or("");
    event.text_if_said(Column::UserName, get(&["attr.principalName", "attr.user.user", "attr.user"]));
    event.text_if_said(
        Column::DbName,
        get(&["attr.authenticationDatabase", "attr.db", "attr.user.db", "attr.dbName", "attr.database"]),
    );
    let error = get(&["attr.error.errmsg", "attr.error", "attr.result.errmsg"]);
    if !error.is_empty() {
        let reason = if error.contains("Could not find user") || error.contains("UserNotFound") {
            "unknown_user"
        } else if error.contains("AuthenticationFailed") || error.contains("authentication failed") {
            "wrong_credential"
        } else {
            error
        };
        event.field("reason", reason);
    }
    for (key, path) in [("auth_method", "attr.mechanism"), ("session_id", "attr.connectionId")] {
        if let Some(value) = json.scalar(path).filter(|value| !value.is_empty()) {
            event.field(key, value);
        }
    }
}

/// An operation that took long: its command's first member is its verb.
fn slow(json: Json<'_>, event: &mut EventBuilder<'_>) {
    let command = json.get("attr.command").or_else(|| json.get("attr.cmdObj"));
    let verb = command.and_then(|command| command.members().next()).map_or("", |member| member.key());
    event.action(verb_action(verb));
    event.outcome(Outcome::of(json.get("attr.errCode").is_none()));
    event.text_if_said(
        Column::EventCode,
        json.scalar("attr.errCode").or_else(|| json.scalar("id")).unwrap_or(""),
    );
    let namespace = json.scalar("attr.ns").unwrap_or("");
    let (database, collection) = namespace.split_once('.').unwrap_or((namespace, ""));
    event.text_if_said(Column::DbName, database);
    if !collection.is_empty() {
        event.field("object_name", collection);
    }
    if let Some(command) = command {
        event.text_if_said(Column::DbStatement, command.raw());
    }
    for path in ["attr.nreturned", "attr.ninserted", "attr.nModified", "attr.ndeleted"] {
        if let Some(rows) = json.scalar(path) {
            event.int_text(Column::DbRows, rows);
        }
    }
    for (key, path) in [("client_program", "attr.appName"), ("duration_ms", "attr.durationMillis")] {
        if let Some(value) = json.scalar(path) {
            event.field(key, value);
        }
    }
}

/// What a database command is.
fn verb_action(verb: &str) -> Action {
    match verb {
        "find" | "aggregate" | "count" | "distinct" | "getMore" | "mapReduce" | "listCollections"
        | "listDatabases" => Action::Query,
        "insert" | "update" | "delete" | "findAndModify" | "findandmodify" | "bulkWrite" => {
            Action::DataChange
        }
        "create" | "drop" | "dropDatabase" | "createIndexes" | "dropIndexes" | "collMod"
        | "renameCollection" => Action::SchemaChange,
        "createUser" => Action::AccountCreate,
        "dropUser" => Action::AccountDelete,
        "updateUser" => Action::AccountModify,
        "grantRolesToUser" => Action::GroupAdd,
        "revokeRolesFromUser" => Action::GroupRemove,
        "shutdown" => Action::ServiceStop,
        _ => Action::ApplicationEvent,
    }
}

/// A record of the audit log: `atype` names it, `result` is the error code.
fn audit(json: Json<'_>, event: &mut EventBuilder<'_>) {
    let get = |path: &str| json.scalar(path).unwrap_or("");
    let kind = get("atype");
    event.field("action", kind);
    let action = match kind {
        "authenticate" => Action::Login,
        "logout" => Action::Logout,
        "authCheck" => verb_action(get("param.command")),
        "createUser" => Action::AccountCreate,
        "dropUser" | "dropAllUsersFromDatabase" => Action::AccountDelete,
        "updateUser" => Action::AccountModify,
        "grantRolesToUser" => Action::GroupAdd,
        "revokeRolesFromUser" => Action::GroupRemove,
        "grantPrivilegesToRole" | "grantRolesToRole" => Action::PermissionGrant,
        "revokePrivilegesFromRole" | "revokeRolesFromRole" => Action::PermissionRevoke,
        "createRole" | "dropRole" | "updateRole" => Action::PolicyChange,
        "createCollection" | "dropCollection" | "createDatabase" | "dropDatabase" | "createIndex"
        | "dropIndex" | "renameCollection" | "importCollection" => Action::SchemaChange,
        "directAuthMutation" => Action::DataChange,
        "auditConfigure" => Action::PolicyChange,
        "startup" => Action::ServiceStart,
        "shutdown" => Action::ServiceStop,
        "clientMetadata" => Action::DbConnect,
        "applicationMessage" => Action::ApplicationEvent,
        _ => Action::ApplicationEvent,
    };
    event.action(action);
    let code = get("result");
    event.outcome(Outcome::of(code == "0"));
    if code != "0" {
        event.text_if_said(Column::EventCode, code);
        match code {
            "18" => event.field("reason", "wrong_credential"),
            "13" => event.field("reason", "not_allowed"),
            "11" => event.field("reason", "unknown_user"),
            _ => {}
        }
    }
    if peer::is_address(get("remote.ip")) {
        peer::set(event, get("remote.ip"), get("remote.port"));
    }
    event.ip(Column::DestinationIp, get("local.ip"));
    event.int_text(Column::DestinationPort, get("local.port"));
    let actor = json.get("users").and_then(|users| users.members().next());
    let actor = actor.and_then(|user| user.scalar_at("user")).unwrap_or("");
    if actor.is_empty() {
        // Whoever tries to authenticate is nobody yet.
        event.text_if_said(Column::UserName, get("param.user"));
    } else {
        event.text(Column::UserName, actor);
        event.text_if_said(Column::UserTargetName, get("param.user"));
    }
    event.text_if_said(Column::DbName, get("param.db"));
    let namespace = get("param.ns");
    if let Some((database, collection)) = namespace.split_once('.') {
        event.text_if_said(Column::DbName, database);
        event.field("object_name", collection);
    }
    if let Some(args) = json.get("param.args") {
        event.text_if_said(Column::DbStatement, args.raw());
    }
}
