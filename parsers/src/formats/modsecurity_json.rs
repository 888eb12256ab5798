//! ModSecurity's audit log as JSON (libmodsecurity 3, mod_security2 2.9) and Coraza's.
//!
//! Promises: linear; JSON escapes what a client sends. One transaction is one event: the first rule that is not
//! CRS's own sum of scores names it. Must not know: the web server around it.
//! Source: libmodsecurity `transaction.cc` `toJSON`; mod_security2 `msc_logging.c`; Coraza `auditlog`.

use schema::{Action, Column, EventBuilder, Outcome};

use super::account::between;
use super::{http, modsecurity, peer};
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::json::{Json, Kind, Member};
use crate::time::{apache_error, clf, epoch, iso_prefix};

/// See the module.
pub static FORMAT: Format = Format {
    name: "modsecurity_json",
    title: "ModSecurity, Coraza (audit log as JSON)",
    reference: "ModSecurity Reference Manual, SecAuditLogFormat JSON",
    programs: &["modsecurity", "modsec"],
    starts: b"{",
    needs: &[],
    keys: &["transaction"],
    recognise: |payload| payload.json.is_some_and(is_audit),
    parse,
    samples: SAMPLES,
};

/// A transaction with a client, and what was asked in it or beside it.
fn is_audit(json: &Json<'_>) -> bool {
    let Some(transaction) = json.get("transaction").filter(|one| one.kind() == Kind::Object) else {
        return false;
    };
    let has_client = transaction.get("client_ip").is_some() || transaction.get("remote_address").is_some();
    has_client && (transaction.get("request").is_some() || json.get("request").is_some())
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let json = payload.json.filter(|json| is_audit(json)).ok_or(Unreadable("expected a transaction"))?;
    let transaction = json.get("transaction").ok_or(Unreadable("expected a transaction"))?;
    set_time(transaction, payload, event);
    event.action(Action::HttpRequest);
    set_parties(transaction, event);
    let beside = |name: &str| transaction.get(name).or_else(|| json.get(name));
    if let Some(request) = beside("request") {
        set_request(request, event);
    }
    let response = beside("response");
    let status = response
        .and_then(|response| response.scalar_at("http_code").or_else(|| response.scalar_at("status")))
        .unwrap_or_default();
    http::set_status(status, event);
    let name = if transaction.get("unique_id").is_some() { "unique_id" } else { "transaction_id" };
    let id = transaction.scalar_at(name).or_else(|| transaction.scalar_at("id"));
    if let Some(id) = id {
        event.field("unique_id", id);
    }
    if let Some(messages) = json.get("audit_data.messages") {
        set_sentences(messages, event);
    } else if let Some(messages) = beside("messages") {
        set_rules(messages, event);
    }
    if event.is_set(Column::RuleId) || event.is_set(Column::RuleName) {
        set_verdict(json, transaction, status, event);
    }
    Ok(())
}

fn set_time(transaction: Member<'_>, payload: &Payload<'_>, event: &mut EventBuilder<'_>) {
    let stamp = ["time", "time_stamp", "timestamp"].iter().find_map(|name| transaction.scalar_at(name));
    let unix = transaction.scalar_at("unix_timestamp").and_then(epoch);
    match (unix, stamp) {
        (Some(time_us), _) => payload.set_time_us(event, time_us),
        (None, Some(stamp)) => {
            if let Some((when, _)) = clf(stamp).or_else(|| apache_error(stamp)).or_else(|| iso_prefix(stamp))
            {
                payload.set_time(event, when);
            }
        }
        (None, None) => {}
    }
}

fn set_parties(transaction: Member<'_>, event: &mut EventBuilder<'_>) {
    let get =
        |names: [&str; 2]| names.iter().find_map(|name| transaction.scalar_at(name)).unwrap_or_default();
    peer::set(event, get(["client_ip", "remote_address"]), get(["client_port", "remote_port"]));
    if event.ip(Column::DestinationIp, get(["host_ip", "local_address"])) {
        event.int_text(Column::DestinationPort, get(["host_port", "local_port"]));
    }
}

fn set_request(request: Member<'_>, event: &mut EventBuilder<'_>) {
    if let Some(line) = request.scalar_at("request_line") {
        http::set_request(line, event);
    } else {
        let method = request.scalar_at("method").unwrap_or_default();
        event.text_if_said(Column::HttpRequestMethod, method);
        http::set_target(method, request.scalar_at("uri").unwrap_or_default(), event);
    }
    let Some(headers) = request.get("headers") else { return };
    for header in headers.members() {
        // Coraza keeps the values of a header in a list.
        let value = header.scalar().or_else(|| header.members().next()?.scalar()).unwrap_or_default();
        let is = |name: &str| header.key().eq_ignore_ascii_case(name);
        if is("Host") {
            event.text_if_said(Column::UrlDomain, http::host_of(value));
        } else if is("User-Agent") {
            event.text_if_said(Column::UserAgentOriginal, value);
        } else if is("Referer") {
            event.text_if_said(Column::HttpRequestReferrer, value);
        } else if is("X-Forwarded-For") {
            event.field("forwarded_for", value);
        }
    }
}

