//! What a message of PostgreSQL means, whichever container it came in.
//!
//! A SQLSTATE decides where there is one; the wording (English, Italian) only where there is none.
//! Must not know: containers. Source: PostgreSQL's message catalogue and Appendix A (error codes).

use schema::{Action, Column, EventBuilder, Outcome};

use super::super::statement;
use super::level::Level;
use super::{audit, login};

/// A message and what stands around it.
#[derive(Debug, Clone, Copy)]
pub(in crate::formats) struct Said<'a> {
    pub(in crate::formats) level: Level,
    /// The level as written.
    pub(in crate::formats) word: &'a str,
    /// SQLSTATE, empty when not said.
    pub(in crate::formats) state: &'a str,
    pub(in crate::formats) message: &'a str,
}

/// Sets the columns every PostgreSQL event has.
pub(in crate::formats) fn unknown(event: &mut EventBuilder<'_>) {
    event.text(Column::ObserverProduct, "PostgreSQL");
    event.action(Action::ApplicationEvent);
}

/// Fills the columns of a message.
pub(in crate::formats) fn fill(said: &Said<'_>, event: &mut EventBuilder<'_>) {
    unknown(event);
    event.text(Column::LogLevel, said.word);
    if !said.state.is_empty() && said.state != "00000" {
        event.text(Column::EventCode, said.state);
    }
    match said.level {
        Level::Log => log(said.message, event),
        Level::Error | Level::Fatal | Level::Panic => error(said, event),
        Level::Statement => {
            event.text(Column::DbStatement, said.message);
            event.field("action", "statement");
        }
        Level::Detail => event.field("action", "detail"),
        Level::Debug | Level::Notice | Level::Warning => warning(said.message, event),
    }
}

/// Makes the reason of a refused login exact: the detail says when there is no such role.
pub(in crate::formats) fn refine(detail: &str, event: &mut EventBuilder<'_>) {
    let is_unknown = (detail.starts_with("Role ") && detail.contains(" does not exist"))
        || (detail.starts_with("Il ruolo ") && detail.contains(" non esiste"));
    if is_unknown {
        event.field("reason", "unknown_user");
    }
}

fn warning(message: &str, event: &mut EventBuilder<'_>) {
    if is_disk_full(message) {
        disk_full(event);
    }
}

fn log(message: &str, event: &mut EventBuilder<'_>) {
    if let Some(record) = message.strip_prefix("AUDIT: ") {
        audit::fill(record, event);
        return;
    }
    if let Some((text, is_done)) = statement_of(message) {
        statement::fill(text, event);
        if is_done {
            statement::succeeds(event);
        }
        return;
    }
    if login::log(message, event) || life(message, event) || parameter(message, event) {
        return;
    }
    warning(message, event);
}

/// The statement of `statement: …`, `execute NAME: …`, `duration: … ms  statement: …` and its Italian kin,
/// and whether it had ended when the line was written.
fn statement_of(message: &str) -> Option<(&str, bool)> {
    let timed = ["duration: ", "durata: "].iter().find_map(|word| message.strip_prefix(word));
    let (rest, is_done) = match timed {
        // `duration: 0.412 ms` alone says no statement.
        Some(rest) => (rest.split_once(" ms  ")?.1, true),
        None => (message, false),
    };
    for word in ["statement: ", "istruzione: "] {
        if let Some(text) = rest.strip_prefix(word) {
            return Some((text, is_done));
        }
    }
    for word in ["execute ", "esecuzione di ", "parse ", "bind "] {
        if let Some((_name, text)) = rest.strip_prefix(word).and_then(|rest| rest.split_once(": ")) {
            return Some((text, is_done));
        }
    }
    let plan = rest.strip_prefix("plan:").filter(|_| is_done)?;
    Some((plan.split_once("Query Text: ")?.1, true))
}

/// Start, stop and crash of the server.
fn life(message: &str, event: &mut EventBuilder<'_>) -> bool {
    let (action, outcome) = match message {
        "database system is ready to accept connections"
        | "il database è pronto ad accettare connessioni" => (Action::ServiceStart, Outcome::Success),
        "database system is shut down" | "il database è stato arrestato" => {
            (Action::ServiceStop, Outcome::Success)
        }
        _ if message.contains("was not properly shut down")
            || message.contains("non è stato arrestato correttamente")
            || (message.contains(" (PID ")
                && (message.contains(" was terminated by signal ")
                    || message.contains(" è stato terminato dal segnale "))) =>
        {
            (Action::ServiceCrash, Outcome::Failure)
        }
        _ => return false,
    };
    event.action(action);
    event.outcome(outcome);
    event.text(Column::ServiceName, "postgresql");
    true
}

/// `parameter "log_statement" changed to "none"`.
fn parameter(message: &str, event: &mut EventBuilder<'_>) -> bool {
    let rest = message.strip_prefix("parameter \"").or_else(|| message.strip_prefix("il parametro \""));
    let Some((name, rest)) = rest.and_then(|rest| rest.split_once('"')) else { return false };
    let value =
        [" changed to \"", " è stato modificato a \""].iter().find_map(|word| rest.strip_prefix(word));
    let Some(value) = value.map(|value| value.trim_end_matches('"')) else { return false };
    event.field("cfg_path", name);
    event.field("new", value);
    event.outcome(Outcome::Success);
    if statement::reduces_audit(name, value) {
        event.field("changed", name);
        event.action(Action::AuditDisable);
    } else {
        event.action(Action::ConfigChange);
    }
    true
}

fn error(said: &Said<'_>, event: &mut EventBuilder<'_>) {
    if login::refused(said, event) {
        return;
    }
    if said.state == "53100" || is_disk_full(said.message) {
        disk_full(event);
        return;
    }
    event.outcome(Outcome::Failure);
    event.action(Action::DbError);
}

fn is_disk_full(message: &str) -> bool {
    message.contains("No space left on device") || message.contains("Spazio esaurito sul device")
}

fn disk_full(event: &mut EventBuilder<'_>) {
    event.action(Action::HealthChange);
    event.outcome(Outcome::Failure);
    event.text(Column::ServiceName, "postgresql");
    event.field("metric", "disk");
    event.field("state", "critical");
}
