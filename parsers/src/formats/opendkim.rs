//! OpenDKIM and OpenDMARC: signatures made and checked, policies of senders' domains.
//!
//! Promises: linear; queue id and result are the filter's own words. Must not know: the syslog envelope, other formats.
//! Source: OpenDKIM, opendkim/opendkim.c; OpenDMARC, opendmarc/opendmarc.c.

use schema::{Action, Column, EventBuilder, Outcome};

use super::mail;
use crate::format::{Format, Payload, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "opendkim",
    title: "OpenDKIM and OpenDMARC",
    reference: "OpenDKIM, opendkim/opendkim.c; OpenDMARC, opendmarc/opendmarc.c",
    programs: &["opendkim", "opendmarc", "dkim-filter"],
    starts: &[],
    needs: &[],
    keys: &[],
    recognise: |_| true,
    parse,
    samples: SAMPLES,
};

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    event.action(Action::ApplicationEvent);
    let text = payload.text;
    let (queue, said) = match text.split_once(": ") {
        Some((queue, said))
            if (6..=20).contains(&queue.len()) && queue.bytes().all(|byte| byte.is_ascii_alphanumeric()) =>
        {
            (queue, said)
        }
        _ => ("", text),
    };
    if queue.is_empty() {
        life(text, event);
        return Ok(());
    }
    event.field("queue_id", queue);
    if payload.program == "opendmarc" {
        policy(said, event);
    } else {
        signature(said, event);
    }
    Ok(())
}

/// What OpenDKIM says of a message.
fn signature(text: &str, event: &mut EventBuilder<'_>) {
    if text.starts_with("DKIM-Signature field added") || text.starts_with("DKIM-Signature header added") {
        event.field("action", "signed");
        event.outcome(Outcome::Success);
        keys(text, event);
    } else if text == "DKIM verification successful" {
        event.field("dkim", "pass");
        event.outcome(Outcome::Success);
    } else if text == "bad signature data"
        || text.contains("SSL error")
        || text.contains("verification failed")
    {
        event.field("dkim", "fail");
        event.outcome(Outcome::Failure);
        event.field("reason", text);
        keys(text, event);
    } else if text == "no signature data" {
        event.field("dkim", "none");
    } else if let Some((host, user)) =
        text.strip_prefix("external host ").and_then(|rest| rest.split_once(" attempted to send as "))
    {
        event.action(Action::MailBlocked);
        event.outcome(Outcome::Failure);
        let (name, address, _) = mail::host_and_address(host).unwrap_or((host, "", ""));
        event.ip(Column::SourceIp, address);
        event.field("rhost", name);
        event.text_if_said(Column::EmailFrom, user);
    } else if let Some((host, reason)) = text.split_once("] ")
        && let Some((name, address)) = host.rsplit_once(" [")
    {
        // `NAME [ADDRESS] not internal`
        event.ip(Column::SourceIp, address);
        event.field("rhost", name);
        event.field("reason", reason);
    }
}

/// `s=SELECTOR d=DOMAIN`, in parentheses and by commas or bare.
fn keys(text: &str, event: &mut EventBuilder<'_>) {
    for word in text.split([' ', ',', '(', ')']) {
        match word.split_once('=') {
            Some(("s", value)) => event.field("selector", value),
            Some(("d", value)) => event.field("domain", value),
            _ => {}
        }
    }
}

/// `DOMAIN pass`, `SPF(mailfrom): DOMAIN pass`, `RFC5322 requirement error: …`, `rejected by DMARC policy for DOMAIN`.
fn policy(text: &str, event: &mut EventBuilder<'_>) {
    if let Some(rest) = text.strip_prefix("rejected by DMARC policy for ") {
        event.action(Action::MailBlocked);
        event.outcome(Outcome::Failure);
        event.field("domain", rest);
        return;
    }
    let (identity, rest) = match text.strip_prefix("SPF(").and_then(|rest| rest.split_once("): ")) {
        Some((identity, rest)) => (Some(identity), rest),
        None => (None, text),
    };
    let Some((domain, result)) = rest.rsplit_once(' ') else { return };
    if !matches!(result, "pass" | "fail" | "none" | "softfail" | "neutral" | "temperror" | "permerror")
        || domain.contains(' ')
    {
        return;
    }
    event.field("domain", domain);
    event.field(if identity.is_some() { "spf" } else { "dmarc" }, result);
    match result {
        "pass" => event.outcome(Outcome::Success),
        "fail" => event.outcome(Outcome::Failure),
        _ => {}
    }
}

fn life(text: &str, event: &mut EventBuilder<'_>) {
    if text.contains(" starting") {
        event.action(Action::ServiceStart);
        event.outcome(Outcome::Success);
    } else if text.contains(" terminating") {
        event.action(Action::ServiceStop);
        event.outcome(Outcome::Success);
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a message is signed",
        text: "<22>Mar 16 09:12:44 posta opendkim[812]: 4C1A22A0: DKIM-Signature field added (s=mail2026, d=borgo.example)",
        expect: &[
            ("event_action", "application_event"),
            ("event_outcome", "success"),
            ("fields.queue_id", "4C1A22A0"),
            ("fields.selector", "mail2026"),
            ("fields.domain", "borgo.example"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a signature is bad",
        text: "<22>Mar 16 09:12:44 posta opendkim[812]: 4C1A22A1: s=sel1 d=bad.example a=rsa-sha256 SSL error:0407006A:rsa routines:RSA_padding_check_PKCS1_type_1:block type is not 01",
        expect: &[("event_outcome", "failure"), ("fields.dkim", "fail"), ("fields.domain", "bad.example")],
        absent: &["parse_error", "source_ip"],
    },
    Sample {
        about: "a client is not of the house",
        text: "<22>Mar 16 09:12:44 posta opendkim[812]: 4C1A22A1: mx.fornitore.example [203.0.113.25] not internal",
        expect: &[("source_ip", "203.0.113.25"), ("fields.rhost", "mx.fornitore.example")],
        absent: &["parse_error", "event_outcome"],
    },
    Sample {
        about: "a domain's policy fails",
        text: "<22>Mar 16 09:12:44 posta opendmarc[812]: 4C1A22A1: bad.example fail",
        expect: &[("event_outcome", "failure"), ("fields.dmarc", "fail"), ("fields.domain", "bad.example")],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: a line cut in its result",
        text: "<22>Mar 16 09:12:44 posta opendmarc[812]: 4C1A22A1: SPF(mailfrom): bad.exam",
        expect: &[("event_action", "application_event")],
        absent: &["parse_error", "event_outcome", "fields.spf"],
    },
    Sample {
        about: "hostile: a sender that imitates a client gives no address",
        text: "<22>Mar 16 09:12:44 posta opendkim[812]: 4C1A22A1: external host mx.bad.example attempted to send as x [203.0.113.1]",
        expect: &[("event_action", "mail_blocked")],
        absent: &["source_ip"],
    },
];
