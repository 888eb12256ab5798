//! From bytes to finished Arrow columns: one core, two, each stage alone, beside what others need for less.
//!
//! `cargo bench -p campanile-benches --bench parse --features peers`; divan counts allocations as well.

use benches::messages::ALL;
use benches::{frames, replay, text};
use divan::counter::{BytesCount, ItemsCount};
use parsers::envelopes::Envelope;
use parsers::{ParseSettings, Parser, Zone};
use rayon::prelude::*;

#[global_allocator]
static ALLOCATOR: divan::AllocProfiler = divan::AllocProfiler::system();

/// Lines of one sample.
const LINES: usize = 50_000;
/// Names of the kinds of messages.
const KINDS: [&str; ALL.len()] = ["rfc5424", "rfc3164", "sshd", "access", "fortigate", "winlogbeat"];

fn main() {
    divan::main();
}

fn text_of(kind: &str) -> String {
    let message = ALL.into_iter().find(|(name, _)| *name == kind);
    message.map(|(_, message)| text(message, LINES)).unwrap_or_default()
}

fn parser() -> Option<Parser> {
    let zone = Zone::named("Europe/Rome").unwrap_or_else(|_| Zone::utc());
    Parser::new(ParseSettings { format: None, zone }).ok()
}

/// Envelope, format, columns.
#[divan::bench(args = KINDS, sample_count = 20, sample_size = 1)]
fn to_columns(bencher: divan::Bencher<'_, '_>, kind: &str) {
    let frames = frames(&text_of(kind));
    let Some(parser) = parser() else { return };
    bencher
        .counter(ItemsCount::new(LINES))
        .counter(BytesCount::new(frames.text().len()))
        .bench(|| parser.parse(&frames));
}

/// The limit: finding the line ends.
#[divan::bench(args = KINDS, sample_count = 20)]
fn line_scan(bencher: divan::Bencher<'_, '_>, kind: &str) {
    let text = text_of(kind);
    bencher
        .counter(ItemsCount::new(LINES))
        .counter(BytesCount::new(text.len()))
        .bench(|| memchr::memchr_iter(b'\n', text.as_bytes()).count());
}

/// The same for eight batches, by one thread and by two.
#[divan::bench(args = [1, 2], sample_count = 10, sample_size = 1)]
fn cores(bencher: divan::Bencher<'_, '_>, threads: usize) {
    const BATCHES: usize = 8;
    let batches: Vec<_> = KINDS.iter().cycle().take(BATCHES).map(|kind| frames(&text_of(kind))).collect();
    let Some(parser) = parser() else { return };
    let Ok(pool) = rayon::ThreadPoolBuilder::new().num_threads(threads).build() else { return };
    bencher
        .counter(ItemsCount::new(LINES * BATCHES))
        .counter(BytesCount::new(batches.iter().map(|frames| frames.text().len()).sum::<usize>()))
        .bench(|| pool.install(|| batches.par_iter().map(|frames| parser.parse(frames)).count()));
}

/// A stage alone: the envelopes, without columns.
#[divan::bench(args = KINDS, sample_count = 20)]
fn stage_envelope(bencher: divan::Bencher<'_, '_>, kind: &str) {
    let text = text_of(kind);
    bencher
        .counter(ItemsCount::new(LINES))
        .counter(BytesCount::new(text.len()))
        .bench(|| text.lines().for_each(|line| divan::black_box_drop(Envelope::read(line))));
}

/// A stage alone: setting what was read before, and finishing the columns.
#[divan::bench(args = KINDS, sample_count = 20, sample_size = 1)]
fn stage_columns(bencher: divan::Bencher<'_, '_>, kind: &str) {
    let frames = frames(&text_of(kind));
    let Some(batches) = parser().and_then(|parser| parser.parse(&frames).ok()) else { return };
    let cells: Vec<_> = batches.iter().map(|batch| replay::Cells::of(batch, &frames)).collect();
    bencher
        .counter(ItemsCount::new(LINES))
        .counter(BytesCount::new(frames.text().len()))
        .bench(|| cells.iter().map(|cells| cells.write(&frames)).sum::<usize>());
}

#[cfg(feature = "peers")]
mod peers {
    use super::*;

