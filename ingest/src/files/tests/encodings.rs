//! Encodings, line ends and what is not text.

use schema::Flaw;

use super::super::{InputProblemKind, ReadOptions};
use super::{deliver, read};

fn utf16(text: &str, mark: bool, big: bool) -> Vec<u8> {
    let marked = mark.then_some(0xFEFF).into_iter().chain(text.encode_utf16());
    marked.flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
}

#[test]
fn utf16_of_either_order_reads_as_text_with_or_without_a_mark() {
    let text = "accesso negato: è tardi\r\nsecond line\r\nthird \u{1F511} line\r\n";
    for (mark, big) in [(true, false), (true, true), (false, false), (false, true)] {
        let delivered = read(&utf16(text, mark, big));
        assert_eq!(
            delivered.numbered(),
            [(1, "accesso negato: è tardi"), (2, "second line"), (3, "third \u{1F511} line")],
            "mark {mark}, big endian {big}"
        );
        assert!(delivered.report.problems.is_empty());
    }
}

#[test]
fn a_long_utf16_file_is_decoded_across_its_buffers() {
    let text: String = (0..20_000).map(|n| format!("riga {n} perché\n")).collect();
    let delivered = deliver(&utf16(&text, true, false), &ReadOptions::default());
    assert_eq!(delivered.texts(), text.lines().collect::<Vec<_>>());
}

#[test]
fn a_utf8_mark_is_dropped() {
    assert_eq!(read(b"\xEF\xBB\xBFfirst\nsecond\n").texts(), ["first", "second"]);
}

#[test]
fn crlf_and_lf_may_mix_and_a_lone_cr_stays_inside() {
    let delivered = read(b"one\r\ntwo\nprogress 1\rprogress 2\nlast");
    assert_eq!(delivered.numbered(), [(1, "one"), (2, "two"), (3, "progress 1\rprogress 2"), (4, "last")]);
    assert_eq!(delivered.report.lines, 4);
}

#[test]
fn lone_cr_ends_lines_where_there_is_no_lf() {
    let delivered = read(b"one\rtwo\r\rfour");
    assert_eq!(delivered.numbered(), [(1, "one"), (2, "two"), (4, "four")]);
    assert_eq!(delivered.report.lines, 4);
}

#[test]
fn lf_after_a_head_of_lone_cr_still_ends_lines() {
    let mut bytes = b"10%\r".repeat(20_000);
    bytes.extend_from_slice(b"done\nnext\r\nlast\n");
    let delivered = deliver(&bytes, &ReadOptions::default());
    assert_eq!(
        delivered.numbered()[19_999..],
        [(20_000, "10%"), (20_001, "done"), (20_002, "next"), (20_003, "last")]
    );
}

#[test]
fn blank_lines_are_counted_and_not_delivered() {
    let delivered = read(b"\n\r\nthree\n  \t\nfive\n\n");
    assert_eq!(delivered.numbered(), [(3, "three"), (5, "five")]);
    assert_eq!((delivered.report.lines, delivered.report.frames), (6, 2));
}

#[test]
fn only_the_lines_that_are_not_utf8_are_read_as_windows_1252() {
    let delivered = read(b"gi\xC3\xA0 letto\npi\xF9 tardi, 5 \x80\nplain\n\x81\x8D\n");
    assert_eq!(delivered.texts(), ["già letto", "più tardi, 5 €", "plain", "\u{81}\u{8D}"]);
    assert_eq!(delivered.flaws, [(2, Flaw::Recoded), (4, Flaw::Recoded)]);
    assert_eq!(delivered.report.recoded, 2);
}

#[test]
fn a_few_nul_and_control_bytes_stay() {
    let delivered = read(b"before\0after\x01\nnext\x1B[31m red\n");
    assert_eq!(delivered.texts(), ["before\0after\u{1}", "next\u{1B}[31m red"]);
}

#[test]
fn an_empty_file_is_read_and_has_no_lines() {
    let delivered = read(b"");
    assert_eq!((delivered.report.lines, delivered.report.frames), (0, 0));
    assert!(delivered.report.problems.is_empty());
    assert!(read(b"\xEF\xBB\xBF").report.problems.is_empty());
}

#[test]
fn what_is_not_text_is_a_problem_and_nothing_of_it_is_delivered() {
    let noise: Vec<u8> = (0..9000u64).map(|n| (n.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 56) as u8).collect();
    let samples: [&[u8]; 5] =
        [b"\x7FELF\x02\x01\x01", b"\x89PNG\r\n\x1A\n....", b"%PDF-1.7\n", &[0; 4000], &noise];
    for sample in samples {
        let delivered = read(sample);
        assert!(delivered.frames.is_empty());
        let problem = &delivered.report.problems[0];
        assert_eq!(problem.kind, InputProblemKind::Binary);
        assert!(problem.message.starts_with("binary file"), "{}", problem.message);
    }
}
