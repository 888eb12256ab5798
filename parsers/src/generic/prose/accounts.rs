//! Accounts in a sentence: behind `user`, in news of a login, in front of a request.
//!
//! Promises: linear; a word is an account only when something beside it says so. Must not know: products.

use schema::Column as C;

use super::super::gather::Gathered;
use super::super::kinds::address;
use super::super::names::Meaning;
use super::super::tokens::Token;
use super::requests::is_request;
use super::{LED, LONE, is_one};

/// `ADDRESS - USER [` and `ADDRESS - USER "GET …"`, the beginning of the common log format.
pub(super) fn common_log_user<'a>(tokens: &[Token<'a>], more: u8, out: &mut Gathered<'a>) {
    for window in tokens.windows(4).take(12) {
        if let [from, dash, user, next] = window
            && dash.text == "-"
            && !user.is_quoted
            && user.text != "-"
            && address(from.text).is_some()
            && (next.before == b'[' || next.is_quoted && is_request(next.text))
        {
            out.put(Meaning::Is(C::UserName), LED.saturating_add(more), user.text);
            return;
        }
    }
}

/// Words that follow `user` and are no account.
const NO_USERS: &[&str] = &[
    "temporarily",
    "here",
    "too",
    "not",
    "does",
    "is",
    "was",
    "has",
    "name",
    "unknown",
    "found",
    "authentication",
    "account",
    "login",
    "logged",
    "id",
    "in",
    "with",
    "from",
    "and",
    "or",
    "the",
    "no",
    "a",
    "an",
    "agent",
    "to",
    "of",
    "on",
    "at",
    "for",
    "failed",
    "failure",
    "error",
    "password",
    "credentials",
    "session",
    "tried",
    "attempt",
    "by",
    "via",
    "access",
    "has",
    "profile",
    "group",
    "input",
    "database",
    "exists",
    "accounts",
    "who",
    "which",
    "details",
    "could",
    "successfully",
    "authenticated",
    "disconnected",
    "connected",
    "locked",
    "list",
    "data",
    "only",
    "this",
    "that",
    "did",
    "doesn't",
    "don't",
    "non",
    "disabled",
    "enabled",
    "been",
    "root's",
    "interface",
    "mode",
    "space",
    "ip",
    "ok",
    "denied",
    "rejected",
    "invalid",
    "using",
    "request",
    "lookup",
    "creation",
    "created",
    "deleted",
    "limit",
    "certificate",
    "management",
    "role",
    "service",
    "information",
    "context",
    "email",
    "e",
];

/// Words that follow an account.
const AFTER_USERS: &[&str] = &[
    "from",
    "logged",
    "login",
    "failed",
    "at",
    "on",
    "via",
    "authentication",
    "authenticated",
    "signed",
    "with",
    "was",
    "is",
    "has",
    "does",
    "connected",
    "disconnected",
    "accessing",
    "successfully",
    "not",
    "da",
    "ha",
    "non",
    "by",
    "using",
    "rejected",
    "denied",
    "to",
    "attempted",
    "in",
    "tried",
    "locked",
    "details",
    "profile",
];

/// A word that leads to an account.
fn is_user_word(word: &str) -> bool {
    matches!(word.as_bytes().first(), Some(b'u' | b'U' | b'a' | b'A'))
        && is_one(word, &["user", "username", "utente", "account"])
}

