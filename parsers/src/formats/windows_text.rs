//! Windows events of which an agent sent nothing but the text Windows rendered: `An account failed to log on. …`.
//!
//! The first sentence of a Security event is the same words in every Windows of a language and names its id; the
//! values stand behind labels. English and Italian, and the German and French of the bilingual provinces.
//!
//! Promises: a text is read only when it starts with a sentence of the manifest, whole; whether an attempt was
//! audited as success or failure is not said where the sentence does not say it. Must not know: what an event means.
//! Source: Microsoft-Windows-Security-Auditing manifest, en-US, it-IT, de-DE, fr-FR.

use std::borrow::Cow;

use schema::{EventBuilder, Outcome};

use super::windows::{WindowsEvent, facts_from_text, fill, put_header_texts};
use crate::format::{Format, Payload, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "windows_text",
    title: "Windows events as rendered text only",
    reference: "Microsoft-Windows-Security-Auditing manifest",
    programs: &["microsoft-windows-security-auditing", "security-auditing"],
    starts: b"ABCDEFIKLPRSTU\xC3",
    needs: &[],
    keys: &[],
    recognise: |payload| id_of(payload.text).is_some(),
    parse,
    samples: SAMPLES,
};

/// What the manifest calls events: id, and the first sentence in each language known of it.
const SENTENCES: &[(&str, &[&str])] = &[
    (
        "4624",
        &[
            "An account was successfully logged on.",
            "Accesso di un account riuscito.",
            "Ein Konto wurde erfolgreich angemeldet.",
            "L’ouverture de session d’un compte s’est correctement déroulée.",
        ],
    ),
    (
        "4625",
        &[
            "An account failed to log on.",
            "Accesso di un account non riuscito.",
            "Fehler beim Anmelden eines Kontos.",
            "Échec d’ouverture de session d’un compte.",
        ],
    ),
    (
        "4634",
        &[
            "An account was logged off.",
            "Un account è stato disconnesso.",
            "Ein Konto wurde abgemeldet.",
            "Fermeture de session d’un compte.",
        ],
    ),
    ("4647", &["User initiated logoff:", "Disconnessione avviata dall'utente:"]),
    (
        "4648",
        &[
            "A logon was attempted using explicit credentials.",
            "Tentativo di accesso con credenziali esplicite.",
        ],
    ),
    (
        "4672",
        &[
            "Special privileges assigned to new logon.",
            "Privilegi speciali assegnati a nuovo accesso.",
            "Einer neuen Anmeldung wurden besondere Rechte zugewiesen.",
            "Privilèges spéciaux attribués à la nouvelle ouverture de session.",
        ],
    ),
    ("4656", &["A handle to an object was requested.", "È stato richiesto un handle a un oggetto."]),
    ("4660", &["An object was deleted.", "Un oggetto è stato eliminato."]),
    ("4663", &["An attempt was made to access an object.", "Tentativo di accesso a un oggetto."]),
    (
        "4670",
        &[
            "Permissions on an object were changed.",
            "Le autorizzazioni per un oggetto sono state modificate.",
        ],
    ),
    ("4673", &["A privileged service was called.", "Chiamata di un servizio privilegiato."]),
    (
        "4688",
        &[
            "A new process has been created.",
            "Creazione di un nuovo processo.",
            "Ein neuer Prozess wurde erstellt.",
            "Un nouveau processus a été créé.",
        ],
    ),
    ("4689", &["A process has exited.", "Un processo è terminato."]),
    ("4698", &["A scheduled task was created.", "È stata creata un'attività pianificata."]),
    ("4699", &["A scheduled task was deleted.", "È stata eliminata un'attività pianificata."]),
    ("4702", &["A scheduled task was updated.", "È stata aggiornata un'attività pianificata."]),
    ("4719", &["System audit policy was changed."]),
    (
        "4720",
        &[
            "A user account was created.",
            "Creazione di un account utente.",
            "È stato creato un account utente.",
            "Ein Benutzerkonto wurde erstellt.",
            "Un compte d’utilisateur a été créé.",
        ],
    ),
    (
        "4722",
        &[
            "A user account was enabled.",
            "È stato abilitato un account utente.",
            "Ein Benutzerkonto wurde aktiviert.",
        ],
    ),
    (
        "4723",
        &[
            "An attempt was made to change an account's password.",
            "Tentativo di modifica della password di un account.",
        ],
    ),
    (
        "4724",
        &[
            "An attempt was made to reset an account's password.",
            "Tentativo di reimpostazione della password di un account.",
            "Une tentative de réinitialisation de mot de passe d’un compte a été effectuée.",
        ],
    ),
    (
        "4725",
        &[
            "A user account was disabled.",
            "È stato disabilitato un account utente.",
            "Ein Benutzerkonto wurde deaktiviert.",
        ],
    ),
    (
        "4726",
        &[
            "A user account was deleted.",
            "È stato eliminato un account utente.",
            "Ein Benutzerkonto wurde gelöscht.",
        ],
    ),
    ("4728", &["A member was added to a security-enabled global group."]),
    ("4729", &["A member was removed from a security-enabled global group."]),
    ("4732", &["A member was added to a security-enabled local group."]),
    ("4733", &["A member was removed from a security-enabled local group."]),
    (
        "4738",
        &[
            "A user account was changed.",
            "È stato modificato un account utente.",
            "Ein Benutzerkonto wurde geändert.",
            "Un compte d’utilisateur a été modifié.",
        ],
    ),
    (
        "4740",
        &[
            "A user account was locked out.",
            "È stato bloccato un account utente.",
            "Ein Benutzerkonto wurde gesperrt.",
            "Un compte d’utilisateur a été verrouillé.",
        ],
    ),
    ("4741", &["A computer account was created."]),
    ("4742", &["A computer account was changed."]),
    ("4743", &["A computer account was deleted."]),
    ("4756", &["A member was added to a security-enabled universal group."]),
    ("4757", &["A member was removed from a security-enabled universal group."]),
    ("4767", &["A user account was unlocked.", "È stato sbloccato un account utente."]),
    (
        "4768",
        &[
            "A Kerberos authentication ticket (TGT) was requested.",
            "È stato richiesto un ticket di autenticazione Kerberos (TGT).",
        ],
    ),
    (
        "4769",
        &["A Kerberos service ticket was requested.", "È stato richiesto un ticket di servizio Kerberos."],
    ),
    ("4770", &["A Kerberos service ticket was renewed."]),
    ("4771", &["Kerberos pre-authentication failed.", "Preautenticazione Kerberos non riuscita."]),
    (
        "4776",
        &[
            "The computer attempted to validate the credentials for an account.",
            "The domain controller attempted to validate the credentials for an account.",
            "Il computer ha tentato di convalidare le credenziali per un account.",
        ],
    ),
    ("4778", &["A session was reconnected to a Window Station."]),
    ("4779", &["A session was disconnected from a Window Station."]),
    ("4800", &["The workstation was locked."]),
    ("4801", &["The workstation was unlocked."]),
    ("5140", &["A network share object was accessed.", "Accesso a un oggetto condivisione di rete."]),
    ("5145", &["A network share object was checked to see whether client can be granted desired access."]),
    ("5156", &["The Windows Filtering Platform has permitted a connection."]),
    ("5157", &["The Windows Filtering Platform has blocked a connection."]),
    ("1102", &["The audit log was cleared.", "Il registro di controllo è stato cancellato."]),
    // Channel System: 4697 of Security says the same and has a subject.
    ("7045", &["A service was installed in the system.", "Un servizio è stato installato nel sistema."]),
];

