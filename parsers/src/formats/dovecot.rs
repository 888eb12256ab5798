//! Dovecot: logins and refusals of IMAP, POP3, submission and sieve, and deliveries by LMTP.
//!
//! Promises: linear; a user name, which the client chooses, moves no field: the address is the last `rip=`.
//! Must not know: the syslog envelope, files, the clock, other formats.

use schema::{Action, Column, EventBuilder, Outcome};

use super::account::between;
use super::peer::is_address;
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time;

/// See the module.
pub static FORMAT: Format = Format {
    name: "dovecot",
    title: "Dovecot (IMAP, POP3, LMTP)",
    reference: "Dovecot, src/login-common/client-common.c and src/auth/passdb*.c; login_log_format_elements",
    programs: &[
        "dovecot",
        "auth",
        "auth-worker",
        "imap-login",
        "pop3-login",
        "managesieve-login",
        "submission-login",
        "lmtp",
    ],
    starts: b"0123456789@aimpsl",
    needs: &[("", ":")],
    keys: &[],
    recognise: |payload| payload.program == "dovecot" || Line::read(payload).is_some(),
    parse,
    samples: SAMPLES,
};

/// Processes of Dovecot that say what concerns a person.
const SERVICES: &[&str] = &[
    "auth",
    "auth-worker",
    "imap",
    "imap-login",
    "lmtp",
    "managesieve",
    "managesieve-login",
    "pop3",
    "pop3-login",
    "submission",
    "submission-login",
];

/// `SERVICE[(WHO)][<SESSION>]: [LEVEL: ]TEXT`.
struct Line<'a> {
    when: Option<time::When>,
    service: &'a str,
    /// What stood in parentheses behind the service: a user, or a worker's number.
    who: &'a str,
    level: &'a str,
    text: &'a str,
}

impl<'a> Line<'a> {
    fn read(payload: &Payload<'a>) -> Option<Line<'a>> {
        let mut when = None;
        let mut text = payload.text;
        if let Some((stamp, rest)) = time::iso_prefix(text) {
            when = Some(stamp);
            text = rest.trim_start_matches(' ');
        } else if let Some(tai64) = text.strip_prefix("@4000") {
            // multilog's TAI64N label, 24 digits behind the `@`.
            text = tai64.split_once(' ')?.1;
        }
        text = text.strip_prefix("dovecot: ").unwrap_or(text);
        let line = if payload.program == "dovecot" || !SERVICES.contains(&payload.program) {
            service(text)?
        } else {
            Line { when, service: payload.program, who: payload.qualifier, level: "", text }
        };
        let (level, text) = level(line.text);
        // Without the daemon's name around it only a level makes the service's word certain.
        (payload.program == "dovecot" || !level.is_empty()).then_some(Line { when, level, text, ..line })
    }
}

fn service(text: &str) -> Option<Line<'_>> {
    let end = memchr::memchr3(b':', b'(', b'<', text.as_bytes())?;
    let (service, rest) = text.split_at_checked(end)?;
    if !SERVICES.contains(&service) {
        return None;
    }
    let (who, rest) = match rest.strip_prefix('(') {
        // A user in parentheses is followed by a session or by the colon.
        Some(inner) => {
            let end = inner.find(")<").into_iter().chain(inner.find("): ")).min()?;
            (inner.get(..end)?, inner.get(end + 1..)?)
        }
        None => ("", rest),
    };
    let (_session, text) = rest.split_once(": ")?;
    Some(Line { when: None, service, who, level: "", text })
}

fn level(text: &str) -> (&str, &str) {
    for level in ["Info", "Warning", "Error", "Debug", "Fatal", "Panic"] {
        if let Some(rest) = text.strip_prefix(level).and_then(|rest| rest.strip_prefix(": ")) {
            return (level, rest);
        }
    }
    ("", text)
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let Some(line) = Line::read(payload) else {
        event.action(if payload.text.contains(" starting up") {
            Action::ServiceStart
        } else if payload.text.contains("Killed with signal 15") {
            Action::ServiceStop
        } else {
            Action::ApplicationEvent
        });
        return Ok(());
    };
    if let Some(when) = line.when {
        payload.set_time(event, when);
    }
    event.text_if_said(Column::LogLevel, line.level);
    event.field("service", line.service);
    match line.service {
        "auth" | "auth-worker" => auth(&line, event),
        service if service.ends_with("-login") => login(line.text, event),
        "lmtp" => delivery(&line, event),
        _ => session(&line, event),
    }
}

