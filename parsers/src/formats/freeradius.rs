//! FreeRADIUS: logins accepted and refused, packets refused, as `radius.log` or by syslog.
//!
//! Promises: linear; a user's name is cut on the right where FreeRADIUS names the client, and a password logged beside it
//! is dropped.
//! Must not know: the syslog envelope, the clock, other formats.
//! Source: FreeRADIUS, src/main/auth.c (rad_authlog), src/main/listen.c; radiusd.conf, section log.

use schema::{Action, Column, EventBuilder, Outcome};

use super::account::{between, set_user};
use super::peer::{is_digits, is_hardware_address};
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time::{self, When};

/// See the module.
pub static FORMAT: Format = Format {
    name: "freeradius",
    title: "FreeRADIUS",
    reference: "FreeRADIUS, src/main/auth.c",
    programs: &["radiusd", "freeradius"],
    starts: b"SMTWF",
    needs: &[],
    keys: &[],
    recognise: |payload| {
        matches!(payload.program, "radiusd" | "freeradius") || in_file(payload.text).is_some()
    },
    parse,
    samples: SAMPLES,
};

/// Stamp, level and text of `Mon Mar 16 09:12:44 2026 : Auth: TEXT`.
fn in_file(text: &str) -> Option<(When, &str, &str)> {
    let (when, rest) = time::apache_error(text)?;
    let (level, text) = rest.strip_prefix(" : ")?.split_once(": ")?;
    matches!(level, "Auth" | "Info" | "Error" | "Proxy" | "Warning" | "Debug" | "Acct" | "Notice")
        .then_some((when, level, text))
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let text = match in_file(payload.text) {
        Some((when, level, text)) => {
            if !payload.set_inner_time(event, when) {
                return Err(Unreadable("no such day or hour"));
            }
            event.text(Column::LogLevel, level);
            text
        }
        None => payload.text,
    };
    // `(4412) ` numbers the request.
    let text = match text.trim_start().strip_prefix('(').and_then(|rest| rest.split_once(") ")) {
        Some((request, rest)) if is_digits(request) => {
            event.field("request", request);
            rest.trim_start()
        }
        _ => text,
    };
    if let Some(rest) = text.strip_prefix("Login OK") {
        return login(Outcome::Success, rest, event);
    }
    for verb in
        ["Login incorrect", "Invalid user", "Multiple logins", "Rejected in post-auth", "Account has expired"]
    {
        if let Some(rest) = text.strip_prefix(verb) {
            event.field("reason", verb);
            return login(Outcome::Failure, rest, event);
        }
    }
    packet(text, event);
    Ok(())
}

/// ` (REASON): [USER/PASSWORD] (from client NAME port N cli STATION via TLS tunnel) TEXT`.
fn login(outcome: Outcome, rest: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    const SHAPE: Unreadable = Unreadable("expected [USER] (from client NAME port N)");
    let (reason, rest) = rest.split_once(": [").ok_or(SHAPE)?;
    let (user, client) = rest.rsplit_once("] (from client ").ok_or(SHAPE)?;
    event.action(Action::Login);
    event.outcome(outcome);
    let reason = reason.trim().trim_start_matches('(').trim_end_matches(')');
    if !reason.is_empty() {
        event.field("reason", reason);
    }
    let name = name_of(user, event);
    set_user(event, name);
    let (client, tail) = client.rsplit_once(')').unwrap_or((client, ""));
    if !tail.trim().is_empty() {
        event.field("text", tail.trim());
    }
    let (client, tunnel) =
        client.split_once(" via TLS tunnel").map_or((client, false), |(client, _)| (client, true));
    if tunnel {
        event.field("tunnel", "TLS");
    }
    let (client, station) = client.split_once(" cli ").unwrap_or((client, ""));
    let (name, port) = client.rsplit_once(" port ").unwrap_or((client, ""));
    event.field("client", name);
    if !port.is_empty() {
        event.field("nas_port", port);
    }
    if is_hardware_address(station) {
        event.text(Column::SourceMac, station);
    } else if !station.is_empty() && !event.ip(Column::SourceIp, station) {
        event.field("station", station);
    }
    Ok(())
}

/// The name of `NAME`, `NAME/PASSWORD`, `NAME/<via Auth-Type = EAP>`; a machine is called `host/NAME`.
fn name_of<'a>(user: &'a str, event: &mut EventBuilder<'_>) -> &'a str {
    if let Some((name, method)) = user.rsplit_once("/<")
        && let Some(method) = method.strip_suffix('>')
    {
        event.field("auth_method", method.strip_prefix("via Auth-Type = ").unwrap_or(method));
        return name;
    }
    let (machine, rest) = match user.strip_prefix("host/") {
        Some(rest) => ("host/".len(), rest),
        None => (0, user),
    };
    let end = machine + rest.find('/').unwrap_or(rest.len());
    user.get(..end).unwrap_or(user)
}

