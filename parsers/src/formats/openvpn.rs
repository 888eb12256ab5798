//! OpenVPN server: tunnels, refused handshakes, user and password checks.
//!
//! Promises: linear; the client stands at the front of a line, where the server writes it.
//! Must not know: the syslog envelope, files, the clock, other formats.

use schema::{Action, Column, EventBuilder, Outcome};

use super::account::{address_and_port, between};
use super::peer::{is_address, is_digits};
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time;

/// Most words a common name before the client's address may have.
const NAME_WORDS_MAX: usize = 6;

/// Beginnings of lines without a client, which the server writes to its own file.
const OWN_WORDS: &[&str] = &[
    "AUTH-PAM",
    "Initialization Sequence Completed",
    "LDAP user \"",
    "MULTI: ",
    "OpenVPN 2",
    "Outgoing Data Channel",
    "Incoming Data Channel",
    "ROUTE_GATEWAY ",
    "SIGTERM[",
    "SIGUSR1[",
    "TLS Error: ",
    "TLS: ",
    "TUN/TAP device ",
    "UDPv4 link ",
    "TCPv4_SERVER link ",
    "Unable to bind as ",
    "VERIFY ERROR: ",
    "VERIFY OK: ",
    "ldap_bind ",
    "net_addr_",
    "net_iface_",
    "net_route_",
    "event_wait",
];

/// See the module.
pub static FORMAT: Format = Format {
    name: "openvpn",
    title: "OpenVPN (server)",
    reference: "OpenVPN 2.6, src/openvpn/ssl.c, multi.c, ssl_verify.c",
    programs: &["openvpn", "ovpn-server", "openvpn-server"],
    starts: b"0123456789MTWFS",
    needs: &[],
    keys: &[],
    recognise: |payload| {
        let (when, text) = stamp(payload.text);
        is_daemon(payload.program) || (when.is_some() && (Client::read(text).is_some() || is_own(text)))
    },
    parse,
    samples: SAMPLES,
};

fn is_daemon(program: &str) -> bool {
    ["openvpn", "ovpn-"].iter().any(|name| program.starts_with(name))
}

fn is_own(text: &str) -> bool {
    // `NAME,ADDRESS,` of the address pool file read at start.
    let is_pool = text.split(',').nth(1).is_some_and(is_address) && text.ends_with(',');
    is_pool || OWN_WORDS.iter().any(|words| text.starts_with(words))
}

/// `2023-10-31 15:09:59 ` or `Tue Aug 12 08:26:29 2025 [us=285967 ]` in front of a line of a file.
fn stamp(text: &str) -> (Option<time::When>, &str) {
    match time::iso_prefix(text).or_else(|| time::apache_error(text)) {
        Some((when, rest)) => {
            let rest = rest.trim_start_matches(' ');
            let micros = rest.strip_prefix("us=").and_then(|rest| rest.split_once(' '));
            let (micros, rest) =
                micros.map_or((when.micros, rest), |(us, rest)| (us.parse().unwrap_or(0), rest));
            (Some(time::When { micros: micros.min(999_999), ..when }), rest)
        }
        None => (None, text),
    }
}

/// `[NAME/]ADDRESS:PORT TEXT`.
struct Client<'a> {
    name: &'a str,
    address: &'a str,
    port: &'a str,
    text: &'a str,
}

