//! Network storage: Synology DSM or QNAP QTS, by the town's choice.

use std::net::{IpAddr, Ipv4Addr};

use crate::hosts::NasMaker;
use crate::lines::{Lines, Pen};
use crate::town::Town;

/// A file operation over SMB: `verb` is `read`, `write`, `create`, `delete`, `rename`.
pub fn file(lines: &mut Lines, town: &Town, at_ms: i64, user: &str, from: Ipv4Addr, verb: &str, path: &str) {
    let mut pen = lines.line(town.hosts.nas.file, at_ms);
    match town.hosts.nas_maker {
        NasMaker::Synology => {
            pen.s("<14>").rfc3164().s(" ").s(&town.hosts.nas.name).s(" WinFileService: Event: ").s(verb);
            pen.s(", Path: /Condivisa/").s(path).s(", File/Folder: File, Size: 18.20 KB, User: ");
            pen.s(&town.netbios).s("\\").s(user).s(", IP: ").ip(from);
        }
        NasMaker::Qnap => {
            pen.s("<30>")
                .rfc3164()
                .s(" ")
                .s(&town.hosts.nas.name)
                .s(" qlogd[9321]: conn log: Users: ")
                .s(user);
            pen.s(", Source IP: ")
                .ip(from)
                .s(", Computer name: ---, Connection type: SAMBA, Accessed resources: ");
            pen.s(path).s(", Action: ").s(verb);
        }
    }
}

/// End of the nightly copy to another place.
pub fn backup(lines: &mut Lines, town: &Town, at_ms: i64, success: bool) {
    let mut pen = lines.line(town.hosts.nas.file, at_ms);
    pen.s(if success { "<14>" } else { "<11>" }).rfc3164().s(" ").s(&town.hosts.nas.name);
    pen.s(match (town.hosts.nas_maker, success) {
        (NasMaker::Synology, true) => {
            " synoimgbk: [Network][Backup-Notte] Backup task finished successfully."
        }
        (NasMaker::Synology, false) => " synoimgbk: [Network][Backup-Notte] Failed to run backup task.",
        (NasMaker::Qnap, true) => {
            " qulogd[9321]: event log: Users: System, Source IP: 127.0.0.1, Computer name: localhost, \
             Content: [Hybrid Backup Sync] Finished Backup job: \"Notte\"."
        }
        (NasMaker::Qnap, false) => {
            " qulogd[9321]: event log: Users: System, Source IP: 127.0.0.1, Computer name: localhost, \
             Content: [Hybrid Backup Sync] Failed to complete Backup job: \"Notte\"."
        }
    });
}

/// A local account is let into the administration pages.
pub fn admin_login(lines: &mut Lines, town: &Town, at_ms: i64, user: &str, from: IpAddr) {
    let mut pen = head(lines, town, at_ms);
    match town.hosts.nas_maker {
        NasMaker::Synology => {
            pen.s("Connection: User [")
                .s(user)
                .s("] from [")
                .ip(from)
                .s("] logged in successfully via [DSM].");
        }
        NasMaker::Qnap => {
            pen.s("qulogd[9321]: conn log: Users: ").s(user).s(", Source IP: ").ip(from);
            pen.s(", Computer name: ---, Connection type: HTTPS, Accessed resources: Administration, ");
            pen.s("Action: Login OK");
        }
    }
}

/// Somebody makes a local account.
pub fn user_created(lines: &mut Lines, town: &Town, at_ms: i64, (user, from): (&str, IpAddr), made: &str) {
    match town.hosts.nas_maker {
        NasMaker::Synology => {
            head(lines, town, at_ms).s("System: User [").s(made).s("] was created by [").s(user).s("].");
        }
        NasMaker::Qnap => {
            event(lines, town, at_ms, user, from).s("[Users] Created user \"").s(made).s("\".");
        }
    }
}

/// Somebody lets everybody write in the shared folder.
pub fn share_opened(lines: &mut Lines, town: &Town, at_ms: i64, (user, from): (&str, IpAddr)) {
    match town.hosts.nas_maker {
        NasMaker::Synology => {
            let mut pen = head(lines, town, at_ms);
            pen.s("System: Permissions of shared folder [Condivisa] were changed by [").s(user).s("].");
        }
        NasMaker::Qnap => {
            let mut pen = event(lines, town, at_ms, user, from);
            pen.s(
                "[Shared Folders] Changed guest access right of shared folder \"Condivisa\" to read/write.",
            );
        }
    }
}

/// Somebody takes away what was kept of day `day`: a version of the nightly copy, or a snapshot of the volume.
pub fn kept_day_removed(lines: &mut Lines, town: &Town, at_ms: i64, (user, from): (&str, IpAddr), day: &str) {
    match town.hosts.nas_maker {
        NasMaker::Synology => {
            let mut pen = head(lines, town, at_ms);
            pen.s("synobackup: [Network][Backup-Notte] Backup version ")
                .s(day)
                .s(" was deleted by ")
                .s(user)
                .s(".");
        }
        NasMaker::Qnap => {
            let mut pen = event(lines, town, at_ms, user, from);
            pen.s("[Storage & Snapshots] Deleted snapshot. Volume: DataVol1, Snapshot: GMT+01_")
                .s(day)
                .s(".");
        }
    }
}

/// A local account renames a file in the browser.
pub fn renamed(
    lines: &mut Lines,
    town: &Town,
    at_ms: i64,
    (user, from): (&str, IpAddr),
    (old, new): (&str, &str),
) {
    let mut pen = head(lines, town, at_ms);
    match town.hosts.nas_maker {
        NasMaker::Synology => {
            pen.s("FileStation: Event: rename, Path: /Condivisa/").s(old).s(" -> /Condivisa/").s(new);
            pen.s(", File/Folder: File, Size: 18.20 KB, User: ").s(user).s(", IP: ").ip(from);
        }
        NasMaker::Qnap => {
            pen.s("qulogd[9321]: conn log: Users: ").s(user).s(", Source IP: ").ip(from);
            pen.s(", Computer name: ---, Connection type: HTTPS, Accessed resources: Condivisa/").s(old);
            pen.s(" -> Condivisa/").s(new).s(", Action: Rename");
        }
    }
}

/// A line of QNAP's event log.
fn event<'a>(lines: &'a mut Lines, town: &Town, at_ms: i64, user: &str, from: IpAddr) -> Pen<'a> {
    let mut pen = head(lines, town, at_ms);
    pen.s("qulogd[9321]: event log: Users: ").s(user).s(", Source IP: ").ip(from);
    pen.s(", Computer name: ---, Content: ");
    pen
}

fn head<'a>(lines: &'a mut Lines, town: &Town, at_ms: i64) -> Pen<'a> {
    let mut pen = lines.line(town.hosts.nas.file, at_ms);
    pen.s("<14>").rfc3164().s(" ").s(&town.hosts.nas.name).s(" ");
    pen
}
