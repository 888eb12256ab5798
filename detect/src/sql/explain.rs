//! What `rules explain` says: how a rule runs and what it needs.

use super::{Compiled, Input, Window};
use crate::rule::Rule;
use crate::span::HOUR_US;

/// How a rule runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// `match`, `window`, `first seen` or `whole range`.
    pub kind: &'static str,
    /// Length of the trailing window, µs; for a match rule the gap that parts two alerts; for what is seen first how far back.
    pub window_us: Option<i64>,
    /// True when HAVING is judged only where enough events lie close together.
    pub has_floor: bool,
    /// Columns it reads; a key of `fields` as `fields.KEY`.
    pub columns: Vec<String>,
    /// Equalities checked before anything else, as (column, values).
    pub needs: Vec<(String, Vec<String>)>,
    /// What an alert is about.
    pub entities: Vec<String>,
    /// DataFusion's plan.
    pub plan: String,
}

impl Explanation {
    pub(super) fn new(rule: &Rule, compiled: &Compiled) -> Explanation {
        let (kind, window_us) = match compiled.layout.window {
            Window::Whole => ("whole range", None),
            Window::Trailing(_) if compiled.layout.is_match() => ("match", Some(HOUR_US)),
            Window::Trailing(_) => ("window", rule.window_us),
            Window::FirstSeen { within_us, .. } => ("first seen", Some(within_us)),
        };
        let needs = compiled.selection.needs.iter();
        Explanation {
            kind,
            window_us,
            has_floor: compiled.layout.floor.is_some(),
            columns: compiled.columns.iter().map(Input::to_string).collect(),
            needs: needs
                .map(|need| (need.input.to_string(), need.values.iter().cloned().collect()))
                .collect(),
            entities: compiled.layout.entities.iter().map(|(name, _)| name.clone()).collect(),
            plan: compiled.plan_text.clone(),
        }
    }
}

impl std::fmt::Display for Input {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Input::Column(column) => out.write_str(column.name()),
            Input::Field(key) => write!(out, "fields.{key}"),
            Input::Map => out.write_str(schema::columns::FIELDS),
            Input::Derived(at) => write!(out, "~{at}"),
        }
    }
}
