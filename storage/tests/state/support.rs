//! A state in a folder of its own, and what is kept in it.

use std::path::{Path, PathBuf};

use schema::{Judgement, Verdict};
use storage::state::Judged;
use storage::{State, StateReader};

pub fn path(folder: &tempfile::TempDir) -> PathBuf {
    folder.path().join("state.sqlite")
}

pub fn judgement(alert: &str, verdict: Verdict) -> Judgement {
    let (alert, judged_by) = (alert.to_owned(), "anna".to_owned());
    Judgement { alert, verdict, judged_by, judged_us: 1_773_650_000_000_000, note: None }
}

pub fn judgements(path: &Path) -> Vec<Judgement> {
    StateReader::open(path).unwrap().unwrap().judgements().unwrap()
}

/// Judges one alert.
pub fn judge(state: &State, judgement: Judgement, again: bool) -> Judged {
    state.judge(vec![judgement], again).unwrap().remove(0)
}
