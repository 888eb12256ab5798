//! Facts out of the text Windows renders from an event, for agents that send nothing else (Snare, Log Insight).
//!
//! The event's id says which labels to look for and whom the accounts in it are; the labels themselves are words,
//! English, Italian, and the German and French of the bilingual provinces. A value stands between its label and the
//! next one, and ends at a line end, a tab or two blanks.
//!
//! Promises: linear. What a stranger chose (an account name, a workstation, a command line) can hold labels too: in
//! events of authentication what stands behind it counts from the right, and nothing is read behind a command line.
//! Must not know: envelopes, columns. Source: the messages of Microsoft's manifests (en-US, it-IT).

use schema::EventBuilder;

use super::WindowsEvent;
use super::members::put_text;

/// What a label announces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Label {
    /// The title of a group of labels.
    Section,
    /// Accounts: which one is told by their order.
    Sid,
    Name,
    Domain,
    /// The rest stands for one name of event data.
    Fact(&'static str),
    /// A command line: whatever follows may be part of it.
    CommandLine,
}

use Label::{CommandLine, Domain, Fact, Name, Section, Sid};

/// The label of these words, in any of the languages.
fn label(words: &str) -> Option<Label> {
    Some(match words {
        "Security ID" | "ID sicurezza" | "ID di sicurezza" | "Sicherheits-ID" | "ID de sécurité" => Sid,
        "Account Name" | "Nome account" | "Kontoname" | "Nom du compte" => Name,
        "Account Domain"
        | "Domain Name"
        | "Nome dominio"
        | "Kontodomäne"
        | "Domaine du compte"
        | "Dominio account"
        | "Supplied Realm Name"
        | "Nome area di autenticazione fornita" => Domain,
        "Logon ID" | "Anmelde-ID" | "ID d’ouverture de session" | "ID accesso" => Fact("SubjectLogonId"),
        "Logon Type" | "Anmeldetyp" | "Type d’ouverture de session" | "Tipo di accesso" | "Tipo accesso" => {
            Fact("LogonType")
        }
        "Failure Reason" | "Motivo dell'errore" | "Motivo errore" => Fact("FailureReason"),
        "Status" | "Stato" | "État" | "Result Code" | "Codice risultato" | "Failure Code"
        | "Codice errore" | "Error Code" | "Codice di errore" => Fact("Status"),
        "Sub Status" | "Unterstatus" | "Sous-état" | "Stato secondario" | "Sottostato" => Fact("SubStatus"),
        "Caller Process ID" | "ID processo chiamante" | "Process ID" | "ID processo" => Fact("ProcessId"),
        "Caller Process Name" | "Nome processo chiamante" | "Process Name" | "Nome processo" => {
            Fact("ProcessName")
        }
        "Workstation Name"
        | "Arbeitsstationsname"
        | "Nom de la station de travail"
        | "Nome workstation"
        | "Source Workstation"
        | "Workstation di origine" => Fact("WorkstationName"),
        "Source Network Address"
        | "Quellnetzwerkadresse"
        | "Adresse du réseau source"
        | "Indirizzo di rete di origine"
        | "Network Address"
        | "Indirizzo di rete"
        | "Client Address"
        | "Indirizzo client"
        | "Source Address"
        | "Indirizzo di origine" => Fact("IpAddress"),
        "Source Port" | "Quellport" | "Port source" | "Porta di origine" | "Client Port" | "Porta client"
        | "Port" | "Porta" => Fact("IpPort"),
        "Logon Process" | "Processo di accesso" => Fact("LogonProcessName"),
        "Authentication Package" | "Pacchetto di autenticazione" => Fact("AuthenticationPackageName"),
        "Logon Account" | "Account di accesso" => Fact("TargetUserName"),
        "Target Server Name" | "Nome server di destinazione" => Fact("TargetServerName"),
        "Service Name" | "Nome servizio" => Fact("ServiceName"),
        "Service File Name" | "Nome file servizio" | "Nome del file di servizio" => Fact("ImagePath"),
        "User ID" | "ID utente" => Fact("TargetSid"),
        "Ticket Encryption Type" | "Tipo crittografia ticket" | "Tipo di crittografia ticket" => {
            Fact("TicketEncryptionType")
        }
        "Pre-Authentication Type" | "Tipo preautenticazione" | "Tipo di preautenticazione" => {
            Fact("PreAuthType")
        }
        "New Process ID" | "ID nuovo processo" => Fact("NewProcessId"),
        "New Process Name" | "Neuer Prozessname" | "Nom du nouveau processus" | "Nome nuovo processo" => {
            Fact("NewProcessName")
        }
        "Creator Process Name" | "Nome processo creatore" | "Nome processo autore" => {
            Fact("ParentProcessName")
        }
        "Process Command Line" | "Riga di comando processo" | "Riga di comando del processo" => CommandLine,
        "Group Name" | "Nome gruppo" => Fact("TargetUserName"),
        "Group Domain" | "Dominio gruppo" => Fact("TargetDomainName"),
        "Caller Computer Name" | "Nome computer chiamante" => Fact("TargetDomainName"),
        "Object Name" | "Nome oggetto" => Fact("ObjectName"),
        "Object Type" | "Tipo oggetto" | "Tipo di oggetto" => Fact("ObjectType"),
        "Access Mask" | "Maschera di accesso" => Fact("AccessMask"),
        "Share Name" | "Nome condivisione" => Fact("ShareName"),
        "Relative Target Name" | "Nome destinazione relativo" => Fact("RelativeTargetName"),
        "Task Name" | "Nome attività" => Fact("TaskName"),
        "Privileges" | "Privilegi" => Fact("PrivilegeList"),
        "Client Name" | "Nome client" => Fact("ClientName"),
        "Destination Address" | "Indirizzo di destinazione" => Fact("DestAddress"),
        "Destination Port" | "Porta di destinazione" => Fact("DestPort"),
        "Application Name" | "Nome applicazione" => Fact("Application"),
        "Protocol" | "Protocollo" => Fact("Protocol"),
        _ if is_title(words) => Section,
        _ => return None,
    })
}

