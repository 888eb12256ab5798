//! Who acted and on whom: subject, target, and `DOMAIN\name` texts, into the user columns.
//!
//! Must not know: event ids.

use schema::{Column, EventBuilder};

use super::{Item, WindowsEvent};

/// SID of nobody: events say it when they know no account.
const NULL_SID: &str = "S-1-0-0";

/// Sets the acting account.
pub(super) fn user(name: &str, domain: &str, sid: &str, event: &mut EventBuilder<'_>) {
    // Kerberos events write `name@REALM` beside the domain.
    let short = name.split_once('@').map_or(name, |(short, _)| short);
    let is_doubled = !domain.is_empty() && !short.is_empty();
    event.text_if_said(Column::UserName, if is_doubled { short } else { name });
    event.text_if_said(Column::UserDomain, domain);
    if sid != NULL_SID {
        event.text_if_said(Column::UserId, sid);
    }
}

/// Sets the acting account from `DOMAIN\name` or a bare name.
pub(super) fn user_of(account: &str, event: &mut EventBuilder<'_>) {
    let (domain, name) = split(account);
    user(name, domain, "", event);
}

/// (domain, name) of `DOMAIN\name`; the domain is empty when not said.
pub(super) fn split(account: &str) -> (&str, &str) {
    account.split_once('\\').unwrap_or(("", account))
}

/// Sets the subject as the acting account; false when the event names none.
pub(super) fn subject(record: &WindowsEvent<'_>, event: &mut EventBuilder<'_>) -> bool {
    let name = record.get(Item::SubjectUser);
    user(name, record.get(Item::SubjectDomain), record.get(Item::SubjectSid), event);
    !name.is_empty()
}

/// Sets the target as the acting account: logons, where the target is who came in.
pub(super) fn target_acts(record: &WindowsEvent<'_>, event: &mut EventBuilder<'_>) {
    user(record.get(Item::TargetUser), record.get(Item::TargetDomain), record.get(Item::TargetSid), event);
}

/// Sets the account acted upon.
pub(super) fn target(record: &WindowsEvent<'_>, event: &mut EventBuilder<'_>) {
    event.text_if_said(Column::UserTargetName, record.get(Item::TargetUser));
}

/// The name in a distinguished name (`CN=Mario Rossi,OU=…`), else the whole text.
pub(super) fn common_name(distinguished: &str) -> &str {
    let Some(rest) = distinguished.get(..3).filter(|head| head.eq_ignore_ascii_case("CN=")) else {
        return distinguished;
    };
    let rest = distinguished.get(rest.len()..).unwrap_or_default();
    let mut is_escaped = false;
    let end = rest.bytes().position(|byte| {
        let ends = byte == b',' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        ends
    });
    end.and_then(|end| rest.get(..end)).unwrap_or(rest)
}

/// Sets what no mapping set: subject, then the header's account, then the target.
pub(super) fn fill_missing(record: &WindowsEvent<'_>, event: &mut EventBuilder<'_>) {
    if event.is_set(Column::UserName) {
        return;
    }
    if subject(record, event) {
        if !event.is_set(Column::UserTargetName) {
            target(record, event);
        }
        return;
    }
    let account = record.account;
    if !account.name.is_empty() {
        user(account.name, account.domain, account.sid, event);
        return;
    }
    event.text_if_said(Column::UserId, account.sid);
    // Of a service's event, the account is the one the service runs as.
    if record.facts.has(Item::AccountName) && !record.facts.has(Item::ServiceName) {
        user(record.get(Item::AccountName), record.get(Item::AccountDomain), "", event);
        return;
    }
    if !event.is_set(Column::UserTargetName) {
        target_acts(record, event);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comma_within_a_common_name_is_kept() {
        assert_eq!(common_name("CN=Rossi\\, Mario,OU=Ced,DC=comune,DC=example"), "Rossi\\, Mario");
        assert_eq!(common_name("S-1-5-21-1"), "S-1-5-21-1");
        assert_eq!(common_name("cn=solo"), "solo");
        assert_eq!(common_name("è"), "è");
    }
}
