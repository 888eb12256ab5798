//! Rspamd: the line it writes for each message, and what its workers say.
//!
//! Promises: linear; a message id that imitates the keys behind it makes the line unreadable rather than misread.
//! Must not know: the syslog envelope, the clock, other formats.
//! Source: Rspamd documentation, "Logging" (log_format of the default configuration).

use schema::{Action, Column, EventBuilder, Outcome};

use super::account::between;
use super::mail;
use super::peer::is_digits;
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time::{self, When};

/// See the module.
pub static FORMAT: Format = Format {
    name: "rspamd",
    title: "Rspamd (spam filter)",
    reference: "Rspamd documentation, Logging",
    programs: &["rspamd"],
    starts: b"0123456789",
    needs: &[],
    keys: &[],
    recognise: |payload| payload.program == "rspamd" || in_file(payload.text).is_some(),
    parse,
    samples: SAMPLES,
};

/// Stamp, pid and what follows of `2026-03-16 09:12:44 #812(normal) <abc>; task; …`.
fn in_file(text: &str) -> Option<(When, &str, &str)> {
    let (when, rest) = time::iso_prefix(text)?;
    let (pid, _) = rest.strip_prefix(" #")?.split_once('(')?;
    let (_, worker) = rest.split_once('#')?;
    let rest = worker.get(pid.len()..)?;
    (is_digits(pid) && rest.contains(';')).then_some((when, pid, rest))
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let mut text = payload.text;
    if let Some((when, pid, rest)) = in_file(text) {
        if !payload.set_inner_time(event, when) {
            return Err(Unreadable("no such day or hour"));
        }
        event.int_text(Column::ProcessPid, pid);
        event.text(Column::ProcessName, "rspamd");
        text = rest;
    }
    if let Some((worker, rest)) = text.strip_prefix('(').and_then(|rest| rest.split_once(") ")) {
        event.field("worker", worker);
        text = rest;
    }
    if let Some((tag, rest)) = text.strip_prefix('<').and_then(|rest| rest.split_once(">; ")) {
        event.field("tag", tag);
        text = rest;
    }
    let (module, text) = text.split_once("; ").unwrap_or(("", text));
    if !module.is_empty() {
        event.field("module", module);
    }
    let (function, said) = text.split_once(": ").unwrap_or(("", text));
    if function == "rspamd_task_write_log" {
        return message(said, event);
    }
    event.action(Action::ApplicationEvent);
    if function == "rspamd_message_parse"
        && let Some(id) = between(said, "id: <", ">;")
    {
        event.text_if_said(Column::EmailMessageId, id);
    }
    Ok(())
}

/// `id: <ID>, qid: <Q>, ip: ADDRESS, user: USER, from: <FROM>, (default: F (ACTION): [SCORE/LIMIT] [SYMBOLS]), len: 1, …`.
fn message(text: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    const SHAPE: Unreadable = Unreadable("a message without its verdict");
    const METRIC: &str = " (default: ";
    let (head, rest) = text.split_once(METRIC).ok_or(SHAPE)?;
    if rest.contains(METRIC) || head.matches(", ip: ").count() > 1 {
        return Err(Unreadable("a message id that imitates what follows it"));
    }
    let (verdict, tail) = rest.split_once("): [").ok_or(SHAPE)?;
    let (_, action) = verdict.split_once('(').ok_or(SHAPE)?;
    let (scores, rest) = tail.split_once(']').ok_or(SHAPE)?;
    let (score, limit) = scores.split_once('/').unwrap_or((scores, ""));
    event.field_number("score", score);
    event.field_number("required_score", limit);
    sender(head, event);
    if let Some((symbols, keys)) = rest.strip_prefix(" [").and_then(|rest| rest.rsplit_once("]), ")) {
        event.field("tests", symbols);
        set_keys(keys, event);
    }
    event.field("action", action);
    let is_refused = matches!(action, "reject" | "soft reject" | "greylist" | "discard" | "quarantine");
    event.action(if is_refused { Action::MailBlocked } else { Action::ApplicationEvent });
    event.outcome(Outcome::of(!is_refused));
    Ok(())
}

