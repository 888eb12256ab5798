//! One file of the lake: ordered rows as Parquet, one column at a time.
//!
//! Promises: row groups are bounded in rows; a column that no row has is not in the file; only one column of some rows
//! is gathered at a time; each row group has a filter over its messages. Must not know: where the file goes.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, new_empty_array};
use arrow::datatypes::{Field, FieldRef, SchemaRef};
use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;
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

/// Rows of which a column is gathered at once: of `fields` a row may have a KiB and more.
const GATHERED_ROWS: usize = 8 * NEAR_ROWS;

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
        file.group(&group, |name, part| rows.column(name, part))?;
    }
    file.finish()
}

/// A file under construction, row group by row group.
pub(crate) struct FileWriter {
    file: SerializedFileWriter<Vec<u8>>,
    factory: ArrowRowGroupWriterFactory,
    schema: SchemaRef,
    row_group_rows: usize,
    /// The row group that grows, and how many rows it has, when rows come a few at a time.
    growing: Option<(Vec<Chunk>, usize)>,
    /// Where the filters over messages lie, one a row group.
    grams: Vec<Range<usize>>,
}

impl FileWriter {
    /// A file with these columns.
    pub(crate) fn new(schema: SchemaRef, row_group_rows: usize) -> Result<FileWriter, Error> {
        let row_group_rows = row_group_rows.max(1);
        let options = options(row_group_rows)?;
        let writer = ArrowWriter::try_new_with_options(Vec::new(), Arc::clone(&schema), options)?;
        let (file, factory) = writer.into_serialized_writer()?;
        Ok(FileWriter { file, factory, schema, row_group_rows, growing: None, grams: Vec::new() })
    }

    /// Adds a row group of the rows at `range`, whose columns `column` gives, one after the other, some rows at a time.
    pub(crate) fn group(
        &mut self,
        range: &Range<usize>,
        column: impl Fn(&str, &Range<usize>) -> Result<ArrayRef, ArrowError>,
    ) -> Result<(), Error> {
        let schema = Arc::clone(&self.schema);
        let written = self.chunks()?.into_iter().zip(schema.fields()).map(|(mut chunk, field)| {
            for start in range.clone().step_by(GATHERED_ROWS) {
                chunk.write(field, &column(field.name(), &(start..range.end.min(start + GATHERED_ROWS)))?)?;
            }
            Ok(chunk)
        });
        self.add(written)
    }

    /// Adds rows, which have the file's columns: nothing of them is kept but what is encoded.
    pub(crate) fn write(&mut self, rows: &RecordBatch) -> Result<(), Error> {
        let (mut chunks, before) = match self.growing.take() {
            Some(growing) => growing,
            None => (self.chunks()?, 0),
        };
        let taken = rows.num_rows().min(self.row_group_rows - before);
        for ((chunk, field), array) in chunks.iter_mut().zip(self.schema.fields()).zip(rows.columns()) {
            chunk.write(field, &array.slice(0, taken))?;
        }
        if before + taken < self.row_group_rows {
            self.growing = Some((chunks, before + taken));
            return Ok(());
        }
        self.add(chunks.into_iter().map(Ok))?;
        match rows.num_rows() - taken {
            0 => Ok(()),
            left => self.write(&rows.slice(taken, left)),
        }
    }

    /// The finished file.
    pub(crate) fn finish(mut self) -> Result<Encoded, Error> {
        if let Some((chunks, _)) = self.growing.take() {
            self.add(chunks.into_iter().map(Ok))?;
        }
        let places: Vec<String> =
            self.grams.iter().map(|place| format!("{}-{}", place.start, place.end)).collect();
        self.file.append_key_value_metadata(KeyValue::new(GRAMS_KEY.to_owned(), places.join(" ")));
        let metadata = self.file.finish()?;
        Ok(Encoded { bytes: std::mem::take(self.file.inner_mut()), metadata })
    }

    /// The columns of a row group that begins.
    fn chunks(&self) -> Result<Vec<Chunk>, Error> {
        let mut writers = self.factory.create_column_writers(self.grams.len())?.into_iter();
        let chunk = |field: &FieldRef| {
            let leaves = compute_leaves(field, &new_empty_array(field.data_type()))?.len();
            let grams = (field.name() == Column::Message.name()).then(Grams::new);
            Ok(Chunk { leaves: writers.by_ref().take(leaves).collect(), grams })
        };
        self.schema.fields().iter().map(chunk).collect()
    }

    /// Adds a row group of these columns, each of which is taken when the one before is in the file.
    fn add(&mut self, chunks: impl Iterator<Item = Result<Chunk, Error>>) -> Result<(), Error> {
        let mut group = self.file.next_row_group()?;
        let mut grams = Vec::new();
        for chunk in chunks {
            let chunk = chunk?;
            for leaf in chunk.leaves {
                leaf.close()?.append_to_row_group(&mut group)?;
            }
            grams = chunk.grams.map_or(grams, Grams::into_bytes);
        }
        group.close()?;
        // Between row groups a file may hold what it likes: readers go by the footer.
        let start = self.file.bytes_written();
        self.file.write_all(&grams).map_err(|error| ParquetError::External(Box::new(error)))?;
        self.grams.push(start..start + grams.len());
        Ok(())
    }
}

/// A column of a row group under construction.
struct Chunk {
    leaves: Vec<ArrowColumnWriter>,
    /// The filter over messages grows with them.
    grams: Option<Grams>,
}

impl Chunk {
    fn write(&mut self, field: &Field, array: &ArrayRef) -> Result<(), Error> {
        // Texts come from all over the memory: what was looked at once is written while it is near.
        for start in (0..array.len()).step_by(NEAR_ROWS) {
            let piece = array.slice(start, NEAR_ROWS.min(array.len() - start));
            if let Some(grams) = &mut self.grams {
                grams.extend(&piece);
            }
            for (leaf, values) in self.leaves.iter_mut().zip(&compute_leaves(field, &piece)?) {
                leaf.write(values)?;
            }
        }
        Ok(())
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
        .set_max_row_group_row_count(Some(row_group_rows))
        .set_statistics_enabled(EnabledStatistics::None);
    for column in WITH_STATISTICS {
        properties = properties.set_column_statistics_enabled(path(column), EnabledStatistics::Page);
    }
    for column in WITH_BLOOM_FILTER {
        // Of a column only: said of all, each of these makes filters for all columns.
        properties = properties
            .set_column_bloom_filter_fpp(path(column), BLOOM_FALSE_POSITIVES)
            .set_column_bloom_filter_max_ndv(path(column), row_group_rows as u64);
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
