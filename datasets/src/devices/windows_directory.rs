//! Windows Security events of the directory and of what is installed: 4662, 4697, 4741.

use super::windows::{Channel, EventLog, Head, Value, event};
use crate::lines::Lines;
use crate::people::Person;
use crate::town::Town;
use Value::{Hex, Joined, Sid, Text};

fn security(id: u32, message: &'static str) -> Head {
    Head { id, channel: Channel::Security, success: true, message }
}

/// 4662: `actor` uses an extended right on the domain object; `rights` as the event lists them.
pub fn directory_access(
    lines: &mut Lines,
    town: &Town,
    log: &EventLog<'_>,
    at_ms: i64,
    actor: &Person,
    rights: &str,
) {
    event(
        lines,
        log,
        at_ms,
        &security(4662, "È stata eseguita un'operazione su un oggetto."),
        &[
            ("SubjectUserSid", Sid(town, actor)),
            ("SubjectUserName", Text(&actor.login)),
            ("SubjectDomainName", Text(&town.netbios)),
            ("SubjectLogonId", Hex(at_ms.unsigned_abs() & 0x7fff_ffff)),
            ("ObjectServer", Text("DS")),
            ("ObjectType", Text("%{19195a5b-6da0-11d0-afd3-00c04fd930c9}")),
            ("ObjectName", Text("%{c2f2f6b0-5a0b-4f0e-9a63-8f6a3f0f7b11}")),
            ("OperationType", Text("Object Access")),
            ("HandleId", Text("0x0")),
            ("AccessList", Text("%%7688\n\t\t\t\t")),
            ("AccessMask", Text("0x100")),
            ("Properties", Text(rights)),
            ("AdditionalInfo", Text("-")),
        ],
    );
}

/// 4697: `actor` installs a service.
pub fn service_installed(
    lines: &mut Lines,
    town: &Town,
    log: &EventLog<'_>,
    at_ms: i64,
    actor: &Person,
    (service, image): (&str, &str),
) {
    event(
        lines,
        log,
        at_ms,
        &security(4697, "Un servizio è stato installato nel sistema."),
        &[
            ("SubjectUserSid", Sid(town, actor)),
            ("SubjectUserName", Text(&actor.login)),
            ("SubjectDomainName", Text(&town.netbios)),
            ("SubjectLogonId", Hex(at_ms.unsigned_abs() & 0x7fff_ffff)),
            ("ServiceName", Text(service)),
            ("ServiceFileName", Text(image)),
            ("ServiceType", Text("0x10")),
            ("ServiceStartType", Text("3")),
            ("ServiceAccount", Text("LocalSystem")),
        ],
    );
}

/// 4741: `actor` creates the account of a computer (its name ends in `$`).
pub fn computer_created(
    lines: &mut Lines,
    town: &Town,
    log: &EventLog<'_>,
    at_ms: i64,
    actor: &Person,
    computer: &str,
) {
    event(
        lines,
        log,
        at_ms,
        &security(4741, "È stato creato un account computer."),
        &[
            ("TargetUserName", Text(computer)),
            ("TargetDomainName", Text(&town.netbios)),
            ("SubjectUserSid", Sid(town, actor)),
            ("SubjectUserName", Text(&actor.login)),
            ("SubjectDomainName", Text(&town.netbios)),
            ("SamAccountName", Text(computer)),
            ("PrimaryGroupId", Text("515")),
            ("UserAccountControl", Text("%%2087")),
            ("ServicePrincipalNames", Joined("HOST/", computer.trim_end_matches('$'))),
        ],
    );
}
