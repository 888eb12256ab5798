//! The state of a service, in the folder of its alerts: opened, or why it cannot be and the mend.
//!
//! Must not know: what is kept there.

use std::path::Path;

use schema::Judgement;
use storage::{Error, State, StateReader};

use crate::exit::{Failure, Result, failed};

/// Its name.
pub const STATE_FILE: &str = "state.sqlite";

/// The state in that folder, made when it is not there.
pub fn open(folder: &Path) -> Result<State> {
    State::open(&folder.join(STATE_FILE)).map_err(|error| unusable(folder, error))
}

/// What it holds; none when nothing was ever kept there.
pub fn read(folder: &Path) -> Result<Option<StateReader>> {
    StateReader::open(&folder.join(STATE_FILE)).map_err(|error| unusable(folder, error))
}

/// What people said of alerts, in the order in which they said it.
pub fn judgements(folder: &Path) -> Result<Vec<Judgement>> {
    let judgements = read(folder)?.map(|state| state.judgements());
    Ok(judgements.transpose().map_err(|error| unusable(folder, error))?.unwrap_or_default())
}

/// Copies it, as of one moment, to a file that is not there yet; false when nothing was ever kept.
pub fn copy(folder: &Path, to: &Path) -> Result<bool> {
    let path = folder.join(STATE_FILE);
    if !path.exists() {
        return Ok(false);
    }
    storage::state::copy(&path, to).map_err(|error| unusable(folder, error)).map(|()| true)
}

/// Reads it to its end, when it is there.
pub fn check(folder: &Path) -> Result<()> {
    let path = folder.join(STATE_FILE);
    if !path.exists() {
        return Ok(());
    }
    storage::state::check(&path).map_err(|error| unusable(folder, error))
}

/// For `map_err`, of what was asked of an open one.
pub fn unusable(folder: &Path, error: Error) -> Failure {
    let help = match &error {
        Error::Foreign { .. } => {
            "with no service at work move `state.sqlite` and `state.sqlite-*` away, all of them; then put a backup's `state.sqlite` \
             there, or none: verdicts begin anew then, alerts are not in it. What a later version wrote, that version reads"
        }
        error if error.is_refused_by_the_disk() => {
            "judge as the account that owns data_dir, or as root; the disk needs room"
        }
        Error::Disk { .. } => "name a data_dir that is there, and that you may write to",
        _ => return failed("the state cannot be used")(error),
    };
    Failure::usage_text(format!("cannot use the state in {}: {error}", folder.display()), help)
}
