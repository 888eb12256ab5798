//! The writer: one thread, to which changes come through a bounded queue.
//!
//! Promises: a change is durable when it is answered; changes that wait together are made durable by one commit; one that
//! fails takes no other with it. Must not know: what is changed.

use std::iter;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use rusqlite::{Connection, TransactionBehavior};

use super::file::told;
use crate::Error;
use crate::kill_point;

/// Changes that wait; whoever brings another one waits too.
const QUEUE_MAX: usize = 1_024;
/// Changes of one commit.
const BATCH_MAX: usize = 256;

type Make = Box<dyn FnOnce(&Connection) -> rusqlite::Result<()> + Send>;

/// What is to be done, and where it is to be said whether it is durable.
struct Change {
    make: Make,
    made: SyncSender<Result<(), Error>>,
}

/// The thread, and the way to it.
#[derive(Debug)]
pub struct Writer {
    /// None once it is told to end.
    queue: Option<SyncSender<Change>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread.
    pub fn start(connection: Connection, path: &Path) -> Result<Writer, Error> {
        let (queue, changes) = sync_channel(QUEUE_MAX);
        let path = path.to_owned();
        let thread = thread::Builder::new().name("state".to_owned());
        let thread = thread.spawn(move || work(connection, &path, &changes));
        let thread = thread.map_err(Error::disk("start the writer of", "the state"))?;
        Ok(Writer { queue: Some(queue), thread: Some(thread) })
    }

    /// Makes a change and answers once it is durable. What `change` does is undone when it fails.
    pub fn write<T: Send + 'static>(
        &self,
        change: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, Error> {
        let (found, finding) = sync_channel(1);
        let (made, making) = sync_channel(1);
        let make = move |connection: &Connection| {
            // Whoever asked is waiting for it.
            change(connection).map(|answer| found.send(answer).ok()).map(drop)
        };
        let queue = self.queue.as_ref().ok_or(Error::StateEnded)?;
        queue.send(Change { make: Box::new(make), made }).map_err(|_| Error::StateEnded)?;
        making.recv().map_err(|_| Error::StateEnded)??;
        finding.recv().map_err(|_| Error::StateEnded)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            // What it failed at was answered.
            thread.join().ok();
        }
    }
}

fn work(mut connection: Connection, path: &Path, changes: &Receiver<Change>) {
    while let Ok(first) = changes.recv() {
        let batch = iter::once(first).chain(changes.try_iter().take(BATCH_MAX - 1));
        let (makes, waiting): (Vec<Make>, Vec<_>) = batch.map(|change| (change.make, change.made)).unzip();
        let outcomes = commit(&mut connection, makes);
        kill_point::pass("state.committed");
        let told = |error: Arc<rusqlite::Error>| told("write", path, error);
        match outcomes {
            Ok(outcomes) => {
                for (made, outcome) in waiting.iter().zip(outcomes) {
                    // Whoever asked may be gone.
                    made.send(outcome.map_err(Arc::new).map_err(told)).ok();
                }
            }
            Err(error) => {
                let error = Arc::new(error);
                for made in waiting {
                    made.send(Err(told(Arc::clone(&error)))).ok();
                }
            }
        }
    }
}

/// Makes the changes durable together: what came of each, or why none is.
fn commit(connection: &mut Connection, makes: Vec<Make>) -> rusqlite::Result<Vec<rusqlite::Result<()>>> {
    let mut transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut outcomes = Vec::with_capacity(makes.len());
    for make in makes {
        let part = transaction.savepoint()?;
        outcomes.push(make(&part).and_then(|()| part.commit()));
    }
    transaction.commit()?;
    Ok(outcomes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(path: &Path) -> Vec<i64> {
        let connection = Connection::open(path).unwrap();
        let mut query = connection.prepare("SELECT n FROM numbers ORDER BY n").unwrap();
        query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }

    #[test]
    fn a_change_that_fails_is_undone_and_takes_none_of_its_batch_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("numbers.sqlite");
        let mut connection = Connection::open(&path).unwrap();
        connection.execute_batch("CREATE TABLE numbers (n INTEGER UNIQUE)").unwrap();
        let change = |n: i64, twice: bool| -> Make {
            Box::new(move |connection| {
                for _ in 0..if twice { 2 } else { 1 } {
                    connection.execute("INSERT INTO numbers VALUES (?1)", [n])?;
                }
                Ok(())
            })
        };
        let outcomes =
            commit(&mut connection, vec![change(1, false), change(2, true), change(3, false)]).unwrap();
        assert_eq!(outcomes.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, true]);
        assert_eq!(numbers(&path), [1, 3]);
    }

    #[test]
    fn whoever_asks_is_told_what_came_of_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("numbers.sqlite");
        let connection = Connection::open(&path).unwrap();
        connection.execute_batch("CREATE TABLE numbers (n INTEGER UNIQUE)").unwrap();
        let writer = Writer::start(connection, &path).unwrap();
        let insert = |n: i64| writer.write(move |c| c.execute("INSERT INTO numbers VALUES (?1)", [n]));
        assert_eq!(insert(7).unwrap(), 1);
        let error = insert(7).unwrap_err().to_string();
        assert!(error.starts_with("write numbers.sqlite: UNIQUE constraint failed"), "{error}");
        let out_of_table = Connection::open(&path).unwrap();
        out_of_table.execute_batch("DROP TABLE numbers").unwrap();
        assert!(insert(8).is_err());
        out_of_table.execute_batch("CREATE TABLE numbers (n INTEGER)").unwrap();
        assert_eq!(insert(9).unwrap(), 1, "it goes on");
        drop(writer);
        assert_eq!(numbers(&path), [9]);
    }
}