/// `REASON: user=<USER>, method=METHOD, rip=ADDRESS, lip=ADDRESS, …`, all but the reason optional.
fn login(text: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let Some(at) =
        text.rfind("rip=").filter(|at| text.get(..*at).is_some_and(|before| before.ends_with(' ')))
    else {
        if text.contains("user=<") {
            return Err(Unreadable("a login line without its rip="));
        }
        event.action(Action::ApplicationEvent);
        return Ok(());
    };
    let (before, after) = text.split_at_checked(at).unwrap_or((text, ""));
    let mut tail = after.split(", ");
    event.ip(Column::SourceIp, tail.next().unwrap_or("").get(4..).unwrap_or(""));
    for part in tail {
        if let Some(address) = part.strip_prefix("lip=") {
            event.ip(Column::DestinationIp, address);
        } else if let Some(session) = part.strip_prefix("session=<") {
            event.field("session_id", session.trim_end_matches('>'));
        } else if let Some(version) = part.strip_prefix("TLSv") {
            event.text(Column::TlsVersion, version.split(' ').next().unwrap_or(version));
        }
    }
    let before = before.trim_end_matches([',', ' ', ':']);
    let (head, method) =
        before.rsplit_once(">, method=").map_or((before, ""), |(head, method)| (head, method));
    let (reason, user) = head.split_once(": user=<").unwrap_or((head, ""));
    event.text_if_said(Column::UserName, user.strip_suffix('>').unwrap_or(user));
    if !method.is_empty() {
        event.field("auth_method", method);
    }
    ended(reason, event);
    Ok(())
}

/// What the reason of a login line says.
fn ended(reason: &str, event: &mut EventBuilder<'_>) {
    if reason == "Login" {
        event.action(Action::Login);
        event.outcome(Outcome::Success);
        return;
    }
    let refused = ["auth failed", "tried to use disallowed", "tried to use disabled", "cert required"]
        .iter()
        .any(|words| reason.contains(words));
    if refused {
        event.action(Action::Login);
        event.outcome(Outcome::Failure);
        event.field(
            "reason",
            if reason.contains("auth failed") { "wrong_credential" } else { "method_not_allowed" },
        );
        // One line stands for all attempts of the connection.
        if let Some(attempts) = between(reason, "auth failed, ", " attempts") {
            event.field("attempts", attempts);
            event.int_text(Column::EventCount, attempts);
        }
        return;
    }
    event.action(Action::ApplicationEvent);
    event.field("action", reason.split([':', '(']).next().unwrap_or(reason).trim());
    if reason.contains("during TLS handshake") {
        event.outcome(Outcome::Failure);
        event.field("reason", "tls_handshake");
    }
}

