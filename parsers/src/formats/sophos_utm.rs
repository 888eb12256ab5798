//! Sophos UTM (Astaro): `id="2001" severity="info" sys="SecureNet" sub="packetfilter" …`.
//!
//! Promises: one pass over the pairs; the first value of a key counts. Must not know: the envelope, Sophos Firewall.
//! Source: Sophos UTM 9 administration guide, Logging; ulogd, httpproxy, smtp and aua log lines.

use memchr::memmem;
use schema::{Action, Column, EventBuilder, Outcome};

use super::account::set_user;
use super::peer::{is_address, is_digits};
use super::slots::slots;
use super::{http, transport};
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::key_value::pairs;

/// See the module.
pub static FORMAT: Format = Format {
    name: "sophos_utm",
    title: "Sophos UTM (Astaro)",
    reference: "Sophos UTM 9, Administration Guide, Logging",
    programs: &[
        "ulogd",
        "httpproxy",
        "aua",
        "confd",
        "webadmin",
        "smtpd",
        "exim-in",
        "snort",
        "reverseproxy",
    ],
    starts: b"i",
    needs: &[("id=", "=\"")],
    keys: &[],
    recognise: |payload| {
        let text = payload.text;
        let head = text.get(..256).unwrap_or(text).as_bytes();
        text.starts_with("id=\"")
            && memmem::find(head, b" severity=\"").is_some()
            && memmem::find(head, b" sys=\"").is_some()
            && memmem::find(head, b" sub=\"").is_some()
    },
    parse,
    samples: SAMPLES,
};

slots! {
    /// A key that fills a column or decides what happened.
    enum Key;
    /// Values of a line by key.
    struct Values;
    nothing "-"; keep first;
    Action = b"action";
    Agent = b"ua" | b"useragent";
    Caller = b"caller";
    Category = b"categoryname";
    DestinationIp = b"dstip" | b"dst";
    DestinationMac = b"dstmac";
    DestinationPort = b"dstport";
    Domain = b"ad_domain";
    Event = b"event";
    From = b"from";
    Id = b"id";
    InInterface = b"initf" | b"in";
    Length = b"length";
    Method = b"method";
    Name = b"name";
    OutInterface = b"outitf" | b"out";
    Protocol = b"proto";
    QueueId = b"queueid";
    Reason = b"reason";
    Referrer = b"referer";
    Received = b"rx";
    Rule = b"fwrule" | b"sid";
    Sent = b"tx";
    Severity = b"severity";
    Size = b"size";
    SourceHost = b"host";
    SourceIp = b"srcip" | b"src";
    SourceMac = b"srcmac";
    SourcePort = b"srcport";
    StatusCode = b"statuscode";
    Sub = b"sub";
    Subject = b"subject";
    To = b"to";
    Url = b"url";
    User = b"user" | b"username";
    Virus = b"virus";
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let mut values = Values::new();
    for (key, value) in pairs(payload.text, b' ') {
        if !values.put(key, value) && !value.is_empty() && (1..=64).contains(&key.len()) {
            event.field(key, value);
        }
    }
    if !values.has(Key::Name) && !values.has(Key::Event) && !values.has(Key::Action) {
        return Err(Unreadable("no name: the line is cut"));
    }
    event.text(Column::ObserverVendor, "Sophos");
    event.text(Column::ObserverProduct, "Sophos UTM");
    columns(&values, event);
    meaning(&values, event);
    Ok(())
}

