//! Terminal Services and the file server's own sessions.
//!
//! A session is no login: 4624 of type 10 says that, on the same computer.
//! Must not know: other channels.

use schema::{Action, Column, EventBuilder, Outcome};

use super::super::access::field_if_said;
use super::super::outcome::logon_reason;
use super::super::{Item, WindowsEvent};
use super::user_if_said;

/// Lines of a message in which the address is looked for.
const MESSAGE_LINES_MAX: usize = 12;

/// Local session manager (21 to 25, 39, 40) and remote connection manager (1149: account, domain, address).
pub(super) fn fill(id: u32, record: &WindowsEvent<'_>, event: &mut EventBuilder<'_>) -> Option<Action> {
    let action = match id {
        21 | 25 => Action::SessionOpen,
        23 => Action::Logout,
        24 => Action::SessionClose,
        1149 => {
            event.text_if_said(Column::UserName, record.get(Item::Param1));
            event.text_if_said(Column::UserDomain, record.get(Item::Param2));
            event.ip(Column::SourceIp, record.get(Item::Param3));
            event.outcome(Outcome::Success);
            return Some(Action::SessionOpen);
        }
        _ => return None,
    };
    user_if_said(record.get(Item::User), event);
    event.ip(Column::SourceIp, record.get(Item::Address));
    field_if_said("session_id", record.get(Item::SessionId), event);
    event.outcome(Outcome::Success);
    Some(action)
}

/// SMBServer 551: a refused session. Its address is binary data, written out in the message only: the first
/// line whose value is an address and a port.
pub(super) fn file_server_login(record: &WindowsEvent<'_>, event: &mut EventBuilder<'_>) -> Action {
    user_if_said(record.get(Item::UserName), event);
    if !event.ip(Column::SourceIp, record.get(Item::ClientName).trim_start_matches('\\')) {
        let values = record.message.lines().take(MESSAGE_LINES_MAX).filter_map(|line| line.split_once(": "));
        for (_, value) in values {
            if let Some((address, port)) = value.trim().rsplit_once(':')
                && event.ip(Column::SourceIp, address)
            {
                event.int_text(Column::SourcePort, port);
                break;
            }
        }
    }
    logon_reason(record, event);
    event.outcome(Outcome::Failure);
    Action::Login
}
