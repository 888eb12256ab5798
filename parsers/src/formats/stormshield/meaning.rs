//! What an audit log of Stormshield means, by its type.
//!
//! Must not know: how the line was read. Source: Stormshield, Description of audit logs, SNS 4.

use schema::{Action, Column, EventBuilder, Outcome};

use super::keys::{Key, Values};

/// Sets action and outcome.
pub(super) fn fill(values: &Values<'_>, event: &mut EventBuilder<'_>) {
    let action = match values.get(Key::LogType) {
        "filter" | "connection" | "ssl" | "ftp" => flow(values, event),
        "plugin" | "web" if event.is_set(Column::HttpRequestMethod) => {
            event.outcome(Outcome::of(!is_blocked(values)));
            Action::HttpRequest
        }
        "plugin" | "web" => flow(values, event),
        "alarm" => alarm(values, event),
        "auth" => authentication(values, event),
        "server" => administration(values, event),
        "vpn" => tunnel(values, event),
        "xvpn" => remote_user(values, event),
        "smtp" | "pop3" => mail(values, event),
        "sandboxing" | "antivirus" => malware(values, event),
        "system" => system(values, event),
        _ => Action::ApplicationEvent,
    };
    event.action(action);
}

fn is_blocked(values: &Values<'_>) -> bool {
    matches!(values.get(Key::Action), "block" | "blocked" | "reset" | "reject" | "quarantine")
}

fn flow(values: &Values<'_>, event: &mut EventBuilder<'_>) -> Action {
    let blocked = is_blocked(values);
    event.outcome(Outcome::of(!blocked));
    if blocked { Action::ConnectionDenied } else { Action::ConnectionAllowed }
}

/// Alarms of the intrusion prevention have addresses; those about the firewall itself have none.
fn alarm(values: &Values<'_>, event: &mut EventBuilder<'_>) -> Action {
    event.text_if_said(Column::EventCode, values.get(Key::AlarmId));
    if !values.has(Key::SourceIp) || values.get(Key::Class) == "system" {
        return Action::ApplicationEvent;
    }
    if values.has(Key::Virus) {
        return malware(values, event);
    }
    let blocked = is_blocked(values);
    event.field("blocked", if blocked { "true" } else { "false" });
    event.outcome(if blocked { Outcome::Failure } else { Outcome::Unknown });
    if !event.is_set(Column::RuleName) {
        event.text_if_said(Column::RuleName, values.get(Key::Message));
    }
    let message = values.get(Key::Message).to_ascii_lowercase();
    if message.contains("flood") || message.contains("denial of service") {
        event.outcome(Outcome::Unknown);
        return Action::DdosDetected;
    }
    Action::IntrusionDetected
}

fn malware(values: &Values<'_>, event: &mut EventBuilder<'_>) -> Action {
    let verdict = values.get(Key::Virus);
    if matches!(verdict, "" | "clean" | "none") {
        return Action::ApplicationEvent;
    }
    event.text(Column::RuleName, verdict);
    event.outcome(Outcome::of(is_blocked(values)));
    Action::MalwareDetected
}

/// The return code says more than the words; older releases and SSH write words only.
fn authentication(values: &Values<'_>, event: &mut EventBuilder<'_>) -> Action {
    let message = values.get(Key::Message).to_ascii_lowercase();
    if message.contains("logged out") || message.contains("logout") || message.contains("disconnected") {
        event.outcome(Outcome::Success);
        return Action::Logout;
    }
    if message.contains("enrolment") || message.contains("enrollment") {
        return Action::ApplicationEvent;
    }
    let failed = match values.get(Key::Error) {
        "" => message.contains("fail") || message.contains("denied") || message.contains("refused"),
        code => code != "0",
    };
    event.outcome(Outcome::of(!failed));
    if failed {
        reason(values, event);
    }
    Action::Login
}

fn reason(values: &Values<'_>, event: &mut EventBuilder<'_>) {
    if values.has(Key::Message) {
        event.field("reason", values.get(Key::Message));
    }
}

