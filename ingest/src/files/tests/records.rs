//! Frames that are not lines: header directives, JSON documents, csvlog records.

use super::super::ReadOptions;
use super::{deliver, read};

#[test]
fn w3c_directives_are_context_and_change_it_where_they_stand() {
    let text = "#Software: IIS\r\n#Fields: date time c-ip\r\n2024-05-01 10:00:00 192.0.2.1\r\n\
                2024-05-01 10:00:01 192.0.2.2\r\n#Fields: date time s-ip\r\n2024-05-01 10:00:02 192.0.2.3\r\n";
    let delivered = deliver(text.as_bytes(), &ReadOptions::default());
    let expected =
        [("#Software: IIS\n#Fields: date time c-ip", 2), ("#Software: IIS\n#Fields: date time s-ip", 1)];
    let got: Vec<_> =
        delivered.batches.iter().map(|(context, texts)| (context.as_deref().unwrap(), texts.len())).collect();
    assert_eq!(got, expected);
    let numbers: Vec<u64> = delivered.frames.iter().map(|frame| frame.1).collect();
    assert_eq!(numbers, [3, 4, 6]);
    assert_eq!(delivered.report.lines, 6);
    read(text.as_bytes());
}

#[test]
fn directives_repeated_word_for_word_do_not_part_a_batch() {
    let text = "#Fields: a b\n1 2\n#Fields: a b\n3 4\n";
    let delivered = deliver(text.as_bytes(), &ReadOptions::default());
    assert_eq!(delivered.batches.len(), 1);
    assert_eq!(delivered.numbered(), [(2, "1 2"), (4, "3 4")]);
}

#[test]
fn zeek_directives_are_context() {
    let text = "#separator \\x09\n#path\tconn\n#fields\tts\tuid\n1.0\tC1\n#close\t2024-05-01\n";
    let delivered = read(text.as_bytes());
    assert_eq!(delivered.texts(), ["1.0\tC1"]);
    let (context, _) = &deliver(text.as_bytes(), &ReadOptions::default()).batches[0];
    assert_eq!(context.as_deref(), Some("#separator \\x09\n#path\tconn\n#fields\tts\tuid"));
}

#[test]
fn other_lines_with_a_hash_are_frames() {
    assert_eq!(read(b"#1714550400\n# comment\n#fieldsets a\n").frames.len(), 3);
}

#[test]
fn directives_between_all_lines_stay_linear() {
    let text: String = (0..20_000).map(|n| format!("#Date: {n}\nline {n}\n")).collect();
    let delivered = deliver(text.as_bytes(), &ReadOptions::default());
    assert_eq!(delivered.batches.len(), 20_000);
    assert_eq!(delivered.batches[19_999].0.as_deref(), Some("#Date: 19999"));
}

#[test]
fn pretty_printed_objects_are_frames_of_their_own() {
    let text = "[\n  {\n    \"a\": \"}\\\"\"\n  },\n  {\"b\": [1,\n 2]}, {\"c\": {}}\n]\n";
    let delivered = read(text.as_bytes());
    assert_eq!(
        delivered.numbered(),
        [(2, "{\n    \"a\": \"}\\\"\"\n  }"), (5, "{\"b\": [1,\n 2]}"), (6, "{\"c\": {}}")]
    );
    assert_eq!(delivered.report.lines, 7);
    assert_eq!(read(b"{\n \"a\": 1\n}\n{\n \"a\": 2\n}").texts(), ["{\n \"a\": 1\n}", "{\n \"a\": 2\n}"]);
}

#[test]
fn an_array_on_one_line_is_its_elements() {
    let delivered = read(b"[{\"a\":1},{\"a\":2}]\n{\"a\":3}");
    assert_eq!(delivered.texts(), ["{\"a\":1}", "{\"a\":2}", "{\"a\":3}"]);
    assert_eq!(delivered.subs, [0, 1, 0]);
}

#[test]
fn json_lines_and_bracketed_text_stay_lines() {
    let ndjson = "{\"a\":1}\n{\"b\":{}}\nplain\n";
    assert_eq!(read(ndjson.as_bytes()).texts(), ["{\"a\":1}", "{\"b\":{}}", "plain"]);
    let apache = "[Wed May 01 10:00:00 2024] [error] {\n[Wed May 01 10:00:01 2024] [error] }\n";
    assert_eq!(read(apache.as_bytes()).texts(), apache.lines().collect::<Vec<_>>());
    let cut_off = "{\"a\": \"never closed\n{\"a\":1}\n{\"a\":2}\n";
    assert_eq!(read(cut_off.as_bytes()).texts(), cut_off.lines().collect::<Vec<_>>());
}

