//! Windows events as XML, one `<Event>` a frame, with the rendered message or without.
//!
//! Promises: `fields` holds the event under the names Sigma uses. Must not know: what an event means.

mod samples;

use schema::EventBuilder;

use super::windows::{Unescaped, WindowsEvent, fill, is_event_xml, read_xml};
use crate::format::{Format, Payload, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "windows_xml",
    title: "Windows events as XML (Event Viewer, WEF, agents)",
    reference: "Microsoft event schema (events.xsd, MS-EVEN6)",
    programs: &[],
    starts: b"<",
    needs: &[],
    keys: &[],
    recognise: |payload| is_event_xml(payload.text),
    parse,
    samples: samples::SAMPLES,
};

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let unescaped = Unescaped::of(payload.text);
    let mut record = WindowsEvent::new();
    if !read_xml(payload.text, &unescaped, &mut record, event) {
        return Err(Unreadable("the XML is cut"));
    }
    if record.id.is_empty() {
        return Err(Unreadable("no EventID"));
    }
    fill(&mut record, payload, event);
    Ok(())
}
