//! What keeps the lake small and quick while it is written: compaction, expiry, and removal of files no longer needed.
//!
//! Promises: no row is lost, there twice or out of its order; whole files only are dropped; what a query or a commit under
//! way may need is not removed. Must not know: when to run; each is to be called from time to time.

use std::collections::{BTreeMap, HashMap, HashSet};

use datafusion::object_store::path::Path;
use deltalake::protocol::DeltaOperation;
use deltalake::protocol::checkpoints::cleanup_metadata;
use futures::{StreamExt, TryStreamExt};

use super::files::LakeFile;
use super::merge::merged;
use super::retention::Retention;
use super::rows::Part;
use super::shape::TOMBSTONE_HOURS;
use super::table::View;
use super::writer::put;
use super::{Lake, LakeSettings};
use crate::error::Error;
use crate::kill_point;

/// So many files of like size are joined into one, and so many times larger is the next size: a row is written anew once
/// for each size that it passes through.
const FAN: u64 = 8;
/// Files up to this size are of the smallest kind.
const SMALLEST_BYTES: u64 = 1 << 20;
/// Most files joined at a time: of each the pages that are being read are in memory, some MiB ...
const FILES_MAX: usize = 16;
/// ... and a row group as it is stored; all of them take so much, unless [`FAN`] files take more.
const ROW_GROUPS_BYTES: u64 = 64 << 20;
/// A file that no version names is younger than this when its commit may yet come.
const ORPHAN_HOURS: i64 = 24;

const HOUR_MS: i64 = 3_600_000;

/// What a compaction did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Compacted {
    /// Files that are gone from the table.
    pub removed: usize,
    /// Files that hold their rows now.
    pub added: usize,
    /// Rows written anew.
    pub rows: u64,
}

/// What an expiry did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Expired {
    /// Files that are gone from the table.
    pub files: usize,
    /// Rows that they held.
    pub rows: u64,
}

impl Lake {
    /// Joins files of like size of the same partition, [`FAN`](self) and more at a time, until none of them is under
    /// `file_bytes`. Rows keep their order. Writers and queries go on meanwhile; of two compactions at a time one fails.
    pub async fn compact(&self) -> Result<Compacted, Error> {
        let mut done = Compacted::default();
        let view = self.inner.table.latest(&[]).await?;
        for group in groups(view.files()?.all(), &self.inner.settings) {
            let Some(part) = part_of(&group) else { continue };
            let encoded = merged(&self.inner, &group).await?;
            let rows = u64::try_from(encoded.metadata.file_metadata().num_rows()).unwrap_or(0);
            if group
                .iter()
                .map(|file| file.rows)
                .sum::<Option<u64>>()
                .is_some_and(|expected| expected != rows)
            {
                return Err(Error::LakeRows {
                    expected: group.iter().filter_map(|file| file.rows).sum(),
                    rows,
                });
            }
            let number = group.iter().map(LakeFile::number).max().unwrap_or(0);
            let add = put(&self.inner, &part, number, encoded, false).await?;
            kill_point::pass("compaction.file_written");
            let target_size = i64::try_from(self.inner.settings.file_bytes).unwrap_or(i64::MAX);
            let operation = DeltaOperation::Optimize { predicate: None, target_size };
            self.inner.table.replace(&group, vec![add], false, operation).await?;
            kill_point::pass("compaction.committed");
            done.removed += group.len();
            done.added += 1;
            done.rows += rows;
        }
        Ok(done)
    }

    /// Drops the files of days that lie more than `days_kept` behind `today` (days since 1970, UTC); a class for which it is
    /// none is kept, as under a legal hold.
    pub async fn expire(
        &self,
        today: i32,
        days_kept: impl Fn(Retention) -> Option<u32> + Send,
    ) -> Result<Expired, Error> {
        let view = self.inner.table.latest(&[]).await?;
        let is_over = |file: &&LakeFile| {
            let kept = file.retention.and_then(&days_kept).and_then(|days| i32::try_from(days).ok());
            kept.is_some_and(|days| today.saturating_sub(file.day) > days)
        };
        let over: Vec<LakeFile> = view.files()?.all().iter().filter(is_over).cloned().collect();
        if over.is_empty() {
            return Ok(Expired::default());
        }
        let operation = DeltaOperation::Delete { predicate: None };
        self.inner.table.replace(&over, Vec::new(), true, operation).await?;
        Ok(Expired { files: over.len(), rows: over.iter().filter_map(|file| file.rows).sum() })
    }

