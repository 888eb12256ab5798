//! AD FS, which writes into the Security channel under its own provider, an XML text in its message.
//!
//! Must not know: other providers. Source: Microsoft, "Enhanced auditing in AD FS" (events 1200 to 1207).

use schema::{Action, Column, EventBuilder, Outcome};

use super::super::WindowsEvent;
use super::super::person::user_of;
use crate::formats::http;

/// Fills the columns of an AD FS audit; none when its id is unknown.
pub(super) fn fill(id: u32, record: &WindowsEvent<'_>, event: &mut EventBuilder<'_>) -> Option<Action> {
    let outcome = match id {
        1200 | 1202 => Outcome::Success,
        1201 | 1203 => Outcome::Failure,
        _ => return None,
    };
    event.outcome(outcome);
    let text = |name| element(record.message, name);
    if !text("UserId").is_empty() {
        user_of(text("UserId"), event);
    }
    // A proxy in front puts the client's address here, perhaps behind a comma.
    let forwarded = text("ForwardedIpAddress").split(',').next().unwrap_or_default();
    if !event.ip(Column::SourceIp, forwarded) {
        event.ip(Column::SourceIp, text("IpAddress").split(',').next().unwrap_or_default());
    }
    event.text_if_said(Column::UserAgentOriginal, text("UserAgentString"));
    let party = text("RelyingParty");
    event.text_if_said(Column::ServiceName, party);
    if party.contains("://") {
        http::set_target("", party, event);
    }
    Some(Action::FederatedLogin)
}

/// The text of the first element of that name; empty when there is none or it says `N/A`.
fn element<'a>(xml: &'a str, name: &str) -> &'a str {
    let mut rest = xml;
    while let Some((_, after)) = rest.split_once('<') {
        rest = after;
        if let Some(text) = after.strip_prefix(name).and_then(|after| after.strip_prefix('>')) {
            let text = text.split('<').next().unwrap_or_default().trim();
            return if text == "N/A" { "" } else { text };
        }
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_element_is_found_by_its_whole_name() {
        let xml = "x <UserIdKind>no</UserIdKind><UserId>mrossi@comune.example</UserId><Mfa>N/A</Mfa>";
        assert_eq!(element(xml, "UserId"), "mrossi@comune.example");
        assert_eq!(element(xml, "Mfa"), "");
        assert_eq!(element("<UserId", "UserId"), "");
    }
}
