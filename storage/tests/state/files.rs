//! What the file may be: damaged, of a later version, another program's, beyond writing; and copies of it.

use std::fs;
use std::io::{Seek, SeekFrom, Write};

use rusqlite::Connection;
use schema::Verdict;
use storage::state::{check, copy};
use storage::{Error, State};

use super::support::{judge, judgement, judgements, path};

/// Why a file is not taken.
fn refused(folder: &tempfile::TempDir) -> &'static str {
    let writing = State::open(&path(folder)).map(drop);
    let reading = check(&path(folder));
    match (writing, reading) {
        (Err(Error::Foreign { reason, file }), Err(Error::Foreign { reason: again, .. })) => {
            assert_eq!((file.as_str(), reason), ("state.sqlite", again));
            reason
        }
        other => panic!("{other:?}"),
    }
}

/// A state of some pages, closed.
fn filled(folder: &tempfile::TempDir) {
    let state = State::open(&path(folder)).unwrap();
    for n in 0..500 {
        judge(&state, judgement(&format!("{n:064}"), Verdict::False), false);
    }
}

#[test]
fn what_is_damaged_is_named_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        path(&folder),
        "this is no database, and longer than the hundred bytes of a header of one: so it is read",
    )
    .unwrap();
    assert_eq!(refused(&folder), "it is damaged");
    assert!(fs::read(path(&folder)).unwrap().starts_with(b"this is no database"));

    fs::remove_file(path(&folder)).unwrap();
    filled(&folder);
    let whole = fs::read(path(&folder)).unwrap();
    assert!(whole.len() > 16 << 10, "{} bytes", whole.len());
    // From the first page behind the schema on.
    for at in (4_096..whole.len()).step_by(4_096) {
        let mut file = fs::OpenOptions::new().write(true).open(path(&folder)).unwrap();
        file.seek(SeekFrom::Start(at as u64)).unwrap();
        file.write_all(&[0xAB; 4_096]).unwrap();
        drop(file);
        assert_eq!(refused(&folder), "it is damaged", "page at {at}");
        fs::write(path(&folder), &whole).unwrap();
    }
    fs::write(path(&folder), &whole[..whole.len() / 2]).unwrap();
    assert_eq!(refused(&folder), "it is damaged");
}

#[test]
fn what_a_later_version_or_another_program_wrote_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    filled(&folder);
    let later = Connection::open(path(&folder)).unwrap();
    later.pragma_update(None, "user_version", 1_000).unwrap();
    drop(later);
    let before = fs::read(path(&folder)).unwrap();
    assert_eq!(refused(&folder), "a later version of this program wrote it");
    assert_eq!(fs::read(path(&folder)).unwrap(), before);

    fs::remove_file(path(&folder)).unwrap();
    Connection::open(path(&folder)).unwrap().execute_batch("CREATE TABLE bookmarks (url TEXT)").unwrap();
    let before = fs::read(path(&folder)).unwrap();
    assert_eq!(refused(&folder), "another program wrote it");
    assert_eq!(fs::read(path(&folder)).unwrap(), before);
}

#[test]
fn a_state_beyond_writing_is_read() {
    let folder = tempfile::tempdir().unwrap();
    filled(&folder);
    // Nothing can be made of that name, as on a disk that is mounted for reading.
    fs::create_dir(folder.path().join("state.sqlite-shm")).unwrap();
    assert!(State::open(&path(&folder)).is_err());
    assert_eq!(judgements(&path(&folder)).len(), 500);
}

#[test]
fn a_copy_that_is_taken_while_others_write_is_of_one_moment() {
    let folder = tempfile::tempdir().unwrap();
    let state = State::open(&path(&folder)).unwrap();
    judge(&state, judgement("before", Verdict::True), false);
    let copies = std::thread::scope(|threads| {
        let writer = threads.spawn(|| {
            for n in 0..200 {
                judge(&state, judgement(&n.to_string(), Verdict::True), false);
            }
        });
        let mut copies = Vec::new();
        while copies.is_empty() || !writer.is_finished() {
            let to = folder.path().join(format!("copy-{}", copies.len()));
            copy(&path(&folder), &to).unwrap();
            copies.push(to);
        }
        copies
    });
    for copied in &copies {
        let kept = judgements(copied);
        assert_eq!(kept[0].alert, "before");
        let numbers: Vec<String> = kept[1..].iter().map(|kept| kept.alert.clone()).collect();
        assert_eq!(numbers, (0..numbers.len()).map(|n| n.to_string()).collect::<Vec<_>>());
        check(copied).unwrap();
        judge(&State::open(copied).unwrap(), judgement("after", Verdict::True), false);
    }
    assert!(copy(&path(&folder), &copies[0]).is_err(), "what is there is not overwritten");
}
