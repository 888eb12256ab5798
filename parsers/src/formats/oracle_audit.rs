//! Oracle Database audit by syslog: standard audit (`SESSIONID:[8] "11223344"`), SYS operations
//! (`ACTION :[7] 'CONNECT'`) and unified audit (`TYPE:"4" … ACTION:"100"`).
//!
//! Promises: linear; where the length of a value is written it is cut by it, whatever it holds.
//! Must not know: the envelope, files, the clock, other formats.

mod actions;
mod samples;

use schema::{Action, Column, EventBuilder, Outcome};

use super::{peer, statement};
use crate::format::{Format, Payload, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "oracle_audit",
    title: "Oracle Database audit (syslog)",
    reference: "Oracle Database Security Guide, AUDIT_SYSLOG_LEVEL and UNIFIED_AUDIT_SYSTEMLOG; AUDIT_ACTIONS",
    programs: &["oracle", "oracle audit", "oracle_unified_audit"],
    starts: b"LSATO",
    needs: &[],
    keys: &[],
    recognise: |payload| is_audit(payload.text),
    parse,
    samples: samples::SAMPLES,
};

fn is_audit(text: &str) -> bool {
    let text = behind_length(text);
    (text.starts_with("SESSIONID:[") && text.contains("] \""))
        || (text.starts_with("ACTION :[") && text.contains("] '"))
        || (text.starts_with("TYPE:\"") && text.contains(" SESID:\""))
}

/// What follows `LENGTH: "257" ` or `LENGTH : '257' `, which stands before some.
fn behind_length(text: &str) -> &str {
    let text = behind_tag(text);
    let Some(rest) = text.strip_prefix("LENGTH") else { return text };
    let rest = rest.trim_start_matches([' ', ':']);
    let mut parts = rest.splitn(3, ['"', '\'']);
    match (parts.next(), parts.next(), parts.next()) {
        (Some(""), Some(number), Some(after)) if peer::is_digits(number) => after.trim_start_matches(' '),
        _ => text,
    }
}

/// What follows `Oracle Audit[2211]: `, a tag that no envelope takes for one since it has a blank.
fn behind_tag(text: &str) -> &str {
    let rest = text.strip_prefix("Oracle Audit[").or_else(|| text.strip_prefix("Oracle Unified Audit["));
    rest.and_then(|rest| rest.split_once("]: ")).map_or(text, |(_, rest)| rest)
}

/// Pairs `KEY:[N] "VALUE"` or `KEY:"VALUE"`, the value cut by its length where it is said.
struct Pairs<'a> {
    rest: &'a str,
    is_broken: bool,
}

impl<'a> Iterator for Pairs<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<(&'a str, &'a str)> {
        let rest = self.rest.trim_start_matches(' ');
        if rest.trim_end().is_empty() {
            return None;
        }
        let pair = pair(rest);
        match pair {
            Some((key, value, after)) => {
                self.rest = after;
                Some((key, value))
            }
            None => {
                self.is_broken = true;
                None
            }
        }
    }
}

fn pair(text: &str) -> Option<(&str, &str, &str)> {
    let (key, rest) = text.split_once(':')?;
    let (length, rest) = match rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((length, rest)) => (Some(length.parse::<usize>().ok()?), rest.trim_start_matches(' ')),
        None => (None, rest),
    };
    let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let rest = rest.get(1..)?;
    let close = match length {
        // The length counts bytes of the database's character set: where it does not fit, the quote decides.
        Some(length) if rest.as_bytes().get(length) == Some(&(quote as u8)) => length,
        _ => rest.find(quote)?,
    };
    Some((key.trim_end(), rest.get(..close)?, rest.get(close + 1..)?))
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    event.text(Column::ObserverProduct, "Oracle Database");
    event.action(Action::ApplicationEvent);
    let mut said = Said::default();
    let mut pairs = Pairs { rest: behind_length(payload.text), is_broken: false };
    for (key, value) in pairs.by_ref() {
        said.take(key, value, event);
    }
    if pairs.is_broken {
        return Err(Unreadable("expected KEY:[LENGTH] \"VALUE\" to the end"));
    }
    said.fill(event);
    Ok(())
}

