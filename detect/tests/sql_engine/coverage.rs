//! Which rules could have rung.

use detect::coverage::Status;
use detect::sigma::SigmaSet;
use detect::{Context, Engine, Rule};

use crate::events::{Event, batch, rule, rule_text};

fn status(rule: Rule, options: detect::Options) -> Status {
    let (mut engine, problems) = Engine::new(vec![rule], SigmaSet::default(), &Context::default(), options);
    assert_eq!(problems, []);
    let hits = engine.evaluate(&batch(&[Event::failure(0, "203.0.113.9", 1)])).unwrap();
    engine.absorb(hits).unwrap();
    engine.finish().unwrap().coverage.remove(0).status
}

fn of(header: &str, filter: &str) -> Status {
    status(rule(header, &format!("SELECT source_ip FROM events WHERE {filter}")), Default::default())
}

#[test]
fn a_rule_whose_class_and_columns_were_seen_is_fed() {
    let header = "requires = { classes = [\"web\", \"authentication\"], columns = [\"source_ip\"] }";
    assert_eq!(of(header, "true"), Status::Fed);
    assert_eq!(of("", "class = 'authentication'"), Status::Fed);
}

#[test]
fn a_rule_without_events_of_its_classes_is_blind_and_says_so() {
    let blind = Status::Blind { classes: vec!["web".to_owned()], columns: Vec::new() };
    assert_eq!(of("requires = { classes = [\"web\"] }", "true"), blind);
    assert_eq!(of("", "class = 'web'"), blind, "the SQL says it when the header does not");
}

#[test]
fn a_rule_whose_columns_are_always_null_is_blind_and_names_them() {
    let header = "requires = { columns = [\"source_ip\", \"source_port\", \"fields.reason\"] }";
    let columns = vec!["source_port".to_owned(), "fields.reason".to_owned()];
    assert_eq!(of(header, "true"), Status::Blind { classes: Vec::new(), columns });
}

#[test]
fn a_rule_that_is_off_says_why_and_runs_when_it_is_told_to() {
    let header = "enabled = false\nreason_disabled.en = \"watches people\"\nreason_disabled.it = \"osserva le persone\"";
    let off = || rule(header, "SELECT source_ip FROM events");
    match status(off(), Default::default()) {
        Status::Disabled(reason) => assert_eq!(reason.it, "osserva le persone"),
        other => panic!("{other:?}"),
    }
    let options = detect::Options { run_disabled: true, ..Default::default() };
    assert_eq!(status(off(), options), Status::Fed);
}

#[test]
fn a_rule_that_is_off_must_say_why() {
    let text = rule_text("enabled = false", "SELECT source_ip FROM events");
    let problems = Rule::parse("t.sql", &text, detect::rule::Origin::File).unwrap_err();
    assert!(problems[0].help.as_ref().unwrap().contains("reason_disabled.it"));
}

#[test]
fn a_rule_that_waits_for_a_list_says_which() {
    let header = "[list.admins]\nwhen_empty = \"silent\"";
    assert_eq!(of(header, "in_list(user_name, 'admins')"), Status::ListEmpty("admins".to_owned()));
}
