//! UW IMAP and its kin (`imapd`, `ipop3d`): logins with their host at the end.
//!
//! Promises: linear; the host is cut from the right, behind the user's name. Must not know: the syslog envelope.
//! Source: UW imap toolkit, src/osdep/unix/env_unix.c, src/imapd/imapd.c, src/ipopd/ipop3d.c.

use schema::{Action, Column, EventBuilder, Outcome};

use super::account::between;
use super::mail;
use crate::format::{Format, Payload, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "uw_imap",
    title: "UW IMAP (imapd, ipop3d)",
    reference: "UW imap toolkit, src/osdep/unix/env_unix.c",
    programs: &["imapd", "ipop3d", "ipop2d", "imapsd", "ipop3sd", "imap", "pop3"],
    starts: &[],
    needs: &[],
    keys: &[],
    recognise: |payload| {
        payload.program.starts_with("ipop")
            || (payload.text.contains(" host=")
                && OPENINGS.iter().any(|(opening, _, _)| payload.text.starts_with(opening)))
    },
    parse,
    samples: SAMPLES,
};

/// Openings, what was done, and how it ended.
const OPENINGS: &[(&str, Action, Option<Outcome>)] = &[
    ("Login failed ", Action::Login, Some(Outcome::Failure)),
    ("Login failure ", Action::Login, Some(Outcome::Failure)),
    ("Login excessive login failures ", Action::Login, Some(Outcome::Failure)),
    ("Login disabled ", Action::Login, Some(Outcome::Failure)),
    ("Login user=", Action::Login, Some(Outcome::Success)),
    ("Authenticated user=", Action::Login, Some(Outcome::Success)),
    ("Auth user=", Action::Login, Some(Outcome::Success)),
    ("AUTHENTICATE ", Action::Login, Some(Outcome::Failure)),
    ("Logout ", Action::Logout, Some(Outcome::Success)),
    ("Autologout ", Action::Logout, Some(Outcome::Success)),
    ("Killed ", Action::ApplicationEvent, None),
    ("Command stream end of file", Action::ApplicationEvent, None),
];

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let text = payload.text;
    let Some((opening, action, outcome)) = OPENINGS.iter().find(|(opening, _, _)| text.starts_with(opening))
    else {
        event.action(Action::ApplicationEvent);
        return Ok(());
    };
    let (head, host) = text.rsplit_once(" host=").ok_or(Unreadable("a session without its host"))?;
    let (name, address, _) = mail::host_and_address(host).unwrap_or((host, "", ""));
    event.ip(Column::SourceIp, address);
    if !name.is_empty() && name != "UNKNOWN" {
        event.field("rhost", name);
    }
    event.action(*action);
    if let Some(outcome) = outcome {
        event.outcome(*outcome);
    }
    if *outcome == Some(Outcome::Failure) {
        event.field("reason", opening.trim_end());
    }
    let user = between(head, "user=", " auth=").or_else(|| head.split_once("user=").map(|(_, user)| user));
    event.text_if_said(Column::UserName, user.unwrap_or(""));
    if let Some(method) = between(text, "AUTHENTICATE ", " failure").filter(|_| *opening == "AUTHENTICATE ") {
        event.field("auth_method", method);
    }
    Ok(())
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a wrong password",
        text: "<22>Mar 16 02:12:44 posta imapd[812]: Login failed user=urp auth=urp host=host9.bad.example [198.51.100.23]",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "urp"),
            ("source_ip", "198.51.100.23"),
            ("fields.rhost", "host9.bad.example"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a user logs in",
        text: "<22>Mar 16 09:12:44 posta ipop3d[812]: Login user=g.neri host=pc7.borgo.example [192.0.2.60] nmsgs=3/3",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "success"),
            ("user_name", "g.neri"),
            ("source_ip", "192.0.2.60"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a user logs out",
        text: "<22>Mar 16 09:12:44 posta imapd[812]: Logout user=g.neri host=pc7.borgo.example [192.0.2.60]",
        expect: &[("event_action", "logout"), ("user_name", "g.neri")],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: a login cut before its host",
        text: "<22>Mar 16 02:12:44 posta ipop3d[812]: Login failed user=urp auth=urp ho",
        expect: &[("parse_error", "a session without its host")],
        absent: &["source_ip", "event_outcome"],
    },
    Sample {
        about: "hostile: a name that imitates a host does not move the address",
        text: "<22>Mar 16 02:12:44 posta imapd[812]: Login failed user=x host=y [203.0.113.1] auth=z host=[198.51.100.23]",
        expect: &[("event_outcome", "failure"), ("source_ip", "198.51.100.23")],
        absent: &["parse_error"],
    },
];
