//! What a Sophos Firewall message means, by log type, component, subtype and status.
//!
//! Must not know: how the line was read. Source: Sophos Firewall syslog guide 21.5.

use schema::{Action, Column, EventBuilder, Outcome};

use super::keys::{Key, Values};

/// Sets action and outcome.
pub(super) fn fill(values: &Values<'_>, event: &mut EventBuilder<'_>) {
    let action = match values.get(Key::LogType) {
        "Firewall" => flow(values, event),
        "IDP" | "IPS" | "IPS Policy" => intrusion(values, event),
        "ATP" | "Advanced Threat Protection" | "NDR" | "Active threat response" => intrusion(values, event),
        "Anti-Virus" | "Anti Virus" | "Antivirus" | "Sandbox" | "Sandstorm" | "Zero-day protection" => {
            malware(values, event)
        }
        "Anti-Spam" | "Anti Spam" | "Email" => mail(values, event),
        "Content Filtering" | "Web Filter" | "Web filter" => content_filter(values, event),
        "WAF" | "Web server protection" => web_server(values, event),
        "SSL" | "SSL/TLS inspection" => flow(values, event),
        "Event" => event_log(values, event),
        "SD-WAN" => quality(values, event),
        _ => Action::ApplicationEvent,
    };
    event.action(action);
}

fn is_blocked(values: &Values<'_>) -> bool {
    let refused = |word: &str| {
        ["Den", "deny", "Drop", "drop", "Block", "block", "Reject", "reject", "Violation", "Quarantine"]
            .iter()
            .any(|head| word.starts_with(head))
            || word == "Virus"
            || word == "Malicious"
    };
    refused(values.get(Key::Subtype)) || refused(values.get(Key::Status)) || refused(values.get(Key::Action))
}

/// False when the line was cut before its verdict.
fn is_said(values: &Values<'_>) -> bool {
    [Key::Subtype, Key::Status, Key::Action].iter().any(|key| values.has(*key))
}

fn flow(values: &Values<'_>, event: &mut EventBuilder<'_>) -> Action {
    let blocked = is_blocked(values);
    if is_said(values) {
        event.outcome(Outcome::of(!blocked));
    }
    match (values.get(Key::Component), blocked) {
        ("DoS Attack", _) => {
            event.outcome(Outcome::Unknown);
            event.text_if_said(Column::RuleName, values.get(Key::Message));
            Action::DdosDetected
        }
        (_, true) => Action::ConnectionDenied,
        ("Heartbeat" | "System", false) => Action::ApplicationEvent,
        _ if !is_said(values) => Action::ApplicationEvent,
        _ => Action::ConnectionAllowed,
    }
}

fn intrusion(values: &Values<'_>, event: &mut EventBuilder<'_>) -> Action {
    let blocked = is_blocked(values);
    event.field("blocked", if blocked { "true" } else { "false" });
    event.outcome(if blocked { Outcome::Failure } else { Outcome::Unknown });
    Action::IntrusionDetected
}

fn malware(values: &Values<'_>, event: &mut EventBuilder<'_>) -> Action {
    let is_found = values.has(Key::Malware)
        || matches!(values.get(Key::Subtype), "Virus" | "Denied" | "PUA" | "Malicious" | "Blocked");
    if !is_found {
        return Action::ApplicationEvent;
    }
    event.outcome(Outcome::of(is_blocked(values)));
    Action::MalwareDetected
}

fn mail(values: &Values<'_>, event: &mut EventBuilder<'_>) -> Action {
    let subtype = values.get(Key::Subtype);
    let is_spam = matches!(
        subtype,
        "Spam" | "Probable Spam" | "Outbound Spam" | "Outbound Probable Spam" | "DLP" | "RBL" | "SPX"
    );
    let blocked = is_blocked(values) || matches!(values.get(Key::Action), "DROP" | "REJECT" | "QUARANTINE");
    event.outcome(Outcome::of(!(is_spam && blocked)));
    if is_spam || blocked { Action::MailBlocked } else { Action::MailReceived }
}

/// Web requests; the inspection of TLS and applications is about connections.
fn content_filter(values: &Values<'_>, event: &mut EventBuilder<'_>) -> Action {
    match values.get(Key::Component) {
        "SSL" | "Application" => flow(values, event),
        _ => {
            if is_said(values) {
                event.outcome(Outcome::of(!is_blocked(values)));
            }
            Action::HttpRequest
        }
    }
}

/// A request to a protected server, with a reason when a rule matched.
fn web_server(values: &Values<'_>, event: &mut EventBuilder<'_>) -> Action {
    if !matches!(values.get(Key::Reason), "" | "-") {
        event.text(Column::RuleName, values.get(Key::Reason));
        event.field("blocked", "true");
        event.outcome(Outcome::Failure);
        return Action::WafBlock;
    }
    let failed = values.get(Key::HttpStatus).starts_with(['4', '5']);
    event.outcome(Outcome::of(!failed));
    Action::HttpRequest
}

