//! A file that is added to, a line at a time.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;

/// Adds a line and makes it durable.
pub fn append(path: &Path, line: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().create(true).append(true).open(path)?;
    file.write_all(format!("{line}\n").as_bytes())?;
    file.sync_data()
}
