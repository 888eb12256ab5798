//! From a batch of frames to batches of events, each of one format.
//!
//! Promises: every frame becomes one event, whatever its bytes, or one for each record it lists (`sub` counts
//! them); the batches of one call hold rows in order of frames. Must not know: where frames come from.

use std::sync::Arc;

use arrow::error::ArrowError;
use schema::{Action, Column, EventBatch, EventBuilder, Flaw, Frame, FrameBatch};

use crate::batches::Batches;
use crate::envelopes::Envelope;
use crate::envelopes::carrier::Carrier;
use crate::format::{Payload, Unreadable};
use crate::formats::{self, ALL};
use crate::generic;
use crate::json::{Json, Scratch};
use crate::mapping::Mapping;
use crate::records::{self, Record, Resource};
use crate::registry::{self, FormatIndex, PLAIN};
use crate::time::{Clock, Guess, Zone};

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
    mapping: Option<Arc<Mapping>>,
    zone: Zone,
}

impl Parser {
    /// A parser of those settings.
    pub fn new(settings: ParseSettings) -> Result<Parser, ParseError> {
        let pinned = match settings.format {
            None => None,
            Some(name) => Some(registry::index_of(&name).ok_or(ParseError::UnknownFormat(name))?),
        };
        Ok(Parser { pinned, mapping: None, zone: settings.zone })
    }

    /// A parser that reads every payload by a mapping file.
    pub fn with_mapping(mapping: Arc<Mapping>, zone: Zone) -> Parser {
        Parser { pinned: None, mapping: Some(mapping), zone }
    }

    /// The events of a batch, in batches of one format each, rows in order of frames.
    pub fn parse(&self, frames: &FrameBatch) -> Result<Vec<EventBatch>, ParseError> {
        let text = simdutf8::basic::from_utf8(frames.text())?;
        let clock = Clock::new(self.zone.clone(), frames.received_us);
        let mut run = Run {
            frames,
            clock,
            pinned: self.pinned,
            mapping: self.mapping.as_deref(),
            scratch: Scratch::default(),
            inner_scratch: Scratch::default(),
            resource: Resource::default(),
            batches: Batches::new(text),
        };
        let seq_shift = frames.seq_shift();
        let mut flaws = frames.flaws().iter().peekable();
        for (index, frame) in frames.frames().iter().enumerate() {
            let mut its = Flaws::default();
            while let Some((_, flaw)) = flaws.next_if(|(at, _)| *at as usize == index) {
                its.add(*flaw);
            }
            let line = text.get(frame.start as usize..frame.end as usize).unwrap_or_default();
            let seq = frame.seq.wrapping_add_signed(seq_shift);
            run.frame(line, Frame { seq, ..*frame }, its);
        }
        run.batches.finish(frames, self.mapping.as_ref().map_or(PLAIN, |mapping| mapping.name()))
    }
}

struct Run<'t> {
    frames: &'t FrameBatch,
    clock: Clock,
    pinned: Option<FormatIndex>,
    mapping: Option<&'t Mapping>,
    scratch: Scratch,
    /// For an object inside an object.
    inner_scratch: Scratch,
    resource: Resource<'t>,
    batches: Batches<'t>,
}

/// Why a frame is not what the device sent.
#[derive(Debug, Clone, Copy, Default)]
struct Flaws {
    is_truncated: bool,
    is_recoded: bool,
}

impl Flaws {
    fn add(&mut self, flaw: Flaw) {
        match flaw {
            Flaw::Truncated => self.is_truncated = true,
            Flaw::Recoded => self.is_recoded = true,
        }
    }
}

/// Where an event stands in its stream.
#[derive(Debug, Clone, Copy)]
struct Position<'t> {
    seq: u64,
    /// Index among the events of that number.
    sub: usize,
    /// A record of a list, which is not taken apart again.
    is_record: bool,
    /// The resource of a record, as received.
    resource: Option<&'t str>,
    flaws: Flaws,
    /// Its object, or the one around it, ends too early.
    is_cut: bool,
    /// Sent on by a shipper, whose own time may be far from the event's.
    is_shipped: bool,
}

impl<'t> Run<'t> {
    /// One frame: one event, or one for each record of an object that only lists them.
    fn frame(&mut self, line: &'t str, frame: Frame, flaws: Flaws) {
        let position = Position {
            seq: frame.seq,
            sub: frame.sub as usize,
            is_record: false,
            resource: None,
            flaws,
            is_cut: false,
            is_shipped: false,
        };
        let envelope = Envelope::read(line);
        let records = self.event(&envelope, position);
        for (sub, record) in records.into_iter().enumerate() {
            let part = |place| envelope.payload.get(place);
            let payload = part(record.place).unwrap_or_default();
            let (sub, resource) = (position.sub + sub, record.resource.and_then(part));
            self.event(
                &Envelope { payload, ..envelope },
                Position { sub, is_record: true, resource, ..position },
            );
        }
    }

