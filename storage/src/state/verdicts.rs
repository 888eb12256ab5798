//! What people say of alerts.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ValueRef};
use rusqlite::{Connection, OptionalExtension, Row, params};
use schema::{Judgement, Verdict};

use super::file::failed;
use super::{State, StateReader};
use crate::Error;

const COLUMNS: &str = "alert, verdict, judged_by, judged_us, note";

/// What became of a judgement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judged {
    /// It holds now, in place of the one before.
    Taken(Option<Judgement>),
    /// Another one stands, and was not to be replaced.
    Stands(Judgement),
}

impl State {
    /// Keeps judgements, all or none when that fails. One that stands is replaced only `again`; none is ever forgotten.
    pub fn judge(&self, judgements: Vec<Judgement>, again: bool) -> Result<Vec<Judged>, Error> {
        self.writer.write(move |connection| {
            judgements.iter().map(|judgement| take(connection, judgement, again)).collect()
        })
    }
}

fn take(connection: &Connection, judgement: &Judgement, again: bool) -> rusqlite::Result<Judged> {
    let Judgement { alert, verdict, judged_by, judged_us, note } = judgement;
    let before = match last(connection, alert)? {
        Some(before) if !again => return Ok(Judged::Stands(before)),
        before => before,
    };
    connection.execute(
        "INSERT INTO verdicts (alert, verdict, judged_by, judged_us, note) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![alert, verdict.name(), judged_by, judged_us, note],
    )?;
    Ok(Judged::Taken(before))
}

impl StateReader {
    /// Every judgement, in the order in which they were given.
    pub fn judgements(&self) -> Result<Vec<Judgement>, Error> {
        let query = format!("SELECT {COLUMNS} FROM verdicts ORDER BY number");
        let read = || self.connection.prepare(&query)?.query_map([], judgement)?.collect();
        let judgements: rusqlite::Result<_> = read();
        judgements.map_err(failed("read", &self.path))
    }
}

/// The judgement that holds.
fn last(connection: &Connection, alert: &str) -> rusqlite::Result<Option<Judgement>> {
    let query = format!("SELECT {COLUMNS} FROM verdicts WHERE alert = ?1 ORDER BY number DESC LIMIT 1");
    connection.query_row(&query, [alert], judgement).optional()
}

fn judgement(row: &Row<'_>) -> rusqlite::Result<Judgement> {
    let Word(verdict) = row.get(1)?;
    let (alert, judged_by) = (row.get(0)?, row.get(2)?);
    Ok(Judgement { alert, verdict, judged_by, judged_us: row.get(3)?, note: row.get(4)? })
}

/// A verdict as it stands in the file.
struct Word(Verdict);

impl FromSql for Word {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Word> {
        Verdict::named(value.as_str()?).map(Word).ok_or(FromSqlError::InvalidType)
    }
}
