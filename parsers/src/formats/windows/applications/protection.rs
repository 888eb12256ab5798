//! Defender, the host firewall and AppLocker.
//!
//! Must not know: other channels.

use schema::{Action, Column, EventBuilder, Outcome};

use super::super::access::field_if_said;
use super::super::outcome::number;
use super::super::sysmon::{hash, process};
use super::super::system::program_of;
use super::super::{Item, WindowsEvent};
use super::user_if_said;

/// Windows Defender Antivirus.
pub(super) fn defender(id: u32, record: &WindowsEvent<'_>, event: &mut EventBuilder<'_>) -> Option<Action> {
    match id {
        1006..=1008 | 1015 | 1116..=1119 => Some(malware(id, record, event)),
        5001 | 5010 | 5012 => {
            let part = match id {
                5001 => "real_time_protection_off",
                5010 => "spyware_scan_off",
                _ => "virus_scan_off",
            };
            event.field("changed", part);
            event.outcome(Outcome::Success);
            Some(Action::ProtectionDisabled)
        }
        5004 | 5007 => {
            let new = record.get(Item::NewValue);
            field_if_said("changed", if new.is_empty() { record.get(Item::OldValue) } else { new }, event);
            field_if_said("old", record.get(Item::OldValue), event);
            field_if_said("new", new, event);
            event.outcome(Outcome::Success);
            Some(if weakens(new) { Action::ProtectionDisabled } else { Action::ConfigChange })
        }
        5013 => {
            field_if_said("changed", record.facts.first(&[Item::NewValue, Item::Param1]), event);
            event.outcome(Outcome::Failure);
            Some(Action::ProtectionDisabled)
        }
        2000 | 2001 => {
            event.field("operation", "update");
            event.field("package", "antivirus_signatures");
            event.outcome(Outcome::of(id == 2000));
            Some(Action::SoftwareInstall)
        }
        _ => None,
    }
}

/// A registry value that adds an exclusion or switches a part off. Registry names are not translated.
fn weakens(value: &str) -> bool {
    value.contains("\\Exclusions\\")
        || (value.contains("\\Disable") && value.trim_end().ends_with("= 0x1"))
        || (value.contains("\\TamperProtection") && value.trim_end().ends_with("= 0x0"))
}

fn malware(id: u32, record: &WindowsEvent<'_>, event: &mut EventBuilder<'_>) -> Action {
    event.text_if_said(Column::RuleName, record.get(Item::ThreatName));
    user_if_said(record.get(Item::DetectionUser), event);
    process(record.get(Item::ProcessName), "", event);
    event.text_if_said(Column::FilePath, resource(record.get(Item::Path)));
    field_if_said("action_id", record.get(Item::ActionId), event);
    event.outcome(Outcome::of(matches!(id, 1007 | 1117) && is_cleaned(record)));
    Action::MalwareDetected
}

/// 6 allow, 8 user's choice, 9 none: left as it was. An error code says the action went wrong.
fn is_cleaned(record: &WindowsEvent<'_>) -> bool {
    let failed = number(record.get(Item::ErrorCode)).is_some_and(|code| code != 0);
    !failed && !matches!(record.get(Item::ActionId), "6" | "8" | "9")
}

/// The path in `file:_C:\…` or `containerfile:_C:\a.zip; file:_C:\a.zip->b.exe`.
fn resource(path: &str) -> &str {
    let first = path.split("; ").next().unwrap_or(path);
    first.split_once(":_").map_or(first, |(_, path)| path)
}

/// The host firewall: rules, and profiles switched off.
pub(super) fn firewall(id: u32, record: &WindowsEvent<'_>, event: &mut EventBuilder<'_>) -> Option<Action> {
    event.text_if_said(Column::UserId, record.get(Item::ModifyingUser));
    event.text_if_said(Column::RuleName, record.get(Item::RuleName));
    let operation = match id {
        2004 | 2071 | 2097 => "add",
        2005 | 2073 | 2099 => "modify",
        2006 | 2033 | 2052 | 2059 => "delete",
        2002 | 2003 | 2008 | 2010 | 2082 | 2083 => "setting",
        _ => return None,
    };
    event.field("operation", operation);
    field_if_said("changed", record.get(Item::SettingType), event);
    event.outcome(Outcome::Success);
    // Setting 1 is "firewall on"; its value is four bytes.
    let is_off = operation == "setting"
        && record.get(Item::SettingType) == "1"
        && matches!(record.get(Item::SettingValue), "00000000" | "0");
    Some(if is_off { Action::ProtectionDisabled } else { Action::PolicyChange })
}

/// AppLocker: 8004 and 8007 refuse a program.
pub(super) fn application_control(
    id: u32,
    record: &WindowsEvent<'_>,
    event: &mut EventBuilder<'_>,
) -> Option<Action> {
    let path = record.get(Item::FilePath);
    // In every language the message begins with the path, which itself begins with a variable.
    let path =
        if path.is_empty() && record.message.starts_with('%') { program_of(record.message) } else { path };
    event.text_if_said(Column::FilePath, path);
    event.text_if_said(Column::RuleName, record.get(Item::RuleName));
    hash(record, event);
    if !matches!(id, 8004 | 8007) {
        return None;
    }
    process(path, "", event);
    event.outcome(Outcome::Failure);
    Some(Action::ProcessStart)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_weakens_protection_counts_as_disabling_it() {
        let exclusion = "HKLM\\SOFTWARE\\Microsoft\\Windows Defender\\Exclusions\\Paths\\C:\\Temp = 0x0";
        let disabled = "HKLM\\SOFTWARE\\Microsoft\\Windows Defender\\Real-Time Protection\\DisableRealtimeMonitoring = 0x1";
        assert!(weakens(exclusion) && weakens(disabled));
        assert!(!weakens(
            "HKLM\\SOFTWARE\\Microsoft\\Windows Defender\\Real-Time Protection\\DisableRealtimeMonitoring = 0x0"
        ));
        assert!(!weakens("HKLM\\SOFTWARE\\Microsoft\\Windows Defender\\Signature Updates\\x = 0x1"));
    }

    #[test]
    fn a_container_is_named_by_its_own_path() {
        assert_eq!(resource("containerfile:_C:\\a.zip; file:_C:\\a.zip->b.exe"), "C:\\a.zip");
        assert_eq!(resource("C:\\plain.exe"), "C:\\plain.exe");
    }
}
