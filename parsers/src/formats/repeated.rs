//! `message repeated 5 times: [ TEXT]`, as rsyslog writes when a program says the same again.
//!
//! Promises: linear; any other text comes back as it was. Must not know: what the text says.

use schema::{Column, EventBuilder};

/// The text inside, with its count set as `event_count`; the text itself when it is not a repetition.
pub(super) fn unwrap<'a>(text: &'a str, event: &mut EventBuilder<'_>) -> &'a str {
    match split(text) {
        Some((count, inner)) => {
            event.int_text(Column::EventCount, count);
            inner
        }
        None => text,
    }
}

/// The text inside; the text itself when it is not a repetition.
pub(super) fn inner(text: &str) -> &str {
    split(text).map_or(text, |(_, inner)| inner)
}

fn split(text: &str) -> Option<(&str, &str)> {
    let (count, rest) = text.strip_prefix("message repeated ")?.split_once(" times: [")?;
    let is_count = (1..=9).contains(&count.len()) && count.bytes().all(|byte| byte.is_ascii_digit());
    is_count.then_some((count, rest.strip_suffix(']')?.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_repetition_is_opened() {
        assert_eq!(split("message repeated 5 times: [ a [b]]"), Some(("5", "a [b]")));
        for text in ["message repeated x times: [ a]", "message repeated 5 times: [ a", "a"] {
            assert_eq!(inner(text), text);
        }
    }
}
