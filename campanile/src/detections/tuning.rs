//! Parameters of rules as a town sets them.
//!
//! Promises: a value that silences the lines at which its rule must ring is refused, by name; nothing runs with it.
//! Must not know: where values are written.

use std::collections::BTreeMap;

use detect::Rule;
use detect::rule::ParamValue;

use super::own_lines;
use crate::config::{Parameter, Parameters};
use crate::exit::{Failure, Result};
use crate::suggest;

/// Gives parameters their values. Those of rules that are not there are for others.
pub fn tune(rules: &mut [Rule], parameters: &Parameters) -> Result<()> {
    for rule in rules {
        let Some(values) = parameters.get(&rule.id) else { continue };
        for (name, value) in values {
            let value = read(rule, name, value)?;
            rule.set(name, value);
        }
        if let Some(silent) = own_lines::broken(rule).into_iter().find(|failure| failure.is_silent) {
            let change = change(rule, values);
            return Err(Failure::usage_text(
                format!("{} with {change} no longer rings at its own lines: \"{}\"", rule.id, silent.test),
                format!(
                    "nearer to its own value; `campanile rules backtest {} --set NAME=VALUE` says under tests_broken whether one does",
                    rule.id
                ),
            ));
        }
    }
    Ok(())
}

/// Whether there is a rule for each.
pub fn check(rules: &[Rule], parameters: &Parameters) -> Result<()> {
    let known = || rules.iter().map(|rule| rule.id.as_str());
    match parameters.keys().find(|id| !known().any(|known| known == id.as_str())) {
        Some(id) => Err(Failure::usage_text(
            format!("[detect.parameters] names `{id}`, which is none of the rules"),
            suggest::hint(id, known()),
        )),
        None => Ok(()),
    }
}

fn read(rule: &Rule, name: &str, value: &Parameter) -> Result<ParamValue> {
    let default = rule.params.get(name).ok_or_else(|| {
        let known = rule.params.keys().map(String::as_str);
        let message = format!("{} has no parameter `{name}`", rule.id);
        Failure::usage_text(message, suggest::hint(name, known))
    })?;
    value.in_place_of(default).ok_or_else(|| {
        let message = format!("`{name}` of {} is not of the kind that [detect.parameters] says", rule.id);
        Failure::usage_text(message, format!("its own value is {default}"))
    })
}

fn change(rule: &Rule, values: &BTreeMap<String, Parameter>) -> String {
    let set = values.keys().filter_map(|name| Some(format!("{name} = {}", rule.params.get(name)?)));
    set.collect::<Vec<String>>().join(", ")
}
