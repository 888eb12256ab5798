//! Envelopes: what a transport wraps around a payload (host, program, pid, time), one file each.
//!
//! Promises: an envelope is read whole or the frame is plain; nothing of a payload is taken for it.
//! Must not know: formats.

pub(crate) mod carrier;
mod cri;
mod journal_export;
mod rfc3164;
mod rfc5424;
mod tag;

use schema::{Column, EventBuilder};

use crate::format::set_stamp;
use crate::time::{Clock, When};

/// What the envelope of a frame says.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Envelope<'a> {
    /// Facility × 8 + severity.
    pub priority: Option<u8>,
    /// Severity where it is said without a facility.
    pub severity: Option<u8>,
    /// The stamp, when there is one.
    pub when: Option<When>,
    /// Host name or address, empty when not said.
    pub host: &'a str,
    /// Program, empty when not said.
    pub program: &'a str,
    /// What the tag had in parentheses behind the program.
    pub qualifier: &'a str,
    /// Process id as written, empty when not said.
    pub pid: &'a str,
    /// Level as a word, where a header has one.
    pub level: &'a str,
    /// MSGID of RFC 5424, empty when NIL.
    pub message_id: &'a str,
    /// STRUCTURED-DATA of RFC 5424 as received, empty when NIL.
    pub structured_data: &'a str,
    /// What else a transport says of a line, (key of `fields`, value); empty where it says less.
    pub notes: [(&'static str, &'a str); 2],
    /// The payload.
    pub payload: &'a str,
}

