//! Logs of application protocols: who logged in where, what was asked for, what was sent.
//!
//! Promises: a protocol that is not known is an event without an outcome. Must not know: TSV or JSON.

use schema::{Action, Column, EventBuilder, Outcome};

use super::super::{account, flow, http};
use super::{Key, Record, field, first_item, seen};

/// Reads a record of that log.
pub(super) fn read(log: &str, record: &Record<'_>, event: &mut EventBuilder<'_>) {
    match log {
        "http" => request(record, event),
        "ssh" => ssh(record, event),
        "smtp" => mail(record, event),
        "ftp" => ftp(record, event),
        "dhcp" => lease(record, event),
        "ntlm" => ntlm(record, event),
        "kerberos" => kerberos(record, event),
        "radius" => radius(record, event),
        "rdp" => rdp(record, event),
        "smb_files" => smb_file(record, event),
        "smb_mapping" => {
            flow::did(event, Action::ShareAccess, true);
            event.text_if_said(Column::FilePath, record.get(Key::Path));
            field("share_type", record.get(Key::Share), event);
        }
        "mysql" => statement(record, event),
        "sip" => call(record, event),
        _ => other(record, event),
    }
}

fn request(record: &Record<'_>, event: &mut EventBuilder<'_>) {
    event.action(Action::HttpRequest);
    let method = record.get(Key::Method);
    event.text_if_said(Column::HttpRequestMethod, method);
    http::set_target(method, record.get(Key::Uri), event);
    event.text_if_said(Column::UrlDomain, http::host_of(record.get(Key::Host)));
    event.text_if_said(Column::HttpRequestReferrer, record.get(Key::Referrer));
    event.text_if_said(Column::UserAgentOriginal, record.get(Key::Agent));
    event.text_if_said(Column::UserName, record.get(Key::Username));
    http::set_status(record.get(Key::Status), event);
    event.int_text(Column::HttpResponseBodyBytes, record.get(Key::Length));
    field("http_version", record.get(Key::Version), event);
}

/// Zeek judges by the size of packets whether a login succeeded; where it cannot tell it says nothing.
fn ssh(record: &Record<'_>, event: &mut EventBuilder<'_>) {
    match record.says(Key::AuthSuccess) {
        Some(is_success) => flow::did(event, Action::Login, is_success),
        None => seen(event),
    }
    match record.get(Key::Direction) {
        "INBOUND" => event.text(Column::NetworkDirection, "inbound"),
        "OUTBOUND" => event.text(Column::NetworkDirection, "outbound"),
        _ => {}
    }
    field("auth_attempts", record.get(Key::AuthAttempts), event);
    field("client", record.get(Key::Client), event);
    field("server", record.get(Key::Server), event);
}

fn mail(record: &Record<'_>, event: &mut EventBuilder<'_>) {
    let reply = record.get(Key::LastReply);
    match reply.as_bytes().first() {
        Some(b'2') => flow::did(event, Action::MailReceived, true),
        Some(b'4' | b'5') => flow::did(event, Action::MailBlocked, false),
        _ => seen(event),
    }
    event.text_if_said(Column::EmailFrom, without_angles(record.get(Key::From)));
    event.text_if_said(Column::EmailSubject, record.get(Key::Subject));
    event.text_if_said(Column::EmailMessageId, without_angles(record.get(Key::MsgId)));
    event.text_if_said(Column::UserAgentOriginal, record.get(Key::Agent));
    recipients(record, event);
    field("helo", record.get(Key::Helo), event);
    field("reply", reply, event);
}

fn without_angles(text: &str) -> &str {
    text.trim_start_matches('<').trim_end_matches('>')
}

fn recipients(record: &Record<'_>, event: &mut EventBuilder<'_>) {
    let list = record.json.and_then(|json| json.get("rcptto"));
    let items = list.map(|list| list.members().filter_map(|item| item.scalar()).collect::<Vec<_>>());
    match items {
        Some(items) if items.len() > 1 => event.text(Column::EmailTo, &items.join(",")),
        _ => event.text_if_said(Column::EmailTo, record.get(Key::To)),
    }
}

fn ftp(record: &Record<'_>, event: &mut EventBuilder<'_>) {
    let code = record.get(Key::ReplyCode);
    let is_success = code.starts_with(['1', '2', '3']);
    let command = record.get(Key::Command);
    let action = match (command, code) {
        ("USER" | "PASS", "230" | "530" | "430") => Action::Login,
        ("RETR", _) => Action::FileRead,
        ("STOR" | "STOU" | "APPE", _) => Action::FileCreate,
        ("DELE", _) => Action::FileDelete,
        _ => Action::ApplicationEvent,
    };
    event.action(action);
    if !code.is_empty() {
        event.outcome(Outcome::of(is_success));
        event.field("reply_code", code);
    }
    event.text_if_said(Column::UserName, record.get(Key::User));
    if !matches!(action, Action::Login | Action::ApplicationEvent) {
        event.text_if_said(Column::FilePath, record.get(Key::Arg));
    }
    field("action", command, event);
}

