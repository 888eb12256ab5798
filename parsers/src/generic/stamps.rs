//! A moment in text nobody described: every layout that says its own date beyond doubt.
//!
//! Day and month are told apart by size, by AM/PM (month first), by dots (day first), by the receive time
//! (what would lie ahead is not meant), else day first, as Italy writes it, and the guess is named.
//!
//! Promises: a bounded look at the head of a text. Must not know: keys, products.

use crate::time::{self, Clock, Guess, Stamp, When};

/// A moment as written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Moment {
    /// A civil time.
    When(When),
    /// A civil time whose day and month are not told apart: day first.
    Either(When),
    /// µs since 1970 UTC.
    Epoch(i64),
}

/// 2000-01-01 and 2100-01-01 in seconds: numbers outside are no times of a log.
const EPOCH_S: std::ops::Range<i64> = 946_684_800..4_102_444_800;
/// How far a stamp may lie ahead of the receive time before the other reading is meant.
const AHEAD_US: i64 = 86_400_000_000;

impl Moment {
    /// The same with the offset that stands under a key of its own, when it has none.
    pub(super) fn in_zone(self, text: &str) -> Moment {
        let with = |when: When| When { offset_s: when.offset_s.or_else(|| zone(text.trim()).0), ..when };
        match self {
            Moment::When(when) => Moment::When(with(when)),
            Moment::Either(when) => Moment::Either(with(when)),
            Moment::Epoch(_) => self,
        }
    }

    /// The instant, by the source's clock.
    pub(super) fn resolve(self, clock: &Clock) -> Option<Stamp> {
        match self {
            Moment::When(when) => clock.resolve(when),
            Moment::Epoch(time_us) => Some(Stamp { time_us, guess: None }),
            Moment::Either(day_first) => {
                let month_first = When { day: day_first.month, month: day_first.day, ..day_first };
                let (day_first, month_first) = (clock.resolve(day_first)?, clock.resolve(month_first)?);
                let is_ahead = |stamp: Stamp| stamp.time_us > clock.received_us + AHEAD_US;
                if is_ahead(day_first) && !is_ahead(month_first) {
                    return Some(month_first);
                }
                Some(Stamp { guess: day_first.guess.or(Some(Guess::Ambiguous)), ..day_first })
            }
        }
    }
}

/// A number as a moment, by its digits and size.
pub(super) fn number(text: &str) -> Option<Moment> {
    let (whole, _) = text.split_once('.').unwrap_or((text, ""));
    let time_us = match whole.len() {
        9..=11 => time::epoch_fraction(text).filter(|(_, rest)| rest.is_empty())?.0,
        12..=20 if whole.bytes().all(|byte| byte.is_ascii_digit()) => {
            time::epoch(whole).filter(is_of_log).or_else(|| file_time(whole))?
        }
        _ => return None,
    };
    is_of_log(&time_us).then_some(Moment::Epoch(time_us))
}

fn is_of_log(time_us: &i64) -> bool {
    EPOCH_S.contains(&(time_us / 1_000_000))
}

/// Windows' tenths of microseconds since 1601, in µs since 1970.
fn file_time(text: &str) -> Option<i64> {
    let tenths = text.parse::<i64>().ok().filter(|_| text.len() == 18)?;
    Some(tenths / 10 - 11_644_473_600_000_000)
}

/// True when a moment may open a text: a digit, perhaps behind a bracket.
pub(super) fn opens(text: &str) -> bool {
    text.trim_start_matches('[').starts_with(|first: char| first.is_ascii_digit())
}

/// The moment a text opens with, and what follows it.
pub(super) fn prefix(text: &str) -> Option<(Moment, &str)> {
    let first = *text.as_bytes().first()?;
    if first.is_ascii_digit() {
        let when = |(when, rest): (When, _)| (Moment::When(when), rest);
        time::iso_prefix(text)
            .or_else(|| time::clf(text))
            .map(when)
            .or_else(|| year_first(text).map(when))
            .or_else(|| day_name_year(text).map(when))
            .or_else(|| numeric(text))
            .or_else(|| hour_first(text))
            .filter(|(moment, _)| is_plausible(*moment))
    } else if first.is_ascii_alphabetic() {
        month_name(text)
            .map(|(when, rest)| (Moment::When(when), rest))
            .filter(|(moment, _)| is_plausible(*moment))
    } else {
        None
    }
}

