//! F5 BIG-IP ASM and Advanced WAF: CEF, whose `full_request` also tells user agent and referrer, and the pairs of the
//! key-value (Splunk) storage format, `unit_hostname="…",…,request="…"`.
//!
//! Promises: linear; of two values of one key the first counts, and the request, which the client wrote, stands last.
//! Must not know: the envelope; other messages of BIG-IP (`f5_bigip`).
//! Source: F5, BIG-IP ASM: Logging Application Security Events, storage formats.

use schema::{Action, Column, EventBuilder, Outcome};

use super::slots::slots;
use super::{account, cef, flow, http};
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::key_value::pairs;
use crate::time::iso_prefix;

/// See the module.
pub static FORMAT: Format = Format {
    name: "f5_asm",
    title: "F5 BIG-IP ASM, Advanced WAF",
    reference: "F5 BIG-IP ASM, storage formats of remote logging",
    programs: &["asm"],
    starts: b"CAPu\"",
    needs: &[],
    keys: &[],
    recognise: |payload| is_cef(payload) || is_pairs(payload.text),
    parse,
    samples: SAMPLES,
};

fn is_cef(payload: &Payload<'_>) -> bool {
    cef::Message::header(payload).is_some_and(|header| header.vendor == "F5" && header.product == "ASM")
}

fn is_pairs(text: &str) -> bool {
    let text = text.strip_prefix("ASM:").unwrap_or(text);
    text.starts_with("unit_hostname=\"") && text.contains("\",management_ip_address=\"")
}

slots! {
    /// Keys of the key-value format.
    enum Key;
    /// Their values.
    struct Values;
    nothing "N/A"; keep first;
    Host = b"unit_hostname"; Policy = b"policy_name"; Violations = b"violations"; SupportId = b"support_id";
    Status = b"request_status"; Code = b"response_code"; Client = b"ip_client"; Method = b"method";
    Protocol = b"protocol"; Query = b"query_string"; Forwarded = b"x_forwarded_for_header_value";
    SignatureIds = b"sig_ids"; SignatureNames = b"sig_names"; Time = b"date_time"; Severity = b"severity";
    Attack = b"attack_type"; User = b"username"; SourcePort = b"src_port"; Target = b"dest_ip";
    TargetPort = b"dest_port"; Uri = b"uri"; Request = b"request"; Application = b"web_application_name";
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    if let Some(message) = cef::Message::read(payload) {
        message.write(payload, event);
        let attributes = &message.attributes;
        verdict(attributes.other("act"), event);
        headers(attributes.labelled(&["fullrequest"]), event);
        return Ok(());
    }
    if !is_pairs(payload.text) {
        return Err(Unreadable("the CEF header is cut"));
    }
    let mut values = Values::new();
    for (key, value) in pairs(payload.text.strip_prefix("ASM:").unwrap_or(payload.text), b',') {
        values.put(key, value);
    }
    columns(payload, &values, event);
    verdict(values.get(Key::Status), event);
    headers(values.get(Key::Request), event);
    Ok(())
}

fn columns(payload: &Payload<'_>, values: &Values<'_>, event: &mut EventBuilder<'_>) {
    event.text(Column::ObserverVendor, "F5");
    event.text(Column::ObserverProduct, "ASM");
    event.text_if_said(Column::HostName, values.get(Key::Host));
    if let Some((when, _)) = iso_prefix(values.get(Key::Time))
        && !payload.is_stamped
    {
        payload.set_time(event, when);
    }
    flow::source(event, values.get(Key::Client), values.get(Key::SourcePort));
    flow::destination(event, values.get(Key::Target), values.get(Key::TargetPort));
    account::set_user(event, values.get(Key::User));
    event.text_if_said(Column::HttpRequestMethod, values.get(Key::Method));
    http::set_path(values.get(Key::Uri), event);
    event.text_if_said(Column::UrlQuery, values.get(Key::Query));
    event.int_text(Column::HttpResponseStatusCode, values.get(Key::Code));
    event.text_if_said(Column::RuleId, values.get(Key::SignatureIds));
    event.text_if_said(Column::RuleName, values.first(&[Key::SignatureNames, Key::Violations, Key::Policy]));
    for (name, key) in [
        ("policy", Key::Policy),
        ("violations", Key::Violations),
        ("support_id", Key::SupportId),
        ("category", Key::Attack),
        ("severity", Key::Severity),
        ("forwarded_for", Key::Forwarded),
        ("application", Key::Application),
    ] {
        let value = values.get(key);
        if !value.is_empty() {
            event.field(name, value);
        }
    }
}

