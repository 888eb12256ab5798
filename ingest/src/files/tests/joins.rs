//! Records over several lines.

use super::{batches_of, deliver, read};

/// Records of every kind, each as one frame is expected.
const RECORDS: &[&str] = &[
    "2026-03-16 09:12:44,112 ERROR [main] org.example.App - failed\n\
     java.lang.IllegalStateException: no database\n\
     \tat org.example.App.run(App.java:12)\n\
     \t... 3 more\n\
     Caused by: java.io.IOException: refused\n\
     \tat org.example.Db.open(Db.java:7)",
    "2026-03-16 09:12:45,000 INFO [main] org.example.App - started",
    "[2026-03-16 09:12:46] ERROR in app: boom\n\
     Traceback (most recent call last):\n\
     \u{20} File \"/srv/app.py\", line 7, in run\n\
     \u{20}   open(name)\n\
     FileNotFoundError: [Errno 2] No such file\n\
     \n\
     During handling of the above exception, another exception occurred:\n\
     \n\
     Traceback (most recent call last):\n\
     \u{20} File \"/srv/app.py\", line 9, in run\n\
     ValueError: x",
    "Traceback (most recent call last):\n  File \"/srv/x.py\", line 1, in <module>\nKeyError: 'a'",
    "2026-03-16 09:12:47.112 CET [20211] app@db LOG:  statement: SELECT *\n\tFROM atti\n\tWHERE id = 1",
    "[16-Mar-2026 09:12:48 Europe/Rome] PHP Fatal error:  Uncaught Exception: x in /srv/x.php:3\n\
     Stack trace:\n#0 {main}\n  thrown in /srv/x.php on line 3",
    "2026-03-16 09:12:49 ERROR Unhandled\nSystem.IO.IOException: disk full\n   at App.Run() in C:\\x.cs:line 3\n   --- End of inner exception stack trace ---",
    "Mar 16, 2026 9:12:44 AM org.example.Archivio apri\n\
     GRAVE: archivio non raggiungibile\n\
     java.io.IOException: refused\n\
     \tat org.example.Archivio.apri(Archivio.java:88)\n\
     Caused by: java.net.ConnectException: refused\n\
     \t... 3 more",
    "mar 16, 2026 9:12:45 AM org.example.Archivio chiudi\nINFORMAZIONI: chiuso",
    "type=SYSCALL msg=audit(1773648764.112:4412): arch=c000003e\ntype=EXECVE msg=audit(1773648764.112:4412): argc=1 a0=\"ls\"",
    "type=USER_LOGIN msg=audit(1773648764.200:4413): pid=1",
    "__CURSOR=s=1;i=1\n__REALTIME_TIMESTAMP=1773648764112233\nMESSAGE=a",
];

#[test]
fn each_record_is_one_frame_and_has_the_number_of_its_first_line() {
    for line_end in ["\n", "\r\n"] {
        let text = RECORDS.join("\n").replace('\n', line_end);
        let delivered = read(text.as_bytes());
        let mut number = 1;
        let mut expected = Vec::new();
        for record in RECORDS {
            expected.push((number, record.replace('\n', line_end)));
            number += record.lines().count() as u64;
        }
        let found: Vec<_> =
            delivered.numbered().into_iter().map(|(at, text)| (at, text.to_owned())).collect();
        assert_eq!(found, expected);
        assert_eq!(delivered.report.lines, number - 1);
    }
}

#[test]
fn no_edge_of_a_batch_parts_a_record() {
    let text = RECORDS.join("\n");
    for batch_bytes in 1..300 {
        assert_eq!(deliver(text.as_bytes(), &batches_of(batch_bytes)).texts(), RECORDS, "{batch_bytes}");
    }
}

#[test]
fn what_is_no_trace_stays_apart() {
    let text = "2026-03-16 09:12:44 INFO a\nplain text below\n  indented without a reason\n\
                2026-03-16 09:12:45 INFO b\norg.example.FooException: without frames\n2026-03-16 09:12:46 INFO c\n\
                192.0.2.1 - - [16/Mar/2026:09:12:44 +0100] \"GET / HTTP/1.1\" 200 1\n\tat x.y(z)\n\
                type=PATH msg=audit(1773648764.1:1): x\ntype=PATH msg=audit(1773648764.1:2): y\n";
    assert_eq!(read(text.as_bytes()).texts(), text.lines().collect::<Vec<_>>());
}