fn is_plausible(moment: Moment) -> bool {
    match moment {
        Moment::When(when) | Moment::Either(when) => {
            when.year.is_none_or(|year| (1990..2100).contains(&year))
                && (1..=12).contains(&when.month)
                && (1..=31).contains(&when.day)
                && when.hour < 24
                && when.minute < 60
                && when.second <= 60
        }
        Moment::Epoch(_) => true,
    }
}

/// How much of a text is searched for a moment nothing introduces.
const HEAD_BYTES: usize = 240;

/// The first moment of a text's head that says its year (else the one it opens with), and where it stands.
pub(super) fn in_head(text: &str) -> Option<(Moment, usize)> {
    let bytes = text.as_bytes();
    let mut yearless = None;
    let mut previous = b' ';
    for (at, byte) in bytes.iter().take(HEAD_BYTES).enumerate() {
        let opens = matches!(
            previous,
            b' ' | b'[' | b'(' | b'"' | b'\'' | b'<' | b'>' | b'|' | b',' | b';' | b'\t' | b'{'
        );
        if opens
            && byte.is_ascii_alphanumeric()
            && !is_value(bytes, at)
            && let Some(rest) = text.get(at..)
        {
            match prefix(rest) {
                Some((Moment::When(when), _)) if when.year.is_none() => {
                    yearless = yearless.or((at <= 16).then_some((Moment::When(when), at)));
                }
                Some((moment, _)) => return Some((moment, at)),
                None if byte.is_ascii_digit() && (at <= 12 || previous == b'(' && at <= 64) => {
                    if let Some(moment) = head_number(rest) {
                        return Some((moment, at));
                    }
                }
                None => {}
            }
        }
        // The letter that ends a terminal's colour opens too.
        let is_colour =
            *byte == b'm' && bytes.get(at.saturating_sub(8)..at).is_some_and(|before| before.contains(&0x1b));
        previous = if is_colour { b' ' } else { *byte };
    }
    yearless
}

/// True when what stands before `at` is a key and its sign: such a moment is the key's.
fn is_value(bytes: &[u8], at: usize) -> bool {
    let before = bytes.get(..at).unwrap_or_default();
    let sign = before.iter().rev().find(|byte| !matches!(byte, b' ' | b'"' | b'\''));
    matches!(sign, Some(b'=' | b':'))
}

/// A number that opens a line and is a moment: with a fraction, or with nothing but its end and a sign or blank.
fn head_number(text: &str) -> Option<Moment> {
    let end = text.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'.').count();
    let token = text.get(..end)?;
    // Some write a counter behind a second point.
    let token = match token.match_indices('.').nth(1) {
        Some((at, _)) => token.get(..at)?,
        None => token,
    };
    matches!(text.as_bytes().get(end), None | Some(b' ' | b']' | b'\t' | b',' | b'|' | b';' | b':' | b')'))
        .then(|| number(token.trim_end_matches('.')))?
}

/// `yyyy-mm-dd`, and what follows.
pub(super) fn day(text: &str) -> Option<(i32, u8, u8)> {
    let bytes = text.as_bytes();
    let separator = *bytes.get(4)?;
    (matches!(separator, b'-' | b'/') && bytes.get(7) == Some(&separator) && bytes.len() == 10)
        .then_some(())?;
    Some((digits(text.get(..4)?)? as i32, digits(text.get(5..7)?)? as u8, digits(text.get(8..10)?)? as u8))
}

/// Longest hour with AM or PM and a zone.
const HOUR_BYTES_MAX: usize = 32;

/// The day a text opens with that says no hour (`16/03/2026`, `2026.03.16`, `20260316`).
pub(super) fn day_alone(text: &str) -> Option<&str> {
    let is_of_day = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'-' | b'/' | b'.');
    let length = text.bytes().take(11).take_while(|byte| is_of_day(byte)).count();
    let day = text.get(..length).filter(|day| (8..=10).contains(&day.len()))?;
    joined(day, "00:00:00").map(|_| day)
}

/// True for a text that opens with an hour (`9:12`, `09:12:44`, `091244`).
pub(super) fn is_hour(text: &str) -> bool {
    let numerals = text.bytes().take_while(u8::is_ascii_digit).count();
    numerals == 6 || time_of_day(text).is_some()
}

/// A day and an hour that stand under keys of their own.
pub(super) fn joined(date: &str, hour: &str) -> Option<Moment> {
    if let Some((year, month, day)) = day(date) {
        let (of_day, rest) = time_of_day(hour)?;
        let (offset_s, _) = zone(rest);
        let when = of_day.on(Some(year), month, day, offset_s);
        return Some(Moment::When(when)).filter(|moment| is_plausible(*moment));
    }
    if date.is_empty() || hour.is_empty() {
        return None;
    }
    let hour = hour.get(..hour.floor_char_boundary(HOUR_BYTES_MAX))?;
    prefix(&format!("{date} {hour}")).map(|(moment, _)| moment)
}

