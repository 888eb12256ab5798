//! What the Windows event formats share: an event gathered from any JSON shape, and its mapping to columns.
//!
//! Promises: what an event means is decided by channel, provider, id, masks and SIDs, never by a word
//! of its message: Windows speaks the language of the town. `fields` keeps the event verbatim under
//! the names Sigma uses. Must not know: the JSON shapes. Source: Microsoft's event manifests, [MS-EVEN6].

mod access;
mod applications;
mod ecs;
mod members;
mod names;
mod outcome;
mod person;
mod rendered;
mod security;
mod sysmon;
mod system;
mod tree;
mod xml;

use schema::{Action, Column, EventBuilder};

pub(super) use ecs::Ecs;
pub(super) use members::{put_flat, put_header, put_header_texts, put_member};
pub(super) use names::{Facts, Item};
pub(super) use rendered::facts_from_text;
pub(super) use security::mac;
pub(super) use tree::read as read_tree;
pub(super) use xml::{Unescaped, is_event as is_event_xml, read as read_xml};

use crate::format::Payload;
use crate::time::{epoch, iso_prefix};

/// Who the event's header says ran the code that wrote it (`System/Security/UserID`, resolved by the agent).
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Account<'a> {
    pub(super) name: &'a str,
    pub(super) domain: &'a str,
    pub(super) sid: &'a str,
}

/// An event, whatever the shape it came in. Texts are empty when not said.
#[derive(Debug)]
pub(super) struct WindowsEvent<'a> {
    /// Event id as written.
    pub(super) id: &'a str,
    pub(super) channel: &'a str,
    pub(super) provider: &'a str,
    pub(super) computer: &'a str,
    /// Level as the agent words it.
    pub(super) level: &'a str,
    pub(super) account: Account<'a>,
    /// The keywords mask as written.
    pub(super) keywords: &'a str,
    /// The agent's constant word for the event's type (`AUDIT_FAILURE`).
    pub(super) kind: &'a str,
    /// The stamp of the event itself.
    pub(super) stamp: &'a str,
    /// The message in the language of that Windows.
    pub(super) message: &'a str,
    pub(super) facts: Facts<'a>,
}

impl<'a> WindowsEvent<'a> {
    /// An event that says nothing yet.
    pub(super) fn new() -> WindowsEvent<'a> {
        WindowsEvent {
            id: "",
            channel: "",
            provider: "",
            computer: "",
            level: "",
            account: Account::default(),
            keywords: "",
            kind: "",
            stamp: "",
            message: "",
            facts: Facts::new(),
        }
    }

    fn get(&self, name: Item) -> &'a str {
        self.facts.get(name)
    }
}

/// Which log an event is from, by its channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Log {
    Security,
    System,
    Application,
    Sysmon,
    /// Any other channel: told apart by provider.
    Other,
}

impl Log {
    fn of(channel: &str) -> Log {
        const LOGS: [(&str, Log); 4] = [
            ("Security", Log::Security),
            ("Microsoft-Windows-Sysmon/Operational", Log::Sysmon),
            ("System", Log::System),
            ("Application", Log::Application),
        ];
        LOGS.iter().find(|(name, _)| name.eq_ignore_ascii_case(channel)).map_or(Log::Other, |(_, log)| *log)
    }
}

/// Fills the columns from a gathered event (its `fields` are set already).
pub(super) fn fill(record: &mut WindowsEvent<'_>, payload: &Payload<'_>, event: &mut EventBuilder<'_>) {
    let log = Log::of(record.channel);
    if log == Log::Sysmon && !record.facts.has(Item::Image) {
        sysmon::facts_from_message(record);
    }
    event.text(Column::ObserverVendor, "Microsoft");
    event.text(Column::ObserverProduct, "Windows");
    event.text_if_said(Column::EventCode, record.id);
    event.text_if_said(Column::EventProvider, record.provider);
    event.text_if_said(Column::LogLevel, record.level);
    event.text_if_said(Column::HostName, record.computer);
    set_time(record, log, payload, event);
    if log == Log::Security
        && let Some(outcome) = outcome::of_audit(record.kind, record.keywords)
    {
        event.outcome(outcome);
    }
    let id = record.id.parse::<u32>().unwrap_or(0);
    let action = match log {
        Log::Security => security::fill(id, record, event),
        Log::Sysmon => sysmon::fill(id, record, event),
        Log::System => system::fill(id, record, event),
        Log::Application => applications::fill_classic(id, record, event),
        Log::Other => applications::fill(id, record, event),
    };
    event.action(action.unwrap_or(Action::ApplicationEvent));
    person::fill_missing(record, event);
}

/// `@timestamp` and its kin carry their zone; NXLog's `EventTime` does not, and is used only when the
/// envelope's stamp is no better. Sysmon says the time in UTC itself.
fn set_time(record: &WindowsEvent<'_>, log: Log, payload: &Payload<'_>, event: &mut EventBuilder<'_>) {
    if let Some((when, _)) = iso_prefix(record.stamp)
        && when.offset_s.is_some()
    {
        payload.set_time(event, when);
        return;
    }
    if log == Log::Sysmon
        && let Some((when, _)) = iso_prefix(record.get(Item::UtcTime))
    {
        payload.set_time(event, when.in_utc());
        return;
    }
    if payload.is_stamped && !event.is_set(Column::TimeGuess) {
        return;
    }
    if let Some((when, _)) = iso_prefix(record.stamp) {
        payload.set_time(event, when);
    } else if let Some(time_us) = epoch(record.stamp) {
        payload.set_time_us(event, time_us);
    }
}
