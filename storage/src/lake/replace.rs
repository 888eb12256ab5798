//! Files of the table taken out of it, and others put in their place.
//!
//! Delta lets a commit take out a file once more that a compaction has joined into another: its rows would then be there twice.
//! So each attempt is made on top of the newest version, in which all files must still be, and fails when another comes first.
//!
//! Promises: the files leave the table in the very commit that brings the others, or nothing has changed. Must not know: why.

use std::collections::HashSet;

use datafusion::object_store::path::Path;
use deltalake::kernel::{Action, Add, Remove};
use deltalake::protocol::DeltaOperation;

use super::files::LakeFile;
use super::table::{Table, View};
use crate::error::Error;

/// Attempts: each finds that another commit came first.
const ATTEMPTS: usize = 100;

impl Table {
    /// Takes `old` files out and puts `new` ones in: an error when another has taken one of them out.
    pub(crate) async fn replace(
        &self,
        old: &[LakeFile],
        new: Vec<Add>,
        is_data_changed: bool,
        operation: DeltaOperation,
    ) -> Result<(), Error> {
        let mut failed = None;
        for _ in 0..ATTEMPTS {
            let view = self.latest(&[]).await?;
            let files = view.files()?;
            let live: HashSet<&str> = files.all().iter().map(|file| file.path.as_ref()).collect();
            let gone = old.iter().filter(|file| !live.contains(file.path.as_ref()));
            let gone: Vec<&LakeFile> = gone.collect();
            // A commit may have been made in spite of its error.
            if failed.is_some()
                && gone.len() == old.len()
                && new.iter().all(|add| live.contains(add.path.as_str()))
            {
                return Ok(());
            }
            if let Some(file) = gone.first() {
                return Err(Error::LakeFileGone { file: file.path.to_string() });
            }
            let mut actions = removals(&view, old, is_data_changed)?;
            actions.extend(new.iter().cloned().map(Action::Add));
            let version = view.delta().version();
            match self.commit(&view, actions, operation.clone(), None, 0).await {
                Ok(_) => return Ok(()),
                Err(error) if self.latest(&[]).await?.delta().version() == version => return Err(error),
                Err(error) => failed = Some(error),
            }
        }
        failed.map_or(Ok(()), Err)
    }
}

/// The actions that take these files out of the table.
fn removals(view: &View, files: &[LakeFile], is_data_changed: bool) -> Result<Vec<Action>, Error> {
    let paths: HashSet<&Path> = files.iter().map(|file| &file.path).collect();
    let state = view.delta().snapshot().map_err(Error::lake("read"))?;
    let removals: Vec<Remove> = state
        .log_data()
        .iter()
        .filter(|file| paths.contains(&file.object_store_path()))
        .map(|file| file.remove_action(is_data_changed))
        .collect();
    Ok(removals.into_iter().map(Action::Remove).collect())
}
