//! The event as a tree, the shape EVTX dumpers write: `{"Event":{"System":{…},"EventData":{…}}}`.
//!
//! Attributes stand in `#attributes`, or in `NAME_attributes` beside the element.
//! Must not know: what an event means.

use schema::EventBuilder;

use super::WindowsEvent;
use super::members::{put_header, put_member};
use crate::json::{Kind, Member};

/// Gathers an event from the object below `Event`; false when it has no `System`.
pub(in crate::formats) fn read<'a>(
    tree: Member<'a>,
    record: &mut WindowsEvent<'a>,
    event: &mut EventBuilder<'_>,
) -> bool {
    let Some(system) = tree.get("System").filter(|system| system.kind() == Kind::Object) else {
        return false;
    };
    let (mut level, mut keywords) = (None, None);
    for member in system.members() {
        match member.key() {
            "EventID" => {
                record.id = member.scalar().or_else(|| member.scalar_at("#text")).unwrap_or_default()
            }
            "Channel" => record.channel = member.scalar().unwrap_or_default(),
            "Computer" => record.computer = member.scalar().unwrap_or_default(),
            "Provider" | "Provider_attributes" => record.provider = attribute(member, "Name"),
            "TimeCreated" | "TimeCreated_attributes" => record.stamp = attribute(member, "SystemTime"),
            "Security" | "Security_attributes" => record.account.sid = attribute(member, "UserID"),
            "Level" => level = Some(member),
            "Keywords" => {
                record.keywords = member.scalar().unwrap_or_default();
                keywords = Some(member);
            }
            _ => {}
        }
    }
    put_header(record, level, keywords, event);
    for member in tree.members() {
        match member.key() {
            "EventData" => put_elements(member, record, event),
            // One element of the provider's own name holds the values.
            "UserData" => {
                for inner in member.members() {
                    put_elements(inner, record, event);
                }
            }
            _ => {}
        }
    }
    true
}

fn attribute<'a>(member: Member<'a>, name: &str) -> &'a str {
    let direct = member.members().find(|inner| inner.key() == name);
    let nested = || member.members().find(|inner| inner.key() == "#attributes")?.scalar_at(name);
    direct.and_then(Member::scalar).or_else(nested).unwrap_or_default()
}

/// Named elements as they are; unnamed `Data` elements become `param1` to `paramN`, as Winlogbeat names them.
fn put_elements<'a>(element: Member<'a>, record: &mut WindowsEvent<'a>, event: &mut EventBuilder<'_>) {
    for member in element.members() {
        match member.key() {
            "#attributes" => {}
            "Data" => put_unnamed(member, record, event),
            _ if member.kind() == Kind::Object => {
                // An element with attributes keeps its text aside.
                if let Some(text) = member.scalar_at("#text") {
                    record.facts.put(member.key(), text);
                    event.field(member.key(), text);
                }
            }
            _ => put_member(member, record, event),
        }
    }
}

/// Names of unnamed values, as Winlogbeat names them; more than twenty are not named.
const NAMES: [&str; 20] = [
    "param1", "param2", "param3", "param4", "param5", "param6", "param7", "param8", "param9", "param10",
    "param11", "param12", "param13", "param14", "param15", "param16", "param17", "param18", "param19",
    "param20",
];

/// The name of the unnamed value at that place, counted from one; empty beyond the last name.
pub(super) fn param_name(place: usize) -> &'static str {
    place.checked_sub(1).and_then(|index| NAMES.get(index)).copied().unwrap_or_default()
}

fn put_unnamed<'a>(data: Member<'a>, record: &mut WindowsEvent<'a>, event: &mut EventBuilder<'_>) {
    let mut put = |name: &str, value: &'a str| {
        record.facts.put(name, value);
        event.field(name, value);
    };
    let list = if data.kind() == Kind::Object { data.get("#text").unwrap_or(data) } else { data };
    if list.kind() == Kind::Array {
        for (name, item) in NAMES.iter().zip(list.members()) {
            put(name, item.scalar().unwrap_or_default());
        }
    } else if let Some(text) = list.scalar() {
        put("param1", text);
    }
}
