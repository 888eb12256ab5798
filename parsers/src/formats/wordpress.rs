//! WordPress through syslog, as the plugin WP fail2ban writes it, and Drupal's syslog module.
//!
//! Promises: linear; the address is cut from the end of the message, behind what a visitor chose.
//! Must not know: the envelope. Source: WP fail2ban 5, "Events"; Drupal core, syslog module, default format.

use schema::{Action, Column, EventBuilder, Outcome};

use super::{http, peer};
use crate::format::{Format, Payload, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "wordpress",
    title: "WordPress (WP fail2ban)",
    reference: "WP fail2ban documentation, events",
    programs: &["wordpress", "wp"],
    starts: &[],
    needs: &[],
    keys: &[],
    recognise: |payload| payload.program.starts_with("wordpress") || payload.program == "wp",
    parse,
    samples: SAMPLES,
};

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    event.text_if_said(Column::UrlDomain, http::host_of(payload.qualifier));
    let Some((what, address)) = payload.text.trim_end().rsplit_once(" from ") else {
        event.action(Action::ApplicationEvent);
        return Ok(());
    };
    // A message may go on behind the address: `from ADDRESS via XML-RPC`.
    let address = address.split(' ').next().unwrap_or(address);
    if !peer::is_address(address) {
        event.action(Action::ApplicationEvent);
        return Ok(());
    }
    peer::set(event, address, "");
    classify(what, event);
    Ok(())
}

/// What starts a message, what it says of the account behind it, and why.
const LOGINS: &[(&str, bool, &str)] = &[
    ("Accepted password for ", true, ""),
    ("Authentication failure for ", false, "wrong_credential"),
    ("Authentication attempt for unknown user ", false, "unknown_user"),
    ("XML-RPC authentication failure for ", false, "wrong_credential"),
    ("XML-RPC authentication attempt for unknown user ", false, "unknown_user"),
    ("REST authentication failure for ", false, "wrong_credential"),
    ("REST authentication attempt for unknown user ", false, "unknown_user"),
    ("Blocked authentication attempt for ", false, "blocked"),
    ("Empty username", false, "no_user"),
    ("Password reset requested for ", true, "password_reset"),
];

fn classify(what: &str, event: &mut EventBuilder<'_>) {
    if let Some((start, is_success, reason)) = LOGINS.iter().find(|(start, ..)| what.starts_with(start)) {
        let user = what.get(start.len()..).unwrap_or_default();
        event.text_if_said(Column::UserName, user);
        event.action(if *reason == "password_reset" { Action::PasswordReset } else { Action::Login });
        event.outcome(Outcome::of(*is_success));
        if !is_success {
            event.field("reason", reason);
        }
        return;
    }
    let is_refused = ["Blocked ", "Spam", "Untrusted ", "Comment attempt ", "Pingback error "]
        .iter()
        .any(|start| what.starts_with(start));
    if is_refused {
        event.action(Action::WafBlock);
        event.outcome(Outcome::Failure);
        event.text(Column::RuleName, what);
        event.field("blocked", "true");
        return;
    }
    event.action(Action::ApplicationEvent);
    event.field("reason", what);
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a wrong password",
        text: "<36>Mar 16 09:12:44 web1 wordpress(www.comune.example)[811]: Authentication failure for admin from 198.51.100.7",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "admin"),
            ("source_ip", "198.51.100.7"),
            ("url_domain", "www.comune.example"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a login",
        text: "<38>Mar 16 09:12:45 web1 wordpress(www.comune.example)[811]: Accepted password for redattore1 from 2001:db8::7",
        expect: &[("event_outcome", "success"), ("user_name", "redattore1"), ("source_ip", "2001:db8::7")],
        absent: &["parse_error", "fields.reason"],
    },
    Sample {
        about: "users are enumerated",
        text: "<36>Mar 16 09:12:46 web1 wordpress(www.comune.example)[811]: Blocked user enumeration attempt from 198.51.100.7",
        expect: &[
            ("event_action", "waf_block"),
            ("rule_name", "Blocked user enumeration attempt"),
            ("source_ip", "198.51.100.7"),
        ],
        absent: &["parse_error", "user_name"],
    },
    Sample {
        about: "truncated: cut before the address",
        text: "<36>Mar 16 09:12:44 web1 wordpress(www.comune.example)[811]: Authentication failure for admin fr",
        expect: &[("event_action", "application_event")],
        absent: &["user_name", "source_ip", "event_outcome"],
    },
    Sample {
        about: "hostile: a user that names another address",
        text: "<36>Mar 16 09:12:47 web1 wordpress(www.comune.example)[811]: Authentication attempt for unknown user x from 203.0.113.9 from 198.51.100.7",
        expect: &[
            ("source_ip", "198.51.100.7"),
            ("user_name", "x from 203.0.113.9"),
            ("event_outcome", "failure"),
        ],
        absent: &["parse_error"],
    },
];
