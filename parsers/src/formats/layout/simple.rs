//! The two lines of `java.util.logging.SimpleFormatter`: `Mar 16, 2026 9:12:44 AM CLASS METHOD`, then `LEVEL: text`.
//!
//! Promises: both lines must be there; month and level may be in another language.
//! Must not know: the application. Source: Java SE, java.util.logging.SimpleFormatter, its default format.

use super::{Head, is_logger};
use crate::time::{self, When};

/// Reads the head; its text is what stands behind the level, and all that lies below.
pub(super) fn read(text: &str) -> Option<Head<'_>> {
    let (first, rest) = text.split_once('\n')?;
    let (when, origin) = stamp(first.trim_end_matches('\r'))?;
    let logger = origin.split(' ').next().filter(|logger| is_logger(logger))?;
    let (level, text) = rest.split_once(": ")?;
    let is_level = (3..=24).contains(&level.len()) && level.chars().all(char::is_uppercase);
    is_level.then_some(Head { when: Some(when), level, logger, text, is_java: true, ..Head::default() })
}

/// `Mar 16, 2026 9:12:44 AM`, and what follows.
fn stamp(line: &str) -> Option<(When, &str)> {
    let mut words = line.splitn(6, ' ');
    let month = time::month_number(words.next()?)?;
    let day = words.next()?.strip_suffix(',')?.parse().ok()?;
    let year = words.next().filter(|year| year.len() == 4)?.parse().ok()?;
    let mut clock = words.next()?.splitn(3, ':').map(|part| part.parse::<u8>().ok());
    let (hour, minute, second) = (clock.next()??, clock.next()??, clock.next()??);
    let is_half = (1..=12).contains(&hour);
    let hour = match words.next()? {
        "AM" if is_half => hour % 12,
        "PM" if is_half => hour % 12 + 12,
        _ => return None,
    };
    Some((
        When { year: Some(year), month, day, hour, minute, second, micros: 0, offset_s: None },
        words.next()?,
    ))
}
