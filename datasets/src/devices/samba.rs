//! Samba `vfs_full_audit` of the file server, over syslog (prefix `%u|%I|%S`).

use std::net::Ipv4Addr;

use super::syslog;
use crate::lines::{Lines, Pen};
use crate::people::Person;
use crate::town::Town;

/// A file operation of somebody: `operation` such as `openat`, `unlinkat`, `renameat`, `mkdirat`;
/// `paths` are one, or two for a rename (old, new).
pub fn operation(
    lines: &mut Lines,
    town: &Town,
    at_ms: i64,
    who: (&Person, Ipv4Addr),
    operation: &str,
    paths: &[&str],
) {
    let mut pen = head(lines, town, at_ms, who);
    pen.s(operation).s("|ok");
    for path in paths {
        pen.s("|").s(path);
    }
}

/// A file is opened: to read (`r`) or to write (`w`).
pub fn opened(lines: &mut Lines, town: &Town, at_ms: i64, who: (&Person, Ipv4Addr), mode: &str, path: &str) {
    head(lines, town, at_ms, who).s("openat|ok|").s(mode).s("|").s(path);
}

fn head<'a>(lines: &'a mut Lines, town: &Town, at_ms: i64, (person, from): (&Person, Ipv4Addr)) -> Pen<'a> {
    let mut pen = syslog::line(lines, &town.hosts.files, at_ms, 14, "smbd_audit", None);
    pen.s(&town.netbios).s("\\").s(&person.login).s("|").ip(from).s("|condivisa|");
    pen
}
