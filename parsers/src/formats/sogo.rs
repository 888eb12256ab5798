//! SOGo (groupware): logins on the web.
//!
//! Promises: linear; the address stands before the user's name. Must not know: the syslog envelope, other formats.
//! Source: SOGo, SOGoRootPage.m.

use schema::{Action, Column, EventBuilder, Outcome};

use super::peer::is_address;
use crate::format::{Format, Payload, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "sogo",
    title: "SOGo (groupware)",
    reference: "SOGo, SOGoRootPage.m",
    programs: &["sogod", "sogo"],
    starts: b"s",
    needs: &[],
    keys: &[],
    recognise: |payload| matches!(payload.program, "sogod" | "sogo") || payload.text.starts_with("sogod ["),
    parse,
    samples: SAMPLES,
};

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let mut text = payload.text;
    if let Some((pid, rest)) = text.strip_prefix("sogod [").and_then(|rest| rest.split_once("]: ")) {
        event.text(Column::ProcessName, "sogod");
        event.int_text(Column::ProcessPid, pid);
        text = rest;
    }
    event.action(Action::ApplicationEvent);
    let Some((front, rest)) = text.split_once("ogin from '") else { return Ok(()) };
    let (address, rest) = rest.split_once("' for user '").ok_or(Unreadable("a login without its user"))?;
    // The longest address with a zone that occurs.
    const ADDRESS_BYTES_MAX: usize = 64;
    let ends_in_address = |at: usize| {
        let near = rest.floor_char_boundary(at.saturating_sub(ADDRESS_BYTES_MAX));
        rest.get(near..at)
            .and_then(|list| list.rsplit(", ").next())
            .is_some_and(|last| is_address(last.trim()))
    };
    if rest.match_indices("' for user '").any(|(at, _)| ends_in_address(at)) {
        return Err(Unreadable("a name or forwarding header that imitates the other"));
    }
    // A list of forwarded addresses ends with the one SOGo's own proxy saw.
    event.ip(Column::SourceIp, address.rsplit(',').next().unwrap_or(address).trim());
    event.action(Action::Login);
    let refusal = rest.rsplit_once("' might not have worked").map(|(user, reason)| (user, reason, false));
    let (user, said, done) = match refusal {
        Some(read) => read,
        None => {
            let (user, said) = rest.rsplit_once('\'').unwrap_or((rest, ""));
            (user, said, front.contains("uccessful"))
        }
    };
    event.text_if_said(Column::UserName, user);
    event.outcome(Outcome::of(done));
    let said = said.trim_start_matches([' ', '-']);
    if !said.is_empty() {
        event.field("reason", said);
    }
    Ok(())
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a wrong password",
        text: "Mar 16 02:12:44 sogod [812]: SOGoRootPage Login from '198.51.100.23' for user 'urp' might not have worked - password policy: 65535  grace: -1  expire: -1  bound: 0",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "urp"),
            ("source_ip", "198.51.100.23"),
            ("process_pid", "812"),
        ],
        absent: &["parse_error", "rule_name"],
    },
    Sample {
        about: "a user logs in behind a proxy",
        text: "<30>Mar 16 09:12:44 posta sogod[812]: SOGoRootPage successful login from '203.0.113.1, 192.0.2.60' for user 'g.neri' - expire = -1  grace = -1",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "success"),
            ("source_ip", "192.0.2.60"),
            ("user_name", "g.neri"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "another word of the daemon",
        text: "Mar 16 09:12:44 sogod [812]: version 5.9.0 -- starting",
        expect: &[("event_action", "application_event"), ("process_name", "sogod")],
        absent: &["parse_error", "event_outcome"],
    },
    Sample {
        about: "truncated: a login cut before its user",
        text: "Mar 16 02:12:44 sogod [812]: SOGoRootPage Login from '198.51.100.23' for us",
        expect: &[("parse_error", "a login without its user")],
        absent: &["source_ip", "event_outcome"],
    },
    Sample {
        about: "hostile: a name that imitates an address does not move it",
        text: "Mar 16 02:12:44 sogod [812]: SOGoRootPage Login from '198.51.100.23' for user 'x' for user 'y' might not have worked - password policy: 65535",
        expect: &[
            ("source_ip", "198.51.100.23"),
            ("event_outcome", "failure"),
            ("user_name", "x' for user 'y"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "hostile: a forwarding header that imitates a user is an error",
        text: "Mar 16 02:40:11 sogod [1234]: SOGoRootPage Login from '203.0.113.9' for user 'root' might not have worked, 198.51.100.23' for user 'x' might not have worked - password policy: 65535  grace: -1",
        expect: &[("parse_error", "a name or forwarding header that imitates the other")],
        absent: &["source_ip", "user_name", "event_outcome"],
    },
];