/// Titles, and labels whose value no mapping reads: they end the value before them.
fn is_title(words: &str) -> bool {
    const TITLES: &[&str] = &[
        "Subject",
        "Antragsteller",
        "Sujet",
        "Neue Anmeldung",
        "Nouvelle ouverture de session",
        "Netzwerkinformationen",
        "Informations sur le réseau",
        "Prozessinformationen",
        "Konto, für das die Anmeldung fehlgeschlagen ist",
        "Compte cible",
        "Zielkonto",
        "Compte pour lequel l’ouverture de session a échoué",
        "Soggetto",
        "New Logon",
        "Nuovo accesso",
        "Process Information",
        "Informazioni sul processo",
        "Informazioni processo",
        "Network Information",
        "Informazioni di rete",
        "Informazioni sulla rete",
        "Account For Which Logon Failed",
        "Account il cui accesso non è riuscito",
        "Account per cui l'accesso non è riuscito",
        "Failure Information",
        "Informazioni sull'errore",
        "Informazioni errore",
        "Detailed Authentication Information",
        "Informazioni di autenticazione dettagliate",
        "Informazioni dettagliate sull'autenticazione",
        "Logon GUID",
        "GUID accesso",
        "Transited Services",
        "Servizi transitati",
        "Servizi in transito",
        "Key Length",
        "Lunghezza chiave",
        "Package Name (NTLM only)",
        "Nome pacchetto (solo NTLM)",
        "Account Information",
        "Informazioni account",
        "Informazioni sull'account",
        "Service Information",
        "Informazioni sul servizio",
        "Service ID",
        "ID servizio",
        "Additional Information",
        "Informazioni aggiuntive",
        "Informazioni supplementari",
        "Ticket Options",
        "Opzioni ticket",
        "Target Account",
        "Account di destinazione",
        "New Account",
        "Nuovo account",
        "Member",
        "Membro",
        "Group",
        "Gruppo",
        "Attributes",
        "Attributi",
        "Account Whose Credentials Were Used",
        "Account di cui sono state utilizzate le credenziali",
        "Account That Was Locked Out",
        "Account bloccato",
        "Target Server",
        "Server di destinazione",
        "Creator Subject",
        "Soggetto autore",
        "Target Subject",
        "Soggetto di destinazione",
        "Token Elevation Type",
        "Tipo di elevazione token",
        "Mandatory Label",
        "Etichetta obbligatoria",
        "Creator Process ID",
        "ID processo creatore",
        "ID processo autore",
        "Object",
        "Oggetto",
        "Object Server",
        "Server oggetti",
        "Handle ID",
        "ID handle",
        "Access Request Information",
        "Informazioni sulla richiesta di accesso",
        "Accesses",
        "Accessi",
        "Share Information",
        "Informazioni sulla condivisione",
        "Share Path",
        "Percorso condivisione",
        "Service Type",
        "Tipo di servizio",
        "Service Start Type",
        "Tipo di avvio servizio",
        "Service Account",
        "Account servizio",
        "Impersonation Level",
        "Livello di rappresentazione",
        "Logon Information",
        "Informazioni di accesso",
        "Restricted Admin Mode",
        "Virtual Account",
        "Account virtuale",
        "Elevated Token",
        "Token elevato",
        "Linked Logon ID",
        "Task Information",
        "Task Content",
        "Changed Attributes",
        "Attributi modificati",
        "SAM Account Name",
        "Nome account SAM",
        "Display Name",
        "Nome visualizzato",
        "Session",
        "Sessione",
        "Session Name",
        "Nome sessione",
    ];
    TITLES.contains(&words)
}

