//! What a batch of events holds, to be written once more: the price of the columns without any reading.

use arrow::array::Array as _;
use schema::{Column, EventBatch, EventBuilder, FrameBatch, Kind};

enum Value<'a> {
    Text(Column, &'a str),
    Int(Column, i64),
    Time(Column, i64),
    Field(&'a str, &'a str),
}

/// The cells of a batch, row by row.
pub struct Cells<'a> {
    received: &'a str,
    values: Vec<Value<'a>>,
    /// One past each row's last value.
    ends: Vec<usize>,
}

impl<'a> Cells<'a> {
    /// What `batch` holds, parsed from `frames`.
    pub fn of(batch: &'a EventBatch, frames: &'a FrameBatch) -> Cells<'a> {
        let received = std::str::from_utf8(frames.text()).unwrap_or_default();
        let (mut values, mut ends) = (Vec::new(), Vec::new());
        for row in 0..batch.len() {
            for column in Column::ALL.iter().copied().filter(|column| batch.array(*column).is_valid(row)) {
                match column.kind() {
                    Kind::Text => {
                        values.extend(batch.texts(column).map(|all| Value::Text(column, all.value(row))))
                    }
                    Kind::Int => {
                        values.extend(batch.ints(column).map(|all| Value::Int(column, all.value(row))))
                    }
                    Kind::Time => {
                        values.extend(batch.times(column).map(|all| Value::Time(column, all.value(row))))
                    }
                }
            }
            let fields = batch.fields().iter().filter(|field| field.values.is_valid(row));
            values.extend(fields.map(|field| Value::Field(&field.key, field.values.value(row))));
            ends.push(values.len());
        }
        Cells { received, values, ends }
    }

    /// Writes them all into a batch; its number of events.
    pub fn write(&self, frames: &FrameBatch) -> usize {
        let mut event = Box::new(EventBuilder::new(self.received));
        let mut from = 0;
        for end in &self.ends {
            for value in self.values.get(from..*end).unwrap_or_default() {
                match value {
                    // The builder itself fills in what is the same for a whole batch.
                    Value::Text(
                        Column::Collector
                        | Column::Tenant
                        | Column::Source
                        | Column::Format
                        | Column::ParserVersion,
                        _,
                    ) => {}
                    Value::Text(column, text) => event.text(*column, text),
                    Value::Int(column, number) => {
                        event.int(*column, *number);
                    }
                    Value::Time(Column::EventIngested, time_us) => event.ingested_us(*time_us),
                    Value::Time(_, time_us) => event.timestamp_us(*time_us),
                    Value::Field(key, value) => event.field(key, value),
                }
            }
            event.finish_event();
            from = *end;
        }
        event.finish(frames, "replay", "0").map_or(0, |batch| batch.len())
    }
}