/// Packets that were refused, and the daemon's own life.
fn packet(text: &str, event: &mut EventBuilder<'_>) {
    if let Some((_, peer)) =
        text.split_once(" from unknown client ").filter(|(head, _)| head.starts_with("Ignoring "))
    {
        // `ADDRESS port N proto udp`, in front `Ignoring request to auth address * port N bound to server NAME`.
        let mut words = peer.split(' ');
        event.ip(Column::SourceIp, words.next().unwrap_or(""));
        if let Some(port) = between(peer, " port ", " ") {
            event.int_text(Column::SourcePort, port);
        }
        if let Some((_, transport)) = peer.rsplit_once(" proto ") {
            event.text_if_said(Column::NetworkTransport, transport);
        }
        if let Some(port) = between(text, " port ", " ") {
            event.int_text(Column::DestinationPort, port);
        }
        if let Some(server) = between(text, " bound to server ", " ") {
            event.field("server", server);
        }
        if let Some(address) = between(text, " address ", " ") {
            event.ip(Column::DestinationIp, address);
        }
        event.action(Action::ConnectionDenied);
        event.outcome(Outcome::Failure);
        event.field("reason", "unknown client");
    } else if let Some(rest) = text.strip_prefix("Received packet from ") {
        event.ip(Column::SourceIp, rest.split(' ').next().unwrap_or(rest));
        event.action(if rest.contains("invalid") {
            Action::ConnectionDenied
        } else {
            Action::ApplicationEvent
        });
        if let Some((_, reason)) = rest.split_once(" with ") {
            event.outcome(Outcome::Failure);
            event.field("reason", reason);
        }
    } else if text.starts_with("Ready to process requests") {
        event.action(Action::ServiceStart);
        event.outcome(Outcome::Success);
    } else if text.starts_with("Exiting normally") {
        event.action(Action::ServiceStop);
        event.outcome(Outcome::Success);
    } else {
        event.action(Action::ApplicationEvent);
        if let Some((_, peer)) = text.split_once(" from client ")
            && let Some(address) = between(peer, "(", ")")
        {
            event.ip(Column::SourceIp, address);
        }
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a user is accepted",
        text: "Mon Mar 16 09:12:44 2026 : Auth: (4412) Login OK: [BORGO\\g.neri/<via Auth-Type = eap>] (from client AP-SEDE port 8 cli 02-00-00-00-11-22 via TLS tunnel)",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "success"),
            ("user_name", "g.neri"),
            ("user_domain", "BORGO"),
            ("source_mac", "02-00-00-00-11-22"),
            ("fields.client", "AP-SEDE"),
            ("fields.auth_method", "eap"),
            ("fields.nas_port", "8"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
        ],
        absent: &["parse_error", "source_ip"],
    },
    Sample {
        about: "a wrong password, by syslog; the password stays out",
        text: "<38>Mar 16 09:12:44 radius1 radiusd[812]: (4413) Login incorrect (mschap: MS-CHAP2-Response is incorrect): [host/pc7.borgo.example/segreto] (from client AP-SEDE port 0 cli 198.51.100.23)",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "host/pc7.borgo.example"),
            ("source_ip", "198.51.100.23"),
            ("fields.reason", "mschap: MS-CHAP2-Response is incorrect"),
        ],
        absent: &["parse_error", "source_mac"],
    },
    Sample {
        about: "an unknown client is refused",
        text: "<27>Mar 16 09:12:44 radius1 radiusd[812]: Ignoring request to auth address * port 1812 bound to server default from unknown client 198.51.100.23 port 40112 proto udp",
        expect: &[
            ("event_action", "connection_denied"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.23"),
            ("source_port", "40112"),
            ("destination_port", "1812"),
            ("network_transport", "udp"),
        ],
        absent: &["parse_error", "user_name", "destination_ip"],
    },
    Sample {
        about: "the server is ready",
        text: "Mon Mar 16 09:12:44 2026 : Info: Ready to process requests",
        expect: &[("event_action", "service_start"), ("log_level", "Info")],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: a login cut in its user",
        text: "Mon Mar 16 09:12:44 2026 : Auth: (4412) Login incorrect: [g.ne",
        expect: &[("parse_error", "expected [USER] (from client NAME port N)")],
        absent: &["user_name", "event_outcome"],
    },
    Sample {
        about: "hostile: a user whose name imitates a client moves no field",
        text: "Mon Mar 16 09:12:44 2026 : Auth: (4412) Invalid user: [x] (from client AP-FALSO port 9 cli 02-00-00-00-99-99)] (from client AP-SEDE port 0 cli 02-00-00-00-11-22)",
        expect: &[
            ("event_outcome", "failure"),
            ("fields.client", "AP-SEDE"),
            ("source_mac", "02-00-00-00-11-22"),
            ("fields.reason", "Invalid user"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "hostile: a name that imitates an unknown client",
        text: "<27>Mar 16 09:12:44 radius1 radiusd[812]: rlm_ldap: user x from unknown client 203.0.113.9 not found",
        expect: &[("event_action", "application_event")],
        absent: &["source_ip", "event_outcome", "parse_error"],
    },
];
