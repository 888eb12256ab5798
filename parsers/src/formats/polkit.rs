//! polkit's daemon: who was let do what an administrator may, and who could not prove it.
//!
//! Promises: linear; the command line of the process that asked, which its owner chose, is cut from both sides.
//! Must not know: PAM's lines of its helper.

use schema::{Action, Column, EventBuilder, Outcome};

use super::{peer, repeated};
use crate::format::{Format, Payload, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "polkit",
    title: "polkit (polkitd)",
    reference: "polkit 125, src/polkitbackend/polkitbackendinteractiveauthority.c",
    programs: &["polkitd"],
    starts: b"O",
    needs: &[("Oper", ":[](")],
    keys: &[],
    recognise: |payload| payload.program == "polkitd" || decision(payload.text).is_some(),
    parse,
    samples: SAMPLES,
};

/// `Operator of SESSION …`: an administrator's right was asked for, and a person answered.
struct Decision<'a> {
    session: &'a str,
    /// Whose password was given; none when it was wrong.
    identity: Option<&'a str>,
    /// `ONE-SHOT` or `TEMPORARY`.
    kind: &'a str,
    action: &'a str,
    /// `unix-process:PID:START` or `system-bus-name:NAME`.
    subject: &'a str,
    command_line: &'a str,
    owner: &'a str,
}

/// `Operator of SESSION successfully authenticated as IDENTITY to gain KIND authorization for action ACTION for SUBJECT
/// [COMMAND] (owned by OWNER)`, `… FAILED to authenticate to gain authorization for …`.
fn decision(text: &str) -> Option<Decision<'_>> {
    let (session, rest) = text.strip_prefix("Operator of ")?.split_once(' ')?;
    let (identity, rest) = match rest.strip_prefix("successfully authenticated as ") {
        Some(rest) => rest.split_once(" to gain ").map(|(identity, rest)| (Some(identity), rest))?,
        None => (None, rest.strip_prefix("FAILED to authenticate to gain ")?),
    };
    let (kind, rest) = rest.split_once("authorization for action ")?;
    let (action, rest) = rest.split_once(" for ")?;
    let (subject, rest) = rest.split_once(" [")?;
    let (command_line, owner) = rest.rsplit_once("] (owned by ")?;
    let owner = owner.strip_suffix(')')?;
    Some(Decision { session, identity, kind: kind.trim_end(), action, subject, command_line, owner })
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let text = repeated::unwrap(payload.text, event).trim();
    if text.starts_with("Operator of ") {
        let decision =
            decision(text).ok_or(Unreadable("expected ACTION for SUBJECT [COMMAND] (owned by USER)"))?;
        decided(&decision, event);
        return Ok(());
    }
    event.action(Action::ApplicationEvent);
    let agent =
        text.strip_prefix("Registered Authentication Agent for ").map(|rest| ("agent_registered", rest));
    let agent = agent.or_else(|| {
        text.strip_prefix("Unregistered Authentication Agent for ").map(|rest| ("agent_unregistered", rest))
    });
    if let Some((action, rest)) = agent {
        event.field("action", action);
        event.field("session", rest.split(' ').next().unwrap_or(rest));
    } else if text.starts_with("Started polkitd version ") {
        event.action(Action::ServiceStart);
        event.outcome(Outcome::Success);
        event.text(Column::ServiceName, "polkit");
    }
    Ok(())
}

fn decided(decision: &Decision<'_>, event: &mut EventBuilder<'_>) {
    event.action(Action::PrivilegeUse);
    event.outcome(Outcome::of(decision.identity.is_some()));
    user(decision.owner, Column::UserName, event);
    match decision.identity {
        Some(identity) => user(identity, Column::UserTargetName, event),
        None => event.field("reason", "wrong_credential"),
    }
    event.field("action", decision.action);
    event.field("session", decision.session);
    if !decision.kind.is_empty() {
        event.field("authorization", decision.kind);
    }
    let pid = decision.subject.strip_prefix("unix-process:").and_then(|rest| rest.split(':').next());
    event.field("subject", decision.subject);
    if let Some(pid) = pid.filter(|pid| peer::is_digits(pid)) {
        event.field("subject_pid", pid);
    }
    event.text_if_said(Column::ProcessCommandLine, decision.command_line);
}

