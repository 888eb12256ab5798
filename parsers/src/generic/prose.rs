//! Sentences nobody described: addresses, accounts and requests by the words that lead to them.
//!
//! An attacker may choose a user name, never what the program prints behind it: of several `from ADDRESS`
//! the last counts, and an address in quotes only when there is no other. A lone address is the source.
//!
//! Promises: linear. Must not know: products.

use schema::Column as C;

use super::gather::Gathered;
use super::kinds::{address, is_method};
use super::names::Meaning;
use super::tokens::Token;

/// Rank of what a word leads to, and of what merely stands there.
const LED: u8 = 96;
const LONE: u8 = 144;

/// Takes what the words of a text say.
pub(super) fn read<'a>(text: &'a str, tokens: &[Token<'a>], more: u8, out: &mut Gathered<'a>) {
    program(text, tokens, more, out);
    common_log_user(tokens, more, out);
    addresses(text, tokens, more, out);
    refused_page(tokens, out);
    users(tokens, more, out);
    requests(tokens, more, out);
    for token in tokens.iter().filter(|token| token.is_quoted && !token.is_value) {
        if token.text.starts_with("Mozilla/") {
            out.put(Meaning::Is(C::UserAgentOriginal), LONE.saturating_add(more), token.text);
        }
    }
}

/// `program[12]: ` near the head, as daemons write it whatever stands before.
fn program<'a>(text: &str, tokens: &[Token<'a>], more: u8, out: &mut Gathered<'a>) {
    for pair in tokens.windows(2).take(8) {
        if let [name, pid] = pair
            && name.after == b'['
            && pid.before == b'['
            && pid.after == b']'
            && pid.start == name.end + 1
            && !name.is_quoted
            && name.text.len() <= 48
            && name.text.as_bytes().first().is_some_and(u8::is_ascii_alphabetic)
            && pid.text.bytes().all(|byte| byte.is_ascii_digit())
            && text.get(pid.end + 1..).is_some_and(|rest| rest.starts_with(':'))
        {
            out.put(Meaning::Is(C::ProcessName), LED.saturating_add(more), name.text);
            out.put(Meaning::Is(C::ProcessPid), LED.saturating_add(more), pid.text);
            return;
        }
    }
}

/// `ADDRESS - USER [` and `ADDRESS - USER "GET …"`, the beginning of the common log format.
fn common_log_user<'a>(tokens: &[Token<'a>], more: u8, out: &mut Gathered<'a>) {
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

/// The text of the token `back` before `index`.
fn word<'a>(tokens: &[Token<'a>], index: usize, back: usize) -> &'a str {
    index
        .checked_sub(back)
        .and_then(|at| tokens.get(at))
        .filter(|token| !token.is_quoted)
        .map_or("", |token| token.text)
}

fn is_one(word: &str, words: &[&str]) -> bool {
    word.len() <= 16 && words.iter().any(|known| known.eq_ignore_ascii_case(word))
}

const SOURCE_WORDS: &[&str] = &[
    "from",
    "client",
    "by",
    "rhost",
    "attacker",
    "peer",
    "remote",
    "source",
    "src",
    "da",
    "dall'indirizzo",
    "offender",
    "sender",
];
const DESTINATION_WORDS: &[&str] = &[
    "to",
    "server",
    "destination",
    "dst",
    "dest",
    "target",
    "->",
    "upstream",
    "listening",
    "bind",
    "local",
    "verso",
    "onto",
];
/// What may stand between the word and the address.
const FILLERS: &[&str] = &[
    "ip",
    "address",
    "host",
    "addr",
    "ipv4",
    "ipv6",
    "the",
    "indirizzo",
    "ip-address",
    "user",
    "port",
    "on",
    "for",
];
const VERSION_WORDS: &[&str] = &[
    "version", "release", "firmware", "build", "v", "ver", "versione", "netmask", "mask", "subnet",
    "gateway", "router", "dns",
];

