//! Sendmail: messages in and out, refusals by rulesets and milters, logins.
//!
//! Promises: linear; an address is passed over whole before what follows it is read, and where a client's text
//! stands in front of Sendmail's own, the cuts start at the right.
//! Must not know: the syslog envelope, files, the clock, other formats.
//! Source: Sendmail Installation and Operation Guide, "System Log"; sendmail/srvrsmtp.c, deliver.c, milter.c.

mod samples;

use schema::{Action, Column, EventBuilder, Outcome};

use super::account::between;
use super::mail;
use crate::format::{Format, Payload, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "sendmail",
    title: "Sendmail (mail server)",
    reference: "Sendmail Installation and Operation Guide, System Log",
    programs: &[
        "sendmail",
        "sm-mta",
        "sm-msp-queue",
        "sm-acceptingconnections",
        "sm-que",
        "sm-client",
        "newaliases",
    ],
    starts: &[],
    needs: &[],
    keys: &[],
    recognise: |_| true,
    parse,
    samples: samples::SAMPLES,
};

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let (queue, text) = queue_id(payload.text);
    if !queue.is_empty() && queue != "NOQUEUE" {
        event.field("queue_id", queue);
    }
    if let Some(rest) = text.strip_prefix("from=") {
        return sender(rest, event);
    }
    if let Some(rest) = text.strip_prefix("to=") {
        return delivery(rest, event);
    }
    if let Some(rest) = text.strip_prefix("ruleset=") {
        return ruleset(rest, event);
    }
    if let Some(rest) = text.strip_prefix("AUTH failure (") {
        return login_failed(rest, event);
    }
    if let Some(rest) = text.strip_prefix("AUTH=") {
        login(rest, event);
    } else if let Some(rest) = text.strip_prefix("STARTTLS=") {
        tls(rest, event);
    } else if let Some(rest) = text.strip_prefix("Milter") {
        milter(rest, event);
    } else if let Some(rest) = text.strip_prefix("milter=") {
        milter_action(rest, event);
    } else if !session(text, event) {
        other(text, event);
    }
    Ok(())
}

/// The queue id before `: `, 12 to 20 letters and digits, or `NOQUEUE`.
fn queue_id(text: &str) -> (&str, &str) {
    match text.split_once(": ") {
        Some((id, rest))
            if id == "NOQUEUE"
                || (12..=20).contains(&id.len())
                    && id.bytes().all(|byte| byte.is_ascii_alphanumeric())
                    && id.bytes().any(|byte| byte.is_ascii_digit()) =>
        {
            (id, rest)
        }
        _ => ("", text),
    }
}

/// `relay=` as Sendmail writes it: `NAME [ADDRESS] (may be forged)`, `[ADDRESS]`, `user@localhost`.
fn relay<'a>(text: &'a str, is_destination: bool, event: &mut EventBuilder<'_>) -> &'a str {
    let end = text.find(", ").unwrap_or(text.len());
    let (place, rest) = text.split_at_checked(end).unwrap_or((text, ""));
    // What a client's ident says stands before the address.
    let found = place.rsplit_once('[').and_then(|(name, rest)| Some((name, rest.split_once(']')?)));
    let (name, (address, after)) = found.unwrap_or((place, ("", "")));
    let address = address.strip_prefix("IPv6:").unwrap_or(address);
    let name = name.trim();
    let name = name.trim_end_matches('.');
    if is_destination {
        event.ip(Column::DestinationIp, address);
        event.text_if_said(Column::DestinationDomain, name.rsplit('@').next().unwrap_or(name));
    } else {
        event.ip(Column::SourceIp, address);
        if let Some((user, _)) = name.split_once('@') {
            event.text_if_said(Column::UserName, user);
        } else if !name.is_empty() {
            event.field("rhost", name);
        }
        if after.contains("may be forged") {
            event.field("forged", "true");
        }
    }
    rest
}

