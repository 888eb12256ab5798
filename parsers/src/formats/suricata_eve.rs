//! Suricata EVE: one JSON object for each alert, DNS message, HTTP request, flow and the rest.
//!
//! Promises: linear; `event_type` decides, never a text of the traffic.
//! Must not know: the envelope, files, the clock, other formats.

use schema::{Action, Column, EventBuilder, Outcome};

use super::http;
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::json::Json;
use crate::time;

/// See the module.
pub static FORMAT: Format = Format {
    name: "suricata_eve",
    title: "Suricata EVE (JSON)",
    reference: "Suricata user guide, EVE JSON format",
    programs: &["suricata"],
    starts: b"{ ",
    needs: &[],
    keys: &["event_type"],
    recognise: |payload| {
        payload.json.is_some_and(|json| {
            json.has_all(&["timestamp", "event_type"])
                && (json.get("flow_id").is_some() || json.get("src_ip").is_some())
        })
    },
    parse,
    samples: SAMPLES,
};

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let json = *payload.json.ok_or(Unreadable("expected a JSON object"))?;
    let stamp =
        json.scalar("timestamp").and_then(time::iso).ok_or(Unreadable("a timestamp that is no time"))?;
    payload.set_time(event, stamp);
    for (column, path) in [(Column::SourceIp, "src_ip"), (Column::DestinationIp, "dest_ip")] {
        event.ip(column, json.scalar(path).unwrap_or(""));
    }
    for (column, path) in [
        (Column::SourcePort, "src_port"),
        (Column::DestinationPort, "dest_port"),
        (Column::SourceBytes, "flow.bytes_toserver"),
        (Column::DestinationBytes, "flow.bytes_toclient"),
    ] {
        event.int_text(column, json.scalar(path).unwrap_or(""));
    }
    for (column, path) in [
        (Column::NetworkTransport, "proto"),
        (Column::NetworkProtocol, "app_proto"),
        (Column::ObserverIngress, "in_iface"),
        (Column::HostName, "host"),
        (Column::FileHashSha256, "fileinfo.sha256"),
        (Column::FilePath, "fileinfo.filename"),
        (Column::TlsVersion, "tls.version"),
        (Column::DestinationDomain, "tls.sni"),
    ] {
        event.text_if_said(column, json.scalar(path).unwrap_or(""));
    }
    if let Some(flow) = json.scalar("flow_id") {
        event.field("flow_id", flow);
    }
    kind(json, json.scalar("event_type").unwrap_or(""), event);
    Ok(())
}

fn kind(json: Json<'_>, kind: &str, event: &mut EventBuilder<'_>) {
    if json.get("http").is_some() {
        request(json, event);
    }
    match kind {
        "alert" => alert(json, event),
        "drop" => {
            event.action(Action::ConnectionDenied);
            event.outcome(Outcome::Failure);
        }
        "dns" => dns(json, event),
        "http" => event.action(Action::HttpRequest),
        "flow" | "netflow" => {
            event.action(Action::ConnectionAllowed);
            event.outcome(Outcome::Success);
        }
        other => {
            event.action(Action::ApplicationEvent);
            event.field("action", other);
            event.clear(Column::EventOutcome);
        }
    }
}

fn alert(json: Json<'_>, event: &mut EventBuilder<'_>) {
    event.action(Action::IntrusionDetected);
    let is_blocked = json.scalar("alert.action") == Some("blocked");
    event.outcome(if is_blocked { Outcome::Failure } else { Outcome::Unknown });
    event.field("blocked", if is_blocked { "true" } else { "false" });
    event.text_if_said(Column::RuleId, json.scalar("alert.signature_id").unwrap_or(""));
    event.text_if_said(Column::RuleName, json.scalar("alert.signature").unwrap_or(""));
    for (key, path) in [("category", "alert.category"), ("severity", "alert.severity")] {
        if let Some(text) = json.scalar(path) {
            event.field(key, text);
        }
    }
}

/// Versions 1 and 2 write one message a record, version 3 the questions as a list.
fn dns(json: Json<'_>, event: &mut EventBuilder<'_>) {
    let question = json.get("dns.queries").and_then(|list| list.members().next());
    let name =
        json.scalar("dns.rrname").or_else(|| question.and_then(|question| question.scalar_at("rrname")));
    let kind =
        json.scalar("dns.rrtype").or_else(|| question.and_then(|question| question.scalar_at("rrtype")));
    event.text_if_said(Column::DnsQuestionName, name.unwrap_or(""));
    event.text_if_said(Column::DnsQuestionType, kind.unwrap_or(""));
    match json.scalar("dns.rcode") {
        Some(rcode) => {
            event.action(Action::DnsResponse);
            event.outcome(Outcome::of(rcode == "NOERROR"));
            event.field("rcode", rcode);
        }
        None => {
            event.action(Action::DnsQuery);
            event.outcome(Outcome::Unknown);
        }
    }
}

