//! Proxmox VE and Backup Server: logins, tasks and backups of the daemons, and the access log of pveproxy.
//!
//! Promises: linear; in a refused login the client's address stands before the user's name, and the reason last.
//! Must not know: the syslog envelope, files, other formats.

mod samples;
mod task;

use schema::{Action, Column, EventBuilder, Outcome};

use super::account::address_and_port;
use super::{http, peer};
use crate::format::{Format, Payload, Unreadable};
use crate::{scan, time};

/// See the module.
pub static FORMAT: Format = Format {
    name: "proxmox",
    title: "Proxmox Virtual Environment and Backup Server",
    reference: "Proxmox VE, pve-common and pve-manager; Proxmox Backup Server, proxmox-rest-server",
    programs: &[
        "pvedaemon",
        "pveproxy",
        "pvestatd",
        "pvescheduler",
        "pvesh",
        "vzdump",
        "qm",
        "pct",
        "pve-ha-crm",
        "pve-ha-lrm",
        "pve-firewall",
        "proxmox-backup-proxy",
        "proxmox-backup-api",
        "pmgdaemon",
        "pmgproxy",
    ],
    starts: b"0123456789:abcdef<",
    needs: &[("", "-[]\""), ("", ":;="), ("", ":'"), ("", "<>@:")],
    keys: &[],
    recognise: |payload| {
        FORMAT.programs.contains(&payload.program)
            || Access::read(payload.text).is_some()
            || auth_log(payload.text).is_some()
            || (payload.text.starts_with('<')
                && user_prefix(payload.text).is_some_and(|(_, text)| text.contains("task UPID:")))
    },
    parse,
    samples: samples::SAMPLES,
};

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    event.action(Action::ApplicationEvent);
    if let Some(access) = Access::read(payload.text) {
        return access.fill(payload, event);
    }
    let text = match auth_log(payload.text) {
        Some((when, text)) => {
            payload.set_time(event, when);
            text
        }
        None => payload.text.trim(),
    };
    if let Some(rest) = text.strip_prefix("authentication failure; ") {
        return refused(rest, event);
    }
    let (user, text) = user_prefix(text).unwrap_or(("", text));
    set_user(event, user);
    if let Some(rest) = text
        .strip_prefix("successful auth for user '")
        .or_else(|| text.strip_prefix("successful authentication for user '"))
    {
        event.action(Action::Login);
        event.outcome(Outcome::Success);
        set_user(event, rest.trim_end_matches('\''));
    } else if !task::read(text, event) {
        backup(text, event);
    }
    Ok(())
}

/// `STAMP: TEXT` of Backup Server's auth.log.
fn auth_log(text: &str) -> Option<(time::When, &str)> {
    let (when, rest) = time::iso_prefix(text)?;
    let rest = rest.strip_prefix(": ")?;
    let is_own = rest.starts_with("authentication failure; rhost=")
        || rest.starts_with("successful auth for user '")
        || rest.starts_with("successful authentication for user '");
    is_own.then_some((when, rest))
}

/// `<root@pam> TEXT`.
fn user_prefix(text: &str) -> Option<(&str, &str)> {
    text.strip_prefix('<')?.split_once("> ").filter(|(user, _)| user.contains('@'))
}

/// `user@realm`; an API token (`user@realm!name`) acts for its user.
fn set_user(event: &mut EventBuilder<'_>, account: &str) {
    let (account, token) = account.split_once('!').unwrap_or((account, ""));
    let (user, realm) = account.rsplit_once('@').unwrap_or((account, ""));
    event.text_if_said(Column::UserName, user);
    event.text_if_said(Column::UserDomain, realm);
    if !token.is_empty() {
        event.field("token", token);
    }
}

