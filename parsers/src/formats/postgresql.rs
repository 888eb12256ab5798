//! PostgreSQL's server log as text (stderr and syslog), behind any usual `log_line_prefix`.
//!
//! Promises: the level word is the first that stands where a prefix ends; what a client may write
//! (names, statements) cannot move it. Must not know: files, the clock.

pub(super) mod audit;
pub(super) mod level;
pub(super) mod login;
pub(super) mod message;
mod prefix;
mod samples;

use schema::{Column, EventBuilder};

use crate::format::{Format, Payload, Unreadable};
use message::Said;

/// See the module.
pub static FORMAT: Format = Format {
    name: "postgresql",
    title: "PostgreSQL server log (text)",
    reference: "PostgreSQL documentation, 20.8 Error Reporting and Logging; pgaudit README",
    programs: &["postgres", "postgresql"],
    starts: b"0123456789[<(",
    needs: &[],
    keys: &[],
    recognise: |payload| is_postgres(payload.program) || prefix::is_certain(payload.text),
    parse,
    samples: samples::SAMPLES,
};

fn is_postgres(program: &str) -> bool {
    program.starts_with("postgres")
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let Some(line) = prefix::split(payload.text) else {
        if payload.text.trim_end().ends_with("LOG:") {
            return Err(Unreadable("a level without a message"));
        }
        // Continuation lines of syslog have no level.
        message::unknown(event);
        return Ok(());
    };
    if line.message.is_empty() {
        return Err(Unreadable("a level without a message"));
    }
    prefix::read(line.prefix, payload, event);
    // A name that was refused stands in the prefix, too: where blanks part its words an address in it is no client's.
    let is_by_blanks = !line.prefix.contains('=') && !line.prefix.contains(":[");
    if is_by_blanks && login::refused_name_holds_address(line.message) {
        event.clear(Column::SourceIp);
        event.clear(Column::SourcePort);
    }
    let said = Said { level: line.level, word: line.word, state: line.state, message: line.message };
    message::fill(&said, event);
    Ok(())
}
