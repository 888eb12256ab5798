//! Google Cloud audit logs: one LogEntry with an AuditLog payload, as JSON.
//!
//! Promises: linear; the method's name decides the action, the status code the outcome.
//! Must not know: the envelope, other formats.
//! Source: Google Cloud, Cloud Audit Logs, AuditLog and LogEntry.

use schema::{Action, Column, EventBuilder, Outcome};

use super::cloud;
use crate::format::{Format, Payload, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "gcp_audit",
    title: "Google Cloud audit logs (JSON)",
    reference: "Google Cloud, Cloud Audit Logs, AuditLog",
    programs: &[],
    starts: b"{",
    needs: &[],
    keys: &["protoPayload"],
    recognise: |payload| {
        payload.json.is_some_and(|json| {
            json.has_all(&["protoPayload.methodName", "protoPayload.serviceName"])
                && (json.get("timestamp").is_some() || json.get("logName").is_some())
        })
    },
    parse,
    samples: SAMPLES,
};

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let json = *payload.json.ok_or(Unreadable("expected a JSON object"))?;
    cloud::time(json, &["timestamp", "receiveTimestamp"], payload, event)?;
    let method = json.scalar("protoPayload.methodName").unwrap_or_default();
    cloud::set(
        json,
        &[
            (Column::SourceIp, &["protoPayload.requestMetadata.callerIp"]),
            (Column::UserAgentOriginal, &["protoPayload.requestMetadata.callerSuppliedUserAgent"]),
            (Column::ServiceName, &["protoPayload.serviceName"]),
            (Column::EventProvider, &["protoPayload.serviceName"]),
            (Column::LogLevel, &["severity"]),
        ],
        event,
    );
    cloud::person(json.scalar("protoPayload.authenticationInfo.principalEmail").unwrap_or_default(), event);
    event.text_if_said(Column::EventCode, method);
    let action = action(method);
    event.action(action);
    if action == Action::ApplicationEvent {
        event.field("action", method);
    }
    // Absent and 0 both mean OK (google.rpc.Code).
    let code = json.scalar("protoPayload.status.code").unwrap_or("0");
    let is_refused = code != "0" || method.ends_with("loginFailure");
    event.outcome(Outcome::of(!is_refused));
    cloud::fields(
        json,
        &[
            ("reason", &["protoPayload.status.message"]),
            ("resource", &["protoPayload.resourceName"]),
            ("project", &["resource.labels.project_id"]),
            ("principal_subject", &["protoPayload.authenticationInfo.principalSubject"]),
        ],
        event,
    );
    crate::generic::complete(payload, event);
    Ok(())
}

