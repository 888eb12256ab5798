//! Ordinary life, planted stories and oddities become one flow of lines in order of time.
//!
//! Promises: same seed and options, same lines; a bounded number of slices in memory; slices are
//! made on all cores and given out in order. Must not know: what the lines are written to.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use crate::background::{self, Slice};
use crate::calendar::Day;
use crate::clock::{MINUTE_MS, SECOND_MS};
use crate::labels::{self, OddityLabel};
use crate::lines::{FileId, Lines, SortedLines, Tag};
use crate::plan;
use crate::town::Town;

/// Longest slice at scale 1; shorter at larger scales, so that memory does not grow with them.
const SLICE_MS_MAX: i64 = 3 * MINUTE_MS;
/// Slices in memory at a time.
const SLICES_AT_ONCE: usize = 8;

/// One line on its way out.
pub(crate) struct Out<'a> {
    pub(crate) file: FileId,
    pub(crate) tag: Tag,
    pub(crate) at_ms: i64,
    pub(crate) text: &'a [u8],
}

/// Where lines go.
pub(crate) trait Sink {
    /// What can go wrong.
    type Error;
    /// Takes the next line.
    fn take(&mut self, line: &Out<'_>) -> Result<(), Self::Error>;
}

/// A line whose time has not come.
struct Due {
    file: FileId,
    tag: Tag,
    text: Box<[u8]>,
}

/// Lines that are known before their time: stories, oddities, ends of sessions.
#[derive(Default)]
struct Pending {
    /// By instant, then in the order they became known.
    lines: BTreeMap<(i64, u64), Due>,
    added: u64,
}

impl Pending {
    fn add(&mut self, at_ms: i64, file: FileId, tag: Tag, text: &[u8]) {
        self.added += 1;
        self.lines.insert((at_ms, self.added), Due { file, tag, text: text.into() });
    }

    fn add_all(&mut self, lines: Lines) {
        for (entry, text) in lines.sorted().iter() {
            self.add(entry.at_ms, entry.file, entry.tag, text);
        }
    }
}

/// The flow of all lines.
pub(crate) struct Flow {
    town: Arc<Town>,
    days: Vec<Day>,
    scale: f64,
    pending: Pending,
    slices: std::vec::IntoIter<Slice>,
    next_day: usize,
    happened: Vec<OddityLabel>,
}

impl Flow {
    /// A flow over `days`; the stories' lines are given.
    pub(crate) fn new(town: Arc<Town>, days: Vec<Day>, scale: f64, stories: Vec<Lines>) -> Self {
        let mut pending = Pending::default();
        stories.into_iter().for_each(|lines| pending.add_all(lines));
        let slices: Vec<Slice> = days.iter().flat_map(|day| slices(*day, scale)).collect();
        Self { town, days, scale, pending, slices: slices.into_iter(), next_day: 0, happened: Vec::new() }
    }

    /// Gives out the next slices, and answers when they end, ms since 1970 UTC; none when there are none left.
    pub(crate) fn advance<S: Sink>(&mut self, sink: &mut S) -> Result<Option<i64>, S::Error> {
        let batch: Vec<Slice> = self.slices.by_ref().take(SLICES_AT_ONCE).collect();
        let (town, scale) = (Arc::clone(&self.town), self.scale);
        let made: Vec<SortedLines> = batch
            .par_iter()
            .map(|slice| {
                let mut lines = Lines::new(town.clock.clone(), 0);
                background::live(&town, *slice, scale, &mut lines);
                lines.sorted()
            })
            .collect();
        for (slice, lines) in batch.iter().zip(&made) {
            self.start_days(slice);
            self.give_out(slice, lines, sink)?;
        }
        Ok(batch.last().map(|slice| slice.end_ms))
    }

    /// The oddities that happened, in order of day.
    pub(crate) fn into_oddities(self) -> Vec<OddityLabel> {
        self.happened
    }

    fn start_days(&mut self, slice: &Slice) {
        while let Some(day) =
            self.days.get(self.next_day).copied().filter(|day| day.start_ms <= slice.start_ms)
        {
            self.next_day += 1;
            for (number, span, lines) in plan::oddities(&self.town, &day) {
                self.happened.push(labels::oddity(number, span));
                self.pending.add_all(lines);
            }
        }
    }

    /// Merges a slice with what is due; what it says about later is kept for then.
    fn give_out<S: Sink>(
        &mut self,
        slice: &Slice,
        lines: &SortedLines,
        sink: &mut S,
    ) -> Result<(), S::Error> {
        for (entry, text) in lines.iter() {
            if entry.at_ms >= slice.end_ms {
                self.pending.add(entry.at_ms, entry.file, entry.tag, text);
                continue;
            }
            self.give_out_pending(entry.at_ms, sink)?;
            sink.take(&Out { file: entry.file, tag: entry.tag, at_ms: entry.at_ms, text })?;
        }
        self.give_out_pending(slice.end_ms, sink)
    }

    /// Gives out what is due before an instant.
    fn give_out_pending<S: Sink>(&mut self, before_ms: i64, sink: &mut S) -> Result<(), S::Error> {
        while let Some(first) = self.pending.lines.first_entry() {
            let at_ms = first.key().0;
            if at_ms >= before_ms {
                break;
            }
            let Due { file, tag, text } = first.remove();
            sink.take(&Out { file, tag, at_ms, text: &text })?;
        }
        Ok(())
    }
}

#[expect(clippy::cast_possible_truncation, reason = "clamped to some minutes")]
fn slices(day: Day, scale: f64) -> Vec<Slice> {
    let wanted_ms = (180_000.0 / scale.max(1.0)) as i64;
    let length_ms = wanted_ms.clamp(SECOND_MS, SLICE_MS_MAX);
    let mut slices = Vec::new();
    let mut start_ms = day.start_ms;
    while start_ms < day.end_ms {
        let end_ms = (start_ms + length_ms).min(day.end_ms);
        slices.push(Slice { day, start_ms, end_ms });
        start_ms = end_ms;
    }
    slices
}
