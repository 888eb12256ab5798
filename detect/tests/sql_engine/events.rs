//! Events and rules made for tests.

use std::sync::Arc;

use detect::coverage::SourceName;
use detect::engine::Options;
use detect::rule::Origin;
use detect::sigma::SigmaSet;
use detect::{Context, Engine, Findings, Rule};
use schema::{Action, Column, EventBatch, EventBuilder, FrameBatch, Outcome, StreamContext};

/// One login attempt.
#[derive(Debug, Clone)]
pub struct Event {
    pub time_us: i64,
    pub source_ip: Option<String>,
    pub user_name: Option<String>,
    pub outcome: Outcome,
    pub count: i64,
    pub seq: i64,
    pub reason: Option<String>,
}

impl Event {
    /// A failed login from an address.
    pub fn failure(time_us: i64, source_ip: &str, seq: i64) -> Event {
        Event {
            time_us,
            source_ip: Some(source_ip.to_owned()),
            user_name: Some("m.verdi".to_owned()),
            outcome: Outcome::Failure,
            count: 1,
            seq,
            reason: None,
        }
    }
}

/// A batch of these events.
pub fn batch(events: &[Event]) -> EventBatch {
    batch_from("test", events)
}

/// A batch of these events, of a source.
pub fn batch_from(source: &str, events: &[Event]) -> EventBatch {
    batch_in("test", source, events)
}

/// A batch of these events, of a source, in a format.
pub fn batch_in(format: &str, source: &str, events: &[Event]) -> EventBatch {
    let origin =
        schema::Origin { collector: "auth.log".into(), source: source.into(), tenant: "default".into() };
    let context = StreamContext::default();
    let frames = FrameBatch::new(Arc::new(origin), 0, context, String::new(), vec![], vec![]);
    let mut builder = EventBuilder::new("");
    for event in events {
        builder.timestamp_us(event.time_us);
        builder.ingested_us(event.time_us);
        builder.int(Column::Seq, event.seq);
        builder.int(Column::Sub, 0);
        builder.int(Column::EventCount, event.count);
        builder.action(Action::Login);
        builder.outcome(event.outcome);
        if let Some(source_ip) = &event.source_ip {
            builder.text(Column::SourceIp, source_ip);
        }
        if let Some(user_name) = &event.user_name {
            builder.text(Column::UserName, user_name);
        }
        if let Some(reason) = &event.reason {
            builder.field("reason", reason);
        }
        builder.finish_event();
    }
    builder.finish(&frames, format, "1").unwrap()
}

/// A source that sends in the format of [`batch`].
pub fn source(name: &str) -> SourceName {
    SourceName { tenant: "default".into(), source: name.into(), format: "test".into() }
}

/// The text of a rule: `header` lines beside the mandatory ones, and its SQL.
pub fn rule_text(header: &str, sql: &str) -> String {
    format!(
        "/*---\nid = \"T-1\"\ntitle.en = \"t\"\ntitle.it = \"t\"\ndescription.en = \"d\"\ndescription.it = \"d\"\n\
         severity = \"low\"\nfamily = \"both\"\n{header}\n---*/\n{sql}\n"
    )
}

/// A rule.
pub fn rule(header: &str, sql: &str) -> Rule {
    Rule::parse("t.sql", &rule_text(header, sql), Origin::File).unwrap()
}

/// An engine with one rule.
pub fn engine(rule: Rule, options: Options) -> Engine {
    let (engine, problems) = Engine::new(vec![rule], SigmaSet::default(), &Context::default(), options);
    assert_eq!(problems, []);
    engine
}

/// What one rule finds in these batches.
pub fn find(rule: Rule, batches: &[EventBatch]) -> Findings {
    let mut engine = engine(rule, Options::default());
    for batch in batches {
        let hits = engine.evaluate(batch).unwrap();
        engine.absorb(hits).unwrap();
    }
    engine.finish().unwrap()
}