#[derive(Default)]
struct Seen<'a> {
    source: Option<&'a str>,
    destination: Option<&'a str>,
    lone: Option<&'a str>,
    /// True when two different addresses stood there and no word told them apart.
    is_many: bool,
}

fn addresses<'a>(text: &'a str, tokens: &[Token<'a>], more: u8, out: &mut Gathered<'a>) {
    let (mut plain, mut quoted) = (Seen::default(), Seen::default());
    let mut previous: Option<(usize, &'a str)> = None;
    for (index, token) in tokens.iter().enumerate() {
        if token.is_value || token.text.len() > 72 {
            continue;
        }
        let found = whole_address(text, tokens, index);
        let Some(found) = found else { continue };
        if let Some((at, earlier)) = previous
            && let Some(between) = tokens.get(at).and_then(|earlier| text.get(earlier.end..token.start))
            && is_arrow(between, earlier)
        {
            out.address(
                C::SourceIp,
                C::SourcePort,
                (LED - 8).saturating_add(more),
                earlier.trim_end_matches(['-', '=']),
            );
            out.address(C::DestinationIp, C::DestinationPort, (LED - 8).saturating_add(more), found);
            return;
        }
        previous = Some((index, found));
        let seen = if token.is_quoted { &mut quoted } else { &mut plain };
        place(tokens, index, found, seen);
    }
    let seen = if plain.source.is_some() || plain.lone.is_some() || plain.destination.is_some() {
        plain
    } else {
        quoted
    };
    if let Some(source) = seen.source {
        out.address(C::SourceIp, C::SourcePort, LED.saturating_add(more), source);
        if let Some(destination) = seen.destination {
            out.address(C::DestinationIp, C::DestinationPort, LED.saturating_add(more), destination);
        }
    } else if let Some(destination) = seen.destination
        && seen.lone.is_none()
    {
        out.address(C::DestinationIp, C::DestinationPort, LED.saturating_add(more), destination);
    } else if seen.is_many && !out.has(C::SourceIp) && !out.has(C::DestinationIp) {
        side_by_side(tokens, more, out);
    } else if let Some(lone) = seen.lone
        && !seen.is_many
        // Keys have told which is which already: a lone one more is neither.
        && !out.has(C::SourceIp)
    {
        out.address(C::SourceIp, C::SourcePort, LONE.saturating_add(more), lone);
    }
    port(tokens, more, out);
}

/// Two addresses that both stand with ports are a connection, its source first: `A:p B:q`, `A p B q`, `A B p q`.
fn side_by_side<'a>(tokens: &[Token<'a>], more: u8, out: &mut Gathered<'a>) {
    let at = |index: usize| {
        tokens.get(index).filter(|token| !token.is_quoted && !token.is_value).map_or("", |token| token.text)
    };
    let is_port = |text: &str| text.parse::<u16>().is_ok();
    let is_bare = |text: &str| address(text).is_some_and(|(_, port)| port.is_empty());
    let rank = LED.saturating_add(more);
    for index in 0..tokens.len() {
        let (a, b, c, d) = (at(index), at(index + 1), at(index + 2), at(index + 3));
        let Some((_, port)) = address(a) else { continue };
        let (second, ports) = if !port.is_empty() && address(b).is_some_and(|(_, port)| is_port(port)) {
            (b, None)
        } else if is_bare(a) && is_port(b) && is_bare(c) && is_port(d) {
            (c, Some((b, d)))
        } else if is_bare(a) && is_bare(b) && is_port(c) && is_port(d) {
            (b, Some((c, d)))
        } else {
            continue;
        };
        out.address(C::SourceIp, C::SourcePort, rank, a);
        out.address(C::DestinationIp, C::DestinationPort, rank, second);
        if let Some((source, destination)) = ports {
            out.put(Meaning::Is(C::SourcePort), rank, source);
            out.put(Meaning::Is(C::DestinationPort), rank, destination);
        }
        return;
    }
}

