//! Clavister firewalls (cOS Core): `id=NUMBER event=NAME action=… [message=… ][rules …][conn [conn …]]`, with or without
//! `EFW: CATEGORY: prio=N` in front.
//!
//! Promises: linear; of two values of one key the first counts, and what a client sent stands in quotes.
//! Must not know: the syslog envelope. Source: Clavister, cOS Core Log Reference Guide.

use schema::{Action, Column, EventBuilder, Outcome};

use super::slots::slots;
use super::{account, flow, peer};
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::key_value::pairs;
use crate::scan;

/// See the module.
pub static FORMAT: Format = Format {
    name: "clavister",
    title: "Clavister cOS Core",
    reference: "Clavister cOS Core Log Reference Guide",
    programs: &["efw", "fw"],
    starts: b"ie[EFp",
    needs: &[("", "=")],
    keys: &[],
    recognise: |payload| is_ours(payload.text),
    parse,
    samples: SAMPLES,
};

/// Where the number stands.
const HEAD_BYTES: usize = 98;

/// Number, then event, both at the front.
fn is_ours(text: &str) -> bool {
    let Some((number, rest)) = behind_number_key(text).and_then(scan::word) else { return false };
    let is_opening = text.starts_with("id=") || text.contains("prio=");
    is_opening && peer::is_digits(number) && (rest.starts_with("event=") || rest.starts_with("rev="))
}

/// What stands behind the first `id=` of the head.
fn behind_number_key(text: &str) -> Option<&str> {
    let head = text.as_bytes().get(..HEAD_BYTES).unwrap_or(text.as_bytes());
    let mut from = 0;
    loop {
        let at = scan::one(b'=', head, from)?;
        if head.get(..at)?.ends_with(b"id") {
            return text.get(at + 1..);
        }
        from = at + 1;
    }
}

slots! {
    /// Keys that are read.
    enum Key;
    /// Their values.
    struct Values;
    nothing "n/a"; keep first;
    Number = b"id"; Event = b"event"; Action = b"action"; Severity = b"prio";
    Source = b"connsrcip" | b"srcip"; Target = b"conndestip" | b"destip"; SourcePort = b"connsrcport" | b"srcport";
    TargetPort = b"conndestport" | b"destport"; Proto = b"connipproto" | b"ipproto";
    In = b"connrecvif" | b"recvif"; Out = b"conndestif" | b"destif"; Sent = b"origsent"; Received = b"termsent";
    InZone = b"connrecvzone" | b"recvzone"; OutZone = b"conndestzone" | b"destzone"; Rule = b"rule";
    User = b"username" | b"user"; Client = b"ipaddr" | b"clientip"; Gateway = b"client_ip" | b"ip"; Server = b"server";
    Local = b"local_ip"; Remote = b"remote_ip"; Initiator = b"initiator"; Interface = b"iface" | b"ipsec_if";
    Mac = b"hwsender"; AuthEvent = b"authevent"; Reason = b"reason" | b"statusmsg" | b"cause" | b"error";
    Url = b"url"; Virus = b"virusname" | b"virus"; Signature = b"signature" | b"description"; SignatureId = b"signatureid" | b"ruleid";
    Application = b"application"; AuthSource = b"authsrc"; LocalPort = b"local_port"; RemotePort = b"remote_port";
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let mut values = Values::new();
    for (key, value) in pairs(payload.text, b' ') {
        // Brackets group keys: they stand before the first and behind the last.
        let key = key.rsplit('[').next().unwrap_or(key);
        values.put(key, value.trim_end_matches(']'));
    }
    if !values.has(Key::Event) {
        return Err(Unreadable("expected event=NAME"));
    }
    event.text(Column::ObserverVendor, "Clavister");
    event.text(Column::EventCode, values.get(Key::Number));
    event.field("action", values.get(Key::Event));
    columns(&values, event);
    classify(&values, event);
    Ok(())
}

