//! Standard input, or any pipe: lines, or the entries of `journalctl -o export`, until its end.
//!
//! Promises: those of a stream: what a slow journal cannot take stays in the pipe; the first bytes tell which of both it is.
//! Must not know: what a line or a field means.

use std::fs::File;
use std::io;
use std::os::fd::AsFd;

use super::rate::Rate;
use super::{Error, Port, streams};
use crate::framing::entries::CURSOR;
use crate::framing::{Cut, Cuts, Entries, Framer};

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
        let piped = Piped::Unheard { head: Vec::new(), line_bytes_max: port.limits.line_bytes_max() };
        streams::deliver(self.0, piped, None, &port, &rate).await;
        Ok(())
    }
}

/// What comes through a pipe.
enum Piped {
    /// Too little came to tell.
    Unheard {
        head: Vec<u8>,
        line_bytes_max: usize,
    },
    Lines(Framer),
    Entries(Entries),
}

impl Piped {
    /// Decides, once enough has come. `is_last`: no more will.
    fn decide(&mut self, is_last: bool) {
        let Piped::Unheard { head, line_bytes_max } = self else { return };
        let is_short = head.len() < CURSOR.len() && CURSOR.starts_with(head);
        if is_short && !is_last {
            return;
        }
        let (head, line_bytes_max) = (std::mem::take(head), *line_bytes_max);
        *self = match head.starts_with(CURSOR) {
            true => Piped::Entries(Entries::new(line_bytes_max)),
            false => Piped::Lines(Framer::new(line_bytes_max)),
        };
        *self.buffer() = head;
    }
}

impl Cuts for Piped {
    fn buffer(&mut self) -> &mut Vec<u8> {
        match self {
            Piped::Unheard { head, .. } => head,
            Piped::Lines(framer) => framer.buffer(),
            Piped::Entries(entries) => entries.buffer(),
        }
    }

    fn cut(&mut self, is_last: bool) {
        self.decide(is_last);
        match self {
            Piped::Unheard { .. } => {}
            Piped::Lines(framer) => framer.cut(is_last),
            Piped::Entries(entries) => entries.cut(is_last),
        }
    }

    fn take(&mut self) -> Option<Cut> {
        match self {
            Piped::Unheard { .. } => None,
            Piped::Lines(framer) => framer.take(),
            Piped::Entries(entries) => entries.take(),
        }
    }

    fn take_malformed(&mut self) -> u64 {
        match self {
            Piped::Unheard { .. } => 0,
            Piped::Lines(framer) => framer.take_malformed(),
            Piped::Entries(entries) => entries.take_malformed(),
        }
    }
}
