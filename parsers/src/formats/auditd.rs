//! Linux audit records, alone or all of one serial: `type=EXECVE msg=audit(1773648764.112:4412): argc=3 a0="rm" …`.
//!
//! Promises: linear; a value that the kernel wrote in hexadecimal, since it held a blank or a quote, is undone.
//! Of records that came together the first decides what happened, the others add what it does not say. Must not know: the envelope, files, the clock, other formats.

mod record;
mod samples;
mod value;

use schema::{Action, Column, EventBuilder, Outcome};

use crate::format::{Format, Payload, Unreadable};
use crate::time;

/// See the module.
pub static FORMAT: Format = Format {
    name: "auditd",
    title: "Linux audit (auditd)",
    reference: "Linux audit, specs of event fields and record types (linux-audit/audit-documentation)",
    programs: &["audit", "auditd", "audispd", "audisp-syslog"],
    starts: b"tn",
    needs: &[("type=", "=(:)"), ("node=", "=(:)")],
    keys: &[],
    recognise: |payload| Record::read(payload.text).is_some(),
    parse,
    samples: samples::SAMPLES,
};

/// A record without its head.
struct Record<'a> {
    node: &'a str,
    kind: &'a str,
    time_us: i64,
    serial: &'a str,
    fields: &'a str,
}

impl<'a> Record<'a> {
    /// `[node=HOST ]type=KIND msg=audit(SECONDS.MILLIS:SERIAL): FIELDS`.
    fn read(text: &'a str) -> Option<Record<'a>> {
        let (node, rest) = match text.strip_prefix("node=") {
            Some(rest) => rest.split_once(' ')?,
            None => ("", text),
        };
        let (kind, rest) = rest.strip_prefix("type=")?.split_once(' ')?;
        let (time_us, rest) = time::epoch_fraction(rest.strip_prefix("msg=audit(")?)?;
        let (serial, rest) = rest.strip_prefix(':')?.split_once(')')?;
        let fields = rest.strip_prefix(':')?;
        Some(Record { node, kind, time_us, serial, fields: fields.strip_prefix(' ').unwrap_or(fields) })
    }
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let (first, others) = payload.text.split_once('\n').unwrap_or((payload.text, ""));
    let record =
        Record::read(first).ok_or(Unreadable("expected type=KIND msg=audit(TIME:SERIAL): FIELDS"))?;
    payload.set_time_us(event, record.time_us);
    event.text_if_said(Column::HostName, record.node);
    event.text(Column::EventCode, record.kind);
    event.field("serial", record.serial);
    record::read(record.kind, record.fields, event)?;
    for other in others.lines().filter_map(Record::read).filter(|other| other.serial == record.serial) {
        record::beside(other.kind, other.fields, event);
    }
    Ok(())
}

/// Sets action and outcome at once.
fn is(action: Action, outcome: Outcome, event: &mut EventBuilder<'_>) {
    event.action(action);
    event.outcome(outcome);
}
