//! Files that are followed, and pipes.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use ingest::Refused;
use ingest::sources::{FileTail, Stdin};

use super::desk::{Desk, soon};

#[path = "../../src/files/tests/event_log_bytes.rs"]
mod event_log_bytes;

/// A folder with logs, and a source that follows `*.log` in it.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Folder {
        Folder(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn append(&self, name: &str, text: &str) {
        let mut file = OpenOptions::new().create(true).append(true).open(self.path(name)).unwrap();
        file.write_all(text.as_bytes()).unwrap();
    }

    fn tail(&self) -> FileTail {
        let pattern = self.path("*.log").display().to_string();
        FileTail::open(vec![pattern], self.path("checkpoints")).unwrap()
    }
}

/// Polls once; what came is stored, and is in the checkpoints after the next poll.
async fn polled(tail: &mut FileTail, desk: &mut Desk) -> Vec<String> {
    let frames = soon(tail.poll(&desk.port)).await;
    desk.texts(usize::try_from(frames).unwrap()).await
}

#[tokio::test]
async fn lines_are_read_as_they_are_written_and_half_a_line_is_waited_for() {
    let (folder, mut desk) = (Folder::new(), Desk::new());
    let mut tail = folder.tail();
    assert_eq!(polled(&mut tail, &mut desk).await, Vec::<String>::new());
    folder.append("a.log", "one\ntwo\nhal");
    folder.append("b.log", "other\n");
    folder.append("c.txt", "not this\n");
    assert_eq!(polled(&mut tail, &mut desk).await, ["one", "two", "other"]);
    folder.append("a.log", "f\nthree\n");
    assert_eq!(polled(&mut tail, &mut desk).await, ["half", "three"]);
}

#[tokio::test]
async fn a_restart_goes_on_where_lines_are_durable() {
    let (folder, mut desk) = (Folder::new(), Desk::new());
    folder.append("a.log", "one\ntwo\nhal");
    let mut tail = folder.tail();
    assert_eq!(polled(&mut tail, &mut desk).await, ["one", "two"]);
    assert_eq!(polled(&mut tail, &mut desk).await, Vec::<String>::new());
    folder.append("a.log", "f\n");
    // Delivered, and not durable when the service dies.
    assert_eq!(soon(tail.poll(&desk.port)).await, 1);
    drop(tail);
    drop(desk.delivery().await);
    let mut tail = folder.tail();
    assert_eq!(polled(&mut tail, &mut desk).await, ["half"]);
    polled(&mut tail, &mut desk).await;
    drop(tail);
    assert_eq!(polled(&mut folder.tail(), &mut desk).await, Vec::<String>::new());
    let saved = fs::read_to_string(folder.path("checkpoints")).unwrap();
    assert!(!saved.contains("half"), "the text of logs is in it: {saved}");
}

#[tokio::test]
async fn what_the_journal_refuses_is_read_again() {
    let (folder, mut desk) = (Folder::new(), Desk::new());
    folder.append("a.log", "one\ntwo\n");
    let mut tail = folder.tail();
    assert_eq!(soon(tail.poll(&desk.port)).await, 2);
    desk.delivery().await.1.refuse(Refused::Full);
    assert_eq!(polled(&mut tail, &mut desk).await, Vec::<String>::new(), "it waits a little");
    assert_eq!(polled(&mut tail, &mut desk).await, ["one", "two"]);
    assert_eq!(desk.page().under_way(), 0);
}

#[tokio::test]
async fn a_file_renamed_is_read_to_its_end_and_the_new_one_from_its_start() {
    let (folder, mut desk) = (Folder::new(), Desk::new());
    folder.append("a.log", "one\n");
    let mut tail = folder.tail();
    assert_eq!(polled(&mut tail, &mut desk).await, ["one"]);
    folder.append("a.log", "two\n");
    fs::rename(folder.path("a.log"), folder.path("a.log.1")).unwrap();
    folder.append("a.log", "three\n");
    // Its writer still has the old one open.
    folder.append("a.log.1", "late\nno end");
    let mut texts = polled(&mut tail, &mut desk).await;
    texts.sort();
    assert_eq!(texts, ["late", "three", "two"]);
    let mut last = Vec::new();
    for _ in 0..25 {
        last.extend(polled(&mut tail, &mut desk).await);
    }
    assert_eq!(last, ["no end"]);
}

