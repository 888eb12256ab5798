//! The columns of the lake's table: those of the event table, and the two it is partitioned by.
//!
//! Promises: columns are only ever added; no feature beyond reader version 1. Must not know: where the table is.

use std::sync::{Arc, LazyLock};

use arrow::datatypes::{DataType, Field, FieldRef, Schema, SchemaRef};
use schema::Column;
use schema::columns::table_schema;

/// Version of the columns, in the table's own properties.
pub(crate) const SCHEMA_VERSION: u32 = 1;
/// The property that holds it.
pub(crate) const SCHEMA_VERSION_KEY: &str = "campanile.schemaVersion";

/// Hours for which a file that left the table is kept, and remembered in its log.
pub(crate) const TOMBSTONE_HOURS: i64 = 6;
/// Hours for which the table's log is kept behind its last checkpoint.
pub(crate) const LOG_HOURS: i64 = 24;

/// UTC day on which the first collector received the event.
pub(crate) const INGEST_DAY: &str = "ingest_day";
/// Word of a [`Retention`](super::Retention).
pub(crate) const RETENTION: &str = "retention";

/// Columns whose least and greatest value stand in the log and in each row group.
pub(crate) const WITH_STATISTICS: [Column; 10] = [
    Column::Timestamp,
    Column::EventIngested,
    Column::Tenant,
    Column::Seq,
    Column::Format,
    Column::Class,
    Column::EventAction,
    Column::HostName,
    Column::UserName,
    Column::SourceIp,
];

/// Columns with a Bloom filter in each row group.
pub(crate) const WITH_BLOOM_FILTER: [Column; 4] =
    [Column::Tenant, Column::HostName, Column::SourceIp, Column::UserName];

static PARTITION_FIELDS: LazyLock<[FieldRef; 2]> = LazyLock::new(|| {
    [
        Arc::new(Field::new(INGEST_DAY, DataType::Date32, true)),
        Arc::new(Field::new(RETENTION, DataType::Utf8View, true)),
    ]
});

static LAKE_SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    let mut fields: Vec<FieldRef> = table_schema().fields().iter().cloned().collect();
    fields.extend(PARTITION_FIELDS.iter().cloned());
    Arc::new(Schema::new(fields))
});

/// The columns that are in the path and not in the file.
pub(crate) fn partition_fields() -> Vec<FieldRef> {
    PARTITION_FIELDS.to_vec()
}

/// The table as SQL sees it: the event table, then the partition columns.
pub(crate) fn lake_schema() -> SchemaRef {
    Arc::clone(&LAKE_SCHEMA)
}
