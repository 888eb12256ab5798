//! A day of the lake written anew: the same events, read otherwise.
//!
//! Promises: behind the one commit the table has the events that the day's files had, told by collector and seq, each of
//! their frames once; or nothing has changed. Others commit meanwhile. Must not know: how events are read.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::sync::Arc;

use arrow::array::{AsArray, BooleanArray};
use arrow::datatypes::Int64Type;
use arrow::error::ArrowError;
use datafusion::object_store::ObjectStoreExt;
use datafusion::object_store::path::Path;
use datafusion::physical_plan::execute_stream;
use datafusion::prelude::SessionContext;
use deltalake::kernel::Add;
use deltalake::protocol::DeltaOperation;
use futures::StreamExt;
use roaring::RoaringTreemap;
use schema::columns::table_schema;
use schema::{Column, EventBatch};

use super::files::LakeFile;
use super::fresh::{Load, load};
use super::parquet_file::encode;
use super::rows::{Rows, day_of};
use super::scan::ordered_plan;
use super::writer::put;
use super::{Inner, Lake};
use crate::error::Error;

/// Batches that wait for a file at most: each has its own arrays, however few its rows are.
const BATCHES_MAX: usize = 4_096;

/// A day that is being written anew. What was taken is in the table with [`Rewrite::commit`] only.
pub struct Rewrite {
    lake: Arc<Inner>,
    day: i32,
    /// The day's files.
    files: Vec<LakeFile>,
    held: Arc<Held>,
    made: Held,
    waiting: Vec<EventBatch>,
    load: Load,
    /// Files that are written, to be added to the table.
    added: Vec<Add>,
    done: Rewritten,
}

/// What became of a day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rewritten {
    /// Rows before, by format.
    pub before: BTreeMap<String, u64>,
    /// Rows now, by format.
    pub after: BTreeMap<String, u64>,
}

/// Events by tenant, first collector and seq.
#[derive(Debug, Default)]
pub struct Held(BTreeMap<String, BTreeMap<String, RoaringTreemap>>);

impl Held {
    /// True when a tenant has an event of that first collector with one of these seqs.
    pub fn has(&self, collector: &str, seqs: RangeInclusive<u64>) -> bool {
        self.0
            .values()
            .filter_map(|of| of.get(collector))
            .any(|known| known.range_cardinality(seqs.clone()) > 0)
    }

    fn of(&self, tenant: &str, collector: &str) -> Option<&RoaringTreemap> {
        self.0.get(tenant)?.get(collector)
    }

    fn insert(&mut self, tenant: &str, collector: &str, seq: u64) {
        if self.of(tenant, collector).is_none() {
            self.0.entry(tenant.to_owned()).or_default().entry(collector.to_owned()).or_default();
        }
        let known = self.0.get_mut(tenant).and_then(|of| of.get_mut(collector));
        known.map(|seqs| seqs.insert(seq));
    }
}

impl Lake {
    /// The days of reception that it has events of, since 1970, UTC.
    pub async fn days(&self) -> Result<BTreeSet<i32>, Error> {
        let view = self.inner.table.latest(&[]).await?;
        Ok(view.files()?.all().iter().map(|file| file.day).collect())
    }

    /// Begins to write a day of reception (since 1970, UTC) anew.
    pub async fn rewrite(&self, day: i32) -> Result<Rewrite, Error> {
        let view = self.inner.table.latest(&[]).await?;
        let files: Vec<LakeFile> =
            view.files()?.all().iter().filter(|file| file.day == day).cloned().collect();
        let (held, before) = look(&self.inner, &files).await?;
        Ok(Rewrite {
            lake: Arc::clone(&self.inner),
            day,
            files,
            held: Arc::new(held),
            made: Held::default(),
            waiting: Vec::new(),
            load: Load::default(),
            added: Vec::new(),
            done: Rewritten { before, ..Rewritten::default() },
        })
    }
}

impl Rewrite {
    /// The events that the day has.
    pub fn held(&self) -> Arc<Held> {
        Arc::clone(&self.held)
    }

    /// Takes events; those that the day has not are left out.
    pub async fn take(&mut self, batches: Vec<EventBatch>) -> Result<(), Error> {
        let mut taken = Vec::with_capacity(batches.len());
        for batch in batches {
            let keep = self.note(&batch)?;
            match keep.true_count() {
                0 => {}
                all if all == batch.len() => taken.push(batch),
                _ => taken.push(batch.filter(&keep)?),
            }
        }
        self.load.add(load(&taken));
        self.waiting.append(&mut taken);
        let settings = &self.lake.settings;
        if self.load.rows >= settings.flush_rows
            || self.load.bytes >= settings.flush_bytes
            || self.waiting.len() >= BATCHES_MAX
        {
            self.write().await?;
        }
        Ok(())
    }

