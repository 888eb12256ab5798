//! Sessions: the lines that name one identifier, judged by the set of their event types, which are templates.
//!
//! The set is judged, not the order or the counts: lines of concurrent work interleave, and retries and replicas
//! repeat them, while *what* happened to one thing takes few forms. A set that training hardly knew is rare.
//!
//! Promises: time linear in the lines; memory bounded by [`SESSIONS_MAX`] sessions of [`EVENTS_MAX`] event types.
//! Must not know: how templates are mined.

use std::cmp::Reverse;

use rustc_hash::FxHashMap;

use crate::templates::{Miner, TemplateId};

/// Most sessions followed at a time.
pub const SESSIONS_MAX: usize = 1 << 20;
/// Most event types kept of one session.
pub const EVENTS_MAX: usize = 64;

/// A set seen in fewer training sessions is rare: twice at least, so that one odd session does not excuse the next,
/// and in a large training more often, since there mishaps repeat too.
const COMMON_COUNT_MIN: f64 = 2.0;
const COMMON_SHARE_MIN: f64 = 0.0005;
/// Fewest sessions to learn from.
const SESSIONS_MIN: usize = 100;
/// Largest share of the lines in one session: beyond, it is a setting that many lines name, not an identifier.
const LARGEST_SHARE_MAX: f64 = 0.1;
/// Smallest share of the lines that sessions must group to be worth following.
const COVERAGE_MIN: f64 = 0.05;
/// Largest share of training sessions that may look rare to the others: beyond, their sets say nothing.
const RARE_SHARE_MAX: f64 = 0.05;
/// Common sets that a rare one is compared with, the most frequent first.
const COMPARED_MAX: usize = 256;

/// What was seen of one session: its event types, ascending.
#[derive(Debug, Clone, Default)]
pub struct Session {
    lines: u32,
    /// The last line that named it: one that names it twice counts once.
    last_line: u64,
    events: Vec<TemplateId>,
}

/// Sessions of one shape of identifier, in order of appearance.
#[derive(Debug, Default)]
pub struct Sessions {
    index: FxHashMap<Box<str>, usize>,
    sessions: Vec<Session>,
    lines: u64,
}

impl Sessions {
    /// How many sessions there are.
    pub fn count(&self) -> usize {
        self.sessions.len()
    }

    /// Mean number of lines of a session.
    pub fn lines_each(&self) -> f64 {
        self.lines as f64 / self.count().max(1) as f64
    }

    /// Whether the session is among them.
    pub fn contains(&self, id: &str) -> bool {
        self.index.contains_key(id)
    }

    /// Notes that the line of that number, from 1, names a session.
    pub fn observe(&mut self, id: &str, event: TemplateId, line: u64) {
        let next = self.sessions.len();
        let at = match self.index.get(id) {
            Some(at) => *at,
            None => {
                self.index.insert(id.into(), next);
                self.sessions.push(Session::default());
                next
            }
        };
        let Some(session) = self.sessions.get_mut(at).filter(|session| session.last_line != line) else {
            return;
        };
        session.last_line = line;
        session.lines += 1;
        self.lines += 1;
        if let Err(place) = session.events.binary_search(&event)
            && session.events.len() < EVENTS_MAX
        {
            session.events.insert(place, event);
        }
    }

    /// The names of the sessions with their event types, in order of appearance.
    fn named(self) -> Vec<(Box<str>, Session)> {
        let mut named: Vec<_> = self.index.into_iter().map(|(id, at)| (at, id)).collect();
        named.sort_unstable();
        named.into_iter().map(|(_, id)| id).zip(self.sessions).collect()
    }
}

/// What training knows of the sessions of one shape.
#[derive(Debug)]
pub struct SessionModel {
    /// Sets of event types, with the number of sessions that had them.
    sets: FxHashMap<Vec<TemplateId>, u32>,
    sessions: usize,
}

impl SessionModel {
    /// Learns from normal sessions; none when they do not group the lines into stories that repeat.
    pub fn learn(sessions: &Sessions, lines: u64, miner: &Miner) -> Option<SessionModel> {
        let told = sessions.sessions.iter().filter(|session| session.events.len() > 1);
        let told_count = told.clone().count();
        let told_lines: u64 = told.map(|session| u64::from(session.lines)).sum();
        let largest = sessions.sessions.iter().map(|session| session.lines).max().unwrap_or(0);
        if told_count < SESSIONS_MIN
            || told_count * 2 < sessions.count()
            || (told_lines as f64) < COVERAGE_MIN * lines as f64
            || f64::from(largest) > LARGEST_SHARE_MAX * sessions.lines as f64
        {
            return None;
        }
        let mut sets = FxHashMap::default();
        for session in &sessions.sessions {
            *sets.entry(session.events.clone()).or_default() += 1;
        }
        let model = SessionModel { sets, sessions: sessions.count() };
        (model.resolved(miner).rare_share() <= RARE_SHARE_MAX).then_some(model)
    }

