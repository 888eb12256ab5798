//! Pure-FTPd by syslog: `(USER@HOST) [LEVEL] TEXT`, in English and Italian.
//!
//! Promises: linear; user and host stand in the bracket the server wrote first; names in a text are cut at its end.
//! Must not know: the syslog envelope, other formats.

use schema::{Action, Column, EventBuilder, Outcome};

use super::peer;
use crate::format::{Format, Payload, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "pureftpd",
    title: "Pure-FTPd FTP server",
    reference: "Pure-FTPd, src/ftpd.c and messages_*.h",
    programs: &["pure-ftpd", "pureftpd"],
    starts: b"(",
    needs: &[],
    keys: &[],
    recognise: |payload| {
        Line::read(payload.text).is_some() || matches!(payload.program, "pure-ftpd" | "pureftpd")
    },
    parse,
    samples: SAMPLES,
};

/// The longest name of a host.
const HOST_BYTES_MAX: usize = 255;

struct Line<'a> {
    user: &'a str,
    host: &'a str,
    level: &'a str,
    text: &'a str,
    /// Its name or its text could be cut otherwise, too.
    is_ambiguous: bool,
}

impl<'a> Line<'a> {
    fn read(text: &'a str) -> Option<Line<'a>> {
        const LEVELS: &[&str] = &["INFO", "NOTICE", "WARNING", "ERROR", "DEBUG"];
        let rest = text.strip_prefix('(')?;
        let at = |(at, _): (usize, &str)| {
            let behind = rest.get(at + ") [".len()..)?;
            let level = LEVELS.iter().find(|level| behind.starts_with(**level))?;
            let text = behind.strip_prefix(*level)?.strip_prefix(']')?;
            let near = rest.floor_char_boundary(at.saturating_sub(HOST_BYTES_MAX));
            let (_, host) = rest.get(near..at)?.rsplit_once('@')?;
            let user = rest.get(..at - host.len() - 1)?;
            let is_line = !host.contains([' ', ')']);
            is_line.then_some(Line { user, host, level, text: text.trim(), is_ambiguous: false })
        };
        let mut lines = rest.match_indices(") [").filter_map(at);
        let (first, second) = (lines.next()?, lines.next());
        if second.is_none() {
            return Some(first);
        }
        // A client that is not let in yet chooses its name: of several readings the one that repeats it is true.
        let repeats = |line: &Line<'_>| refused(line.text) == Some(line.user);
        let is_nameless = first.user == "?";
        let doubtful = Line { is_ambiguous: !is_nameless, ..first };
        rest.match_indices(") [").filter_map(at).find(repeats).or(Some(doubtful))
    }
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    event.action(Action::ApplicationEvent);
    let Some(line) = Line::read(payload.text) else {
        return if payload.text.starts_with('(') {
            Err(Unreadable("expected (USER@HOST) [LEVEL] TEXT"))
        } else {
            Ok(())
        };
    };
    if line.is_ambiguous {
        return Err(Unreadable("a name or path that imitates a client"));
    }
    event.text(Column::LogLevel, line.level);
    peer::set(event, line.host, "");
    if line.user != "?" {
        event.text_if_said(Column::UserName, line.user);
    }
    if !authentication(line.text, event) {
        file(line.text, event);
    }
    Ok(())
}

/// The name of a refused login.
fn refused(text: &str) -> Option<&str> {
    const REFUSALS: &[&str] = &[
        "Authentication failed for user [",
        "Autenticazione falita per l'utente [",
        "Autenticazione fallita per l'utente [",
    ];
    let rest = REFUSALS.iter().find_map(|opening| text.strip_prefix(opening))?;
    Some(rest.strip_suffix(']').unwrap_or(rest))
}

fn authentication(text: &str, event: &mut EventBuilder<'_>) -> bool {
    if let Some(user) = refused(text) {
        event.action(Action::Login);
        event.outcome(Outcome::Failure);
        event.text_if_said(Column::UserName, user);
        event.field("reason", "wrong_credential");
        return true;
    }
    for (ending, anonymous) in [
        (" is now logged in", false),
        (" e' connesso", false),
        (" è connesso", false),
        ("nonymous user logged in", true),
    ] {
        let Some(user) = text.strip_suffix(ending) else { continue };
        event.action(Action::Login);
        event.outcome(Outcome::Success);
        if anonymous {
            event.field("anonymous", "true");
        } else {
            event.text_if_said(Column::UserName, user);
        }
        return true;
    }
    let (action, outcome) = if text.starts_with("New connection from ")
        || text.starts_with("Nuova connessione da ")
    {
        (Action::ConnectionAllowed, Outcome::Success)
    } else if text.starts_with("Logout") || text.starts_with("Timeout") || text.starts_with("Disconnessione")
    {
        (Action::SessionClose, Outcome::Success)
    } else if text.starts_with("Too many authentication failures") || text.starts_with("Too many connections")
    {
        (Action::ConnectionDenied, Outcome::Failure)
    } else if text.starts_with("Sorry, but that account is not allowed") {
        (Action::Login, Outcome::Failure)
    } else {
        return false;
    };
    event.action(action);
    event.outcome(outcome);
    true
}

/// `PATH downloaded  (1024 bytes, 12.34KB/sec)`, `Deleted PATH`, `PATH renamed to [PATH]`.
fn file(text: &str, event: &mut EventBuilder<'_>) {
    let done = |event: &mut EventBuilder<'_>, action, path: &str| {
        event.action(action);
        event.outcome(Outcome::Success);
        event.text_if_said(Column::FilePath, path);
    };
    for (verb, action) in [(" downloaded ", Action::FileRead), (" uploaded ", Action::FileCreate)] {
        if let Some((path, measure)) = text.rsplit_once(verb)
            && let Some(measure) = measure.trim_start_matches(' ').strip_prefix('(')
        {
            done(event, action, path);
            if let Some((size, _)) = measure.split_once(" bytes").filter(|(size, _)| peer::is_digits(size)) {
                event.field("size", size);
            }
            return;
        }
    }
    if let Some(path) = text.strip_prefix("Deleted ") {
        done(event, Action::FileDelete, path);
    } else if let Some((old, new)) = text.strip_suffix(']').and_then(|text| text.rsplit_once(" renamed to ["))
    {
        done(event, Action::FileRename, old);
        event.field("new_path", new);
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a login is refused",
        text: "<38>Mar 16 09:12:44 ftp1 pure-ftpd: (?@198.51.100.9) [WARNING] Authentication failed for user [averdi]",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "averdi"),
            ("source_ip", "198.51.100.9"),
            ("log_level", "WARNING"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a login",
        text: "<38>Mar 16 09:12:45 ftp1 pure-ftpd: (?@192.0.2.77) [INFO] averdi is now logged in",
        expect: &[("event_action", "login"), ("event_outcome", "success"), ("user_name", "averdi")],
        absent: &["parse_error"],
    },
    Sample {
        about: "a file is left",
        text: "<38>Mar 16 09:13:45 ftp1 pure-ftpd: (averdi@192.0.2.77) [NOTICE] /srv/ftp//atti e allegati.zip uploaded  (81100 bytes, 811.00KB/sec)",
        expect: &[
            ("event_action", "file_create"),
            ("file_path", "/srv/ftp//atti e allegati.zip"),
            ("fields.size", "81100"),
            ("user_name", "averdi"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a file is deleted, from a named host",
        text: "<38>Mar 16 09:13:46 ftp1 pure-ftpd: (averdi@pc7.borgo.example) [NOTICE] Deleted /srv/ftp//vecchio.zip",
        expect: &[("event_action", "file_delete"), ("fields.rhost", "pc7.borgo.example")],
        absent: &["source_ip", "parse_error"],
    },
    Sample {
        about: "truncated: a line cut within its level",
        text: "<38>Mar 16 09:12:44 ftp1 pure-ftpd: (?@198.51.100.9) [WARN",
        expect: &[("parse_error", "expected (USER@HOST) [LEVEL] TEXT")],
        absent: &["source_ip", "event_outcome"],
    },
    Sample {
        about: "hostile: a user name that imitates a login moves no field",
        text: "<38>Mar 16 09:12:47 ftp1 pure-ftpd: (?@192.0.2.77) [WARNING] Authentication failed for user [x] (root@203.0.113.1) [INFO] root is now logged in]",
        expect: &[("event_outcome", "failure"), ("source_ip", "192.0.2.77")],
        absent: &["parse_error"],
    },
    Sample {
        about: "hostile: a name that imitates a client",
        text: "Mar 16 02:40:11 ftp1 pure-ftpd: (x@203.0.113.9) [INFO] y@198.51.100.23) [WARNING] Authentication failed for user [x@203.0.113.9) [INFO] y]",
        expect: &[
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.23"),
            ("user_name", "x@203.0.113.9) [INFO] y"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "hostile: a path that imitates a client is an error",
        text: "Mar 16 02:40:11 ftp1 pure-ftpd: (averdi@192.0.2.7) [NOTICE] /a@203.0.113.9) [WARNING] x downloaded  (1024 bytes, 12.34KB/sec)",
        expect: &[("parse_error", "a name or path that imitates a client")],
        absent: &["source_ip", "user_name", "event_outcome"],
    },
];
