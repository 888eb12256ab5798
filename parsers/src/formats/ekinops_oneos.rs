//! Ekinops (OneAccess) routers, OneOS: `#LEVEL# text`.
//!
//! Promises: linear; a text is known by its words; the user name stands in quotes and is cut from the right.
//! Must not know: the syslog envelope. Source: Ekinops, OneOS syslog messages.

use schema::{Action, Column, EventBuilder};

use super::flow::{self, word_after};
use crate::format::{Format, Payload, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "ekinops_oneos",
    title: "Ekinops OneOS (routers)",
    reference: "Ekinops OneOS, system logging",
    programs: &[],
    starts: b"#:abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
    needs: &[("", "#")],
    keys: &[],
    recognise: |payload| Line::read(payload.text).is_some(),
    parse,
    samples: SAMPLES,
};

struct Line<'a> {
    host: &'a str,
    level: &'a str,
    text: &'a str,
}

impl<'a> Line<'a> {
    /// `#WARN# text`, with `HOST : ` in front where the envelope left it.
    fn read(text: &'a str) -> Option<Line<'a>> {
        let (host, rest) = match text.split_once(": #") {
            Some((host, rest)) if !host.trim().contains(' ') => (host.trim(), rest),
            _ => ("", text.strip_prefix('#')?),
        };
        let (level, said) = rest.split_once("# ")?;
        matches!(
            level,
            "EMERG"
                | "ALERT"
                | "CRIT"
                | "ERR"
                | "ERROR"
                | "WARN"
                | "WARNING"
                | "NOTICE"
                | "NOTIFY"
                | "INFO"
                | "DEBUG"
        )
        .then_some(Line { host, level, text: said.trim_start() })
    }
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let line = Line::read(payload.text).ok_or(Unreadable("expected #LEVEL# TEXT"))?;
    event.text(Column::LogLevel, line.level);
    event.text_if_said(Column::HostName, line.host);
    let text = line.text;
    if text.starts_with("list ") {
        return access_list(text, event);
    }
    session(text, event);
    Ok(())
}

/// `list NAME denied udp A:P-> B:P 3 matches`; other transports are `proto 9`.
fn access_list(text: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    const SHAPE: Unreadable = Unreadable("expected list NAME VERDICT PROTOCOL A-> B");
    let (head, to) = text.split_once("-> ").ok_or(SHAPE)?;
    let mut words = head.split(' ').skip(1);
    let (name, verdict, transport) = (words.next(), words.next(), words.next());
    let is_allowed = match verdict {
        Some("permitted") => true,
        Some("denied") => false,
        _ => return Err(SHAPE),
    };
    let transport = if transport == Some("proto") { words.next() } else { transport };
    let is_flow = flow::source_pair(event, words.next().unwrap_or(""))
        && flow::destination_pair(event, to.split(' ').next().unwrap_or(""));
    if !is_flow {
        return Err(SHAPE);
    }
    flow::verdict(event, is_allowed);
    event.text_if_said(Column::RuleName, name.unwrap_or(""));
    flow::set_transport(event, transport.unwrap_or(""));
    if let Some(count) = to.split(' ').nth(1) {
        event.field_number("packets", count);
    }
    Ok(())
}

/// `LOGIN_FAILURE for VTY user 'NAME' from PLACE at STAMP`, `… by VTY user 'NAME' from PLACE at STAMP`.
fn session(text: &str, event: &mut EventBuilder<'_>) {
    let is = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if text.starts_with("LOGIN_FAILURE") || is(&["login failed", "Login failed", "authentication failed"]) {
        flow::did(event, Action::Login, false);
    } else if (text.starts_with("LOGIN") && !"LOGIN_FAILURE".starts_with(text)) || is(&["logged in"]) {
        flow::did(event, Action::Login, true);
    } else if text.starts_with("LOGOUT") || is(&["logged out"]) {
        flow::did(event, Action::Logout, true);
    } else if is(&["changed state to up", "is up", "link up"])
        || is(&["changed state to down", "is down", "link down"])
    {
        flow::link(event, is(&["to up", "is up", "link up"]));
        event.text_if_said(Column::ObserverIngress, word_after(text, "nterface "));
    } else if is(&[" by VTY user '", " by user '", "configured from", "onfiguration "]) {
        flow::did(event, Action::ConfigChange, true);
        event.field("changed", text.split(" by ").next().unwrap_or(text));
    } else {
        event.action(Action::ApplicationEvent);
    }
    let user =
        text.split_once("user '").and_then(|(_, rest)| rest.rsplit_once('\'')).map_or("", |(user, _)| user);
    event.text_if_said(Column::UserName, user);
    // A name may hold an address: that of the sentence stands before or behind its quotes.
    let (head, quoted) = text.split_once('\'').unwrap_or((text, ""));
    let tail = quoted.rsplit_once('\'').map_or("", |(_, tail)| tail);
    let address = [tail, head].map(|part| flow::last_word_after(part, " from "));
    event.ip(Column::SourceIp, address.into_iter().find(|address| !address.is_empty()).unwrap_or(""));
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "an access list denies",
        text: "Mar 16 09:12:44 rt-sede : #INFO# list ACL-WAN denied udp 198.51.100.23:547-> 192.0.2.1:546 3 matches",
        expect: &[
            ("event_action", "connection_denied"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.23"),
            ("source_port", "547"),
            ("destination_ip", "192.0.2.1"),
            ("destination_port", "546"),
            ("network_transport", "udp"),
            ("rule_name", "ACL-WAN"),
            ("fields.packets", "3"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "an access list permits a transport by number",
        text: "Mar 16 09:12:44 rt-sede : #INFO# list ACL-OUT permitted proto 47 192.0.2.1:0-> 198.51.100.7:0 1 matches",
        expect: &[("event_action", "connection_allowed"), ("network_transport", "gre")],
        absent: &[],
    },
    Sample {
        about: "hostile: a refused login whose name imitates an address",
        text: "Mar 16 09:12:44 rt-sede : #WARN# LOGIN_FAILURE for VTY user 'x' from 203.0.113.9' from 198.51.100.23 at 09:12:44  Mon Mar 16 2026",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "x' from 203.0.113.9"),
            ("source_ip", "198.51.100.23"),
        ],
        absent: &[],
    },
    Sample {
        about: "a setting is changed at the console",
        text: "Mar 16 09:12:44 rt-sede : #WARN# SSH 2.0 server has been enabled by VTY user 'admin' from Local Console at 09:12:44  Mon Mar 16 2026",
        expect: &[("event_action", "config_change"), ("user_name", "admin")],
        absent: &["source_ip"],
    },
    Sample {
        about: "truncated: a line cut in the target",
        text: "Mar 16 09:12:44 rt-sede : #INFO# list ACL-WAN denied udp 198.51.100.23:547-> 192.0.",
        expect: &[("parse_error", "expected list NAME VERDICT PROTOCOL A-> B")],
        absent: &["source_ip", "event_outcome"],
    },
    Sample {
        about: "hostile: a name that imitates an address where none is said",
        text: "Mar 16 09:12:44 rt-sede : #WARN# LOGIN_FAILURE for VTY user 'x from 203.0.113.9 y' at 09:12:44  Mon Mar 16 2026",
        expect: &[("event_outcome", "failure"), ("user_name", "x from 203.0.113.9 y")],
        absent: &["source_ip", "parse_error"],
    },
];
