//! Oracle Net listener log: connections, commands to the listener and their return codes.
//!
//! Promises: linear; what a client sends (`CONNECT_DATA`) stands before the listener's own words, which are cut
//! from the right. Must not know: the envelope, files, other formats.

use schema::{Action, Column, EventBuilder, Outcome};

use super::peer;
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time;

/// See the module.
pub static FORMAT: Format = Format {
    name: "oracle_listener",
    title: "Oracle Net listener log",
    reference: "Oracle Database Net Services Administrator's Guide, listener log file",
    programs: &["tnslsnr"],
    starts: b"0123456789T",
    needs: &[],
    keys: &[],
    recognise: |payload| {
        cut(payload.text).is_some() || (payload.text.starts_with("TNS-") && code(payload.text).is_some())
    },
    parse,
    samples: SAMPLES,
};

/// Stamp and what follows its ` * `.
fn cut(text: &str) -> Option<(time::When, &str)> {
    let (when, rest) = time::bind(text).or_else(|| time::iso_prefix(text))?;
    let rest = rest.strip_prefix(" * ")?;
    (rest.starts_with('(') || verb(rest.split(" * ").next()?).is_some()).then_some((when, rest))
}

/// Commands and events that stand alone.
fn verb(word: &str) -> Option<Action> {
    Some(match word {
        "establish" => Action::DbConnect,
        "stop" => Action::ServiceStop,
        "reload" | "save_config" | "set" | "password" | "change_password" | "trc_level" | "log_status" => {
            Action::ConfigChange
        }
        "status"
        | "ping"
        | "services"
        | "version"
        | "service_register"
        | "service_register_NSGR"
        | "service_update"
        | "service_died"
        | "handoff"
        | "show"
        | "help"
        | "rules" => Action::ApplicationEvent,
        _ => return None,
    })
}

/// The number of `TNS-12514: TEXT`.
fn code(text: &str) -> Option<&str> {
    let number = text.strip_prefix("TNS-")?.split([':', ' ']).next()?;
    peer::is_digits(number).then_some(number)
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    event.text(Column::ObserverProduct, "Oracle Database");
    if let Some(number) = code(payload.text) {
        event.action(Action::DbError);
        event.outcome(Outcome::Failure);
        event.text(Column::EventCode, number);
        return Ok(());
    }
    let (when, rest) =
        cut(payload.text).ok_or(Unreadable("expected STAMP * CONNECT_DATA * ADDRESS * EVENT * CODE"))?;
    payload.set_time(event, when);
    let (rest, code) =
        rest.trim_end().rsplit_once(" * ").ok_or(Unreadable("expected a return code at the end"))?;
    if !peer::is_digits(code) {
        return Err(Unreadable("expected a return code at the end"));
    }
    event.outcome(Outcome::of(code == "0"));
    if code != "0" {
        event.text(Column::EventCode, code);
    }
    let (data, rest) = match rest.strip_prefix('(') {
        Some(_) => rest.split_once(" * ").unwrap_or((rest, "")),
        None => ("", rest),
    };
    connect_data(data, event);
    let rest = match rest.strip_prefix("(ADDRESS=") {
        Some(address) => {
            let (address, rest) = address.split_once(" * ").unwrap_or((address, ""));
            peer::set(event, inner(address, "(HOST=").unwrap_or(""), inner(address, "(PORT=").unwrap_or(""));
            if let Some(protocol) = inner(address, "(PROTOCOL=") {
                event.field("protocol", protocol);
            }
            rest
        }
        None => rest,
    };
    let (word, name) = rest.split_once(" * ").unwrap_or((rest, ""));
    let action = verb(word).unwrap_or(Action::ApplicationEvent);
    event.action(action);
    if action != Action::DbConnect {
        event.field("action", word);
    }
    event.text_if_said(Column::DbName, name);
    if name.is_empty() {
        event.text_if_said(
            Column::DbName,
            inner(data, "(SERVICE_NAME=").or_else(|| inner(data, "(SID=")).unwrap_or(""),
        );
    }
    Ok(())
}

