//! Parsed events as Arrow columns: the event table's columns, and `fields` as one column a key.
//!
//! Promises: columns stand in table order; `fields` becomes a map only at the table's edge.
//! Must not know: formats, rules, files.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayBuilder, ArrayRef, AsArray, BooleanArray, Int64Array, MapArray, StringArray, StringViewArray,
    StringViewBuilder, StructArray, TimestampMicrosecondArray,
};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::compute::{cast, filter, filter_record_batch};
use arrow::datatypes::{DataType, Int64Type, TimestampMicrosecondType};
use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;

use crate::columns::{Column, FIELDS, batch_schema, fields_field, table_schema};

/// One key of `fields` over the rows of a batch.
#[derive(Debug, Clone)]
pub struct FieldColumn {
    /// The key, as the device writes it.
    pub key: Arc<str>,
    /// Its values; null where the event lacks the key.
    pub values: StringViewArray,
    /// Rows whose value was a number in the source, ascending.
    pub numbers: Vec<u32>,
}

/// A batch of events.
#[derive(Debug, Clone)]
pub struct EventBatch {
    columns: RecordBatch,
    fields: Vec<FieldColumn>,
    seq_shift: i64,
}

impl EventBatch {
    /// A batch of the columns of [`batch_schema`](crate::columns::batch_schema) and its fields.
    pub(crate) fn new(columns: RecordBatch, fields: Vec<FieldColumn>) -> EventBatch {
        debug_assert!(fields.iter().all(|field| field.values.len() == columns.num_rows()));
        EventBatch { columns, fields, seq_shift: 0 }
    }

    /// Events of frames with that [`FrameBatch::seq_shift`](crate::FrameBatch::seq_shift).
    pub(crate) fn shifted(self, seq_shift: i64) -> EventBatch {
        EventBatch { seq_shift, ..self }
    }

    /// What the column `seq` and the seq of this node's journal differ by: the first is the larger one by so much.
    pub fn seq_shift(&self) -> i64 {
        self.seq_shift
    }

    /// Number of events.
    pub fn len(&self) -> usize {
        self.columns.num_rows()
    }

    /// True when it holds no event.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The columns without `fields`.
    pub fn columns(&self) -> &RecordBatch {
        &self.columns
    }

    /// The keys of `fields` that some event has, in order of first appearance.
    pub fn fields(&self) -> &[FieldColumn] {
        &self.fields
    }

    /// The values of one key of `fields`.
    pub fn field(&self, key: &str) -> Option<&StringViewArray> {
        self.fields.iter().find(|field| *field.key == *key).map(|field| &field.values)
    }

    /// A column as Arrow array.
    pub fn array(&self, column: Column) -> &ArrayRef {
        self.columns.column(column.index())
    }

    /// A text column; none when `column` is of another kind.
    pub fn texts(&self, column: Column) -> Option<&StringViewArray> {
        self.array(column).as_string_view_opt()
    }

    /// An integer column; none when `column` is of another kind.
    pub fn ints(&self, column: Column) -> Option<&Int64Array> {
        self.array(column).as_primitive_opt::<Int64Type>()
    }

    /// A time column; none when `column` is of another kind.
    pub fn times(&self, column: Column) -> Option<&TimestampMicrosecondArray> {
        self.array(column).as_primitive_opt::<TimestampMicrosecondType>()
    }

    /// The same with another array of the column's type in its place.
    pub fn with_array(&self, column: Column, array: ArrayRef) -> Result<EventBatch, ArrowError> {
        let mut arrays = self.columns.columns().to_vec();
        if let Some(place) = arrays.get_mut(column.index()) {
            *place = array;
        }
        let columns = RecordBatch::try_new(self.columns.schema(), arrays)?;
        Ok(EventBatch { columns, fields: self.fields.clone(), seq_shift: self.seq_shift })
    }

    /// The rows for which `keep` is true.
    pub fn filter(&self, keep: &BooleanArray) -> Result<EventBatch, ArrowError> {
        let columns = filter_record_batch(&self.columns, keep)?;
        let mut fields = Vec::with_capacity(self.fields.len());
        let kept_rows: Vec<u32> = (0..keep.len())
            .filter(|row| keep.is_valid(*row) && keep.value(*row))
            .map(|row| row as u32)
            .collect();
        for field in &self.fields {
            let values = filter(&field.values, keep)?.as_string_view().clone();
            let numbers = (0u32..)
                .zip(&kept_rows)
                .filter(|(_, old)| field.numbers.binary_search(old).is_ok())
                .map(|(new, _)| new)
                .collect();
            fields.push(FieldColumn { key: Arc::clone(&field.key), values, numbers });
        }
        Ok(EventBatch { columns, fields, seq_shift: self.seq_shift })
    }

