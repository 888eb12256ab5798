//! What of a rule's runs is told, and what is taken back.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::Watch;
use crate::engine::run::Run;

/// How sure an alert is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The rule holds; more events may belong to it.
    Provisional,
    /// No event that is on time can change it.
    Final,
    /// It was provisional, and with what came later the rule does not hold.
    Withdrawn,
}

/// A run, and how sure it is.
#[derive(Debug)]
pub(crate) struct Told {
    pub run: Run,
    pub standing: Standing,
    /// First event of what was told of it before, when that has changed.
    pub supersedes_us: Option<i64>,
}

/// A run that was told and is not final, without the places of its evidence.
#[derive(Debug)]
pub(super) struct Open {
    pub run: Run,
}

impl Open {
    pub(super) fn of(run: &Run) -> Open {
        let mut run = run.clone();
        run.evidence.places.clear();
        Open { run }
    }

    /// True when it is the same run, which may have grown.
    pub(super) fn is_start_of(&self, run: &Run) -> bool {
        self.run.evidence.first_us == run.evidence.first_us
    }
}

impl Watch {
    /// What of the runs of `groups` was not told yet, and what was told of them and holds no more.
    pub(super) fn news(
        &mut self,
        groups: &FxHashSet<u64>,
        runs: Vec<Run>,
        is_final: impl Fn(&Run) -> bool,
    ) -> Vec<Told> {
        let is_judged =
            |open: &Vec<Open>| open.first().is_some_and(|open| groups.contains(&open.run.group_hash));
        let (mut before, others): (BTreeMap<_, _>, BTreeMap<_, _>) =
            std::mem::take(&mut self.open).into_iter().partition(|(_, open)| is_judged(open));
        self.open = others;
        let (known, new): (Vec<Run>, Vec<Run>) = runs.into_iter().partition(|run| {
            let told = before.get_mut(&run.key);
            told.is_some_and(|told| told.extract_if(.., |told| told.is_start_of(run)).count() > 0)
        });
        let mut news = Vec::new();
        for (run, was_told) in
            known.into_iter().map(|run| (run, true)).chain(new.into_iter().map(|run| (run, false)))
        {
            // What is told again from another first event on takes the place of what was told.
            let replaced = if was_told { None } else { before.get_mut(&run.key).and_then(Vec::pop) };
            let supersedes_us = replaced.map(|told| told.run.evidence.first_us);
            let standing = if is_final(&run) { Standing::Final } else { Standing::Provisional };
            if standing == Standing::Provisional {
                self.open.entry(run.key.clone()).or_default().push(Open::of(&run));
            }
            if standing == Standing::Final || !was_told {
                news.push(Told { run, standing, supersedes_us });
            }
        }
        let withdrawn = before.into_values().flatten();
        news.extend(withdrawn.map(|told| Told {
            run: told.run,
            standing: Standing::Withdrawn,
            supersedes_us: None,
        }));
        news
    }

    /// Forgets everything, and takes back what was told and is not final.
    pub fn give_up(&mut self) -> Vec<Told> {
        let open = std::mem::take(self).open.into_values().flatten();
        open.map(|told| Told { run: told.run, standing: Standing::Withdrawn, supersedes_us: None }).collect()
    }
}
