//! Windows events as Azure's diagnostics extension hands them on (`WindowsEventLogsTable`): JSON around the XML.
//!
//! Promises: `fields` holds the event under the names Sigma uses. Must not know: what an event means.
//! Source: Microsoft, "Azure Diagnostics extension, event logs".

use schema::{Column, EventBuilder};

use super::windows::{
    Unescaped, WindowsEvent, facts_from_text, fill, is_event_xml, put_header_texts, read_xml,
};
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::json::{Json, Kind};

/// See the module.
pub static FORMAT: Format = Format {
    name: "azure_windows",
    title: "Windows events by Azure diagnostics",
    reference: "Microsoft, Azure Diagnostics extension (WindowsEventLogsTable)",
    programs: &[],
    starts: b"{",
    needs: &[],
    keys: &["category"],
    recognise: |payload| payload.json.is_some_and(is_table),
    parse,
    samples: SAMPLES,
};

fn is_table(json: &Json<'_>) -> bool {
    json.scalar("category") == Some("WindowsEventLogsTable")
        && (json.get("properties.EventId").is_some() || json.get("properties.RawXml").is_some())
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let json = payload.json.filter(|json| is_table(json)).ok_or(Unreadable("expected the event's table"))?;
    let get = |path: &str| json.scalar(path).unwrap_or_default();
    let xml = get("properties.RawXml");
    let unescaped = Unescaped::of(xml);
    let mut record = WindowsEvent::new();
    if !(is_event_xml(xml) && read_xml(xml, &unescaped, &mut record, event)) {
        record.id = get("properties.EventId");
        record.channel = get("properties.Channel");
        record.provider = get("properties.ProviderName");
        record.message = get("properties.Description");
        put_header_texts(
            &record,
            json.scalar("properties.Level").map(|level| (Kind::Number, level)),
            None,
            event,
        );
        facts_from_text(record.id.parse().unwrap_or(0), record.message, &mut record, event);
    }
    if record.id.is_empty() {
        return Err(Unreadable("no EventID"));
    }
    if record.stamp.is_empty() {
        record.stamp = get("time");
    }
    record.level = get("level");
    fill(&mut record, payload, event);
    if !event.is_set(Column::HostName) {
        // The virtual machine's name behind an underscore.
        let instance = get("properties.RoleInstance");
        event.text_if_said(Column::HostName, instance.strip_prefix('_').unwrap_or(instance));
    }
    Ok(())
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a program started",
        text: r#"{"time":"2026-03-16T08:12:44.4121000Z","category":"WindowsEventLogsTable","level":"Informational","properties":{"RoleInstance":"_SRV-AZ","ProviderName":"Microsoft-Windows-Security-Auditing","EventId":4688,"Level":0,"Channel":"Security","Description":"A new process has been created.","RawXml":"<Event xmlns='x'><System><Provider Name='Microsoft-Windows-Security-Auditing'/><EventID>4688</EventID><Level>0</Level><Keywords>0x8020000000000000</Keywords><TimeCreated SystemTime='2026-03-16T08:12:44.4121000Z'/><Channel>Security</Channel><Computer>SRV-AZ.comune.example</Computer></System><EventData><Data Name='SubjectUserName'>lbianchi</Data><Data Name='NewProcessName'>C:\\Windows\\System32\\whoami.exe</Data><Data Name='CommandLine'>whoami /all</Data></EventData></Event>"}}"#,
        expect: &[
            ("event_action", "process_start"),
            ("user_name", "lbianchi"),
            ("process_executable", "C:\\Windows\\System32\\whoami.exe"),
            ("process_command_line", "whoami /all"),
            ("host_name", "SRV-AZ.comune.example"),
            ("timestamp", "2026-03-16T08:12:44.412100Z"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "no XML: the rendered message, a refused logon",
        text: r#"{"time":"2026-03-16T08:12:45Z","category":"WindowsEventLogsTable","level":"Informational","properties":{"RoleInstance":"_SRV-AZ","ProviderName":"Microsoft-Windows-Security-Auditing","EventId":4625,"Level":0,"Channel":"Security","Description":"An account failed to log on.\r\n\r\nSubject:\r\n\tSecurity ID:\t\tS-1-0-0\r\n\tAccount Name:\t\t-\r\n\tAccount Domain:\t\t-\r\n\r\nLogon Type:\t\t\t3\r\n\r\nAccount For Which Logon Failed:\r\n\tSecurity ID:\t\tS-1-0-0\r\n\tAccount Name:\t\tmrossi\r\n\tAccount Domain:\t\tCOMUNE\r\n\r\nFailure Information:\r\n\tStatus:\t\t\t0xC000006D\r\n\tSub Status:\t\t0xC000006A\r\n\r\nNetwork Information:\r\n\tWorkstation Name:\tPC1\r\n\tSource Network Address:\t198.51.100.7\r\n\tSource Port:\t\t51021\r\n"}}"#,
        expect: &[
            ("event_outcome", "failure"),
            ("user_name", "mrossi"),
            ("user_domain", "COMUNE"),
            ("source_ip", "198.51.100.7"),
            ("source_port", "51021"),
            ("fields.reason", "wrong_credential"),
            ("host_name", "SRV-AZ"),
        ],
        absent: &["parse_error", "user_id"],
    },
    Sample {
        about: "a driver's event nobody maps",
        text: r#"{"time":"2026-03-16T08:12:46Z","category":"WindowsEventLogsTable","properties":{"RoleInstance":"_SRV-AZ","ProviderName":"x","EventId":10001,"Channel":"Application","Description":"started"}}"#,
        expect: &[("event_action", "application_event"), ("event_code", "10001"), ("host_name", "SRV-AZ")],
        absent: &["parse_error", "event_outcome"],
    },
    Sample {
        about: "XML that is cut: what stands beside it",
        text: r#"{"time":"2026-03-16T08:12:47Z","category":"WindowsEventLogsTable","properties":{"RoleInstance":"_SRV-AZ","ProviderName":"Microsoft-Windows-Security-Auditing","EventId":1102,"Channel":"Security","RawXml":"<Event xmlns='x'><System><EventID>11"}}"#,
        expect: &[("event_action", "log_cleared"), ("event_code", "1102")],
        absent: &["parse_error", "user_name"],
    },
    Sample {
        about: "no event id at all",
        text: r#"{"time":"2026-03-16T08:12:47Z","category":"WindowsEventLogsTable","properties":{"RawXml":"x"}}"#,
        expect: &[("parse_error", "no EventID")],
        absent: &["host_name", "event_code"],
    },
    Sample {
        about: "truncated: cut before its user",
        text: r#"{"time":"2026-03-16T08:12:45Z","category":"WindowsEventLogsTable","level":"Informational","properties":{"RoleInstance":"_SRV-AZ","ProviderName":"Microsoft-Windows-Security-Auditing","EventId":4625,"Level":0,"Channel":"Security","Description":"An account failed to log on.\r\n\r\nSubject:\r\n\tSecurity ID:\t\tS-1-0-0\r\n\tAccount Nam"#,
        expect: &[
            ("parse_error", "the object ends too early"),
            ("event_outcome", "failure"),
            ("host_name", "SRV-AZ"),
        ],
        absent: &["user_name", "user_domain", "source_ip", "source_port"],
    },
    Sample {
        about: "hostile: an account whose name holds labels",
        text: r#"{"time":"2026-03-16T08:12:48Z","category":"WindowsEventLogsTable","properties":{"ProviderName":"Microsoft-Windows-Security-Auditing","EventId":4625,"Channel":"Security","Description":"An account failed to log on.\r\n\r\nSubject:\r\n\tSecurity ID:\t\tS-1-0-0\r\n\tAccount Name:\t\t-\r\n\r\nAccount For Which Logon Failed:\r\n\tAccount Name:\t\tx Source Network Address: 203.0.113.9\r\n\r\nNetwork Information:\r\n\tSource Network Address:\t198.51.100.7\r\n"}}"#,
        expect: &[("source_ip", "198.51.100.7"), ("event_outcome", "failure")],
        absent: &["parse_error"],
    },
];
