//! The files of the chain: what they are called, and which lines of them count.
//!
//! A file is written by one run, for one day. The next one begins with the record on which it builds, once more: whatever
//! stands behind that record in the file before is void, as it was never known to be durable.
//!
//! Promises: no file is written to by a later run; no number is used twice. Must not know: what is in pieces.

use std::fmt;
use std::ops::Range;

use super::record::Signed;
use super::signer::PublicKey;
use crate::disk::{Disk, DiskFile};
use crate::error::Error;
use crate::lake::Retention;

/// What a chain's file name ends with.
const CHAIN: &str = ".chain";
/// What it has behind it until the record that it begins with is durable.
const DRAFT: &str = ".new";

/// A file of the chain, and the objects that belong to it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SetName {
    /// Counts up; never used twice.
    pub number: u64,
    /// Day on which the frames came, `2026-03-16`, UTC.
    pub day: String,
}

impl SetName {
    /// Reads the name of a chain's file; none for other files.
    pub fn read(name: &str) -> Option<SetName> {
        let (number, day) = name.strip_suffix(CHAIN)?.split_once('-')?;
        let read = SetName { number: number.parse().ok()?, day: day.to_owned() };
        (read.to_string() == name).then_some(read)
    }

    /// What the file is called until its first record is durable.
    pub fn draft(&self) -> String {
        format!("{self}{DRAFT}")
    }

    /// File name of one of its objects. A backup copies files in the order of their names: the chain before what it names.
    pub fn object(&self, number: usize, retention: Retention) -> String {
        format!("{:010}-{}.object-{number:05}.{}", self.number, self.day, retention.name())
    }
}

impl fmt::Display for SetName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:010}-{}{CHAIN}", self.number, self.day)
    }
}

/// Day and class of an object, from its name; none for other files.
pub fn of_object(name: &str) -> Option<(&str, Retention)> {
    let (set, rest) = name.split_once(".object-")?;
    let (_, day) = set.split_once('-')?;
    let (_, class) = rest.split_once('.')?;
    Some((day, Retention::by_name(class)?))
}

/// True for the name of a file of the chain that was never begun.
pub fn is_draft(name: &str) -> bool {
    name.strip_suffix(DRAFT).is_some_and(|name| SetName::read(name).is_some())
}

/// The chain's files, oldest first.
pub fn files<D: Disk>(disk: &D) -> Result<Vec<SetName>, Error> {
    let names = disk.list().map_err(Error::disk("list", "the originals' folder"))?;
    let mut files: Vec<SetName> = names.iter().filter_map(|name| SetName::read(name)).collect();
    files.sort();
    Ok(files)
}

/// A line of a file of the chain.
#[derive(Debug)]
pub struct Line {
    /// Where it stands, its end included.
    pub bytes: Range<u64>,
    /// What reads as a record. Whether it was signed is not looked at.
    pub signed: Option<Signed>,
    /// It was not written to its end.
    pub is_cut: bool,
}

/// The lines of a file. What stands behind the last line's end is one too, and no record.
pub fn lines<D: Disk>(disk: &D, name: &str) -> Result<Vec<Line>, Error> {
    let content = read(disk, name, 0..u64::MAX)?;
    let (mut lines, mut from) = (Vec::new(), 0);
    for line in content.split_inclusive(|byte| *byte == b'\n') {
        let to = from + line.len() as u64;
        let text = line.strip_suffix(b"\n");
        // A whole record lacks nothing but its end when that was changed.
        let is_cut = text.is_none() && line.split_last().is_none_or(|(_, text)| Signed::read(text).is_none());
        lines.push(Line { bytes: from..to, signed: text.and_then(Signed::read), is_cut });
        from = to;
    }
    Ok(lines)
}

/// A file of the chain as it is read.
#[derive(Debug)]
pub struct File {
    /// Its name.
    pub name: String,
    /// Its lines. The first is the record that the file builds on.
    pub lines: Vec<Line>,
    /// The record that the next file builds on: what stands behind it here is void.
    pub next: Option<Signed>,
}

/// Reads the files one after the other.
pub fn walk<D: Disk>(disk: &D) -> Result<impl Iterator<Item = Result<File, Error>>, Error> {
    let read = |file: SetName| {
        let name = file.to_string();
        let lines = lines(disk, &name);
        lines.map(|lines| File { name, lines, next: None })
    };
    let mut files = files(disk)?.into_iter().map(read).peekable();
    Ok(std::iter::from_fn(move || {
        let file = files.next()?;
        let next = files.peek().and_then(|next| next.as_ref().ok()?.lines.first()?.signed.clone());
        Some(file.map(|file| File { next, ..file }))
    }))
}

/// The last record there is, and its file.
pub fn head<D: Disk>(disk: &D, key: &PublicKey) -> Result<Option<(SetName, Signed)>, Error> {
    for file in files(disk)?.into_iter().rev() {
        let records = lines(disk, &file.to_string())?.into_iter().rev().filter_map(|line| line.signed);
        if let Some(last) = records.into_iter().find(|signed| key.vouches_for(signed)) {
            return Ok(Some((file, last)));
        }
    }
    Ok(None)
}

/// These bytes of a file, fewer where it ends before.
pub fn read<D: Disk>(disk: &D, name: &str, bytes: Range<u64>) -> Result<Vec<u8>, Error> {
    let failed = || Error::disk("read", name);
    let file = disk.open(name).map_err(failed())?;
    let end = bytes.end.min(file.size_bytes().map_err(failed())?);
    let length = usize::try_from(end.saturating_sub(bytes.start)).unwrap_or(usize::MAX);
    let mut read = vec![0; length];
    let mut filled = 0;
    while let Some(rest) = read.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match file.read_at(bytes.start + filled as u64, rest) {
            Ok(0) => break,
            Ok(more) => filled += more,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(failed()(error)),
        }
    }
    read.truncate(filled);
    Ok(read)
}
