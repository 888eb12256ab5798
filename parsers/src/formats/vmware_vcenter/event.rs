//! `Event [ID] [1-1] [STAMP] [TYPE] [SEVERITY] [USER] [DATACENTER] [CHAIN] [SENTENCE]`, as vpxd sends by syslog.
//!
//! Must not know: other lines of vCenter.

use schema::{Action, Column, EventBuilder, Outcome};

use super::super::account::between;
use super::super::peer::is_digits;
use super::super::vmware_esxi::event_text::{self, set_principal};
use super::kinds;
use crate::format::{Payload, Unreadable};
use crate::time;

/// The brackets of an event.
pub(super) struct Event<'a> {
    id: &'a str,
    when: time::When,
    kind: &'a str,
    severity: &'a str,
    user: &'a str,
    datacenter: &'a str,
    sentence: &'a str,
    /// True when the user's own bracket could end in more than one place.
    is_doubtful: bool,
}

const SHAPE: Unreadable = Unreadable("expected Event and its nine brackets");

impl<'a> Event<'a> {
    /// Cheap: the three brackets only vpxd writes in a row.
    pub(super) fn is(text: &str) -> bool {
        let Some(rest) = text.trim_start_matches(' ').strip_prefix("Event [") else { return false };
        let Some((id, rest)) = rest.split_once("] [") else { return false };
        let Some((part, _)) = rest.split_once("] [") else { return false };
        is_digits(id) && part.split_once('-').is_some_and(|(part, of)| is_digits(part) && is_digits(of))
    }

    fn read(text: &'a str) -> Result<Event<'a>, Unreadable> {
        let rest = text.strip_prefix("Event [").ok_or(SHAPE)?;
        let mut parts = rest.splitn(6, "] [");
        let mut next = || parts.next().ok_or(SHAPE);
        let (id, _part, stamp, kind, severity, rest) = (next()?, next()?, next()?, next()?, next()?, next()?);
        let when = time::iso(stamp).ok_or(SHAPE)?;
        let (user, rest) = rest.split_once("] [").ok_or(SHAPE)?;
        let (datacenter, rest) = rest.split_once("] [").ok_or(SHAPE)?;
        let (chain, sentence) = rest.split_once("] [").ok_or(SHAPE)?;
        if !is_digits(chain) {
            return Err(SHAPE);
        }
        let is_doubtful = sentence.match_indices("] [").any(|(at, _)| {
            is_digits(sentence.get(..at).and_then(|before| before.rsplit('[').next()).unwrap_or_default())
        });
        // A long event comes in parts, of which only the last closes the bracket.
        let sentence = sentence.trim_end();
        let sentence = sentence.strip_suffix(']').unwrap_or(sentence);
        Ok(Event { id, when, kind, severity, user, datacenter, sentence, is_doubtful })
    }
}

/// Fills the columns of an event.
pub(super) fn parse(
    text: &str,
    payload: &Payload<'_>,
    event: &mut EventBuilder<'_>,
) -> Result<(), Unreadable> {
    let said = Event::read(text)?;
    let kind = said.kind.strip_prefix("vim.event.").unwrap_or(said.kind);
    let is_stranger = matches!(kind, "BadUsernameSessionEvent" | "NoAccessUserEvent");
    if is_stranger && said.is_doubtful {
        return Err(Unreadable("a name that imitates a bracket"));
    }
    payload.set_time(event, said.when);
    event.text(Column::EventCode, kind);
    event.text_if_said(Column::LogLevel, said.severity);
    event.field("event_id", said.id);
    if !said.datacenter.is_empty() {
        event.field("datacenter", said.datacenter);
    }
    let known = kinds::of(kind, said.sentence);
    let is_read = event_text::read(said.sentence, event);
    if let Some((action, outcome)) = known {
        event.action(action);
        if let Some(outcome) = outcome {
            event.outcome(outcome);
        }
    } else if !is_read {
        event.action(Action::ApplicationEvent);
    }
    if !said.user.is_empty() {
        event.clear(Column::UserDomain);
        set_principal(event, said.user);
    }
    machine(kind, said.sentence, event);
    state(kind, said.sentence, event);
    Ok(())
}

/// The virtual machine a sentence is about: `VERB NAME on HOST in DATACENTER`.
fn machine(kind: &str, sentence: &str, event: &mut EventBuilder<'_>) {
    if !kind.starts_with("Vm") && !kind.starts_with("Drs") {
        return;
    }
    const OPENINGS: &[&str] = &[
        "Reconfigured ",
        "Removed ",
        "Created virtual machine ",
        "Created ",
        "Cloning ",
        "Relocating ",
        "Migrating ",
        "Registered ",
        "Unregistered ",
        "Deploying ",
        "Guest OS shut down for ",
        "Guest OS reboot for ",
        "Guest operating system shut down for ",
        "Failed to power on ",
        "Failed to power off ",
        "Cannot power on ",
        "Virtual machine ",
    ];
    if let Some(rest) = OPENINGS.iter().find_map(|opening| sentence.strip_prefix(opening))
        && let Some((head, _)) = rest.rsplit_once(" in ").or_else(|| rest.rsplit_once(" from "))
    {
        let name = head.rsplit_once(" on ").map_or(head, |(name, _)| name);
        event.field("vm", name.trim_end());
    } else if let Some(rest) = sentence.strip_prefix("A ticket for ")
        && let Some((name, _)) = rest.rsplit_once(" of type ")
    {
        event.field("vm", name);
    }
}

/// `Alarm 'X' on Y changed from Green to Red`, `Task: Remove snapshot`.
fn state(kind: &str, sentence: &str, event: &mut EventBuilder<'_>) {
    if kind == "AlarmStatusChangedEvent" {
        let colour = sentence.rsplit_once(" to ").map_or("", |(_, colour)| colour.trim_end_matches('.'));
        let (word, outcome) = match colour {
            "Green" => ("ok", Outcome::Success),
            "Yellow" => ("warning", Outcome::Failure),
            "Red" => ("critical", Outcome::Failure),
            _ => return,
        };
        event.outcome(outcome);
        event.field("state", word);
        event.field("metric", between(sentence, "Alarm '", "'").unwrap_or(""));
    } else if let Some(task) = sentence.strip_prefix("Task: ") {
        event.field("task", task);
    }
}