    /// Adds an event; an object that only lists records adds none and gives where they lie in the payload.
    fn event(&mut self, outer: &Envelope<'t>, position: Position<'t>) -> Vec<Record> {
        let Run { frames, clock, pinned, mapping, scratch, inner_scratch, resource, batches } = self;
        let outer_json = scratch.read_object(outer.payload);
        if let Some(json) = outer_json.filter(|_| !position.is_record) {
            let records = records::of(json);
            if !records.is_empty() {
                return records;
            }
        }
        let resource = position.resource.and_then(|text| resource.read(text));
        let around = Around { frames, clock, resource };
        let position = Position { is_cut: outer_json.is_some_and(Json::is_cut), ..position };
        let payload = around.payload(outer, outer_json.as_ref());
        let settled = mapping.map(Reader::Mapped).or(pinned.map(Reader::Known));
        let carrier = outer_json.map(Carrier::of);
        let bare = carrier.as_ref().and_then(Carrier::bare);
        let own = bare.is_none().then(|| settled.unwrap_or_else(|| Reader::of(&payload)));
        let is_kept = || own.is_some_and(|reader| reader.keeps(&payload, settled.is_some()));
        let shipped = || carrier.as_ref().filter(|_| !is_kept()).and_then(Carrier::shipped);
        let Some(carried) = bare.or_else(shipped) else {
            let reader = own.unwrap_or(Reader::Generic);
            write(outer, &payload, reader, batches, frames, position);
            return Vec::new();
        };
        let inner = carried.with(Envelope::read(carried.payload)).or(*outer);
        let inner_json = inner_scratch.read_object(inner.payload);
        let additional = carrier.as_ref().and_then(Carrier::additional).filter(|_| bare.is_some());
        let inner_payload = Payload { additional, ..around.payload(&inner, inner_json.as_ref()) };
        let is_cut = position.is_cut || inner_json.is_some_and(Json::is_cut);
        match chosen(settled, own.map(|reader| (reader, &payload)), &inner_payload) {
            Chosen::Outer(reader) => {
                write(outer, &payload, reader, batches, frames, position);
            }
            Chosen::Inner(reader) => {
                let position = Position { is_cut, is_shipped: bare.is_none(), ..position };
                write(&inner, &inner_payload, reader, batches, frames, position);
            }
        }
        Vec::new()
    }
}

/// What of a batch every payload needs.
#[derive(Debug, Clone, Copy)]
struct Around<'a> {
    frames: &'a FrameBatch,
    clock: &'a Clock,
    resource: Option<Json<'a>>,
}

impl<'a> Around<'a> {
    fn payload(self, envelope: &Envelope<'a>, json: Option<&'a Json<'a>>) -> Payload<'a> {
        Payload {
            text: envelope.payload,
            program: envelope.program,
            qualifier: envelope.qualifier,
            message_id: envelope.message_id,
            structured_data: envelope.structured_data,
            additional: None,
            is_stamped: envelope.when.is_some(),
            json,
            resource: self.resource,
            directives: self.frames.context.directives.as_deref(),
            first_line: self.frames.context.first_line.as_deref(),
            clock: self.clock,
        }
    }
}

/// What reads a payload.
#[derive(Clone, Copy)]
enum Reader<'m> {
    Known(FormatIndex),
    Mapped(&'m Mapping),
    Generic,
}

impl Reader<'_> {
    /// The first format that recognises the payload.
    fn of(payload: &Payload<'_>) -> Self {
        registry::recognise(payload).map_or(Reader::Generic, Reader::Known)
    }

    /// True when it surely reads that payload.
    fn fits(self, payload: &Payload<'_>) -> bool {
        match self {
            Reader::Known(format) => ALL.get(format).is_some_and(|format| (format.recognise)(payload)),
            Reader::Mapped(mapping) => mapping.reads_json() && payload.json.is_some(),
            Reader::Generic => false,
        }
    }

    /// True when that program is known to write what it reads.
    fn is_of(self, program: &str) -> bool {
        match self {
            Reader::Known(format) => registry::is_of(format, program),
            Reader::Mapped(_) | Reader::Generic => true,
        }
    }

