//! Zimbra's `audit.log` and `mailbox.log`: logins by every protocol, administration, messages in and out.
//!
//! Promises: linear; addresses stand in front of the client's own words, and a line in which a client imitates the end of
//! the context is refused. The last address of a forwarded list is the one a proxy of the house saw.
//! Must not know: files, the clock, other formats.
//! Source: Zimbra, conf/log4j.properties.in (`%d %-5p [%t] [%z] %c{1} - %m`); ZimbraLog, ZimbraSecurity.

mod samples;

use schema::{Action, Column, EventBuilder, Outcome};

use super::account::between;
use super::mail;
use crate::format::{Format, Payload, Unreadable};
use crate::time::{self, When};

/// See the module.
pub static FORMAT: Format = Format {
    name: "zimbra",
    title: "Zimbra (audit and mailbox log)",
    reference: "Zimbra, log4j layout of audit.log and mailbox.log",
    programs: &["zimbramon", "mailboxd", "zimbra"],
    starts: b"0123456789",
    needs: &[],
    keys: &[],
    recognise: |payload| line(payload.text).is_some(),
    parse,
    samples: samples::SAMPLES,
};

/// A line in its parts.
struct Line<'a> {
    when: When,
    level: &'a str,
    thread: &'a str,
    context: &'a str,
    category: &'a str,
    text: &'a str,
    /// True when the end of the context stands more than once.
    is_ambiguous: bool,
}

/// `STAMP,MILLIS LEVEL [THREAD] [KEY=VALUE;…] CATEGORY - TEXT`.
fn line(text: &str) -> Option<Line<'_>> {
    let (when, rest) = time::iso_prefix(text)?;
    let (level, rest) = rest.strip_prefix(' ')?.split_once(' ')?;
    if !matches!(level, "TRACE" | "DEBUG" | "INFO" | "WARN" | "ERROR" | "FATAL") {
        return None;
    }
    let (thread, rest) = rest.trim_start().strip_prefix('[')?.split_once("] [")?;
    let (context, rest) = rest.split_once("] ")?;
    let (category, said) = rest.split_once(" - ")?;
    let is_context = context.is_empty() || (context.ends_with(';') && context.contains('='));
    // Classes beside Zimbra's own categories write too (`SoapEngine`); only a context tells them from other programs'.
    let is_category = (1..=64).contains(&category.len())
        && category.bytes().all(|byte| {
            byte.is_ascii_lowercase() || byte == b'_' || !context.is_empty() && byte.is_ascii_alphanumeric()
        });
    let is_ambiguous = said.contains(";] ");
    (is_context && is_category).then_some(Line {
        when,
        level,
        thread,
        context,
        category,
        text: said,
        is_ambiguous,
    })
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let line =
        line(payload.text).ok_or(Unreadable("expected STAMP LEVEL [THREAD] [CONTEXT] CATEGORY - TEXT"))?;
    if line.is_ambiguous {
        return Err(Unreadable("the context ends twice"));
    }
    if !payload.set_inner_time(event, line.when) {
        return Err(Unreadable("no such day or hour"));
    }
    event.text(Column::LogLevel, line.level);
    event.field("category", line.category);
    if let Some((_, url)) = line.thread.split_once(':').filter(|(_, url)| url.starts_with("http")) {
        event.field("url", url);
    }
    context(line.context, event);
    match line.category {
        "security" => security(line.text, event),
        _ => said(line.category, line.text, event),
    }
    Ok(())
}

/// `name=USER;mid=1;ip=ADDRESS;oip=ADDRESS;oport=1;ua=…;`: the first of each counts, the client's words come last.
fn context(text: &str, event: &mut EventBuilder<'_>) {
    let (mut near, mut origin) = ("", "");
    for pair in text.split(';') {
        let Some((key, value)) = pair.split_once('=') else { continue };
        match key {
            "name" if !event.is_set(Column::UserName) => event.text_if_said(Column::UserName, value),
            "aname" => event.field("admin", value),
            "ip" if near.is_empty() => near = value,
            "oip" if origin.is_empty() => origin = value,
            "oport" | "port" if !event.is_set(Column::SourcePort) => {
                event.int_text(Column::SourcePort, value);
            }
            "oproto" => event.field("protocol", value),
            "ua" if !event.is_set(Column::UserAgentOriginal) => {
                event.text_if_said(Column::UserAgentOriginal, value);
            }
            "via" => event.field("via", value),
            "ds" => event.field("data_source", value),
            _ => {}
        }
    }
    // A name and a browser may hold an address of their own: of two none is believed.
    if text.matches("oip=").count() > 1 {
        return;
    }
    let origin = origin.rsplit(',').next().unwrap_or(origin).trim();
    if event.ip(Column::SourceIp, origin) {
        if !near.is_empty() && near != origin {
            event.field("proxy_ip", near);
        }
    } else {
        event.ip(Column::SourceIp, near);
    }
}

