//! scanlogd: `SOURCE[:PORT] to TARGET ports 80, 81, …, flags, TOS 00 @09:12:44`: somebody scans ports.
//!
//! Promises: linear. Must not know: the envelope. Source: Openwall scanlogd 2.2, scanlogd(8).

use schema::{Action, Column, EventBuilder, Outcome};

use super::flow;
use crate::format::{Format, Payload, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "scanlogd",
    title: "scanlogd (port scans)",
    reference: "scanlogd(8)",
    programs: &["scanlogd"],
    starts: &[],
    needs: &[],
    keys: &[],
    recognise: |_| true,
    parse,
    samples: SAMPLES,
};

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let Some((source, rest)) = payload.text.split_once(" to ") else {
        event.action(Action::ApplicationEvent);
        return Ok(());
    };
    let (target, rest) =
        rest.split_once(" ports ").ok_or(Unreadable("expected SOURCE to TARGET ports LIST"))?;
    if !flow::source_pair(event, source) || !flow::destination_pair(event, target) {
        return Err(Unreadable("expected SOURCE to TARGET ports LIST"));
    }
    event.action(Action::IntrusionDetected);
    event.outcome(Outcome::Unknown);
    event.field("blocked", "false");
    event.text(Column::RuleName, "port scan");
    event.field("ports", rest.split(", ...").next().unwrap_or(rest));
    Ok(())
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a scan",
        text: "Mar 16 09:12:44 gw scanlogd: 198.51.100.23 to 192.0.2.1 ports 80, 81, 443, ..., fSrpauxy, TOS 00 @09:12:43",
        expect: &[
            ("event_action", "intrusion_detected"),
            ("event_outcome", "unknown"),
            ("source_ip", "198.51.100.23"),
            ("destination_ip", "192.0.2.1"),
            ("rule_name", "port scan"),
            ("fields.ports", "80, 81, 443"),
        ],
        absent: &["parse_error", "source_port", "destination_port"],
    },
    Sample {
        about: "a scan from one port",
        text: "Mar 16 09:12:44 gw scanlogd: 198.51.100.23:53 to 192.0.2.1 ports 1, 2, ..., fSrpauxy, TOS 00, TTL 50 @09:12:43",
        expect: &[("source_ip", "198.51.100.23"), ("source_port", "53")],
        absent: &[],
    },
    Sample {
        about: "a scan of one port on many machines",
        text: "Mar 16 09:12:44 gw scanlogd: 198.51.100.23 to 192.0.2.1:22 ports 22, ..., fSrpauxy, TOS 00 @09:12:43",
        expect: &[("destination_port", "22")],
        absent: &[],
    },
    Sample {
        about: "truncated: a line cut in the target",
        text: "Mar 16 09:12:44 gw scanlogd: 198.51.100.23 to 192.0.",
        expect: &[("parse_error", "expected SOURCE to TARGET ports LIST")],
        absent: &["source_ip", "event_outcome"],
    },
    Sample {
        about: "hostile: a flood of scans, imitating one",
        text: "Mar 16 09:12:44 gw scanlogd: More possible port scans follow",
        expect: &[("event_action", "application_event")],
        absent: &["source_ip"],
    },
];
