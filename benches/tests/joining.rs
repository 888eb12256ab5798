//! Joining the lake's files takes little memory, however wide their rows and however many they are.

use std::sync::Arc;

use benches::counting::Counting;
use benches::messages::{Source, fortigate};
use benches::{frames, lines};
use parsers::{ParseSettings, Parser, Zone};
use schema::{EventBatch, Frame, FrameBatch};
use storage::lake::{Lake, LakeSettings};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const FILES: u64 = 16;
/// Rows of a file.
const ROWS: u64 = 3_000;
/// All rows at a time, and those of a row group gathered besides, take more.
const PEAK_BYTES_MAX: usize = 100 << 20;

#[test]
fn many_files_of_wide_rows_are_joined_in_little_memory() {
    let folder = tempfile::tempdir().unwrap();
    let parser = Parser::new(ParseSettings { format: None, zone: Zone::utc() }).unwrap();
    let mut source = Source::new(7);
    // Lines of a firewall, of which some forty fields are kept.
    let mut wide = |before: u64| -> Vec<EventBatch> {
        let batch = frames(&lines(fortigate, &mut source, ROWS as usize));
        let text = std::str::from_utf8(batch.text()).unwrap().to_owned();
        let shifted = |frame: &Frame| Frame { seq: frame.seq + before, ..*frame };
        let frames = batch.frames().iter().map(shifted).collect();
        let (origin, context) = (Arc::clone(&batch.origin), batch.context.clone());
        let batch = FrameBatch::new(origin, batch.received_us, context, text, frames, vec![]);
        parser.parse(&batch).unwrap()
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    let lake =
        runtime.block_on(Lake::open(folder.path().to_str().unwrap(), LakeSettings::default())).unwrap();
    runtime.block_on(async {
        let writer = lake.writer("bench").await.unwrap();
        for file in 0..FILES {
            writer.append(wide(file * ROWS), (file + 1) * ROWS, 0).unwrap();
            writer.flush().await.unwrap();
        }
    });
    let (peak_bytes, done) = Counting::peak_bytes(|| runtime.block_on(lake.compact()).unwrap());
    println!("{} MiB at most", peak_bytes >> 20);
    assert_eq!((done.removed, done.added, done.rows), (FILES as usize, 1, FILES * ROWS));
    assert!(peak_bytes < PEAK_BYTES_MAX, "{peak_bytes} bytes");
}
