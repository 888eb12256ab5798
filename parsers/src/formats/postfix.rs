//! Postfix: who connects, who is refused, and where each message goes.
//!
//! Promises: linear; what a client sends (names, addresses, HELO) is cut from the side it cannot reach.
//! Must not know: the syslog envelope, files, the clock, other formats.

mod delivery;
mod samples;

use schema::{Action, Column, EventBuilder, Outcome};

use super::account::{address_and_port, between};
use super::mail;
use crate::format::{Format, Payload, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "postfix",
    title: "Postfix (mail server)",
    reference: "Postfix, src/smtpd/smtpd.c, src/global/log_adhoc.c, postscreen(8)",
    programs: &["postfix"],
    starts: &[],
    needs: &[],
    keys: &[],
    recognise: |_| true,
    parse,
    samples: samples::SAMPLES,
};

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let (_, daemon) = payload.program.rsplit_once('/').unwrap_or(("", payload.program));
    let (queue, text) = queue_id(payload.text);
    if !queue.is_empty() && queue != "NOQUEUE" {
        event.field("queue_id", queue);
    }
    if !queue.is_empty()
        && let Some(read) = queued(daemon, text, event)
    {
        return read;
    }
    let (level, text) = level(text);
    event.text_if_said(Column::LogLevel, level);
    if let Some(read) = sasl_failure(text, event) {
        return read;
    }
    action(daemon, text, event);
    connection(text, event);
    Ok(())
}

/// The queue id before `: `: hexadecimal, the long form of letters and digits, or `NOQUEUE`.
fn queue_id(text: &str) -> (&str, &str) {
    match text.split_once(": ") {
        Some((id, rest))
            if (6..=20).contains(&id.len())
                && id.bytes().all(|byte| byte.is_ascii_alphanumeric())
                && (id == "NOQUEUE" || id.bytes().any(|byte| byte.is_ascii_digit()))
                && !id.bytes().all(|byte| byte.is_ascii_lowercase()) =>
        {
            (id, rest)
        }
        _ => ("", text),
    }
}

fn level(text: &str) -> (&str, &str) {
    for level in ["warning", "error", "fatal", "panic"] {
        if let Some(rest) = text.strip_prefix(level).and_then(|rest| rest.strip_prefix(": ")) {
            return (level, rest);
        }
    }
    ("", text)
}

/// What is said of one message; none when it is not of these shapes.
fn queued(daemon: &str, text: &str, event: &mut EventBuilder<'_>) -> Option<Result<(), Unreadable>> {
    if text.starts_with("to=") {
        return Some(delivery::delivered(daemon, text, event));
    }
    if let Some(client) = text.strip_prefix("client=") {
        return Some(accepted(client, event));
    }
    if let Some(from) = text.strip_prefix("from=") {
        delivery::sender(from, event);
        return Some(Ok(()));
    }
    if let Some(id) = text.strip_prefix("message-id=") {
        event.action(Action::ApplicationEvent);
        event.field("action", "cleanup");
        event.text_if_said(Column::EmailMessageId, id.trim_matches(['<', '>']));
        return Some(Ok(()));
    }
    if text.starts_with("uid=") {
        event.action(Action::ApplicationEvent);
        event.field("action", "pickup");
        event.text_if_said(Column::UserId, between(text, "uid=", " ").unwrap_or(""));
        event.text_if_said(Column::EmailFrom, between(text, "from=<", ">").unwrap_or(""));
        return Some(Ok(()));
    }
    if let Some(server) = text.strip_prefix("Used TLS for ") {
        event.action(Action::ApplicationEvent);
        event.field("action", "tls");
        relay(server, event);
        return Some(Ok(()));
    }
    let (verb, rest) = text.split_once(": ")?;
    // What cleanup(8) says of a header, a body line or a milter's part of the message.
    if ["header ", "body ", "mime-header ", "nested-header "].iter().any(|part| rest.starts_with(part)) {
        header(verb, rest, event);
        return Some(Ok(()));
    }
    match verb {
        "reject" | "reject_warning" | "filter" | "hold" | "discard" | "redirect" | "milter-reject"
        | "milter-hold" | "milter-discard" | "permit" => Some(judged(verb, rest, event)),
        _ => None,
    }
}

