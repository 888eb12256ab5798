//! Cloudflare's DNS logs (Logpush data sets `dns_logs` and `gateway_dns`), one JSON object a query.
//!
//! Promises: linear. Must not know: the envelope, files, other formats.
//! Source: Cloudflare Logpush, DNS logs and Gateway DNS fields.

use schema::{Action, Column, EventBuilder, Outcome};

use super::cloud;
use crate::format::{Format, Payload, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "cloudflare_dns",
    title: "Cloudflare DNS and Gateway DNS (JSON)",
    reference: "Cloudflare Logpush, DNS logs",
    programs: &[],
    starts: b"{ ",
    needs: &[],
    keys: &["QueryName"],
    recognise: |payload| {
        payload.json.is_some_and(|json| {
            json.has_all(&["QueryName", "QueryType"])
                && (json.get("ResponseCode").is_some() || json.get("RCode").is_some())
        })
    },
    parse,
    samples: SAMPLES,
};

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let json = *payload.json.ok_or(Unreadable("expected a JSON object"))?;
    cloud::time(json, &["Timestamp", "Datetime"], payload, event)?;
    cloud::set(
        json,
        &[
            (Column::SourceIp, &["SourceIP", "SrcIP"]),
            (Column::SourcePort, &["SrcPort"]),
            (Column::DestinationIp, &["DstIP"]),
            (Column::DestinationPort, &["DstPort"]),
            (Column::UserName, &["Email"]),
            (Column::RuleName, &["PolicyName"]),
            (Column::RuleId, &["PolicyID"]),
            (Column::HostName, &["DeviceName"]),
        ],
        event,
    );
    let name = json.scalar("QueryName").unwrap_or("");
    event.text_if_said(Column::DnsQuestionName, name.strip_suffix('.').unwrap_or(name));
    let number = json.scalar("QueryType").unwrap_or("");
    let kind = json.first(&["QueryTypeName"]).or_else(|| type_name(number)).unwrap_or(number);
    event.text_if_said(Column::DnsQuestionType, kind);
    let code = json.first(&["ResponseCode", "RCode"]).unwrap_or("");
    let rcode = code_name(code).unwrap_or(code);
    event.field("rcode", rcode);
    cloud::fields(
        json,
        &[
            ("decision", &["ResolverDecision"]),
            ("colo", &["ColoCode", "ColoID"]),
            ("protocol", &["Protocol"]),
        ],
        event,
    );
    let is_blocked = json.scalar("ResolverDecision").is_some_and(|decision| decision.starts_with("blocked"));
    event.action(Action::DnsResponse);
    event.outcome(Outcome::of(rcode == "NOERROR" && !is_blocked));
    Ok(())
}

/// Types of a question by number (IANA, DNS parameters).
fn type_name(number: &str) -> Option<&'static str> {
    Some(match number {
        "1" => "A",
        "2" => "NS",
        "5" => "CNAME",
        "6" => "SOA",
        "12" => "PTR",
        "13" => "HINFO",
        "15" => "MX",
        "16" => "TXT",
        "28" => "AAAA",
        "33" => "SRV",
        "35" => "NAPTR",
        "43" => "DS",
        "46" => "RRSIG",
        "47" => "NSEC",
        "48" => "DNSKEY",
        "52" => "TLSA",
        "64" => "SVCB",
        "65" => "HTTPS",
        "251" => "IXFR",
        "252" => "AXFR",
        "255" => "ANY",
        "257" => "CAA",
        _ => return None,
    })
}

/// Codes of an answer by number.
fn code_name(number: &str) -> Option<&'static str> {
    Some(match number {
        "0" => "NOERROR",
        "1" => "FORMERR",
        "2" => "SERVFAIL",
        "3" => "NXDOMAIN",
        "4" => "NOTIMP",
        "5" => "REFUSED",
        _ => return None,
    })
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a name is answered",
        text: r#"{"QueryName":"www.borgo.example.","QueryType":28,"ResponseCode":0,"Timestamp":1773648764004000000,"SourceIP":"192.0.2.31"}"#,
        expect: &[
            ("event_action", "dns_response"),
            ("event_outcome", "success"),
            ("dns_question_name", "www.borgo.example"),
            ("dns_question_type", "AAAA"),
            ("source_ip", "192.0.2.31"),
            ("fields.rcode", "NOERROR"),
            ("timestamp", "2026-03-16T08:12:44.004000Z"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a name does not exist",
        text: r#"{"QueryName":"x7.borgo.example","QueryType":1,"ResponseCode":3,"Timestamp":"2026-03-16T08:12:44Z"}"#,
        expect: &[("event_outcome", "failure"), ("fields.rcode", "NXDOMAIN")],
        absent: &["parse_error", "source_ip"],
    },
    Sample {
        about: "a policy blocks a name",
        text: r#"{"QueryName":"bad.example","QueryType":1,"QueryTypeName":"A","RCode":0,"Datetime":"2026-03-16T08:12:44Z","SrcIP":"192.0.2.31","Email":"g.neri@borgo.example","PolicyName":"filtro","ResolverDecision":"blockedByCategory"}"#,
        expect: &[
            ("event_outcome", "failure"),
            ("rule_name", "filtro"),
            ("user_name", "g.neri@borgo.example"),
            ("fields.decision", "blockedByCategory"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "an event without its time",
        text: r#"{"QueryName":"bad.example","QueryType":1,"ResponseCode":0,"Timestamp":""}"#,
        expect: &[("parse_error", "expected a time"), ("dns_question_name", "bad.example")],
        absent: &["event_outcome"],
    },
    Sample {
        about: "truncated: cut before its client",
        text: r#"{"QueryName":"www.borgo.example.","QueryType":28,"ResponseCode":0,"Timestamp":1773648764004000000,"S"#,
        expect: &[
            ("parse_error", "the object ends too early"),
            ("event_action", "dns_response"),
            ("event_outcome", "success"),
            ("timestamp", "2026-03-16T08:12:44.004000Z"),
            ("dns_question_name", "www.borgo.example"),
        ],
        absent: &["source_ip"],
    },
    Sample {
        about: "hostile: a name that imitates a client does not move the address",
        text: r#"{"QueryName":"\",\"SourceIP\":\"203.0.113.1","QueryType":16,"ResponseCode":0,"Timestamp":"2026-03-16T08:12:44Z","SourceIP":"192.0.2.31"}"#,
        expect: &[("source_ip", "192.0.2.31"), ("dns_question_type", "TXT")],
        absent: &["parse_error"],
    },
];
