//! One attempt to log in: `METHOD for [invalid user ]USER from ADDRESS port PORT ssh2[: KEY]`.
//!
//! Promises: linear; two readings of who tried are an error, never a guess. Must not know: other messages.

use schema::{Action, Column, EventBuilder, Outcome};

use crate::format::Unreadable;
use crate::formats::peer;
use crate::scan;

/// Who tried: `[invalid user ]USER from ADDRESS port PORT[ ssh2…]` taken apart.
pub(super) struct Who<'a> {
    user: &'a str,
    is_unknown: bool,
    address: &'a str,
    port: &'a str,
}

impl Who<'_> {
    /// Sets user, address and port.
    pub(super) fn set(&self, event: &mut EventBuilder<'_>) {
        event.text_if_said(Column::UserName, self.user);
        peer::set(event, self.address, self.port);
    }
}

/// A client chooses USER, and with a certificate or host key also what follows `ssh2:`, and may write
/// ` from ` in either. The last peer whose tail leaves no room for a text is the real one; failing that the
/// only one; two that both could be are refused.
pub(super) fn who(text: &str) -> Result<Who<'_>, Unreadable> {
    let mut found = None;
    let mut count = 0;
    let mut rest = text;
    while let Some((user, _)) = scan::cut_last(rest, " from ") {
        rest = user;
        let behind = text.get(user.len() + " from ".len()..);
        let Some((address, port, tail)) = behind.and_then(peer_and_tail) else { continue };
        found = Some((user, address, port));
        if is_closed(tail) {
            count = 1;
            break;
        }
        count += 1;
    }
    let (user, address, port) = match (count, found) {
        (1, Some(found)) => found,
        (0, _) => return Err(Unreadable("expected USER from ADDRESS port PORT")),
        _ => return Err(Unreadable("two peers, one of them written by the client")),
    };
    let bare = ["invalid user ", "illegal user "].iter().find_map(|prefix| user.strip_prefix(prefix));
    let is_nameless = matches!(user, "invalid user" | "<invalid username>" | "illegal user");
    let name = if is_nameless { "" } else { bare.unwrap_or(user) };
    Ok(Who { user: name, is_unknown: is_nameless || bare.is_some(), address, port })
}

/// `ADDRESS port PORT tail`.
pub(super) fn peer_and_tail(text: &str) -> Option<(&str, &str, &str)> {
    let (address, rest) = scan::word(text)?;
    let rest = rest.strip_prefix("port ")?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (port, tail) = rest.split_at_checked(digits)?;
    (!address.is_empty() && !port.is_empty()).then_some((address, port, tail))
}

/// Nothing, the protocol, or protocol and a plain key (`ssh2: ED25519 SHA256:…`): no text of a client.
fn is_closed(tail: &str) -> bool {
    let tail = tail.strip_prefix(" ssh2").or_else(|| tail.strip_prefix(" ssh1")).unwrap_or(tail);
    if tail.is_empty() {
        return true;
    }
    let Some(key) = tail.strip_prefix(": ") else { return false };
    let mut words = key.split(' ');
    words.next().is_some_and(|kind| {
        kind.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-')
    }) && words.next().is_some()
        && words.next().is_none()
}

/// `METHOD for USER from …`: sets peer, user and method.
pub(super) fn credential<'a>(text: &'a str, event: &mut EventBuilder<'_>) -> Result<Who<'a>, Unreadable> {
    let (method, rest) = scan::cut(text, " for ").ok_or(Unreadable("expected METHOD for USER"))?;
    let who = who(rest)?;
    who.set(event);
    event.field("auth_method", method);
    Ok(who)
}

/// `METHOD for USER from …` as a login.
pub(super) fn attempt(text: &str, outcome: Outcome, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let who = credential(text, event)?;
    event.action(Action::Login);
    event.outcome(outcome);
    if outcome == Outcome::Failure {
        event.field("reason", if who.is_unknown { "unknown_user" } else { "wrong_credential" });
    }
    Ok(())
}