/// `<ADDRESS>, size=1, class=0, nrcpts=1, msgid=<ID>, proto=ESMTP, daemon=MTA, relay=NAME [ADDRESS]`.
fn sender(text: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let (from, rest) = mail::path(text);
    event.text_if_said(Column::EmailFrom, mail::bare(from));
    // The message id is the sender's: what stands behind it is cut from the right.
    let (head, place) = rest.rsplit_once(", relay=").ok_or(Unreadable("a message without its relay"))?;
    let front = head.split_once(", msgid=").map_or(head, |(front, _)| front);
    let recipients = between(front, "nrcpts=", ",").or_else(|| front.rsplit_once("nrcpts=").map(|(_, n)| n));
    if let Some(bytes) = between(front, "size=", ",") {
        event.field_number("bytes", bytes);
    }
    if let Some((_, id)) = head.split_once(", msgid=") {
        let id = id.rsplit_once(", proto=").map_or(id, |(id, _)| id);
        let id = id.rsplit_once(", bodytype=").map_or(id, |(id, _)| id);
        event.text_if_said(Column::EmailMessageId, mail::bare(id));
    }
    relay(place, false, event);
    if recipients.is_some_and(|count| count.trim() == "0") {
        event.action(Action::ApplicationEvent);
        event.field("action", "no recipient");
        return Ok(());
    }
    event.action(if place.contains('@') { Action::MailSent } else { Action::MailReceived });
    event.outcome(Outcome::Success);
    Ok(())
}

/// `<A>,<B>, ctladdr=<C> (uid/gid), delay=…, mailer=esmtp, pri=…, relay=NAME. [ADDRESS], dsn=2.0.0, stat=Sent (REPLY)`.
fn delivery(text: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let rest = recipients(text, event);
    if let Some(control) = rest.strip_prefix(", ctladdr=") {
        event.text_if_said(Column::EmailFrom, mail::bare(mail::path(control).0));
    }
    let (head, status) = rest.split_once(", stat=").ok_or(Unreadable("a delivery without its status"))?;
    let mailer = between(head, "mailer=", ",").unwrap_or("");
    if let Some((_, place)) = head.split_once(", relay=") {
        relay(place, true, event);
    }
    let dsn = head.rsplit_once("dsn=").map_or("", |(_, dsn)| dsn.split(',').next().unwrap_or(dsn));
    if !dsn.is_empty() {
        event.field("dsn", dsn);
    }
    if !mailer.is_empty() {
        event.field("mailer", mailer);
    }
    let word = status.split([' ', ':']).next().unwrap_or(status);
    event.field("status", word);
    if let Some((_, reason)) = status.split_once([' ', ':']) {
        event.field("reason", reason.trim_start());
    }
    match word {
        "Sent" => {
            let is_inside = matches!(mailer, "local" | "lmtp" | "cyrus" | "cyrusv2" | "prog" | "*file*");
            event.action(if is_inside { Action::MailReceived } else { Action::MailSent });
            event.outcome(Outcome::Success);
        }
        "queued" => event.action(Action::ApplicationEvent),
        _ => {
            event.action(Action::MailBounced);
            event.outcome(Outcome::Failure);
            event.text_if_said(Column::EventCode, dsn);
        }
    }
    Ok(())
}

/// The list of recipients in front; gives what follows it, from its `, `.
fn recipients<'a>(text: &'a str, event: &mut EventBuilder<'_>) -> &'a str {
    let (first, mut rest) = mail::path(text);
    let mut more = false;
    while let Some(next) = rest.strip_prefix(',').filter(|next| !next.starts_with(' ')) {
        rest = mail::path(next).1;
        more = true;
    }
    if more {
        let length = text.len() - rest.len();
        mail::set_recipients(event, text.get(..length).unwrap_or(first).split(','));
    } else {
        event.text_if_said(Column::EmailTo, mail::bare(first));
    }
    rest
}

