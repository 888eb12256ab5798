//! Alerts of the security and compliance centre and of threat intelligence, inside the unified audit log.
//!
//! Promises: linear; the person is the one the alert is about, not the service that wrote it.
//! Must not know: other operations.

use schema::{Action, Column, EventBuilder, Outcome};

use crate::json::{Json, Scratch};

/// Reads an alert; nothing when the record is none.
pub(super) fn read(json: Json<'_>, event: &mut EventBuilder<'_>) {
    if json.get("AlertId").is_some() {
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
