//! Which events a rule sees, in SQL.
//!
//! Promises: the events of the routes, no others. Must not know: what a rule asks of them.

use regex::escape;

use super::layout::{Sql, quoted};
use super::place::key;
use crate::sigma::routes::{Clause, Route, WINDOWS_FORMATS};

/// The events that take one of these routes, all of one view.
pub(super) fn condition(routes: &[&Route]) -> Sql {
    let windows = of_families(WINDOWS_FORMATS);
    let is_windows = matches!(routes.first(), Some(Route::Windows { .. }));
    let origin = if is_windows { windows } else { Sql::Not(Box::new(windows)) };
    let parts: Vec<Sql> = routes.iter().map(|route| of_route(route)).collect();
    match Sql::any(parts) {
        Sql::All(parts) => Sql::All([vec![origin], parts].concat()),
        other => Sql::All(vec![origin, other]),
    }
}

fn of_route(route: &Route) -> Sql {
    match route {
        Route::Windows { channels, event_ids, event_types, .. } => {
            let mut parts = Vec::new();
            if !channels.is_empty() {
                parts.push(without_case("Channel", channels));
            }
            if !event_ids.is_empty() {
                parts.push(Sql::one_of(key("EventID"), *event_ids));
            }
            if !event_types.is_empty() {
                parts.push(without_case("EventType", event_types));
            }
            Sql::all(parts)
        }
        Route::Others(clauses) => Sql::any(clauses.iter().map(of_clause).collect()),
        Route::Product(name) => Sql::Any(vec![
            of_families(&[name.as_str()]),
            Sql::one_of("fold_case(observer_product)".to_owned(), [name.to_lowercase()]),
            Sql::one_of("fold_case(observer_vendor)".to_owned(), [name.to_lowercase()]),
        ]),
    }
}

fn without_case(name: &str, words: &[&str]) -> Sql {
    Sql::one_of(format!("fold_case({})", key(name)), words.iter().map(|word| word.to_lowercase()))
}

fn of_clause(clause: &Clause) -> Sql {
    let mut parts = Vec::new();
    if !clause.classes.is_empty() {
        parts.push(Sql::one_of("class".to_owned(), clause.classes));
    }
    if !clause.actions.is_empty() {
        parts.push(Sql::one_of("event_action".to_owned(), clause.actions));
    }
    if !clause.formats.is_empty() {
        parts.push(of_families(clause.formats));
    }
    if !clause.not_formats.is_empty() {
        parts.push(Sql::Not(Box::new(of_families(clause.not_formats))));
    }
    if !clause.programs.is_empty() {
        let programs = clause.programs.iter().map(|program| program.to_lowercase());
        parts.push(Sql::one_of("fold_case(process_name)".to_owned(), programs));
    }
    Sql::all(parts)
}

/// Formats of these names, and those whose name goes on with `_`.
fn of_families(families: &[&str]) -> Sql {
    let names: Vec<String> = families.iter().map(|family| escape(family)).collect();
    let names = match names.as_slice() {
        [name] => name.clone(),
        names => format!("({})", names.join("|")),
    };
    Sql::Text(format!("regexp_like(format, {})", quoted(&format!("^{names}(_|$)"))))
}
