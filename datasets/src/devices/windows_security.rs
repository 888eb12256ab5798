//! Windows Security events of a town hall: logons, tickets, accounts, shares, devices.

use std::net::IpAddr;

use super::windows::{Channel, EventLog, Head, Value, event};
use crate::lines::Lines;
use crate::people::Person;
use crate::town::Town;
use Value::{Flags, Hex, Instant, Ip, Joined, Number, Realm, Sid, Text};

const NULL_SID: &str = "S-1-0-0";
const SYSTEM_SID: &str = "S-1-5-18";

fn security(id: u32, success: bool, message: &'static str) -> Head {
    Head { id, channel: Channel::Security, success, message }
}

/// One logon attempt.
#[derive(Debug, Clone, Copy)]
pub struct Logon<'a> {
    /// Account.
    pub user: &'a Person,
    /// Windows logon type: 2, 3, 5, 7, 10.
    pub kind: u8,
    /// `Kerberos`, `NTLM`, `Negotiate`.
    pub package: &'a str,
    /// Source address and port.
    pub from: (IpAddr, u16),
    /// Source workstation.
    pub workstation: &'a str,
}

/// 4624: an account logs on.
pub fn logon(lines: &mut Lines, town: &Town, log: &EventLog<'_>, at_ms: i64, logon: &Logon<'_>) {
    let id = at_ms.unsigned_abs() & 0x7fff_ffff;
    event(
        lines,
        log,
        at_ms,
        &security(4624, true, "Accesso di un account riuscito."),
        &[
            ("SubjectUserSid", Text(SYSTEM_SID)),
            ("SubjectUserName", Text("-")),
            ("SubjectDomainName", Text("-")),
            ("TargetUserSid", Sid(town, logon.user)),
            ("TargetUserName", Text(&logon.user.login)),
            ("TargetDomainName", Text(&town.netbios)),
            ("TargetLogonId", Hex(id)),
            ("LogonType", Number(u64::from(logon.kind))),
            ("LogonProcessName", Text(if logon.package == "NTLM" { "NtLmSsp " } else { "Kerberos" })),
            ("AuthenticationPackageName", Text(logon.package)),
            ("LmPackageName", Text(if logon.package == "NTLM" { "NTLM V2" } else { "-" })),
            ("WorkstationName", Text(logon.workstation)),
            ("ProcessName", Text("-")),
            ("IpAddress", Ip(logon.from.0)),
            ("IpPort", Number(u64::from(logon.from.1))),
            ("ElevatedToken", Text("%%1843")),
        ],
    );
}

/// 4625: a logon fails; `sub_status` 0xc000006a wrong password, 0xc0000064 unknown account, 0xc0000234 locked.
pub fn logon_failed(
    lines: &mut Lines,
    town: &Town,
    log: &EventLog<'_>,
    at_ms: i64,
    logon: &Logon<'_>,
    sub_status: u64,
) {
    event(
        lines,
        log,
        at_ms,
        &security(4625, false, "Accesso di un account non riuscito."),
        &[
            ("SubjectUserSid", Text(NULL_SID)),
            ("SubjectUserName", Text("-")),
            ("SubjectDomainName", Text("-")),
            ("TargetUserSid", Text(NULL_SID)),
            ("TargetUserName", Text(&logon.user.login)),
            ("TargetDomainName", Text(&town.netbios)),
            ("Status", Hex(0xc000_006d)),
            ("FailureReason", Text("%%2313")),
            ("SubStatus", Hex(sub_status)),
            ("LogonType", Number(u64::from(logon.kind))),
            ("LogonProcessName", Text("NtLmSsp ")),
            ("AuthenticationPackageName", Text(logon.package)),
            ("WorkstationName", Text(logon.workstation)),
            ("ProcessName", Text("-")),
            ("IpAddress", Ip(logon.from.0)),
            ("IpPort", Number(u64::from(logon.from.1))),
        ],
    );
}