fn sender(head: &str, event: &mut EventBuilder<'_>) {
    let (ids, rest) = head.split_once(", ip: ").unwrap_or((head, ""));
    let (id, queue) = ids.rsplit_once(", qid: ").unwrap_or((ids, ""));
    event.text_if_said(Column::EmailMessageId, mail::bare(id.strip_prefix("id: ").unwrap_or(id)));
    if !queue.is_empty() {
        event.field("queue_id", mail::bare(queue));
    }
    let (address, rest) = rest.split_once(", ").unwrap_or((rest.trim_end_matches(','), ""));
    event.ip(Column::SourceIp, address);
    let (user, from) = match rest.split_once("from: ") {
        Some((user, from)) => (user, from),
        None => (rest, ""),
    };
    if let Some(user) = user.strip_prefix("user: ") {
        event.text_if_said(Column::UserName, user.trim_end_matches([',', ' ']));
    }
    event.text_if_said(Column::EmailFrom, mail::bare(mail::path(from).0));
}

/// `len: 1, time: 2ms, dns req: 3, digest: <D>, rcpts: <A,B>, mime_rcpts: <A>`.
fn set_keys(keys: &str, event: &mut EventBuilder<'_>) {
    if let Some(bytes) = keys.strip_prefix("len: ") {
        event.field_number("bytes", bytes.split(',').next().unwrap_or(bytes));
    }
    if let Some(time) = between(keys, "time: ", ",") {
        event.field("duration", time);
    }
    if let Some((_, recipients)) = keys.split_once(", rcpts: ") {
        let (list, _) = mail::path(recipients);
        mail::set_recipients(event, list.split(','));
    }
    if let Some((_, forced)) = keys.split_once(", forced: ") {
        event.field("forced", forced);
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a message is refused, in the log file",
        text: "2026-03-16 09:12:44 #812(normal) <512a21>; task; rspamd_task_write_log: id: <z@bad.example>, qid: <4C1A22A0>, ip: 198.51.100.23, from: <bounce@bad.example>, (default: T (reject): [16.20/15.00] [RBL_SPAMHAUS_XBL(4.00){198.51.100.23:from;},MIME_GOOD(-0.10){text/plain;}]), len: 2048, time: 120.5ms, dns req: 42, digest: <01>, rcpts: <urp@borgo.example,tributi@borgo.example>, mime_rcpts: <urp@borgo.example>",
        expect: &[
            ("event_action", "mail_blocked"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.23"),
            ("email_from", "bounce@bad.example"),
            ("email_to", "urp@borgo.example,tributi@borgo.example"),
            ("email_message_id", "z@bad.example"),
            ("fields.score", "16.20"),
            ("fields.required_score", "15.00"),
            ("fields.queue_id", "4C1A22A0"),
            ("process_pid", "812"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
        ],
        absent: &["parse_error", "user_name"],
    },
    Sample {
        about: "a message of someone who logged in passes, by syslog",
        text: "<22>Mar 16 09:12:44 posta rspamd[812]: <8ae27d>; proxy; rspamd_task_write_log: id: <a@pc7>, qid: <4C1A22A1>, ip: 192.0.2.60, user: g.neri, from: <g.neri@borgo.example>, (default: F (no action): [-0.64/20.00] [BAYES_HAM(-3.00){100.00%;}]), len: 811, time: 20ms, dns req: 4, digest: <02>, rcpts: <urp@borgo.example>",
        expect: &[
            ("event_action", "application_event"),
            ("event_outcome", "success"),
            ("user_name", "g.neri"),
            ("source_ip", "192.0.2.60"),
            ("fields.action", "no action"),
            ("fields.score", "-0.64"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a worker speaks",
        text: "2026-03-16 09:12:44.112 #811(main) <kj2x91>; main; rspamd_main_reload: reload workers",
        expect: &[
            ("event_action", "application_event"),
            ("fields.worker", "main"),
            ("fields.module", "main"),
        ],
        absent: &["parse_error", "event_outcome"],
    },
    Sample {
        about: "truncated: a message cut before its verdict",
        text: "2026-03-16 09:12:44 #812(normal) <512a21>; task; rspamd_task_write_log: id: <z@bad.example>, qid: <4C1A22A0>, ip: 198.51.10",
        expect: &[("parse_error", "a message without its verdict")],
        absent: &["source_ip", "email_from", "event_outcome"],
    },
    Sample {
        about: "hostile: a message id that imitates the rest is not believed",
        text: "2026-03-16 09:12:44 #812(normal) <512a21>; task; rspamd_task_write_log: id: <z>, qid: <1>, ip: 203.0.113.1, from: <a@b>, (default: F (no action): [0.00/15.00] [X(0.00){}]), len: 1>, qid: <4C1A22A0>, ip: 198.51.100.23, from: <bounce@bad.example>, (default: T (reject): [16.20/15.00] [Y(16.20){}]), len: 2048",
        expect: &[("parse_error", "a message id that imitates what follows it")],
        absent: &["source_ip", "event_outcome"],
    },
];
