//! Nextcloud and ownCloud: `nextcloud.log` and `audit.log`, one JSON object a line.
//!
//! Promises: linear; a message is read from its fixed words, an attacker's name between quotes moves nothing.
//! Must not know: the envelope, other formats.
//! Source: Nextcloud administration manual, Logging; apps `admin_audit` and `core`.

use schema::{Action, Column, EventBuilder, Outcome};

use super::account::between;
use super::{cloud, http};
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time;

/// See the module.
pub static FORMAT: Format = Format {
    name: "nextcloud_json",
    title: "Nextcloud and ownCloud log (JSON)",
    reference: "Nextcloud Administration Manual, Logging",
    programs: &["nextcloud", "owncloud"],
    starts: b"{",
    needs: &[],
    keys: &["reqId"],
    recognise: |payload| {
        payload.json.is_some_and(|json| json.has_all(&["reqId", "remoteAddr", "app", "message"]))
    },
    parse,
    samples: SAMPLES,
};

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let json = *payload.json.ok_or(Unreadable("expected a JSON object"))?;
    let get = |path: &str| json.scalar(path).unwrap_or_default();
    let stamp = get("time");
    match time::iso_prefix(stamp) {
        Some((when, _)) => {
            payload.set_time(event, when);
        }
        // `logdateformat` lets administrators write what they like.
        None => event.field("time", stamp),
    }
    let columns: [(Column, &[&str]); 4] = [
        (Column::SourceIp, &["remoteAddr"]),
        (Column::HttpRequestMethod, &["method"]),
        (Column::UserAgentOriginal, &["userAgent"]),
        (Column::ServiceName, &["app"]),
    ];
    cloud::set(json, &columns, event);
    event.text_if_said(Column::LogLevel, level(get("level")));
    event.text(Column::ObserverProduct, "Nextcloud");
    http::set_target(get("method"), get("url"), event);
    let user = get("user");
    if user != "--" {
        event.text_if_said(Column::UserName, user);
    }
    what(get("app"), get("message"), event);
    event.field("text", get("message"));
    crate::generic::complete(payload, event);
    Ok(())
}

fn level(number: &str) -> &str {
    match number {
        "0" => "debug",
        "1" => "info",
        "2" => "warning",
        "3" => "error",
        "4" => "fatal",
        other => other,
    }
}

/// By the fixed words of the message.
fn what(app: &str, message: &str, event: &mut EventBuilder<'_>) {
    let quoted = |open: &str| between(message, open, "\"").unwrap_or_default();
    if let Some(rest) = message.strip_prefix("Login failed: ") {
        login(rest, Outcome::Failure, event);
    } else if let Some(rest) = message.strip_prefix("Login successful: ") {
        login(rest, Outcome::Success, event);
    } else if message.starts_with("Login attempt: ") {
        event.action(Action::ApplicationEvent);
        event.field("action", "login attempt");
    } else if message.starts_with("Bruteforce attempt from ") {
        event.action(Action::Login);
        event.outcome(Outcome::Failure);
        event.ip(Column::SourceIp, quoted("attempt from \""));
    } else if message.starts_with("Trusted domain error. ") {
        event.action(Action::WebError);
        event.outcome(Outcome::Failure);
        event.ip(Column::SourceIp, quoted("Trusted domain error. \""));
        event.text_if_said(Column::UrlDomain, quoted("using \""));
    } else if let Some((action, target, column)) = audit(app, message) {
        event.action(action);
        event.outcome(Outcome::Success);
        event.text_if_said(column, target);
    } else {
        event.action(Action::ApplicationEvent);
        event.field("action", app);
    }
}

/// `NAME (Remote IP: ADDRESS)`, both perhaps in quotes: the address is cut from the right.
fn login(rest: &str, outcome: Outcome, event: &mut EventBuilder<'_>) {
    event.action(Action::Login);
    event.outcome(outcome);
    let (name, address) = rest.rsplit_once(" (Remote IP: ").unwrap_or((rest, ""));
    event.text_if_said(Column::UserName, name.trim_matches(['"', '\'']));
    let address = address.trim_end_matches(')').trim_matches(['"', '\'']);
    // The address of the message is the client's, the member's perhaps a proxy's.
    event.ip(Column::SourceIp, address);
}

