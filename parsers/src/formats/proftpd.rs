//! ProFTPD: logins, sessions and refusals, by syslog, SystemLog or without the hyphen that separates them.
//!
//! Promises: linear; the client's address is the bracket the server wrote in front of every message; a user name
//! is cut at the server's own words from the right. Must not know: files, other formats.

use schema::{Action, Column, EventBuilder, Outcome};

use super::peer;
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time;

/// See the module.
pub static FORMAT: Format = Format {
    name: "proftpd",
    title: "ProFTPD FTP server",
    reference: "ProFTPD, src/log.c and modules/mod_auth.c; SystemLog",
    programs: &["proftpd"],
    starts: b"0123456789",
    needs: &[],
    keys: &[],
    recognise: |payload| payload.program == "proftpd" || system_log(payload.text).is_some(),
    parse,
    samples: SAMPLES,
};

struct Header<'a> {
    when: time::When,
    host: &'a str,
    pid: &'a str,
    rest: &'a str,
}

/// `2026-03-16 09:12:44,112 HOST proftpd[PID] REST`, the log ProFTPD writes itself.
fn system_log(text: &str) -> Option<Header<'_>> {
    let (when, rest) = time::iso_prefix(text)?;
    let (host, rest) = rest.strip_prefix(' ')?.split_once(' ')?;
    let (pid, rest) = rest.strip_prefix("proftpd[")?.split_once(']')?;
    let rest = rest.strip_prefix(':').unwrap_or(rest).strip_prefix(' ')?;
    peer::is_digits(pid).then_some(Header { when, host, pid, rest })
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let mut text = payload.text;
    if let Some(header) = system_log(text) {
        payload.set_time(event, header.when);
        event.text_if_said(Column::HostName, header.host);
        event.text(Column::ProcessName, "proftpd");
        event.int_text(Column::ProcessPid, header.pid);
        text = header.rest;
    }
    event.action(Action::ApplicationEvent);
    let Some((name, address, said)) = client(text) else {
        // Messages of the daemon itself name no client: `HOST - ProFTPD killed (signal 15)`.
        life(text, event);
        return if text.contains(" (") && !text.contains("])") && text.contains('[') {
            Err(Unreadable("the client's bracket does not close"))
        } else {
            Ok(())
        };
    };
    peer::set(event, address, "");
    if name != address && !peer::is_address(name) {
        event.field("rhost", name);
    }
    message(said, event);
    Ok(())
}

/// `SERVER (NAME[ADDRESS]) - MESSAGE` or `SERVER (NAME[ADDRESS]): MESSAGE`.
fn client(text: &str) -> Option<(&str, &str, &str)> {
    let (server, rest) = text.split_once(" (")?;
    let (place, said) = rest.split_once("])")?;
    let (name, address) = place.split_once('[')?;
    let said =
        said.strip_prefix(" - ").or_else(|| said.strip_prefix(": ")).or_else(|| said.strip_prefix(':'))?;
    (!server.contains(' ') && peer::is_address(address)).then_some((name, address, said))
}

