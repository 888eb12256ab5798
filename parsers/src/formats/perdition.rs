//! Perdition (mail proxy): who connects, who logs in through it to which server.
//!
//! Promises: linear; both ends stand before the user's name. Must not know: the syslog envelope, other formats.
//! Source: Perdition, perdition/perdition.c.

use schema::{Action, Column, EventBuilder, Outcome};

use super::account::{address_and_port, between};
use crate::format::{Format, Payload, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "perdition",
    title: "Perdition (mail proxy)",
    reference: "Perdition, perdition/perdition.c",
    programs: &[
        "perdition",
        "perdition.imap",
        "perdition.imaps",
        "perdition.imap4",
        "perdition.imap4s",
        "perdition.pop3",
        "perdition.pop3s",
        "perdition.managesieve",
    ],
    starts: &[],
    needs: &[],
    keys: &[],
    recognise: |_| true,
    parse,
    samples: SAMPLES,
};

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let text = payload.text;
    event.action(Action::ApplicationEvent);
    if let Some(rest) = text.strip_prefix("Auth: ") {
        let (route, rest) = rest.split_once(' ').ok_or(Unreadable("a login without its user"))?;
        ends(route, event);
        let user =
            between(rest, "authentication_id=\"", "\" server=").or_else(|| between(rest, "user=\"", "\" "));
        event.text_if_said(Column::UserName, user.unwrap_or(""));
        // The status is Perdition's own and comes last.
        let (head, status) = rest.rsplit_once("status=\"").ok_or(Unreadable("a login without its status"))?;
        let status = status.trim_end_matches('"');
        if let Some((_, server)) = head.rsplit_once("server=\"") {
            event.field("server", server.split('"').next().unwrap_or(server));
        }
        event.action(Action::Login);
        event.outcome(Outcome::of(status.starts_with("ok")));
        if !status.starts_with("ok") {
            event.field("reason", status);
        }
    } else if let Some(rest) =
        text.strip_prefix("Fatal Error reading authentication information from client ")
    {
        let (route, reason) = rest.split_once(": ").unwrap_or((rest, ""));
        ends(route, event);
        event.action(Action::Login);
        event.outcome(Outcome::Failure);
        event.field("reason", if reason.is_empty() { "no authentication information" } else { reason });
    } else if let Some((verb, rest)) = text.split_once(": ")
        && matches!(verb, "Connect" | "Close" | "Closing" | "Connection")
    {
        event.field("action", verb);
        ends(rest.split(' ').next().unwrap_or(rest), event);
    }
    Ok(())
}

/// `ADDRESS:PORT->ADDRESS:PORT`.
fn ends(route: &str, event: &mut EventBuilder<'_>) {
    let (client, server) = route.split_once("->").unwrap_or((route, ""));
    let (address, port) = address_and_port(client);
    if event.ip(Column::SourceIp, address) {
        event.int_text(Column::SourcePort, port);
    }
    let (address, port) = address_and_port(server);
    if event.ip(Column::DestinationIp, address) {
        event.int_text(Column::DestinationPort, port);
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a wrong password",
        text: "<22>Mar 16 02:12:44 posta perdition.imaps[812]: Auth: 198.51.100.23:40112->192.0.2.25:993 client-secure=ssl authorisation_id=NONE authentication_id=\"urp\" server=\"posta2.borgo.example:993\" protocol=IMAP4S server-secure=ssl status=\"failed: Re-Authentication Failure\"",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.23"),
            ("source_port", "40112"),
            ("destination_ip", "192.0.2.25"),
            ("destination_port", "993"),
            ("user_name", "urp"),
            ("fields.reason", "failed: Re-Authentication Failure"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a user logs in",
        text: "<22>Mar 16 09:12:44 posta perdition.pop3[812]: Auth: 192.0.2.60:51200->192.0.2.25:110 client-secure=plaintext authorisation_id=NONE authentication_id=\"g.neri\" server=\"posta2.borgo.example:110\" protocol=POP3 server-secure=plaintext status=\"ok\"",
        expect: &[("event_action", "login"), ("event_outcome", "success"), ("user_name", "g.neri")],
        absent: &["parse_error", "fields.reason"],
    },
    Sample {
        about: "a client connects",
        text: "<22>Mar 16 09:12:44 posta perdition.imaps[812]: Connect: 192.0.2.60:51200->192.0.2.25:993",
        expect: &[("event_action", "application_event"), ("source_ip", "192.0.2.60")],
        absent: &["parse_error", "event_outcome"],
    },
    Sample {
        about: "truncated: a login cut before its status",
        text: "<22>Mar 16 02:12:44 posta perdition.imaps[812]: Auth: 198.51.100.23:40112->192.0.2.25:993 client-secure=ssl authorisation_id=NO",
        expect: &[("parse_error", "a login without its status")],
        absent: &["source_ip", "event_outcome"],
    },
    Sample {
        about: "hostile: a name that imitates a status is not believed",
        text: "<22>Mar 16 02:12:44 posta perdition.imaps[812]: Auth: 198.51.100.23:40112->192.0.2.25:993 client-secure=ssl authorisation_id=NONE authentication_id=\"x status=\"ok\"\" server=\"s:993\" protocol=IMAP4S server-secure=ssl status=\"failed: Re-Authentication Failure\"",
        expect: &[("event_outcome", "failure"), ("source_ip", "198.51.100.23")],
        absent: &["parse_error"],
    },
];
