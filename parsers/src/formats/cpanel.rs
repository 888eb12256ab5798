//! cPanel and WHM: the login log of their daemons and the access log of cpsrvd.
//!
//! Promises: linear; the reason of a refusal stands behind the request's last quote. Must not know: other formats.

use schema::{Action, Column, EventBuilder, Outcome};

use super::{http, peer};
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time;

/// See the module.
pub static FORMAT: Format = Format {
    name: "cpanel",
    title: "cPanel and WHM login and access logs",
    reference: "cPanel & WHM, log files: login_log and access_log of cpsrvd",
    programs: &["cpsrvd"],
    starts: b"[0123456789abcdef:",
    needs: &[("", "[]")],
    keys: &[],
    recognise: |payload| Login::read(payload.text).is_some() || Access::read(payload.text).is_some(),
    parse,
    samples: SAMPLES,
};

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    if let Some(login) = Login::read(payload.text) {
        payload.set_time(event, login.when);
        return login.fill(event);
    }
    let access =
        Access::read(payload.text).ok_or(Unreadable("expected a line of login_log or access_log"))?;
    if !payload.set_time(event, access.when) {
        return Err(Unreadable("no such day or hour"));
    }
    access.fill(event);
    Ok(())
}

/// `[STAMP] info [DAEMON] ADDRESS - USER "REQUEST" FAILED LOGIN DAEMON: WHY`.
struct Login<'a> {
    when: time::When,
    level: &'a str,
    daemon: &'a str,
    text: &'a str,
}

impl<'a> Login<'a> {
    fn read(text: &'a str) -> Option<Login<'a>> {
        let (when, rest) = time::iso_prefix(text.strip_prefix('[')?)?;
        let (level, rest) = rest.strip_prefix("] ")?.split_once(" [")?;
        let (daemon, text) = rest.split_once("] ")?;
        const DAEMONS: &[&str] = &["cpaneld", "whostmgrd", "webmaild", "cpdavd", "cpsrvd"];
        DAEMONS.contains(&daemon).then_some(Login { when, level, daemon, text })
    }

    fn fill(&self, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
        const SHAPE: Unreadable = Unreadable("expected ADDRESS - USER \"REQUEST\" and what came of it");
        event.text(Column::LogLevel, self.level);
        event.text(Column::ServiceName, self.daemon);
        let (address, rest) = self.text.split_once(" - ").ok_or(SHAPE)?;
        let (user, rest) = rest.split_once(" \"").ok_or(SHAPE)?;
        let (request, said) = rest.rsplit_once("\" ").ok_or(SHAPE)?;
        peer::set(event, address, "");
        event.text_if_said(Column::UserName, user);
        http::set_request(request, event);
        event.action(Action::ApplicationEvent);
        if let Some(rest) = said.strip_prefix("FAILED LOGIN ") {
            let why = rest.split_once(": ").map_or(rest, |(_, why)| why);
            event.action(Action::Login);
            event.outcome(Outcome::Failure);
            event.field(
                "reason",
                match why {
                    _ if why.starts_with("invalid cpanel user") || why.contains("does not exist") => {
                        "unknown_user"
                    }
                    _ if why.contains("incorrect password") || why.contains("user password") => {
                        "wrong_credential"
                    }
                    _ if why.contains("locked out") => "too_many_attempts",
                    _ if why.contains("non-reseller") => "not_allowed",
                    _ => why,
                },
            );
        } else if said.starts_with("SUCCESS LOGIN") || said.starts_with("NEW ") {
            event.action(Action::Login);
            event.outcome(Outcome::Success);
        } else if said.starts_with("PURGE ") {
            event.action(Action::Logout);
            event.outcome(Outcome::Success);
        }
        Ok(())
    }
}

/// `ADDRESS - USER [03/16/2026:09:12:44 -0000] "REQUEST" STATUS BYTES "REFERRER" "AGENT" "…" "…" PORT`: the month first.
struct Access<'a> {
    client: &'a str,
    user: &'a str,
    when: time::When,
    rest: &'a str,
}

