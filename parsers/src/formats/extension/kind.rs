//! What happened, as far as the dictionaries' own words say it; what only a vendor knows is its format's.

use schema::{Action, EventBuilder, Outcome};

use super::{Attributes, Header, Key};
use crate::generic;

/// Sets action and outcome.
pub(super) fn set(attributes: &Attributes<'_>, header: &Header<'_>, event: &mut EventBuilder<'_>) {
    let mut outcome = outcome(attributes);
    let is_true = |key| attributes.get(key).eq_ignore_ascii_case("true");
    if is_true(Key::IsLogin) || attributes.get(Key::CategoryBehavior).starts_with("/Authentication/Verify") {
        event.action(Action::Login);
    } else if is_true(Key::IsLogout) {
        event.action(Action::Logout);
    } else if let Some(is_allowed) = flow(attributes) {
        event.action(if is_allowed { Action::ConnectionAllowed } else { Action::ConnectionDenied });
        event.outcome(Outcome::of(is_allowed));
        return;
    } else if let Some(login) = login(attributes, header) {
        event.action(Action::Login);
        outcome = outcome.or(Some(login));
    } else {
        event.action(Action::ApplicationEvent);
    }
    if let Some(outcome) = outcome {
        event.outcome(outcome);
    }
}

/// How a login ended by the names the vendor gave the event, which no client wrote.
fn login(attributes: &Attributes<'_>, header: &Header<'_>) -> Option<Outcome> {
    let named = [Key::Act, Key::Reason, Key::Category].map(|key| attributes.get(key));
    generic::login([header.name, header.event_id].into_iter().chain(named))
}

fn outcome(attributes: &Attributes<'_>) -> Option<Outcome> {
    let word = attributes.first(&[Key::Outcome, Key::CategoryOutcome]).trim_start_matches('/');
    let is = |words: &[&str]| words.iter().any(|known| known.eq_ignore_ascii_case(word));
    if is(&["success", "successful", "succeeded", "ok", "passed"]) {
        Some(Outcome::Success)
    } else if is(&["failure", "failed", "fail", "denied", "error", "unsuccessful"]) {
        Some(Outcome::Failure)
    } else if is(&["attempt", "unknown"]) {
        Some(Outcome::Unknown)
    } else {
        None
    }
}

/// A firewall's decision on a flow: both addresses, a port or protocol, one of its words, and nothing that
/// belongs to a request, a file or a threat.
fn flow(attributes: &Attributes<'_>) -> Option<bool> {
    let has = |key| !attributes.get(key).is_empty();
    let is_flow = (has(Key::SourceIp) || has(Key::SourceIpV6))
        && (has(Key::DestIp) || has(Key::DestIpV6))
        && (has(Key::DestPort) || has(Key::Protocol));
    let is_more = has(Key::Request) || has(Key::FilePath) || has(Key::FileName) || has(Key::Threat);
    if !is_flow || is_more {
        return None;
    }
    let word = attributes.get(Key::Act);
    let is = |words: &[&str]| words.iter().any(|known| known.eq_ignore_ascii_case(word));
    if is(&["accept", "accepted", "allow", "allowed", "permit", "permitted"]) {
        Some(true)
    } else if is(&["deny", "denied", "drop", "dropped", "discard", "reject", "rejected", "refuse", "refused"])
    {
        Some(false)
    } else {
        None
    }
}
