//! SpamAssassin `spamd`: which message was checked for whom, and with what score.
//!
//! Promises: linear; the sender's message id stands last but one and is cut from both sides.
//! Must not know: the syslog envelope, files, the clock, other formats.
//! Source: SpamAssassin, spamd/spamd.raw (log lines `result:`, `identified spam`, `processing message`).

use schema::{Action, Column, EventBuilder, Outcome};

use super::mail;
use crate::format::{Format, Payload, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "spamassassin",
    title: "SpamAssassin (spamd)",
    reference: "SpamAssassin, spamd",
    programs: &["spamd", "spamassassin", "sa-update", "postfix"],
    starts: &[],
    needs: &[],
    keys: &[],
    recognise: |payload| {
        let program = payload.program.rsplit('/').next().unwrap_or("");
        matches!(program, "spamd" | "spamassassin" | "sa-update") || payload.text.starts_with("spamd: ")
    },
    parse,
    samples: SAMPLES,
};

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let (area, text) = match payload.text.split_once(": ") {
        Some((area, text)) if !area.contains(' ') => (area, text),
        _ => ("", payload.text),
    };
    event.action(Action::ApplicationEvent);
    if !area.is_empty() && area != "spamd" {
        event.field("area", area);
    }
    if area != "spamd" {
        return Ok(());
    }
    if let Some(rest) = text.strip_prefix("result: ") {
        return result(rest, event);
    }
    if let Some(rest) =
        text.strip_prefix("processing message ").or_else(|| text.strip_prefix("checking message "))
    {
        processing(rest, event);
    } else if let Some(rest) = text.strip_prefix("identified spam ") {
        event.action(Action::MailBlocked);
        event.outcome(Outcome::Failure);
        scored(rest, event);
    } else if let Some(rest) = text.strip_prefix("clean message ") {
        event.outcome(Outcome::Success);
        scored(rest, event);
    } else if let Some(rest) = text.strip_prefix("connection from ") {
        connection(rest, event);
    } else if text.starts_with("server started on") || text.starts_with("server successfully spawned") {
        event.action(Action::ServiceStart);
        event.outcome(Outcome::Success);
    } else if text.starts_with("server killed by") || text.starts_with("server exiting") {
        event.action(Action::ServiceStop);
        event.outcome(Outcome::Success);
    } else if let Some(rest) = text.strip_prefix("unauthorized connection from ") {
        connection(rest, event);
        event.action(Action::ConnectionDenied);
        event.outcome(Outcome::Failure);
    }
    Ok(())
}

/// `Y 8 - TEST,TEST scantime=1,size=2,user=U,uid=3,required_score=5.0,rhost=H,raddr=A,rport=4,mid=<ID>,autolearn=no`.
fn result(text: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    const SHAPE: Unreadable = Unreadable("a result without its keys");
    let (verdict, rest) = text.split_once(' ').ok_or(SHAPE)?;
    let (score, rest) = rest.trim_start().split_once(" - ").ok_or(SHAPE)?;
    // A message without any test has a blank there.
    let (tests, keys) = match rest.strip_prefix("scantime=") {
        Some(_) => ("", rest),
        None => rest
            .split_once(" scantime=")
            .map(|(tests, _)| tests)
            .map(|tests| (tests, rest.get(tests.len() + 1..).unwrap_or("")))
            .ok_or(SHAPE)?,
    };
    let (keys, id) = keys.split_once(",mid=").unwrap_or((keys, ""));
    for pair in keys.split(',') {
        let Some((key, value)) = pair.split_once('=') else { continue };
        match key {
            "user" => event.text_if_said(Column::UserName, value),
            "uid" => event.text_if_said(Column::UserId, value),
            "raddr" => {
                event.ip(Column::SourceIp, value);
            }
            "rport" => {
                event.int_text(Column::SourcePort, value);
            }
            "rhost" if event.is_set(Column::SourceIp) || !value.contains(':') => event.field("rhost", value),
            "size" => event.field_number("bytes", value),
            "scantime" => event.field_number("duration_s", value),
            "required_score" => event.field_number("required_score", value),
            _ => {}
        }
    }
    // Behind the id, which is the sender's, stand only spamd's own keys.
    let id = [",bayes=", ",autolearn=", ",shortcircuit="]
        .iter()
        .fold(id, |id, key| id.rsplit_once(key).map_or(id, |(id, _)| id));
    event.text_if_said(Column::EmailMessageId, id.trim_matches(['<', '>']));
    event.field_number("score", score);
    if !tests.is_empty() {
        event.field("tests", tests);
    }
    if verdict == "Y" {
        event.action(Action::MailBlocked);
        event.outcome(Outcome::Failure);
    } else {
        event.outcome(Outcome::Success);
    }
    Ok(())
}

