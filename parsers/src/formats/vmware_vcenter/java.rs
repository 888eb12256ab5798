//! Lines of vCenter's Java services: single sign-on, authorization, trust management, the web client.
//!
//! Must not know: vpxd. Source: vCenter Server log files.

use schema::{Action, Column, EventBuilder, Outcome};

use super::super::account::{between, set_user};
use super::super::peer::is_digits;
use super::super::vmware_esxi::event_text::{self, set_principal};
use crate::format::Unreadable;
use crate::json::{Json, Scratch};
use crate::time;

/// One line.
pub(super) struct Line<'a> {
    pub(super) when: Option<time::When>,
    level: &'a str,
    process: &'a str,
    pid: &'a str,
    class: &'a str,
    text: &'a str,
}

impl<'a> Line<'a> {
    pub(super) fn read(text: &'a str) -> Option<Line<'a>> {
        if let Some(rest) = text.strip_prefix('[') {
            return Line::web_client(rest);
        }
        let (when, rest) = time::iso_prefix(text)?;
        let rest = rest.strip_prefix(' ')?;
        match rest.strip_prefix('[') {
            Some(rest) => Line::threaded(when, rest),
            None => Line::single_sign_on(when, rest),
        }
    }

    /// `STAMP] [LEVEL ] THREAD … CLASS TEXT` of vsphere-ui.
    fn web_client(text: &'a str) -> Option<Line<'a>> {
        let (when, rest) = time::iso_prefix(text)?;
        let (level, rest) = rest.strip_prefix("] [")?.split_once("] ")?;
        let level = level.trim_end();
        if !is_level(level) {
            return None;
        }
        // Thread, counters and ids, then the class: `c.v.v.a` or `com.vmware.a`.
        let mut at = 0;
        for word in rest.split(' ').take(12) {
            if word.starts_with("c.v.") || word.starts_with("com.vmware.") {
                let text = rest.get(at + word.len()..)?.trim_start_matches(' ');
                return Some(Line { when: Some(when), level, process: "", pid: "", class: word, text });
            }
            at += word.len() + 1;
        }
        None
    }

    /// `THREAD [ID] LEVEL CLASS opId=ID] TEXT`.
    fn threaded(when: time::When, rest: &'a str) -> Option<Line<'a>> {
        let (_thread, rest) = rest.split_once(" [")?;
        let (_id, rest) = rest.split_once("] ").or_else(|| rest.split_once(']'))?;
        let (level, rest) = rest.trim_start_matches(' ').split_once(' ')?;
        let (class, rest) = rest.trim_start_matches(' ').split_once(' ')?;
        let (_operation, text) = rest.trim_start_matches(' ').strip_prefix("opId=")?.split_once(']')?;
        let is_line = is_level(level) && class.contains('.');
        is_line.then_some(Line {
            when: Some(when),
            level,
            process: "",
            pid: "",
            class,
            text: text.trim_start_matches(' '),
        })
    }

    /// `LEVEL NAME[PID:THREAD] [OpId=X] [CLASS] TEXT`.
    fn single_sign_on(when: time::When, rest: &'a str) -> Option<Line<'a>> {
        let (level, rest) = rest.split_once(' ')?;
        let (process, rest) = rest.trim_start_matches(' ').split_once('[')?;
        let (place, rest) = rest.split_once("] ")?;
        let (pid, _thread) = place.split_once(':')?;
        let is_line = is_level(level) && is_digits(pid) && !process.is_empty() && !process.contains(' ');
        let line = Line::behind_tag(rest).filter(|_| is_line)?;
        Some(Line { when: Some(when), level, process, pid, ..line })
    }

    /// `[OpId=X] [CLASS] TEXT`, what an envelope leaves of the line above.
    pub(super) fn behind_tag(rest: &'a str) -> Option<Line<'a>> {
        let (operation, rest) = rest.strip_prefix('[')?.split_once("] [")?;
        let (class, text) = rest.split_once(']')?;
        let is_line = ["OpId=", "CorId=", "opId="].iter().any(|key| operation.starts_with(key));
        is_line.then_some(Line {
            when: None,
            level: "",
            process: "",
            pid: "",
            class,
            text: text.trim_start_matches(' '),
        })
    }

    /// Fills the columns; the process too, when the envelope did not say it.
    pub(super) fn fill(&self, names_process: bool, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
        event.text_if_said(Column::LogLevel, self.level);
        event.text_if_said(Column::EventProvider, self.class);
        if names_process {
            event.text_if_said(Column::ProcessName, self.process);
            event.int_text(Column::ProcessPid, self.pid);
        }
        if self.class == "auditlogger" && self.text.starts_with('{') {
            return audit(self.text, event);
        }
        who(self.text, event);
        Ok(())
    }
}

fn is_level(word: &str) -> bool {
    ["INFO", "WARN", "WARNING", "ERROR", "DEBUG", "TRACE", "FATAL"].contains(&word)
}

/// Sentences that name an account.
fn who(text: &str, event: &mut EventBuilder<'_>) {
    event.action(Action::ApplicationEvent);
    if let Some(rest) = text.strip_prefix("User {Name: ") {
        let (name, rest) = rest.split_once(", Domain: ").unwrap_or((rest, ""));
        event.text_if_said(Column::UserName, name);
        event.text_if_said(Column::UserDomain, rest.split('}').next().unwrap_or_default());
        if let Some(role) = between(rest, "with role '", "'") {
            event.field("role", role);
        }
        if let Some(method) = between(rest, "method call '", "'") {
            event.field("method", method);
        }
        event.outcome(Outcome::of(!rest.contains("is not authorized")));
    } else if let Some((user, rest)) =
        text.strip_prefix("User ").and_then(|rest| rest.split_once(" who belongs to group "))
    {
        set_user(event, user);
        let group = rest.split(" has ").next().unwrap_or(rest);
        event.text_if_said(Column::GroupName, group);
        if let Some((_, method)) = rest.rsplit_once(" to invoke API ") {
            event.field("method", method);
        }
    } else if let Some(rest) = text.strip_prefix("Session count for user [") {
        let (_when, rest) = rest.split_once("]: ").unwrap_or(("", rest));
        set_user(event, rest.rsplit_once(" is ").map_or(rest, |(user, _)| user));
    } else {
        event_text::read(text, event);
    }
}

/// The object single sign-on writes for each login and change of a principal.
fn audit(text: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    const SHAPE: Unreadable = Unreadable("expected one JSON object behind [auditlogger]");
    let mut scratch = Scratch::default();
    if let Some(json) = scratch.read(text.trim_end()) {
        principal(json, event);
        return Ok(());
    }
    // A relay may have escaped the quotes once more.
    let plain = text.trim_end().replace("\\\"", "\"");
    let mut scratch = Scratch::default();
    let json = scratch.read(&plain).ok_or(SHAPE)?;
    principal(json, event);
    Ok(())
}

fn principal(json: Json<'_>, event: &mut EventBuilder<'_>) {
    let get = |key: &str| json.scalar(key).unwrap_or("");
    set_principal(event, get("user"));
    event.ip(Column::SourceIp, get("client"));
    let kind = get("type");
    event.text_if_said(Column::EventCode, kind);
    let said = get("description");
    let kind = kind.rsplit('.').next().unwrap_or(kind);
    let (action, outcome) = match kind {
        "LoginSuccess" => (Action::Login, Outcome::Success),
        "LoginFailure" => (Action::Login, Outcome::Failure),
        "Logout" => (Action::Logout, Outcome::Success),
        "PrincipalManagement" => (change(said), Outcome::Success),
        "LockoutPolicy"
        | "PasswordPolicy"
        | "TokenPolicy"
        | "IdentitySourceManagement"
        | "ConfigurationManagement"
        | "DomainManagement" => (Action::PolicyChange, Outcome::Success),
        _ => (Action::ApplicationEvent, Outcome::Unknown),
    };
    event.action(action);
    event.outcome(outcome);
    if action != Action::Login {
        event.field("description", said);
    }
    if let Some(target) = between(said, "'", "'") {
        event.text_if_said(Column::UserTargetName, target);
    }
    let status = said.rsplit_once("response code ").map_or("", |(_, code)| code);
    if is_digits(status) && status.len() == 3 {
        event.int_text(Column::HttpResponseStatusCode, status);
    }
}

/// What a sentence about a principal says was done.
fn change(said: &str) -> Action {
    const SENTENCES: &[(&str, Action)] = &[
        ("Creating local person user", Action::AccountCreate),
        ("Creating local solution user", Action::AccountCreate),
        ("Creating local group", Action::GroupCreate),
        ("Removing local principal", Action::AccountDelete),
        ("Deleting local principal", Action::AccountDelete),
        ("Adding users", Action::GroupAdd),
        ("Adding user", Action::GroupAdd),
        ("Adding groups", Action::GroupAdd),
        ("Removing principals", Action::GroupRemove),
        ("Resetting", Action::PasswordReset),
        ("Updating local person user", Action::AccountModify),
        ("Enabling", Action::AccountEnable),
        ("Disabling", Action::AccountDisable),
        ("Unlocking", Action::AccountEnable),
    ];
    SENTENCES
        .iter()
        .find(|(opening, _)| said.starts_with(opening))
        .map_or(Action::AccountModify, |(_, action)| *action)
}
