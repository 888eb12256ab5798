//! Horde (groupware and webmail): logins, by its file or by syslog.
//!
//! Promises: linear; the address is the last one in front of the server's name. Must not know: the syslog envelope.
//! Source: Horde, Horde_Core_Auth_Application and IMP (login messages).

use schema::{Action, Column, EventBuilder, Outcome};

use crate::format::{Format, Payload, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "horde",
    title: "Horde (groupware and webmail)",
    reference: "Horde, login messages",
    programs: &["horde"],
    starts: b"H",
    needs: &[],
    keys: &[],
    recognise: |payload| {
        payload.program.eq_ignore_ascii_case("horde")
            || payload.text.starts_with("HORDE [")
            || payload.text.starts_with("HORDE: ")
    },
    parse,
    samples: SAMPLES,
};

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let mut text = payload.text;
    text = text.strip_prefix("HORDE").unwrap_or(text).trim_start_matches([':', ' ']);
    // `[LEVEL] [APPLICATION] ` or `[APPLICATION] `.
    while let Some((word, rest)) = text.strip_prefix('[').and_then(|rest| rest.split_once("] ")) {
        let is_level = matches!(
            word,
            "emergency" | "alert" | "critical" | "error" | "warn" | "warning" | "notice" | "info" | "debug"
        );
        if is_level {
            event.text(Column::LogLevel, word);
        } else {
            event.field("application", word);
        }
        text = rest;
    }
    event.action(Action::ApplicationEvent);
    let (done, rest) = if let Some(rest) = text.strip_prefix("FAILED LOGIN for ") {
        (false, rest)
    } else if let Some(rest) = text.strip_prefix("Login success for ") {
        (true, rest)
    } else {
        return Ok(());
    };
    // `USER [ADDRESS] to SERVER [pid 1 on line 2 of "FILE"]`, the address in either bracket.
    let rest = rest
        .rsplit_once(" [pid ")
        .or_else(|| rest.rsplit_once(" [on line "))
        .map_or(rest, |(front, _)| front);
    let (front, server) = rest.rsplit_once(" to ").ok_or(Unreadable("a login without its server"))?;
    let (user, address) = front
        .rsplit_once(" [")
        .or_else(|| front.rsplit_once(" ("))
        .ok_or(Unreadable("a login without its address"))?;
    event.action(Action::Login);
    event.outcome(Outcome::of(done));
    event.text_if_said(Column::UserName, user);
    let address = address.trim_end_matches([']', ')']);
    if !event.ip(Column::SourceIp, address) {
        event.field("rhost", address);
    }
    event.field("server", server.trim_end_matches(['.', ' ']));
    Ok(())
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a wrong password",
        text: "Mar 16 02:12:44 HORDE [error] [imp] FAILED LOGIN for urp [198.51.100.23] to posta.borgo.example:143 [on line 116 of \"/srv/www/horde/login.php\"]",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "urp"),
            ("source_ip", "198.51.100.23"),
            ("log_level", "error"),
            ("fields.application", "imp"),
            ("fields.server", "posta.borgo.example:143"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a user logs in, by syslog",
        text: "<30>Mar 16 09:12:44 web1 HORDE: [horde] Login success for g.neri@borgo.example (192.0.2.60) to horde. [pid 812 on line 163 of \"/srv/www/Application.php\"]",
        expect: &[
            ("event_outcome", "success"),
            ("user_name", "g.neri@borgo.example"),
            ("source_ip", "192.0.2.60"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "another message",
        text: "<30>Mar 16 09:12:44 web1 HORDE: [horde] User g.neri logged out",
        expect: &[("event_action", "application_event")],
        absent: &["parse_error", "event_outcome"],
    },
    Sample {
        about: "truncated: a login cut before its server",
        text: "Mar 16 02:12:44 HORDE [error] [imp] FAILED LOGIN for urp [198.51.1",
        expect: &[("parse_error", "a login without its server")],
        absent: &["source_ip", "event_outcome"],
    },
    Sample {
        about: "hostile: a name that imitates an address does not move it",
        text: "Mar 16 02:12:44 HORDE [error] [imp] FAILED LOGIN for x [203.0.113.1] to y [198.51.100.23] to posta.borgo.example:143 [on line 116 of \"/srv/www/horde/login.php\"]",
        expect: &[("source_ip", "198.51.100.23"), ("user_name", "x [203.0.113.1] to y")],
        absent: &["parse_error"],
    },
    Sample {
        about: "hostile: a name that imitates an address and what follows it",
        text: "Mar 16 02:40:11 posta HORDE: [imp] FAILED LOGIN for x [203.0.113.9] to y [pid z [198.51.100.23] to {localhost:143 [imap/notls]} [pid 2211 on line 258 of \"/usr/share/horde/imp/lib/Auth.php\"]",
        expect: &[
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.23"),
            ("user_name", "x [203.0.113.9] to y [pid z"),
        ],
        absent: &["parse_error"],
    },
];
