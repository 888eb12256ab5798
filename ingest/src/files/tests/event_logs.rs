//! Event logs of Windows: whole, cut, with a chunk that lost its header, with a record that is damaged.

use super::event_log_bytes::{CHUNK_BYTES, chunk, log, record};
use super::read;
use crate::files::InputProblemKind;

fn users(delivered: &super::Delivered) -> Vec<String> {
    let user =
        |text: &String| text.split("\"TargetUserName\":\"").nth(1)?.split('"').next().map(str::to_owned);
    delivered.frames.iter().filter_map(|(_, _, text)| user(text)).collect()
}

#[test]
fn each_record_is_a_line_of_json() {
    let delivered = read(&log(&[chunk(&["mrossi", "a\nb"]), vec![0; CHUNK_BYTES], chunk(&["lbianchi"])]));
    assert!(delivered.report.problems.is_empty(), "{:?}", delivered.report.problems);
    assert_eq!(users(&delivered), ["mrossi", "a\\nb", "lbianchi"]);
    assert!(delivered.frames.iter().all(|(_, _, text)| text.starts_with("{\"Event\":")));
}

#[test]
fn a_log_that_ends_early_gives_its_whole_records() {
    let whole = log(&[chunk(&["mrossi", "lbianchi"])]);
    let cut = 4096 + 512 + record(512, 1, "mrossi").len() + 40;
    let delivered = read(&whole[..cut]);
    assert_eq!(users(&delivered), ["mrossi"]);
    let problem = &delivered.report.problems[0];
    assert_eq!((problem.kind, problem.offset_bytes), (InputProblemKind::Truncated, Some(cut as u64)));
    assert!(problem.message.contains("records lost: 1"), "{}", problem.message);
}

#[test]
fn a_chunk_and_a_file_that_lost_their_headers_give_their_records() {
    let mut bytes = log(&[chunk(&["mrossi"]), chunk(&["lbianchi", "gverdi"])]);
    bytes[4096 + CHUNK_BYTES..4096 + CHUNK_BYTES + 512].fill(0);
    bytes[..4].fill(b'x');
    let delivered = read(&bytes);
    assert_eq!(users(&delivered), ["mrossi", "lbianchi", "gverdi"]);
    let problem = &delivered.report.problems[0];
    assert_eq!((problem.kind, problem.offset_bytes), (InputProblemKind::Corrupt, Some(0)));
}

#[test]
fn a_damaged_record_and_a_chunk_that_is_none_are_counted_and_the_rest_is_read() {
    let mut second = chunk(&["a", "b", "c"]);
    let at = 512 + record(512, 1, "a").len();
    second[at..at + 40].fill(0xFF);
    let delivered = read(&log(&[vec![0x55; CHUNK_BYTES], second]));
    assert_eq!(users(&delivered), ["a", "c"]);
    let problem = &delivered.report.problems[0];
    assert_eq!((problem.kind, problem.offset_bytes), (InputProblemKind::Corrupt, Some(4096)));
    assert!(problem.message.contains("records lost: 1, chunks lost: 1"), "{}", problem.message);
}

#[test]
fn any_byte_changed_ends_well() {
    let whole = log(&[chunk(&["mrossi", "lbianchi"])]);
    let end = 4096 + 512 + 600;
    for at in (4096..end).step_by(17) {
        for value in [0, 0x0C, 0x41, 0x7F, 0xFF] {
            let mut bytes = whole.clone();
            bytes[at] = value;
            assert!(read(&bytes).frames.len() <= 64, "byte {at} as {value}");
        }
    }
}
