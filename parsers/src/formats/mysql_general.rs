//! MySQL and MariaDB general query log: `STAMP<TAB>ID COMMAND<TAB>ARGUMENT`.
//!
//! Promises: linear; command and id stand before the client's text. A line of its own says nothing of the
//! connection's user beyond `Connect`. Must not know: how lines are joined, other formats.

use schema::{Action, Column, EventBuilder, Outcome};

use super::peer::{self, is_digits};
use super::{mysql_error, statement};
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time;

/// See the module.
pub static FORMAT: Format = Format {
    name: "mysql_general",
    title: "MySQL and MariaDB general query log",
    reference: "MySQL 8.0 manual, general query log; sql/sql_parse.cc, command names",
    programs: &["mysql-general"],
    starts: b"0123456789",
    needs: &[],
    keys: &[],
    recognise: |payload| Line::read(payload.text).is_some(),
    parse,
    samples: SAMPLES,
};

/// Names of commands, as the server writes them.
const COMMANDS: &[&str] = &[
    "Connect",
    "Query",
    "Quit",
    "Init DB",
    "Field List",
    "Create DB",
    "Drop DB",
    "Refresh",
    "Shutdown",
    "Statistics",
    "Processlist",
    "Kill",
    "Debug",
    "Ping",
    "Change user",
    "Binlog Dump",
    "Binlog Dump GTID",
    "Table Dump",
    "Register Slave",
    "Prepare",
    "Execute",
    "Long Data",
    "Close stmt",
    "Reset stmt",
    "Set option",
    "Fetch",
    "Daemon",
    "Reset Connection",
    "Clone",
    "Sleep",
    "Delayed insert",
    "Error",
];

struct Line<'a> {
    when: Option<time::When>,
    id: &'a str,
    command: &'a str,
    argument: &'a str,
}

impl<'a> Line<'a> {
    fn read(text: &'a str) -> Option<Line<'a>> {
        let (when, rest) = match mysql_error::stamp(text) {
            Some((when, rest)) => (Some(when), rest),
            // Old servers leave the stamp out when the second has not changed.
            None => (None, text),
        };
        let rest = rest.strip_prefix('\t')?.trim_start_matches(['\t', ' ']);
        let (id, rest) = rest.split_once(' ')?;
        let (command, argument) = rest.split_once('\t').unwrap_or((rest.trim_end(), ""));
        let is_line = is_digits(id) && COMMANDS.contains(&command);
        is_line.then_some(Line { when, id, command, argument })
    }
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let line = Line::read(payload.text).ok_or(Unreadable("expected STAMP, ID, COMMAND and ARGUMENT"))?;
    if let Some(when) = line.when {
        payload.set_time(event, when);
    }
    event.field("session_id", line.id);
    event.field("command", line.command);
    match line.command {
        "Connect" | "Change user" => return connect(line.argument, event),
        "Query" | "Prepare" | "Execute" => {
            statement::fill(line.argument.trim_end(), event);
            if statement::writes_file(line.argument) {
                event.action(Action::Export);
            }
        }
        "Quit" => {
            event.action(Action::SessionClose);
            event.outcome(Outcome::Success);
        }
        "Init DB" => {
            event.action(Action::ApplicationEvent);
            event.text_if_said(Column::DbName, line.argument);
        }
        "Create DB" | "Drop DB" => {
            event.action(Action::SchemaChange);
            event.text_if_said(Column::DbName, line.argument);
        }
        "Shutdown" => {
            event.action(Action::ServiceStop);
            event.outcome(Outcome::Success);
        }
        _ => event.action(Action::ApplicationEvent),
    }
    Ok(())
}

/// `USER@HOST on DATABASE using SSL/TLS`, `USER@HOST as anonymous on`, or `Access denied for user 'U'@'H' (…)`.
fn connect(argument: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let argument = argument.trim_end();
    if let Some(rest) = argument.strip_prefix("Access denied for user '") {
        return mysql_error::denied(rest, event);
    }
    let (rest, transport) = argument.rsplit_once(" using ").unwrap_or((argument, ""));
    // The name ends at the last `@`: a host has none, a database hardly.
    let (account, database) = match rest.rsplit_once(" on ") {
        Some((account, database)) => (account, database),
        None => (rest.strip_suffix(" on").unwrap_or(rest), ""),
    };
    let account = account.strip_suffix(" as anonymous").unwrap_or(account);
    let (user, host) = account.rsplit_once('@').ok_or(Unreadable("expected USER@HOST on DATABASE"))?;
    event.action(Action::DbConnect);
    event.outcome(Outcome::Success);
    event.text_if_said(Column::UserName, user);
    peer::set(event, host, "");
    event.text_if_said(Column::DbName, database);
    if !transport.is_empty() {
        event.field("transport", transport);
    }
    Ok(())
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a connection",
        text: "2026-03-16T08:12:44.112233Z\t   51 Connect\talbo_rw@192.0.2.4 on albo using SSL/TLS",
        expect: &[
            ("event_action", "db_connect"),
            ("user_name", "albo_rw"),
            ("source_ip", "192.0.2.4"),
            ("db_name", "albo"),
            ("fields.session_id", "51"),
            ("timestamp", "2026-03-16T08:12:44.112233Z"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a login is refused",
        text: "2026-03-16T08:12:45.112233Z\t   52 Connect\tAccess denied for user 'root'@'198.51.100.9' (using password: YES)",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "root"),
            ("source_ip", "198.51.100.9"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a query, by an old server",
        text: "260316  9:12:44\t   51 Query\tselect * from atti into outfile '/tmp/x'",
        expect: &[
            ("event_action", "export"),
            ("db_statement", "select * from atti into outfile '/tmp/x'"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
        ],
        absent: &["user_name", "parse_error"],
    },
    Sample {
        about: "a connection ends",
        text: "2026-03-16T08:13:44.112233Z\t   51 Quit\t",
        expect: &[("event_action", "session_close")],
        absent: &["parse_error", "db_statement"],
    },
    Sample {
        about: "truncated: a connection cut within its account",
        text: "2026-03-16T08:12:44.112233Z\t   51 Connect\talbo_r",
        expect: &[("parse_error", "expected USER@HOST on DATABASE")],
        absent: &["user_name", "event_outcome"],
    },
    Sample {
        about: "hostile: a statement that imitates a line moves no field",
        text: "2026-03-16T08:12:46.112233Z\t   53 Query\tselect 'x\t   1 Connect\troot@203.0.113.1 on mysql'",
        expect: &[("event_action", "query"), ("fields.session_id", "53")],
        absent: &["user_name", "source_ip", "parse_error"],
    },
];
