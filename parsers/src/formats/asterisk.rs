//! Asterisk: refused registrations and calls, security events, by syslog or in its own log files.
//!
//! Promises: linear; a caller's name, which he chooses, moves no field: where a line could be cut in two ways
//! it is an error, never a guess. Of a number called only the leading digits are kept.
//! Must not know: the syslog envelope, files, the clock, other formats.

use schema::{Action, Column, EventBuilder, Outcome};

use super::account::{address_and_port, between};
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::key_value::pairs;
use crate::time;

/// Last digits of a called number that are not kept.
const NUMBER_DIGITS_MASKED: usize = 5;

/// See the module.
pub static FORMAT: Format = Format {
    name: "asterisk",
    title: "Asterisk (telephone exchange)",
    reference: "Asterisk, main/logger.c, res/res_security_log.c, channels/chan_sip.c, res/res_pjsip",
    programs: &["asterisk"],
    starts: b"[",
    needs: &[],
    keys: &[],
    recognise: |payload| Line::read(payload.text).is_some(),
    parse,
    samples: SAMPLES,
};

/// `[STAMP] LEVEL[THREAD][CALL]: FILE.c[:LINE FUNCTION]: TEXT`.
struct Line<'a> {
    when: Option<time::When>,
    level: &'a str,
    provider: &'a str,
    text: &'a str,
}

