//! Network Management Cards of APC's UPS and PDU, by syslog: `UPS: text. 0x0109`.
//!
//! Promises: linear; the event code at the end makes a line certain; a text is known by its first words.
//! Must not know: NUT and apcupsd (`nut_upsmon`), the envelope.
//! Source: APC, UPS Network Management Card 2 and 3, event list.

use schema::{Action, Column, EventBuilder};

use super::account::between;
use super::flow::{self, last_word_after};
use crate::format::{Format, Payload, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "apc_nmc",
    title: "APC Network Management Card (UPS, PDU)",
    reference: "APC UPS Network Management Card 2 and 3, event list",
    programs: &["ups", "system", "rpdu", "emu"],
    starts: b"USRE",
    needs: &[],
    keys: &[],
    recognise: |payload| card(payload.text).is_some(),
    parse,
    samples: SAMPLES,
};

/// Texts of mains and battery: their beginning, the state they mean, whether it is good.
const STATES: &[(&str, &str, bool)] = &[
    ("On battery power", "on_battery", false),
    ("No longer on battery power", "on_mains", true),
    ("Low battery", "low_battery", false),
    ("The battery power is too low", "low_battery", false),
    ("In bypass", "bypass", false),
    ("Switched to bypass", "bypass", false),
];

/// Texts of the UPS's own health.
const HEALTH: &[(&str, &str, bool)] = &[
    ("Communications with UPS lost", "critical", false),
    ("Lost communication with UPS", "critical", false),
    ("Lost the local network management interface-to-UPS communication", "critical", false),
    ("Communications with UPS restored", "ok", true),
    ("Restored the local network management interface-to-UPS communication", "ok", true),
    ("Battery disconnected", "critical", false),
    ("Battery reattached", "ok", true),
    ("UPS battery must be replaced", "critical", false),
    ("The battery needs to be replaced", "critical", false),
    ("A discharged battery condition", "warning", false),
    ("Self-Test failed", "critical", false),
    ("Failed self-test", "critical", false),
    ("Passed a self-test", "ok", true),
    ("UPS Self Test completed", "ok", true),
    ("An overload condition", "critical", false),
    ("Overload", "critical", false),
];

/// `SUBJECT: text. 0x0109` of a card; the envelope may have taken the subject.
fn card(text: &str) -> Option<(&str, &str)> {
    let (said, code) = text.trim_end().rsplit_once(' ')?;
    let hex = code.strip_prefix("0x")?;
    (hex.len() == 4 && hex.bytes().all(|byte| byte.is_ascii_hexdigit())).then(|| {
        let said = said.trim_end();
        let said = ["UPS: ", "System: ", "rPDU: ", "EMU: "]
            .iter()
            .find_map(|head| said.strip_prefix(head))
            .unwrap_or(said);
        (said, code)
    })
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let (text, code) = card(payload.text).ok_or(Unreadable("expected TEXT and its code"))?;
    event.text(Column::EventCode, code);
    if let Some((_, state, is_good)) = STATES.iter().find(|(start, _, _)| text.starts_with(start)) {
        flow::did(event, Action::PowerChange, *is_good);
        event.field("state", state);
    } else if let Some((_, state, is_good)) = HEALTH.iter().find(|(start, _, _)| text.starts_with(start)) {
        flow::did(event, Action::HealthChange, *is_good && !text.contains("fail"));
        event.field("metric", "ups");
        event.field("state", state);
    } else if !login(text, event) {
        event.action(Action::ApplicationEvent);
    }
    Ok(())
}

/// `Web user 'NAME' logged in from ADDRESS.`, `Detected an unauthorized user attempting to access the Web interface
/// from ADDRESS.`
fn login(text: &str, event: &mut EventBuilder<'_>) -> bool {
    let (action, is_success) = if text.starts_with("Detected an unauthorized user") {
        (Action::Login, false)
    } else if text.contains(" user '") && text.contains("' logged in from ") {
        (Action::Login, true)
    } else if text.contains(" user '") && text.contains("' logged out from ") {
        (Action::Logout, true)
    } else {
        return false;
    };
    flow::did(event, action, is_success);
    event.text_if_said(Column::UserName, between(text, " user '", "' logged ").unwrap_or(""));
    event.ip(Column::SourceIp, last_word_after(text, " from "));
    if let Some(service) = between(text, "the ", " interface").or_else(|| text.split(" user '").next()) {
        event.field("service", service);
    }
    true
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "the mains are back",
        text: "<132>Mar 16 09:13:44 ups-ced UPS: No longer on battery power. 0x010A",
        expect: &[
            ("event_action", "power_change"),
            ("event_outcome", "success"),
            ("fields.state", "on_mains"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a battery is old",
        text: "<132>Mar 16 09:13:44 ups-ced UPS: The battery needs to be replaced. 0x0119",
        expect: &[
            ("event_action", "health_change"),
            ("event_outcome", "failure"),
            ("fields.state", "critical"),
        ],
        absent: &[],
    },
    Sample {
        about: "a management card",
        text: "<132>Mar 16 09:12:44 ups-ced UPS: On battery power in response to an input power problem. 0x0109",
        expect: &[
            ("event_action", "power_change"),
            ("event_outcome", "failure"),
            ("event_code", "0x0109"),
            ("fields.state", "on_battery"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a stranger at the card's web page",
        text: "<132>Mar 16 09:12:44 ups-ced System: Detected an unauthorized user attempting to access the Web interface from 198.51.100.23. 0x0007",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.23"),
            ("fields.service", "Web"),
        ],
        absent: &["user_name"],
    },
    Sample {
        about: "hostile: a user whose name imitates an address",
        text: "<134>Mar 16 09:12:44 ups-ced System: Web user 'x from 203.0.113.9' logged in from 192.0.2.7. 0x0014",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "success"),
            ("user_name", "x from 203.0.113.9"),
            ("source_ip", "192.0.2.7"),
        ],
        absent: &[],
    },
    Sample {
        about: "truncated: a line cut in the middle, its code kept",
        text: "UPS: On battery power in resp 0x0109",
        expect: &[("format", "apc_nmc"), ("fields.state", "on_battery")],
        absent: &["user_name", "source_ip"],
    },
];