#[tokio::test]
async fn a_file_renamed_while_nobody_looked_is_found_again() {
    let (folder, mut desk) = (Folder::new(), Desk::new());
    folder.append("a.log", "one\n");
    let mut tail = folder.tail();
    assert_eq!(polled(&mut tail, &mut desk).await, ["one"]);
    polled(&mut tail, &mut desk).await;
    drop(tail);
    folder.append("a.log", "two\n");
    fs::rename(folder.path("a.log"), folder.path("a.log.1")).unwrap();
    folder.append("a.log", "three\n");
    let mut texts = polled(&mut folder.tail(), &mut desk).await;
    texts.sort();
    assert_eq!(texts, ["three", "two"]);
}

#[tokio::test]
async fn a_file_copied_and_truncated_is_read_from_its_start_even_when_it_has_grown_past_the_old_end() {
    let (folder, mut desk) = (Folder::new(), Desk::new());
    folder.append("a.log", "one\ntwo\n");
    let mut tail = folder.tail();
    assert_eq!(polled(&mut tail, &mut desk).await, ["one", "two"]);
    let truncate = || OpenOptions::new().write(true).truncate(true).open(folder.path("a.log")).unwrap();
    truncate();
    folder.append("a.log", "x\n");
    assert_eq!(polled(&mut tail, &mut desk).await, ["x"]);
    truncate();
    folder.append("a.log", "a much longer line than before\nand another\n");
    assert_eq!(polled(&mut tail, &mut desk).await, ["a much longer line than before", "and another"]);
}

#[tokio::test]
async fn a_new_file_in_the_place_of_an_old_one_is_read_from_its_start() {
    let (folder, mut desk) = (Folder::new(), Desk::new());
    folder.append("a.log", "one\ntwo\n");
    let mut tail = folder.tail();
    assert_eq!(polled(&mut tail, &mut desk).await, ["one", "two"]);
    polled(&mut tail, &mut desk).await;
    drop(tail);
    // Its inode may be used again.
    fs::remove_file(folder.path("a.log")).unwrap();
    folder.append("a.log", "new and longer than the old one\n");
    assert_eq!(polled(&mut folder.tail(), &mut desk).await, ["new and longer than the old one"]);
}

#[tokio::test]
async fn header_lines_go_with_the_lines_behind_them_also_after_a_restart() {
    let (folder, mut desk) = (Folder::new(), Desk::new());
    folder.append("a.log", "#Fields: a b\n1 2\n# no header\n#Fields: c\n3\n");
    let mut tail = folder.tail();
    assert_eq!(soon(tail.poll(&desk.port)).await, 3);
    for (text, directives) in [("1 2", "#Fields: a b"), ("# no header", "#Fields: a b"), ("3", "#Fields: c")]
    {
        let frame = desk.frame().await;
        assert_eq!((frame.text.as_str(), frame.directives.as_deref()), (text, Some(directives)));
    }
    polled(&mut tail, &mut desk).await;
    drop(tail);
    folder.append("a.log", "4\n");
    assert_eq!(soon(folder.tail().poll(&desk.port)).await, 1);
    let frame = desk.frame().await;
    assert_eq!((frame.text.as_str(), frame.directives.as_deref()), ("4", Some("#Fields: c")));
}

#[tokio::test]
async fn archives_are_left_to_others_and_broken_checkpoints_are_named() {
    let (folder, mut desk) = (Folder::new(), Desk::new());
    fs::write(folder.path("old.log"), b"\x1F\x8B\x08\x00 packed\n").unwrap();
    assert_eq!(polled(&mut folder.tail(), &mut desk).await, Vec::<String>::new());
    fs::write(folder.path("checkpoints"), "{").unwrap();
    let error = FileTail::open(vec!["*".into()], folder.path("checkpoints")).unwrap_err();
    assert_eq!(error.to_string(), format!("cannot read {}", folder.path("checkpoints").display()));
    assert!(FileTail::open(vec!["[".into()], folder.path("none")).is_err());
}

