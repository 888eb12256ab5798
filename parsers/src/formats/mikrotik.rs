//! MikroTik RouterOS: `TOPIC,TOPIC text`, or the text alone where the router sends BSD syslog without topics.
//!
//! Promises: linear; without topics a line is taken only when its words are of RouterOS alone; user names, which anyone
//! at the login chooses, are cut from the side he cannot reach.
//! Must not know: the syslog envelope, files. Source: MikroTik, RouterOS manual, Log; firewall logging.

mod packet;
mod samples;

use schema::{Action, Column, EventBuilder};

use super::flow::{self, last_word_after, word_after};
use super::peer;
use crate::format::{Format, Payload, Unreadable};
use crate::scan;

/// See the module.
pub static FORMAT: Format = Format {
    name: "mikrotik",
    title: "MikroTik RouterOS",
    reference: "RouterOS manual, Log and Firewall logging",
    programs: &["forward", "input", "output", "prerouting", "postrouting", "srcnat", "dstnat"],
    starts: b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<_-[",
    needs: &[("", " ,"), ("", "->:"), ("user ", ""), ("login failure", "")],
    keys: &[],
    recognise: |payload| Line::read(payload.text).is_some(),
    parse,
    samples: samples::SAMPLES,
};

/// Topics of RouterOS that open a list.
const TOPICS: &[&str] = &[
    "account",
    "acme",
    "async",
    "backup",
    "bfd",
    "bgp",
    "bridge",
    "calc",
    "caps",
    "certificate",
    "container",
    "critical",
    "ddns",
    "debug",
    "dhcp",
    "dns",
    "dot1x",
    "dude",
    "e-mail",
    "error",
    "event",
    "evpn",
    "fetch",
    "firewall",
    "gps",
    "gsm",
    "health",
    "hotspot",
    "igmp-proxy",
    "info",
    "interface",
    "iot",
    "ipsec",
    "iscsi",
    "isdn",
    "isis",
    "kvm",
    "l2tp",
    "ldp",
    "lora",
    "lte",
    "macsec",
    "manager",
    "mme",
    "mpls",
    "mqtt",
    "mvrp",
    "natpmp",
    "netinstall",
    "netwatch",
    "ntp",
    "ospf",
    "ovpn",
    "packet",
    "pim",
    "poe-out",
    "ppp",
    "pppoe",
    "pptp",
    "ptp",
    "queue",
    "radius",
    "radvd",
    "raw",
    "read",
    "reverse-proxy",
    "rip",
    "route",
    "rpki",
    "rsvp",
    "script",
    "sertcp",
    "simulator",
    "smb",
    "snmp",
    "socks",
    "socksify",
    "ssh",
    "sstp",
    "state",
    "stp",
    "store",
    "supout",
    "system",
    "telephony",
    "tftp",
    "timer",
    "tr069",
    "update",
    "upnp",
    "ups",
    "vpls",
    "vrrp",
    "warning",
    "watchdog",
    "web-proxy",
    "wireguard",
    "wireless",
    "write",
    "zerotier",
];

/// A message and its topics.
struct Line<'a> {
    topics: &'a str,
    text: &'a str,
}

