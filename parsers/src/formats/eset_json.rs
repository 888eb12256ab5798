//! ESET PROTECT (and Security Management Center): events exported to syslog as JSON.
//!
//! Promises: linear; the type of the event decides the action, never a path or a name in it.
//! Must not know: the envelope, other formats.
//! Source: ESET PROTECT, Events exported to JSON format.

use schema::{Action, Column, EventBuilder, Outcome};

use super::{account, cloud};
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::json::Json;
use crate::time;

/// See the module.
pub static FORMAT: Format = Format {
    name: "eset_json",
    title: "ESET PROTECT events (JSON)",
    reference: "ESET PROTECT Online Help, Events exported to JSON format",
    programs: &["eraserver", "eset"],
    starts: b"{",
    needs: &[],
    keys: &["source_uuid"],
    recognise: |payload| {
        payload.json.is_some_and(|json| {
            json.has_all(&["event_type", "source_uuid"])
                && (json.get("occured").is_some() || json.get("occurred").is_some())
        })
    },
    parse,
    samples: SAMPLES,
};

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let json = *payload.json.ok_or(Unreadable("expected a JSON object"))?;
    let kind = json.scalar("event_type").unwrap_or_default();
    // The product writes UTC without saying so, and spells the key so.
    let stamp = json.first(&["occured", "occurred"]).unwrap_or_default();
    let (when, _) = time::bind(stamp)
        .or_else(|| time::iso_prefix(stamp))
        .ok_or(Unreadable("expected a time in `occured`"))?;
    payload.set_time(event, when.in_utc());
    let columns: [(Column, &[&str]); 12] = [
        (Column::HostName, &["hostname", "source_name", "target_name"]),
        (Column::HostIp, &["ipv4", "ipv6"]),
        (Column::GroupName, &["group_name"]),
        (Column::LogLevel, &["severity"]),
        (Column::SourceIp, &["source_address"]),
        (Column::SourcePort, &["source_port"]),
        (Column::DestinationIp, &["target_address"]),
        (Column::DestinationPort, &["target_port"]),
        (Column::NetworkTransport, &["protocol"]),
        (Column::RuleName, &["threat_name", "rule_name", "event"]),
        (Column::RuleId, &["rule_id"]),
        (Column::FilePath, &["object_uri", "uri"]),
    ];
    cloud::set(json, &columns, event);
    if !event.is_set(Column::SourceIp)
        && let Some(address) = json.first(&["ipv4", "ipv6"])
    {
        event.ip(Column::SourceIp, address);
    }
    account::set_user(event, json.first(&["username", "user", "user_name"]).unwrap_or_default());
    event.text_if_said(Column::EventCode, kind);
    event.text(Column::ObserverVendor, "ESET");
    what(json, kind, event);
    if let Ok(count @ 1..) = json.scalar("aggregate_count").unwrap_or_default().parse::<i64>() {
        event.int(Column::EventCount, count);
    }
    crate::generic::complete(payload, event);
    Ok(())
}

fn what(json: Json<'_>, kind: &str, event: &mut EventBuilder<'_>) {
    match kind {
        "Threat_Event" | "FilteredWebsites_Event" | "BlockedFile_Event" | "BlockedFiles_Event" => {
            threat(json, kind, event)
        }
        "Firewall_Event" | "FirewallAggregated_Event" => {
            event.action(Action::IntrusionDetected);
            let is_blocked = said(json, "action").contains("block") || json.scalar("handled") == Some("true");
            event.outcome(if is_blocked { Outcome::Failure } else { Outcome::Unknown });
            event.field("blocked", if is_blocked { "true" } else { "false" });
        }
        "HipsAggregated_Event"
        | "HIPS_Event"
        | "EnterpriseInspectorAlert_Event"
        | "ESETInspectAlert_Event"
        | "InspectAlert_Event" => {
            event.action(Action::ProcessStart);
            if said(json, "action").contains("block") {
                event.outcome(Outcome::Failure);
            }
            let is_hips = kind.starts_with('H');
            let target = json.scalar(if is_hips { "target" } else { "processname" }).unwrap_or_default();
            program(target, event);
            let actor =
                json.scalar(if is_hips { "application" } else { "parentprocessname" }).unwrap_or_default();
            if actor.contains(['\\', '/']) {
                event.text(Column::ProcessParentExecutable, actor);
            }
        }
        "Audit_Event" => audit(json, event),
        _ => {
            event.action(Action::ApplicationEvent);
            event.field("action", kind);
        }
    }
}

fn said<'a>(json: Json<'a>, key: &str) -> &'a str {
    json.scalar(key).unwrap_or_default()
}

/// A find on a file or a site: handled is cleaned, blocked or deleted.
fn threat(json: Json<'_>, kind: &str, event: &mut EventBuilder<'_>) {
    event.action(Action::MalwareDetected);
    let handled = json.first(&["threat_handled", "handled"]).unwrap_or_default();
    let taken = json.first(&["action_taken", "action"]).unwrap_or_default();
    let is_handled = matches!(handled, "true" | "1")
        || ["cleaned", "deleted", "blocked", "quarantined"].iter().any(|word| taken.contains(word));
    event.outcome(Outcome::of(is_handled));
    if json.scalar("object_type") != Some("file") && kind == "FilteredWebsites_Event" {
        super::http::set_target("", said(json, "object_uri"), event);
    }
    program(said(json, "processname"), event);
    let hash = said(json, "hash");
    if hash.len() == 64 {
        event.text(Column::FileHashSha256, hash);
    }
    if !taken.is_empty() {
        event.field("taken", taken);
    }
}

