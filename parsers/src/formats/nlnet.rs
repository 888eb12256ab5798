//! The head of a line in the log files of NLnet Labs' servers: `[STAMP] PROGRAM[PROCESS] TEXT`.
//!
//! Promises: linear. Must not know: what the servers say.

use super::peer::is_digits;
use crate::format::{Payload, Unreadable};
use crate::time;
use schema::{Column, EventBuilder};

/// What stands in front of a text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Head<'a> {
    stamp: &'a str,
    pid: &'a str,
    pub(super) text: &'a str,
}

/// The head of a line that program wrote; none when it is not such a line.
pub(super) fn head<'a>(line: &'a str, program: &str) -> Option<Head<'a>> {
    let (stamp, rest) = line.split_once(' ').filter(|(stamp, _)| stamp.len() <= 32)?;
    // `log-time-ascii` of NSD puts date and time in the brackets: `[2026-03-16 09:12:44.112]`.
    let (stamp, rest) = match stamp.strip_prefix('[') {
        Some(inner) if !inner.ends_with(']') => line.strip_prefix('[')?.split_once("] ")?,
        Some(inner) => (inner.strip_suffix(']')?, rest),
        None => (stamp, rest),
    };
    let rest = rest.strip_prefix(program)?.strip_prefix('[')?;
    let (process, text) = rest.split_once(']')?;
    let pid = process.split(':').next().unwrap_or(process);
    let is_stamp = time::epoch(stamp).is_some() || time::iso(stamp).is_some();
    (is_stamp && is_digits(pid)).then_some(Head { stamp, pid, text: text.trim_start_matches([':', ' ']) })
}

impl Head<'_> {
    /// Writes time, pid and program into the event.
    pub(super) fn write(
        self,
        program: &str,
        payload: &Payload<'_>,
        event: &mut EventBuilder<'_>,
    ) -> Result<(), Unreadable> {
        if let Some(time_us) = time::epoch(self.stamp) {
            payload.set_time_us(event, time_us);
        } else if let Some(when) = time::iso(self.stamp)
            && !payload.set_time(event, when)
        {
            return Err(Unreadable("no such day or hour"));
        }
        event.int_text(Column::ProcessPid, self.pid);
        event.text(Column::ProcessName, program);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_stamps_are_read() {
        for (line, text) in [
            ("[1773648764] nsd[812]: info: x", "info: x"),
            ("[2026-03-16 09:12:44.112] nsd[812]: info: x", "info: x"),
            ("2026-03-16T09:12:44.112 nsd[812:0] info: x", "info: x"),
        ] {
            assert_eq!(head(line, "nsd").map(|head| head.text), Some(text), "{line}");
        }
        assert_eq!(head("[1773648764] other[812]: x", "nsd"), None);
    }
}
