//! A Windows event as three forwarders write it: Winlogbeat, NXLog, flat JSON.
//!
//! Must not know: which events exist (that is `windows_events`).

use std::net::IpAddr;

use crate::hosts::{Windows, WindowsShape};
use crate::lines::{FileId, Lines, Pen};
use crate::people::Person;
use crate::town::Town;

/// Event log of one computer, as one forwarder writes it.
#[derive(Debug, Clone, Copy)]
pub struct EventLog<'a> {
    /// Where the lines go.
    pub file: FileId,
    /// How they are written.
    pub shape: WindowsShape,
    /// Full name of the computer.
    pub computer: &'a str,
}

impl<'a> EventLog<'a> {
    /// The log of a server.
    #[must_use]
    pub fn of(server: &'a Windows) -> Self {
        Self { file: server.file, shape: server.shape, computer: &server.computer }
    }

    /// The log of a PC, which reaches us through the collector; `computer` is its full name.
    #[must_use]
    pub fn of_pc(town: &Town, computer: &'a str) -> Self {
        Self { file: town.hosts.collector.file, shape: town.hosts.collector.shape, computer }
    }
}

/// Channel of the event log, with its provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// Audit.
    Security,
    /// Service control manager.
    System,
    /// Sysmon.
    Sysmon,
    /// Defender antivirus.
    Defender,
    /// Script blocks.
    PowerShell,
}

impl Channel {
    fn name(self) -> &'static str {
        match self {
            Self::Security => "Security",
            Self::System => "System",
            Self::Sysmon => "Microsoft-Windows-Sysmon/Operational",
            Self::Defender => "Microsoft-Windows-Windows Defender/Operational",
            Self::PowerShell => "Microsoft-Windows-PowerShell/Operational",
        }
    }

    fn provider(self) -> &'static str {
        match self {
            Self::Security => "Microsoft-Windows-Security-Auditing",
            Self::System => "Service Control Manager",
            Self::Sysmon => "Microsoft-Windows-Sysmon",
            Self::Defender => "Microsoft-Windows-Windows Defender",
            Self::PowerShell => "Microsoft-Windows-PowerShell",
        }
    }
}

/// What kind of event it is.
#[derive(Debug, Clone, Copy)]
pub struct Head {
    /// Event id.
    pub id: u32,
    /// Channel.
    pub channel: Channel,
    /// Audit success (or not an audit).
    pub success: bool,
    /// First words of the message, in Italian as the town's Windows speaks.
    pub message: &'static str,
}

/// Value of a field of the event data.
#[derive(Debug, Clone, Copy)]
pub enum Value<'a> {
    /// Text.
    Text(&'a str),
    /// `DOMAIN\account`.
    Account(&'a Town, &'a str),
    /// Text after a prefix: folder and file, `CN=` and name.
    Joined(&'a str, &'a str),
    /// Decimal number (a string in the event, as Windows keeps it).
    Number(u64),
    /// Hexadecimal number of eight digits with `0x`: statuses, logon ids.
    Hex(u64),
    /// Short hexadecimal number with `0x`: types, flags below 256.
    Flags(u64),
    /// Identifier of a process instance.
    Guid(u64),
    /// `account@REALM`.
    Realm(&'a str, &'a str),
    /// Address.
    Ip(IpAddr),
    /// Security identifier of a person.
    Sid(&'a Town, &'a Person),
    /// The event's own instant, UTC (Sysmon).
    Utc,
    /// Any instant, UTC milliseconds.
    Instant(i64),
}

/// Writes an event.
pub fn event(lines: &mut Lines, log: &EventLog<'_>, at_ms: i64, head: &Head, fields: &[(&str, Value<'_>)]) {
    let mut pen = lines.line(log.file, at_ms);
    match log.shape {
        WindowsShape::Winlogbeat => winlogbeat(&mut pen, log, head, fields),
        WindowsShape::Nxlog => nxlog(&mut pen, log, head, fields),
        WindowsShape::Flat => flat(&mut pen, log, head, fields),
    }
}

