//! Files that are wrong, and documents of other kinds.

use detect::sigma::ProblemKind;
use schema::Severity;
use serde_json::json;

use crate::events::{compile, process_rule, processes, rows, set_of};

fn problem(rule: &str) -> (ProblemKind, Option<u32>, String) {
    let (_, problems) = compile(&[rule]);
    assert_eq!(problems.len(), 1, "{problems:?}");
    (problems[0].kind.clone(), problems[0].line, problems[0].to_string())
}

#[test]
fn a_wrong_modifier_is_named_with_its_line_and_the_right_one() {
    let (kind, line, text) = problem(&process_rule("  sel:\n    CommandLine|contians: x\n  condition: sel"));
    assert!(matches!(kind, ProblemKind::UnknownModifier { .. }));
    assert_eq!(line, Some(7));
    assert!(text.contains("rule0.yml:7:") && text.contains("did you mean `contains`?"), "{text}");
}

#[test]
fn a_wrong_condition_says_where_and_what_was_expected() {
    let (kind, line, text) = problem(&process_rule("  sel: {A: 1}\n  condition: sel adn sel"));
    assert!(matches!(kind, ProblemKind::Condition(_)));
    assert_eq!(line, Some(7));
    assert!(text.contains("column 5") && text.contains("`and`"), "{text}");
    let (_, _, text) = problem(&process_rule("  sel: {A: 1}\n  condition: sel | count() > 5"));
    assert!(text.contains("correlation"), "{text}");
}

#[test]
fn a_search_that_is_not_there_is_named_with_the_nearest() {
    let (kind, line, text) = problem(&process_rule("  selection: {A: 1}\n  condition: selction"));
    assert!(matches!(kind, ProblemKind::UnknownSearch { .. }));
    assert_eq!(line, Some(7));
    assert!(text.contains("did you mean `selection`?"), "{text}");
    let (kind, ..) = problem(&process_rule("  sel: {A: 1}\n  condition: sel and not 1 of filter_*"));
    assert!(matches!(kind, ProblemKind::UnknownSearch { .. }));
}

#[test]
fn missing_fields_are_named() {
    let (_, _, text) =
        problem("title: R\nlogsource: {product: windows}\ndetecton: {s: {A: 1}, condition: s}");
    assert!(text.contains("`detection` is missing; did you mean `detecton`?"), "{text}");
    let (_, _, text) = problem("logsource: {product: windows}\ndetection: {s: {A: 1}, condition: s}");
    assert!(text.contains("`title` is missing"), "{text}");
}

#[test]
fn contradicting_modifiers_and_wrong_values_are_refused() {
    for search in [
        "A|cidr|contains: 192.0.2.0/24",
        "A|contains|endswith: x",
        "A|i: x",
        "A|gte: many",
        "A|cidr: 192.0.2.0/40",
        "A|exists: maybe",
        "A|base64: 'x*'",
        "A|base64offset|contains: x",
        "A|re: '(unclosed'",
        "A|re: '(?=look)'",
        "A: []",
        "A: {B: {C: 1}}",
    ] {
        let (set, problems) = compile(&[&process_rule(&format!("  sel:\n    {search}\n  condition: sel"))]);
        assert!(
            set.rules().is_empty() && problems.len() == 1 && problems[0].is_error(),
            "{search}: {problems:?}"
        );
    }
}

#[test]
fn expand_without_values_skips_the_rule_with_a_note() {
    let (set, problems) = compile(&[&process_rule("  sel:\n    User|expand: '%admins%'\n  condition: sel")]);
    assert!(set.rules().is_empty());
    assert_eq!(problems[0].kind, ProblemKind::NeedsValues("%admins%".to_owned()));
    assert!(!problems[0].is_error());
}

