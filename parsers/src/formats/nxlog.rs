//! Windows events as NXLog writes them: one flat JSON object, header and event data side by side.
//!
//! Promises: `fields` holds the event under the names Sigma uses. Must not know: what an event means.

mod samples;

use schema::EventBuilder;

use super::windows::{WindowsEvent, fill, put_flat};
use crate::format::{Format, Payload, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "nxlog",
    title: "Windows events by NXLog (im_msvistalog, to_json)",
    reference: "NXLog User Guide, im_msvistalog fields",
    programs: &[],
    starts: b"{",
    needs: &[],
    // Of a cut object the module's name, which comes last, is missing.
    keys: &["SourceModuleName", "SourceModuleType", "EventTime"],
    recognise,
    parse,
    samples: samples::SAMPLES,
};

/// NXLog names its module in every event; the files it reads have no event id.
fn recognise(payload: &Payload<'_>) -> bool {
    let Some(json) = payload.json else { return false };
    let mut found = 0u8;
    for member in json.members() {
        found |= match member.key().as_bytes() {
            b"EventID" => 1,
            b"SourceModuleName" | b"SourceModuleType" => 2,
            b"Channel" | b"SourceName" => 4,
            _ => 0,
        };
    }
    found == 7 || (json.is_cut() && is_head(payload.text))
}

/// The beginning of an event as NXLog orders it: the module's name comes last.
fn is_head(text: &str) -> bool {
    text.starts_with("{\"EventTime\":") && text.contains("\"EventID\":") && text.contains("\"SourceName\":")
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let json = payload.json.ok_or(Unreadable("expected one JSON object"))?;
    let mut record = WindowsEvent::new();
    put_flat(json.members(), &mut record, event);
    if record.id.is_empty() {
        return Err(Unreadable("no EventID"));
    }
    fill(&mut record, payload, event);
    Ok(())
}
