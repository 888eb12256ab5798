//! One file of the lake: ordered rows as Parquet, one column at a time.
//!
//! Promises: row groups are bounded in rows; a column that no row has is not in the file; only one column is gathered at
//! a time. Must not know: where the file goes.

use std::ops::Range;
use std::sync::Arc;

use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::{ArrowWriterOptions, compute_leaves};
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::file::metadata::ParquetMetaData;
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder};
use parquet::schema::types::ColumnPath;
use schema::{Column, Kind};

use super::rows::Rows;
use super::shape::{WITH_BLOOM_FILTER, WITH_STATISTICS};
use crate::error::Error;

/// Texts that seldom repeat: looking each up in a dictionary would cost more than it saves.
const WITHOUT_DICTIONARY: [Column; 6] = [
    Column::Message,
    Column::ProcessCommandLine,
    Column::UrlQuery,
    Column::DbStatement,
    Column::EmailMessageId,
    Column::EmailSubject,
];

/// Numbers that lie near the one before.
const WITH_DELTA: [Column; 5] =
    [Column::Seq, Column::Sub, Column::Timestamp, Column::EventIngested, Column::EventCount];

/// Part of a Bloom filter's wrong answers.
const BLOOM_FALSE_POSITIVES: f64 = 0.01;

/// A file's bytes and what its footer says.
pub(crate) struct Encoded {
    pub(crate) bytes: Vec<u8>,
    pub(crate) metadata: ParquetMetaData,
}

/// Encodes the rows at `range` of the order.
pub(crate) fn encode(rows: &Rows, range: &Range<usize>, row_group_rows: usize) -> Result<Encoded, Error> {
    let schema = rows.schema();
    let writer =
        ArrowWriter::try_new_with_options(Vec::new(), Arc::clone(&schema), options(row_group_rows)?)?;
    let (mut file, factory) = writer.into_serialized_writer()?;
    let starts = range.clone().step_by(row_group_rows.max(1));
    for (number, start) in starts.enumerate() {
        let group_range = start..range.end.min(start + row_group_rows.max(1));
        let mut group = file.next_row_group()?;
        let mut writers = factory.create_column_writers(number)?.into_iter();
        for field in schema.fields() {
            let array = rows.column(field.name(), &group_range)?;
            for (leaf, mut writer) in compute_leaves(field, &array)?.into_iter().zip(&mut writers) {
                writer.write(&leaf)?;
                writer.close()?.append_to_row_group(&mut group)?;
            }
        }
        group.close()?;
    }
    let metadata = file.finish()?;
    Ok(Encoded { bytes: std::mem::take(file.inner_mut()), metadata })
}

/// How every file of the lake is written.
pub(crate) fn options(row_group_rows: usize) -> Result<ArrowWriterOptions, Error> {
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
        .set_max_row_group_row_count(Some(row_group_rows.max(1)))
        .set_statistics_enabled(EnabledStatistics::None)
        .set_bloom_filter_fpp(BLOOM_FALSE_POSITIVES)
        .set_bloom_filter_max_ndv(row_group_rows.max(1) as u64);
    for column in WITH_STATISTICS {
        properties = properties.set_column_statistics_enabled(path(column), EnabledStatistics::Page);
    }
    for column in WITH_BLOOM_FILTER {
        properties = properties.set_column_bloom_filter_enabled(path(column), true);
    }
    for column in WITHOUT_DICTIONARY {
        properties = properties.set_column_dictionary_enabled(path(column), false);
    }
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
