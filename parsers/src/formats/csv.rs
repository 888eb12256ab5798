//! Comma separated values as devices and databases write them.
//!
//! Promises: linear; a comma or a quote inside quotes moves no column. Must not know: what a column means.
//! Source: RFC 4180.

/// One value of a row.
pub(super) struct Cell<'a> {
    /// The value without its quotes; quotes inside it stay doubled.
    pub text: &'a str,
    /// What follows its comma; none when it is the last.
    pub rest: Option<&'a str>,
    /// True when its quote never closes: the row is cut.
    pub is_open: bool,
}

/// The first value of a row. A quote closes before a comma or at the end; one that does neither belongs to the value.
pub(super) fn cell(row: &str) -> Cell<'_> {
    let Some(quoted) = row.strip_prefix('"') else {
        return match row.split_once(',') {
            Some((text, rest)) => Cell { text, rest: Some(rest), is_open: false },
            None => Cell { text: row, rest: None, is_open: false },
        };
    };
    let bytes = quoted.as_bytes();
    let mut from = 0;
    while let Some(found) = bytes.get(from..).and_then(|rest| memchr::memchr(b'"', rest)) {
        let at = from + found;
        match bytes.get(at + 1) {
            Some(b'"') => from = at + 2,
            Some(b',') | None => {
                let rest = quoted.get(at + 2..).filter(|_| at + 1 < bytes.len());
                return Cell { text: quoted.get(..at).unwrap_or_default(), rest, is_open: false };
            }
            Some(_) => from = at + 1,
        }
    }
    Cell { text: quoted, rest: None, is_open: true }
}

/// The values of a row, in order.
pub(super) fn values(row: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(row);
    std::iter::from_fn(move || {
        let cell = cell(rest?);
        rest = cell.rest;
        Some(cell.text)
    })
}

/// Gives a text with its doubled quotes made single; most texts have none and are not copied.
pub(super) fn with_single_quotes(text: &str, give: impl FnOnce(&str)) {
    if text.contains("\"\"") {
        give(&text.replace("\"\"", "\""));
    } else {
        give(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(text: &str) -> (Vec<&str>, bool) {
        let (mut cells, mut rest) = (Vec::new(), Some(text));
        let mut is_open = false;
        while let Some(text) = rest {
            let cell = cell(text);
            cells.push(cell.text);
            (rest, is_open) = (cell.rest, cell.is_open);
        }
        (cells, is_open)
    }

    #[test]
    fn quotes_hold_commas_and_quotes() {
        assert_eq!(row(r#"a,,"b,c","d""e,""",f"#), (vec!["a", "", "b,c", r#"d""e,"""#, "f"], false));
        assert_eq!(row(r#""a o"x"test",b,"#), (vec![r#"a o"x"test"#, "b", ""], false));
        assert_eq!(row(r#"a,"""#), (vec!["a", ""], false));
        assert_eq!(row(r#"a,"never closed, b"#), (vec!["a", "never closed, b"], true));
    }
}
