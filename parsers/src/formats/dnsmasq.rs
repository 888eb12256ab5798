//! dnsmasq: names asked and answered, addresses given, files by TFTP; Pi-hole's resolver writes the same lines.
//!
//! Promises: linear; the client's address is the last word of a query, whatever the name holds; a client's own name is
//! the last word of a lease.
//! Must not know: the syslog envelope, files, the clock, other formats.
//! Source: dnsmasq(8), log-queries, log-dhcp; src/cache.c (log_query), src/rfc2131.c (log_packet).

use schema::{Action, Column, EventBuilder, Outcome};

use super::peer::{is_address, is_digits, is_hardware_address};
use crate::format::{Format, Payload, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "dnsmasq",
    title: "dnsmasq and Pi-hole (DNS, DHCP, TFTP)",
    reference: "dnsmasq(8), log-queries and log-dhcp",
    programs: &["dnsmasq", "dnsmasq-dhcp", "dnsmasq-tftp", "dnsmasq-script", "pihole-ftl"],
    starts: &[],
    needs: &[],
    keys: &[],
    recognise: |payload| !payload.text.starts_with("[20"),
    parse,
    samples: SAMPLES,
};

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let text = serial(payload.text, event);
    if payload.program.ends_with("-tftp") {
        tftp(text, event);
        return Ok(());
    }
    if let Some((verb, rest)) = dhcp_verb(text) {
        return lease(verb, rest, event);
    }
    if payload.program.ends_with("-dhcp") {
        about_lease(text, event);
        return Ok(());
    }
    if let Some(rest) = text.strip_prefix("query[") {
        return query(rest, event);
    }
    if !answer(text, event) {
        life(text, event);
    }
    Ok(())
}

/// Drops what `log-queries=extra` and `log-dhcp` put in front: `SERIAL ADDRESS/PORT ` or `SERIAL `.
fn serial<'a>(text: &'a str, event: &mut EventBuilder<'_>) -> &'a str {
    let Some((number, rest)) = text.split_once(' ').filter(|(number, _)| is_digits(number)) else {
        return text;
    };
    event.field("serial", number);
    if let Some((peer, after)) = rest.split_once(' ')
        && let Some((address, port)) = peer.split_once('/')
        && is_address(address)
    {
        event.ip(Column::SourceIp, address);
        event.int_text(Column::SourcePort, port);
        return after;
    }
    rest
}

/// `TYPE] NAME from ADDRESS`.
fn query(rest: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    const SHAPE: Unreadable = Unreadable("expected query[TYPE] NAME from ADDRESS");
    let (kind, rest) = rest.split_once("] ").ok_or(SHAPE)?;
    let (name, client) = rest.rsplit_once(" from ").ok_or(SHAPE)?;
    if !event.ip(Column::SourceIp, client) {
        return Err(SHAPE);
    }
    event.action(Action::DnsQuery);
    event.outcome(Outcome::Unknown);
    event.text(Column::DnsQuestionType, kind.strip_prefix("type=").unwrap_or(kind));
    event.text_if_said(Column::DnsQuestionName, name);
    Ok(())
}

/// Sources of an answer that dnsmasq and Pi-hole name by words; a path names a file of hosts.
const SOURCES: &[&str] = &[
    "reply",
    "cached-stale",
    "cached",
    "config",
    "auth",
    "DHCP",
    "validation",
    "special domain",
    "gravity blocked",
    "exactly blacklisted",
    "exactly denied",
    "exactly whitelisted",
    "exactly allowed",
    "regex blacklisted",
    "regex denied",
    "regex whitelisted",
    "regex allowed",
    "blacklisted",
    "denied",
    "blocked upstream",
    "Pi-hole hostname",
    "Rate-limited",
];

