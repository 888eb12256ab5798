//! Postfix and Dovecot of the mail host, over syslog.

use std::net::IpAddr;

use super::syslog;
use crate::lines::Lines;
use crate::town::Town;

const MAIL_INFO: u8 = 22;

/// One delivery attempt of a queued message.
#[derive(Debug, Clone, Copy)]
pub struct Delivery<'a> {
    /// Queue id.
    pub queue: u32,
    /// Envelope sender.
    pub from: &'a str,
    /// Recipient.
    pub to: &'a str,
    /// Size in bytes.
    pub bytes: u64,
    /// Delivered, or refused for good.
    pub delivered: bool,
}

/// A message enters the queue of the relay; `sasl` is the account that handed it in.
pub fn submitted(lines: &mut Lines, town: &Town, at_ms: i64, client: IpAddr, queue: u32, sasl: Option<&str>) {
    let mut pen =
        syslog::line(lines, &town.hosts.mail, at_ms, MAIL_INFO, "postfix/smtpd", Some(3_000 + queue % 900));
    pen.hex(u64::from(queue), 8).s(": client=unknown[").ip(client).s("]");
    if let Some(account) = sasl {
        pen.s(", sasl_method=PLAIN, sasl_username=").s(account);
    }
}

/// How the other server answered.
#[derive(Debug, Clone, Copy)]
pub enum Answer<'a> {
    /// Taken.
    Taken,
    /// Refused for good: `bounced`, with code and words such as `550 5.7.1`, `Message rejected as spam`.
    Refused(&'a str, &'a str),
    /// Not now: `deferred`, with code and words.
    Later(&'a str, &'a str),
}

/// The queue manager takes a message and the delivery agent says how it went.
pub fn delivered(lines: &mut Lines, town: &Town, at_ms: i64, delivery: &Delivery<'_>) {
    queued(lines, town, at_ms, delivery.queue, delivery.from, delivery.bytes, 1);
    let answer =
        if delivery.delivered { Answer::Taken } else { Answer::Refused("550 5.1.1", "User unknown") };
    attempted(lines, town, at_ms + 900, delivery.queue, delivery.to, answer);
}

/// The queue manager takes a message of so many recipients.
pub fn queued(
    lines: &mut Lines,
    town: &Town,
    at_ms: i64,
    queue: u32,
    from: &str,
    bytes: u64,
    recipients: usize,
) {
    let mut pen = syslog::line(lines, &town.hosts.mail, at_ms, MAIL_INFO, "postfix/qmgr", Some(2_211));
    pen.hex(queue.into(), 8).s(": from=<").s(from).s(">, size=").n(bytes);
    pen.s(", nrcpt=").n(recipients).s(" (queue active)");
}

/// The delivery agent says how it went with one recipient.
pub fn attempted(lines: &mut Lines, town: &Town, at_ms: i64, queue: u32, to: &str, answer: Answer<'_>) {
    let queue = u64::from(queue);
    let domain = to.split_once('@').map_or("localhost", |(_, domain)| domain);
    let own = domain == town.domain;
    let agent = if own { "postfix/lmtp" } else { "postfix/smtp" };
    let mut pen = syslog::line(lines, &town.hosts.mail, at_ms, MAIL_INFO, agent, Some(3_312));
    pen.hex(queue, 8).s(": to=<").s(to).s(">, relay=");
    if own {
        pen.s("mx[private/dovecot-lmtp], delay=0.4, delays=0.1/0/0.1/0.2, ");
    } else {
        pen.s("mail.").s(domain).s("[203.0.113.254]:25, delay=1.2, delays=0.1/0/0.4/0.7, ");
    }
    let (status, code, words) = match answer {
        Answer::Taken => {
            pen.s("dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as ").hex(queue ^ 0xabcd, 8).s(")");
            return;
        }
        Answer::Refused(code, words) => ("bounced", code, words),
        Answer::Later(code, words) => ("deferred", code, words),
    };
    let dsn = code.split_once(' ').map_or(code, |(_, dsn)| dsn);
    pen.s("dsn=").s(dsn).s(", status=").s(status).s(" (host mail.").s(domain).s(" said: ");
    pen.s(code).s(" ").s(words).s(")");
}

/// A mailbox login over IMAP.
pub fn imap_login(lines: &mut Lines, town: &Town, at_ms: i64, client: IpAddr, user: &str, success: bool) {
    let host = &town.hosts.mail;
    let mut pen = syslog::line(lines, host, at_ms, MAIL_INFO, "dovecot", None);
    if success {
        pen.s("imap-login: Login: user=<");
    } else {
        pen.s("imap-login: Disconnected: Connection closed (auth failed, 1 attempts in 3 secs): user=<");
    }
    pen.s(user).s("@").s(&town.domain).s(">, method=PLAIN, rip=").ip(client).s(", lip=").ip(host.ip);
    let session = pen.at_ms().unsigned_abs();
    pen.s(", TLS, session=<").hex(session, 11).s(">");
}