/// Whom the accounts of an event are, in the order of the text.
fn roles(id: u32) -> &'static [[&'static str; 3]] {
    const SUBJECT: [&str; 3] = ["SubjectUserSid", "SubjectUserName", "SubjectDomainName"];
    const TARGET: [&str; 3] = ["TargetUserSid", "TargetUserName", "TargetDomainName"];
    const MEMBER: [&str; 3] = ["MemberSid", "MemberName", ""];
    const GROUP: [&str; 3] = ["TargetSid", "", ""];
    const ACCOUNT: [&str; 3] = ["", "AccountName", "AccountDomain"];
    match id {
        4634 | 4647 | 4768..=4773 | 4800 | 4801 => &[TARGET],
        4728 | 4729 | 4732 | 4733 | 4746 | 4747 | 4751 | 4752 | 4756 | 4757 | 4761 | 4762 => {
            &[SUBJECT, MEMBER, GROUP]
        }
        4727 | 4730 | 4731 | 4734 | 4735 | 4737 | 4754 | 4755 | 4758 => &[SUBJECT, GROUP],
        4778 | 4779 => &[ACCOUNT],
        4740 => &[SUBJECT, ["TargetSid", "TargetUserName", ""]],
        4624 | 4625 | 4648 | 4720..=4726 | 4738 | 4741..=4743 | 4767 | 4780 | 4781 | 4688 | 4964 => {
            &[SUBJECT, TARGET]
        }
        _ => &[SUBJECT],
    }
}

/// A label found: what it is, and where its words and its value start.
#[derive(Clone, Copy)]
struct Found {
    label: Label,
    start: usize,
    value: usize,
}

/// Sets the facts of the rendered message, when the event carries no data of its own.
pub(in crate::formats) fn facts_from_text<'a>(
    id: u32,
    text: &'a str,
    record: &mut WindowsEvent<'a>,
    event: &mut EventBuilder<'_>,
) {
    let mut counts = [0_usize; 3];
    let mut before: Option<Found> = None;
    let mut put = |found: Found, end: usize, counts: &mut [usize; 3]| {
        let value = value_of(text.get(found.value..end).unwrap_or_default());
        if let Some(name) = name_of(id, found.label, counts)
            && (from_the_right(id, name) || !record.facts.is_known(name))
        {
            put_text(name, cut(name, value), record, event);
        }
    };
    for found in (Labels { text, at: 0, floor: 0 }) {
        if let Some(before) = before.take() {
            put(before, found.start, &mut counts);
        }
        before = Some(found);
        if found.label == CommandLine {
            break;
        }
    }
    if let Some(before) = before {
        put(before, text.len(), &mut counts);
    }
}

