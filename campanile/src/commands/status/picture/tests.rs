use serde_json::json;

use super::*;

/// A source whose frames became `stored`, and what it refused; the rest is under way.
fn source(name: &str, received: u64, stored: u64, refused: &[(&str, u64)]) -> SourceStatus {
    let refused_total: u64 = refused.iter().map(|(_, frames)| frames).sum();
    let refused: serde_json::Map<String, serde_json::Value> =
        refused.iter().map(|(reason, frames)| ((*reason).to_owned(), (*frames).into())).collect();
    let source = json!({
        "source": name, "kind": "syslog", "tenant": "default", "address": "tcp://127.0.0.1:514",
        "received": received, "received_bytes": 10 * received, "stored": stored, "refused": refused,
        "under_way": received as i64 - stored as i64 - refused_total as i64,
        "truncated": 0, "recoded": 0, "connections": 3, "connections_refused": 0,
        "last_received_us": 97_000_000,
        "events": stored, "parse_errors": 0, "parse_error_samples": [], "plain": 0, "skew_us": null, "lag_us": 12_000,
    });
    serde_json::from_value(source).unwrap()
}

fn status(now_us: i64, sources: Vec<SourceStatus>) -> Status {
    let mut status = json!({
        "now_us": now_us, "started_us": 0, "clock_steps": 0, "sources": [],
        "journal": { "durable_upto": 900, "done_upto": 0, "used_bytes": 5 << 20, "syncs": 9, "failures": 0, "lost": 0, "lost_below": 0 },
        "work": {
            "events": 900, "parse_errors": 0, "plain": 0, "late": 0, "alerts": 2, "incidents": 1, "rows_held": 0, "rows_shed": 0, "rules_failed": 0,
            "worked_upto": 890, "behind": 10,
        },
        "lake": { "committed_upto": 800, "commits": 4, "failures": 0 },
        "http": { "connections": 1, "given_up": 0 },
        "configuration": { "taken": 0, "refused": 0, "last_refusal": null, "needs_restart": [] },
    });
    status["sources"] = serde_json::to_value(sources).unwrap();
    serde_json::from_value(status).unwrap()
}

fn text(lines: &[Line]) -> String {
    lines.iter().map(|line| line.text.clone() + "\n").collect()
}

#[test]
fn the_books_stand_side_by_side_with_rates_since_the_picture_before() {
    let before = status(99_000_000, vec![source("firewall", 500, 500, &[])]);
    let now = status(
        100_000_000,
        vec![
            source("firewall", 750, 700, &[]),
            source("wifi", 20, 5, &[("kernel", 8), ("rate", 6), ("peer", 1)]),
        ],
    );
    let lines = draw(&now, Some(&before), 110, 24);
    let expected = "\
1970-01-01T00:01:40.000000Z  up 1 min 40 s  q ends
journal: 900 durable, 5 MiB; behind: 10; lake: seq 800, 4 commits; 2 alerts, 1 incident open

  source    received  stored  refused  dropped  under way  per s    lag  seen  errors  conn
  firewall       750     700        0        0         50    250  12 ms   3 s       0     3
  wifi            20       5        7        8          0         12 ms   3 s       0     3

wifi: refused 8 kernel, 1 peer, 6 rate
";
    assert_eq!(text(&lines), expected);
    assert!(lines.iter().all(|line| line.tone != Tone::Alarm), "{lines:?}");
}

#[test]
fn a_book_that_does_not_close_comes_first_and_is_marked() {
    let now = status(100_000_000, vec![source("good", 5, 5, &[]), source("bad", 5, 6, &[])]);
    let lines = draw(&now, None, 110, 24);
    assert!(lines[4].text.starts_with("!  bad ") && lines[5].text.starts_with("   good"), "{}", text(&lines));
    assert_eq!((lines[4].tone, lines[5].tone), (Tone::Alarm, Tone::Plain));
    assert!(text(&lines).contains("bad: the book does not close\n"));
}

#[test]
fn what_began_to_be_refused_or_unread_is_a_warning() {
    let before = status(99_000_000, vec![source("a", 5, 5, &[]), source("b", 5, 5, &[])]);
    let mut unread = source("b", 9, 9, &[]);
    (unread.parse_errors, unread.parse_error_samples) = (1, vec!["no time: {\x1b[2J".to_owned()]);
    let now = status(100_000_000, vec![source("a", 9, 5, &[("rate", 4)]), unread]);
    let lines = draw(&now, Some(&before), 110, 24);
    assert_eq!((lines[4].tone, lines[5].tone), (Tone::Warning, Tone::Warning), "{}", text(&lines));
    assert!(text(&lines).contains("b: no time: {\\x1b[2J\n"), "{}", text(&lines));
    assert_eq!(draw(&now, Some(&now), 110, 24)[4].tone, Tone::Plain, "nothing has grown since");
}

#[test]
fn what_does_not_fit_is_counted_and_nothing_is_wider_or_longer_than_the_terminal() {
    let sources = |count: usize| (0..count).map(|n| source(&format!("source{n:02}"), 5, 0, &[("rate", 5)]));
    let now = status(100_000_000, sources(40).collect());
    for (columns, rows) in [(80, 24), (40, 10), (20, 3), (1, 1)] {
        let lines = draw(&now, None, columns, rows);
        assert!(lines.len() <= rows, "{}", text(&lines));
        assert!(lines.iter().all(|line| line.text.chars().count() <= columns), "{}", text(&lines));
    }
    let shown = text(&draw(&now, None, 80, 24));
    assert!(shown.contains("... 28 more sources\n") && shown.contains("... 35 more to look at\n"), "{shown}");
}