fn columns(values: &Values<'_>, event: &mut EventBuilder<'_>) {
    event.text_if_said(Column::EventCode, values.get(Key::Id));
    event.text_if_said(Column::LogLevel, values.get(Key::Severity));
    event.ip(Column::SourceIp, values.get(Key::SourceIp));
    event.ip(Column::DestinationIp, values.get(Key::DestinationIp));
    for (column, key) in
        [(Column::SourcePort, Key::SourcePort), (Column::DestinationPort, Key::DestinationPort)]
    {
        event.int_text(column, values.get(key));
    }
    event.text_if_said(Column::SourceMac, values.get(Key::SourceMac));
    event.text_if_said(Column::NetworkTransport, transport::name(values.get(Key::Protocol)));
    event.text_if_said(Column::ObserverIngress, values.get(Key::InInterface));
    event.text_if_said(Column::ObserverEgress, values.get(Key::OutInterface));
    event.text_if_said(Column::RuleId, values.get(Key::Rule));
    set_user(event, values.get(Key::User));
    event.text_if_said(Column::UserDomain, values.get(Key::Domain));
    http::set_target("", values.get(Key::Url), event);
    event.text_if_said(Column::HttpRequestMethod, values.get(Key::Method));
    event.text_if_said(Column::HttpRequestReferrer, values.get(Key::Referrer));
    event.text_if_said(Column::UserAgentOriginal, values.get(Key::Agent));
    if is_digits(values.get(Key::StatusCode)) {
        event.int_text(Column::HttpResponseStatusCode, values.get(Key::StatusCode));
        event.int_text(Column::HttpResponseBodyBytes, values.get(Key::Size));
    }
    event.text_if_said(Column::EmailFrom, values.get(Key::From));
    event.text_if_said(Column::EmailTo, values.get(Key::To));
    event.text_if_said(Column::EmailSubject, values.get(Key::Subject));
    event.text_if_said(Column::EmailMessageId, values.get(Key::QueueId));
    event.int_text(Column::SourceBytes, values.get(Key::Received));
    event.int_text(Column::DestinationBytes, values.get(Key::Sent));
    for (name, key) in [
        ("action", Key::Action),
        ("caller", Key::Caller),
        ("category", Key::Category),
        ("destination_mac", Key::DestinationMac),
        ("name", Key::Name),
        ("packet_bytes", Key::Length),
        ("reason", Key::Reason),
        ("sub", Key::Sub),
    ] {
        if values.has(key) {
            event.field(name, values.get(key));
        }
    }
    let host = values.get(Key::SourceHost);
    if !host.is_empty() && !is_address(host) {
        event.field("rhost", host);
    }
}

fn meaning(values: &Values<'_>, event: &mut EventBuilder<'_>) {
    let action = match values.get(Key::Sub) {
        "packetfilter" => packet(values, event),
        "http" => {
            let blocked = values.get(Key::Action) == "block" || values.has(Key::Virus);
            event.outcome(Outcome::of(!blocked));
            Action::HttpRequest
        }
        "ips" => {
            let blocked = values.get(Key::Action) == "drop";
            event.field("blocked", if blocked { "true" } else { "false" });
            event.text_if_said(Column::RuleName, values.get(Key::Reason));
            event.outcome(if blocked { Outcome::Failure } else { Outcome::Unknown });
            Action::IntrusionDetected
        }
        "smtp" | "pop3" => {
            let blocked = !matches!(values.get(Key::Name), "email passed" | "Email passed");
            event.outcome(Outcome::of(!blocked));
            if blocked { Action::MailBlocked } else { Action::MailReceived }
        }
        "auth" => login(values, event),
        "vpn" => tunnel(values, event),
        "confd" | "webadmin" if values.get(Key::Name).contains("object") => {
            event.outcome(Outcome::Success);
            Action::ConfigChange
        }
        _ => Action::ApplicationEvent,
    };
    event.action(action);
}

fn packet(values: &Values<'_>, event: &mut EventBuilder<'_>) -> Action {
    let name = values.get(Key::Name);
    if name.contains("flood") {
        event.text(Column::RuleName, name);
        event.outcome(Outcome::Unknown);
        return Action::DdosDetected;
    }
    if name.contains("portscan") || name.contains("Portscan") {
        event.text(Column::RuleName, name);
        event.outcome(Outcome::Unknown);
        return Action::IntrusionDetected;
    }
    let allowed =
        matches!(values.get(Key::Action), "accept" | "log" | "DNAT" | "SNAT" | "masquerade" | "pass");
    event.outcome(Outcome::of(allowed));
    if allowed { Action::ConnectionAllowed } else { Action::ConnectionDenied }
}

fn login(values: &Values<'_>, event: &mut EventBuilder<'_>) -> Action {
    let name = values.get(Key::Name).to_ascii_lowercase();
    if name.contains("logout") || name.contains("logged out") {
        event.outcome(Outcome::Success);
        return Action::Logout;
    }
    if !name.contains("authentication") && !name.contains("log") {
        return Action::ApplicationEvent;
    }
    event.outcome(Outcome::of(name.contains("success")));
    Action::Login
}