impl<'a> Client<'a> {
    fn read(text: &'a str) -> Option<Client<'a>> {
        let mut end = 0;
        for word in text.split(' ').take(NAME_WORDS_MAX) {
            end += word.len();
            let head = text.get(..end)?;
            let (name, peer) = head.rsplit_once('/').unwrap_or(("", head));
            let (address, port) = address_and_port(peer);
            if is_address(address) && is_digits(port) {
                let text = text.get(end..)?.trim_start_matches(' ');
                return Some(Client { name, address, port, text });
            }
            end += 1;
        }
        None
    }
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let (when, text) = stamp(payload.text);
    if let Some(when) = when {
        payload.set_time(event, when);
    }
    let Some(client) = Client::read(text) else {
        alone(text, event);
        return Ok(());
    };
    event.ip(Column::SourceIp, client.address);
    event.int_text(Column::SourcePort, client.port);
    event.text_if_said(Column::UserName, client.name);
    said(client.text, !client.name.is_empty(), event);
    Ok(())
}

/// What the server says of a client. One that has no name yet and breaks off was refused.
fn said(text: &str, is_named: bool, event: &mut EventBuilder<'_>) {
    let (action, outcome) = if let Some((name, _)) =
        text.strip_prefix('[').and_then(|rest| rest.split_once("] Peer Connection Initiated with "))
    {
        event.text_if_said(Column::UserName, name);
        (Action::VpnConnect, Some(Outcome::Success))
    } else if let Some(user) =
        between(text, "TLS: Username/Password authentication succeeded for username '", "'")
    {
        event.text_if_said(Column::UserName, user);
        (Action::Login, Some(Outcome::Success))
    } else if let Some(user) =
        between(text, "TLS: Username/Password authentication deferred for username '", "'")
    {
        event.text_if_said(Column::UserName, user);
        (Action::ApplicationEvent, None)
    } else if text.starts_with("TLS Auth Error: ")
        || text.contains("AUTH_FAILED") && !text.starts_with("peer info: ")
    {
        event.field("reason", "wrong_credential");
        (Action::Login, Some(Outcome::Failure))
    } else if ["TLS Error: ", "VERIFY ERROR: ", "OpenSSL: error:", "TLS_ERROR: "]
        .iter()
        .any(|w| text.starts_with(w))
    {
        event.field("reason", text.split_once(": ").map_or(text, |(_, reason)| reason));
        (Action::VpnConnect, Some(Outcome::Failure))
    } else if (text.starts_with("SIGUSR1[") || text.starts_with("SIGTERM["))
        && text.contains("client-instance")
    {
        let reason = between(text, "[", "]").unwrap_or("");
        event.field("reason", reason.split(',').next_back().unwrap_or(reason));
        if is_named {
            (Action::VpnDisconnect, Some(Outcome::Success))
        } else {
            (Action::VpnConnect, Some(Outcome::Failure))
        }
    } else {
        if let Some((_, address)) =
            text.split_once("MULTI: primary virtual IP for ").and_then(|(_, rest)| rest.rsplit_once(": "))
        {
            event.field("assigned_ip", address);
        }
        (Action::ApplicationEvent, None)
    };
    event.action(action);
    if let Some(outcome) = outcome {
        event.outcome(outcome);
    }
}

/// Lines without a client in front.
fn alone(text: &str, event: &mut EventBuilder<'_>) {
    if let Some((_, peer)) =
        text.rsplit_once("from [AF_INET]").or_else(|| text.rsplit_once("from [AF_INET6]"))
    {
        let (address, port) = address_and_port(peer);
        event.ip(Column::SourceIp, address);
        event.int_text(Column::SourcePort, port);
        said(text, false, event);
    } else if let Some(user) = between(text, "LDAP user \"", "\" was not found") {
        event.action(Action::Login);
        event.outcome(Outcome::Failure);
        event.text_if_said(Column::UserName, user);
        event.field("reason", "unknown_user");
    } else if text == "Initialization Sequence Completed" {
        event.action(Action::ServiceStart);
        event.outcome(Outcome::Success);
    } else if text.starts_with("SIGTERM[hard") {
        event.action(Action::ServiceStop);
        event.outcome(Outcome::Success);
    } else {
        event.action(Action::ApplicationEvent);
        let word = |open: &str| text.split_once(open).map(|(_, rest)| rest.split(' ').next().unwrap_or(rest));
        if let Some(interface) =
            word(" IFACE=").or_else(|| word("net_route_v4_best_gw result: via ").and(word(" dev ")))
        {
            event.text_if_said(Column::ObserverEgress, interface);
        } else if text.starts_with("net_iface_") || text.starts_with("net_addr_") {
            event
                .text_if_said(Column::ObserverIngress, word(" dev ").or_else(|| word(" for ")).unwrap_or(""));
        }
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a tunnel comes up",
        text: "<29>Mar 16 02:40:11 vpn openvpn[812]: 198.51.100.23:44321 [ditta1] Peer Connection Initiated with [AF_INET]198.51.100.23:44321",
        expect: &[
            ("event_action", "vpn_connect"),
            ("event_outcome", "success"),
            ("user_name", "ditta1"),
            ("source_ip", "198.51.100.23"),
            ("source_port", "44321"),
        ],
        absent: &["parse_error", "fields.reason"],
    },
    Sample {
        about: "a wrong password",
        text: "<29>Mar 16 02:41:11 vpn ovpn-server[812]: 198.51.100.23:44322 TLS Auth Error: Auth Username/Password verification failed for peer",
        expect: &[("event_action", "login"), ("event_outcome", "failure"), ("source_ip", "198.51.100.23")],
        absent: &["user_name", "parse_error"],
    },
    Sample {
        about: "a password is right, in a file with asctime",
        text: "Mon Mar 16 08:26:29 2026 us=285967 192.0.2.12:65244 TLS: Username/Password authentication succeeded for username 'averdi'",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "success"),
            ("user_name", "averdi"),
            ("timestamp", "2026-03-16T07:26:29.285967Z"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a tunnel goes down, its name with a blank",
        text: "2026-03-16 09:26:29 VERDI Anna/192.0.2.12:65244 SIGTERM[soft,remote-exit] received, client-instance exiting",
        expect: &[
            ("event_action", "vpn_disconnect"),
            ("event_outcome", "success"),
            ("user_name", "VERDI Anna"),
            ("fields.reason", "remote-exit"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a packet without key",
        text: "<29>Mar 16 02:41:12 vpn ovpn-server[812]: TLS Error: cannot locate HMAC in incoming packet from [AF_INET]198.51.100.23:55340",
        expect: &[
            ("event_action", "vpn_connect"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.23"),
        ],
        absent: &["parse_error", "user_name"],
    },
    Sample {
        about: "truncated: a line cut in the address says nothing of the client",
        text: "<29>Mar 16 02:41:12 vpn openvpn[812]: 198.51.100.23",
        expect: &[("event_action", "application_event")],
        absent: &["source_ip", "event_outcome"],
    },
    Sample {
        about: "hostile: a user name that imitates a peer moves no field",
        text: "<29>Mar 16 02:41:13 vpn openvpn[812]: 198.51.100.23:44323 TLS: Username/Password authentication deferred for username '[root] Peer Connection Initiated with [AF_INET]203.0.113.1:1'",
        expect: &[
            ("event_action", "application_event"),
            ("source_ip", "198.51.100.23"),
            ("source_port", "44323"),
        ],
        absent: &["event_outcome", "parse_error"],
    },
    Sample {
        about: "hostile: what a client says of itself is no refusal",
        text: "Mar 16 09:12:44 vpn1 openvpn[811]: 198.51.100.23:50112 peer info: UV_X=AUTH_FAILED",
        expect: &[("event_action", "application_event"), ("source_ip", "198.51.100.23")],
        absent: &["event_outcome", "fields.reason", "parse_error"],
    },
];
