//! From a batch of frames to batches of events, one for each format that occurs in it.
//!
//! Promises: every frame becomes exactly one event, whatever its bytes; the batches of one call hold
//! rows in order of frames. Must not know: where frames come from.

use arrow::error::ArrowError;
use schema::{Action, Column, EventBatch, EventBuilder, Flaw, FrameBatch};

use crate::envelopes::Envelope;
use crate::format::Payload;
use crate::formats::ALL;
use crate::json::Scratch;
use crate::registry::{self, FormatIndex, PLAIN};
use crate::time::{Clock, Guess, Zone};
use crate::{PARSER_VERSION, generic};

/// How the frames of a source are read.
#[derive(Debug, Clone)]
pub struct ParseSettings {
    /// Name of the one format to read with; none lets each payload decide.
    pub format: Option<String>,
    /// The source's zone, for stamps without one.
    pub zone: Zone,
}

/// Why a batch could not be parsed: never its bytes.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ParseError {
    /// The settings name a format that does not exist.
    #[error("unknown format `{0}`")]
    UnknownFormat(String),
    /// The columns do not fit the table.
    #[error("building the event batch")]
    Arrow(#[from] ArrowError),
    /// A frame batch whose text is not UTF-8: its maker broke its promise.
    #[error("the text of a frame batch is not valid UTF-8")]
    NotUtf8(#[from] simdutf8::basic::Utf8Error),
}

/// Reads batches of frames by the same settings. Shared by all threads.
#[derive(Debug, Clone)]
pub struct Parser {
    pinned: Option<FormatIndex>,
    zone: Zone,
}

impl Parser {
    /// A parser of those settings.
    pub fn new(settings: ParseSettings) -> Result<Parser, ParseError> {
        let pinned = match settings.format {
            None => None,
            Some(name) => Some(registry::index_of(&name).ok_or(ParseError::UnknownFormat(name))?),
        };
        Ok(Parser { pinned, zone: settings.zone })
    }

    /// The events of a batch, one batch for each format in it, rows in order of frames.
    pub fn parse(&self, frames: &FrameBatch) -> Result<Vec<EventBatch>, ParseError> {
        let text = simdutf8::basic::from_utf8(frames.text())?;
        let clock = Clock { zone: self.zone.clone(), received_us: frames.received_us };
        let mut run = Run {
            frames,
            text,
            clock,
            pinned: self.pinned,
            scratch: Scratch::default(),
            // The last one is for what no format knows.
            builders: (0..=ALL.len()).map(|_| None).collect(),
        };
        let mut flaws = frames.flaws().iter().peekable();
        for (index, frame) in frames.frames().iter().enumerate() {
            let flaw = flaws.next_if(|(at, _)| *at as usize == index).map(|(_, flaw)| *flaw);
            let line = text.get(frame.start as usize..frame.end as usize).unwrap_or_default();
            run.frame(line, frame.seq, flaw);
        }
        let mut batches = Vec::new();
        for (index, builder) in run.builders.into_iter().enumerate() {
            if let Some(builder) = builder {
                let format = ALL.get(index).map_or(PLAIN, |format| format.name);
                batches.push(builder.finish(frames, format, PARSER_VERSION)?);
            }
        }
        Ok(batches)
    }
}

struct Run<'t> {
    frames: &'t FrameBatch,
    text: &'t str,
    clock: Clock,
    pinned: Option<FormatIndex>,
    scratch: Scratch,
    builders: Vec<Option<EventBuilder<'t>>>,
}

impl<'t> Run<'t> {
    fn frame(&mut self, line: &'t str, seq: u64, flaw: Option<Flaw>) {
        let envelope = Envelope::read(line);
        let text = envelope.payload;
        let json = if text.trim_ascii_start().starts_with('{') { self.scratch.read(text) } else { None };
        let payload = Payload {
            text,
            program: envelope.program,
            qualifier: envelope.qualifier,
            structured_data: envelope.structured_data,
            is_stamped: envelope.when.is_some(),
            json: json.as_ref(),
            directives: self.frames.context.directives.as_deref(),
            first_line: self.frames.context.first_line.as_deref(),
            clock: &self.clock,
        };
        let format = self.pinned.or_else(|| registry::recognise(&payload));
        let index = format.unwrap_or(ALL.len());
        let Some(slot) = self.builders.get_mut(index) else { return };
        let event = slot.get_or_insert_with(|| EventBuilder::new(self.text));

        event.int(Column::Seq, i64::try_from(seq).unwrap_or(i64::MAX));
        event.int(Column::Sub, 0);
        event.int(Column::EventCount, 1);
        event.ingested_us(self.frames.received_us);
        event.text(Column::Message, text);
        let is_time_real = envelope.write(&self.clock, event);
        let mut error = (!is_time_real).then_some("the envelope's time does not exist");
        match format.and_then(|index| ALL.get(index)) {
            Some(format) => {
                let mark = event.mark();
                if let Err(unreadable) = (format.parse)(&payload, event) {
                    event.roll_back(mark);
                    error = Some(unreadable.0);
                }
            }
            None => generic::read(&payload, event),
        }
        match flaw {
            Some(Flaw::Truncated) => error = Some("line longer than the limit, the rest was cut"),
            Some(Flaw::Recoded) => event.field("recoded", "windows-1252"),
            None => {}
        }
        if let Some(error) = error {
            event.text(Column::ParseError, error);
        }
        if !event.is_set(Column::Timestamp) {
            event.timestamp_us(self.frames.received_us);
            event.text(Column::TimeGuess, Guess::Missing.name());
        }
        if !event.is_set(Column::Class) {
            event.action(Action::ApplicationEvent);
        }
        event.finish_event();
    }
}
