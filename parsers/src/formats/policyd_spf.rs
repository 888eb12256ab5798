//! SPF policy servers of Postfix (Python `policyd-spf`, Perl `policy-spf`): what the sender's domain says of the client.
//!
//! Promises: linear; the result stands in front, the keys are the server's own.
//! Must not know: the syslog envelope, files, the clock, other formats.
//! Source: spf-engine and postfix-policyd-spf-perl; RFC 7208, section 9.1 (Received-SPF).

use schema::{Action, Column, EventBuilder, Outcome};

use crate::format::{Format, Payload, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "policyd_spf",
    title: "SPF policy servers for Postfix",
    reference: "spf-engine; RFC 7208, section 9.1",
    programs: &["policyd-spf", "policy-spf", "pyspf-milter", "postfix"],
    starts: &[],
    needs: &[],
    keys: &[],
    recognise: |payload| {
        payload.program != "postfix" && !payload.program.contains('/')
            || payload.program.ends_with("/policy-spf")
            || payload.program.ends_with("/policyd-spf")
            || (payload.text.contains("; identity=") || payload.text.contains("Received-SPF: "))
                && payload.text.contains("; client-ip=")
    },
    parse,
    samples: SAMPLES,
};

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let text = payload.text.trim_start_matches([':', ' ']);
    let text = text.strip_prefix("Action: ").unwrap_or(text);
    let (text, reject) = text.split_once("  Reject action: ").unwrap_or((text, ""));
    let (result, keys) = if let Some((_, received)) = text.split_once("Received-SPF: ") {
        let (result, rest) = received.split_once(' ').unwrap_or((received, ""));
        event.field("action", "prepend");
        (result, rest)
    } else if let Some((result, rest)) = text.split_once("; ").filter(|(result, _)| is_result(result)) {
        (result, rest)
    } else {
        other(text, event);
        return Ok(());
    };
    if !keys.contains("client-ip=") {
        return Err(Unreadable("a result of SPF without its client"));
    }
    event.field("spf", result);
    set_keys(keys, event);
    event.action(Action::ApplicationEvent);
    if result.eq_ignore_ascii_case("fail") {
        event.outcome(Outcome::Failure);
    } else if result.eq_ignore_ascii_case("pass") {
        event.outcome(Outcome::Success);
    }
    if !reject.is_empty() {
        event.field("reject_action", reject);
    }
    Ok(())
}

/// Results of RFC 7208, section 2.6.
fn is_result(word: &str) -> bool {
    ["pass", "fail", "softfail", "neutral", "none", "temperror", "permerror"]
        .iter()
        .any(|result| word.eq_ignore_ascii_case(result))
}

/// `(WORDS) identity=mailfrom; client-ip=ADDRESS; helo=NAME; envelope-from=ADDRESS; receiver=<NAME>`, in any order.
fn set_keys(keys: &str, event: &mut EventBuilder<'_>) {
    // The sender's name may hold a client of its own: the first counts where it stands before what the sender chose.
    let comment =
        keys.strip_prefix('(').and_then(|rest| rest.split_once(')')).map_or("", |(comment, _)| comment);
    let place = |key| keys.find(key).unwrap_or(keys.len());
    let is_first = place("client-ip=") < place("helo=").min(place("envelope-from="));
    let is_sure = is_first && comment.bytes().all(|byte| byte.is_ascii_lowercase())
        || keys.matches("client-ip=").count() == 1;
    // The comment in parentheses may quote the sender's domain; the keys begin behind it.
    let keys = match keys.strip_prefix('(') {
        Some(rest) => rest.split_once(") ").map_or(rest, |(_, keys)| keys),
        None => keys,
    };
    for pair in keys.split("; ") {
        let Some((key, value)) = pair.split_once('=') else { continue };
        let value = value.trim_end_matches(';').trim_matches('"');
        match key {
            "client-ip" if is_sure && !event.is_set(Column::SourceIp) => {
                event.ip(Column::SourceIp, value);
            }
            "envelope-from" if value != "<>" && !event.is_set(Column::EmailFrom) => {
                event.text_if_said(Column::EmailFrom, value);
            }
            "identity" => event.field("identity", value),
            "helo" => event.field("helo", value),
            _ => {}
        }
    }
}

