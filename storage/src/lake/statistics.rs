//! What the table's log says of a file, from the file's own footer.
//!
//! Promises: a bound is a bound: where the footer has none, nothing is said. Must not know: how files are written.

use arrow::temporal_conversions::timestamp_us_to_datetime;
use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData};
use parquet::file::statistics::Statistics;
use schema::Kind;
use serde_json::{Map, Value, json};

use super::shape::WITH_STATISTICS;

/// Least and greatest value of a column.
type Bounds = (Value, Value);

/// The statistics of a file as Delta writes them: JSON in a text.
pub(crate) fn of(metadata: &ParquetMetaData) -> String {
    let (mut least, mut greatest, mut nulls) = (Map::new(), Map::new(), Map::new());
    let rows = metadata.file_metadata().num_rows();
    for column in WITH_STATISTICS {
        let chunks = chunks(metadata, column.name());
        if chunks.is_empty() {
            nulls.insert(column.name().to_owned(), rows.into());
            continue;
        }
        let null_count = chunks.iter().map(|chunk| chunk.statistics().and_then(Statistics::null_count_opt));
        if let Some(null_count) = null_count.sum::<Option<u64>>() {
            nulls.insert(column.name().to_owned(), null_count.into());
        }
        if let Some((min, max)) = bounds(&chunks, column.kind()) {
            least.insert(column.name().to_owned(), min);
            greatest.insert(column.name().to_owned(), max);
        }
    }
    json!({ "numRecords": rows, "minValues": least, "maxValues": greatest, "nullCount": nulls }).to_string()
}

fn chunks<'a>(metadata: &'a ParquetMetaData, name: &str) -> Vec<&'a ColumnChunkMetaData> {
    let of_group = |group: &'a parquet::file::metadata::RowGroupMetaData| {
        group.columns().iter().find(|chunk| chunk.column_path().string() == name)
    };
    metadata.row_groups().iter().filter_map(of_group).collect()
}

/// The bounds over all row groups; none when some row group with values has none.
fn bounds(chunks: &[&ColumnChunkMetaData], kind: Kind) -> Option<Bounds> {
    let mut all: Option<(Bound, Bound)> = None;
    for chunk in chunks {
        let statistics = chunk.statistics()?;
        if statistics.null_count_opt() == Some(u64::try_from(chunk.num_values()).unwrap_or(0)) {
            continue;
        }
        let (min, max) = (Bound::of(statistics, false)?, Bound::of(statistics, true)?);
        all = Some(match all {
            Some((least, greatest)) => (least.min(min), greatest.max(max)),
            None => (min, max),
        });
    }
    let (min, max) = all?;
    Some((min.json(kind)?, max.json(kind)?))
}

/// A bound as the footer has it.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Bound {
    Number(i64),
    Text(String),
}

impl Bound {
    fn of(statistics: &Statistics, is_max: bool) -> Option<Bound> {
        match statistics {
            Statistics::Int64(values) => {
                let bound = if is_max { values.max_opt() } else { values.min_opt() };
                bound.map(|number| Bound::Number(*number))
            }
            Statistics::ByteArray(values) => {
                let bound = if is_max { values.max_opt() } else { values.min_opt() };
                bound.and_then(|text| text.as_utf8().ok()).map(|text| Bound::Text(text.to_owned()))
            }
            _ => None,
        }
    }

    fn json(self, kind: Kind) -> Option<Value> {
        match (self, kind) {
            (Bound::Number(number), Kind::Time) => {
                let time = timestamp_us_to_datetime(number)?;
                Some(time.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string().into())
            }
            (Bound::Number(number), _) => Some(number.into()),
            (Bound::Text(text), _) => Some(text.into()),
        }
    }
}
