//! qmail and what stands around it: `qmail-send`, `qmail-smtpd`, `rblsmtpd`, `tcpserver`, vpopmail, spamdyke.
//!
//! Promises: linear; addresses are read where the program puts them, never inside a client's words.
//! Must not know: the syslog envelope, other formats.
//! Source: qmail-log(5); ucspi-tcp, rblsmtpd and tcpserver; vpopmail, vchkpw.c; spamdyke documentation, Log messages.

use schema::{Action, Column, EventBuilder, Outcome};

use super::account::between;
use super::peer::{is_address, is_digits};
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time;

/// See the module.
pub static FORMAT: Format = Format {
    name: "qmail",
    title: "qmail (with rblsmtpd, tcpserver, vpopmail, spamdyke)",
    reference: "qmail-log(5); ucspi-tcp; vpopmail; spamdyke",
    programs: &[
        "qmail",
        "qmail-send",
        "qmail-smtpd",
        "qmail-queue",
        "rblsmtpd",
        "tcpserver",
        "vpopmail",
        "vchkpw",
        "spamdyke",
        "smtpd",
    ],
    starts: b"@",
    needs: &[],
    keys: &[],
    recognise: |payload| {
        !matches!(payload.program, "" | "smtpd")
            || tai64n(payload.text).is_some_and(|(_, text)| is_known(text))
    },
    parse,
    samples: SAMPLES,
};

/// `@400000006…`: seconds since 1970 TAI and nanoseconds as multilog writes them; µs and what follows.
fn tai64n(text: &str) -> Option<(i64, &str)> {
    const EPOCH: i64 = 1 << 62;
    /// What multilog adds to the clock's seconds.
    const TAI_AHEAD_S: i64 = 10;
    let (label, rest) = text.strip_prefix('@')?.split_once(' ')?;
    if label.len() != 24 || !label.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let seconds = i64::from_str_radix(label.get(..16)?, 16).ok()?;
    let nanos = i64::from_str_radix(label.get(16..)?, 16).ok()?;
    let seconds =
        seconds.checked_sub(EPOCH + TAI_AHEAD_S).filter(|seconds| (0..=1 << 33).contains(seconds))?;
    Some((seconds * 1_000_000 + nanos / 1_000, rest))
}

/// Openings that tell qmail's lines from those of other programs under multilog.
const OPENINGS: &[&str] = &[
    "rblsmtpd: ",
    "tcpserver: ",
    "qmail-smtpd: ",
    "new msg ",
    "info msg ",
    "end msg ",
    "starting delivery ",
    "delivery ",
    "status: local ",
    "bounce msg ",
    "triple bounce: ",
    "double bounce: ",
    "spamdyke",
    "CHKUSER ",
];

fn is_known(text: &str) -> bool {
    OPENINGS.iter().any(|opening| text.starts_with(opening))
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let mut text = payload.text;
    if let Some((time_us, rest)) = tai64n(text) {
        payload.set_time_us(event, time_us);
        text = rest;
    } else if let Some((stamp, rest)) = text.split_once(' ')
        && stamp.contains('.')
        && time::epoch_fraction(stamp).is_some_and(|(_, rest)| rest.is_empty())
    {
        // splogger writes its own stamp behind the tag; the envelope's may follow later.
        text = rest;
    }
    event.action(Action::ApplicationEvent);
    let (program, said) = match text.split_once(": ") {
        Some((program, said))
            if matches!(program, "rblsmtpd" | "tcpserver" | "qmail-smtpd" | "spamdyke")
                || program.starts_with("vchkpw") =>
        {
            (program, said)
        }
        _ => (payload.program, text),
    };
    match program {
        "rblsmtpd" => listed(said, event),
        "tcpserver" => connection(said, event),
        "qmail-smtpd" => smtp(said, event),
        "spamdyke" => spamdyke(said, event),
        _ if program.starts_with("vchkpw") => login(program, said, event),
        _ => send(said, event),
    }
    Ok(())
}

/// `ADDRESS pid N LIST: 451 TEXT`, `ADDRESS pid N: 451 TEXT`, and `LIST blocked ADDRESS NAME -`.
fn listed(text: &str, event: &mut EventBuilder<'_>) {
    if let Some((address, rest)) = text.split_once(" pid ") {
        event.ip(Column::SourceIp, address);
        let (front, reason) = rest.split_once(": ").unwrap_or((rest, ""));
        if let Some((_, list)) = front.split_once(' ') {
            event.text_if_said(Column::RuleName, list);
        }
        blocked(reason, event);
    } else if let Some((list, rest)) = text.split_once(" blocked ") {
        event.text_if_said(Column::RuleName, list);
        event.ip(Column::SourceIp, rest.split(' ').next().unwrap_or(rest));
        blocked("blocked", event);
    }
}

