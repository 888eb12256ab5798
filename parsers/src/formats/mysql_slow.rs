//! MySQL and MariaDB slow query log, line by line: `# Time`, `# User@Host`, `# Query_time` and the statement.
//!
//! Promises: linear; each line says only what stands on it; when several lines come as one frame they are one event.
//! Must not know: how lines are joined, other formats.

use schema::{Action, Column, EventBuilder, Outcome};

use super::account::between;
use super::{mysql_error, peer, statement};
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time;

/// See the module.
pub static FORMAT: Format = Format {
    name: "mysql_slow",
    title: "MySQL and MariaDB slow query log",
    reference: "MySQL 8.0 manual, slow query log contents; MariaDB, slow query log",
    programs: &["mysqld-slow", "mysql-slow"],
    starts: b"#S",
    needs: &[],
    keys: &[],
    recognise: |payload| is_header(payload.text) || is_set_timestamp(payload.text),
    parse,
    samples: SAMPLES,
};

const HEADERS: &[&str] = &["# Time: ", "# User@Host: ", "# Query_time: ", "# Thread_id: "];

fn is_header(text: &str) -> bool {
    HEADERS.iter().any(|header| text.starts_with(header))
}

/// `SET timestamp=1773648764;`, which the log writes before each statement.
fn is_set_timestamp(text: &str) -> bool {
    seconds(text).is_some_and(|(_, rest)| rest.is_empty() || rest.starts_with('\n'))
}

/// The number of `SET timestamp=N;` and what follows.
fn seconds(text: &str) -> Option<(&str, &str)> {
    let (number, rest) = text.strip_prefix("SET timestamp=")?.split_once(';')?;
    (peer::is_digits(number) && number.len() <= 11).then_some((number, rest))
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    event.action(Action::Query);
    event.field("log", "slow");
    let mut rest = payload.text;
    while !rest.is_empty() {
        let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
        let line = line.trim_end_matches('\r');
        if let Some(stamp) = line.strip_prefix("# Time: ") {
            let (when, _) = mysql_error::stamp(stamp).ok_or(Unreadable("a # Time that is no time"))?;
            payload.set_time(event, when);
        } else if let Some(account) = line.strip_prefix("# User@Host: ") {
            user(account, event)?;
        } else if line.starts_with('#') {
            measures(line, event);
        } else if let Some((number, _)) = seconds(line) {
            if let Some(time_us) = time::epoch(number) {
                payload.set_time_us(event, time_us);
            }
        } else if let Some(database) = line.strip_prefix("use ").and_then(|rest| rest.strip_suffix(';')) {
            event.text_if_said(Column::DbName, database.trim_matches('`'));
        } else {
            // From here on it is the client's text.
            statement::fill(rest.trim_end(), event);
            event.outcome(Outcome::Success);
            return Ok(());
        }
        rest = after;
    }
    Ok(())
}

/// `root[root] @ localhost [192.0.2.4]  Id: 8`: names of accounts, written after they were authenticated.
fn user(account: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let (user, rest) = account.split_once('[').ok_or(Unreadable("expected USER[USER] @ HOST [ADDRESS]"))?;
    event.text_if_said(Column::UserName, user);
    let place = rest.rsplit_once("] @ ").map(|(_, place)| place);
    let place = place.ok_or(Unreadable("expected USER[USER] @ HOST [ADDRESS]"))?;
    let host = place.split([' ', '[']).next().unwrap_or_default();
    let address = between(place, "[", "]").unwrap_or_default();
    peer::set(event, if address.is_empty() { host } else { address }, "");
    if let Some((_, id)) = place.rsplit_once("Id: ") {
        event.field("session_id", id.trim());
    }
    Ok(())
}

/// `# Query_time: 2.000000  Lock_time: 0.000000 Rows_sent: 1  Rows_examined: 0` and `# Schema: x`.
fn measures(line: &str, event: &mut EventBuilder<'_>) {
    let mut words = line.trim_start_matches('#').split([' ', '\t']).filter(|word| !word.is_empty());
    while let Some(word) = words.next() {
        let Some(key) = word.strip_suffix(':') else { continue };
        let Some(value) = words.next() else { return };
        match key {
            "Query_time" => event.field("duration_s", value),
            "Lock_time" => event.field("lock_s", value),
            "Rows_sent" => {
                event.int_text(Column::DbRows, value);
            }
            "Rows_examined" => event.field("rows_examined", value),
            "Schema" => event.text_if_said(Column::DbName, value),
            "Thread_id" => event.field("session_id", value),
            _ => {}
        }
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "who asked",
        text: "# User@Host: albo_rw[albo_rw] @ app1 [192.0.2.4]  Id:    51",
        expect: &[
            ("event_action", "query"),
            ("user_name", "albo_rw"),
            ("source_ip", "192.0.2.4"),
            ("fields.session_id", "51"),
        ],
        absent: &["event_outcome", "parse_error"],
    },
    Sample {
        about: "how long it took",
        text: "# Query_time: 12.400012  Lock_time: 0.000100 Rows_sent: 811  Rows_examined: 920011",
        expect: &[("fields.duration_s", "12.400012"), ("db_rows", "811"), ("fields.rows_examined", "920011")],
        absent: &["parse_error"],
    },
    Sample {
        about: "when, as old servers write it",
        text: "# Time: 260316  9:12:44",
        expect: &[("timestamp", "2026-03-16T08:12:44.000000Z")],
        absent: &["parse_error", "user_name"],
    },
    Sample {
        about: "a whole entry in one frame",
        text: "# Time: 2026-03-16T08:12:44.112233Z\n# User@Host: albo_rw[albo_rw] @  [192.0.2.4]  Id: 51\n# Query_time: 2.1  Lock_time: 0.0 Rows_sent: 3  Rows_examined: 9\nuse albo;\nSET timestamp=1773648764;\nselect *\nfrom atti;",
        expect: &[
            ("event_action", "query"),
            ("event_outcome", "success"),
            ("db_name", "albo"),
            ("db_rows", "3"),
            ("db_statement", "select *\nfrom atti;"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: an account that is cut",
        text: "# User@Host: albo_rw[albo",
        expect: &[("parse_error", "expected USER[USER] @ HOST [ADDRESS]")],
        absent: &["user_name", "source_ip"],
    },
    Sample {
        about: "hostile: a statement that imitates a header moves no field",
        text: "# User@Host: app[app] @  [192.0.2.4]  Id: 51\nSET timestamp=1773648764;\nselect 'x\n# User@Host: root[root] @  [203.0.113.1]  Id: 1'",
        expect: &[("user_name", "app"), ("source_ip", "192.0.2.4"), ("fields.session_id", "51")],
        absent: &["parse_error"],
    },
];
