//! Google Workspace: activities of the Admin SDK Reports API, as JSON.
//!
//! An activity holds a list of events; the first one decides the action, its parameters become fields.
//!
//! Promises: linear; names of events decide, never a parameter. Must not know: the envelope, other formats.
//! Source: Google, Admin SDK Reports API, Activities and the event lists of each application.

use schema::{Action, Column, EventBuilder, Outcome};

use super::cloud;
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::json::Member;

/// See the module.
pub static FORMAT: Format = Format {
    name: "google_workspace",
    title: "Google Workspace activity reports (JSON)",
    reference: "Google, Admin SDK, Reports API, Activities",
    programs: &[],
    starts: b"{",
    needs: &[],
    keys: &["kind", "events"],
    recognise: |payload| {
        payload.json.is_some_and(|json| {
            json.scalar("kind") == Some("admin#reports#activity")
                || json.has_all(&["id.time", "id.applicationName", "actor", "events"])
        })
    },
    parse,
    samples: SAMPLES,
};

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let json = *payload.json.ok_or(Unreadable("expected a JSON object"))?;
    cloud::time(json, &["id.time"], payload, event)?;
    let application = json.scalar("id.applicationName").unwrap_or_default();
    cloud::set(json, &[(Column::SourceIp, &["ipAddress"]), (Column::UserId, &["actor.profileId"])], event);
    cloud::person(json.first(&["actor.email", "actor.key"]).unwrap_or_default(), event);
    event.text_if_said(Column::ServiceName, application);
    event.text(Column::ObserverProduct, "Google Workspace");
    let first = json.get("events").and_then(|events| events.members().next());
    let name = first.and_then(|first| first.scalar_at("name")).unwrap_or_default();
    event.text_if_said(Column::EventCode, name);
    let (action, outcome) = action(application, name);
    event.action(action);
    if let Some(outcome) = outcome {
        event.outcome(outcome);
    }
    if action == Action::ApplicationEvent {
        event.field("action", name);
    }
    if let Some(first) = first {
        parameters(first, action, event);
    }
    crate::generic::complete(payload, event);
    Ok(())
}

/// What the parameters of the first event say, under the names all applications share.
fn parameters(first: Member<'_>, action: Action, event: &mut EventBuilder<'_>) {
    let Some(list) = first.get("parameters") else { return };
    for parameter in list.members() {
        let Some(name) = parameter.scalar_at("name") else { continue };
        let value = ["value", "intValue", "boolValue"]
            .iter()
            .find_map(|key| parameter.scalar_at(key))
            .unwrap_or_default();
        match name {
            "USER_EMAIL" | "affected_email_address" | "target_user" | "email" => {
                event.text_if_said(Column::UserTargetName, value);
            }
            "GROUP_EMAIL" | "GROUP_NAME" | "ROLE_NAME" | "group_id" => {
                event.text_if_said(Column::GroupName, value)
            }
            "doc_title" => event.text_if_said(Column::FilePath, value),
            "app_name" | "CAA_APPLICATION" => event.field("application", value),
            "login_failure_type" | "EVENT_REASON" => event.field("reason", value),
            "login_type" => event.field("auth_method", value),
            "login_challenge_method" => event.field("mfa", value),
            "email_forwarding_destination_address" if action == Action::MailRuleCreate => {
                event.text_if_said(Column::EmailTo, value);
            }
            "DEVICE_NAME" => event.text_if_said(Column::HostName, value),
            "ip_address" if !event.is_set(Column::SourceIp) => {
                event.ip(Column::SourceIp, value);
            }
            _ => {}
        }
    }
}

