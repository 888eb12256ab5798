//! What sshd says, by how a message opens.
//!
//! Promises: each reader fills columns only from the side of the message an attacker cannot reach, or
//! leaves them null. Must not know: levels, envelopes.

use schema::{Action, Column, EventBuilder, Outcome};

use super::attempt::{attempt, credential, peer_and_tail, who};
use crate::format::Unreadable;
use crate::formats::peer::{self, split_port};

/// A message behind its opening words.
#[derive(Clone, Copy)]
pub(super) struct Message<'a> {
    pub(super) rest: &'a str,
    /// It was said before the client had authenticated.
    pub(super) is_preauth: bool,
}

type Read = fn(Message<'_>, &mut EventBuilder<'_>) -> Result<(), Unreadable>;

/// Openings, the verb of those that are no event of their own kind, and their readers; the frequent first.
pub(super) static REMARKS: &[(&str, &str, Read)] = &[
    ("Failed ", "", |message, event| attempt(message.rest, Outcome::Failure, event)),
    ("Accepted key ", "accepted_key", accepted_key),
    ("Accepted certificate ", "accepted_key", |_, _| Ok(())),
    ("Accepted ", "", |message, event| attempt(message.rest, Outcome::Success, event)),
    ("Connection closed by ", "closed", ended),
    ("Connection reset by ", "reset", ended),
    ("Received disconnect from ", "disconnect", received_disconnect),
    ("Disconnected from ", "disconnected", disconnected),
    ("Invalid user ", "invalid_user", invalid_user),
    ("Illegal user ", "invalid_user", invalid_user),
    ("Disconnecting ", "disconnecting", disconnecting),
    ("Disconnecting: Too many authentication failures for ", "max_attempts", |message, event| {
        failed("too_many_attempts", event);
        match who(message.rest) {
            Ok(who) => who.set(event),
            // Older versions name the user alone.
            Err(_) => event.text_if_said(Column::UserName, message.rest),
        }
        Ok(())
    }),
    ("Postponed ", "postponed", |message, event| credential(message.rest, event).map(|_| ())),
    ("Partial ", "partial", |message, event| credential(message.rest, event).map(|_| ())),
    ("input_userauth_request: invalid user ", "userauth", |message, event| {
        event.text_if_said(Column::UserName, message.rest);
        Ok(())
    }),
    ("maximum authentication attempts exceeded for ", "max_attempts", |message, event| {
        failed("too_many_attempts", event);
        who(message.rest).map(|who| who.set(event))
    }),
    ("User ", "", user_not_allowed),
    ("ROOT LOGIN REFUSED FROM ", "root_refused", |message, event| {
        failed_from("not_allowed", message.rest, event)
    }),
    ("PAM: ", "", pam),
    ("Unable to negotiate with ", "negotiation", |message, event| {
        failed_left("negotiation", message.rest, event)
    }),
    ("banner exchange: Connection from ", "banner", |message, event| {
        failed_left("protocol", message.rest, event)
    }),
    ("ssh_dispatch_run_fatal: Connection from ", "dispatch", dispatch_failed),
    ("Timeout before authentication for connection from ", "timeout", |message, event| {
        failed_left("timeout", message.rest, event)
    }),
    ("Timeout before authentication for ", "timeout", |message, event| {
        failed_from("timeout", message.rest, event)
    }),
    ("Did not receive identification string from ", "no_banner", |message, event| {
        failed_from("protocol", message.rest, event)
    }),
    ("Bad protocol version identification ", "bad_protocol", behind_last_from),
    ("Magic value check failed ", "bad_protocol", behind_last_from),
    ("refused connect from ", "", refused_connect),
    ("drop connection ", "", drop_connection),
    ("reverse mapping checking getaddrinfo for ", "reverse_dns", reverse_mapping),
    ("Address ", "reverse_dns", address_maps),
    ("Starting session: ", "", session_open),
    ("Close session: user ", "", session_close),
    ("Transferred: sent ", "transferred", transferred),
    ("Connection from ", "connection", connection_from),
    ("Server listening on ", "", |_, event| done(Action::ServiceStart, event)),
    ("Received signal ", "signal", |message, event| match message.rest.ends_with("terminating.") {
        true => done(Action::ServiceStop, event),
        false => Ok(()),
    }),
    ("Authentication refused: ", "permissions", authentication_refused),
    ("Access denied for user ", "not_allowed", access_denied),
    ("subsystem request for ", "subsystem", subsystem),
    ("SSH: Server;", "hpn", hpn),
];

