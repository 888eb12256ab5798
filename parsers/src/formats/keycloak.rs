//! Keycloak: login and admin events of the `org.keycloak.events` logger, as text or inside JSON.
//!
//! `type="LOGIN_ERROR", realmId="…", clientId="…", userId="…", ipAddress="…", error="…"`, quoted or not by version.
//!
//! Promises: linear; the first of a key counts, which the server writes before what a client chose.
//! Must not know: the envelope, other loggers. Source: Keycloak Server Administration Guide, Auditing; EventType, OperationType.

use schema::{Action, Column, EventBuilder, Outcome};

use super::cloud;
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::key_value;
use crate::time;

/// See the module.
pub static FORMAT: Format = Format {
    name: "keycloak",
    title: "Keycloak events",
    reference: "Keycloak Server Administration Guide, Configuring auditing to track events",
    programs: &["keycloak"],
    starts: b"{0123456789[",
    needs: &[],
    keys: &["log", "loggerName", "logger"],
    recognise: |payload| body(payload).is_some(),
    parse,
    samples: SAMPLES,
};

/// What follows the header of the logger: the pairs.
fn body<'a>(payload: &Payload<'a>) -> Option<&'a str> {
    let text = match payload.json {
        Some(json) => {
            let text = json.first(&["message", "msg"]).filter(|text| is_event(text))?;
            let logger = json.first(&["log.logger", "loggerName", "logger"]).unwrap_or_default();
            return matches!(logger, "org.keycloak.events" | "org.key.events").then_some(text);
        }
        None => payload.text,
    };
    // The head is the server's own: date, level, logger, thread.
    let head = text.get(..160.min(text.len())).or_else(|| text.get(..159.min(text.len()))).unwrap_or(text);
    let at = head.find("[org.keycloak.events]").or_else(|| head.find("[org.key.events]"))?;
    let rest = text.get(at..)?;
    let start = rest.find("type=").or_else(|| rest.find("operationType="))?;
    rest.get(start..).filter(|text| is_event(text))
}

fn is_event(text: &str) -> bool {
    (text.starts_with("type=") || text.starts_with("operationType=")) && text.contains("realmId=")
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let text = body(payload).ok_or(Unreadable("expected `type=` or `operationType=`"))?;
    let stamp = match payload.json {
        Some(json) => json.first(&["@timestamp", "timestamp"]).unwrap_or_default(),
        None => payload.text,
    };
    if let Some((when, _)) = time::iso_prefix(stamp) {
        payload.set_time(event, when);
    }
    if let Some(json) = payload.json {
        cloud::set(
            *json,
            &[
                (Column::HostName, &["host.hostname", "hostName"]),
                (Column::LogLevel, &["log.level", "level"]),
            ],
            event,
        );
    }
    let mut kind = "";
    let mut error = "";
    let mut is_admin = false;
    for (key, value) in key_value::pairs(text, b',') {
        let value = value.trim();
        if value.is_empty() || value == "null" {
            continue;
        }
        match key {
            "type" if kind.is_empty() => kind = value,
            "operationType" if kind.is_empty() => {
                kind = value;
                is_admin = true;
            }
            "error" if error.is_empty() => error = value,
            "ipAddress" if !event.is_set(Column::SourceIp) => {
                event.ip(Column::SourceIp, value);
            }
            "userId" if !event.is_set(Column::UserId) => event.text(Column::UserId, value),
            "username" if !event.is_set(Column::UserName) => cloud::person(value, event),
            "clientId" if !event.is_set(Column::ServiceName) => event.text(Column::ServiceName, value),
            "realmName" => event.field("realm", value),
            _ => event.field(key, value),
        }
    }
    event.text_if_said(Column::EventCode, kind);
    let action = if is_admin { admin(kind, text) } else { action(kind.trim_end_matches("_ERROR")) };
    event.action(action);
    if action == Action::ApplicationEvent {
        event.field("action", kind);
    }
    let failed = kind.ends_with("_ERROR") || !error.is_empty();
    event.outcome(Outcome::of(!failed));
    if !error.is_empty() {
        event.field("reason", error);
    }
    crate::generic::complete(payload, event);
    Ok(())
}