/// What decides how the record is to be understood.
#[derive(Default)]
struct Said<'a> {
    action: &'a str,
    code: &'a str,
    statement: &'a str,
    creator: &'a str,
    object: &'a str,
}

impl<'a> Said<'a> {
    fn take(&mut self, key: &str, value: &'a str, event: &mut EventBuilder<'_>) {
        match key {
            "ACTION" | "ACTION NUMBER" if peer::is_digits(value) => self.action = value,
            "ACTION" => self.statement = value,
            "SQLTEXT" | "SQL$TEXT" => self.statement = value,
            "RETURNCODE" | "RETCODE" | "STATUS" => self.code = value,
            "OBJ$CREATOR" | "SCHEMA" => self.creator = value,
            "OBJ$NAME" | "OBJNAME" => self.object = value,
            // SYS operations write `/` for whoever the operating system let in.
            "USERID" | "DBUSER" | "DATABASE USER" if value != "/" => {
                event.text_if_said(Column::UserName, value)
            }
            "CURUSER" if !event.is_set(Column::UserName) => event.text_if_said(Column::UserName, value),
            "USERHOST" | "CLIENT HOST" => event.field("client_host", value),
            "OS$USERID" | "CLIENT USER" | "OSUSER" => event.field("os_user", value),
            "TERMINAL" | "CLIENT TERMINAL" => event.field("terminal", value),
            "SESSIONID" | "SESID" => event.field("session_id", value),
            "CLIENTID" if !value.is_empty() => event.field("client_id", value),
            "PRIVILEGE" if value != "NONE" => event.field("privilege", value),
            "PRIV$USED" => event.field("privilege", value),
            "AUTH$GRANTEE" => event.text_if_said(Column::UserTargetName, value),
            "DBID" => event.field("db_id", value),
            "PDB_GUID" if !value.is_empty() => event.field("pdb_guid", value),
            "COMMENT$TEXT" => comment(value, event),
            _ => {}
        }
    }

    fn fill(&self, event: &mut EventBuilder<'_>) {
        let by_number = actions::action(self.action);
        if !self.statement.is_empty() {
            let text = self.statement;
            match text {
                "CONNECT" | "LOGON" => event.action(Action::Login),
                "DISCONNECT" | "LOGOFF" => event.action(Action::Logout),
                "STARTUP" => event.action(Action::ServiceStart),
                "SHUTDOWN" => event.action(Action::ServiceStop),
                _ => statement::fill(text, event),
            }
        }
        if let Some(action) = by_number {
            event.action(action);
        }
        if !self.action.is_empty() {
            event.field("action_number", self.action);
        }
        if !self.object.is_empty() {
            event.field("object_name", self.object);
        }
        if !self.creator.is_empty() {
            event.field("schema", self.creator);
        }
        if peer::is_digits(self.code) {
            event.outcome(Outcome::of(self.code == "0"));
            if self.code != "0" {
                event.text(Column::EventCode, self.code);
                if let Some(reason) = actions::reason(self.code) {
                    event.field("reason", reason);
                }
            }
        }
    }
}

/// `Authenticated by: DATABASE; Client address: (ADDRESS=(PROTOCOL=tcp)(HOST=192.0.2.7)(PORT=51022))`.
fn comment(text: &str, event: &mut EventBuilder<'_>) {
    let inner =
        |mark: &str| text.split_once(mark).and_then(|(_, rest)| rest.split_once(')')).map(|(value, _)| value);
    if let Some(host) = inner("(HOST=") {
        peer::set(event, host, inner("(PORT=").unwrap_or(""));
    }
    if let Some(rest) = text.strip_prefix("Authenticated by: ") {
        event.field("auth_method", rest.split(';').next().unwrap_or(rest));
    }
}
