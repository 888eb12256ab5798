//! Whom an ASA message is about, and the address such a sentence names.
//!
//! Promises: linear; a name goes to what the message itself writes behind it, so that none moves the address. Where a
//! client's text stands behind the address, the first one counts. Must not know: what happened.

use schema::{Column, EventBuilder};

use super::super::account::{between, set_user};

/// Messages with a client's text behind its address: of a tunnel, its product, an address asked for.
const CLIENT_TEXT_BEHIND: &[&str] =
    &["722000", "722010", "722011", "722012", "722013", "722055", "716003", "716004"];

/// Sets the account and, in sentences about one, its address.
pub(super) fn read(number: &str, text: &str, event: &mut EventBuilder<'_>) {
    let (name, address) = in_angles(number, text)
        .or_else(|| in_list(text))
        .or_else(|| of_server(text, event))
        .or_else(|| in_quotes(text))
        .unwrap_or_else(|| in_words(text));
    if !name.is_empty() && name != "*****" {
        set_user(event, name);
    }
    if !address.is_empty() {
        event.ip(Column::SourceIp, address);
    }
}

/// `Group <GROUP> User <NAME> IP <ADDRESS> …`.
fn in_angles<'a>(number: &str, text: &'a str) -> Option<(&'a str, &'a str)> {
    const MARK: &str = "> IP <";
    let (_, rest) = text.split_once(" User <").filter(|(group, _)| group.contains("Group"))?;
    let is_first = CLIENT_TEXT_BEHIND.contains(&number);
    match if is_first { rest.split_once(MARK) } else { rest.rsplit_once(MARK) } {
        Some((name, address)) => Some((name, first(address, &['>']))),
        None => Some((rest.split_once('>')?.0, "")),
    }
}

/// `Group = GROUP, Username = NAME, IP = ADDRESS, …`, the name left out before it is known.
fn in_list(text: &str) -> Option<(&str, &str)> {
    const MARK: &str = ", IP = ";
    let is_list =
        text.starts_with("Group = ") || text.starts_with("Username = ") || text.starts_with("IP = ");
    let (head, _) = text.rsplit_once(", Session disconnected").unwrap_or((text, ""));
    if !is_list {
        return None;
    }
    let (before, rest) =
        head.rsplit_once(MARK).unwrap_or(("", head.strip_prefix("IP = ").unwrap_or_default()));
    let name = before.split_once("Username = ").map_or("", |(_, name)| name);
    Some((name, first(rest, &[','])))
}

/// `AAA user authentication Rejected : reason = REASON : server = ADDRESS : user = NAME : user IP = ADDRESS`.
fn of_server<'a>(text: &'a str, event: &mut EventBuilder<'_>) -> Option<(&'a str, &'a str)> {
    let rest = text.strip_prefix("AAA ")?;
    let (head, name) = rest.split_once("user = ").or_else(|| rest.split_once("User = "))?;
    if let Some((_, server)) = head.split_once("server = ") {
        event.ip(Column::DestinationIp, first(server.trim_start(), &[' ', ',']));
    }
    let (name, address) = match name.rsplit_once("user IP = ") {
        Some((name, address)) => (name.trim_end().trim_end_matches(':').trim_end(), address.trim()),
        None => (name.trim_end(), ""),
    };
    Some((name, address))
}

/// `User 'NAME', running 'CLI' from IP ADDRESS, executed 'COMMAND'`, `User 'NAME' executed …`, `for user "NAME"`, the
/// last of its sentence.
fn in_quotes(text: &str) -> Option<(&str, &str)> {
    if let Some(rest) = text.strip_prefix("User '") {
        return match rest.split_once("', running '") {
            Some((name, rest)) => Some((name, between(rest, "' from IP ", ",").unwrap_or_default())),
            None => Some((rest.split_once('\'')?.0, "")),
        };
    }
    if let Some((_, name)) = text.split_once(" for user \"") {
        return Some((name.trim_end_matches('"'), ""));
    }
    None
}

/// The other wordings.
fn in_words(text: &str) -> (&str, &str) {
    if let Some((head, name)) = text.split_once("Uname: ") {
        let address = between(head, "IP address: ", ",").unwrap_or_default();
        return (first(name, &[' ']), address);
    }
    if let Some((_, rest)) = text.split_once("session for client user ") {
        let (name, address) = rest.rsplit_once(", IP ").unwrap_or((rest, ""));
        return (name, first(address, &[' ']));
    }
    if let Some((_, rest)) = text.split_once("User=") {
        let address = rest.split_once("Assigned IP=").map_or("", |(_, address)| first(address, &[',']));
        return (first(rest, &[',']), address);
    }
    if let Some((name, _)) = text.split_once(" for user '").and_then(|(_, rest)| rest.rsplit_once("' ")) {
        return (name, "");
    }
    let name = between(text, "ser '", "'").or_else(|| between(text, "Username:", " "));
    (name.unwrap_or_default(), "")
}

/// What stands before the first of some signs.
fn first<'a>(text: &'a str, ends: &[char]) -> &'a str {
    text.split(ends).next().unwrap_or(text)
}
