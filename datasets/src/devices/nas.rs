//! Network storage: Synology DSM or QNAP QTS, by the town's choice.

use std::net::Ipv4Addr;

use crate::hosts::NasMaker;
use crate::lines::Lines;
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
            " qlogd[9321]: event log: Users: System, [Hybrid Backup Sync] Finished Backup job: Notte."
        }
        (NasMaker::Qnap, false) => {
            " qlogd[9321]: event log: Users: System, [Hybrid Backup Sync] Failed Backup job: Notte."
        }
    });
}