fn message(said: &str, event: &mut EventBuilder<'_>) {
    let said = said.trim();
    if let Some(rest) = said.strip_prefix("USER ") {
        user(rest, event);
    } else if let Some(rest) = said.strip_prefix("ANON ") {
        user(rest, event);
        event.field("anonymous", "true");
    } else if let Some(why) =
        said.strip_prefix("SECURITY VIOLATION: ").or_else(|| said.strip_prefix("SECURITY VIOLATION "))
    {
        event.action(Action::Login);
        event.outcome(Outcome::Failure);
        event.field("reason", "not_allowed");
        let user = why.split_once(" login attempted").map_or("", |(user, _)| user.trim_matches(['\'', '"']));
        event.text_if_said(Column::UserName, user);
    } else if said.starts_with("Maximum login attempts (") {
        event.action(Action::Login);
        event.outcome(Outcome::Failure);
        event.field("reason", "too_many_attempts");
    } else if said.starts_with("Login timeout") {
        event.action(Action::Login);
        event.outcome(Outcome::Failure);
        event.field("reason", "timeout");
    } else if said.starts_with("FTP session opened") || said.starts_with("SSH2 session opened") {
        event.action(Action::ConnectionAllowed);
        event.outcome(Outcome::Success);
    } else if said.starts_with("FTP session closed")
        || said.starts_with("SSH2 session closed")
        || said.starts_with("FTP no transfer timeout")
        || said.starts_with("FTP session idle timeout")
    {
        event.action(Action::SessionClose);
        event.outcome(Outcome::Success);
    } else if said.starts_with("Connection from ") && said.ends_with(" denied.")
        || said.starts_with("Connection refused (")
        || said.starts_with("Refused connection from ")
    {
        event.action(Action::ConnectionDenied);
        event.outcome(Outcome::Failure);
    }
}

/// `NAME: no such user found from HOST [ADDRESS] to ADDRESS:PORT`, `NAME (Login failed): WHY`, `NAME: Login successful.`
fn user(rest: &str, event: &mut EventBuilder<'_>) {
    let rest = rest.trim_end_matches('.');
    let refused = |event: &mut EventBuilder<'_>, user: &str, reason: &str| {
        event.action(Action::Login);
        event.outcome(Outcome::Failure);
        event.text_if_said(Column::UserName, user);
        event.field("reason", reason);
    };
    // A name may hold any of these: what stands last is the server's own.
    let ends = [": no such user found from ", " (Login failed): ", ": Login successful"];
    let last = ends.iter().filter_map(|end| rest.rfind(end)).max();
    let at_last = |end: &str| {
        let (user, tail) = rest.rsplit_once(end)?;
        (Some(user.len()) == last).then_some((user, tail))
    };
    if let Some((user, tail)) = at_last(": no such user found from ") {
        refused(event, user, "unknown_user");
        let place = tail.rsplit_once(" to ").map_or("", |(_, place)| place);
        if let Some((address, port)) = place.rsplit_once(':')
            && event.ip(Column::DestinationIp, address)
        {
            event.int_text(Column::DestinationPort, port);
        }
    } else if let Some((user, why)) = at_last(" (Login failed): ") {
        refused(event, user, reason(why));
    } else if let Some((user, _)) = at_last(": Login successful") {
        event.action(Action::Login);
        event.outcome(Outcome::Success);
        event.text_if_said(Column::UserName, user);
    } else if let Some(user) = rest.strip_suffix(": no such user") {
        refused(event, user, "unknown_user");
    } else if let Some((user, why)) = rest.rsplit_once(": ")
        && [
            "Limit access denies login",
            "Limit configuration denies login",
            "notice: unable to use",
            "Access denied",
        ]
        .iter()
        .any(|words| why.starts_with(words))
    {
        refused(event, user, "not_allowed");
    }
}

fn reason(why: &str) -> &str {
    match why {
        _ if why.starts_with("Incorrect password") => "wrong_credential",
        _ if why.starts_with("No such user found") => "unknown_user",
        _ if why.contains("/etc/ftpusers") => "not_allowed",
        _ if why.starts_with("Invalid shell") => "not_allowed",
        _ if why.starts_with("Limit ") => "not_allowed",
        _ if why.contains("xpired") => "password_expired",
        _ if why.contains("isabled") => "account_disabled",
        _ => why,
    }
}

