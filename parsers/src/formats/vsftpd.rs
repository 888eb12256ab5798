//! vsftpd's own log and wu-ftpd's transfer log (xferlog), which vsftpd, ProFTPD and Pure-FTPd write too.
//!
//! Promises: linear; in a transfer the numbers and names around a path, which a client chooses, are cut from both
//! sides; a session's line whose name or path may be read as another client is an error, never a guess.
//! Must not know: files, other formats.

mod samples;
mod transfer;

use schema::{Action, Column, EventBuilder, Outcome};

use super::peer;
use crate::format::{Format, Payload, Unreadable};
use crate::time;

/// See the module.
pub static FORMAT: Format = Format {
    name: "vsftpd",
    title: "vsftpd log and FTP transfer log (xferlog)",
    reference: "vsftpd, logging.c; xferlog(5)",
    programs: &["vsftpd"],
    starts: b"MTWFS[C",
    needs: &[],
    keys: &[],
    recognise: |payload| {
        let (when, rest) = stamp(payload.text);
        (when.is_some() && (session(rest).is_some() || transfer::Transfer::read(rest).is_some()))
            || (payload.program == "vsftpd"
                && !payload.qualifier.starts_with("pam_")
                && session(rest).is_some())
    },
    parse,
    samples: samples::SAMPLES,
};

/// `Mon Mar 16 09:12:44 2026 ` and what follows it.
fn stamp(text: &str) -> (Option<time::When>, &str) {
    match time::apache_error(text) {
        Some((when, rest)) if rest.starts_with(' ') => (Some(when), rest.trim_start_matches(' ')),
        _ => (None, text),
    }
}

/// A line of vsftpd.log behind its stamp.
struct Session<'a> {
    pid: &'a str,
    user: &'a str,
    text: &'a str,
    /// The line could be cut at another client, too.
    is_ambiguous: bool,
}

/// `[pid N] [USER] TEXT`, `[pid N] TEXT`; by syslog also `[USER] TEXT` and `TEXT`.
fn session(text: &str) -> Option<Session<'_>> {
    let (pid, rest) = match text.strip_prefix("[pid ").and_then(|rest| rest.split_once("] ")) {
        Some((pid, rest)) if peer::is_digits(pid) => (pid, rest),
        Some(_) => return None,
        None => ("", text),
    };
    let verb = |text: &str| VERBS.iter().any(|(verb, ..)| text.starts_with(verb));
    if verb(rest) {
        return Some(Session { pid, user: "", text: rest, is_ambiguous: false });
    }
    // A user name may hold brackets: the verb decides where it ends. What a client sent stands behind every verb but
    // that of a refused login, of which the last is vsftpd's own.
    let inner = rest.strip_prefix('[')?;
    let mut ends =
        inner.match_indices("] ").map(|(at, _)| at).filter(|at| inner.get(at + 2..).is_some_and(verb));
    let first = ends.next()?;
    let is_refused = |at: usize| inner.get(at + 2..).is_some_and(|text| text.starts_with(REFUSED));
    let (end, is_ambiguous) = ends.fold((first, false), |(_, is_ambiguous), next| {
        (next, is_ambiguous || !is_refused(first) || !is_refused(next))
    });
    Some(Session { pid, user: inner.get(..end)?, text: inner.get(end + 2..)?, is_ambiguous })
}

const REFUSED: &str = "FAIL LOGIN: Client ";

