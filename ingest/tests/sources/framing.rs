//! Streams cut into frames.

use ingest::framing::{Cut, Cuts, Framer, Gather};
use schema::Flaw;

const LIMIT: usize = 64;

/// Frames and flaws of a stream that arrives in these parts.
#[derive(Debug, Default, PartialEq, Eq)]
struct Seen {
    texts: Vec<String>,
    flaws: Vec<(usize, Flaw)>,
}

impl Seen {
    fn take(&mut self, cut: Cut) {
        let before = self.texts.len();
        for frame in &cut.frames {
            let text = cut.text.get(frame.start as usize..frame.end as usize).expect("between characters");
            self.texts.push(text.to_owned());
        }
        self.flaws.extend(cut.flaws.iter().map(|(index, flaw)| (before + *index as usize, *flaw)));
    }
}

fn arriving<'p>(parts: impl IntoIterator<Item = &'p [u8]>) -> Seen {
    let mut framer = Framer::new(LIMIT);
    let mut seen = Seen::default();
    for part in parts {
        framer.buffer().extend_from_slice(part);
        framer.cut(false);
        framer.take().into_iter().for_each(|cut| seen.take(cut));
    }
    framer.cut(true);
    framer.take().into_iter().for_each(|cut| seen.take(cut));
    seen
}

fn counted(text: &str) -> String {
    format!("{} {text}", text.len())
}

/// A stream of everything that senders do rightly, and its frames.
fn mixed() -> (Vec<u8>, Vec<&'static str>) {
    let frames = [
        "<34>1 - host app - - - first",
        "<13>Mar 16 10:00:00 host app: perché no",
        "<34>1 - host app - - - two\nlines",
        "<34>1 - host app - - - 83 <34> inside",
        "<36>",
        "plain text without a priority",
        "12 is no count",
        "<35>1 - h a - - - <36>1 not another one",
        "the last one has no end",
    ];
    let stream = [
        format!("{}\n", frames[0]),
        format!("{}\r\n", frames[1]),
        counted(frames[2]),
        counted(frames[3]),
        format!("{}\n\n  \n", frames[4]),
        format!("{}\n", frames[5]),
        format!("{}\n", frames[6]),
        format!("{}\r\n", counted(frames[7])),
        frames[8].to_owned(),
    ];
    (stream.concat().into_bytes(), frames.to_vec())
}

#[test]
fn a_mixed_stream_gives_the_same_frames_wherever_it_is_split() {
    let (stream, frames) = mixed();
    let whole = arriving([&stream[..]]);
    assert_eq!(whole.texts, frames);
    assert_eq!(whole.flaws, []);
    assert_eq!(arriving(stream.chunks(1)), whole, "byte by byte");
    for first in 0..=stream.len() {
        let (head, tail) = stream.split_at(first);
        assert_eq!(arriving([head, tail]), whole, "split at {first}");
        for second in (0..tail.len()).step_by(7) {
            let (middle, tail) = tail.split_at(second);
            assert_eq!(arriving([head, middle, tail]), whole, "split at {first} and {second} behind");
        }
    }
}

#[test]
fn a_whole_frame_is_not_held_back_until_the_next_one_comes() {
    for frame in ["<34>1 - h a - - - x\n".to_owned(), counted("<34>1 - h a - - - x")] {
        let mut framer = Framer::new(LIMIT);
        framer.buffer().extend_from_slice(frame.as_bytes());
        framer.cut(false);
        assert_eq!(framer.take().map(|cut| cut.frames.len()), Some(1), "{frame:?}");
    }
}

#[test]
fn a_line_of_a_gigabyte_is_cut_in_bounded_memory_and_the_next_line_follows() {
    const PART_BYTES: usize = 256 * 1024;
    let part = vec![b'x'; PART_BYTES];
    let mut framer = Framer::new(64 * 1024);
    let mut seen = Seen::default();
    let mut held_bytes_max = 0;
    for _ in 0..(1 << 30) / PART_BYTES {
        framer.buffer().extend_from_slice(&part);
        framer.cut(false);
        held_bytes_max = held_bytes_max.max(framer.held_bytes());
        framer.take().into_iter().for_each(|cut| seen.take(cut));
    }
    framer.buffer().extend_from_slice(b"\nafter\n");
    framer.cut(false);
    framer.take().into_iter().for_each(|cut| seen.take(cut));
    assert_eq!(seen.texts.iter().map(String::len).collect::<Vec<_>>(), [64 * 1024, 5]);
    assert_eq!(seen.flaws, [(0, Flaw::Truncated)]);
    assert!(held_bytes_max <= 2 * PART_BYTES, "it held {held_bytes_max} bytes");
}

#[test]
fn a_line_of_the_limit_is_whole_and_one_byte_more_is_cut() {
    let (whole, cut) = ("w".repeat(LIMIT), "l".repeat(LIMIT));
    let long = format!("{cut}l");
    for end in ["\n", "\r\n", "\n\0", "\r\r\n"] {
        let stream = format!("{whole}{end}{long}{end}{whole}{end}");
        let all = arriving([stream.as_bytes()]);
        assert_eq!(all.texts, [&*whole, &*cut, &*whole], "{end:?}");
        assert_eq!(all.flaws, [(1, Flaw::Truncated)], "{end:?}");
        for at in 0..stream.len() {
            let (head, tail) = stream.as_bytes().split_at(at);
            assert_eq!(arriving([head, tail]), all, "{end:?} split at {at}");
        }
        assert_eq!(arriving(stream.as_bytes().chunks(1)), all, "{end:?} byte by byte");
    }
}

