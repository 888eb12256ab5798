//! The order of fields in PAN-OS's comma separated syslog, by type of log.
//!
//! Later releases append fields; the places below hold for PAN-OS 6 to 12.
//!
//! Promises: linear; a value's quotes are those of the CSV, so that a URL or a user's name moves no field.
//! Source: PAN-OS Administrator's Guide 6.1 to 12.1, Syslog Field Descriptions.

use super::keys::Values;
use crate::formats::csv::cell;

/// A place in a row, counted from zero, and the field that stands there.
type Layout = &'static [(usize, &'static str)];

/// What begins the row of every log about a flow.
const FLOW: Layout = &[
    (7, "SourceAddress"),
    (8, "DestinationAddress"),
    (9, "NATSource"),
    (10, "NATDestination"),
    (11, "Rule"),
    (12, "SourceUser"),
    (13, "DestinationUser"),
    (14, "Application"),
    (15, "VirtualLocation"),
    (16, "FromZone"),
    (17, "ToZone"),
    (18, "InboundInterface"),
    (19, "OutboundInterface"),
    (22, "SessionID"),
    (23, "RepeatCount"),
    (24, "SourcePort"),
    (25, "DestinationPort"),
    (26, "NATSourcePort"),
    (27, "NATDestinationPort"),
    (29, "Protocol"),
    (30, "Action"),
];

const TRAFFIC: Layout = &[
    (32, "BytesSent"),
    (33, "BytesReceived"),
    (37, "URLCategory"),
    (46, "SessionEndReason"),
    (52, "DeviceName"),
    (53, "ActionSource"),
    (65, "RuleUUID"),
    (75, "X-Forwarded-For"),
    (82, "SourceDeviceHost"),
    (83, "SourceDeviceMac"),
    (90, "DestinationDeviceHost"),
    (102, "TimeGeneratedHighResolution"),
];

const THREAT: Layout = &[
    (31, "FileName"),
    (32, "ThreatID"),
    (33, "URLCategory"),
    (34, "VendorSeverity"),
    (35, "DirectionOfAttack"),
    (43, "FileHash"),
    (46, "UserAgent"),
    (47, "FileType"),
    (48, "X-Forwarded-For"),
    (49, "Referer"),
    (50, "SenderEmail"),
    (51, "EmailSubject"),
    (52, "RecipientEmail"),
    (59, "DeviceName"),
    (63, "HTTPMethod"),
    (69, "ThreatCategory"),
    (76, "RuleUUID"),
    (86, "SourceDeviceHost"),
    (87, "SourceDeviceMac"),
    (94, "DestinationDeviceHost"),
    (107, "TimeGeneratedHighResolution"),
];

const DECRYPTION: Layout = &[
    (36, "RuleUUID"),
    (39, "TLSVersion"),
    (43, "PolicyName"),
    (63, "ServerNameIndication"),
    (64, "ErrorMessage"),
    (72, "TimeGeneratedHighResolution"),
    (79, "SourceDeviceHost"),
    (80, "SourceDeviceMac"),
    (87, "DestinationDeviceHost"),
    (96, "DeviceName"),
];

const TUNNEL: Layout = &[
    (31, "VendorSeverity"),
    (41, "DeviceName"),
    (46, "TunnelType"),
    (48, "BytesSent"),
    (49, "BytesReceived"),
];

const SCTP: Layout = &[
    (7, "SourceAddress"),
    (8, "DestinationAddress"),
    (11, "Rule"),
    (15, "VirtualLocation"),
    (16, "FromZone"),
    (17, "ToZone"),
    (18, "InboundInterface"),
    (19, "OutboundInterface"),
    (22, "SessionID"),
    (23, "RepeatCount"),
    (24, "SourcePort"),
    (25, "DestinationPort"),
    (29, "Protocol"),
    (30, "Action"),
    (36, "DeviceName"),
];

const SYSTEM: Layout = &[
    (7, "VirtualLocation"),
    (8, "EventName"),
    (9, "EventComponent"),
    (13, "VendorSeverity"),
    (14, "EventDescription"),
    (22, "DeviceName"),
    (25, "TimeGeneratedHighResolution"),
];