fn columns(values: &Values<'_>, event: &mut EventBuilder<'_>) {
    flow::source(event, values.get(Key::Source), values.get(Key::SourcePort));
    flow::destination(event, values.get(Key::Target), values.get(Key::TargetPort));
    let proto = values.get(Key::Proto);
    // `Ip4` and `Vlan` of the Ethernet header are no transports.
    if !matches!(proto, "Ip4" | "Ip6" | "Vlan" | "Arp") {
        flow::set_transport(event, proto);
    }
    event.text_if_said(Column::ObserverIngress, values.first(&[Key::In, Key::Interface]));
    event.text_if_said(Column::ObserverEgress, values.get(Key::Out));
    // Larger counts are rounded to `3.09 K`: only what is exact is kept.
    event.int_text(Column::SourceBytes, values.get(Key::Sent));
    event.int_text(Column::DestinationBytes, values.get(Key::Received));
    event.text_if_said(Column::RuleName, values.get(Key::Rule));
    event.text_if_said(Column::NetworkProtocol, values.get(Key::Application));
    account::set_user(event, values.get(Key::User));
    event.text_if_said(Column::SourceMac, values.get(Key::Mac));
    if !event.is_set(Column::SourceIp) {
        // In an IKE message the end that began the negotiation is the source.
        let is_ours = values.get(Key::Initiator) == "TRUE";
        let (from, to) = if is_ours { (Key::Local, Key::Remote) } else { (Key::Remote, Key::Local) };
        let (port, to_port) =
            if is_ours { (Key::LocalPort, Key::RemotePort) } else { (Key::RemotePort, Key::LocalPort) };
        if !flow::source(event, values.get(from), values.get(port)) {
            event.ip(Column::SourceIp, values.first(&[Key::Client, Key::Gateway]));
        }
        if !flow::destination(event, values.get(to), values.get(to_port)) {
            event.ip(Column::DestinationIp, values.get(Key::Server));
        }
    }
    for (name, key) in [
        ("verdict", Key::Action),
        ("source_zone", Key::InZone),
        ("destination_zone", Key::OutZone),
        ("reason", Key::Reason),
        ("url", Key::Url),
        ("auth_method", Key::AuthSource),
    ] {
        let value = values.get(key);
        if !value.is_empty() {
            event.field(name, value);
        }
    }
}

fn classify(values: &Values<'_>, event: &mut EventBuilder<'_>) {
    let name = values.get(Key::Event);
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    if values.has(Key::Virus) || has(&["virus_found"]) {
        event.text_if_said(Column::RuleName, values.get(Key::Virus));
        flow::did(
            event,
            Action::MalwareDetected,
            matches!(values.get(Key::Action), "block" | "close" | "drop"),
        );
    } else if has(&["intrusion_detected", "idp_notice", "scan_detected"]) {
        event.text_if_said(Column::RuleName, values.get(Key::Signature));
        event.text_if_said(Column::RuleId, values.get(Key::SignatureId));
        event.action(Action::IntrusionDetected);
        event.outcome(if values.get(Key::Action) == "close" { Outcome::Failure } else { Outcome::Unknown });
    } else if let Some(is_success) = login(name, values.get(Key::AuthEvent)) {
        flow::did(event, Action::Login, is_success);
    } else if has(&["user_logout", "admin_logout"]) || values.get(Key::AuthEvent) == "Logout" {
        flow::did(event, Action::Logout, true);
    } else if has(&[
        "oneconnect_session_created",
        "sslvpn_session_created",
        "ike_sa_created",
        "ipsec_sa_created",
    ]) {
        flow::did(event, Action::VpnConnect, true);
    } else if has(&["ike_sa_failed", "ike_sa_negotiation_failed", "conn_failed", "ipsec_sa_failed"]) {
        flow::did(event, Action::VpnConnect, false);
    } else if has(&["session_closed", "user_disconnected", "ike_sa_deleted", "ipsec_sa_deleted"]) {
        flow::did(event, Action::VpnDisconnect, true);
    } else if has(&["conn_close"]) {
        flow::did(event, Action::ConnectionClosed, true);
    } else if matches!(values.get(Key::Action), "drop" | "reject" | "deny" | "block") {
        flow::verdict(event, false);
    } else if has(&["conn_open", "conn_open_natsat"]) {
        flow::verdict(event, true);
    } else if has(&["lease_offered", "lease_acquired", "dhcp_lease"]) {
        flow::did(event, Action::DhcpLease, true);
    } else if has(&["reconf", "configuration", "accept_config"]) {
        flow::did(event, Action::ConfigChange, !has(&["fail"]));
    } else if has(&["startup_normal", "startup_echo"]) {
        flow::did(event, Action::SystemStart, true);
    } else if has(&["shutdown"]) {
        flow::did(event, Action::SystemStop, true);
    } else {
        event.action(Action::ApplicationEvent);
    }
}

