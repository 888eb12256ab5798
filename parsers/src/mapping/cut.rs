//! Cutting a line into named fields.

use std::borrow::Cow;

use regex::Regex;

use crate::format::{Payload, Unreadable};
use crate::key_value;

/// How a line is cut.
#[derive(Debug)]
pub(super) enum Cut {
    /// Without names the stream's first line has them.
    Csv {
        separator: char,
        columns: Option<Vec<String>>,
    },
    Json,
    /// Pairs parted by this byte.
    KeyValue {
        separator: u8,
    },
    /// Its named groups are the fields.
    Regex(Box<Regex>),
}

impl Cut {
    /// Hands over every field, name and value.
    pub(super) fn fields<'a>(
        &self,
        payload: &Payload<'a>,
        take: &mut dyn FnMut(&str, Cow<'a, str>),
    ) -> Result<(), Unreadable> {
        match self {
            Cut::Csv { separator, columns: Some(columns) } => {
                csv(payload.text, *separator, columns.iter().map(|name| Cow::Borrowed(name.as_str())), take)
            }
            Cut::Csv { separator, columns: None } => {
                let header = payload.first_line.ok_or(Unreadable("no first line names the columns"))?;
                csv(payload.text, *separator, cells(header, *separator), take)
            }
            Cut::Json => {
                let json = payload.json.ok_or(Unreadable("expected a JSON object"))?;
                json.leaves(&mut |name, member| take(name, Cow::Borrowed(member.raw())));
                Ok(())
            }
            Cut::KeyValue { separator } => {
                for (key, value) in key_value::pairs(payload.text, *separator) {
                    take(key, Cow::Borrowed(value));
                }
                Ok(())
            }
            Cut::Regex(pattern) => {
                let groups =
                    pattern.captures(payload.text).ok_or(Unreadable("the line does not fit the pattern"))?;
                for name in pattern.capture_names().flatten() {
                    if let Some(group) = groups.name(name) {
                        take(name, Cow::Borrowed(group.as_str()));
                    }
                }
                Ok(())
            }
        }
    }
}

fn csv<'a, 'n>(
    text: &'a str,
    separator: char,
    mut names: impl Iterator<Item = Cow<'n, str>>,
    take: &mut dyn FnMut(&str, Cow<'a, str>),
) -> Result<(), Unreadable> {
    for cell in cells(text, separator) {
        let name = names.next().ok_or(Unreadable("more fields than columns"))?;
        take(name.trim(), cell);
    }
    if names.next().is_some() { Err(Unreadable("fewer fields than columns")) } else { Ok(()) }
}

/// Cells of a line as RFC 4180 quotes them; a quote that never closes takes the rest.
pub(super) fn cells(line: &str, separator: char) -> impl Iterator<Item = Cow<'_, str>> {
    let mut rest = Some(line);
    std::iter::from_fn(move || {
        let text = rest?;
        let Some(quoted) = text.strip_prefix('"') else {
            let (cell, after) =
                text.split_once(separator).map_or((text, None), |(cell, after)| (cell, Some(after)));
            rest = after;
            return Some(Cow::Borrowed(cell));
        };
        let end = closing_quote(quoted);
        let inner = quoted.get(..end).unwrap_or(quoted);
        let after = quoted.get(end + 1..).unwrap_or_default();
        rest = after.split_once(separator).map(|(_, after)| after);
        Some(if inner.contains('"') { Cow::Owned(inner.replace("\"\"", "\"")) } else { Cow::Borrowed(inner) })
    })
}

/// Where the text behind an opening quote ends; doubled quotes stay inside.
fn closing_quote(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr::memchr(b'"', rest)) {
        at += found;
        if bytes.get(at + 1) != Some(&b'"') {
            return at;
        }
        at += 2;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_may_be_quoted_and_hold_quotes_and_separators() {
        let found: Vec<_> = cells(r#"a;"b;c";"d ""e""";;"open"#, ';').collect();
        assert_eq!(found, ["a", "b;c", r#"d "e""#, "", "open"]);
        assert_eq!(cells("", ';').collect::<Vec<_>>(), [""]);
    }
}