const CONFIG: Layout = &[
    (7, "Host"),
    (8, "VirtualLocation"),
    (9, "Command"),
    (10, "Admin"),
    (11, "Client"),
    (12, "Result"),
    (13, "ConfigurationPath"),
];

/// What stands in a CONFIG row behind its sequence number, which comes after the path or after two details of it.
const CONFIG_TAIL: Layout = &[(7, "DeviceName"), (11, "TimeGeneratedHighResolution")];

const USERID: Layout = &[
    (7, "VirtualLocation"),
    (8, "SourceAddress"),
    (9, "User"),
    (12, "RepeatCount"),
    (14, "SourcePort"),
    (15, "DestinationPort"),
    (16, "MappingDataSource"),
    (25, "DeviceName"),
    (32, "TagName"),
    (33, "TimeGeneratedHighResolution"),
];

const IPTAG: Layout = &[
    (7, "VirtualLocation"),
    (8, "SourceAddress"),
    (9, "TagName"),
    (10, "EventName"),
    (11, "RepeatCount"),
    (14, "MappingDataSource"),
    (23, "DeviceName"),
    (25, "TimeGeneratedHighResolution"),
];

const HIPMATCH: Layout = &[
    (7, "SourceUser"),
    (8, "VirtualLocation"),
    (9, "MachineName"),
    (11, "SourceAddress"),
    (12, "HipMatchName"),
    (13, "RepeatCount"),
    (14, "HipMatchType"),
    (24, "DeviceName"),
    (26, "SourceIPv6"),
    (29, "SourceDeviceMac"),
    (30, "TimeGeneratedHighResolution"),
];

const GLOBALPROTECT: Layout = &[
    (7, "VirtualLocation"),
    (8, "EventName"),
    (9, "Stage"),
    (10, "AuthMethod"),
    (11, "TunnelType"),
    (12, "SourceUser"),
    (14, "MachineName"),
    (15, "PublicIPv4"),
    (16, "PublicIPv6"),
    (17, "PrivateIPv4"),
    (24, "RepeatCount"),
    (25, "Reason"),
    (26, "ConnectionError"),
    (27, "Description"),
    (28, "Status"),
    (33, "Portal"),
    (36, "TimeGeneratedHighResolution"),
    (41, "Gateway"),
    (47, "DeviceName"),
];

const AUTHENTICATION: Layout = &[
    (7, "VirtualLocation"),
    (8, "SourceAddress"),
    (9, "User"),
    (11, "Object"),
    (12, "AuthenticationPolicy"),
    (13, "RepeatCount"),
    (17, "AuthServerProfile"),
    (18, "Description"),
    (19, "ClientType"),
    (20, "AuthEvent"),
    (29, "DeviceName"),
    (31, "AuthenticationProtocol"),
    (32, "RuleUUID"),
    (33, "TimeGeneratedHighResolution"),
    (40, "SourceDeviceHost"),
    (41, "SourceDeviceMac"),
    (44, "UserAgent"),
];

const CORRELATION: Layout = &[
    (7, "SourceAddress"),
    (8, "SourceUser"),
    (9, "VirtualLocation"),
    (10, "ThreatCategory"),
    (11, "VendorSeverity"),
    (17, "DeviceName"),
    (19, "ThreatName"),
    (20, "ThreatID"),
    (21, "Description"),
];

/// The layouts of a type, applied one after the other; none when there is no such type.
fn layouts(kind: &str) -> Option<&'static [Layout]> {
    Some(match kind {
        "TRAFFIC" => &[FLOW, TRAFFIC],
        "THREAT" => &[FLOW, THREAT],
        "DECRYPTION" => &[FLOW, DECRYPTION],
        "START" | "END" | "TUNNEL" => &[FLOW, TUNNEL],
        "GTP" => &[FLOW],
        "SCTP" => &[SCTP],
        "SYSTEM" => &[SYSTEM],
        "CONFIG" => &[CONFIG],
        "USERID" => &[USERID],
        "IPTAG" => &[IPTAG],
        "HIPMATCH" | "HIP-MATCH" => &[HIPMATCH],
        "GLOBALPROTECT" => &[GLOBALPROTECT],
        "AUTHENTICATION" | "AUTH" => &[AUTHENTICATION],
        "CORRELATION" => &[CORRELATION],
        "AUDIT" => &[],
        _ => return None,
    })
}

