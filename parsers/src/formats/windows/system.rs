//! Channel System: boots and shutdowns, services, updates, disks, the clock, the cleared log.
//!
//! Must not know: JSON shapes. Source: the providers' manifests; ids are unique within a provider only.

use schema::{Action, Column, EventBuilder, Outcome};

use super::access::field_if_said;
use super::person::{subject, user_of};
use super::sysmon::process;
use super::{Item, WindowsEvent, applications};
use crate::time::iso_prefix;

/// Fills the columns of an event of the System channel; none when nothing is known of it.
pub(super) fn fill(id: u32, record: &WindowsEvent<'_>, event: &mut EventBuilder<'_>) -> Option<Action> {
    let provider = record.provider;
    let action = match id {
        104 => log_cleared(record, event),
        6005 | 6006 | 6008 if is_event_log(provider) => {
            event.outcome(Outcome::of(id != 6008));
            if id == 6005 { Action::SystemStart } else { Action::SystemStop }
        }
        12 | 13 if provider.ends_with("Kernel-General") => {
            event.outcome(Outcome::Success);
            if id == 12 { Action::SystemStart } else { Action::SystemStop }
        }
        1 if provider.ends_with("Kernel-General") => {
            event.outcome(Outcome::Success);
            clock_change(record, event)
        }
        41 if provider.is_empty() || provider.ends_with("Kernel-Power") => {
            event.outcome(Outcome::Failure);
            event.field("reason", "unexpected");
            Action::SystemStop
        }
        1074 => shutdown_requested(record, event),
        19 | 20 | 43 if provider.is_empty() || provider.ends_with("WindowsUpdateClient") => {
            applications::update(id, record, event)
        }
        7000..=7045 if provider.is_empty() || provider.contains("Service Control Manager") => {
            return service_control(id, record, event);
        }
        7 | 11 | 51 | 52 | 55 | 153 | 2013 => return disk(id, record, event),
        _ => return applications::fill(id, record, event),
    };
    Some(action)
}

fn is_event_log(provider: &str) -> bool {
    provider.is_empty() || provider.eq_ignore_ascii_case("EventLog") || provider.ends_with("-Eventlog")
}

/// Sets service and program of a service.
pub(super) fn service(name: &str, path: &str, event: &mut EventBuilder<'_>) {
    event.text_if_said(Column::ServiceName, name);
    event.text_if_said(Column::ProcessExecutable, program_of(path));
    if program_of(path) != path {
        event.text_if_said(Column::ProcessCommandLine, path);
    }
}

/// The program of a service's path: what is quoted, or what ends with the first `.exe` or `.sys`.
pub(super) fn program_of(path: &str) -> &str {
    if let Some(rest) = path.strip_prefix('"') {
        return rest.split('"').next().unwrap_or(rest);
    }
    let ends = path
        .as_bytes()
        .windows(4)
        .position(|four| four.eq_ignore_ascii_case(b".exe") || four.eq_ignore_ascii_case(b".sys"));
    ends.and_then(|at| path.get(..at + 4)).unwrap_or(path)
}

fn log_cleared(record: &WindowsEvent<'_>, event: &mut EventBuilder<'_>) -> Action {
    subject(record, event);
    field_if_said("channel", record.get(Item::Channel), event);
    event.outcome(Outcome::Success);
    Action::LogCleared
}

/// 1074 of User32: param1 program, param5 kind, param7 account.
fn shutdown_requested(record: &WindowsEvent<'_>, event: &mut EventBuilder<'_>) -> Action {
    process(record.get(Item::Param1).split(" (").next().unwrap_or_default(), "", event);
    if record.facts.has(Item::Param7) {
        user_of(record.get(Item::Param7), event);
    }
    field_if_said("reason", record.get(Item::Param3), event);
    field_if_said("operation", record.get(Item::Param5), event);
    event.outcome(Outcome::Success);
    Action::SystemStop
}

