//! Windows events outside the Security log: services, Sysmon, Defender, PowerShell.

use std::net::IpAddr;

use super::windows::{Channel, EventLog, Head, Value, event};
use crate::lines::Lines;
use crate::town::Town;
use Value::{Account, Guid, Ip, Joined, Number, Text, Utc};

/// 7036: a service enters the running or stopped state.
pub fn service_state(lines: &mut Lines, log: &EventLog<'_>, at_ms: i64, service: &str, running: bool) {
    let message = if running {
        "Il servizio è entrato in stato di esecuzione."
    } else {
        "Il servizio è entrato in stato di arresto."
    };
    let head = Head { id: 7036, channel: Channel::System, success: true, message };
    let state = if running { "in esecuzione" } else { "arrestato" };
    event(lines, log, at_ms, &head, &[("param1", Text(service)), ("param2", Text(state))]);
}

/// 7045: a service is installed.
pub fn service_installed(lines: &mut Lines, log: &EventLog<'_>, at_ms: i64, service: &str, image: &str) {
    let head = Head {
        id: 7045,
        channel: Channel::System,
        success: true,
        message: "Un servizio è stato installato nel sistema.",
    };
    event(
        lines,
        log,
        at_ms,
        &head,
        &[
            ("ServiceName", Text(service)),
            ("ImagePath", Text(image)),
            ("ServiceType", Text("servizio in modalità utente")),
            ("StartType", Text("avvio su richiesta")),
            ("AccountName", Text("LocalSystem")),
        ],
    );
}

/// A started process; paths are full.
#[derive(Debug, Clone, Copy)]
pub struct Process<'a> {
    /// Account, without domain.
    pub user: &'a str,
    /// Program.
    pub image: &'a str,
    /// Command line.
    pub command: &'a str,
    /// Program that started it.
    pub parent: &'a str,
}

/// Sysmon 1: a process starts.
pub fn process(lines: &mut Lines, town: &Town, log: &EventLog<'_>, at_ms: i64, process: &Process<'_>) {
    let head = Head { id: 1, channel: Channel::Sysmon, success: true, message: "Process Create" };
    let salt = at_ms.unsigned_abs().wrapping_mul(0x9e37_79b9) & 0xffff_ffff;
    event(
        lines,
        log,
        at_ms,
        &head,
        &[
            ("UtcTime", Utc),
            ("ProcessGuid", Guid(salt)),
            ("ProcessId", Number(1_000 + salt % 20_000)),
            ("Image", Text(process.image)),
            ("CommandLine", Text(process.command)),
            ("CurrentDirectory", Text("C:\\Windows\\system32\\")),
            ("User", Account(town, process.user)),
            ("IntegrityLevel", Text("High")),
            ("ParentImage", Text(process.parent)),
        ],
    );
}

/// Sysmon 11: a file is created.
pub fn file_created(lines: &mut Lines, log: &EventLog<'_>, at_ms: i64, image: &str, path: &str) {
    let head = Head { id: 11, channel: Channel::Sysmon, success: true, message: "File created" };
    event(
        lines,
        log,
        at_ms,
        &head,
        &[("UtcTime", Utc), ("Image", Text(image)), ("TargetFilename", Text(path))],
    );
}

/// Sysmon 10: `image` opens `target` with the rights `access`, such as 0x1000.
pub fn process_accessed(
    lines: &mut Lines,
    town: &Town,
    log: &EventLog<'_>,
    at_ms: i64,
    (user, image): (&str, &str),
    (target, access): (&str, &str),
) {
    let head = Head { id: 10, channel: Channel::Sysmon, success: true, message: "Process accessed" };
    let salt = at_ms.unsigned_abs().wrapping_mul(0x9e37_79b9) & 0xffff_ffff;
    event(
        lines,
        log,
        at_ms,
        &head,
        &[
            ("UtcTime", Utc),
            ("SourceProcessGUID", Guid(salt)),
            ("SourceProcessId", Number(1_000 + salt % 20_000)),
            ("SourceImage", Text(image)),
            ("TargetProcessGUID", Guid(salt >> 7)),
            ("TargetProcessId", Number(716)),
            ("TargetImage", Text(target)),
            ("GrantedAccess", Text(access)),
            (
                "CallTrace",
                Text(r"C:\Windows\SYSTEM32\ntdll.dll+9d4c4|C:\Windows\System32\KERNELBASE.dll+2c13e"),
            ),
            ("SourceUser", Account(town, user)),
            ("TargetUser", Account(town, "SYSTEM")),
        ],
    );
}

