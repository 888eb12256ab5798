//! login(1): logins at a console or over telnet, in the words of util-linux, shadow and BSD.
//!
//! Promises: linear; the host stands left of the name that was typed, which may hold anything, and the reason right
//! of it. Must not know: PAM's lines of the same program.

use schema::{Action, Column, EventBuilder, Outcome};

use super::{pam, peer, repeated};
use crate::format::{Format, Payload, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "login",
    title: "login (console and telnet)",
    reference: "util-linux 2.40 login-utils/login.c; shadow 4.16 src/login.c; FreeBSD usr.bin/login/login.c",
    programs: &["login"],
    starts: &[],
    needs: &[],
    keys: &[],
    recognise: |payload| payload.qualifier.is_empty() && !pam::is_pam(payload),
    parse,
    samples: SAMPLES,
};

/// Openings of a refusal by util-linux, behind which stand ` FROM HOST FOR USER, REASON`.
const REFUSALS: &[&str] = &["FAILED LOGIN SESSION", "FAILED LOGIN ", "TOO MANY LOGIN TRIES "];

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let text = repeated::unwrap(payload.text, event).trim();
    if let Some(rest) = REFUSALS.iter().find_map(|opening| text.strip_prefix(opening)) {
        return refused(rest, event);
    }
    if let Some((count, rest)) = text.split_once(" LOGIN FAILURE")
        && peer::is_digits(count)
        && count.len() <= 6
    {
        event.int_text(Column::EventCount, count);
        return bsd_refused(rest.strip_prefix('S').unwrap_or(rest), event);
    }
    match accepted(text) {
        Some(login) => {
            event.action(Action::Login);
            event.outcome(Outcome::Success);
            event.text_if_said(Column::UserName, login.user);
            place(login.tty, event);
            place(login.host, event);
        }
        None => event.action(Action::ApplicationEvent),
    }
    Ok(())
}

/// A login that was let in; what is not said is empty.
struct Accepted<'a> {
    tty: &'a str,
    user: &'a str,
    host: &'a str,
}

/// `LOGIN ON TTY BY USER[ FROM HOST]`, `ROOT LOGIN ON TTY[ FROM HOST]`; BSD's `ROOT LOGIN (USER) ON TTY[ FROM HOST]`,
/// `login from HOST on TTY as USER`; shadow's `ROOT LOGIN on 'TTY'[ from 'HOST']`, `'USER' logged in on 'TTY'…`. The
/// users are accounts that exist.
fn accepted(text: &str) -> Option<Accepted<'_>> {
    let in_quotes = |place: &'static str| {
        let (_, rest) = text.split_once(place)?;
        rest.split_once('\'').map(|(inner, _)| inner)
    };
    if let Some((user, _)) = text.strip_prefix('\'').and_then(|rest| rest.split_once("' logged in")) {
        let (tty, host) = (in_quotes(" on '"), in_quotes(" from '"));
        return Some(Accepted { user, tty: tty.unwrap_or_default(), host: host.unwrap_or_default() });
    }
    if let Some(rest) = text.strip_prefix("login ") {
        let (place, user) = rest.rsplit_once(" as ")?;
        let (from, tty) = place.rsplit_once(" on ").or_else(|| Some(("", place.strip_prefix("on ")?)))?;
        return Some(Accepted { tty, user, host: from.strip_prefix("from ").unwrap_or_default() });
    }
    if text.starts_with("ROOT LOGIN on '") {
        let (tty, host) = (in_quotes(" on '")?, in_quotes(" from '"));
        return Some(Accepted { tty, user: "root", host: host.unwrap_or_default() });
    }
    let (place, host) = text.rsplit_once(" FROM ").unwrap_or((text, ""));
    if let Some(rest) = place.strip_prefix("LOGIN ON ") {
        let (tty, user) = rest.split_once(" BY ")?;
        return Some(Accepted { tty, user, host });
    }
    let (user, tty) = place.strip_prefix("ROOT LOGIN ")?.split_once("ON ")?;
    let user = user.trim_end().trim_start_matches('(').trim_end_matches(')');
    Some(Accepted { tty, user: if user.is_empty() { "root" } else { user }, host })
}

/// `[N] FROM HOST FOR USER, REASON`, shadow's `(N)[ on 'TTY'][ from 'HOST'] FOR 'USER'[, REASON]`.
fn refused(text: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    const SHAPE: Unreadable = Unreadable("expected FOR USER, REASON");
    let (place, who) = text.split_once(" FOR ").ok_or(SHAPE)?;
    let (user, reason) = match who.rsplit_once(", ") {
        Some((user, reason)) => (user, reason),
        // shadow says no reason when the tries are used up.
        None => (who.strip_suffix('\'').filter(|who| who.starts_with('\'')).ok_or(SHAPE)?, ""),
    };
    failed(
        if text.starts_with('(') && reason.is_empty() { "too_many_attempts" } else { "wrong_credential" },
        event,
    );
    if !reason.is_empty() {
        event.field("said", reason);
    }
    let user = user.strip_prefix('\'').map_or(user, |user| user.strip_suffix('\'').unwrap_or(user));
    if user != "UNKNOWN" && user != "(unknown)" {
        event.text_if_said(Column::UserName, user);
    }
    if let Some((_, host)) = place.split_once("FROM ") {
        self::place(host, event);
    }
    for sign in ["on '", "from '"] {
        let quoted = place.split_once(sign).and_then(|(_, rest)| rest.split_once('\''));
        self::place(quoted.map_or("", |(inner, _)| inner), event);
    }
    Ok(())
}

