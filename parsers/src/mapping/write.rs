//! Fields to columns.

use std::borrow::Cow;

use schema::{Action, Column, EventBuilder, Kind};

use super::cut::Cut;
use super::{Mapping, TimeRule, TimeShape, Words};
use crate::format::{Payload, Unreadable, set_stamp};
use crate::time::{self, Clock, Stamp};

/// Fills the open event.
pub(super) fn read(
    mapping: &Mapping,
    payload: &Payload<'_>,
    event: &mut EventBuilder<'_>,
) -> Result<(), Unreadable> {
    if matches!(mapping.cut, Cut::Csv { columns: None, .. }) && payload.first_line == Some(payload.text) {
        event.action(Action::ApplicationEvent);
        event.field("action", "header");
        return Ok(());
    }
    let mut values: Vec<Cow<'_, str>> = vec![Cow::Borrowed(""); mapping.names.len()];
    let mut found = false;
    mapping.cut.fields(payload, &mut |name, value| {
        let place = mapping.names.iter().position(|known| known == name).and_then(|at| values.get_mut(at));
        match place {
            Some(place) => {
                found = true;
                if place.is_empty() {
                    *place = value;
                }
            }
            None if value.is_empty() || name.is_empty() => {}
            None => event.field(name, &value),
        }
    })?;
    if !found {
        return Err(Unreadable("the line has none of the fields"));
    }
    let value = |at: usize| values.get(at).map_or("", |value| value.trim());
    if let Some(rule) = &mapping.time {
        when(rule, &value, payload.clock, event)?;
    }
    for (column, fields) in &mapping.columns {
        let said =
            fields.iter().map(|at| (*at, value(*at))).find(|(_, value)| !value.is_empty() && *value != "-");
        if let Some((at, said)) = said
            && !set(*column, said, event)
            && *column != Column::SubjectRef
        {
            event.field(mapping.names.get(at).map_or("", String::as_str), said);
        }
    }
    for (column, text) in &mapping.fixed {
        set(*column, text, event);
    }
    match word(&mapping.action, &mapping.names, &value, event) {
        Some(action) => event.action(action),
        None => event.action(Action::ApplicationEvent),
    }
    if let Some(outcome) = word(&mapping.outcome, &mapping.names, &value, event) {
        event.outcome(outcome);
    }
    Ok(())
}

/// What a field's word means; the word itself stays in `fields`.
fn word<'v, T: Copy>(
    words: &Words<T>,
    names: &[String],
    value: &dyn Fn(usize) -> &'v str,
    event: &mut EventBuilder<'_>,
) -> Option<T> {
    let said = words.field.map_or("", value);
    if let Some(name) = words.field.and_then(|at| names.get(at))
        && !said.is_empty()
    {
        event.field(name, said);
    }
    let lower = said.to_lowercase();
    let meant = words.values.iter().find(|(word, _)| *word == lower);
    meant.map(|(_, meaning)| *meaning).or(words.default)
}

fn when<'v>(
    rule: &TimeRule,
    value: &dyn Fn(usize) -> &'v str,
    clock: &Clock,
    event: &mut EventBuilder<'_>,
) -> Result<(), Unreadable> {
    const UNFIT: Unreadable = Unreadable("the time does not fit its format");
    let text = match rule.fields.as_slice() {
        [field] => Cow::Borrowed(value(*field)),
        fields => Cow::Owned(fields.iter().map(|field| value(*field)).collect::<Vec<_>>().join(" ")),
    };
    let when = match &rule.shape {
        TimeShape::Epoch => {
            let time_us = time::epoch(&text).or_else(|| {
                time::epoch_fraction(&text).filter(|(_, rest)| rest.is_empty()).map(|(time_us, _)| time_us)
            });
            set_stamp(event, Stamp { time_us: time_us.ok_or(UNFIT)?, guess: None });
            return Ok(());
        }
        TimeShape::Iso => time::iso(&text).ok_or(UNFIT)?,
        TimeShape::Pattern(pattern) => time::by_pattern(&text, pattern).ok_or(UNFIT)?,
    };
    let stamp = match &rule.zone {
        Some(zone) => Clock::new(zone.clone(), clock.received_us).resolve(when),
        None => clock.resolve(when),
    };
    let mut stamp = stamp.ok_or(Unreadable("no such day or hour"))?;
    // The file says the zone.
    if rule.zone.is_some() && stamp.guess == Some(time::Guess::Zone) {
        stamp.guess = None;
    }
    set_stamp(event, stamp);
    Ok(())
}

/// Sets a column; false when the value is not of its kind.
fn set(column: Column, value: &str, event: &mut EventBuilder<'_>) -> bool {
    match (column, column.kind()) {
        (Column::SourceIp | Column::DestinationIp | Column::HostIp, _) => return event.ip(column, value),
        (Column::SubjectRef, _) if is_fiscal_code(value) => return false,
        (Column::UserName, _) if value.contains('\\') => {
            let (domain, user) = value.split_once('\\').unwrap_or(("", value));
            event.text_if_said(Column::UserDomain, domain);
            event.text_if_said(Column::UserName, user);
        }
        (_, Kind::Int) => return event.int_text(column, value),
        (_, Kind::Text) => event.text(column, value),
        (_, Kind::Time) => return false,
    }
    true
}

/// An Italian fiscal code: six letters, two digits, letter, two digits, letter, three digits, letter; digits may be
/// replaced by letters where two persons would share one.
fn is_fiscal_code(text: &str) -> bool {
    text.len() == 16
        && text.bytes().zip(b"aaaaaannannannna").all(|(byte, shape)| match shape {
            b'a' => byte.is_ascii_alphabetic(),
            _ => byte.is_ascii_digit() || b"LMNPQRSTUV".contains(&byte.to_ascii_uppercase()),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fiscal_codes_are_known_by_their_shape() {
        assert!(is_fiscal_code("RSSMRA80A01H501U") && is_fiscal_code("rssmra80a01h50mu"));
        assert!(
            !is_fiscal_code("8f1b22")
                && !is_fiscal_code("RSSMRA80A01H501")
                && !is_fiscal_code("0123456789012345")
        );
    }
}
