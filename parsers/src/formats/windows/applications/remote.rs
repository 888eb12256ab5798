//! Who came from where, in channels of their own: remote desktop's transport, the directory service, SQL Server's
//! audit, subscriptions of WMI.
//!
//! Must not know: JSON shapes. Source: the providers' manifests; SQL Server, "SQL Server Audit records".

use schema::{Action, Column, EventBuilder, Outcome};

use super::super::access::field_if_said;
use super::super::person::{common_name, user_of};
use super::super::{Item, WindowsEvent};
use crate::formats::mssql_audit_json;
use crate::formats::peer;

/// Sets the source from `ADDRESS:PORT`, an IPv6 address in brackets.
fn source(text: &str, event: &mut EventBuilder<'_>) {
    let (address, port) = text.trim().rsplit_once(':').unwrap_or((text, ""));
    let (address, port) = if event.ip(Column::SourceIp, text) { ("", "") } else { (address, port) };
    if event.ip(Column::SourceIp, address) && peer::is_digits(port) {
        event.int_text(Column::SourcePort, port);
    }
}

/// RdpCoreTS: 131 a connection came, 140 its name or password was wrong.
pub(super) fn desktop(id: u32, record: &WindowsEvent<'_>, event: &mut EventBuilder<'_>) -> Option<Action> {
    let client = record.facts.first(&[Item::ClientIp, Item::IpString]);
    match id {
        131 => {
            source(client, event);
            event.outcome(Outcome::Success);
            Some(Action::ConnectionAllowed)
        }
        140 => {
            source(client, event);
            event.outcome(Outcome::Failure);
            event.field("reason", "wrong_credential");
            event.field("logon_type", "10");
            Some(Action::Login)
        }
        _ => None,
    }
}

/// The directory service: 2946 and 2947, the password of a managed service account was fetched or refused
/// (distinguished name, SID, address); 2889, a client bound without signing (address, account).
pub(super) fn directory(id: u32, record: &WindowsEvent<'_>, event: &mut EventBuilder<'_>) -> Option<Action> {
    match id {
        2946 | 2947 => {
            let mut values = [Item::Param1, Item::Param2, Item::Param3].map(|name| record.get(name));
            if values.iter().all(|value| value.is_empty()) {
                values = lines(record.message);
            }
            let [object, _, client] = values;
            event.text_if_said(Column::UserTargetName, common_name(object));
            source(client, event);
            event.field("permission", "managed_password");
            event.outcome(Outcome::of(id == 2946));
            Some(Action::PrivilegeUse)
        }
        2889 => {
            source(record.get(Item::Param1), event);
            if record.facts.has(Item::Param2) {
                user_of(record.get(Item::Param2), event);
            }
            event.field("action", "unsigned_bind");
            None
        }
        _ => None,
    }
}

/// The first three lines of a message that are values: labels end with a colon, in every language, and stand alone.
fn lines(message: &str) -> [&str; 3] {
    let mut values = [""; 3];
    let mut is_value = false;
    let mut found = values.iter_mut();
    for line in message.lines().map(str::trim) {
        if is_value {
            let Some(place) = found.next() else { break };
            *place = line;
        }
        is_value = line.ends_with(':');
    }
    values
}

/// 33205: a record of SQL Server's audit, `name:value` lines in one text.
pub(super) fn database_audit(record: &WindowsEvent<'_>, event: &mut EventBuilder<'_>) -> Option<Action> {
    let text = record.get(Item::Param1);
    let get = |name: &str| {
        // The statement comes last of what is read, and may hold lines of its own.
        let head = text.split_once("\nstatement:").map_or(text, |(head, _)| head);
        head.lines()
            .find_map(|line| line.trim_end().strip_prefix(name)?.strip_prefix(':'))
            .unwrap_or_default()
    };
    let id = get("action_id").trim();
    if id.is_empty() {
        return None;
    }
    user_of(get("server_principal_name"), event);
    event.text_if_said(Column::UserTargetName, get("target_server_principal_name"));
    event.text_if_said(Column::DbName, get("database_name"));
    event.ip(Column::SourceIp, get("client_ip"));
    field_if_said("object_name", get("object_name"), event);
    field_if_said("audit_action", id, event);
    if let Some((_, rest)) = text.split_once("\nstatement:") {
        let statement = rest.split_once("\nadditional_information:").map_or(rest, |(statement, _)| statement);
        event.text_if_said(Column::DbStatement, statement.trim_end());
    }
    match get("succeeded") {
        "" => {}
        said => event.outcome(Outcome::of(said == "true" && !id.ends_with("IF"))),
    }
    Some(mssql_audit_json::action(id))
}

/// 5861: a subscription of WMI that stays was made.
pub(super) fn subscription(record: &WindowsEvent<'_>, event: &mut EventBuilder<'_>) -> Action {
    event.field("changed", "wmi_subscription");
    field_if_said("new", record.get(Item::PossibleCause), event);
    event.outcome(Outcome::Success);
    Action::ConfigChange
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_a_message_stand_behind_lines_that_end_with_a_colon() {
        let message =
            "Ein Satz. \r\n \r\nKonto: \r\nCN=a,DC=b \r\nSID: \r\nS-1-5 \r\nIP: \r\n192.0.2.7:50123";
        assert_eq!(lines(message), ["CN=a,DC=b", "S-1-5", "192.0.2.7:50123"]);
        assert_eq!(lines("nothing"), ["", "", ""]);
    }
}
