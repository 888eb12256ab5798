//! Samba `vfs_full_audit`: who opened, wrote, renamed or deleted what on a share.
//!
//! A record is `PREFIX|OPERATION|ok` or `PREFIX|OPERATION|fail (REASON)` and the operation's arguments. The prefix is
//! configurable (`full_audit:prefix`): user, address, machine and share in the order of the manual's examples.
//!
//! Promises: a path that holds `|` where two paths are told apart is an error, never a guess.
//! Must not know: the syslog envelope, files, the clock, other formats.

use std::net::IpAddr;

use memchr::memchr_iter;
use schema::{Action, Column, EventBuilder, Outcome};

use super::account::set_user;
use crate::format::{Format, Payload, Sample, Unreadable};

/// Most fields a prefix may have.
const PREFIX_FIELDS_MAX: usize = 8;

/// See the module.
pub static FORMAT: Format = Format {
    name: "samba_full_audit",
    title: "Samba full_audit (file server)",
    reference: "Samba, vfs_full_audit(8) and source3/modules/vfs_full_audit.c",
    programs: &["smbd_audit", "smbd"],
    starts: &[],
    needs: &[],
    keys: &[],
    recognise: |payload| payload.program == "smbd_audit" || Record::read(payload.text).is_some(),
    parse,
    samples: SAMPLES,
};

/// A record cut at its operation.
struct Record<'a> {
    prefix: &'a str,
    operation: &'a str,
    /// None when done, else the reason.
    failure: Option<&'a str>,
    arguments: &'a str,
}

