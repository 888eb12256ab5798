//! Administration of pfSense and OPNsense: logins to their web pages and changes of configuration.
//!
//! Promises: a user's name is cut from the right. Must not know: the packet filter's log.
//! Source: pfSense etc/inc/auth.inc, authgui.inc, config.lib.inc; OPNsense www/authgui.inc, core/auth.inc.

use schema::{Action, Column, EventBuilder, Outcome};

use super::peer::is_address;
use crate::format::{Format, Payload, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "pfsense",
    title: "pfSense and OPNsense administration (web configurator)",
    reference: "pfSense auth.inc and config.lib.inc; OPNsense authgui.inc",
    programs: &["php-fpm", "php", "audit", "configd.py", "opnsense", "php-cgi", "api"],
    starts: b"/Swu",
    needs: &[],
    keys: &[],
    recognise: |payload| Said::read(payload.text).is_some(),
    parse,
    samples: SAMPLES,
};

/// A sentence: what happened, who, from where.
struct Said<'a> {
    page: &'a str,
    action: Action,
    outcome: Outcome,
    user: &'a str,
    address: &'a str,
    rest: &'a str,
}

/// The words before the user, and after them, of each sentence about a login.
const SENTENCES: &[(&str, &str, Action, Outcome)] = &[
    ("webConfigurator authentication error for user '", "' from: ", Action::Login, Outcome::Failure),
    ("webConfigurator authentication error for '", "' from ", Action::Login, Outcome::Failure),
    ("Web GUI authentication error for '", "' from ", Action::Login, Outcome::Failure),
    ("Web GUI authentication error for user '", "' from: ", Action::Login, Outcome::Failure),
    ("Successful login for user '", "' from: ", Action::Login, Outcome::Success),
    ("Successful login via HTTP for user '", "' from: ", Action::Login, Outcome::Success),
    ("Session timed out for user '", "' from: ", Action::SessionClose, Outcome::Success),
    ("User logged out for user '", "' from: ", Action::Logout, Outcome::Success),
];

impl<'a> Said<'a> {
    fn read(text: &'a str) -> Option<Said<'a>> {
        let (page, text) = match text.strip_prefix('/').and_then(|_| text.split_once(": ")) {
            Some((page, said)) if !page.contains(' ') => (page, said),
            _ => ("", text),
        };
        SENTENCES
            .iter()
            .find_map(|sentence| login(text, sentence, page))
            .or_else(|| change(text, page))
            .or_else(|| verdict(text, page))
    }
}

fn login<'a>(
    text: &'a str,
    (open, mark, action, outcome): &(&str, &str, Action, Outcome),
    page: &'a str,
) -> Option<Said<'a>> {
    let (user, rest) = text.strip_prefix(open)?.rsplit_once(mark)?;
    // `192.0.2.7 (Local Database)`
    let (address, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    let address = address.trim_end_matches([',', '.']);
    is_address(address).then_some(Said {
        page,
        action: *action,
        outcome: *outcome,
        user,
        address,
        rest: rest.trim_matches(['(', ')']),
    })
}

/// `Configuration Change: USER@ADDRESS (DATABASE): PAGE: what`, `user USER@ADDRESS changed configuration to …`.
fn change<'a>(text: &'a str, page: &'a str) -> Option<Said<'a>> {
    let rest =
        text.strip_prefix("Configuration Change: ").or_else(|| text.strip_prefix("webConfigurator change: "));
    let (who, what) = match rest {
        Some(rest) => match rest.split_once(' ') {
            Some((who, what)) => (who.trim_end_matches(':'), what),
            None => (rest, ""),
        },
        None => text.strip_prefix("user ")?.split_once(" changed configuration ")?,
    };
    let (user, address) = who.rsplit_once('@')?;
    Some(Said { page, action: Action::ConfigChange, outcome: Outcome::Success, user, address, rest: what })
}

/// OPNsense: `user NAME authenticated successfully for WebGui [using …]`, `user NAME could not authenticate for …`.
fn verdict<'a>(text: &'a str, page: &'a str) -> Option<Said<'a>> {
    let said = text.strip_prefix("user ")?;
    let found = |mark, outcome| {
        let (user, rest) = said.rsplit_once(mark)?;
        Some(Said { page, action: Action::Login, outcome, user: user.trim_matches('\''), address: "", rest })
    };
    found(" authenticated successfully for ", Outcome::Success)
        .or_else(|| found(" could not authenticate for ", Outcome::Failure))
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let said = Said::read(payload.text).ok_or(Unreadable("expected a login or a change"))?;
    event.action(said.action);
    event.outcome(said.outcome);
    event.text_if_said(Column::UserName, said.user);
    event.ip(Column::SourceIp, said.address);
    if !said.page.is_empty() {
        event.field("page", said.page);
    }
    if said.action == Action::ConfigChange {
        event.field("cfg_path", said.rest);
    } else if !said.rest.is_empty() {
        event.field("auth_method", said.rest);
    }
    Ok(())
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a wrong password",
        text: "Mar 16 09:12:44 pfSense php-fpm[374]: /index.php: webConfigurator authentication error for user 'admin' from: 198.51.100.23",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "admin"),
            ("source_ip", "198.51.100.23"),
            ("process_name", "php-fpm"),
            ("fields.page", "/index.php"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a login",
        text: "Mar 16 09:12:50 pfSense php-fpm[374]: /index.php: Successful login for user 'admin' from: 192.0.2.7 (Local Database)",
        expect: &[
            ("event_outcome", "success"),
            ("source_ip", "192.0.2.7"),
            ("fields.auth_method", "Local Database"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "hostile: OPNsense refuses a user whose name imitates an address",
        text: "<35>1 2026-03-16T09:12:50+01:00 opnsense audit 374 - - /index.php: Web GUI authentication error for 'x' from 203.0.113.66' from 198.51.100.23",
        expect: &[
            ("event_outcome", "failure"),
            ("user_name", "x' from 203.0.113.66"),
            ("source_ip", "198.51.100.23"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "the configuration was changed",
        text: "Mar 16 09:13:50 pfSense php-fpm[374]: /firewall_rules_edit.php: Configuration Change: admin@192.0.2.7 (Local Database): Firewall: Rules - saved/edited a firewall rule.",
        expect: &[("event_action", "config_change"), ("user_name", "admin"), ("source_ip", "192.0.2.7")],
        absent: &["parse_error"],
    },
    Sample {
        about: "OPNsense: the configuration was changed",
        text: "<37>1 2026-03-16T09:14:50+01:00 opnsense audit 374 - - user root@192.0.2.7 changed configuration to /conf/backup/config-1773648764.1.xml in /firewall_rules_edit.php",
        expect: &[("event_action", "config_change"), ("user_name", "root")],
        absent: &["parse_error"],
    },
    Sample {
        about: "OPNsense: a user could not authenticate",
        text: "<35>1 2026-03-16T09:15:50+01:00 opnsense audit 374 - - user mbianchi could not authenticate for WebGui. [using OPNsense Auth Local]",
        expect: &[("event_action", "login"), ("event_outcome", "failure"), ("user_name", "mbianchi")],
        absent: &["parse_error", "source_ip"],
    },
    Sample {
        about: "truncated: cut within the address",
        text: "Mar 16 09:12:44 pfSense php-fpm[374]: /firewall.php: Configuration Change: admin@192.0.2",
        expect: &[("event_action", "config_change"), ("user_name", "admin")],
        absent: &["source_ip"],
    },
];
