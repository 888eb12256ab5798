//! How often the parser asks for memory: a million distinct lines of each kind, counted.
//!
//! `cargo bench -p campanile-benches --bench allocations`

use std::io::Write as _;

use benches::counting::Counting;
use benches::messages::{ALL, Source};
use benches::{frames, lines};
use parsers::{ParseSettings, Parser, Zone};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const LINES: usize = 1_000_000;
/// Lines of one batch of frames.
const BATCH_LINES: usize = 50_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let parser = Parser::new(ParseSettings { format: None, zone: Zone::named("Europe/Rome")? })?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{:<12}{:>12}{:>14}{:>14}", "format", "events", "allocations", "per event")?;
    for (kind, message) in ALL {
        let mut source = Source::new(7);
        let (mut allocations, mut events) = (0, 0);
        for _ in 0..LINES / BATCH_LINES {
            let frames = frames(&lines(message, &mut source, BATCH_LINES));
            let (count, batches) = Counting::during(|| parser.parse(&frames));
            allocations += count;
            events += batches?.iter().map(schema::EventBatch::len).sum::<usize>();
        }
        let each = allocations as f64 / events as f64;
        writeln!(out, "{kind:<12}{events:>12}{allocations:>14}{each:>14.4}")?;
    }
    Ok(())
}
