//! The other sentences of Junos: screens, web filter, antivirus, intrusion prevention.
//!
//! Promises: linear. Source: Juniper, System Log Explorer, RT_SCREEN_*, WEBFILTER_*, AV_*, IDP_ATTACK_LOG_EVENT.

use super::keys::Values;
use crate::formats::account::between;

/// Reads the sentence of a message by the beginning of its name.
pub(super) fn read<'a>(name: &str, text: &'a str, values: &mut Values<'a>) {
    if name.starts_with("RT_SCREEN_") {
        screen(text, values);
    } else if name.starts_with("WEBFILTER_") {
        web(text, values);
    } else if name.starts_with("AV_") {
        virus(text, values);
    } else if name.starts_with("IDP_") {
        attack(text, values);
    }
}

/// `TCP port scan! source: A:P, destination: B:P, zone name: Z, interface name: I, action: drop`
fn screen<'a>(text: &'a str, values: &mut Values<'a>) {
    if let Some((attack, _)) = text.split_once('!') {
        values.put("attack-name", attack);
    }
    for (mark, address, port) in [
        ("source: ", "source-address", "source-port"),
        ("destination: ", "destination-address", "destination-port"),
    ] {
        if let Some((_, rest)) = text.split_once(mark) {
            let end = rest.split(", ").next().unwrap_or(rest);
            match end.rsplit_once(':') {
                Some((bare, number)) if !bare.contains(':') || bare.starts_with('[') => {
                    values.put(address, bare.trim_matches(['[', ']']));
                    values.put(port, number);
                }
                _ => {
                    values.put(address, end);
                }
            }
        }
    }
    for (mark, name) in
        [("zone name: ", "zone-name"), ("interface name: ", "interface-name"), ("action: ", "action")]
    {
        if let Some((_, rest)) = text.split_once(mark) {
            values.put(name, rest.split(", ").next().unwrap_or(rest));
        }
    }
}

/// `WebFilter: ACTION="URL Blocked" A(P)->B(P) … CATEGORY="…" REASON="…" PROFILE="…" URL=host OBJ=/path USERNAME=u ROLES=r`
fn web<'a>(text: &'a str, values: &mut Values<'a>) {
    if let Some(action) = between(text, "ACTION=\"", "\"") {
        values.put("action", action);
    }
    if let Some((from, to)) = text.split(' ').find_map(|word| word.split_once("->")) {
        for (end, address, port) in
            [(from, "source-address", "source-port"), (to, "destination-address", "destination-port")]
        {
            if let Some((bare, number)) = end.split_once('(') {
                values.put(address, bare);
                values.put(port, number.trim_end_matches(')'));
            }
        }
    }
    for (mark, name) in [("CATEGORY=\"", "category"), ("REASON=\"", "reason"), ("PROFILE=\"", "profile")] {
        if let Some(value) = between(text, mark, "\"") {
            values.put(name, value);
        }
    }
    // What a client chose is cut from the right, where the firewall's own words follow.
    if let Some((_, rest)) = text.split_once(" URL=") {
        let (host, rest) = rest.split_once(" OBJ=").unwrap_or((rest, ""));
        values.put("url", host);
        let (object, person) = rest.rsplit_once(" USERNAME=").unwrap_or((rest, ""));
        values.put("obj", object);
        values.put("username", person.split(" ROLES=").next().unwrap_or(person));
    }
}

/// `AntiVirus: Virus detected: from A:P to B:P source-zone Z URL file F virus V URL:…`
fn virus<'a>(text: &'a str, values: &mut Values<'a>) {
    for (mark, address, port) in
        [(" from ", "source-address", "source-port"), (" to ", "destination-address", "destination-port")]
    {
        if let Some((_, rest)) = text.split_once(mark)
            && let Some((bare, number)) = rest.split(' ').next().and_then(|word| word.rsplit_once(':'))
        {
            values.put(address, bare);
            values.put(port, number);
        }
    }
    if let Some((_, rest)) = text.split_once(" file ") {
        values.put("filename", rest.split(" virus ").next().unwrap_or(rest));
    }
    if let Some((_, rest)) = text.rsplit_once(" virus ") {
        values.put("name", rest.split(' ').next().unwrap_or(rest));
    }
}

/// `IDP: at 1, SIG Attack log <A/P->B/P> for TCP protocol and service S … by rule R of rulebase B in policy P.
/// attack: repeat=0, action=DROP, threat-severity=HIGH, name=N, NAT <…>, …, intf:Z:I->Z:I, …`
fn attack<'a>(text: &'a str, values: &mut Values<'a>) {
    if let Some((from, to)) =
        between(text, " <", ">,").or_else(|| between(text, " <", "> ")).and_then(|flow| flow.split_once("->"))
    {
        for (end, address, port) in
            [(from, "source-address", "source-port"), (to, "destination-address", "destination-port")]
        {
            if let Some((bare, number)) = end.trim().rsplit_once('/') {
                values.put(address, bare);
                values.put(port, number);
            }
        }
    }
    for (open, close, name) in [
        (" for ", " protocol", "protocol-name"),
        (" service ", " ", "service-name"),
        (" by rule ", " ", "rule-name"),
        ("action=", ",", "action"),
        ("threat-severity=", ",", "threat-severity"),
        (", name=", ",", "attack-name"),
        ("inbytes=", ",", "inbound-bytes"),
        ("outbytes=", ",", "outbound-bytes"),
    ] {
        if let Some(value) = between(text, open, close) {
            values.put(name, value);
        }
    }
    if let Some((from, to)) = between(text, "intf:", ",").and_then(|interfaces| interfaces.split_once("->")) {
        for (end, zone, interface) in [
            (from, "source-zone-name", "source-interface-name"),
            (to, "destination-zone-name", "destination-interface-name"),
        ] {
            if let Some((name, device)) = end.split_once(':') {
                values.put(zone, name);
                values.put(interface, device);
            }
        }
    }
}
