//! SQL Server Audit as JSON, one record of `sys.fn_get_audit_file` an object, as agents write it.
//!
//! Promises: linear; the action comes from `action_id`, never from the statement's words.
//! Must not know: the envelope, files, other formats.

use schema::{Action, Column, EventBuilder, Outcome};

use super::account::set_user;
use super::peer;
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::json::Json;
use crate::time;

/// See the module.
pub static FORMAT: Format = Format {
    name: "mssql_audit_json",
    title: "Microsoft SQL Server Audit (JSON)",
    reference: "SQL Server, sys.fn_get_audit_file and sys.dm_audit_actions",
    programs: &[],
    starts: b"{",
    needs: &[],
    keys: &["action_id"],
    recognise: |payload| {
        payload.json.is_some_and(|json| {
            json.has_all(&["action_id", "server_principal_name"]) || json.has_all(&["action_id", "succeeded"])
        })
    },
    parse,
    samples: SAMPLES,
};

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let json = *payload.json.ok_or(Unreadable("expected one JSON object"))?;
    let stamp = json.first(&["event_time", "event_time_utc"]).unwrap_or("");
    // The server keeps UTC and does not say so.
    let (when, _) = time::iso_prefix(stamp).ok_or(Unreadable("an event_time that is no time"))?;
    payload.set_time(event, when.in_utc());
    event.text(Column::ObserverProduct, "SQL Server");
    let get = |key: &str| json.scalar(key).unwrap_or("").trim();
    let id = get("action_id");
    event.text_if_said(Column::EventCode, id);
    let action = action(id);
    event.action(action);
    if action == Action::ApplicationEvent {
        event.field("action", id);
    }
    if !get("succeeded").is_empty() {
        let is_done = matches!(get("succeeded"), "true" | "True" | "1");
        event.outcome(Outcome::of(is_done && !id.ends_with("IF") && id != "DBAF"));
    }
    set_user(event, json.first(&["server_principal_name", "session_server_principal_name"]).unwrap_or(""));
    event.text_if_said(Column::UserTargetName, get("target_server_principal_name"));
    if !event.is_set(Column::UserTargetName) {
        event.text_if_said(Column::UserTargetName, get("target_database_principal_name"));
    }
    event.text_if_said(Column::DbName, get("database_name"));
    event.text_if_said(Column::DbStatement, get("statement"));
    event.text_if_said(Column::HostName, get("host_name"));
    if !event.is_set(Column::HostName) {
        event.text_if_said(Column::HostName, get("server_instance_name"));
    }
    event.int_text(Column::DbRows, json.first(&["affected_rows", "response_rows"]).unwrap_or(""));
    client(json, event);
    for (key, name) in [
        ("schema_name", "schema"),
        ("object_name", "object_name"),
        ("class_type", "object_type"),
        ("application_name", "client_program"),
        ("session_id", "session_id"),
        ("audit_file_offset", "offset"),
    ] {
        if let Some(value) = json.scalar(key).filter(|value| !value.is_empty()) {
            event.field(name, value);
        }
    }
    Ok(())
}

/// `client_ip` is an address, or the words `local machine`.
fn client(json: Json<'_>, event: &mut EventBuilder<'_>) {
    let address = json.first(&["client_ip", "client_address"]).unwrap_or("");
    if address != "local machine" {
        peer::set(event, address, "");
    }
}