/// `HOST[ADDRESS][, sasl_method=METHOD, sasl_username=USER]`: a message comes in; a name says who logged in for it.
fn accepted(client: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let (peer, rest) = client.split_once(", ").unwrap_or((client, ""));
    host(peer, event).ok_or(Unreadable("expected client=HOST[ADDRESS]"))?;
    event.outcome(Outcome::Success);
    match rest.split_once("sasl_username=") {
        Some((method, user)) => {
            event.action(Action::Login);
            event.text_if_said(Column::UserName, user.split(", sasl_sender=").next().unwrap_or(user));
            if let Some(method) = between(method, "sasl_method=", ",") {
                event.field("auth_method", method);
            }
        }
        None => event.action(Action::MailReceived),
    }
    Ok(())
}

/// `RCPT from HOST[ADDRESS]: CODE DSN TEXT; from=<A> to=<B> proto=P helo=<H>`. The client chooses the last four, and the
/// text repeats them: where they may begin at two places, none is read.
fn judged(verb: &str, text: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    const SHAPE: Unreadable = Unreadable("expected COMMAND from HOST[ADDRESS]: TEXT");
    let (command, rest) = text.split_once(" from ").ok_or(SHAPE)?;
    let (peer, said) = rest.split_once(": ").ok_or(SHAPE)?;
    host(peer, event).ok_or(SHAPE)?;
    event.field("command", command);
    let begins = |sent: &str| ["from=<", "proto=", "helo=<"].iter().any(|key| sent.starts_with(key));
    let places = said.match_indices("; ").map(|(at, _)| at);
    let mut places = places.filter(|at| said.get(at + 2..).is_some_and(begins));
    let (reply, sent) = match (places.next(), places.next()) {
        (Some(at), None) => (said.get(..at).unwrap_or_default(), said.get(at + 2..).unwrap_or_default()),
        (None, _) => (said.rsplit_once("; ").map_or(said, |(reply, _cut)| reply), ""),
        (Some(_), Some(_)) => (said, ""),
    };
    sent_by_client(sent, event);
    if !matches!(verb, "reject" | "milter-reject" | "discard" | "hold" | "milter-hold" | "milter-discard") {
        event.action(Action::ApplicationEvent);
        event.field("action", verb);
        return Ok(());
    }
    event.action(Action::MailBlocked);
    event.outcome(Outcome::Failure);
    let (code, reason) = reply.split_once(' ').unwrap_or((reply, ""));
    if code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_digit()) {
        event.text(Column::EventCode, code);
        let (dsn, words) = reason.split_once(' ').unwrap_or((reason, ""));
        let is_dsn = dsn.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') && !dsn.is_empty();
        if is_dsn {
            event.field("dsn", dsn);
        }
        event.field("reason", if is_dsn { words } else { reason });
    } else {
        event.field("reason", reply);
    }
    Ok(())
}

/// `from=<A> to=<B> proto=P helo=<H>`, of which the first two may be left out.
fn sent_by_client(sent: &str, event: &mut EventBuilder<'_>) {
    let mut rest = sent;
    if let Some(from) = rest.strip_prefix("from=") {
        let (from, after) = mail::path(from);
        event.text_if_said(Column::EmailFrom, mail::bare(from));
        rest = after.trim_start_matches([' ', ',']);
    }
    if let Some(to) = rest.strip_prefix("to=") {
        let (to, after) = mail::path(to);
        delivery::recipient(mail::bare(to), event);
        rest = after.trim_start_matches([' ', ',']);
    }
    if let Some((_, helo)) = rest.split_once("helo=<") {
        event.field("helo", helo.strip_suffix('>').unwrap_or(helo));
    }
}