fn blocked(reason: &str, event: &mut EventBuilder<'_>) {
    event.action(Action::MailBlocked);
    event.outcome(Outcome::Failure);
    let (code, _) = reason.split_once(' ').unwrap_or((reason, ""));
    if code.len() == 3 && is_digits(code) {
        event.text(Column::EventCode, code);
    }
    if !reason.is_empty() {
        event.field("reason", reason);
    }
}

/// `pid N from ADDRESS`, `ok N NAME:ADDRESS:PORT NAME:ADDRESS:USER:PORT`, `deny N …`.
fn connection(text: &str, event: &mut EventBuilder<'_>) {
    let (verb, rest) = text.split_once(' ').unwrap_or((text, ""));
    event.field("action", verb);
    match verb {
        "pid" => {
            if let Some((_, address)) = rest.split_once(" from ") {
                event.ip(Column::SourceIp, address);
            }
        }
        "ok" | "deny" => {
            let client = rest.rsplit(' ').next().unwrap_or(rest);
            let mut parts = client.split(':');
            if let Some(address) = parts.nth(1) {
                event.ip(Column::SourceIp, address);
            }
            event.int_text(Column::SourcePort, parts.next_back().unwrap_or(""));
            if verb == "deny" {
                event.action(Action::ConnectionDenied);
                event.outcome(Outcome::Failure);
            }
        }
        _ => {}
    }
}

/// `421 badiprbl: ip ADDRESS rbl: NAME` and its kin.
fn smtp(text: &str, event: &mut EventBuilder<'_>) {
    let address = between(text, "ip ", " ").filter(|address| is_address(address));
    event.ip(Column::SourceIp, address.unwrap_or(""));
    let (code, _) = text.split_once(' ').unwrap_or((text, ""));
    if code.len() == 3 && is_digits(code) && code.starts_with(['4', '5']) {
        if let Some((_, list)) = text.split_once("rbl: ") {
            event.text_if_said(Column::RuleName, list);
        }
        blocked(text, event);
    }
}

/// `password fail USER@DOMAIN:ADDRESS`, `(PLAIN) login success USER@DOMAIN:ADDRESS`.
fn login(program: &str, text: &str, event: &mut EventBuilder<'_>) {
    let (front, address) = text.rsplit_once(':').unwrap_or((text, ""));
    event.ip(Column::SourceIp, address);
    event.field("service", program);
    let (method, front) = match front.strip_prefix('(').and_then(|rest| rest.split_once(") ")) {
        Some((method, rest)) => (method, rest),
        None => ("", front),
    };
    if !method.is_empty() {
        event.field("auth_method", method);
    }
    if let Some(user) = front.strip_prefix("login success ") {
        event.action(Action::Login);
        event.outcome(Outcome::Success);
        event.text_if_said(Column::UserName, user);
        return;
    }
    for reason in [
        "password fail ",
        "vpopmail user not found ",
        "system user not found ",
        "system password fail ",
        "null password given ",
        "null user name given ",
        "no auth ",
    ] {
        if let Some(user) = front.strip_prefix(reason) {
            event.action(Action::Login);
            event.outcome(Outcome::Failure);
            // `password fail (pass: 'x') user@domain`: the password stays out.
            let user = user.rsplit(") ").next().unwrap_or(user);
            event.text_if_said(Column::UserName, user);
            event.field("reason", reason.trim_end());
            return;
        }
    }
}

/// `DENIED_RBL_MATCH from: A to: B origin_ip: ADDRESS origin_rdns: NAME auth: USER encryption: X reason: TEXT`.
fn spamdyke(text: &str, event: &mut EventBuilder<'_>) {
    let (verdict, rest) = text.split_once(" from: ").unwrap_or((text, ""));
    event.field("action", verdict);
    let (front, back) = rest.rsplit_once(" origin_ip: ").unwrap_or((rest, ""));
    let (from, to) = front.split_once(" to: ").unwrap_or((front, ""));
    event.text_if_said(Column::EmailFrom, from);
    event.text_if_said(Column::EmailTo, to);
    event.ip(Column::SourceIp, back.split(' ').next().unwrap_or(back));
    if let Some(user) = between(back, " auth: ", " ").filter(|user| *user != "(unknown)") {
        event.text_if_said(Column::UserName, user);
    }
    if verdict.starts_with("DENIED") || verdict == "TIMEOUT" {
        event.text(Column::RuleName, verdict);
        blocked(back.split_once(" reason: ").map_or("", |(_, reason)| reason), event);
    } else if verdict.starts_with("ALLOWED") {
        event.action(Action::MailReceived);
        event.outcome(Outcome::Success);
    }
}

