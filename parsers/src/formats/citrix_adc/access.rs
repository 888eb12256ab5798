//! What the operating system below logs: commands of the shell, requests to the management web server.
//!
//! Promises: a command and a URL stand behind what the system wrote. Must not know: messages of the packet engine.

use schema::{Action, Column, EventBuilder};

use super::super::{flow, http, peer};
use crate::format::{Payload, Unreadable};
use crate::scan;
use crate::time::clf;

/// Longest address of a client, its zone included.
const CLIENT_BYTES_MAX: usize = 64;

/// User and command of `root on pts/0 shell_command="ls"`.
pub(super) fn shell(text: &str) -> Option<(&str, &str)> {
    // A user has no blank: most texts are told apart behind their first word.
    scan::word(text).filter(|(_, rest)| rest.starts_with("on "))?;
    let (head, command) = text.split_once(" shell_command=\"")?;
    let (user, terminal) = head.split_once(" on ")?;
    let is_terminal = ["pts/", "tty", "(null)", "/dev/"].iter().any(|kind| terminal.starts_with(kind));
    (is_terminal && !user.contains(' '))
        .then(|| (user, command.trim_end().strip_suffix('"').unwrap_or(command)))
}

/// Client and what follows of `CLIENT -> SERVER - USER [STAMP] [PID] "REQUEST" STATUS BYTES "…" "…" "Time: N microsecs"`.
pub(super) fn request(text: &str) -> Option<(&str, &str, &str)> {
    let window = text.get(..text.floor_char_boundary(CLIENT_BYTES_MAX + " -> ".len()))?;
    memchr::memchr(b'>', window.as_bytes())?;
    let (client, _) = window.split_once(" -> ")?;
    let (server, rest) = text.get(client.len() + " -> ".len()..)?.split_once(' ')?;
    (peer::is_address(client) && peer::is_address(server) && rest.contains("] ["))
        .then_some((client, server, rest))
}

/// Reads either.
pub(super) fn read(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    const SHAPE: Unreadable = Unreadable("expected HOST PPE-N : FEATURE EVENT : TEXT");
    if let Some((user, command)) = shell(payload.text) {
        flow::did(event, Action::ProcessStart, true);
        event.text_if_said(Column::UserName, user);
        event.text_if_said(Column::ProcessCommandLine, command);
        return Ok(());
    }
    let (client, server, rest) = request(payload.text).ok_or(SHAPE)?;
    event.ip(Column::SourceIp, client);
    event.ip(Column::DestinationIp, server);
    let (user, rest) = rest.split_once(" [").ok_or(SHAPE)?;
    event.text_if_said(Column::UserName, user.rsplit(' ').next().unwrap_or(user));
    let (stamp, rest) = rest.split_once("] [").ok_or(SHAPE)?;
    let (when, _) = clf(stamp).ok_or(Unreadable("no such day or hour"))?;
    payload.set_time(event, when);
    let (pid, rest) = rest.split_once("] \"").ok_or(SHAPE)?;
    event.int_text(Column::ProcessPid, pid);
    event.action(Action::HttpRequest);
    // The request may hold quotes; the status is the first number behind a quote and a blank.
    let (line, tail) = rest.split_once("\" ").ok_or(SHAPE)?;
    http::set_request(line, event);
    let mut words = tail.split(' ');
    http::set_status(words.next().unwrap_or(""), event);
    event.int_text(Column::HttpResponseBodyBytes, words.next().unwrap_or(""));
    let mut quoted = tail.split('"').skip(1).step_by(2);
    event.text_if_said(Column::HttpRequestReferrer, quoted.next().unwrap_or(""));
    event.text_if_said(Column::UserAgentOriginal, quoted.next().unwrap_or(""));
    Ok(())
}
