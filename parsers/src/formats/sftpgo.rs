//! SFTPGo: logins, refusals, transfers and commands of its SFTP, FTP, WebDAV and HTTP servers, as JSON.
//!
//! Promises: linear; members decide; in a sentence the address stands behind the user's quotes, cut from the right.
//! Must not know: the envelope, files, other formats.

use schema::{Action, Column, EventBuilder, Outcome};

use super::account::address_and_port;
use super::{http, peer};
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::json::Json;
use crate::time;

/// See the module.
pub static FORMAT: Format = Format {
    name: "sftpgo",
    title: "SFTPGo file transfer server (JSON)",
    reference: "SFTPGo, Logs",
    programs: &["sftpgo"],
    starts: b"{",
    needs: &[],
    keys: &["sender"],
    recognise: |payload| {
        payload.json.is_some_and(|json| {
            json.has_all(&["level", "time", "sender"])
                && ["connection_id", "client_ip", "message", "remote_addr"]
                    .iter()
                    .any(|key| json.get(key).is_some())
        })
    },
    parse,
    samples: SAMPLES,
};

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let json = *payload.json.ok_or(Unreadable("expected one JSON object"))?;
    let get = |key: &str| json.scalar(key).unwrap_or("");
    let (when, _) = time::iso_prefix(get("time")).ok_or(Unreadable("a time that is none"))?;
    payload.set_time(event, when);
    event.text_if_said(Column::LogLevel, get("level"));
    event.text_if_said(Column::EventProvider, get("sender"));
    event.text_if_said(Column::UserName, get("username"));
    event.text_if_said(Column::FilePath, get("file_path"));
    event.text_if_said(Column::NetworkProtocol, get("protocol"));
    if !get("connection_id").is_empty() {
        event.field("session_id", get("connection_id"));
    }
    remote(json.first(&["client_ip", "remote_addr"]).unwrap_or(""), event);
    let sender = get("sender");
    match sender {
        "connection_failed" => {
            event.action(Action::Login);
            event.outcome(Outcome::Failure);
            event.field("auth_method", get("login_type"));
            let error = get("error");
            let is_plain = error.contains("invalid credentials") || error.contains("authentication failed");
            event.field("reason", if is_plain { "wrong_credential" } else { error });
        }
        "httpd" if json.get("resp_status").is_some() => {
            event.action(Action::HttpRequest);
            event.text_if_said(Column::HttpRequestMethod, get("method"));
            http::set_target(get("method"), get("uri"), event);
            http::set_status(get("resp_status"), event);
            event.int_text(Column::HttpResponseBodyBytes, get("resp_size"));
            event.text_if_said(Column::UserAgentOriginal, get("user_agent"));
        }
        _ => operation(sender, json, event),
    }
    Ok(())
}

fn remote(place: &str, event: &mut EventBuilder<'_>) {
    let (address, port) = if peer::is_address(place) { (place, "") } else { address_and_port(place) };
    if peer::is_address(address) {
        peer::set(event, address, port);
    }
}

/// Transfers and commands by their sender, anything else by its sentence.
fn operation(sender: &str, json: Json<'_>, event: &mut EventBuilder<'_>) {
    let action = match sender {
        "Upload" => Action::FileCreate,
        "Download" => Action::FileRead,
        "Rename" | "SFTPRename" => Action::FileRename,
        "Remove" | "Rmdir" => Action::FileDelete,
        "Mkdir" | "Symlink" | "Copy" => Action::FileCreate,
        "Chmod" | "Chown" => Action::FilePermissionChange,
        "Truncate" => Action::FileWrite,
        "SSHCommand" => Action::ProcessStart,
        _ => {
            sentence(json.scalar("message").unwrap_or(""), event);
            return;
        }
    };
    event.action(action);
    event.outcome(Outcome::Success);
    let get = |key: &str| json.scalar(key).unwrap_or("");
    if !get("target_path").is_empty() {
        event.field("new_path", get("target_path"));
    }
    event.text_if_said(Column::ProcessCommandLine, get("ssh_command"));
    for (key, name) in [("size_bytes", "size"), ("elapsed_ms", "duration_ms")] {
        if let Some(value) = json.scalar(key) {
            event.field_number(name, value);
        }
    }
}

