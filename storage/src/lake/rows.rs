//! Events of many batches in the order in which the lake keeps them, gathered column by column.
//!
//! Nothing is copied but 16 bytes a row and text column: the texts stay where they were received until they are encoded.
//!
//! Promises: rows of one part stand together, tenant by tenant, each in the lake's order. Must not know: files.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Int64Array, StringViewArray, TimestampMicrosecondArray};
use arrow::compute::interleave;
use arrow::datatypes::{Field, Schema, SchemaRef};
use arrow::error::ArrowError;
use schema::columns::FIELDS;
use schema::{Column, EventBatch};

use super::fields::Entries;
use super::order::{Likenesses, Wording, hour_of};
use super::retention::{Retention, RetentionOf};

/// Microseconds of a day.
const DAY_US: i64 = 86_400_000_000;

/// Events of batches, in order.
pub(crate) struct Rows {
    batches: Vec<EventBatch>,
    entries: Entries,
    /// (batch, row) of each.
    order: Vec<(usize, usize)>,
    parts: Vec<Part>,
}

/// The rows of one partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    /// UTC day of reception, days since 1970.
    pub(crate) day: i32,
    pub(crate) retention: Retention,
    /// Positions in the order.
    pub(crate) range: Range<usize>,
    /// When the last of them was received.
    pub(crate) received_us: i64,
}

/// What rows are ordered by. Parts of the lake and their tenants come first, as one number.
struct Key {
    group: u32,
    /// Rows worded alike have the same.
    likeness: u32,
    sub: u32,
    timestamp: i64,
    seq: i64,
    batch: u32,
    row: u32,
}

/// A tenant's rows of one part.
struct Group {
    place: Place,
    rows: usize,
    received_us: i64,
}

/// Where rows go, in the order of the lake.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Place {
    day: i32,
    retention: Retention,
    tenant: String,
}

impl Rows {
    /// Puts the events of `batches` in order.
    pub(crate) fn sorted(batches: Vec<EventBatch>, retention_of: &RetentionOf) -> Result<Rows, ArrowError> {
        let mut keys = Vec::with_capacity(batches.iter().map(EventBatch::len).sum());
        let (mut groups, mut likenesses) = (Groups::default(), Likenesses::default());
        for (number, batch) in batches.iter().enumerate() {
            groups.add(batch, number as u32, retention_of, &mut likenesses, &mut keys)?;
        }
        let likenesses = likenesses.ranks();
        let ranked = groups.ranked();
        let mut ranks = vec![0u32; ranked.len()];
        for (rank, (group, _)) in (0u32..).zip(&ranked) {
            if let Some(place) = ranks.get_mut(*group) {
                *place = rank;
            }
        }
        for key in &mut keys {
            key.group = ranks.get(key.group as usize).copied().unwrap_or(0);
            key.likeness = likenesses.get(key.likeness as usize).copied().unwrap_or(0);
        }
        // What is worded alike comes nearly in order: a sort that sees runs is the cheap one.
        keys.sort_by_key(|key| {
            (key.group, hour_of(key.timestamp), key.likeness, key.timestamp, key.seq, key.sub)
        });
        let order = keys.iter().map(|key| (key.batch as usize, key.row as usize)).collect();
        let parts = parts(ranked.into_iter().map(|(_, group)| group));
        Ok(Rows { entries: Entries::of(&batches), batches, order, parts })
    }

    /// The partitions, in order.
    pub(crate) fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The columns that some event has, as a file holds them: what is null throughout is left out, and costs nothing.
    pub(crate) fn schema(&self) -> SchemaRef {
        let mut fields = Vec::new();
        for column in Column::ALL {
            let is_set = |batch: &EventBatch| batch.array(*column).null_count() < batch.len();
            if column.is_mandatory() || self.batches.iter().any(is_set) {
                fields.push(Field::new(column.name(), column.kind().data_type(), !column.is_mandatory()));
            }
        }
        if !self.entries.is_empty() {
            fields.push(Entries::field());
        }
        Schema::new(fields).into()
    }

    /// One column of [`Rows::schema`], of the rows at `range` of the order.
    pub(crate) fn column(&self, name: &str, range: &Range<usize>) -> Result<ArrayRef, ArrowError> {
        let order = self.order.get(range.clone()).unwrap_or_default();
        if name == FIELDS {
            return Ok(Arc::new(self.entries.gather(order)?));
        }
        let column = Column::by_name(name)
            .ok_or_else(|| ArrowError::SchemaError(format!("no column {name} in the event table")))?;
        let arrays: Vec<&dyn Array> = self.batches.iter().map(|batch| batch.array(column).as_ref()).collect();
        interleave(&arrays, order)
    }
}

