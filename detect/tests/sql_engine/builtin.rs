//! The rules that travel in the binary.

use detect::lint::Level;
use detect::sigma::SigmaSet;
use detect::sql::Planner;
use detect::{Context, Engine};

#[test]
fn every_builtin_rule_can_be_read_and_run() {
    let (rules, problems) = detect::pack::builtin();
    assert_eq!(problems, []);
    let number = rules.len();
    let options = detect::Options { run_disabled: true, ..Default::default() };
    let rules = rules.into_iter().map(|mut rule| {
        // A rule that waits for a list must be fit to run once it has one.
        rule.lists.values_mut().for_each(|when| *when = detect::rule::WhenEmpty::NothingListed);
        rule
    });
    let (engine, problems) = Engine::new(rules.collect(), SigmaSet::default(), &Context::default(), options);
    let shown: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(shown, [] as [String; 0]);
    assert_eq!(engine.rules_running(), number);
}

#[test]
fn no_builtin_rule_has_a_lint_error() {
    let planner = Planner::new(&Context::default()).unwrap();
    let mut found = Vec::new();
    for rule in detect::pack::builtin().0 {
        let lints = detect::lint::lint(&rule, &planner).into_iter();
        found.extend(lints.filter(|lint| lint.level == Level::Error).map(|lint| lint.problem.to_string()));
    }
    assert_eq!(found, [] as [String; 0]);
}
