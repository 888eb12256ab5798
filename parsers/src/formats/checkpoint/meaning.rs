//! What a Check Point log means, by blade and action.
//!
//! Must not know: how the line was read. Source: Check Point sk144192, Log Fields Description.

use schema::{Action, Column, EventBuilder, Outcome};

use super::keys::{Key, Values};

/// Sets action and outcome.
pub(super) fn fill(values: &Values<'_>, event: &mut EventBuilder<'_>) {
    let action = values.get(Key::Action);
    let reason = values.get(Key::Reason);
    if !reason.is_empty() {
        event.field("reason", reason);
    }
    let kind = if values.has(Key::Operation) || values.has(Key::Administrator) {
        administration(values, event)
    } else {
        by_blade(values.get(Key::Product), values, event)
            .or_else(|| by_action(action, event))
            .unwrap_or(Action::ApplicationEvent)
    };
    event.action(kind);
}

fn is_blocked(action: &str) -> bool {
    ["drop", "reject", "block", "prevent", "deny", "quarantine"]
        .iter()
        .any(|word| action.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word)))
}

/// What the action alone says.
fn by_action(action: &str, event: &mut EventBuilder<'_>) -> Option<Action> {
    if is_blocked(action) {
        event.outcome(Outcome::Failure);
        return Some(Action::ConnectionDenied);
    }
    let lower = action.to_ascii_lowercase();
    let (kind, outcome) = match lower.as_str() {
        "accept" | "allow" | "encrypt" | "decrypt" | "bypass" | "inform user" | "ask user"
        | "https bypass" | "https inspect" | "inspect" | "encrypted" | "redirect" => {
            (Action::ConnectionAllowed, Outcome::Success)
        }
        "log in" | "login" | "authcrypt" | "authorize" => (Action::Login, Outcome::Success),
        "failed log in" | "failed login" => (Action::Login, Outcome::Failure),
        "log out" | "logout" | "deauthorize" => (Action::Logout, Outcome::Success),
        "detect" | "monitor" => (Action::IntrusionDetected, Outcome::Unknown),
        "key install" => {
            return Some(Action::ApplicationEvent);
        }
        _ => return None,
    };
    event.outcome(outcome);
    Some(kind)
}

/// What a threat prevention or access blade says.
fn by_blade(blade: &str, values: &Values<'_>, event: &mut EventBuilder<'_>) -> Option<Action> {
    let action = values.get(Key::Action);
    let blocked = is_blocked(action);
    match blade {
        "SmartDefense" | "IPS" | "WAF" | "DDoS Protector" | "Core Protections" => {
            let name = values.first(&[Key::ProtectionName, Key::Attack]);
            detected(name, blocked, event);
            event.outcome(if blocked { Outcome::Failure } else { Outcome::Unknown });
            Some(Action::IntrusionDetected)
        }
        "Anti-Virus" | "New Anti Virus" | "Anti Virus" | "Anti-Bot" | "Anti Malware" | "Anti-Malware"
        | "Threat Emulation" | "Threat Extraction" | "Zero Phishing" | "Forensics" | "Anti-Ransomware" => {
            let verdict = values.first(&[Key::ProtectionName, Key::Malware]);
            if verdict.is_empty() && matches!(action, "Allow" | "Accept" | "Inspect" | "Extract") {
                return Some(Action::ApplicationEvent);
            }
            detected(verdict, blocked, event);
            event.outcome(Outcome::of(blocked));
            Some(Action::MalwareDetected)
        }
        "URL Filtering" | "Application Control" if values.has(Key::Resource) => {
            event.outcome(Outcome::of(!blocked));
            Some(Action::HttpRequest)
        }
        "Anti-Spam and Email Security" | "Anti-Spam" | "MTA" => {
            event.outcome(Outcome::of(!blocked));
            Some(if blocked { Action::MailBlocked } else { Action::MailReceived })
        }
        "Mobile Access" | "Identity Awareness" | "Endpoint Security VPN" | "Remote Access" => {
            let failed = values.get(Key::AuthStatus).starts_with("Failed")
                || values.get(Key::Status).eq_ignore_ascii_case("failure");
            let kind = by_action(action, event)?;
            if failed {
                event.outcome(Outcome::Failure);
            }
            Some(kind)
        }
        _ => None,
    }
}

fn detected(name: &str, blocked: bool, event: &mut EventBuilder<'_>) {
    event.field("blocked", if blocked { "true" } else { "false" });
    if !name.is_empty() {
        event.field("threat", name);
        if !event.is_set(Column::RuleName) {
            event.text(Column::RuleName, name);
        }
    }
}

/// Audit logs of the management server.
fn administration(values: &Values<'_>, event: &mut EventBuilder<'_>) -> Action {
    let operation = values.get(Key::Operation);
    // The status stands behind the operation: without it the line was cut.
    if values.has(Key::Status) {
        event.outcome(Outcome::of(!values.get(Key::Status).eq_ignore_ascii_case("failure")));
    }
    match operation {
        "Log In" | "Login" => Action::Login,
        "Failed Log In" => {
            event.outcome(Outcome::Failure);
            Action::Login
        }
        "Log Out" | "Logout" => Action::Logout,
        "Install Policy" => Action::PolicyChange,
        "" => Action::ApplicationEvent,
        _ => {
            event.text_if_said(Column::ProcessCommandLine, operation);
            let kind = values.get(Key::ObjectType).to_ascii_lowercase();
            match (operation, kind.as_str()) {
                ("Create Object", "administrator" | "user") => Action::AccountCreate,
                ("Delete Object", "administrator" | "user") => Action::AccountDelete,
                (_, "administrator" | "user") => Action::AccountModify,
                (_, kind) if kind.contains("rule") || kind.contains("policy") => Action::PolicyChange,
                _ => Action::ConfigChange,
            }
        }
    }
}