fn digits(text: &str) -> Option<u32> {
    (!text.is_empty() && text.len() <= 9 && text.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| text.parse().ok())?
}

#[derive(Debug, Clone, Copy)]
struct OfDay {
    hour: u8,
    minute: u8,
    second: u8,
    micros: u32,
    /// True when AM or PM followed.
    is_half: bool,
}

impl OfDay {
    fn on(self, year: Option<i32>, month: u8, day: u8, offset_s: Option<i32>) -> When {
        When {
            year,
            month,
            day,
            hour: self.hour,
            minute: self.minute,
            second: self.second,
            micros: self.micros,
            offset_s,
        }
    }
}

/// `h:mm:ss[.fff][ AM|PM]`, a colon or a point between.
fn time_of_day(text: &str) -> Option<(OfDay, &str)> {
    let (hour, rest) = take(text, 2)?;
    let sign = if rest.starts_with('.') { is_pointed(rest).then_some('.')? } else { ':' };
    let (minute, rest) = take(rest.strip_prefix(sign)?, 2)?;
    let (second, rest) = match rest.strip_prefix(sign) {
        Some(rest) => take(rest, 2)?,
        None => (0, rest),
    };
    let (micros, rest) = fraction(rest);
    let mut of_day =
        OfDay { hour: hour as u8, minute: minute as u8, second: second as u8, micros, is_half: false };
    let half = rest.trim_start_matches([' ', '\u{202f}']);
    let Some(word) = half.get(..2) else { return Some((of_day, rest)) };
    let is_pm = word.eq_ignore_ascii_case("pm");
    let ends = !half.as_bytes().get(2).is_some_and(u8::is_ascii_alphanumeric);
    if ends && (is_pm || word.eq_ignore_ascii_case("am")) && (1..=12).contains(&of_day.hour) {
        of_day.hour = of_day.hour % 12 + if is_pm { 12 } else { 0 };
        of_day.is_half = true;
        return Some((of_day, half.get(2..)?));
    }
    Some((of_day, rest))
}

/// True for `.mm.ss`: two digits each, and no fourth number as addresses and versions have.
fn is_pointed(text: &str) -> bool {
    let is_digit = |at: usize| text.as_bytes().get(at).is_some_and(u8::is_ascii_digit);
    let is_fraction = (7..13).all(is_digit);
    let ends = !is_digit(6) && (text.as_bytes().get(6) != Some(&b'.') || is_fraction);
    is_digit(1) && is_digit(2) && text.as_bytes().get(3) == Some(&b'.') && is_digit(4) && is_digit(5) && ends
}

/// One to `max` digits.
fn take(text: &str, max: usize) -> Option<(u32, &str)> {
    let length = text.bytes().take(max).take_while(u8::is_ascii_digit).count();
    Some((digits(text.get(..length)?)?, text.get(length..)?))
}

/// `.ddd` or `,ddd` in µs.
fn fraction(text: &str) -> (u32, &str) {
    let Some(rest) = text.strip_prefix(['.', ',']) else { return (0, text) };
    let length = rest.bytes().take_while(u8::is_ascii_digit).count();
    // A comma may also part the cells of a row.
    if text.starts_with(',') && !matches!(length, 3 | 6..) {
        return (0, text);
    }
    let kept = rest.get(..length.min(6)).and_then(digits);
    match (kept, rest.get(length..)) {
        (Some(number), Some(after)) => (number * 10_u32.pow(6 - length.min(6) as u32), after),
        _ => (0, text),
    }
}

/// Zone names beyond those [`time::iso_prefix`] knows: only such as mean one offset.
const ZONES: &[(&str, i32)] = &[
    ("UTC", 0),
    ("GMT", 0),
    ("CEST", 7200),
    ("CET", 3600),
    ("EEST", 10_800),
    ("EET", 7200),
    ("WEST", 3600),
    ("WET", 0),
    ("EST", -18_000),
    ("EDT", -14_400),
    ("PST", -28_800),
    ("PDT", -25_200),
    ("MDT", -21_600),
    ("Z", 0),
];