/// `blocked`, `alerted` (seen, let through) or `passed` (nothing found).
fn verdict(status: &str, event: &mut EventBuilder<'_>) {
    match status {
        "blocked" => {
            flow::did(event, Action::WafBlock, false);
            event.field("blocked", "true");
        }
        "alerted" => {
            flow::did(event, Action::WafBlock, true);
            event.field("blocked", "false");
        }
        "passed" => {
            event.action(Action::HttpRequest);
            event.outcome(Outcome::Success);
        }
        _ => {}
    }
}

/// User agent, referrer and host of a request whose line ends are written `\r\n`.
fn headers(request: &str, event: &mut EventBuilder<'_>) {
    // The body, and what a client puts into it, begins behind the first empty line.
    let head = request.split("\\r\\n\\r\\n").next().unwrap_or(request);
    for line in head.split("\\r\\n").skip(1) {
        let Some((name, value)) = line.split_once(": ") else { continue };
        let column = if name.eq_ignore_ascii_case("user-agent") {
            Column::UserAgentOriginal
        } else if name.eq_ignore_ascii_case("referer") {
            Column::HttpRequestReferrer
        } else if name.eq_ignore_ascii_case("host") {
            event.text_if_said(Column::UrlDomain, http::host_of(value));
            continue;
        } else {
            continue;
        };
        event.text_if_said(column, value);
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "CEF, a request that passed",
        text: "CEF:0|F5|ASM|17.1.0|Successful Request|Successful Request|2|dvchost=waf1.borgo.example dvc=192.0.2.9 cs1=/Common/portale cs1Label=policy_name act=passed cn1=200 cn1Label=response_code src=198.51.100.7 spt=50001 dst=192.0.2.10 dpt=443 requestMethod=GET app=HTTPS request=/albo cs3Label=full_request cs3=GET /albo HTTP/1.1\\r\\nHost: www.borgo.example\\r\\nUser-Agent: Mozilla/5.0 x\\r\\nReferer: https://www.borgo.example/\\r\\n\\r\\nUser-Agent: falso",
        expect: &[
            ("event_action", "http_request"),
            ("event_outcome", "success"),
            ("source_ip", "198.51.100.7"),
            ("destination_port", "443"),
            ("user_agent_original", "Mozilla/5.0 x"),
            ("http_request_referrer", "https://www.borgo.example/"),
            ("url_domain", "www.borgo.example"),
            ("host_name", "waf1.borgo.example"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "CEF, blocked",
        text: "CEF:0|F5|ASM|17.1.0|200002147|SQL-INJ|5|dvchost=waf1.borgo.example dvc=192.0.2.9 act=blocked src=198.51.100.23 spt=50001 dst=192.0.2.10 dpt=443 requestMethod=GET app=HTTPS request=/x",
        expect: &[("event_action", "waf_block"), ("event_outcome", "failure"), ("fields.blocked", "true")],
        absent: &["user_agent_original"],
    },
    Sample {
        about: "pairs, blocked",
        text: "ASM:unit_hostname=\"waf1.borgo.example\",management_ip_address=\"192.0.2.9\",policy_name=\"/Common/portale\",violations=\"Attack signature detected\",support_id=\"1844\",request_status=\"blocked\",response_code=\"0\",ip_client=\"198.51.100.23\",method=\"GET\",protocol=\"HTTPS\",query_string=\"id=1%27\",sig_ids=\"200002147\",sig_names=\"SQL-INJ\",src_port=\"50001\",dest_port=\"443\",dest_ip=\"192.0.2.10\",uri=\"/albo\",request=\"GET /albo?id=1%27 HTTP/1.1\\r\\nHost: www.borgo.example\\r\\nUser-Agent: sqlmap\\r\\n\\r\\n\"",
        expect: &[
            ("event_action", "waf_block"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.23"),
            ("source_port", "50001"),
            ("destination_ip", "192.0.2.10"),
            ("url_path", "/albo"),
            ("url_query", "id=1%27"),
            ("rule_id", "200002147"),
            ("rule_name", "SQL-INJ"),
            ("user_agent_original", "sqlmap"),
            ("fields.support_id", "1844"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "hostile: a request that imitates keys moves none",
        text: "unit_hostname=\"waf1\",management_ip_address=\"192.0.2.9\",request_status=\"alerted\",ip_client=\"198.51.100.23\",uri=\"/a\",request=\"GET /a HTTP/1.1\\r\\nX: \",ip_client=\"203.0.113.9\",request_status=\"passed\"",
        expect: &[("event_action", "waf_block"), ("fields.blocked", "false"), ("source_ip", "198.51.100.23")],
        absent: &[],
    },
    Sample {
        about: "truncated: a line cut in the address",
        text: "ASM:unit_hostname=\"waf1\",management_ip_address=\"192.0.2.9\",request_status=\"blocked\",ip_client=\"198.51.1",
        expect: &[("event_action", "waf_block"), ("format", "f5_asm")],
        absent: &["source_ip"],
    },
];
