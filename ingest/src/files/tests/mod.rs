//! Behaviour of file input, told through what a reader of batches sees.

mod compressed;
mod discovery;
mod encodings;
mod event_log_bytes;
mod event_logs;
mod framing;
mod joins;
mod records;

use std::io::Write;
use std::ops::ControlFlow;
use std::path::Path;

use schema::{Flaw, Frame, FrameBatch};

use super::{Input, InputReport, ReadOptions, discover, read_stream};

/// Everything one input delivered.
#[derive(Debug, Default)]
struct Delivered {
    /// (collector, seq, text)
    frames: Vec<(String, u64, String)>,
    /// Index of each frame among those of its number.
    subs: Vec<u32>,
    /// (seq, flaw)
    flaws: Vec<(u64, Flaw)>,
    /// (directives, texts) of each batch.
    batches: Vec<(Option<String>, Vec<String>)>,
    first_lines: Vec<Option<String>>,
    received_us: Vec<i64>,
    text_bytes_max: usize,
    report: InputReport,
}

impl Delivered {
    fn take(&mut self, batch: &FrameBatch) {
        let text = std::str::from_utf8(batch.text()).expect("a batch is UTF-8");
        let place = |frame: &Frame| frame.start as usize..frame.end as usize;
        let texts: Vec<String> = batch
            .frames()
            .iter()
            .map(|frame| text.get(place(frame)).expect("a frame starts and ends at characters").to_owned())
            .collect();
        for (frame, text) in batch.frames().iter().zip(&texts) {
            self.subs.push(frame.sub);
            self.frames.push((batch.origin.collector.to_string(), frame.seq, text.clone()));
        }
        for (index, flaw) in batch.flaws() {
            self.flaws.push((batch.frames()[*index as usize].seq, *flaw));
        }
        self.batches.push((batch.context.directives.as_deref().map(str::to_owned), texts));
        self.first_lines.push(batch.context.first_line.as_deref().map(str::to_owned));
        self.received_us.push(batch.received_us);
        self.text_bytes_max = self.text_bytes_max.max(batch.text().capacity());
    }

    fn texts(&self) -> Vec<&str> {
        self.frames.iter().map(|(_, _, text)| text.as_str()).collect()
    }

    fn numbered(&self) -> Vec<(u64, &str)> {
        self.frames.iter().map(|(_, seq, text)| (*seq, text.as_str())).collect()
    }
}

/// Options with small batches, so that boundaries fall everywhere.
fn batches_of(batch_bytes: usize) -> ReadOptions {
    ReadOptions { batch_bytes, ..ReadOptions::default() }
}

fn deliver(bytes: &[u8], options: &ReadOptions) -> Delivered {
    let mut delivered = Delivered::default();
    let report = read_stream("sample.log", bytes, options, &mut |batch| {
        delivered.take(&batch);
        ControlFlow::Continue(())
    });
    delivered.report = report;
    delivered
}

/// Delivers at the usual batch size, after checking that batches of any size hold the same frames.
fn read(bytes: &[u8]) -> Delivered {
    let whole = deliver(bytes, &ReadOptions::default());
    for batch_bytes in [1, 2, 3, 7, 64, 1000] {
        let parts = deliver(bytes, &batches_of(batch_bytes));
        assert_eq!(parts.frames, whole.frames, "frames differ in batches of {batch_bytes} bytes");
        assert_eq!(
            parts.subs, whole.subs,
            "frames are told apart otherwise in batches of {batch_bytes} bytes"
        );
        assert_eq!(parts.flaws, whole.flaws, "flaws differ in batches of {batch_bytes} bytes");
        assert_eq!(parts.report, whole.report, "books differ in batches of {batch_bytes} bytes");
    }
    whole
}

fn read_input(input: &Input, options: &ReadOptions) -> Delivered {
    let mut delivered = Delivered::default();
    let report = input.read(options, &mut |batch| {
        delivered.take(&batch);
        ControlFlow::Continue(())
    });
    delivered.report = report;
    delivered
}

/// Writes a file and reads it as the command line would.
fn read_file(folder: &Path, name: &str, bytes: &[u8]) -> Delivered {
    let path = write(folder, name, bytes);
    let found = discover(&[path]);
    assert!(found.problems.is_empty(), "{:?}", found.problems);
    read_input(&found.inputs[0], &ReadOptions::default())
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> String {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().expect("inside a folder")).expect("folder");
    std::fs::write(&path, bytes).expect("file");
    path.to_string_lossy().into_owned()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("in memory");
    encoder.finish().expect("in memory")
}

/// Lines that do not compress to nothing.
fn many_lines(count: u64) -> String {
    (1..=count)
        .map(|n| format!("line {n} of the sample, {:x}\n", n.wrapping_mul(0x9E37_79B9_7F4A_7C15)))
        .collect()
}
