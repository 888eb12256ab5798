//! The rules as they stand, and with other values of their parameters.
//!
//! Promises: a trial is a rule of its own to the engine, under an id of its own. Must not know: events.

use detect::Rule;
use detect::rule::ParamValue;
use detect::testing;
use rayon::prelude::*;

use crate::detections::own_lines;
use crate::exit::{Failure, Result};
use crate::suggest;

/// A rule, as it stands or changed.
pub struct Trial {
    /// Its id in its file.
    pub rule_id: String,
    /// What was changed, `failures = 10`; none as it stands.
    pub change: Option<String>,
    /// Its own tests that the change breaks.
    pub tests_broken: Option<u64>,
    /// What runs.
    pub rule: Rule,
}

/// All of them, each rule before its changes.
pub struct Trials(Vec<Trial>);

impl Trials {
    /// Of these rules: with the values of `set`, else, for rules that were asked for by name, with values near theirs.
    pub fn of(rules: Vec<Rule>, set: &[String], are_named: bool) -> Result<Trials> {
        let set = set.iter().map(|text| assignment(text)).collect::<Result<Vec<_>>>()?;
        for (name, _) in &set {
            let known = rules.iter().flat_map(|rule| rule.params.keys().map(String::as_str));
            if !known.clone().any(|known| known == *name) {
                let message = format!("none of the rules has a parameter `{name}`");
                return Err(Failure::usage_text(message, suggest::hint(name, known)));
            }
        }
        let mut trials = Vec::new();
        for mut rule in rules {
            if are_named {
                rule.disabled = None;
            }
            let changes = match set.is_empty() {
                true if are_named => near(&rule),
                true => Vec::new(),
                false => asked(&rule, &set)?,
            };
            let changed: Vec<Trial> = changes.into_iter().map(|params| changed(&rule, params)).collect();
            trials.push(Trial { rule_id: rule.id.clone(), change: None, tests_broken: None, rule });
            trials.extend(changed);
        }
        trials.par_iter_mut().filter(|trial| trial.change.is_some()).for_each(|trial| {
            let others = own_lines::others(std::slice::from_ref(&trial.rule));
            let failures = testing::run(&trial.rule, &others, &own_lines::parse);
            trial.tests_broken = failures.ok().map(|failures| failures.len() as u64);
        });
        Ok(Trials(trials))
    }

    /// What the engine runs.
    pub fn rules(&self) -> Vec<Rule> {
        self.0.iter().map(|trial| trial.rule.clone()).collect()
    }

    /// Each.
    pub fn iter(&self) -> impl Iterator<Item = &Trial> {
        self.0.iter()
    }
}

/// New values of some parameters.
type Change = Vec<(String, ParamValue)>;

fn changed(rule: &Rule, change: Change) -> Trial {
    let words: Vec<String> = change.iter().map(|(name, value)| format!("{name} = {value}")).collect();
    let words = words.join(", ");
    let mut trial = rule.clone();
    trial.id = format!("{} ({words})", rule.id);
    trial.params.extend(change);
    Trial { rule_id: rule.id.clone(), change: Some(words), tests_broken: None, rule: trial }
}

/// `name=value`.
fn assignment(text: &str) -> Result<(&str, &str)> {
    let parts = text.split_once('=').map(|(name, value)| (name.trim(), value.trim()));
    parts.filter(|(name, _)| !name.is_empty()).ok_or_else(|| {
        Failure::usage_text(
            format!("--set cannot read `{text}`"),
            "write --set NAME=VALUE, as --set failures=30",
        )
    })
}

/// The one change that the user asks for; none for a rule without any of the parameters.
fn asked(rule: &Rule, set: &[(&str, &str)]) -> Result<Vec<Change>> {
    let mut change = Change::new();
    for (name, text) in set {
        if let Some(default) = rule.params.get(*name) {
            change.push(((*name).to_owned(), read(&rule.id, name, default, text)?));
        }
    }
    Ok(if change.is_empty() { Vec::new() } else { vec![change] })
}

