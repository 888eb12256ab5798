//! The other channels: Application, Defender, PowerShell, Terminal Services, printing, tasks, firewall,
//! virtual machines, backup, DHCP.
//!
//! Must not know: JSON shapes. Source: the providers' manifests.

mod protection;
mod remote;
mod scripts;
mod sessions;

use schema::{Action, Column, EventBuilder, Outcome};

use super::access::field_if_said;
use super::person::{split, user_of};
use super::sysmon::process;
use super::{Item, WindowsEvent};
use crate::formats::http;

/// Fills the columns of an event of the Application channel; none when nothing is known of it.
pub(super) fn fill_classic(
    id: u32,
    record: &WindowsEvent<'_>,
    event: &mut EventBuilder<'_>,
) -> Option<Action> {
    let provider = record.provider;
    match id {
        1033..=1036 | 11707 | 11708 | 11724 if provider == "MsiInstaller" => Some(package(id, record, event)),
        1000 if provider == "Application Error" => {
            process(record.facts.first(&[Item::Param11, Item::Param1]), "", event);
            event.outcome(Outcome::Failure);
            Some(Action::ProcessStop)
        }
        33205 if provider.starts_with("MSSQL") => remote::database_audit(record, event),
        18453..=18456 if provider.starts_with("MSSQL") => Some(database_login(id, record, event)),
        _ => fill(id, record, event),
    }
}

/// Fills the columns of an event told apart by its provider, whatever the channel; none when unknown.
pub(super) fn fill(id: u32, record: &WindowsEvent<'_>, event: &mut EventBuilder<'_>) -> Option<Action> {
    let name = if record.provider.is_empty() { record.channel } else { record.provider };
    let short = name.strip_prefix("Microsoft-Windows-").unwrap_or(name);
    let short = short.split('/').next().unwrap_or(short);
    match short {
        "Windows Defender" => protection::defender(id, record, event),
        "Windows Firewall With Advanced Security" => protection::firewall(id, record, event),
        "AppLocker" => protection::application_control(id, record, event),
        "PowerShell" | "PowerShellCore" | "Windows PowerShell" => scripts::fill(id, record, event),
        "TerminalServices-LocalSessionManager" | "TerminalServices-RemoteConnectionManager" => {
            sessions::fill(id, record, event)
        }
        "RemoteDesktopServices-RdpCoreTS" => remote::desktop(id, record, event),
        "ActiveDirectory_DomainService" => remote::directory(id, record, event),
        "WMI-Activity" if id == 5861 => Some(remote::subscription(record, event)),
        "SMBServer" if id == 551 => Some(sessions::file_server_login(record, event)),
        "PrintService" if id == 307 => Some(print(record, event)),
        "TaskScheduler" => task(id, record, event),
        "WindowsUpdateClient" if matches!(id, 19 | 20 | 43) => Some(update(id, record, event)),
        "DriverFrameworks-UserMode" if id == 2003 => {
            event.outcome(Outcome::Success);
            Some(Action::RemovableMedia)
        }
        "Hyper-V-Worker" | "Hyper-V-VMMS" => virtual_machine(id, record, event),
        "Backup" => backup(id, event),
        "Bits-Client" => transfer(record, event),
        "DHCP-Server" | "Dhcp-Server" | "DhcpServer" => lease(id, record, event),
        _ => None,
    }
}

/// MsiInstaller: param1 product, param2 version, param4 result, 0 when it went well.
fn package(id: u32, record: &WindowsEvent<'_>, event: &mut EventBuilder<'_>) -> Action {
    field_if_said("package", record.get(Item::Param1), event);
    field_if_said("version", record.get(Item::Param2), event);
    let operation = match id {
        1034 | 11724 => "remove",
        1035 | 1036 => "update",
        _ => "install",
    };
    event.field("operation", operation);
    let failed = match id {
        11708 => true,
        1033..=1036 => !matches!(record.get(Item::Param4), "" | "0" | "(NULL)"),
        _ => false,
    };
    event.outcome(Outcome::of(!failed));
    Action::SoftwareInstall
}

/// WindowsUpdateClient 19 (installed), 20 (failed), 43 (begun).
pub(super) fn update(id: u32, record: &WindowsEvent<'_>, event: &mut EventBuilder<'_>) -> Action {
    field_if_said("package", record.get(Item::UpdateTitle), event);
    event.field("operation", "update");
    match id {
        19 => event.outcome(Outcome::Success),
        20 => event.outcome(Outcome::Failure),
        _ => {
            event.outcome(Outcome::Unknown);
            event.field("action", "update_begin");
            return Action::ApplicationEvent;
        }
    }
    Action::SoftwareInstall
}