/// `SOURCE NAME is ANSWER`, `forwarded NAME to SERVER`.
fn answer(text: &str, event: &mut EventBuilder<'_>) -> bool {
    for verb in ["forwarded ", "dnssec-retry", "dnssec-query"] {
        let Some(rest) = text.strip_prefix(verb) else { continue };
        let (kind, rest) = match rest.strip_prefix('[').and_then(|rest| rest.split_once("] ")) {
            Some((kind, rest)) => (kind, rest),
            None => ("", rest.trim_start()),
        };
        let Some((name, server)) = rest.rsplit_once(" to ") else { return false };
        event.action(Action::ApplicationEvent);
        event.field("action", verb.trim_end());
        event.text_if_said(Column::DnsQuestionName, name);
        event.text_if_said(Column::DnsQuestionType, kind);
        let (address, port) = server.split_once('#').unwrap_or((server, ""));
        if event.ip(Column::DestinationIp, address) && !port.is_empty() {
            event.int_text(Column::DestinationPort, port);
        }
        return true;
    }
    let named = SOURCES
        .iter()
        .find_map(|source| text.strip_prefix(source)?.strip_prefix(' ').map(|rest| (*source, rest)))
        .or_else(|| text.starts_with('/').then(|| text.split_once(' '))?);
    let Some((source, rest)) = named else { return false };
    // A name holds no blank that a resolver would let pass: the first ` is ` ends it, the answer may be any text.
    let Some((name, said)) = rest.split_once(" is ") else { return false };
    event.field("answer_source", source);
    event.field("answer", said);
    if source == "validation" {
        event.action(Action::ApplicationEvent);
        event.text_if_said(Column::DnsQuestionName, name);
        return true;
    }
    let is_blocked = ["blocked", "blacklisted", "denied"].iter().any(|word| source.ends_with(word))
        || source.starts_with("blocked");
    let code = said.split([' ', '-']).next().unwrap_or(said);
    let rcode = match code {
        "NXDOMAIN" | "SERVFAIL" | "REFUSED" | "FORMERR" | "NOTIMP" => code,
        _ => "NOERROR",
    };
    event.action(Action::DnsResponse);
    event.outcome(Outcome::of(rcode == "NOERROR" && !is_blocked));
    event.field("rcode", rcode);
    if is_blocked {
        event.field("policy", source);
    }
    // `config error is REFUSED` names no name.
    if name != "error" {
        event.text_if_said(Column::DnsQuestionName, name);
    }
    true
}

/// `DHCPACK` and `(INTERFACE) …` of `DHCPACK(INTERFACE) …`.
fn dhcp_verb(text: &str) -> Option<(&str, &str)> {
    let (verb, rest) = text.split_once('(')?;
    let is_verb = (verb.starts_with("DHCP")
        || matches!(verb, "RTR-ADVERT" | "RTR-SOLICIT" | "SLAAC-CONFIRM" | "BOOTP"))
        && !verb.contains(' ');
    is_verb.then_some((verb, rest))
}

/// `INTERFACE) ADDRESS MAC NAME`, each optional, a reason in the name's place.
fn lease(verb: &str, rest: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let (interface, rest) = rest.split_once(')').ok_or(Unreadable("a DHCP message without its interface"))?;
    event.text_if_said(Column::ObserverIngress, interface);
    event.text(Column::EventCode, verb);
    let mut tail = rest.trim_start();
    for _ in 0..2 {
        let (word, after) = tail.split_once(' ').unwrap_or((tail, ""));
        if is_hardware_address(word) {
            event.text(Column::SourceMac, word);
        } else if is_address(word) {
            event.ip(Column::SourceIp, word);
        } else {
            break;
        }
        tail = after.trim_start();
    }
    let is_failure = matches!(verb, "DHCPNAK" | "DHCPDECLINE")
        || tail.ends_with("no address available")
        || tail.ends_with("no addresses available");
    if is_failure {
        event.action(Action::DhcpFailure);
        event.outcome(Outcome::Failure);
        event.field("reason", if tail.is_empty() { verb } else { tail });
        return Ok(());
    }
    let name = if verb.starts_with("DHCP") { tail } else { "" };
    if !name.is_empty() {
        event.field("client_name", name);
    }
    if matches!(verb, "DHCPACK" | "DHCPREPLY") {
        event.action(Action::DhcpLease);
        event.outcome(Outcome::Success);
    } else {
        event.action(Action::ApplicationEvent);
        event.field("action", verb);
    }
    Ok(())
}

/// What `log-dhcp` says of a request, and pools without an address.
fn about_lease(text: &str, event: &mut EventBuilder<'_>) {
    if text.starts_with("no address range available for DHCP") || text.starts_with("no addresses available") {
        event.action(Action::DhcpFailure);
        event.outcome(Outcome::Failure);
        event.field("reason", text);
        if let Some((_, interface)) = text.rsplit_once(" via ") {
            event.text_if_said(Column::ObserverIngress, interface);
        }
        return;
    }
    event.action(Action::ApplicationEvent);
    if let Some(name) = text.strip_prefix("client provides name: ") {
        event.field("client_name", name);
    } else if let Some(class) = text.strip_prefix("vendor class: ") {
        event.field("vendor_class", class);
    }
}

/// `sent FILE to ADDRESS`, `failed sending FILE to ADDRESS`, `file FILE not found for ADDRESS`.
fn tftp(text: &str, event: &mut EventBuilder<'_>) {
    let (done, rest) = if let Some(rest) = text.strip_prefix("sent ") {
        (true, rest)
    } else if let Some(rest) = text.strip_prefix("failed sending ").or_else(|| text.strip_prefix("file ")) {
        (false, rest)
    } else {
        event.action(Action::ApplicationEvent);
        return;
    };
    event.action(Action::FileRead);
    event.outcome(Outcome::of(done));
    // The client chose the path, dnsmasq wrote the address behind it.
    let Some((path, client)) = rest.rsplit_once(" to ").or_else(|| rest.rsplit_once(" not found for "))
    else {
        return;
    };
    event.text_if_said(Column::FilePath, path);
    event.ip(Column::SourceIp, client);
}

