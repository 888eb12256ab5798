//! Syslog header of a Linux host, in the four layouts a town hall has (RFC 3164, RFC 5424, files).

use crate::hosts::{Linux, SyslogLayout};
use crate::lines::{Lines, Pen};

/// Starts a line of `program` (with its process id, if it says so); the payload follows.
///
/// `priority` is facility × 8 + severity.
pub fn line<'a>(
    lines: &'a mut Lines,
    host: &Linux,
    at_ms: i64,
    priority: u8,
    program: &str,
    pid: Option<u32>,
) -> Pen<'a> {
    let mut pen = lines.line(host.file, at_ms);
    match host.layout {
        SyslogLayout::Network => {
            pen.s("<").n(priority).s(">").rfc3164().s(" ");
        }
        SyslogLayout::File => {
            pen.rfc3164().s(" ");
        }
        SyslogLayout::FileIso => {
            pen.rfc3339().s(" ");
        }
        SyslogLayout::Rfc5424 => {
            pen.s("<").n(priority).s(">1 ").rfc3339().s(" ").s(&host.name).s(" ").s(program);
            match pid {
                Some(pid) => pen.s(" ").n(pid).s(" - - "),
                None => pen.s(" - - - "),
            };
            return pen;
        }
    }
    pen.s(&host.name).s(" ").s(program);
    if let Some(pid) = pid {
        pen.s("[").n(pid).s("]");
    }
    pen.s(": ");
    pen
}
