//! Compressed streams and archives.

use std::io::{Cursor, Write};

use super::super::{InputProblemKind, ReadOptions};
use super::{deliver, gzip, many_lines, read_file};

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in members {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mtime(1_600_000_000);
        header.set_mode(0o644);
        header.set_cksum();
        builder.append_data(&mut header, name, *bytes).unwrap();
    }
    builder.into_inner().unwrap()
}

fn xz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = liblzma::write::XzEncoder::new(Vec::new(), 1);
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 1).unwrap()
}

#[test]
fn each_compression_is_told_by_its_bytes_and_may_have_several_members() {
    let (one, two) = (many_lines(3000), "last\n");
    for compress in [gzip, zstd, xz, bzip2] {
        let mut bytes = compress(one.as_bytes());
        bytes.extend(compress(two.as_bytes()));
        let delivered = deliver(&bytes, &ReadOptions::default());
        assert!(delivered.report.problems.is_empty(), "{:?}", delivered.report.problems);
        assert_eq!(delivered.frames.len(), 3001);
        assert_eq!(delivered.frames[3000], ("sample.log".to_owned(), 3001, "last".to_owned()));
        assert_eq!(delivered.report.bytes_read, bytes.len() as u64);
    }
}

#[test]
fn a_compressed_stream_cut_short_delivers_what_came_before_and_says_where() {
    let text = many_lines(20_000);
    for compress in [gzip, zstd, xz, bzip2] {
        let mut bytes = compress(text.as_bytes());
        bytes.truncate(bytes.len() / 2);
        let delivered = deliver(&bytes, &ReadOptions { hash: true, ..ReadOptions::default() });
        let problem = &delivered.report.problems[0];
        assert_eq!(problem.kind, InputProblemKind::Truncated, "{problem:?}");
        assert_eq!(problem.offset_bytes, Some(bytes.len() as u64));
        assert_eq!(problem.line, Some(delivered.report.lines));
        assert!(delivered.report.lines > 1000, "only {} lines", delivered.report.lines);
        assert!(delivered.report.sha256.is_some());
        let whole = delivered.texts().len() - 1;
        assert_eq!(delivered.texts()[..whole], text.lines().take(whole).collect::<Vec<_>>());
    }
}

#[test]
fn damage_inside_gzip_loses_nothing_that_was_decoded() {
    let text = many_lines(20_000);
    let mut bytes = gzip(text.as_bytes());
    let middle = bytes.len() / 2;
    bytes[middle..middle + 64].fill(0xFF);
    let delivered = deliver(&bytes, &ReadOptions::default());
    assert_eq!(delivered.report.problems[0].kind, InputProblemKind::Corrupt);
    assert!(delivered.report.lines > 8_000, "only {} lines", delivered.report.lines);
}

#[test]
fn zeros_behind_gzip_are_padding_and_anything_else_is_damage() {
    let mut bytes = gzip(b"a\n");
    bytes.extend([0; 100]);
    assert!(deliver(&bytes, &ReadOptions::default()).report.problems.is_empty());
    bytes.extend(b"rubbish");
    let delivered = deliver(&bytes, &ReadOptions::default());
    assert_eq!(delivered.texts(), ["a"]);
    assert_eq!(delivered.report.problems[0].kind, InputProblemKind::Corrupt);
}

#[test]
fn members_of_archives_are_named_numbered_and_booked_each_on_its_own() {
    let members: [(&str, &[u8]); 4] = [
        ("var/a.log", b"a1\na2\n"),
        ("empty", b""),
        ("p.png", b"\x89PNG\r\n\x1A\n"),
        ("b.log.gz", &gzip(b"b1\n")),
    ];
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in [
        ("logs.zip", zip(&members)),
        ("logs.tar", tar(&members)),
        ("logs.tgz", gzip(&tar(&members))),
        ("logs.tar.zst", zstd(&tar(&members))),
        ("logs.tar.xz", xz(&tar(&members))),
        ("logs.tar.bz2", bzip2(&tar(&members))),
    ] {
        let delivered = read_file(folder.path(), name, &bytes);
        let path = folder.path().join(name).to_string_lossy().into_owned();
        let expected = [("var/a.log", 1, "a1"), ("var/a.log", 2, "a2"), ("b.log.gz", 1, "b1")]
            .map(|(member, seq, text)| (format!("{path}!{member}"), seq, text.to_owned()));
        assert_eq!(delivered.frames, expected, "{name}");
        let books: Vec<_> = delivered.report.members.iter().map(|m| (m.lines, m.frames)).collect();
        assert_eq!(books, [(2, 2), (0, 0), (1, 1)], "{name}");
        assert_eq!(delivered.report.problems.len(), 1);
        assert_eq!(delivered.report.problems[0].path, format!("{path}!p.png"));
        assert_eq!(delivered.report.lines, 3);
    }
}