#[test]
fn parts_of_one_stream_are_one_line_and_those_of_the_other_stay_apart() {
    let text = "2026-03-16T08:12:44.1Z stdout P {\"a\":\"perch\u{e9}\n\
                2026-03-16T08:12:44.2Z stderr F warning\n\
                2026-03-16T08:12:44.3Z stderr P first \n\
                2026-03-16T08:12:44.4Z stdout P , \n\
                2026-03-16T08:12:44.5Z stdout F end\"}\n\
                2026-03-16T08:12:44.6Z stderr F second\n\
                2026-03-16T08:12:44.7Z stdout F whole\n";
    // A part may end within a character.
    let (head, tail) = text.split_once('\u{e9}').unwrap();
    let within = "\n2026-03-16T08:12:44.1Z stdout P ";
    let bytes = [head.as_bytes(), b"\xC3", within.as_bytes(), b"\xA9", tail.as_bytes()].concat();
    let delivered = read(&bytes);
    assert_eq!(
        delivered.numbered(),
        [
            (1, "2026-03-16T08:12:44.1Z stdout F {\"a\":\"perch\u{e9}, end\"}"),
            (3, "2026-03-16T08:12:44.2Z stderr F warning"),
            (4, "2026-03-16T08:12:44.3Z stderr F first second"),
            (8, "2026-03-16T08:12:44.7Z stdout F whole"),
        ]
    );
    assert_eq!((delivered.report.lines, delivered.report.recoded), (8, 0));
}

#[test]
fn a_part_whose_rest_never_comes_says_so() {
    for (text, numbers) in [
        ("2026-03-16T08:12:44Z stdout P half\nforeign\n", &[1, 2][..]),
        ("2026-03-16T08:12:44Z stdout P half\n2026-03-16T08:12:45Z stderr F x", &[1, 2]),
        ("2026-03-16T08:12:44Z stdout P half", &[1]),
    ] {
        let delivered = read(text.as_bytes());
        assert_eq!(delivered.texts()[0], "2026-03-16T08:12:44Z stdout P half", "{text}");
        assert_eq!(delivered.frames.iter().map(|frame| frame.1).collect::<Vec<_>>(), numbers, "{text}");
    }
}

#[test]
fn parts_make_no_line_longer_than_the_limit() {
    let part = format!("2026-03-16T08:12:44Z stdout P {}\n", "x".repeat(16 * 1024));
    let text = format!("{}2026-03-16T08:12:45Z stdout F end\nnext\n", part.repeat(9));
    for batch_bytes in [16 * 1024, 100_000, 1024 * 1024] {
        let delivered = deliver(text.as_bytes(), &batches_of(batch_bytes));
        let lengths: Vec<usize> = delivered.texts().iter().map(|text| text.len()).collect();
        assert_eq!(lengths, [64 * 1024, 4]);
        assert_eq!(delivered.flaws, [(1, schema::Flaw::Truncated)]);
        assert_eq!((delivered.report.truncated, delivered.report.lines), (1, 11));
    }
    // Parts without end close at the bounds of every record.
    let delivered = deliver(part.repeat(200).as_bytes(), &batches_of(64 * 1024));
    assert_eq!(delivered.report.lines, 200);
    assert!(delivered.texts().len() >= 4);
}

#[test]
fn a_record_closes_at_its_bounds_and_costs_linear_time() {
    let text = format!("2026-03-16 09:12:44 ERROR a\n{}", "\tat x.y(z)\n".repeat(200_000));
    let delivered = deliver(text.as_bytes(), &batches_of(1024 * 1024));
    assert_eq!(delivered.texts()[0].lines().count(), 1_001);
    let text = "Traceback (most recent call last):\n".repeat(20_000);
    assert_eq!(deliver(text.as_bytes(), &batches_of(64 * 1024)).report.lines, 20_000);
}