/// ` FROM HOST[, USER]`, ` ON TTY[, USER]`: the place is the first word.
fn bsd_refused(text: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let rest = text.strip_prefix(" FROM ").or_else(|| text.strip_prefix(" ON "));
    let rest = rest.ok_or(Unreadable("expected FROM HOST or ON TTY"))?;
    failed("wrong_credential", event);
    let (where_from, user) = rest.split_once(", ").unwrap_or((rest, ""));
    place(where_from, event);
    event.text_if_said(Column::UserName, user);
    Ok(())
}

fn failed(reason: &str, event: &mut EventBuilder<'_>) {
    event.action(Action::Login);
    event.outcome(Outcome::Failure);
    event.field("reason", reason);
}

/// A terminal, or the host at the other end.
fn place(place: &str, event: &mut EventBuilder<'_>) {
    let name = place.strip_prefix("/dev/").unwrap_or(place);
    if ["tty", "pts/", "console", "hvc"].iter().any(|terminal| name.starts_with(terminal)) {
        event.field("tty", name);
    } else if place != "(null)" {
        peer::set(event, place, "");
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a refused attempt over telnet",
        text: "Mar 16 02:40:11 protocollo login[2811]: FAILED LOGIN 2 FROM 198.51.100.23 FOR mrossi, Authentication failure",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "mrossi"),
            ("source_ip", "198.51.100.23"),
            ("fields.reason", "wrong_credential"),
            ("fields.said", "Authentication failure"),
            ("process_pid", "2811"),
        ],
        absent: &["parse_error", "user_target_name"],
    },
    Sample {
        about: "a login over the network",
        text: "Mar 16 08:01:11 protocollo login[2812]: LOGIN ON pts/1 BY mrossi FROM 192.0.2.31",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "success"),
            ("user_name", "mrossi"),
            ("source_ip", "192.0.2.31"),
            ("fields.tty", "pts/1"),
        ],
        absent: &["fields.reason", "parse_error"],
    },
    Sample {
        about: "root at the console",
        text: "Mar 16 08:02:11 protocollo login[900]: ROOT LOGIN ON tty1",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "success"),
            ("user_name", "root"),
            ("fields.tty", "tty1"),
        ],
        absent: &["source_ip", "fields.rhost"],
    },
    Sample {
        about: "shadow's words, an unknown user at the console",
        text: "Mar 16 08:03:11 archivio login[901]: FAILED LOGIN (1) on '/dev/tty2' FOR 'UNKNOWN', Authentication failure",
        expect: &[("event_action", "login"), ("event_outcome", "failure"), ("fields.tty", "tty2")],
        absent: &["user_name", "source_ip", "parse_error"],
    },
    Sample {
        about: "the tries are used up, from a name",
        text: "Mar 16 08:03:21 protocollo login[902]: TOO MANY LOGIN TRIES (5) FROM pc7.borgo.example FOR mrossi, Have exhausted maximum number of retries for service",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "mrossi"),
            ("fields.rhost", "pc7.borgo.example"),
        ],
        absent: &["source_ip", "parse_error"],
    },
    Sample {
        about: "BSD counts several",
        text: "Mar 16 08:03:31 fw1 login[903]: 3 LOGIN FAILURES FROM 198.51.100.23, root",
        expect: &[
            ("event_outcome", "failure"),
            ("event_count", "3"),
            ("user_name", "root"),
            ("source_ip", "198.51.100.23"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "what decides nothing is no login",
        text: "Mar 16 08:04:11 protocollo login[904]: DIALUP AT ttyS0 BY mrossi",
        expect: &[("event_action", "application_event")],
        absent: &["event_outcome", "user_name", "parse_error"],
    },
    Sample {
        about: "truncated: cut in the name",
        text: "Mar 16 02:40:11 protocollo login[2811]: FAILED LOGIN 2 FROM 198.51.100.23 FOR mros",
        expect: &[("parse_error", "expected FOR USER, REASON")],
        absent: &["user_name", "event_outcome", "source_ip"],
    },
    Sample {
        about: "hostile: a name that imitates a host and a user",
        text: "Mar 16 02:40:11 protocollo login[2811]: FAILED LOGIN 1 FROM 198.51.100.23 FOR x FROM 203.0.113.9 FOR root, Authentication failure",
        expect: &[
            ("source_ip", "198.51.100.23"),
            ("user_name", "x FROM 203.0.113.9 FOR root"),
            ("event_outcome", "failure"),
        ],
        absent: &["parse_error"],
    },
];
