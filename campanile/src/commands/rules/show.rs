//! `campanile rules show`: the file, as it is, so that it can be copied and changed.

use std::io::Write;

use super::selection::Selection;
use crate::detections::loading::tell_faults;
use crate::exit::{Exit, Result};
use crate::terminal::Terminal;

/// Prints the files.
pub fn run(words: &[String], terminal: &Terminal) -> Result<Exit> {
    let selection = Selection::of(words)?;
    let texts: Vec<&str> = selection.files.iter().map(|file| file.text.as_str()).collect();
    let exit = print(&texts.join("\n"), terminal)?;
    tell_faults(selection.faults, terminal);
    Ok(exit)
}

/// Prints a text.
pub fn print(text: &str, terminal: &Terminal) -> Result<Exit> {
    let mut out = terminal.out();
    out.write_all(text.as_bytes())?;
    if !text.ends_with('\n') {
        out.write_all(b"\n")?;
    }
    out.flush()?;
    Ok(Exit::Done)
}