/// The name of event data a label stands for in that event; none when nothing reads it.
fn name_of(id: u32, label: Label, counts: &mut [usize; 3]) -> Option<&'static str> {
    let place = match label {
        Section => return None,
        CommandLine => return Some("CommandLine"),
        // The filtering platform has names of its own.
        Fact("IpAddress") if matches!(id, 5150..=5159) => return Some("SourceAddress"),
        Fact("IpPort") if matches!(id, 5150..=5159) => return Some("SourcePort"),
        Fact(name) => return Some(name),
        Sid => 0,
        Name => 1,
        Domain => 2,
    };
    let count = counts.get_mut(place)?;
    let role = roles(id).get(*count)?;
    *count += 1;
    role.get(place).copied().filter(|name| !name.is_empty())
}

/// In these events an account name or a workstation out of the network stands before what the server says.
fn from_the_right(id: u32, name: &str) -> bool {
    matches!(id, 4624 | 4625 | 4648 | 4768..=4777)
        && matches!(
            name,
            "IpAddress"
                | "IpPort"
                | "Status"
                | "SubStatus"
                | "LogonProcessName"
                | "AuthenticationPackageName"
        )
}

/// Values without blanks end at the first one: behind the last label the message goes on in prose.
fn cut<'a>(name: &str, value: &'a str) -> &'a str {
    match name {
        "IpAddress"
        | "IpPort"
        | "SourceAddress"
        | "SourcePort"
        | "DestAddress"
        | "DestPort"
        | "Protocol"
        | "Status"
        | "SubStatus"
        | "LogonType"
        | "ProcessId"
        | "NewProcessId"
        | "TicketEncryptionType"
        | "PreAuthType"
        | "AccessMask"
        | "SubjectLogonId" => value.split(' ').next().unwrap_or(value),
        "SubjectUserSid" | "TargetUserSid" | "TargetSid" | "MemberSid" => {
            let sid = value.split(' ').next().unwrap_or(value).trim_start_matches("%{").trim_end_matches('}');
            if sid.starts_with("S-1-") { sid } else { "" }
        }
        _ => value,
    }
}

/// Up to a line end, a tab or two blanks.
fn value_of(text: &str) -> &str {
    let text = text.trim_ascii_start();
    let end = text.find(['\r', '\n', '\t']).unwrap_or(text.len());
    let line = text.get(..end).unwrap_or(text);
    line.split("  ").next().unwrap_or(line).trim_ascii_end()
}

/// The labels of a text, in order.
struct Labels<'a> {
    text: &'a str,
    at: usize,
    /// Where the value of the last label starts: no label reaches back beyond it.
    floor: usize,
}

impl Iterator for Labels<'_> {
    type Item = Found;

    fn next(&mut self) -> Option<Found> {
        /// Words of the longest label, and its bytes.
        const WORDS_MAX: usize = 8;
        const BYTES_MAX: usize = 64;
        loop {
            let colon = self.at + memchr::memchr(b':', self.text.as_bytes().get(self.at..)?)?;
            self.at = colon + 1;
            let mut floor = self.floor.max(colon.saturating_sub(BYTES_MAX));
            while !self.text.is_char_boundary(floor) {
                floor += 1;
            }
            let head = self.text.get(floor..colon)?.trim_end();
            // Most colons end no label: what stands before one is a letter or a bracket.
            if !head.ends_with(|last: char| last.is_alphabetic() || last == ')') {
                continue;
            }
            // The longest label wins: `Process Name` stands in `New Process Name` too.
            let mut found = None;
            let mut end = head.len();
            for _ in 0..WORDS_MAX {
                let start = head.get(..end)?.rfind([' ', '\t', '\r', '\n']).map_or(0, |at| at + 1);
                let words = head.get(start..)?;
                if words.starts_with(|first: char| !first.is_lowercase())
                    && let Some(label) = label(words)
                {
                    found = Some(Found { label, start: floor + start, value: colon + 1 });
                }
                if start == 0 {
                    break;
                }
                end = start - 1;
            }
            if found.is_some() {
                self.floor = colon + 1;
                return found;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(text: &str) -> Vec<Label> {
        Labels { text, at: 0, floor: 0 }.map(|found| found.label).collect()
    }

    #[test]
    fn the_longest_label_wins_and_no_value_is_one() {
        assert_eq!(
            labels("New Process Name: C:\\a.exe Process ID: 4"),
            [Fact("NewProcessName"), Fact("ProcessId")]
        );
        assert_eq!(labels("x:y::: è: Nome account: a"), [Name]);
        assert_eq!(labels(&":".repeat(10_000)), []);
    }
}
