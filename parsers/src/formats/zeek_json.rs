//! Zeek's logs as JSON, one object a line; the kind of log by `_path`, else by the members only that log has.
//!
//! Promises: linear; a member's name decides, never a text of the traffic.
//! Must not know: what the columns of a log mean (`zeek.rs`). Source: Zeek manual, Log Formats, JSON.

use schema::EventBuilder;

use super::zeek::{self, Record};
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::json::{Json, Kind};

/// See the module.
pub static FORMAT: Format = Format {
    name: "zeek_json",
    title: "Zeek (JSON)",
    reference: "Zeek manual, log formats and script reference",
    programs: &["zeek", "bro"],
    starts: b"{ ",
    needs: &[],
    keys: &["ts"],
    recognise: |payload| payload.json.is_some_and(|json| json.get("ts").is_some() && is_zeek(*json)),
    parse,
    samples: SAMPLES,
};

fn is_zeek(json: Json<'_>) -> bool {
    let has_connection = || json.has_all(&["id.orig_h", "id.resp_h"]);
    json.get("_path").is_some()
        || has_connection()
        || json.has_all(&["fuid", "source"])
        || json.get("certificate.serial").is_some()
        || json.has_all(&["uids", "mac"])
        || json.scalar("note").is_some_and(|note| note.contains("::"))
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let json = *payload.json.ok_or(Unreadable("expected a JSON object"))?;
    let mut record = Record::new("");
    record.json = Some(json);
    for member in json.members() {
        if member.kind() == Kind::Object && member.key() == "id" {
            for (name, key) in [
                ("id.orig_h", "orig_h"),
                ("id.orig_p", "orig_p"),
                ("id.resp_h", "resp_h"),
                ("id.resp_p", "resp_p"),
            ] {
                record.put(name, member.scalar_at(key).unwrap_or(""));
            }
        }
        let value = match member.kind() {
            // One item is the common case; lists of more are read from the object where they matter.
            Kind::Array => member.members().next().and_then(|item| item.scalar()).unwrap_or(""),
            _ => member.scalar().unwrap_or(""),
        };
        if !value.is_empty() {
            record.put(member.key(), value);
        }
    }
    record.path = match json.scalar("_path") {
        Some(path) => path,
        None => kind(json),
    };
    zeek::read(payload, &record, event)
}