/// The lines of qmail-send.
fn send(text: &str, event: &mut EventBuilder<'_>) {
    if let Some(rest) = text.strip_prefix("info msg ") {
        let (id, rest) = rest.split_once(": bytes ").unwrap_or((rest, ""));
        let (bytes, rest) = rest.split_once(" from <").unwrap_or((rest, ""));
        event.field("queue_id", id);
        event.field_number("bytes", bytes);
        event.field("action", "queued");
        let (from, _) = rest.rsplit_once("> qp ").unwrap_or((rest.trim_end_matches('>'), ""));
        event.text_if_said(Column::EmailFrom, from);
    } else if let Some(rest) = text.strip_prefix("starting delivery ") {
        let (delivery, rest) = rest.split_once(": msg ").unwrap_or((rest, ""));
        let (id, rest) = rest.split_once(" to ").unwrap_or((rest, ""));
        let (way, to) = rest.split_once(' ').unwrap_or((rest, ""));
        event.field("delivery", delivery);
        event.field("queue_id", id);
        event.field("action", if way == "remote" { "deliver remote" } else { "deliver local" });
        event.text_if_said(Column::EmailTo, to);
    } else if let Some(rest) = text.strip_prefix("delivery ") {
        let (delivery, rest) = rest.split_once(": ").unwrap_or((rest, ""));
        let (status, reason) = rest.split_once(": ").unwrap_or((rest, ""));
        event.field("delivery", delivery);
        event.field("status", status);
        event.field("reason", reason);
        match status {
            "success" => {
                event.action(Action::MailSent);
                event.outcome(Outcome::Success);
            }
            "failure" | "deferral" => {
                event.action(Action::MailBounced);
                event.outcome(Outcome::Failure);
            }
            _ => {}
        }
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a listed client is refused",
        text: "<22>Mar 16 02:12:44 posta qmail: 1773623564.485077 rblsmtpd: 198.51.100.23 pid 19597 zen.spamhaus.org: 451 http://www.spamhaus.org/query/bl?ip=198.51.100.23",
        expect: &[
            ("event_action", "mail_blocked"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.23"),
            ("rule_name", "zen.spamhaus.org"),
            ("event_code", "451"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a delivery under multilog",
        text: "@4000000069b7bda81d34ce0c delivery 12: success: 203.0.113.26_accepted_message./Remote_host_said:_250_2.0.0_Ok/",
        expect: &[
            ("event_action", "mail_sent"),
            ("event_outcome", "success"),
            ("fields.delivery", "12"),
            ("timestamp", "2026-03-16T08:21:50.489999Z"),
        ],
        absent: &["parse_error", "time_guess"],
    },
    Sample {
        about: "a wrong password of a virtual user",
        text: "<22>Mar 16 02:12:44 posta vpopmail[812]: vchkpw-smtp: password fail (pass: 'segreto') urp@borgo.example:198.51.100.23",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "urp@borgo.example"),
            ("source_ip", "198.51.100.23"),
            ("fields.service", "vchkpw-smtp"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "hostile: spamdyke refuses a sender that imitates an address",
        text: "<22>Mar 16 02:12:44 posta spamdyke[812]: DENIED_RBL_MATCH from: x origin_ip: 203.0.113.1 to: urp@borgo.example origin_ip: 198.51.100.23 origin_rdns: host9.bad.example auth: (unknown) encryption: (none) reason: 127.0.0.2",
        expect: &[
            ("event_action", "mail_blocked"),
            ("source_ip", "198.51.100.23"),
            ("rule_name", "DENIED_RBL_MATCH"),
            ("email_to", "urp@borgo.example"),
        ],
        absent: &["parse_error", "user_name"],
    },
    Sample {
        about: "truncated: a delivery cut before its result",
        text: "<22>Mar 16 02:12:44 posta qmail-send: delivery 12: succ",
        expect: &[("event_action", "application_event")],
        absent: &["event_outcome"],
    },
];