fn life(text: &str, event: &mut EventBuilder<'_>) {
    if text.starts_with("started, version ") {
        event.action(Action::ServiceStart);
        event.outcome(Outcome::Success);
    } else if text.starts_with("exiting on receipt of SIGTERM") {
        event.action(Action::ServiceStop);
        event.outcome(Outcome::Success);
    } else if let Some(name) = text.strip_prefix("possible DNS-rebind attack detected: ") {
        event.action(Action::IntrusionDetected);
        event.outcome(Outcome::Failure);
        event.text(Column::RuleName, "DNS-rebind");
        event.field("blocked", "true");
        event.text_if_said(Column::DnsQuestionName, name);
    } else {
        event.action(Action::ApplicationEvent);
        if let Some((address, _)) = text
            .strip_prefix("nameserver ")
            .and_then(|rest| rest.split_once(" refused to do a recursive query"))
        {
            event.ip(Column::DestinationIp, address);
            event.field("action", "server refused recursion");
        } else if text.starts_with("Maximum number of concurrent DNS queries reached") {
            event.field("action", "queries at their limit");
        }
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a query",
        text: "<30>Mar 16 09:12:44 pihole dnsmasq[812]: query[AAAA] www.borgo.example from 192.0.2.31",
        expect: &[
            ("class", "dns"),
            ("event_action", "dns_query"),
            ("event_outcome", "unknown"),
            ("source_ip", "192.0.2.31"),
            ("dns_question_name", "www.borgo.example"),
            ("dns_question_type", "AAAA"),
        ],
        absent: &["parse_error", "destination_ip"],
    },
    Sample {
        about: "an answer, with the client in front",
        text: "Mar 16 09:12:44 dnsmasq[812]: 1201 192.0.2.31/51844 reply x7.borgo.example is NXDOMAIN",
        expect: &[
            ("event_action", "dns_response"),
            ("event_outcome", "failure"),
            ("fields.rcode", "NXDOMAIN"),
            ("source_ip", "192.0.2.31"),
            ("source_port", "51844"),
            ("dns_question_name", "x7.borgo.example"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "Pi-hole blocks a name",
        text: "Mar 16 09:12:44 dnsmasq[812]: gravity blocked ads.bad.example is 0.0.0.0",
        expect: &[
            ("event_action", "dns_response"),
            ("event_outcome", "failure"),
            ("dns_question_name", "ads.bad.example"),
            ("fields.policy", "gravity blocked"),
            ("fields.answer", "0.0.0.0"),
        ],
        absent: &["parse_error", "source_ip"],
    },
    Sample {
        about: "a query goes to a server",
        text: "Mar 16 09:12:44 dnsmasq[812]: forwarded www.borgo.example to 203.0.113.53#5353",
        expect: &[
            ("event_action", "application_event"),
            ("destination_ip", "203.0.113.53"),
            ("destination_port", "5353"),
            ("dns_question_name", "www.borgo.example"),
        ],
        absent: &["parse_error", "source_ip", "event_outcome"],
    },
    Sample {
        about: "a lease is given to a client that calls itself an address",
        text: "<30>Mar 16 09:12:44 rt1 dnsmasq-dhcp[812]: DHCPACK(br-lan) 192.0.2.40 02:00:00:00:11:22 203.0.113.1 no address available x",
        expect: &[
            ("event_action", "dhcp_lease"),
            ("event_outcome", "success"),
            ("source_ip", "192.0.2.40"),
            ("source_mac", "02:00:00:00:11:22"),
            ("observer_ingress", "br-lan"),
            ("fields.client_name", "203.0.113.1 no address available x"),
        ],
        absent: &["parse_error", "fields.reason"],
    },
    Sample {
        about: "no address is left",
        text: "<28>Mar 16 09:12:44 rt1 dnsmasq-dhcp[812]: DHCPDISCOVER(br-ospiti) 02:00:00:00:11:22 no address available",
        expect: &[
            ("event_action", "dhcp_failure"),
            ("event_outcome", "failure"),
            ("source_mac", "02:00:00:00:11:22"),
            ("fields.reason", "no address available"),
        ],
        absent: &["parse_error", "source_ip"],
    },
    Sample {
        about: "truncated: a query cut before its client",
        text: "<30>Mar 16 09:12:44 pihole dnsmasq[812]: query[A] www.borgo.exam",
        expect: &[("parse_error", "expected query[TYPE] NAME from ADDRESS")],
        absent: &["source_ip", "dns_question_name"],
    },
    Sample {
        about: "hostile: a name that imitates a client does not move the address",
        text: "<30>Mar 16 09:12:44 pihole dnsmasq[812]: query[TXT] x from 203.0.113.1 from 192.0.2.31",
        expect: &[("source_ip", "192.0.2.31"), ("dns_question_name", "x from 203.0.113.1")],
        absent: &["parse_error"],
    },
];