/// By `EventType`, its `_ERROR` taken.
fn action(kind: &str) -> Action {
    match kind {
        "LOGIN" | "CLIENT_LOGIN" | "IMPERSONATE" => Action::Login,
        "IDENTITY_PROVIDER_LOGIN"
        | "IDENTITY_PROVIDER_FIRST_LOGIN"
        | "IDENTITY_PROVIDER_POST_LOGIN"
        | "FEDERATED_IDENTITY_LINK" => Action::FederatedLogin,
        "LOGOUT" => Action::Logout,
        "CODE_TO_TOKEN" | "REFRESH_TOKEN" | "TOKEN_EXCHANGE" => Action::SessionOpen,
        "REGISTER" => Action::AccountCreate,
        "DELETE_ACCOUNT" => Action::AccountDelete,
        "USER_DISABLED_BY_PERMANENT_LOCKOUT" | "USER_DISABLED_BY_TEMPORARY_LOCKOUT" => Action::AccountLockout,
        "UPDATE_PASSWORD" => Action::PasswordChange,
        "RESET_PASSWORD" | "SEND_RESET_PASSWORD" | "EXECUTE_ACTIONS" => Action::PasswordReset,
        "UPDATE_PROFILE" | "UPDATE_EMAIL" | "VERIFY_EMAIL" | "UPDATE_TOTP" | "REMOVE_TOTP"
        | "UPDATE_CREDENTIAL" | "REMOVE_CREDENTIAL" => Action::AccountModify,
        "GRANT_CONSENT" => Action::AppConsent,
        _ => Action::ApplicationEvent,
    }
}

/// By `OperationType` and the resource.
fn admin(kind: &str, text: &str) -> Action {
    let is_user = text.contains("resourceType=USER") || text.contains("resourceType=\"USER\"");
    let is_member = text.contains("GROUP_MEMBERSHIP") || text.contains("ROLE_MAPPING");
    match kind {
        "CREATE" if is_member => Action::GroupAdd,
        "DELETE" if is_member => Action::GroupRemove,
        "CREATE" if is_user => Action::AccountCreate,
        "DELETE" if is_user => Action::AccountDelete,
        "UPDATE" if is_user => Action::AccountModify,
        "CREATE" | "UPDATE" | "DELETE" => Action::ConfigChange,
        "ACTION" if text.contains("reset-password") => Action::PasswordReset,
        _ => Action::ApplicationEvent,
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a login is refused, values bare",
        text: "2026-03-16 09:12:44,112 WARN  [org.keycloak.events] (executor-thread-1) type=LOGIN_ERROR, realmId=borgo, clientId=portale, userId=u-1, ipAddress=198.51.100.23, error=invalid_user_credentials, auth_method=openid-connect, username=verdi",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "verdi"),
            ("user_id", "u-1"),
            ("source_ip", "198.51.100.23"),
            ("service_name", "portale"),
            ("fields.reason", "invalid_user_credentials"),
            ("timestamp", "2026-03-16T08:12:44.112000Z"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a login inside JSON, values quoted",
        text: r#"{"@timestamp":"2026-03-16T08:13:44.112Z","log.logger":"org.keycloak.events","log.level":"INFO","message":"type=\"LOGIN\", realmId=\"r1\", realmName=\"borgo\", clientId=\"portale\", userId=\"u-1\", ipAddress=\"192.0.2.15\", username=\"verdi@borgo.example\"","host.hostname":"sso.borgo.example"}"#,
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "success"),
            ("user_name", "verdi@borgo.example"),
            ("user_domain", "borgo.example"),
            ("host_name", "sso.borgo.example"),
            ("fields.realm", "borgo"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "an administrator makes an account",
        text: "2026-03-16 09:14:44,112 DEBUG [org.keycloak.events] (executor-thread-2) operationType=CREATE, realmId=borgo, clientId=admin, userId=a-1, ipAddress=2001:db8::7, resourceType=USER, resourcePath=users/u-2",
        expect: &[
            ("event_action", "account_create"),
            ("event_outcome", "success"),
            ("source_ip", "2001:db8::7"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a token whose user is unknown",
        text: "2026-03-16 09:15:44,112 WARN  [org.keycloak.events] (executor-thread-3) type=CODE_TO_TOKEN_ERROR, realmId=borgo, clientId=portale, userId=null, ipAddress=203.0.113.9, error=invalid_code",
        expect: &[("event_action", "session_open"), ("event_outcome", "failure")],
        absent: &["user_id", "user_name", "parse_error"],
    },
    Sample {
        about: "truncated: cut before its user",
        text: "2026-03-16 09:12:44,112 WARN  [org.keycloak.events] (executor-thread-1) type=LOGIN_ERROR, realmId=borgo, clientId=portale, us",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("timestamp", "2026-03-16T08:12:44.112000Z"),
            ("service_name", "portale"),
        ],
        absent: &["user_name", "user_id", "source_ip", "fields.reason", "parse_error"],
    },
    Sample {
        about: "hostile: a user name that imitates pairs comes too late",
        text: "2026-03-16 09:16:44,112 WARN  [org.keycloak.events] (executor-thread-4) type=LOGIN_ERROR, realmId=borgo, clientId=portale, userId=null, ipAddress=198.51.100.23, error=user_not_found, username=x, ipAddress=203.0.113.6, type=LOGIN",
        expect: &[
            ("source_ip", "198.51.100.23"),
            ("event_outcome", "failure"),
            ("event_code", "LOGIN_ERROR"),
        ],
        absent: &["parse_error"],
    },
];
