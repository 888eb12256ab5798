//! How fast files are framed: `cargo run --release -p campanile-ingest --example framing_speed -- FILE...`
//!
//! Prints MB/s of text and frames/s on one core, three runs each. Read a file once before, so that it comes
//! from the page cache.

#![allow(clippy::print_stdout, reason = "printing is what this program is for")]

use std::ops::ControlFlow;
use std::time::Instant;

use ingest::files::{ReadOptions, discover};

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let discovery = discover(&words);
    for problem in &discovery.problems {
        println!("{problem} ({})", problem.mend);
    }
    for input in &discovery.inputs {
        for _ in 0..3 {
            let start = Instant::now();
            let report = input.read(&ReadOptions::default(), &mut |_| ControlFlow::Continue(()));
            let seconds = start.elapsed().as_secs_f64();
            println!(
                "{}: {:.0} MB/s, {:.1} M frames/s, {} lines, {} frames, {} truncated, {} recoded, {} problems",
                input.name,
                report.text_bytes as f64 / 1e6 / seconds,
                report.frames as f64 / 1e6 / seconds,
                report.lines,
                report.frames,
                report.truncated,
                report.recoded,
                report.problems.len()
            );
        }
    }
}
