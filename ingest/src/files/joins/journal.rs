//! systemd's journal export format: one `KEY=value` a line, an entry opens with its cursor and ends at a blank line.
//! Source: systemd, Journal Export Formats.

/// Whether a line opens an entry.
pub(super) fn opens(line: &[u8]) -> bool {
    line.starts_with(b"__CURSOR=")
}

/// Whether a line belongs to the entry before it.
pub(super) fn continues(line: &[u8]) -> bool {
    !line.is_empty() && !opens(line)
}