/// The id whose sentence a text starts with.
fn id_of(text: &str) -> Option<&'static str> {
    let is_start = |sentence: &&'static str| {
        text.strip_prefix(sentence).is_some_and(|rest| {
            rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n']) || rest.starts_with("#01")
        })
    };
    SENTENCES.iter().find(|(_, sentences)| sentences.iter().any(is_start)).map(|(id, _)| *id)
}

/// Line ends and tabs that a receiver wrote as numbers.
fn undone(text: &str) -> Cow<'_, str> {
    if text.contains("#015#012") || text.contains("#011") {
        Cow::Owned(text.replace("#011", "\t").replace("#015", "\r").replace("#012", "\n"))
    } else {
        Cow::Borrowed(text)
    }
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let id = id_of(payload.text).ok_or(Unreadable("expected a sentence of the manifest"))?;
    let text = undone(payload.text);
    let mut record = WindowsEvent::new();
    let is_system = id == "7045" && !text.contains("Subject:") && !text.contains("Soggetto:");
    record.id = if id == "7045" && !is_system { "4697" } else { id };
    (record.channel, record.provider) = if is_system {
        ("System", "Service Control Manager")
    } else if id == "1102" {
        ("Security", "Microsoft-Windows-Eventlog")
    } else {
        ("Security", "Microsoft-Windows-Security-Auditing")
    };
    record.message = &text;
    put_header_texts(&record, None, None, event);
    facts_from_text(record.id.parse().unwrap_or(0), &text, &mut record, event);
    let is_said = !matches!(id, "4656" | "4663" | "4673" | "4723" | "4724" | "5140" | "5145");
    if !is_said {
        event.outcome(Outcome::Unknown);
    }
    fill(&mut record, payload, event);
    Ok(())
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a refused logon",
        text: "<14>Mar 16 09:12:44 DC01 Microsoft-Windows-Security-Auditing[740]: An account failed to log on.    Subject:   Security ID:  S-1-0-0   Account Name:  -   Account Domain:  -   Logon ID:  0x0    Logon Type:   3    Account For Which Logon Failed:   Security ID:  S-1-0-0   Account Name:  mrossi   Account Domain:  COMUNE    Failure Information:   Failure Reason:  Unknown user name or bad password.   Status:   0xC000006D   Sub Status:  0xC0000064    Network Information:   Workstation Name: PC1   Source Network Address: 192.0.2.77   Source Port:  51021",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("event_code", "4625"),
            ("user_name", "mrossi"),
            ("user_domain", "COMUNE"),
            ("source_ip", "192.0.2.77"),
            ("source_port", "51021"),
            ("host_name", "DC01"),
            ("fields.reason", "unknown_user"),
            ("fields.EventID", "4625"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "an account was locked, Italian, line ends written as numbers",
        text: "È stato bloccato un account utente.#015#012#015#012Soggetto:#015#012#011ID sicurezza:#011#011S-1-5-18#015#012#011Nome account:#011#011DC01$#015#012#011Dominio account:#011#011COMUNE#015#012#015#012Account bloccato:#015#012#011ID sicurezza:#011#011S-1-5-21-1-2-3-1104#015#012#011Nome account:#011#011mrossi#015#012",
        expect: &[
            ("event_action", "account_lockout"),
            ("user_target_name", "mrossi"),
            ("user_name", "DC01$"),
            ("event_code", "4740"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a logon in German",
        text: "Ein Konto wurde erfolgreich angemeldet. Antragsteller: Sicherheits-ID: S-1-5-18 Kontoname: DC01$ Kontodomäne: GEMEINDE Anmelde-ID: 0x3e7 Anmeldetyp: 3 Neue Anmeldung: Sicherheits-ID: S-1-5-21-1-2-3-1104 Kontoname: lweiss Kontodomäne: GEMEINDE Netzwerkinformationen: Arbeitsstationsname: PC2 Quellnetzwerkadresse: 192.0.2.31 Quellport: 50011",
        expect: &[("event_outcome", "success"), ("user_name", "lweiss"), ("source_ip", "192.0.2.31")],
        absent: &["parse_error"],
    },
    Sample {
        about: "an attempt whose audit is not told",
        text: "An attempt was made to reset an account's password.\r\n\r\nSubject:\r\n\tSecurity ID:\t\tS-1-5-21-1-2-3-500\r\n\tAccount Name:\t\tadm.neri\r\n\tAccount Domain:\t\tCOMUNE\r\n\r\nTarget Account:\r\n\tSecurity ID:\t\tS-1-5-21-1-2-3-1104\r\n\tAccount Name:\t\tmrossi\r\n",
        expect: &[
            ("event_action", "password_reset"),
            ("event_outcome", "unknown"),
            ("user_name", "adm.neri"),
            ("user_target_name", "mrossi"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a service was installed, channel System",
        text: "A service was installed in the system.  Service Name:  PSEXESVC  Service File Name:  %SystemRoot%\\PSEXESVC.exe  Service Type:  user mode service",
        expect: &[("event_action", "service_install"), ("event_code", "7045"), ("service_name", "PSEXESVC")],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: cut behind the sentence",
        text: "An account was logged off.",
        expect: &[("event_action", "logout"), ("event_code", "4634")],
        absent: &["user_name", "parse_error"],
    },
    Sample {
        about: "hostile: an account that holds a sentence and labels",
        text: "An account failed to log on. Subject: Account Name: - Account Domain: - Account For Which Logon Failed: Account Name: An account was successfully logged on. Source Network Address: 203.0.113.9 Account Domain: COMUNE Network Information: Source Network Address: 192.0.2.77 Source Port: 51021",
        expect: &[("event_outcome", "failure"), ("source_ip", "192.0.2.77"), ("event_code", "4625")],
        absent: &["parse_error"],
    },
];
