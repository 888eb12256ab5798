//! Events are parsed into columns that grow, and cost no allocation of their own.

use benches::counting::Counting;
use benches::messages::ALL;
use benches::{frames, text};
use parsers::{ParseSettings, Parser, Zone};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// What the growth of some fifty columns may cost in a batch this small.
const ALLOCATIONS_PER_EVENT_MAX: f64 = 0.05;
const LINES: usize = 30_000;

#[test]
fn an_event_of_no_kind_costs_an_allocation_of_its_own() {
    let parser = Parser::new(ParseSettings { format: None, zone: Zone::utc() }).unwrap();
    for (kind, message) in ALL {
        let frames = frames(&text(message, LINES));
        // What lives as long as a thread or the program is made once.
        parser.parse(&frames).unwrap();
        let (allocations, batches) = Counting::during(|| parser.parse(&frames).unwrap());
        assert_eq!(batches.iter().map(schema::EventBatch::len).sum::<usize>(), LINES, "{kind}");
        let per_event = allocations as f64 / LINES as f64;
        assert!(per_event < ALLOCATIONS_PER_EVENT_MAX, "{kind}: {per_event} allocations an event");
    }
}