#[tokio::test]
async fn a_running_source_follows_until_it_is_stopped_and_saves_what_is_durable() {
    let (folder, mut desk) = (Folder::new(), Desk::new());
    folder.append("a.log", "one\n");
    let running = tokio::spawn(folder.tail().run(desk.port.clone()));
    assert_eq!(desk.frame().await.text, "one");
    folder.append("a.log", "two\n");
    assert_eq!(desk.frame().await.text, "two");
    desk.port.stop.cancel();
    soon(running).await.unwrap().unwrap();
    assert_eq!(polled(&mut folder.tail(), &mut Desk::new()).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_pipe_is_read_to_its_end() {
    let folder = Folder::new();
    let path: &Path = &folder.path("input");
    fs::write(path, "one\ntwo\nno end").unwrap();
    let mut desk = Desk::new();
    let running = tokio::spawn(Stdin::of(fs::File::open(path).unwrap()).run(desk.port.clone()));
    assert_eq!(desk.texts(3).await, ["one", "two", "no end"]);
    soon(running).await.unwrap().unwrap();
}

#[tokio::test]
async fn what_cannot_be_read_or_saved_is_told_for_as_long_and_the_rest_is_followed() {
    let (folder, mut desk) = (Folder::new(), Desk::new());
    let checkpoints = folder.path("not yet/checkpoints");
    let pattern = folder.path("*.log").display().to_string();
    let mut tail = FileTail::open(vec![pattern], checkpoints.clone()).unwrap();
    folder.append("a.log", "one\n");
    assert_eq!(polled(&mut tail, &mut desk).await, ["one"]);
    assert_eq!(polled(&mut tail, &mut desk).await, Vec::<String>::new());
    let trouble = desk.port.book.trouble().unwrap();
    assert!(trouble.starts_with("how far files are read cannot be saved"), "{trouble}");
    fs::create_dir(folder.path("not yet")).unwrap();
    assert_eq!(polled(&mut tail, &mut desk).await, Vec::<String>::new());
    assert_eq!((desk.port.book.trouble(), checkpoints.exists()), (None, true));
}

/// The users of polls until there are so many of them.
async fn users(tail: &mut FileTail, desk: &mut Desk, count: usize) -> Vec<String> {
    let mut users = Vec::new();
    while users.len() < count {
        let user = |text: &String| {
            text.split("TargetUserName\":\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
        };
        users.extend(polled(tail, desk).await.iter().map(user));
    }
    users
}

#[tokio::test]
async fn an_event_log_of_windows_is_read_once_nobody_copies_it_any_more() {
    use event_log_bytes::{chunk, log};
    let (folder, mut desk) = (Folder::new(), Desk::new());
    let whole = log(&[chunk(&["mrossi", "lbianchi"]), chunk(&["gverdi"])]);
    let (begun, rest) = whole.split_at(whole.len() - 70_000);
    fs::write(folder.path("dc01.log"), begun).unwrap();
    let mut tail = folder.tail();
    // A pause of the copy that is shorter than what is waited for.
    for _ in 0..6 {
        assert_eq!(polled(&mut tail, &mut desk).await, Vec::<String>::new());
    }
    let mut file = OpenOptions::new().append(true).open(folder.path("dc01.log")).unwrap();
    file.write_all(rest).unwrap();
    assert_eq!(users(&mut tail, &mut desk, 3).await, ["mrossi", "lbianchi", "gverdi"]);
    polled(&mut tail, &mut desk).await;
    drop(tail);
    // After a restart only what is new is read: another log, and one that another export has replaced.
    let mut tail = folder.tail();
    fs::write(folder.path("dc02.log"), log(&[chunk(&["anotherone"])])).unwrap();
    assert_eq!(users(&mut tail, &mut desk, 1).await, ["anotherone"]);
    fs::write(folder.path("dc01.log"), log(&[chunk(&["neri"])])).unwrap();
    assert_eq!(users(&mut tail, &mut desk, 1).await, ["neri"]);
}

#[tokio::test]
async fn a_damaged_event_log_is_named_and_its_sound_records_are_read() {
    use event_log_bytes::{CHUNK_BYTES, chunk, log};
    let (folder, mut desk) = (Folder::new(), Desk::new());
    fs::write(folder.path("a.log"), log(&[vec![0x55; CHUNK_BYTES], chunk(&["mrossi"])])).unwrap();
    let mut tail = folder.tail();
    assert_eq!(users(&mut tail, &mut desk, 1).await, ["mrossi"]);
    let trouble = desk.port.book.trouble().unwrap();
    assert!(trouble.contains("a.log") && trouble.contains("chunks lost: 1"), "{trouble}");
}
