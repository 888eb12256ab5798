//! Where rule files come from: the binary itself, or a file or folder of the user.
//!
//! Promises: files come sorted by path; one that cannot be read is a [`Problem`], the others are still read.
//! Must not know: what a rule does.

use std::fs;
use std::path::{Path, PathBuf};

use crate::problem::Problem;
use crate::rule::{Origin, Rule};

/// All rules of `rules/`, packed by `build.rs`.
static PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/rules.zst"));
/// Bound of the unpacked rules.
const UNPACKED_BYTES_MAX: usize = 64 << 20;
/// Longest rule file of a user.
const FILE_BYTES_MAX: u64 = 1 << 20;
/// Deepest folder below a user's rule folder.
const DEPTH_MAX: usize = 16;

/// A rule file as it stands, not yet read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleFile {
    /// File name: the path below `rules/` for a built-in rule.
    pub path: String,
    /// Where it comes from.
    pub origin: Origin,
    /// Its text.
    pub text: String,
}

impl RuleFile {
    /// True for a Sigma rule, by its extension.
    pub fn is_sigma(&self) -> bool {
        let extension = self.path.rsplit('.').next().unwrap_or_default();
        extension.eq_ignore_ascii_case("yml") || extension.eq_ignore_ascii_case("yaml")
    }
}

/// The rule files that travel in the binary, SQL and Sigma.
pub fn builtin_files() -> Vec<RuleFile> {
    let packed = zstd::bulk::decompress(PACKED, UNPACKED_BYTES_MAX).unwrap_or_default();
    let packed = String::from_utf8(packed).unwrap_or_default();
    let mut parts = packed.split_terminator('\0');
    let mut files = Vec::new();
    while let (Some(path), Some(text)) = (parts.next(), parts.next()) {
        files.push(RuleFile { path: path.to_owned(), origin: Origin::Builtin, text: text.to_owned() });
    }
    files
}

/// The built-in SQL rules, and what is wrong with those that could not be read.
pub fn builtin() -> (Vec<Rule>, Vec<Problem>) {
    read_all(&builtin_files())
}

/// Reads the SQL rules among `files`; two rules of one id are a problem of the second.
pub fn read_all(files: &[RuleFile]) -> (Vec<Rule>, Vec<Problem>) {
    let (mut rules, mut problems) = (Vec::<Rule>::new(), Vec::new());
    for file in files.iter().filter(|file| !file.is_sigma()) {
        match Rule::parse(&file.path, &file.text, file.origin) {
            Ok(rule) => match rules.iter().find(|other| other.id == rule.id) {
                Some(other) => {
                    let message = format!("the id {} is already that of {}", rule.id, other.path);
                    problems.push(Problem::whole(&rule.path, message));
                }
                None => rules.push(rule),
            },
            Err(found) => problems.extend(found),
        }
    }
    (rules, problems)
}

/// The rule files at `path`: a file, or every `.sql`, `.yml` and `.yaml` below a folder.
pub fn files_at(path: &Path) -> (Vec<RuleFile>, Vec<Problem>) {
    let (mut paths, mut problems) = (Vec::new(), Vec::new());
    collect(path, 0, &mut paths, &mut problems);
    paths.sort();
    let mut files = Vec::new();
    for path in paths {
        match read(&path) {
            Ok(text) => {
                files.push(RuleFile { path: path.to_string_lossy().into_owned(), origin: Origin::File, text })
            }
            Err(message) => problems.push(Problem::whole(&path.to_string_lossy(), message)),
        }
    }
    (files, problems)
}

fn read(path: &Path) -> Result<String, String> {
    let size_bytes = fs::metadata(path).map_err(|error| error.to_string())?.len();
    if size_bytes > FILE_BYTES_MAX {
        return Err(format!("{size_bytes} bytes are too many for a rule file"));
    }
    let bytes = fs::read(path).map_err(|error| error.to_string())?;
    String::from_utf8(bytes).map_err(|error| format!("is not UTF-8 text: {error}"))
}

fn collect(path: &Path, depth: usize, paths: &mut Vec<PathBuf>, problems: &mut Vec<Problem>) {
    if !path.is_dir() {
        paths.push(path.to_owned());
        return;
    }
    if depth > DEPTH_MAX {
        problems.push(Problem::whole(&path.to_string_lossy(), "folders are nested too deeply, or in a loop"));
        return;
    }
    let entries = match fs::read_dir(path) {
        Ok(entries) => entries,
        Err(error) => return problems.push(Problem::whole(&path.to_string_lossy(), error.to_string())),
    };
    for entry in entries.flatten() {
        let path = entry.path();
        let kind = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        if path.is_dir() || matches!(kind, "sql" | "yml" | "yaml") {
            collect(&path, depth + 1, paths, problems);
        }
    }
}
