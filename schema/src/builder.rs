//! Builds an [`EventBatch`] column by column, one event after the other, copying nothing it need not.
//!
//! A text that lies in the received buffer becomes a view of it; any other text (unescaped, canonical
//! or constant) goes to the batch's side buffer, or into the view itself when it has twelve bytes or fewer.
//!
//! Promises: no allocation per event once the columns have grown; the last value set wins; an event
//! that is rolled back leaves nothing. Must not know: formats.

use std::fmt::Write as _;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, TimestampMicrosecondArray, new_null_array};
use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;
use rustc_hash::FxHashMap;

use crate::batch::{EventBatch, FieldColumn};
use crate::cells::Cells;
use crate::columns::{Column, Kind, batch_schema};
use crate::frame::FrameBatch;
use crate::network::is_ipv4;
use crate::taxonomy::{Action, Outcome};
use crate::texts::{Texts, View};

/// Columns an event has set, one bit each; where to roll back to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    columns: u128,
    fields: usize,
}

impl Mark {
    /// The same, with a column that stays whatever is taken back.
    pub fn keeping(self, column: Column) -> Mark {
        Mark { columns: self.columns | 1 << column.index(), ..self }
    }
}

/// Words of the code remembered at a time.
const CONSTANTS: usize = 64;

/// Cells without a value that the fields of a batch may have whatever its events say.
const SPARE_CELLS: usize = 64 * 1024;
/// Cells that the fields of a batch may have for each value.
const CELLS_PER_VALUE: usize = 16;

/// No field of the open event has been set yet.
const NO_FIELD: usize = usize::MAX;

struct Field {
    key: Box<str>,
    /// The field that followed this one last time: events of one kind repeat their keys in order.
    successor: usize,
    cells: Cells<View>,
    /// Rows whose value was a number in the source, ascending.
    numbers: Vec<u32>,
}

impl Field {
    /// Says whether the value of the last row is a number in the source.
    #[inline]
    fn set_number(&mut self, row: usize, is_number: bool) {
        let row = row as u32;
        if is_number != (self.numbers.last() == Some(&row)) {
            if is_number {
                self.numbers.push(row);
            } else {
                self.numbers.pop();
            }
        }
    }
}