/// The address a token is, with the port that follows its bracket.
fn whole_address<'a>(text: &'a str, tokens: &[Token<'a>], index: usize) -> Option<&'a str> {
    let token = tokens.get(index)?;
    // A backslash begins an escape somebody wrote out.
    let inner = token.text.split('\\').next().unwrap_or_default().trim_end_matches(['-', '=']);
    // `host/192.0.2.1`, `192.0.2.1/host`
    let part = [
        Some(inner),
        inner.split_once('/').map(|(_, address)| address),
        inner.rsplit_once('@').map(|(_, address)| address),
    ]
    .into_iter()
    .flatten()
    .find(|part| address(part).is_some())?;
    if token.after == b']'
        && token.before == b'['
        && let Some(next) = tokens.get(index + 1)
        && next.start == token.end + 1
        && next.text.len() <= 6
        && next.text.starts_with(':')
    {
        return text.get(token.start.checked_sub(1)?..next.end);
    }
    Some(part)
}

/// `->`, `=>`, `-->`, `>` or `to` between two addresses.
fn is_arrow(between: &str, earlier: &str) -> bool {
    let bare = between.trim_matches([' ', ')', '(', '[', ']', '"']);
    matches!(bare, "->" | "=>" | "-->" | ">" | "→" | "to" | ">>" | "==>")
        && (bare != ">" || earlier.contains(':') || between.contains('>'))
}

/// By the words before it: source, destination, or neither.
fn place<'a>(tokens: &[Token<'a>], index: usize, found: &'a str, seen: &mut Seen<'a>) {
    let token = tokens.get(index);
    let is_bracketed = token.is_some_and(|token| matches!(token.before, b'(' | b'[' | b'<'));
    let mut back = 1;
    // A name may stand before an address in brackets: `from host [address]`.
    let most = if is_bracketed { 4 } else { 3 };
    while back <= most {
        let before = word(tokens, index, back);
        if is_one(before, VERSION_WORDS) && back == 1 {
            return;
        }
        if is_one(before, SOURCE_WORDS) {
            seen.source = Some(found);
            return;
        }
        if is_one(before, DESTINATION_WORDS) {
            seen.destination = Some(found);
            return;
        }
        if !(is_one(before, FILLERS) || is_bracketed && back == 1) {
            break;
        }
        back += 1;
    }
    match seen.lone {
        None => seen.lone = Some(found),
        Some(known) if address(known).map(|(ip, _)| ip) != address(found).map(|(ip, _)| ip) => {
            seen.is_many = true
        }
        Some(_) => {}
    }
}