/// What an action of `sys.dm_audit_actions` is.
pub(super) fn action(id: &str) -> Action {
    match id {
        "LGIS" | "LGIF" | "DBAS" | "DBAF" => Action::Login,
        "LGO" | "DBL" | "DAGL" => Action::Logout,
        "SL" | "RF" | "VW" | "VDST" | "VSST" => Action::Query,
        "IN" | "UP" | "DL" => Action::DataChange,
        "G" | "GWG" | "LGDB" => Action::PermissionGrant,
        "R" | "RWG" | "RWC" | "D" | "DWC" => Action::PermissionRevoke,
        "APRL" => Action::GroupAdd,
        "DPRL" => Action::GroupRemove,
        "PWC" | "PWCS" | "PWEX" => Action::PasswordChange,
        "PWR" | "PWRS" | "USAF" => Action::PasswordReset,
        "PWU" | "LGEA" => Action::AccountEnable,
        "LGDA" => Action::AccountDisable,
        "BA" | "BAL" | "BADF" => Action::BackupEnd,
        "RS" | "RSL" => Action::Restore,
        "AUSC" | "AUSF" | "AUDT" => Action::AuditDisable,
        "SVSR" | "SVCN" => Action::ServiceStart,
        "SVSD" | "SVPD" => Action::ServiceStop,
        "CR" | "AL" | "DR" | "TRO" | "TRN" => Action::SchemaChange,
        "IMP" => Action::ExplicitCredentials,
        "BLK" | "BCM" => Action::Import,
        _ => Action::ApplicationEvent,
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "rows are read",
        text: r#"{"event_time":"2026-03-16 08:12:44.1122331","action_id":"SL","succeeded":"true","server_principal_name":"BORGO\\svc_anag","database_name":"ANAGRAFE","schema_name":"dbo","object_name":"SOGGETTI","statement":"SELECT * FROM SOGGETTI WHERE COGNOME LIKE 'VER%'","client_ip":"192.0.2.4","affected_rows":"811"}"#,
        expect: &[
            ("event_action", "query"),
            ("event_outcome", "success"),
            ("user_name", "svc_anag"),
            ("user_domain", "BORGO"),
            ("db_name", "ANAGRAFE"),
            ("db_rows", "811"),
            ("db_statement", "SELECT * FROM SOGGETTI WHERE COGNOME LIKE 'VER%'"),
            ("source_ip", "192.0.2.4"),
            ("fields.object_name", "SOGGETTI"),
            ("timestamp", "2026-03-16T08:12:44.112233Z"),
        ],
        absent: &["parse_error", "time_guess"],
    },
    Sample {
        about: "a login is refused",
        text: r#"{"event_time":"2026-03-16T02:12:44.1122331","action_id":"LGIF","succeeded":false,"server_principal_name":"sa","client_ip":"198.51.100.9","statement":"Login failed for user 'sa'."}"#,
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "sa"),
            ("source_ip", "198.51.100.9"),
            ("event_code", "LGIF"),
        ],
        absent: &["parse_error", "db_name"],
    },
    Sample {
        about: "a member is added to a role, on the server itself",
        text: r#"{"event_time":"2026-03-16T02:13:44Z","action_id":"APRL","succeeded":"1","server_principal_name":"sa","target_server_principal_name":"manut","object_name":"sysadmin","client_ip":"local machine"}"#,
        expect: &[("event_action", "group_add"), ("user_target_name", "manut"), ("event_outcome", "success")],
        absent: &["source_ip", "fields.rhost", "parse_error"],
    },
    Sample {
        about: "a time that is cut",
        text: r#"{"event_time":"2026-03-16T0","action_id":"SL","succeeded":"true","server_principal_name":"sa"}"#,
        expect: &[("parse_error", "an event_time that is no time")],
        absent: &["user_name", "event_outcome"],
    },
    Sample {
        about: "truncated: cut before its database",
        text: r#"{"event_time":"2026-03-16 08:12:44.1122331","action_id":"SL","succeeded":"true","server_principal_name":"BORGO\\svc_anag","database_name":"A"#,
        expect: &[
            ("parse_error", "the object ends too early"),
            ("event_action", "query"),
            ("event_outcome", "success"),
            ("user_name", "svc_anag"),
            ("timestamp", "2026-03-16T08:12:44.112233Z"),
        ],
        absent: &["db_name", "db_rows", "db_statement", "source_ip"],
    },
    Sample {
        about: "hostile: a statement that imitates members moves no field",
        text: r#"{"event_time":"2026-03-16T02:14:44Z","action_id":"UP","succeeded":"false","server_principal_name":"app","statement":"update t set n='x\",\"succeeded\":\"true\",\"client_ip\":\"203.0.113.1'","client_ip":"192.0.2.4"}"#,
        expect: &[("event_action", "data_change"), ("event_outcome", "failure"), ("source_ip", "192.0.2.4")],
        absent: &["parse_error"],
    },
];
