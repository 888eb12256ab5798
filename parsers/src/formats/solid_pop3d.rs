//! Solid POP3 server: logins and refusals, the client's address at the end.
//!
//! Promises: linear; the address is cut from the right. Must not know: the syslog envelope, other formats.
//! Source: Solid POP3d, src/main.c, src/authenticate.c.

use schema::{Action, Column, EventBuilder, Outcome};

use super::peer;
use crate::format::{Format, Payload, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "solid_pop3d",
    title: "Solid POP3 server",
    reference: "Solid POP3d, src/authenticate.c",
    programs: &["solid-pop3d", "spop3d"],
    starts: &[],
    needs: &[],
    keys: &[],
    recognise: |_| true,
    parse,
    samples: SAMPLES,
};

/// Openings that stand before a user's name, and how they end.
const OPENINGS: &[(&str, bool)] = &[
    ("authentication failed for user ", false),
    ("authentication failed for mapped user ", false),
    ("can't find APOP secret for user ", false),
    ("no such user ", false),
    ("no such mapped user ", false),
    ("error mapping user ", false),
    ("user ", true),
];

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let text = payload.text;
    event.action(Action::ApplicationEvent);
    let Some((opening, done, rest)) = OPENINGS
        .iter()
        .find_map(|(opening, done)| text.strip_prefix(opening).map(|rest| (*opening, *done, rest)))
    else {
        if let Some(address) = text.strip_prefix("connect from ") {
            event.field("action", "connect");
            peer::set(event, address, "");
        }
        return Ok(());
    };
    let (user, address) = rest.rsplit_once(" - ").ok_or(Unreadable("a login without its address"))?;
    if done {
        let Some(user) = user.strip_suffix(" authenticated") else { return Ok(()) };
        event.text_if_said(Column::UserName, user);
    } else {
        event.text_if_said(Column::UserName, user);
        event.field("reason", opening.trim_end());
    }
    event.action(Action::Login);
    event.outcome(Outcome::of(done));
    peer::set(event, address, "");
    Ok(())
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a wrong password",
        text: "<22>Mar 16 02:12:44 posta solid-pop3d[812]: authentication failed for user urp - 198.51.100.23",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "urp"),
            ("source_ip", "198.51.100.23"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a user logs in",
        text: "<22>Mar 16 09:12:44 posta solid-pop3d[812]: user g.neri authenticated - pc7.borgo.example",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "success"),
            ("fields.rhost", "pc7.borgo.example"),
        ],
        absent: &["parse_error", "source_ip"],
    },
    Sample {
        about: "a client connects",
        text: "<22>Mar 16 09:12:44 posta solid-pop3d[812]: connect from 192.0.2.60",
        expect: &[("event_action", "application_event"), ("source_ip", "192.0.2.60")],
        absent: &["parse_error", "event_outcome"],
    },
    Sample {
        about: "truncated: a login cut before its address",
        text: "<22>Mar 16 02:12:44 posta solid-pop3d[812]: authentication failed for user ur",
        expect: &[("parse_error", "a login without its address")],
        absent: &["user_name", "event_outcome"],
    },
    Sample {
        about: "hostile: a name that imitates an address does not move it",
        text: "<22>Mar 16 02:12:44 posta solid-pop3d[812]: no such user x - 203.0.113.1 - 198.51.100.23",
        expect: &[("source_ip", "198.51.100.23"), ("user_name", "x - 203.0.113.1")],
        absent: &["parse_error"],
    },
];