/// The batch under construction, open at its last event.
///
/// A format fills it through [`text`](Self::text), [`int`](Self::int), [`ip`](Self::ip),
/// [`field`](Self::field), [`action`](Self::action) and their kin.
pub struct EventBuilder<'t> {
    made: Texts<'t>,
    row: usize,
    /// Bit `Column::index` is set when the open event has that column.
    set: u128,
    texts: [Cells<View>; Column::ALL.len()],
    ints: [Cells<i64>; Column::ALL.len()],
    /// Words of the code that have a view already, by address.
    constants: [(&'static str, View); CONSTANTS],
    fields: Vec<Field>,
    /// Where each key stands in `fields`.
    field_index: FxHashMap<Box<str>, usize>,
    /// The field set last; [`NO_FIELD`] at an event's start.
    last_field: usize,
    /// The field that is set next when the event goes on as the one before.
    next_field: usize,
    /// The field that opened the event before.
    first_field: usize,
    /// Indexes of `fields` that the open event has set.
    row_fields: Vec<usize>,
    /// Values of fields in finished events.
    field_values: usize,
}

impl<'t> EventBuilder<'t> {
    /// A builder of events whose texts mostly lie in `received`.
    pub fn new(received: &'t str) -> EventBuilder<'t> {
        EventBuilder {
            made: Texts::new(received),
            row: 0,
            set: 0,
            texts: std::array::from_fn(|_| Cells::default()),
            ints: std::array::from_fn(|_| Cells::default()),
            constants: [("", View::default()); CONSTANTS],
            fields: Vec::new(),
            field_index: FxHashMap::default(),
            last_field: NO_FIELD,
            next_field: 0,
            first_field: 0,
            row_fields: Vec::new(),
            field_values: 0,
        }
    }

    /// Number of finished events.
    pub fn len(&self) -> usize {
        self.row
    }

    /// True before the first event is finished.
    pub fn is_empty(&self) -> bool {
        self.row == 0
    }

    /// True when its fields have so many cells for so few values that the next event belongs into another batch: a
    /// column a key would take the square of the space when each event has keys of its own.
    pub fn is_sparse(&self) -> bool {
        self.fields.len() * self.row > SPARE_CELLS + CELLS_PER_VALUE * self.field_values
    }

    /// Sets a text column of the open event.
    #[inline]
    pub fn text(&mut self, column: Column, text: &str) {
        debug_assert_eq!(column.kind(), Kind::Text);
        let view = self.made.view(text);
        self.set_text(column, view);
    }

    #[inline]
    fn set_text(&mut self, column: Column, view: View) {
        if let Some(cells) = self.texts.get_mut(column.index()) {
            cells.set(self.row, view);
            self.set |= 1 << column.index();
        }
    }

    /// Sets a text column unless the text is empty or a lone `-`, the way devices write "nothing".
    #[inline]
    pub fn text_if_said(&mut self, column: Column, text: &str) {
        if !text.is_empty() && text != "-" {
            self.text(column, text);
        }
    }

    /// Sets an integer column of the open event; false, and nothing set, when the column does not
    /// [hold](Column::holds) such a number.
    #[inline]
    pub fn int(&mut self, column: Column, number: i64) -> bool {
        debug_assert_eq!(column.kind(), Kind::Int);
        let is_held = column.holds(number);
        if is_held {
            self.set_int(column, number);
        }
        is_held
    }

    /// Sets an integer column from decimal text; false, and nothing set, when it is none of the column's numbers.
    #[inline]
    pub fn int_text(&mut self, column: Column, text: &str) -> bool {
        text.parse().is_ok_and(|number| self.int(column, number))
    }

    /// Sets when the event happened, µs since 1970 UTC.
    #[inline]
    pub fn timestamp_us(&mut self, time_us: i64) {
        self.set_int(Column::Timestamp, time_us);
    }

    /// Sets when the first collector received it, µs since 1970 UTC, when that is not what its batch says.
    #[inline]
    pub fn ingested_us(&mut self, time_us: i64) {
        self.set_int(Column::EventIngested, time_us);
    }

    #[inline]
    fn set_int(&mut self, column: Column, number: i64) {
        if let Some(cells) = self.ints.get_mut(column.index()) {
            cells.set(self.row, number);
            self.set |= 1 << column.index();
        }
    }

    /// Sets an address column in canonical form (IPv4-mapped becomes IPv4, a zone is dropped); false,
    /// and nothing set, when the text is no address.
    #[inline]
    pub fn ip(&mut self, column: Column, text: &str) -> bool {
        // The four numbers of an IPv4 address have one spelling only: the received one.
        if is_ipv4(text) {
            self.text(column, text);
            return true;
        }
        self.odd_ip(column, text)
    }

    /// An address that is not a bare IPv4.
    fn odd_ip(&mut self, column: Column, text: &str) -> bool {
        let bare = text.strip_prefix('[').and_then(|t| t.strip_suffix(']')).unwrap_or(text);
        let bare = bare.split_once('%').map_or(bare, |(address, _zone)| address);
        let Ok(address) = bare.parse::<IpAddr>() else { return false };
        match address {
            IpAddr::V4(_) => self.text(column, bare),
            IpAddr::V6(v6) => self.ipv6(column, v6),
        }
        true
    }

    fn ipv6(&mut self, column: Column, address: Ipv6Addr) {
        let canonical = address.to_canonical();
        let view = self.made.written(|text| {
            let written = write!(text, "{canonical}");
            debug_assert!(written.is_ok(), "writing to a String cannot fail");
        });
        self.set_text(column, view);
    }

    /// Sets what was done, and its class.
    #[inline]
    pub fn action(&mut self, action: Action) {
        self.constant(Column::Class, action.class().name());
        self.constant(Column::EventAction, action.name());
    }

    /// Sets how it ended.
    #[inline]
    pub fn outcome(&mut self, outcome: Outcome) {
        self.constant(Column::EventOutcome, outcome.name());
    }

    /// Sets a text column to a word of the code: one copy a batch, and the same view for every event.
    #[inline]
    pub fn constant(&mut self, column: Column, word: &'static str) {
        let slot = (word.as_ptr().addr() >> 3) % CONSTANTS;
        let view = match self.constants.get(slot) {
            Some((known, view)) if std::ptr::eq(*known, word) => *view,
            _ => {
                let view = self.made.view(word);
                if let Some(place) = self.constants.get_mut(slot) {
                    *place = (word, view);
                }
                view
            }
        };
        self.set_text(column, view);
    }

    /// Sets an entry of `fields`.
    #[inline]
    pub fn field(&mut self, key: &str, value: &str) {
        self.set_field(key, value, false);
    }

    /// Sets an entry of `fields` whose value was a number in the source; it is a text when it is no number after all.
    #[inline]
    pub fn field_number(&mut self, key: &str, value: &str) {
        self.set_field(key, value, value.parse().is_ok_and(f64::is_finite));
    }

    #[inline]
    fn set_field(&mut self, key: &str, value: &str, is_number: bool) {
        let view = self.made.view(value);
        if self.fields.get(self.next_field).is_none_or(|field| *field.key != *key) {
            self.expect(key);
        }
        let at = self.next_field;
        if let Some(field) = self.fields.get_mut(at) {
            if field.cells.set(self.row, view) {
                self.row_fields.push(at);
            }
            field.set_number(self.row, is_number);
            self.last_field = at;
            self.next_field = field.successor;
        }
    }

    /// Makes the field of that key the next one, now and after the same field in later events.
    #[inline(never)]
    fn expect(&mut self, key: &str) {
        let at = self.looked_up(key);
        match self.fields.get_mut(self.last_field) {
            Some(field) => field.successor = at,
            None => self.first_field = at,
        }
        self.next_field = at;
    }

    fn looked_up(&mut self, key: &str) -> usize {
        if let Some(at) = self.field_index.get(key) {
            return *at;
        }
        let at = self.fields.len();
        self.field_index.insert(key.into(), at);
        self.fields.push(Field {
            key: key.into(),
            successor: at + 1,
            cells: Cells::default(),
            numbers: Vec::new(),
        });
        at
    }

    /// True when the open event has that column.
    #[inline]
    pub fn is_set(&self, column: Column) -> bool {
        self.set & (1 << column.index()) != 0
    }

    /// Takes a column of the open event back.
    #[inline]
    pub fn clear(&mut self, column: Column) {
        if self.is_set(column) {
            if let Some(cells) = self.texts.get_mut(column.index()) {
                cells.clear(self.row);
            }
            if let Some(cells) = self.ints.get_mut(column.index()) {
                cells.clear(self.row);
            }
            self.set &= !(1 << column.index());
        }
    }

    /// Where the open event stands, to [`roll_back`](Self::roll_back) to.
    #[inline]
    pub fn mark(&self) -> Mark {
        Mark { columns: self.set, fields: self.row_fields.len() }
    }

    /// Takes back every column and field first set since `mark`.
    pub fn roll_back(&mut self, mark: Mark) {
        let mut newer = self.set & !mark.columns;
        while newer != 0 {
            let index = newer.trailing_zeros() as usize;
            newer &= newer - 1;
            if let Some(cells) = self.texts.get_mut(index) {
                cells.clear(self.row);
            }
            if let Some(cells) = self.ints.get_mut(index) {
                cells.clear(self.row);
            }
        }
        self.set &= mark.columns;
        for at in self.row_fields.drain(mark.fields.min(self.row_fields.len())..) {
            if let Some(field) = self.fields.get_mut(at) {
                field.cells.clear(self.row);
                field.set_number(self.row, false);
            }
        }
    }

    /// Closes the open event and opens the next.
    #[inline]
    pub fn finish_event(&mut self) {
        self.row += 1;
        self.set = 0;
        self.last_field = NO_FIELD;
        self.next_field = self.first_field;
        self.field_values += self.row_fields.len();
        self.row_fields.clear();
    }

    /// The finished batch; events without a `sub` are the first of their number, those without a time of receipt were
    /// received with the batch. `frames` must be the batch whose text `received` was.
    pub fn finish(
        mut self,
        frames: &FrameBatch,
        format: &str,
        parser_version: &str,
    ) -> Result<EventBatch, ArrowError> {
        let rows = self.row;
        let origin = &frames.origin;
        for (column, text) in [
            (Column::Collector, &*origin.collector),
            (Column::Tenant, &*origin.tenant),
            (Column::Source, &*origin.source),
            (Column::Format, format),
            (Column::ParserVersion, parser_version),
        ] {
            let view = self.made.view(text);
            if let Some(cells) = self.texts.get_mut(column.index()) {
                cells.fill(rows, view);
            }
        }
        for (column, number) in [(Column::Sub, 0), (Column::EventIngested, frames.received_us)] {
            if let Some(cells) = self.ints.get_mut(column.index()) {
                cells.fill_gaps(rows, number);
            }
        }
        let texts = self.made.seal(frames.text());
        let nulls = Nulls::new(rows);
        let mut arrays: Vec<ArrayRef> = Vec::with_capacity(Column::ALL.len());
        for ((column, views), ints) in Column::ALL.iter().zip(self.texts).zip(self.ints) {
            if views.is_empty() && ints.is_empty() {
                arrays.push(nulls.of(column.kind()));
                continue;
            }
            arrays.push(match column.kind() {
                Kind::Text => {
                    let (views, nulls) = views.finish(rows);
                    Arc::new(texts.array(views, nulls)?)
                }
                Kind::Int => {
                    let (values, nulls) = ints.finish(rows);
                    Arc::new(Int64Array::try_new(values.into(), nulls)?)
                }
                Kind::Time => {
                    let (values, nulls) = ints.finish(rows);
                    let times = TimestampMicrosecondArray::try_new(values.into(), nulls)?;
                    Arc::new(times.with_timezone("UTC"))
                }
            });
        }
        let mut fields = Vec::with_capacity(self.fields.len());
        for field in self.fields {
            if field.cells.is_empty() {
                continue;
            }
            let (views, nulls) = field.cells.finish(rows);
            let values = texts.array(views, nulls)?;
            fields.push(FieldColumn { key: field.key.into(), values, numbers: field.numbers });
        }
        let batch = EventBatch::new(RecordBatch::try_new(batch_schema(), arrays)?, fields);
        Ok(batch.shifted(frames.seq_shift()))
    }
}

/// Columns that no event of a batch has: one array of each kind for them all.
struct Nulls {
    texts: ArrayRef,
    ints: ArrayRef,
    times: ArrayRef,
}

impl Nulls {
    fn new(rows: usize) -> Nulls {
        let of = |kind: Kind| new_null_array(&kind.data_type(), rows);
        Nulls { texts: of(Kind::Text), ints: of(Kind::Int), times: of(Kind::Time) }
    }

    fn of(&self, kind: Kind) -> ArrayRef {
        Arc::clone(match kind {
            Kind::Text => &self.texts,
            Kind::Int => &self.ints,
            Kind::Time => &self.times,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::{Frame, Origin, StreamContext};
    use arrow::array::Array;

    fn frames(text: &str) -> FrameBatch {
        let origin = Origin { collector: "a.log".into(), source: "test".into(), tenant: "default".into() };
        let frame = Frame { start: 0, end: text.len() as u32, seq: 1, sub: 0 };
        FrameBatch::new(Arc::new(origin), 0, StreamContext::default(), text.to_owned(), vec![frame], vec![])
    }

    fn open_event<'t>(builder: &mut EventBuilder<'t>) {
        builder.timestamp_us(1);
        builder.ingested_us(2);
        builder.int(Column::Seq, 1);
        builder.int(Column::Sub, 0);
        builder.int(Column::EventCount, 1);
        builder.action(Action::Login);
    }

    #[test]
    fn a_word_of_the_code_is_one_view_for_all_events() {
        let frames = frames("x");
        let mut builder = EventBuilder::new(std::str::from_utf8(frames.text()).unwrap());
        for _ in 0..3 {
            open_event(&mut builder);
            builder.action(Action::ApplicationEvent);
            builder.finish_event();
        }
        let batch = builder.finish(&frames, "plain", "1").unwrap();
        let actions = batch.texts(Column::EventAction).unwrap();
        assert_eq!(actions.value(2), Action::ApplicationEvent.name());
        assert!(
            actions.value(2).len() > 12 && actions.views().iter().all(|view| *view == actions.views()[0])
        );
    }

    #[test]
    fn a_rolled_back_event_keeps_only_what_came_before_the_mark() {
        let frames = frames("user=somebody-with-a-long-name from=192.0.2.1");
        let text = std::str::from_utf8(frames.text()).unwrap();
        let mut builder = EventBuilder::new(text);
        open_event(&mut builder);
        let mark = builder.mark();
        builder.text(Column::UserName, text.get(5..30).unwrap());
        builder.field("reason", "made up, and long enough for the side buffer");
        builder.roll_back(mark);
        builder.finish_event();
        let batch = builder.finish(&frames, "plain", "1").unwrap();
        assert!(batch.texts(Column::UserName).unwrap().is_null(0));
        assert!(batch.fields().is_empty());
        assert_eq!(batch.texts(Column::EventAction).unwrap().value(0), "login");
    }

    #[test]
    fn addresses_get_one_spelling() {
        let frames = frames("");
        let mut builder = EventBuilder::new("");
        open_event(&mut builder);
        assert!(builder.ip(Column::SourceIp, "::ffff:192.0.2.7"));
        assert!(builder.ip(Column::DestinationIp, "[2001:DB8:0:0::1%eth0]"));
        assert!(!builder.ip(Column::HostIp, "192.0.2.300"));
        builder.finish_event();
        let batch = builder.finish(&frames, "plain", "1").unwrap();
        assert_eq!(batch.texts(Column::SourceIp).unwrap().value(0), "192.0.2.7");
        assert_eq!(batch.texts(Column::DestinationIp).unwrap().value(0), "2001:db8::1");
        assert!(batch.texts(Column::HostIp).unwrap().is_null(0));
    }

    #[test]
    fn a_number_that_a_column_does_not_hold_is_not_set() {
        let frames = frames("");
        let mut builder = EventBuilder::new("");
        open_event(&mut builder);
        assert!(builder.int_text(Column::SourcePort, "65535"));
        assert!(!builder.int_text(Column::DestinationPort, "65536"));
        assert!(!builder.int_text(Column::EventCount, "9223372036854775807"));
        assert!(!builder.int_text(Column::EventCount, "0"));
        builder.field_number("size", "22kB");
        builder.finish_event();
        let batch = builder.finish(&frames, "plain", "1").unwrap();
        assert_eq!(batch.ints(Column::SourcePort).unwrap().value(0), 65_535);
        assert!(batch.ints(Column::DestinationPort).unwrap().is_null(0));
        assert_eq!(batch.ints(Column::EventCount).unwrap().value(0), 1);
        assert!(batch.fields()[0].numbers.is_empty());
    }

    #[test]
    fn a_field_of_some_events_is_null_in_the_others() {
        let frames = frames("x");
        let mut builder = EventBuilder::new("x");
        for row in 0..3 {
            open_event(&mut builder);
            builder.field("always", "1");
            if row == 1 {
                builder.field_number("once", "22");
            }
            builder.finish_event();
        }
        let batch = builder.finish(&frames, "plain", "1").unwrap();
        let once = batch.field("once").unwrap();
        assert!(once.is_null(0) && once.is_valid(1) && once.is_null(2));
        assert_eq!(batch.fields()[1].numbers, [1]);
        assert_eq!(batch.to_table().unwrap().num_rows(), 3);
    }

    #[test]
    fn a_number_that_is_overwritten_or_rolled_back_is_none() {
        let frames = frames("x");
        let mut builder = EventBuilder::new("x");
        open_event(&mut builder);
        builder.field_number("size", "22");
        builder.field("size", "large");
        let mark = builder.mark();
        builder.field_number("port", "22");
        builder.roll_back(mark);
        builder.field("port", "ssh");
        builder.finish_event();
        let batch = builder.finish(&frames, "plain", "1").unwrap();
        assert!(batch.fields().iter().all(|field| field.numbers.is_empty()));
    }
}
