//! An entry in systemd's journal export format: lines of `KEY=value`, the cursor first. The further lines of a value are indented by a
//! tab.
//!
//! Promises: a value that is binary (its key stands alone on a line) is passed over; no line of a value is a field. Must not know:
//! the message.
//! Source: systemd, Journal Export Formats; systemd.journal-fields(7).

use super::Envelope;
use crate::time::{When, epoch};

/// Reads an entry; none when it has no message.
pub(super) fn read(text: &str) -> Option<Envelope<'_>> {
    text.strip_prefix("__CURSOR=")?;
    let mut envelope = Envelope::default();
    let (mut message, mut facility, mut unit, mut command) = (None, None, "", "");
    for (key, value) in fields(text).filter_map(|field| field.split_once('=')) {
        match key {
            "__REALTIME_TIMESTAMP" => envelope.when = epoch(value).map(When::at),
            "_HOSTNAME" => envelope.host = value,
            "SYSLOG_IDENTIFIER" => envelope.program = value,
            "_COMM" => command = value,
            "_PID" => envelope.pid = value,
            "SYSLOG_PID" if envelope.pid.is_empty() => envelope.pid = value,
            "PRIORITY" => envelope.severity = value.parse::<u8>().ok().filter(|severity| *severity < 8),
            "SYSLOG_FACILITY" => facility = value.parse::<u8>().ok().filter(|facility| *facility < 24),
            "_SYSTEMD_UNIT" => unit = value,
            "MESSAGE" => message = message.or(Some(value)),
            _ => {}
        }
    }
    envelope.payload = message?;
    envelope.program = if envelope.program.is_empty() { command } else { envelope.program };
    envelope.priority = facility.zip(envelope.severity).map(|(facility, severity)| facility * 8 + severity);
    envelope.notes = [("unit", unit), ("", "")];
    Some(envelope)
}

/// Each line with the indented lines behind it.
fn fields(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let is_end = |at: &usize| text.as_bytes().get(at + 1) != Some(&b'\t');
        let end = memchr::memchr_iter(b'\n', text.as_bytes()).find(is_end);
        let (field, behind) = match end {
            Some(end) => (text.get(..end)?, text.get(end + 1..)),
            None => (text, None),
        };
        rest = behind;
        Some(field.strip_suffix('\r').unwrap_or(field))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_gives_its_message_and_who_wrote_it() {
        let text = "__CURSOR=s=1;i=2\n__REALTIME_TIMESTAMP=1773648764112233\n_HOSTNAME=gw\nPRIORITY=6\n\
                    SYSLOG_FACILITY=10\nSYSLOG_IDENTIFIER=sshd\n_PID=12\n_SYSTEMD_UNIT=ssh.service\nMESSAGE=a=b c";
        let envelope = read(text).unwrap();
        assert_eq!((envelope.host, envelope.program, envelope.pid), ("gw", "sshd", "12"));
        assert_eq!((envelope.priority, envelope.payload), (Some(86), "a=b c"));
        assert!(read("__CURSOR=x\n_PID=1").is_none() && read("MESSAGE=x").is_none());
    }

    #[test]
    fn a_message_of_several_lines_is_one_and_none_of_them_is_a_field() {
        let text = "__CURSOR=x\n_HOSTNAME=gw\nMESSAGE=one\n\t_HOSTNAME=forged\n\t\n\tfour\nSYSLOG_IDENTIFIER=app\r\n_PID=7\n";
        let envelope = read(text).unwrap();
        assert_eq!((envelope.host, envelope.program, envelope.pid), ("gw", "app", "7"));
        assert_eq!(envelope.payload, "one\n\t_HOSTNAME=forged\n\t\n\tfour");
    }
}