    /// The events of rows of the table, as [`EventBatch::to_table`] makes them; further columns are left out. Which values of
    /// `fields` were numbers in the source is forgotten.
    pub fn from_table(rows: &RecordBatch) -> Result<EventBatch, ArrowError> {
        let column = |name: &str| {
            let missing = || ArrowError::SchemaError(format!("the rows have no column {name}"));
            rows.column_by_name(name).ok_or_else(missing)
        };
        let schema = batch_schema();
        let arrays = schema.fields().iter().map(|field| cast(column(field.name())?, field.data_type()));
        let columns = RecordBatch::try_new(Arc::clone(&schema), arrays.collect::<Result<_, _>>()?)?;
        let fields = match column(FIELDS)?.as_map_opt() {
            Some(map) => field_columns(map)?,
            None => return Err(ArrowError::SchemaError("the column `fields` is no map".to_owned())),
        };
        Ok(EventBatch::new(columns, fields))
    }

    /// The whole table row by row as SQL and the lake see it: the columns and `fields` as a map.
    pub fn to_table(&self) -> Result<RecordBatch, ArrowError> {
        let mut arrays = self.columns.columns().to_vec();
        arrays.push(Arc::new(self.fields_map()?));
        RecordBatch::try_new(table_schema(), arrays)
    }

    /// `fields` as `Map<Utf8, Utf8>`, keys in order of first appearance; null where an event has none.
    pub fn fields_map(&self) -> Result<MapArray, ArrowError> {
        let (mut keys, mut values) = (Vec::new(), Vec::new());
        let mut offsets = Vec::with_capacity(self.len() + 1);
        offsets.push(0i32);
        let mut valid = Vec::with_capacity(self.len());
        for row in 0..self.len() {
            let before = keys.len();
            for field in &self.fields {
                if field.values.is_valid(row) {
                    keys.push(&*field.key);
                    values.push(field.values.value(row));
                }
            }
            valid.push(keys.len() > before);
            offsets.push(i32::try_from(keys.len()).map_err(|_| ArrowError::OffsetOverflowError(keys.len()))?);
        }
        let map_field = fields_field();
        let DataType::Map(entry, ordered) = map_field.data_type() else {
            return Err(ArrowError::SchemaError("the type of `fields` is not a map".to_owned()));
        };
        let DataType::Struct(entry_fields) = entry.data_type() else {
            return Err(ArrowError::SchemaError("the entries of `fields` are no struct".to_owned()));
        };
        let entries = StructArray::try_new(
            entry_fields.clone(),
            vec![Arc::new(StringArray::from(keys)), Arc::new(StringArray::from(values))],
            None,
        )?;
        MapArray::try_new(
            Arc::clone(entry),
            OffsetBuffer::new(offsets.into()),
            entries,
            Some(NullBuffer::from(valid)),
            *ordered,
        )
    }
}

/// One column a key, in order of first appearance.
fn field_columns(map: &MapArray) -> Result<Vec<FieldColumn>, ArrowError> {
    let keys = cast(map.keys(), &DataType::Utf8View)?;
    let values = cast(map.values(), &DataType::Utf8View)?;
    let (keys, values) = (keys.as_string_view(), values.as_string_view());
    let mut places = HashMap::<&str, usize>::new();
    let mut columns = Vec::<(&str, StringViewBuilder)>::new();
    for (row, bounds) in map.value_offsets().windows(2).enumerate() {
        let &[start, end] = bounds else { continue };
        let entries = if map.is_null(row) { 0..0 } else { start as usize..end as usize };
        for entry in entries.filter(|entry| values.is_valid(*entry)) {
            let key = keys.value(entry);
            let place = *places.entry(key).or_insert_with(|| {
                columns.push((key, StringViewBuilder::new()));
                columns.len() - 1
            });
            let Some((_, column)) = columns.get_mut(place) else { continue };
            // The first of two values of one key counts.
            if column.len() <= row {
                (column.len()..row).for_each(|_| column.append_null());
                column.append_value(values.value(entry));
            }
        }
    }
    let columns = columns.into_iter().map(|(key, mut column)| {
        (column.len()..map.len()).for_each(|_| column.append_null());
        FieldColumn { key: key.into(), values: column.finish(), numbers: Vec::new() }
    });
    Ok(columns.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_of_fields_becomes_one_column_a_key() {
        let entry = fields_field();
        let DataType::Map(entry, _) = entry.data_type().clone() else { panic!("no map") };
        let DataType::Struct(parts) = entry.data_type().clone() else { panic!("no struct") };
        let keys = StringArray::from(vec!["a", "a", "b"]);
        let values = StringArray::from(vec!["1", "3", "x"]);
        let entries = StructArray::new(parts, vec![Arc::new(keys), Arc::new(values)], None);
        let offsets = OffsetBuffer::new(vec![0, 1, 1, 3].into());
        let valid = NullBuffer::from(vec![true, false, true]);
        let columns = field_columns(&MapArray::new(entry, offsets, entries, Some(valid), false)).unwrap();
        let columns: Vec<(&str, Vec<Option<&str>>)> =
            columns.iter().map(|column| (&*column.key, column.values.iter().collect())).collect();
        assert_eq!(columns, [("a", vec![Some("1"), None, Some("3")]), ("b", vec![None, None, Some("x")])]);
    }
}
