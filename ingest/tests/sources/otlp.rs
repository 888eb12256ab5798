//! OpenTelemetry logs as protobuf, beside the same logs in JSON.

use ingest::{Refusal, Refused};
use serde_json::json;

use super::desk::{Desk, soon};
use super::http::{post, source, start};

const PROTOBUF: [(&str, &str); 1] = [("content-type", "application/x-protobuf")];
const RETRY_INFO: &str = "type.googleapis.com/google.rpc.RetryInfo";

/// A message of protocol buffers, field by field.
#[derive(Clone, Default)]
struct Message(Vec<u8>);

impl Message {
    fn varint(mut self, number: u32, mut value: u64) -> Message {
        self.key(number, 0);
        while value >= 0x80 {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
        self
    }

    fn fixed64(mut self, number: u32, value: u64) -> Message {
        self.key(number, 1);
        self.0.extend_from_slice(&value.to_le_bytes());
        self
    }

    fn fixed32(mut self, number: u32, value: u32) -> Message {
        self.key(number, 5);
        self.0.extend_from_slice(&value.to_le_bytes());
        self
    }

    fn bytes(mut self, number: u32, bytes: impl AsRef<[u8]>) -> Message {
        let bytes = bytes.as_ref();
        self.key(number, 2);
        // A length as a varint without field.
        let mut length = bytes.len();
        while length >= 0x80 {
            self.0.push(length as u8 | 0x80);
            length >>= 7;
        }
        self.0.push(length as u8);
        self.0.extend_from_slice(bytes);
        self
    }

    fn message(self, number: u32, message: Message) -> Message {
        self.bytes(number, message.0)
    }

    /// Numbers of fields up to 15.
    fn key(&mut self, number: u32, kind: u8) {
        self.0.push((number as u8) << 3 | kind);
    }
}

fn new() -> Message {
    Message::default()
}

fn pair(key: &str, value: Message) -> Message {
    new().bytes(1, key).message(2, value)
}

/// One of each value there is. The numbers are those of `logs.proto` and `common.proto`.
fn request() -> Vec<u8> {
    let list = new().message(1, new().varint(3, -7_i64 as u64)).message(1, new());
    let map = new().message(1, pair("a", new().varint(2, 0)));
    let attributes = [
        pair("int", new().varint(3, i64::MIN as u64)),
        pair("double", new().fixed64(4, 1.5_f64.to_bits())),
        pair("whole", new().fixed64(4, 3.0_f64.to_bits())),
        pair("infinite", new().fixed64(4, f64::NEG_INFINITY.to_bits())),
        pair("bytes", new().bytes(7, [0, 255, 7])),
        pair("list", new().message(5, list)),
        pair("map", new().message(6, map)),
        new().bytes(1, "none"),
    ];
    let record = new()
        .fixed64(1, 1_773_648_766_000_000_000)
        .varint(2, 13)
        .bytes(3, "WARN")
        .message(5, new().bytes(1, "coda \"piena\"\n\u{1f600}\u{7}"));
    let record = attributes.into_iter().fold(record, |record, attribute| record.message(6, attribute));
    let trace: Vec<u8> = (0..16).collect();
    let record = record.varint(7, 3).fixed32(8, 1).bytes(9, trace).bytes(10, [0xAB; 8]);
    let record = record.fixed64(11, u64::MAX).bytes(12, "coda");
    let scoped = new().message(1, new().bytes(1, "protocollo")).message(2, record).message(2, new());
    let alone = new().message(2, new().message(5, new().bytes(1, "alone")));
    let resource = new().message(1, pair("host.name", new().bytes(1, "srv")));
    let listed = new().message(1, resource).message(2, scoped).message(2, alone);
    let bare = new().message(2, new().message(2, new()));
    new().message(1, listed).message(1, bare).0
}

/// How many records that are.
const RECORDS: usize = 4;

/// The same in OTLP's JSON encoding.
fn twin() -> String {
    let attributes = json!([
        { "key": "int", "value": { "intValue": "-9223372036854775808" } },
        { "key": "double", "value": { "doubleValue": 1.5 } },
        { "key": "whole", "value": { "doubleValue": 3.0 } },
        { "key": "infinite", "value": { "doubleValue": "-Infinity" } },
        { "key": "bytes", "value": { "bytesValue": "AP8H" } },
        { "key": "list", "value": { "arrayValue": { "values": [{ "intValue": "-7" }, {}] } } },
        { "key": "map", "value": { "kvlistValue": { "values": [{ "key": "a", "value": { "boolValue": false } }] } } },
        { "key": "none" },
    ]);
    let record = json!({
        "timeUnixNano": "1773648766000000000",
        "observedTimeUnixNano": "18446744073709551615",
        "severityNumber": 13,
        "severityText": "WARN",
        "body": { "stringValue": "coda \"piena\"\n\u{1f600}\u{7}" },
        "attributes": attributes,
        "droppedAttributesCount": 3,
        "flags": 1,
        "traceId": "000102030405060708090a0b0c0d0e0f",
        "spanId": "abababababababab",
        "eventName": "coda",
    });
    let listed = json!({
        "resource": { "attributes": [{ "key": "host.name", "value": { "stringValue": "srv" } }] },
        "scopeLogs": [
            { "scope": { "name": "protocollo" }, "logRecords": [record, {}] },
            { "logRecords": [{ "body": { "stringValue": "alone" } }] },
        ],
    });
    json!({ "resourceLogs": [listed, { "scopeLogs": [{ "logRecords": [{}] }] }] }).to_string()
}

#[tokio::test]
async fn records_give_the_same_frames_as_protobuf_and_as_json() {
    let mut desk = Desk::new();
    let address = start(vec![source("rete", &desk.port, None)]).await;
    let sent = tokio::spawn(async move { post(address, "/v1/logs", &[], twin().as_bytes()).await });
    let from_json = desk.texts(RECORDS).await;
    assert_eq!(soon(sent).await.unwrap().json(), json!({}));
    assert!(from_json[0].starts_with("{\"resource\":{\"attributes\":["), "{}", from_json[0]);
    assert_eq!(from_json[3], "{}");
    let sent = tokio::spawn(async move { post(address, "/v1/logs", &PROTOBUF, &request()).await });
    assert_eq!(desk.texts(RECORDS).await, from_json);
    let answer = soon(sent).await.unwrap();
    assert_eq!((answer.status, answer.body.as_str()), (200, ""));
    assert!(answer.headers.contains("content-type: application/x-protobuf"), "{}", answer.headers);
    assert_eq!((desk.page().stored, desk.page().under_way()), (2 * RECORDS as u64, 0));
}

#[tokio::test]
async fn a_text_that_is_not_utf_8_is_read_and_marked() {
    let mut desk = Desk::new();
    let address = start(vec![source("rete", &desk.port, None)]).await;
    let record = new().message(5, new().bytes(1, b"citt\xE0"));
    let request = new().message(1, new().message(2, new().message(2, record))).0;
    let sent = tokio::spawn(async move { post(address, "/v1/logs", &PROTOBUF, &request).await });
    let frame = desk.frame().await;
    assert_eq!(frame.text, "{\"body\":{\"stringValue\":\"citt\u{e0}\"}}");
    assert_eq!(frame.flaws, [schema::Flaw::Recoded]);
    assert_eq!(soon(sent).await.unwrap().status, 200);
}

#[tokio::test]
async fn whoever_is_refused_is_told_why_in_a_status() {
    let mut desk = Desk::new();
    let address = start(vec![source("rete", &desk.port, None)]).await;
    let sent = tokio::spawn(async move { post(address, "/v1/logs", &PROTOBUF, &request()).await });
    desk.delivery().await.1.refuse(Refused::Full);
    let answer = soon(sent).await.unwrap();
    assert!(answer.status == 429 && answer.headers.contains("retry-after: 2"), "{answer:?}");
    let delay = new().message(1, new().varint(1, 2).varint(2, 0));
    let retry = new().bytes(1, RETRY_INFO).message(2, delay);
    let status = new().varint(1, 8).bytes(2, "no room for now, send it again later").message(3, retry);
    assert_eq!(answer.body.as_bytes(), status.0);
    let cut = request()[..100].to_vec();
    for body in [&b"x"[..], &cut] {
        let answer = post(address, "/v1/logs", &PROTOBUF, body).await;
        let status = new().varint(1, 3).bytes(2, "this is no ExportLogsServiceRequest");
        assert_eq!((answer.status, answer.body.as_bytes()), (400, &status.0[..]), "{answer:?}");
    }
    assert_eq!(desk.page().refused[Refusal::Malformed as usize], 2);
}

#[tokio::test]
async fn few_bytes_that_stand_for_many_are_refused() {
    let desk = Desk::new();
    let address = start(vec![source("rete", &desk.port, None)]).await;
    // 1,500 times the same 60,000.
    let long = "x".repeat(60_000);
    let resource = new().message(1, pair("a", new().bytes(1, &long)));
    let scoped = (0..1_500).fold(new(), |scoped, _| scoped.message(2, new()));
    let request = new().message(1, new().message(1, resource).message(2, scoped)).0;
    assert_eq!(post(address, "/v1/logs", &PROTOBUF, &request).await.status, 413);
    let json = json!({ "resourceLogs": [{
        "resource": { "attributes": [{ "key": "a", "value": { "stringValue": long } }] },
        "scopeLogs": [{ "logRecords": vec![json!({}); 1_500] }],
    }] });
    assert_eq!(post(address, "/v1/logs", &[], json.to_string().as_bytes()).await.status, 413);
    let values = vec![json!(["1", "x"]); 1_500];
    let json = json!({ "streams": [{ "stream": { "a": long }, "values": values }] });
    assert_eq!(post(address, "/loki/api/v1/push", &[], json.to_string().as_bytes()).await.status, 413);
    assert_eq!((desk.page().refused_total(), desk.page().stored), (3, 0));
}
