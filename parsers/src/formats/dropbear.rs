//! Dropbear SSH server, of small devices: logins and refusals, by syslog or on standard error.
//!
//! Promises: linear; the client's address and port stand at the end, behind the user's name, or in a bracket the
//! server wrote first. Must not know: the syslog envelope, other formats.

use schema::{Action, Column, EventBuilder, Outcome};

use super::account::address_and_port;
use super::peer::{self, is_digits};
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time;

/// See the module.
pub static FORMAT: Format = Format {
    name: "dropbear",
    title: "Dropbear SSH server",
    reference: "Dropbear, svr-auth*.c and svr-session.c",
    programs: &["dropbear"],
    starts: b"BbLlEP[",
    needs: &[],
    keys: &[],
    recognise: |payload| payload.program == "dropbear" || is_own(behind_head(payload.text).1),
    parse,
    samples: SAMPLES,
};

/// What follows `[PID] Mar 16 09:12:44 `, which Dropbear writes on standard error; its pid.
fn behind_head(text: &str) -> (&str, &str) {
    let Some((pid, rest)) = text.strip_prefix('[').and_then(|rest| rest.split_once("] ")) else {
        return ("", text);
    };
    match time::month_day(rest) {
        Some((_, rest)) if is_digits(pid) => (pid, rest.trim_start_matches(' ')),
        _ => ("", text),
    }
}

const OPENINGS: &[&str] = &[
    "Bad password attempt for '",
    "bad password attempt for '",
    "Bad PAM password attempt for '",
    "Login attempt for nonexistent user",
    "login attempt for nonexistent user",
    "Login attempt with wrong user",
    "Login attempt for ",
    "Password auth succeeded for '",
    "PAM password auth succeeded for '",
    "Pubkey auth succeeded for '",
    "Exit before auth",
    "Exit (",
];

/// Sentences of Dropbear that name a client: no other server's word order.
fn is_own(text: &str) -> bool {
    let names_client = || text.contains(" from ") && text.contains(':');
    OPENINGS.iter().any(|opening| text.starts_with(opening)) && names_client()
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let (pid, text) = behind_head(payload.text);
    if !event.is_set(Column::ProcessPid) {
        event.int_text(Column::ProcessPid, pid);
    }
    if !payload.is_stamped
        && !pid.is_empty()
        && let Some((when, _)) = payload.text.split_once("] ").and_then(|(_, rest)| time::month_day(rest))
    {
        payload.set_time(event, when);
    }
    event.action(Action::ApplicationEvent);
    let text = text.trim_end();
    for (opening, outcome, reason) in [
        ("Bad password attempt for '", Outcome::Failure, "wrong_credential"),
        ("bad password attempt for '", Outcome::Failure, "wrong_credential"),
        ("Bad PAM password attempt for '", Outcome::Failure, "wrong_credential"),
        ("Login attempt for nonexistent user", Outcome::Failure, "unknown_user"),
        ("login attempt for nonexistent user", Outcome::Failure, "unknown_user"),
        ("Login attempt with wrong user", Outcome::Failure, "unknown_user"),
        ("Password auth succeeded for '", Outcome::Success, ""),
        ("PAM password auth succeeded for '", Outcome::Success, ""),
        ("Pubkey auth succeeded for '", Outcome::Success, ""),
    ] {
        if let Some(rest) = text.strip_prefix(opening) {
            attempt(rest, outcome, reason, event)?;
            if outcome == Outcome::Success {
                event.field(
                    "auth_method",
                    if opening.starts_with("Pubkey") { "publickey" } else { "password" },
                );
            }
            return Ok(());
        }
    }
    if let Some(rest) = text.strip_prefix("Exit before auth") {
        before_auth(rest, event);
    } else if let Some(rest) = text.strip_prefix("Exit (") {
        event.action(Action::SessionClose);
        event.outcome(Outcome::Success);
        let (user, place) =
            rest.split_once(") from <").or_else(|| rest.split_once("): ")).unwrap_or((rest, ""));
        event.text_if_said(Column::UserName, user);
        client(place.split('>').next().unwrap_or(place), event);
    } else if let Some(place) = text.strip_prefix("Child connection from ") {
        event.action(Action::ConnectionAllowed);
        event.outcome(Outcome::Success);
        client(place, event);
    } else if text.starts_with("Login attempt for ") && text.contains(" denied") || text.starts_with("User '")
    {
        event.action(Action::Login);
        event.outcome(Outcome::Failure);
        event.field("reason", "not_allowed");
    }
    Ok(())
}