fn failed(reason: &str, event: &mut EventBuilder<'_>) {
    event.outcome(Outcome::Failure);
    event.field("reason", reason);
}

fn done(action: Action, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    event.action(action);
    event.outcome(Outcome::Success);
    event.text(Column::ServiceName, "sshd");
    Ok(())
}

/// `ADDRESS[ port PORT]` and nothing else.
fn failed_from(reason: &str, text: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    failed(reason, event);
    let (address, port) = split_port(text);
    if !address.contains(' ') {
        peer::set(event, address, port);
    }
    Ok(())
}

/// `ADDRESS[ port PORT][: text]`, the text perhaps the client's.
fn failed_left(reason: &str, text: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    failed(reason, event);
    left_peer(text, event);
    Ok(())
}

/// Sets the peer of `ADDRESS[ port PORT]…` and gives what follows.
fn left_peer<'a>(text: &'a str, event: &mut EventBuilder<'_>) -> &'a str {
    if let Some((address, port, tail)) = peer_and_tail(text) {
        peer::set(event, address, port);
        return tail;
    }
    let (address, tail) = text.split_once(' ').unwrap_or((text, ""));
    peer::set(event, address.strip_suffix(':').unwrap_or(address), "");
    tail
}

/// `[KIND user ]USER ADDRESS port PORT`: the address is the last word, the user what precedes it.
fn user_and_peer<'a>(text: &'a str, event: &mut EventBuilder<'_>) -> &'a str {
    let (head, port) = split_port(text);
    let kinds = ["authenticating user ", "invalid user ", "illegal user ", "user "];
    let Some(rest) = kinds.iter().find_map(|kind| head.strip_prefix(kind)) else {
        if !head.contains(' ') {
            peer::set(event, head, port);
        }
        return "";
    };
    let (user, address) = rest.rsplit_once(' ').unwrap_or(("", rest));
    event.text_if_said(Column::UserName, user);
    peer::set(event, address, port);
    user
}

fn ended(message: Message<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    if message.is_preauth {
        event.outcome(Outcome::Failure);
    }
    user_and_peer(message.rest, event);
    Ok(())
}

fn disconnected(message: Message<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let user = user_and_peer(message.rest, event);
    if message.is_preauth {
        event.outcome(Outcome::Failure);
    } else if !user.is_empty() {
        event.action(Action::Logout);
        event.outcome(Outcome::Success);
    }
    Ok(())
}

/// `ADDRESS[ port PORT]:CODE: TEXT`, the text the client's.
fn received_disconnect(message: Message<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    if message.is_preauth {
        event.outcome(Outcome::Failure);
    }
    let tail = left_peer(message.rest, event);
    let code = tail.trim_start_matches([':', ' ']).split(':').next().unwrap_or_default();
    if peer::is_digits(code) && code.len() <= 3 {
        event.field("disconnect_code", code);
    }
    Ok(())
}

/// `Disconnecting[ KIND user USER] ADDRESS port PORT: REASON`. The reason may repeat the user
/// (`Change of username or service not allowed: (USER,…) -> (…)`): the last cut in which both agree is the real one.
fn disconnecting(message: Message<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    failed("disconnected", event);
    for (at, _) in message.rest.rmatch_indices(" port ") {
        let (Some(head), Some(rest)) = (message.rest.get(..at), message.rest.get(at + 6..)) else { continue };
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let Some((port, tail)) = rest.split_at_checked(digits) else { continue };
        let Some(reason) = tail.strip_prefix(": ").filter(|_| digits > 0) else { continue };
        let user = ["authenticating user ", "invalid user "].iter().find_map(|kind| head.strip_prefix(kind));
        let (user, address) = user.unwrap_or(head).rsplit_once(' ').unwrap_or(("", head));
        let agrees = match reason.strip_prefix("Change of username or service not allowed: (") {
            Some(pair) => pair.strip_prefix(user).is_some_and(|rest| rest.starts_with(',')),
            None => reason == "Too many authentication failures",
        };
        if agrees && peer::is_address(address) {
            event.text_if_said(Column::UserName, user);
            peer::set(event, address, port);
            return Ok(());
        }
    }
    Ok(())
}

