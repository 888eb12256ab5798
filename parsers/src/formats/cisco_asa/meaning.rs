//! What each ASA message number means.
//!
//! Promises: a number that is not known is an application event. Must not know: who and where.

use schema::{Action, Column, EventBuilder, Outcome};

use super::super::account::between;

/// Sets action and outcome by the number, and what only that message says.
pub(super) fn read(number: &str, text: &str, event: &mut EventBuilder<'_>) {
    use Action::*;
    use Outcome::{Failure, Success, Unknown};
    let (action, outcome) = match number {
        "302013" | "302015" | "302020" | "302017" => (ConnectionAllowed, Success),
        "302014" | "302016" | "302018" | "302021" | "302023" => {
            closed(text, event);
            (ConnectionClosed, Success)
        }
        "106001" | "106006" | "106007" | "106010" | "106012" | "106014" | "106015" | "106017" | "106021"
        | "106023" | "106100" | "313001" | "313004" | "313005" | "313009" | "338004" | "338008"
        | "410001" | "418001" | "434002" | "500004" | "710003" | "108004" => {
            let permitted = number == "106100" && text.contains(" permitted ");
            denied(text, event);
            if permitted { (ConnectionAllowed, Success) } else { (ConnectionDenied, Failure) }
        }
        "605005" | "113004" | "113012" | "611101" | "716038" => (Login, Success),
        "605004" | "113005" | "113015" | "611102" | "716039" | "308001" | "109006" => {
            if let Some(reason) = between(text, "reason = ", " :") {
                event.field("reason", reason);
            }
            (Login, Failure)
        }
        "611103" => (Logout, Success),
        "113006" => (AccountLockout, Success),
        "113039" | "716001" | "722022" | "722051" => (VpnConnect, Success),
        "113019" | "716002" => {
            if let Some(bytes) = between(text, "Bytes rcv: ", ",") {
                event.int_text(Column::SourceBytes, bytes);
            }
            if let Some(bytes) = between(text, "Bytes xmt: ", ",") {
                event.int_text(Column::DestinationBytes, bytes);
            }
            (VpnDisconnect, Success)
        }
        "750003" | "751022" => (VpnConnect, Failure),
        "111008" | "111009" | "111010" => {
            command(text, event);
            (if number == "111009" { ProcessStart } else { ConfigChange }, Success)
        }
        "111003" | "111004" | "111005" => (ConfigChange, Success),
        "502101" => (AccountCreate, Success),
        "502102" => (AccountDelete, Success),
        "502103" => (PrivilegeUse, Success),
        "771001" | "771002" => (ClockChange, Success),
        "199001" | "199002" => (SystemStart, Success),
        "411001" | "411002" => {
            event.field("state", if number == "411001" { "up" } else { "down" });
            event.text_if_said(Column::ObserverIngress, between(text, "on Interface ", ",").unwrap_or(""));
            (LinkChange, Outcome::of(number == "411001"))
        }
        "733100" | "733101" => (DdosDetected, Unknown),
        "420002" | "420003" => (IntrusionDetected, Failure),
        number if number.starts_with("4000") => (IntrusionDetected, Unknown),
        "405001" | "405003" => (MacMove, Unknown),
        "304001" | "304002" => {
            visited(text, event);
            (HttpRequest, Outcome::of(number == "304001"))
        }
        _ => {
            event.action(ApplicationEvent);
            event.field("action", number);
            return;
        }
    };
    event.action(action);
    event.outcome(outcome);
}

/// Firepower's five events, by number and verdict.
pub(super) fn snort(number: &str, verdict: &str, event: &mut EventBuilder<'_>) {
    let is_blocked = verdict.contains("Block") || verdict.contains("drop");
    match number {
        "430001" => {
            event.action(Action::IntrusionDetected);
            event.outcome(if is_blocked { Outcome::Failure } else { Outcome::Unknown });
            event.field("blocked", if is_blocked { "true" } else { "false" });
        }
        "430004" | "430005" => {
            event.action(Action::MalwareDetected);
            event.outcome(Outcome::of(is_blocked));
        }
        // Cut before its verdict.
        _ if verdict.is_empty() => event.action(Action::ApplicationEvent),
        _ if is_blocked => {
            event.action(Action::ConnectionDenied);
            event.outcome(Outcome::Failure);
        }
        _ => {
            event.action(Action::ConnectionAllowed);
            event.outcome(Outcome::Success);
        }
    }
}

/// `… duration 0:00:30 bytes 526 TCP FINs`.
fn closed(text: &str, event: &mut EventBuilder<'_>) {
    if let Some((_, rest)) = text.rsplit_once(" bytes ") {
        event.int_text(Column::DestinationBytes, rest.split(' ').next().unwrap_or(rest));
    }
    if let Some(duration) = between(text, " duration ", " ") {
        event.field("duration", duration);
    }
}

/// `ADDRESS Accessed URL ADDRESS:http://…`: the server stands before the scheme.
fn visited(text: &str, event: &mut EventBuilder<'_>) {
    let rest = text.split_once("URL ").map_or("", |(_, rest)| rest.split(' ').next().unwrap_or(rest));
    let url = rest.find("http").and_then(|at| rest.get(at..)).unwrap_or(rest);
    super::parties::url(url, event);
    event.ip(Column::SourceIp, text.split(' ').next().unwrap_or(""));
}

/// `… by access-group "NAME" [0x0, 0x0]`, `access-list NAME denied …`.
fn denied(text: &str, event: &mut EventBuilder<'_>) {
    let list = between(text, "access-group \"", "\"")
        .or_else(|| text.strip_prefix("access-list ").map(|rest| rest.split(' ').next().unwrap_or(rest)));
    event.text_if_said(Column::RuleName, list.unwrap_or(""));
    if let Some((_, interface)) = text.rsplit_once(" on interface ") {
        event.text_if_said(Column::ObserverIngress, interface.split(' ').next().unwrap_or(interface));
    }
}

/// `User 'NAME' executed cmd: LINE`, `User 'NAME', running 'CLI' from IP ADDRESS, executed 'LINE'`.
fn command(text: &str, event: &mut EventBuilder<'_>) {
    if let Some((_, line)) = text.split_once("executed cmd:") {
        event.text_if_said(Column::ProcessCommandLine, line.trim());
    } else if let Some((_, line)) = text.split_once("executed '") {
        event.text_if_said(Column::ProcessCommandLine, line.trim_end_matches('\''));
    } else if let Some((_, line)) = text.split_once("executed the '") {
        event.text_if_said(
            Column::ProcessCommandLine,
            line.rsplit_once("' command").map_or(line, |(line, _)| line),
        );
    }
}
