//! WALLIX Bastion: sessions, authentications and administration, as `[TAG] key="value" …`.
//!
//! Promises: linear; a value ends at its own quote, so that a text typed in a session moves no field; of a key that
//! comes twice the first counts. Must not know: the syslog envelope, files, other formats.

mod samples;

use schema::{Action, Column, EventBuilder, Outcome};

use super::peer;
use super::slots::slots;
use crate::format::{Format, Payload, Unreadable};
use crate::key_value::pairs;
use crate::time;

/// See the module.
pub static FORMAT: Format = Format {
    name: "wallix_bastion",
    title: "WALLIX Bastion",
    reference: "WALLIX Bastion Administration Guide, SIEM messages",
    programs: &["wabengine", "rdpproxy", "sshproxy", "wab", "wabaudit", "wabauth"],
    starts: b"[a0123456789",
    needs: &[],
    keys: &[],
    recognise: |payload| line(payload.text).is_some(),
    parse,
    samples: samples::SAMPLES,
};

const TAGS: &[&str] = &[
    "RDP Session",
    "SSH Session",
    "VNC Session",
    "TELNET Session",
    "RLOGIN Session",
    "RAWTCPIP Session",
    "sshproxy",
    "rdpproxy",
    "wabauth",
    "wabaudit",
    "sessionintegrity",
    "Vault Activity",
    "Password Change",
    "wabwatchdog",
    "integrity",
];

slots! {
    /// Keys of a message.
    enum Key;
    /// Values of a message.
    struct Values;
    nothing ""; keep first;
    Kind = b"type";
    Action = b"action";
    User = b"user";
    Account = b"account";
    Client = b"client_ip" | b"src_ip";
    ClientPort = b"src_port";
    Target = b"target_ip";
    TargetHost = b"target_host";
    TargetPort = b"target_port";
    Device = b"device";
    Service = b"service";
    Session = b"session_id" | b"session_uid" | b"psid";
    Object = b"object";
    Infos = b"infos";
    Status = b"status";
    Result = b"result";
    Method = b"method";
    Reason = b"reason" | b"diagnostic";
    Command = b"command_line" | b"command" | b"cmd";
    Data = b"data";
    Text = b"text";
    File = b"file_name" | b"file" | b"path";
    Size = b"size";
    Sha256 = b"sha256";
    Duration = b"duration";
}

/// The tag (empty when a relay took it away) and the pairs; behind a header without priority, its stamp too.
fn line(text: &str) -> Option<(Option<time::When>, &str, &str)> {
    if let Some(rest) = text.strip_prefix("action=\"authentify\" ") {
        return Some((None, "wabauth", rest));
    }
    let (when, rest) = match time::iso_prefix(text) {
        // `STAMP HOST PROGRAM PID - - [TAG] …`.
        Some((when, rest)) => (Some(when), rest.split_once(" - - ")?.1),
        None => (None, text),
    };
    let (tag, rest) = rest.strip_prefix('[')?.split_once("] ")?;
    (TAGS.contains(&tag) && rest.contains("=\"")).then_some((when, tag, rest))
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    const SHAPE: Unreadable = Unreadable("expected [TAG] and key=\"value\" pairs");
    let (when, tag, rest) = line(payload.text).ok_or(SHAPE)?;
    if let Some(when) = when {
        payload.set_time(event, when);
        header(payload.text, event);
    }
    let mut said = Values::new();
    for (key, value) in pairs(rest, b' ') {
        said.put(key, value);
    }
    if !said.has(Key::Kind) && !said.has(Key::Action) && !said.has(Key::User) {
        return Err(SHAPE);
    }
    event.text(Column::EventProvider, tag);
    event.text_if_said(Column::UserName, said.get(Key::User));
    event.text_if_said(Column::UserTargetName, said.get(Key::Account));
    peer::set(event, said.get(Key::Client), said.get(Key::ClientPort));
    let target = said.first(&[Key::Target, Key::TargetHost]);
    if !event.ip(Column::DestinationIp, target) {
        event.text_if_said(Column::DestinationDomain, target);
    }
    event.int_text(Column::DestinationPort, said.get(Key::TargetPort));
    event.text_if_said(Column::ServiceName, said.get(Key::Service));
    for (key, name) in [
        (Key::Session, "session_id"),
        (Key::Device, "device"),
        (Key::Object, "object_name"),
        (Key::Infos, "infos"),
        (Key::Duration, "duration"),
        (Key::Text, "title"),
        (Key::Method, "auth_method"),
        (Key::Size, "size"),
    ] {
        if said.has(key) {
            event.field(name, said.get(key));
        }
    }
    match tag {
        "wabauth" => authentication(&said, event),
        "wabaudit" => administration(&said, event),
        "Vault Activity" => vault(&said, event),
        _ => session(&said, event),
    }
    Ok(())
}

/// Host, program and pid of `STAMP HOST PROGRAM PID - - `.
fn header(text: &str, event: &mut EventBuilder<'_>) {
    let mut words = text.split(' ').skip(1);
    let (host, program) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    event.text_if_said(Column::HostName, host);
    event.text_if_said(Column::ProcessName, program.split('(').next().unwrap_or(program));
    event.int_text(Column::ProcessPid, words.next().unwrap_or_default());
}