/// An offset or a zone's name behind a time; none when there is none, and what follows.
fn zone(text: &str) -> (Option<i32>, &str) {
    let rest = text.trim_start_matches([' ', ',', '(']);
    let bytes = rest.as_bytes();
    for (name, seconds) in ZONES {
        if let Some(after) = rest.strip_prefix(name)
            && !after.as_bytes().first().is_some_and(u8::is_ascii_alphanumeric)
        {
            // `GMT+02:00` is an offset.
            if let Some((offset_s, after)) = offset(after) {
                return (Some(offset_s), after);
            }
            return (Some(*seconds), after);
        }
    }
    if matches!(bytes.first(), Some(b'+' | b'-'))
        && let Some((offset_s, after)) = offset(rest)
    {
        return (Some(offset_s), after);
    }
    (None, text)
}

/// `+hhmm` or `+hh:mm`.
fn offset(text: &str) -> Option<(i32, &str)> {
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let hours = digits(text.get(1..3)?)? as i32;
    let rest = text.get(3..)?;
    let rest = rest.strip_prefix(':').unwrap_or(rest);
    let minutes = digits(rest.get(..2)?)? as i32;
    (hours <= 14 && minutes < 60)
        .then(|| rest.get(2..))
        .flatten()
        .map(|rest| (sign * (hours * 3600 + minutes * 60), rest))
}

/// What stands between a date and its time: `T`, a blank, `, `, ` - `, `-`, `:`, `_`, `][`, ` alle ore `.
fn gap(text: &str) -> Option<&str> {
    const SIGNS: &[&str] = &[
        " - ",
        ", ",
        " ",
        "T",
        "-",
        ":",
        "_",
        " @ ",
        " at ",
        "][",
        "] [",
        ";",
        ",",
        " | ",
        "|",
        " alle ore ",
        " alle ",
    ];
    for sign in SIGNS {
        if let Some(rest) = text.strip_prefix(sign)
            && rest.as_bytes().first().is_some_and(u8::is_ascii_digit)
        {
            return Some(rest);
        }
    }
    None
}

/// `2026.03.16 09:12:44`, `2026-03-16 - 09:12:44`, `20260316-09:12:44`, `20260316T091244Z`, `2026-03-16T09:12Z`.
fn year_first(text: &str) -> Option<(When, &str)> {
    let year = digits(text.get(..4)?)? as i32;
    let rest = text.get(4..)?;
    let separator = *rest.as_bytes().first()?;
    if separator.is_ascii_digit() {
        let (month, day) = (digits(rest.get(..2)?)?, digits(rest.get(2..4)?)?);
        let after = gap(rest.get(4..)?)?;
        let compact = after.get(..6).and_then(digits).map(|all| OfDay {
            hour: (all / 10_000) as u8,
            minute: (all / 100 % 100) as u8,
            second: (all % 100) as u8,
            micros: 0,
            is_half: false,
        });
        let (of_day, after) = match compact {
            Some(of_day) => {
                let (micros, after) = fraction(after.get(6..)?);
                (OfDay { micros, ..of_day }, after)
            }
            None => time_of_day(after)?,
        };
        let (offset_s, after) = zone(after);
        return Some((of_day.on(Some(year), month as u8, day as u8, offset_s), after));
    }
    matches!(separator, b'-' | b'/' | b'.' | b':').then_some(())?;
    let (month, rest) = take(rest.get(1..)?, 2)?;
    let (day, rest) = take(rest.strip_prefix(separator as char)?, 2)?;
    let (of_day, rest) = time_of_day(gap(rest)?)?;
    let (offset_s, rest) = zone(rest);
    Some((of_day.on(Some(year), month as u8, day as u8, offset_s), rest))
}

/// `16 Mar 2026 09:12:44 +0100`, `16-Mar-2026 09:12:44`, `16/mars./2026:09:12:44`.
fn day_name_year(text: &str) -> Option<(When, &str)> {
    let (day, rest) = take(text, 2)?;
    let separator = rest.chars().next().filter(|sign| matches!(sign, ' ' | '-' | '/'))?;
    let rest = rest.get(1..)?;
    let length = rest.bytes().take_while(|byte| byte.is_ascii_alphabetic() || *byte == b'.').count();
    let month = time::month_number(rest.get(..length).filter(|name| (3..=10).contains(&name.len()))?)?;
    let rest = rest.get(length..)?.strip_prefix(separator)?;
    // Oracle writes the last digits of the year.
    let is_short = separator == '-' && rest.as_bytes().get(2) == Some(&b' ');
    let (year, rest) = rest.split_at_checked(if is_short { 2 } else { 4 })?;
    let year = digits(year)? as i32 + if is_short { 2000 } else { 0 };
    let (of_day, rest) = time_of_day(gap(rest)?)?;
    let (offset_s, rest) = zone(rest);
    Some((of_day.on(Some(year), month, day as u8, offset_s), rest))
}

