//! shadow's tools: accounts, groups and passwords that change (`useradd`, `usermod`, `passwd`, `gpasswd`, …).
//!
//! A change of `/etc/passwd` and its twin in `/etc/shadow` are told in two lines: the second is an
//! application event. Promises: linear. Must not know: PAM's lines of the same programs.

use schema::{Action, Column, EventBuilder, Outcome};

use super::{pam, repeated};
use crate::format::{Format, Payload, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "user_admin",
    title: "Linux account tools (shadow)",
    reference: "shadow 4.16, src/useradd.c, usermod.c, userdel.c, groupadd.c, gpasswd.c, passwd.c, chage.c",
    programs: &[
        "useradd",
        "userdel",
        "usermod",
        "groupadd",
        "groupdel",
        "groupmod",
        "groupmems",
        "gpasswd",
        "passwd",
        "chage",
        "chfn",
        "chsh",
        "newusers",
        "chpasswd",
        "chgpasswd",
        "adduser",
        "deluser",
    ],
    starts: &[],
    needs: &[],
    keys: &[],
    recognise: |payload| payload.qualifier.is_empty() && !pam::is_pam(payload),
    parse,
    samples: SAMPLES,
};

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let text = repeated::unwrap(payload.text, event).trim_end();
    event.action(Action::ApplicationEvent);
    if let Some(rest) = text.strip_prefix("new user: ") {
        event.action(Action::AccountCreate);
        event.outcome(Outcome::Success);
        return created(rest, Column::UserTargetName, event);
    }
    if let Some(rest) = text.strip_prefix("new group: ") {
        event.action(Action::GroupCreate);
        event.outcome(Outcome::Success);
        return created(rest, Column::GroupName, event);
    }
    if !(member(text, event) || change(text, event)) {
        other(text, event);
    }
    Ok(())
}

/// `name=bob, UID=1001, GID=1001, home=/home/bob, shell=/bin/bash, from=/dev/pts/0`.
fn created(text: &str, column: Column, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let rest = text.strip_prefix("name=").ok_or(Unreadable("expected name=NAME"))?;
    let (name, rest) = rest.split_once(", ").unwrap_or((rest, ""));
    event.text_if_said(column, name);
    for pair in rest.split(", ") {
        match pair.split_once('=') {
            Some(("UID", value)) => event.field("uid", value),
            Some(("GID", value)) => event.field("gid", value),
            Some(("home", value)) => event.field("home", value),
            Some(("shell", value)) => event.field("shell", value),
            Some(("from", value)) if value != "none" => event.field("tty", value),
            _ => {}
        }
    }
    Ok(())
}

/// Members of groups.
fn member(text: &str, event: &mut EventBuilder<'_>) -> bool {
    let (action, user, group, by) = if let Some((user, group)) =
        text.strip_prefix("add '").and_then(|rest| rest.split_once("' to group '"))
    {
        (Action::GroupAdd, user, group, "")
    } else if let Some((user, group)) =
        text.strip_prefix("delete '").and_then(|rest| rest.split_once("' from group '"))
    {
        (Action::GroupRemove, user, group, "")
    } else if let Some((user, rest)) =
        text.strip_prefix("user ").and_then(|rest| rest.split_once(" added by "))
    {
        let Some((by, group)) = rest.split_once(" to group ") else { return false };
        (Action::GroupAdd, user, group, by)
    } else if let Some((user, rest)) =
        text.strip_prefix("user ").and_then(|rest| rest.split_once(" removed by "))
    {
        let Some((by, group)) = rest.split_once(" from group ") else { return false };
        (Action::GroupRemove, user, group, by)
    } else {
        return false;
    };
    event.action(action);
    event.outcome(Outcome::Success);
    event.text_if_said(Column::UserTargetName, user);
    event.text_if_said(Column::GroupName, group.trim_end_matches('\''));
    event.text_if_said(Column::UserName, by);
    true
}

/// Accounts that change, are locked or get a password.
fn change(text: &str, event: &mut EventBuilder<'_>) -> bool {
    let quoted = |opening: &str| text.strip_prefix(opening).and_then(|rest| rest.split_once('\''));
    let (action, target) =
        if let Some((user, rest)) = quoted("change user '").or_else(|| quoted("changed user '")) {
            let changed = rest.trim_start();
            let what = changed.split(' ').next().unwrap_or(changed);
            if what == "password" {
                (Action::PasswordReset, user)
            } else {
                set_change(changed, event);
                (Action::AccountModify, user)
            }
        } else if let Some((user, rest)) = quoted("password for '") {
            let by = rest.strip_prefix(" changed by '").and_then(|rest| rest.strip_suffix('\''));
            event.text_if_said(Column::UserName, by.unwrap_or_default());
            let is_own = by.is_none_or(|by| by == user);
            (if is_own { Action::PasswordChange } else { Action::PasswordReset }, user)
        } else if let Some((user, _)) = quoted("lock user '") {
            (Action::AccountDisable, user)
        } else if let Some((user, _)) = quoted("unlock user '") {
            (Action::AccountEnable, user)
        } else if let Some((user, _)) = quoted("delete user '") {
            (Action::AccountDelete, user)
        } else if let Some(user) = text.strip_prefix("changed password expiry for ") {
            event.field("changed", "expiry");
            (Action::AccountModify, user)
        } else {
            return false;
        };
    event.action(action);
    event.outcome(Outcome::Success);
    event.text_if_said(Column::UserTargetName, target);
    true
}

