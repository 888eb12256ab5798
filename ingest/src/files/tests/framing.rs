//! Long lines, batches, books.

use std::io::Read;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use schema::Flaw;

use super::super::{ReadOptions, discover, read_stream};
use super::{Delivered, batches_of, deliver, many_lines, read, read_input, write};

/// One line of so many bytes, made as it is read.
struct LongLine {
    left: u64,
}

impl Read for LongLine {
    fn read(&mut self, room: &mut [u8]) -> std::io::Result<usize> {
        let length = room.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        room[..length].fill(b'x');
        self.left -= length as u64;
        Ok(length)
    }
}

#[test]
fn a_line_of_any_length_is_cut_in_bounded_memory_and_the_next_line_follows() {
    const LONG: u64 = 1 << 26;
    let line = LongLine { left: LONG };
    let bytes = b"before\n".chain(line).chain(b"\nafter\n".as_slice());
    let mut delivered = Delivered::default();
    let report = read_stream("long.log", bytes, &ReadOptions::default(), &mut |batch| {
        delivered.take(&batch);
        ControlFlow::Continue(())
    });
    let lengths: Vec<_> = delivered.frames.iter().map(|(_, seq, text)| (*seq, text.len())).collect();
    assert_eq!(lengths, [(1, 6), (2, 64 * 1024), (3, 5)]);
    assert_eq!(delivered.flaws, [(2, Flaw::Truncated)]);
    assert_eq!((report.lines, report.truncated), (3, 1));
    assert_eq!(report.text_bytes, LONG + 14);
    assert!(delivered.text_bytes_max <= 2 * 1024 * 1024, "a batch holds {}", delivered.text_bytes_max);
}

#[test]
fn a_line_of_the_limit_is_whole_and_one_byte_more_is_cut() {
    for line_end in ["\n", "\r\n", ""] {
        let options = |batch_bytes| ReadOptions { line_bytes_max: 10, ..batches_of(batch_bytes) };
        let bytes = format!("0123456789{line_end}\n01234567890{line_end}");
        for batch_bytes in [1, 5, 11, 12, 1000] {
            let delivered = deliver(bytes.as_bytes(), &options(batch_bytes));
            assert_eq!(delivered.texts()[0], "0123456789", "{line_end:?} {batch_bytes}");
            assert_eq!(delivered.texts()[1], "0123456789", "{line_end:?} {batch_bytes}");
            assert_eq!(delivered.report.truncated, 1, "{line_end:?} {batch_bytes}");
        }
    }
}

#[test]
fn a_long_line_is_cut_between_characters() {
    for (limit, whole) in [(9, "perché"), (8, "perché"), (7, "perché"), (6, "perch"), (5, "perch")] {
        let options = ReadOptions { line_bytes_max: limit, ..ReadOptions::default() };
        let delivered = deliver("perché\nok\n".as_bytes(), &options);
        assert_eq!(delivered.texts()[0], whole, "limit {limit}");
        assert_eq!(delivered.texts()[1], "ok");
    }
    let latin = ReadOptions { line_bytes_max: 4, ..ReadOptions::default() };
    let delivered = deliver(b"\xE0\xE8\xEC\xF2\xF9\nok\n", &latin);
    assert_eq!(delivered.texts(), ["àèìò", "ok"]);
    assert_eq!(delivered.flaws, [(1, Flaw::Truncated), (1, Flaw::Recoded)]);
}

#[test]
fn long_lines_are_numbered_alike_in_every_batch_size_and_line_end() {
    for line_end in ["\n", "\r\n", "\r"] {
        let bytes: String = (0..30).map(|n| format!("{}{line_end}", "y".repeat(n * 7 % 50))).collect();
        let options = |batch_bytes| ReadOptions { line_bytes_max: 20, ..batches_of(batch_bytes) };
        let whole = deliver(bytes.as_bytes(), &options(1 << 20));
        assert_eq!(whole.report.lines, 30);
        for batch_bytes in 1..60 {
            let parts = deliver(bytes.as_bytes(), &options(batch_bytes));
            assert_eq!(parts.frames, whole.frames, "{line_end:?} {batch_bytes}");
            assert_eq!(parts.report, whole.report, "{line_end:?} {batch_bytes}");
        }
    }
}

#[test]
fn batches_are_about_as_large_as_asked() {
    let text = many_lines(50_000);
    let delivered = deliver(text.as_bytes(), &batches_of(256 * 1024));
    assert_eq!(delivered.texts(), text.lines().collect::<Vec<_>>());
    assert_eq!(delivered.batches.len(), text.len().div_ceil(256 * 1024));
    assert!(delivered.text_bytes_max < 300 * 1024);
}