/// Commands of administrators: `AUTH`, `CONFIG FILTER ACTIVATE`, `LIST …`.
fn administration(values: &Values<'_>, event: &mut EventBuilder<'_>) -> Action {
    let message = values.get(Key::Message);
    let failed = !matches!(values.get(Key::Error), "" | "0");
    event.outcome(Outcome::of(!failed));
    let upper = message.get(..48.min(message.len())).unwrap_or(message).to_ascii_uppercase();
    let starts = |words: &[&str]| words.iter().any(|word| upper.starts_with(word));
    if starts(&["AUTH", "USER LOGGED IN", "LOGIN", "CONNECTED"]) || upper.contains("AUTHENTICAT") {
        return Action::Login;
    }
    if starts(&["QUIT", "USER LOGGED OUT", "LOGOUT", "DISCONNECT"]) {
        return Action::Logout;
    }
    event.text_if_said(Column::ProcessCommandLine, message);
    if starts(&["CONFIG BACKUP"]) {
        return Action::ConfigExport;
    }
    if starts(&["CONFIG FILTER", "CONFIG SLOT", "CONFIG NAT"]) {
        return Action::PolicyChange;
    }
    if starts(&["CONFIG LOG"]) && upper.contains("STATE=0") {
        return Action::AuditDisable;
    }
    if starts(&["LOG CLEAR", "LOG DELETE"]) {
        return Action::LogCleared;
    }
    if starts(&["USER CREATE", "USER ADD"]) {
        return Action::AccountCreate;
    }
    if starts(&["USER REMOVE", "USER DELETE"]) {
        return Action::AccountDelete;
    }
    if starts(&["CONFIG", "SYSTEM", "USER", "MODIFY", "PKI", "HA"]) {
        return Action::ConfigChange;
    }
    Action::ApplicationEvent
}

/// IPsec negotiations.
fn tunnel(values: &Values<'_>, event: &mut EventBuilder<'_>) -> Action {
    let message = values.get(Key::Message).to_ascii_lowercase();
    let failed =
        !matches!(values.get(Key::Error), "" | "0") || message.contains("fail") || message.contains("error");
    let action = if message.contains("delete") || message.contains("closed") || message.contains("down") {
        Action::VpnDisconnect
    } else if message.contains("established") || message.contains("rekey") || failed {
        Action::VpnConnect
    } else {
        return Action::ApplicationEvent;
    };
    event.outcome(Outcome::of(!failed));
    if failed {
        reason(values, event);
    }
    action
}

/// The SSL VPN: a user is asked who they are, a tunnel opens and closes.
fn remote_user(values: &Values<'_>, event: &mut EventBuilder<'_>) -> Action {
    let message = values.get(Key::Message).to_ascii_lowercase();
    let failed = message.contains("fail") || message.contains("denied") || message.starts_with("error");
    event.outcome(Outcome::of(!failed));
    if failed {
        reason(values, event);
    }
    if message.contains("authenticat") {
        return Action::Login;
    }
    if message.contains("tunnel created") || message.contains("tunnel opened") {
        return Action::VpnConnect;
    }
    if message.contains("tunnel removed")
        || message.contains("tunnel closed")
        || message.contains("tunnel deleted")
    {
        return Action::VpnDisconnect;
    }
    if message.contains("logout") || message.contains("logged out") {
        return Action::Logout;
    }
    Action::ApplicationEvent
}

fn mail(values: &Values<'_>, event: &mut EventBuilder<'_>) -> Action {
    let blocked = is_blocked(values);
    event.outcome(Outcome::of(!blocked));
    if blocked { Action::MailBlocked } else { Action::MailReceived }
}

fn system(values: &Values<'_>, event: &mut EventBuilder<'_>) -> Action {
    event.text_if_said(Column::EventCode, values.get(Key::AlarmId));
    let message = values.get(Key::Message).to_ascii_lowercase();
    let action = if message.contains("shutdown") || message.contains("reboot") {
        Action::SystemStop
    } else if message.contains("starting up") || message.contains("system startup") {
        Action::SystemStart
    } else {
        return Action::ApplicationEvent;
    };
    event.outcome(Outcome::Success);
    action
}
