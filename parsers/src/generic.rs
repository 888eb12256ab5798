//! What can be read of a payload that no format knows: JSON members, key=value pairs, addresses and users.
//!
//! Promises: a column is filled only from a key whose name says what it is; the format stays `plain`.
//! Must not know: any product.

use schema::{Column, EventBuilder, Kind};

use crate::format::Payload;
use crate::json::{self, Member};
use crate::key_value::pairs;

/// Keys (lower case, `_` for `.`, `-` and spaces) that name a column's value.
const KEYS: &[(Column, &[&str])] = &[
    (
        Column::SourceIp,
        &[
            "source_ip",
            "src_ip",
            "srcip",
            "src",
            "client_ip",
            "clientip",
            "remote_addr",
            "remote_ip",
            "remote_address",
            "source_address",
            "ip_address",
            "sourceip",
            "ipaddress",
            "ip",
        ],
    ),
    (
        Column::SourcePort,
        &["source_port", "src_port", "srcport", "spt", "sport", "client_port", "remote_port"],
    ),
    (
        Column::DestinationIp,
        &[
            "destination_ip",
            "dest_ip",
            "dst_ip",
            "dstip",
            "dst",
            "destination_address",
            "server_ip",
            "destip",
        ],
    ),
    (Column::DestinationPort, &["destination_port", "dest_port", "dst_port", "dstport", "dpt", "dport"]),
    (
        Column::UserName,
        &[
            "user_name",
            "username",
            "user",
            "usrname",
            "suser",
            "utente",
            "operatore",
            "login",
            "account",
            "user_id",
            "userid",
        ],
    ),
    (
        Column::HostName,
        &["host_name", "hostname", "host", "computer", "computer_name", "dvchost", "device_name", "devname"],
    ),
    (Column::UrlPath, &["url_path"]),
    (Column::HttpRequestMethod, &["http_method", "request_method", "http_request_method"]),
    (Column::HttpResponseStatusCode, &["http_status", "status_code", "http_response_status_code"]),
    (Column::UserAgentOriginal, &["user_agent", "useragent", "http_user_agent", "user_agent_original"]),
    (Column::ProcessPid, &["pid", "process_id"]),
    (Column::LogLevel, &["level", "severity", "log_level", "loglevel"]),
];

/// Fills the open event from the payload's generic shape.
pub(crate) fn read(payload: &Payload<'_>, event: &mut EventBuilder<'_>) {
    if let Some(json) = payload.json {
        for member in json.members() {
            json_member(member, "", event);
        }
        let stamp =
            json.first(&["@timestamp", "timestamp", "time", "ts", "date", "eventTime", "event_time", "data"]);
        if let Some(stamp) = stamp {
            set_time(payload, stamp, event);
        }
        return;
    }
    if !payload.text.contains('=') {
        return;
    }
    for (key, value) in pairs(payload.text, b' ') {
        if is_key(key) && !value.is_empty() {
            let value = value.trim_end_matches([',', ';']);
            column(key, value, event);
            event.field(key, value);
        }
    }
}

fn json_member(member: Member<'_>, prefix: &str, event: &mut EventBuilder<'_>) {
    let key = member.key();
    let dotted;
    let name = if prefix.is_empty() {
        key
    } else {
        dotted = format!("{prefix}.{key}");
        dotted.as_str()
    };
    match member.kind() {
        json::Kind::Object => {
            for inner in member.members() {
                json_member(inner, name, event);
            }
        }
        json::Kind::Array => event.field(name, member.raw()),
        json::Kind::Null => {}
        json::Kind::Number => {
            column(name, member.raw(), event);
            event.field_number(name, member.raw());
        }
        json::Kind::Text | json::Kind::Bool => {
            column(name, member.raw(), event);
            event.field(name, member.raw());
        }
    }
}

/// Fills the column that the key names, when the value is of its kind and nothing said it before.
fn column(key: &str, value: &str, event: &mut EventBuilder<'_>) {
    let named = |known: &&str| {
        known.len() == key.len()
            && known
                .bytes()
                .zip(key.bytes())
                .all(|(a, b)| a == b.to_ascii_lowercase() || (a == b'_' && matches!(b, b'.' | b'-' | b' ')))
    };
    let Some((column, _)) = KEYS.iter().find(|(_, keys)| keys.iter().any(named)) else {
        return;
    };
    if event.is_set(*column) || value.is_empty() || value == "-" {
        return;
    }
    match (column, column.kind()) {
        (Column::SourceIp | Column::DestinationIp, _) => {
            event.ip(*column, value);
        }
        (_, Kind::Int) => {
            event.int_text(*column, value);
        }
        _ => event.text(*column, value),
    }
}

fn set_time(payload: &Payload<'_>, stamp: &str, event: &mut EventBuilder<'_>) {
    if payload.is_stamped {
        return;
    }
    if let Some(time_us) = crate::time::epoch(stamp) {
        payload.set_time_us(event, time_us);
    } else if let Some((when, _)) =
        crate::time::iso_prefix(stamp).or_else(|| crate::time::numeric_date(stamp))
    {
        payload.set_time(event, when);
    }
}

/// A word of letters, digits and a few signs that begins with a letter.
fn is_key(key: &str) -> bool {
    (1..=64).contains(&key.len())
        && key.as_bytes().first().is_some_and(u8::is_ascii_alphabetic)
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
}