/// 4634: a session ends.
pub fn logoff(lines: &mut Lines, town: &Town, log: &EventLog<'_>, at_ms: i64, user: &Person, kind: u8) {
    event(
        lines,
        log,
        at_ms,
        &security(4634, true, "Un account è stato disconnesso."),
        &[
            ("TargetUserSid", Sid(town, user)),
            ("TargetUserName", Text(&user.login)),
            ("TargetDomainName", Text(&town.netbios)),
            ("TargetLogonId", Hex(at_ms.unsigned_abs() & 0x7fff_ffff)),
            ("LogonType", Number(u64::from(kind))),
        ],
    );
}

/// 4672: special privileges for a new session.
pub fn special_privileges(lines: &mut Lines, town: &Town, log: &EventLog<'_>, at_ms: i64, user: &Person) {
    event(
        lines,
        log,
        at_ms,
        &security(4672, true, "Privilegi speciali assegnati a nuovo accesso."),
        &[
            ("SubjectUserSid", Sid(town, user)),
            ("SubjectUserName", Text(&user.login)),
            ("SubjectDomainName", Text(&town.netbios)),
            ("PrivilegeList", Text("SeBackupPrivilege SeDebugPrivilege SeTakeOwnershipPrivilege")),
        ],
    );
}

/// A Kerberos request.
#[derive(Debug, Clone, Copy)]
pub struct Ticket<'a> {
    /// Account that asks.
    pub user: &'a Person,
    /// Client address and port.
    pub from: (IpAddr, u16),
    /// Encryption type: 0x12 is AES, 0x17 RC4.
    pub encryption: u64,
    /// Pre-authentication type: 2 is by password, 0 none (4768 only).
    pub preauth: u64,
}

/// 4768: a ticket-granting ticket is asked for.
pub fn ticket_granting(lines: &mut Lines, town: &Town, log: &EventLog<'_>, at_ms: i64, ticket: &Ticket<'_>) {
    event(
        lines,
        log,
        at_ms,
        &security(4768, true, "È stato richiesto un ticket di autenticazione Kerberos (TGT)."),
        &[
            ("TargetUserName", Text(&ticket.user.login)),
            ("TargetDomainName", Text(&town.forest)),
            ("TargetSid", Sid(town, ticket.user)),
            ("ServiceName", Text("krbtgt")),
            ("Status", Text("0x0")),
            ("TicketEncryptionType", Flags(ticket.encryption)),
            ("PreAuthType", Number(ticket.preauth)),
            ("IpAddress", Ip(ticket.from.0)),
            ("IpPort", Number(u64::from(ticket.from.1))),
        ],
    );
}

/// 4769: a ticket for `service` is asked for.
pub fn service_ticket(
    lines: &mut Lines,
    town: &Town,
    log: &EventLog<'_>,
    at_ms: i64,
    ticket: &Ticket<'_>,
    service: &str,
) {
    event(
        lines,
        log,
        at_ms,
        &security(4769, true, "È stato richiesto un ticket di servizio Kerberos."),
        &[
            ("TargetUserName", Realm(&ticket.user.login, &town.forest)),
            ("TargetDomainName", Text(&town.forest)),
            ("ServiceName", Text(service)),
            ("TicketOptions", Text("0x40810000")),
            ("TicketEncryptionType", Flags(ticket.encryption)),
            ("Status", Text("0x0")),
            ("IpAddress", Ip(ticket.from.0)),
            ("IpPort", Number(u64::from(ticket.from.1))),
        ],
    );
}

/// 4720 (created), 4722, 4725, 4726...: `actor` does something to `target`'s account.
pub fn account(
    lines: &mut Lines,
    town: &Town,
    log: &EventLog<'_>,
    at_ms: i64,
    id: u32,
    actor: &Person,
    target: &str,
) {
    event(
        lines,
        log,
        at_ms,
        &security(id, true, "Gestione account utente."),
        &[
            ("TargetUserName", Text(target)),
            ("TargetDomainName", Text(&town.netbios)),
            ("SubjectUserSid", Sid(town, actor)),
            ("SubjectUserName", Text(&actor.login)),
            ("SubjectDomainName", Text(&town.netbios)),
        ],
    );
}

