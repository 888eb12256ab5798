//! Footers of the lake's files.
//!
//! Promises: reads the end of a file, never the rest. Must not know: what is done with it.

use std::sync::Arc;

use bytes::Bytes;
use datafusion::object_store::path::Path;
use datafusion::object_store::{ObjectStore, ObjectStoreExt};
use futures::{StreamExt, TryStreamExt};
use parquet::errors::ParquetError;
use parquet::file::metadata::{PageIndexPolicy, ParquetMetaData, ParquetMetaDataReader};

use super::files::LakeFile;
use crate::error::Error;

/// Bytes of a file's end that are asked for at first.
const END_BYTES: u64 = 64 << 10;
/// Footers read at a time.
const AT_A_TIME: usize = 8;

/// The footers of these files, in order.
pub(super) async fn footers(
    store: &Arc<dyn ObjectStore>,
    files: &[LakeFile],
) -> Result<Vec<ParquetMetaData>, Error> {
    let reads: Vec<_> =
        files.iter().map(|file| footer(Arc::clone(store), file.path.clone(), file.size_bytes)).collect();
    futures::stream::iter(reads).buffered(AT_A_TIME).try_collect().await
}

async fn footer(store: Arc<dyn ObjectStore>, path: Path, size_bytes: u64) -> Result<ParquetMetaData, Error> {
    let mut end_bytes = END_BYTES;
    loop {
        let start = size_bytes.saturating_sub(end_bytes);
        let read = store.get_range(&path, start..size_bytes).await;
        let end: Bytes = read.map_err(Error::lake_file("read the footer of", path.as_ref()))?;
        let mut reader = ParquetMetaDataReader::new().with_page_index_policy(PageIndexPolicy::Skip);
        match reader.try_parse_sized(&end, size_bytes) {
            Ok(()) => return Ok(reader.finish()?),
            Err(ParquetError::NeedMoreData(needed)) if (needed as u64) > end_bytes => {
                end_bytes = needed as u64
            }
            Err(error) => return Err(error.into()),
        }
    }
}
