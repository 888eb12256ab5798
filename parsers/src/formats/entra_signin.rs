//! Microsoft Entra ID: sign-ins, second factors and directory changes, from Graph or Azure Monitor.
//!
//! Promises: linear; the error code decides how a sign-in ended, never its words.
//! Must not know: the envelope, files, the clock, other formats.

use schema::{Action, Column, EventBuilder, Outcome};

use crate::format::{Format, Payload, Sample, Unreadable};
use crate::json::{Json, Member};
use crate::time;

/// See the module.
pub static FORMAT: Format = Format {
    name: "entra_signin",
    title: "Microsoft Entra ID sign-in and audit logs (JSON)",
    reference: "Microsoft Graph, signIn and directoryAudit; Azure Monitor, SigninLogs and AuditLogs",
    programs: &[],
    starts: b"{",
    needs: &[],
    keys: &["createdDateTime", "activityDateTime", "riskEventType", "resourceId"],
    recognise: |payload| {
        payload.json.is_some_and(|json| {
            json.has_all(&["createdDateTime", "status.errorCode"])
                || json.has_all(&["activityDisplayName", "activityDateTime", "initiatedBy"])
                || json.has_all(&["riskEventType", "detectedDateTime", "riskLevel"])
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
    let stamp = json
        .first(&[
            "time",
            "createdDateTime",
            "activityDateTime",
            "detectedDateTime",
            "properties.detectedDateTime",
        ])
        .unwrap_or("");
    if let Some((when, _)) = time::iso_prefix(stamp) {
        payload.set_time(event, when.in_utc());
    } else if json.get("createdDateTime").is_some() {
        return Err(Unreadable("a createdDateTime that is no time"));
    }
    let addresses = [
        "ipAddress",
        "callerIpAddress",
        "properties.ipAddress",
        "initiatedBy.user.ipAddress",
        "properties.initiatedBy.user.ipAddress",
    ];
    for address in addresses.iter().filter_map(|path| json.scalar(path)) {
        if event.ip(Column::SourceIp, address) {
            break;
        }
    }
    let columns: [(Column, &[&str]); 5] = [
        (
            Column::UserName,
            &[
                "userPrincipalName",
                "properties.userPrincipalName",
                "properties.initiatedBy.user.userPrincipalName",
                "initiatedBy.user.userPrincipalName",
                "initiatedBy.user.displayName",
                "properties.servicePrincipalName",
                "servicePrincipalName",
            ],
        ),
        (
            Column::UserId,
            &["userId", "properties.userId", "properties.initiatedBy.user.id", "initiatedBy.user.id"],
        ),
        (
            Column::UserAgentOriginal,
            &["userAgent", "properties.userAgent", "properties.additionalInfo.userAgent"],
        ),
        (
            Column::ServiceName,
            &["appDisplayName", "properties.appDisplayName", "properties.loggedByService", "loggedByService"],
        ),
        (
            Column::HostName,
            &["deviceDetail.displayName", "properties.deviceDetail.displayName", "properties.device"],
        ),
    ];
    super::cloud::set(json, &columns, event);
    let realm = json
        .first(&[
            "userPrincipalName",
            "properties.userPrincipalName",
            "initiatedBy.user.userPrincipalName",
            "properties.initiatedBy.user.userPrincipalName",
        ])
        .and_then(|user| user.rsplit_once('@'));
    if let Some((_, realm)) = realm {
        event.text(Column::UserDomain, realm);
    }
    if let Some(country) = json.first(&["location.countryOrRegion", "properties.location.countryOrRegion"]) {
        event.field("country", country);
    }
    match json.scalar("category") {
        _ if json.get("activityDisplayName").is_some() => audit(json, event),
        _ if json.first(&["riskEventType", "properties.riskEventType"]).is_some() => risk(json, event),
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
    let activity =
        json.first(&["activityDisplayName", "properties.activityDisplayName", "operationName"]).unwrap_or("");
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
    match json.first(&["properties.result", "result"]) {
        Some("success") => event.outcome(Outcome::Success),
        Some("failure" | "timeout") => event.outcome(Outcome::Failure),
        _ => {}
    }
    if let Some(targets) = json.get("properties.targetResources").or_else(|| json.get("targetResources")) {
        for target in targets.members() {
            target_of(target, event);
        }
    }
    if let Some(app) = json.first(&["properties.initiatedBy.app.displayName", "initiatedBy.app.displayName"])
    {
        event.field("initiated_by_app", app);
    }
    if let Some(reason) =
        json.first(&["properties.resultReason", "resultReason", "properties.resultDescription"])
    {
        event.field("reason", reason);
    }
}

/// A user, group or device a change is about; the first of each kind counts.
fn target_of(target: Member<'_>, event: &mut EventBuilder<'_>) {
    let name = target.scalar_at("displayName").unwrap_or("");
    let (column, value) = match target.scalar_at("type").or_else(|| target.scalar_at("Type")) {
        Some("Device") => (Column::HostName, name),
        Some("Group" | "Role") => (Column::GroupName, name),
        _ => (Column::UserTargetName, target.scalar_at("userPrincipalName").unwrap_or("")),
    };
    if !event.is_set(column) {
        event.text_if_said(column, value);
    }
}

/// Detections of risky sign-ins and users (Identity Protection).
fn risk(json: Json<'_>, event: &mut EventBuilder<'_>) {
    event.action(Action::IntrusionDetected);
    event.outcome(Outcome::Unknown);
    let get = |paths: &[&str]| json.first(paths).unwrap_or("");
    event.text_if_said(Column::RuleName, get(&["riskEventType", "properties.riskEventType"]));
    for (key, paths) in [
        ("risk", &["riskLevel", "properties.riskLevel"]),
        ("risk_state", &["riskState", "properties.riskState"]),
        ("risk_detail", &["riskDetail", "properties.riskDetail"]),
    ] {
        if let Some(text) = json.first(paths) {
            event.field(key, text);
        }
    }
    // A list in a text: `[{"Key":"userAgent","Value":"…"}]`.
    let info = get(&["additionalInfo", "properties.additionalInfo"]);
    let agent = super::account::between(info, "\"userAgent\",\"Value\":\"", "\"").unwrap_or("");
    event.text_if_said(Column::UserAgentOriginal, agent);
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
        about: "a member is added to a group, by Graph",
        text: r#"{"id":"Directory_1","category":"GroupManagement","result":"success","activityDisplayName":"Add member to group","activityDateTime":"2026-03-16T08:17:44.5Z","loggedByService":"Core Directory","initiatedBy":{"user":{"id":"u1","userPrincipalName":"admin@borgo.example","ipAddress":"192.0.2.15"},"app":null},"targetResources":[{"displayName":null,"type":"User","userPrincipalName":"averdi@borgo.example"},{"displayName":"CED","type":"Group"}]}"#,
        expect: &[
            ("event_action", "group_add"),
            ("event_outcome", "success"),
            ("user_name", "admin@borgo.example"),
            ("user_target_name", "averdi@borgo.example"),
            ("group_name", "CED"),
            ("source_ip", "192.0.2.15"),
            ("timestamp", "2026-03-16T08:17:44.500000Z"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a risky sign-in is detected",
        text: r#"{"id":"r1","riskEventType":"unfamiliarFeatures","riskLevel":"low","riskState":"atRisk","detectedDateTime":"2026-03-16T08:18:44Z","ipAddress":"203.0.113.9","userPrincipalName":"averdi@borgo.example","additionalInfo":"[{\"Key\":\"userAgent\",\"Value\":\"Mozilla/5.0 (X)\"}]"}"#,
        expect: &[
            ("event_action", "intrusion_detected"),
            ("rule_name", "unfamiliarFeatures"),
            ("user_agent_original", "Mozilla/5.0 (X)"),
            ("fields.risk", "low"),
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
        about: "truncated: cut before its target",
        text: r#"{"id":"Directory_1","category":"GroupManagement","result":"success","activityDisplayName":"Add member to group","activityDateTime":"2026-03-16T08:17:44.5Z","loggedByService":"Core Directory","initiatedBy":{"user":{"id":"u1","userPrincipalName":"admin@borgo.example","ipAd"#,
        expect: &[
            ("parse_error", "the object ends too early"),
            ("event_action", "group_add"),
            ("event_outcome", "success"),
            ("user_name", "admin@borgo.example"),
            ("timestamp", "2026-03-16T08:17:44.500000Z"),
        ],
        absent: &["user_target_name", "group_name", "source_ip"],
    },
    Sample {
        about: "hostile: an agent that imitates members moves no field",
        text: r#"{"createdDateTime":"2026-03-16T08:16:44Z","userPrincipalName":"averdi@borgo.example","ipAddress":"198.51.100.23","status":{"errorCode":50126,"failureReason":"x"},"userAgent":"a\",\"status\":{\"errorCode\":0},\"ipAddress\":\"203.0.113.1"}"#,
        expect: &[("event_outcome", "failure"), ("source_ip", "198.51.100.23")],
        absent: &["parse_error"],
    },
];
