//! Uninterruptible power supplies: NUT (`upsmon`, `upsd`) and apcupsd.
//!
//! Promises: linear; the words of both daemons are compiled in, so what is not known stays an application event.
//! Must not know: the syslog envelope, files, the clock, other formats.

use schema::{Action, Column, EventBuilder, Outcome};

use crate::format::{Format, Payload, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "nut_upsmon",
    title: "NUT and apcupsd (UPS)",
    reference: "Network UPS Tools, upsmon(8) and upsd(8); apcupsd manual, events",
    programs: &["upsmon", "upsd", "upssched", "nut-monitor", "apcupsd"],
    starts: &[],
    needs: &[],
    keys: &[],
    recognise: |_| true,
    parse,
    samples: SAMPLES,
};

/// What a daemon says (lower case, anywhere in the text), and what it means; the first that fits counts.
const STATES: &[(&str, Meaning)] = &[
    ("no longer on ups batteries", Meaning::Power("on_mains", Outcome::Success)),
    ("battery needs to be replaced", Meaning::Health("battery", "warning")),
    ("battery must be replaced", Meaning::Health("battery", "warning")),
    ("battery disconnected", Meaning::Health("battery", "critical")),
    ("battery is low", Meaning::Power("low_battery", Outcome::Failure)),
    ("low battery", Meaning::Power("low_battery", Outcome::Failure)),
    ("battery power exhausted", Meaning::Power("low_battery", Outcome::Failure)),
    ("reached run time limit on batteries", Meaning::Power("low_battery", Outcome::Failure)),
    ("on battery", Meaning::Power("on_battery", Outcome::Failure)),
    ("running on ups batteries", Meaning::Power("on_battery", Outcome::Failure)),
    ("power failure", Meaning::Power("on_battery", Outcome::Failure)),
    ("on line", Meaning::Power("on_mains", Outcome::Success)),
    ("mains returned", Meaning::Power("on_mains", Outcome::Success)),
    ("power is back", Meaning::Power("on_mains", Outcome::Success)),
    ("on bypass", Meaning::Power("bypass", Outcome::Success)),
    ("forced shutdown in progress", Meaning::Stop),
    ("auto logout and shutdown proceeding", Meaning::Stop),
    ("initiating system shutdown", Meaning::Stop),
    ("executing automatic power-fail shutdown", Meaning::Stop),
    ("overload", Meaning::Health("load", "critical")),
    ("is unavailable", Meaning::Health("communication", "critical")),
    ("established", Meaning::Health("communication", "ok")),
    ("communications restored", Meaning::Health("communication", "ok")),
    ("lost", Meaning::Health("communication", "critical")),
    ("data for ups", Meaning::Health("communication", "warning")),
];

