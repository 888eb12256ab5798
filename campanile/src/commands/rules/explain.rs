//! `campanile rules explain`: how a rule runs.

use detect::rule::{ChainOf, ChainSpec};
use detect::sigma;
use detect::sql::{Explanation, Planner};
use detect::{Context, Rule};
use miette::Report;

use super::selection::Selection;
use crate::detections::loading::tell_faults;
use crate::diagnostics::Fault;
use crate::exit::{Exit, Failure, Result};
use crate::moment;
use crate::terminal::Terminal;

/// Explains each rule named.
pub fn run(words: &[String], terminal: &Terminal) -> Result<Exit> {
    let selection = Selection::of(words)?;
    let town = Context::default();
    let planner = Planner::new(&town).map_err(|error| Failure::internal(error.to_string()))?;
    let mut text = String::new();
    let mut exit = if selection.faults.is_empty() { Exit::Done } else { Exit::Usage };
    for rule in &selection.rules {
        if let Some(chain) = &rule.chain {
            text.push_str(&of_chain(rule, chain));
            continue;
        }
        match planner.explain(rule) {
            Ok(explanation) => text.push_str(&of_sql(rule, &explanation)),
            Err(problems) => {
                exit = Exit::Usage;
                for problem in problems {
                    terminal.report(Report::new(Fault::of_rule(&problem)).as_ref());
                }
            }
        }
    }
    for (index, rule) in selection.sigma.rules().iter().enumerate() {
        if let Some(explanation) = selection.sigma.explain(index) {
            text.push_str(&of_sigma(rule, &explanation));
        }
    }
    super::show::print(text.trim_end(), terminal)?;
    tell_faults(selection.faults, terminal);
    Ok(exit)
}

fn of_chain(rule: &Rule, chain: &ChainSpec) -> String {
    let mut text = String::new();
    line(&mut text, "", format!("{} · {} ({})", rule.id, rule.title.en, rule.severity.name()));
    let within = moment::length(chain.within_us);
    let (kind, steps) = match &chain.of {
        ChainOf::Steps(steps) => (
            format!(
                "chain: alerts of one incident, one after the other and each of another rule, within {within}"
            ),
            steps.iter().map(|words| words.join(" or ")).collect(),
        ),
        ChainOf::Tenants(tenants) => (
            format!("chain: alerts about one address outside, of {tenants} tenants, within {within}"),
            Vec::new(),
        ),
    };
    line(&mut text, "kind", kind);
    line(
        &mut text,
        "a step is",
        "an alert of a rule that is named; of a technique or tactic, one of medium severity or above"
            .to_owned(),
    );
    line(&mut text, "lists", rule.lists.keys().cloned().collect::<Vec<String>>().join(", "));
    line(&mut text, "sha256", rule.sha256.clone());
    if !steps.is_empty() {
        text.push_str("\nsteps\n");
        steps.into_iter().for_each(|step: String| line(&mut text, " ", step));
    }
    text.push('\n');
    text
}

fn of_sigma(rule: &sigma::Rule, explanation: &sigma::Explanation) -> String {
    let mut text = String::new();
    line(&mut text, "", format!("{} · {} ({})", rule.id, rule.title, rule.severity.name()));
    line(&mut text, "kind", "match, from Sigma: each atom once a distinct value of a batch".to_owned());
    line(&mut text, "log source", rule.log_source.clone());
    let necessary = match &explanation.necessary {
        Some(atoms) => atoms.join(" or "),
        None => "its log source fits: no text is certain to stand in what it matches".to_owned(),
    };
    line(&mut text, "entered only if", necessary);
    text.push_str("\natoms\n");
    for atom in &explanation.atoms {
        line(&mut text, " ", atom.clone());
    }
    text.push('\n');
    text
}

fn of_sql(rule: &Rule, explanation: &Explanation) -> String {
    let mut text = String::new();
    line(&mut text, "", format!("{} · {} ({})", rule.id, rule.title.en, rule.severity.name()));
    let window = match (explanation.kind, explanation.window_us) {
        ("match", Some(gap_us)) => {
            format!(
                "match: every event that passes; closer than {} of one entity they are one alert",
                moment::length(gap_us)
            )
        }
        ("window", Some(window_us)) => format!(
            "window: HAVING over the group's events of the last {}, tested at every event, exact",
            moment::length(window_us)
        ),
        ("first seen", Some(within_us)) => {
            format!(
                "first seen: an event that passes, whose entities together none had in the {} before",
                moment::length(within_us)
            )
        }
        (kind, _) => format!("{kind}: GROUP BY without a window, over all that is read"),
    };
    line(&mut text, "kind", window);
    if let Some(baseline) = &rule.baseline {
        let (of, times) = (&baseline.of, baseline.times);
        let usual = "the median of the same hour on like days of four weeks";
        line(&mut text, "baseline", format!("{of} is more than {usual} and {times} median deviations"));
        let least = moment::length(baseline.min_history_us);
        line(
            &mut text,
            "learning",
            format!("HAVING alone decides about a source until {}", known_after(&least)),
        );
    }
    if let Some(first_seen) = &rule.first_seen {
        let least = moment::length(first_seen.min_history_us);
        let list = first_seen.list.as_ref();
        let unless =
            list.map_or(String::new(), |list| format!("; nothing to learn once the list {list} has entries"));
        line(&mut text, "learning", format!("silent about a source until {}{unless}", known_after(&least)));
    }
    if explanation.has_floor {
        let judged = "only at times when enough of a group's events lie close together, exact there";
        line(&mut text, "judged", judged.to_owned());
    }
    line(&mut text, "an alert is about", explanation.entities.join(", "));
    let needs =
        explanation.needs.iter().map(|(column, values)| format!("{column} is {}", values.join(" or ")));
    line(&mut text, "entered only if", needs.collect::<Vec<String>>().join(" and "));
    line(&mut text, "reads", explanation.columns.join(", "));
    let params = rule.params.iter().map(|(name, value)| format!("${name} = {value}"));
    line(&mut text, "parameters", params.collect::<Vec<String>>().join(", "));
    line(&mut text, "lists", rule.lists.keys().cloned().collect::<Vec<String>>().join(", "));
    line(&mut text, "sha256", rule.sha256.clone());
    text.push_str("\nplan\n");
    for plan_line in explanation.plan.lines() {
        line(&mut text, " ", plan_line.to_owned());
    }
    text.push('\n');
    text
}

/// When a source is known.
fn known_after(least: &str) -> String {
    format!("it was watched for {least}, by any event of its format, without a pause as long")
}

/// `name: value`, nothing when there is no value.
fn line(text: &mut String, name: &str, value: String) {
    if value.is_empty() {
        return;
    }
    match name {
        "" => text.push_str(&value),
        " " => text.push_str(&format!("  {value}")),
        _ => text.push_str(&format!("  {name}: {value}")),
    }
    text.push('\n');
}