    /// Removes files that no version of the last hours names, and old parts of the log; answers how many files. A query may run
    /// for [`TOMBSTONE_HOURS`](self) on the version it took.
    pub async fn vacuum(&self, now_us: i64) -> Result<usize, Error> {
        let now_ms = now_us / 1_000;
        let view = self.inner.table.latest(&[]).await?;
        let live: HashSet<Path> = view.files()?.all().iter().map(|file| file.path.clone()).collect();
        let removed = self.tombstones(&view).await?;
        let store = self.inner.table.store();
        let mut listed = store.list(None);
        let mut needless = Vec::new();
        while let Some(object) = listed.next().await {
            let object = object.map_err(Error::lake_file("list", "files"))?;
            let is_data = object.location.extension() == Some("parquet")
                && !object.location.prefix_matches(&Path::from("_delta_log"));
            if !is_data || live.contains(&object.location) {
                continue;
            }
            let is_needless = match removed.get(&object.location) {
                Some(removed_ms) => now_ms - removed_ms >= TOMBSTONE_HOURS * HOUR_MS,
                None => now_ms - object.last_modified.timestamp_millis() >= ORPHAN_HOURS * HOUR_MS,
            };
            if is_needless {
                needless.push(object.location);
            }
        }
        let gone = futures::stream::iter(needless.into_iter().map(Ok)).boxed();
        let gone: Vec<Path> =
            store.delete_stream(gone).try_collect().await.map_err(Error::lake_file("remove", "files"))?;
        cleanup_metadata(view.delta(), None).await.map_err(Error::lake("clear the log of"))?;
        Ok(gone.len())
    }

    /// When files that the log still remembers left the table, ms since 1970.
    async fn tombstones(&self, view: &View) -> Result<HashMap<Path, i64>, Error> {
        let state = view.delta().snapshot().map_err(Error::lake("read"))?;
        let log_store = view.delta().log_store();
        let mut tombstones = state.all_tombstones(log_store.as_ref());
        let mut removed = HashMap::new();
        while let Some(tombstone) = tombstones.next().await {
            let tombstone = tombstone.map_err(Error::lake("read"))?;
            let removed_ms = tombstone.deletion_timestamp().unwrap_or(i64::MAX);
            removed.insert(Path::from(tombstone.path().as_ref()), removed_ms);
        }
        Ok(removed)
    }
}

/// What to join: files of one partition and like size, oldest first.
fn groups(files: &[LakeFile], settings: &LakeSettings) -> Vec<Vec<LakeFile>> {
    let file_bytes = settings.file_bytes;
    let mut alike: BTreeMap<(i32, Option<Retention>, u32), Vec<LakeFile>> = BTreeMap::new();
    for file in files.iter().filter(|file| file.size_bytes < file_bytes / 2) {
        let size = (file.size_bytes / SMALLEST_BYTES).checked_ilog(FAN).map_or(0, |size| size + 1);
        alike.entry((file.day, file.retention, size)).or_default().push(file.clone());
    }
    let mut groups = Vec::new();
    for mut files in alike.into_values() {
        files.sort_by(|one, other| one.path.cmp(&other.path));
        let mut group: Vec<LakeFile> = Vec::new();
        let (mut bytes, mut held_bytes) = (0, 0);
        for file in files {
            let held = row_group_bytes(&file, settings.row_group_rows as u64);
            let is_held_too_much = group.len() as u64 >= FAN && held_bytes + held > ROW_GROUPS_BYTES;
            if group.len() >= FILES_MAX || bytes + file.size_bytes > file_bytes || is_held_too_much {
                groups.push(std::mem::take(&mut group));
                (bytes, held_bytes) = (0, 0);
            }
            (bytes, held_bytes) = (bytes + file.size_bytes, held_bytes + held);
            group.push(file);
        }
        groups.push(group);
    }
    groups.retain(|group| group.len() as u64 >= FAN || is_full(group, file_bytes));
    groups
}

/// What a row group of a file takes as it is stored, about.
fn row_group_bytes(file: &LakeFile, rows: u64) -> u64 {
    let row_groups = file.rows.map_or(1, |all| all.div_ceil(rows.max(1)).max(1));
    file.size_bytes / row_groups
}

/// True when the files make one of the largest size together.
fn is_full(group: &[LakeFile], file_bytes: u64) -> bool {
    group.len() > 1 && group.iter().map(|file| file.size_bytes).sum::<u64>() >= file_bytes / 2
}

fn part_of(group: &[LakeFile]) -> Option<Part> {
    let (first, newest_ms) = (group.first()?, group.iter().map(|file| file.modified_ms).max()?);
    Some(Part { day: first.day, retention: first.retention?, range: 0..0, received_us: newest_ms * 1_000 })
}