impl<'a> Line<'a> {
    fn read(text: &'a str) -> Option<Line<'a>> {
        let (when, rest) = match text.strip_prefix('[') {
            Some(rest) => {
                let (when, rest) = time::iso_prefix(rest).or_else(|| time::month_day(rest))?;
                (Some(when), rest.strip_prefix("] ")?)
            }
            None => (None, text),
        };
        let (level, rest) = rest.split_once('[')?;
        if !matches!(level, "NOTICE" | "WARNING" | "ERROR" | "SECURITY" | "VERBOSE" | "DEBUG" | "DTMF") {
            return None;
        }
        let (thread, rest) = rest.split_once(']')?;
        if !thread.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let rest = match rest.strip_prefix("[C-").and_then(|call| call.split_once(']')) {
            Some((_, rest)) => rest,
            None => rest,
        };
        let rest = rest.strip_prefix(':').unwrap_or(rest).trim_start_matches(' ');
        let (provider, text) = rest.split_once(": ")?;
        Some(Line { when, level, provider: provider.split([':', ' ']).next().unwrap_or(provider), text })
    }
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let line = Line::read(payload.text).ok_or(Unreadable("expected LEVEL[THREAD] FILE: TEXT"))?;
    if let Some(when) = line.when {
        payload.set_time(event, when);
    }
    event.text(Column::LogLevel, line.level);
    event.text(Column::EventProvider, line.provider);
    let text = line.text.trim();
    if text.starts_with("SecurityEvent=") {
        return security(text, event);
    }
    if text.starts_with("Registration from '") || text.starts_with("Request ") {
        return refused_request(text, event);
    }
    if text.contains(" rejected because extension not found") {
        return refused_call(text, event);
    }
    if let Some(rest) = text.trim_matches('"').strip_prefix("Rejecting unknown SIP connection from ") {
        is(Action::Call, rest.trim_matches('"'), event);
    } else if let Some(address) = between(text, "hacking attempt detected '", "'") {
        is(Action::IntrusionDetected, address, event);
    } else if let Some((address, user)) = login_text(text) {
        is(Action::Login, address, event);
        event.text_if_said(Column::UserName, user);
        event.field("reason", "wrong_credential");
    } else {
        event.action(Action::ApplicationEvent);
    }
    Ok(())
}

/// Sets a refused action and where it came from.
fn is(action: Action, peer: &str, event: &mut EventBuilder<'_>) {
    let (address, port) = address_and_port(peer);
    event.action(action);
    event.outcome(Outcome::Failure);
    event.ip(Column::SourceIp, address);
    event.int_text(Column::SourcePort, port);
}

/// Address and user of the sentences of IAX2 and the manager. The address comes first, or last behind the name.
fn login_text(text: &str) -> Option<(&str, &str)> {
    let end = |user: &'static str| move |rest: &str| rest.rfind(user);
    if let Some(rest) = text.strip_prefix("No registration for peer '") {
        let (user, address) = rest.rsplit_once("' (from ")?;
        return Some((address.trim_end_matches(')'), user));
    }
    let rest = text.strip_prefix("Host ").unwrap_or(text);
    let (address, said) = rest.split_once(' ')?;
    for words in [
        "failed to authenticate as '",
        "failed MD5 authentication for '",
        "tried to authenticate with nonexistent user '",
    ] {
        if let Some(user) = said.strip_prefix(words) {
            let close = end("' (")(user).or_else(|| end("'")(user))?;
            return Some((address, user.get(..close)?));
        }
    }
    None
}

/// `Registration from 'URI' failed for 'ADDRESS[:PORT]' - REASON`, whose caller chooses the URI alone, and
/// `Request ['METHOD' ]from 'URI' failed for 'ADDRESS:PORT' (callid: ID) - REASON`, whose caller chooses URI and ID.
fn refused_request(text: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    const SHAPE: Unreadable = Unreadable("expected from 'URI' failed for 'ADDRESS' - REASON");
    const MARK: &str = "' failed for '";
    let (from, rest) = text.rsplit_once(MARK).ok_or(SHAPE)?;
    if from.contains(MARK) && text.starts_with("Request ") {
        return Err(Unreadable("a caller's name that imitates an address"));
    }
    let (peer, rest) = rest.split_once('\'').ok_or(SHAPE)?;
    let (_, reason) = rest.rsplit_once(" - ").ok_or(SHAPE)?;
    is(Action::Login, peer, event);
    let uri = from.split_once("from '").map_or("", |(_, uri)| uri);
    if let Some((_, address)) = uri.rsplit_once("sip:").or_else(|| uri.rsplit_once("sips:")) {
        event.text_if_said(Column::UserName, address.rsplit_once('@').map_or("", |(user, _)| user));
    }
    event.field("reason", reason);
    Ok(())
}

/// `Call from 'USER' (ADDRESS:PORT) to extension 'NUMBER' rejected …`, PJSIP's `USER: Call (UDP:ADDRESS:PORT) to …`.
fn refused_call(text: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    const SHAPE: Unreadable = Unreadable("expected Call from 'USER' (ADDRESS) to extension 'NUMBER'");
    let (head, rest) = text.split_once(") to extension '").ok_or(SHAPE)?;
    if rest.contains(") to extension '") {
        return Err(Unreadable("a caller's name that imitates an address"));
    }
    let (number, _) = rest.rsplit_once("' rejected because ").ok_or(SHAPE)?;
    let (who, peer) = head.rsplit_once('(').ok_or(SHAPE)?;
    let peer = ["UDP:", "TCP:", "TLS:", "WS:", "WSS:"]
        .iter()
        .find_map(|transport| peer.strip_prefix(transport))
        .unwrap_or(peer);
    is(Action::Call, peer, event);
    let user = who
        .split_once("Call from '")
        .map_or(who.split(": Call").next().unwrap_or(""), |(_, user)| user.trim_end().trim_end_matches('\''));
    event.text_if_said(Column::UserName, user);
    let kept = number.len().saturating_sub(NUMBER_DIGITS_MASKED);
    if let Some(prefix) = number.get(..kept).filter(|prefix| !prefix.is_empty()) {
        event.field("number", prefix);
    }
    event.field("reason", "extension not found");
    Ok(())
}

/// `SecurityEvent="InvalidPassword",EventTV="…",…,AccountID="201",…,RemoteAddress="IPV4/UDP/192.0.2.1/5060",…`.
/// Account before and challenge behind the address are the caller's: an address that stands twice is an error.
fn security(text: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    const ADDRESS: &str = ",RemoteAddress=\"";
    let (_, rest) =
        text.split_once(ADDRESS).ok_or(Unreadable("a security event without its RemoteAddress"))?;
    if rest.contains(ADDRESS) {
        return Err(Unreadable("a caller's name that imitates an address"));
    }
    let mut address = rest.split('"').next().unwrap_or("").splitn(4, '/');
    let (_family, transport) = (address.next(), address.next().unwrap_or(""));
    if let Some(peer) = address.next() {
        event.ip(Column::SourceIp, peer);
    }
    if let Some(port) = address.next() {
        event.int_text(Column::SourcePort, port);
    }
    event.text_if_said(Column::NetworkTransport, transport);
    let mut kind = "";
    for (key, value) in pairs(text, b',') {
        match key {
            "SecurityEvent" if kind.is_empty() => kind = value,
            "AccountID" if value != "<unknown>" && !event.is_set(Column::UserName) => {
                event.text_if_said(Column::UserName, value);
            }
            "Service" if !event.is_set(Column::NetworkProtocol) => event.text(Column::NetworkProtocol, value),
            _ => {}
        }
    }
    event.text(Column::EventCode, kind);
    match kind {
        "SuccessfulAuth" => {
            event.action(Action::Login);
            event.outcome(Outcome::Success);
        }
        "InvalidPassword"
        | "InvalidAccountID"
        | "ChallengeResponseFailed"
        | "FailedACL"
        | "UnexpectedAddress"
        | "AuthMethodNotAllowed"
        | "InvalidTransport" => {
            event.action(Action::Login);
            event.outcome(Outcome::Failure);
            event.field(
                "reason",
                if kind == "InvalidAccountID" { "unknown_user" } else { "wrong_credential" },
            );
        }
        _ => {
            event.action(Action::ApplicationEvent);
            event.field("action", kind);
        }
    }
    Ok(())
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a wrong password, as security event",
        text: r#"[2026-03-16 02:40:11] SECURITY[2211] res_security_log.c: SecurityEvent="InvalidPassword",EventTV="2026-03-16T02:40:11.112+0100",Severity="Error",Service="PJSIP",EventVersion="2",AccountID="201",SessionID="7f8a",LocalAddress="IPV4/UDP/192.0.2.5/5060",RemoteAddress="IPV4/UDP/198.51.100.23/5071",Challenge="a1""#,
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "201"),
            ("source_ip", "198.51.100.23"),
            ("source_port", "5071"),
            ("network_transport", "UDP"),
            ("event_code", "InvalidPassword"),
            ("timestamp", "2026-03-16T01:40:11.000000Z"),
        ],
        absent: &["parse_error", "destination_ip"],
    },
    Sample {
        about: "a login succeeds",
        text: r#"[2026-03-16 08:40:11] SECURITY[2211] res_security_log.c: SecurityEvent="SuccessfulAuth",EventTV="2026-03-16T08:40:11.112+0100",Severity="Informational",Service="PJSIP",EventVersion="1",AccountID="202",SessionID="7f8b",LocalAddress="IPV4/UDP/192.0.2.5/5060",RemoteAddress="IPV4/UDP/192.0.2.61/5060",UsingPassword="1""#,
        expect: &[("event_action", "login"), ("event_outcome", "success"), ("user_name", "202")],
        absent: &["fields.reason", "parse_error"],
    },
    Sample {
        about: "a registration is refused, by syslog",
        text: "<13>Mar 16 02:40:12 centralino asterisk[811]: NOTICE[2212]: chan_sip.c:28400 handle_request_register: Registration from '\"205\" <sip:205@192.0.2.5>' failed for '198.51.100.23:5071' - Wrong password",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "205"),
            ("source_ip", "198.51.100.23"),
            ("fields.reason", "Wrong password"),
            ("event_provider", "chan_sip.c"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a call to an extension that does not exist keeps no whole number",
        text: "[2026-03-16 02:41:11] NOTICE[436][C-000000a1] chan_sip.c: Call from '' (198.51.100.23:10836) to extension '0088213555111' rejected because extension not found in context 'default'.",
        expect: &[
            ("event_action", "call"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.23"),
            ("fields.number", "00882135"),
        ],
        absent: &["user_name", "parse_error"],
    },
    Sample {
        about: "a challenge is no failure",
        text: r#"[2026-03-16 08:40:11] SECURITY[2211] res_security_log.c: SecurityEvent="ChallengeSent",EventTV="2026-03-16T08:40:11.112+0100",Severity="Informational",Service="PJSIP",EventVersion="1",AccountID="202",SessionID="7f8b",LocalAddress="IPV4/UDP/192.0.2.5/5060",RemoteAddress="IPV4/UDP/192.0.2.61/5060",Challenge="a1""#,
        expect: &[("event_action", "application_event"), ("fields.action", "ChallengeSent")],
        absent: &["event_outcome", "parse_error"],
    },
    Sample {
        about: "truncated: a security event cut before its address",
        text: r#"[2026-03-16 02:40:11] SECURITY[2211] res_security_log.c: SecurityEvent="InvalidPassword",EventTV="2026-03-16T02:40:11.112+0100",AccountID="201""#,
        expect: &[("parse_error", "a security event without its RemoteAddress")],
        absent: &["event_outcome", "source_ip", "user_name"],
    },
    Sample {
        about: "hostile: a caller's name that imitates an address moves none",
        text: "[2026-03-16 02:40:12] NOTICE[2212] chan_sip.c: Registration from '\"x' failed for '203.0.113.1' - y\" <sip:x@192.0.2.5>' failed for '198.51.100.23:5071' - Wrong password",
        expect: &[
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.23"),
            ("source_port", "5071"),
            ("user_name", "x"),
            ("fields.reason", "Wrong password"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "hostile: where the caller chooses an id behind the address, too, it is an error that keeps its time",
        text: "[2026-03-16 02:40:12] NOTICE[2212] res_pjsip/pjsip_distributor.c: Request 'REGISTER' from '\"x' failed for '203.0.113.1:1' (callid: a) - y\" <sip:x@192.0.2.5>' failed for '198.51.100.23:5071' (callid: b) - No matching endpoint found",
        expect: &[
            ("parse_error", "a caller's name that imitates an address"),
            ("timestamp", "2026-03-16T01:40:12.000000Z"),
        ],
        absent: &["source_ip", "event_outcome"],
    },
];
