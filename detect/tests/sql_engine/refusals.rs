//! Rules that cannot run say where and why.

use detect::rule::Origin;
use detect::sigma::SigmaSet;
use detect::{Context, Engine, Problem, Rule};

use crate::events::rule_text;

fn problem(header: &str, sql: &str) -> Problem {
    let rule = Rule::parse("t.sql", &rule_text(header, sql), Origin::File).unwrap();
    let (engine, mut problems) =
        Engine::new(vec![rule], SigmaSet::default(), &Context::default(), Default::default());
    assert_eq!(engine.rules_running(), 0, "{sql}");
    assert_eq!(problems.len(), 1, "{problems:?}");
    problems.remove(0)
}

#[test]
fn an_unknown_column_is_shown_in_its_place_with_the_nearest_one() {
    let problem = problem("", "SELECT source_ip\nFROM events\nWHERE src_ip = 'x'");
    assert_eq!((problem.line, problem.column, problem.width), (13, 7, 6));
    assert_eq!(problem.source_line, "WHERE src_ip = 'x'");
    assert_eq!(problem.message, "there is no column src_ip");
    assert_eq!(problem.help.as_deref(), Some("did you mean `source_ip`?"));
}

#[test]
fn an_unknown_function_is_shown_with_the_nearest_one() {
    let problem = problem("", "SELECT source_ip FROM events WHERE is_privat_ip(source_ip)");
    assert_eq!((problem.line, problem.column), (11, 36));
    assert_eq!(problem.help.as_deref(), Some("did you mean `is_private_ip`?"));
}

#[test]
fn an_unknown_parameter_is_shown_with_the_nearest_one() {
    let problem =
        problem("[param]\nbytes_max = 5", "SELECT source_ip FROM events WHERE source_bytes > $byte_max");
    assert_eq!(problem.help.as_deref(), Some("did you mean `bytes_max`?"));
    assert_eq!((problem.line, problem.column), (12, 51));
}

#[test]
fn an_undeclared_list_is_named() {
    let problem = problem("", "SELECT source_ip FROM events WHERE in_list(user_name, 'admins')");
    assert!(problem.message.contains("[list.admins]"));
}

#[test]
fn broken_sql_is_shown_where_the_parser_stopped() {
    let problem = problem("", "SELECT source_ip\nFROM events\nWHERE AND");
    assert_eq!(problem.line, 13, "{problem}");
}

#[test]
fn a_broken_pattern_is_shown() {
    let problem = problem("", "SELECT source_ip FROM events WHERE regexp_like(message, '(unclosed')");
    assert!(problem.message.contains("(unclosed"), "{problem}");
}

#[test]
fn whatever_is_not_one_select_over_events_is_refused() {
    for sql in [
        "DROP TABLE events",
        "INSERT INTO events SELECT * FROM events",
        "COPY events TO 'x'",
        "SET datafusion.execution.batch_size = 1",
        "SELECT source_ip FROM events; SELECT source_ip FROM events",
        "SELECT source_ip FROM alerts",
        "SELECT a.source_ip FROM events a JOIN events b ON a.source_ip = b.source_ip",
        "SELECT source_ip FROM events, events e",
        "SELECT source_ip FROM (SELECT * FROM events)",
        "SELECT source_ip FROM events WHERE user_name IN (SELECT user_name FROM events)",
        "WITH e AS (SELECT 1) SELECT source_ip FROM events",
        "SELECT source_ip FROM events UNION SELECT source_ip FROM events",
        "SELECT DISTINCT source_ip FROM events",
        "SELECT source_ip FROM events ORDER BY source_ip",
        "SELECT source_ip FROM events LIMIT 5",
        "SELECT * FROM events",
        "SELECT source_ip, row_number() OVER () FROM events",
        "SELECT source_ip FROM events WHERE timestamp > now()",
        "SELECT source_ip FROM events WHERE random() > 0.5",
        "SELECT source_ip FROM generate_series(1, 5)",
        "",
    ] {
        problem("", sql);
    }
}

#[test]
fn aggregates_that_cannot_slide_are_refused_by_name() {
    for aggregate in
        ["array_agg(user_name)", "approx_distinct(user_name)", "median(source_bytes)", "sum(DISTINCT seq)"]
    {
        let sql =
            format!("SELECT source_ip, {aggregate} AS x FROM events GROUP BY source_ip HAVING count(*) > 1");
        let name = aggregate.split('(').next().unwrap();
        assert!(problem("window = \"10m\"", &sql).message.contains(name), "{aggregate}");
    }
}

#[test]
fn a_window_without_group_by_and_an_entity_that_is_not_selected_are_refused() {
    assert!(problem("window = \"10m\"", "SELECT source_ip FROM events").message.contains("GROUP BY"));
    let problem = problem("entity = [\"sorce_ip\"]", "SELECT source_ip FROM events");
    assert!(problem.message.contains("did you mean `source_ip`"), "{problem}");
}

#[test]
fn a_deeply_nested_rule_is_an_error_and_not_a_crash() {
    let sql = format!("SELECT source_ip FROM events WHERE {}1=1{}", "(".repeat(5_000), ")".repeat(5_000));
    problem("", &sql);
}

#[test]
fn a_condition_after_is_distinct_from_asks_for_parentheses() {
    let sql =
        "SELECT source_ip FROM events WHERE event_outcome IS DISTINCT FROM 'failure' AND source_port = 5";
    let problem = problem("", sql);
    assert_eq!(problem.column, 36);
    assert!(problem.help.unwrap().contains("parentheses"));
}
