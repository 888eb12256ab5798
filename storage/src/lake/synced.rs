//! A file system as object store whose writes are on the disk when they answer.
//!
//! The store that comes with the table format renames without syncing: after a power cut a commit may be there and empty,
//! and the table unreadable. Here the bytes are synced before the file has its name, and the folder before the answer.
//!
//! Promises: a put that answered Ok is whole after a power cut; one that did not is whole or absent.
//! Must not know: what is written.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use datafusion::object_store::local::LocalFileSystem;
use datafusion::object_store::path::Path;
use datafusion::object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore, PutMode,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, RenameOptions, Result, UploadPart,
};
use futures::stream::{self, BoxStream};
use futures::{FutureExt, StreamExt, TryStreamExt};

/// The whole file system, from its root.
#[derive(Debug, Clone, Default)]
pub(crate) struct Synced {
    local: Arc<LocalFileSystem>,
}

/// Tells the parts of files that are being written apart.
static STAGED: AtomicU64 = AtomicU64::new(0);

impl fmt::Display for Synced {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "synced {}", self.local)
    }
}

#[async_trait]
impl ObjectStore for Synced {
    async fn put_opts(&self, location: &Path, payload: PutPayload, options: PutOptions) -> Result<PutResult> {
        let path = self.local.path_to_filesystem(location)?;
        let is_new = match options.mode {
            PutMode::Create => true,
            PutMode::Overwrite => false,
            // Refused by the store beneath, in its own words.
            PutMode::Update(_) => return self.local.put_opts(location, payload, options).await,
        };
        tokio::task::spawn_blocking(move || put(&path, &payload, is_new))
            .await?
            .map_err(|source| told(location, source))?;
        Ok(PutResult { e_tag: None, version: None })
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        _options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        Ok(Box::new(Parts { store: self.clone(), location: location.clone(), parts: Vec::new() }))
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        self.local.get_opts(location, options).await
    }

    async fn get_ranges(&self, location: &Path, ranges: &[std::ops::Range<u64>]) -> Result<Vec<Bytes>> {
        self.local.get_ranges(location, ranges).await
    }

    fn delete_stream(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        self.local.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.local.list(prefix)
    }

    fn list_with_offset(
        &self,
        prefix: Option<&Path>,
        offset: &Path,
    ) -> BoxStream<'static, Result<ObjectMeta>> {
        let (store, prefix, offset) =
            (self.local.clone(), prefix.cloned().unwrap_or_default(), offset.clone());
        let listed = async move {
            let asked = prefix.clone();
            let names = tokio::task::spawn_blocking(move || behind(&store, &prefix, &offset)).await?;
            names.map_err(|source| told(&asked, source))
        };
        let stream = listed.into_stream().map_ok(|objects| stream::iter(objects.into_iter().map(Ok)));
        stream.try_flatten().boxed()
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.local.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.local.copy_opts(from, to, options).await
    }

    async fn rename_opts(&self, from: &Path, to: &Path, options: RenameOptions) -> Result<()> {
        self.local.rename_opts(from, to, options).await
    }
}

/// An upload in parts, written as one file when it is complete.
#[derive(Debug)]
struct Parts {
    store: Synced,
    location: Path,
    parts: Vec<PutPayload>,
}

#[async_trait]
impl MultipartUpload for Parts {
    fn put_part(&mut self, part: PutPayload) -> UploadPart {
        self.parts.push(part);
        async { Ok(()) }.boxed()
    }

    async fn complete(&mut self) -> Result<PutResult> {
        let whole = self.parts.drain(..).flatten().collect::<PutPayload>();
        self.store.put_opts(&self.location, whole, PutOptions::default()).await
    }

    async fn abort(&mut self) -> Result<()> {
        self.parts.clear();
        Ok(())
    }
}

/// Writes `path` whole and synced; when it must be new, an error of kind `AlreadyExists` if it is there.
fn put(path: &FilePath, payload: &PutPayload, is_new: bool) -> io::Result<()> {
    let folder = path.parent().unwrap_or(path);
    make_folder(folder)?;
    let (staged, mut file) = stage(path)?;
    let written = payload.iter().try_for_each(|part| file.write_all(part)).and_then(|()| file.sync_all());
    let named =
        written.and_then(|()| if is_new { fs::hard_link(&staged, path) } else { fs::rename(&staged, path) });
    if is_new || named.is_err() {
        // What is left behind has a name that no table lists.
        fs::remove_file(&staged).or_else(|error| if named.is_err() { Ok(()) } else { Err(error) })?;
    }
    named?;
    sync_folder(folder)
}

/// A new file beside `path`. The store beneath does not list names that end in `#` and digits.
fn stage(path: &FilePath) -> io::Result<(PathBuf, File)> {
    loop {
        let mut name = path.as_os_str().to_owned();
        name.push(format!("#{}", STAGED.fetch_add(1, Ordering::Relaxed)));
        let staged = PathBuf::from(name);
        match OpenOptions::new().write(true).create_new(true).open(&staged) {
            Ok(file) => return Ok((staged, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
}

/// Makes a folder and those above it; the names of new ones are durable.
fn make_folder(folder: &FilePath) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    if let Some(above) = folder.parent() {
        make_folder(above)?;
    }
    match fs::create_dir(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    folder.parent().map_or(Ok(()), sync_folder)
}

/// The files of a folder and those below it behind `offset`. A log has thousands of files of which the last few are asked
/// for: only these are looked at, which the store beneath does with all.
fn behind(local: &LocalFileSystem, folder: &Path, offset: &Path) -> io::Result<Vec<ObjectMeta>> {
    let mut found = Vec::new();
    let path = local.path_to_filesystem(folder).map_err(io::Error::other)?;
    let entries = match fs::read_dir(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(found),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let Some(name) = entry.file_name().to_str().map(str::to_owned) else { continue };
        let location = folder.clone().join(name.as_str());
        if entry.file_type()?.is_dir() {
            found.extend(behind(local, &location, offset)?);
        } else if location > *offset && !is_staged(&name) {
            let metadata = match entry.metadata() {
                // Removed since the folder was read.
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                metadata => metadata?,
            };
            found.push(ObjectMeta {
                location,
                last_modified: metadata.modified()?.into(),
                size: metadata.len(),
                e_tag: None,
                version: None,
            });
        }
    }
    Ok(found)
}

/// True for a file that is being written.
fn is_staged(name: &str) -> bool {
    name.rsplit_once('#').is_some_and(|(_, digits)| digits.bytes().all(|digit| digit.is_ascii_digit()))
}

fn sync_folder(folder: &FilePath) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

fn told(location: &Path, source: io::Error) -> Error {
    let path = location.to_string();
    if source.kind() == io::ErrorKind::AlreadyExists {
        return Error::AlreadyExists { path, source: source.into() };
    }
    Error::Generic { store: "synced", source: source.into() }
}
