//! Windows events as the OSSEC and Wazuh agents write them in text: `WinEvtLog: CHANNEL: TYPE(ID): SOURCE: USER:
//! DOMAIN: COMPUTER: MESSAGE`.
//!
//! Promises: the id says what an event is, the message only the values in it; the header is cut from the left, which
//! the system writes. Must not know: what an event means. Source: OSSEC, `read_win_el.c`.

use schema::{Column, EventBuilder};

use super::windows::{WindowsEvent, facts_from_text, fill, put_header_texts};
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time::{When, month_day};

/// See the module.
pub static FORMAT: Format = Format {
    name: "ossec_windows",
    title: "Windows events by OSSEC and Wazuh (WinEvtLog)",
    reference: "OSSEC agent, read_win_el.c",
    programs: &["winevtlog"],
    starts: b"W12",
    needs: &[],
    keys: &[],
    recognise: |payload| Line::cut(payload).is_some(),
    parse,
    samples: SAMPLES,
};

struct Line<'a> {
    when: Option<When>,
    channel: &'a str,
    kind: &'a str,
    id: &'a str,
    source: &'a str,
    user: &'a str,
    domain: &'a str,
    computer: &'a str,
    message: &'a str,
}

/// `2026 Mar 16 09:12:44 `.
fn stamp(text: &str) -> Option<(When, &str)> {
    let (year, rest) = text.split_once(' ')?;
    let year = Some(year).filter(|year| year.len() == 4)?.parse::<i32>().ok()?;
    let (when, rest) = month_day(rest)?;
    Some((When { year: Some(year), ..when }, rest.strip_prefix(' ')?))
}

impl<'a> Line<'a> {
    fn cut(payload: &Payload<'a>) -> Option<Line<'a>> {
        let (when, text) = match stamp(payload.text) {
            Some((when, rest)) => (Some(when), rest),
            None => (None, payload.text),
        };
        let is_program = payload.program.eq_ignore_ascii_case("WinEvtLog");
        let rest = text.strip_prefix("WinEvtLog: ").or_else(|| is_program.then_some(text))?;
        let mut values = rest.splitn(7, ": ");
        let mut next = || values.next();
        let (channel, kind, source) = (next()?, next()?, next()?);
        let (user, domain, computer) = (next()?, next()?, next()?);
        let (kind, id) = kind.strip_suffix(')')?.split_once('(')?;
        let is_id = !id.is_empty() && id.len() <= 5 && id.bytes().all(|byte| byte.is_ascii_digit());
        is_id.then_some(Line {
            when,
            channel,
            kind,
            id,
            source,
            user,
            domain,
            computer,
            message: values.next().unwrap_or_default(),
        })
    }
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let line =
        Line::cut(payload).ok_or(Unreadable("expected CHANNEL: TYPE(ID): SOURCE: USER: DOMAIN: COMPUTER"))?;
    if let Some(when) = line.when
        && (!payload.is_stamped || event.is_set(Column::TimeGuess))
        && !payload.set_time(event, when)
    {
        return Err(Unreadable("no such day or hour"));
    }
    let mut record = WindowsEvent::new();
    record.id = line.id;
    record.channel = line.channel;
    record.provider = line.source;
    record.computer = line.computer;
    record.level = line.kind;
    record.kind = line.kind;
    record.message = line.message;
    if !matches!(line.user, "" | "(no user)") {
        record.account.name = line.user;
        record.account.domain = if line.domain == "no domain" { "" } else { line.domain };
    }
    put_header_texts(&record, None, None, event);
    facts_from_text(line.id.parse().unwrap_or(0), line.message, &mut record, event);
    fill(&mut record, payload, event);
    Ok(())
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a refused logon",
        text: "2026 Mar 16 09:12:44 WinEvtLog: Security: AUDIT_FAILURE(4625): Microsoft-Windows-Security-Auditing: (no user): no domain: DC01.comune.example: An account failed to log on. Subject:  Security ID:  S-1-0-0  Account Name:  -  Account Domain:  -  Logon ID:  0x0  Logon Type:   3  Account For Which Logon Failed:  Security ID:  S-1-0-0  Account Name:  mrossi  Account Domain:  COMUNE  Failure Information:  Status:   0xc000006d  Sub Status:  0xc000006a  Network Information:  Workstation Name: PC1  Source Network Address: 192.0.2.77  Source Port:  51021",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("event_code", "4625"),
            ("user_name", "mrossi"),
            ("user_domain", "COMUNE"),
            ("source_ip", "192.0.2.77"),
            ("host_name", "DC01.comune.example"),
            ("fields.reason", "wrong_credential"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "an event of an application",
        text: "WinEvtLog: Application: INFORMATION(1): Gestionale: lbianchi: COMUNE: SRV-APP: Avvio completato: ok",
        expect: &[
            ("event_action", "application_event"),
            ("user_name", "lbianchi"),
            ("user_domain", "COMUNE"),
            ("host_name", "SRV-APP"),
            ("event_provider", "Gestionale"),
        ],
        absent: &["parse_error", "event_outcome"],
    },
    Sample {
        about: "the log was cleared",
        text: "2026 Mar 16 09:13:44 WinEvtLog: Security: INFORMATION(1102): Microsoft-Windows-Eventlog: (no user): no domain: DC01: The audit log was cleared. Subject:  Security ID:  S-1-5-21-1-2-3-500  Account Name:  adm.neri  Domain Name:  COMUNE  Logon ID:  0x1",
        expect: &[("event_action", "log_cleared"), ("user_name", "adm.neri")],
        absent: &["parse_error"],
    },
    Sample {
        about: "an hour that does not exist",
        text: "2026 Mar 16 29:13:44 WinEvtLog: Security: AUDIT_SUCCESS(4624): x: (no user): no domain: DC01: y",
        expect: &[("parse_error", "no such day or hour")],
        absent: &["host_name", "event_outcome"],
    },
    Sample {
        about: "truncated: cut before its user",
        text: "2026 Mar 16 09:12:44 WinEvtLog: Security: AUDIT_FAILURE(4625): Microsoft-Windows-Security-Auditing: (no user): no domain: DC01.comune.example: An account failed to log on. Subject:  Security ID:  S-1-0-0  Account Name:  -  Account Domain:  -  Logo",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
            ("event_code", "4625"),
        ],
        absent: &["user_name", "user_domain", "source_ip", "fields.reason", "parse_error"],
    },
    Sample {
        about: "hostile: an account name that holds a header and labels",
        text: "2026 Mar 16 09:12:45 WinEvtLog: Security: AUDIT_FAILURE(4625): Microsoft-Windows-Security-Auditing: (no user): no domain: DC01: An account failed to log on. Subject:  Account Name:  -  Account For Which Logon Failed:  Account Name:  x: AUDIT_SUCCESS(4624): Source Network Address: 203.0.113.9  Account Domain:  COMUNE  Network Information:  Source Network Address: 192.0.2.77  Source Port:  1",
        expect: &[("event_outcome", "failure"), ("event_code", "4625"), ("source_ip", "192.0.2.77")],
        absent: &["parse_error"],
    },
];
