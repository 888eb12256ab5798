//! Veeam Backup & Replication events by syslog: jobs, restore points, repositories, settings.
//!
//! The payload is one structured-data element: `[categoryId=0 instanceId=190 JobResult="2" … Description="…"]`.
//! Values hold unescaped quotes (`ChangesXML`), so a value ends where `" NAME="` or the element's end follows;
//! `Description` is last and takes the rest.
//!
//! Promises: linear; an element that does not end is an error.
//! Must not know: the syslog envelope, files, the clock, other formats.

use memchr::memmem;
use schema::{Action, Column, EventBuilder, Outcome};

use super::account::{between, set_user};
use crate::format::{Format, Payload, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "veeam",
    title: "Veeam Backup & Replication",
    reference: "Veeam Backup & Replication, Event Reference",
    programs: &["veeam_mp"],
    starts: b"[",
    needs: &[],
    keys: &[],
    recognise: |payload| payload.text.starts_with("[categoryId=") || payload.program == "Veeam_MP",
    parse,
    samples: SAMPLES,
};

/// What of an element decides.
#[derive(Default)]
struct Element<'a> {
    instance: &'a str,
    result: &'a str,
    job: &'a str,
    vm: &'a str,
    user: &'a str,
    repository: &'a str,
    changes: &'a str,
    description: &'a str,
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let Some(element) = payload.text.strip_prefix('[') else {
        event.action(Action::ApplicationEvent);
        return Ok(());
    };
    let element = element
        .trim_end()
        .strip_suffix(']')
        .ok_or(Unreadable("the structured data does not end: the message was cut"))?;
    let element = read(element);
    if element.instance.is_empty() {
        return Err(Unreadable("expected an instanceId"));
    }
    event.text(Column::EventCode, element.instance);
    let user = if element.user.is_empty() {
        // Older releases name the user in the text only.
        element.description.rsplit_once(" by user ").map_or("", |(_, user)| user.trim_end_matches('.'))
    } else {
        element.user
    };
    set_user(event, user);
    let job = if element.job.is_empty() { job_in(element.description) } else { element.job };
    if !job.is_empty() {
        event.field("job", job);
        event.text(Column::ServiceName, job);
    }
    if !element.vm.is_empty() {
        event.field("vm", element.vm);
    }
    if !element.repository.is_empty() {
        event.field("object", element.repository);
    }
    action(&element, event);
    Ok(())
}

/// The parameters of an element without its brackets.
fn read(element: &str) -> Element<'_> {
    let mut found = Element::default();
    let (head, description) = match memmem::find(element.as_bytes(), b" Description=\"") {
        Some(at) => (element.get(..at).unwrap_or(""), element.get(at + 14..).unwrap_or("")),
        None => (element, ""),
    };
    found.description = description.strip_suffix('"').unwrap_or(description);
    found.instance = between(head, "instanceId=", " ").unwrap_or("");
    let mut rest = head;
    while let Some((before, after)) = rest.split_once("=\"") {
        let name = before.rsplit(' ').next().unwrap_or(before);
        let (value, next) = value(after);
        rest = next;
        match name {
            "JobResult" | "Result" => found.result = value,
            "JobName" => found.job = value,
            "VmName" => found.vm = value,
            "UserName" => found.user = value,
            "RepositoryName" | "Name" => found.repository = value,
            "ChangesXML" => found.changes = value,
            _ => {}
        }
    }
    found
}

/// A value and what follows it. XML ends at its last `>"`, any other value at the next quote.
fn value(text: &str) -> (&str, &str) {
    let end = if text.starts_with('<') {
        memmem::find(text.as_bytes(), b"</changes>\"")
            .map(|at| at + 10)
            .or_else(|| text.find(">\"").map(|at| at + 1))
    } else {
        text.find('"')
    };
    match end {
        Some(end) => (text.get(..end).unwrap_or(""), text.get(end + 1..).unwrap_or("")),
        None => (text, ""),
    }
}

/// The job's name of `Backup job 'NAME' has been started.`; a name may hold quotes.
fn job_in(description: &str) -> &str {
    let Some((what, rest)) = description.split_once('\'') else { return "" };
    if !what.trim_end().ends_with("job") {
        return "";
    }
    ["' finished with ", "' has "].iter().find_map(|end| rest.split_once(end)).map_or("", |(name, _)| name)
}