impl<'a> Envelope<'a> {
    /// Reads the envelope of a frame; a frame without one is its own payload.
    pub fn read(frame: &'a str) -> Envelope<'a> {
        match cri::read(frame).or_else(|| journal_export::read(frame)) {
            Some(outer) => outer.with(Envelope::header(outer.payload)),
            None => Envelope::header(frame),
        }
    }

    /// With the header that was read inside of what a transport carries. What a container prints is a program's own
    /// words: there a header must say more than a stamp and two words.
    pub(crate) fn with(self, header: Envelope<'a>) -> Envelope<'a> {
        let is_printed = self.notes.first().is_some_and(|(key, _)| *key == "stream");
        if is_printed && header.pid.is_empty() && header.priority.is_none() { self } else { header.or(self) }
    }

    /// Reads a syslog header.
    fn header(frame: &'a str) -> Envelope<'a> {
        match frame.as_bytes().first() {
            Some(b'<') => {
                let Some((priority, rest)) = priority(frame) else { return Envelope::plain(frame) };
                if let Some(envelope) = rfc3164::read_usual(priority, rest) {
                    return envelope;
                }
                match rfc5424::read(rest) {
                    Some(envelope) => Envelope { priority: Some(priority), ..envelope },
                    None => Envelope { priority: Some(priority), ..rfc3164::read_after_priority(rest) },
                }
            }
            Some(b'0'..=b'9') => {
                if let Some(rest) = counted(frame) {
                    return Envelope::header(rest);
                }
                rfc3164::read_in_file(frame).unwrap_or(Envelope::plain(frame))
            }
            Some(byte) if byte.is_ascii_alphabetic() || *byte == b'/' => {
                rfc3164::read_in_file(frame).unwrap_or(Envelope::plain(frame))
            }
            _ => Envelope::plain(frame),
        }
    }

    /// This envelope, and what it does not say from the one around it.
    pub(crate) fn or(self, outer: Envelope<'a>) -> Envelope<'a> {
        let said = |inner: &'a str, outer: &'a str| if inner.is_empty() { outer } else { inner };
        let (qualifier, pid) = match self.program {
            "" => (outer.qualifier, said(self.pid, outer.pid)),
            _ => (self.qualifier, self.pid),
        };
        Envelope {
            priority: self.priority.or(outer.priority),
            severity: self.severity.or(outer.severity),
            when: self.when.or(outer.when),
            host: said(self.host, outer.host),
            program: said(self.program, outer.program),
            qualifier,
            pid,
            level: said(self.level, outer.level),
            message_id: said(self.message_id, outer.message_id),
            structured_data: said(self.structured_data, outer.structured_data),
            notes: if self.notes.iter().all(|(_, value)| value.is_empty()) {
                outer.notes
            } else {
                self.notes
            },
            payload: self.payload,
        }
    }

    fn plain(frame: &'a str) -> Envelope<'a> {
        Envelope { payload: frame, ..Envelope::default() }
    }

    /// Writes what it says into the open event; false when its stamp is no time that exists.
    pub(crate) fn write(&self, clock: &Clock, event: &mut EventBuilder<'_>) -> bool {
        if let Some(priority) = self.priority {
            event.int(Column::SyslogFacility, i64::from(priority / 8));
            event.int(Column::SyslogSeverity, i64::from(priority % 8));
        } else if let Some(severity) = self.severity {
            event.int(Column::SyslogSeverity, i64::from(severity));
        }
        event.text_if_said(Column::HostName, self.host);
        event.text_if_said(Column::ProcessName, self.program);
        event.text_if_said(Column::LogLevel, self.level);
        // Java services write a thread behind it: `websso[42:tomcat-http-5]`.
        if !event.int_text(Column::ProcessPid, self.pid)
            && let Some((pid, _thread)) = self.pid.split_once(':')
        {
            event.int_text(Column::ProcessPid, pid);
        }
        if !self.message_id.is_empty() {
            event.field("msgid", self.message_id);
        }
        for (key, value) in self.notes {
            if !value.is_empty() {
                event.field(key, value);
            }
        }
        self.when.is_none() || self.write_time(clock, event)
    }

    /// False when there is no stamp, or it is no time that exists.
    fn write_time(&self, clock: &Clock, event: &mut EventBuilder<'_>) -> bool {
        let stamp = self.when.and_then(|when| clock.resolve(when));
        stamp.is_some_and(|stamp| {
            set_stamp(event, stamp);
            true
        })
    }

    /// True when it names a process, as the system's own logger does of what runs there.
    pub(crate) fn names_process(&self) -> bool {
        !self.program.is_empty() && !self.pid.is_empty()
    }

    /// Writes host and time anew, over what a payload says of them that came from elsewhere into a program's message.
    pub(crate) fn write_origin(&self, clock: &Clock, event: &mut EventBuilder<'_>) {
        event.text_if_said(Column::HostName, self.host);
        self.write_time(clock, event);
    }

    /// Sets the time of a stamp that says year and zone, over one of the payload's that leaves them out.
    pub(crate) fn write_said_time(&self, clock: &Clock, event: &mut EventBuilder<'_>) {
        let said = self.when.filter(|when| when.year.is_some() && when.offset_s.is_some());
        if let Some(stamp) = said.and_then(|when| clock.resolve(when)) {
            set_stamp(event, stamp);
        }
    }
}

/// What follows the octet count of RFC 6587 (`123 <34>1 …`), which files of a TCP listener keep.
fn counted(frame: &str) -> Option<&str> {
    let (count, rest) = frame.split_once(' ').filter(|(count, _)| count.len() <= 6)?;
    (rest.starts_with('<') && count.bytes().all(|byte| byte.is_ascii_digit()) && priority(rest).is_some())
        .then_some(rest)
}

/// `<PRI>` with PRI 0 to 191; gives it and the rest.
fn priority(frame: &str) -> Option<(u8, &str)> {
    let bytes = frame.as_bytes();
    let close = bytes.iter().take(5).position(|byte| *byte == b'>')?;
    let digits = bytes.get(1..close).filter(|digits| !digits.is_empty())?;
    let number = digits.iter().try_fold(0, |number, byte| {
        byte.is_ascii_digit().then(|| number * 10 + u32::from(byte - b'0')).filter(|number| *number <= 191)
    })?;
    Some((number as u8, frame.get(close + 1..)?))
}