/// `(CONNECT_DATA=(SID=ORCL)(CID=(PROGRAM=sqlplus)(HOST=pc1)(USER=averdi)))`: all of it is the client's word.
fn connect_data(data: &str, event: &mut EventBuilder<'_>) {
    for (mark, key) in [("(PROGRAM=", "client_program"), ("(HOST=", "client_host"), ("(USER=", "os_user")] {
        if let Some(value) = inner(data, mark).filter(|value| !value.is_empty()) {
            event.field(key, value);
        }
    }
    if let Some(command) = inner(data, "(COMMAND=") {
        event.field("command", command);
    }
}

fn inner<'a>(text: &'a str, mark: &str) -> Option<&'a str> {
    text.split_once(mark)?.1.split_once(')').map(|(value, _)| value)
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a client connects",
        text: "16-MAR-2026 09:12:44 * (CONNECT_DATA=(SERVICE_NAME=ANAG)(CID=(PROGRAM=sqlplus)(HOST=pc-anag2)(USER=averdi))) * (ADDRESS=(PROTOCOL=tcp)(HOST=192.0.2.7)(PORT=51022)) * establish * ANAG * 0",
        expect: &[
            ("event_action", "db_connect"),
            ("event_outcome", "success"),
            ("source_ip", "192.0.2.7"),
            ("source_port", "51022"),
            ("db_name", "ANAG"),
            ("fields.client_program", "sqlplus"),
            ("fields.os_user", "averdi"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
        ],
        absent: &["event_code", "user_name", "parse_error"],
    },
    Sample {
        about: "a service that does not exist",
        text: "2026-03-16T09:12:45.112+01:00 * (CONNECT_DATA=(SID=XE)(CID=(PROGRAM=)(HOST=)(USER=))) * (ADDRESS=(PROTOCOL=tcp)(HOST=198.51.100.9)(PORT=40000)) * establish * XE * 12505",
        expect: &[
            ("event_action", "db_connect"),
            ("event_outcome", "failure"),
            ("event_code", "12505"),
            ("source_ip", "198.51.100.9"),
        ],
        absent: &["fields.os_user", "parse_error"],
    },
    Sample {
        about: "the listener is stopped",
        text: "16-MAR-2026 23:00:00 * (CONNECT_DATA=(CID=(PROGRAM=)(HOST=ora1)(USER=oracle))(COMMAND=stop)(SERVICE=LISTENER)) * stop * 0",
        expect: &[("event_action", "service_stop"), ("fields.command", "stop"), ("event_outcome", "success")],
        absent: &["source_ip", "parse_error"],
    },
    Sample {
        about: "an error of its own line",
        text: "TNS-12514: TNS:listener does not currently know of service requested in connect descriptor",
        expect: &[("event_action", "db_error"), ("event_code", "12514")],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: a connection cut within its address",
        text: "16-MAR-2026 09:12:44 * (CONNECT_DATA=(SID=ANAG)) * (ADDRESS=(PROTOCOL=tcp)(HOST=192.0.2.7)(PO",
        expect: &[("parse_error", "expected a return code at the end")],
        absent: &["source_ip", "event_outcome"],
    },
    Sample {
        about: "hostile: a program that imitates an address moves no field",
        text: "16-MAR-2026 09:12:46 * (CONNECT_DATA=(SID=ANAG)(CID=(PROGRAM=x(HOST=203.0.113.1)(PORT=1)(USER=sys))) * (ADDRESS=(PROTOCOL=tcp)(HOST=192.0.2.7)(PORT=51022)) * establish * ANAG * 0",
        expect: &[("source_ip", "192.0.2.7"), ("source_port", "51022")],
        absent: &["parse_error"],
    },
];