/// Start and stop of the daemon.
fn life(text: &str, event: &mut EventBuilder<'_>) {
    let said = text.split_once(" - ").map_or(text, |(_, said)| said);
    let started = said.starts_with("ProFTPD ")
        && (said.contains("STARTUP") || said.contains("standalone mode STARTUP"));
    let stopped =
        said.starts_with("ProFTPD killed") || said.starts_with("ProFTPD ") && said.contains("SHUTDOWN");
    if started || stopped {
        event.action(if started { Action::ServiceStart } else { Action::ServiceStop });
        event.outcome(Outcome::Success);
        event.text(Column::ServiceName, "proftpd");
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "an unknown user",
        text: "<38>Mar 16 09:12:44 ftp1 proftpd[2211]: 192.0.2.20 (198.51.100.9[198.51.100.9]) - USER prova: no such user found from 198.51.100.9 [198.51.100.9] to ::ffff:192.0.2.20:21",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "prova"),
            ("source_ip", "198.51.100.9"),
            ("destination_ip", "192.0.2.20"),
            ("destination_port", "21"),
            ("fields.reason", "unknown_user"),
        ],
        absent: &["parse_error", "fields.rhost"],
    },
    Sample {
        about: "a wrong password, in ProFTPD's own log",
        text: "2026-03-16 09:12:45,112 ftp1 proftpd[2212] ftp1.borgo.example (host9.example[2001:db8::9]): USER averdi (Login failed): Incorrect password",
        expect: &[
            ("event_outcome", "failure"),
            ("user_name", "averdi"),
            ("source_ip", "2001:db8::9"),
            ("fields.rhost", "host9.example"),
            ("host_name", "ftp1"),
            ("process_pid", "2212"),
            ("timestamp", "2026-03-16T08:12:45.112000Z"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a login",
        text: "<38>Mar 16 09:12:46 ftp1 proftpd[2213]: ftp1.borgo.example (192.0.2.77[192.0.2.77]) - USER averdi: Login successful.",
        expect: &[("event_action", "login"), ("event_outcome", "success"), ("user_name", "averdi")],
        absent: &["parse_error", "fields.reason"],
    },
    Sample {
        about: "root tries",
        text: "<38>Mar 16 09:12:47 ftp1 proftpd[2214]: ftp1 (198.51.100.9[198.51.100.9]) - SECURITY VIOLATION: root login attempted.",
        expect: &[("event_outcome", "failure"), ("user_name", "root"), ("fields.reason", "not_allowed")],
        absent: &["parse_error"],
    },
    Sample {
        about: "a session ends",
        text: "<38>Mar 16 09:13:46 ftp1 proftpd[2213]: ftp1 (192.0.2.77[192.0.2.77]) - FTP session closed.",
        expect: &[("event_action", "session_close"), ("source_ip", "192.0.2.77")],
        absent: &["user_name", "parse_error"],
    },
    Sample {
        about: "truncated: a line cut within its client",
        text: "<38>Mar 16 09:12:47 ftp1 proftpd[2214]: ftp1 (198.51.100.9[198.51.10",
        expect: &[("parse_error", "the client's bracket does not close")],
        absent: &["source_ip", "event_outcome"],
    },
    Sample {
        about: "hostile: a user name that imitates a client moves no field",
        text: "<38>Mar 16 09:12:48 ftp1 proftpd[2215]: ftp1 (192.0.2.77[192.0.2.77]) - USER x (y[203.0.113.1]): USER z: Login successful: no such user found from 192.0.2.77 [192.0.2.77] to 192.0.2.20:21",
        expect: &[
            ("event_outcome", "failure"),
            ("source_ip", "192.0.2.77"),
            ("user_name", "x (y[203.0.113.1]): USER z: Login successful"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "hostile: a name that imitates another refusal and a server's address",
        text: "Mar 16 02:40:11 ftp1 proftpd[811]: ftp1.borgo.example (198.51.100.23[198.51.100.23]) - USER x: no such user found from y [203.0.113.9] to 203.0.113.10:21 (Login failed): Incorrect password.",
        expect: &[
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.23"),
            ("user_name", "x: no such user found from y [203.0.113.9] to 203.0.113.10:21"),
            ("fields.reason", "wrong_credential"),
        ],
        absent: &["destination_ip", "parse_error"],
    },
];