    /// Which rows are of events that the day has; they are noted as made.
    fn note(&mut self, batch: &EventBatch) -> Result<BooleanArray, ArrowError> {
        let texts = |column| batch.texts(column).ok_or_else(lacking);
        let (tenants, collectors) = (texts(Column::Tenant)?, texts(Column::Collector)?);
        let formats = texts(Column::Format)?;
        let seqs = batch.ints(Column::Seq).ok_or_else(lacking)?;
        let received = batch.times(Column::EventIngested).ok_or_else(lacking)?;
        let keep = (0..batch.len()).map(|row| {
            let (tenant, collector, seq) =
                (tenants.value(row), collectors.value(row), seqs.value(row) as u64);
            // Of a node whose disk was replaced, another day may have the same seqs.
            let is_held = day_of(received.value(row)) == self.day
                && self.held.of(tenant, collector).is_some_and(|held| held.contains(seq));
            if is_held {
                self.made.insert(tenant, collector, seq);
                count(&mut self.done.after, formats.value(row));
            }
            Some(is_held)
        });
        Ok(keep.collect())
    }

    /// Writes what waits as files that the table does not name yet.
    async fn write(&mut self) -> Result<(), Error> {
        self.load = Load::default();
        let rows = Rows::sorted(std::mem::take(&mut self.waiting), &self.lake.settings.retention)?;
        let number = self.files.iter().map(LakeFile::number).max().unwrap_or(0);
        for part in rows.parts() {
            let encoded = encode(&rows, &part.range, self.lake.settings.row_group_rows)?;
            self.added.push(put(&self.lake, part, number, encoded, true).await?);
        }
        Ok(())
    }

    /// Puts what was taken in the place of what the day has: an error, and nothing done, when an event is missing, or when another
    /// has joined or dropped the day's files.
    pub async fn commit(mut self) -> Result<Rewritten, Error> {
        let replaced = self.replace().await;
        match replaced {
            Ok(()) => Ok(self.done),
            Err(error) => {
                self.abandon().await;
                Err(error)
            }
        }
    }

    async fn replace(&mut self) -> Result<(), Error> {
        self.write().await?;
        for (tenant, collectors) in &self.held.0 {
            for (collector, held) in collectors {
                let missing = match self.made.of(tenant, collector) {
                    Some(made) => held - made,
                    None => held.clone(),
                };
                if let Some(first) = missing.min() {
                    let collector = collector.clone();
                    return Err(Error::LakeEvents { missing: missing.len(), collector, first });
                }
            }
        }
        if self.files.is_empty() {
            return Ok(());
        }
        let operation = DeltaOperation::Update { predicate: None };
        self.lake.table.replace(&self.files, self.added.clone(), true, operation).await
    }

    /// Removes what was written; what cannot be removed now is in no version, and goes with the next vacuum.
    pub async fn abandon(self) {
        let store = self.lake.table.store();
        for add in &self.added {
            store.delete(&Path::from(add.path.as_str())).await.ok();
        }
    }
}

/// Which events these files have, and how many rows of each format.
async fn look(lake: &Inner, files: &[LakeFile]) -> Result<(Held, BTreeMap<String, u64>), Error> {
    let (mut events, mut rows) = (Held::default(), BTreeMap::new());
    if files.is_empty() {
        return Ok((events, rows));
    }
    let schema = table_schema();
    let position = |column: Column| schema.index_of(column.name());
    let columns = [Column::Tenant, Column::Collector, Column::Seq, Column::Format].map(position);
    let columns = columns.into_iter().collect::<Result<Vec<_>, _>>()?;
    let session = SessionContext::new();
    let plan = ordered_plan(lake, &session.state(), files, columns).map_err(Error::query)?;
    let mut batches = execute_stream(plan, session.task_ctx()).map_err(Error::query)?;
    while let Some(batch) = batches.next().await {
        let batch = batch.map_err(Error::query)?;
        let column = |column: Column| batch.column_by_name(column.name());
        let texts = |wanted| column(wanted).and_then(|array| array.as_string_view_opt());
        let seqs = column(Column::Seq).and_then(|array| array.as_primitive_opt::<Int64Type>());
        let (Some(tenants), Some(collectors), Some(seqs), Some(formats)) =
            (texts(Column::Tenant), texts(Column::Collector), seqs, texts(Column::Format))
        else {
            return Err(lacking().into());
        };
        for row in 0..batch.num_rows() {
            events.insert(tenants.value(row), collectors.value(row), seqs.value(row) as u64);
            count(&mut rows, formats.value(row));
        }
    }
    Ok((events, rows))
}

fn count(rows: &mut BTreeMap<String, u64>, format: &str) {
    match rows.get_mut(format) {
        Some(rows) => *rows += 1,
        None => drop(rows.insert(format.to_owned(), 1)),
    }
}

fn lacking() -> ArrowError {
    ArrowError::SchemaError("rows without the columns every event has".to_owned())
}