/// `<ID> for USER:UID`, the id being the sender's.
fn processing(text: &str, event: &mut EventBuilder<'_>) {
    event.field("action", "processing");
    let (id, owner) = text.rsplit_once(" for ").unwrap_or((text, ""));
    // `<ID> aka <ID>` when the message was resent.
    let id = id.split_once(" aka ").map_or(id, |(id, _)| id);
    if id != "(unknown)" {
        event.text_if_said(Column::EmailMessageId, mail::bare(id));
    }
    user(owner, event);
}

/// `(8.1/5.0) for USER:UID in 1.2 seconds, 4211 bytes.`
fn scored(text: &str, event: &mut EventBuilder<'_>) {
    let Some((scores, rest)) = text.strip_prefix('(').and_then(|rest| rest.split_once(") for ")) else {
        return;
    };
    let (score, required) = scores.split_once('/').unwrap_or((scores, ""));
    event.field_number("score", score);
    if !required.is_empty() {
        event.field_number("required_score", required);
    }
    user(rest.rsplit_once(" in ").map_or(rest, |(owner, _)| owner), event);
}

fn user(owner: &str, event: &mut EventBuilder<'_>) {
    let (name, id) = owner.rsplit_once(':').unwrap_or((owner, ""));
    event.text_if_said(Column::UserName, name);
    event.text_if_said(Column::UserId, id.trim_end_matches('.'));
}

/// `NAME [ADDRESS]:PORT to port 783, fd 5`.
fn connection(text: &str, event: &mut EventBuilder<'_>) {
    event.field("action", "connection");
    let Some((name, address, rest)) = mail::host_and_address(text) else { return };
    event.ip(Column::SourceIp, address);
    if !name.is_empty() {
        event.field("rhost", name);
    }
    let (port, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    event.int_text(Column::SourcePort, port.trim_start_matches([':', ' ']));
    if let Some(port) = rest.strip_prefix("to port ") {
        event.int_text(Column::DestinationPort, port.split(',').next().unwrap_or(port));
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a message is spam",
        text: "<22>Mar 16 09:12:44 posta spamd[812]: spamd: result: Y 8 - BAYES_99,URIBL_BLACK scantime=0.8,size=4211,user=vmail,uid=5000,required_score=5.0,rhost=::1,raddr=::1,rport=40112,mid=<a,user=root,raddr=203.0.113.1@bad.example>,bayes=0.99,autolearn=spam autolearn_force=no",
        expect: &[
            ("event_action", "mail_blocked"),
            ("event_outcome", "failure"),
            ("source_ip", "::1"),
            ("source_port", "40112"),
            ("user_name", "vmail"),
            ("user_id", "5000"),
            ("email_message_id", "a,user=root,raddr=203.0.113.1@bad.example"),
            ("fields.score", "8"),
            ("fields.tests", "BAYES_99,URIBL_BLACK"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a message is clean",
        text: "<22>Mar 16 09:12:44 posta spamd[812]: spamd: clean message (-1.1/5.0) for vmail:5000 in 0.4 seconds, 4211 bytes.",
        expect: &[
            ("event_action", "application_event"),
            ("event_outcome", "success"),
            ("user_name", "vmail"),
            ("user_id", "5000"),
            ("fields.score", "-1.1"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "hostile: a message is looked at whose id imitates an owner",
        text: "<22>Mar 16 09:12:44 posta spamd[812]: spamd: processing message <x for root:0@bad.example> for vmail:5000",
        expect: &[
            ("event_action", "application_event"),
            ("email_message_id", "x for root:0@bad.example"),
            ("user_name", "vmail"),
        ],
        absent: &["parse_error", "event_outcome"],
    },
    Sample {
        about: "a client connects",
        text: "<22>Mar 16 09:12:44 posta spamd[812]: spamd: connection from ip6-localhost [::1]:40112 to port 783, fd 5",
        expect: &[("source_ip", "::1"), ("source_port", "40112"), ("destination_port", "783")],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: a result cut before its keys",
        text: "<22>Mar 16 09:12:44 posta spamd[812]: spamd: result: Y 8 - BAYES_99,URIBL",
        expect: &[("parse_error", "a result without its keys")],
        absent: &["event_outcome", "fields.score"],
    },
];