/// UTC day of a time, days since 1970.
pub(crate) fn day_of(time_us: i64) -> i32 {
    i32::try_from(time_us.div_euclid(DAY_US)).unwrap_or(i32::MAX)
}

/// Columns of a batch that decide where its rows go.
struct Deciding<'a> {
    tenant: &'a StringViewArray,
    class: &'a StringViewArray,
    action: &'a StringViewArray,
    timestamp: &'a TimestampMicrosecondArray,
    ingested: &'a TimestampMicrosecondArray,
    seq: &'a Int64Array,
    sub: &'a Int64Array,
}

impl Deciding<'_> {
    fn of(batch: &EventBatch) -> Option<Deciding<'_>> {
        Some(Deciding {
            tenant: batch.texts(Column::Tenant)?,
            class: batch.texts(Column::Class)?,
            action: batch.texts(Column::EventAction)?,
            timestamp: batch.times(Column::Timestamp)?,
            ingested: batch.times(Column::EventIngested)?,
            seq: batch.ints(Column::Seq)?,
            sub: batch.ints(Column::Sub)?,
        })
    }

    /// Equal for rows of the same tenant, class and action of one batch, but not only for them.
    fn same(&self, row: usize) -> Option<(i32, u128, u128, Option<u128>)> {
        let action = self.action.is_valid(row).then(|| self.action.views().get(row).copied()).flatten();
        let day = day_of(self.ingested.values().get(row).copied()?);
        Some((day, *self.tenant.views().get(row)?, *self.class.views().get(row)?, action))
    }
}

/// The groups of all rows seen, in order of first appearance.
#[derive(Default)]
struct Groups {
    all: Vec<Group>,
    numbers: HashMap<Place, u32>,
}

impl Groups {
    /// Adds the keys of a batch's rows.
    fn add<'b>(
        &mut self,
        batch: &'b EventBatch,
        number: u32,
        retention_of: &RetentionOf,
        likenesses: &mut Likenesses<'b>,
        keys: &mut Vec<Key>,
    ) -> Result<(), ArrowError> {
        let (Some(deciding), Some(mut wording)) = (Deciding::of(batch), Wording::of(batch)) else {
            return Err(ArrowError::SchemaError("a batch without the columns every event has".to_owned()));
        };
        let (mut before, mut group) = (None, 0);
        for row in 0..batch.len() {
            let same = deciding.same(row);
            if same != before || before.is_none() {
                group = self.number(&deciding, row, group, retention_of);
                before = same;
            }
            if let Some(group) = self.all.get_mut(group as usize) {
                group.rows += 1;
                group.received_us = group.received_us.max(deciding.ingested.value(row));
            }
            keys.push(Key {
                group,
                likeness: likenesses.number(&mut wording, row),
                sub: u32::try_from(deciding.sub.value(row)).unwrap_or(u32::MAX),
                timestamp: deciding.timestamp.value(row),
                seq: deciding.seq.value(row),
                batch: number,
                row: row as u32,
            });
        }
        Ok(())
    }

    /// The group of a row, which is likely the `last` one.
    fn number(&mut self, deciding: &Deciding, row: usize, last: u32, retention_of: &RetentionOf) -> u32 {
        let (tenant, class) = (deciding.tenant.value(row), deciding.class.value(row));
        let action = deciding.action.is_valid(row).then(|| deciding.action.value(row));
        let day = day_of(deciding.ingested.value(row));
        let retention = retention_of(tenant, class, action);
        let is_last =
            |place: &Place| place.day == day && place.retention == retention && place.tenant == tenant;
        if self.all.get(last as usize).is_some_and(|group| is_last(&group.place)) {
            return last;
        }
        let place = Place { day, retention, tenant: tenant.to_owned() };
        *self.numbers.entry(place).or_insert_with_key(|place| {
            self.all.push(Group { place: place.clone(), rows: 0, received_us: i64::MIN });
            self.all.len() as u32 - 1
        })
    }

    /// The groups in the order of the lake, each with its number.
    fn ranked(self) -> Vec<(usize, Group)> {
        let mut ranked: Vec<(usize, Group)> = self.all.into_iter().enumerate().collect();
        ranked.sort_by(|(_, one), (_, other)| one.place.cmp(&other.place));
        ranked
    }
}

/// The partitions of ordered groups: neighbours that differ in the tenant only.
fn parts(groups: impl Iterator<Item = Group>) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let mut start = 0;
    for Group { place, rows, received_us } in groups {
        let range = start..start + rows;
        start = range.end;
        match parts.last_mut() {
            Some(part) if part.day == place.day && part.retention == place.retention => {
                part.range.end = range.end;
                part.received_us = part.received_us.max(received_us);
            }
            _ => parts.push(Part { day: place.day, retention: place.retention, range, received_us }),
        }
    }
    parts
}
