//! Parsed events as rows: `file`, `line`, then every column that says something, in input order.
//!
//! The JSON path writes straight from the columns: it is what `parse` spends its time on.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Int64Array};
use arrow::compute::interleave_record_batch;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::error::ArrowError;
use arrow::record_batch::{RecordBatch, RecordBatchOptions};
use schema::columns::fields_field;
use schema::{Column, EventBatch};

use super::json_cell::{Cells, named, push_members};

/// Columns that `file` and `line` stand for, or that say nothing about an event of a file.
const LEFT_OUT: [Column; 4] = [Column::Collector, Column::Seq, Column::Source, Column::ParserVersion];

/// Columns of the table people see on a terminal.
const SHOWN: [Column; 5] =
    [Column::Timestamp, Column::HostName, Column::EventAction, Column::SourceIp, Column::Message];

/// The events of one batch of frames as NDJSON lines, in order of line.
pub fn ndjson(batches: &[EventBatch]) -> Result<Vec<u8>, ArrowError> {
    let writers: Vec<EventLines> = batches.iter().map(EventLines::new).collect::<Result<_, _>>()?;
    let mut out = Vec::with_capacity(batches.iter().map(EventBatch::len).sum::<usize>() * 512);
    for (batch, row) in in_order(batches) {
        if let Some(writer) = writers.get(batch) {
            writer.push(row, &mut out);
        }
    }
    Ok(out)
}

/// (batch, row) of every event, by line and index within the line.
pub fn in_order(batches: &[EventBatch]) -> Vec<(usize, usize)> {
    if let [only] = batches {
        return (0..only.len()).map(|row| (0, row)).collect();
    }
    let mut order: Vec<(i64, i64, usize, usize)> = Vec::new();
    for (index, batch) in batches.iter().enumerate() {
        if let (Some(seq), Some(sub)) = (batch.ints(Column::Seq), batch.ints(Column::Sub)) {
            order.extend((0..batch.len()).map(|row| (seq.value(row), sub.value(row), index, row)));
        }
    }
    order.sort_unstable();
    order.into_iter().map(|(_, _, batch, row)| (batch, row)).collect()
}

/// Writes the lines of one batch.
struct EventLines {
    /// `{"file":"...","line":`
    start: Vec<u8>,
    seq: Int64Array,
    columns: Vec<(Vec<u8>, Cells)>,
    fields: Vec<(Vec<u8>, Cells)>,
}

impl EventLines {
    fn new(batch: &EventBatch) -> Result<EventLines, ArrowError> {
        let mut start = b"{\"file\":".to_vec();
        let collector = batch.texts(Column::Collector).filter(|texts| !texts.is_empty());
        super::json_cell::push_text(collector.map_or("", |texts| texts.value(0)), &mut start);
        start.extend_from_slice(b",\"line\":");
        let kept: Vec<(&str, ArrayRef)> = Column::ALL
            .iter()
            .filter(|column| !LEFT_OUT.contains(column))
            .filter_map(|column| said(batch, *column).map(|array| (column.name(), array)))
            .collect();
        let arrays: Vec<ArrayRef> = kept.iter().map(|(_, array)| Arc::clone(array)).collect();
        let fields: Vec<ArrayRef> =
            batch.fields().iter().map(|field| Arc::new(field.values.clone()) as ArrayRef).collect();
        Ok(EventLines {
            start,
            seq: batch.ints(Column::Seq).cloned().unwrap_or_else(|| Int64Array::new_null(batch.len())),
            columns: named(kept.iter().map(|(name, _)| *name), &arrays)?,
            fields: named(batch.fields().iter().map(|field| &*field.key), &fields)?,
        })
    }

    fn push(&self, row: usize, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.start);
        out.extend_from_slice(self.seq.value(row).to_string().as_bytes());
        out.push(b',');
        push_members(&self.columns, row, out);
        if self.fields.iter().any(|(_, cells)| !cells.is_null(row)) {
            out.extend_from_slice(b",\"fields\":{");
            push_members(&self.fields, row, out);
            out.push(b'}');
        }
        out.extend_from_slice(b"}\n");
    }
}

/// The column when some row of it says more than the default does.
fn said(batch: &EventBatch, column: Column) -> Option<ArrayRef> {
    let array = batch.array(column);
    if array.null_count() == array.len() {
        return None;
    }
    match column {
        Column::Sub => without(array, 0),
        Column::EventCount => without(array, 1),
        Column::Tenant => {
            let texts = array.as_string_view();
            (0..texts.len()).any(|row| texts.value(row) != "default").then(|| Arc::clone(array))
        }
        _ => Some(Arc::clone(array)),
    }
}

/// The numbers with one value made null; none when nothing is left.
fn without(array: &ArrayRef, value: i64) -> Option<ArrayRef> {
    let numbers = array.as_primitive::<arrow::datatypes::Int64Type>();
    if numbers.values().iter().all(|number| *number == value) {
        return None;
    }
    let same = BooleanArray::from_unary(numbers, |number| number == value);
    arrow::compute::nullif(array, &same).ok()
}

/// Which columns rows have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Width {
    /// The few that fit a screen.
    Screen,
    /// All.
    Whole,
}

/// Schema of [`rows`].
pub fn rows_schema(width: Width) -> SchemaRef {
    let mut fields =
        vec![Field::new("file", DataType::Utf8View, false), Field::new("line", DataType::Int64, false)];
    fields.extend(columns(width).map(|column| Field::new(column.name(), column.kind().data_type(), true)));
    if width == Width::Whole {
        fields.push(fields_field());
    }
    Arc::new(Schema::new(fields))
}