/// Rules of CRS that only sum up scores: what matched stands in another message.
fn is_sum(id: &str) -> bool {
    ["949", "959", "980"].iter().any(|start| id.len() == 6 && id.starts_with(start))
}

fn rule_id<'a>(message: Member<'a>) -> &'a str {
    let id = message.scalar_at("details.ruleId").or_else(|| message.scalar_at("data.id"));
    id.filter(|id| *id != "0").unwrap_or_default()
}

/// Messages as objects: libmodsecurity has `details.ruleId`, Coraza `data.id`.
fn set_rules(messages: Member<'_>, event: &mut EventBuilder<'_>) {
    let count = messages.members().count();
    let named = || messages.members().filter(|message| !rule_id(*message).is_empty());
    let Some(message) = named().find(|message| !is_sum(rule_id(*message))).or_else(|| named().next()) else {
        return;
    };
    let first = |names: [&str; 2]| names.iter().find_map(|name| message.scalar_at(name)).unwrap_or_default();
    event.text_if_said(Column::RuleId, rule_id(message));
    event.text_if_said(Column::RuleName, first(["data.msg", "message"]));
    for (key, names) in
        [("severity", ["details.severity", "data.severity"]), ("data", ["details.data", "data.data"])]
    {
        let value = first(names);
        if !value.is_empty() {
            event.field(key, value);
        }
    }
    event.field_number("rule_count", &count.to_string());
}

/// Messages as sentences with tags, as mod_security2 writes them.
fn set_sentences(messages: Member<'_>, event: &mut EventBuilder<'_>) {
    let is_rule = |message: &&str| between(message, "[id \"", "\"]").is_some_and(|id| !is_sum(id));
    let texts = || messages.members().filter_map(Member::scalar);
    let Some(text) = texts().find(is_rule).or_else(|| texts().next()) else { return };
    event.text_if_said(Column::RuleId, between(text, "[id \"", "\"]").unwrap_or_default());
    event.text_if_said(Column::RuleName, modsecurity::message_of(text));
    event.field_number("rule_count", &messages.members().count().to_string());
}

