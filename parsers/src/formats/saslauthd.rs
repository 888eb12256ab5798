//! Cyrus `saslauthd`: passwords it checked for a mail server, which tells the same attempt with its address.
//!
//! Promises: linear. Must not know: the syslog envelope, other formats.
//! Source: Cyrus SASL, saslauthd/saslauthd-main.c (do_auth).

use schema::{Action, Column, EventBuilder, Outcome};

use crate::format::{Format, Payload, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "saslauthd",
    title: "Cyrus SASL (saslauthd)",
    reference: "Cyrus SASL, saslauthd/saslauthd-main.c",
    programs: &["saslauthd"],
    starts: &[],
    needs: &[],
    keys: &[],
    recognise: |_| true,
    parse,
    samples: SAMPLES,
};

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    // The function's name is padded: `do_auth         : auth failure: …`.
    let text = payload.text.split_once(": ").map_or(payload.text, |(_, text)| text);
    let (done, rest) = if let Some(rest) = text.strip_prefix("auth failure: ") {
        (false, rest)
    } else if let Some(rest) = text.strip_prefix("auth success: ") {
        (true, rest)
    } else {
        event.action(Action::ApplicationEvent);
        return Ok(());
    };
    let rest = rest.strip_prefix("[user=").ok_or(Unreadable("an answer without its user"))?;
    // The user's name may hold brackets: what follows is cut from the right.
    let (user, rest) = rest.rsplit_once("] [service=").ok_or(Unreadable("an answer without its service"))?;
    event.action(Action::PamAuth);
    event.outcome(Outcome::of(done));
    event.text_if_said(Column::UserName, user);
    let mut keys = rest.split("] [");
    event.field("service", keys.next().unwrap_or("").trim_end_matches(']'));
    for pair in keys {
        match pair.trim_end_matches(']').split_once('=') {
            Some(("realm", value)) => event.text_if_said(Column::UserDomain, value),
            Some(("mech", value)) => event.field("auth_method", value),
            Some(("reason", value)) => event.field("reason", value),
            _ => {}
        }
    }
    Ok(())
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a wrong password",
        text: "<86>Mar 16 02:12:44 posta saslauthd[812]: do_auth         : auth failure: [user=urp] [service=smtp] [realm=borgo.example] [mech=pam] [reason=PAM auth error]",
        expect: &[
            ("event_action", "pam_auth"),
            ("event_outcome", "failure"),
            ("user_name", "urp"),
            ("user_domain", "borgo.example"),
            ("fields.service", "smtp"),
            ("fields.auth_method", "pam"),
            ("fields.reason", "PAM auth error"),
        ],
        absent: &["parse_error", "source_ip"],
    },
    Sample {
        about: "a right one",
        text: "<86>Mar 16 09:12:44 posta saslauthd[812]: do_auth         : auth success: [user=g.neri] [service=imap] [realm=] [mech=ldap]",
        expect: &[("event_action", "pam_auth"), ("event_outcome", "success"), ("user_name", "g.neri")],
        absent: &["parse_error", "user_domain"],
    },
    Sample {
        about: "another word of the daemon",
        text: "<86>Mar 16 09:12:44 posta saslauthd[812]: server_exit     : master exited: 812",
        expect: &[("event_action", "application_event")],
        absent: &["parse_error", "event_outcome"],
    },
    Sample {
        about: "truncated: an answer cut before its service",
        text: "<86>Mar 16 02:12:44 posta saslauthd[812]: do_auth         : auth failure: [user=urp] [serv",
        expect: &[("parse_error", "an answer without its service")],
        absent: &["user_name", "event_outcome"],
    },
    Sample {
        about: "hostile: a name that imitates a service does not move it",
        text: "<86>Mar 16 02:12:44 posta saslauthd[812]: do_auth         : auth failure: [user=x] [service=sudo] [service=smtp] [realm=] [mech=pam] [reason=PAM auth error]",
        expect: &[("fields.service", "smtp"), ("user_name", "x] [service=sudo")],
        absent: &["parse_error"],
    },
];
