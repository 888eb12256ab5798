//! What Linux says around a session or by itself: sudo, su, cron, systemd, chronyd.

use super::syslog;
use crate::hosts::Linux;
use crate::lines::Lines;

const AUTH_NOTICE: u8 = 85;
const CRON_INFO: u8 = 78;
const DAEMON_INFO: u8 = 30;

/// `user` runs `command` as root.
pub fn sudo(lines: &mut Lines, host: &Linux, at_ms: i64, user: &str, command: &str) {
    let mut pen = syslog::line(lines, host, at_ms, AUTH_NOTICE, "sudo", None);
    pen.s(" ").s(user).s(" : TTY=pts/0 ; PWD=/home/").s(user).s(" ; USER=root ; COMMAND=").s(command);
    let mut pen = syslog::line(lines, host, at_ms + 3, AUTH_NOTICE + 1, "sudo", None);
    pen.s("pam_unix(sudo:session): session opened for user root(uid=0) by ").s(user).s("(uid=1004)");
}

/// A service's account runs `command` as root from one of its folders.
pub fn sudo_from(lines: &mut Lines, host: &Linux, at_ms: i64, user: &str, folder: &str, command: &str) {
    let mut pen = syslog::line(lines, host, at_ms, AUTH_NOTICE, "sudo", None);
    pen.s(" ").s(user).s(" : TTY=pts/1 ; PWD=").s(folder).s(" ; USER=root ; COMMAND=").s(command);
}

/// `user` may not run `command` as root.
pub fn sudo_refused(lines: &mut Lines, host: &Linux, at_ms: i64, user: &str, command: &str) {
    let mut pen = syslog::line(lines, host, at_ms, AUTH_NOTICE - 4, "sudo", None);
    pen.s(" ").s(user).s(" : user NOT in sudoers ; TTY=pts/0 ; PWD=/home/").s(user);
    pen.s(" ; USER=root ; COMMAND=").s(command);
}

/// `user` becomes `target`.
pub fn su(lines: &mut Lines, host: &Linux, at_ms: i64, pid: u32, user: &str, target: &str) {
    let mut pen = syslog::line(lines, host, at_ms, AUTH_NOTICE + 1, "su", Some(pid));
    pen.s("(to ").s(target).s(") ").s(user).s(" on pts/1");
}

/// A cron job of `user` starts.
pub fn cron(lines: &mut Lines, host: &Linux, at_ms: i64, pid: u32, user: &str, command: &str) {
    let mut pen = syslog::line(lines, host, at_ms, CRON_INFO, "CRON", Some(pid));
    pen.s("(").s(user).s(") CMD (").s(command).s(")");
}

/// A systemd unit changes state: `verb` is `Started`, `Stopped`, `Starting`, `Stopping`, `Reloaded`...
pub fn unit(lines: &mut Lines, host: &Linux, at_ms: i64, verb: &str, unit: &str, description: &str) {
    let mut pen = syslog::line(lines, host, at_ms, DAEMON_INFO, "systemd", Some(1));
    pen.s(verb).s(" ").s(unit).s(" - ").s(description).s(".");
}

/// A line of any other daemon.
pub fn daemon(lines: &mut Lines, host: &Linux, at_ms: i64, program: &str, pid: u32, text: &str) {
    syslog::line(lines, host, at_ms, DAEMON_INFO, program, Some(pid)).s(text);
}