    /// syslog_loose: borrowed slices of the envelope, no columns.
    #[divan::bench(args = ["rfc5424", "rfc3164", "sshd"], sample_count = 20, sample_size = 1)]
    fn syslog_loose(bencher: divan::Bencher<'_, '_>, kind: &str) {
        let text = text_of(kind);
        bencher.counter(ItemsCount::new(LINES)).counter(BytesCount::new(text.len())).bench(|| {
            let parsed = text.lines().map(|line| {
                divan::black_box(syslog_loose::parse_message_with_year_tz(
                    line,
                    |_| 2026,
                    Some(chrono::Utc),
                    syslog_loose::Variant::Either,
                ));
            });
            parsed.count()
        });
    }

    /// syslog_rfc5424: owned texts.
    #[divan::bench(args = ["rfc5424"], sample_count = 20, sample_size = 1)]
    fn syslog_rfc5424(bencher: divan::Bencher<'_, '_>, kind: &str) {
        let text = text_of(kind);
        bencher.counter(ItemsCount::new(LINES)).counter(BytesCount::new(text.len())).bench(|| {
            let parsed = text.lines().map(|line| divan::black_box(syslog_rfc5424::parse_message(line)));
            parsed.filter(|message| message.is_ok()).count()
        });
    }
}

#[cfg(feature = "peers")]
mod json_peers {
    use super::*;
    use std::sync::Arc;

    /// arrow-json: every member into columns of its own, by the schema it infers.
    #[divan::bench(sample_count = 20, sample_size = 1)]
    fn arrow_json(bencher: divan::Bencher<'_, '_>) {
        let text = text_of("winlogbeat");
        let Ok((schema, _)) = arrow::json::reader::infer_json_schema(text.as_bytes(), Some(100)) else {
            return;
        };
        let schema = Arc::new(schema);
        bencher.counter(ItemsCount::new(LINES)).counter(BytesCount::new(text.len())).bench(|| {
            let reader = arrow::json::ReaderBuilder::new(Arc::clone(&schema)).with_batch_size(8_192);
            reader.build(text.as_bytes()).map(|batches| batches.filter(Result::is_ok).count())
        });
    }

    /// sonic-rs: a tree a line.
    #[divan::bench(sample_count = 20, sample_size = 1)]
    fn sonic_rs_tree(bencher: divan::Bencher<'_, '_>) {
        let text = text_of("winlogbeat");
        bencher.counter(ItemsCount::new(LINES)).counter(BytesCount::new(text.len())).bench(|| {
            let trees =
                text.lines().map(|line| divan::black_box(sonic_rs::from_str::<sonic_rs::Value>(line)));
            trees.filter(Result::is_ok).count()
        });
    }
}

#[cfg(feature = "vrl")]
mod vector {
    use super::*;
    use vrl::compiler::{Context, TargetValue, TimeZone, runtime::Runtime};
    use vrl::value::{KeyString, Secrets, Value};

    /// Vector's functions: one program a kind, run over an event that holds the line.
    #[divan::bench(args = ["rfc5424", "rfc3164", "sshd", "access", "fortigate", "winlogbeat"], sample_count = 5, sample_size = 1)]
    fn vrl(bencher: divan::Bencher<'_, '_>, kind: &str) {
        let source = match kind {
            "access" => ". = parse_nginx_log!(string!(.message), format: \"combined\")",
            "fortigate" => ". = parse_key_value!(string!(.message))",
            "winlogbeat" => ". = parse_json!(string!(.message))",
            _ => ". = parse_syslog!(string!(.message))",
        };
        let Ok(compiled) = vrl::compiler::compile(source, &vrl::stdlib::all()) else { return };
        let text = text_of(kind);
        bencher.counter(ItemsCount::new(LINES)).counter(BytesCount::new(text.len())).bench(|| {
            let mut runtime = Runtime::default();
            let resolved = text.lines().filter(|line| {
                let event = [(KeyString::from("message"), Value::from(*line))].into_iter().collect();
                let mut target = TargetValue {
                    value: Value::Object(event),
                    metadata: Value::Object(Default::default()),
                    secrets: Secrets::default(),
                };
                runtime.clear();
                runtime.resolve(&mut target, &compiled.program, &TimeZone::default()).is_ok()
            });
            resolved.count()
        });
    }
}