/// `unix-user:NAME`, or a number when the account has no name.
fn user(identity: &str, column: Column, event: &mut EventBuilder<'_>) {
    let name = identity.strip_prefix("unix-user:").unwrap_or_default();
    if !peer::is_digits(name) {
        event.text_if_said(column, name);
    } else if column == Column::UserName {
        event.text(Column::UserId, name);
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "an administrator's password gains a right once",
        text: "Mar 16 09:12:44 postazione7 polkitd[812]: Operator of unix-session:2 successfully authenticated as unix-user:tecnico to gain ONE-SHOT authorization for action org.freedesktop.packagekit.package-install for unix-process:4411:120396 [/usr/bin/gnome-software --gapplication-service] (owned by unix-user:mrossi)",
        expect: &[
            ("event_action", "privilege_use"),
            ("event_outcome", "success"),
            ("user_name", "mrossi"),
            ("user_target_name", "tecnico"),
            ("process_command_line", "/usr/bin/gnome-software --gapplication-service"),
            ("process_pid", "812"),
            ("fields.action", "org.freedesktop.packagekit.package-install"),
            ("fields.authorization", "ONE-SHOT"),
            ("fields.subject_pid", "4411"),
            ("fields.session", "unix-session:2"),
        ],
        absent: &["parse_error", "fields.reason"],
    },
    Sample {
        about: "a password that was wrong",
        text: "Mar 16 09:13:44 postazione7 polkitd(authority=local)[812]: Operator of unix-session:c2 FAILED to authenticate to gain authorization for action org.freedesktop.systemd1.manage-units for system-bus-name::1.59 [systemctl stop postgresql] (owned by unix-user:mrossi)",
        expect: &[
            ("event_action", "privilege_use"),
            ("event_outcome", "failure"),
            ("user_name", "mrossi"),
            ("fields.reason", "wrong_credential"),
            ("fields.subject", "system-bus-name::1.59"),
            ("process_command_line", "systemctl stop postgresql"),
        ],
        absent: &["user_target_name", "fields.subject_pid", "fields.authorization", "parse_error"],
    },
    Sample {
        about: "an agent of a session",
        text: "Mar 16 08:00:44 postazione7 polkitd[812]: Registered Authentication Agent for unix-session:2 (system bus name :1.27 [/usr/bin/gnome-shell], object path /org/freedesktop/PolicyKit1/AuthenticationAgent, locale it_IT.UTF-8)",
        expect: &[
            ("event_action", "application_event"),
            ("fields.action", "agent_registered"),
            ("fields.session", "unix-session:2"),
        ],
        absent: &["event_outcome", "user_name", "parse_error"],
    },
    Sample {
        about: "the daemon starts",
        text: "Mar 16 07:59:44 postazione7 polkitd[812]: Started polkitd version 124",
        expect: &[("event_action", "service_start"), ("service_name", "polkit")],
        absent: &["user_name", "parse_error"],
    },
    Sample {
        about: "an owner without a name",
        text: "Mar 16 09:14:44 postazione7 polkitd[812]: Operator of unix-session:3 FAILED to authenticate to gain authorization for action org.freedesktop.policykit.exec for unix-process:4412:120400 [pkexec id] (owned by unix-user:1044)",
        expect: &[("event_outcome", "failure"), ("user_id", "1044")],
        absent: &["user_name", "parse_error"],
    },
    Sample {
        about: "truncated: cut before the owner",
        text: "Mar 16 09:12:44 postazione7 polkitd[812]: Operator of unix-session:2 successfully authenticated as unix-user:tecnico to gain ONE-SHOT authorization for action org.freedesktop.packagekit.package-install for unix-process:4411:120396 [/usr/bin/gnome-soft",
        expect: &[("parse_error", "expected ACTION for SUBJECT [COMMAND] (owned by USER)")],
        absent: &["user_name", "user_target_name", "event_outcome", "process_command_line"],
    },
    Sample {
        about: "hostile: a command line that imitates an owner and another decision",
        text: "Mar 16 09:12:44 postazione7 polkitd[812]: Operator of unix-session:2 FAILED to authenticate to gain authorization for action org.freedesktop.policykit.exec for unix-process:4411:120396 [x successfully authenticated as unix-user:root to gain ONE-SHOT authorization for action a for b [c] (owned by unix-user:root)] (owned by unix-user:mrossi)",
        expect: &[
            ("event_outcome", "failure"),
            ("user_name", "mrossi"),
            ("fields.action", "org.freedesktop.policykit.exec"),
            ("fields.subject_pid", "4411"),
        ],
        absent: &["user_target_name", "parse_error"],
    },
];
