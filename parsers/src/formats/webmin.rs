//! Webmin and Usermin: the actions log of miniserv, and logins by syslog.
//!
//! Promises: linear; in the actions log what a user chose stands in quotes behind the fixed fields; by syslog the
//! client's address is the last word. Must not know: other formats.

use schema::{Action, Column, EventBuilder, Outcome};

use super::peer;
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time;

/// See the module.
pub static FORMAT: Format = Format {
    name: "webmin",
    title: "Webmin and Usermin",
    reference: "Webmin, miniserv.pl and web-lib-funcs.pl (webmin_log)",
    programs: &["webmin", "usermin", "miniserv.pl"],
    starts: b"0123456789",
    needs: &[],
    keys: &[],
    recognise: |payload| {
        matches!(payload.program, "webmin" | "usermin" | "miniserv.pl") && !super::pam::is_pam(payload)
            || Record::read(payload.text).is_some()
    },
    parse,
    samples: SAMPLES,
};

/// `TIME.PID.N [16/Mar/2026 09:12:44] USER SESSION ADDRESS MODULE SCRIPT "ACTION" "TYPE" "OBJECT"…`.
struct Record<'a> {
    time_us: i64,
    user: &'a str,
    session: &'a str,
    address: &'a str,
    module: &'a str,
    action: &'a str,
    rest: &'a str,
}

