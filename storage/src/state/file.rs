//! The file: opened, brought to this version, checked, copied.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{MetadataExt, fchown};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

use crate::Error;

/// What brings the state from each version to the next, from nothing on. Steps are added, never changed.
const STEPS: [&str; 1] = [include_str!("steps/1.sql")];

/// How long another process may hold what this one needs.
const WAIT_MAX: Duration = Duration::from_secs(30);

/// What is wrong with a file that this program cannot read.
const DAMAGED: &str = "it is damaged";
const LATER: &str = "a later version of this program wrote it";
const OTHER: &str = "another program wrote it";

/// Opens the state for writing, made when it is not there, and brings it to this version.
pub fn open(path: &Path) -> Result<Connection, Error> {
    make(path).map_err(Error::disk("make", &name(path)))?;
    let mut connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    version(&connection, path)?;
    let setup = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL";
    connection.execute_batch(setup).map_err(failed("open", path))?;
    step_up(&mut connection, &STEPS).map_err(failed("bring up", path))?;
    Ok(connection)
}

/// Opens the state for reading, brought to this version.
pub fn read(path: &Path) -> Result<Connection, Error> {
    let connection = look(path)?;
    if version(&connection, path)? == STEPS.len() {
        return Ok(connection);
    }
    open(path)?;
    look(path)
}

/// Opens a state of this version or an earlier one as it is.
pub fn look(path: &Path) -> Result<Connection, Error> {
    let connection = match connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY) {
        // Nobody can write beside it, as on a disk that is mounted for reading: then nobody has to be waited for either.
        Err(Error::State { source, .. })
            if source.sqlite_error_code() == Some(ErrorCode::CannotOpen)
                && !beside(path, "-wal").exists() =>
        {
            let unchanging = format!("file:{}?immutable=1", encoded(path));
            connect(Path::new(&unchanging), OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI)?
        }
        connection => connection?,
    };
    version(&connection, path)?;
    Ok(connection)
}

/// Reads everything.
pub fn check(connection: &Connection, path: &Path) -> Result<(), Error> {
    let said: String = connection
        .query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))
        .map_err(failed("read", path))?;
    if said == "ok" { Ok(()) } else { Err(foreign(path, DAMAGED)) }
}

/// Writes a copy as of one moment.
pub fn copy(connection: &Connection, path: &Path, to: &Path) -> Result<(), Error> {
    let place =
        to.to_str().ok_or_else(|| Error::disk("copy to", &name(to))(ErrorKind::InvalidFilename.into()))?;
    connection.execute("VACUUM INTO ?1", [place]).map_err(failed("copy", path))?;
    let durable = || {
        fs::set_permissions(to, fs::metadata(path)?.permissions())?;
        File::open(to)?.sync_all()
    };
    durable().map_err(Error::disk("copy", &name(path)))
}

/// What SQLite said, or what is wrong with the file when it said that.
pub fn told(action: &'static str, path: &Path, source: Arc<rusqlite::Error>) -> Error {
    match source.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => foreign(path, DAMAGED),
        _ => Error::State { action, file: name(path), source },
    }
}

/// The same for `map_err`.
pub fn failed(action: &'static str, path: &Path) -> impl FnOnce(rusqlite::Error) -> Error {
    move |source| told(action, path, Arc::new(source))
}

/// Makes an empty file, its folder's owner's: root may be the first who asks, and the service must write to it later.
fn make(path: &Path) -> io::Result<()> {
    let file = match OpenOptions::new().write(true).create_new(true).open(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(()),
        file => file?,
    };
    let Some(folder) = path.parent() else { return Ok(()) };
    let (own, folders) = (file.metadata()?, fs::metadata(folder)?);
    if own.uid() != folders.uid() {
        // Nobody but root can give it away; by its handle, as the folder's owner may put another file in its place.
        fchown(&file, Some(folders.uid()), Some(folders.gid())).ok();
    }
    file.sync_all()?;
    File::open(folder)?.sync_all()
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, Error> {
    let connected = || {
        let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        connection.busy_timeout(WAIT_MAX)?;
        // A file is read for the first time.
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
        Ok(connection)
    };
    connected().map_err(failed("open", path))
}

/// Its version: how many steps it has taken, all of which this program knows.
fn version(connection: &Connection, path: &Path) -> Result<usize, Error> {
    // Of one moment: another process may be taking them.
    let query = "SELECT user_version, (SELECT count(*) FROM sqlite_schema) FROM pragma_user_version";
    let found = connection.query_row(query, [], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)));
    let (version, tables) = found.map_err(failed("open", path))?;
    match usize::try_from(version) {
        Ok(0) if tables > 0 => Err(foreign(path, OTHER)),
        Ok(version) if version <= STEPS.len() => Ok(version),
        _ => Err(foreign(path, LATER)),
    }
}

/// Takes the steps that the file has not taken yet, all or none.
fn step_up(connection: &mut Connection, steps: &[&str]) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have taken them meanwhile.
    let taken = steps_taken(&transaction)?;
    for step in steps.iter().skip(taken) {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "user_version", taken.max(steps.len()) as i64)?;
    transaction.commit()
}

fn steps_taken(connection: &Connection) -> rusqlite::Result<usize> {
    let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    Ok(usize::try_from(version).unwrap_or(usize::MAX))
}

fn foreign(path: &Path, reason: &'static str) -> Error {
    Error::Foreign { file: name(path), reason }
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

/// A path as URIs write it.
fn encoded(path: &Path) -> String {
    path.to_string_lossy().replace('%', "%25").replace('?', "%3f").replace('#', "%23")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A state of the first `version` versions with a verdict in it.
    fn of_version(path: &Path, version: usize) {
        make(path).unwrap();
        let mut connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE).unwrap();
        step_up(&mut connection, &STEPS[..version]).unwrap();
        let judged =
            "INSERT INTO verdicts (alert, verdict, judged_by, judged_us) VALUES ('a', 'true', 'anna', 1)";
        connection.execute_batch(judged).unwrap();
    }

    fn verdicts(connection: &Connection) -> i64 {
        connection.query_row("SELECT count(*) FROM verdicts", [], |row| row.get(0)).unwrap()
    }

    #[test]
    fn a_state_of_every_earlier_version_is_brought_to_this_one_by_whoever_opens_it() {
        for version in 1..=STEPS.len() {
            for opens in [open, read] {
                let folder = tempfile::tempdir().unwrap();
                let path = folder.path().join("state.sqlite");
                of_version(&path, version);
                let connection = opens(&path).unwrap();
                assert_eq!((steps_taken(&connection).unwrap(), verdicts(&connection)), (STEPS.len(), 1));
            }
        }
    }

    #[test]
    fn steps_are_taken_all_or_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.sqlite");
        of_version(&path, 1);
        let mut connection = connect(&path, OpenFlags::SQLITE_OPEN_READ_WRITE).unwrap();
        let broken = [
            STEPS[0],
            "CREATE TABLE next (n INTEGER); DELETE FROM verdicts",
            "CREATE TABLE next (n INTEGER)",
        ];
        assert!(step_up(&mut connection, &broken).is_err());
        assert_eq!((steps_taken(&connection).unwrap(), verdicts(&connection)), (1, 1));
        step_up(&mut connection, &broken[..2]).unwrap();
        assert_eq!((steps_taken(&connection).unwrap(), verdicts(&connection)), (2, 0));
    }
}
