//! The map `fields` of ordered rows, from one column a key and batch.
//!
//! Promises: an event's keys stand in the order of first appearance in its batch; texts are not copied before they are
//! encoded. Must not know: what keys mean.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, MapArray, StringViewArray, StructArray, UInt32Array};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::compute::{interleave, take};
use arrow::datatypes::{DataType, Field, Fields};
use arrow::error::ArrowError;
use parquet::schema::types::ColumnPath;
use schema::EventBatch;
use schema::columns::FIELDS;

/// The entries of `fields` of many batches.
pub(crate) struct Entries {
    /// Every key of any batch.
    keys: StringViewArray,
    /// One column a key and batch.
    columns: Vec<EntryColumn>,
    batches: Vec<BatchEntries>,
}

struct EntryColumn {
    /// Place in `keys`.
    key: u32,
    values: StringViewArray,
}

/// Which columns the rows of a batch have a value in.
struct BatchEntries {
    /// Row `r` has the columns at `offsets[r]..offsets[r + 1]`.
    offsets: Vec<u32>,
    columns: Vec<u32>,
}

impl Entries {
    /// The entries of these batches.
    pub(crate) fn of(batches: &[EventBatch]) -> Entries {
        let mut places: HashMap<Arc<str>, u32> = HashMap::new();
        let mut keys: Vec<Arc<str>> = Vec::new();
        let mut columns = Vec::new();
        let mut all = Vec::with_capacity(batches.len());
        for batch in batches {
            all.push(BatchEntries::of(batch, columns.len() as u32));
            for field in batch.fields() {
                let key = *places.entry(Arc::clone(&field.key)).or_insert_with(|| {
                    keys.push(Arc::clone(&field.key));
                    keys.len() as u32 - 1
                });
                columns.push(EntryColumn { key, values: field.values.clone() });
            }
        }
        let keys = StringViewArray::from_iter_values(keys.iter().map(|key| &**key));
        Entries { keys, columns, batches: all }
    }

    /// True when no event has a field.
    pub(crate) fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }

    /// The column as it is encoded: the names of the table's own map, texts as views.
    pub(crate) fn field() -> Field {
        let entry = Field::new("key_value", DataType::Struct(entry_fields()), false);
        Field::new(FIELDS, DataType::Map(Arc::new(entry), false), true)
    }

    /// The column of a file that holds the values.
    pub(crate) fn values() -> ColumnPath {
        ColumnPath::new(vec![FIELDS.to_owned(), "key_value".to_owned(), "value".to_owned()])
    }

    /// The maps of the rows at (batch, row); null where an event has no field.
    pub(crate) fn gather(&self, order: &[(usize, usize)]) -> Result<MapArray, ArrowError> {
        let (mut keys, mut values) = (Vec::new(), Vec::new());
        let mut lengths = Vec::with_capacity(order.len());
        for (batch, row) in order {
            let row_columns = self.batches.get(*batch).map_or(&[][..], |entries| entries.of_row(*row));
            for column in row_columns {
                keys.push(self.columns.get(*column as usize).map_or(0, |column| column.key));
                values.push((*column as usize, *row));
            }
            lengths.push(row_columns.len());
        }
        let valid = NullBuffer::from_iter(lengths.iter().map(|length| *length > 0));
        let keys = take(&self.keys, &UInt32Array::from(keys), None)?;
        let columns: Vec<&dyn Array> =
            self.columns.iter().map(|column| &column.values as &dyn Array).collect();
        let values = interleave(&columns, &values)?;
        let entries = StructArray::try_new(entry_fields(), vec![keys, values as ArrayRef], None)?;
        let entry = Field::new("key_value", DataType::Struct(entry_fields()), false);
        MapArray::try_new(Arc::new(entry), OffsetBuffer::from_lengths(lengths), entries, Some(valid), false)
    }
}

impl BatchEntries {
    /// The entries of a batch whose first column is number `first` of all.
    fn of(batch: &EventBatch, first: u32) -> BatchEntries {
        let mut offsets = vec![0u32; batch.len() + 1];
        for field in batch.fields() {
            each_row(&field.values, |row| {
                if let Some(count) = offsets.get_mut(row + 1) {
                    *count += 1;
                }
            });
        }
        let mut sum = 0;
        for offset in &mut offsets {
            sum += *offset;
            *offset = sum;
        }
        let mut columns = vec![0u32; sum as usize];
        let mut next = offsets.clone();
        for (field, number) in batch.fields().iter().zip(first..) {
            each_row(&field.values, |row| {
                if let Some(place) = next.get_mut(row) {
                    if let Some(column) = columns.get_mut(*place as usize) {
                        *column = number;
                    }
                    *place += 1;
                }
            });
        }
        BatchEntries { offsets, columns }
    }

    fn of_row(&self, row: usize) -> &[u32] {
        let bounds = self.offsets.get(row).zip(self.offsets.get(row + 1));
        bounds.and_then(|(start, end)| self.columns.get(*start as usize..*end as usize)).unwrap_or_default()
    }
}

/// Calls `seen` for each row that has a value.
fn each_row(values: &StringViewArray, seen: impl FnMut(usize)) {
    match values.nulls() {
        Some(nulls) => nulls.valid_indices().for_each(seen),
        None => (0..values.len()).for_each(seen),
    }
}

fn entry_fields() -> Fields {
    vec![Field::new("key", DataType::Utf8View, false), Field::new("value", DataType::Utf8View, true)].into()
}