/// `cmd=Auth; account=USER; protocol=soap; error=REASON;` and the commands of administrators.
fn security(text: &str, event: &mut EventBuilder<'_>) {
    let command = between(text, "cmd=", ";").unwrap_or("");
    let error = text.split_once("; error=").map(|(_, error)| error.trim_end_matches(';'));
    event.field("action", command);
    let action = action_of(command);
    event.action(action);
    // Each pair ends with a semicolon: behind one that has none an error may have been cut off.
    if error.is_some() || text.trim_end().ends_with(';') {
        event.outcome(Outcome::of(error.is_none()));
    }
    if let Some(error) = error {
        event.field("reason", error);
    }
    if action == Action::Login {
        if let Some(account) = between(text, "account=", ";") {
            event.text_if_said(Column::UserName, account.trim());
        }
        if let Some(protocol) = between(text, "; protocol=", ";") {
            event.field("protocol", protocol);
        }
        return;
    }
    let target = ["; accountName=", "; account=", "; name=", "; accountId="]
        .iter()
        .find_map(|key| between(text, key, ";"));
    if let Some(target) = target {
        event.text_if_said(Column::UserTargetName, target.trim());
    }
    if let Some(member) = between(text, "; member=", ";").or_else(|| between(text, "; members=", ";")) {
        event.text_if_said(Column::GroupName, target.unwrap_or(""));
        event.text_if_said(Column::UserTargetName, member);
    }
}

fn action_of(command: &str) -> Action {
    match command {
        "Auth" | "AdminAuth" | "PreAuth" | "Authenticate" => Action::Login,
        "DelegateAuth" => Action::ExplicitCredentials,
        "CreateAccount" => Action::AccountCreate,
        "DeleteAccount" => Action::AccountDelete,
        "ModifyAccount" | "RenameAccount" | "AddAccountAlias" | "RemoveAccountAlias" | "ModifyPrefs" => {
            Action::AccountModify
        }
        "SetPassword" => Action::PasswordReset,
        "ChangePassword" => Action::PasswordChange,
        "CreateDistributionList" => Action::GroupCreate,
        "AddDistributionListMember" => Action::GroupAdd,
        "RemoveDistributionListMember" => Action::GroupRemove,
        "GrantRight" | "GrantRights" => Action::PermissionGrant,
        "RevokeRight" | "RevokeRights" => Action::PermissionRevoke,
        "ModifyFilterRules" | "SaveFilterRules" => Action::MailRuleCreate,
        _ if [
            "ModifyConfig",
            "ModifyServer",
            "ModifyDomain",
            "ModifyCos",
            "CreateDomain",
            "DeleteDomain",
            "CreateCos",
        ]
        .contains(&command) =>
        {
            Action::ConfigChange
        }
        _ => Action::ApplicationEvent,
    }
}

/// What the mailbox log says of logins and messages.
fn said(category: &str, text: &str, event: &mut EventBuilder<'_>) {
    event.action(Action::ApplicationEvent);
    if let Some((_, rest)) = text.split_once("authentication failed for ") {
        let (user, reason) = failed_user(rest);
        event.action(Action::Login);
        event.outcome(Outcome::Failure);
        event.text_if_said(Column::UserName, user);
        event.field("reason", if reason.is_empty() { "authentication failed" } else { reason });
    } else if let Some((user, rest)) =
        text.strip_prefix("user ").and_then(|rest| rest.split_once(" authenticated, mechanism="))
    {
        event.action(Action::Login);
        event.outcome(Outcome::Success);
        event.text_if_said(Column::UserName, user);
        event.field("auth_method", rest.split(' ').next().unwrap_or(rest));
    } else if let Some(rest) = text.strip_prefix("Access from IP ")
        && let Some((address, _)) = rest.split_once(" suspended")
    {
        event.action(Action::AccessBlocked);
        event.outcome(Outcome::Success);
        event.ip(Column::SourceIp, address.trim_end_matches(','));
    } else if let Some(rest) = text.strip_prefix("Delivering message: ") {
        event.action(Action::MailReceived);
        event.outcome(Outcome::Success);
        // The message id is the sender's and comes last.
        let (head, id) = rest.split_once(", msgid=").unwrap_or((rest, ""));
        event.text_if_said(Column::EmailMessageId, mail::bare(id.split(", ").next().unwrap_or(id)));
        if let Some((_, sender)) = head.split_once("sender=") {
            event.text_if_said(Column::EmailFrom, sender.split(", ").next().unwrap_or(sender));
        }
    } else if category == "smtp"
        && let Some((_, id)) = text.split_once("Message-ID=")
    {
        event.action(Action::MailSent);
        event.outcome(Outcome::Success);
        event.text_if_said(Column::EmailMessageId, mail::bare(mail::path(id).0));
    } else if category == "soap" {
        event.field("action", text.split(' ').next().unwrap_or(text));
    }
}

/// User and reason of `[USER], invalid password` and `USER, account not found`.
fn failed_user(text: &str) -> (&str, &str) {
    let (user, reason) = match text.strip_prefix('[') {
        Some(rest) => rest.split_once(']').unwrap_or((rest, "")),
        None => text.split_once(", ").unwrap_or((text, "")),
    };
    (user, reason.trim_start_matches([',', '.', ' ']).trim_end_matches([';', ':']))
}