/// Messages of `admin_audit`: the action, what stands in the first quotes, and its column.
fn audit<'a>(app: &str, message: &'a str) -> Option<(Action, &'a str, Column)> {
    if app != "admin_audit" {
        return None;
    }
    const MESSAGES: &[(&str, Action, Column)] = &[
        ("Logout occurred", Action::Logout, Column::UserTargetName),
        ("User created: \"", Action::AccountCreate, Column::UserTargetName),
        ("User deleted: \"", Action::AccountDelete, Column::UserTargetName),
        ("User enabled: \"", Action::AccountEnable, Column::UserTargetName),
        ("User disabled: \"", Action::AccountDisable, Column::UserTargetName),
        ("Password of user \"", Action::PasswordReset, Column::UserTargetName),
        ("User \"", Action::GroupAdd, Column::UserTargetName),
        ("Group created: \"", Action::GroupCreate, Column::GroupName),
        ("File accessed: \"", Action::FileRead, Column::FilePath),
        ("File with id \"", Action::FileRead, Column::FilePath),
        ("File created: \"", Action::FileCreate, Column::FilePath),
        ("File written to: \"", Action::FileWrite, Column::FilePath),
        ("File updated: \"", Action::FileWrite, Column::FilePath),
        ("File renamed: \"", Action::FileRename, Column::FilePath),
        ("File copied: \"", Action::FileCreate, Column::FilePath),
        ("File deleted: \"", Action::FileDelete, Column::FilePath),
        ("The file \"", Action::PermissionGrant, Column::FilePath),
        ("The folder \"", Action::PermissionGrant, Column::FilePath),
        ("App \"", Action::ConfigChange, Column::ServiceName),
    ];
    let (start, action, column) = MESSAGES.iter().find(|(start, ..)| message.starts_with(start))?;
    let rest = message.strip_prefix(start)?;
    let action = match action {
        Action::GroupAdd if message.contains("\" removed from group") => Action::GroupRemove,
        Action::GroupAdd if !message.contains("\" added to group") => Action::AccountModify,
        Action::PermissionGrant if message.contains("has been unshared") => Action::PermissionRevoke,
        other => *other,
    };
    Some((action, rest.split('"').next().unwrap_or_default(), *column))
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a login is refused behind a proxy",
        text: r#"{"reqId":"a1","level":2,"time":"2026-03-16T02:40:11+01:00","remoteAddr":"192.0.2.1","user":"--","app":"core","method":"POST","url":"/index.php/login","message":"Login failed: verdi (Remote IP: 198.51.100.23)","userAgent":"Mozilla/5.0 (X)"}"#,
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "verdi"),
            ("source_ip", "198.51.100.23"),
            ("url_path", "/index.php/login"),
            ("user_agent_original", "Mozilla/5.0 (X)"),
            ("timestamp", "2026-03-16T01:40:11.000000Z"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a login succeeds",
        text: r#"{"reqId":"a2","level":1,"time":"2026-03-16T02:41:11+00:00","remoteAddr":"2001:db8::7","user":"verdi","app":"admin_audit","method":"POST","url":"/login","message":"Login successful: \"verdi\""}"#,
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "success"),
            ("source_ip", "2001:db8::7"),
            ("user_name", "verdi"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a file is deleted",
        text: r#"{"reqId":"a3","level":1,"time":"2026-03-16T02:42:11+00:00","remoteAddr":"192.0.2.15","user":"neri","app":"admin_audit","method":"DELETE","url":"/remote.php/dav/files/neri/a.odt","message":"File deleted: \"/neri/files/a.odt\""}"#,
        expect: &[("event_action", "file_delete"), ("user_name", "neri"), ("file_path", "/neri/files/a.odt")],
        absent: &["parse_error"],
    },
    Sample {
        about: "a time in a format of the administrator's own, and a message nobody knows",
        text: r#"{"reqId":"a4","level":3,"time":"16. März","remoteAddr":"","user":"--","app":"cron","method":"","url":"--","message":"x"}"#,
        expect: &[("event_action", "application_event"), ("time_guess", "missing"), ("log_level", "error")],
        absent: &["user_name", "source_ip", "parse_error"],
    },
    Sample {
        about: "hostile: a name that imitates the address moves it not",
        text: r#"{"reqId":"a5","level":2,"time":"2026-03-16T02:43:11+00:00","remoteAddr":"198.51.100.23","user":"--","app":"core","method":"POST","url":"/login","message":"Login failed: x (Remote IP: 203.0.113.6) (Remote IP: 198.51.100.23)"}"#,
        expect: &[("source_ip", "198.51.100.23"), ("event_outcome", "failure")],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: cut before its agent",
        text: r#"{"reqId":"a1","level":2,"time":"2026-03-16T02:40:11+01:00","remoteAddr":"192.0.2.1","user":"--","app":"core","method":"POST","url":"/index.php/login","message":"Login failed: verdi (Remote IP: 198.51.100.23)","us"#,
        expect: &[
            ("parse_error", "the object ends too early"),
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.23"),
            ("user_name", "verdi"),
        ],
        absent: &["user_agent_original"],
    },
    Sample {
        about: "a message cut behind its first words",
        text: r#"{"reqId":"a6","level":2,"time":"2026-03-16T02:44:11+00:00","remoteAddr":"198.51.100.24","app":"core","message":"Login failed: ","user":"--","cut":"y"}"#,
        expect: &[("event_outcome", "failure"), ("source_ip", "198.51.100.24")],
        absent: &["user_name"],
    },
];