fn invalid_user(message: Message<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let (head, port) = split_port(message.rest);
    // An empty name leaves ` from ADDRESS` with its own blank.
    let cut = head.rsplit_once(" from ").or_else(|| head.strip_prefix("from ").map(|address| ("", address)));
    let (user, address) = cut.ok_or(Unreadable("expected USER from ADDRESS"))?;
    failed("unknown_user", event);
    event.text_if_said(Column::UserName, user);
    peer::set(event, address, port);
    Ok(())
}

/// `User USER from HOST not allowed because …`, `User USER not allowed because …`.
fn user_not_allowed(message: Message<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let Some((head, why)) = message.rest.rsplit_once(" not allowed because ") else { return Ok(()) };
    failed(if why == "account is locked" { "account_locked" } else { "not_allowed" }, event);
    event.field("action", "not_allowed");
    let (user, host) = head.rsplit_once(" from ").unwrap_or((head, ""));
    event.text_if_said(Column::UserName, user);
    peer::set(event, host, "");
    Ok(())
}

/// `error: PAM: MESSAGE for [illegal user ]USER from HOST[ via ADDRESS]`, said beside `Failed keyboard-interactive`.
fn pam(message: Message<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    // Behind the client's user stands one word only.
    let via = message.rest.rsplit_once(" via ").filter(|(_, address)| !address.contains(' '));
    let text = via.map_or(message.rest, |(text, _)| text);
    let Some((_, who)) = text.split_once(" for ") else { return Ok(()) };
    let Some((user, host)) = who.rsplit_once(" from ") else { return Ok(()) };
    let unknown = ["illegal user ", "invalid user "].iter().find_map(|prefix| user.strip_prefix(prefix));
    event.action(Action::PamAuth);
    failed(if unknown.is_some() { "unknown_user" } else { "wrong_credential" }, event);
    event.text_if_said(Column::UserName, unknown.unwrap_or(user));
    peer::set(event, host, "");
    Ok(())
}

fn dispatch_failed(message: Message<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    failed("protocol", event);
    match message.rest.rsplit_once(": ") {
        Some((peer, _)) => user_and_peer(peer, event),
        None => user_and_peer(message.rest, event),
    };
    Ok(())
}

/// `TEXT from ADDRESS port PORT`, the text the client's.
fn behind_last_from(message: Message<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let peer = message.rest.rsplit_once(" from ").map_or("", |(_, peer)| peer);
    failed_from("protocol", peer, event)
}

/// TCP wrappers: `NAME (ADDRESS)`, the name what the peer's resolver or identd says.
fn refused_connect(message: Message<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    event.action(Action::ConnectionDenied);
    failed("not_allowed", event);
    event.text(Column::NetworkTransport, "tcp");
    let address =
        message.rest.rsplit_once('(').map_or(message.rest, |(_, inner)| inner.trim_end_matches(')'));
    peer::set(event, address, "");
    Ok(())
}

/// `#12 from [ADDRESS]:PORT on [ADDRESS]:PORT …`.
fn drop_connection(message: Message<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    event.action(Action::ConnectionDenied);
    failed("too_many", event);
    event.text(Column::NetworkTransport, "tcp");
    let mut ends = message.rest.split('[').skip(1).filter_map(|part| part.split_once("]:"));
    if let Some((address, rest)) = ends.next() {
        peer::set(event, address, rest.split(' ').next().unwrap_or_default());
    }
    if let Some((address, rest)) = ends.next() {
        event.ip(Column::DestinationIp, address);
        event.int_text(Column::DestinationPort, rest.split(' ').next().unwrap_or_default());
    }
    Ok(())
}