#[test]
fn text_that_is_no_rule_is_a_problem_and_never_a_panic() {
    let deep =
        process_rule(&format!("  s: {{A: 1}}\n  condition: {}s{}", "(".repeat(5_000), ")".repeat(5_000)));
    let spaced = process_rule(&format!("  s: {{A: 1}}\n  condition: {}s", "not ".repeat(5_000)));
    let flow = format!("title: {}", "[".repeat(10_000));
    let large = "x".repeat(2 << 20);
    for text in
        ["", "just text", "- a\n- b", "title: [", "\u{0}\u{1}", "a: *b", &deep, &spaced, &flow, &large]
    {
        let (set, problems) = compile(&[text]);
        assert!(set.rules().is_empty());
        assert!(problems.iter().any(|problem| problem.is_error()), "{}", text.get(..40).unwrap_or(text));
    }
}

#[test]
fn a_wrong_file_costs_only_itself() {
    let good = process_rule("  sel: {A: 1}\n  condition: sel");
    let (set, problems) = compile(&["title: [", &good, "nothing"]);
    assert_eq!((set.rules().len(), problems.len()), (1, 2));
}

#[test]
fn the_head_of_a_rule_is_kept() {
    let rule = "title: Titolo\nid: 0b6a0f63-0000-4000-8000-000000000001\nlevel: critical\nauthor: A. Nonimo\n\
                tags: [attack.t1110]\nfalsepositives: [Prove]\nlogsource: {product: windows, service: security}\n\
                detection: {s: {A: 1}, condition: s}";
    let set = set_of(rule);
    let head = &set.rules()[0];
    assert_eq!((head.title.as_str(), head.severity), ("Titolo", Severity::Critical));
    assert_eq!(head.tags, ["attack.t1110"]);
    assert_eq!(head.false_positives, ["Prove"]);
    assert_eq!(head.log_source, "product=windows service=security");
    assert_eq!(head.sha256.len(), 64);
}

#[test]
fn a_log_source_without_events_is_noted_and_the_rule_kept() {
    let rule = "title: R\nlogsource: {product: windows, category: file_access}\ndetection: {s: {A: 1}, condition: s}";
    let (set, problems) = compile(&[rule]);
    assert_eq!(set.rules().len(), 1);
    assert!(matches!(problems[0].kind, ProblemKind::NotRouted(_)) && !problems[0].is_error());
}

#[test]
fn a_filter_narrows_the_rules_it_names_within_its_log_source() {
    let rule = process_rule("  sel: {A: 1}\n  condition: sel")
        .replace("title: A rule", "title: A rule\nname: narrow_me");
    let other = process_rule("  sel: {A: 1}\n  condition: sel");
    let filter = "title: F\nlogsource: {product: windows, category: process_creation}\n\
                  filter: {rules: [narrow_me], own: {User: admin}, condition: not own}";
    let elsewhere = filter.replace("process_creation", "file_event").replace("admin", "nobody");
    let (set, problems) = compile(&[filter, &rule, &other, &elsewhere]);
    assert!(problems.is_empty(), "{problems:?}");
    let events = processes(&[json!({"A": 1, "User": "admin"}), json!({"A": 1, "User": "nobody"})]);
    let found: Vec<_> = set.matches(&events).into_iter().map(|matches| matches.rows).collect();
    assert_eq!(found, [vec![1], vec![0, 1]]);
    let (_, problems) = compile(&[filter]);
    assert!(matches!(problems[0].kind, ProblemKind::FilterWithoutRule(_)));
}

#[test]
fn correlations_are_read_and_said_not_to_run_yet() {
    let text = format!(
        "{}---\ntitle: Many\ncorrelation:\n  type: event_count\n  rules: [base]\n  group-by: [User]\n  \
         timespan: 5m\n  condition: {{gte: 10}}\n",
        process_rule("  sel: {A: 1}\n  condition: sel").replace("title: A rule", "title: A rule\nname: base")
    );
    let (set, problems) = compile(&[&text]);
    assert_eq!(set.rules().len(), 1);
    assert!(matches!(problems[0].kind, ProblemKind::NotRunYet(_)) && problems.len() == 1);
    assert_eq!(rows(&set, &processes(&[json!({"A": 1})])), [0]);
}