#[test]
fn members_of_tar_have_their_own_time_and_long_names() {
    let long = format!("{}/a.log", "folder".repeat(40));
    let bytes = tar(&[(&long, b"x\n")]);
    let delivered = deliver(&bytes, &ReadOptions { now_us: 5, ..ReadOptions::default() });
    assert_eq!(delivered.frames[0].0, format!("sample.log!{long}"));
    assert_eq!(delivered.received_us, [1_600_000_000_000_000]);
}

#[test]
fn an_archive_inside_an_archive_is_read_and_one_more_is_a_problem() {
    let inner = zip(&[("a.log", b"deep\n")]);
    let middle = tar(&[("inner.zip", &inner), ("b.log", b"b\n")]);
    let delivered = deliver(&middle, &ReadOptions::default());
    assert_eq!(delivered.frames[0].0, "sample.log!inner.zip!a.log");
    assert_eq!(delivered.texts(), ["deep", "b"]);
    let delivered = deliver(&gzip(&tar(&[("middle.tar", &middle)])), &ReadOptions::default());
    assert_eq!(delivered.texts(), ["b"]);
    assert_eq!(delivered.report.problems[0].kind, InputProblemKind::Nested);
    let thrice = gzip(&gzip(&gzip(b"x\n")));
    assert_eq!(deliver(&thrice, &ReadOptions::default()).report.problems[0].kind, InputProblemKind::Nested);
}

#[test]
fn an_archive_cut_short_is_read_up_to_the_cut() {
    let text = many_lines(5_000);
    let members: [(&str, &[u8]); 2] = [("a.log", b"a1\n"), ("b.log", text.as_bytes())];
    let folder = tempfile::tempdir().unwrap();
    for (name, mut bytes) in [("cut.zip", zip(&members)), ("cut.tar", tar(&members))] {
        bytes.truncate(bytes.len() * 3 / 4);
        let delivered = read_file(folder.path(), name, &bytes);
        assert_eq!(delivered.texts()[0], "a1", "{name}");
        assert!(delivered.frames.len() > 2_000, "{name}: {}", delivered.frames.len());
        assert_eq!(delivered.report.problems.len(), 1, "{name}: {:?}", delivered.report.problems);
        assert_eq!(delivered.report.problems[0].kind, InputProblemKind::Truncated, "{name}");
        assert!(delivered.report.problems[0].offset_bytes.is_some());
    }
}

#[test]
fn a_damaged_member_does_not_hide_the_next() {
    let text = many_lines(3_000);
    let mut bytes = zip(&[("a.log", text.as_bytes()), ("b.log", b"b1\n")]);
    bytes[500..600].fill(0xFF);
    let folder = tempfile::tempdir().unwrap();
    let delivered = read_file(folder.path(), "damaged.zip", &bytes);
    assert_eq!(delivered.report.bytes_read, bytes.len() as u64);
    assert_eq!(delivered.report.problems[0].kind, InputProblemKind::Corrupt);
    assert_eq!(*delivered.texts().last().unwrap(), "b1");
    let mut tarred = tar(&[("bad.gz", &gzip(text.as_bytes())[..300]), ("b.log", b"b1\n")]);
    let delivered = deliver(&tarred, &ReadOptions::default());
    assert_eq!(delivered.report.problems[0].kind, InputProblemKind::Truncated);
    assert_eq!(*delivered.texts().last().unwrap(), "b1");
    tarred[..100].fill(b'x');
    assert!(deliver(&tarred, &ReadOptions::default()).report.members.is_empty());
}

#[test]
fn a_zip_that_comes_through_a_pipe_is_read() {
    let bytes = zip(&[("a.log", b"a1\n"), ("b.log", b"b1\n")]);
    assert_eq!(deliver(&bytes, &ReadOptions::default()).texts(), ["a1", "b1"]);
}

#[test]
fn an_office_document_is_not_an_archive_of_logs() {
    let bytes = zip(&[("[Content_Types].xml", b"<x/>\n"), ("word/document.xml", b"<y/>\n")]);
    let delivered = deliver(&bytes, &ReadOptions::default());
    assert!(delivered.frames.is_empty());
    assert_eq!(delivered.report.problems[0].kind, InputProblemKind::Binary);
}

#[test]
fn a_decompression_bomb_is_stopped() {
    let bomb = zstd(&zstd(&vec![b'a'; 300_000_000]));
    assert!(bomb.len() < 50_000);
    let delivered = deliver(&bomb, &ReadOptions::default());
    assert_eq!(delivered.report.problems[0].kind, InputProblemKind::Bomb);
    assert!(delivered.text_bytes_max <= 2 * 1024 * 1024);
}

#[test]
fn text_that_resembles_archives_is_text() {
    let ustar = format!("{}ustar and more words after it{}\n", "w".repeat(257), " x".repeat(300));
    for text in ["BZh9 is how bzip2 starts\n", "PK\n", ustar.as_str()] {
        assert_eq!(deliver(text.as_bytes(), &ReadOptions::default()).texts(), [text.trim_end()]);
    }
}