fn columns(width: Width) -> impl Iterator<Item = Column> {
    Column::ALL.iter().copied().filter(move |column| match width {
        Width::Screen => SHOWN.contains(column),
        Width::Whole => !matches!(column, Column::Collector | Column::Seq),
    })
}

/// The events of one batch of frames as one Arrow batch, in order of line.
pub fn rows(batches: &[EventBatch], width: Width) -> Result<RecordBatch, ArrowError> {
    in_one(batches, rows_schema(width), |batch| {
        let mut arrays =
            vec![Arc::clone(batch.array(Column::Collector)), Arc::clone(batch.array(Column::Seq))];
        arrays.extend(columns(width).map(|column| Arc::clone(batch.array(column))));
        if width == Width::Whole {
            arrays.push(Arc::new(batch.fields_map()?));
        }
        Ok(arrays)
    })
}

/// The events of one batch of frames as one Arrow batch of these columns of the event table (by position,
/// `fields` last), in order of line.
pub fn projected(
    batches: &[EventBatch],
    positions: &[usize],
    schema: SchemaRef,
) -> Result<RecordBatch, ArrowError> {
    in_one(batches, schema, |batch| {
        positions
            .iter()
            .map(|position| match Column::ALL.get(*position) {
                Some(column) => Ok(Arc::clone(batch.array(*column))),
                None => Ok(Arc::new(batch.fields_map()?) as ArrayRef),
            })
            .collect()
    })
}

/// Joins the batches of several formats in order of line.
fn in_one(
    batches: &[EventBatch],
    schema: SchemaRef,
    arrays: impl Fn(&EventBatch) -> Result<Vec<ArrayRef>, ArrowError>,
) -> Result<RecordBatch, ArrowError> {
    let part = |batch: &EventBatch| {
        let options = RecordBatchOptions::new().with_row_count(Some(batch.len()));
        RecordBatch::try_new_with_options(Arc::clone(&schema), arrays(batch)?, &options)
    };
    let parts: Vec<RecordBatch> = batches.iter().map(part).collect::<Result<_, _>>()?;
    match parts.as_slice() {
        [] => Ok(RecordBatch::new_empty(schema)),
        [only] => Ok(only.clone()),
        // `count(*)` asks for no column at all.
        several if schema.fields().is_empty() => {
            let rows = several.iter().map(RecordBatch::num_rows).sum();
            let options = RecordBatchOptions::new().with_row_count(Some(rows));
            RecordBatch::try_new_with_options(schema, Vec::new(), &options)
        }
        several => {
            let references: Vec<&RecordBatch> = several.iter().collect();
            interleave_record_batch(&references, &in_order(batches))
        }
    }
}

#[cfg(test)]
mod tests {
    use schema::{Action, EventBuilder, Frame, FrameBatch, Origin, StreamContext};

    use super::*;

    fn batch(lines: &[(u64, &str)], format: &str) -> EventBatch {
        let origin = Origin { collector: "a.log".into(), source: "a.log".into(), tenant: "default".into() };
        let text: String = lines.iter().map(|(_, line)| *line).collect();
        let frames: Vec<Frame> =
            lines.iter().map(|(seq, _)| Frame { start: 0, end: 0, seq: *seq, sub: 0 }).collect();
        let frames = FrameBatch::new(Arc::new(origin), 0, StreamContext::default(), text, frames, vec![]);
        let received = std::str::from_utf8(frames.text()).unwrap();
        let mut builder = EventBuilder::new(received);
        for (seq, line) in lines {
            builder.timestamp_us(1);
            builder.ingested_us(2);
            builder.int(Column::Seq, *seq as i64);
            builder.int(Column::Sub, 0);
            builder.int(Column::EventCount, if *seq == 3 { 5 } else { 1 });
            builder.action(Action::Login);
            builder.text(Column::Message, line);
            builder.field("key \"q\"", line);
            builder.finish_event();
        }
        builder.finish(&frames, format, "1").unwrap()
    }

    #[test]
    fn events_of_several_formats_come_out_in_order_of_lines_without_what_says_nothing() {
        let batches = [batch(&[(1, "one"), (3, "three")], "a"), batch(&[(2, "two")], "b")];
        let text = String::from_utf8(ndjson(&batches).unwrap()).unwrap();
        let objects: Vec<serde_json::Value> =
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let lines: Vec<i64> = objects.iter().map(|object| object["line"].as_i64().unwrap()).collect();
        assert_eq!(lines, [1, 2, 3]);
        assert_eq!(objects[0]["file"], "a.log");
        assert_eq!(objects[0]["timestamp"], "1970-01-01T00:00:00.000001Z");
        assert_eq!(objects[1]["fields"]["key \"q\""], "two");
        assert_eq!(objects[2]["event_count"], 5);
        for absent in ["event_count", "sub", "tenant", "collector", "seq", "parser_version", "user_name"] {
            assert!(objects[0].get(absent).is_none(), "{absent}");
        }
    }

    #[test]
    fn rows_have_the_same_order_whatever_their_width() {
        let batches = [batch(&[(1, "one"), (3, "three")], "a"), batch(&[(2, "two")], "b")];
        for width in [Width::Screen, Width::Whole] {
            let rows = rows(&batches, width).unwrap();
            let lines = rows.column_by_name("line").unwrap();
            assert_eq!(lines.as_primitive::<arrow::datatypes::Int64Type>().values(), &[1, 2, 3]);
            assert_eq!(rows.schema(), rows_schema(width));
        }
    }
}