/// 4616 and Kernel-General 1: both times as ISO stamps in UTC.
pub(super) fn clock_change(record: &WindowsEvent<'_>, event: &mut EventBuilder<'_>) -> Action {
    let clock = crate::time::Clock::new(crate::time::Zone::utc(), 0);
    let instant = |name| {
        let (when, _) = iso_prefix(record.get(name))?;
        clock.resolve(when.in_utc())
    };
    if let (Some(old), Some(new)) = (instant(Item::OldTime), instant(Item::NewTime)) {
        let seconds = (new.time_us - old.time_us) / crate::time::SECOND_US;
        event.field_number("offset_seconds", &seconds.to_string());
    }
    Action::ClockChange
}

/// Events of the service control manager: param1 is the service, param2 what it is about.
fn service_control(id: u32, record: &WindowsEvent<'_>, event: &mut EventBuilder<'_>) -> Option<Action> {
    if id == 7045 {
        service(record.get(Item::ServiceName), record.get(Item::ImagePath), event);
        event.outcome(Outcome::Success);
        return Some(Action::ServiceInstall);
    }
    event.text_if_said(Column::ServiceName, record.get(Item::Param1));
    match id {
        7036 => state(record, event),
        7040 => {
            field_if_said("old", record.get(Item::Param2), event);
            field_if_said("new", record.get(Item::Param3), event);
            event.outcome(Outcome::Success);
            Some(if is_disabled(record.get(Item::Param3)) {
                Action::ServiceStop
            } else {
                Action::ConfigChange
            })
        }
        7023 | 7024 | 7031 | 7032 | 7034 => {
            event.outcome(Outcome::Failure);
            Some(Action::ServiceCrash)
        }
        7000 | 7001 | 7003 | 7009 | 7011 | 7013 | 7022 | 7026 | 7038 | 7041 => {
            event.outcome(Outcome::Failure);
            Some(Action::ServiceStart)
        }
        _ => None,
    }
}

/// 7036: the binary data ends in `/4` (running) or `/1` (stopped), UTF-16 in hexadecimal. Agents that
/// drop it leave only the translated word.
fn state(record: &WindowsEvent<'_>, event: &mut EventBuilder<'_>) -> Option<Action> {
    let binary = record.get(Item::Binary);
    let word = record.get(Item::Param2);
    let runs = if binary.len() > 12 {
        let tail = binary.strip_suffix("0000").unwrap_or(binary);
        if tail.ends_with("2F003400") || tail.ends_with("2f003400") {
            true
        } else if tail.ends_with("2F003100") || tail.ends_with("2f003100") {
            false
        } else {
            return None;
        }
    } else if ["running", "in esecuzione"].contains(&word) {
        true
    } else if ["stopped", "arrestato", "interrotto"].contains(&word) {
        false
    } else {
        return None;
    };
    event.outcome(Outcome::Success);
    Some(if runs { Action::ServiceStart } else { Action::ServiceStop })
}

/// The start type is a translated word, in every rendering of the event.
fn is_disabled(start_type: &str) -> bool {
    ["disabled", "disabilitato", "disattivato"].contains(&start_type)
}

/// Disk and file system trouble, by provider.
fn disk(id: u32, record: &WindowsEvent<'_>, event: &mut EventBuilder<'_>) -> Option<Action> {
    let provider = record.provider;
    let known = match id {
        2013 => provider.eq_ignore_ascii_case("srv"),
        55 => provider.to_ascii_lowercase().ends_with("ntfs"),
        _ => provider.eq_ignore_ascii_case("disk"),
    };
    if !known {
        return applications::fill(id, record, event);
    }
    event.outcome(Outcome::Failure);
    event.field("metric", "disk");
    event.field("state", "critical");
    Some(Action::HealthChange)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_path_gives_its_program() {
        assert_eq!(program_of("\"C:\\Program Files\\a b\\c.exe\" -k"), "C:\\Program Files\\a b\\c.exe");
        assert_eq!(program_of("%SystemRoot%\\PSEXESVC.exe"), "%SystemRoot%\\PSEXESVC.exe");
        assert_eq!(program_of("C:\\Windows\\svchost.EXE -k net"), "C:\\Windows\\svchost.EXE");
        assert_eq!(program_of("system32\\è"), "system32\\è");
    }
}