/// What happened: the vendor words the description by the event, the result is a number beside it.
fn action(element: &Element<'_>, event: &mut EventBuilder<'_>) {
    let text = element.description;
    let what = text.split('\'').next().unwrap_or(text);
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    let is_backup_job = what.contains("ackup") && what.trim_end().ends_with("job");
    if has(&[" finished with ", " has finished with "]) {
        let outcome = result(element);
        if is_backup_job {
            event.action(Action::BackupEnd);
        } else if what.contains("estore") {
            event.action(Action::Restore);
        } else {
            event.action(Action::ApplicationEvent);
        }
        event.outcome(outcome);
    } else if has(&[" has been started"]) {
        if is_backup_job {
            event.action(Action::BackupStart);
            event.outcome(Outcome::Success);
        } else {
            event.action(Action::ApplicationEvent);
        }
    } else if has(&["malware"]) {
        event.action(Action::MalwareDetected);
        event.outcome(Outcome::Failure);
    } else if matches!(element.instance, "32900") {
        event.action(Action::SoftwareInstall);
        event.outcome(Outcome::Success);
        event.field("operation", "update");
    } else if has(&[" has been deleted", " has been removed", " have been deleted"]) {
        deleted(element, what, event);
    } else if is_change(element, text) {
        event.action(Action::ConfigChange);
        event.outcome(Outcome::Success);
        changed(element, event);
    } else {
        event.action(Action::ApplicationEvent);
    }
}

/// Restore points, backups, repositories and jobs are the way back: their loss is one action, that of
/// anything else a change of configuration.
fn deleted(element: &Element<'_>, what: &str, event: &mut EventBuilder<'_>) {
    let is_backup = matches!(element.instance, "10050" | "23090" | "28200" | "30200" | "32200")
        || ["estore point", "epository", "ackup", "edia pool", "ape"].iter().any(|word| what.contains(word));
    event.action(if is_backup { Action::BackupDelete } else { Action::ConfigChange });
    event.outcome(Outcome::Success);
    event.field("operation", "delete");
    if element.description.contains("retention policy") {
        event.field("reason", "retention");
    }
}

fn is_change(element: &Element<'_>, text: &str) -> bool {
    const VERBS: &[&str] =
        &["changed", "modified", "updated", "created", "added", "edited", "enabled", "disabled", "installed"];
    let by_person = !element.user.is_empty() || !element.changes.is_empty();
    by_person || (text.contains("etention") && VERBS.iter().any(|verb| text.contains(verb)))
}

/// The property that changed: retention when it is among them, since it is what an attacker lowers; else the first.
fn changed(element: &Element<'_>, event: &mut EventBuilder<'_>) {
    let retention = ["internal=\"Retention", "internal=\"Retain", "internal=\"RestorePoints"]
        .iter()
        .find_map(|mark| memmem::find(element.changes.as_bytes(), mark.as_bytes()));
    let at = retention.or_else(|| memmem::find(element.changes.as_bytes(), b"internal=\""));
    let property = at.and_then(|at| element.changes.get(at..)).unwrap_or("");
    let property = property.split("</property>").next().unwrap_or(property);
    if let Some(path) = between(property, "internal=\"", "\"") {
        event.field("cfg_path", path);
        for (key, open, close) in [("old", "<old>", "</old>"), ("new", "<new>", "</new>")] {
            if let Some(text) = between(property, open, close) {
                event.field(key, text);
            }
        }
    } else if element.description.contains("etention") {
        event.field("cfg_path", "retention");
    }
}