fn authentication(said: &Values<'_>, event: &mut EventBuilder<'_>) {
    event.action(Action::Login);
    let done = said.get(Key::Status) == "success";
    event.outcome(Outcome::of(done));
    if !done {
        let why = said.get(Key::Infos);
        event.field("reason", if why.contains("Authentication failed") { "wrong_credential" } else { why });
    }
}

/// What an administrator did to which kind of object.
fn administration(said: &Values<'_>, event: &mut EventBuilder<'_>) {
    let (verb, kind) = (said.get(Key::Action), said.get(Key::Kind));
    event.field("operation", verb);
    event.field("object_type", kind);
    let action = match (verb, kind) {
        ("list" | "view" | "read", _) => Action::ApplicationEvent,
        ("download", _) => Action::ConfigExport,
        ("add", "User" | "Account" | "Apikey") => Action::AccountCreate,
        ("delete", "User" | "Account" | "Apikey") => Action::AccountDelete,
        ("edit", "User" | "Account" | "Apikey") => Action::AccountModify,
        ("add", "Usergroup") => Action::GroupCreate,
        ("add", "Authorization") => Action::PermissionGrant,
        ("delete", "Authorization") => Action::PermissionRevoke,
        (
            _,
            "Profile" | "ConnectionPolicy" | "CredChgPolicy" | "CheckoutPolicy" | "UserAuth" | "LdapMapping"
            | "Authorization" | "Restriction",
        ) => Action::PolicyChange,
        _ => Action::ConfigChange,
    };
    event.action(action);
    event.outcome(Outcome::Success);
    if matches!(kind, "User" | "Account") {
        event.text_if_said(Column::UserTargetName, said.get(Key::Object));
    }
}

fn vault(said: &Values<'_>, event: &mut EventBuilder<'_>) {
    let verb = said.get(Key::Action);
    event.field("operation", verb);
    // Whoever checks an account out holds its secret from then on.
    event.action(if verb == "checkout" { Action::ExplicitCredentials } else { Action::ApplicationEvent });
    let result = said.get(Key::Result);
    event.outcome(Outcome::of(!result.contains("ail") && !result.contains("rror")));
}

/// What happened in or around a session.
fn session(said: &Values<'_>, event: &mut EventBuilder<'_>) {
    let kind = said.get(Key::Kind);
    event.text_if_said(Column::EventCode, kind);
    let (action, outcome) = match kind {
        "INCOMING_CONNECTION" | "TARGET_CONNECTION" => (Action::ConnectionAllowed, Some(Outcome::Success)),
        "TARGET_CONNECTION_FAILED" | "CONNECTION_FAILED" => {
            (Action::ConnectionAllowed, Some(Outcome::Failure))
        }
        "AUTHENTICATION_SUCCESS" => (Action::Login, Some(Outcome::Success)),
        "AUTHENTICATION_FAILURE" => (Action::Login, Some(Outcome::Failure)),
        "SESSION_ESTABLISHED_SUCCESSFULLY" | "TARGET_SESSION_ESTABLISHED" => {
            (Action::SessionOpen, Some(Outcome::Success))
        }
        "SESSION_CREATION_FAILED" | "SESSION_ESTABLISHMENT_FAILED" => {
            (Action::SessionOpen, Some(Outcome::Failure))
        }
        "SESSION_DISCONNECTION" | "TARGET_DISCONNECTION" | "SESSION_ENDED" | "DISCONNECT" => {
            (Action::SessionClose, Some(Outcome::Success))
        }
        "NEW_PROCESS" | "COMMAND_DETECTED" | "STARTUP_APPLICATION_SUCCEEDED" => {
            (Action::ProcessStart, Some(Outcome::Success))
        }
        "PROCESS_BLOCKED" | "KILL_PATTERN_DETECTED" | "STARTUP_APPLICATION_FAILED" => {
            (Action::ProcessStart, Some(Outcome::Failure))
        }
        "COMPLETED_PROCESS" => (Action::ProcessStop, Some(Outcome::Success)),
        "DRIVE_REDIRECTION_READ" | "DRIVE_REDIRECTION_READ_EX" | "SFTP_GET" | "SCP_GET" => {
            (Action::FileRead, Some(Outcome::Success))
        }
        "DRIVE_REDIRECTION_WRITE" | "DRIVE_REDIRECTION_WRITE_EX" | "SFTP_PUT" | "SCP_PUT" => {
            (Action::FileWrite, Some(Outcome::Success))
        }
        "DRIVE_REDIRECTION_DELETE" => (Action::FileDelete, Some(Outcome::Success)),
        "DRIVE_REDIRECTION_RENAME" => (Action::FileRename, Some(Outcome::Success)),
        "FILE_VERIFICATION_ERROR" => (Action::MalwareDetected, Some(Outcome::Failure)),
        _ => (Action::ApplicationEvent, None),
    };
    event.action(action);
    if let Some(outcome) = outcome {
        event.outcome(outcome);
    }
    event.text_if_said(Column::ProcessCommandLine, said.get(Key::Command));
    event.text_if_said(Column::FilePath, said.get(Key::File));
    event.text_if_said(Column::FileHashSha256, said.get(Key::Sha256));
    for (key, name) in [(Key::Reason, "reason"), (Key::Status, "status"), (Key::Data, "data")] {
        // What was typed may hold secrets: it stays in the message alone.
        if said.has(key) && name != "data" {
            event.field(name, said.get(key));
        }
    }
}
