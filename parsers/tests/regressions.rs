//! Input that once broke a promise.
#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use std::sync::Arc;

use parsers::format::stream;
use parsers::{ParseSettings, Parser, Zone};
use schema::{Event, EventBatch, Frame, FrameBatch, Origin};

fn batches(format: Option<&str>, header: &str, lines: &[String]) -> Vec<EventBatch> {
    let (mut text, mut frames) = (String::new(), Vec::new());
    for (seq, line) in (1..).zip(lines) {
        let start = text.len() as u32;
        text.push_str(line);
        frames.push(Frame { start, end: text.len() as u32, seq, sub: 0 });
    }
    let origin = Origin { collector: "x".into(), source: "t".into(), tenant: "d".into() };
    let frames = FrameBatch::new(Arc::new(origin), 0, stream(header).0, text, frames, vec![]);
    let settings = ParseSettings { format: format.map(str::to_owned), zone: Zone::utc() };
    Parser::new(settings).unwrap().parse(&frames).unwrap()
}

fn event(format: Option<&str>, line: &str) -> Event {
    batches(format, "", &[line.to_owned()]).first().map(|batch| batch.event(0)).unwrap()
}

#[test]
fn lines_with_keys_of_their_own_take_no_square_of_memory() {
    let lines: Vec<String> = (0..4_096).map(|line| format!("key{line}=1")).collect();
    let batches = batches(None, "", &lines);
    assert_eq!(batches.iter().map(EventBatch::len).sum::<usize>(), lines.len());
    assert_eq!(batches.iter().map(|batch| batch.fields().len()).sum::<usize>(), lines.len());
    let cells: usize = batches.iter().map(|batch| batch.fields().len() * batch.len()).sum();
    assert!(cells < lines.len() * 512, "{cells} cells");
}

#[test]
fn members_under_a_long_name_take_no_square_of_memory() {
    let members: Vec<String> = (0..4_000).map(|member| format!(r#""{member}":{{"x":[1,{{}}]}}"#)).collect();
    let line = format!(r#"{{"{}":{{{}}}}}"#, "k".repeat(30_000), members.join(","));
    let batches = batches(None, "", &[line]);
    let names_bytes: usize = batches.iter().flat_map(EventBatch::fields).map(|field| field.key.len()).sum();
    assert!(names_bytes < 64 << 10, "{names_bytes} bytes");
}

#[test]
fn a_value_with_blanks_has_a_bound_so_that_many_keys_take_no_square_of_time() {
    let path = |line: &str| event(None, line).get("file_path").cloned().unwrap_or_default();
    assert_eq!(path("file: C:\\Atti di giunta\\2026, done"), "C:\\Atti di giunta\\2026");
    let length = path(&format!("file: C:\\{}", "atti ".repeat(2_000))).len();
    assert!((1_000..=1_024).contains(&length), "{length} bytes");
}

#[test]
fn an_object_that_carries_another_of_its_format_is_read_alike_when_pinned() {
    let line = r#"{"agent":{},"winlog":{"event_id":4624},"message":"{\"winlog\":{\"event_id\":4625}}"}"#;
    let found = event(None, line);
    assert_eq!((found["format"].as_str(), found["event_code"].as_str()), ("winlogbeat", "4624"));
    assert_eq!(event(Some("winlogbeat"), line), found);
}

#[test]
fn a_format_found_before_takes_no_line_of_a_stream_with_a_header() {
    let header = "#Fields: date time c-ip cs-method cs-uri-stem sc-status\n";
    let line = |context| {
        format!(
            "2026-03-16T08:12:44.530Z,00000000000000A1,3,192.0.2.25:110,192.0.2.60:35071,b,1,2,3,pass,*,{context},"
        )
    };
    let alone = batches(None, header, &[line("R=no mailbox")]);
    let behind = batches(None, header, &[line("R=OK"), line("R=no mailbox")]);
    let formats = |batches: &[EventBatch]| -> Vec<String> {
        batches.iter().map(|batch| batch.event(batch.len() - 1)["format"].clone()).collect()
    };
    assert_eq!(formats(&alone), ["iis_w3c"]);
    assert_eq!(formats(&behind), ["iis_w3c", "exchange_protocol"]);
}

#[test]
fn a_line_of_two_formats_is_read_alike_whatever_came_before() {
    let before = "[16-Mar-2026 02:12:44 +0100]: <k7m2p9qa> IMAP Error: Login failed for urp@borgo.example against \
                  localhost from 198.51.100.23. AUTHENTICATE PLAIN: Authentication failed. in /srv/www/rcube_imap.php \
                  on line 221 (POST /?_task=login&_action=login)";
    let both = "[16-Mar-2026 09:12:44 +0100]: <k3m2p9qa> Successful login for g.neri@borgo.example kernel: DROP IN=ens18 \
                OUT= MAC= SRC=198.51.100.77 DST=192.0.2.10 LEN=40 PROTO=TCP SPT=43210 DPT=3389 (ID: 7) from 192.0.2.60 in \
                session k7m2p9qa";
    let alone = event(None, both);
    let behind = batches(None, "", &[before.to_owned(), both.to_owned()]);
    let found = behind.iter().flat_map(|batch| (0..batch.len()).map(|row| batch.event(row)));
    let last = found.max_by_key(|event| event["seq"].parse::<u64>().unwrap()).unwrap();
    assert_eq!((&last["format"], &last["message"]), (&alone["format"], &alone["message"]));
}

#[test]
fn the_space_that_a_relay_keeps_of_the_tag_is_not_the_messages() {
    let line = |text: &str| format!("<38>1 2026-03-16T08:12:44Z srv01 sshd - - - {text}");
    let failed = "Failed password for invalid user admin from 203.0.113.50 port 40001 ssh2";
    let found = event(None, &line(&format!(" {failed}")));
    assert_eq!((found["source_ip"].as_str(), found["message"].as_str()), ("203.0.113.50", failed));
    assert_eq!(event(None, &line("  indented"))["message"], "  indented");
}

#[test]
fn an_error_with_a_stamp_of_today_is_no_line_of_mysql() {
    let found = event(
        None,
        r#"2026-03-16T09:12:44Z [ERROR] [/server/basic_auth.go:72][client IP="198.51.100.9, 192.0.2.1"]: failed to authenticate user:averdi"#,
    );
    assert_ne!(found["format"], "mysql_error");
    assert_eq!(
        event(None, "2026-03-16T09:12:44.112233Z 8 [Note] Shutdown complete")["format"],
        "mysql_error"
    );
}