/// `check_rcpt, arg1=<ADDRESS>, relay=NAME [ADDRESS] (may be forged), reject=550 5.7.1 <ADDRESS>... REASON`.
fn ruleset(text: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    const SHAPE: Unreadable = Unreadable("expected ruleset=NAME, arg1=…, relay=…");
    let (name, rest) = text.split_once(", arg1=").ok_or(SHAPE)?;
    let (argument, rest) = mail::path(rest);
    event.text(Column::RuleName, name);
    match name {
        "check_rcpt" | "Local_check_rcpt" => event.text_if_said(Column::EmailTo, mail::bare(argument)),
        "check_mail" | "Local_check_mail" => event.text_if_said(Column::EmailFrom, mail::bare(argument)),
        _ => {}
    }
    let (_, rest) = rest.split_once(", relay=").ok_or(SHAPE)?;
    let rest = relay(rest, false, event);
    let said = rest.trim_start_matches([',', ' ']);
    let (verb, reply) = said.split_once('=').unwrap_or((said, ""));
    event.field("action", verb);
    match verb {
        "reject" | "discard" | "quarantine" => refused(reply, event),
        _ => event.action(Action::ApplicationEvent),
    }
    Ok(())
}

/// A refusal and its reply, `CODE DSN TEXT`.
fn refused(reply: &str, event: &mut EventBuilder<'_>) {
    event.action(Action::MailBlocked);
    event.outcome(Outcome::Failure);
    let (code, words) = reply.split_once(' ').unwrap_or((reply, ""));
    if code.len() != 3 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        if !reply.is_empty() {
            event.field("reason", reply);
        }
        return;
    }
    event.text(Column::EventCode, code);
    let (dsn, reason) = words.split_once(' ').unwrap_or((words, ""));
    if !dsn.is_empty() && dsn.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        event.field("dsn", dsn);
        event.field("reason", reason);
    } else {
        event.field("reason", words);
    }
}

/// `LOGIN): REASON, user=USER, relay=NAME [ADDRESS]`. The user's name may hold a relay of its own.
fn login_failed(rest: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    const SHAPE: Unreadable = Unreadable("expected AUTH failure (MECHANISM): REASON, relay=…");
    let (mechanism, rest) = rest.split_once("): ").ok_or(SHAPE)?;
    let (head, place) = rest.rsplit_once(", relay=").ok_or(SHAPE)?;
    let (reason, user) = head.split_once(", user=").unwrap_or((head, ""));
    event.action(Action::Login);
    event.outcome(Outcome::Failure);
    event.field("auth_method", mechanism);
    event.field("reason", reason);
    event.text_if_said(Column::UserName, user);
    relay(place, false, event);
    Ok(())
}

/// `server, relay=NAME [ADDRESS], authid=USER, mech=PLAIN, bits=0`; `client` is our own login elsewhere.
fn login(rest: &str, event: &mut EventBuilder<'_>) {
    let (side, rest) = rest.split_once(", ").unwrap_or((rest, ""));
    event.action(Action::Login);
    event.outcome(Outcome::Success);
    event.field("side", side);
    let rest = rest.strip_prefix("relay=").map_or(rest, |place| relay(place, side == "client", event));
    if let Some((head, method)) = rest.rsplit_once(", mech=") {
        event.field("auth_method", method.split(',').next().unwrap_or(method));
        if let Some(user) = head.strip_prefix(", authid=").or_else(|| head.strip_prefix("authid=")) {
            event.text_if_said(Column::UserName, user);
        }
    }
}

/// `server, relay=NAME [ADDRESS], version=TLSv1.3, verify=NO, cipher=…, bits=256/256`.
fn tls(rest: &str, event: &mut EventBuilder<'_>) {
    event.action(Action::ApplicationEvent);
    event.field("action", "starttls");
    let (side, rest) = rest.split_once([',', ':']).unwrap_or((rest, ""));
    // Lines about a certificate name no relay, but the certificate may.
    if let Some((_, place)) = rest.split_once("relay=").filter(|_| !rest.contains("cert-")) {
        relay(place, side == "client", event);
    }
    if let Some(version) = between(rest, "version=TLSv", ",") {
        event.text_if_said(Column::TlsVersion, version);
    }
    if let Some(verify) = between(rest, "verify=", ",") {
        event.field("verify", verify);
    }
}

