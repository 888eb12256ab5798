//! Okta System Log, one JSON LogEvent.
//!
//! Promises: linear; the event's type decides the action, `outcome.result` how it ended.
//! Must not know: the envelope, other formats. Source: Okta, System Log API; Event types.

use schema::{Action, Column, EventBuilder, Outcome};

use super::cloud;
use crate::format::{Format, Payload, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "okta",
    title: "Okta System Log (JSON)",
    reference: "Okta, System Log API, LogEvent object and event types",
    programs: &[],
    starts: b"{",
    needs: &[],
    keys: &["published"],
    recognise: |payload| {
        payload.json.is_some_and(|json| {
            json.has_all(&["eventType", "published", "outcome", "actor"]) && json.get("uuid").is_some()
        })
    },
    parse,
    samples: SAMPLES,
};

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let json = *payload.json.ok_or(Unreadable("expected a JSON object"))?;
    cloud::time(json, &["published"], payload, event)?;
    let kind = json.scalar("eventType").unwrap_or_default();
    let columns: [(Column, &[&str]); 5] = [
        (Column::SourceIp, &["client.ipAddress"]),
        (Column::UserId, &["actor.id"]),
        (Column::UserAgentOriginal, &["client.userAgent.rawUserAgent"]),
        (Column::LogLevel, &["severity"]),
        (Column::HostName, &["client.device.displayName"]),
    ];
    cloud::set(json, &columns, event);
    cloud::person(json.first(&["actor.alternateId", "actor.displayName"]).unwrap_or_default(), event);
    event.text(Column::EventCode, kind);
    event.text(Column::ObserverVendor, "Okta");
    if let Some(targets) = json.get("target") {
        for target in targets.members() {
            let (column, key) = match target.scalar_at("type") {
                Some("User" | "AppUser") => (Column::UserTargetName, "alternateId"),
                Some("UserGroup" | "GROUP") => (Column::GroupName, "displayName"),
                Some("AppInstance") => (Column::ServiceName, "displayName"),
                _ => continue,
            };
            let value = target.scalar_at(key).unwrap_or_default();
            let is_actor =
                column == Column::UserTargetName && json.scalar("actor.alternateId") == Some(value);
            if !event.is_set(column) && !is_actor {
                event.text_if_said(column, value);
            }
        }
    }
    let action = action(kind);
    event.action(action);
    if action == Action::ApplicationEvent {
        event.field("action", kind);
    }
    match json.scalar("outcome.result") {
        Some("SUCCESS" | "ALLOW") => event.outcome(Outcome::Success),
        Some("FAILURE" | "DENY" | "ABANDONED" | "UNANSWERED" | "RATE_LIMIT") => {
            event.outcome(Outcome::Failure)
        }
        Some(_) => event.outcome(Outcome::Unknown),
        None => {}
    }
    cloud::fields(
        json,
        &[
            ("reason", &["outcome.reason"]),
            ("country", &["client.geographicalContext.country"]),
            ("risk", &["debugContext.debugData.risk"]),
            ("mfa", &["debugContext.debugData.factor"]),
        ],
        event,
    );
    crate::generic::complete(payload, event);
    Ok(())
}