/// `pam(USER,ADDRESS[,<SESSION>]): TEXT`, or, in newer releases, the same in the parentheses behind `auth`.
/// The login process writes the same attempt once more: these lines are never a second login.
fn auth(line: &Line<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    // `conn unix:auth-worker (pid=1,uid=2): auth-worker<3>: ` comes before in release 2.3.
    let worker = line.text.strip_prefix("conn unix:").and_then(|rest| rest.split_once(": auth-worker<"));
    let said = worker.and_then(|(_, rest)| rest.split_once(">: ")).map_or(line.text, |(_, said)| said);
    let (database, who, text) = match said.split_once('(') {
        Some((database, rest)) if line.who.is_empty() || !line.who.contains(',') => {
            if database.is_empty() || database.contains([' ', ':']) {
                event.action(Action::ApplicationEvent);
                return Ok(());
            }
            let (who, text) = rest.split_once("): ").ok_or(Unreadable("an auth line without its reason"))?;
            (database, who, text)
        }
        _ if line.who.contains(',') => {
            let (database, text) = said.split_once(": ").unwrap_or(("", said));
            (database, line.who, text)
        }
        _ => {
            event.action(Action::ApplicationEvent);
            return Ok(());
        }
    };
    // A user name may hold commas, an address may not: the address is the last one that is one.
    let Some(address) = who.rsplit(',').find(|part| is_address(part)) else {
        event.action(Action::ApplicationEvent);
        return Ok(());
    };
    if imitates(text) {
        return Err(Unreadable("a user name that imitates an address"));
    }
    let start = address.as_ptr().addr() - who.as_ptr().addr();
    event.text_if_said(Column::UserName, who.get(..start.saturating_sub(1)).unwrap_or(""));
    event.ip(Column::SourceIp, address);
    event.field("database", database);
    let lower =
        |words: &str| text.as_bytes().windows(words.len()).any(|w| w.eq_ignore_ascii_case(words.as_bytes()));
    let is_failure =
        ["fail", "mismatch", "unknown user", "invalid credentials", "denied", "disabled", "expired"]
            .iter()
            .any(|words| lower(words));
    if is_failure && line.level != "Debug" {
        event.action(Action::PamAuth);
        event.outcome(Outcome::Failure);
        let unknown = lower("unknown user") || lower("user not known");
        event.field("reason", if unknown { "unknown_user" } else { "wrong_credential" });
    } else {
        event.action(Action::ApplicationEvent);
    }
    Ok(())
}

/// True when an address closes in the text as it does in front of it: name and password, which may be logged, are the
/// client's.
fn imitates(text: &str) -> bool {
    /// An address with its zone, and a session behind it.
    const END_BYTES_MAX: usize = 128;
    let ends = |sign: &'static str| text.match_indices(sign).map(|(at, _)| at);
    ends("): ").chain(ends(")<")).any(|end| {
        let near = text.floor_char_boundary(end.saturating_sub(END_BYTES_MAX));
        let who = text.get(near..end).unwrap_or_default();
        who.rsplit(',').take(2).any(is_address)
    })
}

/// `imap(USER): Disconnected: Logged out in=12 out=345`.
fn session(line: &Line<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    event.text_if_said(Column::UserName, line.who);
    if !line.text.starts_with("Disconnected") && !line.text.starts_with("Connection closed") {
        event.action(Action::ApplicationEvent);
        return Ok(());
    }
    event.action(if line.text.contains("Logged out") { Action::Logout } else { Action::SessionClose });
    event.outcome(Outcome::Success);
    for word in line.text.split(' ') {
        if let Some(bytes) = word.strip_prefix("in=") {
            event.int_text(Column::SourceBytes, bytes);
        } else if let Some(bytes) = word.strip_prefix("out=") {
            event.int_text(Column::DestinationBytes, bytes);
        }
    }
    Ok(())
}

