//! What the user's words on the command line name: files, folders, globs, `-`.
//!
//! Promises: words in their order, folders sorted by name; every file and folder is visited once however many
//! ways lead to it, so link mazes cost nothing; what cannot be read is reported and the rest goes on.
//! Must not know: what files hold; it opens none.

use std::collections::HashSet;
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use glob::{MatchOptions, Pattern};
use walkdir::WalkDir;

use super::input::Input;
use super::problem::{InputProblem, InputProblemKind};

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Discovery {
    /// To be read, in order.
    pub inputs: Vec<Input>,
    /// What was named and is not there or cannot be read.
    pub problems: Vec<InputProblem>,
}

/// Finds the inputs that paths, folders (recursively), glob patterns and `-` name.
pub fn discover(words: &[String]) -> Discovery {
    let mut search = Search::default();
    for word in words {
        search.word(word);
    }
    search.found
}

/// What one file or folder is known by, whatever its path.
#[cfg(unix)]
type Identity = (u64, u64);
#[cfg(not(unix))]
type Identity = PathBuf;

#[derive(Default)]
struct Search {
    found: Discovery,
    files: HashSet<Identity>,
    folders: HashSet<Identity>,
    stdin: bool,
}

impl Search {
    fn word(&mut self, word: &str) {
        if word == "-" {
            if !std::mem::replace(&mut self.stdin, true) {
                self.found.inputs.push(Input::stdin(word));
            }
            return;
        }
        match fs::metadata(word) {
            Ok(metadata) => self.path(Path::new(word), &metadata, true),
            Err(error) if error.kind() == io::ErrorKind::NotFound && word.contains(['*', '?', '[']) => {
                self.pattern(word);
            }
            Err(error) => self.lookup_failed(Path::new(word), &error),
        }
    }

    /// A file or folder. `named`: the user wrote it, so that a pipe is meant.
    fn path(&mut self, path: &Path, metadata: &Metadata, named: bool) {
        if metadata.is_dir() {
            self.folder(path, None);
        } else {
            self.file(path, metadata, named);
        }
    }

    fn file(&mut self, path: &Path, metadata: &Metadata, named: bool) {
        let name = path.to_string_lossy();
        let readable = metadata.is_file() || (named && streams(metadata));
        if !readable {
            self.found.problems.push(InputProblem::new(
                &name,
                InputProblemKind::NotAFile,
                "a device, pipe or socket: not read",
                "name it alone if it is a pipe; leave it out otherwise",
            ));
            return;
        }
        if identity(path, metadata).is_none_or(|identity| self.files.insert(identity)) {
            self.found.inputs.push(Input::file(&name, path, metadata));
        }
    }

    /// Everything under a folder, or what of it fits a pattern.
    fn folder(&mut self, root: &Path, pattern: Option<&Pattern>) -> bool {
        let mut fitted = false;
        let mut entries = WalkDir::new(root).follow_links(true).sort_by_file_name().into_iter();
        while let Some(entry) = entries.next() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    self.walk_failed(root, &error);
                    continue;
                }
            };
            let Ok(metadata) = entry.metadata() else { continue };
            if metadata.is_dir() {
                let known = identity(entry.path(), &metadata);
                // A pattern passes folders without reading all of them, so those stay open to later words.
                let seen = known.is_some_and(|known| match pattern {
                    None => !self.folders.insert(known),
                    Some(_) => entry.depth() > 0 && entry.path_is_symlink(),
                });
                if seen {
                    entries.skip_current_dir();
                }
            } else if pattern.is_none_or(|pattern| fits(pattern, entry.path())) {
                fitted = true;
                self.file(entry.path(), &metadata, false);
            }
        }
        fitted
    }

    fn pattern(&mut self, word: &str) {
        let pattern = match Pattern::new(word) {
            Ok(pattern) => pattern,
            Err(error) => {
                self.found.problems.push(InputProblem::new(
                    word,
                    InputProblemKind::BadPattern,
                    format!("not a pattern: {} at character {}", error.msg, error.pos + 1),
                    "put [ ] around a character that is meant as it stands, as in [*]",
                ));
                return;
            }
        };
        // The glob crate follows links under `**`, without end in a maze: our own walk does not.
        let fitted = if word.contains("**") {
            self.folder(&fixed_part(word), Some(&pattern))
        } else {
            self.matches(word)
        };
        if !fitted {
            self.found.problems.push(InputProblem::new(
                word,
                InputProblemKind::Missing,
                "the pattern matches nothing",
                "check the path; quote the pattern so that the shell leaves it alone",
            ));
        }
    }

    /// What a pattern without `**` matches.
    fn matches(&mut self, word: &str) -> bool {
        let mut fitted = false;
        for path in glob::glob(word).into_iter().flatten() {
            fitted = true;
            match path {
                Ok(path) => match fs::metadata(&path) {
                    Ok(metadata) => self.path(&path, &metadata, false),
                    Err(error) => self.lookup_failed(&path, &error),
                },
                Err(error) => self.lookup_failed(error.path(), error.error()),
            }
        }
        fitted
    }

    /// A path whose metadata cannot be had.
    fn lookup_failed(&mut self, path: &Path, error: &io::Error) {
        let name = path.to_string_lossy();
        let link = fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink());
        let problem = match (link, error.kind()) {
            (true, io::ErrorKind::NotFound) => InputProblem::new(
                &name,
                InputProblemKind::Missing,
                "a link to a file that does not exist",
                "mend or remove the link",
            ),
            (_, io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied) | (false, _) => {
                InputProblem::of_path(&name, error)
            }
            (true, _) => looped(&name, "itself"),
        };
        self.found.problems.push(problem);
    }

    fn walk_failed(&mut self, root: &Path, error: &walkdir::Error) {
        let path = error.path().unwrap_or(root);
        if let Some(ancestor) = error.loop_ancestor() {
            let problem = looped(&path.to_string_lossy(), &ancestor.to_string_lossy());
            self.found.problems.push(problem);
        } else if let Some(error) = error.io_error() {
            self.lookup_failed(path, error);
        }
    }
}

fn looped(name: &str, to: &str) -> InputProblem {
    InputProblem::new(
        name,
        InputProblemKind::Loop,
        format!("a link that leads back to {to}: not followed"),
        "nothing is lost; remove the link to be rid of this notice",
    )
}

/// `*` stays within one folder; `**` does not.
fn fits(pattern: &Pattern, path: &Path) -> bool {
    let options = MatchOptions { require_literal_separator: true, ..MatchOptions::new() };
    pattern.matches_path_with(path, options)
}

/// The folders of a pattern before its first wildcard.
fn fixed_part(pattern: &str) -> PathBuf {
    let fixed: PathBuf = Path::new(pattern)
        .components()
        .take_while(|part| !part.as_os_str().to_string_lossy().contains(['*', '?', '[']))
        .collect();
    if fixed.as_os_str().is_empty() { PathBuf::from(".") } else { fixed }
}

#[cfg(unix)]
fn identity(_path: &Path, metadata: &Metadata) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt;
    Some((metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn identity(path: &Path, _metadata: &Metadata) -> Option<Identity> {
    fs::canonicalize(path).ok()
}

/// Whether it is a pipe or terminal: `<(command)` of a shell is one.
#[cfg(unix)]
fn streams(metadata: &Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt;
    metadata.file_type().is_fifo() || metadata.file_type().is_char_device()
}

#[cfg(not(unix))]
fn streams(_metadata: &Metadata) -> bool {
    false
}
