//! SQL Server's ERRORLOG: logins, errors, backups, starts and settings, in English and Italian.
//!
//! Promises: linear; a login's name, which the client chooses, moves no field: the client's address stands in
//! the last bracket and the reason behind the last quote. Must not know: the clock, other formats.

mod message;
mod samples;

use schema::{Action, Column, EventBuilder, Outcome};

use super::peer::is_digits;
use crate::format::{Format, Payload, Unreadable};
use crate::time;

/// See the module.
pub static FORMAT: Format = Format {
    name: "mssql_errorlog",
    title: "Microsoft SQL Server ERRORLOG",
    reference: "SQL Server, error log; sys.messages",
    programs: &["sqlservr", "mssql-server"],
    starts: b"0123456789",
    needs: &[],
    keys: &[],
    recognise: |payload| Line::read(payload.text).is_some(),
    parse,
    samples: samples::SAMPLES,
};

/// `STAMP.CC SOURCE     TEXT`.
struct Line<'a> {
    when: time::When,
    source: &'a str,
    text: &'a str,
}

impl<'a> Line<'a> {
    /// Two digits of a second and a source the server has: no other log writes both.
    fn read(text: &'a str) -> Option<Line<'a>> {
        let bytes = text.as_bytes();
        if bytes.get(10) != Some(&b' ') || bytes.get(19) != Some(&b'.') || bytes.get(22) != Some(&b' ') {
            return None;
        }
        let (when, rest) = time::iso_prefix(text)?;
        let (source, text) = rest.strip_prefix(' ')?.split_once(' ')?;
        let is_session = source
            .strip_prefix("spid")
            .is_some_and(|id| is_digits(id.trim_end_matches('s')) && id.len() <= 12);
        let is_source = is_session || matches!(source, "Logon" | "Accesso" | "Server" | "Backup");
        is_source.then_some(Line { when, source, text: text.trim_start_matches(' ') })
    }
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let line = Line::read(payload.text).ok_or(Unreadable("expected STAMP SOURCE TEXT"))?;
    payload.set_time(event, line.when);
    event.text(Column::ObserverProduct, "SQL Server");
    event.text(Column::EventProvider, line.source);
    if let Some(error) = Error::read(line.text) {
        error.fill(event);
        return Ok(());
    }
    message::fill(line.text.trim_end(), event)
}

/// `Error: 18456, Severity: 14, State: 8.` and its Italian kin; the text of the error is the next line.
struct Error<'a> {
    number: &'a str,
    severity: &'a str,
    state: &'a str,
}

impl<'a> Error<'a> {
    fn read(text: &'a str) -> Option<Error<'a>> {
        let rest = text.strip_prefix("Error: ").or_else(|| text.strip_prefix("Errore: "))?;
        let mut parts = rest.split(", ");
        let number = parts.next().filter(|number| is_digits(number))?;
        let mut value = || parts.next().and_then(|part| part.split_once(": ")).map_or("", |(_, value)| value);
        let severity = value();
        let state = value();
        let state = state.split('.').next().unwrap_or(state);
        Some(Error { number, severity, state })
    }

    fn fill(&self, event: &mut EventBuilder<'_>) {
        event.text(Column::EventCode, self.number);
        for (key, value) in [("severity", self.severity), ("state", self.state)] {
            if is_digits(value) {
                event.field(key, value);
            }
        }
        // From 10 down a severity is information.
        let is_error = self.severity.parse::<u8>().is_ok_and(|severity| severity > 10);
        event.action(if is_error { Action::DbError } else { Action::ApplicationEvent });
        if is_error {
            event.outcome(Outcome::Failure);
        }
    }
}
