//! Windows events as other tools write them: a flat JSON object (`EventID`, `Channel`, event data side by
//! side), or the event's tree as EVTX dumpers write it.
//!
//! Promises: `fields` holds the event under the names Sigma uses. Must not know: what an event means.

mod samples;

use schema::EventBuilder;

use super::windows::{WindowsEvent, fill, put_flat, read_tree};
use crate::format::{Format, Payload, Unreadable};
use crate::json::{Kind, Member};

/// See the module.
pub static FORMAT: Format = Format {
    name: "windows_json",
    title: "Windows events as JSON (flat, or the tree of an EVTX dump)",
    reference: "Microsoft event schema (MS-EVEN6); field names as in Sigma",
    programs: &[],
    starts: b"{",
    needs: &[],
    keys: &["Event", "EventID"],
    recognise,
    parse,
    samples: samples::SAMPLES,
};

fn is_tree(member: &Member<'_>) -> bool {
    member.key() == "Event" && member.kind() == Kind::Object
}

/// The tree has `Event.System.EventID`; the flat shape an event id, a channel and who wrote it.
fn recognise(payload: &Payload<'_>) -> bool {
    let Some(json) = payload.json else { return false };
    let mut found = 0u8;
    for member in json.members() {
        if is_tree(&member) {
            return member.get("System.EventID").is_some();
        }
        found |= match member.key().as_bytes() {
            b"EventID" => 1,
            b"Channel" => 2,
            b"SourceName" | b"Provider_Name" | b"ProviderName" | b"ProviderGuid" | b"Hostname"
            | b"Computer" => 4,
            _ => 0,
        };
    }
    found == 7
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let json = payload.json.ok_or(Unreadable("not a JSON object"))?;
    let mut record = WindowsEvent::new();
    match json.members().find(is_tree) {
        Some(tree) => {
            if !read_tree(tree, &mut record, event) {
                return Err(Unreadable("no System element"));
            }
        }
        None => put_flat(json.members(), &mut record, event),
    }
    if record.id.is_empty() {
        return Err(Unreadable("no EventID"));
    }
    fill(&mut record, payload, event);
    Ok(())
}
