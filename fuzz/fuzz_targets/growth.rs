//! Time by length: a text of four times the length takes about four times the time.
//!
//! The input is `head`, `unit` and `tail`; the text repeats the unit. Where a unit has [`NUMBER`], its running number
//! stands, so that names and values differ from each other. A clock of the thread's own time is read, the least of some
//! runs counts, and only a growth far from linear fails.
#![no_main]

use std::time::Duration;

use fuzz::{frames, zone};
use libfuzzer_sys::fuzz_target;
use parsers::{ParseSettings, Parser};
use rustix::time::{ClockId, clock_gettime};
use schema::FrameBatch;

/// Parts head, unit and tail.
const PART_END: char = '\u{1d}';
/// Stands for the unit's running number.
const NUMBER: char = '\u{1f}';
/// Length of the longer text: the longest line a source takes by default.
const TEXT_BYTES: usize = 64 * 1024;
/// The shorter text is so many times shorter.
const LENGTHS: usize = 4;
/// The longer text takes at most so many times the time. Linear is 4, quadratic 16.
const TIMES_MAX: u32 = 10;
/// Below this, growth is noise.
const TIME_MIN: Duration = Duration::from_millis(20);
/// A growth is measured again so often before it fails.
const RUNS: usize = 5;

fuzz_target!(|input: &[u8]| {
    let input = String::from_utf8_lossy(input);
    let mut parts = input.split(PART_END);
    let mut part = || parts.next().unwrap_or_default();
    let (head, unit, tail) = (part(), part(), part());
    if unit.is_empty() || input.len() > TEXT_BYTES / LENGTHS / 4 {
        return;
    }
    let text = |length_bytes| frames(&repeated(head, unit, tail, length_bytes));
    let (short, long) = (text(TEXT_BYTES / LENGTHS), text(TEXT_BYTES));
    let parser = Parser::new(ParseSettings { format: None, zone: zone() }).expect("auto");
    let mut least = (Duration::MAX, Duration::MAX);
    for _ in 0..RUNS {
        least = (least.0.min(time(&parser, &short)), least.1.min(time(&parser, &long)));
        if least.1 < TIME_MIN || least.1 < least.0 * TIMES_MAX {
            return;
        }
    }
    panic!("{:?} for {} bytes, {:?} for {LENGTHS} times as many", least.0, short.text().len(), least.1);
});

fn repeated(head: &str, unit: &str, tail: &str, length_bytes: usize) -> String {
    let mut text = head.to_owned();
    for number in 0.. {
        if text.len() + tail.len() >= length_bytes {
            break;
        }
        let start = text.len();
        text.push_str(unit);
        if unit.contains(NUMBER) {
            let numbered = text.split_off(start).replace(NUMBER, &format!("{number}"));
            text.push_str(&numbered);
        }
    }
    text + tail
}

/// The thread's own time that reading takes.
fn time(parser: &Parser, frames: &FrameBatch) -> Duration {
    let now =
        || Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).expect("a clock that runs forwards");
    let start = now();
    parser.parse(frames).expect("no bytes are an error");
    now() - start
}