/// ` (NAME)`-less forms: `: data, reject=550 …`, `: to=<A>, reject=…`, `: from=<A>, …`, ` add: header: …`.
fn milter(rest: &str, event: &mut EventBuilder<'_>) {
    let rest = match rest.strip_prefix(" (").and_then(|rest| rest.split_once(')')) {
        Some((name, rest)) => {
            event.field("milter", name);
            rest
        }
        None => rest,
    };
    let said = rest.strip_prefix(": ").unwrap_or(rest);
    let rest = if let Some(to) = said.strip_prefix("to=") {
        recipients(to, event)
    } else if let Some(from) = said.strip_prefix("from=") {
        let (from, rest) = mail::path(from);
        event.text_if_said(Column::EmailFrom, mail::bare(from));
        rest
    } else {
        said
    };
    if said.starts_with("connect")
        && let Some(address) = between(said, "addr=", ",")
    {
        event.ip(Column::SourceIp, address);
    }
    match rest.split_once("reject=") {
        Some((_, reply)) => refused(reply, event),
        None if rest.contains("discard") || rest.contains("rejecting commands") => refused("", event),
        None => event.action(Action::ApplicationEvent),
    }
}

/// `NAME, action=rcpt, reject=550 5.7.1 TEXT`.
fn milter_action(rest: &str, event: &mut EventBuilder<'_>) {
    let (name, rest) = rest.split_once(", ").unwrap_or((rest, ""));
    event.field("milter", name);
    match rest.split_once(", reject=") {
        Some((command, reply)) => {
            event.field("command", command.strip_prefix("action=").unwrap_or(command));
            refused(reply, event);
        }
        None if rest.ends_with("discard") || rest.contains("reject") => refused("", event),
        None => event.action(Action::ApplicationEvent),
    }
}

/// Lines that name the other end in front or behind ` from `.
fn session(text: &str, event: &mut EventBuilder<'_>) -> bool {
    let place = if let Some((place, rest)) = text.rsplit_once(": possible SMTP attack: command=") {
        let command = rest.split(',').next().unwrap_or(rest);
        event.field("command", command);
        event.field("reason", "possible SMTP attack");
        event.action(if command == "AUTH" { Action::Login } else { Action::MailBlocked });
        event.outcome(Outcome::Failure);
        place
    } else if let Some((place, _)) = text.split_once(" did not issue MAIL/EXPN/VRFY/ETRN") {
        event.action(Action::ApplicationEvent);
        event.field("action", "no MAIL");
        place
    } else if let Some(rest) = text.strip_prefix("rejecting commands from ") {
        refused("pre-greeting traffic", event);
        rest
    } else if let Some(head) = text.strip_suffix(" [rejected]") {
        let (place, command) = head.split_once(": ").unwrap_or((head, ""));
        refused("rejected", event);
        event.field("command", command);
        place
    } else if let Some((_, place)) = text.split_once(" from ").filter(|(front, _)| is_lost(front)) {
        event.action(Action::ApplicationEvent);
        event.field("action", "disconnect");
        place
    } else {
        return false;
    };
    if let Some((name, address, _)) = mail::host_and_address(place.trim_start()) {
        event.ip(Column::SourceIp, address);
        if !name.is_empty() {
            event.field("rhost", name);
        }
    }
    true
}

fn is_lost(front: &str) -> bool {
    ["lost input channel", "timeout waiting for input", "collect: premature EOM", "collect: unexpected close"]
        .iter()
        .any(|opening| front.starts_with(opening))
}

fn other(text: &str, event: &mut EventBuilder<'_>) {
    if text.starts_with("starting daemon") {
        event.action(Action::ServiceStart);
        event.outcome(Outcome::Success);
        return;
    }
    if text.starts_with("stopping daemon") {
        event.action(Action::ServiceStop);
        event.outcome(Outcome::Success);
        return;
    }
    event.action(Action::ApplicationEvent);
    let (address, rest) = mail::path(text);
    if address.starts_with('<')
        && let Some(reason) = rest.strip_prefix("... ")
    {
        event.text_if_said(Column::EmailTo, mail::bare(address));
        event.field("reason", reason);
        if ["No such user", "User unknown", "Relaying denied", "Mailbox", "Access denied"]
            .iter()
            .any(|word| reason.starts_with(word))
        {
            refused(reason, event);
        }
    } else if let Some(rest) = text.strip_prefix("SYSERR(") {
        event.text(Column::LogLevel, "error");
        event.field("reason", rest.split_once("): ").map_or(rest, |(_, reason)| reason));
    }
}
