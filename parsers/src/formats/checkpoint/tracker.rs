//! The export of SmartView Tracker: columns in quotes, apart by blanks.
//!
//! `"Number" "Date" "Time" "Interface" "Origin" "Type" "Action" "Service" "Source Port" "Source" "Destination"
//! "Protocol" "Rule" "Rule Name" "Current Rule Number" "User" "Information" "Product" …`

use schema::{Action, Column, EventBuilder, Outcome};

use crate::format::{Payload, Unreadable};
use crate::formats::account::set_user;
use crate::formats::peer::is_digits;
use crate::time::{When, month_number};

const COLUMNS: usize = 18;

/// True for `"22" "16Mar2026" "09:12:44" …`.
pub(super) fn is_row(text: &str) -> bool {
    if !text.starts_with('"') {
        return false;
    }
    let mut cells = cells(text);
    let (Some(number), Some(date), Some(time)) = (cells.next(), cells.next(), cells.next()) else {
        return false;
    };
    is_digits(number) && when(date, time).is_some()
}

fn cells(text: &str) -> impl Iterator<Item = &str> {
    text.trim().trim_start_matches('"').trim_end_matches('"').split("\" \"")
}

/// `16Mar2026` and `09:12:44`.
fn when(date: &str, time: &str) -> Option<When> {
    let letters = date.find(|sign: char| sign.is_ascii_alphabetic()).filter(|at| (1..=2).contains(at))?;
    let (day, rest) = date.split_at_checked(letters)?;
    let (month, year) = rest.split_at_checked(3)?;
    let mut parts = time.split(':').map(str::parse::<u8>);
    let (hour, minute, second) = (parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?);
    (year.len() == 4 && parts.next().is_none()).then_some(When {
        year: Some(year.parse().ok()?),
        month: month_number(month)?,
        day: day.parse().ok()?,
        hour,
        minute,
        second,
        micros: 0,
        offset_s: None,
    })
}

/// Reads a row.
pub(super) fn read(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let mut row = [""; COLUMNS];
    let count = row.iter_mut().zip(cells(payload.text)).map(|(place, cell)| *place = cell).count();
    if count < 13 {
        return Err(Unreadable("the row is cut"));
    }
    let get = |at: usize| row.get(at).copied().unwrap_or_default();
    if let Some(when) = when(get(1), get(2)) {
        payload.set_time(event, when);
    }
    event.text_if_said(Column::ObserverIngress, get(3));
    event.text_if_said(Column::HostName, get(4));
    for (column, at) in [(Column::DestinationPort, 7), (Column::SourcePort, 8)] {
        if is_digits(get(at)) {
            event.int_text(column, get(at));
        }
    }
    event.ip(Column::SourceIp, get(9));
    event.ip(Column::DestinationIp, get(10));
    event.text_if_said(Column::NetworkTransport, get(11));
    event.text_if_said(Column::RuleId, get(12));
    event.text_if_said(Column::RuleName, get(13));
    set_user(event, get(15));
    event.text_if_said(Column::ObserverProduct, get(17));
    if !get(16).is_empty() {
        event.field("information", get(16));
    }
    event.field("action", get(6));
    let allowed = matches!(get(6), "Accept" | "Encrypt" | "Decrypt" | "Allow" | "Bypass");
    let denied = matches!(get(6), "Drop" | "Reject" | "Block" | "Prevent");
    if allowed || denied {
        event.outcome(Outcome::of(allowed));
    }
    event.action(match (allowed, denied) {
        (true, _) => Action::ConnectionAllowed,
        (_, true) => Action::ConnectionDenied,
        _ => Action::ApplicationEvent,
    });
    Ok(())
}