/// Blocked or only seen: the flag where there is one, else the engine's mode and the answer.
fn set_verdict(json: &Json<'_>, transaction: Member<'_>, status: &str, event: &mut EventBuilder<'_>) {
    event.action(Action::WafBlock);
    let mode = transaction
        .scalar_at("producer.secrules_engine")
        .or_else(|| transaction.scalar_at("producer.rule_engine"))
        .or_else(|| json.scalar("audit_data.engine_mode"))
        .unwrap_or_default();
    let flag = json
        .scalar("audit_data.action.intercepted")
        .or_else(|| transaction.scalar_at("is_interrupted"))
        .or_else(|| json.scalar("is_interrupted"));
    let is_blocked = match flag {
        Some(flag) => flag == "true",
        None if mode.eq_ignore_ascii_case("DetectionOnly") || mode == "DETECTION_ONLY" => false,
        None => json.get("audit_data").is_none() && status == "403",
    };
    event.outcome(if is_blocked { Outcome::Failure } else { Outcome::Success });
    event.field("blocked", if is_blocked { "true" } else { "false" });
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "libmodsecurity: an injection is refused",
        text: r#"{"transaction":{"client_ip":"198.51.100.7","time_stamp":"Mon Mar 16 09:12:44 2026","server_id":"x","client_port":51234,"host_ip":"192.0.2.10","host_port":443,"unique_id":"u1","request":{"method":"GET","http_version":1.1,"uri":"/cerca?q=%27or","headers":{"Host":"www.comune.example","User-Agent":"sqlmap"}},"response":{"http_code":403,"headers":{}},"producer":{"modsecurity":"ModSecurity v3.0.12","secrules_engine":"Enabled"},"messages":[{"message":"SQL Injection Attack Detected via libinjection","details":{"match":"x","ruleId":"942100","severity":"2","data":"Matched Data: s&1"}},{"message":"Inbound Anomaly Score Exceeded","details":{"ruleId":"949110"}}]}}"#,
        expect: &[
            ("event_action", "waf_block"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.7"),
            ("source_port", "51234"),
            ("destination_ip", "192.0.2.10"),
            ("destination_port", "443"),
            ("url_path", "/cerca"),
            ("url_domain", "www.comune.example"),
            ("user_agent_original", "sqlmap"),
            ("rule_id", "942100"),
            ("rule_name", "SQL Injection Attack Detected via libinjection"),
            ("http_response_status_code", "403"),
            ("fields.blocked", "true"),
            ("fields.rule_count", "2"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "only detected",
        text: r#"{"transaction":{"client_ip":"198.51.100.7","time_stamp":"Mon Mar 16 09:12:44 2026","request":{"method":"GET","uri":"/"},"response":{"http_code":200},"producer":{"secrules_engine":"DetectionOnly"},"messages":[{"message":"Missing User Agent","details":{"ruleId":"920320"}}]}}"#,
        expect: &[("event_action", "waf_block"), ("event_outcome", "success"), ("fields.blocked", "false")],
        absent: &["parse_error"],
    },
    Sample {
        about: "mod_security2: intercepted",
        text: r#"{"transaction":{"time":"16/Mar/2026:09:12:44 +0100","transaction_id":"t1","remote_address":"2001:db8::7","remote_port":51234,"local_address":"192.0.2.10","local_port":80},"request":{"request_line":"POST /login HTTP/1.1","headers":{"Host":"a.example"}},"response":{"protocol":"HTTP/1.1","status":403},"audit_data":{"messages":["Access denied with code 403 (phase 2). Pattern match [file \"x\"] [id \"932160\"] [msg \"Remote Command Execution\"] [severity \"CRITICAL\"]"],"engine_mode":"ENABLED","action":{"intercepted":true,"phase":2}}}"#,
        expect: &[
            ("event_action", "waf_block"),
            ("event_outcome", "failure"),
            ("source_ip", "2001:db8::7"),
            ("rule_id", "932160"),
            ("rule_name", "Remote Command Execution"),
            ("url_path", "/login"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "Coraza",
        text: r#"{"transaction":{"timestamp":"2026/03/16 08:12:44","unix_timestamp":1773648764112233000,"id":"c1","client_ip":"198.51.100.7","client_port":51234,"request":{"method":"GET","uri":"/a","headers":{"host":["a.example"]}},"response":{"status":403},"is_interrupted":true},"messages":[{"message":"","data":{"id":930120,"msg":"OS File Access Attempt","severity":2}}]}"#,
        expect: &[
            ("rule_id", "930120"),
            ("rule_name", "OS File Access Attempt"),
            ("event_outcome", "failure"),
            ("url_domain", "a.example"),
            ("timestamp", "2026-03-16T08:12:44.112233Z"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "no rule matched: a request that was audited",
        text: r#"{"transaction":{"client_ip":"198.51.100.7","time_stamp":"Mon Mar 16 09:12:44 2026","request":{"method":"GET","uri":"/x"},"response":{"http_code":500},"messages":[]}}"#,
        expect: &[("event_action", "http_request"), ("event_outcome", "failure")],
        absent: &["parse_error", "rule_id", "fields.blocked"],
    },
    Sample {
        about: "hostile: matched data that imitates members",
        text: r#"{"transaction":{"client_ip":"198.51.100.7","time_stamp":"Mon Mar 16 09:12:44 2026","request":{"method":"GET","uri":"/\",\"client_ip\":\"203.0.113.9"},"response":{"http_code":403},"producer":{"secrules_engine":"Enabled"},"messages":[{"message":"XSS","details":{"ruleId":"941100","data":"\"ruleId\":\"1\""}}]}}"#,
        expect: &[("source_ip", "198.51.100.7"), ("rule_id", "941100")],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: cut before its rule's name",
        text: r#"{"transaction":{"timestamp":"2026/03/16 08:12:44","unix_timestamp":1773648764112233000,"id":"c1","client_ip":"198.51.100.7","client_port":51234,"request":{"method":"GET","uri":"/a","headers":{"host":["a.example"]}},"response":{"status":403},"is_interrupted":true},"messages":[{"message":"","data":{"id":930120,"ms"#,
        expect: &[
            ("parse_error", "the object ends too early"),
            ("event_outcome", "failure"),
            ("timestamp", "2026-03-16T08:12:44.112233Z"),
            ("rule_id", "930120"),
            ("url_domain", "a.example"),
        ],
        absent: &["rule_name"],
    },
    Sample {
        about: "a request without its target",
        text: r#"{"transaction":{"client_ip":"not an address","request":{"method":"GET"}}}"#,
        expect: &[("event_action", "http_request"), ("fields.rhost", "not an address")],
        absent: &["source_ip", "event_outcome"],
    },
];
