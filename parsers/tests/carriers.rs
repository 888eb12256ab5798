//! A line inside another: the payload goes to its own format, and what the carrier says counts when it is silent.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop at the first surprise")]

use std::sync::Arc;

use parsers::{ParseSettings, Parser, Zone};
use schema::{Column, EventBatch, Frame, FrameBatch, Kind, Origin, StreamContext};

/// 2026-12-01 00:00 UTC.
const RECEIVED_US: i64 = 1_796_083_200_000_000;
const LINE: &str = "Failed password for invalid user admin from 198.51.100.23 port 51022 ssh2";

fn batches(text: &str) -> Vec<EventBatch> {
    let zone = Zone::named("Europe/Rome").unwrap();
    let parser = Parser::new(ParseSettings { format: None, zone }).unwrap();
    let origin = Origin { collector: "x".into(), source: "t".into(), tenant: "d".into() };
    let frame = Frame { start: 0, end: text.len() as u32, seq: 7, sub: 0 };
    let frames = FrameBatch::new(
        Arc::new(origin),
        RECEIVED_US,
        StreamContext::default(),
        text.to_owned(),
        vec![frame],
        vec![],
    );
    parser.parse(&frames).unwrap()
}

fn value(batch: &EventBatch, row: usize, column: Column) -> String {
    use arrow::array::Array;
    if batch.array(column).is_null(row) {
        return String::new();
    }
    match column.kind() {
        Kind::Text => batch.texts(column).unwrap().value(row).to_owned(),
        Kind::Int => batch.ints(column).unwrap().value(row).to_string(),
        Kind::Time => {
            let time = jiff::Timestamp::from_microsecond(batch.times(column).unwrap().value(row)).unwrap();
            format!("{time:.3}")
        }
    }
}

fn json(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', r"\\").replace('"', "\\\"").replace('\n', "\\n"))
}