fn program(path: &str, event: &mut EventBuilder<'_>) {
    let name = path.rsplit(['\\', '/']).next().unwrap_or(path);
    if name.len() < path.len() {
        event.text(Column::ProcessExecutable, path);
    }
    event.text_if_said(Column::ProcessName, name);
}

/// What administrators do in the console.
fn audit(json: Json<'_>, event: &mut EventBuilder<'_>) {
    let verb = said(json, "action");
    let domain = said(json, "domain");
    let action = match verb {
        "Login attempt" | "Login" | "Authentication" => Action::Login,
        "Logout" => Action::Logout,
        "Set password" | "Password change" => Action::PasswordReset,
        "Create" if domain.contains("user") => Action::AccountCreate,
        "Remove" | "Delete" if domain.contains("user") => Action::AccountDelete,
        "Modify" if domain.contains("user") => Action::AccountModify,
        "Modify" | "Create" | "Remove" | "Delete" if domain.contains("olicy") => Action::PolicyChange,
        "Modify" | "Create" | "Remove" | "Delete" | "Assign" => Action::ConfigChange,
        _ => Action::ApplicationEvent,
    };
    event.action(action);
    event.field("action", verb);
    let target = said(json, "target");
    if domain.contains("user") && target != said(json, "user") {
        event.text_if_said(Column::UserTargetName, target);
    }
    if action == Action::Login && !event.is_set(Column::UserName) {
        event.text_if_said(Column::UserName, target);
    }
    match said(json, "result") {
        "Success" => event.outcome(Outcome::Success),
        "Failure" | "Failed" => event.outcome(Outcome::Failure),
        _ => {}
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a threat is cleaned",
        text: r#"{"event_type":"Threat_Event","ipv4":"192.0.2.77","hostname":"pc-rag-01.borgo.example","source_uuid":"u1","occured":"16-Mar-2026 08:12:44","severity":"Warning","threat_type":"trojan","threat_name":"Win32/Filecoder","object_type":"file","object_uri":"file:///C:/Temp/a.exe","action_taken":"cleaned by deleting","threat_handled":true,"username":"BORGO\\verdi","processname":"C:\\Windows\\explorer.exe"}"#,
        expect: &[
            ("event_action", "malware_detected"),
            ("event_outcome", "success"),
            ("rule_name", "Win32/Filecoder"),
            ("host_name", "pc-rag-01.borgo.example"),
            ("user_name", "verdi"),
            ("user_domain", "BORGO"),
            ("process_executable", "C:\\Windows\\explorer.exe"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a threat is not handled",
        text: r#"{"event_type":"Threat_Event","ipv4":"192.0.2.78","hostname":"srv1","source_uuid":"u1","occured":"16-Mar-2026 08:13:44","severity":"Critical","threat_name":"Win32/X","object_uri":"file:///C:/a.exe","action_taken":"","threat_handled":false}"#,
        expect: &[("event_action", "malware_detected"), ("event_outcome", "failure")],
        absent: &["parse_error", "user_name"],
    },
    Sample {
        about: "an administrator's login fails",
        text: r#"{"event_type":"Audit_Event","ipv4":"192.0.2.5","hostname":"protect","source_uuid":"u1","occured":"16-Mar-2026 08:14:44","severity":"Information","domain":"Native user","action":"Login attempt","target":"Administrator","detail":"Authenticating native user 'Administrator'.","user":"","result":"Failed"}"#,
        expect: &[("event_action", "login"), ("event_outcome", "failure"), ("user_name", "Administrator")],
        absent: &["parse_error"],
    },
    Sample {
        about: "the firewall blocks an attack",
        text: r#"{"event_type":"FirewallAggregated_Event","ipv4":"192.0.2.77","hostname":"pc1","source_uuid":"u1","occured":"16-Mar-2026 08:15:44","severity":"Warning","event":"Port scan","source_address":"203.0.113.9","source_port":4444,"target_address":"192.0.2.77","target_port":445,"protocol":"TCP","action":"blocked","aggregate_count":3}"#,
        expect: &[
            ("event_action", "intrusion_detected"),
            ("source_ip", "203.0.113.9"),
            ("destination_port", "445"),
            ("event_count", "3"),
            ("fields.blocked", "true"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a time that is cut",
        text: r#"{"event_type":"Threat_Event","source_uuid":"u1","occured":"16-Mar-2026","threat_name":"x"}"#,
        expect: &[("parse_error", "expected a time in `occured`"), ("rule_name", "x")],
        absent: &["event_outcome"],
    },
    Sample {
        about: "truncated: cut before its user",
        text: r#"{"event_type":"Threat_Event","ipv4":"192.0.2.77","hostname":"pc-rag-01.borgo.example","source_uuid":"u1","occured":"16-Mar-2026 08:12:44","severity":"Warning","threat_type":"trojan","threat_name":"Win32/Filecoder","object_type":"file","object_uri":"file:///C:/Temp/a.exe","action_taken":"cleaned by deleting","thr"#,
        expect: &[
            ("parse_error", "the object ends too early"),
            ("event_action", "malware_detected"),
            ("event_outcome", "success"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
            ("rule_name", "Win32/Filecoder"),
        ],
        absent: &["user_name", "user_domain", "process_executable"],
    },
    Sample {
        about: "hostile: a file's name that imitates members moves no field",
        text: r#"{"event_type":"Threat_Event","ipv4":"192.0.2.77","hostname":"pc1","source_uuid":"u1","occured":"16-Mar-2026 08:16:44","threat_name":"T","object_uri":"C:\\x\",\"threat_handled\":true,\"hostname\":\"y","threat_handled":false}"#,
        expect: &[("event_outcome", "failure"), ("host_name", "pc1")],
        absent: &["parse_error"],
    },
];