/// `rhost=ADDRESS user=NAME@REALM msg=WHY`: whoever tries chooses the name, which the reason may repeat.
fn refused(rest: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    const SHAPE: Unreadable = Unreadable("expected rhost, user and msg");
    let rest = rest.strip_prefix("rhost=").ok_or(SHAPE)?;
    let (host, rest) = rest.split_once(" user=").ok_or(SHAPE)?;
    let (user, why) = rest.split_once(" msg=").ok_or(SHAPE)?;
    let (address, port) = if peer::is_address(host) { (host, "") } else { address_and_port(host) };
    peer::set(event, address, port);
    set_user(event, user);
    event.action(Action::Login);
    event.outcome(Outcome::Failure);
    event.field(
        "reason",
        match why.trim() {
            why if why.starts_with("no such user") => "unknown_user",
            "Authentication failure" | "invalid credentials" | "authentication error - AUTH_ERR (7)" => {
                "wrong_credential"
            }
            why if why.contains("disabled") => "account_disabled",
            why if why.contains("expired") => "account_expired",
            why if why.contains("locked") => "account_locked",
            why => why,
        },
    );
    Ok(())
}

/// What vzdump says of its jobs.
fn backup(text: &str, event: &mut EventBuilder<'_>) {
    let text = text.strip_prefix("INFO: ").or_else(|| text.strip_prefix("ERROR: ")).unwrap_or(text);
    let machine = |rest: &'static str| -> Option<&str> { text.strip_prefix(rest)?.split([' ', ':']).next() };
    if let Some(vm) = machine("Starting Backup of VM ") {
        event.action(Action::BackupStart);
        event.outcome(Outcome::Success);
        event.field("vm", vm);
    } else if let Some(vm) = machine("Finished Backup of VM ") {
        event.action(Action::BackupEnd);
        event.outcome(Outcome::Success);
        event.field("vm", vm);
    } else if let Some(vm) = machine("Backup of VM ").filter(|_| text.contains(" failed")) {
        event.action(Action::BackupEnd);
        event.outcome(Outcome::Failure);
        event.field("vm", vm);
        event.field("reason", text.split_once(" failed - ").map_or("", |(_, why)| why));
    } else if let Some(line) = text.strip_prefix("starting new backup job: ") {
        event.action(Action::BackupStart);
        event.outcome(Outcome::Success);
        event.text_if_said(Column::ProcessCommandLine, line);
    } else if text.starts_with("Backup job finished") {
        event.action(Action::BackupEnd);
        event.outcome(Outcome::of(text.contains("successfully")));
    } else if text.starts_with("starting server") {
        event.action(Action::ServiceStart);
        event.outcome(Outcome::Success);
    } else if text.starts_with("received signal TERM")
        || text.starts_with("server closing")
        || text.starts_with("server stopped")
    {
        event.action(Action::ServiceStop);
        event.outcome(Outcome::Success);
    }
}

/// `192.0.2.7 - root@pam [16/03/2026:09:12:44 +0100] "GET /api2/json/nodes HTTP/1.1" 200 1024`.
struct Access<'a> {
    client: &'a str,
    user: &'a str,
    when: time::When,
    request: &'a str,
    status: &'a str,
    bytes: &'a str,
}

impl<'a> Access<'a> {
    fn read(text: &'a str) -> Option<Access<'a>> {
        // Most texts begin with no address.
        scan::word(text).filter(|(first, _)| peer::is_address(first))?;
        let (client, rest) = text.split_once(" - ")?;
        if !peer::is_address(client) {
            return None;
        }
        let (user, rest) = rest.split_once(" [")?;
        let (stamp, rest) = rest.split_once("] \"")?;
        // The day comes first, by its number.
        let (when, zone) = time::clf_numeric(stamp)?;
        let (request, rest) = rest.rsplit_once("\" ")?;
        let (status, bytes) = rest.trim_end().split_once(' ')?;
        let is_line = zone.is_empty() && peer::is_digits(status) && (peer::is_digits(bytes) || bytes == "-");
        is_line.then_some(Access { client, user, when, request, status, bytes })
    }

    fn fill(&self, payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
        if !payload.set_time(event, self.when) {
            return Err(Unreadable("no such day or hour"));
        }
        event.action(Action::HttpRequest);
        peer::set(event, self.client, "");
        if self.user != "-" {
            set_user(event, self.user);
        }
        http::set_request(self.request, event);
        http::set_status(self.status, event);
        event.int_text(Column::HttpResponseBodyBytes, self.bytes);
        Ok(())
    }
}
