//! Addresses in a sentence: source, destination or neither, by the words that lead to them.
//!
//! Promises: linear; a source before an account counts, else the last of several, and an address in quotes only when
//! there is no other.
//! Must not know: products.

use schema::Column as C;

use super::super::gather::Gathered;
use super::super::kinds::address;
use super::super::names::Meaning;
use super::super::tokens::{Sum, Token, with_tokens};
use super::super::words::{self, Parts};
use super::{LED, LONE};

#[derive(Default)]
struct Seen<'a> {
    source: Option<&'a str>,
    destination: Option<&'a str>,
    lone: Option<&'a str>,
    /// True when two different addresses stood there and no word told them apart.
    is_many: bool,
    /// The source stood before the account.
    is_source_first: bool,
    /// So did the lone address.
    is_lone_first: bool,
}

/// Takes the addresses, the `first` token that may be one and those behind it.
pub(super) fn read<'a>(
    text: &'a str,
    tokens: &[Token<'a>],
    first: usize,
    sum: Sum,
    more: u8,
    out: &mut Gathered<'a>,
) {
    let (mut plain, mut quoted) = (Seen::default(), Seen::default());
    let account = account(tokens, sum);
    let mut previous: Option<(usize, &'a str)> = None;
    for (index, token) in tokens.iter().enumerate().skip(first) {
        if token.is_value || token.text.len() > 72 || !token.may_be_address() {
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
            // `TCP A -> B`.
            let word = at.checked_sub(1).and_then(|before| tokens.get(before)).map_or("", |token| token.text);
            if ["tcp", "udp", "icmp"].iter().any(|name| name.eq_ignore_ascii_case(word)) {
                out.put(Meaning::Protocol, LED.saturating_add(more), word);
            }
            return;
        }
        previous = Some((index, found));
        let seen = if token.is_quoted { &mut quoted } else { &mut plain };
        place(tokens, index, found, index < account, seen);
    }
    let seen = if plain.source.is_some() || plain.lone.is_some() || plain.destination.is_some() {
        plain
    } else {
        quoted
    };
    if let Some(source) = seen.source {
        // Which of them an account's name made up nobody can tell.
        if seen.is_lone_first && !seen.is_source_first && seen.lone != seen.source {
            return;
        }
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
    if sum.parts.is_any(words::PORT) {
        port(tokens, more, out);
    }
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

/// Where the word stands that leads to an account, behind which its name may say anything.
fn account(tokens: &[Token<'_>], sum: Sum) -> usize {
    let leads = words::USER.and(words::FOR);
    let at = || tokens.iter().position(|token| !token.is_quoted && token.parts.is_any(leads));
    if sum.parts.is_any(leads) { at().unwrap_or(usize::MAX) } else { usize::MAX }
}

/// By the words before it: source, destination, or neither.
fn place<'a>(tokens: &[Token<'a>], index: usize, found: &'a str, is_first: bool, seen: &mut Seen<'a>) {
    let token = tokens.get(index);
    let is_bracketed = token.is_some_and(|token| matches!(token.before, b'(' | b'[' | b'<'));
    let mut back = 1;
    // A name may stand before an address in brackets: `from host [address]`.
    let most = if is_bracketed { 4 } else { 3 };
    while back <= most {
        let before = index.checked_sub(back).and_then(|at| tokens.get(at));
        let before = before.map_or(Parts::NONE, |token| token.parts);
        if before.is_any(words::VERSION) && back == 1 {
            return;
        }
        if before.is_any(words::SOURCE) {
            if is_first || !seen.is_source_first {
                seen.source = Some(found);
                seen.is_source_first |= is_first;
            }
            return;
        }
        if before.is_any(words::DESTINATION) {
            seen.destination = Some(found);
            return;
        }
        if !(before.is_any(words::ADDRESS_FILLER) || is_bracketed && back == 1) {
            break;
        }
        back += 1;
    }
    match seen.lone {
        None => {
            seen.lone = Some(found);
            seen.is_lone_first = is_first;
        }
        Some(known) if address(known).map(|(ip, _)| ip) != address(found).map(|(ip, _)| ip) => {
            seen.is_many = true
        }
        Some(_) => {}
    }
}

/// `port 22` behind an address that has a column.
fn port<'a>(tokens: &[Token<'a>], more: u8, out: &mut Gathered<'a>) {
    for (index, _) in tokens.iter().enumerate().filter(|(_, token)| token.parts.is_any(words::PORT)) {
        let before = index.checked_sub(1).and_then(|at| tokens.get(at)).filter(|before| !before.is_value);
        let column = before.and_then(|before| address(before.text)).and_then(|(ip, _)| out.port_of(ip));
        if let Some(column) = column.filter(|column| !out.has(*column))
            && let Some(next) = tokens.get(index + 1).filter(|next| !next.is_quoted)
        {
            out.put(Meaning::Is(column), LED.saturating_add(more), next.text);
        }
    }
}

/// Addresses and ports side by side in one value (`time,192.0.2.1,198.51.100.2,4711,80,…`).
pub(in crate::generic) fn tuple<'a>(value: &'a str, out: &mut Gathered<'a>) {
    if !out.has(C::SourceIp) && !out.has(C::DestinationIp) {
        with_tokens(value, 0, |tokens, _| side_by_side(tokens, 0, out));
    }
}