/// `16/03/2026 09:12:44`, `3/16/2026, 9:12:44 PM`, `16.03.2026 09:12:44`, `03-16-2026:09:12:44`.
fn numeric(text: &str) -> Option<(Moment, &str)> {
    let (first, rest) = take(text, 2)?;
    let separator = rest.chars().next().filter(|sign| matches!(sign, '/' | '-' | '.'))?;
    let (second, rest) = take(rest.get(1..)?, 2)?;
    let rest = rest.strip_prefix(separator)?;
    let year = digits(rest.get(..4)?)? as i32;
    let (of_day, rest) = time_of_day(gap(rest.get(4..)?)?)?;
    let (offset_s, rest) = zone(rest);
    let (first, second) = (first as u8, second as u8);
    let is_month_first = second > 12 || (of_day.is_half && separator == '/' && first <= 12);
    let (day, month) = if is_month_first { (second, first) } else { (first, second) };
    let when = of_day.on(Some(year), month, day, offset_s);
    let is_certain = day > 12 || day == month || separator == '.' || of_day.is_half;
    Some((if is_certain { Moment::When(when) } else { Moment::Either(when) }, rest))
}

/// `09:12:44 16/03/2026`.
fn hour_first(text: &str) -> Option<(Moment, &str)> {
    let hour = text.get(..8).filter(|hour| hour.as_bytes().get(2) == Some(&b':'))?;
    let rest = text.get(8..)?.strip_prefix(' ')?;
    let day = day_alone(rest).filter(|day| day.len() == 10)?;
    Some((joined(day, hour)?, rest.get(day.len()..)?))
}

/// `Mar 16 09:12:44`, `Mon Mar 16 09:12:44 2026`, `Mon, 16 Mar 2026 09:12:44 +0100`, `March 16, 2026 09:12:44`,
/// `Mar 16, 2026, 9:12:44 PM`, `Mon Mar 16 09:12:44 CET 2026`, `PDT Mar 16 09:12:44`.
fn month_name(text: &str) -> Option<(When, &str)> {
    let (word, after) = word(text)?;
    if matches!(word.len(), 3..=9) && is_day_name(word) {
        let rest = after.trim_start_matches([',', ' ', '.']);
        return match rest.as_bytes().first()? {
            byte if byte.is_ascii_digit() => day_name_year(rest),
            _ => month_name_day(rest),
        };
    }
    if let Some((_, seconds)) = ZONES.iter().find(|(name, _)| *name == word && name.len() == 3) {
        let (when, rest) = month_name_day(after.strip_prefix(' ')?)?;
        return Some((When { offset_s: Some(*seconds), ..when }, rest));
    }
    month_name_day(text)
}

fn word(text: &str) -> Option<(&str, &str)> {
    let length = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    Some((text.get(..length)?, text.get(length..)?))
}

fn is_day_name(word: &str) -> bool {
    ["mon", "tue", "wed", "thu", "fri", "sat", "sun", "lun", "gio", "ven", "sab", "dom", "mer"]
        .iter()
        .any(|name| word.get(..3).is_some_and(|start| start.eq_ignore_ascii_case(name)))
        && time::month_number(word).is_none()
}

fn month_name_day(text: &str) -> Option<(When, &str)> {
    let (name, rest) = word(text)?;
    let month = time::month_number(name).filter(|_| is_month(name))?;
    if let Some(rest) = rest.strip_prefix('-') {
        return short_year(month, rest);
    }
    let rest = rest.strip_prefix('.').unwrap_or(rest).strip_prefix(' ')?.trim_start_matches(' ');
    let (day, rest) = take(rest, 2)?;
    let rest = rest.strip_prefix(',').unwrap_or(rest);
    let rest = rest.strip_prefix(' ')?;
    let mut year = None;
    let mut after = rest;
    if let Some(number) = rest.get(..4).and_then(digits)
        && let Some(hour) = rest.get(4..).and_then(gap)
    {
        year = Some(number as i32);
        after = hour;
    }
    let (of_day, after) = time_of_day(after.trim_start_matches(' '))?;
    let (mut offset_s, mut after) = zone(after);
    if year.is_none()
        && let Some(rest) = after.strip_prefix(' ')
        && let Some(number) = rest.get(..4).and_then(digits)
        && !rest
            .as_bytes()
            .get(4)
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'.'))
        && (1990..2100).contains(&number)
    {
        year = Some(number as i32);
        after = rest.get(4..)?;
        if offset_s.is_none() {
            (offset_s, after) = zone(after);
        }
    }
    Some((of_day.on(year, month, day as u8, offset_s), after))
}

