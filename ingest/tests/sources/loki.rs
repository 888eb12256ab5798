//! Loki push requests as Promtail and Alloy send them: protobuf, in a block of snappy.

use std::net::SocketAddr;

use ingest::Refusal;
use prost::Message;
use serde_json::{Value, json};

use super::desk::{Desk, soon};
use super::http::{Answer, post, source, start};

#[derive(Clone, PartialEq, Message)]
struct PushRequest {
    #[prost(message, repeated, tag = "1")]
    streams: Vec<Stream>,
}

#[derive(Clone, PartialEq, Message)]
struct Stream {
    #[prost(string, tag = "1")]
    labels: String,
    #[prost(message, repeated, tag = "2")]
    entries: Vec<Entry>,
    #[prost(uint64, tag = "3")]
    hash: u64,
}

#[derive(Clone, PartialEq, Message)]
struct Entry {
    #[prost(message, optional, tag = "1")]
    timestamp: Option<Timestamp>,
    #[prost(string, tag = "2")]
    line: String,
    #[prost(message, repeated, tag = "3")]
    metadata: Vec<Pair>,
}

#[derive(Clone, PartialEq, Message)]
struct Timestamp {
    #[prost(int64, tag = "1")]
    seconds: i64,
    #[prost(int32, tag = "2")]
    nanos: i32,
}

#[derive(Clone, PartialEq, Message)]
struct Pair {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(string, tag = "2")]
    value: String,
}

fn entry(seconds: i64, nanos: i32, line: &str, metadata: &[(&str, &str)]) -> Entry {
    let pair = |(name, value): &(&str, &str)| Pair { name: (*name).to_owned(), value: (*value).to_owned() };
    Entry {
        timestamp: Some(Timestamp { seconds, nanos }),
        line: line.to_owned(),
        metadata: metadata.iter().map(pair).collect(),
    }
}

fn stream(labels: &str, entries: Vec<Entry>) -> Stream {
    Stream { labels: labels.to_owned(), entries, hash: 7 }
}

/// The same entries in both encodings.
fn twins() -> (PushRequest, Value) {
    let streams = vec![
        stream(
            r#"{app="nginx", path="C:\\x \"y\"\n", town="Forl\u00ec"}"#,
            vec![
                entry(1_773_648_766, 0, "a \"quoted\" line\twith tab", &[]),
                entry(1_773_648_766, 1, "perch\u{e9} no\u{1}", &[("trace", "x"), ("span", "y")]),
            ],
        ),
        stream("{}", vec![entry(-1, 0, "before 1970", &[])]),
    ];
    let json = json!({ "streams": [
        { "stream": { "app": "nginx", "path": "C:\\x \"y\"\n", "town": "Forl\u{ec}" }, "values": [
            ["1773648766000000000", "a \"quoted\" line\twith tab"],
            ["1773648766000000001", "perch\u{e9} no\u{1}", { "trace": "x", "span": "y" }],
        ] },
        { "stream": {}, "values": [["-1000000000", "before 1970"]] },
    ] });
    (PushRequest { streams }, json)
}

fn snappy(bytes: &[u8]) -> Vec<u8> {
    snap::raw::Encoder::new().compress_vec(bytes).unwrap()
}

async fn push(address: SocketAddr, body: &[u8]) -> Answer {
    post(address, "/loki/api/v1/push", &[("content-type", "application/x-protobuf")], body).await
}

#[tokio::test]
async fn entries_give_the_same_frames_as_protobuf_and_as_json() {
    let mut desk = Desk::new();
    let address = start(vec![source("rete", &desk.port, None)]).await;
    let (protobuf, json) = twins();
    let sent =
        tokio::spawn(
            async move { post(address, "/loki/api/v1/push", &[], json.to_string().as_bytes()).await },
        );
    let from_json = desk.texts(3).await;
    assert_eq!(soon(sent).await.unwrap().status, 204);
    let sent = tokio::spawn(async move { push(address, &snappy(&protobuf.encode_to_vec())).await });
    assert_eq!(desk.texts(3).await, from_json);
    assert_eq!(soon(sent).await.unwrap().status, 204);
    assert_eq!((desk.page().stored, desk.page().under_way()), (6, 0));
}

#[tokio::test]
async fn a_line_that_is_not_utf_8_is_read_and_marked() {
    let mut desk = Desk::new();
    let address = start(vec![source("rete", &desk.port, None)]).await;
    let streams = vec![stream("{a=\"b\"}", vec![entry(1, 0, "citt@", &[])])];
    let mut bytes = PushRequest { streams }.encode_to_vec();
    let at = bytes.iter().position(|byte| *byte == b'@').unwrap();
    bytes[at] = 0xE0;
    let sent = tokio::spawn(async move { push(address, &snappy(&bytes)).await });
    let frame = desk.frame().await;
    assert_eq!(frame.text, "{\"labels\":{\"a\":\"b\"},\"line\":\"citt\u{e0}\",\"timestamp\":\"1000000000\"}");
    assert_eq!(frame.flaws, [schema::Flaw::Recoded]);
    assert_eq!(soon(sent).await.unwrap().status, 204);
}

#[tokio::test]
async fn what_is_no_push_request_or_too_long_is_refused_and_counted() {
    let desk = Desk::new();
    let address = start(vec![source("rete", &desk.port, None)]).await;
    let many = |labels: &str| {
        let entries = vec![entry(0, 0, "", &[]); 1_500];
        snappy(&PushRequest { streams: vec![stream(labels, entries)] }.encode_to_vec())
    };
    let cut =
        snappy(&PushRequest { streams: vec![stream("{}", vec![entry(1, 0, "x", &[])])] }.encode_to_vec());
    for (body, status) in [
        (&b""[..], 400),
        (b"not snappy", 400),
        (&cut[..cut.len() - 3], 400),
        // A block that says that it will be 4 GiB long.
        (b"\xFF\xFF\xFF\xFF\x0F", 413),
        (&snappy(b"no protobuf"), 400),
        (&many("no labels"), 400),
        // 1,500 times the same 60,000 bytes.
        (&many(&format!("{{a=\"{}\"}}", "x".repeat(60_000))), 413),
    ] {
        assert_eq!(push(address, body).await.status, status, "{:?}", &body[..body.len().min(20)]);
    }
    assert_eq!(desk.page().refused[Refusal::Malformed as usize], 7);
    assert_eq!((desk.page().stored, desk.page().under_way()), (0, 0));
}
