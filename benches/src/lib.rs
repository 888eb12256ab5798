//! Messages for the benchmarks, made from a seed, no two lines of a run alike.
//!
//! Promises: the same seed gives the same bytes; about 240 bytes a syslog line. Must not know: what is measured.

pub mod counting;
pub mod messages;
pub mod replay;
pub mod windows;

use std::sync::Arc;

use schema::{Frame, FrameBatch, Origin, StreamContext};

/// Lines of one kind as one text, always the same.
pub fn text(message: messages::Message, count: usize) -> String {
    lines(message, &mut messages::Source::new(7), count)
}

/// The next lines of one kind as one text.
pub fn lines(message: messages::Message, source: &mut messages::Source, count: usize) -> String {
    let mut text = String::with_capacity(count * 320);
    for _ in 0..count {
        text.push_str(&message(source));
        text.push('\n');
    }
    text
}

/// The text cut at its line ends, as the parser takes it.
pub fn frames(text: &str) -> FrameBatch {
    let origin = Origin { collector: "bench".into(), source: "bench".into(), tenant: "default".into() };
    let mut frames = Vec::new();
    let mut start = 0;
    for (end, seq) in memchr::memchr_iter(b'\n', text.as_bytes()).zip(1..) {
        frames.push(Frame { start: start as u32, end: end as u32, seq, sub: 0 });
        start = end + 1;
    }
    let received_us = messages::START_US + 86_400_000_000;
    FrameBatch::new(Arc::new(origin), received_us, StreamContext::default(), text.to_owned(), frames, vec![])
}