/// By the last word of the method, which services share.
fn action(method: &str) -> Action {
    let verb = method.rsplit('.').next().unwrap_or(method);
    let is = |part: &str| method.contains(part);
    match verb {
        "loginSuccess" | "loginFailure" => Action::Login,
        "logout" => Action::Logout,
        "loginVerification" | "loginChallenge" => Action::MfaChallenge,
        "passwordEdit" => Action::PasswordChange,
        "CreateServiceAccount" => Action::AccountCreate,
        "DeleteServiceAccount" => Action::AccountDelete,
        "DisableServiceAccount" => Action::AccountDisable,
        "EnableServiceAccount" => Action::AccountEnable,
        "CreateServiceAccountKey" | "UploadServiceAccountKey" => Action::AppConsent,
        "SetIamPolicy" | "setIamPermissions" | "setIamPolicy" => Action::PermissionGrant,
        "CreateRole" => Action::GroupCreate,
        "UpdateSink" | "DeleteSink" | "UpdateExclusion" | "CreateExclusion" => Action::AuditDisable,
        "DeleteLog" => Action::LogCleared,
        "addUser" | "CREATE_USER" => Action::AccountCreate,
        "deleteUser" | "DELETE_USER" => Action::AccountDelete,
        "get" if is("storage.objects") => Action::FileRead,
        "create" if is("storage.objects") => Action::FileCreate,
        "delete" if is("storage.objects") => Action::FileDelete,
        "update" if is("storage.objects") => Action::FileWrite,
        "start" | "insert" if is("compute.instances") => Action::VmPowerOn,
        "stop" | "suspend" | "reset" if is("compute.instances") => Action::VmPowerOff,
        "delete" if is("compute.instances") => Action::VmDelete,
        "delete" if is("compute.snapshots") => Action::SnapshotDelete,
        _ if is("compute.firewalls.") || is("compute.securityPolicies.") => Action::PolicyChange,
        _ if verb.starts_with("accountDisabled") => Action::AccountDisable,
        _ if is("GenerateAccessToken") || is("SignJwt") => Action::PrivilegeUse,
        _ => {
            let verb = verb.as_bytes();
            let changes = [&b"create"[..], b"insert", b"update", b"patch", b"delete", b"set"]
                .iter()
                .any(|word| verb.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word)));
            if changes { Action::ConfigChange } else { Action::ApplicationEvent }
        }
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "rights are given",
        text: r#"{"protoPayload":{"@type":"type.googleapis.com/google.cloud.audit.AuditLog","authenticationInfo":{"principalEmail":"verdi@borgo.example"},"requestMetadata":{"callerIp":"198.51.100.23","callerSuppliedUserAgent":"gcloud/1"},"serviceName":"cloudresourcemanager.googleapis.com","methodName":"SetIamPolicy","resourceName":"projects/borgo"},"timestamp":"2026-03-16T08:12:44.112233Z","severity":"NOTICE","logName":"projects/borgo/logs/cloudaudit.googleapis.com%2Factivity"}"#,
        expect: &[
            ("event_action", "permission_grant"),
            ("event_outcome", "success"),
            ("user_name", "verdi@borgo.example"),
            ("source_ip", "198.51.100.23"),
            ("user_agent_original", "gcloud/1"),
            ("timestamp", "2026-03-16T08:12:44.112233Z"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "an object is denied",
        text: r#"{"protoPayload":{"authenticationInfo":{"principalEmail":"neri@borgo.example"},"requestMetadata":{"callerIp":"2001:db8::7"},"serviceName":"storage.googleapis.com","methodName":"storage.objects.get","resourceName":"projects/_/buckets/atti/objects/a.pdf","status":{"code":7,"message":"PERMISSION_DENIED"}},"timestamp":"2026-03-16T08:13:44Z","logName":"x"}"#,
        expect: &[
            ("event_action", "file_read"),
            ("event_outcome", "failure"),
            ("fields.reason", "PERMISSION_DENIED"),
            ("source_ip", "2001:db8::7"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a login fails",
        text: r#"{"protoPayload":{"authenticationInfo":{"principalEmail":"verdi@borgo.example"},"requestMetadata":{"callerIp":"203.0.113.9"},"serviceName":"login.googleapis.com","methodName":"google.login.LoginService.loginFailure"},"timestamp":"2026-03-16T08:14:44Z"}"#,
        expect: &[("event_action", "login"), ("event_outcome", "failure"), ("source_ip", "203.0.113.9")],
        absent: &["parse_error"],
    },
    Sample {
        about: "a time that is cut",
        text: r#"{"protoPayload":{"serviceName":"a","methodName":"b"},"timestamp":"2026-03-16T0"}"#,
        expect: &[("parse_error", "expected a time")],
        absent: &["event_outcome"],
    },
    Sample {
        about: "truncated: cut before its client",
        text: r#"{"timestamp":"2026-03-16T08:12:44.112233Z","protoPayload":{"serviceName":"storage.googleapis.com","methodName":"storage.objects.get","authenticationInfo":{"principalEmail":"neri@borgo.example"},"requestMetadata":{"callerIp":"198.51.1"#,
        expect: &[
            ("parse_error", "the object ends too early"),
            ("user_name", "neri@borgo.example"),
            ("timestamp", "2026-03-16T08:12:44.112233Z"),
        ],
        absent: &["source_ip"],
    },
    Sample {
        about: "hostile: an agent that imitates members moves no field",
        text: r#"{"protoPayload":{"authenticationInfo":{"principalEmail":"verdi@borgo.example"},"requestMetadata":{"callerIp":"198.51.100.23","callerSuppliedUserAgent":"x\"},\"status\":{\"code\":7},\"callerIp\":\"203.0.113.6"},"serviceName":"compute.googleapis.com","methodName":"v1.compute.instances.stop"},"timestamp":"2026-03-16T08:15:44Z"}"#,
        expect: &[
            ("event_action", "vm_power_off"),
            ("event_outcome", "success"),
            ("source_ip", "198.51.100.23"),
        ],
        absent: &["parse_error"],
    },
];