/// 4728: `actor` puts `member` into a global group.
pub fn group_add(
    lines: &mut Lines,
    town: &Town,
    log: &EventLog<'_>,
    at_ms: i64,
    actor: &Person,
    member: &str,
    group: &str,
) {
    event(
        lines,
        log,
        at_ms,
        &security(4728, true, "È stato aggiunto un membro a un gruppo globale con sicurezza attivata."),
        &[
            ("MemberName", Joined("CN=", member)),
            ("TargetUserName", Text(group)),
            ("TargetDomainName", Text(&town.netbios)),
            ("SubjectUserSid", Sid(town, actor)),
            ("SubjectUserName", Text(&actor.login)),
            ("SubjectDomainName", Text(&town.netbios)),
        ],
    );
}

/// 4740: an account is locked.
pub fn lockout(lines: &mut Lines, town: &Town, log: &EventLog<'_>, at_ms: i64, user: &Person) {
    event(
        lines,
        log,
        at_ms,
        &security(4740, true, "Un account utente è stato bloccato."),
        &[
            ("TargetUserName", Text(&user.login)),
            ("TargetDomainName", Text(&user.pc)),
            ("TargetSid", Sid(town, user)),
            ("SubjectUserSid", Text(SYSTEM_SID)),
            ("SubjectUserName", Text("DC01$")),
            ("SubjectDomainName", Text(&town.netbios)),
        ],
    );
}

/// 1102: the audit log is cleared.
pub fn log_cleared(lines: &mut Lines, town: &Town, log: &EventLog<'_>, at_ms: i64, actor: &Person) {
    event(
        lines,
        log,
        at_ms,
        &security(1102, true, "Il registro di controllo è stato cancellato."),
        &[
            ("SubjectUserSid", Sid(town, actor)),
            ("SubjectUserName", Text(&actor.login)),
            ("SubjectDomainName", Text(&town.netbios)),
        ],
    );
}

/// 4616: `actor` sets the clock with a program; `new_ms` is the time it shows afterwards.
pub fn clock_changed(
    lines: &mut Lines,
    town: &Town,
    log: &EventLog<'_>,
    at_ms: i64,
    actor: &Person,
    program: &str,
    new_ms: i64,
) {
    event(
        lines,
        log,
        at_ms,
        &security(4616, true, "L'ora di sistema è stata modificata."),
        &[
            ("SubjectUserSid", Sid(town, actor)),
            ("SubjectUserName", Text(&actor.login)),
            ("SubjectDomainName", Text(&town.netbios)),
            ("PreviousTime", Instant(at_ms)),
            ("NewTime", Instant(new_ms)),
            ("ProcessId", Text("0x4b8")),
            ("ProcessName", Text(program)),
        ],
    );
}

/// 5145: a file of a share is asked for; `accesses` such as `ReadData`, `DELETE`.
pub fn share_access(
    lines: &mut Lines,
    town: &Town,
    log: &EventLog<'_>,
    at_ms: i64,
    user: &Person,
    path: &str,
    accesses: &str,
) {
    event(
        lines,
        log,
        at_ms,
        &security(5145, true, "È stato controllato un oggetto di condivisione di rete."),
        &[
            ("SubjectUserSid", Sid(town, user)),
            ("SubjectUserName", Text(&user.login)),
            ("SubjectDomainName", Text(&town.netbios)),
            ("ObjectType", Text("File")),
            ("IpAddress", Ip(IpAddr::V4(user.ip))),
            ("ShareName", Text(r"\\*\Condivisa")),
            ("RelativeTargetName", Text(path)),
            ("AccessMask", Text(if accesses == "DELETE" { "0x10000" } else { "0x120089" })),
            ("AccessList", Text(accesses)),
        ],
    );
}

/// 6416: a USB device is connected to a PC.
pub fn device_connected(
    lines: &mut Lines,
    town: &Town,
    log: &EventLog<'_>,
    at_ms: i64,
    user: &Person,
    device: &str,
) {
    event(
        lines,
        log,
        at_ms,
        &security(6416, true, "Il sistema ha riconosciuto un nuovo dispositivo esterno."),
        &[
            ("SubjectUserSid", Sid(town, user)),
            ("SubjectUserName", Text(&user.login)),
            ("SubjectDomainName", Text(&town.netbios)),
            ("DeviceId", Joined(r"USBSTOR\Disk&Ven_Generic&Prod_", device)),
            ("DeviceDescription", Text(device)),
            ("ClassName", Text("DiskDrive")),
        ],
    );
}