/// SQL Server: param1 login, then the reason and ` [CLIENT: address]`.
fn database_login(id: u32, record: &WindowsEvent<'_>, event: &mut EventBuilder<'_>) -> Action {
    user_of(record.get(Item::Param1), event);
    for text in [Item::Param2, Item::Param3].map(|name| record.get(name)) {
        if let Some((_, rest)) = text.rsplit_once("[CLIENT: ") {
            event.ip(Column::SourceIp, rest.trim_end().trim_end_matches(']'));
        }
    }
    event.outcome(Outcome::of(id != 18456));
    Action::Login
}

/// PrintService 307: job, title (personal data, it stays in the verbatim view), account, computer,
/// printer, port, bytes, pages.
fn print(record: &WindowsEvent<'_>, event: &mut EventBuilder<'_>) -> Action {
    user_of(record.get(Item::Param3), event);
    field_if_said("workstation", record.get(Item::Param4).trim_start_matches('\\'), event);
    field_if_said("printer", record.get(Item::Param5), event);
    field_if_said("pages", record.get(Item::Param8), event);
    event.outcome(Outcome::Success);
    Action::Print
}

fn task(id: u32, record: &WindowsEvent<'_>, event: &mut EventBuilder<'_>) -> Option<Action> {
    event.text_if_said(Column::FilePath, record.get(Item::TaskName));
    let account = record.facts.first(&[Item::UserContext, Item::UserName]);
    if !account.is_empty() {
        user_of(account, event);
    }
    match id {
        106 | 140 => {
            event.outcome(Outcome::Success);
            Some(Action::TaskCreate)
        }
        141 | 142 => {
            event.outcome(Outcome::Success);
            Some(Action::ConfigChange)
        }
        _ => {
            event.text_if_said(Column::ProcessExecutable, record.get(Item::Path));
            None
        }
    }
}

fn virtual_machine(id: u32, record: &WindowsEvent<'_>, event: &mut EventBuilder<'_>) -> Option<Action> {
    field_if_said("vm", record.get(Item::VmName), event);
    let (action, operation) = match id {
        18500 | 18596 => (Action::VmPowerOn, "start"),
        18518 => (Action::VmPowerOn, "resume"),
        18502 => (Action::VmPowerOff, "off"),
        18504 | 18508 | 18580 => (Action::VmPowerOff, "shutdown"),
        18510 => (Action::VmPowerOff, "save"),
        18512 | 18514 => (Action::VmPowerOff, "reset"),
        18516 => (Action::VmPowerOff, "pause"),
        13003 => (Action::VmDelete, "delete"),
        _ => return None,
    };
    event.field("operation", operation);
    event.outcome(Outcome::Success);
    Some(action)
}

/// The background transfer service names what it fetches.
fn transfer(record: &WindowsEvent<'_>, event: &mut EventBuilder<'_>) -> Option<Action> {
    let url = record.get(Item::Url);
    if let Some((_, rest)) = url.split_once("://") {
        let authority = rest.split(['/', '?']).next().unwrap_or(rest);
        event.text_if_said(Column::DestinationDomain, http::host_of(authority));
        http::set_target("", url, event);
    }
    None
}

/// Windows Server Backup.
fn backup(id: u32, event: &mut EventBuilder<'_>) -> Option<Action> {
    let (action, outcome) = match id {
        1 => (Action::BackupStart, Outcome::Success),
        4 => (Action::BackupEnd, Outcome::Success),
        14 => (Action::BackupEnd, Outcome::Unknown),
        5 | 8 | 9 | 17..=22 | 49 | 50 | 517 | 518 | 521 | 527 | 528 | 544..=546 | 561 | 564 | 612 => {
            (Action::BackupEnd, Outcome::Failure)
        }
        _ => return None,
    };
    event.text(Column::ServiceName, "Windows Server Backup");
    event.outcome(outcome);
    Some(action)
}

/// Ids of the DHCP server, those of its audit log too.
fn lease(id: u32, record: &WindowsEvent<'_>, event: &mut EventBuilder<'_>) -> Option<Action> {
    event.ip(Column::SourceIp, record.get(Item::IpAddress));
    event.text_if_said(Column::SourceMac, record.get(Item::HardwareAddress));
    match id {
        10 | 11 | 20 | 21 => {
            event.outcome(Outcome::Success);
            Some(Action::DhcpLease)
        }
        13..=15 | 22 | 1063 => {
            event.outcome(Outcome::Failure);
            Some(Action::DhcpFailure)
        }
        1020 => {
            event.outcome(Outcome::Failure);
            event.field("metric", "dhcp_pool");
            event.field("state", "warning");
            Some(Action::HealthChange)
        }
        _ => None,
    }
}

/// Sets user and domain of `DOMAIN\name` when it is said, else leaves them.
fn user_if_said(account: &str, event: &mut EventBuilder<'_>) {
    if !split(account).1.is_empty() {
        user_of(account, event);
    }
}
