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
use datafusion::physical_plan::execute_stream;
use datafusion::prelude::SessionContext;
use deltalake::kernel::Action;
use deltalake::protocol::DeltaOperation;
use futures::StreamExt;
use roaring::RoaringTreemap;
use schema::columns::table_schema;
use schema::{Column, EventBatch};

use super::care::removals;
use super::files::LakeFile;
use super::fresh::load;
use super::parquet_file::encode;
use super::rows::Rows;
use super::scan::ordered_plan;
use super::table::View;
use super::writer::put;
use super::{Inner, Lake};
use crate::error::Error;

/// A day that is being written anew. What was taken is in the table with [`Rewrite::commit`] only.
pub struct Rewrite {
    lake: Arc<Inner>,
    view: Arc<View>,
    /// The day's files.
    files: Vec<LakeFile>,
    held: Arc<Held>,
    made: Held,
    waiting: Vec<EventBatch>,
    /// Files that are written, to be added to the table.
    added: Vec<Action>,
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

/// Events by first collector and seq.
#[derive(Debug, Default)]
pub struct Held(BTreeMap<String, RoaringTreemap>);

impl Held {
    /// True when one of that first collector has one of these seqs.
    pub fn has(&self, collector: &str, seqs: RangeInclusive<u64>) -> bool {
        self.of(collector).is_some_and(|known| known.range_cardinality(seqs) > 0)
    }

    fn of(&self, collector: &str) -> Option<&RoaringTreemap> {
        self.0.get(collector)
    }

    fn insert(&mut self, collector: &str, seq: u64) {
        if !self.0.contains_key(collector) {
            self.0.insert(collector.to_owned(), RoaringTreemap::new());
        }
        self.0.get_mut(collector).map(|seqs| seqs.insert(seq));
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
            view,
            files,
            held: Arc::new(held),
            made: Held::default(),
            waiting: Vec::new(),
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
        for batch in batches {
            let (Some(collectors), Some(seqs), Some(formats)) =
                (batch.texts(Column::Collector), batch.ints(Column::Seq), batch.texts(Column::Format))
            else {
                return Err(lacking().into());
            };
            let (made, after) = (&mut self.made, &mut self.done.after);
            let keep: BooleanArray = (0..batch.len())
                .map(|row| {
                    let (collector, seq) = (collectors.value(row), seqs.value(row) as u64);
                    let is_held = self.held.of(collector).is_some_and(|held| held.contains(seq));
                    if is_held {
                        made.insert(collector, seq);
                        count(after, formats.value(row));
                    }
                    Some(is_held)
                })
                .collect();
            if keep.true_count() > 0 {
                self.waiting.push(batch.filter(&keep)?);
            }
        }
        let (load, settings) = (load(&self.waiting), &self.lake.settings);
        if load.rows >= settings.flush_rows || load.bytes >= settings.flush_bytes {
            self.write().await?;
        }
        Ok(())
    }

    /// Writes what waits as files that the table does not name yet.
    async fn write(&mut self) -> Result<(), Error> {
        let rows = Rows::sorted(std::mem::take(&mut self.waiting), &self.lake.settings.retention)?;
        let number = self.files.iter().map(LakeFile::number).max().unwrap_or(0);
        for part in rows.parts() {
            let encoded = encode(&rows, &part.range, self.lake.settings.row_group_rows)?;
            self.added.push(Action::Add(put(&self.lake, part, number, encoded, true).await?));
        }
        Ok(())
    }

    /// Puts what was taken in the place of what the day has: an error, and nothing done, when an event is missing, or when another
    /// has joined or dropped the day's files.
    pub async fn commit(mut self) -> Result<Rewritten, Error> {
        self.write().await?;
        for (collector, held) in &self.held.0 {
            let made = self.made.of(collector).cloned().unwrap_or_default();
            let missing = held - made;
            if let Some(first) = missing.min() {
                return Err(Error::LakeEvents {
                    missing: missing.len(),
                    collector: collector.clone(),
                    first,
                });
            }
        }
        if self.files.is_empty() {
            return Ok(self.done);
        }
        let mut actions = removals(&self.view, &self.files, true)?;
        actions.append(&mut self.added);
        self.lake.table.commit(&self.view, actions, DeltaOperation::Update { predicate: None }, None).await?;
        Ok(self.done)
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
    let columns = [Column::Collector, Column::Seq, Column::Format].map(position);
    let columns = columns.into_iter().collect::<Result<Vec<_>, _>>()?;
    let session = SessionContext::new();
    let plan = ordered_plan(lake, &session.state(), files, columns).map_err(Error::query)?;
    let mut batches = execute_stream(plan, session.task_ctx()).map_err(Error::query)?;
    while let Some(batch) = batches.next().await {
        let batch = batch.map_err(Error::query)?;
        let column = |column: Column| batch.column_by_name(column.name());
        let texts = |wanted| column(wanted).and_then(|array| array.as_string_view_opt());
        let seqs = column(Column::Seq).and_then(|array| array.as_primitive_opt::<Int64Type>());
        let (Some(collectors), Some(seqs), Some(formats)) =
            (texts(Column::Collector), seqs, texts(Column::Format))
        else {
            return Err(lacking().into());
        };
        for row in 0..batch.num_rows() {
            events.insert(collectors.value(row), seqs.value(row) as u64);
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
