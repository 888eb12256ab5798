//! The files of one version of the table, and what its log says of them.
//!
//! Promises: a file is left out of a query only when its statistics prove that no row of it can match.
//! Must not know: what is in the files.

use std::collections::HashSet;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Date32Array, Int64Array, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Date32Type, Int64Type, TimestampMicrosecondType};
use arrow::record_batch::RecordBatch;
use datafusion::common::pruning::PruningStatistics;
use datafusion::common::{Column as Name, ScalarValue};
use datafusion::object_store::path::Path;
use deltalake::DeltaTableError;
use deltalake::table::state::DeltaTableState;
use schema::Column;

use super::retention::Retention;
use super::shape::{INGEST_DAY, RETENTION, lake_schema};
use crate::error::Error;

/// The files of a version.
#[derive(Debug)]
pub(crate) struct Files {
    all: Vec<LakeFile>,
    /// One row a file: `min.COLUMN`, `max.COLUMN`, `null_count.COLUMN` ...
    statistics: RecordBatch,
}

/// One live file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LakeFile {
    pub(crate) path: Path,
    pub(crate) size_bytes: u64,
    /// None when the log does not say.
    pub(crate) rows: Option<u64>,
    /// When the last of its rows was received, ms since 1970.
    pub(crate) modified_ms: i64,
    /// UTC day of reception, days since 1970.
    pub(crate) day: i32,
    /// None when another program wrote a word we do not know.
    pub(crate) retention: Option<Retention>,
    /// Least and greatest timestamp, µs since 1970; none when the log does not say, or not exactly.
    pub(crate) timestamps_us: Option<(i64, i64)>,
}

impl LakeFile {
    /// The number that its name begins with: the last frame of its commit.
    pub(crate) fn number(&self) -> u64 {
        let digits = self.path.filename().and_then(|name| name.split_once('-'));
        digits.and_then(|(number, _)| number.parse().ok()).unwrap_or(0)
    }
}

impl Files {
    /// The files that the log lists.
    pub(crate) fn of(state: &DeltaTableState) -> Result<Files, Error> {
        let statistics = state.add_actions_table(true).map_err(Error::lake("read"))?;
        let all = list(&statistics).ok_or_else(|| {
            let missing = DeltaTableError::Generic("a column of the list of files is missing".to_owned());
            Error::lake("read")(missing)
        })??;
        let mut files = Files { all, statistics };
        files.set_timestamps();
        Ok(files)
    }

    fn set_timestamps(&mut self) {
        let bound = |prefix| self.column(prefix, Column::Timestamp.name());
        let (Some(least), Some(greatest)) = (bound("min"), bound("max")) else { return };
        let times = |bounds: &ArrayRef| bounds.as_primitive_opt::<TimestampMicrosecondType>().cloned();
        let (Some(least), Some(greatest)) = (times(&least), times(&greatest)) else { return };
        for (file, bounds) in self.all.iter_mut().zip(least.iter().zip(&greatest)) {
            // What another program wrote may be cut to milliseconds.
            file.timestamps_us = bounds.0.zip(bounds.1).filter(|_| file.number() > 0);
        }
    }

    /// Every file.
    pub(crate) fn all(&self) -> &[LakeFile] {
        &self.all
    }

    fn column(&self, prefix: &str, name: &str) -> Option<ArrayRef> {
        let array = self.statistics.column_by_name(&format!("{prefix}.{name}"))?;
        let schema = lake_schema();
        let wanted = schema.field_with_name(name).ok()?.data_type();
        cast(array, wanted).ok()
    }
}

fn list(statistics: &RecordBatch) -> Option<Result<Vec<LakeFile>, Error>> {
    if statistics.num_rows() == 0 {
        return Some(Ok(Vec::new()));
    }
    let paths = cast(statistics.column_by_name("path")?, &DataType::Utf8).ok()?;
    let paths: &StringArray = paths.as_string_opt()?;
    let sizes: &Int64Array = statistics.column_by_name("size_bytes")?.as_primitive_opt::<Int64Type>()?;
    let times = statistics.column_by_name("modification_time")?;
    let times: &Int64Array = times.as_primitive_opt::<Int64Type>()?;
    let rows: &Int64Array = statistics.column_by_name("num_records")?.as_primitive_opt::<Int64Type>()?;
    let days = statistics.column_by_name(&format!("partition.{INGEST_DAY}"))?;
    let days: &Date32Array = days.as_primitive_opt::<Date32Type>()?;
    let classes =
        cast(statistics.column_by_name(&format!("partition.{RETENTION}"))?, &DataType::Utf8).ok()?;
    let classes: &StringArray = classes.as_string_opt()?;
    let mut files = Vec::with_capacity(statistics.num_rows());
    for file in 0..statistics.num_rows() {
        let path = match Path::from_url_path(paths.value(file)) {
            Ok(path) => path,
            Err(error) => return Some(Err(Error::lake_file("name", paths.value(file))(error.into()))),
        };
        files.push(LakeFile {
            path,
            size_bytes: u64::try_from(sizes.value(file)).unwrap_or(0),
            rows: rows.is_valid(file).then(|| u64::try_from(rows.value(file)).ok()).flatten(),
            modified_ms: times.value(file),
            day: days.value(file),
            retention: Retention::by_name(classes.value(file)),
            timestamps_us: None,
        });
    }
    Some(Ok(files))
}

impl PruningStatistics for Files {
    fn min_values(&self, column: &Name) -> Option<ArrayRef> {
        self.column("min", &column.name).or_else(|| self.column("partition", &column.name))
    }

    fn max_values(&self, column: &Name) -> Option<ArrayRef> {
        self.column("max", &column.name).or_else(|| self.column("partition", &column.name))
    }

    fn num_containers(&self) -> usize {
        self.all.len()
    }

    fn null_counts(&self, column: &Name) -> Option<ArrayRef> {
        let counts = self.statistics.column_by_name(&format!("null_count.{}", column.name))?;
        cast(counts, &DataType::UInt64).ok()
    }

    fn row_counts(&self) -> Option<ArrayRef> {
        cast(self.statistics.column_by_name("num_records")?, &DataType::UInt64).ok()
    }

    fn contained(&self, _column: &Name, _values: &HashSet<ScalarValue>) -> Option<BooleanArray> {
        None
    }
}