/// A value of the kind of `default`.
fn read(rule: &str, name: &str, default: &ParamValue, text: &str) -> Result<ParamValue> {
    let (value, kind) = match default {
        ParamValue::Boolean(_) => (text.parse().ok().map(ParamValue::Boolean), "true or false"),
        ParamValue::Integer(_) => (text.parse().ok().map(ParamValue::Integer), "a whole number"),
        ParamValue::Float(_) => {
            (text.parse().ok().filter(|value: &f64| value.is_finite()).map(ParamValue::Float), "a number")
        }
        ParamValue::Text(_) => (Some(ParamValue::Text(text.to_owned())), "a text"),
        ParamValue::Texts(_) => {
            let texts = text.split(',').map(|text| text.trim().to_owned()).collect();
            (Some(ParamValue::Texts(texts)), "texts")
        }
    };
    value.ok_or_else(|| {
        let help = format!("in {rule} it is {default}");
        Failure::usage_text(format!("`{name}` is {kind}, and `{text}` is not"), help)
    })
}

/// Each number by itself, at values around its own.
fn near(rule: &Rule) -> Vec<Change> {
    let values = rule.params.iter().flat_map(|(name, value)| {
        let near: Vec<ParamValue> = match value {
            ParamValue::Integer(value) => near_integer(*value).into_iter().map(ParamValue::Integer).collect(),
            ParamValue::Float(value) => near_float(*value).into_iter().map(ParamValue::Float).collect(),
            _ => Vec::new(),
        };
        near.into_iter().map(move |value| vec![(name.clone(), value)])
    });
    values.collect()
}

/// Half, three quarters, one and a half, double; a count of nothing asks nothing.
fn near_integer(value: i64) -> Vec<i64> {
    let scaled = |by: i64, over: i64| value.saturating_mul(by) / over;
    let mut values = vec![scaled(1, 2), scaled(3, 4), scaled(3, 2), scaled(2, 1)];
    values.dedup();
    values.retain(|near| *near != value && *near != 0);
    values
}

/// The same; of a share of one, as far towards one as towards nothing.
fn near_float(value: f64) -> Vec<f64> {
    let values = match value {
        0.0..1.0 => [value / 2.0, value * 0.75, 1.0 - (1.0 - value) * 0.75, 1.0 - (1.0 - value) / 2.0],
        _ => [value / 2.0, value * 0.75, value * 1.5, value * 2.0],
    };
    let rounded = values.map(|near| (near * 1_000.0).round() / 1_000.0);
    rounded.into_iter().filter(|near| *near != value && *near != 0.0).collect()
}

#[cfg(test)]
mod tests {
    use detect::rule::Origin;

    use super::*;

    fn rule() -> Rule {
        let text = super::super::super::new::template("LOCAL-01");
        Rule::parse("new.sql", &text, Origin::File).unwrap()
    }

    fn of(set: &[&str]) -> Result<Trials> {
        let set: Vec<String> = set.iter().map(|text| (*text).to_owned()).collect();
        Trials::of(vec![rule()], &set, true)
    }

    fn told(set: &[&str]) -> String {
        match of(set) {
            Err(Failure::Told(_, report)) => format!("{report}: {}", report.help().unwrap()),
            _ => panic!("{set:?} was taken"),
        }
    }

    #[test]
    fn values_lie_on_both_sides_of_a_parameter_s_own() {
        assert_eq!(near_integer(20), [10, 15, 30, 40]);
        assert_eq!(near_integer(2), [1, 3, 4]);
        assert_eq!(near_integer(1), [2]);
        assert_eq!(near_integer(0), [] as [i64; 0]);
        assert_eq!(near_float(0.7), [0.35, 0.525, 0.775, 0.85]);
        assert_eq!(near_float(3.0), [1.5, 2.25, 4.5, 6.0]);
    }

    #[test]
    fn a_change_that_its_own_lines_do_not_ring_any_more_breaks_a_test() {
        let trials = of(&[]).unwrap();
        let broken: Vec<_> =
            trials.iter().map(|trial| (trial.change.as_deref(), trial.tests_broken)).collect();
        assert_eq!(
            broken,
            [
                (None, None),
                (Some("failures = 10"), Some(0)),
                (Some("failures = 15"), Some(0)),
                (Some("failures = 30"), Some(1)),
                (Some("failures = 40"), Some(1)),
            ]
        );
    }

    #[test]
    fn a_value_is_of_its_parameter_s_kind_and_a_parameter_one_of_the_rule_s() {
        assert!(told(&["failures=many"]).starts_with("`failures` is a whole number, and `many` is not"));
        assert!(told(&["failure=3"]).contains("did you mean `failures`?"));
        assert!(told(&["failures"]).contains("--set NAME=VALUE"));
        let trials = of(&["failures=3"]).unwrap();
        assert_eq!(trials.rules()[1].params["failures"], ParamValue::Integer(3));
    }
}
