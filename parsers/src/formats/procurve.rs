//! HPE ProCurve and ArubaOS-S switches: `[NUMBER] MODULE: [ST1-CMDR: ]text`.
//!
//! Promises: linear; without its number or stack member a line is taken only when its words are of the catalogue,
//! since module names (`ports`, `auth`) are common words.
//! Must not know: other Aruba products, the envelope.
//! Source: HPE, ArubaOS-Switch Event Log Message Reference Guide.

mod samples;

use schema::{Action, Column, EventBuilder, Outcome};

use super::account::between;
use super::flow::{self, last_word_after, word_after};
use super::peer;
use crate::format::{Format, Payload, Unreadable};
use crate::scan;
use crate::time::{When, iso_prefix};

/// See the module.
pub static FORMAT: Format = Format {
    name: "procurve",
    title: "HPE ProCurve and ArubaOS-S (switches)",
    reference: "ArubaOS-Switch Event Log Message Reference Guide",
    programs: MODULES,
    starts: b"0123456789IWMDEabcdefghilmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    needs: &[("0", ":"), ("I ", "/:"), ("W ", "/:"), ("M ", "/:"), ("D ", "/:"), ("E ", "/:"), ("", " :")],
    keys: &[],
    recognise: |payload| Line::read(payload).is_some(),
    parse,
    samples: samples::SAMPLES,
};

/// Longest name of a module.
const MODULE_BYTES_MAX: usize = 16;

/// Modules of the catalogue, lower case.
const MODULES: &[&str] = &[
    "802.1x",
    "acl",
    "addrmgr",
    "arp-protect",
    "auth",
    "bpdu-protection",
    "bpdu-filter",
    "cdp",
    "chassis",
    "cli",
    "config",
    "connfilt",
    "console",
    "cos",
    "crypto",
    "dca",
    "dhcp",
    "dhcp-client",
    "dhcp-relay",
    "dhcp-server",
    "dhcp-snoop",
    "dhcpv6-snoop",
    "dhcpv6c",
    "download",
    "dldp",
    "fault",
    "ffi",
    "garp",
    "gvrp",
    "hotswap",
    "http",
    "icmp",
    "idm",
    "igmp",
    "inst-mon",
    "ip",
    "iplock",
    "ipv6",
    "lacp",
    "licensing",
    "link-keepalive",
    "lldp",
    "loop_protect",
    "mac-notify",
    "macauth",
    "maclock",
    "mgr",
    "mld",
    "mtm",
    "ospf",
    "ospf2",
    "pim",
    "poe",
    "ports",
    "profiles",
    "qos",
    "radius",
    "rip",
    "rmon",
    "savepower",
    "sflow",
    "snmp",
    "sntp",
    "ssh",
    "ssl",
    "stack",
    "stp",
    "stacking",
    "sys",
    "syslog",
    "system",
    "tacacs",
    "tcp",
    "telnet",
    "tftp",
    "timep",
    "tunneld",
    "udld",
    "udpf",
    "update",
    "usb",
    "virus",
    "vlan",
    "vrrp",
    "webauth",
    "webui",
    "wsm",
    "xrrp",
    "ntp",
    "port-access",
    "zpd",
];

/// A message cut at its heads.
struct Line<'a> {
    number: &'a str,
    module: &'a str,
    when: Option<When>,
    text: &'a str,
}

