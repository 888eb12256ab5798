//! TACACS+ servers (`tac_plus`, `tac_plus-ng`): authentications by syslog, and the tab-separated accounting file.
//!
//! Promises: linear; the device, the port and the client stand behind the user's name in fixed order, cut from the
//! right in sentences and by tabs in accounting. Must not know: other formats.

use schema::{Action, Column, EventBuilder, Outcome};

use super::peer;
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time;

/// See the module.
pub static FORMAT: Format = Format {
    name: "tacacs",
    title: "TACACS+ server (tac_plus)",
    reference: "tac_plus(8), accounting file; RFC 8907",
    programs: &["tac_plus", "tac_plus-ng", "tacplus"],
    starts: b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
    needs: &[("", "\t")],
    keys: &[],
    recognise: |payload| {
        FORMAT.programs.contains(&payload.program) || Accounting::read(payload.text).is_some()
    },
    parse,
    samples: SAMPLES,
};

/// `STAMP<TAB>DEVICE<TAB>USER<TAB>PORT<TAB>CLIENT<TAB>start|stop|update<TAB>key=value…`.
struct Accounting<'a> {
    when: Option<time::When>,
    device: &'a str,
    user: &'a str,
    port: &'a str,
    client: &'a str,
    kind: &'a str,
    rest: &'a str,
}

impl<'a> Accounting<'a> {
    fn read(text: &'a str) -> Option<Accounting<'a>> {
        // Read as syslog the stamp is gone; its tab may have stayed.
        let text = text.strip_prefix('\t').unwrap_or(text);
        let (when, rest) = match time::month_day(text).or_else(|| time::iso_prefix(text)) {
            Some((when, rest)) => (Some(when), rest.strip_prefix('\t')?),
            None => (None, text),
        };
        let mut cells = rest.splitn(6, '\t');
        let (device, user, port, client) = (cells.next()?, cells.next()?, cells.next()?, cells.next()?);
        let kind = cells.next()?;
        matches!(kind, "start" | "stop" | "update").then_some(Accounting {
            when,
            device,
            user,
            port,
            client,
            kind,
            rest: cells.next().unwrap_or_default(),
        })
    }

    fn fill(&self, event: &mut EventBuilder<'_>) {
        if !event.ip(Column::DestinationIp, self.device) {
            event.text_if_said(Column::DestinationDomain, self.device);
        }
        event.text_if_said(Column::UserName, self.user);
        peer::set(event, self.client, "");
        event.field("tty", self.port);
        let value =
            |key: &str| self.rest.split('\t').find_map(|cell| cell.strip_prefix(key)?.strip_prefix('='));
        let command = value("cmd").map(|command| command.strip_suffix(" <cr>").unwrap_or(command));
        event.action(match (command, self.kind) {
            (Some(_), _) => Action::ProcessStart,
            (None, "start") => Action::SessionOpen,
            (None, "stop") => Action::SessionClose,
            _ => Action::ApplicationEvent,
        });
        event.outcome(Outcome::Success);
        event.text_if_said(Column::ProcessCommandLine, command.unwrap_or(""));
        for (key, name) in [
            ("priv-lvl", "privilege"),
            ("elapsed_time", "duration_s"),
            ("service", "service"),
            ("task_id", "session_id"),
        ] {
            if let Some(value) = value(key) {
                event.field(name, value);
            }
        }
    }
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    if let Some(record) = Accounting::read(payload.text) {
        if let Some(when) = record.when {
            payload.set_time(event, when);
        }
        record.fill(event);
        return Ok(());
    }
    event.action(Action::ApplicationEvent);
    sentence(payload.text.trim_end(), event)
}

/// `login query for 'U' port tty1 from DEVICE accepted|rejected`, `DEVICE: login for 'U' from CLIENT on tty1 failed`.
fn sentence(text: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    const SHAPE: Unreadable = Unreadable("expected USER, a port, a device and a result");
    if let Some((kind, rest)) = text.split_once(" query for '") {
        let (rest, result) = rest.rsplit_once(' ').ok_or(SHAPE)?;
        if !matches!(result, "accepted" | "rejected" | "failed") {
            return Err(SHAPE);
        }
        let (rest, device) = rest.rsplit_once(" from ").ok_or(SHAPE)?;
        let (user, port) = rest.rsplit_once("' ").ok_or(SHAPE)?;
        login(kind, user, result == "accepted", event);
        event.field("tty", port.trim_start_matches("port "));
        if !event.ip(Column::DestinationIp, device) {
            event.text_if_said(Column::DestinationDomain, device);
        }
    } else if let Some((device, rest)) =
        text.split_once(": shell login for '").or_else(|| text.split_once(": login for '"))
    {
        let (user, rest) = rest.rsplit_once("' from ").ok_or(SHAPE)?;
        let mut words = rest.split(' ');
        let client = words.next().unwrap_or_default();
        let succeeded = rest.contains(" succeeded");
        if !succeeded && !rest.contains(" failed") && !rest.contains(" denied") {
            return Err(SHAPE);
        }
        login("login", user, succeeded, event);
        peer::set(event, client, "");
        event.ip(Column::DestinationIp, device);
    }
    Ok(())
}

fn login(kind: &str, user: &str, done: bool, event: &mut EventBuilder<'_>) {
    event.action(if kind == "enable" { Action::PrivilegeUse } else { Action::Login });
    event.outcome(Outcome::of(done));
    event.text_if_said(Column::UserName, user);
    if !done {
        event.field("reason", "wrong_credential");
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a command on a switch",
        text: "Mar 16 09:12:44\t192.0.2.250\taverdi\ttty1\t192.0.2.7\tstop\ttask_id=81\ttimezone=CET\tservice=shell\tpriv-lvl=15\tcmd=configure terminal <cr>",
        expect: &[
            ("event_action", "process_start"),
            ("user_name", "averdi"),
            ("source_ip", "192.0.2.7"),
            ("destination_ip", "192.0.2.250"),
            ("process_command_line", "configure terminal"),
            ("fields.privilege", "15"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a login is refused",
        text: "<38>Mar 16 09:12:45 tac1 tac_plus[2211]: login query for 'averdi' port tty1 from 192.0.2.250 rejected",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "averdi"),
            ("destination_ip", "192.0.2.250"),
            ("fields.tty", "tty1"),
        ],
        absent: &["source_ip", "parse_error"],
    },
    Sample {
        about: "a login, by the newer server",
        text: "<38>Mar 16 09:12:46 tac1 tac_plus-ng[2211]: 192.0.2.250: shell login for 'averdi' from 192.0.2.7 on tty1 succeeded",
        expect: &[
            ("event_outcome", "success"),
            ("source_ip", "192.0.2.7"),
            ("destination_ip", "192.0.2.250"),
        ],
        absent: &["parse_error", "fields.reason"],
    },
    Sample {
        about: "truncated: a refusal cut before its result",
        text: "<38>Mar 16 09:12:45 tac1 tac_plus[2211]: login query for 'averdi' port tty1 from 192.0.2",
        expect: &[("parse_error", "expected USER, a port, a device and a result")],
        absent: &["user_name", "event_outcome"],
    },
    Sample {
        about: "hostile: a user name that imitates a device moves no field",
        text: "<38>Mar 16 09:12:47 tac1 tac_plus[2211]: login query for 'x' port tty1 from 203.0.113.1 accepted' port tty2 from 192.0.2.250 rejected",
        expect: &[("event_outcome", "failure"), ("destination_ip", "192.0.2.250"), ("fields.tty", "tty2")],
        absent: &["parse_error"],
    },
];