#[test]
fn sshd_is_openssh_whatever_carries_it() {
    let (line, tagged) = (json(LINE), json(&format!("Mar 16 09:12:44 gw sshd[20211]: {LINE}")));
    for text in [
        format!(
            r#"{{"__REALTIME_TIMESTAMP":"1773648764112233","_HOSTNAME":"gw","SYSLOG_IDENTIFIER":"sshd","_PID":"20211","PRIORITY":"6","MESSAGE":{line}}}"#
        ),
        format!(r#"{{"log":{tagged},"stream":"stdout","time":"2026-03-16T08:12:44.112233Z"}}"#),
        format!("2026-03-16T08:12:44.112Z stdout F Mar 16 09:12:44 gw sshd[20211]: {LINE}"),
        format!(
            r#"{{"version":"1.1","host":"gw","short_message":{line},"timestamp":1773648764.112,"_program":"sshd","_pid":20211}}"#
        ),
        format!(r#"{{"time":1773648764.112,"host":"gw","sourcetype":"linux_secure","event":{tagged}}}"#),
        format!(
            r#"{{"@timestamp":"2026-03-16T08:12:44.112Z","agent":{{"type":"filebeat"}},"host":{{"name":"relay"}},"message":{tagged}}}"#
        ),
        format!("<86>Mar 16 09:12:45 relay <86>1 2026-03-16T09:12:44.112+01:00 gw sshd 20211 - - {LINE}"),
        format!("123 <86>1 2026-03-16T09:12:44.112+01:00 gw sshd 20211 - - \u{feff}{LINE}"),
    ] {
        let batches = batches(&text);
        assert_eq!(batches.len(), 1, "{text}");
        let get = |column| value(&batches[0], 0, column);
        assert_eq!(get(Column::Format), "openssh", "{text}");
        assert_eq!(get(Column::Message), LINE, "{text}");
        assert_eq!((get(Column::HostName), get(Column::ProcessPid)), ("gw".into(), "20211".into()), "{text}");
        assert!(get(Column::Timestamp).starts_with("2026-03-16T08:12:44."), "{text}");
        assert_eq!(get(Column::SourceIp), "198.51.100.23", "{text}");
    }
}

#[test]
fn an_object_inside_a_carrier_is_read_by_its_own_format() {
    let eve = r#"{"timestamp":"2026-03-16T09:12:44.1+0100","flow_id":1,"event_type":"flow","src_ip":"192.0.2.1","dest_ip":"192.0.2.2","proto":"TCP"}"#;
    for text in [
        format!(r#"{{"log":{},"stream":"stdout","time":"2026-03-16T08:12:44Z"}}"#, json(&format!("{eve}\n"))),
        format!(r#"{{"time":1773648764,"host":"gw","sourcetype":"suricata","event":{eve}}}"#),
    ] {
        let batches = batches(&text);
        assert_eq!(value(&batches[0], 0, Column::Format), "suricata_eve", "{text}");
        assert_eq!(value(&batches[0], 0, Column::Message), eve);
    }
}

#[test]
fn a_stamp_of_the_payload_without_zone_yields_to_a_carrier_that_knows() {
    let text = r#"{"log":"2026-03-16 08:12:44 hello=1\n","stream":"stdout","time":"2026-03-16T08:12:44.5Z"}"#;
    let batches = batches(text);
    assert_eq!(value(&batches[0], 0, Column::Timestamp), "2026-03-16T08:12:44.500Z");
    assert_eq!(value(&batches[0], 0, Column::TimeGuess), "");
}

#[test]
fn each_record_of_a_list_is_an_event_of_its_own() {
    let batches = batches(r#"{"Records":[{"x":"a"},{"x":"b"},{"x":"c"}]}"#);
    let batch = &batches[0];
    assert_eq!(batch.len(), 3);
    for row in 0..3 {
        assert_eq!(value(batch, row, Column::Seq), "7");
        assert_eq!(value(batch, row, Column::Sub), row.to_string());
    }
    assert_eq!(value(batch, 2, Column::Message), r#"{"x":"c"}"#);
}

#[test]
fn records_of_a_resource_all_say_whose_they_are() {
    let attribute =
        |key: &str, value: &str| format!(r#"{{"key":"{key}","value":{{"stringValue":"{value}"}}}}"#);
    let record = |body: &str| {
        format!(r#"{{"timeUnixNano":"1773648764000000000","body":{{"stringValue":{}}}}}"#, json(body))
    };
    let text = format!(
        r#"{{"resourceLogs":[{{"resource":{{"attributes":[{},{}]}},"scopeLogs":[{{"logRecords":[{},{}]}}]}},{{"resource":{{}},"scopeLogs":[{{"logRecords":[{}]}}]}}]}}"#,
        attribute("service.name", "albo"),
        attribute("host.name", "gw"),
        record("ready"),
        record(&format!("Mar 16 09:12:44 sshd[20211]: {LINE}")),
        record("elsewhere"),
    );
    let batches = batches(&text);
    let mut said: Vec<_> = batches
        .iter()
        .flat_map(|batch| (0..batch.len()).map(move |row| (batch, row)))
        .map(|(batch, row)| {
            let get = |column| value(batch, row, column);
            (get(Column::Sub), get(Column::Format), get(Column::HostName), get(Column::ServiceName))
        })
        .collect();
    said.sort();
    let expected =
        [("0", "otel_json", "gw", "albo"), ("1", "openssh", "gw", "albo"), ("2", "otel_json", "", "")];
    let said: Vec<_> =
        said.iter().map(|(a, b, c, d)| (a.as_str(), b.as_str(), c.as_str(), d.as_str())).collect();
    assert_eq!(said, expected);
}

#[test]
fn carriers_within_carriers_end() {
    let mut text = LINE.to_owned();
    for _ in 0..40 {
        text = format!(r#"{{"log":{},"stream":"stdout","time":"2026-03-16T08:12:44Z"}}"#, json(&text));
        if text.len() > 60_000 {
            break;
        }
    }
    assert_eq!(batches(&text)[0].len(), 1);
    let text = "2026-03-16T08:12:44Z stdout F ".repeat(2_000);
    assert_eq!(batches(&text)[0].len(), 1);
}