/// `JobResult` 0, 1, 2; without it the word behind `finished with`.
fn result(element: &Element<'_>) -> Outcome {
    let word = element.description.rsplit_once("finished with ").map_or("", |(_, after)| after);
    match element.result {
        "0" => Outcome::Success,
        "2" => Outcome::Failure,
        "" if word.starts_with("Success") || word.starts_with("'Success") => Outcome::Success,
        "" if word.starts_with("Failed") || word.starts_with("'Failed") => Outcome::Failure,
        _ => Outcome::Unknown,
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a backup job fails",
        text: r#"<14>1 2026-03-16T05:12:44.112+01:00 BKP01 Veeam_MP - - [origin enterpriseId="31023"] [categoryId=0 instanceId=190 JobID="7a11" JobSessionID="7a12" JobResult="2" JobType="0" SessionType="20" Version="1" Description="Backup job 'NOTTE-SERVER' finished with Failed. Job details: No space left."]"#,
        expect: &[
            ("event_action", "backup_end"),
            ("event_outcome", "failure"),
            ("fields.job", "NOTTE-SERVER"),
            ("event_code", "190"),
            ("host_name", "BKP01"),
            ("timestamp", "2026-03-16T04:12:44.112000Z"),
        ],
        absent: &["parse_error", "user_name"],
    },
    Sample {
        about: "a backup job ends well",
        text: r#"<14>1 2026-03-16T05:12:44.112+01:00 BKP01 Veeam_MP - - [origin enterpriseId="31023"] [categoryId=0 instanceId=790 JobSessionID="7a12" JobID="7a11" JobResult="0" JobType="12003" JobName="Postazioni" Version="1" Description="Agent Backup job 'Postazioni' finished with Success."]"#,
        expect: &[
            ("event_action", "backup_end"),
            ("event_outcome", "success"),
            ("fields.job", "Postazioni"),
            ("service_name", "Postazioni"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a backup job starts",
        text: r#"<14>1 2026-03-16T02:00:00.112+01:00 BKP01 Veeam_MP - - [origin enterpriseId="31023"] [categoryId=0 instanceId=110 JobSessionID="7a12" JobID="7a11" JobType="0" Version="1" Description="Backup job 'NOTTE-SERVER' has been started."]"#,
        expect: &[
            ("event_action", "backup_start"),
            ("event_outcome", "success"),
            ("fields.job", "NOTTE-SERVER"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a restore point is removed by a person",
        text: r#"<12>1 2026-03-16T05:12:44.112+01:00 BKP01 Veeam_MP - - [origin enterpriseId="31023"] [categoryId=0 instanceId=10050 OibID="9c" VmName="SRV-ANAG" IsFull="True" Version="1" Description="Restore point for VM 'SRV-ANAG' has been removed by user BORGO\srv_copie."]"#,
        expect: &[
            ("event_action", "backup_delete"),
            ("event_outcome", "success"),
            ("user_name", "srv_copie"),
            ("user_domain", "BORGO"),
            ("fields.vm", "SRV-ANAG"),
        ],
        absent: &["parse_error", "fields.reason"],
    },
    Sample {
        about: "retention is lowered",
        text: r#"<14>1 2026-03-16T05:12:44.112+01:00 BKP01 Veeam_MP - - [origin enterpriseId="31023"] [categoryId=0 instanceId=23050 JobID="7a11" JobName="NOTTE-SERVER" ChangesXML="<changes><object><property internal="Description" type="String"><old>a</old><new>b</new></property><property internal="RetentionDays" type="Integer"><old>30</old><new>2</new></property></object></changes>" UserName="BORGO\srv_copie" Version="1" Description="Backup job 'NOTTE-SERVER' has been modified."]"#,
        expect: &[
            ("event_action", "config_change"),
            ("fields.cfg_path", "RetentionDays"),
            ("fields.old", "30"),
            ("fields.new", "2"),
            ("user_name", "srv_copie"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: a message cut by the transport",
        text: r#"<14>1 2026-03-16T05:12:44.112+01:00 BKP01 Veeam_MP - - [origin enterpriseId="31023"] [categoryId=0 instanceId=190 JobID="7a11" JobResult="2" Description="Backup job 'NOTTE"#,
        expect: &[
            ("parse_error", "the structured data does not end: the message was cut"),
            ("host_name", "BKP01"),
        ],
        absent: &["event_code", "fields.job"],
    },
    Sample {
        about: "hostile: a job's name that imitates a result and a user does not move them",
        text: r#"<14>1 2026-03-16T05:12:44.112+01:00 BKP01 Veeam_MP - - [origin enterpriseId="31023"] [categoryId=0 instanceId=190 JobResult="2" JobType="0" Version="1" Description="Backup job 'x' finished with Success. UserName="root" JobResult="0' finished with Failed. Disk."]"#,
        expect: &[("event_action", "backup_end"), ("event_outcome", "failure"), ("event_code", "190")],
        absent: &["user_name"],
    },
];
