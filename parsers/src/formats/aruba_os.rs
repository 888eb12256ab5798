//! Wireless controllers and access points of Aruba (ArubaOS, Instant): `<NUMBER> [<PID>] <LEVEL> |PLACE| text`.
//!
//! Promises: linear; the message number decides where the catalogue gives one, else the words the device wrote;
//! the user name is cut between keys that stand on both sides of it.
//! Must not know: switches (`procurve`, `aruba_cx`), the envelope, files.
//! Source: HPE Aruba Networking, ArubaOS Syslog Messages Reference Guide.

use schema::{Action, Column, EventBuilder, Outcome};

use super::account::between;
use super::flow::{self, last_word_after, word_after};
use super::peer;
use crate::format::{Format, Payload, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "aruba_os",
    title: "Aruba wireless (ArubaOS controllers, Instant)",
    reference: "ArubaOS Syslog Messages Reference Guide",
    programs: &[
        "authmgr",
        "stm",
        "sapd",
        "cli",
        "aaa",
        "wms",
        "fpapps",
        "isakmpd",
        "localdb",
        "mobileip",
        "nanny",
        "am",
        "dhcpd",
        "httpd",
        "l2tp",
        "pptpd",
        "cfgm",
        "profmgr",
        "mini_httpd",
        "hostapd",
        "snmp",
        "fpcli",
        "ntpwrap",
        "crypto",
    ],
    starts: b"<abcdefghilmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    needs: &[("", "<>")],
    keys: &[],
    recognise: |payload| Line::read(payload.text).is_some(),
    parse,
    samples: SAMPLES,
};

/// A message cut at its heads.
struct Line<'a> {
    program: &'a str,
    pid: &'a str,
    number: &'a str,
    level: &'a str,
    /// What stands between bars or angle brackets: the process, or `NAME ADDRESS` of device and access point.
    place: &'a str,
    text: &'a str,
}

