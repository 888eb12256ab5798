//! Events in the Open Cybersecurity Schema Framework (AWS Security Lake and products that export it).
//!
//! Promises: class and activity decide what happened, by their numbers; what the schema's names leave open is filled
//! as in any JSON. Must not know: products. Source: OCSF schema 1.3, classes and objects.

use schema::{Action, Column, EventBuilder, Kind, Outcome};

use crate::format::{Format, Payload, Sample, Unreadable};
use crate::json::Json;
use crate::{generic, time};

/// See the module.
pub static FORMAT: Format = Format {
    name: "ocsf_json",
    title: "OCSF event (JSON)",
    reference: "Open Cybersecurity Schema Framework 1.3",
    programs: &[],
    starts: b"{ ",
    needs: &[],
    keys: &["class_uid"],
    recognise: |payload| {
        payload.json.is_some_and(|json| json.has_all(&["class_uid", "time", "metadata.version"]))
    },
    parse,
    samples: SAMPLES,
};

/// Columns and where they stand, the first that says something.
const NAMES: &[(Column, &[&str])] = &[
    (Column::HostName, &["device.hostname", "device.name"]),
    (Column::HostIp, &["device.ip"]),
    (Column::SourceIp, &["src_endpoint.ip"]),
    (Column::SourcePort, &["src_endpoint.port"]),
    (Column::SourceMac, &["src_endpoint.mac"]),
    (Column::DestinationIp, &["dst_endpoint.ip"]),
    (Column::DestinationPort, &["dst_endpoint.port"]),
    (Column::DestinationDomain, &["dst_endpoint.hostname", "dst_endpoint.domain"]),
    (Column::NetworkTransport, &["connection_info.protocol_name"]),
    (Column::SourceBytes, &["traffic.bytes_out"]),
    (Column::DestinationBytes, &["traffic.bytes_in"]),
    (Column::HttpRequestMethod, &["http_request.http_method"]),
    (Column::HttpRequestReferrer, &["http_request.referrer"]),
    (Column::UserAgentOriginal, &["http_request.user_agent"]),
    (Column::UrlPath, &["http_request.url.path", "url.path"]),
    (Column::UrlQuery, &["http_request.url.query_string", "url.query_string"]),
    (Column::UrlDomain, &["http_request.url.hostname", "url.hostname"]),
    (Column::HttpResponseStatusCode, &["http_response.code"]),
    (Column::DnsQuestionName, &["query.hostname"]),
    (Column::DnsQuestionType, &["query.type"]),
    (Column::EmailFrom, &["email.from"]),
    (Column::EmailSubject, &["email.subject"]),
    (Column::EmailMessageId, &["email.message_uid"]),
    (Column::RuleName, &["finding_info.title", "finding.title", "firewall_rule.name", "policy.name"]),
    (Column::RuleId, &["firewall_rule.uid", "policy.uid"]),
    (Column::ObserverVendor, &["metadata.product.vendor_name"]),
    (Column::ObserverProduct, &["metadata.product.name"]),
    (Column::EventProvider, &["metadata.log_provider", "metadata.log_name"]),
    (Column::EventCode, &["metadata.event_code"]),
    (Column::LogLevel, &["severity"]),
    (Column::GroupName, &["group.name"]),
];

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let json = *payload.json.ok_or(Unreadable("expected a JSON object"))?;
    let stamp = json.scalar("time").unwrap_or_default();
    let time_us = time::epoch(stamp).ok_or(Unreadable("a time that is no epoch"))?;
    payload.set_time_us(event, time_us);
    for (column, names) in NAMES {
        for said in names.iter().filter_map(|name| json.scalar(name)).filter(|said| !said.is_empty()) {
            let is_set = match (column, column.kind()) {
                (Column::SourceIp | Column::DestinationIp | Column::HostIp, _) => event.ip(*column, said),
                (_, Kind::Int) => event.int_text(*column, said),
                _ => {
                    event.text(*column, said);
                    true
                }
            };
            if is_set {
                break;
            }
        }
    }
    let class = json.scalar("class_uid").unwrap_or_default();
    let activity = json.scalar("activity_id").unwrap_or_default();
    who(json, class, event);
    what(json, class, event);
    event.action(action(class, activity, json));
    outcome(json, class, event);
    generic::complete(payload, event);
    Ok(())
}

