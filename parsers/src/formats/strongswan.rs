//! strongSwan's `charon`: IKE and IPsec tunnels, EAP and XAuth logins, `THREAD[GROUP] <CONNECTION|N> text`.
//!
//! Promises: linear; the remote identity is quoted and chosen by the peer: it is cut at the words behind it, from the right.
//! Must not know: the syslog envelope, files. Source: strongSwan 6.0, src/libcharon.

use schema::{Action, Column, EventBuilder};

use super::flow::{self, word_after};
use super::peer;
use crate::format::{Format, Payload, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "strongswan",
    title: "strongSwan (IPsec)",
    reference: "strongSwan 6.0, src/libcharon",
    programs: &["charon", "charon-systemd", "charon-nm", "ipsec", "strongswan", "ipsec_starter"],
    starts: b"0123456789",
    needs: &[],
    keys: &[],
    recognise: |payload| Line::read(payload.text).is_some() || payload.program.starts_with("charon"),
    parse,
    samples: SAMPLES,
};

struct Line<'a> {
    group: &'a str,
    connection: &'a str,
    text: &'a str,
}

impl<'a> Line<'a> {
    /// `05[IKE] <roadwarrior|12> text`.
    fn read(text: &'a str) -> Option<Line<'a>> {
        let (thread, rest) = text.split_once('[')?;
        let (group, said) = rest.split_once(']')?;
        let is_group = group.len() == 3 && group.bytes().all(|byte| byte.is_ascii_uppercase());
        if !peer::is_digits(thread) || thread.len() > 3 || !is_group {
            return None;
        }
        let said = said.strip_prefix(' ')?;
        let (connection, text) = match said.strip_prefix('<').and_then(|rest| rest.split_once("> ")) {
            Some((connection, text)) => (connection, text),
            None => ("", said),
        };
        Some(Line { group, connection, text })
    }
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let plain = Line { group: "", connection: "", text: payload.text };
    let line = Line::read(payload.text).unwrap_or(plain);
    if !line.group.is_empty() {
        event.field("group", line.group);
    }
    if !line.connection.is_empty() {
        event.field("connection", line.connection.split('|').next().unwrap_or(line.connection));
    }
    if !(login(line.text, event) || tunnel(line.text, event) || packet(line.text, event)) {
        event.action(Action::ApplicationEvent);
    }
    Ok(())
}

/// Who proved who he is: IKE authentication, EAP, XAuth, RADIUS.
fn login(text: &str, event: &mut EventBuilder<'_>) -> bool {
    // `authentication of 'ID' with METHOD successful`, without `(myself)`, which is this machine.
    if let Some(rest) = text.strip_prefix("authentication of '")
        && let Some((user, tail)) = rest.rsplit_once("' with ")
    {
        let is_success = tail.trim_end().ends_with("successful");
        if !is_success && !tail.contains("fail") {
            return false;
        }
        identity(user, event);
        flow::did(event, Action::Login, is_success);
        event.field("auth_method", tail.rsplit_once(' ').map_or(tail, |(method, _)| method));
        return true;
    }
    let attempts: &[(&str, &str, bool)] = &[
        ("XAuth authentication of '", "' successful", true),
        ("XAuth authentication of '", "' failed", false),
        ("RADIUS authentication of '", "' successful", true),
        ("RADIUS authentication of '", "' failed", false),
        ("PAM authentication of '", "' successful", true),
        ("PAM authentication of '", "' failed", false),
    ];
    for (start, end, is_success) in attempts {
        if let Some(rest) = text.strip_prefix(start)
            && let Some(user) = rest.trim_end().strip_suffix(end)
        {
            flow::did(event, Action::Login, *is_success);
            identity(user, event);
            return true;
        }
    }
    if let Some((head, user)) = text.split_once(" failed for peer ") {
        flow::did(event, Action::Login, false);
        event.field("auth_method", head.strip_prefix("EAP method ").unwrap_or(head));
        identity(user.trim_end(), event);
        return true;
    }
    if text.starts_with("received AUTHENTICATION_FAILED notify")
        || text.starts_with("EAP-MS-CHAPv2 verification failed")
    {
        flow::did(event, Action::Login, false);
        return true;
    }
    false
}

fn identity(user: &str, event: &mut EventBuilder<'_>) {
    super::account::set_user(event, user.trim_matches('\''));
}

/// How texts of a tunnel that does not come up begin.
const FAILURES: &[&str] = &[
    "giving up after ",
    "no matching peer config found",
    "no IKE config found",
    "no proposal found",
    "received NO_PROPOSAL_CHOSEN",
    "received TS_UNACCEPTABLE",
    "establishing IKE_SA failed",
    "failed to establish CHILD_SA",
    "no acceptable ",
    "constraint check failed",
    "peer not responding",
    "no trusted ",
    "no issuer certificate found",
    "subject certificate invalid",
    "IKE_SA timed out",
];

/// Tunnels that come up, go down, or do neither.
fn tunnel(text: &str, event: &mut EventBuilder<'_>) -> bool {
    let starts = |words: &[&str]| words.iter().any(|word| text.starts_with(word));
    if text.starts_with("IKE_SA ") && text.contains(" established between ") {
        flow::did(event, Action::VpnConnect, true);
        ends(text.split_once(" established between ").map_or("", |(_, rest)| rest), event);
    } else if starts(&["CHILD_SA "]) && text.contains(" established with SPIs ") {
        flow::link(event, true);
    } else if starts(&["deleting IKE_SA "]) && text.contains(" between ") {
        flow::did(event, Action::VpnDisconnect, true);
        ends(text.split_once(" between ").map_or("", |(_, rest)| rest), event);
    } else if starts(&["closing CHILD_SA "]) {
        flow::link(event, false);
        // `… with SPIs c1_i (123 bytes) c2_o (456 bytes) and TS …`: in is what the peer sent.
        event.int_text(Column::SourceBytes, word_after(text, "_i ("));
        event.int_text(Column::DestinationBytes, word_after(text, "_o ("));
    } else if let Some(rest) = text.strip_prefix("assigning virtual IP ") {
        event.action(Action::ApplicationEvent);
        event.field("assigned_ip", flow::word(rest));
        if let Some((_, user)) = rest.split_once(" to peer '") {
            identity(user, event);
        }
    } else if text.contains(" is initiating a") {
        event.action(Action::ApplicationEvent);
        event.ip(Column::SourceIp, flow::word(text));
    } else if starts(FAILURES) || (text.starts_with("selected peer config") && text.contains("unacceptable"))
    {
        flow::did(event, Action::VpnConnect, false);
        event.field("reason", text);
    } else {
        return false;
    }
    true
}

/// `192.0.2.1[gw.borgo.example]...198.51.100.7[mrossi]`: this machine, then the peer.
fn ends(text: &str, event: &mut EventBuilder<'_>) {
    let Some((local, remote)) = text.split_once("]...") else { return };
    event.ip(Column::DestinationIp, local.split('[').next().unwrap_or(local));
    let (address, name) = remote.split_once('[').unwrap_or((remote, ""));
    event.ip(Column::SourceIp, address);
    let name = name.rsplit_once(']').map_or(name, |(name, _)| name);
    if !name.is_empty() && name != address {
        identity(name, event);
    }
}

/// `received packet: from A[500] to B[500] (464 bytes)`, `sending packet: …`.
fn packet(text: &str, event: &mut EventBuilder<'_>) -> bool {
    let Some((_, rest)) =
        text.split_once(" packet: from ").filter(|(verb, _)| matches!(*verb, "received" | "sending"))
    else {
        return false;
    };
    event.action(Action::ApplicationEvent);
    let (from, to) = rest.split_once(" to ").unwrap_or((rest, ""));
    let to = to.split(' ').next().unwrap_or(to);
    let (address, port) = from.split_once('[').unwrap_or((from, ""));
    flow::source(event, address, port.trim_end_matches(']'));
    let (address, port) = to.split_once('[').unwrap_or((to, ""));
    flow::destination(event, address, port.trim_end_matches(']'));
    true
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a tunnel comes up",
        text: "Mar 16 09:12:44 gw charon[812]: 05[IKE] <rw|12> IKE_SA rw[12] established between 192.0.2.1[gw.borgo.example]...198.51.100.7[mrossi]",
        expect: &[
            ("event_action", "vpn_connect"),
            ("event_outcome", "success"),
            ("source_ip", "198.51.100.7"),
            ("destination_ip", "192.0.2.1"),
            ("user_name", "mrossi"),
            ("fields.connection", "rw"),
            ("fields.group", "IKE"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a login by EAP, refused",
        text: "Mar 16 09:12:44 gw charon[812]: 07[IKE] <rw|13> EAP method EAP_MSCHAPV2 failed for peer mrossi",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "mrossi"),
            ("fields.auth_method", "EAP_MSCHAPV2"),
        ],
        absent: &["source_ip"],
    },
    Sample {
        about: "hostile: an identity that imitates success",
        text: "Mar 16 09:12:44 gw charon[812]: 07[IKE] <rw|13> XAuth authentication of 'x' successful' failed",
        expect: &[("event_action", "login"), ("event_outcome", "failure"), ("user_name", "x' successful")],
        absent: &[],
    },
    Sample {
        about: "a tunnel goes down, in charon's own file",
        text: "Mar 16 09:12:44 11[IKE] deleting IKE_SA rw[12] between 192.0.2.1[192.0.2.1]...198.51.100.7[198.51.100.7]",
        expect: &[
            ("format", "strongswan"),
            ("event_action", "vpn_disconnect"),
            ("source_ip", "198.51.100.7"),
        ],
        absent: &["user_name"],
    },
    Sample {
        about: "a peer that nobody knows",
        text: "Mar 16 09:12:44 gw charon[812]: 06[CFG] <14> no matching peer config found",
        expect: &[("event_action", "vpn_connect"), ("event_outcome", "failure")],
        absent: &["source_ip"],
    },
    Sample {
        about: "a packet",
        text: "Mar 16 09:12:44 gw charon[812]: 06[NET] <14> received packet: from 198.51.100.7[500] to 192.0.2.1[500] (464 bytes)",
        expect: &[
            ("event_action", "application_event"),
            ("source_ip", "198.51.100.7"),
            ("source_port", "500"),
            ("destination_port", "500"),
        ],
        absent: &["event_outcome"],
    },
    Sample {
        about: "truncated: a line cut in the identity",
        text: "Mar 16 09:12:44 gw charon[812]: 07[IKE] <rw|13> authentication of 'mros",
        expect: &[("event_action", "application_event"), ("format", "strongswan")],
        absent: &["user_name", "event_outcome"],
    },
];
