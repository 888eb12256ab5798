//! Ordinary life: who does what when, at the rates of a comune of ten to twenty thousand people.
//!
//! Promises: a slice of time depends on the seed, the slice and the activity's name only, so slices
//! are made in any order and in parallel; about 6 lines a second over the week at scale 1.
//! Must not know: planted stories.

mod citizens;
mod cloud;
mod domain;
mod machines;
mod naming;
mod noise;
mod offices;
mod perimeter;
mod post;

use crate::calendar::{Day, DayKind};
use crate::lines::Lines;
use crate::rng::Rng;
use crate::town::Town;

/// Shares of a working day by hour, office with a closed afternoon (sum 1).
const OFFICE_HOURS: [f64; 24] = [
    0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.03, 0.15, 0.17, 0.17, 0.16, 0.13, 0.07, 0.03, 0.03, 0.03, 0.02,
    0.01, 0.0, 0.0, 0.0, 0.0, 0.0,
];
/// What the two open afternoons (Tuesday, Thursday) add.
const OPEN_AFTERNOON: [f64; 24] = [
    0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.02, 0.06, 0.06, 0.04, 0.0, 0.0,
    0.0, 0.0, 0.0, 0.0,
];
/// Shares of a day by hour, citizens at home (sum 1).
const CITIZEN_HOURS: [f64; 24] = [
    0.008, 0.005, 0.004, 0.004, 0.005, 0.01, 0.02, 0.035, 0.06, 0.075, 0.08, 0.075, 0.065, 0.055, 0.055,
    0.06, 0.06, 0.06, 0.06, 0.06, 0.055, 0.045, 0.03, 0.014,
];
/// The town hall on Monday against the mean of the week, and so on.
const OFFICE_WEEK: [f64; 7] = [1.15, 1.05, 0.95, 1.0, 0.85, 1.0, 1.0];
const OFFICE_CLOSED: f64 = 0.02;
const CITIZENS_CLOSED: f64 = 0.55;

/// When an activity happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rhythm {
    /// Office hours of working days.
    Office,
    /// Citizens: all day, less on closed days, little at night.
    Citizens,
    /// Always the same.
    Flat,
}

/// A slice of time, inside one local day.
#[derive(Debug, Clone, Copy)]
pub struct Slice {
    /// The day.
    pub day: Day,
    /// First instant.
    pub start_ms: i64,
    /// First instant after.
    pub end_ms: i64,
}

/// One activity during one slice.
pub(crate) struct Beat<'a> {
    pub(crate) town: &'a Town,
    pub(crate) slice: Slice,
    pub(crate) rng: Rng,
    pub(crate) lines: &'a mut Lines,
    scale: f64,
}

impl Beat<'_> {
    /// Does something as often as `per_day` times on a working day, at random instants.
    pub(crate) fn each(&mut self, per_day: f64, rhythm: Rhythm, mut act: impl FnMut(&mut Self, i64)) {
        let mean = per_day * self.scale * self.share(rhythm);
        for _ in 0..self.rng.poisson(mean) {
            let at_ms = self.rng.between(self.slice.start_ms, self.slice.end_ms - 1);
            act(self, at_ms);
        }
    }

    /// Part of a working day's events that falls in this slice.
    fn share(&self, rhythm: Rhythm) -> f64 {
        let length_ms = i32::try_from(self.slice.end_ms - self.slice.start_ms).unwrap_or(0);
        let hours = f64::from(length_ms) / 3_600_000.0;
        let hour = usize::from(self.town.clock.stamp(self.slice.start_ms).hour);
        let at = |table: &[f64; 24]| table.get(hour).copied().unwrap_or(0.0);
        let day = self.slice.day;
        let open = matches!(day.weekday, 1 | 3);
        hours
            * match (rhythm, day.kind) {
                (Rhythm::Flat, _) => 1.0 / 24.0,
                (Rhythm::Citizens, DayKind::Working) => at(&CITIZEN_HOURS),
                (Rhythm::Citizens, _) => at(&CITIZEN_HOURS) * CITIZENS_CLOSED,
                (Rhythm::Office, DayKind::Working) => {
                    let week = OFFICE_WEEK.get(usize::from(day.weekday)).copied().unwrap_or(1.0);
                    (at(&OFFICE_HOURS) + if open { at(&OPEN_AFTERNOON) } else { 0.0 }) * week
                }
                (Rhythm::Office, _) => at(&CITIZEN_HOURS) * OFFICE_CLOSED,
            }
    }
}

type Activity = fn(&mut Beat<'_>);

/// Every activity, with the name of its random substream.
const ACTIVITIES: [(&str, Activity); 33] = [
    // First, so that a log file starts with its header.
    ("iis header", offices::iis_header),
    ("internet noise", perimeter::internet_noise),
    ("browsing", perimeter::browsing),
    ("server flows", perimeter::server_flows),
    ("telework", perimeter::telework),
    ("suppliers", perimeter::suppliers),
    ("firewall administration", perimeter::administration),
    ("guest gateway", noise::guest_gateway),
    ("portal firewall", noise::portal_firewall),
    ("branch", noise::branch),
    ("ssh strays", noise::ssh_strays),
    ("web probes", noise::web_probes),
    ("portal", citizens::portal),
    ("albo and site", citizens::albo_and_site),
    ("application errors", citizens::application_errors),
    ("look-ups", offices::look_ups),
    ("shared files", offices::shared_files),
    ("protocol", offices::protocol),
    ("storage", offices::storage),
    ("people in the domain", domain::people),
    ("computers in the domain", domain::computers),
    ("wrong passwords", domain::wrong_passwords),
    ("terminal server", domain::terminal_server),
    ("windows services", domain::services),
    ("accounts", domain::accounts),
    ("antivirus", domain::antivirus),
    ("names", naming::names),
    ("leases", naming::leases),
    ("mail", post::mail),
    ("cloud mailboxes", cloud::mailboxes),
    ("linux", machines::linux),
    ("appliances", machines::appliances),
    ("telephones", machines::telephones),
];

/// Writes a slice of ordinary life.
pub(crate) fn live(town: &Town, slice: Slice, scale: f64, lines: &mut Lines) {
    for (name, activity) in ACTIVITIES {
        let rng = Rng::named(town.seed, name, slice.start_ms.unsigned_abs());
        activity(&mut Beat { town, slice, rng, lines, scale });
    }
}