/// The log a record is of, by the members that only it has.
fn kind(json: Json<'_>) -> &'static str {
    const SIGNS: &[(&str, &[&str])] = &[
        ("conn", &["conn_state"]),
        ("notice", &["note", "actions"]),
        ("kerberos", &["request_type"]),
        ("http", &["trans_depth", "version", "method"]),
        ("http", &["trans_depth", "request_body_len"]),
        ("smtp", &["trans_depth", "helo"]),
        ("smtp", &["trans_depth", "mailfrom"]),
        ("sip", &["trans_depth", "call_id"]),
        ("dns", &["rejected", "AA"]),
        ("dns", &["trans_id", "query"]),
        ("dns", &["trans_id", "rcode"]),
        ("ssl", &["established"]),
        ("ssh", &["auth_attempts"]),
        ("ssh", &["hasshVersion"]),
        ("x509", &["certificate.serial"]),
        ("files", &["fuid", "seen_bytes"]),
        ("dhcp", &["msg_types"]),
        ("ntlm", &["server_nb_computer_name"]),
        ("ntlm", &["server_dns_computer_name"]),
        ("rdp", &["security_protocol"]),
        ("rdp", &["cookie", "result"]),
        ("smb_mapping", &["share_type"]),
        ("smb_files", &["action", "path", "name"]),
        ("ftp", &["command", "reply_code"]),
        ("ftp", &["command", "user", "password"]),
        ("radius", &["mac", "result"]),
        ("mysql", &["cmd", "arg"]),
        ("intel", &["seen.indicator"]),
        ("signatures", &["sig_id"]),
        ("syslog", &["facility", "severity", "message"]),
        ("tunnel", &["tunnel_type"]),
        ("snmp", &["community"]),
        ("weird", &["name", "notice", "peer"]),
    ];
    SIGNS.iter().find(|(_, members)| json.has_all(members)).map_or("", |(kind, _)| *kind)
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a web request",
        text: r#"{"ts":1773648764.112233,"uid":"Cabc1","id.orig_h":"192.0.2.31","id.orig_p":50001,"id.resp_h":"203.0.113.8","id.resp_p":80,"trans_depth":1,"method":"GET","host":"www.borgo.example","uri":"/albo?id=1","version":"1.1","user_agent":"x/1","request_body_len":0,"response_body_len":512,"status_code":200,"status_msg":"OK","tags":[]}"#,
        expect: &[
            ("event_action", "http_request"),
            ("event_outcome", "success"),
            ("timestamp", "2026-03-16T08:12:44.112233Z"),
            ("source_ip", "192.0.2.31"),
            ("destination_port", "80"),
            ("http_request_method", "GET"),
            ("url_path", "/albo"),
            ("url_query", "id=1"),
            ("url_domain", "www.borgo.example"),
            ("user_agent_original", "x/1"),
            ("http_response_status_code", "200"),
            ("http_response_body_bytes", "512"),
        ],
        absent: &["parse_error", "time_guess"],
    },
    Sample {
        about: "a scan that a policy noticed",
        text: r#"{"_path":"notice","ts":"2026-03-16T08:12:44.112233Z","note":"Scan::Port_Scan","msg":"198.51.100.23 scanned at least 15 unique ports of host 192.0.2.10 in 0m1s","sub":"remote","src":"198.51.100.23","dst":"192.0.2.10","peer_descr":"zeek-1","actions":["Notice::ACTION_LOG"],"suppress_for":3600.0}"#,
        expect: &[
            ("event_action", "intrusion_detected"),
            ("event_outcome", "unknown"),
            ("rule_name", "Scan::Port_Scan"),
            ("source_ip", "198.51.100.23"),
            ("destination_ip", "192.0.2.10"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a mail to two recipients",
        text: r#"{"ts":1773648764.1,"uid":"Cabc2","id":{"orig_h":"198.51.100.23","orig_p":50001,"resp_h":"192.0.2.25","resp_p":25},"trans_depth":1,"helo":"mx.example","mailfrom":"<a@x.example>","rcptto":["b@borgo.example","c@borgo.example"],"subject":"Prova","msg_id":"<1@x.example>","last_reply":"250 2.0.0 Ok"}"#,
        expect: &[
            ("event_action", "mail_received"),
            ("event_outcome", "success"),
            ("source_ip", "198.51.100.23"),
            ("email_from", "a@x.example"),
            ("email_to", "b@borgo.example,c@borgo.example"),
            ("email_subject", "Prova"),
            ("email_message_id", "1@x.example"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "an NTLM login that failed",
        text: r#"{"ts":1773648764.1,"uid":"Cabc3","id.orig_h":"192.0.2.31","id.orig_p":50001,"id.resp_h":"192.0.2.20","id.resp_p":445,"username":"mrossi","hostname":"PC-1","domainname":"COMUNE","server_nb_computer_name":"DC01","success":false}"#,
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "mrossi"),
            ("user_domain", "COMUNE"),
        ],
        absent: &[],
    },
    Sample {
        about: "a stamp that is cut",
        text: r#"{"ts":"2026-03-1","uid":"Cabc4","id.orig_h":"192.0.2.31","id.resp_h":"192.0.2.20","conn_state":"SF"}"#,
        expect: &[("parse_error", "a ts that is no time")],
        absent: &["source_ip", "event_outcome"],
    },
    Sample {
        about: "truncated: cut before its outcome",
        text: r#"{"ts":1773648764.112233,"uid":"Cabc1","id.orig_h":"192.0.2.31","id.orig_p":50001,"id.resp_h":"203.0.113.8","id.resp_p":80,"trans_depth":1,"method":"GET","host":"www.borgo.example","uri":"/albo?id=1","version":"1.1","us"#,
        expect: &[
            ("parse_error", "the object ends too early"),
            ("event_action", "http_request"),
            ("source_ip", "192.0.2.31"),
            ("timestamp", "2026-03-16T08:12:44.112233Z"),
            ("destination_port", "80"),
        ],
        absent: &[
            "event_outcome",
            "user_agent_original",
            "http_response_status_code",
            "http_response_body_bytes",
        ],
    },
    Sample {
        about: "hostile: a subject that imitates a member moves no field",
        text: r#"{"ts":1773648764.1,"uid":"Cabc5","id.orig_h":"198.51.100.23","id.orig_p":1,"id.resp_h":"192.0.2.25","id.resp_p":25,"trans_depth":1,"helo":"x","subject":"\",\"id.orig_h\":\"203.0.113.9","last_reply":"550 5.7.1 no"}"#,
        expect: &[
            ("event_action", "mail_blocked"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.23"),
        ],
        absent: &["parse_error"],
    },
];