/// `port 22` behind an address.
fn port<'a>(tokens: &[Token<'a>], more: u8, out: &mut Gathered<'a>) {
    if out.has(C::SourcePort) {
        return;
    }
    for (index, token) in tokens.iter().enumerate() {
        if !token.is_quoted
            && token.text.eq_ignore_ascii_case("port")
            && index
                .checked_sub(1)
                .and_then(|at| tokens.get(at))
                .is_some_and(|before| !before.is_value && address(before.text).is_some())
            && let Some(next) = tokens.get(index + 1).filter(|next| !next.is_quoted)
        {
            out.put(Meaning::Is(C::SourcePort), LED.saturating_add(more), next.text);
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
const USER_WORDS: &[&str] = &["user", "username", "utente", "account"];

fn users<'a>(tokens: &[Token<'a>], more: u8, out: &mut Gathered<'a>) {
    for (index, token) in tokens.iter().enumerate() {
        if token.is_quoted || token.is_value {
            continue;
        }
        if is_one(token.text, USER_WORDS) && token.after != b'=' {
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
            && !is_one(name.text, USER_WORDS)
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
fn refused_page(tokens: &[Token<'_>], out: &mut Gathered<'_>) {
    for (index, token) in tokens.iter().enumerate() {
        let path = token.text.split('?').next().unwrap_or_default();
        if token.is_value || token.is_quoted || !path.starts_with('/') || path.len() > 256 {
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

/// Addresses and ports side by side in one value (`time,192.0.2.1,198.51.100.2,4711,80,…`).
pub(super) fn tuple<'a>(value: &'a str, out: &mut Gathered<'a>) {
    if !out.has(C::SourceIp) && !out.has(C::DestinationIp) {
        side_by_side(&super::tokens::tokens(value), 0, out);
    }
}

/// `"GET /path HTTP/1.1" 404 1234 "referrer" "agent"`, or the same without quotes.
fn requests<'a>(tokens: &[Token<'a>], more: u8, out: &mut Gathered<'a>) {
    for (index, token) in tokens.iter().enumerate() {
        if token.is_value {
            continue;
        }
        if token.is_quoted {
            if token.text.contains(' ')
                && token.text.get(..12).unwrap_or(token.text).contains(['/', ' '])
                && is_request(token.text)
                && out.request(LED.saturating_add(more), token.text)
            {
                answer(tokens, index + 1, more, out);
                return;
            }
        } else if token.text.bytes().all(|byte| byte.is_ascii_uppercase())
            && is_method(token.text)
            && let Some(next) = tokens.get(index + 1)
            && !next.is_value
            && (next.text.starts_with('/') || next.text.contains("://"))
        {
            out.put(Meaning::Is(C::HttpRequestMethod), LED.saturating_add(more), token.text);
            out.url(LED.saturating_add(more), next.text);
            let version =
                usize::from(tokens.get(index + 2).is_some_and(|next| next.text.starts_with("HTTP/")));
            answer(tokens, index + 2 + version, more, out);
            barred_status(tokens, more, out);
            return;
        }
    }
}

fn is_request(text: &str) -> bool {
    text.split_once(' ').is_some_and(|(method, rest)| {
        method.bytes().all(|byte| byte.is_ascii_uppercase())
            && is_method(method)
            && (rest.starts_with('/') || rest.contains("://") || rest.contains(" HTTP/"))
    })
}

/// What stands behind a request: status, bytes, referrer, agent.
fn answer<'a>(tokens: &[Token<'a>], from: usize, more: u8, out: &mut Gathered<'a>) {
    let rank = LED.saturating_add(more);
    let Some(status) =
        tokens.get(from).filter(|token| !token.is_quoted && !token.is_value && token.text.len() == 3)
    else {
        return;
    };
    out.put(Meaning::Is(C::HttpResponseStatusCode), rank, status.text);
    if !out.has(C::HttpResponseStatusCode) {
        return;
    }
    if let Some(bytes) = tokens.get(from + 1).filter(|token| !token.is_quoted && !token.is_value) {
        out.put(Meaning::Is(C::HttpResponseBodyBytes), rank, bytes.text);
    }
    let quoted = tokens
        .get(from + 2)
        .zip(tokens.get(from + 3))
        .filter(|(referrer, agent)| referrer.is_quoted && agent.is_quoted);
    if let Some((referrer, agent)) = quoted
        && (referrer.text == "-" || referrer.text.is_empty() || referrer.text.contains("://"))
    {
        out.put(Meaning::Is(C::HttpRequestReferrer), rank, referrer.text);
        out.put(Meaning::Is(C::UserAgentOriginal), rank, agent.text);
    }
}

/// `| 401 |`, where bars part the columns.
fn barred_status<'a>(tokens: &[Token<'a>], more: u8, out: &mut Gathered<'a>) {
    if let Some(status) =
        tokens.iter().find(|token| token.before == b'|' && token.after == b'|' && token.text.len() == 3)
    {
        out.put(Meaning::Is(C::HttpResponseStatusCode), LED.saturating_add(more), status.text);
    }
}