#[test]
fn the_first_line_goes_with_every_batch() {
    let delivered = deliver(b"\na,b\n1,2\n3,4\n", &batches_of(4));
    assert!(delivered.batches.len() > 1);
    assert!(delivered.first_lines.iter().all(|line| line.as_deref() == Some("a,b")));
}

#[test]
fn reading_stops_when_the_receiver_breaks() {
    let text = many_lines(1000);
    let mut batches = 0;
    let report = read_stream("a.log", text.as_bytes(), &batches_of(100), &mut |_| {
        batches += 1;
        ControlFlow::Break(())
    });
    assert_eq!(batches, 1);
    assert!(report.frames < 10);
}

#[test]
fn books_hold_bytes_hash_progress_and_time_of_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = write(folder.path(), "a.log", b"abc");
    let modified = std::time::UNIX_EPOCH + std::time::Duration::from_micros(1_700_000_000_250_000);
    let file = std::fs::File::options().write(true).open(&path).unwrap();
    file.set_modified(modified).unwrap();
    let input = &discover(&[path]).inputs[0];
    let progress = Arc::new(AtomicU64::new(0));
    let options = ReadOptions { hash: true, progress: Some(progress.clone()), ..ReadOptions::default() };
    let delivered = read_input(input, &options);
    assert_eq!(
        delivered.report.sha256.as_deref(),
        Some("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    );
    assert_eq!((delivered.report.bytes_read, progress.load(Ordering::Relaxed)), (3, 3));
    assert_eq!(delivered.report.modified_us, Some(1_700_000_000_250_000));
    assert_eq!(delivered.received_us, [1_700_000_000_250_000]);
    let stated = ReadOptions { received_us: Some(42), ..ReadOptions::default() };
    assert_eq!(read_input(input, &stated).received_us, [42]);
}

#[test]
fn a_stream_without_a_file_is_received_at_the_callers_now() {
    let options = ReadOptions { now_us: 77, ..ReadOptions::default() };
    assert_eq!(deliver(b"x\n", &options).received_us, [77]);
}

#[test]
fn no_bytes_whatever_make_it_fail_or_lose_count() {
    let pieces: [&[u8]; 12] = [
        b"\n",
        b"\r",
        b"\r\n",
        b"{\"a\":1}",
        b"{\n",
        b"}",
        b"[",
        b"\"",
        b"#Fields: a\n",
        b"\xFF",
        b"2024-05-01 10:00:00.000 CET,\"",
        b"word ",
    ];
    let mut state = 1u64;
    for _ in 0..300 {
        let mut bytes = Vec::new();
        for _ in 0..40 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            bytes.extend_from_slice(pieces[(state >> 40) as usize % pieces.len()]);
        }
        let delivered = read(&bytes);
        assert_eq!(delivered.report.frames as usize, delivered.frames.len());
        assert!(delivered.frames.windows(2).all(|pair| pair[0].1 <= pair[1].1), "numbers go back");
        assert!(delivered.frames.iter().all(|frame| frame.1 <= delivered.report.lines));
    }
}

#[test]
fn counted_frames_are_cut_by_their_counts() {
    let (one, two) = ("<34>1 - h a - - - first", "<34>1 - h a - - - second\nline");
    let counted = |text: &str| format!("{} {text}", text.len());
    let expected = [counted(one), counted(two), counted(one)];
    for line_end in ["", "\n", "\r\n"] {
        let text = expected.join(line_end);
        assert_eq!(read(text.as_bytes()).texts(), expected, "{line_end:?}");
    }
    // The line end counted too.
    let text = format!("{} {one}\n{} {one}\n", one.len() + 1, one.len() + 1);
    let texts: Vec<String> = text.lines().map(str::to_owned).collect();
    assert_eq!(read(text.as_bytes()).texts(), texts);
    assert_eq!(read(text.as_bytes()).numbered().iter().map(|(seq, _)| *seq).collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn a_count_that_is_wrong_leaves_lines() {
    for text in ["12 <34>1 - h a - - - x\n99 <34>1 - y\n", "5 <34>\n7 <x>y\n", "999999 <1>x\nplain\n"] {
        assert_eq!(read(text.as_bytes()).texts(), text.lines().collect::<Vec<_>>(), "{text}");
    }
}
