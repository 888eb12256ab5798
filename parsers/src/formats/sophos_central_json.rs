//! Sophos Central: events and alerts of the SIEM integration API, as JSON.
//!
//! Promises: linear; the type decides the action; of the event's name only what stands in its own quotes is read.
//! Must not know: the envelope, other formats.
//! Source: Sophos, Sophos Central APIs, SIEM integration; Sophos-Central-SIEM-Integration, field mapping.

use schema::{Action, Column, EventBuilder, Outcome};

use super::{account, cloud};
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::json::Json;

/// See the module.
pub static FORMAT: Format = Format {
    name: "sophos_central_json",
    title: "Sophos Central events and alerts (JSON)",
    reference: "Sophos Central, SIEM Integration API",
    programs: &[],
    starts: b"{",
    needs: &[],
    keys: &["type"],
    recognise: |payload| {
        payload.json.is_some_and(|json| {
            json.scalar("type").is_some_and(|kind| kind.starts_with("Event::"))
                && (json.get("severity").is_some() || json.get("endpoint_id").is_some())
        })
    },
    parse,
    samples: SAMPLES,
};

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let json = *payload.json.ok_or(Unreadable("expected a JSON object"))?;
    cloud::time(json, &["end", "when", "rt", "created_at"], payload, event)?;
    let kind = json.scalar("type").unwrap_or_default();
    let name = json.scalar("name").unwrap_or_default();
    let columns: [(Column, &[&str]); 7] = [
        (Column::SourceIp, &["source_info.ip", "source_info.ipv4", "ips_threat_data.remoteIp"]),
        (Column::HostName, &["dhost", "location", "data.endpoint_hostname"]),
        (Column::UserId, &["duid", "user_id"]),
        (Column::RuleName, &["threat", "core_remedy_items.threat"]),
        (Column::FilePath, &["filePath", "file_path", "data.inserted_object.path"]),
        (Column::FileHashSha256, &["appSha256", "sha256"]),
        (Column::LogLevel, &["severity"]),
    ];
    cloud::set(json, &columns, event);
    let user =
        json.first(&["suser", "source"]).filter(|user| !matches!(*user, "n/a" | "N/A")).unwrap_or_default();
    account::set_user(event, user);
    event.text(Column::EventCode, kind);
    event.text(Column::ObserverVendor, "Sophos");
    what(kind, event);
    named(kind, name, event);
    crate::generic::complete(payload, event);
    account_in_other_form(json, event);
    Ok(())
}

/// By the last words of the type.
fn what(kind: &str, event: &mut EventBuilder<'_>) {
    let has = |part: &str| kind.contains(part);
    let (action, outcome) = if has("PuaDetection") || has("Detection") || has("Threat::Detected") {
        (Action::MalwareDetected, Some(Outcome::Failure))
    } else if has("Clean") || has("Threat::CleanedUp") || has("PuaCleaned") || has("Restored") {
        (Action::MalwareDetected, Some(Outcome::Success))
    } else if has("HmpaExploitPrevented") || has("HmpaCryptoGuard") || has("Hmpa") || has("Prevented") {
        (Action::IntrusionDetected, Some(Outcome::Failure))
    } else if has("WebControl") || has("WebFilteringBlocked") || has("WebControlViolation") {
        (Action::HttpRequest, Some(Outcome::Failure))
    } else if has("Application::Blocked") {
        (Action::ProcessStart, Some(Outcome::Failure))
    } else if has("Application::Detected") || has("Application::Allowed") {
        (Action::ProcessStart, Some(Outcome::Success))
    } else if has("Device::") || has("PeripheralBlocked") || has("PeripheralDetected") {
        (Action::RemovableMedia, None)
    } else if has("UserAutoCreated") {
        (Action::AccountCreate, Some(Outcome::Success))
    } else if has("UpdateSuccess") {
        (Action::SoftwareInstall, Some(Outcome::Success))
    } else if has("UpdateFailure") || has("UpdateRebootRequired") {
        (Action::SoftwareInstall, Some(Outcome::Failure))
    } else if has("SavDisabled")
        || has("RealTimeProtection::Disabled")
        || has("TamperProtectionDisabled")
        || has("EncryptionSuspended")
        || has("Lost")
    {
        (Action::ProtectionDisabled, Some(Outcome::Success))
    } else {
        (Action::ApplicationEvent, None)
    };
    event.action(action);
    if let Some(outcome) = outcome {
        event.outcome(outcome);
    }
    if action == Action::ApplicationEvent {
        event.field("action", kind);
    }
}

