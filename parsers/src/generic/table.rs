//! Rows of a table whose first line names the columns (CSV and its kin).
//!
//! Promises: linear; a row counts only when it has as many cells as the header. Must not know: products.

use schema::EventBuilder;

use super::gather::Gathered;
use super::names;

/// Fewest columns of a table.
const COLUMNS_MIN: usize = 3;

/// Takes the cells of a row; false when the text is no row of the table that the header opens.
pub(super) fn read<'a>(
    header: &str,
    text: &'a str,
    out: &mut Gathered<'a>,
    event: &mut EventBuilder<'_>,
) -> bool {
    if header == text {
        return false;
    }
    let Some(separator) = separator(header) else { return false };
    if Cells::of(header, separator).count() != Cells::of(text, separator).count() {
        return false;
    }
    for (name, cell) in Cells::of(header, separator).zip(Cells::of(text, separator)) {
        let cell = cell.trim();
        if !cell.is_empty() {
            if !out.put_named(name, cell, 0) && out.wants_moment() && names::may_be_moment(name) {
                out.put_moment(cell);
            }
            event.field(name, cell);
        }
    }
    true
}

/// What parts the names of a header; none when it is no header: every cell a name, two of them known.
fn separator(header: &str) -> Option<u8> {
    let separator = [b'\t', b';', b'|', b',']
        .into_iter()
        .find(|sign| memchr::memchr(*sign, header.as_bytes()).is_some())?;
    let (mut all, mut known) = (0, 0);
    for name in Cells::of(header, separator) {
        let is_name = name.len() <= 48
            && name
                .bytes()
                .next()
                .is_some_and(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'@' | b'_'))
            && name.bytes().all(|byte| {
                byte.is_ascii_alphanumeric()
                    || matches!(byte, b' ' | b'_' | b'-' | b'.' | b'(' | b')' | b'/' | b'@')
                    || byte >= 0x80
            });
        if !is_name {
            return None;
        }
        all += 1;
        known += usize::from(names::meaning(name).is_some());
    }
    (all >= COLUMNS_MIN && known >= 2).then_some(separator)
}

/// Cells of a row, quotes taken.
struct Cells<'a> {
    rest: Option<&'a str>,
    separator: u8,
}

impl<'a> Cells<'a> {
    fn of(row: &'a str, separator: u8) -> Cells<'a> {
        Cells { rest: Some(row), separator }
    }
}

impl<'a> Iterator for Cells<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let rest = self.rest?;
        if let Some(inner) = rest.strip_prefix('"')
            && let Some(end) = closing(inner)
        {
            let after = inner.get(end + 1..).unwrap_or_default();
            self.rest = after.get(1..).filter(|_| after.as_bytes().first() == Some(&self.separator));
            return inner.get(..end);
        }
        let end = memchr::memchr(self.separator, rest.as_bytes());
        self.rest = end.and_then(|at| rest.get(at + 1..));
        Some(end.and_then(|at| rest.get(..at)).unwrap_or(rest).trim())
    }
}

/// Where a quoted cell closes; two quotes stand for one.
fn closing(inner: &str) -> Option<usize> {
    let bytes = inner.as_bytes();
    let mut from = 0;
    loop {
        let at = from + memchr::memchr(b'"', bytes.get(from..)?)?;
        if bytes.get(at + 1) != Some(&b'"') {
            return Some(at);
        }
        from = at + 2;
    }
}
