//! A stream of any bytes, as lines and counted frames and as entries of a journal: the same frames however it is parted. The
//! first two bytes say where.
#![no_main]

use ingest::framing::{Cuts, Entries, Framer};
use libfuzzer_sys::fuzz_target;

/// Short, so that inputs reach it.
const BYTES_MAX: usize = 64;

fuzz_target!(|input: &[u8]| {
    let Some(([high, low], stream)) = input.split_first_chunk::<2>().map(|(at, rest)| (*at, rest)) else {
        return;
    };
    let at = usize::from(u16::from_be_bytes([high, low])) % (stream.len() + 1);
    let (head, tail) = stream.split_at(at);
    let whole = frames(Entries::new(BYTES_MAX), &[stream]);
    assert_eq!(frames(Entries::new(BYTES_MAX), &[head, tail]), whole, "parted at {at}");
    for cutter in [Framer::new, Framer::ended_by_nul] {
        frames(cutter(BYTES_MAX), &[head, tail]);
        frames(cutter(BYTES_MAX), &[stream]);
    }
});

/// Every frame, sound.
fn frames(mut cutter: impl Cuts, parts: &[&[u8]]) -> Vec<String> {
    let mut frames = Vec::new();
    for (number, part) in (1..).zip(parts) {
        cutter.buffer().extend_from_slice(part);
        cutter.cut(number == parts.len());
        let Some(cut) = cutter.take() else { continue };
        for frame in cut.frames {
            let text = &cut.text[frame.start as usize..frame.end as usize];
            assert!(!text.is_empty(), "an empty frame");
            frames.push(text.to_owned());
        }
    }
    frames
}
