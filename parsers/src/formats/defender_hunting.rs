//! Microsoft Defender XDR: the device tables of advanced hunting, as its streaming API and Sentinel write their rows.
//!
//! A row names two processes: the one that acts (`InitiatingProcess…`) and, where a process is what the row is about,
//! that one in plain names. Then the acting one is its parent.
//!
//! Promises: linear in the paths asked for. Must not know: the envelope, alerts of Defender (OCSF, Sentinel).
//! Source: Microsoft, advanced hunting schema reference; streaming API.

use schema::{Action, Column, EventBuilder, Outcome};

use super::{cloud, transport};
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::json::Json;

/// See the module.
pub static FORMAT: Format = Format {
    name: "defender_hunting",
    title: "Microsoft Defender XDR advanced hunting (JSON)",
    reference: "Microsoft Defender XDR, advanced hunting schema reference; streaming API",
    programs: &[],
    starts: b"{",
    needs: &[],
    keys: &["category", "ActionType"],
    recognise: |payload| payload.json.is_some_and(|json| table(*json).is_some()),
    parse,
    samples: SAMPLES,
};

/// The table of a row: `DeviceProcessEvents`, …
fn table<'a>(json: Json<'a>) -> Option<&'a str> {
    if let Some(table) =
        json.scalar("category").and_then(|category| category.strip_prefix("AdvancedHunting-Device"))
    {
        return json.get("properties").is_some().then_some(table);
    }
    let is_row = json.has_all(&["ActionType", "DeviceId", "DeviceName"]);
    let said = json.first(&["Type", "$table"]).and_then(|table| table.strip_prefix("Device"));
    is_row.then(|| said.unwrap_or_default())
}

/// A name of a row, which stands at the top or in `properties`.
macro_rules! at {
    ($($name:literal),*) => {
        &[$(concat!("properties.", $name), $name),*]
    };
}

type Columns = &'static [(Column, &'static [&'static str])];

/// Where a process is what the row is about.
const PROCESS: Columns = &[
    (Column::ProcessExecutable, at!("FolderPath")),
    (Column::ProcessName, at!("FileName")),
    (Column::ProcessPid, at!("ProcessId")),
    (Column::ProcessCommandLine, at!("ProcessCommandLine")),
    (Column::ProcessParentExecutable, at!("InitiatingProcessFolderPath", "InitiatingProcessFileName")),
    (Column::UserName, at!("AccountName", "InitiatingProcessAccountName")),
    (Column::UserDomain, at!("AccountDomain", "InitiatingProcessAccountDomain")),
    (Column::UserId, at!("AccountSid", "InitiatingProcessAccountSid")),
];

/// Where a process acts on something else.
const ACTING: Columns = &[
    (Column::ProcessExecutable, at!("InitiatingProcessFolderPath")),
    (Column::ProcessName, at!("InitiatingProcessFileName")),
    (Column::ProcessPid, at!("InitiatingProcessId")),
    (Column::ProcessCommandLine, at!("InitiatingProcessCommandLine")),
    (Column::FilePath, at!("FolderPath", "FileName")),
    (Column::UserName, at!("RequestAccountName", "AccountName", "InitiatingProcessAccountName")),
    (Column::UserDomain, at!("RequestAccountDomain", "AccountDomain", "InitiatingProcessAccountDomain")),
    (Column::UserId, at!("RequestAccountSid", "AccountSid", "InitiatingProcessAccountSid")),
];

/// Of every row.
const COMMON: Columns = &[(Column::HostName, at!("DeviceName")), (Column::FileHashSha256, at!("SHA256"))];

const LOCAL_AND_REMOTE: Columns = &[
    (Column::SourceIp, at!("LocalIP")),
    (Column::SourcePort, at!("LocalPort")),
    (Column::DestinationIp, at!("RemoteIP")),
    (Column::DestinationPort, at!("RemotePort")),
    (Column::DestinationDomain, at!("RemoteUrl")),
];

const REMOTE_AND_LOCAL: Columns = &[
    (Column::SourceIp, at!("RemoteIP", "RequestSourceIP")),
    (Column::SourcePort, at!("RemotePort", "RequestSourcePort")),
    (Column::DestinationIp, at!("LocalIP")),
    (Column::DestinationPort, at!("LocalPort")),
];

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let json = *payload.json.ok_or(Unreadable("expected a JSON object"))?;
    let table = table(json).ok_or(Unreadable("expected a table of devices"))?;
    cloud::time(json, at!("Timestamp", "TimeGenerated", "time"), payload, event)?;
    let kind = json.first(at!("ActionType")).ok_or(Unreadable("a row without its ActionType"))?;
    event.text(Column::ObserverVendor, "Microsoft");
    event.text(Column::ObserverProduct, "Defender");
    event.text(Column::EventCode, kind);
    cloud::set(json, COMMON, event);
    let is_about_process = json.first(at!("ProcessId", "ProcessCommandLine")).is_some();
    cloud::set(json, if is_about_process { PROCESS } else { ACTING }, event);
    let is_outward = table.starts_with("Network") && !kind.starts_with("Inbound");
    cloud::set(json, if is_outward { LOCAL_AND_REMOTE } else { REMOTE_AND_LOCAL }, event);
    event.text_if_said(
        Column::NetworkTransport,
        transport::name(json.first(at!("Protocol")).unwrap_or_default()),
    );
    cloud::fields(
        json,
        &[
            ("logon_type", at!("LogonType")),
            ("reason", at!("FailureReason")),
            ("registry_key", at!("RegistryKey")),
            ("registry_value", at!("RegistryValueName")),
            ("parent_command_line", at!("InitiatingProcessCommandLine")),
            ("new_path", at!("PreviousFileName")),
            ("report_id", at!("ReportId")),
        ],
        event,
    );
    let (action, outcome) = meaning(kind);
    event.action(action);
    if action == Action::ApplicationEvent {
        event.field("action", kind);
    }
    if let Some(outcome) = outcome {
        event.outcome(outcome);
    }
    Ok(())
}

