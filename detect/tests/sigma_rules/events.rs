//! Events from JSON to batches, the way the Windows formats fill `fields`; and short ways to ask.

use std::sync::Arc;

use detect::sigma::{Problem, RuleText, SigmaSet};
use schema::{Action, Column, EventBatch, EventBuilder, FrameBatch, Origin, StreamContext};
use serde_json::Value;

use crate::conversion::is_the_same;

/// A batch of Windows events, flat (NXLog) or as Winlogbeat.
pub fn windows(events: &[Value]) -> EventBatch {
    batch("windows_json", events.len(), |builder, row| {
        let event = &events[row];
        builder.action(Action::ProcessStart);
        match event.get("winlog") {
            Some(winlog) => winlogbeat_fields(builder, winlog),
            None => flat_fields(builder, event),
        }
    })
}

/// A batch of Sysmon process creations with these fields.
pub fn processes(events: &[Value]) -> EventBatch {
    let events: Vec<Value> = events
        .iter()
        .map(|event| {
            let mut event = event.clone();
            event["Channel"] = "Microsoft-Windows-Sysmon/Operational".into();
            event["EventID"] = 1.into();
            event
        })
        .collect();
    windows(&events)
}

/// A batch of `rows` events of a format; `fill` sets what an event has.
pub fn batch(format: &str, rows: usize, mut fill: impl FnMut(&mut EventBuilder<'_>, usize)) -> EventBatch {
    let origin = Origin { collector: "events".into(), source: "test".into(), tenant: "default".into() };
    let frames =
        FrameBatch::new(Arc::new(origin), 0, StreamContext::default(), String::new(), Vec::new(), Vec::new());
    let mut builder = EventBuilder::new("");
    for row in 0..rows {
        builder.timestamp_us(1_767_225_600_000_000 + row as i64);
        builder.ingested_us(1_767_225_600_000_000);
        builder.int(Column::Seq, row as i64 + 1);
        builder.int(Column::Sub, 0);
        builder.int(Column::EventCount, 1);
        fill(&mut builder, row);
        builder.finish_event();
    }
    builder.finish(&frames, format, "1").unwrap()
}

fn flat_fields(builder: &mut EventBuilder<'_>, event: &Value) {
    for (key, value) in event.as_object().unwrap() {
        field(builder, key, value);
        match key.as_str() {
            "SourceName" => field(builder, "Provider_Name", value),
            "Hostname" => field(builder, "Computer", value),
            _ => {}
        }
    }
}

fn winlogbeat_fields(builder: &mut EventBuilder<'_>, winlog: &Value) {
    for (key, name) in [
        ("event_id", "EventID"),
        ("channel", "Channel"),
        ("provider_name", "Provider_Name"),
        ("computer_name", "Computer"),
        ("level", "Level"),
        ("keywords", "Keywords"),
    ] {
        field(builder, name, &winlog[key]);
    }
    for (key, value) in winlog["event_data"].as_object().into_iter().flatten() {
        field(builder, key, value);
    }
}

fn field(builder: &mut EventBuilder<'_>, key: &str, value: &Value) {
    match value {
        Value::String(text) => builder.field(key, text),
        Value::Number(number) => builder.field_number(key, &number.to_string()),
        Value::Bool(truth) => builder.field(key, &truth.to_string()),
        _ => {}
    }
}

/// A process creation rule with this detection section (YAML, indented by two spaces).
pub fn process_rule(detection: &str) -> String {
    format!(
        "title: A rule\nlogsource:\n  product: windows\n  category: process_creation\ndetection:\n{detection}\n"
    )
}

/// The set of one rule, which must be without fault.
pub fn set_of(rule: &str) -> SigmaSet {
    let (set, problems) = compile(&[rule]);
    assert!(problems.is_empty(), "{problems:?}");
    set
}

/// The set of these files and what is wrong with them.
pub fn compile(rules: &[&str]) -> (SigmaSet, Vec<Problem>) {
    SigmaSet::compile(
        rules.iter().enumerate().map(|(index, text)| RuleText {
            path: format!("rule{index}.yml").into(),
            text: (*text).to_owned(),
        }),
    )
}

/// Rows of the batch that the only rule matches; in SQL it selects the same.
pub fn rows(set: &SigmaSet, batch: &EventBatch) -> Vec<u32> {
    let rows: Vec<u32> = set.matches(batch).into_iter().flat_map(|matches| matches.rows).collect();
    is_the_same(set, batch, &rows);
    rows
}

/// Which of the process creations match a rule whose `sel` is these lines (indented by four spaces).
pub fn matching(search: &str, events: &[Value]) -> Vec<u32> {
    let rule = process_rule(&format!("  sel:\n{search}\n  condition: sel"));
    rows(&set_of(&rule), &processes(events))
}