/// By application and name: the same name means one thing in one application.
fn action(application: &str, name: &str) -> (Action, Option<Outcome>) {
    use Outcome::{Failure, Success};
    let (action, outcome) = match (application, name) {
        ("login", "login_success") => (Action::Login, Some(Success)),
        ("login", "login_failure") => (Action::Login, Some(Failure)),
        ("login", "logout") => (Action::Logout, Some(Success)),
        ("login", "login_challenge" | "login_verification") => (Action::MfaChallenge, None),
        ("login", "password_edit") => (Action::PasswordChange, Some(Success)),
        ("login", "email_forwarding_out_of_domain") => (Action::MailRuleCreate, Some(Success)),
        ("login", "2sv_disable" | "2sv_enroll" | "recovery_email_edit" | "recovery_phone_edit") => {
            (Action::AccountModify, Some(Success))
        }
        ("login", _) if name.starts_with("account_disabled") => (Action::AccountDisable, Some(Success)),
        ("saml", "login_success") => (Action::FederatedLogin, Some(Success)),
        ("saml", "login_failure") => (Action::FederatedLogin, Some(Failure)),
        ("admin", "CREATE_USER") => (Action::AccountCreate, Some(Success)),
        ("admin", "DELETE_USER") => (Action::AccountDelete, Some(Success)),
        ("admin", "SUSPEND_USER") => (Action::AccountDisable, Some(Success)),
        ("admin", "UNSUSPEND_USER") => (Action::AccountEnable, Some(Success)),
        ("admin", "CHANGE_PASSWORD" | "CHANGE_PASSWORD_ON_NEXT_LOGIN") => {
            (Action::PasswordReset, Some(Success))
        }
        ("admin", "CREATE_GROUP" | "CREATE_ROLE") => (Action::GroupCreate, Some(Success)),
        ("admin", "ADD_GROUP_MEMBER" | "ASSIGN_ROLE" | "GRANT_ADMIN_PRIVILEGE") => {
            (Action::GroupAdd, Some(Success))
        }
        ("admin", "REMOVE_GROUP_MEMBER" | "UNASSIGN_ROLE" | "REVOKE_ADMIN_PRIVILEGE") => {
            (Action::GroupRemove, Some(Success))
        }
        ("admin", "GRANT_DELEGATED_ADMIN_PRIVILEGES" | "ADD_PRIVILEGE") => {
            (Action::PermissionGrant, Some(Success))
        }
        ("admin", "AUTHORIZE_API_CLIENT_ACCESS" | "ADD_APPLICATION") => (Action::AppConsent, Some(Success)),
        (
            "admin",
            "ENFORCE_STRONG_AUTHENTICATION"
            | "TOGGLE_CAA_ENABLEMENT"
            | "CHANGE_TWO_STEP_VERIFICATION_FREQUENCY",
        ) => (Action::PolicyChange, Some(Success)),
        ("admin", _)
            if name.starts_with("CHANGE_") || name.starts_with("CREATE_") || name.starts_with("DELETE_") =>
        {
            (Action::ConfigChange, Some(Success))
        }
        ("token", "authorize") => (Action::AppConsent, Some(Success)),
        ("drive", "view" | "download" | "print" | "preview" | "source_copy") => {
            (Action::FileRead, Some(Success))
        }
        ("drive", "create" | "upload" | "copy") => (Action::FileCreate, Some(Success)),
        ("drive", "edit") => (Action::FileWrite, Some(Success)),
        ("drive", "delete" | "trash") => (Action::FileDelete, Some(Success)),
        ("drive", "rename" | "move") => (Action::FileRename, Some(Success)),
        ("drive", _)
            if name.contains("change_user_access")
                || name.contains("change_document")
                || name.contains("acl") =>
        {
            (Action::FilePermissionChange, Some(Success))
        }
        ("groups" | "groups_enterprise", "add_user" | "add_member") => (Action::GroupAdd, Some(Success)),
        ("groups" | "groups_enterprise", "remove_user" | "remove_member") => {
            (Action::GroupRemove, Some(Success))
        }
        ("chrome", "MALWARE_TRANSFER") => (Action::MalwareDetected, Some(Failure)),
        ("chrome", "CHROME_OS_LOGIN_EVENT") => (Action::Login, Some(Success)),
        ("chrome", "CHROME_OS_LOGIN_FAILURE_EVENT") => (Action::Login, Some(Failure)),
        ("chrome", "CHROME_OS_LOGOUT_EVENT") => (Action::Logout, Some(Success)),
        ("context_aware_access", "ACCESS_DENY_EVENT") => (Action::Login, Some(Failure)),
        _ => (Action::ApplicationEvent, None),
    };
    (action, outcome)
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a login is refused",
        text: r#"{"kind":"admin#reports#activity","id":{"time":"2026-03-16T08:12:44.112Z","uniqueQualifier":"1","applicationName":"login","customerId":"C1"},"actor":{"email":"verdi@borgo.example","profileId":"100"},"ipAddress":"198.51.100.23","events":[{"type":"login","name":"login_failure","parameters":[{"name":"login_type","value":"google_password"},{"name":"login_failure_type","value":"login_failure_invalid_password"}]}]}"#,
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "verdi@borgo.example"),
            ("user_domain", "borgo.example"),
            ("source_ip", "198.51.100.23"),
            ("fields.reason", "login_failure_invalid_password"),
            ("timestamp", "2026-03-16T08:12:44.112000Z"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a member joins a group",
        text: r#"{"kind":"admin#reports#activity","id":{"time":"2026-03-16T08:13:44Z","applicationName":"admin"},"actor":{"email":"admin@borgo.example"},"ipAddress":"2001:db8::7","events":[{"type":"GROUP_SETTINGS","name":"ADD_GROUP_MEMBER","parameters":[{"name":"USER_EMAIL","value":"neri@borgo.example"},{"name":"GROUP_EMAIL","value":"ced@borgo.example"}]}]}"#,
        expect: &[
            ("event_action", "group_add"),
            ("user_name", "admin@borgo.example"),
            ("user_target_name", "neri@borgo.example"),
            ("group_name", "ced@borgo.example"),
            ("source_ip", "2001:db8::7"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a file is downloaded; the time is the activity's, not a parameter's",
        text: r#"{"id":{"time":"2026-03-16T08:14:44Z","applicationName":"drive"},"actor":{"email":"verdi@borgo.example"},"events":[{"type":"access","name":"download","parameters":[{"name":"doc_title","value":"bilancio.xlsx"},{"name":"TIMESTAMP","intValue":"1700000000000"}]}]}"#,
        expect: &[
            ("event_action", "file_read"),
            ("file_path", "bilancio.xlsx"),
            ("timestamp", "2026-03-16T08:14:44.000000Z"),
        ],
        absent: &["source_ip", "parse_error"],
    },
    Sample {
        about: "a time that is cut",
        text: r#"{"kind":"admin#reports#activity","id":{"time":"2026-0","applicationName":"login"},"events":[{"name":"login_success"}]}"#,
        expect: &[("parse_error", "expected a time")],
        absent: &["event_outcome"],
    },
    Sample {
        about: "truncated: cut before its reason",
        text: r#"{"kind":"admin#reports#activity","id":{"time":"2026-03-16T08:12:44.112Z","uniqueQualifier":"1","applicationName":"login","customerId":"C1"},"actor":{"email":"verdi@borgo.example","profileId":"100"},"ipAddress":"198.51.100.23","events":[{"type":"login","name":"login_failure","par"#,
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
        about: "hostile: a title that imitates members moves no field",
        text: r#"{"kind":"admin#reports#activity","id":{"time":"2026-03-16T08:15:44Z","applicationName":"drive"},"actor":{"email":"verdi@borgo.example"},"ipAddress":"198.51.100.23","events":[{"name":"view","parameters":[{"name":"doc_title","value":"x\"}],\"ipAddress\":\"203.0.113.6"}]}]}"#,
        expect: &[
            ("event_action", "file_read"),
            ("source_ip", "198.51.100.23"),
            ("user_name", "verdi@borgo.example"),
        ],
        absent: &["parse_error"],
    },
];
