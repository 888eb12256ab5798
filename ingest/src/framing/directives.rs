//! Header lines in force: `#Fields:` and its kin of the W3C Extended Log File Format
//! (<https://www.w3.org/TR/WD-logfile>) and of Zeek's tab-separated logs.
//!
//! Promises: holds at most one line for each known name. Must not know: what the fields mean.

use std::sync::Arc;

/// `#Name: value`, with the names IIS, Exchange and the Windows firewall write.
const W3C_NAMES: &[&str] = &[
    "Software",
    "Version",
    "Date",
    "Fields",
    "Start-Date",
    "End-Date",
    "Remark",
    "System",
    "Log-Type",
    "Time Format",
];
/// `#name<separator>value`.
const ZEEK_NAMES: &[&str] =
    &["separator", "set_separator", "empty_field", "unset_field", "path", "open", "close", "fields", "types"];

/// The directive a line states, if it is one.
pub(crate) fn name(line: &[u8]) -> Option<&'static str> {
    let rest = line.strip_prefix(b"#")?;
    let behind = |name: &str| rest.split_at_checked(name.len());
    let w3c = W3C_NAMES.iter().find(|name| {
        behind(name).is_some_and(|(word, after)| {
            word.eq_ignore_ascii_case(name.as_bytes()) && after.first() == Some(&b':')
        })
    });
    let zeek = || {
        ZEEK_NAMES.iter().find(|name| {
            behind(name).is_some_and(|(word, after)| {
                word == name.as_bytes() && matches!(after.first(), None | Some(b'\t' | b' '))
            })
        })
    };
    w3c.or_else(zeek).copied()
}

/// Directives of one stream, the latest of each name, in order of first appearance.
#[derive(Debug, Default)]
pub(crate) struct Directives {
    lines: Vec<(&'static str, Box<str>)>,
    joined: Option<Arc<str>>,
}

impl Directives {
    /// Whether this line would change what is in force.
    pub(crate) fn changes(&self, name: &'static str, line: &str) -> bool {
        !self.lines.iter().any(|(known, text)| *known == name && &**text == line)
    }

    /// Puts a line in force.
    pub(crate) fn apply(&mut self, name: &'static str, line: &str) {
        match self.lines.iter_mut().find(|(known, _)| *known == name) {
            Some((_, text)) => *text = line.into(),
            None => self.lines.push((name, line.into())),
        }
        self.joined = None;
    }

    /// All lines in force, newline separated.
    pub(crate) fn in_force(&mut self) -> Option<Arc<str>> {
        if self.joined.is_none() && !self.lines.is_empty() {
            let lines: Vec<&str> = self.lines.iter().map(|(_, text)| &**text).collect();
            self.joined = Some(lines.join("\n").into());
        }
        self.joined.clone()
    }
}