/// True for a type of log.
pub(super) fn is_type(word: &str) -> bool {
    layouts(word).is_some()
}

/// The type of log that LEEF writes in small letters; empty when it is none.
pub(super) fn type_of(word: &str) -> &'static str {
    const TYPES: &[&str] = &[
        "TRAFFIC",
        "THREAT",
        "DECRYPTION",
        "TUNNEL",
        "GTP",
        "SCTP",
        "SYSTEM",
        "CONFIG",
        "USERID",
        "IPTAG",
        "HIPMATCH",
        "GLOBALPROTECT",
        "AUTH",
    ];
    TYPES.iter().find(|kind| kind.eq_ignore_ascii_case(word)).copied().unwrap_or_default()
}

/// The longest text before the first comma: a header that no envelope took, and a number.
const FIRST_BYTES_MAX: usize = 160;
/// More values than the longest row has.
const VALUES_MAX: usize = 128;

/// A row cut at its first four values.
pub(super) struct Row<'a> {
    received: &'a str,
    serial: &'a str,
    kind: &'a str,
    subtype: &'a str,
    /// What follows the subtype's comma, which is the sixth value on.
    rest: &'a str,
}

impl<'a> Row<'a> {
    /// `[header ]1,STAMP,SERIAL,TYPE,SUBTYPE,…`; some relays swallow the number in front.
    pub(super) fn read(text: &'a str) -> Option<Row<'a>> {
        let head = text.get(..FIRST_BYTES_MAX.min(text.len())).unwrap_or(text);
        let first = memchr::memchr(b',', head.as_bytes())?;
        let number = text.get(..first)?;
        let is_number = number.rsplit([' ', ':']).next().is_some_and(|word| matches!(word, "0" | "1" | "2"));
        let mut values = if is_number { text.get(first + 1..)? } else { text }.splitn(5, ',');
        let (received, serial, kind) = (values.next()?, values.next()?, values.next()?);
        let (subtype, rest) = (values.next()?, values.next()?);
        (is_stamp(received) && is_serial(serial) && layouts(kind).is_some()).then_some(Row {
            received,
            serial,
            kind,
            subtype,
            rest,
        })
    }

    /// The fields of the row; false when it is cut within its type's first fields.
    pub(super) fn fill(&self, values: &mut Values<'a>) -> bool {
        values.put("TimeReceived", self.received);
        values.put("DeviceSN", self.serial);
        values.put("LogType", self.kind);
        values.put("Subtype", self.subtype);
        let mut row = [""; VALUES_MAX];
        let mut count = 5;
        let mut rest = Some(self.rest);
        for place in row.iter_mut().skip(5) {
            let Some(text) = rest else { break };
            let cell = cell(text);
            *place = cell.text;
            rest = cell.rest;
            count += usize::from(!cell.is_open);
        }
        values.put("TimeGenerated", row.get(6).copied().unwrap_or_default());
        let mut give = |layout: Layout, from: usize| {
            for (at, name) in layout {
                if let Some(value) = row.get(from + at).filter(|value| !value.is_empty()) {
                    values.put(name, value);
                }
            }
        };
        let layouts = layouts(self.kind).unwrap_or_default();
        layouts.iter().for_each(|layout| give(layout, 0));
        if self.kind == "CONFIG" {
            let is_plain = row.get(15).is_some_and(|flags| flags.starts_with("0x"));
            give(CONFIG_TAIL, if is_plain { 14 } else { 16 });
        }
        let least = layouts.first().and_then(|layout| layout.iter().map(|(at, _)| *at).max()).unwrap_or(5);
        // Only the layouts of flows stand whole in every release.
        count > if layouts.first() == Some(&FLOW) { least } else { 12.min(least) }
    }
}

/// `2026/03/16 09:12:44`, `3/16/26 9:12`, `2026-03-16T09:12:44.000000Z`.
fn is_stamp(text: &str) -> bool {
    let bytes = text.as_bytes();
    (10..=32).contains(&bytes.len())
        && bytes.first().is_some_and(u8::is_ascii_digit)
        && bytes.iter().all(|byte| byte.is_ascii_digit() || b"/-:. TZ+".contains(byte))
}

/// `012801000001`, `no-serial`, empty, or hidden.
fn is_serial(text: &str) -> bool {
    text.len() <= 48 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}
