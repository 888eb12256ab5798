//! What is wrong with an input is told with its place, counted, and the rest is still read.

use super::program::{Folder, Ran, guessing};

const NOW: &str = "2026-03-20T00:00:00Z";

/// Parses what the words name together with a sound file; asserts that the sound file came out whole.
fn parse_beside_a_sound_file(folder: &Folder, words: &[&str], code: i32) -> Ran {
    folder.file("sound.log", guessing(4));
    let mut args = vec!["parse", "--now", NOW];
    args.extend(words);
    args.push("sound.log");
    let ran = folder.run(&args).expect(code);
    let sound = ran.objects().iter().filter(|object| object["file"] == "sound.log").count();
    assert_eq!(sound, 4, "{}", ran.err);
    ran
}

#[test]
fn a_missing_file_is_told_and_the_rest_is_read() {
    let folder = Folder::new();
    let ran = parse_beside_a_sound_file(&folder, &["missing.log"], 3);
    assert!(ran.err.contains("missing.log") && ran.err.contains("no such file"), "{}", ran.err);
    let ran = parse_beside_a_sound_file(&folder, &["*.nothing"], 3);
    assert!(ran.err.contains("*.nothing"), "{}", ran.err);
}

#[test]
fn of_a_path_that_is_not_there_nothing_more_is_said() {
    let ran = Folder::new().run(&["scan", "absent"]).expect(3);
    assert!(ran.err.contains("absent: no such file"), "{}", ran.err);
    assert!(!ran.err.contains("rules"), "{}", ran.err);
}

#[cfg(unix)]
#[test]
fn an_unreadable_file_is_told_and_the_rest_is_read() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    let path = folder.file("secret.log", guessing(2));
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
    if std::fs::File::open(&path).is_ok() {
        println!("skipped: this user may read every file");
        return;
    }
    let ran = parse_beside_a_sound_file(&folder, &["secret.log"], 3);
    assert!(ran.err.contains("secret.log") && ran.err.contains("permission"), "{}", ran.err);
}

#[test]
fn a_binary_file_is_told_and_the_rest_is_read() {
    let folder = Folder::new();
    let bytes: Vec<u8> = (0..50_000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    folder.file("picture.bin", bytes);
    let ran = parse_beside_a_sound_file(&folder, &["picture.bin"], 3);
    assert!(ran.err.contains("picture.bin"), "{}", ran.err);
}

#[test]
fn an_empty_file_is_no_fault() {
    let folder = Folder::new();
    folder.file("empty.log", "");
    let ran = parse_beside_a_sound_file(&folder, &["empty.log"], 0);
    assert!(ran.err.contains("2 files"), "{}", ran.err);
}

#[test]
fn a_line_too_long_for_memory_is_cut_and_counted() {
    let folder = Folder::new();
    let mut text = vec![b'x'; 40 << 20];
    text.push(b'\n');
    text.extend_from_slice(guessing(2).as_bytes());
    folder.file("long.log", text);
    let ran = parse_beside_a_sound_file(&folder, &["long.log"], 0);
    let objects = ran.objects();
    let of_long: Vec<_> = objects.iter().filter(|object| object["file"] == "long.log").collect();
    assert_eq!(of_long.len(), 3);
    assert!(of_long[0]["parse_error"].as_str().unwrap().contains("longer than the limit"));
    assert_eq!(of_long[2]["line"], 3);
    assert!(ran.err.contains("1 cut at the longest line"), "{}", ran.err);
}

#[test]
fn a_truncated_gzip_gives_what_it_holds_and_is_told_with_its_place() {
    let folder = Folder::new();
    // Stored blocks: no compressor is needed to write a gzip.
    let text = guessing(400);
    let whole = stored_gzip(text.as_bytes());
    folder.file("whole.log.gz", &whole);
    assert_eq!(folder.run(&["parse", "whole.log.gz"]).expect(0).objects().len(), 400);
    folder.file("cut.log.gz", &whole[..whole.len() / 2]);
    let ran = parse_beside_a_sound_file(&folder, &["cut.log.gz"], 3);
    let read = ran.objects().iter().filter(|object| object["file"] == "cut.log.gz").count();
    assert!(read > 100 && read < 300, "{read}");
    assert!(ran.err.contains("cut.log.gz") && ran.err.contains("ends early"), "{}", ran.err);
}

/// A gzip member (RFC 1952) of stored blocks (RFC 1951, 3.2.4).
fn stored_gzip(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    let mut blocks = bytes.chunks(8_000).peekable();
    while let Some(block) = blocks.next() {
        gzip.push(u8::from(blocks.peek().is_none()));
        let length = block.len() as u16;
        gzip.extend_from_slice(&length.to_le_bytes());
        gzip.extend_from_slice(&(!length).to_le_bytes());
        gzip.extend_from_slice(block);
    }
    let crc = bytes.iter().fold(!0u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg()))
    });
    gzip.extend_from_slice(&(!crc).to_le_bytes());
    gzip.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
    gzip
}

#[cfg(unix)]
#[test]
fn a_folder_with_a_loop_of_links_ends_and_every_file_is_read_once() {
    let folder = Folder::new();
    folder.file("logs/inner/a.log", guessing(3));
    std::os::unix::fs::symlink("..", folder.path().join("logs/inner/up")).unwrap();
    std::os::unix::fs::symlink("self", folder.path().join("logs/self")).unwrap();
    let ran = folder.run(&["parse", "--now", NOW, "logs"]);
    assert!(ran.code == 0 || ran.code == 3, "{}", ran.err);
    assert_eq!(ran.objects().len(), 3);
}

#[test]
fn standard_input_is_an_input_like_any_other() {
    let folder = Folder::new();
    let ran = folder.run_with(&["parse", "--now", NOW, "-"], guessing(5).as_bytes()).expect(0);
    assert_eq!(ran.objects().len(), 5);
    assert_eq!(ran.objects()[4]["file"], "-");
}
