//! Channel Security: logons, Kerberos, processes, objects, network, and the audit log itself.
//!
//! Must not know: JSON shapes. Source: Microsoft, "Advanced security audit policy settings", one page an event.

mod accounts;
mod federation;

use schema::{Action, Column, EventBuilder, Outcome};

use super::access::{field_if_said, object, share_object};
use super::outcome::{kerberos_reason, logon_reason, number};
use super::person::{subject, target, target_acts, user_of};
use super::sysmon::process;
use super::{Item, WindowsEvent, system};

/// Fills the columns of an event of the Security channel; none when nothing is known of its id.
pub(super) fn fill(id: u32, record: &WindowsEvent<'_>, event: &mut EventBuilder<'_>) -> Option<Action> {
    if record.provider == "AD FS Auditing" {
        return federation::fill(id, record, event);
    }
    let action = match id {
        4624 | 4625 | 4634 | 4647 | 4648 | 4649 | 4675 | 4776 | 4777 | 4825 => logon(id, record, event),
        4778 | 4779 | 4800 | 4801 => session(id, record, event),
        4768..=4773 => kerberos(id, record, event),
        4672..=4674 | 4964 => privilege(id, record, event),
        4656 | 4658 | 4660 | 4662 | 4663 | 4670 | 5140 | 5142..=5145 => on_object(id, record, event),
        4657 => registry(record, event),
        4688 | 4689 => started_or_ended(id, record, event),
        5031 | 5150..=5159 => filtering_platform(id, record, event),
        4697 | 4698..=4702 | 6416 | 6419..=6424 => configuration(id, record, event),
        4608 | 4609 | 1100..=1105 | 4616 | 4719 | 4902..=4912 | 5024 | 5025 => of_machine(id, record, event),
        4946..=4950 => policy(record, event),
        4870 | 4886..=4888 => certificate(id, record, event),
        6272..=6274 => network_policy(id, record, event),
        _ => {
            let action = accounts::fill(id, record, event);
            if action.is_none()
                && let Some(verb) = verb(id)
            {
                event.field("action", verb);
            }
            return action;
        }
    };
    Some(action)
}

/// What an event without an action of its own says.
fn verb(id: u32) -> Option<&'static str> {
    Some(match id {
        4611 => "logon_process_registered",
        4627 => "group_membership",
        4696 => "token_assigned",
        4703 => "token_right_adjusted",
        4798 => "local_groups_enumerated",
        4799 => "group_enumerated",
        4826 => "boot_configuration_loaded",
        4985 => "transaction_state",
        5058 => "key_file_operation",
        5059 => "key_migration",
        5061 => "cryptographic_operation",
        5379..=5382 => "credentials_read",
        _ => return None,
    })
}

/// Sets the outcome when the keywords did not say it.
fn succeeds(event: &mut EventBuilder<'_>) {
    if !event.is_set(Column::EventOutcome) {
        event.outcome(Outcome::Success);
    }
}

fn source(record: &WindowsEvent<'_>, event: &mut EventBuilder<'_>) {
    event.ip(Column::SourceIp, record.facts.first(&[Item::IpAddress, Item::ClientAddress]));
    let port = record.get(Item::IpPort);
    if port != "0" {
        event.int_text(Column::SourcePort, port);
    }
}

fn logon(id: u32, record: &WindowsEvent<'_>, event: &mut EventBuilder<'_>) -> Action {
    source(record, event);
    field_if_said("logon_type", record.get(Item::LogonType), event);
    field_if_said("workstation", record.get(Item::Workstation), event);
    let package = record.get(Item::AuthenticationPackage);
    field_if_said("auth_package", package, event);
    process(record.get(Item::ProcessName), record.get(Item::ProcessId), event);
    match id {
        4634 | 4647 => {
            target_acts(record, event);
            event.outcome(Outcome::Success);
            return Action::Logout;
        }
        4648 => {
            subject(record, event);
            target(record, event);
            event.text_if_said(Column::DestinationDomain, record.get(Item::TargetServer));
            event.outcome(Outcome::Success);
            return Action::ExplicitCredentials;
        }
        4625 => event.outcome(Outcome::Failure),
        4776 | 4777 => {
            let status = number(record.get(Item::Status));
            event.outcome(Outcome::of(id == 4776 && status == Some(0)));
        }
        4624 => event.outcome(Outcome::Success),
        _ => event.outcome(Outcome::Failure),
    }
    if record.facts.has(Item::TargetUser) {
        target_acts(record, event);
    } else if record.facts.has(Item::AccountName) {
        event.text(Column::UserName, record.get(Item::AccountName));
        event.text_if_said(Column::UserDomain, record.get(Item::AccountDomain));
    }
    field_if_said(
        "auth_method",
        if package.is_empty() { record.get(Item::LogonProcess) } else { package },
        event,
    );
    if id != 4624 {
        logon_reason(record, event);
    }
    Action::Login
}