#[derive(Clone, Copy)]
enum Meaning {
    /// State of the supply, and whether that is well.
    Power(&'static str, Outcome),
    /// What is measured, and its state.
    Health(&'static str, &'static str),
    /// The machine goes down.
    Stop,
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let text = payload.text;
    if let Some(name) = unit(text) {
        event.text(Column::ServiceName, name);
    }
    if payload.program.eq_ignore_ascii_case("upsd") && logged_in(text, event) {
        return Ok(());
    }
    // The unit's name is the administrator's: a unit called `low battery` says nothing of its state.
    let said = unit(text).and_then(|name| text.split_once(name)).map_or(text, |(_, after)| after);
    match STATES.iter().find(|(words, _)| contains_ignoring_case(said, words)).map(|(_, meaning)| *meaning) {
        Some(Meaning::Power(state, outcome)) => {
            event.action(Action::PowerChange);
            event.outcome(outcome);
            event.field("state", state);
        }
        Some(Meaning::Health(metric, state)) => {
            event.action(Action::HealthChange);
            event.outcome(Outcome::of(state == "ok"));
            event.field("metric", metric);
            event.field("state", state);
        }
        Some(Meaning::Stop) => {
            event.action(Action::SystemStop);
            event.outcome(Outcome::Success);
            event.field("reason", "power");
        }
        None => event.action(Action::ApplicationEvent),
    }
    Ok(())
}

/// The unit of `UPS NAME …` and `Communications with UPS NAME …`.
fn unit(text: &str) -> Option<&str> {
    let rest = text
        .strip_prefix("UPS [")
        .or_else(|| text.strip_prefix("UPS "))
        .or_else(|| text.split_once(" with UPS ").map(|(_, rest)| rest))?;
    let name = rest.split([' ', ']', ':']).next()?;
    // apcupsd has one unit and no name for it: `UPS batteries`, `UPS lost`.
    name.contains('@').then_some(name)
}

/// `User NAME@ADDRESS logged into UPS [UNIT]`; a name may hold `@`, an address does not.
fn logged_in(text: &str, event: &mut EventBuilder<'_>) -> bool {
    let Some(rest) = text.strip_prefix("User ") else { return false };
    let (who, action) = match (rest.rsplit_once(" logged into UPS"), rest.rsplit_once(" logged out from UPS"))
    {
        (Some((who, _)), _) => (who, Action::Login),
        (None, Some((who, _))) => (who, Action::Logout),
        (None, None) => return false,
    };
    let (user, address) = who.rsplit_once('@').unwrap_or((who, ""));
    event.action(action);
    event.outcome(Outcome::Success);
    event.text_if_said(Column::UserName, user);
    event.ip(Column::SourceIp, address);
    true
}

/// True when `words` (lower case) stand in `text`, whatever its case. Texts of these daemons are short.
fn contains_ignoring_case(text: &str, words: &str) -> bool {
    text.as_bytes().windows(words.len()).any(|window| window.eq_ignore_ascii_case(words.as_bytes()))
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "mains are lost",
        text: "<28>Mar 16 09:12:44 srv-rete upsmon[612]: UPS sala-ced@localhost on battery",
        expect: &[
            ("event_action", "power_change"),
            ("event_outcome", "failure"),
            ("fields.state", "on_battery"),
            ("service_name", "sala-ced@localhost"),
            ("host_name", "srv-rete"),
        ],
        absent: &["parse_error", "fields.metric"],
    },
    Sample {
        about: "mains are back",
        text: "<29>Mar 16 09:22:44 srv-rete upsmon[612]: UPS sala-ced@localhost on line power",
        expect: &[
            ("event_action", "power_change"),
            ("event_outcome", "success"),
            ("fields.state", "on_mains"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "the battery is low",
        text: "<26>Mar 16 09:42:44 srv-rete upsmon[612]: UPS sala-ced@localhost battery is low",
        expect: &[("fields.state", "low_battery"), ("event_outcome", "failure")],
        absent: &["parse_error"],
    },
    Sample {
        about: "apcupsd says mains returned",
        text: "<29>Mar 16 09:42:44 srv-rete apcupsd[511]: Mains returned. No longer on UPS batteries.",
        expect: &[("event_action", "power_change"), ("fields.state", "on_mains")],
        absent: &["service_name", "parse_error"],
    },
    Sample {
        about: "the battery must be replaced",
        text: "<28>Mar 16 09:42:44 srv-rete upsmon[612]: UPS sala-ced@localhost battery needs to be replaced",
        expect: &[
            ("event_action", "health_change"),
            ("fields.metric", "battery"),
            ("fields.state", "warning"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a client logs into upsd",
        text: "<29>Mar 16 09:42:44 srv-rete upsd[601]: User monitor@192.0.2.12 logged into UPS [sala-ced]",
        expect: &[("event_action", "login"), ("user_name", "monitor"), ("source_ip", "192.0.2.12")],
        absent: &["parse_error", "fields.state"],
    },
    Sample {
        about: "truncated: a line cut before the state says nothing of it",
        text: "<28>Mar 16 09:12:44 srv-rete upsmon[612]: UPS sala-ced@localhost on bat",
        expect: &[("event_action", "application_event"), ("service_name", "sala-ced@localhost")],
        absent: &["fields.state", "event_outcome"],
    },
    Sample {
        about: "hostile: a unit whose name imitates a state does not change it",
        text: "<29>Mar 16 09:22:44 srv-rete upsmon[612]: UPS low-battery-on-battery@localhost on line power",
        expect: &[("fields.state", "on_mains"), ("service_name", "low-battery-on-battery@localhost")],
        absent: &["parse_error"],
    },
];
