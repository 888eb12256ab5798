//! The state: what changes, in one SQLite file. Today what people say of alerts.
//!
//! Two processes may work with it at once, a service and the command line: SQLite's own locks keep them apart. A process has
//! one writer, a thread of its own that takes what has come and makes it durable by one commit; whoever reads does so by a
//! connection of its own and waits for no writer.
//!
//! Promises: what was answered is on the disk; a file of an earlier version is brought to this one by steps, whole or not at
//! all; a file that is damaged, or of a later version, is named and left as it is. Must not know: rules, how alerts are
//! told.

mod file;
mod verdicts;
mod writer;

use std::path::{Path, PathBuf};

use rusqlite::Connection;

use crate::Error;
pub use verdicts::Judged;
use writer::Writer;

/// The state, open for writing.
#[derive(Debug)]
pub struct State {
    writer: Writer,
}

impl State {
    /// Opens the state, made when it is not there, and looks whether it is whole.
    pub fn open(path: &Path) -> Result<State, Error> {
        let connection = file::open(path)?;
        file::check(&connection, path)?;
        Ok(State { writer: Writer::start(connection, path)? })
    }
}

/// The state as it is read.
#[derive(Debug)]
pub struct StateReader {
    path: PathBuf,
    connection: Connection,
}

impl StateReader {
    /// Opens it for reading; none when nothing was ever kept there.
    pub fn open(path: &Path) -> Result<Option<StateReader>, Error> {
        if !path.exists() {
            return Ok(None);
        }
        Ok(Some(StateReader { path: path.to_owned(), connection: file::read(path)? }))
    }
}

/// Reads a state to its end, of this version or an earlier one: an error when it is damaged.
pub fn check(path: &Path) -> Result<(), Error> {
    file::check(&file::look(path)?, path)
}

/// Writes a copy as of one moment to `to`, where nothing is yet, and makes it durable.
pub fn copy(path: &Path, to: &Path) -> Result<(), Error> {
    file::copy(&file::look(path)?, path, to)
}
