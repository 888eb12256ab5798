//! Citrix ADC (NetScaler): `STAMP HOST 0-PPE-0 : PARTITION FEATURE EVENT NUMBER 0 : text`, the management shell's
//! commands, and its web server's access log.
//!
//! Promises: linear; keys stand behind ` - `; of two values of one key the first counts, but at a refused login, whose
//! user name a stranger chose, the last.
//! Must not know: the syslog envelope. Source: Citrix ADC 14.1, Syslog Message Reference.

mod access;
mod said;
mod samples;

use std::sync::LazyLock;

use memchr::memmem::Finder;
use schema::{Column, EventBuilder};

use super::peer;
use crate::format::{Format, Payload, Unreadable};
use crate::time::{When, iso_prefix};

/// See the module.
pub static FORMAT: Format = Format {
    name: "citrix_adc",
    title: "Citrix ADC (NetScaler)",
    reference: "Citrix ADC 14.1, Syslog Message Reference",
    programs: &["bash", "nsshell"],
    starts: b"\"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ[",
    needs: &[("", "-:"), ("", "=\"_"), ("", "->[]")],
    keys: &[],
    recognise: |payload| {
        let text = payload.text;
        Line::read(text).is_some() || access::shell(text).is_some() || access::request(text).is_some()
    },
    parse,
    samples: samples::SAMPLES,
};

/// Longest head before the ` : ` of a message.
const HEAD_BYTES_MAX: usize = 256;

/// Made once: lines of many other devices are searched too.
static ENGINE: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"PPE-"));

/// A message cut at its heads.
struct Line<'a> {
    stamp: &'a str,
    is_utc: bool,
    host: &'a str,
    feature: &'a str,
    name: &'a str,
    text: &'a str,
}

impl<'a> Line<'a> {
    fn read(text: &'a str) -> Option<Line<'a>> {
        let text = text.strip_prefix('"').unwrap_or(text);
        let window = text.as_bytes().get(..text.len().min(HEAD_BYTES_MAX))?;
        // Most lines of others have not even its letter so near.
        memchr::memchr(b'P', window)?;
        let at = ENGINE.find(window)?;
        let (head, rest) = text.split_at_checked(at)?;
        let (engine, rest) = rest.split_once(" : ")?;
        if !peer::is_digits(engine.strip_prefix("PPE-")?.trim_end()) {
            return None;
        }
        // `0-` of a cluster node stands before the engine.
        let head = head.trim_end_matches(|c: char| c.is_ascii_digit() || c == '-').trim_end();
        let mut line = Line { stamp: "", is_utc: false, host: "", feature: "", name: "", text: "" };
        for word in head.split(' ').filter(|word| !word.is_empty()) {
            match word {
                "GMT" => line.is_utc = true,
                _ if when(word).is_some() => line.stamp = word,
                _ => line.host = word,
            }
        }
        // `[PARTITION ]FEATURE EVENT NUMBER [0] : text`
        let (names, said) = rest.split_once(" : ").or_else(|| rest.split_once(" :"))?;
        let mut words = names.split(' ').filter(|word| !word.is_empty()).rev();
        let mut name = words.next()?;
        while peer::is_digits(name) {
            name = words.next()?;
        }
        line.name = name;
        line.feature = words.next()?;
        line.text = said.trim_start();
        let is_word = |word: &str| word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        (is_word(line.name) && is_word(line.feature)).then_some(line)
    }
}

/// `03/16/2026:09:12:44`, `16/03/2026:…`, `2026/03/16:…`: month first is the device's default.
fn when(stamp: &str) -> Option<When> {
    let (date, time) = stamp.split_once(':').filter(|(date, _)| date.len() == 10)?;
    let mut parts = date.split('/').map(|part| part.parse::<i32>().ok());
    let (first, second, third) = (parts.next()??, parts.next()??, parts.next()??);
    let (year, month, day) = match (first, second, third) {
        (year, month, day) if year > 31 => (year, month, day),
        (day, month, year) if day > 12 => (year, month, day),
        (month, day, year) => (year, month, day),
    };
    // The hour is read by the reader of ISO stamps, on a day of its own.
    let mut text = *b"2000-01-01 00:00:00";
    for (slot, byte) in text.iter_mut().skip(11).zip(time.bytes()) {
        *slot = byte;
    }
    let (when, _) = iso_prefix(std::str::from_utf8(&text).ok()?).filter(|_| time.len() == 8)?;
    Some(When { year: Some(year), month: u8::try_from(month).ok()?, day: u8::try_from(day).ok()?, ..when })
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    event.text(Column::ObserverVendor, "Citrix");
    event.text(Column::ObserverProduct, "ADC");
    let Some(line) = Line::read(payload.text) else {
        return access::read(payload, event);
    };
    if let Some(when) = when(line.stamp) {
        let when = if line.is_utc { when.in_utc() } else { when };
        if !payload.set_time(event, when) {
            return Err(Unreadable("no such day or hour"));
        }
    }
    event.text_if_said(Column::HostName, line.host);
    event.field("feature", line.feature);
    event.field("action", line.name);
    said::read(line.feature, line.name, line.text, event);
    Ok(())
}
