//! One file of the lake: ordered rows as Parquet, one column at a time.
//!
//! Promises: row groups are bounded in rows; a column that no row has is not in the file; only one column is gathered at
//! a time; each row group has a filter over its messages. Must not know: where the file goes.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::{
    ArrowColumnWriter, ArrowRowGroupWriterFactory, ArrowWriterOptions, compute_leaves,
};
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::{KeyValue, ParquetMetaData};
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::ColumnPath;
use schema::{Column, Kind};

use super::fields::Entries;
use super::grams::Grams;
use super::rows::Rows;
use super::shape::{WITH_BLOOM_FILTER, WITH_STATISTICS};
use crate::error::Error;

/// Values that seldom repeat: looking each up in a dictionary would cost more than it saves.
const WITHOUT_DICTIONARY: [Column; 12] = [
    Column::Message,
    Column::ProcessCommandLine,
    Column::ProcessPid,
    Column::FilePath,
    Column::UrlQuery,
    Column::DbStatement,
    Column::EmailMessageId,
    Column::EmailSubject,
    Column::SourcePort,
    Column::SourceBytes,
    Column::DestinationBytes,
    Column::HttpResponseBodyBytes,
];

/// Numbers that lie near the one before.
const WITH_DELTA: [Column; 5] =
    [Column::Seq, Column::Sub, Column::Timestamp, Column::EventIngested, Column::EventCount];

/// Rows that are written at once: their texts stay in a core's cache.
const NEAR_ROWS: usize = 1_024;

/// Part of a Bloom filter's wrong answers.
const BLOOM_FALSE_POSITIVES: f64 = 0.01;

/// Where a file says in its footer at which bytes the filter over the messages of each row group lies.
const GRAMS_KEY: &str = "campanile.message_runs";

/// A file's bytes and what its footer says.
pub(crate) struct Encoded {
    pub(crate) bytes: Vec<u8>,
    pub(crate) metadata: ParquetMetaData,
}

/// Encodes the rows at `range` of the order.
pub(crate) fn encode(rows: &Rows, range: &Range<usize>, row_group_rows: usize) -> Result<Encoded, Error> {
    let mut file = FileWriter::new(rows.schema(), row_group_rows)?;
    for start in range.clone().step_by(row_group_rows.max(1)) {
        let group = start..range.end.min(start + row_group_rows.max(1));
        file.group(|name| rows.column(name, &group))?;
    }
    file.finish()
}

/// A file under construction, row group by row group.
pub(crate) struct FileWriter {
    file: SerializedFileWriter<Vec<u8>>,
    factory: ArrowRowGroupWriterFactory,
    schema: SchemaRef,
    /// Where the filters over messages lie, one a row group.
    grams: Vec<Range<usize>>,
}

impl FileWriter {
    /// A file with these columns.
    pub(crate) fn new(schema: SchemaRef, row_group_rows: usize) -> Result<FileWriter, Error> {
        let options = options(row_group_rows)?;
        let writer = ArrowWriter::try_new_with_options(Vec::new(), Arc::clone(&schema), options)?;
        let (file, factory) = writer.into_serialized_writer()?;
        Ok(FileWriter { file, factory, schema, grams: Vec::new() })
    }

    /// Adds a row group whose columns `column` gives.
    pub(crate) fn group(
        &mut self,
        column: impl Fn(&str) -> Result<ArrayRef, ArrowError>,
    ) -> Result<(), Error> {
        let mut writers = self.factory.create_column_writers(self.grams.len())?.into_iter();
        let mut group = self.file.next_row_group()?;
        let mut grams = Vec::new();
        for field in self.schema.fields() {
            let array = column(field.name())?;
            let mut filter = (field.name() == Column::Message.name()).then(Grams::new);
            let mut leaves: Vec<ArrowColumnWriter> = Vec::new();
            // Texts come from all over the memory: what was looked at once is written while it is near.
            for start in (0..array.len()).step_by(NEAR_ROWS) {
                let piece = array.slice(start, NEAR_ROWS.min(array.len() - start));
                if let Some(filter) = &mut filter {
                    filter.extend(&piece);
                }
                let values = compute_leaves(field, &piece)?;
                leaves.extend(writers.by_ref().take(values.len() - leaves.len()));
                for (writer, values) in leaves.iter_mut().zip(&values) {
                    writer.write(values)?;
                }
            }
            for writer in leaves {
                writer.close()?.append_to_row_group(&mut group)?;
            }
            grams = filter.map_or(grams, Grams::into_bytes);
        }
        group.close()?;
        // Between row groups a file may hold what it likes: readers go by the footer.
        let start = self.file.bytes_written();
        self.file.write_all(&grams).map_err(|error| ParquetError::External(Box::new(error)))?;
        self.grams.push(start..start + grams.len());
        Ok(())
    }

    /// The finished file.
    pub(crate) fn finish(mut self) -> Result<Encoded, Error> {
        let places: Vec<String> =
            self.grams.iter().map(|place| format!("{}-{}", place.start, place.end)).collect();
        self.file.append_key_value_metadata(KeyValue::new(GRAMS_KEY.to_owned(), places.join(" ")));
        let metadata = self.file.finish()?;
        Ok(Encoded { bytes: std::mem::take(self.file.inner_mut()), metadata })
    }
}

/// Where the filter of each row group lies in a file; none when the file has none.
pub(crate) fn grams_of(metadata: &ParquetMetaData) -> Option<Vec<Range<u64>>> {
    let pairs = metadata.file_metadata().key_value_metadata()?;
    let places = pairs.iter().find(|pair| pair.key == GRAMS_KEY)?.value.as_deref()?;
    let places = places.split_whitespace().map(|place| {
        let (start, end) = place.split_once('-')?;
        Some(start.parse().ok()?..end.parse().ok()?)
    });
    let places = places.collect::<Option<Vec<Range<u64>>>>()?;
    (places.len() == metadata.num_row_groups()).then_some(places)
}

/// How every file of the lake is written.
fn options(row_group_rows: usize) -> Result<ArrowWriterOptions, Error> {
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
        .set_max_row_group_row_count(Some(row_group_rows.max(1)))
        .set_statistics_enabled(EnabledStatistics::None);
    for column in WITH_STATISTICS {
        properties = properties.set_column_statistics_enabled(path(column), EnabledStatistics::Page);
    }
    for column in WITH_BLOOM_FILTER {
        // Of a column only: said of all, each of these makes filters for all columns.
        properties = properties
            .set_column_bloom_filter_fpp(path(column), BLOOM_FALSE_POSITIVES)
            .set_column_bloom_filter_max_ndv(path(column), row_group_rows.max(1) as u64);
    }
    for column in WITHOUT_DICTIONARY {
        properties = properties.set_column_dictionary_enabled(path(column), false);
    }
    properties = properties.set_column_dictionary_enabled(Entries::values(), false);
    for column in WITH_DELTA {
        debug_assert_ne!(column.kind(), Kind::Text);
        properties = delta(properties, column);
    }
    // Who reads the table says what its columns are: the file need not.
    Ok(ArrowWriterOptions::new().with_properties(properties.build()).with_skip_arrow_metadata(true))
}

fn delta(properties: WriterPropertiesBuilder, column: Column) -> WriterPropertiesBuilder {
    properties
        .set_column_dictionary_enabled(path(column), false)
        .set_column_encoding(path(column), Encoding::DELTA_BINARY_PACKED)
}

fn path(column: Column) -> ColumnPath {
    ColumnPath::from(column.name())
}