#[test]
fn a_counted_frame_over_the_limit_is_cut_and_the_next_one_is_found() {
    let long = format!("<34>1 - h a - - - {}\n<35>1 inside", "perché ".repeat(LIMIT));
    let stream = format!("{}{}", counted(&long), counted("<36>1 - h a - - - after"));
    let whole = arriving([stream.as_bytes()]);
    assert_eq!(whole.texts.len(), 2);
    assert!(long.starts_with(&whole.texts[0]) && whole.texts[0].len() <= LIMIT);
    assert_eq!(whole.texts[1], "<36>1 - h a - - - after");
    assert_eq!(whole.flaws, [(0, Flaw::Truncated)]);
    for at in 0..stream.len() {
        let (head, tail) = stream.as_bytes().split_at(at);
        assert_eq!(arriving([head, tail]), whole, "split at {at}");
    }
}

#[test]
fn a_wrong_count_loses_no_text() {
    let line = "<34>1 - h a - - - x";
    for wrong in ["12", "18", "20", "25", "40", "9999", "999999", "1234567"] {
        let stream = format!("{line}\n{wrong} {line}\n{line}\n");
        let mut without_ends: String = arriving([stream.as_bytes()]).texts.concat();
        without_ends.retain(|c| c != '\n');
        let times = without_ends.matches(line).count();
        assert_eq!(times, 3, "{wrong}: {without_ends}");
        // Characters counted instead of bytes: the line stays whole.
        let accents = "<34>1 - h a - - - perché così";
        let stream = format!("{} {accents}\n{line}\n", accents.chars().count());
        let texts = arriving([stream.as_bytes()]).texts;
        assert_eq!(texts[1..], [line.to_owned()]);
        assert!(texts[0].ends_with(accents));
    }
}

#[test]
fn frames_ended_by_nul_are_told_apart_and_a_nul_within_lines_stays() {
    let nul = arriving([&b"<34>1 one\0<34>1 two\0<34>1 three\0"[..]]);
    assert_eq!(nul.texts, ["<34>1 one", "<34>1 two", "<34>1 three"]);
    let lines = arriving([&b"<34>1 one\n<34>1 t\0wo\0\n\0<34>1 three\n"[..]]);
    assert_eq!(lines.texts, ["<34>1 one", "<34>1 t\0wo", "<34>1 three"]);
    assert_eq!(arriving([&[0u8; 4096][..]]).texts, Vec::<String>::new());
}

#[test]
fn a_line_that_is_not_utf8_is_read_as_windows_1252_and_its_neighbours_are_not() {
    let seen = arriving([&b"<34>1 perch\xC3\xA9\n<34>1 perch\xE9\n<34>1 perch\xC3\xA9\n"[..]]);
    assert_eq!(seen.texts, ["<34>1 perché", "<34>1 perché", "<34>1 perché"]);
    assert_eq!(seen.flaws, [(1, Flaw::Recoded)]);
}

#[test]
fn frames_never_start_or_end_inside_a_character() {
    // The count ends inside a character, and all of it together is UTF-8.
    let seen = arriving([&b"9 <34>1 ab\xC3"[..], &b"\xA9\n"[..]]);
    assert_eq!(seen.texts.len(), 2);
    let mut gather = Gather::new(LIMIT);
    assert!(gather.push(b"perch\xC3") && gather.push(b"\xA9 no"));
    let mut messages = Seen::default();
    messages.take(gather.take());
    assert_eq!(messages.texts, ["perchÃ", "© no"]);
    assert_eq!(messages.flaws, [(0, Flaw::Recoded), (1, Flaw::Recoded)]);
}

#[test]
fn no_bytes_whatever_make_it_fail_or_hold_more_than_a_frame() {
    let pieces: [&[u8]; 16] = [
        b"\n",
        b"\r",
        b"\r\n",
        b"\0",
        b"<34>",
        b"83 <34>1 ",
        b"5 <34>x",
        b"9 <1>",
        b"999999 <9>",
        b"\xFF",
        b"\xC3",
        b"\xA9",
        b"12",
        b" ",
        b"word ",
        &[b'x'; 50],
    ];
    let mut state = 1u64;
    for round in 0..2_000 {
        let mut framer = Framer::new(LIMIT);
        let mut seen = Seen::default();
        for _ in 0..60 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            framer.buffer().extend_from_slice(pieces[(state >> 40) as usize % pieces.len()]);
            framer.cut(false);
            framer.take().into_iter().for_each(|cut| seen.take(cut));
            assert!(framer.held_bytes() <= 4 * LIMIT + 64, "round {round}: it holds {}", framer.held_bytes());
        }
        framer.cut(true);
        framer.take().into_iter().for_each(|cut| seen.take(cut));
        assert!(seen.texts.iter().all(|text| !text.is_empty()), "round {round}");
    }
}