fn request(json: Json<'_>, event: &mut EventBuilder<'_>) {
    let method = json.scalar("http.http_method").unwrap_or("");
    event.text_if_said(Column::HttpRequestMethod, method);
    http::set_target(method, json.scalar("http.url").unwrap_or(""), event);
    for (column, path) in [
        (Column::UrlDomain, "http.hostname"),
        (Column::UserAgentOriginal, "http.http_user_agent"),
        (Column::HttpRequestReferrer, "http.http_refer"),
    ] {
        event.text_if_said(column, json.scalar(path).unwrap_or(""));
    }
    http::set_status(json.scalar("http.status").unwrap_or(""), event);
    event.int_text(Column::HttpResponseBodyBytes, json.scalar("http.length").unwrap_or(""));
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "an alert that was only seen",
        text: r#"{"timestamp":"2026-03-16T09:12:44.112233+0100","flow_id":1102,"in_iface":"eth1","event_type":"alert","src_ip":"198.51.100.23","src_port":44321,"dest_ip":"192.0.2.10","dest_port":443,"proto":"TCP","alert":{"action":"allowed","gid":1,"signature_id":2900001,"rev":3,"signature":"PROVA iniezione SQL","category":"Web Application Attack","severity":1}}"#,
        expect: &[
            ("event_action", "intrusion_detected"),
            ("event_outcome", "unknown"),
            ("rule_id", "2900001"),
            ("rule_name", "PROVA iniezione SQL"),
            ("source_ip", "198.51.100.23"),
            ("destination_port", "443"),
            ("observer_ingress", "eth1"),
            ("fields.blocked", "false"),
            ("timestamp", "2026-03-16T08:12:44.112233Z"),
        ],
        absent: &["parse_error", "url_path"],
    },
    Sample {
        about: "an alert whose traffic was blocked",
        text: r#"{"timestamp":"2026-03-16T09:12:45.112233+0100","flow_id":1103,"event_type":"alert","src_ip":"2001:db8::23","src_port":44321,"dest_ip":"2001:db8::10","dest_port":80,"proto":"TCP","http":{"hostname":"www.borgo.example","url":"/albo?id=1","http_user_agent":"x","http_method":"GET","status":200,"length":12},"alert":{"action":"blocked","signature_id":2900002,"signature":"PROVA"}}"#,
        expect: &[
            ("event_outcome", "failure"),
            ("fields.blocked", "true"),
            ("url_path", "/albo"),
            ("url_query", "id=1"),
            ("url_domain", "www.borgo.example"),
            ("http_response_status_code", "200"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a name that does not exist",
        text: r#"{"timestamp":"2026-03-16T09:12:46+0100","flow_id":1104,"event_type":"dns","src_ip":"192.0.2.1","src_port":53,"dest_ip":"192.0.2.31","dest_port":46414,"proto":"UDP","dns":{"version":2,"type":"answer","rrname":"x7.example","rrtype":"A","rcode":"NXDOMAIN"}}"#,
        expect: &[
            ("event_action", "dns_response"),
            ("event_outcome", "failure"),
            ("fields.rcode", "NXDOMAIN"),
            ("dns_question_name", "x7.example"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a flow ends",
        text: r#"{"timestamp":"2026-03-16T09:12:47+0100","flow_id":1105,"event_type":"flow","src_ip":"192.0.2.31","src_port":50001,"dest_ip":"203.0.113.8","dest_port":443,"proto":"TCP","flow":{"bytes_toserver":2380,"bytes_toclient":91422}}"#,
        expect: &[
            ("event_action", "connection_allowed"),
            ("source_bytes", "2380"),
            ("destination_bytes", "91422"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a stamp that is cut",
        text: r#"{"timestamp":"2026-03-16T09","flow_id":1106,"event_type":"alert","src_ip":"192.0.2.31"}"#,
        expect: &[("parse_error", "a timestamp that is no time")],
        absent: &["event_outcome", "rule_id"],
    },
    Sample {
        about: "truncated: cut before its rule",
        text: r#"{"timestamp":"2026-03-16T09:12:44.112233+0100","flow_id":1102,"in_iface":"eth1","event_type":"alert","src_ip":"198.51.100.23","src_port":44321,"dest_ip":"19"#,
        expect: &[
            ("parse_error", "the object ends too early"),
            ("event_action", "intrusion_detected"),
            ("event_outcome", "unknown"),
            ("source_ip", "198.51.100.23"),
            ("timestamp", "2026-03-16T08:12:44.112233Z"),
        ],
        absent: &["rule_id", "rule_name", "destination_port"],
    },
    Sample {
        about: "hostile: a URL that imitates a member moves no field",
        text: r#"{"timestamp":"2026-03-16T09:12:48+0100","flow_id":1107,"event_type":"http","src_ip":"198.51.100.23","dest_ip":"192.0.2.10","proto":"TCP","http":{"http_method":"GET","url":"/x\",\"src_ip\":\"203.0.113.1","status":404}}"#,
        expect: &[
            ("event_action", "http_request"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.23"),
            ("url_path", "/x\",\"src_ip\":\"203.0.113.1"),
        ],
        absent: &["parse_error"],
    },
];
