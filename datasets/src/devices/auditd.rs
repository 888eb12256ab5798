//! Linux audit records, handed to syslog by audisp.

use super::syslog;
use crate::hosts::Linux;
use crate::lines::{Lines, Pen};

/// A started program, as the kernel sees it.
#[derive(Debug, Clone, Copy)]
pub struct Program<'a> {
    /// User the process runs as: 33 is `www-data`.
    pub uid: u32,
    /// Process, and its parent.
    pub pids: (u32, u32),
    /// File that was executed.
    pub file: &'a str,
    /// Arguments, the program's own name first.
    pub arguments: &'a [&'a str],
    /// Key of the audit rule that matched.
    pub key: &'a str,
}

/// A program is started: the system call and its arguments, two records of one serial.
pub fn started(lines: &mut Lines, host: &Linux, at_ms: i64, program: &Program<'_>) {
    let name = program.file.rsplit('/').next().unwrap_or(program.file);
    let mut pen = record(lines, host, at_ms, "SYSCALL");
    pen.s("arch=c000003e syscall=59 success=yes exit=0 a0=55d0c2 a1=55d0c4 a2=55d0c8 a3=8 items=2 ppid=");
    pen.n(program.pids.1).s(" pid=").n(program.pids.0).s(" auid=4294967295 uid=").n(program.uid);
    pen.s(" gid=").n(program.uid).s(" euid=").n(program.uid).s(" tty=(none) ses=4294967295 comm=\"").s(name);
    pen.s("\" exe=\"").s(program.file).s("\" key=\"").s(program.key).s("\"");
    let mut pen = record(lines, host, at_ms, "EXECVE");
    pen.s("argc=").n(program.arguments.len());
    for (place, argument) in program.arguments.iter().enumerate() {
        pen.s(" a").n(place).s("=");
        value(&mut pen, argument);
    }
}

/// The audit's own configuration changes: `change` such as `op=remove_rule key="comune" list=4`.
pub fn configured(lines: &mut Lines, host: &Linux, at_ms: i64, auid: u32, change: &str) {
    record(lines, host, at_ms, "CONFIG_CHANGE").s("auid=").n(auid).s(" ses=12 ").s(change).s(" res=1");
}

/// Starts a record; those of one instant share their serial.
fn record<'a>(lines: &'a mut Lines, host: &Linux, at_ms: i64, kind: &str) -> Pen<'a> {
    let mut pen = syslog::line(lines, host, at_ms, 14, "audisp-syslog", Some(588));
    pen.s("type=").s(kind).s(" msg=audit(").n(at_ms.div_euclid(1_000)).millis(".");
    pen.s(":").n(at_ms.rem_euclid(8_999_993)).s("): ");
    pen
}

/// A text in quotes, or in hexadecimal when it holds a blank or a quote.
fn value(pen: &mut Pen<'_>, text: &str) {
    if text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"') {
        pen.s("\"").s(text).s("\"");
        return;
    }
    let digits: String = text.bytes().map(|byte| format!("{byte:02X}")).collect();
    pen.s(&digits);
}
