//! The compact rows an engine keeps of the events a rule looks at.
//!
//! Columns: tenant, the rule's row columns (group keys first), time, collector, seq, count. Tenant and
//! collector are the first eight bytes of their names' SHA-256, so that rows need no shared dictionary and
//! sort alike whatever order batches came in.
//!
//! Promises: a row holds nothing of its batch's buffer. Must not know: windows.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Int64Array, UInt64Array};
use arrow::compute::concat_batches;
use arrow::datatypes::{DataType, Field, Int64Type, Schema, SchemaRef, UInt64Type};
use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;
use arrow::row::{RowConverter, SortField};
use datafusion::common::hash_utils::{RandomState, create_hashes};
use datafusion::error::DataFusionError;
use sha2::{Digest, Sha256};

/// A name as rows carry it.
pub(crate) fn name_key(name: &str) -> u64 {
    let digest: [u8; 32] = Sha256::digest(name.as_bytes()).into();
    digest.first_chunk::<8>().map_or(0, |bytes| u64::from_be_bytes(*bytes))
}

/// Columns that follow the rule's own.
const IDENTITY: usize = 4;
/// Rows of a batch that is worth keeping as it is.
pub(crate) const BATCH_ROWS: usize = 8_192;
/// Small batches that are joined at the latest.
const SMALL_BATCHES_MAX: usize = 256;

/// Where things are in a row.
#[derive(Debug, Clone)]
pub(crate) struct RowShape {
    /// Number of the rule's own columns.
    columns: usize,
    /// How many of them are group keys.
    groups: usize,
    schema: SchemaRef,
}

/// Typed identity columns of a batch of rows.
pub(crate) struct Identity {
    /// µs since 1970 UTC.
    pub times: Int64Array,
    /// Name key of the collector.
    pub collectors: UInt64Array,
    /// Seq within the collector.
    pub seqs: Int64Array,
    /// Events the row stands for.
    pub counts: Int64Array,
}

impl RowShape {
    pub fn new(types: &[DataType], groups: usize) -> RowShape {
        let mut fields = vec![Field::new("tenant", DataType::UInt64, false)];
        let own = types.iter().enumerate().map(|(at, kind)| Field::new(at.to_string(), kind.clone(), true));
        fields.extend(own);
        fields.push(Field::new("time", DataType::Int64, false));
        fields.push(Field::new("collector", DataType::UInt64, false));
        fields.push(Field::new("seq", DataType::Int64, false));
        fields.push(Field::new("count", DataType::Int64, false));
        RowShape { columns: types.len(), groups, schema: Arc::new(Schema::new(fields)) }
    }

    pub fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    /// Puts rows together.
    pub fn assemble(
        &self,
        tenants: UInt64Array,
        columns: Vec<ArrayRef>,
        identity: Identity,
    ) -> Result<RecordBatch, ArrowError> {
        let mut arrays: Vec<ArrayRef> = vec![Arc::new(tenants)];
        arrays.extend(columns.into_iter().map(compact));
        arrays.push(Arc::new(identity.times));
        arrays.push(Arc::new(identity.collectors));
        arrays.push(Arc::new(identity.seqs));
        arrays.push(Arc::new(identity.counts));
        RecordBatch::try_new(self.schema(), arrays)
    }

