//! Palo Alto Networks' logs in CEF and LEEF, of PAN-OS's custom formats and of Strata Logging Service.
//!
//! Must not know: what a log means. Source: Strata Logging Service Log Reference, CEF and LEEF fields.

use schema::{Column, EventBuilder};

use super::keys::{Key, Values};
use super::{columns, csv, meaning};
use crate::format::{Payload, Unreadable};
use crate::formats::carried;

/// True for CEF and LEEF of a firewall or the logging service; Cortex XDR has logs of its own.
pub(super) fn is_own(payload: &Payload<'_>) -> bool {
    carried::header(payload).is_some_and(|header| {
        header.vendor == "Palo Alto Networks"
            && matches!(
                header.product,
                "LF" | "PAN-OS" | "Next Generation Firewall" | "PAN-OS Syslog Integration"
            )
    })
}

/// Reads a message whose header is Palo Alto Networks'.
pub(super) fn read(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let (header, attributes) = carried::read(payload, event)?;
    let mut values = Values::new();
    for (key, value) in attributes.pairs() {
        // CEF's names are those of JSON behind a prefix, the dictionary's where it has one.
        let own = match key {
            "act" => "Action",
            "msg" => "EventDescription",
            "reason" => "Reason",
            "proto" => "Protocol",
            _ => key.strip_prefix("PanOS").unwrap_or(key),
        };
        values.put(own, value);
    }
    // The logging service writes `TYPE|subtype`, PAN-OS `subtype|TYPE`, LEEF `cat=type`.
    let (kind, subtype) = if csv::is_type(header.event_id) {
        (header.event_id, header.name)
    } else if csv::is_type(header.name) {
        (header.name, header.event_id)
    } else {
        (csv::type_of(attributes.pairs().find(|(key, _)| *key == "cat").map_or("", |(_, value)| value)), "")
    };
    values.put("LogType", kind);
    values.put("Subtype", subtype);
    for (name, labels) in [
        ("FromZone", ["fromzone", "sourcezone"]),
        ("ToZone", ["tozone", "destinationzone"]),
        ("Rule", ["rule", "rulename"]),
        ("URLCategory", ["urlcategory", "category"]),
        ("EventName", ["eventname", "eventid"]),
    ] {
        values.put(name, attributes.labelled(&labels));
    }
    event.text_if_said(Column::ObserverIngress, values.get(Key::FromZone));
    event.text_if_said(Column::ObserverEgress, values.get(Key::ToZone));
    if !event.is_set(Column::SourceIp) {
        event.ip(Column::SourceIp, values.get(Key::PublicAddress));
    }
    if !event.is_set(Column::UserName) {
        columns::user(values.get(Key::SourceUser), event);
    }
    for (name, value) in [("type", kind), ("subtype", subtype)] {
        if !value.is_empty() {
            event.field(name, value);
        }
    }
    // The header's id is the type: no code of an event.
    if !kind.is_empty() {
        event.clear(Column::EventCode);
    }
    meaning::fill(&values, event);
    Ok(())
}
