//! A store that fails at the put it is told to, and counts what is read.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use datafusion::object_store::memory::InMemory;
use datafusion::object_store::path::Path;
use datafusion::object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};
use futures::stream::BoxStream;

/// How a put fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing was stored.
    Lost,
    /// It was stored, and the answer was lost.
    Uncertain,
}

/// What lies beneath survives the stores over it.
#[derive(Debug)]
pub struct FaultyStore {
    beneath: Arc<dyn ObjectStore>,
    fault: Option<(usize, Fault)>,
    puts: AtomicUsize,
    /// Reads of data files.
    pub reads: AtomicUsize,
}

impl FaultyStore {
    pub fn new(beneath: Arc<dyn ObjectStore>, fault: Option<(usize, Fault)>) -> Arc<FaultyStore> {
        Arc::new(FaultyStore { beneath, fault, puts: AtomicUsize::new(0), reads: AtomicUsize::new(0) })
    }

    pub fn puts(&self) -> usize {
        self.puts.load(Ordering::SeqCst)
    }
}

pub fn memory() -> Arc<dyn ObjectStore> {
    Arc::new(InMemory::new())
}

fn broken() -> Error {
    Error::Generic { store: "faulty", source: "the line was cut".into() }
}

impl fmt::Display for FaultyStore {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("faulty")
    }
}

#[async_trait]
impl ObjectStore for FaultyStore {
    async fn put_opts(&self, location: &Path, payload: PutPayload, options: PutOptions) -> Result<PutResult> {
        let number = self.puts.fetch_add(1, Ordering::SeqCst);
        match self.fault {
            Some((at, Fault::Lost)) if at == number => Err(broken()),
            Some((at, Fault::Uncertain)) if at == number => {
                self.beneath.put_opts(location, payload, options).await?;
                Err(broken())
            }
            _ => self.beneath.put_opts(location, payload, options).await,
        }
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.beneath.put_multipart_opts(location, options).await
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        if location.extension() == Some("parquet") {
            self.reads.fetch_add(1, Ordering::SeqCst);
        }
        self.beneath.get_opts(location, options).await
    }

    async fn get_ranges(&self, location: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        self.reads.fetch_add(1, Ordering::SeqCst);
        self.beneath.get_ranges(location, ranges).await
    }

    fn delete_stream(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        self.beneath.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.beneath.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.beneath.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.beneath.copy_opts(from, to, options).await
    }
}
