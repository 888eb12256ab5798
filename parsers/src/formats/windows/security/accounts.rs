//! Accounts, groups, rights and directory objects of the Security channel.
//!
//! Must not know: logons.

use schema::{Action, Column, EventBuilder};

use super::super::access::field_if_said;
use super::super::person::{common_name, subject, target};
use super::super::{Item, WindowsEvent};
use super::succeeds;

/// Fills the columns of an account management event; none when nothing is known of its id.
pub(super) fn fill(id: u32, record: &WindowsEvent<'_>, event: &mut EventBuilder<'_>) -> Option<Action> {
    let action = match id {
        4720 | 4741 => Action::AccountCreate,
        4726 | 4743 => Action::AccountDelete,
        4722 => Action::AccountEnable,
        4725 => Action::AccountDisable,
        4738 | 4742 | 4765..=4767 | 4780 | 4781 => Action::AccountModify,
        4723 => Action::PasswordChange,
        4724 | 4794 => Action::PasswordReset,
        4740 => return Some(lockout(record, event)),
        4727 | 4731 | 4744 | 4749 | 4754 | 4759 => return Some(group(Action::GroupCreate, record, event)),
        4728 | 4732 | 4746 | 4751 | 4756 | 4761 => return Some(group(Action::GroupAdd, record, event)),
        4729 | 4733 | 4747 | 4752 | 4757 | 4762 => return Some(group(Action::GroupRemove, record, event)),
        4730 | 4734 | 4735 | 4737 | 4745 | 4748 | 4750 | 4753 | 4755 | 4758 | 4760 | 4763 | 4764 => {
            return Some(group(Action::ConfigChange, record, event));
        }
        4704 | 4705 | 4717 | 4718 => return Some(right(id, record, event)),
        4706 | 4707 | 4713 | 4714 | 4716 | 4739 => Action::PolicyChange,
        5136..=5139 | 5141 => return Some(directory_object(id, record, event)),
        _ => return None,
    };
    subject(record, event);
    if id == 4781 {
        event.text_if_said(Column::UserTargetName, record.get(Item::OldTargetUserName));
        field_if_said("new", record.get(Item::NewTargetUserName), event);
        event.field("changed", "name");
    } else if action != Action::PolicyChange {
        target(record, event);
    }
    if id == 4767 {
        event.field("changed", "unlocked");
    }
    succeeds(event);
    Some(action)
}

/// The subject is the domain controller itself; the "domain" is the computer the guesses came from.
fn lockout(record: &WindowsEvent<'_>, event: &mut EventBuilder<'_>) -> Action {
    subject(record, event);
    target(record, event);
    field_if_said("workstation", record.get(Item::TargetDomain), event);
    succeeds(event);
    Action::AccountLockout
}

fn group(action: Action, record: &WindowsEvent<'_>, event: &mut EventBuilder<'_>) -> Action {
    subject(record, event);
    event.text_if_said(Column::GroupName, record.get(Item::TargetUser));
    let member = record.facts.first(&[Item::MemberName, Item::MemberSid]);
    event.text_if_said(Column::UserTargetName, common_name(member));
    field_if_said("group_sid", record.get(Item::TargetSid), event);
    field_if_said("member_sid", record.get(Item::MemberSid), event);
    succeeds(event);
    action
}

fn right(id: u32, record: &WindowsEvent<'_>, event: &mut EventBuilder<'_>) -> Action {
    subject(record, event);
    event.text_if_said(Column::UserTargetName, record.get(Item::TargetSid));
    field_if_said("permission", record.get(Item::PrivilegeList), event);
    succeeds(event);
    if matches!(id, 4704 | 4717) { Action::PermissionGrant } else { Action::PermissionRevoke }
}

/// Object classes are schema names of the directory, never translated.
fn directory_object(id: u32, record: &WindowsEvent<'_>, event: &mut EventBuilder<'_>) -> Action {
    subject(record, event);
    let distinguished = record.get(Item::DirectoryObject);
    field_if_said("object", distinguished, event);
    field_if_said("changed", record.get(Item::AttributeName), event);
    field_if_said("new", record.get(Item::AttributeValue), event);
    succeeds(event);
    match record.get(Item::ObjectClass) {
        "groupPolicyContainer" => Action::PolicyChange,
        "user" | "computer" | "inetOrgPerson" if id == 5136 => {
            event.text_if_said(Column::UserTargetName, common_name(distinguished));
            Action::AccountModify
        }
        _ => Action::ConfigChange,
    }
}
