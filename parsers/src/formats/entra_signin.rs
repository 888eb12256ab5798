//! Microsoft Entra ID: sign-ins, second factors and directory changes, from Graph or Azure Monitor.
//!
//! Promises: linear; the error code decides how a sign-in ended, never its words.
//! Must not know: the envelope, files, the clock, other formats.

use schema::{Action, Column, EventBuilder, Outcome};

use crate::format::{Format, Payload, Sample, Unreadable};
use crate::json::Json;
use crate::time;

/// See the module.
pub static FORMAT: Format = Format {
    name: "entra_signin",
    title: "Microsoft Entra ID sign-in and audit logs (JSON)",
    reference: "Microsoft Graph, signIn and directoryAudit; Azure Monitor, SigninLogs and AuditLogs",
    programs: &[],
    starts: b"{",
    recognise: |payload| {
        payload.json.is_some_and(|json| {
            json.has_all(&["createdDateTime", "status.errorCode"])
                || json
                    .scalar("resourceId")
                    .is_some_and(|id| id.ends_with(".aadiam") || id.ends_with(".AADIAM"))
                    && json.has_all(&["time", "category"])
        })
    },
    parse,
    samples: SAMPLES,
};

/// Error codes that concern the second factor (Microsoft Entra authentication error codes).
const MFA_CODES: &[&str] = &["500121", "50074", "50076", "50079", "50072", "50158"];

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let json = *payload.json.ok_or(Unreadable("expected a JSON object"))?;
    let stamp = json.first(&["time", "createdDateTime"]).unwrap_or("");
    if let Some((when, _)) = time::iso_prefix(stamp) {
        payload.set_time(event, when.in_utc());
    } else if json.get("createdDateTime").is_some() {
        return Err(Unreadable("a createdDateTime that is no time"));
    }
    if let Some(address) = json.first(&["ipAddress", "callerIpAddress", "properties.ipAddress"]) {
        event.ip(Column::SourceIp, address);
    }
    for (column, paths) in [
        (
            Column::UserName,
            &[
                "userPrincipalName",
                "properties.userPrincipalName",
                "properties.initiatedBy.user.userPrincipalName",
            ],
        ),
        (Column::UserId, &["userId", "properties.userId", "properties.initiatedBy.user.id"]),
        (
            Column::UserAgentOriginal,
            &["userAgent", "properties.userAgent", "properties.additionalInfo.userAgent"],
        ),
        (Column::ServiceName, &["appDisplayName", "properties.appDisplayName", "properties.loggedByService"]),
        (
            Column::HostName,
            &["deviceDetail.displayName", "properties.deviceDetail.displayName", "properties.device"],
        ),
    ] {
        event.text_if_said(column, json.first(paths).unwrap_or(""));
    }
    let realm = json
        .first(&["userPrincipalName", "properties.userPrincipalName"])
        .and_then(|user| user.rsplit_once('@'));
    if let Some((_, realm)) = realm {
        event.text(Column::UserDomain, realm);
    }
    if let Some(country) = json.first(&["location.countryOrRegion", "properties.location.countryOrRegion"]) {
        event.field("country", country);
    }
    match json.scalar("category") {
        None
        | Some(
            "SignInLogs"
            | "NonInteractiveUserSignInLogs"
            | "ServicePrincipalSignInLogs"
            | "ManagedIdentitySignInLogs",
        ) => {
            sign_in(json, event);
        }
        Some("AuditLogs") => audit(json, event),
        Some("MicrosoftGraphActivityLogs") => graph(json, event),
        Some(other) => {
            event.action(Action::ApplicationEvent);
            event.field("action", other);
        }
    }
    Ok(())
}

fn sign_in(json: Json<'_>, event: &mut EventBuilder<'_>) {
    let code = json.first(&["status.errorCode", "properties.status.errorCode", "resultType"]).unwrap_or("");
    event.text_if_said(Column::EventCode, code);
    let is_mfa = MFA_CODES.contains(&code);
    event.action(if is_mfa { Action::MfaChallenge } else { Action::Login });
    event.outcome(Outcome::of(code == "0"));
    if code != "0"
        && let Some(reason) =
            json.first(&["status.failureReason", "properties.status.failureReason", "resultDescription"])
    {
        event.field("reason", reason);
    }
    for (key, paths) in [
        ("client", &["clientAppUsed", "properties.clientAppUsed"]),
        ("mfa", &["authenticationRequirement", "properties.authenticationRequirement"]),
        ("risk", &["riskLevelDuringSignIn", "properties.riskLevelDuringSignIn"]),
        ("conditional_access", &["conditionalAccessStatus", "properties.conditionalAccessStatus"]),
    ] {
        if let Some(text) = json.first(paths) {
            event.field(key, text);
        }
    }
}