/// The actor acts; a class about an account or a login has the account in `user`.
fn who(json: Json<'_>, class: &str, event: &mut EventBuilder<'_>) {
    let actor = json.first(&["actor.user.name", "actor.process.user.name"]).unwrap_or_default();
    let user = json.scalar("user.name").unwrap_or_default();
    let is_login = class == "3002";
    let (name, place) = if (is_login || actor.is_empty()) && !user.is_empty() {
        (user, "user")
    } else {
        (actor, if json.get("actor.user.name").is_some() { "actor.user" } else { "actor.process.user" })
    };
    event.text_if_said(Column::UserName, name);
    let account = json.get(place);
    for (column, key) in [(Column::UserDomain, "domain"), (Column::UserId, "uid")] {
        event.text_if_said(column, account.and_then(|account| account.scalar_at(key)).unwrap_or_default());
    }
    if !is_login && !actor.is_empty() {
        event.text_if_said(Column::UserTargetName, user);
    }
}

/// The process that ran or acted, and the file concerned.
fn what(json: Json<'_>, class: &str, event: &mut EventBuilder<'_>) {
    let place = if class == "1007" && json.get("process").is_some() { "process" } else { "actor.process" };
    if let Some(process) = json.get(place) {
        event.text_if_said(Column::ProcessName, process.scalar_at("name").unwrap_or_default());
        event.int_text(Column::ProcessPid, process.scalar_at("pid").unwrap_or_default());
        event.text_if_said(Column::ProcessExecutable, process.scalar_at("file.path").unwrap_or_default());
        event.text_if_said(Column::ProcessCommandLine, process.scalar_at("cmd_line").unwrap_or_default());
    }
    if class == "1007" {
        let parent = json.first(&["process.parent_process.file.path", "actor.process.file.path"]);
        event.text_if_said(Column::ProcessParentExecutable, parent.unwrap_or_default());
    }
    event.text_if_said(Column::FilePath, json.first(&["file.path", "file.name"]).unwrap_or_default());
}

/// Classes and activities by their numbers.
fn action(class: &str, activity: &str, json: Json<'_>) -> Action {
    let is_blocked = json.scalar("disposition_id") == Some("2") || json.scalar("action_id") == Some("2");
    match (class, activity) {
        ("3002", "2") => Action::Logout,
        ("3002", _) => Action::Login,
        ("3001", "1") => Action::AccountCreate,
        ("3001", "2") => Action::AccountEnable,
        ("3001", "3") => Action::PasswordChange,
        ("3001", "4") => Action::PasswordReset,
        ("3001", "5") => Action::AccountDisable,
        ("3001", "6") => Action::AccountDelete,
        ("3001", "9") => Action::AccountLockout,
        ("3001", _) => Action::AccountModify,
        ("3003", "1") => Action::PrivilegeUse,
        ("3006", "3") => Action::GroupAdd,
        ("3006", "4") => Action::GroupRemove,
        ("3006", "6") => Action::GroupCreate,
        ("1001", "1") => Action::FileCreate,
        ("1001", "2" | "14") => Action::FileRead,
        ("1001", "3") => Action::FileWrite,
        ("1001", "4") => Action::FileDelete,
        ("1001", "5") => Action::FileRename,
        ("1001", "6" | "7") => Action::FilePermissionChange,
        ("1005", "1") => Action::ModuleLoad,
        ("1006", "1" | "2") => Action::TaskCreate,
        ("1007", "1") => Action::ProcessStart,
        ("1007", "2") => Action::ProcessStop,
        ("1007", "3") => Action::ProcessAccess,
        ("1007", "4") => Action::ProcessInject,
        ("4001", _) if is_blocked || activity == "5" => Action::ConnectionDenied,
        ("4001", "2" | "3" | "4") => Action::ConnectionClosed,
        ("4001", "1" | "6") => Action::ConnectionAllowed,
        ("4002", _) => Action::HttpRequest,
        ("4003", "2") => Action::DnsResponse,
        ("4003", _) => Action::DnsQuery,
        ("2004", _) if json.get("malware").is_some() => Action::MalwareDetected,
        _ => Action::ApplicationEvent,
    }
}