    /// The same with event types in their final numbers.
    fn resolved(&self, miner: &Miner) -> SessionModel {
        let mut sets = FxHashMap::default();
        for (set, count) in &self.sets {
            *sets.entry(resolved(set, miner)).or_default() += count;
        }
        SessionModel { sets, sessions: self.sessions }
    }

    fn is_rare(&self, count: u32) -> bool {
        f64::from(count) < COMMON_COUNT_MIN.max(COMMON_SHARE_MIN * self.sessions as f64)
    }

    /// The share of training sessions that the others would call rare.
    fn rare_share(&self) -> f64 {
        let rare: u32 = self.sets.values().filter(|count| self.is_rare(**count - 1)).sum();
        f64::from(rare) / self.sessions as f64
    }

    /// Judges sessions, in order of appearance.
    pub fn judge(&self, sessions: Sessions, miner: &Miner) -> Vec<SessionVerdict> {
        let model = self.resolved(miner);
        let common = model.common_sets();
        let mut reasons: FxHashMap<Vec<TemplateId>, Option<SessionReason>> = FxHashMap::default();
        let judge = |(session, seen): (Box<str>, Session)| {
            let set = resolved(&seen.events, miner);
            let count = model.sets.get(&set).copied().unwrap_or(0);
            let score = (f64::from(model.sessions as u32 + 1) / f64::from(count + 1)).log2();
            let reason = reasons.entry(set).or_insert_with_key(|set| {
                model.is_rare(count).then(|| model.reason(set, count, &common, miner))
            });
            SessionVerdict { session, score, reason: reason.clone() }
        };
        sessions.named().into_iter().map(judge).collect()
    }

    /// Sets that are not rare, the most frequent first.
    fn common_sets(&self) -> Vec<&[TemplateId]> {
        let mut common: Vec<_> = self.sets.iter().filter(|(_, count)| !self.is_rare(**count)).collect();
        common.sort_unstable_by_key(|(set, count)| (Reverse(**count), *set));
        common.into_iter().take(COMPARED_MAX).map(|(set, _)| set.as_slice()).collect()
    }

    /// How a rare set differs from the common one nearest to it.
    fn reason(
        &self,
        set: &[TemplateId],
        count: u32,
        common: &[&[TemplateId]],
        miner: &Miner,
    ) -> SessionReason {
        let distance = |other: &&&[TemplateId]| difference(set, other).len() + difference(other, set).len();
        let nearest = common.iter().min_by_key(distance).copied().unwrap_or_default();
        let known = |event: &TemplateId| self.sets.keys().any(|set| set.binary_search(event).is_ok());
        let (unusual, unseen): (Vec<_>, Vec<_>) = difference(set, nearest).into_iter().partition(known);
        let texts = |events: Vec<TemplateId>| events.into_iter().map(|event| miner.template(event)).collect();
        SessionReason {
            alike: count,
            trained: self.sessions,
            unseen: texts(unseen),
            unusual: texts(unusual),
            missing: texts(difference(nearest, set)),
        }
    }
}

/// What is thought of one session.
#[derive(Debug, Clone, PartialEq)]
pub struct SessionVerdict {
    /// The identifier.
    pub session: Box<str>,
    /// How rare its set of event types is, in bits.
    pub score: f64,
    /// Why it is anomalous; none when it is not.
    pub reason: Option<SessionReason>,
}

/// How an anomalous session differs from the usual ones most like it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionReason {
    /// Training sessions with the very same event types.
    pub alike: u32,
    /// Training sessions.
    pub trained: usize,
    /// Templates that no training session had.
    pub unseen: Vec<String>,
    /// Templates known in training, but not together with the others.
    pub unusual: Vec<String>,
    /// Templates that usually come with the others.
    pub missing: Vec<String>,
}

fn resolved(set: &[TemplateId], miner: &Miner) -> Vec<TemplateId> {
    let mut set: Vec<TemplateId> = set.iter().map(|event| miner.resolve(*event)).collect();
    set.sort_unstable();
    set.dedup();
    set
}

/// What the first has and the second lacks; both ascend.
fn difference(one: &[TemplateId], other: &[TemplateId]) -> Vec<TemplateId> {
    one.iter().copied().filter(|event| other.binary_search(event).is_err()).collect()
}
