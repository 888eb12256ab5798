//! What a planted story (attack, twin or oddity) gets to work with: a stage, and its clock.
//!
//! Promises: a story draws from its own substream, plays its own person and outside addresses, and
//! stays inside the generated days. Must not know: which stories exist, files, labels.

use std::net::{IpAddr, Ipv4Addr};

use crate::calendar::Day;
use crate::clock::{HOUR_MS, MINUTE_MS};
use crate::lines::Lines;
use crate::people::{Part, Person};
use crate::rng::Rng;
use crate::town::Town;

/// Instants from `start_ms` up to and with `end_ms`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// First instant, UTC milliseconds.
    pub start_ms: i64,
    /// Last instant, UTC milliseconds.
    pub end_ms: i64,
}

impl Span {
    /// Whether the spans come nearer than `gap_ms`.
    fn is_near(&self, other: &Self, gap_ms: i64) -> bool {
        self.start_ms <= other.end_ms + gap_ms && other.start_ms <= self.end_ms + gap_ms
    }
}

/// What a story works with.
pub struct Stage<'a> {
    /// The town it happens in.
    pub town: &'a Town,
    /// Its own random numbers.
    pub rng: Rng,
    /// Its lines.
    pub lines: Lines,
    part: Part,
    days: &'a [Day],
    /// Times to keep away from: a twin's attack.
    avoid: Option<Span>,
}

/// Room left free at both ends of the generated days.
const MARGIN_MS: i64 = 12 * MINUTE_MS;
/// Least distance of a twin from its attack.
const APART_MS: i64 = 2 * HOUR_MS;
const TRIES: u32 = 200;

impl<'a> Stage<'a> {
    /// A stage over the given days.
    #[must_use]
    pub fn new(
        town: &'a Town,
        days: &'a [Day],
        part: Part,
        rng: Rng,
        lines: Lines,
        avoid: Option<Span>,
    ) -> Self {
        Self { town, rng, lines, part, days, avoid }
    }

    /// The person who plays this story.
    #[must_use]
    pub fn person(&self) -> &'a Person {
        self.town.staff.person(self.part)
    }

    /// Outside address number `index` (0 to 5) of this story.
    #[must_use]
    pub fn outsider(&self, index: u8) -> IpAddr {
        self.town.staff.outsider(self.part, index)
    }

    /// The same address as IPv4, which all outside addresses are.
    #[must_use]
    pub fn outsider_v4(&self, index: u8) -> Ipv4Addr {
        match self.outsider(index) {
            IpAddr::V4(address) => address,
            IpAddr::V6(_) => Ipv4Addr::UNSPECIFIED,
        }
    }

    /// Length of the generated days.
    #[must_use]
    pub fn window_ms(&self) -> i64 {
        self.window().end_ms - self.window().start_ms
    }

    /// Start of something `duration_ms` long, at any time of day.
    pub fn start_anytime(&mut self, duration_ms: i64) -> i64 {
        self.start_where(duration_ms, |_, _| true)
    }

    /// Start between 21:00 and 5:00, or any time of a closed day.
    pub fn start_off_hours(&mut self, duration_ms: i64) -> i64 {
        self.start_where(duration_ms, |day, hour| !day.is_working() || !(5..21).contains(&hour))
    }

    /// Start between 8:00 and 13:00 of a working day, so that it happens among ordinary work
    /// (at those hours of any day when no generated day is a working one).
    pub fn start_in_office(&mut self, duration_ms: i64) -> i64 {
        let closed = self.days.iter().all(|day| !day.is_working());
        self.start_where(duration_ms, |day, hour| (closed || day.is_working()) && (8..13).contains(&hour))
    }

    /// Start where `fits(day, local hour)` says so, when such a time can be found.
    pub fn start_where(&mut self, duration_ms: i64, fits: impl Fn(&Day, u8) -> bool) -> i64 {
        let window = self.window();
        let latest = (window.end_ms - duration_ms).max(window.start_ms);
        let mut chosen = window.start_ms;
        // The first draw is kept when nothing fits: a story is never lost.
        for attempt in 0..TRIES {
            let start_ms = self.rng.between(window.start_ms, latest);
            let span = Span { start_ms, end_ms: start_ms + duration_ms };
            let far = self.avoid.is_none_or(|avoid| !span.is_near(&avoid, APART_MS));
            let day = self.days.iter().find(|day| (day.start_ms..day.end_ms).contains(&start_ms));
            let hour = self.town.clock.stamp(start_ms).hour;
            if attempt == 0 || far {
                chosen = start_ms;
            }
            if far && day.is_some_and(|day| fits(day, hour)) {
                return start_ms;
            }
        }
        chosen
    }

    /// A whole number of milliseconds between two numbers of minutes.
    pub fn minutes(&mut self, low: i64, high: i64) -> i64 {
        self.rng.between(low * MINUTE_MS, high * MINUTE_MS)
    }

    /// `count` instants spread at random over `duration_ms` from `start_ms`, in order; the first
    /// is the start and the last the end.
    pub fn spread(&mut self, start_ms: i64, duration_ms: i64, count: usize) -> Vec<i64> {
        let mut instants: Vec<i64> =
            (2..count).map(|_| start_ms + self.rng.between(0, duration_ms)).collect();
        instants.push(start_ms);
        if count > 1 {
            instants.push(start_ms + duration_ms);
        }
        instants.sort_unstable();
        instants
    }

    fn window(&self) -> Span {
        let start_ms = self.days.first().map_or(0, |day| day.start_ms) + MARGIN_MS;
        let end_ms = self.days.last().map_or(start_ms, |day| day.end_ms - MARGIN_MS);
        Span { start_ms, end_ms }
    }
}
