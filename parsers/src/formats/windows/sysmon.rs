//! Channel of Sysmon.
//!
//! Sysmon writes English on every Windows, so that its message can stand in for event data the agent dropped.
//! Must not know: JSON shapes. Source: Sysinternals Sysmon 15 documentation and schema 4.90.

use schema::{Action, Column, EventBuilder, Outcome};

use super::access::field_if_said;
use super::outcome::number;
use super::person::user_of;
use super::{Item, WindowsEvent};

/// Sets program, its name and its id.
pub(super) fn process(executable: &str, id: &str, event: &mut EventBuilder<'_>) {
    if executable.is_empty() || executable == "-" {
        return;
    }
    event.text(Column::ProcessExecutable, executable);
    let name = executable.rsplit(['\\', '/']).next().unwrap_or(executable);
    event.text_if_said(Column::ProcessName, name);
    if let Some(id) = number(id).and_then(|id| i64::try_from(id).ok()) {
        event.int(Column::ProcessPid, id);
    }
}

/// The lines `Name: value` of a message, for an event whose data the agent left out.
pub(super) fn facts_from_message(record: &mut WindowsEvent<'_>) {
    let message = record.message;
    for line in message.split(['\n', '\r']) {
        if let Some((name, value)) = line.split_once(": ") {
            record.facts.put(name.trim(), value.trim());
        }
    }
}

/// Fills the columns of a Sysmon event; none when its id is unknown.
pub(super) fn fill(id: u32, record: &WindowsEvent<'_>, event: &mut EventBuilder<'_>) -> Option<Action> {
    process(record.facts.first(&[Item::Image, Item::SourceImage]), record.get(Item::ProcessId), event);
    let user = record.facts.first(&[Item::User, Item::SourceUser]);
    if !user.is_empty() {
        user_of(user, event);
    }
    event.text_if_said(Column::RuleName, record.get(Item::RuleName));
    let outcome = if matches!(id, 27 | 28 | 255) { Outcome::Failure } else { Outcome::Success };
    event.outcome(outcome);
    let action = match id {
        1 => {
            event.text_if_said(Column::ProcessCommandLine, record.get(Item::CommandLine));
            event.text_if_said(Column::ProcessParentExecutable, record.get(Item::ParentImage));
            hash(record, event);
            Action::ProcessStart
        }
        2 | 11 | 15 | 23 | 26..=29 => file(id, record, event),
        3 => connection(record, event),
        4 => {
            event.text(Column::ServiceName, "Sysmon");
            if record.get(Item::State) == "Stopped" { Action::ServiceStop } else { Action::ServiceStart }
        }
        5 => Action::ProcessStop,
        6 | 7 => {
            event.text_if_said(Column::FilePath, record.get(Item::ImageLoaded));
            if id == 6 {
                process(record.get(Item::ImageLoaded), "", event);
            }
            hash(record, event);
            Action::ModuleLoad
        }
        8 | 25 => {
            field_if_said("target_process", record.get(Item::TargetImage), event);
            Action::ProcessInject
        }
        9 => {
            event.text_if_said(Column::FilePath, record.get(Item::Device));
            Action::FileRead
        }
        10 => {
            field_if_said("target_process", record.get(Item::TargetImage), event);
            field_if_said("granted_access", record.get(Item::GrantedAccess), event);
            Action::ProcessAccess
        }
        12..=14 => {
            field_if_said("cfg_path", record.get(Item::TargetObject), event);
            field_if_said("new", record.get(Item::Details), event);
            Action::ConfigChange
        }
        16 => {
            field_if_said("cfg_path", record.get(Item::Configuration), event);
            Action::ConfigChange
        }
        17 | 18 => {
            field_if_said("pipe", record.get(Item::PipeName), event);
            event.field("action", if id == 17 { "pipe_create" } else { "pipe_connect" });
            Action::ApplicationEvent
        }
        19..=21 => Action::ConfigChange,
        22 => dns(record, event),
        24 => {
            event.field("action", "clipboard_change");
            Action::ApplicationEvent
        }
        _ => return None,
    };
    Some(action)
}

fn file(id: u32, record: &WindowsEvent<'_>, event: &mut EventBuilder<'_>) -> Action {
    event.text_if_said(Column::FilePath, record.get(Item::TargetFilename));
    hash(record, event);
    match id {
        2 => {
            event.field("changed", "creation_time");
            Action::FileWrite
        }
        23 | 26 | 28 => Action::FileDelete,
        _ => Action::FileCreate,
    }
}

fn connection(record: &WindowsEvent<'_>, event: &mut EventBuilder<'_>) -> Action {
    event.ip(Column::SourceIp, record.get(Item::SourceAddress));
    event.int_text(Column::SourcePort, record.get(Item::SourcePort));
    event.ip(Column::DestinationIp, record.get(Item::DestAddress));
    event.int_text(Column::DestinationPort, record.get(Item::DestPort));
    event.text_if_said(Column::DestinationDomain, record.get(Item::DestHostname));
    event.text_if_said(Column::NetworkTransport, record.get(Item::Protocol));
    match record.get(Item::Initiated) {
        "true" | "True" => event.text(Column::NetworkDirection, "outbound"),
        "false" | "False" => event.text(Column::NetworkDirection, "inbound"),
        _ => {}
    }
    Action::ConnectionAllowed
}

/// 22: a name was asked; the status is a Windows error number, 0 when it was answered.
fn dns(record: &WindowsEvent<'_>, event: &mut EventBuilder<'_>) -> Action {
    event.text_if_said(Column::DnsQuestionName, record.get(Item::QueryName));
    field_if_said("answer", record.get(Item::QueryResults), event);
    field_if_said("status", record.get(Item::QueryStatus), event);
    event.outcome(Outcome::Unknown);
    Action::DnsQuery
}

/// The SHA-256 of `SHA1=…,MD5=…,SHA256=…,IMPHASH=…`.
pub(super) fn hash(record: &WindowsEvent<'_>, event: &mut EventBuilder<'_>) {
    let hashes = record.get(Item::EngineHash);
    let sha256 = hashes.split(',').find_map(|hash| hash.trim_start().strip_prefix("SHA256="));
    if let Some(sha256) = sha256.filter(|digits| digits.len() == 64) {
        event.text(Column::FileHashSha256, sha256);
    }
}
