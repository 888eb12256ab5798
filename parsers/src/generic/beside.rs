//! What a transport says beside its line: structured data of RFC 5424, additional fields of GELF.
//!
//! Promises: linear; the program wrote it, value by value, so that it counts more than words. Must not know: the line.
//! Source: RFC 5424 §6.3 and §7; GELF 1.1.

use schema::EventBuilder;

use super::gather::Gathered;
use crate::format::Payload;
use crate::key_value::pairs;
use crate::scan;

/// Elements that speak of the sender's clock and place, not of the event, and one that its product's format reads.
const PASSED_OVER: &[&str] = &["timeQuality", "origin", "meta", "junos@2636."];

/// True when there is anything.
pub(super) fn is_there(payload: &Payload<'_>) -> bool {
    !payload.structured_data.is_empty() || payload.additional.is_some()
}

/// Takes all of it; it becomes fields too.
pub(super) fn read<'a>(payload: &Payload<'a>, out: &mut Gathered<'a>, event: &mut EventBuilder<'_>) {
    let mut rest = payload.structured_data;
    while let Some((id, params, after)) = element(rest) {
        rest = after;
        if PASSED_OVER.iter().any(|known| id.starts_with(known)) {
            continue;
        }
        for (key, value) in pairs(params, b' ').filter(|(_, value)| !value.is_empty()) {
            event.field(key, value);
            out.put_named(key, value, 0);
        }
    }
    for member in payload.additional.into_iter().flat_map(|json| json.members()) {
        if let Some((key, value)) = member.key().strip_prefix('_').zip(member.scalar()) {
            event.field(key, value);
            out.put_named(key, value, 0);
        }
    }
}

/// The id of the element a text opens with, its parameters, and what follows.
fn element(text: &str) -> Option<(&str, &str, &str)> {
    let inner = text.strip_prefix('[')?;
    let end = element_end(inner.as_bytes())?;
    let (element, rest) = inner.split_at_checked(end)?;
    let (id, params) = element.split_once(' ').unwrap_or((element, ""));
    Some((id, params, rest.get(1..)?))
}

/// Where an element ends: at the first bracket outside of quotes, of which an escaped one is none.
fn element_end(bytes: &[u8]) -> Option<usize> {
    let (mut at, mut is_quoted) = (0, false);
    loop {
        at = if is_quoted { scan::one(b'"', bytes, at) } else { scan::either(b']', b'"', bytes, at) }?;
        if bytes.get(at) == Some(&b']') {
            return Some(at);
        }
        let backslashes = bytes.get(..at)?.iter().rev().take_while(|byte| **byte == b'\\').count();
        is_quoted ^= backslashes % 2 == 0;
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn an_element_ends_where_a_pass_over_each_byte_ends_it(text in "[\\]\"\\\\a ]{0,40}") {
            let (mut is_quoted, mut is_escaped) = (false, false);
            let end = text.bytes().position(|byte| {
                let is_end = byte == b']' && !is_quoted;
                is_quoted ^= byte == b'"' && !is_escaped;
                is_escaped = byte == b'\\' && !is_escaped;
                is_end
            });
            prop_assert_eq!(element_end(text.as_bytes()), end);
        }
    }
}
