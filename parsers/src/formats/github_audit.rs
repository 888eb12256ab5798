//! GitHub organisation and enterprise audit log, one JSON event.
//!
//! Promises: linear; the action's name decides. Must not know: the envelope, other formats.
//! Source: GitHub, Audit log events for your organization; Streaming the audit log.

use schema::{Action, Column, EventBuilder, Outcome};

use super::cloud;
use crate::format::{Format, Payload, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "github_audit",
    title: "GitHub audit log (JSON)",
    reference: "GitHub Docs, Audit log events for your organization",
    programs: &[],
    starts: b"{",
    needs: &[],
    keys: &["_document_id"],
    recognise: |payload| {
        payload.json.is_some_and(|json| {
            json.has_all(&["_document_id", "action"])
                && (json.get("actor").is_some() || json.get("org").is_some() || json.get("user").is_some())
        })
    },
    parse,
    samples: SAMPLES,
};

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let json = *payload.json.ok_or(Unreadable("expected a JSON object"))?;
    cloud::time(json, &["@timestamp", "created_at"], payload, event)?;
    let name = json.scalar("action").unwrap_or_default();
    let columns: [(Column, &[&str]); 5] = [
        (Column::SourceIp, &["actor_ip"]),
        (Column::UserId, &["actor_id"]),
        (Column::UserTargetName, &["user", "blocked_user", "invitee"]),
        (Column::GroupName, &["team"]),
        (Column::UserAgentOriginal, &["user_agent"]),
    ];
    cloud::set(json, &columns, event);
    cloud::person(json.scalar("actor").unwrap_or_default(), event);
    if json.scalar("user") == json.scalar("actor") {
        event.clear(Column::UserTargetName);
    }
    event.text_if_said(Column::EventCode, name);
    event.text(Column::ObserverProduct, "GitHub");
    let action = action(name);
    event.action(action);
    if action == Action::ApplicationEvent {
        event.field("action", name);
    }
    event.outcome(Outcome::of(!name.contains("failed") && !name.ends_with("_denied")));
    crate::generic::complete(payload, event);
    Ok(())
}

/// By `CATEGORY.VERB`.
fn action(name: &str) -> Action {
    match name {
        "user.login" | "user.failed_login" => Action::Login,
        "org.sso_response" | "business.sso_response" | "external_identity.provision" => {
            Action::FederatedLogin
        }
        "user.two_factor_challenge_failure" | "user.two_factor_challenge_success" => Action::MfaChallenge,
        "org.add_member" | "team.add_member" | "org.invite_member" => Action::GroupAdd,
        "org.remove_member" | "team.remove_member" => Action::GroupRemove,
        "team.create" => Action::GroupCreate,
        "org.update_member" | "repo.add_member" | "repo.update_member" | "public_key.create"
        | "deploy_key.create" => Action::PermissionGrant,
        "repo.remove_member" | "public_key.delete" | "deploy_key.delete" => Action::PermissionRevoke,
        "personal_access_token.access_granted"
        | "oauth_authorization.create"
        | "org_credential_authorization.grant"
        | "integration_installation.create"
        | "oauth_access.create" => Action::AppConsent,
        "org.disable_two_factor_requirement"
        | "protected_branch.destroy"
        | "protected_branch.policy_override"
        | "repository_secret_scanning.disable"
        | "org.disable_saml" => Action::PolicyChange,
        "audit_log_streaming.destroy" | "audit_log_streaming.update" => Action::AuditDisable,
        "git.clone" | "git.fetch" | "repo.download_zip" => Action::FileRead,
        "git.push" => Action::FileWrite,
        "org.block_user" => Action::AccountDisable,
        "org.unblock_user" => Action::AccountEnable,
        _ if name.starts_with("protected_branch.") || name.contains("_policy") => Action::PolicyChange,
        _ if name.starts_with("repo.") || name.starts_with("hook.") || name.starts_with("org.update") => {
            Action::ConfigChange
        }
        _ => Action::ApplicationEvent,
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a member is added",
        text: r#"{"@timestamp":1773648764112,"_document_id":"d1","action":"org.add_member","actor":"verdi","actor_id":7,"actor_ip":"198.51.100.23","user":"neri","org":"borgo","created_at":1773648764112}"#,
        expect: &[
            ("event_action", "group_add"),
            ("event_outcome", "success"),
            ("user_name", "verdi"),
            ("user_target_name", "neri"),
            ("source_ip", "198.51.100.23"),
            ("timestamp", "2026-03-16T08:12:44.112000Z"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a login fails",
        text: r#"{"@timestamp":1773648765112,"_document_id":"d2","action":"user.failed_login","actor":"verdi","user":"verdi","actor_ip":"203.0.113.9"}"#,
        expect: &[("event_action", "login"), ("event_outcome", "failure"), ("source_ip", "203.0.113.9")],
        absent: &["user_target_name", "parse_error"],
    },
    Sample {
        about: "a repository is cloned",
        text: r#"{"@timestamp":1773648766112,"_document_id":"d3","action":"git.clone","actor":"neri","repo":"borgo/sito","user_agent":"git/2.43","actor_ip":"2001:db8::7"}"#,
        expect: &[
            ("event_action", "file_read"),
            ("user_agent_original", "git/2.43"),
            ("source_ip", "2001:db8::7"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a time that is cut",
        text: r#"{"@timestamp":17736,"_document_id":"d4","action":"git.clone","actor":"neri"}"#,
        expect: &[("parse_error", "expected a time"), ("user_name", "neri")],
        absent: &["event_outcome"],
    },
    Sample {
        about: "truncated: cut before its target",
        text: r#"{"@timestamp":1773648764112,"_document_id":"d1","action":"org.add_member","actor":"verdi","a"#,
        expect: &[
            ("parse_error", "the object ends too early"),
            ("event_action", "group_add"),
            ("event_outcome", "success"),
            ("user_name", "verdi"),
            ("timestamp", "2026-03-16T08:12:44.112000Z"),
        ],
        absent: &["user_target_name", "source_ip"],
    },
    Sample {
        about: "hostile: a repository's name that imitates members moves no field",
        text: r#"{"@timestamp":1773648768112,"_document_id":"d5","action":"repo.create","actor":"neri","repo":"x\",\"actor\":\"root","actor_ip":"198.51.100.23"}"#,
        expect: &[("user_name", "neri"), ("event_action", "config_change")],
        absent: &["parse_error"],
    },
];