/// Sysmon 22: a name is asked for.
pub fn name_asked(lines: &mut Lines, log: &EventLog<'_>, at_ms: i64, image: &str, name: &str) {
    let head = Head { id: 22, channel: Channel::Sysmon, success: true, message: "Dns query" };
    event(
        lines,
        log,
        at_ms,
        &head,
        &[("UtcTime", Utc), ("QueryName", Text(name)), ("QueryStatus", Text("0")), ("Image", Text(image))],
    );
}

/// Sysmon 3: an outgoing connection.
pub fn connection(
    lines: &mut Lines,
    log: &EventLog<'_>,
    at_ms: i64,
    image: &str,
    from: IpAddr,
    to: (IpAddr, u16),
) {
    let head =
        Head { id: 3, channel: Channel::Sysmon, success: true, message: "Network connection detected" };
    event(
        lines,
        log,
        at_ms,
        &head,
        &[
            ("UtcTime", Utc),
            ("Image", Text(image)),
            ("Protocol", Text("tcp")),
            ("Initiated", Text("true")),
            ("SourceIp", Ip(from)),
            ("DestinationIp", Ip(to.0)),
            ("DestinationPort", Number(u64::from(to.1))),
        ],
    );
}

/// Defender 1116: something is found.
pub fn malware_found(
    lines: &mut Lines,
    town: &Town,
    log: &EventLog<'_>,
    at_ms: i64,
    user: &str,
    threat: &str,
    path: &str,
) {
    let head = Head {
        id: 1116,
        channel: Channel::Defender,
        success: true,
        message: "Microsoft Defender Antivirus ha rilevato malware o altro software potenzialmente indesiderato.",
    };
    event(lines, log, at_ms, &head, &threat_fields(town, user, threat, path, ("Non applicabile", "9")));
}

/// Defender 1117: what was found is put in quarantine.
pub fn malware_removed(
    lines: &mut Lines,
    town: &Town,
    log: &EventLog<'_>,
    at_ms: i64,
    user: &str,
    threat: &str,
    path: &str,
) {
    let head = Head {
        id: 1117,
        channel: Channel::Defender,
        success: true,
        message: "Microsoft Defender Antivirus ha eseguito un'azione per proteggere il computer.",
    };
    event(lines, log, at_ms, &head, &threat_fields(town, user, threat, path, ("Quarantena", "2")));
}

fn threat_fields<'a>(
    town: &'a Town,
    user: &'a str,
    threat: &'a str,
    path: &'a str,
    action: (&'a str, &'a str),
) -> [(&'static str, Value<'a>); 7] {
    [
        ("Product Name", Text("Microsoft Defender Antivirus")),
        ("Threat Name", Text(threat)),
        ("Severity Name", Text("Grave")),
        ("Path", Joined("file:_", path)),
        ("Detection User", Account(town, user)),
        ("Action Name", Text(action.0)),
        ("Action ID", Text(action.1)),
    ]
}

/// Defender 5001: real-time protection is off.
pub fn protection_disabled(lines: &mut Lines, log: &EventLog<'_>, at_ms: i64) {
    let head = Head {
        id: 5001,
        channel: Channel::Defender,
        success: true,
        message: "La protezione in tempo reale di Microsoft Defender Antivirus è disabilitata.",
    };
    event(
        lines,
        log,
        at_ms,
        &head,
        &[("Product Name", Text("Microsoft Defender Antivirus")), ("Product Version", Text("4.18.25010.11"))],
    );
}

/// PowerShell 4104: the text of a script.
pub fn script_block(lines: &mut Lines, log: &EventLog<'_>, at_ms: i64, text: &str) {
    let head = Head {
        id: 4104,
        channel: Channel::PowerShell,
        success: true,
        message: "Creazione di un blocco di script (1 di 1).",
    };
    event(
        lines,
        log,
        at_ms,
        &head,
        &[("MessageNumber", Text("1")), ("MessageTotal", Text("1")), ("ScriptBlockText", Text(text))],
    );
}
