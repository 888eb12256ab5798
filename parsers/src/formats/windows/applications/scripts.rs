//! PowerShell: script blocks, module logging and the classic log.
//!
//! Its context is a list of lines whose labels are translated: they are told apart by position.
//! Must not know: other channels.

use schema::{Action, Column, EventBuilder, Outcome};

use super::super::access::field_if_said;
use super::super::{Item, WindowsEvent};
use super::user_if_said;

/// Lines of the context of 4103, from 0.
const CONTEXT_HOST_APPLICATION: usize = 4;
/// Lines from the end of the context to its sequence number.
const CONTEXT_TAIL: usize = 4;

/// Fills the columns of a PowerShell event; none when it is only the life of an engine.
pub(super) fn fill(id: u32, record: &WindowsEvent<'_>, event: &mut EventBuilder<'_>) -> Option<Action> {
    event.outcome(Outcome::Success);
    match id {
        4104 => {
            field_if_said("script", record.get(Item::ScriptBlockText), event);
            event.text_if_said(Column::FilePath, record.get(Item::Path));
            Some(Action::ScriptBlock)
        }
        4103 => {
            field_if_said("script", record.get(Item::Payload), event);
            context(record, event);
            Some(Action::ScriptBlock)
        }
        400 | 403 | 600 | 800 => {
            classic(record, event);
            let action = match id {
                800 => return Some(Action::ScriptBlock),
                400 => "engine_start",
                403 => "engine_stop",
                _ => "provider_start",
            };
            event.field("action", action);
            None
        }
        _ => None,
    }
}

/// The context of 4103: its fifth line is the host's command line. The account stands near the end, behind
/// the sequence number; it is looked for from there, since a command line may hold lines of its own.
fn context(record: &WindowsEvent<'_>, event: &mut EventBuilder<'_>) {
    let text = record.get(Item::ContextInfo);
    let mut values = text.lines().filter_map(|line| line.split_once(" =")).map(|(_, value)| value.trim());
    if let Some(application) = values.clone().nth(CONTEXT_HOST_APPLICATION) {
        host_application(application, event);
    }
    if !record.account.name.is_empty() {
        return;
    }
    let mut behind = "";
    for value in values.by_ref().rev().take(CONTEXT_TAIL) {
        if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
            user_if_said(behind, event);
            return;
        }
        behind = value;
    }
}

/// The classic log writes `HostApplication=` and `UserId=` in English everywhere, in its third text.
fn classic(record: &WindowsEvent<'_>, event: &mut EventBuilder<'_>) {
    for text in [record.get(Item::Param3), record.get(Item::Param2), record.message] {
        let value = |label: &str| {
            let (_, rest) = text.split_once(label)?;
            rest.lines().next().map(str::trim)
        };
        if let Some(application) = value("HostApplication=") {
            host_application(application, event);
            if let Some(user) = value("UserId=") {
                user_if_said(user, event);
            }
            return;
        }
    }
}

fn host_application(command: &str, event: &mut EventBuilder<'_>) {
    event.text_if_said(Column::ProcessCommandLine, command);
    let lower_end = command.as_bytes().windows(4).position(|four| four.eq_ignore_ascii_case(b".exe"));
    let Some(executable) = lower_end.and_then(|at| command.get(..at + 4)) else { return };
    let executable = executable.trim_start_matches('"');
    let name = executable.rsplit(['\\', '/']).next().unwrap_or(executable);
    event.text_if_said(Column::ProcessName, name);
    if name.len() < executable.len() {
        event.text(Column::ProcessExecutable, executable);
    }
}
