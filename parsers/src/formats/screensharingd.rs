//! Screen sharing of macOS: accepted and refused logins.
//!
//! Promises: linear; the viewer's address is cut from the right, behind the user's name. Must not know: other formats.

use schema::{Action, Column, EventBuilder, Outcome};

use super::peer;
use crate::format::{Format, Payload, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "screensharingd",
    title: "macOS screen sharing",
    reference: "macOS, screensharingd",
    programs: &["screensharingd"],
    starts: b"A",
    needs: &[],
    keys: &[],
    recognise: |payload| {
        payload.text.starts_with("Authentication: ") && payload.text.contains(" :: User Name: ")
            || payload.program == "screensharingd"
    },
    parse,
    samples: SAMPLES,
};

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    const SHAPE: Unreadable = Unreadable("expected User Name, Viewer Address and Type");
    let Some(rest) = payload.text.strip_prefix("Authentication: ") else {
        event.action(Action::ApplicationEvent);
        return Ok(());
    };
    let (result, rest) = rest.split_once(" :: User Name: ").ok_or(SHAPE)?;
    let (user, rest) = rest.rsplit_once(" :: Viewer Address: ").ok_or(SHAPE)?;
    let (address, kind) = rest.split_once(" :: Type: ").unwrap_or((rest.trim_end(), ""));
    event.action(Action::Login);
    event.outcome(Outcome::of(result == "SUCCEEDED"));
    event.text_if_said(Column::UserName, user);
    peer::set(event, address, "");
    if !kind.is_empty() {
        event.field("auth_method", kind.trim_end());
    }
    Ok(())
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a login is refused",
        text: "<35>Mar 16 09:12:44 mac1 screensharingd[2211]: Authentication: FAILED :: User Name: averdi :: Viewer Address: 198.51.100.9 :: Type: DH",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "averdi"),
            ("source_ip", "198.51.100.9"),
            ("fields.auth_method", "DH"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a login",
        text: "<35>Mar 16 09:12:45 mac1 screensharingd[2211]: Authentication: SUCCEEDED :: User Name: averdi :: Viewer Address: 192.0.2.77 :: Type: DH",
        expect: &[("event_outcome", "success"), ("source_ip", "192.0.2.77")],
        absent: &["parse_error"],
    },
    Sample {
        about: "another message of the daemon",
        text: "<35>Mar 16 09:12:46 mac1 screensharingd[2211]: screensharingd Start Up",
        expect: &[("event_action", "application_event")],
        absent: &["event_outcome", "parse_error"],
    },
    Sample {
        about: "truncated: a refusal cut before its viewer",
        text: "<35>Mar 16 09:12:44 mac1 screensharingd[2211]: Authentication: FAILED :: User Name: aver",
        expect: &[("parse_error", "expected User Name, Viewer Address and Type")],
        absent: &["user_name", "event_outcome"],
    },
    Sample {
        about: "hostile: a user name that imitates a viewer moves no field",
        text: "<35>Mar 16 09:12:47 mac1 screensharingd[2211]: Authentication: FAILED :: User Name: x :: Viewer Address: 203.0.113.1 :: Type: DH :: Viewer Address: 192.0.2.77 :: Type: DH",
        expect: &[("source_ip", "192.0.2.77"), ("event_outcome", "failure")],
        absent: &["parse_error"],
    },
];
