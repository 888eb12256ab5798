//! Events in Elastic's Common Schema, of any shipper or application that no format of its own knows.
//!
//! Promises: columns by the schema's documented names only; a line that the event carries and a format knows is
//! read by that format instead. Must not know: shippers. Source: Elastic Common Schema 8.

use schema::EventBuilder;

use super::semantic;
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::json::{Json, Kind};
use crate::key_value::pairs;
use crate::{generic, time};

/// See the module.
pub static FORMAT: Format = Format {
    name: "ecs_json",
    title: "Elastic Common Schema (JSON)",
    reference: "Elastic Common Schema 8, field reference",
    programs: &[],
    starts: b"{ ",
    needs: &[],
    keys: &["ecs"],
    recognise: |payload| {
        payload.json.is_some_and(|json| json.get("@timestamp").is_some() && json.get("ecs.version").is_some())
    },
    parse,
    samples: SAMPLES,
};

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let json = *payload.json.ok_or(Unreadable("expected a JSON object"))?;
    let stamp = json.scalar("@timestamp").unwrap_or_default();
    let when = time::iso(stamp).ok_or(Unreadable("a @timestamp that is no time"))?;
    if !payload.set_time(event, when) {
        return Err(Unreadable("no such day or hour"));
    }
    semantic::write(&|name| scalar(json, name), event);
    let any = |path: &str, word: &str| {
        json.get(path).is_some_and(|member| match member.kind() {
            Kind::Array => member.members().any(|item| item.raw() == word),
            _ => member.raw() == word,
        })
    };
    let outcome = json.scalar("event.outcome").unwrap_or_default();
    semantic::kind(&|word| any("event.category", word), &|word| any("event.type", word), outcome, event);
    json.leaves(&mut |name, member| {
        let value = member.raw();
        let is_column = semantic::is_read(name) || matches!(name, "@timestamp" | "message" | "event.outcome");
        if !is_column && !value.is_empty() {
            event.field(if name == "event.action" { "action" } else { name }, value);
        }
    });
    // Applications put pairs of their own into the text.
    let message = json.scalar("message").unwrap_or_default();
    if message.contains('=') {
        let pairs = pairs(message, b' ').map(|(key, value)| (key, value.trim_end_matches(',')));
        generic::complete_pairs(pairs, payload, event);
    }
    Ok(())
}

/// A scalar, or the first of a list.
fn scalar<'a>(json: Json<'a>, name: &str) -> &'a str {
    match json.get(name) {
        Some(member) if member.kind() == Kind::Array => {
            member.members().next().and_then(|item| item.scalar()).unwrap_or_default()
        }
        Some(member) => member.scalar().unwrap_or_default(),
        None => "",
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a login that failed, names nested",
        text: r#"{"@timestamp":"2026-03-16T08:12:44.112Z","ecs":{"version":"8.11"},"event":{"category":["authentication"],"type":["start"],"action":"user-login","outcome":"failure","dataset":"app.audit"},"user":{"name":"mrossi","domain":"COMUNE"},"source":{"ip":"198.51.100.23","port":44321},"host":{"name":"portale"},"message":"login refused"}"#,
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "mrossi"),
            ("user_domain", "COMUNE"),
            ("source_ip", "198.51.100.23"),
            ("source_port", "44321"),
            ("host_name", "portale"),
            ("fields.action", "user-login"),
            ("fields.event.dataset", "app.audit"),
            ("timestamp", "2026-03-16T08:12:44.112000Z"),
        ],
        absent: &["parse_error", "time_guess"],
    },
    Sample {
        about: "a request, names dotted as ECS loggers write them",
        text: r#"{"@timestamp":"2026-03-16T08:12:45.000Z","ecs.version":"1.2.0","log.level":"INFO","log.logger":"http","service.name":"albo","event.category":"web","http.request.method":"GET","http.response.status_code":404,"url.path":"/albo","url.query":"id=1","client.ip":"2001:db8::23","user_agent.original":"curl/8.5","event.outcome":"failure","message":"GET /albo"}"#,
        expect: &[
            ("event_action", "http_request"),
            ("event_outcome", "failure"),
            ("http_response_status_code", "404"),
            ("url_path", "/albo"),
            ("source_ip", "2001:db8::23"),
            ("service_name", "albo"),
            ("log_level", "INFO"),
            ("event_provider", "http"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a flow that was refused",
        text: r#"{"@timestamp":"2026-03-16T08:12:46Z","ecs":{"version":"8.0"},"event":{"category":"network","type":["connection","denied"]},"source":{"ip":"198.51.100.23"},"destination":{"ip":"192.0.2.10","port":3389},"network":{"transport":"tcp"},"rule":{"id":"7"}}"#,
        expect: &[
            ("event_action", "connection_denied"),
            ("event_outcome", "failure"),
            ("destination_port", "3389"),
            ("network_transport", "tcp"),
            ("rule_id", "7"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "hostile: a name that imitates a member moves no field",
        text: r#"{"@timestamp":"2026-03-16T08:12:47Z","ecs":{"version":"8.0"},"event":{"category":"authentication"},"user":{"name":"x\",\"source\":{\"ip\":\"203.0.113.9"},"source":{"ip":"198.51.100.23"}}"#,
        expect: &[("user_name", r#"x","source":{"ip":"203.0.113.9"#), ("source_ip", "198.51.100.23")],
        absent: &["parse_error", "event_outcome"],
    },
    Sample {
        about: "truncated: cut before its user",
        text: r#"{"@timestamp":"2026-03-16T08:12:44.112Z","ecs":{"version":"8.11"},"event":{"category":["authentication"],"type":["start"],"action":"user-login","outcome":"failure","da"#,
        expect: &[
            ("parse_error", "the object ends too early"),
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("timestamp", "2026-03-16T08:12:44.112000Z"),
            ("fields.action", "user-login"),
        ],
        absent: &["user_name", "user_domain", "source_ip", "source_port"],
    },
    Sample {
        about: "a stamp that is cut",
        text: r#"{"@timestamp":"2026-03-16T08","ecs":{"version":"8.0"},"user":{"name":"mrossi"}}"#,
        expect: &[("parse_error", "a @timestamp that is no time"), ("user_name", "mrossi")],
        absent: &[],
    },
];
