//! One event of a batch as text: what tests compare, and what a person reads.
//!
//! Promises: two events are equal exactly when they say the same, in whichever batch they stand.
//! Must not know: formats, output.

use std::collections::BTreeMap;

use arrow::array::Array;
use jiff::Timestamp;

use crate::batch::EventBatch;
use crate::columns::{Column, Kind};

/// What an event says: columns by name, entries of `fields` as `fields.KEY`; without what is null.
pub type Event = BTreeMap<String, String>;

impl EventBatch {
    /// The event of a row. Times as `2026-03-16T08:12:44.112000Z`.
    pub fn event(&self, row: usize) -> Event {
        let columns = Column::ALL.iter().filter_map(|column| {
            let value = match column.kind() {
                Kind::Text => self.texts(*column).filter(|texts| texts.is_valid(row))?.value(row).to_owned(),
                Kind::Int => self.ints(*column).filter(|ints| ints.is_valid(row))?.value(row).to_string(),
                Kind::Time => {
                    let time_us = self.times(*column).filter(|times| times.is_valid(row))?.value(row);
                    format!("{:.6}", Timestamp::from_microsecond(time_us).ok()?)
                }
            };
            Some((column.name().to_owned(), value))
        });
        let fields = self.fields().iter().filter(|field| field.values.is_valid(row));
        columns
            .chain(fields.map(|field| (format!("fields.{}", field.key), field.values.value(row).to_owned())))
            .collect()
    }
}
