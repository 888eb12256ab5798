//! GitLab's structured logs: requests (`production_json.log`, `api_json.log`), sign-ins and audit events.
//!
//! Promises: linear; only members decide. Must not know: the envelope, files, other formats.

use schema::{Action, Column, EventBuilder, Outcome};

use super::{http, peer};
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::json::Json;
use crate::time;

/// See the module.
pub static FORMAT: Format = Format {
    name: "gitlab",
    title: "GitLab (JSON logs)",
    reference: "GitLab, log system: production_json, api_json, auth_json, audit_json",
    programs: &[],
    starts: b"{",
    needs: &[],
    keys: &["controller", "route", "entity_path"],
    recognise: |payload| {
        payload.json.is_some_and(|json| {
            json.has_all(&["controller", "action", "method", "path", "time"])
                || json.has_all(&["route", "method", "path", "status", "time", "queue_duration_s"])
                || json.has_all(&["author_id", "entity_type", "entity_path", "time"])
        })
    },
    parse,
    samples: SAMPLES,
};

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let json = *payload.json.ok_or(Unreadable("expected one JSON object"))?;
    let get = |key: &str| json.scalar(key).unwrap_or("");
    let (when, _) = time::iso_prefix(get("time")).ok_or(Unreadable("a time that is none"))?;
    payload.set_time(event, when);
    event.text(Column::ObserverProduct, "GitLab");
    let remote = json.first(&["remote_ip", "ip_address", "meta.remote_ip"]).unwrap_or("");
    if peer::is_address(remote) {
        peer::set(event, remote, "");
    }
    event.text_if_said(Column::UserName, json.first(&["username", "meta.user", "author_name"]).unwrap_or(""));
    event.text_if_said(Column::UserId, json.first(&["user_id", "author_id"]).unwrap_or(""));
    if json.get("entity_type").is_some() {
        audit(json, event);
        return Ok(());
    }
    event.action(Action::HttpRequest);
    event.text_if_said(Column::HttpRequestMethod, get("method"));
    http::set_path(get("path"), event);
    http::set_status(get("status"), event);
    event.text_if_said(Column::UserAgentOriginal, get("ua"));
    event.text_if_said(Column::UrlDomain, get("host"));
    let (controller, action) = (get("controller"), get("action"));
    if !controller.is_empty() {
        event.field("controller", controller);
        event.field("operation", action);
    }
    if !get("correlation_id").is_empty() {
        event.field("session_id", get("correlation_id"));
    }
    sign_in(controller, action, get("status"), json, event);
    Ok(())
}

/// The requests that are sign-ins: a refused one shows the form again.
fn sign_in(controller: &str, action: &str, status: &str, json: Json<'_>, event: &mut EventBuilder<'_>) {
    let outcome = match (controller, action) {
        ("SessionsController", "create") => Outcome::of(status.starts_with('3') || status == "200"),
        (name, "failure") if name.ends_with("OmniauthCallbacksController") => Outcome::Failure,
        ("SessionsController", "destroy") => {
            event.action(Action::Logout);
            event.outcome(Outcome::Success);
            return;
        }
        _ => return,
    };
    event.action(Action::Login);
    event.outcome(outcome);
    if outcome == Outcome::Failure {
        event.field("reason", "wrong_credential");
    }
    if event.is_set(Column::UserName) {
        return;
    }
    // `params` is a list of keys and values; the login stands in one, alone or within `user`.
    let Some(params) = json.get("params") else { return };
    for item in params.members() {
        let name = match item.scalar_at("key") {
            Some("username") => item.scalar_at("value"),
            Some("user") => item.scalar_at("value.login"),
            _ => None,
        };
        if let Some(name) = name {
            event.text_if_said(Column::UserName, name);
        }
    }
}

/// An audit event: what was added, removed or changed of which project or group.
fn audit(json: Json<'_>, event: &mut EventBuilder<'_>) {
    let get = |key: &str| json.scalar(key).unwrap_or("");
    event.outcome(Outcome::Success);
    event.text_if_said(Column::UserTargetName, get("target_details"));
    for (key, name) in
        [("entity_path", "object_name"), ("entity_type", "object_type"), ("custom_message", "description")]
    {
        if !get(key).is_empty() {
            event.field(name, get(key));
        }
    }
    let action = match (get("add"), get("remove"), get("change")) {
        ("user_access", ..) => Action::GroupAdd,
        (_, "user_access", _) => Action::GroupRemove,
        (.., "access_level") => Action::PermissionGrant,
        ("user", ..) => Action::AccountCreate,
        (_, "user", _) => Action::AccountDelete,
        (.., "password") => Action::PasswordChange,
        ("", "", "") => Action::ApplicationEvent,
        _ => Action::ConfigChange,
    };
    event.action(action);
    if !get("with").is_empty() {
        event.field("auth_method", get("with"));
        event.action(Action::Login);
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a sign-in is refused",
        text: r#"{"method":"POST","path":"/users/sign_in","format":"html","controller":"SessionsController","action":"create","status":422,"time":"2026-03-16T08:12:44.112Z","params":[{"key":"user","value":{"login":"averdi","password":"[FILTERED]"}}],"remote_ip":"198.51.100.9","ua":"Mozilla/5.0"}"#,
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "averdi"),
            ("source_ip", "198.51.100.9"),
            ("url_path", "/users/sign_in"),
            ("http_response_status_code", "422"),
        ],
        absent: &["parse_error", "time_guess"],
    },
    Sample {
        about: "a request",
        text: r#"{"method":"GET","path":"/albo/atti/-/tree?ref=main","format":"html","controller":"Projects::TreeController","action":"show","status":200,"time":"2026-03-16T08:12:45.112Z","remote_ip":"192.0.2.77","user_id":7,"username":"averdi","ua":"Mozilla/5.0","correlation_id":"01A"}"#,
        expect: &[
            ("event_action", "http_request"),
            ("user_name", "averdi"),
            ("user_id", "7"),
            ("url_query", "ref=main"),
            ("event_outcome", "success"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a member is added",
        text: r#"{"severity":"INFO","time":"2026-03-16T08:12:46.112Z","author_id":1,"author_name":"root","entity_id":7,"entity_type":"Project","entity_path":"albo/atti","add":"user_access","as":"Developer","target_details":"averdi","ip_address":"192.0.2.7"}"#,
        expect: &[
            ("event_action", "group_add"),
            ("user_name", "root"),
            ("user_target_name", "averdi"),
            ("source_ip", "192.0.2.7"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a time that is cut",
        text: r#"{"method":"POST","path":"/x","controller":"SessionsController","action":"create","time":"2026-03"}"#,
        expect: &[("parse_error", "a time that is none")],
        absent: &["event_outcome"],
    },
    Sample {
        about: "truncated: cut before its user",
        text: r#"{"method":"POST","path":"/users/sign_in","format":"html","controller":"SessionsController","action":"create","status":422,"time":"2026-03-16T08:12:44.112Z","pa"#,
        expect: &[
            ("parse_error", "the object ends too early"),
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("url_path", "/users/sign_in"),
            ("http_response_status_code", "422"),
        ],
        absent: &["user_name", "source_ip"],
    },
    Sample {
        about: "hostile: an agent that imitates members moves no field",
        text: r#"{"method":"GET","path":"/","controller":"RootController","action":"index","status":302,"time":"2026-03-16T08:12:47.112Z","remote_ip":"192.0.2.77","ua":"x\",\"remote_ip\":\"203.0.113.1"}"#,
        expect: &[("source_ip", "192.0.2.77"), ("event_action", "http_request")],
        absent: &["parse_error"],
    },
];