fn session(id: u32, record: &WindowsEvent<'_>, event: &mut EventBuilder<'_>) -> Action {
    event.outcome(Outcome::Success);
    if matches!(id, 4800 | 4801) {
        target_acts(record, event);
        event.field("state", if id == 4800 { "locked" } else { "unlocked" });
        return Action::SessionLock;
    }
    event.text_if_said(Column::UserName, record.get(Item::AccountName));
    event.text_if_said(Column::UserDomain, record.get(Item::AccountDomain));
    event.ip(Column::SourceIp, record.get(Item::ClientAddress));
    field_if_said("workstation", record.get(Item::ClientName), event);
    if id == 4778 { Action::SessionOpen } else { Action::SessionClose }
}

/// 4771 is a refused password, so a login; the others are tickets.
fn kerberos(id: u32, record: &WindowsEvent<'_>, event: &mut EventBuilder<'_>) -> Action {
    source(record, event);
    target_acts(record, event);
    target(record, event);
    event.text_if_said(Column::ServiceName, record.get(Item::ServiceName));
    field_if_said("ticket_encryption", record.get(Item::TicketEncryption), event);
    field_if_said("preauth_type", record.get(Item::PreAuthType), event);
    let status = record.get(Item::Status);
    let failed = matches!(id, 4771..=4773) || number(status).is_some_and(|status| status != 0);
    event.outcome(Outcome::of(!failed));
    if failed {
        field_if_said("status", status, event);
        if let Some(reason) = kerberos_reason(status) {
            event.field("reason", reason);
        }
    }
    if id == 4771 {
        event.field("auth_method", "Kerberos");
        return Action::Login;
    }
    Action::KerberosTicket
}

fn privilege(id: u32, record: &WindowsEvent<'_>, event: &mut EventBuilder<'_>) -> Action {
    subject(record, event);
    if id == 4964 {
        target(record, event);
    }
    event.text_if_said(Column::ServiceName, record.get(Item::ServiceName));
    process(record.get(Item::ProcessName), record.get(Item::ProcessId), event);
    field_if_said("permission", record.get(Item::PrivilegeList), event);
    succeeds(event);
    Action::PrivilegeUse
}

fn on_object(id: u32, record: &WindowsEvent<'_>, event: &mut EventBuilder<'_>) -> Action {
    subject(record, event);
    source(record, event);
    process(record.get(Item::ProcessName), record.get(Item::ProcessId), event);
    succeeds(event);
    match id {
        4656 | 4663 => object(record, event),
        4660 => {
            event.text_if_said(Column::FilePath, record.get(Item::ObjectName));
            Action::FileDelete
        }
        4670 => {
            let name = record.get(Item::ObjectName);
            if record.get(Item::ObjectType) == "File" {
                event.text_if_said(Column::FilePath, name);
                return Action::FilePermissionChange;
            }
            field_if_said("object", name, event);
            Action::PermissionGrant
        }
        4662 => {
            field_if_said("object", record.get(Item::ObjectName), event);
            field_if_said("properties", record.get(Item::Properties), event);
            event.field("action", "directory_access");
            Action::ApplicationEvent
        }
        5145 => share_object(record, event),
        5140 | 5142..=5144 => {
            event.text_if_said(Column::FilePath, record.get(Item::ShareName));
            match id {
                5140 => Action::ShareAccess,
                5143 => Action::FilePermissionChange,
                _ => Action::ConfigChange,
            }
        }
        _ => Action::ApplicationEvent,
    }
}