fn event_log(values: &Values<'_>, event: &mut EventBuilder<'_>) -> Action {
    let component = values.get(Key::Component);
    let status = values.get(Key::Status);
    if component == "DHCP Server" {
        event.ip(Column::SourceIp, values.get(Key::LeaseIp));
        return lease(status, event);
    }
    if values.get(Key::Subtype) == "Admin"
        || matches!(component, "GUI" | "CLI" | "CONSOLE" | "Console" | "SSH" | "API")
    {
        return administration(values, event);
    }
    if component.ends_with("Authentication") || values.get(Key::Subtype) == "Authentication" {
        return login(values, event);
    }
    match component {
        "SSL VPN" | "IPSec" | "IPsec" | "L2TP" | "PPTP" | "VPN" | "Clientless VPN" | "RED"
        | "SSL VPN Client" => tunnel(status, values, event),
        "Interface" | "Gateway" => link(values, event),
        "Appliance" | "HA" => appliance(values, event),
        _ => {
            if status == "Failed" {
                event.outcome(Outcome::Failure);
            }
            Action::ApplicationEvent
        }
    }
}

/// Logins to the administration, and what was done there.
fn administration(values: &Values<'_>, event: &mut EventBuilder<'_>) -> Action {
    let message = values.get(Key::Message).to_ascii_lowercase();
    if !values.has(Key::Message) && !values.has(Key::Status) {
        return Action::ApplicationEvent;
    }
    let failed = values.get(Key::Status) == "Failed";
    event.outcome(Outcome::of(!failed));
    if message.contains("logged out") || message.contains("log out") {
        return Action::Logout;
    }
    if ["logged in", "login", "log in", "authentication", "failed to login"]
        .iter()
        .any(|word| message.contains(word))
    {
        return Action::Login;
    }
    if message.contains("firewall rule") || message.contains("nat rule") {
        return Action::PolicyChange;
    }
    Action::ConfigChange
}

fn login(values: &Values<'_>, event: &mut EventBuilder<'_>) -> Action {
    let message = values.get(Key::Message);
    if message.contains("logged out") || message.contains("was logged off") {
        event.outcome(Outcome::Success);
        return Action::Logout;
    }
    event.outcome(Outcome::of(values.get(Key::Status) != "Failed"));
    Action::Login
}

fn tunnel(status: &str, values: &Values<'_>, event: &mut EventBuilder<'_>) -> Action {
    let (action, outcome) = match status {
        "Established" | "Connected" | "Successful" => (Action::VpnConnect, Outcome::Success),
        "Terminated" | "Disconnected" => (Action::VpnDisconnect, Outcome::Success),
        "Failed" | "Deny" => (Action::VpnConnect, Outcome::Failure),
        _ if values.get(Key::Message).contains("failed") => (Action::VpnConnect, Outcome::Failure),
        _ => return Action::ApplicationEvent,
    };
    event.outcome(outcome);
    action
}

fn lease(status: &str, event: &mut EventBuilder<'_>) -> Action {
    match status {
        "Renew" | "Received" | "Successful" => {
            event.outcome(Outcome::Success);
            Action::DhcpLease
        }
        "Failed" | "Deny" => {
            event.outcome(Outcome::Failure);
            Action::DhcpFailure
        }
        _ => Action::ApplicationEvent,
    }
}

fn link(values: &Values<'_>, event: &mut EventBuilder<'_>) -> Action {
    let message = values.get(Key::Message).to_ascii_lowercase();
    let up = message.ends_with("up") || message.contains(" up ") || values.get(Key::Status) == "Connected";
    let down =
        message.contains("down") || message.contains("dead") || values.get(Key::Status) == "Disconnected";
    if !up && !down {
        return Action::ApplicationEvent;
    }
    event.field("state", if down { "down" } else { "up" });
    event.outcome(Outcome::of(!down));
    Action::LinkChange
}

fn appliance(values: &Values<'_>, event: &mut EventBuilder<'_>) -> Action {
    let message = values.get(Key::Message).to_ascii_lowercase();
    let action = if message.contains("start") {
        Action::SystemStart
    } else if message.contains("shut") || message.contains("reboot") || message.contains("restart") {
        Action::SystemStop
    } else {
        return Action::ApplicationEvent;
    };
    event.outcome(Outcome::Success);
    action
}

/// A gateway met its service level or did not.
fn quality(values: &Values<'_>, event: &mut EventBuilder<'_>) -> Action {
    if values.get(Key::Component) != "Gateway" {
        return Action::ApplicationEvent;
    }
    link(values, event)
}
