//! Accounts in a sentence: behind `user`, in news of a login, in front of a request.
//!
//! Promises: linear; a word is an account only when something beside it says so. Must not know: products.

use schema::Column as C;

use super::super::gather::Gathered;
use super::super::kinds::address;
use super::super::names::Meaning;
use super::super::signs;
use super::super::tokens::{Sum, Token};
use super::super::words::{self, Words};
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

/// Accounts behind the words that lead to them.
pub(super) fn users<'a>(tokens: &[Token<'a>], sum: Sum, more: u8, out: &mut Gathered<'a>) {
    if sum.parts.is_any(words::USER)
        && let Some(name) = named(tokens)
    {
        out.put(Meaning::Is(C::UserName), LED.saturating_add(more), name);
        return;
    }
    if out.wording.login().is_none() {
        return;
    }
    if sum.parts.is_any(words::FOR)
        && let Some(name) = led_by_for(tokens)
    {
        out.put(Meaning::Is(C::UserName), LED.saturating_add(more).saturating_add(8), name);
        return;
    }
    if let Some(name) = with_domain(tokens) {
        out.put(Meaning::Is(C::UserName), LONE.saturating_add(more), name);
        return;
    }
    lone_mailbox(tokens, more, out);
}

/// `user NAME`.
fn named<'a>(tokens: &[Token<'a>]) -> Option<&'a str> {
    let leads = |token: &Token<'_>| !token.is_value && token.parts.is_any(words::USER) && token.after != b'=';
    tokens.iter().enumerate().filter(|(_, token)| leads(token)).find_map(|(index, _)| {
        let mut at = index + 1;
        if tokens.get(at).is_some_and(|next| next.parts.is_any(words::USER_FILLER)) {
            at += 1;
            if tokens.get(at).is_some_and(|next| !next.is_quoted && next.text.eq_ignore_ascii_case("input")) {
                at += 1;
            }
        }
        tokens.get(at).filter(|name| is_account(tokens, at, name)).map(|name| name.text)
    })
}

/// `for NAME from ADDRESS`, `as NAME [ADDRESS]`, `for NAME, ip ADDRESS`: only in news of a login.
fn led_by_for<'a>(tokens: &[Token<'a>]) -> Option<&'a str> {
    tokens.windows(3).enumerate().find_map(|(at, window)| {
        let [word, name, next] = window else { return None };
        let is_before_address = || {
            let behind = || tokens.iter().skip(at + 2).take(2);
            name.after == b',' && behind().any(|token| address(token.text).is_some())
        };
        let is_led = !word.is_value && word.parts.is_any(words::FOR) && !name.is_value;
        (is_led
            && (next.text.eq_ignore_ascii_case("from") && !next.is_quoted
                || matches!(next.before, b'[' | b'(' | b'<') && address(next.text).is_some()
                || is_before_address())
            && !Words::all().parts(name.text).is_any(words::NO_USER.and(words::USER))
            && address(name.text).is_none())
        .then_some(name.text)
    })
}

/// In news of a login, the one `DOMAIN\name` the line has: in capitals, since a backslash may also begin an escape.
fn with_domain<'a>(tokens: &[Token<'a>]) -> Option<&'a str> {
    let is_capital = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || b".-_".contains(&byte);
    let is_of_name = |byte: u8| byte.is_ascii_alphanumeric() || b".-_$".contains(&byte) || byte >= 0x80;
    let is_account = |text: &&str| {
        text.split_once('\\').is_some_and(|(domain, name)| {
            (2..=15).contains(&domain.len())
                && domain.bytes().all(is_capital)
                && (1..=64).contains(&name.len())
                && name.bytes().all(is_of_name)
        })
    };
    let bare = tokens.iter().filter(|token| !token.is_quoted && !token.is_value);
    let mut names =
        bare.filter(|token| token.signs.is_any(signs::END)).map(|token| token.text).filter(is_account);
    let first = names.next()?;
    names.all(|name| name == first).then_some(first)
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
        || name.parts.is_any(words::NO_USER)
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
                || next.parts.is_any(words::AFTER_USER)
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
