//! When a FortiGate message was written: `eventtime` (s, ms, µs, ns) or `date`, `time` and `tz`.
//!
//! Must not know: what a message means.

use schema::{Column, EventBuilder};

use super::keys::{Key, Values};
use crate::format::Payload;
use crate::formats::civil_time::{date_and_time, offset_s};
use crate::time::{When, epoch};

/// Sets the event's time from the message's own, which carries more than the envelope's.
pub(super) fn set(values: &Values<'_>, payload: &Payload<'_>, event: &mut EventBuilder<'_>) {
    if let Some(time_us) = epoch(values.get(Key::EventTime)) {
        payload.set_time_us(event, time_us);
        return;
    }
    let Some(when) = date_and_time(values.get(Key::Date), values.get(Key::Time)) else { return };
    let offset_s = offset_s(values.get(Key::TimeZone));
    // Without a zone the stamp is no better than an envelope's that is sure.
    if offset_s.is_none() && payload.is_stamped && !event.is_set(Column::TimeGuess) {
        return;
    }
    payload.set_time(event, When { offset_s, ..when });
}