const VERBS: &[(&str, Action, Option<bool>)] = &[
    ("CONNECT: Client ", Action::ConnectionAllowed, Some(true)),
    ("OK LOGIN: Client ", Action::Login, Some(true)),
    ("FAIL LOGIN: Client ", Action::Login, Some(false)),
    ("OK DOWNLOAD: Client ", Action::FileRead, Some(true)),
    ("FAIL DOWNLOAD: Client ", Action::FileRead, Some(false)),
    ("OK UPLOAD: Client ", Action::FileCreate, Some(true)),
    ("FAIL UPLOAD: Client ", Action::FileCreate, Some(false)),
    ("OK APPEND: Client ", Action::FileWrite, Some(true)),
    ("FAIL APPEND: Client ", Action::FileWrite, Some(false)),
    ("OK MKDIR: Client ", Action::FileCreate, Some(true)),
    ("FAIL MKDIR: Client ", Action::FileCreate, Some(false)),
    ("OK DELETE: Client ", Action::FileDelete, Some(true)),
    ("FAIL DELETE: Client ", Action::FileDelete, Some(false)),
    ("OK RMDIR: Client ", Action::FileDelete, Some(true)),
    ("FAIL RMDIR: Client ", Action::FileDelete, Some(false)),
    ("OK RENAME: Client ", Action::FileRename, Some(true)),
    ("FAIL RENAME: Client ", Action::FileRename, Some(false)),
    ("OK CHMOD: Client ", Action::FilePermissionChange, Some(true)),
    ("FAIL CHMOD: Client ", Action::FilePermissionChange, Some(false)),
    ("FTP command: Client ", Action::ApplicationEvent, None),
    ("FTP response: Client ", Action::ApplicationEvent, None),
    ("DEBUG: Client ", Action::ApplicationEvent, None),
];

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let (when, rest) = stamp(payload.text);
    if let Some(when) = when {
        payload.set_time(event, when);
    }
    if let Some(transfer) = transfer::Transfer::read(rest) {
        transfer.fill(event);
        return Ok(());
    }
    let line = session(rest).ok_or(Unreadable("expected [pid N] [USER] VERB: Client \"ADDRESS\""))?;
    if line.is_ambiguous {
        return Err(Unreadable("a name or path that imitates a client"));
    }
    event.int_text(Column::ProcessPid, line.pid);
    event.text(Column::ProcessName, "vsftpd");
    event.text_if_said(Column::UserName, line.user);
    let Some((verb, action, outcome)) = VERBS.iter().find(|(verb, ..)| line.text.starts_with(verb)) else {
        return Err(Unreadable("expected [pid N] [USER] VERB: Client \"ADDRESS\""));
    };
    let rest = line.text.get(verb.len()..).unwrap_or_default();
    let (address, rest) = rest
        .strip_prefix('"')
        .and_then(|rest| rest.split_once('"'))
        .ok_or(Unreadable("expected a client in quotes"))?;
    peer::set(event, address, "");
    event.action(*action);
    if let Some(done) = outcome {
        event.outcome(Outcome::of(*done));
    }
    detail(*action, rest.strip_prefix(", ").unwrap_or(rest), event);
    Ok(())
}

/// What stands behind the client: a reason, a path with its size, a command or an answer.
fn detail(action: Action, rest: &str, event: &mut EventBuilder<'_>) {
    let rest = rest.trim_end();
    if rest.is_empty() {
        return;
    }
    match action {
        Action::Login if rest.starts_with("anon password") => event.field("anonymous", "true"),
        Action::Login => event.field("reason", rest.trim_matches('"')),
        Action::ApplicationEvent => answer(rest.trim_matches('"'), event),
        Action::FileRename => {
            let names = rest.trim_matches('"');
            let (old, new) = names.split_once(' ').unwrap_or((names, ""));
            event.text_if_said(Column::FilePath, old);
            event.field("new_path", new);
        }
        _ => {
            // `"/path", 1024 bytes, 12.34Kbyte/sec`: the path is closed by the last quote.
            let (path, after) = rest.rsplit_once('"').unwrap_or((rest, ""));
            event.text_if_said(Column::FilePath, path.trim_start_matches('"'));
            let size = after.split(", ").find_map(|part| part.strip_suffix(" bytes"));
            if let Some(size) = size.filter(|size| peer::is_digits(size)) {
                event.field("size", size);
            }
        }
    }
}

/// `530 Login incorrect.` and its kin say how a login ended; so do 230 and 331 of it nothing.
fn answer(text: &str, event: &mut EventBuilder<'_>) {
    let code = text.split([' ', '-']).next().unwrap_or_default();
    if code.len() != 3 || !peer::is_digits(code) {
        event.field("command", text);
        return;
    }
    event.text(Column::EventCode, code);
    event.field("answer", text);
    if code == "530" && !text.starts_with("530 Please login") {
        event.action(Action::Login);
        event.outcome(Outcome::Failure);
    } else if code == "230" {
        event.action(Action::Login);
        event.outcome(Outcome::Success);
    }
}