/// A refusal in words, a skipped check, the server's own life.
fn other(text: &str, event: &mut EventBuilder<'_>) {
    if text.starts_with("550 ") || text.contains("Message rejected due to: SPF") {
        event.action(Action::MailBlocked);
        event.outcome(Outcome::Failure);
        event.field("reason", text);
        // The sender's name stands before the client's address.
        if let Some((_, rest)) = text.rsplit_once(";ip=") {
            event.ip(Column::SourceIp, rest.split(';').next().unwrap_or(rest));
        }
        if let Some((_, rest)) = text.split_once(";id=") {
            event.text_if_said(Column::EmailFrom, rest.split(';').next().unwrap_or(rest));
        }
        return;
    }
    event.action(Action::ApplicationEvent);
    if let Some(rest) = text.strip_prefix("SPF ")
        && let Some((result, rest)) = rest.split_once(' ')
        && is_result(result)
    {
        event.field("spf", result);
        if let Some((_, from)) = rest.rsplit_once("Envelope-from: ") {
            event.text_if_said(Column::EmailFrom, from);
        }
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a sender's domain knows the client",
        text: "<22>Mar 16 09:12:44 posta policyd-spf[812]: prepend Received-SPF: Pass (mailfrom) identity=mailfrom; client-ip=203.0.113.25; helo=mx.fornitore.example; envelope-from=ditta@fornitore.example; receiver=<UNKNOWN>",
        expect: &[
            ("event_action", "application_event"),
            ("event_outcome", "success"),
            ("source_ip", "203.0.113.25"),
            ("email_from", "ditta@fornitore.example"),
            ("fields.spf", "Pass"),
            ("fields.helo", "mx.fornitore.example"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a domain disowns the client",
        text: "<22>Mar 16 09:12:44 posta policyd-spf[812]: Fail; identity=mailfrom; client-ip=2001:db8::9; helo=bad.example; envelope-from=capo@borgo.example; receiver=<UNKNOWN>",
        expect: &[
            ("event_outcome", "failure"),
            ("source_ip", "2001:db8::9"),
            ("email_from", "capo@borgo.example"),
            ("fields.spf", "Fail"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "the message is refused",
        text: "<22>Mar 16 09:12:44 posta policyd-spf[812]: 550 5.7.23 Message rejected due to: SPF fail - not authorized. Please see http://www.openspf.net/Why?s=mfrom;id=capo@borgo.example;ip=198.51.100.23;r=<UNKNOWN>",
        expect: &[
            ("event_action", "mail_blocked"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.23"),
            ("email_from", "capo@borgo.example"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: a result cut before its client",
        text: "<22>Mar 16 09:12:44 posta policyd-spf[812]: Fail; identity=mailfrom; client-",
        expect: &[("parse_error", "a result of SPF without its client")],
        absent: &["source_ip", "event_outcome"],
    },
    Sample {
        about: "hostile: an envelope sender that imitates a key moves no address",
        text: "<22>Mar 16 09:12:44 posta policyd-spf[812]: Fail; identity=mailfrom; client-ip=198.51.100.23; helo=bad.example; envelope-from=\"x; client-ip=203.0.113.1; \"@bad.example; receiver=<UNKNOWN>",
        expect: &[("source_ip", "198.51.100.23"), ("event_outcome", "failure")],
        absent: &["parse_error"],
    },
    Sample {
        about: "hostile: a refused sender that imitates a client",
        text: "<22>Mar 16 09:12:44 posta policyd-spf[812]: 550 5.7.23 Message rejected due to: SPF fail - not authorized. Please see http://www.openspf.net/Why?s=mfrom;id=x;ip=203.0.113.1;r=y@bad.example;ip=198.51.100.23;r=<UNKNOWN>",
        expect: &[("event_action", "mail_blocked"), ("source_ip", "198.51.100.23")],
        absent: &["parse_error"],
    },
];
