//! What could not be read, where, and what the operator can do about it.
//!
//! Promises: every problem has a mend; messages are lowercase. Must not know: exit codes, terminals.

use std::io;

/// One thing that could not be read. The rest of the input, and the other inputs, were.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {message}")]
pub struct InputProblem {
    /// The input as the user wrote it, `archive!member` for a member.
    pub path: String,
    /// What sort of problem.
    pub kind: InputProblemKind,
    /// Where in the file as it lies on disk, when known.
    pub offset_bytes: Option<u64>,
    /// Last line delivered before the problem, when there was one.
    pub line: Option<u64>,
    /// What happened.
    pub message: String,
    /// What to do about it.
    pub mend: String,
}

/// Sorts of [`InputProblem`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum InputProblemKind {
    /// Nothing there, or a pattern that matches nothing.
    Missing,
    /// No permission.
    Unreadable,
    /// A link leads back to where it started.
    Loop,
    /// Not a file: a socket, a device, or a named pipe inside a folder.
    NotAFile,
    /// The glob pattern itself is malformed.
    BadPattern,
    /// Not text.
    Binary,
    /// A known format that is not read.
    Unsupported,
    /// Compressed data or an archive that ends early.
    Truncated,
    /// Compressed data or an archive that is damaged.
    Corrupt,
    /// More layers of archives or compression than are opened.
    Nested,
    /// Expands so much that it must be a decompression bomb, or has too many members.
    Bomb,
    /// The system failed to read it.
    ReadFailed,
}

impl InputProblem {
    /// A problem of the whole input.
    pub(crate) fn new(
        path: &str,
        kind: InputProblemKind,
        message: impl Into<String>,
        mend: impl Into<String>,
    ) -> InputProblem {
        InputProblem {
            path: path.to_owned(),
            kind,
            offset_bytes: None,
            line: None,
            message: message.into(),
            mend: mend.into(),
        }
    }

    /// The same, found at this byte of the file on disk.
    pub(crate) fn at_offset(mut self, offset_bytes: u64) -> InputProblem {
        self.offset_bytes = Some(offset_bytes);
        self
    }

    /// The same, found after this line.
    pub(crate) fn after_line(mut self, line: u64) -> InputProblem {
        self.line = Some(line);
        self
    }

    /// What went wrong when a path was looked up or opened.
    pub(crate) fn of_path(path: &str, error: &io::Error) -> InputProblem {
        match error.kind() {
            io::ErrorKind::NotFound => {
                InputProblem::new(path, InputProblemKind::Missing, "no such file or folder", "check the path")
            }
            io::ErrorKind::PermissionDenied => InputProblem::new(
                path,
                InputProblemKind::Unreadable,
                "permission denied",
                "give read permission on it, or run as a user who has it",
            ),
            _ => InputProblem::new(
                path,
                InputProblemKind::ReadFailed,
                format!("cannot be read: {error}"),
                "check the disk or the share it lies on, then try again",
            ),
        }
    }

    /// What went wrong while its bytes were read. `decoded`: they came out of compression or an archive, so
    /// that the fault may lie in the bytes and not in the system.
    pub(crate) fn of_bytes(path: &str, error: &io::Error, decoded: bool) -> InputProblem {
        if let Some(bomb) = error.get_ref().and_then(|e| e.downcast_ref::<ExpandsTooMuch>()) {
            return InputProblem::new(
                path,
                InputProblemKind::Bomb,
                bomb.to_string(),
                "if it is what you expect, unpack it first and read the files",
            );
        }
        if !decoded || error.raw_os_error().is_some() {
            return InputProblem::of_path(path, error);
        }
        if error.kind() == io::ErrorKind::UnexpectedEof {
            return InputProblem::new(
                path,
                InputProblemKind::Truncated,
                "ends early: what came before was read",
                "get a complete copy of it",
            );
        }
        InputProblem::new(
            path,
            InputProblemKind::Corrupt,
            format!("damaged ({error}): what came before was read"),
            "get an intact copy of it",
        )
    }
}

/// Compressed data came out larger than any log would.
#[derive(Debug, thiserror::Error)]
#[error("expands more than {ratio_max} times: stopped, it looks like a decompression bomb")]
pub(crate) struct ExpandsTooMuch {
    pub(crate) ratio_max: u64,
}
