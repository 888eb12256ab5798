//! Microsoft 365 unified audit log: one JSON object for each record of the Management Activity API.
//!
//! Promises: linear; the operation decides the action, never a text inside the record.
//! Must not know: the envelope, files, the clock, other formats.

mod alert;
mod operation;
mod samples;

use schema::{Action, Column, EventBuilder, Outcome};

use super::account::address_and_port;
use crate::format::{Format, Payload, Unreadable};
use crate::json::Json;
use crate::time;

/// See the module.
pub static FORMAT: Format = Format {
    name: "m365_audit",
    title: "Microsoft 365 unified audit log (JSON)",
    reference: "Microsoft, Office 365 Management Activity API schema",
    programs: &[],
    starts: b"{",
    needs: &[],
    keys: &["Workload"],
    recognise: |payload| {
        payload.json.is_some_and(|json| json.has_all(&["CreationTime", "Operation", "Workload"]))
    },
    parse,
    samples: samples::SAMPLES,
};

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let json = payload.json.ok_or(Unreadable("expected a JSON object"))?;
    let operation = json.scalar("Operation").ok_or(Unreadable("an Operation that is no text"))?;
    let stamp = json
        .scalar("CreationTime")
        .and_then(time::iso)
        .ok_or(Unreadable("a CreationTime that is no time"))?;
    // The API writes UTC without saying so.
    payload.set_time(event, stamp.in_utc());
    event.text(Column::EventCode, operation);
    event.text_if_said(Column::EventProvider, json.scalar("Workload").unwrap_or(""));
    actor(*json, event);
    client(*json, event);
    let action = operation::action(operation);
    event.action(action);
    if let Some(outcome) = outcome(*json, operation) {
        event.outcome(outcome);
    }
    if action == Action::ApplicationEvent {
        event.field("action", operation);
    }
    operation::details(action, *json, event);
    alert::read(*json, event);
    for (key, path) in [("record_type", "RecordType"), ("record_id", "Id")] {
        if let Some(text) = json.scalar(path) {
            event.field(key, text);
        }
    }
    Ok(())
}

/// `UserId`, without SharePoint's mark of a guest.
fn actor(json: Json<'_>, event: &mut EventBuilder<'_>) {
    let user = json.first(&["UserId", "MailboxOwnerUPN"]).unwrap_or("");
    self::user(user.strip_prefix("urn:spo:guest#").unwrap_or(user), event);
    if let Some(key) = json.first(&["LogonUserSid"]).filter(|key| key.starts_with("S-1-")) {
        event.text(Column::UserId, key);
    }
}

/// Name and realm of an account; the name stays whole, as people log in with it.
fn user(account: &str, event: &mut EventBuilder<'_>) {
    event.text_if_said(Column::UserName, account);
    if let Some((_, realm)) = account.rsplit_once('@') {
        event.text_if_said(Column::UserDomain, realm);
    }
}

/// Address and agent. `ClientIP` may carry a port; an agent stands beside it or in a list of name and value.
fn client(json: Json<'_>, event: &mut EventBuilder<'_>) {
    if let Some(text) = json.first(&["ClientIP", "ClientIPAddress", "ActorIpAddress"]) {
        let (address, port) = address_and_port(text);
        if event.ip(Column::SourceIp, address) {
            event.int_text(Column::SourcePort, port);
        }
    }
    let agent = json.first(&["UserAgent"]).or_else(|| named(json, "ExtendedProperties", "UserAgent"));
    event.text_if_said(Column::UserAgentOriginal, agent.unwrap_or(""));
}

/// `Value` of the item of a list whose `Name` is that.
fn named<'a>(json: Json<'a>, list: &str, name: &str) -> Option<&'a str> {
    let list = json.get(list)?;
    list.members().find(|item| item.scalar_at("Name") == Some(name)).and_then(|item| item.scalar_at("Value"))
}

/// `ResultStatus` in the words of its workloads; an operation whose name says that it failed, failed.
fn outcome(json: Json<'_>, operation: &str) -> Option<Outcome> {
    if operation.ends_with("LoginFailed") || operation.ends_with("Failed") {
        return Some(Outcome::Failure);
    }
    match json.scalar("ResultStatus")? {
        "Success" | "Succeeded" | "Successful" | "True" | "true" | "PartiallySucceeded" => {
            Some(Outcome::Success)
        }
        "Failed" | "Failure" | "False" | "false" | "Denied" => Some(Outcome::Failure),
        _ => None,
    }
}
