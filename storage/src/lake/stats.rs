//! What the lake holds, and what each column costs.
//!
//! Promises: sizes are those of the live files, compressed as they lie there. Must not know: how it is shown.

use std::collections::BTreeMap;

use super::Lake;
use super::footers::footers;
use super::fresh::Load;
use crate::error::Error;

/// What a lake holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LakeStats {
    /// Rows in the table.
    pub rows: u64,
    /// Live files.
    pub files: usize,
    /// Bytes of all live files.
    pub bytes: u64,
    /// Commits made so far, of every kind.
    pub commits: u64,
    /// First and last UTC day of reception, days since 1970; none while the table is empty.
    pub days: Option<(i32, i32)>,
    /// Every column of the live files, the costliest first.
    pub columns: Vec<ColumnSize>,
    /// What waits for the next commit.
    pub waiting: Load,
}

/// What a column costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnSize {
    /// Its name.
    pub name: String,
    /// Bytes in the files.
    pub compressed_bytes: u64,
    /// Bytes before compression, as encoded.
    pub encoded_bytes: u64,
    /// Bytes of its Bloom filters.
    pub bloom_filter_bytes: u64,
}

impl Lake {
    /// Reads the footers of all files and sums them up.
    pub async fn stats(&self) -> Result<LakeStats, Error> {
        let view = self.inner.table.latest(&[]).await?;
        let files = view.files()?;
        let mut columns: BTreeMap<String, ColumnSize> = BTreeMap::new();
        let mut rows = 0;
        for footer in footers(&self.inner.table.store(), files.all()).await? {
            rows += u64::try_from(footer.file_metadata().num_rows()).unwrap_or(0);
            for chunk in footer.row_groups().iter().flat_map(|group| group.columns()) {
                let name = chunk.column_path().parts().first().cloned().unwrap_or_default();
                let column = columns.entry(name.clone()).or_insert_with(|| ColumnSize::empty(name));
                column.compressed_bytes += u64::try_from(chunk.compressed_size()).unwrap_or(0);
                column.encoded_bytes += u64::try_from(chunk.uncompressed_size()).unwrap_or(0);
                column.bloom_filter_bytes +=
                    chunk.bloom_filter_length().and_then(|bytes| u64::try_from(bytes).ok()).unwrap_or(0);
            }
        }
        let mut columns: Vec<ColumnSize> = columns.into_values().collect();
        columns.sort_by_key(|column| std::cmp::Reverse(column.compressed_bytes));
        let days = files.all().iter().map(|file| file.day);
        Ok(LakeStats {
            rows,
            files: files.all().len(),
            bytes: files.all().iter().map(|file| file.size_bytes).sum(),
            commits: view.delta().version().map_or(0, |version| version + 1),
            days: days.clone().min().zip(days.max()),
            columns,
            waiting: self.inner.fresh.total(),
        })
    }
}

impl ColumnSize {
    fn empty(name: String) -> ColumnSize {
        ColumnSize { name, compressed_bytes: 0, encoded_bytes: 0, bloom_filter_bytes: 0 }
    }
}