/// `lmtp(USER): … msgid=<ID>: saved mail to INBOX`, or stored by sieve.
fn delivery(line: &Line<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let mailbox = line
        .text
        .rsplit_once(": saved mail to ")
        .or_else(|| line.text.rsplit_once(": stored mail into mailbox "));
    let Some((head, mailbox)) = mailbox else {
        event.action(Action::ApplicationEvent);
        return Ok(());
    };
    event.action(Action::MailReceived);
    event.outcome(Outcome::Success);
    // A worker's number comes before the user in some releases: `lmtp(2211, USER)`.
    let user = line.who.split_once(", ").map_or(line.who, |(_, user)| user);
    event.text_if_said(Column::EmailTo, user);
    if let Some((_, id)) = head.split_once("msgid=") {
        event.text_if_said(Column::EmailMessageId, id.trim_matches(['<', '>']));
    }
    event.field("mailbox", mailbox.trim_matches('\''));
    Ok(())
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a login succeeds",
        text: "<22>Mar 16 09:11:11 posta dovecot: imap-login: Login: user=<g.neri@borgo.example>, method=PLAIN, rip=192.0.2.60, lip=192.0.2.9, mpid=4411, TLS, session=<a1b2c3>",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "success"),
            ("user_name", "g.neri@borgo.example"),
            ("source_ip", "192.0.2.60"),
            ("destination_ip", "192.0.2.9"),
            ("fields.auth_method", "PLAIN"),
            ("fields.session_id", "a1b2c3"),
            ("event_count", "1"),
        ],
        absent: &["parse_error", "fields.reason"],
    },
    Sample {
        about: "three wrong passwords in one connection",
        text: "<22>Mar 16 02:11:11 posta dovecot: pop3-login: Disconnected: Connection closed (auth failed, 3 attempts in 15 secs): user=<info@borgo.example>, method=PLAIN, rip=198.51.100.7, lip=192.0.2.9, TLS, session=<a1>",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.7"),
            ("fields.attempts", "3"),
            ("event_count", "3"),
            ("fields.reason", "wrong_credential"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a connection without an attempt is no login",
        text: "<22>Mar 16 02:11:11 posta dovecot: imap-login: Disconnected (no auth attempts in 10 secs): user=<>, rip=198.51.100.7, lip=192.0.2.9, session=<a1>",
        expect: &[("event_action", "application_event"), ("source_ip", "198.51.100.7")],
        absent: &["user_name", "event_outcome", "parse_error"],
    },
    Sample {
        about: "the password database says why; no second login",
        text: "<22>Mar 16 02:11:11 posta dovecot: auth-worker(3311): pam(info@borgo.example,198.51.100.7,<s1>): unknown user",
        expect: &[
            ("event_action", "pam_auth"),
            ("event_outcome", "failure"),
            ("user_name", "info@borgo.example"),
            ("source_ip", "198.51.100.7"),
            ("fields.reason", "unknown_user"),
            ("fields.database", "pam"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a log file of its own",
        text: "Mar 16 02:11:11 imap-login: Info: Login aborted: Connection closed (auth failed, 2 attempts in 9 secs) (auth_failed): user=<info>, method=LOGIN, rip=2001:db8::66, lip=2001:db8::9",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("source_ip", "2001:db8::66"),
            ("fields.attempts", "2"),
            ("log_level", "Info"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a session ends",
        text: "<22>Mar 16 09:31:11 posta dovecot: imap(g.neri@borgo.example)<4411><a1b2c3>: Disconnected: Logged out in=1220 out=88211 deleted=0",
        expect: &[
            ("event_action", "logout"),
            ("user_name", "g.neri@borgo.example"),
            ("source_bytes", "1220"),
            ("destination_bytes", "88211"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: a line cut before the address",
        text: "<22>Mar 16 02:11:11 posta dovecot: imap-login: Disconnected (auth failed, 1 attempts in 2 secs): user=<info@borg",
        expect: &[("parse_error", "a login line without its rip=")],
        absent: &["source_ip", "event_outcome"],
    },
    Sample {
        about: "hostile: a user name that imitates an address does not move it",
        text: "<22>Mar 16 02:11:11 posta dovecot: imap-login: Disconnected (auth failed, 1 attempts in 2 secs): user=<x>, method=PLAIN, rip=203.0.113.1, lip=203.0.113.2>, method=LOGIN, rip=198.51.100.7, lip=192.0.2.9, session=<a1>",
        expect: &[
            ("source_ip", "198.51.100.7"),
            ("destination_ip", "192.0.2.9"),
            ("fields.auth_method", "LOGIN"),
            ("user_name", "x>, method=PLAIN, rip=203.0.113.1, lip=203.0.113.2"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "hostile: a name that imitates an address is an error",
        text: "Mar 16 02:40:11 posta dovecot: auth: pam(x,203.0.113.9): unknown user (,198.51.100.23): pam_authenticate() failed: Authentication failure (Password mismatch?)",
        expect: &[("parse_error", "a user name that imitates an address")],
        absent: &["source_ip", "user_name", "event_outcome"],
    },
];