/// `shell from '/bin/bash' to '/bin/false'`.
fn set_change(text: &str, event: &mut EventBuilder<'_>) {
    let (what, rest) = text.split_once(" from '").or_else(|| text.split_once(' ')).unwrap_or((text, ""));
    event.field("changed", what);
    if let Some((old, new)) = rest.split_once("' to '") {
        event.field("old", old);
        event.field("new", new.trim_end_matches('\''));
    }
}

/// Twin lines, failures and groups that go.
fn other(text: &str, event: &mut EventBuilder<'_>) {
    if let Some((user, _)) = text.strip_prefix("failed adding user '").and_then(|rest| rest.split_once('\''))
    {
        event.action(Action::AccountCreate);
        event.outcome(Outcome::Failure);
        event.text_if_said(Column::UserTargetName, user);
    } else if let Some((user, group)) =
        text.strip_prefix("add '").and_then(|rest| rest.split_once("' to shadow group '"))
    {
        event.text_if_said(Column::UserTargetName, user);
        event.text_if_said(Column::GroupName, group.trim_end_matches('\''));
    } else if let Some((group, _)) =
        text.strip_prefix("removed group '").and_then(|rest| rest.split_once('\''))
    {
        event.text_if_said(Column::GroupName, group);
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a new account",
        text: "Mar 16 23:14:02 portale useradd[6001]: new user: name=supporto, UID=1007, GID=1007, home=/home/supporto, shell=/bin/bash, from=/dev/pts/1",
        expect: &[
            ("event_action", "account_create"),
            ("event_outcome", "success"),
            ("user_target_name", "supporto"),
            ("fields.uid", "1007"),
            ("fields.shell", "/bin/bash"),
        ],
        absent: &["parse_error", "user_name"],
    },
    Sample {
        about: "a member of a group, and its twin",
        text: "Mar 16 23:14:20 portale usermod[6010]: add 'supporto' to group 'sudo'",
        expect: &[("event_action", "group_add"), ("user_target_name", "supporto"), ("group_name", "sudo")],
        absent: &[],
    },
    Sample {
        about: "the twin in the shadow file is no second change",
        text: "Mar 16 23:14:20 portale usermod[6010]: add 'supporto' to shadow group 'sudo'",
        expect: &[("event_action", "application_event"), ("group_name", "sudo")],
        absent: &["event_outcome"],
    },
    Sample {
        about: "a group changed by a named administrator",
        text: "Mar 16 23:15:00 portale gpasswd[6020]: user lbianchi added by root to group docker",
        expect: &[
            ("event_action", "group_add"),
            ("user_name", "root"),
            ("user_target_name", "lbianchi"),
            ("group_name", "docker"),
        ],
        absent: &[],
    },
    Sample {
        about: "a password set by someone else",
        text: "Mar 16 23:16:00 portale passwd[6030]: password for 'lbianchi' changed by 'root'",
        expect: &[
            ("event_action", "password_reset"),
            ("user_name", "root"),
            ("user_target_name", "lbianchi"),
        ],
        absent: &[],
    },
    Sample {
        about: "a shell that changes",
        text: "Mar 16 23:17:00 portale usermod[6040]: change user 'www-data' shell from '/usr/sbin/nologin' to '/bin/bash'",
        expect: &[
            ("event_action", "account_modify"),
            ("user_target_name", "www-data"),
            ("fields.changed", "shell"),
            ("fields.old", "/usr/sbin/nologin"),
            ("fields.new", "/bin/bash"),
        ],
        absent: &[],
    },
    Sample {
        about: "an account that could not be made",
        text: "Mar 16 23:18:00 portale useradd[6050]: failed adding user 'supporto', data deleted",
        expect: &[
            ("event_action", "account_create"),
            ("event_outcome", "failure"),
            ("user_target_name", "supporto"),
        ],
        absent: &[],
    },
    Sample {
        about: "truncated: a line cut before the name",
        text: "Mar 16 23:14:02 portale useradd[6001]: new user: nam",
        expect: &[("parse_error", "expected name=NAME")],
        absent: &["user_target_name", "event_outcome"],
    },
    Sample {
        about: "hostile: a home that imitates a name",
        text: "Mar 16 23:14:02 portale useradd[6001]: new user: name=x, UID=1008, GID=1008, home=/home/name=root, shell=/bin/sh",
        expect: &[("user_target_name", "x"), ("fields.home", "/home/name=root")],
        absent: &[],
    },
];