impl<'a> Line<'a> {
    fn read(payload: &Payload<'a>) -> Option<Line<'a>> {
        let (when, rest) = console_stamp(payload.text);
        let (number, rest) = match rest.split_at_checked(5) {
            Some((number, behind)) if behind.starts_with(' ') && peer::is_digits(number) => {
                (number, behind.get(1..).unwrap_or_default())
            }
            _ => ("", rest),
        };
        // The envelope takes `MODULE:` for the program when no number stands before it.
        let (module, text) = if number.is_empty() && is_module(payload.program) {
            (payload.program, rest)
        } else {
            scan::cut(rest, ":").filter(|(module, text)| is_module(module) && text.starts_with(' '))?
        };
        let text = text.trim_start();
        let (member, said) = member(text);
        let line = Line { number, module, when, text: said };
        (!number.is_empty() || member || reads(&line)).then_some(line)
    }
}

/// One bit a letter, by the length of the modules that begin with it: most words are told from all modules by it.
static FIRST_LETTERS: [u32; MODULE_BYTES_MAX + 1] = {
    let mut letters = [0; MODULE_BYTES_MAX + 1];
    let mut modules = MODULES;
    while let Some((module, rest)) = modules.split_first() {
        if let (Some((_, places)), Some(first)) =
            (letters.split_at_mut_checked(module.len()), module.as_bytes().first())
            && let Some(place) = places.first_mut()
        {
            *place |= 1 << (*first % 32);
        }
        modules = rest;
    }
    letters
};

fn is_module(word: &str) -> bool {
    let Some(first) = word.as_bytes().first() else { return false };
    // In either case a letter has the same low five bits.
    FIRST_LETTERS.get(word.len()).is_some_and(|letters| letters >> (first % 32) & 1 != 0)
        && MODULES.iter().any(|module| module.eq_ignore_ascii_case(word))
}

/// `I 03/16/26 09:12:44 ` of the console and `show logging`: severity, month first, two digits of the year.
fn console_stamp(text: &str) -> (Option<When>, &str) {
    let severity = text.strip_prefix(['I', 'W', 'M', 'D', 'E']);
    let Some(rest) = severity.and_then(|rest| rest.strip_prefix(' ')) else { return (None, text) };
    let Some(date) = rest.get(..8).filter(|date| date.bytes().filter(|byte| *byte == b'/').count() == 2)
    else {
        return (None, text);
    };
    let mut parts = date.split('/').map(|part| part.parse::<u8>().ok());
    let (Some(Some(month)), Some(Some(day)), Some(Some(year))) = (parts.next(), parts.next(), parts.next())
    else {
        return (None, text);
    };
    let Some(hour) = rest.get(9..17) else { return (None, text) };
    // The hour is read by the reader of ISO stamps, on a day of its own.
    let mut stamp = *b"2000-01-01 00:00:00";
    for (slot, byte) in stamp.iter_mut().skip(11).zip(hour.bytes()) {
        *slot = byte;
    }
    let time = std::str::from_utf8(&stamp).ok().and_then(iso_prefix).map(|(when, _)| when);
    let when = time.map(|when| When { year: Some(2000 + i32::from(year)), month, day, ..when });
    (when, rest.get(17..).unwrap_or("").trim_start())
}

/// `ST1-CMDR: `, `ST2-STBY: `, `AM1: `: the member of a stack or the management module that speaks.
fn member(text: &str) -> (bool, &str) {
    match text.split_once(": ") {
        Some((name, rest))
            if name.len() <= 10
                && ["ST", "AM", "MM"].iter().any(|kind| {
                    name.strip_prefix(kind).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
                }) =>
        {
            (true, rest.trim_start())
        }
        _ => (false, text),
    }
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let line = Line::read(payload).ok_or(Unreadable("expected [NUMBER] MODULE: TEXT"))?;
    if let Some(when) = line.when
        && !payload.set_time(event, when)
    {
        return Err(Unreadable("no such day or hour"));
    }
    event.text_if_said(Column::EventCode, line.number);
    event.text(Column::ProcessName, line.module);
    meaning(&line, event);
    Ok(())
}

/// What a text of the catalogue is about.
#[derive(Clone, Copy, PartialEq)]
enum Topic {
    Login,
    LoginFailure,
    Logout,
    Session,
    Link,
    Clock,
    Snmp,
    Station,
    Nac,
    Health,
    Boot,
    Stop,
    Config,
    Other,
}

/// The topic of a text, by words only the device writes.
fn topic(line: &Line<'_>) -> Topic {
    let text = line.text;
    let module = line.module;
    let is = |name: &str| module.eq_ignore_ascii_case(name);
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if text.starts_with("Invalid user name/password") || text.starts_with("Invalid username") {
        Topic::LoginFailure
    } else if text.starts_with("User '") && text.contains("' logged in from ") {
        Topic::Login
    } else if text.starts_with("User '") && text.contains("' logged out of ") {
        Topic::Logout
    } else if text.starts_with("SME ") || text.starts_with("SSL/TLS session closed") {
        Topic::Session
    } else if text.starts_with("port ") && has(&[" is now on-line", " is now off-line"]) {
        Topic::Link
    } else if text.starts_with("Updated time by ") {
        Topic::Clock
    } else if text.contains("ecurity access violation from ") {
        Topic::Snmp
    } else if is("dhcp-snoop") || is("arp-protect") || is("maclock") || text.contains("Security Violation") {
        if has(&[
            "detected on port",
            "Unauthorized",
            "Untrusted",
            "Deny ARP",
            "Violation",
            "violation",
            "MAC ",
        ]) {
            Topic::Station
        } else {
            Topic::Other
        }
    } else if is("802.1x") || is("macauth") || is("webauth") || is("dca") {
        Topic::Nac
    } else if is("chassis") || is("ffi") || is("loop_protect") || is("poe") {
        Topic::Health
    } else if text.starts_with("System Booted") || text.contains("System went up") {
        Topic::Boot
    } else if has(&["System went down", "reboot from"]) {
        Topic::Stop
    } else if has(&["running configuration", "Config change", "configuration changed"]) {
        Topic::Config
    } else {
        Topic::Other
    }
}

/// True for a text so typical that the module's name in front makes it certain.
fn reads(line: &Line<'_>) -> bool {
    let is_health = line.module.eq_ignore_ascii_case("ffi") && line.text.starts_with("port ");
    match topic(line) {
        Topic::Other | Topic::Nac | Topic::Stop | Topic::Config => false,
        Topic::Health => is_health,
        _ => true,
    }
}

fn meaning(line: &Line<'_>, event: &mut EventBuilder<'_>) {
    let text = line.text;
    match topic(line) {
        Topic::Login | Topic::Logout => {
            let is_login = topic(line) == Topic::Login;
            flow::did(event, if is_login { Action::Login } else { Action::Logout }, true);
            let end = if is_login { "' logged in from " } else { "' logged out of " };
            let user = text
                .strip_prefix("User '")
                .and_then(|rest| rest.rsplit_once(end))
                .map_or("", |(user, _)| user);
            event.text_if_said(Column::UserName, user);
            event.ip(Column::SourceIp, last_word_after(text, " from "));
        }
        Topic::LoginFailure => {
            flow::did(event, Action::Login, false);
            let user = between(text, "User '", "' is trying").unwrap_or("");
            event.text_if_said(Column::UserName, user);
            event.ip(Column::SourceIp, last_word_after(text, " from "));
        }
        Topic::Session => {
            let is_close = text.contains("closed");
            flow::did(event, if is_close { Action::SessionClose } else { Action::SessionOpen }, true);
            event.ip(Column::SourceIp, last_word_after(text, " from "));
            if let Some((_, mode)) = text.rsplit_once(" - ") {
                event.field("mode", mode);
            }
        }
        Topic::Link => flow::link(event, text.contains(" on-line")),
        Topic::Clock => {
            flow::did(event, Action::ClockChange, true);
            event.field_number("offset_seconds", word_after(text, "Updated time by "));
            event.ip(Column::SourceIp, word_after(text, " server at "));
        }
        Topic::Snmp => {
            flow::did(event, Action::Login, false);
            event.field("service", "snmp");
            event.ip(Column::SourceIp, word_after(text, " violation from "));
        }
        Topic::Station => station(text, event),
        Topic::Nac => nac(text, event),
        Topic::Health => health(line, event),
        Topic::Boot => flow::did(event, Action::SystemStart, true),
        Topic::Stop => flow::did(event, Action::SystemStop, true),
        Topic::Config => {
            flow::did(event, Action::ConfigChange, true);
            event.ip(Column::SourceIp, last_word_after(text, " from "));
            event.text_if_said(Column::UserName, between(text, "user '", "'").unwrap_or(""));
        }
        Topic::Other => event.action(Action::ApplicationEvent),
    }
    port(text, event);
}

/// `port 1/8 is now off-line`, `… on port A5`, `Port: 5`.
fn port(text: &str, event: &mut EventBuilder<'_>) {
    let name = match text.strip_prefix("port ") {
        Some(rest) => rest.split([' ', '-']).next().unwrap_or(""),
        None => [" on port ", "Port: ", " port "]
            .iter()
            .map(|phrase| last_word_after(text, phrase))
            .find(|word| word.bytes().any(|byte| byte.is_ascii_digit()))
            .unwrap_or(""),
    };
    event.text_if_said(Column::ObserverIngress, name);
}

/// Stations that a switch distrusts: rogue DHCP servers, forged ARP, locked addresses.
fn station(text: &str, event: &mut EventBuilder<'_>) {
    event.action(Action::MacMove);
    event.outcome(Outcome::Unknown);
    for word in text.split([' ', ',']) {
        let word = word.trim_end_matches(['.', ':']);
        if flow::is_mac(word) {
            event.text(Column::SourceMac, word);
        } else if !event.is_set(Column::SourceIp) && word.contains(['.', ':']) {
            event.ip(Column::SourceIp, word);
        }
    }
}

fn nac(text: &str, event: &mut EventBuilder<'_>) {
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if says(&["fail", "denied", "Denied", "error", "unable", "reject", "invalid", "Invalid"]) {
        flow::did(event, Action::NacDecision, false);
    } else if says(&["authenticated", "Access granted", "succe"]) {
        flow::did(event, Action::NacDecision, true);
    } else {
        event.action(Action::ApplicationEvent);
    }
    for word in text.split([' ', ',']) {
        flow::set_mac(event, word.trim_end_matches(['.', ':']));
    }
}

fn health(line: &Line<'_>, event: &mut EventBuilder<'_>) {
    let text = line.text;
    let is_bad = ["ail", "fault", "Fault", "xcessive", "High ", "loop", "Over", "denied", "Lost", "missing"]
        .iter()
        .any(|word| text.contains(word));
    let is_good =
        ["OK", "restored", "now on", "inserted", "recovered"].iter().any(|word| text.contains(word));
    if !is_bad && !is_good {
        event.action(Action::ApplicationEvent);
        return;
    }
    flow::did(event, Action::HealthChange, !is_bad);
    event.field("metric", line.module);
    event.field("state", if is_bad { "warning" } else { "ok" });
}
