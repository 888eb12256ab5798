//! What a format is: a name, a certain test, a reader, and samples that are tests, docs and fuzz seeds.
//!
//! Promises: whether a format reads a payload hangs on the payload alone, never on what was read before it.
//! Must not know: any one format.

use std::sync::Arc;

use schema::{EventBuilder, StreamContext};

use crate::json::Json;
use crate::time::{Clock, Stamp, When};

/// One format: how a payload is recognised and read.
#[derive(Debug, Clone, Copy)]
pub struct Format {
    /// Its name in the `format` column and for `--format`.
    pub name: &'static str,
    /// What it is, for people.
    pub title: &'static str,
    /// Where its layout is defined (RFC, vendor document).
    pub reference: &'static str,
    /// Names of programs (syslog tags, lower case) whose payloads it is asked about first.
    pub programs: &'static [&'static str],
    /// First bytes a payload of this format may have; empty when only `programs` lead to it.
    pub starts: &'static [u8],
    /// What a text cannot do without, in alternatives of an opening, of which four bytes count and `0` is any digit, and
    /// of signs in the text, the message id or the name of the first element of structured data, those behind a blank before the
    /// first blank of the text; empty when it is to be shown every text.
    pub needs: &'static [(&'static str, &'static str)],
    /// First parts of keys at the top of which an object has one; empty when it is to be shown every object.
    pub keys: &'static [&'static str],
    /// Cheap and certain: true only when the payload is of this format.
    pub recognise: fn(&Payload<'_>) -> bool,
    /// Reads a recognised payload into the open event. What it cannot read is an error, never a guess.
    pub parse: fn(&Payload<'_>, &mut EventBuilder<'_>) -> Result<(), Unreadable>,
    /// Lines and what they must become.
    pub samples: &'static [Sample],
}

/// Why a recognised payload could not be read whole; becomes `parse_error`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unreadable(pub &'static str);

/// A line of a format and the event it must become.
#[derive(Debug, Clone, Copy)]
pub struct Sample {
    /// What it shows: `truncated: …` of a line cut on its way, `hostile: …` of one that holds an attacker's text.
    pub about: &'static str,
    /// The line (or lines of one event) as the device sends it; when the format needs a stream header, that first
    /// (see [`stream`]).
    pub text: &'static str,
    /// Columns with their values as `parse` prints them; `fields.KEY` for a field.
    pub expect: &'static [(&'static str, &'static str)],
    /// Columns that must stay null.
    pub absent: &'static [&'static str],
}

impl Sample {
    /// The line was cut on its way: what is whole stays, the rest is null.
    pub fn is_truncated(&self) -> bool {
        self.about.starts_with("truncated: ")
    }

    /// The line holds a text that imitates another field or message, which moves none.
    pub fn is_hostile(&self) -> bool {
        self.about.starts_with("hostile: ")
    }
}

/// Parts a stream's text from the header that stands before it: directive lines (`#Fields: ...`; but not `# `, with
/// which MySQL's slow log opens) and a CSV header, which is marked by `%header `.
pub fn stream(text: &str) -> (StreamContext, &str) {
    let (mut directives, mut first_line, mut body) = (String::new(), None, text);
    while body.starts_with('#') && !body.starts_with("# ") {
        let (line, rest) = body.split_once('\n').unwrap_or((body, ""));
        directives.push_str(line);
        directives.push('\n');
        body = rest;
    }
    if let Some(marked) = body.strip_prefix("%header ") {
        let (line, rest) = marked.split_once('\n').unwrap_or((marked, ""));
        first_line = Some(Arc::from(line));
        body = rest;
    }
    let directives = (!directives.is_empty()).then(|| Arc::from(directives));
    (StreamContext { directives, first_line, peer: None }, body)
}

/// What a format reads: a payload, and what is known around it.
#[derive(Debug, Clone, Copy)]
pub struct Payload<'a> {
    /// The payload, without the envelope.
    pub text: &'a str,
    /// The program that wrote it by the envelope (`sshd`, `postfix/smtp`), empty when unknown.
    pub program: &'a str,
    /// A qualifier the tag had in brackets or parentheses (`pam_unix` of `sshd(pam_unix)[12]`), else empty.
    pub qualifier: &'a str,
    /// The message id of RFC 5424, else empty.
    pub message_id: &'a str,
    /// The structured data of RFC 5424 as received, else empty.
    pub structured_data: &'a str,
    /// The object of a transport whose members with `_` in front say more of the event.
    pub additional: Option<Json<'a>>,
    /// True when the envelope gave the event its time.
    pub is_stamped: bool,
    /// The payload read as one JSON object, when it is one.
    pub json: Option<&'a Json<'a>>,
    /// What a list of records says of their source, when this is one of them.
    pub resource: Option<Json<'a>>,
    /// Directive lines of the stream in force (`#Fields: ...`).
    pub directives: Option<&'a str>,
    /// First line of the stream, a CSV header perhaps.
    pub first_line: Option<&'a str>,
    /// The source's clock, for stamps that lack year or zone.
    pub clock: &'a Clock,
}

impl<'a> Payload<'a> {
    /// Gives the event the time of a stamp; false when no such day or hour exists.
    pub fn set_time(&self, event: &mut EventBuilder<'_>, when: When) -> bool {
        self.clock.resolve(when).is_some_and(|stamp| {
            set_stamp(event, stamp);
            true
        })
    }

    /// Gives the event the time of a stamp in the payload, unless the envelope's time has year and zone and
    /// so says more; false when no such day or hour exists.
    pub fn set_inner_time(&self, event: &mut EventBuilder<'_>, when: When) -> bool {
        let is_said = self.is_stamped && !event.is_set(schema::Column::TimeGuess);
        is_said || self.set_time(event, when)
    }

    /// Gives the event the time of an epoch, µs since 1970 UTC.
    pub fn set_time_us(&self, event: &mut EventBuilder<'_>, time_us: i64) {
        set_stamp(event, Stamp { time_us, guess: None });
    }
}

/// Sets the time and why it is guessed; a later stamp that is not guessed takes the word back.
pub(crate) fn set_stamp(event: &mut EventBuilder<'_>, stamp: Stamp) {
    event.timestamp_us(stamp.time_us);
    match stamp.guess {
        Some(guess) => event.text(schema::Column::TimeGuess, guess.name()),
        None => event.clear(schema::Column::TimeGuess),
    }
}