fn winlogbeat(pen: &mut Pen<'_>, log: &EventLog<'_>, head: &Head, fields: &[(&str, Value<'_>)]) {
    pen.s("{\"@timestamp\":\"")
        .utc()
        .s("\",\"event\":{\"code\":\"")
        .n(head.id)
        .s("\",\"kind\":\"event\",\"provider\":\"");
    pen.s(head.channel.provider()).s("\",\"outcome\":\"").s(if head.success { "success" } else { "failure" });
    pen.s("\"},\"host\":{\"name\":\"").s(log.computer).s("\"},\"message\":\"").json(head.message);
    pen.s("\",\"winlog\":{\"api\":\"wineventlog\",\"channel\":\"").s(head.channel.name());
    pen.s("\",\"computer_name\":\"").s(log.computer).s("\",\"event_id\":\"").n(head.id);
    pen.s("\",\"provider_name\":\"").s(head.channel.provider()).s("\",\"record_id\":\"");
    record(pen).s("\",\"event_data\":{");
    members(pen, fields);
    pen.s("}}}");
}

fn nxlog(pen: &mut Pen<'_>, log: &EventLog<'_>, head: &Head, fields: &[(&str, Value<'_>)]) {
    let kind = match (head.channel, head.success) {
        (Channel::Security, true) => "AUDIT_SUCCESS",
        (Channel::Security, false) => "AUDIT_FAILURE",
        _ => "INFO",
    };
    pen.s("{\"EventTime\":\"").date().s(" ").clock().s("\",\"Hostname\":\"").s(log.computer);
    pen.s("\",\"EventType\":\"").s(kind).s("\",\"SeverityValue\":").n(if head.success { 2 } else { 4 });
    pen.s(",\"Severity\":\"").s(if head.success { "INFO" } else { "ERROR" }).s("\",\"EventID\":").n(head.id);
    pen.s(",\"SourceName\":\"").s(head.channel.provider()).s("\",\"RecordNumber\":");
    record(pen).s(",\"ProcessID\":720,\"ThreadID\":824,\"Channel\":\"").s(head.channel.name());
    pen.s("\",\"Message\":\"").json(head.message).s("\",");
    members(pen, fields);
    pen.s(if fields.is_empty() { "" } else { "," });
    pen.s("\"EventReceivedTime\":\"").date().s(" ").clock();
    pen.s("\",\"SourceModuleName\":\"eventlog\",\"SourceModuleType\":\"im_msvistalog\"}");
}

fn flat(pen: &mut Pen<'_>, log: &EventLog<'_>, head: &Head, fields: &[(&str, Value<'_>)]) {
    pen.s("{\"@timestamp\":\"")
        .utc()
        .s("\",\"EventID\":")
        .n(head.id)
        .s(",\"Channel\":\"")
        .s(head.channel.name());
    pen.s("\",\"Provider_Name\":\"").s(head.channel.provider()).s("\",\"Computer\":\"").s(log.computer);
    pen.s("\",\"EventRecordID\":");
    record(pen).s(if fields.is_empty() { "" } else { "," });
    members(pen, fields);
    pen.s("}");
}

/// Record numbers grow with time; one per 31 ms is near enough.
fn record<'p, 'a>(pen: &'p mut Pen<'a>) -> &'p mut Pen<'a> {
    let number = (pen.at_ms() - 1_700_000_000_000).div_euclid(31);
    pen.n(number)
}

fn members(pen: &mut Pen<'_>, fields: &[(&str, Value<'_>)]) {
    for (index, (name, value)) in fields.iter().enumerate() {
        pen.s(if index > 0 { ",\"" } else { "\"" }).s(name).s("\":\"");
        match *value {
            Value::Text(text) => pen.json(text),
            Value::Account(_, "SYSTEM") => pen.s(r"NT AUTHORITY\\SYSTEM"),
            Value::Account(town, login) => pen.s(&town.netbios).s("\\\\").json(login),
            Value::Joined(start, end) => pen.json(start).json(end),
            Value::Number(number) => pen.n(number),
            Value::Hex(number) => pen.s("0x").hex(number, 8),
            Value::Flags(number) => pen.s("0x").hex(number, if number > 15 { 2 } else { 1 }),
            Value::Guid(number) => {
                pen.s("{5770385f-c22a-43e0-").hex(number >> 16, 4).s("-").hex(number, 12).s("}")
            }
            Value::Realm(login, realm) => pen.json(login).s("@").json(realm),
            Value::Ip(address) => pen.ip(address),
            Value::Sid(town, person) => pen.s(&town.sid).s("-").n(person.rid),
            Value::Utc => pen.utc_blank().millis("."),
            Value::Instant(at_ms) => pen.utc_of(at_ms),
        };
        pen.s("\"");
    }
}