impl<'a> Record<'a> {
    /// Cuts at the first word that is followed by a result. User names, addresses, machines and shares hold no `|`.
    fn read(text: &'a str) -> Option<Record<'a>> {
        let mut start = 0;
        for (index, bar) in memchr_iter(b'|', text.as_bytes()).take(PREFIX_FIELDS_MAX + 1).enumerate() {
            let operation = text.get(start..bar)?;
            let after = text.get(bar + 1..)?;
            if index > 0
                && !operation.is_empty()
                && operation.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
                && let Some((failure, arguments)) = result(after)
            {
                let prefix = text.get(..start.saturating_sub(1))?;
                return Some(Record { prefix, operation, failure, arguments });
            }
            start = bar + 1;
        }
        None
    }
}

/// `ok|…` or `fail (REASON)|…`: the reason of a failure, and the arguments.
fn result(text: &str) -> Option<(Option<&str>, &str)> {
    if let Some(rest) = text.strip_prefix("ok") {
        return (rest.is_empty() || rest.starts_with('|'))
            .then(|| (None, rest.strip_prefix('|').unwrap_or(rest)));
    }
    let rest = text.strip_prefix("fail (")?;
    match rest.split_once(")|") {
        Some((reason, arguments)) => Some((Some(reason), arguments)),
        None => rest.strip_suffix(')').map(|reason| (Some(reason), "")),
    }
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let record =
        Record::read(payload.text).ok_or(Unreadable("expected PREFIX|OPERATION|ok or fail (REASON)"))?;
    prefix(record.prefix, event);
    operation(&record, event)?;
    event.outcome(Outcome::of(record.failure.is_none()));
    if let Some(reason) = record.failure {
        event.field("reason", reason);
    }
    event.field("operation", record.operation);
    Ok(())
}

/// `%u|%I`, `%u|%I|%S`, `%u|%I|%m|%S` and their kin: the address is known by its shape, the user stands first
/// of the others, the share last behind the address.
fn prefix(prefix: &str, event: &mut EventBuilder<'_>) {
    let is_address = |field: &str| field.parse::<IpAddr>().is_ok();
    let mut names = prefix.split('|').filter(|field| !is_address(field));
    if let Some(address) = prefix.split('|').find(|field| is_address(field)) {
        event.ip(Column::SourceIp, address);
    }
    let Some(user) = names.next() else { return };
    set_user(event, user);
    if let Some(share) = names.next_back() {
        event.field("share", share);
    }
    if let Some(machine) = names.next() {
        event.field("client_name", machine);
    }
}

/// Action and path by the operation. `openat` does not say whether a file opened to write was there before:
/// it counts as created, `pwrite` as written.
fn operation(record: &Record<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let arguments = record.arguments;
    match record.operation {
        "connect" | "disconnect" => {
            if record.operation == "connect" {
                event.action(Action::ShareAccess);
            } else {
                event.action(Action::ApplicationEvent);
                event.field("action", record.operation);
            }
            event.text_if_said(Column::FilePath, arguments);
        }
        "rename" | "renameat" => {
            let (old, new) = arguments.split_once('|').ok_or(Unreadable("a rename without its new path"))?;
            if new.contains('|') {
                return Err(Unreadable("a rename whose two paths cannot be told apart"));
            }
            event.action(Action::FileRename);
            event.text(Column::FilePath, old);
            event.field("new_path", new);
        }
        "open" | "openat" => {
            let (mode, path) = arguments.split_once('|').ok_or(Unreadable("an open without its path"))?;
            event.action(if mode == "w" { Action::FileCreate } else { Action::FileRead });
            event.text(Column::FilePath, path);
        }
        "create_file" => create_file(arguments, event)?,
        "chmod" | "fchmod" | "chown" | "fchown" | "lchown" => {
            event.action(Action::FilePermissionChange);
            let parts = if record.operation.ends_with("chmod") { 1 } else { 2 };
            let mut path = arguments;
            for _ in 0..parts {
                path = path.rsplit_once('|').map_or(path, |(path, _)| path);
            }
            event.text_if_said(Column::FilePath, path);
            event.field("permission", arguments.get(path.len()..).unwrap_or("").trim_start_matches('|'));
        }
        "set_nt_acl" | "fset_nt_acl" | "sys_acl_set_fd" | "sys_acl_set_file" => {
            event.action(Action::FilePermissionChange);
            let path = arguments.rsplit_once(" [").map_or(arguments, |(path, _)| path);
            event.text_if_said(Column::FilePath, path);
        }
        other => {
            let action = match other {
                "read" | "pread" | "pread_recv" | "sendfile" | "opendir" | "fdopendir" => Action::FileRead,
                "write" | "pwrite" | "pwrite_recv" | "recvfile" | "ftruncate" | "fallocate" => {
                    Action::FileWrite
                }
                "mkdir" | "mkdirat" | "mknodat" | "symlinkat" | "linkat" => Action::FileCreate,
                "unlink" | "unlinkat" | "rmdir" => Action::FileDelete,
                _ => {
                    event.field("action", other);
                    Action::ApplicationEvent
                }
            };
            event.action(action);
            event.text_if_said(Column::FilePath, arguments);
        }
    }
    Ok(())
}

/// `0x12019f|file|open|PATH`: access mask, what it must be, disposition, path.
fn create_file(arguments: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let mut parts = arguments.splitn(4, '|');
    let (Some(mask), Some(object), Some(disposition), Some(path)) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(Unreadable("a create_file without its path"));
    };
    event.action(match disposition {
        "create" => Action::FileCreate,
        "overwrite" | "overwrite_if" | "supersede" => Action::FileWrite,
        _ => Action::FileRead,
    });
    event.text(Column::FilePath, path);
    event.field("access_mask", mask);
    event.field("object", object);
    event.field("disposition", disposition);
    Ok(())
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a file is renamed",
        text: r"<14>Mar 16 02:41:55 srv-file smbd_audit: BORGO\averdi|192.0.2.77|condivisa|renameat|ok|Tributi/ruolo.xlsx|Tributi/ruolo.xlsx.bak",
        expect: &[
            ("class", "file"),
            ("event_action", "file_rename"),
            ("event_outcome", "success"),
            ("user_name", "averdi"),
            ("user_domain", "BORGO"),
            ("source_ip", "192.0.2.77"),
            ("file_path", "Tributi/ruolo.xlsx"),
            ("fields.new_path", "Tributi/ruolo.xlsx.bak"),
            ("fields.share", "condivisa"),
            ("host_name", "srv-file"),
        ],
        absent: &["parse_error", "fields.reason"],
    },
    Sample {
        about: "a deletion is refused",
        text: r"<14>Mar 16 09:02:11 srv-file smbd_audit[4411]: averdi|192.0.2.77|unlinkat|fail (Permission denied)|Anagrafe/elenco.ods",
        expect: &[
            ("event_action", "file_delete"),
            ("event_outcome", "failure"),
            ("user_name", "averdi"),
            ("file_path", "Anagrafe/elenco.ods"),
            ("fields.reason", "Permission denied"),
        ],
        absent: &["user_domain", "fields.share", "parse_error"],
    },
    Sample {
        about: "a prefix with machine and share, a file opened to write",
        text: r"<14>Mar 16 09:02:12 srv-file smbd_audit: BORGO\averdi|2001:db8::4d|pc-trib-02|condivisa|openat|ok|w|Tributi/LEGGIMI.txt",
        expect: &[
            ("event_action", "file_create"),
            ("source_ip", "2001:db8::4d"),
            ("fields.client_name", "pc-trib-02"),
            ("fields.share", "condivisa"),
            ("file_path", "Tributi/LEGGIMI.txt"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "content is written",
        text: r"<14>Mar 16 09:02:13 srv-file smbd_audit: averdi|192.0.2.77|condivisa|pwrite|ok|Tributi/ruolo.xlsx",
        expect: &[("event_action", "file_write"), ("file_path", "Tributi/ruolo.xlsx")],
        absent: &["parse_error"],
    },
    Sample {
        about: "a create_file names its disposition",
        text: r"<14>Mar 16 09:02:14 srv-file smbd_audit: averdi|192.0.2.77|condivisa|create_file|ok|0x12019f|file|create|Tributi/nuovo.docx",
        expect: &[
            ("event_action", "file_create"),
            ("file_path", "Tributi/nuovo.docx"),
            ("fields.disposition", "create"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a share is reached",
        text: r"<14>Mar 16 09:02:10 srv-file smbd_audit: averdi|192.0.2.77|condivisa|connect|ok|condivisa",
        expect: &[("event_action", "share_access"), ("event_outcome", "success"), ("file_path", "condivisa")],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: a rename cut before its new path",
        text: r"<14>Mar 16 02:41:55 srv-file smbd_audit: averdi|192.0.2.77|condivisa|renameat|ok|Tributi/ruo",
        expect: &[("parse_error", "a rename without its new path"), ("host_name", "srv-file")],
        absent: &["file_path", "user_name", "event_outcome"],
    },
    Sample {
        about: "hostile: a file name that imitates a second path does not move a field",
        text: r"<14>Mar 16 02:41:55 srv-file smbd_audit: averdi|192.0.2.77|condivisa|renameat|ok|a|ok|b.txt|c.txt",
        expect: &[("parse_error", "a rename whose two paths cannot be told apart")],
        absent: &["file_path", "fields.new_path"],
    },
    Sample {
        about: "hostile: a file name that imitates a whole record stays a file name",
        text: r"<14>Mar 16 02:41:56 srv-file smbd_audit: averdi|192.0.2.77|condivisa|unlinkat|ok|x|root|198.51.100.9|renameat|ok|y",
        expect: &[
            ("event_action", "file_delete"),
            ("user_name", "averdi"),
            ("source_ip", "192.0.2.77"),
            ("file_path", "x|root|198.51.100.9|renameat|ok|y"),
        ],
        absent: &["fields.new_path", "parse_error"],
    },
];