impl<'a> Line<'a> {
    fn read(text: &'a str) -> Option<Line<'a>> {
        if let Some((topics, rest)) = scan::word(text)
            && topics.len() <= 64
            && scan::one(b',', topics.as_bytes(), 0).is_some()
            && topics.split(',').all(|topic| topic.starts_with('!') || TOPICS.contains(&topic))
        {
            return Some(Line { topics, text: rest.trim_start() });
        }
        (packet::cut(text).is_some() || is_login(text)).then_some(Line { topics: "", text })
    }

    fn has(&self, topic: &str) -> bool {
        self.topics.split(',').any(|known| known == topic)
    }
}

/// `user NAME logged in from ADDRESS via winbox`: the ways into a router, which nothing else names so.
fn is_login(text: &str) -> bool {
    const WAYS: &[&str] = &[
        "winbox",
        "ssh",
        "telnet",
        "web",
        "ftp",
        "api",
        "local",
        "console",
        "dude",
        "mac-telnet",
        "rest-api",
    ];
    let is_sentence = (text.starts_with("user ")
        && (text.contains(" logged in ") || text.contains(" logged out ")))
        || text.starts_with("login failure for user ");
    is_sentence && text.trim_end().rsplit_once(" via ").is_some_and(|(_, way)| WAYS.contains(&way))
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let line = Line::read(payload.text).ok_or(Unreadable("expected TOPIC,TOPIC TEXT"))?;
    if !line.topics.is_empty() {
        event.field("topics", line.topics);
    }
    if let Some(packet) = packet::cut(line.text) {
        return packet::read(payload.program, &packet, event);
    }
    let is_known = login(line.text, event)
        || tunnel(&line, event)
        || lease(&line, event)
        || station(&line, event)
        || device(&line, event);
    if !is_known {
        event.action(Action::ApplicationEvent);
    }
    Ok(())
}

/// Logins on the router itself.
fn login(text: &str, event: &mut EventBuilder<'_>) -> bool {
    let (action, is_success, user) = if let Some(rest) = text.strip_prefix("login failure for user ") {
        (Action::Login, false, rest.rsplit_once(" from ").or_else(|| rest.rsplit_once(" via ")))
    } else if let Some(rest) = text.strip_prefix("user ") {
        match rest.rsplit_once(" logged in ") {
            Some((user, tail)) => (Action::Login, true, Some((user, tail))),
            None => match rest.rsplit_once(" logged out ") {
                Some((user, tail)) => (Action::Logout, true, Some((user, tail))),
                None => return false,
            },
        }
    } else {
        return false;
    };
    flow::did(event, action, is_success);
    event.text_if_said(Column::UserName, user.map_or("", |(user, _)| user));
    event.ip(Column::SourceIp, last_word_after(text, " from "));
    if let Some((_, way)) = text.rsplit_once(" via ") {
        event.field("service", way);
    }
    true
}

/// What a tunnel's server says of a name it does not let in.
const REFUSALS: &[&str] =
    &["authentication failed", "login failed", "invalid username or password", "failed to authenticate"];

/// PPP, L2TP, PPTP, SSTP, OpenVPN and IPsec.
fn tunnel(line: &Line<'_>, event: &mut EventBuilder<'_>) -> bool {
    const KINDS: &[&str] = &["ppp", "l2tp", "pptp", "sstp", "ovpn", "pppoe", "ipsec", "hotspot"];
    let text = line.text;
    if !KINDS.iter().any(|kind| line.has(kind)) {
        return false;
    }
    if let Some(kind) = KINDS.iter().find(|kind| line.has(kind) && **kind != "ppp") {
        event.field("tunnel_type", kind);
    }
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    // `<l2tp-rossi>: connected`; the name of the interface ends with the user's.
    let interface = text.strip_prefix('<').and_then(|rest| rest.split_once(">: "));
    if let Some((name, _)) = interface {
        event.text(Column::ObserverIngress, name);
        event.text_if_said(Column::UserName, name.split_once('-').map_or("", |(_, user)| user));
    }
    if let Some(words) = REFUSALS.iter().find(|words| text.contains(**words)) {
        // Before other words, since a name that is refused may hold them, and addresses.
        flow::did(event, Action::Login, false);
        let head = text.rsplit_once(words).map_or(text, |(head, _)| head);
        let user = head.split_once("user ").map_or("", |(_, user)| user);
        event.text_if_said(Column::UserName, user.trim_matches([' ', '\'']));
        return true;
    }
    if says(&[" logged in, "]) {
        flow::did(event, Action::Login, true);
        let (user, rest) = text.rsplit_once(" logged in, ").unwrap_or((text, ""));
        event.text_if_said(Column::UserName, user);
        event.ip(Column::SourceIp, word_after(rest, " from "));
        event.field("assigned_ip", flow::word(rest));
    } else if says(&[" logged out, "]) {
        flow::did(event, Action::Logout, true);
        let (user, counts) = text.rsplit_once(" logged out, ").unwrap_or((text, ""));
        event.text_if_said(Column::UserName, user);
        // Seconds, bytes in, bytes out, packets in, packets out; `in` is what the client sent.
        let mut counts = counts.split(' ').skip(1);
        event.int_text(Column::SourceBytes, counts.next().unwrap_or(""));
        event.int_text(Column::DestinationBytes, counts.next().unwrap_or(""));
    } else if says(&[": authenticated"]) {
        flow::did(event, Action::Login, true);
    } else if says(&[": connected", "established", "phase1 is up"]) && !says(&["TCP connection established"])
    {
        flow::did(event, Action::VpnConnect, true);
    } else if says(&[
        ": disconnected",
        ": terminating",
        "killing ike2 SA",
        "purging ISAKMP-SA",
        "phase1 deleted",
    ]) {
        flow::did(event, Action::VpnDisconnect, true);
    } else if says(&["phase1 negotiation failed", "failed to", "negotiation failed", "peer failed"]) {
        flow::did(event, Action::VpnConnect, false);
    } else {
        event.action(Action::ApplicationEvent);
    }
    if !event.is_set(Column::SourceIp) {
        ends(text, event);
    }
    true
}

/// `192.0.2.1[500]-198.51.100.7[500]`, `… from 198.51.100.7`, `198.51.100.7 failed to …`: this router's end first.
fn ends(text: &str, event: &mut EventBuilder<'_>) {
    let is_end = |word: &str| word.split_once('[').is_some_and(|(address, _)| peer::is_address(address));
    if let Some((local, remote)) = text
        .split(' ')
        .find_map(|word| word.split_once("<=>").or_else(|| word.split_once('-')))
        .filter(|(l, r)| is_end(l) && is_end(r))
    {
        for (end, is_source) in [(remote, true), (local, false)] {
            let (address, port) = end.split_once('[').unwrap_or((end, ""));
            let port = port.split(']').next().unwrap_or("");
            let _is_set = if is_source {
                flow::source(event, address, port)
            } else {
                flow::destination(event, address, port)
            };
        }
        return;
    }
    if !event.ip(Column::SourceIp, last_word_after(text, " from ")) {
        event.ip(Column::SourceIp, flow::word(text));
    }
}

/// `SERVER assigned ADDRESS for MAC [NAME]`, `SERVER deassigned …`, and trouble with the pool.
fn lease(line: &Line<'_>, event: &mut EventBuilder<'_>) -> bool {
    if !line.has("dhcp") {
        return false;
    }
    let text = line.text;
    if text.contains(" assigned ") {
        flow::did(event, Action::DhcpLease, true);
    } else if ["failed", "no free", "pool is empty", "declined", "rogue"]
        .iter()
        .any(|word| text.contains(word))
    {
        flow::did(event, Action::DhcpFailure, false);
        event.field("reason", text);
    } else {
        event.action(Action::ApplicationEvent);
    }
    let address = [" assigned ", " deassigned ", "got IP address ", "lost IP address "]
        .iter()
        .map(|phrase| word_after(text, phrase))
        .find(|word| !word.is_empty());
    event.ip(Column::SourceIp, address.unwrap_or(""));
    let mac = [" for ", " to ", " from "]
        .iter()
        .map(|phrase| word_after(text, phrase))
        .find(|word| flow::is_mac(word));
    event.text_if_said(Column::SourceMac, mac.unwrap_or(""));
    true
}

/// `MAC@INTERFACE: connected, signal strength -60`, `…: disconnected, received deauth`.
fn station(line: &Line<'_>, event: &mut EventBuilder<'_>) -> bool {
    if !line.has("wireless") && !line.has("caps") {
        return false;
    }
    let (who, said) = line.text.split_once(": ").unwrap_or((line.text, ""));
    let (mac, interface) = who.split_once('@').unwrap_or((who, ""));
    if !flow::set_mac(event, mac) {
        event.action(Action::ApplicationEvent);
        return true;
    }
    event.text_if_said(Column::ObserverIngress, interface.split(' ').next().unwrap_or(""));
    if said.starts_with("connected") {
        flow::did(event, Action::NacDecision, true);
    } else if said.starts_with("disconnected") || said.contains("lost connection") {
        flow::did(event, Action::SessionClose, true);
        event.field("reason", said.split_once(", ").map_or(said, |(_, reason)| reason));
    } else if said.contains("reject") || said.contains("forbid") || said.contains("not allowed") {
        flow::did(event, Action::NacDecision, false);
        event.field("reason", said);
    } else {
        event.action(Action::ApplicationEvent);
    }
    true
}

/// Links, changes by an administrator, start and stop.
fn device(line: &Line<'_>, event: &mut EventBuilder<'_>) -> bool {
    let text = line.text;
    if line.has("interface") && (text.contains(" link up") || text.contains(" link down")) {
        flow::link(event, text.contains(" link up"));
        event.text(Column::ObserverIngress, flow::word(text));
    } else if text.starts_with("router rebooted") || text.starts_with("router was rebooted") {
        // Said after the start: without proper shutdown the power was lost.
        flow::did(event, Action::SystemStart, true);
        if text.contains("without proper shutdown") {
            event.field("reason", "without proper shutdown");
        }
    } else if text.starts_with("router going down") || text.starts_with("system shutdown") {
        flow::did(event, Action::SystemStop, true);
    } else if line.has("system") && text.contains("changed time") {
        flow::did(event, Action::ClockChange, true);
    } else if line.has("system")
        && let Some((what, by)) = text.rsplit_once(" by ")
        && let Some(verb) = ["added", "changed", "removed", "moved", "enabled", "disabled"]
            .iter()
            .find(|verb| what.ends_with(**verb))
    {
        changed(what, verb, by, event);
    } else {
        return false;
    }
    true
}

/// `filter rule added by NAME`, `user x changed by winbox-3.41/tcp-msg(winbox):admin@192.0.2.7 (…)`.
fn changed(what: &str, verb: &str, by: &str, event: &mut EventBuilder<'_>) {
    let action = match verb {
        "added" if what.starts_with("user ") => Action::AccountCreate,
        "removed" if what.starts_with("user ") => Action::AccountDelete,
        _ if what.starts_with("user ") => Action::AccountModify,
        _ if what.contains("rule") => Action::PolicyChange,
        _ => Action::ConfigChange,
    };
    flow::did(event, action, true);
    let who = by.split(" (").next().unwrap_or(by);
    let who = who.rsplit_once(':').map_or(who, |(_, who)| who);
    let (user, address) = who.rsplit_once('@').unwrap_or((who, ""));
    event.text_if_said(Column::UserName, user.split('/').next().unwrap_or(user));
    event.ip(Column::SourceIp, address);
    event.field("changed", what);
}