/// `PUA detected: 'THREAT' at 'PATH'`; data loss rules name rule and path behind labels of their own.
fn named(kind: &str, name: &str, event: &mut EventBuilder<'_>) {
    if kind.contains("DataLoss") {
        let between =
            |open: &str, close: &str| account::between(name, open, close).map(str::trim).unwrap_or_default();
        event.text_if_said(
            Column::RuleName,
            between("Rule names: ", " User action").trim_matches(['\u{2032}', '\'', ' ']),
        );
        event.text_if_said(
            Column::FilePath,
            name.rsplit_once("Source path: ").map_or("", |(_, path)| path.trim()),
        );
        let domain_user = between("Username: ", " Rule names");
        if !event.is_set(Column::UserName) {
            account::set_user(event, domain_user.trim());
        }
        return;
    }
    let Some((head, rest)) = name.split_once(": '") else { return };
    if !(head.contains("detected")
        || head.contains("cleaned")
        || head.contains("blocked")
        || head.contains("prevented"))
    {
        return;
    }
    let (threat, path) = match rest.rsplit_once("' at '") {
        Some((threat, path)) => (threat, path.trim_end_matches('\'')),
        None => (rest.trim_end_matches('\''), ""),
    };
    if !event.is_set(Column::RuleName) {
        event.text_if_said(Column::RuleName, threat);
    }
    if !event.is_set(Column::FilePath) {
        event.text_if_said(Column::FilePath, path);
    }
}

/// Some exports have only the address of the person.
fn account_in_other_form(json: Json<'_>, event: &mut EventBuilder<'_>) {
    if !event.is_set(Column::UserName) {
        cloud::person(json.first(&["user.email", "email"]).unwrap_or_default(), event);
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "an unwanted application is found",
        text: r#"{"severity":"high","type":"Event::Endpoint::CorePuaDetection","name":"PUA detected: 'AnyDesk' at 'C:\\Users\\verdi\\AnyDesk.exe'","source_info":{"ip":"192.0.2.77"},"location":"PC-RAG-01","rt":"2026-03-16T08:12:44.112Z","suser":"BORGO\\verdi","group":"PUA"}"#,
        expect: &[
            ("event_action", "malware_detected"),
            ("event_outcome", "failure"),
            ("rule_name", "AnyDesk"),
            ("file_path", "C:\\Users\\verdi\\AnyDesk.exe"),
            ("host_name", "PC-RAG-01"),
            ("source_ip", "192.0.2.77"),
            ("user_name", "verdi"),
            ("timestamp", "2026-03-16T08:12:44.112000Z"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "an application is blocked, nobody is named",
        text: r#"{"severity":"low","type":"Event::Endpoint::Application::Blocked","name":"Controlled application blocked: uTorrent","source_info":{"ip":"192.0.2.78"},"end":"2026-03-16T08:13:44.5Z","rt":"2026-03-16T08:13:50Z","suser":"n/a","dhost":"PC2","endpoint_id":"e1"}"#,
        expect: &[
            ("event_action", "process_start"),
            ("event_outcome", "failure"),
            ("host_name", "PC2"),
            ("timestamp", "2026-03-16T08:13:44.500000Z"),
        ],
        absent: &["user_name", "parse_error"],
    },
    Sample {
        about: "a threat is cleaned up",
        text: r#"{"severity":"low","type":"Event::Endpoint::Threat::CleanedUp","name":"Malware cleaned up: 'Mal/X' at 'C:\\a.exe'","threat":"Mal/X","dhost":"PC3","end":"2026-03-16T08:14:44Z","endpoint_id":"e1"}"#,
        expect: &[("event_action", "malware_detected"), ("event_outcome", "success"), ("rule_name", "Mal/X")],
        absent: &["parse_error"],
    },
    Sample {
        about: "a time that is cut",
        text: r#"{"severity":"low","type":"Event::Endpoint::UpdateSuccess","end":"2026-03-16T","dhost":"PC3"}"#,
        expect: &[("parse_error", "expected a time")],
        absent: &["event_outcome"],
    },
    Sample {
        about: "truncated: cut before its user",
        text: r#"{"severity":"high","type":"Event::Endpoint::CorePuaDetection","name":"PUA detected: 'AnyDesk' at 'C:\\Users\\verdi\\AnyDesk.exe'","source_info":{"ip":"192.0.2.77"},"location":"PC-RAG-01","rt":"2026-03-16T08:12:44.112Z","su"#,
        expect: &[
            ("parse_error", "the object ends too early"),
            ("event_action", "malware_detected"),
            ("event_outcome", "failure"),
            ("source_ip", "192.0.2.77"),
            ("timestamp", "2026-03-16T08:12:44.112000Z"),
        ],
        absent: &["user_name"],
    },
    Sample {
        about: "hostile: a file's name that imitates members moves no field",
        text: r#"{"severity":"high","type":"Event::Endpoint::CorePuaDetection","name":"PUA detected: 'X' at 'C:\\a\",\"dhost\":\"y' at 'C:\\b'","dhost":"PC4","end":"2026-03-16T08:15:44Z"}"#,
        expect: &[("host_name", "PC4"), ("event_outcome", "failure")],
        absent: &["parse_error"],
    },
];
