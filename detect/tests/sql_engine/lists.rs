//! Parameters and tenant lists.

use detect::sigma::SigmaSet;
use detect::{Context, Engine};
use schema::{Calendar, List, Lists};

use crate::events::{Event, batch, rule};

/// Number of matches of `filter` over one failed login of m.verdi from 203.0.113.9.
fn matches(header: &str, filter: &str, admins: &[&str]) -> usize {
    let mut lists = Lists::default();
    lists.insert("admins", List::new(admins));
    let context = Context::new(Calendar::default(), lists);
    let rule = rule(header, &format!("SELECT source_ip FROM events WHERE {filter}"));
    let (engine, problems) = Engine::new(vec![rule], SigmaSet::default(), &context, Default::default());
    assert_eq!(problems, []);
    engine.evaluate(&batch(&[Event::failure(0, "203.0.113.9", 1)])).unwrap().matches().len()
}

#[test]
fn an_empty_list_says_what_the_header_says() {
    let header = |when| format!("[list.admins]\nwhen_empty = \"{when}\"");
    for (when, listed) in [("everything", 1), ("nothing-listed", 0)] {
        assert_eq!(matches(&header(when), "in_list(user_name, 'admins')", &[]), listed, "{when}");
        assert_eq!(matches(&header(when), "in_list(user_name, 'admins')", &["M.VERDI"]), 1, "{when}");
        assert_eq!(matches(&header(when), "in_list(user_name, 'admins')", &["other"]), 0, "{when}");
        assert_eq!(matches(&header(when), "in_list(source_ip, 'admins')", &["203.0.113.0/24"]), 1, "{when}");
    }
}

#[test]
fn an_item_that_is_no_longer_valid_does_not_count_for_a_later_event() {
    let mut lists = Lists::default();
    let mut admins = List::default();
    // The event is at 0 of the tests' clock, when the item has just ended.
    admins.add("m.verdi", -1..0);
    lists.insert("admins", admins);
    let context = Context::new(Calendar::default(), lists);
    for (filter, found) in [
        ("in_list(user_name, 'admins')", 0),
        ("in_list(user_name, 'admins') IS NOT TRUE", 1),
        ("in_list(user_name, 'admins', timestamp)", 0),
        ("in_list(user_name, 'admins', timestamp - INTERVAL '1 microsecond')", 1),
    ] {
        let header = "[list.admins]\nwhen_empty = \"silent\"";
        let rule = rule(header, &format!("SELECT source_ip FROM events WHERE {filter}"));
        let (engine, problems) = Engine::new(vec![rule], SigmaSet::default(), &context, Default::default());
        assert_eq!(problems, []);
        let hits = engine.evaluate(&batch(&[Event::failure(0, "203.0.113.9", 1)])).unwrap();
        assert_eq!(hits.matches().len(), found, "{filter}");
    }
}

#[test]
fn parameters_enter_as_literals_of_their_type() {
    for (param, filter, found) in [
        ("n = 1", "event_count >= $n", 1),
        ("n = -1", "event_count < $n", 0),
        ("n = 0.5", "event_count * 1.0 > $n", 1),
        ("n = \"m.verdi\"", "user_name = $n", 1),
        ("n = \"x' OR 'a' = 'a\"", "user_name = $n", 0),
        ("n = true", "$n", 1),
        ("n = [\"a\", \"m.verdi\"]", "user_name IN ($n)", 1),
        ("n = [\"a\", \"m.verdi\"]", "user_name NOT IN ('b', $n)", 0),
        ("n = [\"a\"]", "in_list(user_name, $n)", 0),
        ("n = []", "user_name IN ($n)", 0),
        ("n = []", "user_name NOT IN ($n)", 1),
    ] {
        assert_eq!(matches(&format!("[param]\n{param}"), filter, &[]), found, "{param}: {filter}");
    }
}