fn lease(record: &Record<'_>, event: &mut EventBuilder<'_>) {
    let types =
        record.json.and_then(|json| json.get("msg_types")).map_or(record.get(Key::MsgTypes), |list| {
            list.members().last().and_then(|item| item.scalar()).unwrap_or("")
        });
    match types.rsplit(',').next().unwrap_or("") {
        "ACK" => flow::did(event, Action::DhcpLease, true),
        "NAK" | "DECLINE" => flow::did(event, Action::DhcpFailure, false),
        // Before version 2.6 only leases were logged.
        "" if !record.get(Key::AssignedAddr).is_empty() => flow::did(event, Action::DhcpLease, true),
        _ => seen(event),
    }
    if !event.is_set(Column::SourceIp) {
        let address = record.values.first(&[Key::AssignedAddr, Key::ClientAddr]);
        event.ip(Column::SourceIp, address);
        event.ip(Column::DestinationIp, record.get(Key::ServerAddr));
    }
    event.text_if_said(Column::SourceMac, record.get(Key::Mac));
    field("client_name", record.get(Key::HostName), event);
}

fn ntlm(record: &Record<'_>, event: &mut EventBuilder<'_>) {
    event.action(Action::Login);
    event.outcome(record.outcome(Key::Success));
    event.text_if_said(Column::UserName, record.get(Key::Username));
    event.text_if_said(Column::UserDomain, record.get(Key::Domain));
    field("workstation", record.get(Key::Workstation), event);
    event.field("auth_method", "NTLM");
}

/// The client is `user/REALM`, the realm never holds a slash.
fn kerberos(record: &Record<'_>, event: &mut EventBuilder<'_>) {
    event.action(Action::KerberosTicket);
    event.outcome(record.outcome(Key::Success));
    let client = record.get(Key::Client);
    let (user, realm) = client.rsplit_once('/').unwrap_or((client, ""));
    event.text_if_said(Column::UserName, user);
    event.text_if_said(Column::UserDomain, realm);
    event.text_if_said(Column::ServiceName, record.get(Key::Service));
    event.clear(Column::NetworkProtocol);
    field("request_type", record.get(Key::RequestType), event);
    field("ticket_encryption", record.get(Key::Cipher), event);
    field("reason", record.get(Key::ErrorMsg), event);
}

fn radius(record: &Record<'_>, event: &mut EventBuilder<'_>) {
    match record.get(Key::Result) {
        "success" => flow::did(event, Action::Login, true),
        "failed" => flow::did(event, Action::Login, false),
        _ => seen(event),
    }
    account::set_user(event, record.get(Key::Username));
    flow::set_mac(event, record.get(Key::Mac));
    field("reason", record.get(Key::Reply), event);
}

/// The cookie is the user name the client typed; whether the login succeeded is encrypted.
fn rdp(record: &Record<'_>, event: &mut EventBuilder<'_>) {
    seen(event);
    account::set_user(event, record.get(Key::Cookie));
    field("security_protocol", record.get(Key::Security), event);
    field("result", record.get(Key::Result), event);
}

fn smb_file(record: &Record<'_>, event: &mut EventBuilder<'_>) {
    let action = match record.get(Key::Action) {
        "SMB::FILE_OPEN" | "SMB::FILE_READ" => Action::FileRead,
        "SMB::FILE_WRITE" => Action::FileWrite,
        "SMB::FILE_RENAME" => Action::FileRename,
        "SMB::FILE_DELETE" => Action::FileDelete,
        _ => Action::ApplicationEvent,
    };
    event.action(action);
    event.outcome(Outcome::Success);
    let name = record.get(Key::Name);
    if action == Action::FileRename {
        event.text_if_said(Column::FilePath, record.get(Key::PreviousName));
        field("new_path", name, event);
    } else {
        event.text_if_said(Column::FilePath, name);
    }
    field("share", record.get(Key::Path), event);
    field("bytes", record.get(Key::Size), event);
}

fn statement(record: &Record<'_>, event: &mut EventBuilder<'_>) {
    let argument = record.get(Key::Arg);
    match record.get(Key::Cmd) {
        "login" => {
            event.action(Action::Login);
            event.text_if_said(Column::UserName, argument);
        }
        "query" => {
            event.action(Action::Query);
            event.text_if_said(Column::DbStatement, argument);
            event.int_text(Column::DbRows, record.get(Key::Rows));
        }
        _ => seen(event),
    }
    event.outcome(record.outcome(Key::Success));
}

fn call(record: &Record<'_>, event: &mut EventBuilder<'_>) {
    let status = record.get(Key::Status);
    event.action(Action::Call);
    event.outcome(match status.as_bytes().first() {
        Some(b'2') => Outcome::Success,
        Some(b'4'..=b'6') => Outcome::Failure,
        _ => Outcome::Unknown,
    });
    event.text_if_said(Column::UserAgentOriginal, record.get(Key::Agent));
    field("method", record.get(Key::Method), event);
    field("status", status, event);
    field("from", record.get(Key::RequestFrom), event);
}

/// Logs without an action of their own keep the connection and what names it.
fn other(record: &Record<'_>, event: &mut EventBuilder<'_>) {
    seen(event);
    if !event.is_set(Column::SourceIp) {
        event.ip(Column::SourceIp, first_item(record.get(Key::Host)));
    }
    event.text_if_said(Column::UserName, record.get(Key::Username));
    field("tunnel_type", record.get(Key::Tunnel), event);
    field("action", record.get(Key::Action), event);
    field("text", record.get(Key::Message), event);
}
