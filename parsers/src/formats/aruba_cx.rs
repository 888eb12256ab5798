//! Aruba CX switches (ArubaOS-CX): `Event|NUMBER|LOG_LEVEL|MODULE|SLOT|text`.
//!
//! Promises: linear; a text is known by its first words; user names are cut from the side nobody else writes.
//! Must not know: the other Aruba switches (`procurve`), the envelope.
//! Source: HPE Aruba Networking, ArubaOS-CX Event Log Message Reference Guide.

use schema::{Action, Column, EventBuilder};

use super::flow::{self, last_word_after, word_after};
use super::peer;
use crate::format::{Format, Payload, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "aruba_cx",
    title: "Aruba CX (ArubaOS-CX switches)",
    reference: "ArubaOS-CX Event Log Message Reference Guide",
    programs: &[],
    starts: b"E",
    needs: &[],
    keys: &[],
    recognise: |payload| Line::read(payload.text).is_some(),
    parse,
    samples: SAMPLES,
};

struct Line<'a> {
    number: &'a str,
    level: &'a str,
    text: &'a str,
}

impl<'a> Line<'a> {
    fn read(text: &'a str) -> Option<Line<'a>> {
        let mut parts = text.strip_prefix("Event|")?.splitn(5, '|');
        let number = parts.next().filter(|number| peer::is_digits(number))?;
        let level = parts.next()?.strip_prefix("LOG_")?;
        let (_module, _slot) = (parts.next()?, parts.next()?);
        Some(Line { number, level, text: parts.next()? })
    }
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let line =
        Line::read(payload.text).ok_or(Unreadable("expected Event|NUMBER|LOG_LEVEL|MODULE|SLOT|TEXT"))?;
    event.text(Column::EventCode, line.number);
    event.text_if_said(Column::LogLevel, line.level);
    if !(session(line.text, event) || port(line.text, event) || health(line.text, event)) {
        event.action(Action::ApplicationEvent);
    }
    Ok(())
}

/// `User NAME logged in from ADDRESS through SSH session`, `… logged out of SSH session from ADDRESS`, refusals.
fn session(text: &str, event: &mut EventBuilder<'_>) -> bool {
    // What is refused first: its name may hold the words of what is not.
    let (action, is_success, end) = if text.contains(" login failed")
        || text.contains(" failed to log in")
        || text.contains("failed login")
    {
        (Action::Login, false, " failed")
    } else if text.starts_with("Authentication failed") || text.starts_with("Failed to authenticate") {
        (Action::Login, false, " from ")
    } else if text.contains(" logged in from ") {
        (Action::Login, true, " logged in from ")
    } else if text.contains(" logged out of ") {
        (Action::Logout, true, " logged out of ")
    } else {
        return false;
    };
    flow::did(event, action, is_success);
    let head = text.rsplit_once(end).map_or("", |(head, _)| head);
    let user = head.rsplit_once("User ").or_else(|| head.rsplit_once("user ")).map_or("", |(_, user)| user);
    event.text_if_said(Column::UserName, user.trim_end_matches(" login").trim_matches('\''));
    event.ip(Column::SourceIp, last_word_after(text, " from "));
    true
}

/// Links, neighbours and stations of a port.
fn port(text: &str, event: &mut EventBuilder<'_>) -> bool {
    let name = ["interface ", "Interface ", " on port ", "Port ", " on "]
        .iter()
        .map(|phrase| word_after(text, phrase))
        .find(|word| word.starts_with(|c: char| c.is_ascii_digit()) || is_named_port(word))
        .unwrap_or("");
    event.text_if_said(Column::ObserverIngress, name);
    if text.starts_with("Link status for interface ") || text.starts_with("Interface ") {
        if text.contains(" is up") || text.contains(" is down") {
            flow::link(event, text.contains(" is up"));
            return true;
        }
    } else if let Some(rest) = text.strip_prefix("LLDP neighbor ") {
        event.action(Action::ApplicationEvent);
        flow::set_mac(event, flow::word(rest));
        return true;
    } else if text.contains("port-access") || text.contains("Port access") || text.starts_with("Client ") {
        let is_refused = ["failed", "rejected", "denied", "blocked"].iter().any(|word| text.contains(word));
        flow::did(event, Action::NacDecision, !is_refused);
        flow::set_mac(event, word_after(text, "lient "));
        return true;
    }
    false
}

fn is_named_port(word: &str) -> bool {
    ["lag", "vlan", "mgmt", "loopback"].iter().any(|kind| word.starts_with(kind))
}

fn health(text: &str, event: &mut EventBuilder<'_>) -> bool {
    let subject =
        ["Fan", "Temperature", "Power supply", "PSU"].iter().find(|subject| text.contains(**subject));
    let Some(subject) = subject else { return false };
    let is_bad = ["fault", "fail", "absent", "critical", "exceed"].iter().any(|word| text.contains(word));
    flow::did(event, Action::HealthChange, !is_bad);
    event.field("metric", subject);
    event.field("state", if is_bad { "critical" } else { "ok" });
    true
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a link comes up",
        text: "<190>Mar 16 09:12:44 sw-sede intfd[812]: Event|403|LOG_INFO|AMM|1/1|Link status for interface 1/1/14 is up at 1 Gbps",
        expect: &[
            ("event_action", "link_change"),
            ("event_outcome", "success"),
            ("event_code", "403"),
            ("observer_ingress", "1/1/14"),
            ("fields.state", "up"),
            ("host_name", "sw-sede"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a link goes down",
        text: "Event|404|LOG_INFO|CDTR|1|Link status for interface 1/1/3 is down",
        expect: &[("event_action", "link_change"), ("event_outcome", "failure"), ("fields.state", "down")],
        absent: &[],
    },
    Sample {
        about: "an administrator logs in",
        text: "Event|4655|LOG_INFO|AMM|-|User admin logged in from 192.0.2.7 through SSH session.",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "success"),
            ("user_name", "admin"),
            ("source_ip", "192.0.2.7"),
        ],
        absent: &["observer_ingress"],
    },
    Sample {
        about: "hostile: a refused login whose name imitates an address",
        text: "Event|4657|LOG_WARN|AMM|-|User x from 203.0.113.9 login failed from 198.51.100.23",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "x from 203.0.113.9"),
            ("source_ip", "198.51.100.23"),
        ],
        absent: &[],
    },
    Sample {
        about: "a neighbour is seen",
        text: "Event|105|LOG_INFO|AMM|1/1|LLDP neighbor 00:00:5e:00:53:01 updated on 1/1/18",
        expect: &[
            ("event_action", "application_event"),
            ("source_mac", "00:00:5e:00:53:01"),
            ("observer_ingress", "1/1/18"),
        ],
        absent: &["event_outcome"],
    },
    Sample {
        about: "truncated: a line cut in its words",
        text: "Event|4655|LOG_INFO|AMM|-|User adm",
        expect: &[("event_action", "application_event"), ("event_code", "4655")],
        absent: &["user_name", "event_outcome"],
    },
    Sample {
        about: "hostile: a name that says it is in",
        text: "Event|4657|LOG_WARN|AMM|-|User x logged in from 203.0.113.9 login failed from 198.51.100.23",
        expect: &[("event_action", "login"), ("event_outcome", "failure"), ("source_ip", "198.51.100.23")],
        absent: &["parse_error"],
    },
];
