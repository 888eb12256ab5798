//! When the event happened: `rt`, `start`, `end` or `devTime`, in the shapes the dictionaries allow.

use schema::{Column, EventBuilder};

use super::{Attributes, Key};
use crate::format::{Payload, set_stamp};
use crate::time::{self, Clock, Stamp, When, Zone};

/// A stamp without zone yields to an envelope's that has one.
pub(super) fn set(attributes: &Attributes<'_>, payload: &Payload<'_>, event: &mut EventBuilder<'_>) {
    let zone = attributes.get(Key::TimeZone);
    let pattern = attributes.get(Key::DevTimeFormat);
    let keys = [(Key::Receipt, ""), (Key::DevTime, pattern), (Key::Start, ""), (Key::End, "")];
    let stamp = keys.into_iter().find_map(|(key, pattern)| {
        let text = attributes.get(key);
        if text.is_empty() { None } else { read(text, pattern, zone, payload.clock) }
    });
    let Some(stamp) = stamp else { return };
    let is_certain = payload.is_stamped && !event.is_set(Column::TimeGuess);
    if stamp.guess.is_none() || !is_certain {
        set_stamp(event, stamp);
    }
}

fn read(text: &str, pattern: &str, zone: &str, clock: &Clock) -> Option<Stamp> {
    if let Some(time_us) = time::epoch(text) {
        return Some(Stamp { time_us, guess: None });
    }
    if let Some((time_us, "")) = time::epoch_fraction(text) {
        return Some(Stamp { time_us, guess: None });
    }
    let when = when(text, pattern)?;
    if when.offset_s.is_some() || zone.is_empty() {
        return clock.resolve(when);
    }
    if let Some(offset_s) = time::zone_offset(zone) {
        return clock.resolve(When { offset_s: Some(offset_s), ..when });
    }
    match Zone::named(zone) {
        Ok(zone) => Clock::new(zone, clock.received_us).resolve(when),
        Err(_) => clock.resolve(when),
    }
}

fn when(text: &str, pattern: &str) -> Option<When> {
    if !pattern.is_empty()
        && let Some(when) = time::by_pattern(text, pattern)
    {
        return Some(when);
    }
    time::month_day(text)
        .or_else(|| time::iso_prefix(text))
        .or_else(|| time::numeric_date(text))
        .map(|(when, _)| when)
}
