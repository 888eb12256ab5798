//! What is planted where: the choice of attacks, their twins, and each day's oddities.
//!
//! Promises: an attack's lines depend on the seed and the days, not on what else is planted; the
//! planted attacks stay within their share of the lines. Must not know: files, how lines are merged.

use crate::attacks::{self, Attack, AttackId, Entity, Facts};
use crate::benign;
use crate::calendar::Day;
use crate::clock::DAY_MS;
use crate::lines::{Lines, Tag};
use crate::people::Part;
use crate::rng::Rng;
use crate::story::{Span, Stage};
use crate::town::Town;

/// Attacks every seed plants, when that many exist.
const ATTACKS_MIN: usize = 15;
/// Ordinary lines of a working day at scale 1, rounded down: what the share is measured against.
const LINES_PER_WORKING_DAY: f64 = 560_000.0;
/// The same of a closed day.
const LINES_PER_CLOSED_DAY: f64 = 270_000.0;
/// Share of the lines that attacks may take; the promise is 1%.
const ATTACK_SHARE: f64 = 0.009;

/// A story that is planted.
pub(crate) struct Story {
    pub(crate) facts: Facts,
    pub(crate) entity: Entity,
    /// Empty for a twin.
    pub(crate) detections: Vec<&'static str>,
    pub(crate) span: Span,
    pub(crate) lines: Lines,
    pub(crate) twin: bool,
}

/// Every attack to plant and every twin; the tag of story N's lines is N + 1.
pub(crate) fn stories(town: &Town, days: &[Day], scale: f64, only: Option<AttackId>) -> Vec<Story> {
    let mut made = Vec::new();
    let mut twins = Vec::new();
    for attack in attacks::ALL.iter().copied() {
        let facts = attack.facts();
        let story = plant(town, days, attack);
        twins.extend(twin(town, days, attack, story.as_ref().map(|story| story.span)));
        let wanted = only.is_none_or(|only| only.0 == facts.number);
        made.extend(story.filter(|_| wanted));
    }
    let mut chosen = if only.is_some() { made } else { choose(town.seed, made, days, scale) };
    chosen.sort_by_key(|story| story.facts.number);
    chosen.append(&mut twins);
    for (index, story) in chosen.iter_mut().enumerate() {
        story.lines.set_tag(Tag::try_from(index + 1).unwrap_or(Tag::MAX));
    }
    chosen
}

/// As many as the share allows, in an order of the seed's own that leaves room for the minimum; when
/// not even the smallest fit, the smallest.
fn choose(seed: u64, mut made: Vec<Story>, days: &[Day], scale: f64) -> Vec<Story> {
    made.sort_by_key(|story| Rng::named(seed, "choice", story.facts.number.into()).next_u64());
    let ordinary = |day: &Day| if day.is_working() { LINES_PER_WORKING_DAY } else { LINES_PER_CLOSED_DAY };
    let mut room = days.iter().map(ordinary).sum::<f64>() * scale * ATTACK_SHARE;
    let (mut chosen, mut left): (Vec<Story>, Vec<Story>) = (Vec::new(), Vec::new());
    while let Some(story) = made.pop() {
        let still_missing = ATTACKS_MIN.saturating_sub(chosen.len() + 1);
        let reserved = least_lines(made.iter().chain(&left), still_missing);
        if line_count(&story) + reserved <= room {
            room -= line_count(&story);
            chosen.push(story);
        } else {
            left.push(story);
        }
    }
    left.sort_by_key(|story| story.lines.len());
    let missing = ATTACKS_MIN.saturating_sub(chosen.len());
    chosen.extend(left.into_iter().take(missing));
    chosen
}

fn line_count(story: &Story) -> f64 {
    f64::from(u32::try_from(story.lines.len()).unwrap_or(u32::MAX))
}

/// Lines of the `count` smallest stories.
fn least_lines<'a>(stories: impl Iterator<Item = &'a Story>, count: usize) -> f64 {
    let mut counts: Vec<f64> = stories.map(line_count).collect();
    counts.sort_by(f64::total_cmp);
    counts.into_iter().take(count).sum()
}

fn plant(town: &Town, days: &[Day], attack: &dyn Attack) -> Option<Story> {
    let facts = attack.facts();
    let rng = Rng::named(town.seed, "attack", facts.number.into());
    let lines = Lines::new(town.clock.clone(), 0);
    let mut stage = Stage::new(town, days, Part::Attack(facts.number), rng, lines, None);
    let planted = attack.plant(&mut stage);
    let span = span_of(&stage.lines)?;
    let (entity, detections) = (planted.entity, planted.detections);
    Some(Story { facts, entity, detections, span, lines: stage.lines, twin: false })
}

fn twin(town: &Town, days: &[Day], attack: &dyn Attack, avoid: Option<Span>) -> Option<Story> {
    let facts = attack.facts();
    let rng = Rng::named(town.seed, "twin", facts.number.into());
    let lines = Lines::new(town.clock.clone(), 0);
    let mut stage = Stage::new(town, days, Part::Twin(facts.number), rng, lines, avoid);
    let entity = attack.twin(&mut stage);
    let span = span_of(&stage.lines)?;
    Some(Story { facts, entity, detections: Vec::new(), span, lines: stage.lines, twin: true })
}

/// The oddities of a day: number, time, lines.
pub(crate) fn oddities(town: &Town, day: &Day) -> Vec<(u8, Span, Lines)> {
    let mut happened = Vec::new();
    for oddity in benign::ALL {
        let number = oddity.number();
        // The date, not the day's index: the same date is the same day for any number of days.
        let name = format!("oddity {number}");
        let date = day.start_ms.div_euclid(DAY_MS).unsigned_abs();
        let mut luck = Rng::named(town.seed, &name, date);
        if !oddity.happens(day, &mut luck) {
            continue;
        }
        let lines = Lines::new(town.clock.clone(), 0);
        let days = std::slice::from_ref(day);
        let mut stage = Stage::new(town, days, Part::Oddity(number), luck, lines, None);
        oddity.plant(&mut stage, day);
        happened.extend(span_of(&stage.lines).map(|span| (number, span, stage.lines)));
    }
    happened
}

fn span_of(lines: &Lines) -> Option<Span> {
    lines.span().map(|(start_ms, end_ms)| Span { start_ms, end_ms })
}