/// `NAME' [with key …] from 192.0.2.7:51022`.
fn attempt(
    rest: &str,
    outcome: Outcome,
    reason: &str,
    event: &mut EventBuilder<'_>,
) -> Result<(), Unreadable> {
    let (user, place) = rest.rsplit_once(" from ").ok_or(Unreadable("expected USER from ADDRESS:PORT"))?;
    if !client(place, event) {
        return Err(Unreadable("expected USER from ADDRESS:PORT"));
    }
    // Only a key that was accepted is named.
    let key = user.rsplit_once("' with ").filter(|_| outcome == Outcome::Success);
    let user = key.map_or(user, |(user, _)| user).trim();
    event.text_if_said(Column::UserName, user.trim_matches('\''));
    event.action(Action::Login);
    event.outcome(outcome);
    if !reason.is_empty() {
        event.field("reason", reason);
    }
    Ok(())
}

/// `[ from <192.0.2.7:51022>]: WHY`, `(user 'NAME', 10 fails): WHY[ from 192.0.2.7:51022]`: nobody was let in.
fn before_auth(rest: &str, event: &mut EventBuilder<'_>) {
    let (place, rest) = match rest.strip_prefix(" from <").and_then(|rest| rest.split_once('>')) {
        Some((place, rest)) => (place, rest),
        None => {
            let (_, place) = rest.rsplit_once(" from ").unwrap_or(("", ""));
            (place, rest)
        }
    };
    client(place, event);
    let rest = rest.trim_start_matches([':', ' ']);
    let user = rest.strip_prefix("(user '").and_then(|rest| rest.rsplit_once("', "));
    let last = rest.rsplit_once(" - user '").map(|(_, user)| user.split('\'').next().unwrap_or(user));
    event.text_if_said(Column::UserName, user.map(|(user, _)| user).or(last).unwrap_or(""));
    let why = rest.split_once(": ").filter(|_| rest.starts_with("(user '")).map_or(rest, |(_, why)| why);
    let is_attempt =
        user.is_some() || why.starts_with("Max auth tries") || why.starts_with("Timeout before auth");
    event.action(if is_attempt { Action::Login } else { Action::ConnectionDenied });
    event.outcome(Outcome::Failure);
    event.field("reason", if why.starts_with("Max auth tries") { "too_many_attempts" } else { why });
}

/// Sets where a client is; false when the text is no address.
fn client(place: &str, event: &mut EventBuilder<'_>) -> bool {
    // IPv6 stands without brackets: the port is behind the last colon.
    let (address, port) = match place.rsplit_once(':') {
        Some((address, port)) if is_digits(port) => (address, port),
        _ => address_and_port(place),
    };
    if !peer::is_address(address) {
        return false;
    }
    peer::set(event, address, port);
    true
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a wrong password",
        text: "<86>Mar 16 09:12:44 ap1 dropbear[2211]: Bad password attempt for 'root' from 198.51.100.9:51022",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "root"),
            ("source_ip", "198.51.100.9"),
            ("source_port", "51022"),
            ("fields.reason", "wrong_credential"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a login with a key",
        text: "<86>Mar 16 09:12:45 ap1 dropbear[2212]: Pubkey auth succeeded for 'admin' with ssh-ed25519 key SHA256:abc from 2001:db8::7:51022",
        expect: &[
            ("event_outcome", "success"),
            ("user_name", "admin"),
            ("source_ip", "2001:db8::7"),
            ("fields.auth_method", "publickey"),
        ],
        absent: &["fields.reason", "parse_error"],
    },
    Sample {
        about: "an unknown user, without envelope",
        text: "Login attempt for nonexistent user from 198.51.100.9:51023",
        expect: &[
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.9"),
            ("fields.reason", "unknown_user"),
        ],
        absent: &["user_name", "parse_error"],
    },
    Sample {
        about: "too many attempts, on standard error",
        text: "[2213] Mar 16 09:12:46 Exit before auth from <198.51.100.9:51024>: (user 'root', 10 fails): Max auth tries reached - user 'root'",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "root"),
            ("process_pid", "2213"),
            ("source_port", "51024"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: an attempt cut before its client",
        text: "<86>Mar 16 09:12:44 ap1 dropbear[2211]: Bad password attempt for 'root' from 198.51",
        expect: &[("parse_error", "expected USER from ADDRESS:PORT")],
        absent: &["user_name", "event_outcome", "source_ip"],
    },
    Sample {
        about: "hostile: a user name that imitates a client moves no field",
        text: "<86>Mar 16 09:12:47 ap1 dropbear[2211]: Bad password attempt for 'x' from 203.0.113.1:1' from 192.0.2.77:51025",
        expect: &[
            ("source_ip", "192.0.2.77"),
            ("user_name", "x' from 203.0.113.1:1"),
            ("event_outcome", "failure"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "hostile: a name that imitates a key",
        text: "<86>Mar 16 09:12:44 ap1 dropbear[2211]: Bad password attempt for 'root' with y' from 198.51.100.9:51022",
        expect: &[("event_outcome", "failure"), ("source_ip", "198.51.100.9"), ("user_name", "root' with y")],
        absent: &["parse_error"],
    },
];