impl<'a> Line<'a> {
    fn read(text: &'a str) -> Option<Line<'a>> {
        let (program, pid, rest) = tagged(text);
        let (number, rest) = angled(rest)?;
        if !peer::is_digits(number) || !(5..=6).contains(&number.len()) {
            return None;
        }
        let mut line = Line { program, pid, number, level: "", place: "", text: "" };
        let mut rest = rest.trim_start();
        let mut is_levelled = false;
        while let Some((word, after)) = angled(rest) {
            if peer::is_digits(word) {
                line.pid = if line.pid.is_empty() { word } else { line.pid };
            } else if matches!(word, "EMRG" | "ALRT" | "CRIT" | "ERRS" | "WARN" | "NOTI" | "INFO" | "DBUG") {
                line.level = word;
            } else if line.place.is_empty() {
                line.place = word;
            } else {
                break;
            }
            is_levelled = true;
            rest = after.trim_start();
        }
        // An access point's name stands before its address: `AP:NAME <ADDRESS MAC>`.
        if line.place.is_empty()
            && rest.starts_with("AP:")
            && let Some((place, after)) = rest.split_once("> ")
        {
            line.place = place;
            rest = after;
        } else if let Some((place, after)) = rest.strip_prefix('|').and_then(|rest| rest.split_once('|')) {
            line.place = place;
            is_levelled = true;
            rest = after;
        }
        line.text = rest.trim_start();
        is_levelled.then_some(line)
    }
}

/// `stm[8447]: ` in front, when the envelope left it.
fn tagged(text: &str) -> (&str, &str, &str) {
    let is_tag = |tag: &str| tag.len() <= 32 && !tag.contains([' ', '<']);
    match text.split_once("]: <").filter(|(tag, _)| is_tag(tag)) {
        Some((tag, rest)) => {
            let (program, pid) = tag.split_once('[').unwrap_or((tag, ""));
            let from = text.len() - rest.len() - 1;
            (program, pid, text.get(from..).unwrap_or(""))
        }
        None => ("", "", text),
    }
}

/// What stands in the angle brackets that open a text, and the rest.
fn angled(text: &str) -> Option<(&str, &str)> {
    let (inner, rest) = text.strip_prefix('<')?.split_once('>')?;
    (inner.len() <= 128).then_some((inner, rest))
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let line = Line::read(payload.text).ok_or(Unreadable("expected <NUMBER> <LEVEL> TEXT"))?;
    event.text(Column::EventCode, line.number);
    event.text_if_said(Column::ProcessName, line.program);
    if peer::is_digits(line.pid) {
        event.int_text(Column::ProcessPid, line.pid);
    }
    event.text_if_said(Column::LogLevel, line.level);
    meaning(&line, event);
    set_station(line.text, event);
    set_place(line.place, event);
    Ok(())
}

fn meaning(line: &Line<'_>, event: &mut EventBuilder<'_>) {
    let text = line.text;
    match line.number {
        "125022" | "125033" => return admin(false, text, event),
        "125024" | "125032" | "125021" => return admin(!text.contains("failed"), text, event),
        "124003" | "124004" | "124006" => return session(text, event),
        _ => {}
    }
    // A name that is refused may hold what is said of one that is not.
    let head = text.split("username").next().unwrap_or(text);
    let head = head.split(" user=").next().unwrap_or(head);
    let is = |words: &[&str]| words.iter().any(|word| head.contains(word));
    if is(&["User Authentication Successful", "User authenticated", "Authentication Successful"]) {
        flow::did(event, Action::Login, true);
    } else if is(&[
        "User Authentication failed",
        "Authentication failed",
        "Authentication result=Authentication fail",
    ]) {
        flow::did(event, Action::Login, false);
        event.text_if_said(Column::UserName, key(text, &["username=", "User "]));
    } else if is(&["Auth success", "Assoc success", "Station UP", "Station authenticated"]) {
        flow::did(event, Action::NacDecision, true);
    } else if is(&["Auth failure", "Assoc failure", "Blacklist", "Denylist", "blacklisted"]) {
        flow::did(event, Action::NacDecision, false);
    } else if is(&["Deauth", "Disassoc", "Station DN", "User entry deleted", "User de-authenticated"]) {
        flow::did(event, Action::SessionClose, true);
    } else if matches!(line.number.get(..3), Some("126" | "127")) {
        event.action(Action::IntrusionDetected);
        event.outcome(Outcome::Unknown);
        event.field("blocked", "false");
        event.text_if_said(Column::RuleName, text.split([':', '.']).next().unwrap_or(""));
    } else {
        event.action(Action::ApplicationEvent);
    }
}

/// `Authentication failed for User NAME, Logged in from ADDRESS port N, Connecting to ADDRESS port N connection type SSH`.
fn admin(is_success: bool, text: &str, event: &mut EventBuilder<'_>) {
    flow::did(event, Action::Login, is_success);
    let (head, from) = text.rsplit_once(", Logged in from ").unwrap_or((text, ""));
    let user = head.split_once(" for User ").map_or("", |(_, user)| user);
    event.text_if_said(Column::UserName, user);
    flow::source(event, flow::word(from), word_after(from, " port "));
    if let Some((_, to)) = from.split_once("Connecting to ") {
        flow::destination(event, flow::word(to), word_after(to, " port "));
        let service = word_after(to, "connection type ");
        if !service.is_empty() {
            event.field("service", service);
        }
    }
}

/// The firewall's own sessions: `TCP srcip=A srcport=N dstip=B dstport=N, action=deny, role=…, policy=…`.
fn session(text: &str, event: &mut EventBuilder<'_>) {
    flow::verdict(event, key(text, &["action="]).starts_with("permit"));
    let transport = text.split(" srcip=").next().and_then(|head| head.rsplit(' ').next()).unwrap_or("");
    flow::set_transport(event, transport);
    flow::source(event, key(text, &["srcip="]), key(text, &["srcport="]));
    flow::destination(event, key(text, &["dstip="]), key(text, &["dstport="]));
    event.text_if_said(Column::RuleName, key(text, &["policy="]));
}

/// The value behind the first of these keys that stands in the text.
fn key<'a>(text: &'a str, names: &[&str]) -> &'a str {
    names.iter().map(|name| word_after(text, name)).find(|value| !value.is_empty()).unwrap_or("")
}

/// Who the message is about: user, hardware address, address, access point, network.
fn set_station(text: &str, event: &mut EventBuilder<'_>) {
    if !event.is_set(Column::UserName) {
        // Names may hold blanks; the next key ends them.
        let user = between(text, "username=", " MAC=")
            .or_else(|| between(text, "username-", ", IP-"))
            .unwrap_or_else(|| key(text, &["username=", "username-", "user="]));
        event.text_if_said(Column::UserName, user);
    }
    let mac = key(text, &["usermac=", "MAC=", "mac=", "mac-", "station ", "Station "]);
    if !flow::set_mac(event, mac) {
        // `Auth success: MAC: AP ADDRESS-BSSID-NAME`
        let after = text.split_once(": ").map_or("", |(_, rest)| rest);
        flow::set_mac(event, flow::word(after));
    }
    if !event.is_set(Column::SourceIp) {
        // Behind the name, which may hold any of these.
        let address =
            ["userip=", " IP=", "IP-", "ip=", " from "].iter().map(|key| last_word_after(text, key));
        event.ip(Column::SourceIp, address.into_iter().find(|address| !address.is_empty()).unwrap_or(""));
    }
    // `Sending USERDB_REJ-msg to ADDRESS:PORT with …`
    if !event.is_set(Column::DestinationIp)
        && let Some((_, to)) = text.split_once("-msg to ")
    {
        flow::destination_pair(event, to.split(' ').next().unwrap_or(to));
    }
    for (name, keys) in [
        ("ssid", &["SSID=", "essid-", "ssid="][..]),
        ("access_point", &["apname=", "AP=", "ap_name="]),
        ("role", &["role=", "role-"]),
        ("auth_method", &["auth method=", "authmethod=", "method-", "method="]),
        ("auth_server", &["auth server=", "servername=", "server="]),
    ] {
        let value = key(text, keys);
        if !value.is_empty() {
            event.field(name, value);
        }
    }
}