impl<'a> Record<'a> {
    fn read(text: &'a str) -> Option<Record<'a>> {
        let (id, rest) = text.split_once(" [")?;
        let mut parts = id.split('.');
        let (seconds, pid) = (parts.next()?, parts.next()?);
        let time_us = time::epoch(seconds).filter(|_| seconds.len() == 10 && peer::is_digits(pid))?;
        let (stamp, rest) = rest.split_once("] ")?;
        time::clf(stamp)?;
        // Of a login the name is a stranger's: then what miniserv.pl writes behind it is the last of its kind.
        const LOGIN: &str = " global miniserv.pl \"";
        let (head, rest) = match rest.rfind(LOGIN) {
            Some(at) => {
                rest.split_at_checked(at + LOGIN.len() - 2).map(|(head, rest)| (head, rest.get(2..)))?
            }
            None => rest.split_once(" \"").map(|(head, rest)| (head, Some(rest)))?,
        };
        let rest = rest?;
        // A user's name may hold blanks; what follows it may not.
        let mut words = head.rsplitn(5, ' ');
        let (_script, module, address) = (words.next()?, words.next()?, words.next()?);
        let (session, user) = (words.next()?, words.next()?);
        let (action, rest) = rest.split_once('"')?;
        peer::is_address(address).then_some(Record { time_us, user, session, address, module, action, rest })
    }
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    if let Some(record) = Record::read(payload.text) {
        fill(&record, payload, event);
        return Ok(());
    }
    if payload.program.is_empty() {
        return Err(Unreadable("expected ID, time, USER, SESSION, ADDRESS, MODULE, SCRIPT and \"ACTION\""));
    }
    sentence(payload.text.trim_end(), event);
    Ok(())
}

fn fill(record: &Record<'_>, payload: &Payload<'_>, event: &mut EventBuilder<'_>) {
    // The id's first number is the second since 1970; the stamp beside it is local.
    payload.set_time_us(event, record.time_us);
    event.text_if_said(Column::UserName, record.user);
    peer::set(event, record.address, "");
    event.field("module", record.module);
    event.field("operation", record.action);
    if record.session != "-" {
        event.field("session_id", record.session);
    }
    let mut quoted = record.rest.split('"').skip(1).step_by(2);
    let (kind, object) = (quoted.next().unwrap_or("-"), quoted.next().unwrap_or("-"));
    if kind != "-" {
        event.field("type", kind);
    }
    if record.module == "global" {
        let (action, outcome) = match record.action {
            "login" => (Action::Login, Outcome::Success),
            "failed" => (Action::Login, Outcome::Failure),
            "logout" => (Action::Logout, Outcome::Success),
            "timeout" => (Action::SessionClose, Outcome::Success),
            "blockedip" | "blockedpass" | "block" => (Action::AccessBlocked, Outcome::Success),
            "twofactor" => (Action::MfaChallenge, Outcome::Failure),
            _ => (Action::ApplicationEvent, Outcome::Unknown),
        };
        event.action(action);
        event.outcome(outcome);
        if action == Action::Login && outcome == Outcome::Failure {
            event.field(
                "reason",
                match object {
                    "wrongpass" => "wrong_credential",
                    "nonexist" => "unknown_user",
                    "expiredpass" => "password_expired",
                    "wronghost" => "not_allowed",
                    other => other,
                },
            );
        }
        return;
    }
    if object != "-" {
        event.field("object_name", object);
    }
    let account = matches!(record.module, "useradmin" | "acl");
    event.action(match (record.action, kind) {
        ("create", "user") if account => Action::AccountCreate,
        ("delete", "user") if account => Action::AccountDelete,
        ("modify", "user") if account => Action::AccountModify,
        ("create", "group") if account => Action::GroupCreate,
        _ => Action::ConfigChange,
    });
    if account && object != "-" {
        event.text(Column::UserTargetName, object);
    }
    event.outcome(Outcome::Success);
}

/// What miniserv says by syslog.
fn sentence(text: &str, event: &mut EventBuilder<'_>) {
    event.action(Action::ApplicationEvent);
    const SENTENCES: &[(&str, Action, Outcome, &str)] = &[
        ("Successful login as ", Action::Login, Outcome::Success, ""),
        ("Invalid login as ", Action::Login, Outcome::Failure, "wrong_credential"),
        ("Non-existent login as ", Action::Login, Outcome::Failure, "unknown_user"),
        ("Expired password login as ", Action::Login, Outcome::Failure, "password_expired"),
        ("Logout by ", Action::Logout, Outcome::Success, ""),
        ("Timeout of session for ", Action::SessionClose, Outcome::Success, ""),
    ];
    if let Some((opening, action, outcome, reason)) =
        SENTENCES.iter().find(|(opening, ..)| text.starts_with(opening))
    {
        let rest = text.get(opening.len()..).unwrap_or_default();
        let (user, address) = rest.rsplit_once(" from ").unwrap_or((rest, ""));
        event.action(*action);
        event.outcome(*outcome);
        event.text_if_said(Column::UserName, user);
        peer::set(event, address, "");
        if !reason.is_empty() {
            event.field("reason", reason);
        }
    } else if let Some(rest) = text.strip_prefix("Security alert: Host ") {
        event.action(Action::AccessBlocked);
        event.outcome(Outcome::Success);
        peer::set(event, rest.split(' ').next().unwrap_or(rest), "");
        event.text_if_said(Column::UserName, rest.rsplit_once(" for user ").map_or("", |(_, user)| user));
    } else if text.ends_with(" starting") {
        event.action(Action::ServiceStart);
        event.outcome(Outcome::Success);
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a wrong password",
        text: "1773648764.2211.0 [16/Mar/2026 09:12:44] averdi - 198.51.100.9 global miniserv.pl \"failed\" \"-\" \"wrongpass\"",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "averdi"),
            ("source_ip", "198.51.100.9"),
            ("fields.reason", "wrong_credential"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
        ],
        absent: &["parse_error", "time_guess"],
    },
    Sample {
        about: "an account is created",
        text: "1773648765.2211.1 [16/Mar/2026 09:12:45] root 0a1b2c 192.0.2.7 useradmin save_user.cgi \"create\" \"user\" \"manut\" pass='x' uid='1002'",
        expect: &[
            ("event_action", "account_create"),
            ("user_name", "root"),
            ("user_target_name", "manut"),
            ("fields.session_id", "0a1b2c"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "an unknown user, by syslog",
        text: "<36>Mar 16 09:12:46 srv1 webmin[2211]: Non-existent login as prova from 198.51.100.9",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "prova"),
            ("source_ip", "198.51.100.9"),
            ("fields.reason", "unknown_user"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "an address is blocked",
        text: "<36>Mar 16 09:12:47 srv1 webmin[2211]: Security alert: Host 198.51.100.9 blocked after 5 failed logins for user root",
        expect: &[("event_action", "access_blocked"), ("source_ip", "198.51.100.9"), ("user_name", "root")],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: a sentence cut before its client",
        text: "<36>Mar 16 09:12:46 srv1 webmin[2211]: Invalid login as pro",
        expect: &[("event_outcome", "failure"), ("user_name", "pro")],
        absent: &["source_ip"],
    },
    Sample {
        about: "hostile: a user name that imitates a client moves no field",
        text: "<36>Mar 16 09:12:48 srv1 webmin[2211]: Invalid login as x from 203.0.113.1 from 192.0.2.77",
        expect: &[("source_ip", "192.0.2.77"), ("user_name", "x from 203.0.113.1")],
        absent: &["parse_error"],
    },
    Sample {
        about: "hostile: a name that imitates a login",
        text: "1773648764.2211.0 [16/Mar/2026 09:12:44] x - 203.0.113.9 global miniserv.pl \"login\" \"-\" \"-\" - 198.51.100.9 global miniserv.pl \"failed\" \"-\" \"wrongpass\"",
        expect: &[("event_action", "login"), ("event_outcome", "failure"), ("source_ip", "198.51.100.9")],
        absent: &["parse_error"],
    },
];
