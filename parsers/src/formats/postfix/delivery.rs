//! What Postfix says of a message on its way: sender, recipient, relay, result.
//!
//! Promises: linear; the remote server's words come last and move no field.
//! Must not know: the envelope, sessions of clients.

use schema::{Action, Column, EventBuilder, Outcome};

use super::super::mail;
use super::relay;
use crate::format::Unreadable;

/// `to=<A>, orig_to=<B>, relay=HOST[ADDRESS]:PORT, delay=…, delays=…, dsn=X, status=sent (TEXT)`.
pub(super) fn delivered(daemon: &str, text: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    const SHAPE: Unreadable = Unreadable("a delivery without its status");
    // The recipient is written first, so the first `, relay=` behind its end is Postfix's own; before release 3.5 a
    // local part stands without its quotes and may hold one.
    let (to, rest) = mail::path(text.strip_prefix("to=").unwrap_or(text));
    let (original, rest) = rest.strip_prefix(", orig_to=").map_or(("", rest), mail::path);
    let rest = rest.strip_prefix(", relay=").ok_or(SHAPE)?;
    if rest.contains(">, relay=") {
        return Err(Unreadable("a recipient that imitates a delivery"));
    }
    let (route, rest) = rest.split_once(", delay=").ok_or(SHAPE)?;
    let (head, status) = rest.split_once(", status=").ok_or(SHAPE)?;
    let (status, reason) = status.split_once(' ').unwrap_or((status, ""));
    recipient(mail::bare(to), event);
    if !original.is_empty() {
        event.field("orig_to", mail::bare(original));
    }
    relay(route, event);
    event.field("relay", route);
    if let Some((_, dsn)) = head.rsplit_once("dsn=") {
        event.field("dsn", dsn);
        if status != "sent" {
            event.text(Column::EventCode, dsn);
        }
    }
    event.field("status", status);
    if !reason.is_empty() {
        event.field("reason", reason.strip_prefix('(').unwrap_or(reason));
    }
    match status {
        "sent" => {
            let is_filter = route.starts_with("127.") || route.starts_with("localhost");
            match daemon {
                "local" | "virtual" | "lmtp" => event.action(Action::MailReceived),
                "smtp" | "relay" if !is_filter => event.action(Action::MailSent),
                // Handed to a filter or program: the message comes back and leaves once more.
                _ => event.action(Action::ApplicationEvent),
            }
            event.outcome(Outcome::Success);
        }
        "bounced" | "deferred" | "expired" | "undeliverable" => {
            event.action(Action::MailBounced);
            event.outcome(Outcome::Failure);
        }
        _ => event.action(Action::ApplicationEvent),
    }
    Ok(())
}

/// `<A>, size=1, nrcpt=1 (queue active)` or `<A>, status=expired, returned to sender`.
pub(super) fn sender(from: &str, event: &mut EventBuilder<'_>) {
    let end = from.rfind(", size=").or_else(|| from.rfind(", status=")).unwrap_or(from.len());
    let (address, rest) = from.split_at_checked(end).unwrap_or((from, ""));
    event.text_if_said(Column::EmailFrom, address.trim_matches(['<', '>']));
    if rest.starts_with(", status=expired") {
        event.action(Action::MailBounced);
        event.outcome(Outcome::Failure);
        event.field("status", "expired");
        return;
    }
    event.action(Action::ApplicationEvent);
    event.field("action", "queued");
    for part in rest.split(", ") {
        if let Some(bytes) = part.strip_prefix("size=") {
            event.field_number("bytes", bytes);
        } else if let Some(count) = part.strip_prefix("nrcpt=") {
            event.field_number("recipients", count.split(' ').next().unwrap_or(count));
        }
    }
}

/// Sets a recipient and, as where the message goes, its domain.
pub(super) fn recipient(address: &str, event: &mut EventBuilder<'_>) {
    event.text_if_said(Column::EmailTo, address);
    if let Some((_, domain)) = address.rsplit_once('@') {
        event.text_if_said(Column::DestinationDomain, domain);
    }
}