/// By the event's type.
fn action(kind: &str) -> Action {
    match kind {
        "user.session.start"
        | "user.authentication.verify"
        | "user.authentication.auth_via_radius"
        | "user.session.access_admin_app"
        | "user.authentication.auth_via_AD_agent"
        | "user.authentication.auth_via_LDAP_agent" => Action::Login,
        "user.authentication.sso"
        | "user.authentication.auth_via_IDP"
        | "user.authentication.auth_via_inbound_SAML" => Action::FederatedLogin,
        "user.authentication.auth_via_mfa"
        | "user.mfa.okta_verify"
        | "user.mfa.okta_verify.deny_push"
        | "system.push.send_factor_verify_push" => Action::MfaChallenge,
        "user.session.end" => Action::Logout,
        "user.account.lock" | "user.account.lock.limit" => Action::AccountLockout,
        "user.lifecycle.create" => Action::AccountCreate,
        "user.lifecycle.delete.initiated" | "user.lifecycle.delete.completed" => Action::AccountDelete,
        "user.lifecycle.activate" | "user.lifecycle.unsuspend" | "user.account.unlock" => {
            Action::AccountEnable
        }
        "user.lifecycle.deactivate" | "user.lifecycle.suspend" => Action::AccountDisable,
        "user.account.update_profile"
        | "user.mfa.factor.activate"
        | "user.mfa.factor.deactivate"
        | "user.mfa.factor.reset_all" => Action::AccountModify,
        "user.account.update_password" => Action::PasswordChange,
        "user.account.reset_password" => Action::PasswordReset,
        "group.user_membership.add" | "group.privilege.grant" => Action::GroupAdd,
        "group.user_membership.remove" | "group.privilege.revoke" => Action::GroupRemove,
        "group.lifecycle.create" => Action::GroupCreate,
        "user.account.privilege.grant" | "application.user_membership.add" => Action::PermissionGrant,
        "user.account.privilege.revoke" | "application.user_membership.remove" => Action::PermissionRevoke,
        "system.api_token.create" | "app.oauth2.as.consent.grant" | "app.oauth2.client.lifecycle.create" => {
            Action::AppConsent
        }
        "security.threat.detected" | "security.attack.start" | "user.risk.detect" => {
            Action::IntrusionDetected
        }
        _ if kind.starts_with("policy.") || kind.starts_with("zone.") => Action::PolicyChange,
        _ if kind.starts_with("application.lifecycle.") || kind.starts_with("system.idp.lifecycle.") => {
            Action::ConfigChange
        }
        _ => Action::ApplicationEvent,
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a login is refused",
        text: r#"{"uuid":"u1","published":"2026-03-16T08:12:44.112Z","eventType":"user.session.start","severity":"INFO","actor":{"id":"00u1","type":"User","alternateId":"verdi@borgo.example","displayName":"Anna Verdi"},"client":{"ipAddress":"198.51.100.23","userAgent":{"rawUserAgent":"Mozilla/5.0"},"geographicalContext":{"country":"Italy"}},"outcome":{"result":"FAILURE","reason":"INVALID_CREDENTIALS"},"target":null}"#,
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "verdi@borgo.example"),
            ("source_ip", "198.51.100.23"),
            ("fields.reason", "INVALID_CREDENTIALS"),
            ("user_agent_original", "Mozilla/5.0"),
            ("timestamp", "2026-03-16T08:12:44.112000Z"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a member joins a group",
        text: r#"{"uuid":"u2","published":"2026-03-16T08:13:44Z","eventType":"group.user_membership.add","actor":{"id":"00a","alternateId":"admin@borgo.example"},"client":{"ipAddress":"192.0.2.15"},"outcome":{"result":"SUCCESS"},"target":[{"type":"User","alternateId":"neri@borgo.example"},{"type":"UserGroup","displayName":"CED"}]}"#,
        expect: &[
            ("event_action", "group_add"),
            ("event_outcome", "success"),
            ("user_target_name", "neri@borgo.example"),
            ("group_name", "CED"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a push is denied",
        text: r#"{"uuid":"u3","published":"2026-03-16T08:14:44Z","eventType":"user.authentication.auth_via_mfa","actor":{"id":"00u","alternateId":"verdi@borgo.example"},"client":{"ipAddress":"2001:db8::7"},"outcome":{"result":"FAILURE","reason":"User rejected Okta push verify"},"target":[]}"#,
        expect: &[
            ("event_action", "mfa_challenge"),
            ("event_outcome", "failure"),
            ("source_ip", "2001:db8::7"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a time that is cut",
        text: r#"{"uuid":"u4","published":"2026-03-1","eventType":"user.session.start","actor":{},"outcome":{"result":"SUCCESS"}}"#,
        expect: &[("parse_error", "expected a time")],
        absent: &["event_outcome"],
    },
    Sample {
        about: "truncated: cut before its reason",
        text: r#"{"uuid":"u1","published":"2026-03-16T08:12:44.112Z","eventType":"user.session.start","severity":"INFO","actor":{"id":"00u1","type":"User","alternateId":"verdi@borgo.example","displayName":"Anna Verdi"},"client":{"ipAddress":"198.51.100.23","userAgent":{"rawUserAgent":"Mozilla/5.0"},"geographicalContext":{"country":"Italy"}},"outcome":{"result":"FAILURE","rea"#,
        expect: &[
            ("parse_error", "the object ends too early"),
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.23"),
            ("user_name", "verdi@borgo.example"),
        ],
        absent: &["fields.reason"],
    },
    Sample {
        about: "hostile: an agent that imitates members moves no field",
        text: r#"{"uuid":"u5","published":"2026-03-16T08:15:44Z","eventType":"user.session.start","actor":{"alternateId":"verdi@borgo.example"},"client":{"userAgent":{"rawUserAgent":"x\"},\"ipAddress\":\"203.0.113.6"},"ipAddress":"198.51.100.23"},"outcome":{"result":"FAILURE"}}"#,
        expect: &[("source_ip", "198.51.100.23"), ("event_outcome", "failure")],
        absent: &["parse_error"],
    },
];
