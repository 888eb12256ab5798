//! Configuration changes: `cfgpath`, `cfgobj` and `cfgattr` of messages 44544 to 44547.
//!
//! Must not know: other messages.

use schema::{Action, Column, EventBuilder, Outcome};

use super::keys::{Key, Values};

/// What was changed decides the action: accounts, policies, logging, or anything else.
pub(super) fn change(values: &Values<'_>, event: &mut EventBuilder<'_>) -> Action {
    let (path, object) = (values.get(Key::CfgPath), values.get(Key::CfgObject));
    let attributes = values.get(Key::CfgAttribute);
    let verb = values.get(Key::Action);
    event.outcome(Outcome::Success);
    event.field("cfg_path", path);
    if !object.is_empty() {
        event.field("object", object);
    }
    if !attributes.is_empty() {
        event.field("changed", attributes);
        if let Some((old, new)) = old_and_new(attributes) {
            event.field("old", old);
            event.field("new", new);
        }
    }
    if path == "system.admin" || path == "user.local" {
        event.text_if_said(Column::UserTargetName, object);
        return match verb {
            "Add" => Action::AccountCreate,
            "Delete" => Action::AccountDelete,
            _ if attributes.contains("password[") || attributes.contains("passwd[") => Action::PasswordReset,
            _ => Action::AccountModify,
        };
    }
    if path.starts_with("log.")
        && (attributes.contains("enable->disable") || attributes.contains("status[disable]"))
    {
        return Action::AuditDisable;
    }
    let is_policy =
        ["firewall.policy", "firewall.policy6", "firewall.local-in-policy", "firewall.security-policy"]
            .contains(&path);
    if is_policy { Action::PolicyChange } else { Action::ConfigChange }
}

/// `status[enable->disable]`, when it is the only attribute.
fn old_and_new(attributes: &str) -> Option<(&str, &str)> {
    let (_, values) = attributes.strip_suffix(']')?.split_once('[')?;
    let (old, new) = values.split_once("->")?;
    (!values.contains(['[', ']'])).then_some((old, new))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_and_new_are_said_of_a_single_attribute_only() {
        assert_eq!(old_and_new("status[enable->disable]"), Some(("enable", "disable")));
        assert_eq!(old_and_new("a[1->2]b[3->4]"), None);
        assert_eq!(old_and_new("name[x]"), None);
    }
}