fn outcome(json: Json<'_>, class: &str, event: &mut EventBuilder<'_>) {
    match json.scalar("status_id") {
        Some("1") => event.outcome(Outcome::Success),
        Some("2") => event.outcome(Outcome::Failure),
        _ if class == "4001" && json.scalar("disposition_id") == Some("2") => event.outcome(Outcome::Failure),
        _ => {}
    }
    for (key, path) in [
        ("action", "activity_name"),
        ("reason", "status_detail"),
        ("disposition", "disposition"),
        ("type", "type_name"),
    ] {
        if let Some(text) = json.scalar(path) {
            event.field(key, text);
        }
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a login that failed",
        text: r#"{"class_uid":3002,"category_uid":3,"activity_id":1,"activity_name":"Logon","time":1773648764112,"status_id":2,"status_detail":"LOGIN_FAILED","severity":"Low","metadata":{"version":"1.3.0","product":{"name":"Portale","vendor_name":"Esempio"}},"user":{"name":"mrossi","domain":"COMUNE","uid":"S-1-5-21-7"},"actor":{"user":{"name":"svc"}},"src_endpoint":{"ip":"198.51.100.23","port":44321},"device":{"hostname":"dc1"}}"#,
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "mrossi"),
            ("user_domain", "COMUNE"),
            ("user_id", "S-1-5-21-7"),
            ("source_ip", "198.51.100.23"),
            ("host_name", "dc1"),
            ("fields.reason", "LOGIN_FAILED"),
            ("timestamp", "2026-03-16T08:12:44.112000Z"),
        ],
        absent: &["parse_error", "user_target_name", "time_guess"],
    },
    Sample {
        about: "an account is created",
        text: r#"{"class_uid":3001,"activity_id":1,"time":1773648765000,"status_id":1,"metadata":{"version":"1.3.0"},"actor":{"user":{"name":"admin"}},"user":{"name":"ospite"}}"#,
        expect: &[
            ("event_action", "account_create"),
            ("event_outcome", "success"),
            ("user_name", "admin"),
            ("user_target_name", "ospite"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a process starts",
        text: r#"{"class_uid":1007,"activity_id":1,"time":1773648766000,"metadata":{"version":"1.3.0"},"process":{"name":"reg.exe","pid":4696,"cmd_line":"reg query HKLM","file":{"path":"C:\\Windows\\System32\\reg.exe"}},"actor":{"process":{"pid":3948,"file":{"path":"C:\\Windows\\explorer.exe"}},"user":{"name":"mrossi"}}}"#,
        expect: &[
            ("event_action", "process_start"),
            ("process_pid", "4696"),
            ("process_executable", r"C:\Windows\System32\reg.exe"),
            ("process_parent_executable", r"C:\Windows\explorer.exe"),
            ("process_command_line", "reg query HKLM"),
        ],
        absent: &["parse_error", "event_outcome"],
    },
    Sample {
        about: "hostile: a flow that was blocked, to a name that imitates a member",
        text: r#"{"class_uid":4001,"activity_id":1,"time":1773648767000,"disposition_id":2,"metadata":{"version":"1.3.0"},"src_endpoint":{"ip":"192.0.2.31"},"dst_endpoint":{"ip":"203.0.113.7","port":443,"hostname":"x\",\"src_endpoint\":{\"ip\":\"203.0.113.9"},"connection_info":{"protocol_name":"tcp"}}"#,
        expect: &[
            ("event_action", "connection_denied"),
            ("event_outcome", "failure"),
            ("source_ip", "192.0.2.31"),
            ("destination_port", "443"),
            ("network_transport", "tcp"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: cut before its user",
        text: r#"{"class_uid":3002,"category_uid":3,"activity_id":1,"activity_name":"Logon","time":1773648764112,"status_id":2,"status_detail":"LOGIN_FAILED","severity":"Low","metadata":{"version":"1.3.0","p"#,
        expect: &[
            ("parse_error", "the object ends too early"),
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("timestamp", "2026-03-16T08:12:44.112000Z"),
            ("fields.reason", "LOGIN_FAILED"),
        ],
        absent: &["user_name", "user_domain", "user_id", "source_ip"],
    },
    Sample {
        about: "a time that is cut",
        text: r#"{"class_uid":3002,"time":"17736","metadata":{"version":"1.3.0"},"user":{"name":"mrossi"}}"#,
        expect: &[("parse_error", "a time that is no epoch"), ("user_name", "mrossi")],
        absent: &[],
    },
];
