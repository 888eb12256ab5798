//! Events on their way into batches: for each format one that is open, and those that were closed.
//!
//! Promises: batches of a format and their rows in order of frames; memory linear in what the events say, also when
//! each of them has other fields. Must not know: payloads.

use schema::{EventBatch, EventBuilder, FrameBatch};

use crate::formats::ALL;
use crate::{PARSER_VERSION, ParseError};

/// Batches under construction, by the place of their format in [`ALL`]; the place behind it is for what no format
/// knows, or a mapping file reads.
pub(crate) struct Batches<'t> {
    received: &'t str,
    open: Vec<Option<Box<EventBuilder<'t>>>>,
    closed: Vec<(usize, Box<EventBuilder<'t>>)>,
}

impl<'t> Batches<'t> {
    /// No event yet; their texts mostly lie in `received`.
    pub(crate) fn new(received: &'t str) -> Batches<'t> {
        Batches { received, open: (0..=ALL.len()).map(|_| None).collect(), closed: Vec::new() }
    }

    /// The batch to write the next event of that place to; none when there is no such place.
    #[inline]
    pub(crate) fn open(&mut self, place: usize) -> Option<&mut EventBuilder<'t>> {
        let slot = self.open.get_mut(place)?;
        if slot.as_ref().is_some_and(|batch| batch.is_sparse()) {
            self.closed.extend(slot.take().map(|full| (place, full)));
        }
        let received = self.received;
        Some(slot.get_or_insert_with(|| Box::new(EventBuilder::new(received))))
    }

    /// All batches. `other` is the format behind the last of [`ALL`].
    pub(crate) fn finish(self, frames: &FrameBatch, other: &str) -> Result<Vec<EventBatch>, ParseError> {
        let open = self.open.into_iter().enumerate().filter_map(|(place, batch)| Some((place, batch?)));
        let batches = self.closed.into_iter().chain(open);
        let finished = batches.map(|(place, batch)| {
            let format = ALL.get(place).map_or(other, |format| format.name);
            Ok(batch.finish(frames, format, PARSER_VERSION)?)
        });
        finished.collect()
    }
}