/// `User "U" logged in with "password"[,] from ip "192.0.2.7"[, …]`, `host "192.0.2.7" banned`.
fn sentence(text: &str, event: &mut EventBuilder<'_>) {
    event.action(Action::ApplicationEvent);
    let Some(rest) = text.strip_prefix("User \"") else { return };
    let Some((user, rest)) = rest.rsplit_once("\" logged in with \"") else { return };
    let Some((method, rest)) = rest.split_once('"') else { return };
    event.action(Action::Login);
    event.outcome(Outcome::Success);
    event.text_if_said(Column::UserName, user);
    event.field("auth_method", method);
    if let Some((_, place)) = rest.split_once("from ip \"") {
        remote(place.split('"').next().unwrap_or(place), event);
    }
    if let Some((_, client)) = rest.split_once("client version \"") {
        event.field("client_program", client.split('"').next().unwrap_or(client));
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a login is refused",
        text: r#"{"level":"debug","time":"2026-03-16T09:12:44.112","sender":"connection_failed","client_ip":"198.51.100.9","username":"averdi","login_type":"password","protocol":"SSH","error":"invalid credentials"}"#,
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "averdi"),
            ("source_ip", "198.51.100.9"),
            ("network_protocol", "SSH"),
            ("fields.reason", "wrong_credential"),
            ("timestamp", "2026-03-16T08:12:44.112000Z"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a login",
        text: r#"{"level":"info","time":"2026-03-16T09:12:45.112","sender":"FTP","connection_id":"FTP_0_13","message":"User \"averdi\" logged in with \"password\" from ip \"192.0.2.77\", TLS enabled? false"}"#,
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "success"),
            ("user_name", "averdi"),
            ("source_ip", "192.0.2.77"),
        ],
        absent: &["parse_error", "fields.reason"],
    },
    Sample {
        about: "a file is left",
        text: r#"{"level":"info","time":"2026-03-16T09:13:45.112","sender":"Upload","local_addr":"192.0.2.20:2022","remote_addr":"192.0.2.77:51022","elapsed_ms":12,"size_bytes":811,"username":"averdi","file_path":"/srv/averdi/atti.zip","connection_id":"SFTP_1","protocol":"SFTP"}"#,
        expect: &[
            ("event_action", "file_create"),
            ("file_path", "/srv/averdi/atti.zip"),
            ("source_port", "51022"),
            ("fields.size", "811"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a time that is cut",
        text: r#"{"level":"info","time":"2026-03-1","sender":"Upload","connection_id":"x","username":"averdi"}"#,
        expect: &[("parse_error", "a time that is none"), ("user_name", "averdi")],
        absent: &["event_outcome"],
    },
    Sample {
        about: "truncated: cut before its file",
        text: r#"{"level":"info","time":"2026-03-16T09:13:45.112","sender":"Upload","local_addr":"192.0.2.20:2022","remote_addr":"192.0.2.77:51022","elapsed_ms":12,"size_bytes":811,"u"#,
        expect: &[
            ("parse_error", "the object ends too early"),
            ("event_action", "file_create"),
            ("source_port", "51022"),
            ("fields.size", "811"),
        ],
        absent: &["file_path"],
    },
    Sample {
        about: "hostile: a user name that imitates a sentence moves no field",
        text: r#"{"level":"info","time":"2026-03-16T09:12:46.112","sender":"SSH","connection_id":"a","message":"User \"x\" logged in with \"password\" from ip \"203.0.113.1\" y\" logged in with \"publickey\", from ip \"192.0.2.77\", client version \"SSH-2.0-x\""}"#,
        expect: &[("source_ip", "192.0.2.77"), ("fields.auth_method", "publickey")],
        absent: &["parse_error"],
    },
];