fn registry(record: &WindowsEvent<'_>, event: &mut EventBuilder<'_>) -> Action {
    subject(record, event);
    process(record.get(Item::ProcessName), record.get(Item::ProcessId), event);
    field_if_said("cfg_path", record.get(Item::ObjectName), event);
    field_if_said("changed", record.get(Item::ObjectValueName), event);
    field_if_said("old", record.get(Item::OldValue), event);
    field_if_said("new", record.get(Item::NewValue), event);
    succeeds(event);
    Action::ConfigChange
}

fn started_or_ended(id: u32, record: &WindowsEvent<'_>, event: &mut EventBuilder<'_>) -> Action {
    subject(record, event);
    if id == 4688 {
        process(record.get(Item::NewProcessName), record.get(Item::NewProcessId), event);
        event.text_if_said(Column::ProcessCommandLine, record.get(Item::CommandLine));
        event.text_if_said(Column::ProcessParentExecutable, record.get(Item::ParentProcessName));
        target(record, event);
        succeeds(event);
        return Action::ProcessStart;
    }
    process(record.get(Item::ProcessName), record.get(Item::ProcessId), event);
    // An exit status of severity "error" is an NTSTATUS: the process crashed or was killed.
    let crashed = number(record.get(Item::Status)).is_some_and(|status| status >= 0xc000_0000);
    event.outcome(Outcome::of(!crashed));
    Action::ProcessStop
}

fn filtering_platform(id: u32, record: &WindowsEvent<'_>, event: &mut EventBuilder<'_>) -> Action {
    process(record.get(Item::Application), record.get(Item::ProcessId), event);
    event.ip(Column::SourceIp, record.get(Item::SourceAddress));
    event.int_text(Column::SourcePort, record.get(Item::SourcePort));
    event.ip(Column::DestinationIp, record.get(Item::DestAddress));
    event.int_text(Column::DestinationPort, record.get(Item::DestPort));
    event.text_if_said(Column::NetworkTransport, transport(record.get(Item::Protocol)));
    match record.get(Item::Direction) {
        "%%14592" => event.text(Column::NetworkDirection, "inbound"),
        "%%14593" => event.text(Column::NetworkDirection, "outbound"),
        _ => {}
    }
    match id {
        5156 => {
            event.outcome(Outcome::Success);
            Action::ConnectionAllowed
        }
        5031 | 5150..=5153 | 5157 => {
            event.outcome(Outcome::Failure);
            Action::ConnectionDenied
        }
        // A program listens or binds to a port: no flow.
        _ => {
            event.field("action", if id == 5154 { "listen" } else { "bind" });
            Action::ApplicationEvent
        }
    }
}

fn transport(protocol: &str) -> &str {
    match protocol {
        "1" => "icmp",
        "2" => "igmp",
        "6" => "tcp",
        "17" => "udp",
        "47" => "gre",
        "50" => "esp",
        "58" => "ipv6-icmp",
        other => other,
    }
}

fn configuration(id: u32, record: &WindowsEvent<'_>, event: &mut EventBuilder<'_>) -> Action {
    subject(record, event);
    succeeds(event);
    match id {
        4697 => {
            system::service(record.get(Item::ServiceName), record.get(Item::ServiceFileName), event);
            Action::ServiceInstall
        }
        4698..=4702 => {
            event.text_if_said(Column::FilePath, record.get(Item::TaskName));
            event.text_if_said(Column::ProcessCommandLine, task_command(record.get(Item::TaskContent)));
            if matches!(id, 4698 | 4702) { Action::TaskCreate } else { Action::ConfigChange }
        }
        6416 => {
            field_if_said("device", record.get(Item::DeviceDescription), event);
            Action::RemovableMedia
        }
        _ => {
            field_if_said("device", record.get(Item::DeviceDescription), event);
            Action::ConfigChange
        }
    }
}

/// The command in a task's XML, its markup plain or escaped once more by the agent.
fn task_command(xml: &str) -> &str {
    for (open, close) in [("<Command>", "</Command>"), ("&lt;Command&gt;", "&lt;/Command&gt;")] {
        if let Some((_, rest)) = xml.split_once(open)
            && let Some((command, _)) = rest.split_once(close)
        {
            return command;
        }
    }
    ""
}