/// Whether an authentication was let in; none when the event is no authentication.
fn login(name: &str, outcome: &str) -> Option<bool> {
    match outcome {
        "Login" => return Some(true),
        "Disallowed" | "Rejected" | "Failed" => return Some(false),
        _ => {}
    }
    match name {
        "user_login" | "admin_login" | "userauth_login" => Some(true),
        "bad_user_credentials" | "admin_login_failed" | "admin_authentication_failed" | "userauth_failed" => {
            Some(false)
        }
        _ => None,
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a flow ends",
        text: "id=600002 event=conn_close action=close [message=Connection closed reason=\"\" connrecvzone=\"Interna\" conndestzone=\"Internet\" ][rules rule=Uscita ][conn [conn connsrcip=192.0.2.31 conndestip=203.0.113.8 connipproto=TCP connsrcport=50001 conndestport=443 origsent=414   termsent=3.09 K connrecvif=lan conndestif=wan ]]",
        expect: &[
            ("event_action", "connection_closed"),
            ("event_code", "600002"),
            ("source_ip", "192.0.2.31"),
            ("source_port", "50001"),
            ("destination_ip", "203.0.113.8"),
            ("destination_port", "443"),
            ("network_transport", "tcp"),
            ("rule_name", "Uscita"),
            ("observer_ingress", "lan"),
            ("observer_egress", "wan"),
            ("source_bytes", "414"),
            ("fields.source_zone", "Interna"),
        ],
        absent: &["parse_error", "destination_bytes", "user_name"],
    },
    Sample {
        about: "a packet is dropped, in the older layout",
        text: "<134>Mar 16 09:12:44 gw EFW: RULE: prio=3 id=06000051 rev=1 event=ruleset_drop_packet action=drop rule=Default_Rule recvif=wan srcip=198.51.100.23 destip=192.0.2.10 ipproto=TCP srcport=44321 destport=3389 syn=1",
        expect: &[
            ("event_action", "connection_denied"),
            ("event_outcome", "failure"),
            ("event_code", "06000051"),
            ("source_ip", "198.51.100.23"),
            ("destination_port", "3389"),
            ("rule_name", "Default_Rule"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a refused user",
        text: "id=3700105 event=radius_auth_timeout message=Timeout during RADIUS user authentication [userauth authrule=vpn username=mrossi authagent=OneConnect authsrc=RADIUS authevent=Disallowed srcip=198.51.100.7 ]",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "mrossi"),
            ("source_ip", "198.51.100.7"),
        ],
        absent: &[],
    },
    Sample {
        about: "a tunnel that we began goes down",
        text: "id=1800906 event=ike_sa_deleted [message=IKE SA deleted local_port=500 local_ip=192.0.2.1 initiator=TRUE remote_port=500 remote_ip=198.51.100.7 ipsec_if=vpn_sede2 ]",
        expect: &[
            ("event_action", "vpn_disconnect"),
            ("source_ip", "192.0.2.1"),
            ("destination_ip", "198.51.100.7"),
            ("observer_ingress", "vpn_sede2"),
        ],
        absent: &[],
    },
    Sample {
        about: "hostile: a reason that imitates keys moves none",
        text: "id=9000029 event=oneconnect_dtls_conn_failed [message=OneConnect DTLS connection failed error=\"x ipaddr=203.0.113.9 username=admin\" iface=vpn ipaddr=198.51.100.7 ]",
        expect: &[
            ("event_action", "vpn_connect"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.7"),
        ],
        absent: &["user_name"],
    },
    Sample {
        about: "truncated: a line cut before the event's name",
        text: "id=600002 event=",
        expect: &[("parse_error", "expected event=NAME")],
        absent: &["event_code", "event_outcome"],
    },
];
