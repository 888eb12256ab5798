//! Alerts of the security and compliance centre and of threat intelligence, inside the unified audit log.
//!
//! Promises: linear; the person is the one the alert is about, not the service that wrote it.
//! Must not know: other operations.

use schema::{Action, Column, EventBuilder, Outcome};

use crate::json::{Json, Member, Scratch};

/// Reads an alert; nothing when the record is none.
pub(super) fn read(json: Json<'_>, event: &mut EventBuilder<'_>) {
    if json.get("InvestigationId").is_some() {
        investigation(json, event);
    } else if json.get("AlertId").is_some() {
        event.text_if_said(Column::RuleId, json.scalar("PolicyId").unwrap_or(""));
        event.text_if_said(Column::RuleName, json.scalar("Name").unwrap_or("").trim_end_matches('\u{200b}'));
        event.text_if_said(Column::LogLevel, json.scalar("Severity").unwrap_or(""));
        // The details are a JSON object inside a text.
        let mut scratch = Scratch::default();
        if let Some(details) = json.scalar("Data").and_then(|text| scratch.read(text)) {
            subject(details, event);
        }
    } else if json.get("FileData.SHA256").is_some() {
        event.action(Action::MalwareDetected);
        event.outcome(Outcome::Failure);
        event.text_if_said(Column::FileHashSha256, json.scalar("FileData.SHA256").unwrap_or(""));
        event.text_if_said(Column::FilePath, json.scalar("FileData.FilePath").unwrap_or(""));
        event.text_if_said(Column::RuleName, json.scalar("FileData.MalwareFamily").unwrap_or(""));
        url(json.scalar("FileData.FilePath").unwrap_or(""), event);
    } else if let Some(address) = json.scalar("UserIp") {
        event.ip(Column::SourceIp, address);
        url(json.scalar("Url").unwrap_or(""), event);
    }
}

/// Whom and what an alert is about, in the short keys of its details.
fn subject(details: Json<'_>, event: &mut EventBuilder<'_>) {
    if let Some(user) = details.first(&["f3u", "suid", "trc"]) {
        super::user(user, event);
    }
    event.text_if_said(Column::EmailFrom, details.scalar("tsd").unwrap_or(""));
    event.text_if_said(Column::EmailTo, details.scalar("trc").unwrap_or(""));
    event.text_if_said(Column::EmailSubject, details.scalar("ms").unwrap_or(""));
    let id = details.scalar("imsgid").unwrap_or("").trim_matches(['<', '>']);
    event.text_if_said(Column::EmailMessageId, id);
    if let Some(address) = details.scalar("sip") {
        event.ip(Column::SourceIp, address);
    }
    url(details.first(&["zu", "pud"]).unwrap_or(""), event);
}

/// Domain and path of a URL, with or without its scheme.
pub(super) fn url(url: &str, event: &mut EventBuilder<'_>) {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let (domain, path) = rest.split_at_checked(rest.find('/').unwrap_or(rest.len())).unwrap_or((rest, ""));
    event.text_if_said(Column::UrlDomain, domain);
    event.text_if_said(Column::UrlPath, path);
}

/// Automated investigations: alert, messages and actions are JSON inside texts.
fn investigation(json: Json<'_>, event: &mut EventBuilder<'_>) {
    event.action(Action::IntrusionDetected);
    event.text_if_said(Column::RuleId, json.scalar("InvestigationId").unwrap_or(""));
    event.text_if_said(Column::RuleName, json.scalar("InvestigationName").unwrap_or(""));
    let mut scratch = Scratch::default();
    if let Some(details) = json.scalar("Data").and_then(|text| scratch.read(text)) {
        let name = details.first(&["Alerts.DisplayName", "AlertDisplayName", "DisplayName"]);
        let name = name
            .or_else(|| first_of(details, "Alerts").and_then(|alert| alert.scalar_at("AlertDisplayName")));
        if let Some(name) = name {
            event.text_if_said(Column::RuleName, name.trim_end_matches('\u{200b}'));
        }
        messages(details, event);
    }
    let action = json.get("Actions").and_then(|list| list.members().next()).and_then(Member::scalar);
    let mut scratch = Scratch::default();
    if let Some(action) = action.and_then(|text| scratch.read(text)) {
        messages(action, event);
    }
}

fn first_of<'a>(json: Json<'a>, list: &str) -> Option<Member<'a>> {
    json.get(list).and_then(|list| list.members().next())
}

/// Senders and recipients of the messages, what the first one holds.
fn messages(json: Json<'_>, event: &mut EventBuilder<'_>) {
    let Some(entities) = json.get("Entities") else { return };
    for (column, keys) in
        [(Column::EmailFrom, ["Sender", "P2Sender"]), (Column::EmailTo, ["Recipient", "Recipient"])]
    {
        if event.is_set(column) {
            continue;
        }
        let mut all = String::new();
        for address in
            entities.members().take(64).filter_map(|entity| keys.iter().find_map(|key| entity.scalar_at(key)))
        {
            if address.contains('@') && !all.split(", ").any(|known| known == address) {
                if !all.is_empty() {
                    all.push_str(", ");
                }
                all.push_str(address);
            }
        }
        event.text_if_said(column, &all);
    }
    let message =
        entities.members().find(|entity| entity.get("Sender").is_some() || entity.get("Subject").is_some());
    let Some(message) = message else { return };
    event.text_if_said(Column::EmailSubject, message.scalar_at("Subject").unwrap_or(""));
    let id = message.scalar_at("InternetMessageId").unwrap_or("").trim_matches(['<', '>']);
    event.text_if_said(Column::EmailMessageId, id);
    if let Some(address) = message.scalar_at("SenderIP") {
        event.ip(Column::SourceIp, address);
    }
    if let Some(first) = message.get("Urls").and_then(|list| list.members().next()).and_then(Member::scalar) {
        url(first, event);
    }
}
