//! Frames to events.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use parsers::{Parser, Zone};
use schema::{Column, Event, FrameBatch};

use crate::frames::alone;
use crate::sound::assert_sound;

/// Events by their number and their index among the events of that number.
pub type Events = BTreeMap<(i64, i64), Event>;

/// The zone of every source here: one with two hours of one name a year.
pub fn zone() -> Zone {
    static ZONE: LazyLock<Zone> =
        LazyLock::new(|| Zone::named("Europe/Rome").expect("a zone of the database"));
    ZONE.clone()
}

/// What the frames say, each event sound.
pub fn read(parser: &Parser, frames: &FrameBatch) -> Events {
    let batches = parser.parse(frames).expect("no bytes are an error");
    let mut events = Events::new();
    for batch in &batches {
        let (seqs, subs) = (batch.ints(Column::Seq), batch.ints(Column::Sub));
        let (seqs, subs) = seqs.zip(subs).expect("integers");
        let mut last = None;
        for row in 0..batch.len() {
            let identity = (seqs.value(row), subs.value(row));
            assert!(last < Some(identity), "{last:?} stands before {identity:?}");
            last = Some(identity);
            assert!(events.insert(identity, batch.event(row)).is_none(), "{identity:?} twice");
        }
    }
    assert_sound(frames, &batches, &events);
    events
}

/// A frame says alone what it says among others.
pub fn assert_alone_is_among_others(parser: &Parser, frames: &FrameBatch, among_others: &Events) {
    if frames.frames().len() > 1 {
        let alone: Events = alone(frames).flat_map(|frame| read(parser, &frame)).collect();
        assert_eq!(&alone, among_others, "alone, and among others");
    }
}