#[test]
fn an_object_cut_off_among_documents_swallows_nothing() {
    let text = "{\n\"a\": 1\n}\n{\n\"a\": \"cut\n{\n\"a\": 3\n}\n";
    assert_eq!(read(text.as_bytes()).texts(), ["{\n\"a\": 1\n}", "{", "\"a\": \"cut", "{\n\"a\": 3\n}"]);
    let unclosed = "{\n\"a\": 1\n}\n{\n\"a\": 2\n";
    assert_eq!(read(unclosed.as_bytes()).texts(), ["{\n\"a\": 1\n}", "{", "\"a\": 2"]);
}

#[test]
fn endless_openings_fall_back_to_lines_in_linear_time() {
    let text = "{\"a\":\n".repeat(200_000);
    let delivered = deliver(text.as_bytes(), &ReadOptions::default());
    assert_eq!(delivered.frames.len(), 200_000);
}

#[test]
fn a_document_over_the_bound_is_read_as_lines() {
    let options = ReadOptions { line_bytes_max: 32, ..ReadOptions::default() };
    let body = "\"key\": [1, 2, 3],\n".repeat(100);
    let text = format!("{{\n{body}\"z\": 0\n}}\n{{\n\"a\": 1\n}}\n");
    let delivered = deliver(text.as_bytes(), &options);
    assert_eq!(delivered.texts()[1], "\"key\": [1, 2, 3],");
    assert_eq!(*delivered.texts().last().unwrap(), "{\n\"a\": 1\n}");
    assert_eq!(delivered.report.truncated, 0);
}

const RECORD: &str = "2024-05-01 10:00:00.123 CET,\"app\",\"anagrafe\",4242,\"SELECT 1\n\
                      -- \"\"quoted\"\", comma\n  FROM t\",,,\"psql\"";
const PLAIN: &str = "2024-05-01 10:00:01.000 CET,\"app\",\"anagrafe\",4243,\"done\",,,\"psql\"";

#[test]
fn a_csvlog_record_over_lines_is_one_frame() {
    for line_end in ["\n", "\r\n"] {
        let text = format!("{PLAIN}{line_end}{RECORD}{line_end}{PLAIN}{line_end}");
        let delivered = read(text.as_bytes());
        assert_eq!(delivered.numbered(), [(1, PLAIN), (2, RECORD), (5, PLAIN)]);
        assert_eq!(delivered.report.lines, 5);
    }
    assert_eq!(read(RECORD.as_bytes()).texts(), [RECORD]);
}

#[test]
fn a_statement_that_quotes_a_log_line_cannot_forge_a_record() {
    let forged = "2024-05-01 10:00:00.123 CET,\"app\",\"SELECT '\n\
                  2024-05-01 10:00:09.000 CET,\"\"root\"\",\"\"x\"\"\n'\",1";
    assert_eq!(read(forged.as_bytes()).texts(), [forged]);
}

#[test]
fn a_record_cut_off_by_a_crash_swallows_nothing() {
    let text = format!("2024-05-01 10:00:00.123 CET,\"app\",\"cut off here\n{PLAIN}\n{PLAIN}\n");
    assert_eq!(read(text.as_bytes()).texts(), text.lines().collect::<Vec<_>>());
}

#[test]
fn a_record_that_never_closes_is_left_as_lines() {
    let start = "2024-05-01 10:00:00.123 CET,\"app\",\"open\n";
    for filler in ["tail\n".repeat(1500), "x\n".repeat(600_000)] {
        let text = format!("{start}{filler}");
        let delivered = deliver(text.as_bytes(), &ReadOptions::default());
        assert_eq!(delivered.frames.len(), text.lines().count());
    }
    let too_many_lines = format!("{start}{}end\",1\n", "x\n".repeat(1500));
    assert_eq!(deliver(too_many_lines.as_bytes(), &ReadOptions::default()).frames.len(), 1502);
}

#[test]
fn quotes_in_other_formats_do_not_join_lines() {
    let text = "2024-05-01 10:00:00,123 INFO he said \"no\n2024-05-01 10:00:01,000 INFO and \"yes\n\
                2024-05-01 10:00:02 INFO a, \"b\n2024-05-01 10:00:03 WARN c\", d\n";
    assert_eq!(read(text.as_bytes()).texts(), text.lines().collect::<Vec<_>>());
}