fn meaning(kind: &str) -> (Action, Option<Outcome>) {
    use Outcome::{Failure, Success};
    match kind {
        "ProcessCreated" | "OpenProcess" => (Action::ProcessStart, Some(Success)),
        "FileCreated" => (Action::FileCreate, Some(Success)),
        "FileModified" => (Action::FileWrite, Some(Success)),
        "FileRenamed" => (Action::FileRename, Some(Success)),
        "FileDeleted" => (Action::FileDelete, Some(Success)),
        "LogonSuccess" => (Action::Login, Some(Success)),
        "LogonFailed" => (Action::Login, Some(Failure)),
        "ConnectionSuccess" | "InboundConnectionAccepted" | "ConnectionAcknowledged" => {
            (Action::ConnectionAllowed, Some(Success))
        }
        "ConnectionFailed" | "FirewallOutboundConnectionBlocked" | "FirewallInboundConnectionBlocked" => {
            (Action::ConnectionDenied, Some(Failure))
        }
        "ScheduledTaskCreated" | "ScheduledTaskUpdated" => (Action::TaskCreate, Some(Success)),
        "ServiceInstalled" => (Action::ServiceInstall, Some(Success)),
        "DriverLoad" | "ImageLoaded" => (Action::ModuleLoad, Some(Success)),
        "UserAccountCreated" => (Action::AccountCreate, Some(Success)),
        "UserAccountDeleted" => (Action::AccountDelete, Some(Success)),
        "UserAccountAddedToLocalGroup" => (Action::GroupAdd, Some(Success)),
        _ => (Action::ApplicationEvent, None),
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a process starts: the one that started it is its parent",
        text: r#"{"time":"2026-03-16T08:12:50Z","tenantId":"t","operationName":"Publish","category":"AdvancedHunting-DeviceProcessEvents","properties":{"Timestamp":"2026-03-16T08:12:44.1122331Z","DeviceId":"d1","DeviceName":"pc7.borgo.example","ActionType":"ProcessCreated","FileName":"powershell.exe","FolderPath":"C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe","ProcessId":4411,"ProcessCommandLine":"powershell.exe -enc AAAA","AccountDomain":"BORGO","AccountName":"mrossi","InitiatingProcessFileName":"winword.exe","InitiatingProcessFolderPath":"c:\\program files\\office\\winword.exe","InitiatingProcessId":2210,"InitiatingProcessCommandLine":"winword.exe /n","InitiatingProcessAccountName":"system"}}"#,
        expect: &[
            ("event_action", "process_start"),
            ("event_outcome", "success"),
            ("timestamp", "2026-03-16T08:12:44.112233Z"),
            ("host_name", "pc7.borgo.example"),
            ("process_executable", "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe"),
            ("process_name", "powershell.exe"),
            ("process_pid", "4411"),
            ("process_command_line", "powershell.exe -enc AAAA"),
            ("process_parent_executable", "c:\\program files\\office\\winword.exe"),
            ("user_name", "mrossi"),
            ("user_domain", "BORGO"),
        ],
        absent: &["file_path", "source_ip", "parse_error"],
    },
    Sample {
        about: "a login is refused, the row alone",
        text: r#"{"Timestamp":"2026-03-16T02:12:44Z","DeviceId":"d1","DeviceName":"srv1.borgo.example","ActionType":"LogonFailed","LogonType":"RemoteInteractive","AccountDomain":"BORGO","AccountName":"administrator","FailureReason":"InvalidUserNameOrPassword","RemoteIP":"198.51.100.23","RemotePort":50122,"InitiatingProcessFileName":"lsass.exe","InitiatingProcessId":700}"#,
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "administrator"),
            ("source_ip", "198.51.100.23"),
            ("source_port", "50122"),
            ("process_name", "lsass.exe"),
            ("fields.reason", "InvalidUserNameOrPassword"),
        ],
        absent: &["destination_ip", "parse_error"],
    },
    Sample {
        about: "a file is written by a process",
        text: r#"{"time":"2026-03-16T08:13:50Z","category":"AdvancedHunting-DeviceFileEvents","properties":{"Timestamp":"2026-03-16T08:13:44Z","DeviceName":"pc7.borgo.example","ActionType":"FileCreated","FileName":"a.exe","FolderPath":"C:\\Users\\mrossi\\a.exe","InitiatingProcessFolderPath":"c:\\windows\\explorer.exe","InitiatingProcessFileName":"explorer.exe","InitiatingProcessId":88,"InitiatingProcessAccountName":"mrossi"}}"#,
        expect: &[
            ("event_action", "file_create"),
            ("file_path", "C:\\Users\\mrossi\\a.exe"),
            ("process_executable", "c:\\windows\\explorer.exe"),
            ("process_pid", "88"),
            ("user_name", "mrossi"),
        ],
        absent: &["process_parent_executable", "parse_error"],
    },
    Sample {
        about: "a connection out, and what a connection in turns round",
        text: r#"{"time":"2026-03-16T08:14:50Z","category":"AdvancedHunting-DeviceNetworkEvents","properties":{"Timestamp":"2026-03-16T08:14:44Z","DeviceName":"pc7.borgo.example","ActionType":"ConnectionSuccess","LocalIP":"192.0.2.31","LocalPort":50000,"RemoteIP":"203.0.113.9","RemotePort":443,"RemoteUrl":"bad.example","Protocol":"Tcp","InitiatingProcessFileName":"a.exe","InitiatingProcessId":4412}}"#,
        expect: &[
            ("event_action", "connection_allowed"),
            ("source_ip", "192.0.2.31"),
            ("destination_ip", "203.0.113.9"),
            ("destination_port", "443"),
            ("destination_domain", "bad.example"),
            ("process_name", "a.exe"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: cut before its processes",
        text: r#"{"time":"2026-03-16T08:12:50Z","category":"AdvancedHunting-DeviceProcessEvents","properties":{"Timestamp":"2026-03-16T08:12:44Z","DeviceName":"pc7.borgo.example","ActionType":"ProcessCreated","FileNa"#,
        expect: &[("parse_error", "the object ends too early"), ("host_name", "pc7.borgo.example")],
        absent: &["process_name", "process_pid", "user_name"],
    },
    Sample {
        about: "hostile: a command line that imitates members moves no field",
        text: r#"{"time":"2026-03-16T08:12:50Z","category":"AdvancedHunting-DeviceProcessEvents","properties":{"Timestamp":"2026-03-16T08:12:44Z","DeviceName":"pc7.borgo.example","ActionType":"ProcessCreated","ProcessCommandLine":"x\",\"AccountName\":\"root\",\"RemoteIP\":\"203.0.113.9","ProcessId":1,"FileName":"x.exe","AccountName":"mrossi"}}"#,
        expect: &[("user_name", "mrossi"), ("process_name", "x.exe")],
        absent: &["source_ip", "parse_error"],
    },
];