/// `header Subject: TEXT from HOST[ADDRESS]; from=<A> to=<B> proto=P helo=<H>[: WORDS OF THE RULE]`.
fn header(verb: &str, text: &str, event: &mut EventBuilder<'_>) {
    if matches!(verb, "reject" | "discard" | "hold") {
        event.action(Action::MailBlocked);
        event.outcome(Outcome::Failure);
    } else {
        event.action(Action::ApplicationEvent);
    }
    event.field("action", if verb == "warning" { "header" } else { verb });
    // Subject and HELO are the client's, before and behind what Postfix writes: two readings are none.
    let Some((head, sent)) = text.split_once("; from=<").filter(|(_, sent)| !sent.contains("; from=<"))
    else {
        return;
    };
    let (head, peer) = head.rsplit_once(" from ").unwrap_or((head, ""));
    host(peer, event);
    if let Some(subject) = head.strip_prefix("header Subject: ") {
        event.text_if_said(Column::EmailSubject, subject);
    }
    let (sent, rule) = sent.rsplit_once(">: ").unwrap_or((sent, ""));
    if !rule.is_empty() {
        event.field("reason", rule);
    }
    let (sent, helo) = sent.rsplit_once(" helo=<").unwrap_or((sent, ""));
    if !helo.is_empty() {
        event.field("helo", helo.split('>').next().unwrap_or(helo));
    }
    let (from, rest) = sent.split_once("> to=<").unwrap_or((sent.trim_end_matches('>'), ""));
    event.text_if_said(Column::EmailFrom, from);
    delivery::recipient(rest.split('>').next().unwrap_or(rest), event);
}

/// `HOST[ADDRESS][:PORT]: SASL METHOD authentication failed: REASON[, sasl_username=USER]`.
fn sasl_failure(text: &str, event: &mut EventBuilder<'_>) -> Option<Result<(), Unreadable>> {
    let (peer, rest) = text.split_once(": SASL ")?;
    let (method, reason) = rest.split_once(" authentication failed")?;
    let reason = reason.strip_prefix(": ").unwrap_or(reason);
    let (reason, user) = reason.split_once(", sasl_username=").unwrap_or((reason, ""));
    if host(peer, event).is_none() {
        return Some(Err(Unreadable("expected HOST[ADDRESS]: SASL METHOD authentication failed")));
    }
    event.action(Action::Login);
    event.text_if_said(Column::UserName, user);
    event.field("auth_method", method);
    if reason.starts_with("Connection lost to authentication server") {
        event.outcome(Outcome::Unknown);
    } else {
        event.outcome(Outcome::Failure);
    }
    event.field("reason", reason);
    Some(Ok(()))
}

/// What else a daemon says.
fn action(daemon: &str, text: &str, event: &mut EventBuilder<'_>) {
    let is_master = daemon == "master";
    if is_master && text.starts_with("daemon started") {
        event.action(Action::ServiceStart);
    } else if is_master && text.starts_with("terminating on signal") {
        event.action(Action::ServiceStop);
    } else {
        event.action(Action::ApplicationEvent);
        let verbs = [
            "connect",
            "disconnect",
            "lost connection",
            "timeout",
            "too many errors",
            "improper command pipelining",
            "SSL_accept error",
            "SSL_connect error",
            "non-SMTP command",
            "statistics",
            "removed",
            // postscreen(8)
            "CONNECT",
            "DISCONNECT",
            "PREGREET",
            "HANGUP",
            "DNSBL",
            "PASS NEW",
            "PASS OLD",
            "ALLOWLISTED",
            "WHITELISTED",
            "DENYLISTED",
            "BLACKLISTED",
            "COMMAND PIPELINING",
            "COMMAND LENGTH LIMIT",
            "COMMAND COUNT LIMIT",
            "COMMAND TIME LIMIT",
            "NON-SMTP COMMAND",
            "BARE NEWLINE",
        ];
        if let Some(verb) = verbs.iter().find(|verb| text.starts_with(**verb)) {
            event.field("action", verb);
        } else if is_over_limit(text) {
            event.action(Action::ConnectionDenied);
            event.outcome(Outcome::Failure);
            event.field("reason", text.split(':').next().unwrap_or(text));
        }
    }
}

