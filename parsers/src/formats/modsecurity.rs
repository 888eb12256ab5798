//! What ModSecurity writes into a web server's error log: a sentence and `[name "value"]` tags.
//!
//! Promises: linear; the values inside are escaped by ModSecurity, so a tag name behind an escaped
//! quote is never taken for a tag. Must not know: the web server around it.
//! Source: ModSecurity Reference Manual (v2.x), "Log format"; libmodsecurity `rule_message.cc`.

use schema::{Action, Column, EventBuilder, Outcome};

use super::http;

/// Reads what follows `ModSecurity: `; false when it is no match of a rule (its own troubles).
pub(super) fn read(text: &str, event: &mut EventBuilder<'_>) -> bool {
    if text.starts_with("Audit log:") {
        return false;
    }
    let is_blocked = text.contains("Access denied");
    if !is_blocked && !text.starts_with("Warning.") && !text.contains("[id \"") {
        return false;
    }
    event.action(Action::WafBlock);
    event.outcome(if is_blocked { Outcome::Failure } else { Outcome::Success });
    event.field("blocked", if is_blocked { "true" } else { "false" });
    for (name, value) in Tags(text) {
        match name {
            // What matched stands behind both.
            "id" if !event.is_set(Column::RuleId) => event.text_if_said(Column::RuleId, value),
            "msg" if !event.is_set(Column::RuleName) => event.text_if_said(Column::RuleName, value),
            "uri" => http::set_path(value, event),
            "hostname" => event.text_if_said(Column::UrlDomain, value),
            "severity" => event.field("severity", value),
            "unique_id" => event.field("unique_id", value),
            _ => {}
        }
    }
    true
}

/// The rule's message in its tags; empty when there is none.
pub(super) fn message_of(text: &str) -> &str {
    Tags(text).find_map(|(name, value)| (name == "msg").then_some(value)).unwrap_or_default()
}

/// The `[name "value"]` tags of a text.
struct Tags<'a>(&'a str);

impl<'a> Iterator for Tags<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let open = memchr::memchr(b'[', self.0.as_bytes())?;
            self.0 = self.0.get(open + 1..)?;
            let length = self.0.bytes().take_while(|byte| byte.is_ascii_lowercase() || *byte == b'_').count();
            let (name, rest) = self.0.split_at_checked(length)?;
            if name.is_empty() {
                continue;
            }
            let Some(quoted) = rest.strip_prefix(" \"") else { continue };
            // Where no value closes, no later one does: giving up keeps it linear.
            let (value, after) = quoted.split_once("\"]")?;
            self.0 = after;
            return Some((name, value));
        }
    }
}