pub(super) fn users<'a>(tokens: &[Token<'a>], more: u8, out: &mut Gathered<'a>) {
    for (index, token) in tokens.iter().enumerate() {
        if token.is_quoted || token.is_value {
            continue;
        }
        if is_user_word(token.text) && token.after != b'=' {
            let mut at = index + 1;
            if tokens.get(at).is_some_and(|next| {
                !next.is_quoted && is_one(next.text, &["name", "id", "input", "named", "invalid", "unknown"])
            }) {
                at += 1;
                if tokens
                    .get(at)
                    .is_some_and(|next| !next.is_quoted && next.text.eq_ignore_ascii_case("input"))
                {
                    at += 1;
                }
            }
            if let Some(name) = tokens.get(at).filter(|name| is_account(tokens, at, name)) {
                out.put(Meaning::Is(C::UserName), LED.saturating_add(more), name.text);
                return;
            }
        }
    }
    if out.wording.login().is_none() {
        return;
    }
    // `for NAME from ADDRESS`, `as NAME from ADDRESS`: only in news of a login.
    for (index, token) in tokens.iter().enumerate() {
        if !token.is_quoted
            && !token.is_value
            && is_one(token.text, &["for", "as", "per", "by"])
            && let Some(name) = tokens.get(index + 1)
            && let Some(next) = tokens.get(index + 2)
            && !name.is_value
            && (next.text.eq_ignore_ascii_case("from") && !next.is_quoted
                || matches!(next.before, b'[' | b'(' | b'<') && address(next.text).is_some())
            && !is_one(name.text, NO_USERS)
            && !is_user_word(name.text)
            && address(name.text).is_none()
        {
            out.put(Meaning::Is(C::UserName), LED.saturating_add(more).saturating_add(8), name.text);
            return;
        }
    }
    lone_mailbox(tokens, more, out);
}

/// In news of a login, the one mailbox the line names.
fn lone_mailbox<'a>(tokens: &[Token<'a>], more: u8, out: &mut Gathered<'a>) {
    let mut found: Option<&'a str> = None;
    for token in tokens.iter().filter(|token| !token.is_value) {
        let text = token.text;
        if let Some((name, host)) = text.split_once('@')
            && !name.is_empty()
            && host.contains('.')
            && !text.contains([':', '/', ' '])
            && text.len() <= 254
        {
            if found.is_some_and(|known| known != text) {
                return;
            }
            found = Some(text);
        }
    }
    if let Some(name) = found {
        out.put(Meaning::Is(C::UserName), LONE.saturating_add(more), name);
    }
}

/// True when the token behind `user` is an account: quoted, in brackets, spelt like one, or followed by what a
/// program says of accounts.
fn is_account(tokens: &[Token<'_>], at: usize, name: &Token<'_>) -> bool {
    if name.is_value || name.text.is_empty() || name.text.len() > 128 || name.after == b'=' && !name.is_quoted
    {
        return false;
    }
    if name.is_quoted {
        return !name.text.contains(' ') || name.text.len() <= 32;
    }
    if matches!(name.before, b',' | b';' | b'|' | b')' | b']' | b'}' | b'=' | b'.')
        || is_one(name.text, NO_USERS)
        || address(name.text).is_some()
    {
        return false;
    }
    if matches!(name.before, b'[' | b'(' | b'<') || name.text.contains(['@', '\\']) {
        return true;
    }
    if !name.text.bytes().all(|byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'$' | b'+') || byte >= 0x80
    }) {
        return false;
    }
    match tokens.get(at + 1) {
        None => true,
        Some(next) => {
            matches!(name.after, b',' | b';' | b'(' | b'[' | b'.' | b':' | b']' | b')' | b'|')
                || !next.is_quoted && (is_one(next.text, AFTER_USERS) || next.text == "-")
        }
    }
}

/// A page where people log in, and behind it an answer that means no.
pub(super) fn refused_page(tokens: &[Token<'_>], out: &mut Gathered<'_>) {
    for (index, token) in tokens.iter().enumerate() {
        if token.is_value || token.is_quoted || !token.text.starts_with('/') {
            continue;
        }
        let path = token.text.split('?').next().unwrap_or_default();
        if path.len() > 256 {
            continue;
        }
        let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        if !is_one(
            last,
            &["login", "signin", "sign-in", "logon", "auth", "authenticate", "login.php", "sessions"],
        ) {
            continue;
        }
        let is_refused = tokens
            .iter()
            .skip(index + 1)
            .take(8)
            .any(|next| !next.is_quoted && matches!(next.text, "401" | "403"));
        if is_refused {
            out.wording.refuse();
        }
        return;
    }
}
