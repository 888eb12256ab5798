//! What `status --watch` shows: the books of every source as lines of a given width.
//!
//! Promises: received = stored + refused + dropped + under way stands side by side; a book that does not close is marked and
//! comes first; what does not fit is counted, never left out in silence. Must not know: terminals.

use super::{ending, reasons, source_closes, troubles};
use crate::moment;
use crate::output::timestamp::rfc3339;
use crate::service::status::{SourceStatus, Status};
use crate::terminal::printable;

/// Reasons for which a frame was lost without anybody's being told.
const DROPPED: [&str; 2] = ["kernel", "no_room"];
/// Lines above the table.
const HEAD_LINES: usize = 3;
/// Lines below it.
const NOTES_MAX: usize = 6;

const HEADINGS: [&str; 12] = [
    "",
    "source",
    "received",
    "stored",
    "refused",
    "dropped",
    "under way",
    "per s",
    "lag",
    "seen",
    "errors",
    "conn",
];
/// Columns of text; numbers stand at the right.
const IS_TEXT: [bool; 12] =
    [true, true, false, false, false, false, false, false, false, false, false, false];

/// How a line is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// As it should be.
    Plain,
    /// Names of columns.
    Heading,
    /// Something grows that should not.
    Warning,
    /// Something does not add up.
    Alarm,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// No longer than the width, no control characters.
    pub text: String,
    /// How it is meant.
    pub tone: Tone,
}

/// The picture of now; rates are since the one before.
pub fn draw(now: &Status, before: Option<&Status>, columns: usize, rows: usize) -> Vec<Line> {
    let mut sources: Vec<&SourceStatus> = now.sources.iter().collect();
    sources.sort_by_key(|source| source_closes(source));
    let notes = bounded(notes(now, &sources), NOTES_MAX, "more to look at");
    // Headings, and an empty line above the notes.
    let room = rows.saturating_sub(HEAD_LINES + 2 + notes.len()).max(2);
    let table = table(now, before, &sources);
    let mut lines: Vec<(Tone, String)> = head(now).into_iter().map(|text| (Tone::Plain, text)).collect();
    lines.extend(bounded(table, room + 1, "more sources"));
    lines.push((Tone::Plain, String::new()));
    lines.extend(notes);
    let cut = |(tone, text): (Tone, String)| Line {
        text: printable(&text, false).chars().take(columns).collect::<String>().trim_end().to_owned(),
        tone,
    };
    lines.into_iter().take(rows).map(cut).collect()
}

/// No more than `lines_max` lines, the last of which says how many are left out.
fn bounded(mut lines: Vec<(Tone, String)>, lines_max: usize, what: &str) -> Vec<(Tone, String)> {
    if lines.len() > lines_max {
        let left_out = lines.len() - (lines_max - 1);
        lines.truncate(lines_max - 1);
        lines.push((Tone::Plain, format!("... {left_out} {what}")));
    }
    lines
}

fn head(now: &Status) -> [String; HEAD_LINES] {
    let (journal, work) = (&now.journal, &now.work);
    let far = [
        format!("journal: {} durable, {} MiB", journal.durable_upto, journal.used_bytes >> 20),
        format!("behind: {}", work.behind),
    ];
    [
        format!("{}  up {}  q ends", rfc3339(now.now_us), moment::length(now.now_us - now.started_us)),
        far.into_iter().chain(ending(now)).collect::<Vec<_>>().join("; "),
        String::new(),
    ]
}

/// Headings and a row a source.
fn table(now: &Status, before: Option<&Status>, sources: &[&SourceStatus]) -> Vec<(Tone, String)> {
    let mut rows = vec![(Tone::Heading, HEADINGS.map(str::to_owned))];
    for source in sources {
        let earlier = before.and_then(|before| {
            let earlier = before.sources.iter().find(|earlier| earlier.source == source.source)?;
            Some((earlier, now.now_us - before.now_us))
        });
        rows.push((tone(source, earlier.map(|(earlier, _)| earlier)), cells(now, source, earlier)));
    }
    let width = |column: usize| {
        let lengths = rows.iter().filter_map(|(_, cells)| cells.get(column)).map(|cell| cell.chars().count());
        lengths.max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..HEADINGS.len()).map(width).collect();
    let joined = |cells: [String; HEADINGS.len()]| {
        let padded =
            cells.iter().zip(widths.iter().copied()).zip(IS_TEXT).map(
                |((cell, width), is_text)| match is_text {
                    true => format!("{cell:<width$}"),
                    false => format!("{cell:>width$}"),
                },
            );
        padded.collect::<Vec<_>>().join("  ")
    };
    rows.into_iter().map(|(tone, cells)| (tone, joined(cells))).collect()
}

fn tone(source: &SourceStatus, earlier: Option<&SourceStatus>) -> Tone {
    let grows =
        |count: fn(&SourceStatus) -> u64| earlier.is_some_and(|earlier| count(source) > count(earlier));
    if !source_closes(source) {
        Tone::Alarm
    } else if grows(|source| source.refused.values().sum()) || grows(|source| source.parse_errors) {
        Tone::Warning
    } else {
        Tone::Plain
    }
}

fn cells(
    now: &Status,
    source: &SourceStatus,
    earlier: Option<(&SourceStatus, i64)>,
) -> [String; HEADINGS.len()] {
    let dropped: u64 = DROPPED.iter().filter_map(|reason| source.refused.get(*reason)).sum();
    let refused = source.refused.values().sum::<u64>() - dropped;
    let per_second = earlier.filter(|(_, elapsed_us)| *elapsed_us > 0).map(|(earlier, elapsed_us)| {
        let frames = source.received.saturating_sub(earlier.received);
        (frames as f64 * 1e6 / elapsed_us as f64).round().to_string()
    });
    let seen = match source.last_received_us {
        0 => "never".to_owned(),
        seen_us => moment::length(now.now_us - seen_us),
    };
    [
        if source_closes(source) { "" } else { "!" }.to_owned(),
        source.source.clone(),
        source.received.to_string(),
        source.stored.to_string(),
        refused.to_string(),
        dropped.to_string(),
        source.under_way.to_string(),
        per_second.unwrap_or_default(),
        format!("{} ms", source.lag_us / 1_000),
        seen,
        source.parse_errors.to_string(),
        source.connections.to_string(),
    ]
}

/// What to look at, the gravest first.
fn notes(now: &Status, sources: &[&SourceStatus]) -> Vec<(Tone, String)> {
    let open = sources
        .iter()
        .filter(|source| !source_closes(source))
        .map(|source| (Tone::Alarm, format!("{}: the book does not close", source.source)));
    let troubles = troubles(now).into_iter().map(|text| (Tone::Warning, text));
    let refusals = sources.iter().filter(|source| !source.refused.is_empty());
    let refusals =
        refusals.map(|source| (Tone::Plain, format!("{}: refused {}", source.source, reasons(source))));
    let errors = sources.iter().filter_map(|source| {
        let sample = source.parse_error_samples.last()?;
        Some((Tone::Plain, format!("{}: {sample}", source.source)))
    });
    open.chain(troubles).chain(refusals).chain(errors).collect()
}

#[cfg(test)]
mod tests;
