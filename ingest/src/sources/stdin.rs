//! Standard input, or any pipe: lines until its end.
//!
//! Promises: those of a stream: what a slow journal cannot take stays in the pipe. Must not know: what a line means.

use std::fs::File;
use std::io;
use std::os::fd::AsFd;

use super::rate::Rate;
use super::{Error, Port, streams};
use crate::framing::Framer;

/// A pipe, open.
#[derive(Debug)]
pub struct Stdin(tokio::fs::File);

impl Stdin {
    /// The process's standard input.
    pub fn open() -> Result<Stdin, Error> {
        let input = io::stdin().as_fd().try_clone_to_owned();
        let input = input.map_err(|source| Error::File { path: "standard input".to_owned(), source })?;
        Ok(Stdin::of(File::from(input)))
    }

    /// Any pipe.
    pub fn of(pipe: File) -> Stdin {
        Stdin(tokio::fs::File::from_std(pipe))
    }

    /// Receives until its end, or until told to stop.
    pub async fn run(self, port: Port) -> Result<(), Error> {
        let rate = Rate::new(&port.limits);
        streams::deliver(self.0, Framer::new(port.limits.line_bytes_max()), None, &port, &rate).await;
        Ok(())
    }
}