/// Directory changes, by the name of the activity.
fn audit(json: Json<'_>, event: &mut EventBuilder<'_>) {
    let activity = json.first(&["properties.activityDisplayName", "operationName"]).unwrap_or("");
    let action = match activity {
        "Add user" => Action::AccountCreate,
        "Delete user" => Action::AccountDelete,
        "Disable account" => Action::AccountDisable,
        "Enable account" => Action::AccountEnable,
        "Update user" => Action::AccountModify,
        "Reset user password" | "Reset password (by admin)" => Action::PasswordReset,
        "Change user password" | "Change password (self-service)" => Action::PasswordChange,
        "Add member to group" | "Add member to role" | "Add eligible member to role" => Action::GroupAdd,
        "Remove member from group" | "Remove member from role" => Action::GroupRemove,
        "Consent to application"
        | "Add service principal credentials"
        | "Add app role assignment to service principal" => Action::AppConsent,
        name if name.contains("conditional access policy") || name.ends_with(" policy") => {
            Action::PolicyChange
        }
        _ => Action::ApplicationEvent,
    };
    event.action(action);
    if action == Action::ApplicationEvent {
        event.field("action", activity);
    }
    match json.scalar("properties.result") {
        Some("success") => event.outcome(Outcome::Success),
        Some("failure" | "timeout") => event.outcome(Outcome::Failure),
        _ => {}
    }
    let targets = json.get("properties.targetResources");
    let target = targets.and_then(|list| list.members().next());
    let name = target.and_then(|target| target.scalar_at("userPrincipalName"));
    event.text_if_said(Column::UserTargetName, name.unwrap_or(""));
    if event.is_set(Column::SourceIp) {
        return;
    }
    if let Some(address) = json.scalar("properties.initiatedBy.user.ipAddress") {
        event.ip(Column::SourceIp, address);
    }
}

/// Calls of Microsoft Graph.
fn graph(json: Json<'_>, event: &mut EventBuilder<'_>) {
    event.action(Action::ApiCall);
    let method = json.scalar("properties.requestMethod").unwrap_or("");
    event.text_if_said(Column::HttpRequestMethod, method);
    super::http::set_target(method, json.scalar("properties.requestUri").unwrap_or(""), event);
    super::http::set_status(
        json.first(&["properties.responseStatusCode", "resultSignature"]).unwrap_or(""),
        event,
    );
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a second factor is refused",
        text: r#"{"createdDateTime":"2026-03-16T08:12:44Z","userPrincipalName":"averdi@borgo.example","ipAddress":"198.51.100.23","location":{"countryOrRegion":"NL"},"status":{"errorCode":500121,"failureReason":"Authentication failed during strong authentication request."},"clientAppUsed":"Browser"}"#,
        expect: &[
            ("event_action", "mfa_challenge"),
            ("event_outcome", "failure"),
            ("user_name", "averdi@borgo.example"),
            ("user_domain", "borgo.example"),
            ("source_ip", "198.51.100.23"),
            ("fields.country", "NL"),
            ("event_code", "500121"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a sign-in succeeds",
        text: r#"{"createdDateTime":"2026-03-16T08:13:44.1234567Z","userPrincipalName":"averdi@borgo.example","appDisplayName":"Outlook","ipAddress":"2001:db8::40","location":{"countryOrRegion":"IT"},"status":{"errorCode":0},"authenticationRequirement":"multiFactorAuthentication"}"#,
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "success"),
            ("service_name", "Outlook"),
            ("fields.mfa", "multiFactorAuthentication"),
            ("timestamp", "2026-03-16T08:13:44.123456Z"),
        ],
        absent: &["fields.reason", "parse_error"],
    },
    Sample {
        about: "a wrong password, by Azure Monitor",
        text: r#"{"time":"2026-03-16T08:14:44.5Z","resourceId":"/tenants/t1/providers/Microsoft.aadiam","operationName":"Sign-in activity","category":"SignInLogs","resultType":"50126","resultDescription":"Invalid username or password.","callerIpAddress":"198.51.100.24","properties":{"userPrincipalName":"urp@borgo.example","ipAddress":"198.51.100.24","status":{"errorCode":50126},"location":{"countryOrRegion":"RU"}}}"#,
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("event_code", "50126"),
            ("fields.country", "RU"),
            ("fields.reason", "Invalid username or password."),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a member is added to a role",
        text: r#"{"time":"2026-03-16T08:15:44Z","resourceId":"/tenants/t1/providers/Microsoft.aadiam","operationName":"Add member to role","category":"AuditLogs","properties":{"result":"success","activityDisplayName":"Add member to role","initiatedBy":{"user":{"userPrincipalName":"admin@borgo.example","ipAddress":"192.0.2.15"}},"targetResources":[{"userPrincipalName":"averdi@borgo.example"}]}}"#,
        expect: &[
            ("event_action", "group_add"),
            ("event_outcome", "success"),
            ("user_name", "admin@borgo.example"),
            ("user_target_name", "averdi@borgo.example"),
            ("source_ip", "192.0.2.15"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a time that is cut",
        text: r#"{"createdDateTime":"2026-03-16T0","userPrincipalName":"averdi@borgo.example","status":{"errorCode":0}}"#,
        expect: &[("parse_error", "a createdDateTime that is no time")],
        absent: &["event_outcome"],
    },
    Sample {
        about: "an agent that imitates members moves no field",
        text: r#"{"createdDateTime":"2026-03-16T08:16:44Z","userPrincipalName":"averdi@borgo.example","ipAddress":"198.51.100.23","status":{"errorCode":50126,"failureReason":"x"},"userAgent":"a\",\"status\":{\"errorCode\":0},\"ipAddress\":\"203.0.113.1"}"#,
        expect: &[("event_outcome", "failure"), ("source_ip", "198.51.100.23")],
        absent: &["parse_error"],
    },
];
