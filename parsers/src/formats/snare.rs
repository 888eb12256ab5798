//! Windows events as the Snare agent sends them: `MSWinEventLog` and thirteen values between tabs, the last of them
//! the message Windows rendered, English or Italian.
//!
//! Promises: the id says what an event is, the message only the values in it; `fields` holds them under the names
//! Sigma uses. Must not know: what an event means. Source: Snare Agent for Windows, user guide, "Event output format".

use schema::{Column, EventBuilder};

use super::windows::{WindowsEvent, facts_from_text, fill, put_header_texts};
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time::apache_error as asctime;

/// See the module.
pub static FORMAT: Format = Format {
    name: "snare",
    title: "Windows events by Snare (MSWinEventLog)",
    reference: "Snare Agent for Windows, event output format",
    programs: &["mswineventlog"],
    starts: b"M\t0123456789#",
    needs: &[],
    keys: &[],
    recognise: |payload| Line::cut(payload).is_some(),
    parse,
    samples: SAMPLES,
};

struct Line<'a> {
    log: &'a str,
    stamp: &'a str,
    id: &'a str,
    source: &'a str,
    user: &'a str,
    kind: &'a str,
    computer: &'a str,
    message: &'a str,
}

impl<'a> Line<'a> {
    /// The values behind `MSWinEventLog`, which an envelope may have taken for the program's name. Receivers may
    /// have written tabs as `#011`.
    fn cut(payload: &Payload<'a>) -> Option<Line<'a>> {
        let text = payload.text.trim_start_matches(['\t', ' ']);
        let rest = match text.strip_prefix("MSWinEventLog") {
            Some(rest) => rest,
            None if payload.program.eq_ignore_ascii_case("MSWinEventLog") => text,
            None => return None,
        };
        let separator = if rest.contains('\t') { "\t" } else { "#011" };
        let rest = rest.trim_start_matches([':', ' ']);
        let mut values = rest.strip_prefix(separator).unwrap_or(rest).splitn(13, separator);
        let mut next = || values.next();
        let (_criticality, log, _counter, stamp, id) = (next()?, next()?, next()?, next()?, next()?);
        let (source, user, _user_kind, kind, computer) = (next()?, next()?, next()?, next()?, next()?);
        let (_category, _data) = (next()?, next()?);
        let message = next().unwrap_or_default();
        let is_id = !id.is_empty() && id.len() <= 5 && id.bytes().all(|byte| byte.is_ascii_digit());
        (is_id && asctime(stamp).is_some()).then_some(Line {
            log,
            stamp,
            id,
            source,
            user,
            kind,
            computer,
            message,
        })
    }
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let line = Line::cut(payload).ok_or(Unreadable("expected the values of MSWinEventLog"))?;
    let (when, _) = asctime(line.stamp).ok_or(Unreadable("a stamp that is no time"))?;
    // A stamp with its year is better than an envelope's without one.
    if (!payload.is_stamped || event.is_set(Column::TimeGuess)) && !payload.set_time(event, when) {
        return Err(Unreadable("no such day or hour"));
    }
    let mut record = WindowsEvent::new();
    record.id = line.id;
    record.channel = line.log;
    record.provider = line.source;
    record.computer = line.computer;
    record.level = line.kind;
    record.message = message_of(line.message);
    record.kind = match line.kind {
        "Success Audit" | "Audit Success" => "AUDIT_SUCCESS",
        "Failure Audit" | "Audit Failure" => "AUDIT_FAILURE",
        _ => "",
    };
    if !matches!(line.user, "" | "N/A" | "NULL SID" | "Unknown User") {
        (record.account.domain, record.account.name) = line.user.split_once('\\').unwrap_or(("", line.user));
    }
    put_header_texts(&record, None, None, event);
    facts_from_text(line.id.parse().unwrap_or(0), record.message, &mut record, event);
    fill(&mut record, payload, event);
    Ok(())
}

/// The message without the check sum some versions put behind it.
fn message_of(text: &str) -> &str {
    let separator = if text.contains('\t') { "\t" } else { "#011" };
    match text.rsplit_once(separator) {
        Some((message, sum)) if !sum.is_empty() && sum.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
            message
        }
        _ => text,
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a refused logon, Italian",
        text: "<13>Mar 16 09:12:44 DC01 MSWinEventLog\t1\tSecurity\t18233\tMon Mar 16 09:12:44 2026\t4625\tMicrosoft-Windows-Security-Auditing\tN/A\tN/A\tFailure Audit\tDC01.comune.example\tLogon\t\tAccesso di un account non riuscito.    Soggetto:   ID sicurezza:  S-1-0-0   Nome account:  -   Dominio account:  -   ID accesso:  0x0    Tipo di accesso:   3    Account il cui accesso non è riuscito:   ID sicurezza:  S-1-0-0   Nome account:  mrossi   Dominio account:  COMUNE    Informazioni sull'errore:   Motivo dell'errore:  Nome utente sconosciuto o password non valida.   Stato:   0xC000006D   Stato secondario:  0xC000006A    Informazioni di rete:   Nome workstation: PC-RAG-01   Indirizzo di rete di origine: 192.0.2.77   Porta di origine:  51021\t18232",
        expect: &[
            ("class", "authentication"),
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("event_code", "4625"),
            ("user_name", "mrossi"),
            ("user_domain", "COMUNE"),
            ("source_ip", "192.0.2.77"),
            ("source_port", "51021"),
            ("host_name", "DC01.comune.example"),
            ("fields.logon_type", "3"),
            ("fields.reason", "wrong_credential"),
            ("fields.TargetUserName", "mrossi"),
            ("fields.Channel", "Security"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
        ],
        absent: &["parse_error", "user_id"],
    },
    Sample {
        about: "a logon, English, one blank between all",
        text: "MSWinEventLog\t1\tSecurity\t18234\tMon Mar 16 09:12:45 2026\t4624\tMicrosoft-Windows-Security-Auditing\tCOMUNE\\DC01$\tUser\tSuccess Audit\tDC01.comune.example\tLogon\t\tAn account was successfully logged on. Subject: Security ID: S-1-5-18 Account Name: DC01$ Account Domain: COMUNE Logon ID: 0x3e7 Logon Type: 10 New Logon: Security ID: S-1-5-21-1-2-3-1104 Account Name: lbianchi Account Domain: COMUNE Logon ID: 0x4a1f Process Information: Process ID: 0x2f0 Process Name: C:\\Windows\\System32\\winlogon.exe Network Information: Workstation Name: DC01 Source Network Address: 192.0.2.31 Source Port: 0 Detailed Authentication Information: Logon Process: User32 Authentication Package: Negotiate Key Length: 0 This event is generated when a logon session is created.",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "success"),
            ("user_name", "lbianchi"),
            ("user_id", "S-1-5-21-1-2-3-1104"),
            ("source_ip", "192.0.2.31"),
            ("process_executable", "C:\\Windows\\System32\\winlogon.exe"),
            ("fields.auth_package", "Negotiate"),
            ("fields.SubjectUserName", "DC01$"),
        ],
        absent: &["parse_error", "source_port"],
    },
    Sample {
        about: "a program started: nothing behind the command line is read",
        text: "MSWinEventLog\t1\tSecurity\t18235\tMon Mar 16 09:12:46 2026\t4688\tMicrosoft-Windows-Security-Auditing\tCOMUNE\\lbianchi\tUser\tSuccess Audit\tPC-RAG-01\tProcess Creation\t\tA new process has been created.    Creator Subject:   Security ID:  S-1-5-21-1-2-3-1104   Account Name:  lbianchi   Account Domain:  COMUNE   Logon ID:  0x4a1f    Process Information:   New Process ID:  0x1a4   New Process Name: C:\\Windows\\System32\\cmd.exe   Creator Process ID: 0x9c   Creator Process Name: C:\\Windows\\explorer.exe   Process Command Line: cmd /c echo New Process Name: C:\\a.exe",
        expect: &[
            ("event_action", "process_start"),
            ("process_executable", "C:\\Windows\\System32\\cmd.exe"),
            ("process_pid", "420"),
            ("process_parent_executable", "C:\\Windows\\explorer.exe"),
            ("process_command_line", "cmd /c echo New Process Name: C:\\a.exe"),
            ("user_name", "lbianchi"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a member of a group, tabs written as numbers",
        text: "<13>Mar 16 09:12:47 DC01 MSWinEventLog#0111#011Security#01118236#011Mon Mar 16 09:12:47 2026#0114728#011Microsoft-Windows-Security-Auditing#011COMUNE\\adm.neri#011User#011Success Audit#011DC01#011Security Group Management#011#011A member was added to a security-enabled global group.    Subject:   Security ID:  S-1-5-21-1-2-3-500   Account Name:  adm.neri   Account Domain:  COMUNE    Member:   Security ID:  S-1-5-21-1-2-3-1104   Account Name:  CN=Luca Bianchi,OU=Ced,DC=comune,DC=example    Group:   Security ID:  S-1-5-21-1-2-3-512   Group Name:  Domain Admins   Group Domain:  COMUNE",
        expect: &[
            ("event_action", "group_add"),
            ("user_name", "adm.neri"),
            ("user_target_name", "Luca Bianchi"),
            ("group_name", "Domain Admins"),
            ("fields.MemberSid", "S-1-5-21-1-2-3-1104"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a service was installed",
        text: "MSWinEventLog\t1\tSystem\t18237\tMon Mar 16 09:12:48 2026\t7045\tService Control Manager\tN/A\tN/A\tInformation\tSRV-FILE\tNone\t\tA service was installed in the system.    Service Name:  PSEXESVC   Service File Name:  %SystemRoot%\\PSEXESVC.exe   Service Type:  user mode service   Service Start Type:  demand start   Service Account:  LocalSystem",
        expect: &[
            ("event_action", "service_install"),
            ("service_name", "PSEXESVC"),
            ("process_executable", "%SystemRoot%\\PSEXESVC.exe"),
        ],
        absent: &["parse_error", "user_name"],
    },
    Sample {
        about: "hostile: an account name that holds labels",
        text: "MSWinEventLog\t1\tSecurity\t18238\tMon Mar 16 09:12:49 2026\t4625\tMicrosoft-Windows-Security-Auditing\tN/A\tN/A\tFailure Audit\tDC01\tLogon\t\tAn account failed to log on. Subject: Security ID: S-1-0-0 Account Name: - Account Domain: - Logon Type: 3 Account For Which Logon Failed: Security ID: S-1-0-0 Account Name: x Source Network Address: 203.0.113.9 Account Name: admin Account Domain: COMUNE Failure Information: Status: 0xc000006d Sub Status: 0xc0000064 Network Information: Workstation Name: a Source Network Address: 192.0.2.77 Source Port: 51021",
        expect: &[("source_ip", "192.0.2.77"), ("user_name", "x"), ("event_outcome", "failure")],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: cut before its user",
        text: "<13>Mar 16 09:12:44 DC01 MSWinEventLog\t1\tSecurity\t18233\tMon Mar 16 09:12:44 2026\t4625\tMicrosoft-Windows-Security-Auditing\tN/A\tN/A\tFailure Audit\tDC01.comune.example\tLogon\t\tAccesso di un account non riuscito.    Soggetto:   ID sicurezza:  S-1-0-0   Nome account:  -   Dominio account:  -   ID accesso:  0x0    Tipo di accesso:   3    A",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
            ("event_code", "4625"),
        ],
        absent: &["user_name", "user_domain", "source_ip", "source_port", "parse_error"],
    },
    Sample {
        about: "an hour that does not exist",
        text: "MSWinEventLog\t1\tSecurity\t18239\tMon Mar 16 29:12:49 2026\t4625\tMicrosoft-Windows-Security-Auditing\tN/A\tN/A\tFailure Audit\tDC01\tLogon\t\tAn account failed",
        expect: &[("parse_error", "no such day or hour")],
        absent: &["event_code", "host_name"],
    },
];
