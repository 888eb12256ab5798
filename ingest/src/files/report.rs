//! What reading an input came to: the books of one file.
//!
//! Promises: counts are exact, also when reading stopped early. Must not know: how they are shown.

use std::sync::Arc;

use super::problem::InputProblem;

/// The books of one input.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InputReport {
    /// Bytes of the file as on disk that were consumed.
    pub bytes_read: u64,
    /// Bytes of text that came out, after decompression and decoding.
    pub text_bytes: u64,
    /// Lines, blank ones and directives included. Of all members, for an archive.
    pub lines: u64,
    /// Frames delivered.
    pub frames: u64,
    /// Frames cut at the limit.
    pub truncated: u64,
    /// Frames that were not UTF-8.
    pub recoded: u64,
    /// SHA-256 of the file's bytes as on disk, lowercase hexadecimal; when asked for and read to the end.
    pub sha256: Option<String>,
    /// What could not be read.
    pub problems: Vec<InputProblem>,
    /// Last modification of the file, µs since 1970 UTC.
    pub modified_us: Option<i64>,
    /// The books of each text found inside, when the input is an archive.
    pub members: Vec<MemberReport>,
}

/// The books of one member of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberReport {
    /// `archive!member`, as in [`schema::Origin::collector`].
    pub name: Arc<str>,
    /// Bytes of its text.
    pub text_bytes: u64,
    /// Its lines.
    pub lines: u64,
    /// Its frames.
    pub frames: u64,
}

/// Counts of one text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) text_bytes: u64,
    pub(crate) lines: u64,
    pub(crate) frames: u64,
    pub(crate) truncated: u64,
    pub(crate) recoded: u64,
}

impl InputReport {
    pub(crate) fn add(&mut self, tally: Tally) {
        self.text_bytes += tally.text_bytes;
        self.lines += tally.lines;
        self.frames += tally.frames;
        self.truncated += tally.truncated;
        self.recoded += tally.recoded;
    }
}