/// `Connection rate limit exceeded: 31 from HOST[ADDRESS] for service smtp` and its kin (smtpd, anvil).
fn is_over_limit(text: &str) -> bool {
    text.split_once(" limit exceeded: ").is_some_and(|(what, _)| what.len() < 64)
}

/// The other end in a text that names one: ` from HOST[ADDRESS]`, ` to HOST[ADDRESS]:PORT`, postscreen's `[ADDRESS]:PORT`.
fn connection(text: &str, event: &mut EventBuilder<'_>) {
    if let Some((kind, rest)) = text.split_once(" TLS connection established ") {
        event.field("tls_trust", kind);
        let (way, peer) = rest.split_once(' ').unwrap_or((rest, ""));
        let (peer, tls) = peer.split_once(": ").unwrap_or((peer, ""));
        if way == "to" {
            relay(peer, event);
        } else {
            host(peer, event);
        }
        if let Some(version) = tls.strip_prefix("TLSv").and_then(|tls| tls.split(' ').next()) {
            event.text(Column::TlsVersion, version);
        }
    } else if let Some((server, reply)) =
        text.strip_prefix("host ").and_then(|rest| rest.split_once(" said: "))
    {
        relay(server, event);
        event.field("reason", reply);
    } else if let Some((server, reason)) =
        text.strip_prefix("connect to ").and_then(|rest| rest.split_once(": "))
    {
        relay(server, event);
        event.field("reason", reason);
    } else if let Some(server) = text.strip_prefix("read TCP map reply from ") {
        relay(server.split(": ").next().unwrap_or(server), event);
    } else if let Some((address, list)) =
        text.strip_prefix("addr ").and_then(|rest| rest.split_once(" listed by domain "))
    {
        event.ip(Column::SourceIp, address);
        event.field("blocklist", list.split(' ').next().unwrap_or(list));
    } else if let Some(rest) = text.strip_prefix("hostname ") {
        if let Some(address) =
            between(rest, " does not resolve to address ", ":").or_else(|| rest.rsplit(' ').next())
        {
            event.ip(Column::SourceIp, address);
        }
    } else if let Some(address) = between(text, " for (smtp:", ")") {
        event.ip(Column::SourceIp, address);
    } else if let Some(peer) = peer_in(text) {
        host(peer, event);
    }
}

/// The word that names a client: behind ` from `, or postscreen's first `[ADDRESS]:PORT`.
fn peer_in(text: &str) -> Option<&str> {
    let from = text.split_once(" from ").map(|(_, rest)| rest);
    let word = from.or_else(|| text.find('[').and_then(|at| text.get(at..)))?.split(' ').next()?;
    word.contains('[').then(|| word.strip_suffix(':').unwrap_or(word))
}

/// Sets the source from `HOST[ADDRESS][:PORT]`.
fn host(text: &str, event: &mut EventBuilder<'_>) -> Option<()> {
    let at = text.rfind('[')?;
    let (address, port) = address_and_port(text.get(at..)?);
    if !event.ip(Column::SourceIp, address) {
        return (address == "unknown").then_some(());
    }
    event.int_text(Column::SourcePort, port);
    Some(())
}

/// Sets the destination from `HOST[ADDRESS][:PORT]` or `ADDRESS:PORT`.
fn relay(text: &str, event: &mut EventBuilder<'_>) {
    let Some(at) = text.rfind('[') else {
        let (address, port) = address_and_port(text);
        if event.ip(Column::DestinationIp, address) {
            event.int_text(Column::DestinationPort, port);
        }
        return;
    };
    let (name, bracketed) = text.split_at_checked(at).unwrap_or((text, ""));
    let (address, port) = address_and_port(bracketed);
    if event.ip(Column::DestinationIp, address) {
        event.int_text(Column::DestinationPort, port);
    }
    event.text_if_said(Column::DestinationDomain, name);
}
