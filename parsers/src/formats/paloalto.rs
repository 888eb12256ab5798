//! Palo Alto Networks firewalls (PAN-OS) and Prisma Access: syslog as comma separated values, and the JSON, CEF
//! and LEEF of Strata Logging Service.
//!
//! Promises: one pass over the fields; quotes of CSV and JSON keep a client's text (URL, user agent, user) in its field.
//! Must not know: the envelope.

mod cef;
mod columns;
mod csv;
mod keys;
mod meaning;
mod samples;
mod system;

use schema::EventBuilder;

use crate::format::{Format, Payload, Unreadable};
use csv::Row;
use keys::{Key, Values};

/// See the module.
pub static FORMAT: Format = Format {
    name: "paloalto",
    title: "Palo Alto Networks PAN-OS and Prisma Access (CSV, JSON, CEF, LEEF)",
    reference: "PAN-OS Administrator's Guide, Syslog Field Descriptions; Strata Logging Service Log Reference",
    programs: &["logforwarder", "cef"],
    starts: b"0123456789:{JFMASONDCL\"",
    needs: &[],
    keys: &["DeviceSN", "LogSourceID"],
    recognise,
    parse,
    samples: samples::SAMPLES,
};

fn recognise(payload: &Payload<'_>) -> bool {
    match payload.json {
        Some(json) => {
            let has_serial = json.get("DeviceSN").is_some() || json.get("LogSourceID").is_some();
            has_serial
                && json.get("LogType").is_some()
                && (json.get("SequenceNo").is_some() || json.get("TimeGenerated").is_some())
        }
        None => Row::read(payload.text).is_some() || cef::is_own(payload),
    }
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    if payload.json.is_none() && Row::read(payload.text).is_none() && cef::is_own(payload) {
        return cef::read(payload, event);
    }
    let mut values = Values::new();
    if let Some(json) = payload.json {
        for member in json.members() {
            if let Some(value) = member.scalar() {
                values.put(member.key(), value);
            }
        }
        if !values.has(Key::LogType) {
            return Err(Unreadable("no LogType"));
        }
    } else {
        let row = Row::read(payload.text).ok_or(Unreadable("expected NUMBER,STAMP,SERIAL,TYPE"))?;
        if !row.fill(&mut values) {
            return Err(Unreadable("the row is cut"));
        }
    }
    columns::fill(&values, payload, event);
    meaning::fill(&values, event);
    Ok(())
}
