//! Fields of a record and their values: bare, in double quotes, or in hexadecimal.
//!
//! Promises: linear; a text that is no hexadecimal stays as it is. Must not know: which fields there are.

use std::cell::RefCell;

use schema::{Column, EventBuilder};

use crate::key_value::{Pairs, pairs};

/// What auditd puts between a record and the names it looked up for its numbers.
const ENRICHMENT: char = '\u{1d}';

/// A field's value and whether it stood in quotes: only a bare one may be hexadecimal.
#[derive(Debug, Clone, Copy)]
pub(super) struct Value<'a> {
    pub(super) text: &'a str,
    is_quoted: bool,
}

/// The fields of a record; those of a user-space message stand in its `msg='…'`.
pub(super) fn fields(text: &str) -> (Pairs<'_>, Pairs<'_>) {
    let kernel = text.split(ENRICHMENT).next().unwrap_or(text);
    match kernel.split_once("msg='") {
        Some((head, inner)) => {
            let inner = inner.rsplit_once('\'').map_or(inner, |(inner, _)| inner);
            (pairs(head, b' '), pairs(inner, b' '))
        }
        None => (pairs(kernel, b' '), pairs("", b' ')),
    }
}

/// The first field of that name, the message's own before the record's; none when `?` or `(null)` stands for nothing.
pub(super) fn get<'a>(text: &'a str, name: &str) -> Option<Value<'a>> {
    let (mut outer, mut inner) = fields(text);
    let found = inner.find(|(key, _)| *key == name).or_else(|| outer.find(|(key, _)| *key == name));
    let (_, value) = found?;
    let before = value.as_ptr().addr().wrapping_sub(text.as_ptr().addr());
    let is_quoted = before > 0 && text.as_bytes().get(before - 1) == Some(&b'"');
    (!matches!(value, "?" | "(null)" | "(none)" | "")).then_some(Value { text: value, is_quoted })
}

/// The text of a field that is no free text.
pub(super) fn plain<'a>(text: &'a str, name: &str) -> &'a str {
    get(text, name).map_or("", |value| value.text)
}

thread_local! {
    /// Where values are undone and arguments joined, kept from record to record.
    static BUFFER: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Sets a text column from a value, its hexadecimal undone.
pub(super) fn set(column: Column, value: Value<'_>, event: &mut EventBuilder<'_>) {
    BUFFER.with_borrow_mut(|buffer| {
        buffer.clear();
        push(value, buffer);
        event.text_if_said(column, buffer);
    });
}

/// Sets the command line from `a0=… a1=…`; an argument too long for one field comes as `a1[0]=… a1[1]=…`.
/// False when there is none.
pub(super) fn set_arguments(text: &str, event: &mut EventBuilder<'_>) -> bool {
    BUFFER.with_borrow_mut(|buffer| {
        buffer.clear();
        let mut last = "";
        let kernel = text.split(ENRICHMENT).next().unwrap_or(text);
        for (key, value) in pairs(kernel, b' ') {
            let Some(number) = key.strip_prefix('a') else { continue };
            let (number, part) = number.split_once('[').unwrap_or((number, ""));
            if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) || key.ends_with("_len")
            {
                continue;
            }
            if !buffer.is_empty() && (part.is_empty() || number != last) {
                buffer.push(' ');
            }
            last = number;
            let before = value.as_ptr().addr().wrapping_sub(kernel.as_ptr().addr());
            let is_quoted = before > 0 && kernel.as_bytes().get(before - 1) == Some(&b'"');
            push(Value { text: value, is_quoted }, buffer);
        }
        event.text_if_said(Column::ProcessCommandLine, buffer);
        !buffer.is_empty()
    })
}

/// Appends a value; bytes that are no UTF-8 become U+FFFD, the NUL between arguments a blank.
fn push(value: Value<'_>, buffer: &mut String) {
    let is_hexadecimal = !value.is_quoted
        && value.text.len() >= 2
        && value.text.len().is_multiple_of(2)
        && value.text.bytes().all(|byte| byte.is_ascii_digit() || (b'A'..=b'F').contains(&byte));
    if !is_hexadecimal {
        buffer.push_str(value.text);
        return;
    }
    let nibble = |byte: u8| if byte.is_ascii_digit() { byte - b'0' } else { byte - b'A' + 10 };
    let mut bytes = Vec::with_capacity(value.text.len() / 2);
    let (pairs, _) = value.text.as_bytes().as_chunks::<2>();
    for [high, low] in pairs {
        bytes.push(nibble(*high) * 16 + nibble(*low));
    }
    let end = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    for chunk in bytes.get(..end).unwrap_or_default().utf8_chunks() {
        buffer.extend(chunk.valid().chars().map(|c| if c == '\0' { ' ' } else { c }));
        if !chunk.invalid().is_empty() {
            buffer.push(char::REPLACEMENT_CHARACTER);
        }
    }
}
