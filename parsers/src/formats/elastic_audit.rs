//! Elasticsearch security audit and OpenSearch audit, one JSON object an event.
//!
//! Promises: linear; only members decide. Must not know: the envelope, files, other formats.

use schema::{Action, Column, EventBuilder, Outcome};

use super::account::address_and_port;
use super::{http, peer};
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::json::Json;
use crate::time;

/// See the module.
pub static FORMAT: Format = Format {
    name: "elastic_audit",
    title: "Elasticsearch and OpenSearch audit log",
    reference: "Elasticsearch, audit event types; OpenSearch Security, audit log field reference",
    programs: &[],
    starts: b"{",
    needs: &[],
    keys: &["audit_category", "type"],
    recognise: |payload| payload.json.is_some_and(|json| is_elastic(*json) || is_opensearch(*json)),
    parse,
    samples: SAMPLES,
};

fn is_opensearch(json: Json<'_>) -> bool {
    json.get("audit_category").is_some()
        && ["audit_request_origin", "audit_request_layer", "audit_format_version"]
            .iter()
            .any(|key| json.get(key).is_some())
}

fn is_elastic(json: Json<'_>) -> bool {
    json.scalar("type") == Some("audit") && json.has_all(&["event.type", "event.action"])
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let json = *payload.json.ok_or(Unreadable("expected one JSON object"))?;
    let stamp = json.first(&["timestamp", "@timestamp", "audit_utc_timestamp"]).unwrap_or("");
    let (when, _) = time::iso_prefix(stamp).ok_or(Unreadable("a timestamp that is no time"))?;
    payload.set_time(event, when);
    if is_elastic(json) {
        elastic(json, event);
    } else {
        opensearch(json, event);
    }
    Ok(())
}

/// Sets the columns both share from their own names.
fn common(json: Json<'_>, event: &mut EventBuilder<'_>, paths: &[(Column, &[&str])], origin: &str) {
    for (column, names) in paths {
        event.text_if_said(*column, json.first(names).unwrap_or(""));
    }
    let (address, port) = address_and_port(origin);
    if peer::is_address(address) {
        peer::set(event, address, port);
    }
}

fn elastic(json: Json<'_>, event: &mut EventBuilder<'_>) {
    event.text(Column::ObserverProduct, "Elasticsearch");
    let get = |path: &str| json.scalar(path).unwrap_or("");
    common(
        json,
        event,
        &[
            (Column::UserName, &["user.name", "user.run_as.name"]),
            (Column::HostName, &["node.name", "host.name"]),
            (Column::HttpRequestMethod, &["request.method"]),
            (Column::UrlPath, &["url.path"]),
            (Column::UrlQuery, &["url.query"]),
            (Column::DbStatement, &["request.body"]),
            (Column::UserTargetName, &["put.user.name", "delete.user.name", "change.password.user.name"]),
            (Column::RuleName, &["rule"]),
        ],
        get("origin.address"),
    );
    let verb = get("event.action");
    event.field("action", verb);
    for (key, path) in [
        ("realm", "user.realm"),
        ("auth_method", "authentication.type"),
        ("request", "request.name"),
        ("privilege", "action"),
        ("indices", "indices"),
        ("session_id", "request.id"),
        ("origin_type", "origin.type"),
    ] {
        if let Some(member) = json.get(path).filter(|member| !member.raw().is_empty()) {
            event.field(key, member.raw());
        }
    }
    let (action, outcome) = match verb {
        "authentication_success" => (Action::Login, Outcome::Success),
        "authentication_failed" | "realm_authentication_failed" | "anonymous_access_denied" => {
            (Action::Login, Outcome::Failure)
        }
        "access_granted" | "run_as_granted" => (privilege(get("action")), Outcome::Success),
        "access_denied" | "run_as_denied" | "tampered_request" => {
            (privilege(get("action")), Outcome::Failure)
        }
        "connection_granted" => (Action::ConnectionAllowed, Outcome::Success),
        "connection_denied" => (Action::ConnectionDenied, Outcome::Failure),
        "put_user" | "create_service_token" | "create_apikey" => (Action::AccountCreate, Outcome::Success),
        "delete_user" | "delete_service_token" | "invalidate_apikeys" => {
            (Action::AccountDelete, Outcome::Success)
        }
        "change_password" => (Action::PasswordReset, Outcome::Success),
        "change_disable_user" => (Action::AccountDisable, Outcome::Success),
        "change_enable_user" => (Action::AccountEnable, Outcome::Success),
        "put_role"
        | "delete_role"
        | "put_role_mapping"
        | "delete_role_mapping"
        | "put_privileges"
        | "delete_privileges"
        | "change_apikey" => (Action::PolicyChange, Outcome::Success),
        _ => (Action::ApplicationEvent, Outcome::Unknown),
    };
    event.action(action);
    event.outcome(outcome);
}

/// What an action of the cluster or of indices does.
fn privilege(name: &str) -> Action {
    if name.starts_with("indices:data/read") {
        Action::Query
    } else if name.starts_with("indices:data/write") {
        Action::DataChange
    } else if name.starts_with("indices:admin/") {
        Action::SchemaChange
    } else if name.starts_with("cluster:admin/snapshot/delete") {
        Action::BackupDelete
    } else if name.starts_with("cluster:admin/") {
        Action::ConfigChange
    } else {
        Action::ApplicationEvent
    }
}