/// `NAME [ADDRESS] failed…`: the name is the peer's own claim.
fn reverse_mapping(message: Message<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let Some((name, rest)) = message.rest.rsplit_once(" [") else { return Ok(()) };
    if let Some((address, _)) = rest.split_once(']') {
        event.field("rhost", name);
        event.ip(Column::SourceIp, address);
    }
    Ok(())
}

/// `ADDRESS maps to NAME, but this does not map back to the address`.
fn address_maps(message: Message<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    if let Some((address, name)) = message.rest.split_once(" maps to ") {
        event.ip(Column::SourceIp, address);
        event.field("rhost", name.split(',').next().unwrap_or(name));
    }
    Ok(())
}

/// `KIND for USER from ADDRESS port PORT id N`.
fn session_open(message: Message<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    event.action(Action::SessionOpen);
    let rest = message.rest.rsplit_once(" for ").map_or(message.rest, |(_, rest)| rest);
    session(rest, event)
}

fn session_close(message: Message<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    event.action(Action::SessionClose);
    session(message.rest, event)
}

fn session(text: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    event.outcome(Outcome::Success);
    let (text, id) = text.rsplit_once(" id ").unwrap_or((text, ""));
    if peer::is_digits(id) {
        event.field("session_id", id);
    }
    let (user, peer) = text.rsplit_once(" from ").ok_or(Unreadable("expected USER from ADDRESS"))?;
    event.text_if_said(Column::UserName, user);
    let (address, port) = split_port(peer);
    peer::set(event, address, port);
    Ok(())
}

/// `N, received N bytes`: the server's view, so what it received the client sent.
fn transferred(message: Message<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    if let Some((sent, received)) = message.rest.split_once(", received ") {
        event.int_text(Column::DestinationBytes, sent);
        event.int_text(Column::SourceBytes, received.trim_end_matches(" bytes"));
    }
    Ok(())
}

/// `ADDRESS port PORT on ADDRESS port PORT`.
fn connection_from(message: Message<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let tail = left_peer(message.rest, event);
    if let Some((address, port, _)) = tail.strip_prefix(" on ").and_then(peer_and_tail) {
        event.ip(Column::DestinationIp, address);
        event.int_text(Column::DestinationPort, port);
    }
    Ok(())
}

/// `TYPE HASH found at FILE:LINE`.
fn accepted_key(message: Message<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    if let Some((key, place)) = message.rest.split_once(" found at ") {
        event.field("key", key);
        event.text_if_said(Column::FilePath, place.rsplit_once(':').map_or(place, |(file, _)| file));
    }
    Ok(())
}

fn authentication_refused(message: Message<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    failed("bad_permissions", event);
    let path = message.rest.split_once(" for file ").or_else(|| message.rest.split_once(" for directory "));
    event.text_if_said(Column::FilePath, path.map_or("", |(_, path)| path));
    Ok(())
}

fn access_denied(message: Message<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    if let Some(user) = message.rest.strip_suffix(" by PAM account configuration") {
        failed("not_allowed", event);
        event.text_if_said(Column::UserName, user);
    }
    Ok(())
}

/// `sftp by user USER`, the name of the subsystem the client's.
fn subsystem(message: Message<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    if let Some((name, user)) = message.rest.rsplit_once(" by user ") {
        event.field("subsystem", name);
        event.text_if_said(Column::UserName, user);
    }
    Ok(())
}

/// HPN-SSH: `Ltype: KIND;Remote: ADDRESS-PORT;…;Name: USER`.
fn hpn(message: Message<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let remote = message.rest.split(';').find_map(|part| part.strip_prefix("Remote: "));
    if let Some((address, port)) = remote.and_then(|remote| remote.rsplit_once('-')) {
        peer::set(event, address, port);
    }
    if let Some((_, user)) = message.rest.split_once(";Name: ") {
        event.text_if_said(Column::UserName, user.trim_end());
    }
    Ok(())
}