    /// True when a line it reads counts more than the object that carries it, should it read both.
    fn yields(self) -> bool {
        match self {
            Reader::Known(format) => registry::yields(format),
            Reader::Mapped(_) | Reader::Generic => true,
        }
    }

    /// True when it reads that object whatever line it carries.
    fn keeps(self, object: &Payload<'_>, is_settled: bool) -> bool {
        !self.yields() && (!is_settled || self.fits(object))
    }

    fn parse(self, payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
        match self {
            Reader::Known(format) => ALL.get(format).map_or(Ok(()), |format| (format.parse)(payload, event)),
            Reader::Mapped(mapping) => mapping.parse(payload, event),
            Reader::Generic => {
                generic::read(payload, event);
                Ok(())
            }
        }
    }

    /// Where its events are gathered.
    fn place(self) -> usize {
        match self {
            Reader::Known(format) => format,
            Reader::Mapped(_) | Reader::Generic => ALL.len(),
        }
    }
}

/// Which of an object and the line it carries is the event, and what reads it.
enum Chosen<'m> {
    Outer(Reader<'m>),
    Inner(Reader<'m>),
}

/// A bare transport's line always, whose object nothing reads; else the line when a format knows it and none knows the
/// object.
fn chosen<'m>(
    settled: Option<Reader<'m>>,
    object: Option<(Reader<'m>, &Payload<'_>)>,
    line: &Payload<'_>,
) -> Chosen<'m> {
    match (settled, object) {
        (Some(reader), Some((_, object)))
            if reader.fits(object) && !(reader.yields() && reader.fits(line)) =>
        {
            Chosen::Outer(reader)
        }
        (Some(reader), _) => Chosen::Inner(reader),
        (None, None) => Chosen::Inner(Reader::of(line)),
        (None, Some((reader, _))) => match Reader::of(line) {
            Reader::Generic => Chosen::Outer(reader),
            reader => Chosen::Inner(reader),
        },
    }
}

/// Writes one event with what its envelope and its format say.
fn write<'t>(
    envelope: &Envelope<'_>,
    payload: &Payload<'_>,
    reader: Reader<'_>,
    batches: &mut Batches<'t>,
    frames: &FrameBatch,
    position: Position<'_>,
) {
    let Some(event) = batches.open(reader.place()) else { return };
    event.int(Column::Seq, i64::try_from(position.seq).unwrap_or(i64::MAX));
    if position.sub > 0 {
        event.int(Column::Sub, position.sub as i64);
    }
    event.int(Column::EventCount, 1);
    event.text(Column::Message, payload.text);
    let is_time_real = envelope.write(payload.clock, event);
    let mut error = (!is_time_real).then_some("the envelope's time does not exist");
    if position.is_cut {
        error = Some("the object ends too early");
    }
    // A stamp stands before what breaks, mostly, and is read first.
    let mark = event.mark().keeping(Column::Timestamp).keeping(Column::TimeGuess);
    if let Err(unreadable) = reader.parse(payload, event) {
        event.roll_back(mark);
        // An object's names still say what they hold. Of a text nothing is guessed: what broke it may have been
        // written to be read otherwise.
        generic::complete(payload, event);
        error = Some(unreadable.0);
    }
    if matches!(reader, Reader::Known(_)) {
        generic::complete_beside(payload, event);
    }
    if let Some(resource) = payload.resource {
        formats::otel_json::complete(resource, event);
    }
    // An object is carried by many programs, and its own time is that of what happened.
    if payload.json.is_none() && envelope.names_process() && !reader.is_of(envelope.program) {
        envelope.write_origin(payload.clock, event);
    }
    if event.is_set(Column::TimeGuess) && !position.is_shipped {
        envelope.write_said_time(payload.clock, event);
    }
    if position.flaws.is_truncated {
        error = Some("line longer than the limit, the rest was cut");
    }
    if position.flaws.is_recoded {
        event.field("recoded", "windows-1252");
    }
    if let Some(error) = error {
        event.text(Column::ParseError, error);
    }
    if !event.is_set(Column::Timestamp) {
        event.timestamp_us(frames.received_us);
        event.text(Column::TimeGuess, Guess::Missing.name());
    }
    if !event.is_set(Column::Class) {
        event.action(Action::ApplicationEvent);
    }
    // A device that does not name itself is known by where it sends from.
    if let Some(peer) = &frames.context.peer
        && !event.is_set(Column::HostName)
        && !event.is_set(Column::HostIp)
    {
        event.ip(Column::HostIp, peer);
    }
    event.finish_event();
}
