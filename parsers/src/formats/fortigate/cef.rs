//! FortiGate's messages in CEF: the same keys under other names.
//!
//! Must not know: what a message means. Source: FortiOS Log Message Reference 7.2, CEF support.

use schema::{Column, EventBuilder};

use super::action;
use super::keys::{Key, Values};
use crate::format::{Payload, Unreadable};
use crate::formats::carried;

/// True for CEF and LEEF of a FortiGate.
pub(super) fn is_own(payload: &Payload<'_>) -> bool {
    carried::header(payload).is_some_and(|header| {
        header.vendor == "Fortinet"
            && header.product.get(..9).is_some_and(|head| head.eq_ignore_ascii_case("FortiGate"))
    })
}

/// What FortiOS calls its keys in front of the dictionary's.
const PREFIXES: &[&str] = &["FTNTFGT", "FortinetFortiGate"];

/// Keys of the dictionary and FortiOS's own.
fn own(key: &str) -> &str {
    match key {
        "act" => "action",
        "app" => "service",
        "cnt" => "count",
        "dhost" => "hostname",
        "duser" | "suser" | "usrName" => "user",
        "fname" => "filename",
        "outcome" => "status",
        "request" => "url",
        "requestClientApplication" => "agent",
        "sproc" => "ui",
        "src" => "srcip",
        "dst" => "dstip",
        _ => PREFIXES.iter().find_map(|prefix| key.strip_prefix(prefix)).unwrap_or(key),
    }
}

/// Reads a message whose header is FortiGate's.
pub(super) fn read(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let (_, attributes) = carried::read(payload, event)?;
    let mut values = Values::new();
    for (key, value) in attributes.pairs() {
        if key == "cat" {
            // `traffic:forward`, `event:vpn`, `utm:webfilter`, `dns:dns-query`.
            let (kind, subtype) = value.split_once(':').unwrap_or((value, ""));
            values.put("type", kind);
            values.put("subtype", subtype);
            if kind == "dns" {
                values.put("eventtype", subtype);
            }
            continue;
        }
        values.put(own(key), value);
    }
    event.text_if_said(Column::RuleName, values.first(&[Key::Attack, Key::Virus]));
    action::fill(&values, event);
    Ok(())
}
