//! Members that hold what a client sent: headers, cookies, parameters, bodies. Their names are the client's to choose.
//!
//! Promises: of headers those count that tell of the request; an address in one counts less than any other. Must not
//! know: products.

use schema::Column;

use super::super::gather::Gathered;
use super::super::names::{self, Meaning};
use crate::json::{Kind, Member};

/// What of a request members belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sent {
    /// They are the program's own.
    Nothing,
    /// Headers.
    Headers,
    /// Anything else.
    Input,
}

/// Names of what a client sent, wherever they stand.
const INPUT: &[&str] = &["cookie", "cookies", "params", "args", "form", "post"];
/// Names that mean so only within a request.
const INPUT_OF_REQUEST: &[&str] = &["parameters", "query", "input", "body", "data", "payload"];
/// An address that a proxy, or the client itself, put into a header.
const FORWARDED: &[&str] =
    &["x-forwarded-for", "x_forwarded_for", "x-real-ip", "x_real_ip", "true-client-ip", "cf-connecting-ip"];
/// Rank of such an address.
const LATE: u8 = 7 * 16;

impl Sent {
    /// What an object or array of that name holds, inside of those `around`.
    pub(super) fn of(key: &str, around: &str) -> Sent {
        if !(4..=24).contains(&key.len()) {
            return Sent::Nothing;
        }
        let ends = |end: &str| {
            key.len()
                .checked_sub(end.len())
                .and_then(|at| key.get(at..))
                .is_some_and(|it| it.eq_ignore_ascii_case(end))
        };
        if ends("headers") || ends("header") {
            Sent::Headers
        } else if is_one(key, INPUT) || is_one(key, INPUT_OF_REQUEST) && is_request(around) {
            Sent::Input
        } else {
            Sent::Nothing
        }
    }
}

fn is_one(key: &str, names: &[&str]) -> bool {
    names.iter().any(|name| name.eq_ignore_ascii_case(key))
}

/// True for a path that names a request.
fn is_request(path: &str) -> bool {
    path.split('.').any(|key| {
        let tail = key.len().checked_sub(7).and_then(|at| key.get(at..)).unwrap_or(key);
        tail.eq_ignore_ascii_case("request") || is_one(key, &["req", "http"])
    })
}

/// True for an object at the top that may be a request's body, or an event's.
pub(super) fn is_body(member: Member<'_>) -> bool {
    member.key().len() == 4 && member.kind() == Kind::Object && is_one(member.key(), &["body", "data"])
}

/// Takes a header by the last part of its path.
pub(super) fn header<'a>(path: &str, value: &'a str, out: &mut Gathered<'a>) {
    let name = path.rsplit('.').next().unwrap_or_default();
    if is_one(name, FORWARDED) {
        out.put(Meaning::Source, LATE, value);
        return;
    }
    match names::meaning(name) {
        Some((meaning @ Meaning::Is(Column::UserAgentOriginal | Column::HttpRequestReferrer), rank)) => {
            out.put(meaning, rank, value);
        }
        Some((Meaning::Host | Meaning::Is(Column::UrlDomain), rank)) => {
            out.put(Meaning::Is(Column::UrlDomain), rank, value);
        }
        _ => {}
    }
}