fn tunnel(values: &Values<'_>, event: &mut EventBuilder<'_>) -> Action {
    let said = values.first(&[Key::Event, Key::Name]).to_ascii_lowercase();
    if said.contains("terminated") || said.contains("disconnect") || said.contains("closed") {
        event.outcome(Outcome::Success);
        return Action::VpnDisconnect;
    }
    if said.contains("started") || said.contains("established") || said.contains("connected") {
        event.outcome(Outcome::Success);
        return Action::VpnConnect;
    }
    Action::ApplicationEvent
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a packet is dropped",
        text: "<30>2026:03:16-09:12:44 utm ulogd[4321]: id=\"2001\" severity=\"info\" sys=\"SecureNet\" sub=\"packetfilter\" name=\"Packet dropped\" action=\"drop\" fwrule=\"60001\" initf=\"eth1\" srcmac=\"00:00:5e:00:53:01\" dstmac=\"00:00:5e:00:53:02\" srcip=\"198.51.100.23\" dstip=\"192.0.2.10\" proto=\"6\" length=\"60\" tos=\"0x00\" prec=\"0x00\" ttl=\"51\" srcport=\"44321\" dstport=\"3389\" tcpflags=\"SYN\"",
        expect: &[
            ("event_action", "connection_denied"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.23"),
            ("source_port", "44321"),
            ("source_mac", "00:00:5e:00:53:01"),
            ("destination_port", "3389"),
            ("network_transport", "tcp"),
            ("rule_id", "60001"),
            ("observer_ingress", "eth1"),
            ("event_code", "2001"),
            ("host_name", "utm"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
        ],
        absent: &["parse_error", "user_name"],
    },
    Sample {
        about: "a page is read through the proxy",
        text: "2026:03:16-09:12:45 utm httpproxy[4400]: id=\"0001\" severity=\"info\" sys=\"SecureWeb\" sub=\"http\" name=\"http access\" action=\"pass\" method=\"GET\" srcip=\"192.0.2.41\" dstip=\"203.0.113.80\" user=\"averdi\" ad_domain=\"COMUNE\" statuscode=\"200\" cached=\"0\" size=\"91422\" request=\"0xe1\" url=\"http://www.altrove.example/a?b=1\" categoryname=\"News\" content-type=\"text/html\"",
        expect: &[
            ("event_action", "http_request"),
            ("event_outcome", "success"),
            ("user_name", "averdi"),
            ("user_domain", "COMUNE"),
            ("http_response_status_code", "200"),
            ("http_response_body_bytes", "91422"),
            ("url_domain", "www.altrove.example"),
            ("url_path", "/a"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "an administrator could not log in",
        text: "<30>Mar 16 09:12:46 utm aua[4500]: id=\"3005\" severity=\"warn\" sys=\"System\" sub=\"auth\" name=\"Authentication failed\" srcip=\"198.51.100.23\" host=\"\" user=\"admin\" caller=\"webadmin\" reason=\"DENIED\"",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "admin"),
            ("source_ip", "198.51.100.23"),
            ("fields.caller", "webadmin"),
            ("fields.reason", "DENIED"),
        ],
        absent: &["parse_error", "fields.rhost"],
    },
    Sample {
        about: "truncated: a line cut before its name",
        text: "<30>Mar 16 09:12:44 utm ulogd[4321]: id=\"2001\" severity=\"info\" sys=\"SecureNet\" sub=\"packetfilter\" na",
        expect: &[("parse_error", "no name: the line is cut")],
        absent: &["event_outcome"],
    },
    Sample {
        about: "hostile: a user who calls himself by more keys moves none",
        text: "<30>Mar 16 09:12:46 utm aua[4500]: id=\"3005\" severity=\"warn\" sys=\"System\" sub=\"auth\" name=\"Authentication failed\" srcip=\"198.51.100.23\" user=\"x name=Authentication successful srcip=203.0.113.66\" caller=\"portal\" reason=\"DENIED\"",
        expect: &[("event_outcome", "failure"), ("source_ip", "198.51.100.23")],
        absent: &["parse_error"],
    },
];