impl<'a> Access<'a> {
    fn read(text: &'a str) -> Option<Access<'a>> {
        let (client, rest) = text.split_once(" - ")?;
        if !peer::is_address(client) {
            return None;
        }
        let (user, rest) = rest.split_once(" [")?;
        let (stamp, rest) = rest.split_once("] \"")?;
        let (when, zone) = time::clf_numeric(stamp)?;
        let when = time::When { month: when.day, day: when.month, ..when };
        // Pveproxy's lines end behind the bytes; these end in a port.
        let port = rest.trim_end().rsplit_once("\" ").map(|(_, port)| port)?;
        (zone.is_empty() && peer::is_digits(port)).then_some(Access { client, user, when, rest })
    }

    fn fill(&self, event: &mut EventBuilder<'_>) {
        event.action(Action::HttpRequest);
        peer::set(event, self.client, "");
        event.text_if_said(Column::UserName, self.user);
        let mut parts = self.rest.split('"');
        http::set_request(parts.next().unwrap_or_default(), event);
        let mut words = parts.next().unwrap_or_default().trim().split(' ');
        http::set_status(words.next().unwrap_or_default(), event);
        event.int_text(Column::HttpResponseBodyBytes, words.next().unwrap_or_default());
        event.text_if_said(Column::HttpRequestReferrer, parts.next().unwrap_or_default());
        event.text_if_said(Column::UserAgentOriginal, parts.nth(1).unwrap_or_default());
        if let Some((_, port)) = self.rest.trim_end().rsplit_once("\" ") {
            event.int_text(Column::DestinationPort, port);
        }
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a login is refused",
        text: "[2026-03-16 09:12:44 +0100] info [cpaneld] 198.51.100.9 - averdi \"POST /login/?login_only=1 HTTP/1.1\" FAILED LOGIN cpaneld: invalid cpanel user averdi (has_cpuser_file failed)",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "averdi"),
            ("source_ip", "198.51.100.9"),
            ("url_path", "/login/"),
            ("fields.reason", "unknown_user"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
        ],
        absent: &["parse_error", "time_guess"],
    },
    Sample {
        about: "a request, the month first",
        text: "192.0.2.7 - averdi [03/16/2026:08:12:45 -0000] \"GET /cpsess1/frontend HTTP/1.1\" 200 811 \"-\" \"Mozilla/5.0\" \"s\" \"-\" 2083",
        expect: &[
            ("event_action", "http_request"),
            ("http_response_status_code", "200"),
            ("user_agent_original", "Mozilla/5.0"),
            ("destination_port", "2083"),
            ("timestamp", "2026-03-16T08:12:45.000000Z"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "an address is locked out",
        text: "[2026-03-16 09:12:46 +0100] info [whostmgrd] 198.51.100.9 - root \"POST /login/ HTTP/1.1\" FAILED LOGIN whostmgrd: brute force attempt (user root) has locked out IP 198.51.100.9",
        expect: &[
            ("event_outcome", "failure"),
            ("fields.reason", "too_many_attempts"),
            ("service_name", "whostmgrd"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: a refusal cut within its request",
        text: "[2026-03-16 09:12:44 +0100] info [cpaneld] 198.51.100.9 - averdi \"POST /logi",
        expect: &[("parse_error", "expected ADDRESS - USER \"REQUEST\" and what came of it")],
        absent: &["user_name", "event_outcome"],
    },
    Sample {
        about: "hostile: a request that imitates a result moves no field",
        text: "[2026-03-16 09:12:47 +0100] info [cpaneld] 192.0.2.77 - x \"GET /\" SUCCESS LOGIN cpaneld: y HTTP/1.1\" FAILED LOGIN cpaneld: incorrect password",
        expect: &[
            ("event_outcome", "failure"),
            ("source_ip", "192.0.2.77"),
            ("fields.reason", "wrong_credential"),
        ],
        absent: &["parse_error"],
    },
];