fn opensearch(json: Json<'_>, event: &mut EventBuilder<'_>) {
    event.text(Column::ObserverProduct, "OpenSearch");
    let get = |path: &str| json.scalar(path).unwrap_or("");
    common(
        json,
        event,
        &[
            (Column::UserName, &["audit_request_effective_user", "audit_request_initiating_user"]),
            (Column::HostName, &["audit_node_name", "audit_node_host_name"]),
            (Column::HttpRequestMethod, &["audit_rest_request_method"]),
            (Column::DbStatement, &["audit_request_body"]),
        ],
        get("audit_request_remote_address"),
    );
    http::set_path(get("audit_rest_request_path"), event);
    let category = get("audit_category");
    event.field("action", category);
    let privilege_name = get("audit_request_privilege");
    for (key, path) in [
        ("privilege", "audit_request_privilege"),
        ("origin_type", "audit_request_origin"),
        ("indices", "audit_trace_resolved_indices"),
    ] {
        if let Some(member) = json.get(path).filter(|member| !member.raw().is_empty()) {
            event.field(key, member.raw());
        }
    }
    let (action, outcome) = match category {
        "AUTHENTICATED" => (Action::Login, Outcome::Success),
        "FAILED_LOGIN" => (Action::Login, Outcome::Failure),
        "GRANTED_PRIVILEGES" | "INDEX_EVENT" => (privilege(privilege_name), Outcome::Success),
        "MISSING_PRIVILEGES" | "OPENDISTRO_SECURITY_INDEX_ATTEMPT" | "OPENSEARCH_SECURITY_INDEX_ATTEMPT" => {
            (privilege(privilege_name), Outcome::Failure)
        }
        "BAD_HEADERS" | "SSL_EXCEPTION" => (Action::ConnectionDenied, Outcome::Failure),
        "COMPLIANCE_DOC_READ" => (Action::Query, Outcome::Success),
        "COMPLIANCE_DOC_WRITE" => (Action::DataChange, Outcome::Success),
        "COMPLIANCE_INTERNAL_CONFIG_WRITE" | "COMPLIANCE_EXTERNAL_CONFIG" => {
            (Action::ConfigChange, Outcome::Success)
        }
        _ => (Action::ApplicationEvent, Outcome::Unknown),
    };
    event.action(action);
    event.outcome(outcome);
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a login is refused, by Elasticsearch",
        text: r#"{"type":"audit","timestamp":"2026-03-16T09:12:44,112+0100","node.name":"es1","event.type":"rest","event.action":"authentication_failed","user.name":"elastic","origin.type":"rest","origin.address":"198.51.100.9:51022","url.path":"/_search","request.method":"GET","request.id":"a1"}"#,
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "elastic"),
            ("source_ip", "198.51.100.9"),
            ("source_port", "51022"),
            ("url_path", "/_search"),
            ("host_name", "es1"),
            ("timestamp", "2026-03-16T08:12:44.112000Z"),
        ],
        absent: &["parse_error", "time_guess"],
    },
    Sample {
        about: "an index is read",
        text: r#"{"type":"audit","timestamp":"2026-03-16T08:12:45,112+0000","event.type":"transport","event.action":"access_granted","user.name":"albo","origin.type":"rest","origin.address":"[2001:db8::7]:51022","action":"indices:data/read/search","indices":["atti"]}"#,
        expect: &[("event_action", "query"), ("source_ip", "2001:db8::7"), ("fields.indices", r#"["atti"]"#)],
        absent: &["parse_error"],
    },
    Sample {
        about: "a login is refused, by OpenSearch",
        text: r#"{"audit_category":"FAILED_LOGIN","audit_request_origin":"REST","audit_request_effective_user":"admin","audit_rest_request_path":"/_cat/indices","audit_rest_request_method":"GET","audit_request_remote_address":"198.51.100.9","@timestamp":"2026-03-16T08:12:46.112+00:00"}"#,
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "admin"),
            ("source_ip", "198.51.100.9"),
            ("url_path", "/_cat/indices"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a time that is cut",
        text: r#"{"type":"audit","timestamp":"2026-03","event.type":"rest","event.action":"authentication_failed"}"#,
        expect: &[("parse_error", "a timestamp that is no time")],
        absent: &["event_outcome"],
    },
    Sample {
        about: "truncated: cut before its user",
        text: r#"{"type":"audit","timestamp":"2026-03-16T09:12:44,112+0100","node.name":"es1","event.type":"rest","event.action":"authentication_failed","u"#,
        expect: &[
            ("parse_error", "the object ends too early"),
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("timestamp", "2026-03-16T08:12:44.112000Z"),
            ("host_name", "es1"),
        ],
        absent: &["user_name", "source_ip", "source_port", "url_path"],
    },
    Sample {
        about: "hostile: a user name that imitates members moves no field",
        text: r#"{"type":"audit","timestamp":"2026-03-16T08:12:47,112+0000","event.type":"rest","event.action":"authentication_failed","user.name":"x\",\"origin.address\":\"203.0.113.1:1","origin.address":"192.0.2.77:2"}"#,
        expect: &[("event_outcome", "failure"), ("source_ip", "192.0.2.77")],
        absent: &["parse_error"],
    },
];