    /// The rule's own column at `position`.
    pub fn column<'b>(&self, rows: &'b RecordBatch, position: usize) -> Option<&'b ArrayRef> {
        rows.columns().get(position + 1).filter(|_| position < self.columns)
    }

    /// Tenant and group keys: what makes a group.
    pub fn keys<'b>(&self, rows: &'b RecordBatch) -> &'b [ArrayRef] {
        rows.columns().get(..=self.groups).unwrap_or_default()
    }

    /// A hash of the group of each row.
    pub fn groups(&self, rows: &RecordBatch) -> Result<Vec<u64>, DataFusionError> {
        group_hashes(self.keys(rows), rows.num_rows())
    }

    /// Keys as bytes that compare like them.
    pub fn key_converter(&self) -> Result<RowConverter, ArrowError> {
        RowConverter::new(self.key_types().into_iter().map(SortField::new).collect())
    }

    /// What rows are sorted by: group, time, place.
    pub fn order(&self, rows: &RecordBatch) -> Vec<ArrayRef> {
        let identity = rows.columns().get(self.columns + 1..self.columns + IDENTITY).unwrap_or_default();
        self.keys(rows).iter().chain(identity).cloned().collect()
    }

    /// Types of [`order`](Self::order).
    pub fn order_types(&self) -> Vec<DataType> {
        let fields = self.schema.fields();
        let keys = fields.iter().take(self.groups + 1);
        let identity = fields.iter().skip(self.columns + 1).take(IDENTITY - 1);
        keys.chain(identity).map(|field| field.data_type().clone()).collect()
    }

    /// Types of [`keys`](Self::keys).
    fn key_types(&self) -> Vec<DataType> {
        let keys = self.schema.fields().iter().take(self.groups + 1);
        keys.map(|field| field.data_type().clone()).collect()
    }

    /// Tenants of rows.
    pub fn tenants(&self, rows: &RecordBatch) -> UInt64Array {
        rows.column(0).as_primitive::<UInt64Type>().clone()
    }

    /// Identity of rows.
    pub fn identity(&self, rows: &RecordBatch) -> Identity {
        let at = self.columns + 1;
        Identity {
            times: rows.column(at).as_primitive::<Int64Type>().clone(),
            collectors: rows.column(at + 1).as_primitive::<UInt64Type>().clone(),
            seqs: rows.column(at + 2).as_primitive::<Int64Type>().clone(),
            counts: rows.column(at + 3).as_primitive::<Int64Type>().clone(),
        }
    }
}

fn group_hashes(keys: &[ArrayRef], rows: usize) -> Result<Vec<u64>, DataFusionError> {
    let mut hashes = vec![0; rows];
    create_hashes(keys, &RandomState::with_seed(0), &mut hashes)?;
    Ok(hashes)
}

/// The hash of the group with these keys, of one row each.
pub(crate) fn group_hash(keys: &[ArrayRef]) -> Result<u64, DataFusionError> {
    Ok(group_hashes(keys, 1)?.first().copied().unwrap_or_default())
}

/// Rows in the order they came. Small batches are joined: each has a price of its own.
#[derive(Debug, Default)]
pub(crate) struct Pile {
    batches: Vec<RecordBatch>,
    /// The last ones of `batches`, too small to be kept as they are, and their rows.
    small: usize,
    small_rows: usize,
    bytes: usize,
}

impl Pile {
    /// Bytes it takes.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    pub fn batches(&self) -> &[RecordBatch] {
        &self.batches
    }

    /// Adds rows.
    pub fn push(&mut self, rows: RecordBatch) -> Result<(), ArrowError> {
        if rows.num_rows() == 0 {
            return Ok(());
        }
        self.bytes += rows.get_array_memory_size();
        self.small += 1;
        self.small_rows += rows.num_rows();
        self.batches.push(rows);
        if self.small_rows >= BATCH_ROWS || self.small >= SMALL_BATCHES_MAX {
            let small = self.batches.split_off(self.batches.len() - self.small);
            self.bytes -= small.iter().map(RecordBatch::get_array_memory_size).sum::<usize>();
            let Some(first) = small.first() else { return Ok(()) };
            let joined = compacted(concat_batches(&first.schema(), &small)?)?;
            self.bytes += joined.get_array_memory_size();
            self.batches.push(joined);
            (self.small, self.small_rows) = (0, 0);
        }
        Ok(())
    }

    /// All rows; the pile is empty afterwards.
    pub fn take(&mut self) -> Vec<RecordBatch> {
        std::mem::take(self).batches
    }
}

/// The rows with no views into larger buffers: whoever cuts or joins rows leaves views into many.
pub(crate) fn compacted(rows: RecordBatch) -> Result<RecordBatch, ArrowError> {
    let columns = rows.columns().iter().map(|column| compact(Arc::clone(column))).collect();
    RecordBatch::try_new(rows.schema(), columns)
}

/// The array with no views into a larger buffer.
fn compact(array: ArrayRef) -> ArrayRef {
    match array.as_string_view_opt() {
        Some(views) => Arc::new(views.gc()),
        None => array,
    }
}
