//! Files as a source: found, opened, decompressed, read as text and cut into frames.
//!
//! ```text
//! discover ─ paths, folders, globs, `-`              →  inputs
//! open     ─ bytes as on disk (hash, progress)       →  decompressed bytes, archive members
//! text     ─ UTF-8, UTF-16, Windows-1252, binary?    →  UTF-8
//! frames   ─ lines, JSON objects, csvlog records     →  `FrameBatch`
//! ```
//!
//! Promises: each byte of a plain UTF-8 file is copied once, into the buffer the parser's columns will point
//! at; memory is a few `batch_bytes` an input, whatever it holds; what cannot be read is an [`InputProblem`]
//! and the rest is delivered. Must not know: formats.

mod archive;
mod body;
mod csvlog;
mod discover;
pub(crate) mod evtx;
mod frames;
mod input;
mod joins;
mod line_end;
mod magic;
mod open;
mod problem;
mod report;
mod tar;
mod text;
mod window;
mod zip;

#[cfg(test)]
mod tests;

pub(crate) use body::cut_body;
pub use discover::{Discovery, discover};
pub use input::{Input, ReadOptions, read_stream};
pub use problem::{InputProblem, InputProblemKind};
pub use report::{InputReport, MemberReport};