fn of_machine(id: u32, record: &WindowsEvent<'_>, event: &mut EventBuilder<'_>) -> Action {
    subject(record, event);
    succeeds(event);
    match id {
        4608 => Action::SystemStart,
        4609 => Action::SystemStop,
        1100 => {
            event.text(Column::ServiceName, "EventLog");
            Action::ServiceStop
        }
        1102 => {
            event.field("channel", "Security");
            Action::LogCleared
        }
        1104 => {
            event.outcome(Outcome::Failure);
            event.field("metric", "log_size");
            event.field("state", "critical");
            Action::HealthChange
        }
        4616 => {
            process(record.get(Item::ProcessName), record.get(Item::ProcessId), event);
            system::clock_change(record, event)
        }
        4719 | 4902..=4912 => {
            field_if_said("changed", record.get(Item::SubcategoryGuid), event);
            // %%8448: success no longer audited; %%8450: failure no longer audited.
            let changes = record.get(Item::AuditPolicyChanges);
            let reduces = changes.contains("%%8448") || changes.contains("%%8450");
            if reduces { Action::AuditDisable } else { Action::PolicyChange }
        }
        5024 | 5025 => {
            event.text(Column::ServiceName, "MpsSvc");
            if id == 5025 {
                event.field("changed", "firewall_service_stopped");
            }
            if id == 5024 { Action::ServiceStart } else { Action::ProtectionDisabled }
        }
        _ => Action::ApplicationEvent,
    }
}

/// 4946 to 4950: rules and settings of the host firewall.
fn policy(record: &WindowsEvent<'_>, event: &mut EventBuilder<'_>) -> Action {
    event.text_if_said(Column::RuleName, record.get(Item::RuleName));
    field_if_said("changed", record.get(Item::SettingType), event);
    succeeds(event);
    Action::PolicyChange
}

fn certificate(id: u32, record: &WindowsEvent<'_>, event: &mut EventBuilder<'_>) -> Action {
    if record.facts.has(Item::Requester) {
        user_of(record.get(Item::Requester), event);
    }
    let attributes = record.get(Item::Attributes);
    if let Some((_, rest)) = attributes.split_once("CertificateTemplate:") {
        field_if_said("template", rest.split(['\r', '\n', ' ']).next().unwrap_or_default(), event);
    }
    let operation = match id {
        4886 => "request",
        4887 => "issue",
        4888 => "deny",
        _ => "revoke",
    };
    event.field("operation", operation);
    event.outcome(Outcome::of(id != 4888));
    Action::CertificateIssue
}

/// 6272 to 6274: the RADIUS server of Windows.
fn network_policy(id: u32, record: &WindowsEvent<'_>, event: &mut EventBuilder<'_>) -> Action {
    subject(record, event);
    let station = record.get(Item::CallingStation);
    if !event.ip(Column::SourceIp, station) {
        event.text_if_said(Column::SourceMac, mac(station));
    }
    event.outcome(Outcome::of(id == 6272));
    Action::NacDecision
}

/// The text when it is a hardware address: a VPN client's calling station is an IP address.
pub(in crate::formats) fn mac(text: &str) -> &str {
    let digits = text.bytes().filter(u8::is_ascii_hexdigit).count();
    let others = text.len() - digits;
    let plain = text.bytes().all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b'-' | b':' | b'.'));
    if plain && digits == 12 && matches!(others, 0 | 2 | 5) { text } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_calling_station_is_a_hardware_address_or_nothing() {
        for address in ["00-11-22-33-44-55", "0011.2233.4455", "001122334455", "00:11:22:33:44:55"] {
            assert_eq!(mac(address), address);
        }
        for other in ["192.0.2.7", "", "2001:db8::1"] {
            assert_eq!(mac(other), "");
        }
    }

    #[test]
    fn a_task_tells_its_command_escaped_or_not() {
        assert_eq!(task_command("<Exec><Command>a.exe</Command></Exec>"), "a.exe");
        assert_eq!(task_command("&lt;Command&gt;a.exe&lt;/Command&gt;"), "a.exe");
        assert_eq!(task_command("<Command>a.exe"), "");
    }
}
