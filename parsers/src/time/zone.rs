//! A time zone as a table of its offsets, so that a local time costs a binary search and no calendar.

use std::ops::RangeInclusive;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// No zone of that name is known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown time zone `{0}`: give an IANA name such as Europe/Rome, or UTC")]
pub struct UnknownZone(pub String);

/// From when on an offset holds.
#[derive(Debug, Clone, Copy)]
struct Span {
    from_utc_s: i64,
    offset_s: i32,
}

/// Local times, more than a day from any change, that share an offset.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Steady {
    from_local_s: i64,
    until_local_s: i64,
    offset_s: i32,
}

impl Steady {
    /// The offset, when it holds at that local time.
    pub(super) fn offset_at(self, local_s: i64) -> Option<i32> {
        (self.from_local_s..self.until_local_s).contains(&local_s).then_some(self.offset_s)
    }
}

/// A time zone.
#[derive(Debug, Clone)]
pub struct Zone {
    spans: Arc<[Span]>,
}

impl Zone {
    /// UTC.
    pub fn utc() -> Zone {
        Zone { spans: Arc::new([Span { from_utc_s: i64::MIN, offset_s: 0 }]) }
    }

    /// The zone of that IANA name, its rules up to the year 2100.
    pub fn named(name: &str) -> Result<Zone, UnknownZone> {
        let zone = TimeZone::get(name).map_err(|_| UnknownZone(name.to_owned()))?;
        let start = Timestamp::UNIX_EPOCH;
        let mut spans = vec![Span { from_utc_s: i64::MIN, offset_s: zone.to_offset(start).seconds() }];
        for transition in zone.following(start) {
            let from_utc_s = transition.timestamp().as_second();
            if from_utc_s > YEAR_2100_S {
                break;
            }
            spans.push(Span { from_utc_s, offset_s: transition.offset().seconds() });
        }
        Ok(Zone { spans: spans.into() })
    }

    /// The steady times around a local time; none when a change is near.
    pub(super) fn steady_at(&self, local_s: i64) -> Steady {
        let next = self.spans.partition_point(|span| span.from_utc_s <= local_s);
        let Some(span) = next.checked_sub(1).and_then(|at| self.spans.get(at)) else {
            return Steady::default();
        };
        let until_utc_s = self.spans.get(next).map_or(i64::MAX, |next| next.from_utc_s);
        // A day for the largest offset, a day for the change itself.
        let steady = Steady {
            from_local_s: span.from_utc_s.saturating_add(2 * 86_400),
            until_local_s: until_utc_s.saturating_sub(2 * 86_400),
            offset_s: span.offset_s,
        };
        if steady.offset_at(local_s).is_some() { steady } else { Steady::default() }
    }

    /// Offset from UTC in seconds at that local time, and whether the hour comes twice or never.
    /// Of two instants the later one is taken when the receipt follows on it, else the earlier one; an hour that never comes
    /// keeps the offset before it.
    pub(crate) fn offset_of_local(&self, local_s: i64, received_s: i64) -> (i32, bool) {
        // The last span that has begun, even for the largest offset west or east (±1 day).
        let end = self.spans.partition_point(|span| span.from_utc_s <= local_s.saturating_add(86_400));
        let mut fits = None;
        let mut earlier = None;
        let candidates = self.spans.get(end.saturating_sub(3)..end).unwrap_or_default();
        for (index, span) in candidates.iter().enumerate() {
            let utc_s = local_s - i64::from(span.offset_s);
            let until = candidates.get(index + 1).map_or(i64::MAX, |next| next.from_utc_s);
            if utc_s >= span.from_utc_s && utc_s < until {
                match fits {
                    None => fits = Some(span.offset_s),
                    Some(_) if RECEIPT_S.contains(&(received_s - utc_s)) => return (span.offset_s, true),
                    Some(first) => return (first, true),
                }
            } else if utc_s >= until {
                earlier = Some(span.offset_s);
            }
        }
        match (fits, earlier) {
            (Some(offset_s), _) => (offset_s, false),
            (None, Some(offset_s)) => (offset_s, true),
            (None, None) => (self.spans.first().map_or(0, |span| span.offset_s), false),
        }
    }
}

const YEAR_2100_S: i64 = 4_102_444_800;
/// How long after the later of two instants a stamp of it is received, seconds: clocks run ahead a little, relays wait.
const RECEIPT_S: RangeInclusive<i64> = -300..=1_800;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_name_is_an_error_that_says_what_to_give() {
        let error = Zone::named("Europe/Roma").unwrap_err().to_string();
        assert!(error.contains("Europe/Roma") && error.contains("Europe/Rome"), "{error}");
    }

    #[test]
    fn the_hour_that_never_comes_is_marked() {
        let rome = Zone::named("Europe/Rome").unwrap();
        // 2026-03-29 02:30 local does not exist.
        let local_s = super::super::days_since_1970(2026, 3, 29) * 86_400 + 2 * 3600 + 1800;
        assert_eq!(rome.offset_of_local(local_s, 0), (3600, true));
        assert_eq!(rome.offset_of_local(local_s + 3600, 0), (7200, false));
        assert_eq!(rome.offset_of_local(local_s - 3600, 0), (3600, false));
    }
}