/// `16-26 09:12:44` behind `Mar-`: day, and the year's last digits.
fn short_year(month: u8, text: &str) -> Option<(When, &str)> {
    let (day, year) = (digits(text.get(..2)?)?, digits(text.get(3..5)?)?);
    let rest = text.get(2..)?.strip_prefix('-')?.get(2..)?.strip_prefix(' ')?;
    let (of_day, rest) = time_of_day(rest)?;
    Some((of_day.on(Some(2000 + year as i32), month, day as u8, None), rest))
}

/// A month's name or its short form, English or Italian, not any word that begins like one.
fn is_month(name: &str) -> bool {
    const FULL: &[&str] = &[
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "gennaio",
        "febbraio",
        "marzo",
        "aprile",
        "maggio",
        "giugno",
        "luglio",
        "agosto",
        "settembre",
        "ottobre",
        "novembre",
        "dicembre",
        "sept",
    ];
    name.len() == 3 || FULL.iter().any(|full| full.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Zone;

    fn instant(text: &str) -> Option<i64> {
        let clock = Clock::new(Zone::utc(), 1_796_083_200_000_000);
        let (moment, _) = in_head(text)?;
        Some(moment.resolve(&clock)?.time_us / 1_000_000)
    }

    #[test]
    fn layouts_of_one_moment_are_one_moment() {
        for text in [
            "2026-03-16T09:12:44Z x",
            "2026-03-16T10:12:44+01:00 x",
            "[2026/03/16 - 09:12:44] x",
            "20260316-09:12:44 x",
            "20260316T091244Z x",
            "2026.03.16 09:12:44 x",
            "16/Mar/2026:09:12:44 +0000 x",
            "host - [16/Mar/2026:10:12:44 +0100] x",
            "16-Mar-2026 10:12:44 +0100 x",
            "Mon, 16 Mar 2026 09:12:44 GMT x",
            "Mon Mar 16 09:12:44 2026 x",
            "Mon Mar 16 10:12:44 CET 2026 x",
            "Mar 16, 2026 9:12:44 AM x",
            "March 16, 2026 09:12:44 x",
            "Mar 16 09:12:44 x",
            "Mar-16-26 09:12:44 x",
            "1773652364.112.7 x",
            "audit(1773652364.112:7): x",
            "[notice] 2026-03-16 09:12:44,112 x",
            "3/16/2026, 9:12:44 AM x",
            "16/03/2026 09:12:44 x",
            "16.03.2026 09:12:44 x",
            "\"2026-03-16 09:12:44\",\"x\"",
            "1773652364.112 host x",
            "[1773652364] x",
            "1773652364112 x",
            "[2026-03-16][09:12:44] x",
            "[2026-03-16] [09:12:44] x",
            "2026-03-16;09:12:44;x",
            "2026-03-16 | 09:12:44 | x",
            "2026-03-16 09.12.44 x",
            "2026-03-16-09.12.44.123456 x",
            "16-MAR-26 09.12.44.123456 AM x",
            "16/03/2026 alle ore 09:12:44 x",
            "09:12:44 16/03/2026 x",
        ] {
            assert_eq!(instant(text), Some(1_773_652_364), "{text}");
        }
    }

    #[test]
    fn a_day_that_could_be_a_month_is_the_one_that_is_not_ahead() {
        // Received on 1 December 2026: 12 March can be meant, 3 December cannot.
        assert_eq!(instant("12/03/2026 00:00:00"), Some(1_773_273_600));
        assert_eq!(instant("03/12/2026 00:00:00"), Some(1_773_273_600));
    }

    #[test]
    fn what_says_no_moment_gives_none() {
        for text in [
            "",
            "Marco 12 09:12:44",
            "1773652364x",
            "12345678901",
            "10.0.0.1 09:12:44",
            "2026-03-16 10.20.30.40",
            "2026-03-16,443,09",
            "99/99/2026 09:12:44",
            "2026-13-41 09:12:44",
            "time=2026-03-16T09:12:44Z",
            "May the force",
        ] {
            assert_eq!(instant(text), None, "{text}");
        }
    }
}
