//! Requests in a sentence, and what answered them.
//!
//! Promises: linear; a status counts only behind its request, or between bars. Must not know: products.

use schema::Column as C;

use super::super::gather::Gathered;
use super::super::kinds::is_method;
use super::super::names::Meaning;
use super::super::signs;
use super::super::tokens::Token;
use super::LED;

/// `"GET /path HTTP/1.1" 404 1234 "referrer" "agent"`, or the same without quotes.
pub(super) fn read<'a>(text: &'a str, tokens: &[Token<'a>], more: u8, out: &mut Gathered<'a>) {
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
        } else if !token.signs.is_any(signs::SMALL.and(signs::DIGIT))
            && token.text.bytes().all(|byte| byte.is_ascii_uppercase())
            && is_method(token.text)
            && let Some(next) = tokens.get(index + 1)
            && !next.is_value
            && (next.text.starts_with('/') || next.text.contains("://"))
        {
            out.put(Meaning::Is(C::HttpRequestMethod), LED.saturating_add(more), token.text);
            let target = target(text, next.start);
            out.url(LED.saturating_add(more), target);
            let end = next.start + target.len();
            let behind =
                tokens.iter().skip(index + 2).take_while(|token| token.start < end).count() + index + 2;
            let version = usize::from(tokens.get(behind).is_some_and(|next| next.text.starts_with("HTTP/")));
            answer(tokens, behind + version, more, out);
            barred_status(tokens, more, out);
            return;
        }
    }
}

/// What is asked for, up to a blank, a quote or a bracket: a query holds signs that part words.
fn target(text: &str, start: usize) -> &str {
    let rest = text.get(start..).unwrap_or_default();
    let ends =
        |sign: char| sign.is_whitespace() || matches!(sign, '"' | '\'' | '<' | '>' | ']' | ')' | '}' | '|');
    rest.split(ends).next().unwrap_or(rest).trim_end_matches([',', ';', ':', '.', '!'])
}

pub(super) fn is_request(text: &str) -> bool {
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