/// `NAME ADDRESS` of a controller, `AP:NAME <ADDRESS MAC` or `AP NAME@ADDRESS PROCESS` of an access point: who
/// reports. Where the message names no other address, the event came from there.
fn set_place(place: &str, event: &mut EventBuilder<'_>) {
    let name = place.strip_prefix("AP:").or_else(|| place.strip_prefix("AP ")).unwrap_or(place);
    let name = name.split([' ', '@', '<']).next().unwrap_or(name);
    if place.starts_with("AP") && !name.is_empty() {
        event.field("access_point", name);
    }
    let address = place.split([' ', '@', '<']).find(|word| peer::is_address(word));
    let Some(address) = address else { return };
    event.ip(Column::HostIp, address);
    if !event.is_set(Column::SourceIp) {
        event.ip(Column::SourceIp, address);
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a user authenticates on a controller",
        text: "<141>Mar 16 09:12:44 WLC-SEDE authmgr[3642]: <522008> <3642> <NOTI> <WLC-SEDE 192.0.2.2>  User Authentication Successful: username=mrossi MAC=00:00:5e:00:53:01 IP=192.0.2.77 role=dipendenti VLAN=20 AP=AP-BIBLIO SSID=COMUNE AAA profile=aaa-com auth method=802.1x auth server=nps1",
        expect: &[
            ("class", "authentication"),
            ("event_action", "login"),
            ("event_outcome", "success"),
            ("event_code", "522008"),
            ("user_name", "mrossi"),
            ("source_ip", "192.0.2.77"),
            ("source_mac", "00:00:5e:00:53:01"),
            ("process_name", "authmgr"),
            ("host_ip", "192.0.2.2"),
            ("fields.ssid", "COMUNE"),
            ("fields.access_point", "AP-BIBLIO"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a user is refused",
        text: "<522275> <3642> <WARN> |authmgr|  User Authentication failed. username=mrossi userip=192.0.2.78 usermac=00:00:5e:00:53:02 authmethod=802.1x servername=nps1 serverip=192.0.2.5 apname=AP-1 bssid=00:00:5e:00:53:aa",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "mrossi"),
            ("source_ip", "192.0.2.78"),
            ("source_mac", "00:00:5e:00:53:02"),
            ("fields.auth_method", "802.1x"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "hostile: an administrator whose name imitates an address is refused",
        text: "aaa[2201]: <125022> <2201> <WARN> |aaa|  Authentication failed for User x, Logged in from 203.0.113.9 port 1, Logged in from 198.51.100.23 port 40122, Connecting to 192.0.2.2 port 22 connection type SSH",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.23"),
            ("source_port", "40122"),
            ("destination_ip", "192.0.2.2"),
            ("destination_port", "22"),
            ("user_name", "x, Logged in from 203.0.113.9 port 1"),
            ("process_pid", "2201"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a station associates with an access point",
        text: "stm[812]: <501100> <NOTI> AP:AP-PIAZZA <192.0.2.40 00:00:5e:00:53:40>  Assoc success @ 09:12:44.112233: 00:00:5e:00:53:03: AP 192.0.2.40-00:00:5e:00:53:41-AP-PIAZZA",
        expect: &[
            ("event_action", "nac_decision"),
            ("event_outcome", "success"),
            ("fields.access_point", "AP-PIAZZA"),
            ("host_ip", "192.0.2.40"),
        ],
        absent: &["parse_error", "user_name"],
    },
    Sample {
        about: "the controller's firewall denies",
        text: "<124006> <WARN> |authmgr|  {77} TCP srcip=192.0.2.77 srcport=50001 dstip=203.0.113.8 dstport=445, action=deny, role=ospiti, policy=nega-smb",
        expect: &[
            ("event_action", "connection_denied"),
            ("event_outcome", "failure"),
            ("source_ip", "192.0.2.77"),
            ("destination_port", "445"),
            ("network_transport", "tcp"),
            ("rule_name", "nega-smb"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: a line cut in its words",
        text: "<501093> <NOTI> AP:AP-PIAZZA <192.0.2.40 00:00:5e:00:53:40>  Auth succ",
        expect: &[("format", "aruba_os"), ("event_action", "application_event"), ("event_code", "501093")],
        absent: &["event_outcome", "user_name"],
    },
    Sample {
        about: "hostile: a name that imitates a success and an address",
        text: "<522275> <3642> <WARN> |authmgr|  User Authentication failed. username=x Authentication Successful userip=203.0.113.9 userip=192.0.2.78 usermac=00:00:5e:00:53:02 authmethod=802.1x servername=nps1",
        expect: &[("event_action", "login"), ("event_outcome", "failure"), ("source_ip", "192.0.2.78")],
        absent: &["parse_error"],
    },
];
