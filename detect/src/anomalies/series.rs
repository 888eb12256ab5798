//! Rates over time: windows in which an entity writes far more or far less than at that time is its habit.
//!
//! The value is the logarithm of the mean rate, since rates differ by factors, of one window (bursts, gaps) and of
//! the last six hours (shifts of level). How far it may stray from its [`Season`] the entity's own last weeks say:
//! one and three quarter times what all but a hundredth of their windows kept to. A quiet entity is held to little,
//! a bursty one gets its bursts. What is judged is learnt too, so a new level is news only for a while.
//!
//! Promises: time n log n in windows; silence is filled in for a day at most. Must not know: where lines come from.

use std::collections::{BTreeMap, VecDeque};

use super::rates::Rate;
use super::season::{Expectation, Season};

/// How many times the ordinary deviation is anomalous.
const ANOMALOUS_RATIO: f64 = 1.75;
/// The longer of the two spans whose mean rate is judged.
const LONG_S: i64 = 6 * 3600;
/// How long an entity's silence is looked at; beyond, it is gone.
const SILENCE_MAX_S: i64 = 86_400;

/// What is thought of one window.
#[derive(Debug, Clone, PartialEq)]
pub struct WindowVerdict {
    /// Start of the window, µs since 1970 UTC.
    pub window_start_us: i64,
    /// Its width, seconds.
    pub width_s: i64,
    /// Deviation as a multiple of the ordinary one.
    pub score: f64,
    /// What came of it.
    pub finding: Finding,
}

/// What came of judging a window.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Finding {
    /// Too little is known of the entity to tell.
    Learning,
    /// The rate is as expected.
    Usual,
    /// The rate is far from what was expected.
    Anomalous(Deviation),
}

/// By how much a rate strayed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Deviation {
    /// The span it was seen over, which ends with the window, seconds.
    pub span_s: i64,
    /// Lines in the span.
    pub lines: f64,
    /// Lines expected.
    pub expected: f64,
}

/// The mean rate over a span, and its past.
#[derive(Debug)]
struct Span {
    windows: usize,
    /// The window that comes next when none is missing.
    next: i64,
    counts: VecDeque<u32>,
    sum: u64,
    season: Season,
}

/// A deviation, and how many times the ordinary one it is.
struct Judged {
    ratio: f64,
    deviation: Deviation,
}

impl Span {
    fn new(span_s: i64, width_s: i64) -> Span {
        Span {
            windows: (span_s / width_s).max(1) as usize,
            next: 0,
            counts: VecDeque::new(),
            sum: 0,
            season: Season::new(width_s),
        }
    }

    /// Judges the next window by what came before, then learns it; none before enough is known.
    fn judge(&mut self, window: i64, count: u32, width_s: i64) -> Option<Judged> {
        if window != self.next {
            self.counts.clear();
            self.sum = 0;
        }
        self.next = window + 1;
        if self.counts.len() == self.windows {
            self.sum -= u64::from(self.counts.pop_front().unwrap_or(0));
        }
        self.counts.push_back(count);
        self.sum += u64::from(count);
        if self.counts.len() < self.windows {
            return None;
        }
        let windows = self.windows as f64;
        let value = (self.sum as f64 / windows).ln_1p();
        let Expectation { value: expected, ordinary } = self.season.judge(window, value)?;
        let expected_mean = expected.exp_m1();
        // The noise of counting: a logarithm's standard deviation when lines come independently.
        let noise = (1.0 + expected_mean * windows).sqrt().recip();
        let deviation = Deviation {
            span_s: width_s * self.windows as i64,
            lines: self.sum as f64,
            expected: expected_mean * windows,
        };
        Some(Judged { ratio: (value - expected).abs() / ordinary.max(noise), deviation })
    }
}

/// Judges an entity's windows in `tested` by those of `trained` and their own past. `listened` is the stretch of
/// time, µs since 1970, in which silence is silence.
pub fn judge(trained: Option<&Rate>, tested: &Rate, listened: Option<(i64, i64)>) -> Vec<WindowVerdict> {
    let width_s = tested.width_s();
    let width_us = width_s * 1_000_000;
    let tested = tested.windows();
    let mut counts = trained.map(|rate| rate.widened(width_s).windows()).unwrap_or_default();
    let Some((from, to)) = listened else { return Vec::new() };
    let (from, to) = (from.div_euclid(width_us), to.div_euclid(width_us));
    let mut first = tested.keys().next().copied().unwrap_or(from);
    let last = tested.keys().next_back().copied().unwrap_or(to).max(to);
    // One that was known is listened to from the start, whether it writes or not.
    if !counts.is_empty() {
        first = first.min(from);
        counts.entry(first).or_default();
    }
    for (window, count) in tested {
        *counts.entry(window).or_default() += count;
    }
    let mut spans = [Span::new(width_s, width_s), Span::new(LONG_S, width_s)];
    let mut verdicts = Vec::new();
    for (window, count) in filled(&counts, to, SILENCE_MAX_S / width_s) {
        let judged = spans.each_mut().map(|span| span.judge(window, count, width_s));
        if window < first {
            continue;
        }
        // What was listened to begins and ends somewhere within a window: few lines there say nothing.
        let is_cut = window == first || window == last;
        let worst = judged.into_iter().flatten().max_by(|one, other| one.ratio.total_cmp(&other.ratio));
        let (score, finding) = match worst {
            None => (0.0, Finding::Learning),
            Some(Judged { ratio, deviation })
                if ratio > ANOMALOUS_RATIO && !(is_cut && deviation.lines < deviation.expected) =>
            {
                (ratio, Finding::Anomalous(deviation))
            }
            Some(Judged { ratio, .. }) => (ratio, Finding::Usual),
        };
        verdicts.push(WindowVerdict { window_start_us: window * width_us, width_s, score, finding });
    }
    verdicts
}

/// The windows with those of silence between them, and after them until `to`; of each silence the first
/// `silence_max` windows.
fn filled(counts: &BTreeMap<i64, u32>, to: i64, silence_max: i64) -> impl Iterator<Item = (i64, u32)> {
    let next = counts.keys().skip(1).copied().chain([to.saturating_add(1)]);
    counts.iter().zip(next).flat_map(move |((window, count), next)| {
        let silent_until = next.min(window.saturating_add(silence_max + 1));
        std::iter::once((*window, *count)).chain((window + 1..silent_until).map(|window| (window, 0)))
    })
}
