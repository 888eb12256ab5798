//! Logs over HTTP.

use std::collections::VecDeque;
use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use ingest::sources::{HttpBook, HttpLimits, HttpSource, Port, router, serve_http};
use ingest::{Refusal, Refused};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use super::desk::{Desk, LINE_BYTES_MAX, Received, limits, soon, until};
use super::real_senders::has;

const ANY: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

pub type Headers<'h> = &'h [(&'h str, &'h str)];

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: String,
    pub body: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }
}

/// Serves these sources.
pub async fn start(sources: Vec<HttpSource>) -> SocketAddr {
    let listener = TcpListener::bind(ANY).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(serve_http(
        listener,
        router(sources),
        HttpLimits::default(),
        Arc::default(),
        CancellationToken::new(),
    ));
    address
}

pub fn source(name: &str, port: &Port, secret: Option<&str>) -> HttpSource {
    HttpSource { name: name.into(), port: port.clone(), secret: secret.map(Arc::from) }
}

/// A server with one open source, whose deliveries are stored.
async fn open() -> (SocketAddr, Arc<ingest::Book>, tokio::task::JoinHandle<Vec<String>>) {
    let desk = Desk::new();
    let address = start(vec![source("rete", &desk.port, None)]).await;
    let book = Arc::clone(&desk.port.book);
    (address, book, desk.keep_storing())
}

async fn send(address: SocketAddr, line: &str, headers: Headers<'_>, body: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let head = format!(
        "{line} HTTP/1.1\r\nhost: prova\r\nconnection: close\r\ncontent-length: {}\r\n{headers}\r\n",
        body.len()
    );
    soon(stream.write_all(head.as_bytes())).await.unwrap();
    // A server that refuses may close before it has read all.
    soon(stream.write_all(body)).await.ok();
    let mut bytes = Vec::new();
    soon(stream.read_to_end(&mut bytes)).await.ok();
    let text = String::from_utf8(bytes).unwrap();
    let (headers, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {text:?}"));
    let status = headers.split(' ').nth(1).unwrap().parse().unwrap();
    Answer { status, headers: headers.to_ascii_lowercase(), body: body.to_owned() }
}

pub async fn post(address: SocketAddr, path: &str, headers: Headers<'_>, body: &[u8]) -> Answer {
    send(address, &format!("POST {path}"), headers, body).await
}

#[tokio::test]
async fn lines_and_objects_are_answered_with_their_seqs_once_durable() {
    let mut desk = Desk::new();
    let address = start(vec![source("rete", &desk.port, None)]).await;
    let lines = tokio::spawn(async move {
        post(address, "/ingest?source=rete", &[], b"<34>1 one\n\n<34>1 two\r\n").await
    });
    let (frames, receipt) = desk.delivery().await;
    assert_eq!(
        frames.iter().map(|frame| frame.text.as_str()).collect::<Vec<_>>(),
        ["<34>1 one", "<34>1 two"]
    );
    assert_eq!(frames[0].peer.as_deref(), Some("127.0.0.1"));
    assert!(!lines.is_finished());
    receipt.stored(41..=42);
    let answer = soon(lines).await.unwrap();
    assert_eq!(
        (answer.status, answer.json()),
        (200, json!({ "accepted": 2, "first_seq": 41, "last_seq": 42 }))
    );
    let objects = tokio::spawn(async move {
        let body = b"{\"a\":1}\n{\n  \"b\": \"}\"\n}\n[{\"c\":3},{\"d\":4}]";
        post(address, "/ingest", &[("content-type", "application/x-ndjson")], body).await
    });
    assert_eq!(desk.texts(4).await, ["{\"a\":1}", "{\n  \"b\": \"}\"\n}", "{\"c\":3}", "{\"d\":4}"]);
    assert_eq!(soon(objects).await.unwrap().json()["accepted"], 4);
    assert_eq!(post(address, "/ingest?source=rete", &[], b"\n").await.json(), json!({ "accepted": 0 }));
}

#[tokio::test]
async fn a_whole_file_may_be_sent_with_its_header_lines_and_its_stack_traces() {
    let mut desk = Desk::new();
    let address = start(vec![source("rete", &desk.port, None)]).await;
    let iis = b"#Software: IIS\r\n#Fields: date time c-ip\r\n2026-03-16 09:00:00 192.0.2.7\r\n\
                #Fields: date time\r\n2026-03-16 09:00:01\r\n";
    let sent = tokio::spawn(async move { post(address, "/ingest", &[], iis).await });
    let (frames, receipt) = desk.delivery().await;
    let shown = |frames: &[Received]| -> Vec<(String, Option<String>)> {
        frames.iter().map(|frame| (frame.text.clone(), frame.directives.clone())).collect()
    };
    let header = |fields: &str| Some(format!("#Software: IIS\n#Fields: {fields}"));
    assert_eq!(shown(&frames), [("2026-03-16 09:00:00 192.0.2.7".to_owned(), header("date time c-ip"))]);
    receipt.stored(7..=7);
    let (frames, receipt) = desk.delivery().await;
    assert_eq!(shown(&frames), [("2026-03-16 09:00:01".to_owned(), header("date time"))]);
    receipt.stored(9..=9);
    let answer = soon(sent).await.unwrap();
    assert_eq!(answer.json(), json!({ "accepted": 2, "first_seq": 7, "last_seq": 9 }));
    let trace = b"2026-03-16 09:12:49 ERROR Anagrafe\njava.lang.IllegalStateException: chiuso\n\tat it.comune.Anagrafe.apri(Anagrafe.java:12)\n\
                  \tat it.comune.Avvio.main(Avvio.java:3)\n<34>1 two\n";
    let sent = tokio::spawn(async move { post(address, "/ingest", &[], trace).await });
    assert_eq!(desk.texts(2).await.len(), 2);
    assert_eq!(soon(sent).await.unwrap().json()["accepted"], 2);
}

#[tokio::test]
async fn bodies_arrive_in_every_compression() {
    let (address, _, texts) = open().await;
    let text = b"<34>1 one\n<34>1 two\n".repeat(1_000);
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(&text).unwrap();
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::default());
    zlib.write_all(&text).unwrap();
    let mut deflate = DeflateEncoder::new(Vec::new(), Compression::default());
    deflate.write_all(&text).unwrap();
    let bodies = [
        ("gzip", gzip.finish().unwrap()),
        ("deflate", zlib.finish().unwrap()),
        ("deflate", deflate.finish().unwrap()),
        ("zstd", zstd::encode_all(&text[..], 0).unwrap()),
        ("identity", text.clone()),
    ];
    for (coding, body) in bodies {
        let answer = post(address, "/ingest", &[("content-encoding", coding)], &body).await;
        assert_eq!(answer.json()["accepted"], 2_000, "{coding}");
    }
    let answer = post(address, "/ingest", &[("content-encoding", "br")], b"x").await;
    assert_eq!(answer.status, 415);
    assert!(!texts.is_finished());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bombs_and_broken_bodies_are_refused_and_counted() {
    let (address, book, _texts) = open().await;
    // Members one behind the other are one body.
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(&vec![b'x'; 1024 * 1024]).unwrap();
    let gzip = gzip.finish().unwrap().repeat(33);
    let zstd = zstd::encode_all(&vec![b'x'; 33 * 1024 * 1024][..], 0).unwrap();
    let plain = vec![b'x'; 17 * 1024 * 1024];
    for (coding, body, status) in [
        ("gzip", gzip.as_slice(), 413),
        ("zstd", zstd.as_slice(), 413),
        ("gzip", &gzip[..500], 400),
        ("zstd", b"no zstd", 400),
        ("deflate", b"no deflate", 400),
        ("identity", &plain, 413),
    ] {
        let answer = post(address, "/ingest", &[("content-encoding", coding)], body).await;
        assert_eq!(answer.status, status, "{coding} {answer:?}");
    }
    assert_eq!(book.page().refused[Refusal::Malformed as usize], 6);
    assert_eq!(book.page().under_way(), 0);
}

#[tokio::test]
async fn what_is_wrong_is_said_with_its_line_and_nothing_of_the_body_is_taken() {
    let desk = Desk::new();
    let address = start(vec![source("rete", &desk.port, None)]).await;
    let long = format!("<34>1 one\n\n{}\n", "x".repeat(70_000));
    let answer = post(address, "/ingest", &[], long.as_bytes()).await;
    assert_eq!((answer.status, answer.json()["line"].clone()), (413, json!(3)));
    let ndjson = [("content-type", "application/json")];
    for (body, line, reason) in [
        ("{\"a\":1}\nb\n", 2, "this is no JSON object"),
        ("{\"a\":1}\n\n{\"b\":", 3, "the object has no end"),
        ("{\"a\":\"x\ny\"}", 1, "this is no JSON object"),
        ("[1]", 1, "this is no JSON object"),
    ] {
        let answer = post(address, "/ingest", &ndjson, body.as_bytes()).await;
        assert_eq!((answer.status, answer.json()), (400, json!({ "error": reason, "line": line })), "{body}");
    }
    assert_eq!(desk.page().stored, 0);
    assert_eq!(desk.page().refused[Refusal::Malformed as usize], 5);
}

#[tokio::test]
async fn a_sender_is_asked_to_come_again_when_the_journal_is_full_or_its_rate_is_used_up() {
    let mut desk = Desk::new();
    desk.port.limits = limits(LINE_BYTES_MAX, Some(1), &["127.0.0.0/8"]);
    let address = start(vec![source("rete", &desk.port, None)]).await;
    let refused = tokio::spawn(async move { post(address, "/ingest", &[], b"<34>1 one\n").await });
    desk.delivery().await.1.refuse(Refused::Full);
    let answer = soon(refused).await.unwrap();
    assert_eq!(answer.status, 429);
    assert!(answer.headers.contains("retry-after: 2"), "{}", answer.headers);
    let many = tokio::spawn(async move { post(address, "/ingest", &[], &b"<34>1 x\n".repeat(50)).await });
    desk.texts(50).await;
    assert_eq!(soon(many).await.unwrap().status, 200);
    let answer = post(address, "/ingest", &[], b"<34>1 one\n").await;
    assert_eq!(answer.status, 429);
    assert!(answer.headers.contains("retry-after: "), "{}", answer.headers);
    desk.port.stop.cancel();
}

#[tokio::test]
async fn a_token_opens_its_own_source_and_no_other() {
    let (one, two) = (Desk::new(), Desk::new());
    let sources = vec![source("one", &one.port, Some("segreto")), source("two", &two.port, Some("altro"))];
    let address = start(sources).await;
    let (books, _texts) =
        ([Arc::clone(&one.port.book), Arc::clone(&two.port.book)], [one.keep_storing(), two.keep_storing()]);
    let cases: [(&str, Headers<'_>, u16); 8] = [
        ("/ingest?source=one", &[("authorization", "Bearer segreto")], 200),
        ("/ingest?source=one", &[("authorization", "Basic eDpzZWdyZXRv")], 200),
        ("/ingest", &[("authorization", "Bearer altro")], 200),
        ("/ingest?source=one", &[("authorization", "Bearer altro")], 401),
        ("/ingest?source=one", &[("authorization", "Bearer ")], 401),
        ("/ingest?source=one", &[], 401),
        ("/ingest?source=three", &[], 404),
        ("/ingest", &[], 404),
    ];
    for (path, headers, status) in cases {
        assert_eq!(post(address, path, headers, b"<34>1 x\n").await.status, status, "{path} {headers:?}");
    }
    assert_eq!(books.map(|book| book.page().stored), [2, 1]);
}

#[tokio::test]
async fn an_address_that_may_not_send_is_refused() {
    let mut desk = Desk::new();
    desk.port.limits = limits(LINE_BYTES_MAX, None, &["192.0.2.0/24"]);
    let address = start(vec![source("rete", &desk.port, None)]).await;
    assert_eq!(post(address, "/ingest", &[], b"<34>1 x\n").await.status, 403);
    assert_eq!(desk.page().connections_refused, 1);
}

#[tokio::test]
async fn a_bulk_request_is_answered_item_by_item() {
    let (address, _, texts) = open().await;
    let about = send(address, "GET /elastic/", &[], b"").await;
    assert_eq!(about.json()["tagline"], "You Know, for Search");
    assert!(about.headers.contains("x-elastic-product: elasticsearch"));
    assert_eq!(send(address, "GET /elastic/_license", &[], b"").await.json()["license"]["status"], "active");
    let setup = send(address, "PUT /elastic/_index_template/filebeat-8.17.0", &[], b"{}").await;
    assert_eq!((setup.status, setup.json()), (200, json!({ "acknowledged": true })));
    let body = "{\"create\":{\"_index\":\"filebeat\"}}\n{\"message\":\"one\"}\n{\"index\":{\"_index\":\"x\",\"_id\":\"7\"}}\n\
                {\"message\":\"two\"}\n{\"delete\":{\"_id\":\"7\"}}\n{\"update\":{\"_id\":\"7\"}}\n{\"doc\":{}}\n";
    let answer =
        post(address, "/elastic/_bulk", &[("content-type", "application/x-ndjson")], body.as_bytes()).await;
    let answer = answer.json();
    assert_eq!(answer["errors"], true);
    let items = answer["items"].as_array().unwrap();
    assert_eq!(items[0]["create"]["status"], 201);
    assert_eq!(
        (items[1]["index"]["status"].clone(), items[1]["index"]["_id"].clone()),
        (json!(201), json!("7"))
    );
    assert_eq!(
        (items[2]["delete"]["status"].clone(), items[3]["update"]["status"].clone()),
        (json!(400), json!(400))
    );
    for (body, line) in [("{\"create\":{}}\n", 1), ("{\"what\":{}}\n{}\n", 1), ("{\"index\":{}}\nx\n", 2)] {
        let answer = post(address, "/_bulk", &[], body.as_bytes()).await;
        let reason = answer.json()["error"]["reason"].as_str().unwrap().to_owned();
        assert!(answer.status == 400 && reason.starts_with(&format!("line {line}: ")), "{answer:?}");
    }
    assert!(!texts.is_finished());
}

#[tokio::test]
async fn splunk_events_and_lines_are_stored_and_acknowledged() {
    let mut desk = Desk::new();
    let address = start(vec![source("rete", &desk.port, Some("segreto"))]).await;
    let token = ("authorization", "Splunk segreto");
    let sending = tokio::spawn(async move {
        let body = b"{\"event\":\"one\",\"host\":\"h\"}{\"event\":{\"a\":1}}\n{\"event\":\"three\"}";
        let headers = [token, ("x-splunk-request-channel", "c")];
        post(address, "/services/collector/event", &headers, body).await
    });
    assert_eq!(
        desk.texts(3).await,
        ["{\"event\":\"one\",\"host\":\"h\"}", "{\"event\":{\"a\":1}}", "{\"event\":\"three\"}"]
    );
    assert_eq!(soon(sending).await.unwrap().json(), json!({ "text": "Success", "code": 0, "ackId": 0 }));
    let acks = post(address, "/services/collector/ack?channel=c", &[token], b"{\"acks\":[0,1]}").await;
    assert_eq!(acks.json(), json!({ "acks": { "0": true, "1": false } }));
    let sending = tokio::spawn(async move {
        post(address, "/services/collector/raw?source=un%20file", &[token], b"<34>1 one\n<34>1 two").await
    });
    assert_eq!(desk.texts(2).await, ["<34>1 one", "<34>1 two"]);
    assert_eq!(soon(sending).await.unwrap().json(), json!({ "text": "Success", "code": 0 }));
    let wrong = post(address, "/services/collector", &[("authorization", "Splunk x")], b"{}").await;
    assert_eq!((wrong.status, wrong.json()["code"].clone()), (401, json!(4)));
    let empty = post(address, "/services/collector", &[token], b"").await;
    assert_eq!((empty.status, empty.json()["code"].clone()), (400, json!(5)));
    let refused =
        tokio::spawn(async move { post(address, "/services/collector", &[token], b"{\"event\":1}").await });
    desk.delivery().await.1.refuse(Refused::Full);
    let refused = soon(refused).await.unwrap();
    assert_eq!((refused.status, refused.json()["code"].clone()), (429, json!(9)));
    assert_eq!(send(address, "GET /services/collector/health", &[], b"").await.status, 200);
}

#[tokio::test]
async fn loki_entries_keep_their_labels_and_otlp_records_their_resource() {
    let mut desk = Desk::new();
    let address = start(vec![source("rete", &desk.port, None)]).await;
    let push = json!({ "streams": [{ "stream": { "app": "nginx" }, "values": [
        ["1773648766000000000", "a \"quoted\" line"],
        ["1773648766000000001", "two", { "trace": "x" }],
    ] }] });
    let sending =
        tokio::spawn(
            async move { post(address, "/loki/api/v1/push", &[], push.to_string().as_bytes()).await },
        );
    let entries: VecDeque<Value> =
        desk.texts(2).await.iter().map(|text| serde_json::from_str(text).unwrap()).collect();
    assert_eq!(
        entries[0],
        json!({
            "labels": { "app": "nginx" }, "line": "a \"quoted\" line", "timestamp": "1773648766000000000"
        })
    );
    assert_eq!(entries[1]["metadata"], json!({ "trace": "x" }));
    assert_eq!(soon(sending).await.unwrap().status, 204);
    let logs = json!({ "resourceLogs": [{
        "resource": { "attributes": [{ "key": "host.name", "value": { "stringValue": "srv" } }] },
        "scopeLogs": [{ "logRecords": [{ "timeUnixNano": "1", "body": { "stringValue": "x" } }] }],
    }] });
    let sending =
        tokio::spawn(async move { post(address, "/v1/logs", &[], logs.to_string().as_bytes()).await });
    let record: Value = serde_json::from_str(&desk.frame().await.text).unwrap();
    assert_eq!(record["body"]["stringValue"], "x");
    assert_eq!(record["resource"]["attributes"][0]["key"], "host.name");
    assert_eq!(soon(sending).await.unwrap().json(), json!({}));
    for path in ["/loki/api/v1/push", "/v1/logs"] {
        assert_eq!(
            post(address, path, &[], b"{\"streams\":1,\"resourceLogs\":1}").await.status,
            400,
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_sender_that_breaks_off_leaves_nothing() {
    let (address, book, _texts) = open().await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = "POST /ingest HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n<34>1 half";
    soon(stream.write_all(head.as_bytes())).await.unwrap();
    drop(stream);
    until(|| book.page().refused[Refusal::Malformed as usize] == 1).await;
    assert_eq!((book.page().stored, book.page().under_way()), (0, 0));
}

#[tokio::test]
async fn a_header_that_never_ends_is_given_up_and_leaves_its_place_to_others() {
    let desk = Desk::new();
    let listener = TcpListener::bind(ANY).await.unwrap();
    let address = listener.local_addr().unwrap();
    let limits = HttpLimits {
        connections_max: 1,
        silence_max: std::time::Duration::from_millis(50),
        ..HttpLimits::default()
    };
    let book = Arc::<HttpBook>::default();
    let stop = CancellationToken::new();
    let routes = router(vec![source("rete", &desk.port, None)]);
    let served = tokio::spawn(serve_http(listener, routes, limits, Arc::clone(&book), stop.clone()));
    let texts = desk.keep_storing();
    let mut slow = TcpStream::connect(address).await.unwrap();
    soon(slow.write_all(b"POST /ingest HTTP/1.1\r\nhost: x\r\nx-slow: ")).await.unwrap();
    // There is one place: this answer comes once the slow one was given up.
    assert_eq!(post(address, "/ingest", &[], b"<34>1 one\n").await.status, 200);
    let mut rest = Vec::new();
    soon(slow.read_to_end(&mut rest)).await.ok();
    stop.cancel();
    soon(served).await.unwrap().unwrap();
    assert_eq!(soon(texts).await.unwrap(), ["<34>1 one"]);
    assert!(book.given_up.load(Ordering::Relaxed) >= 1);
    assert_eq!(book.connections.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn a_header_that_never_ends_is_given_up_however_busily_it_is_sent() {
    let desk = Desk::new();
    let listener = tokio::net::TcpListener::bind(ANY).await.unwrap();
    let address = listener.local_addr().unwrap();
    let limits = HttpLimits { header_max: std::time::Duration::from_millis(50), ..HttpLimits::default() };
    let (book, stop) = (Arc::<HttpBook>::default(), CancellationToken::new());
    let routes = router(vec![source("rete", &desk.port, None)]);
    tokio::spawn(serve_http(listener, routes, limits, Arc::clone(&book), stop));
    let mut slow = TcpStream::connect(address).await.unwrap();
    soon(slow.write_all(b"POST /ingest HTTP/1.1\r\nhost: x\r\nx-slow: ")).await.unwrap();
    // A byte at a time; the header itself may be as long as that.
    while slow.write_all(b"x").await.is_ok() && book.given_up.load(Ordering::Relaxed) == 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(book.given_up.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_connection_on_which_nothing_is_asked_is_given_up_however_much_else_is_said() {
    let desk = Desk::new();
    let listener = tokio::net::TcpListener::bind(ANY).await.unwrap();
    let address = listener.local_addr().unwrap();
    let limits = HttpLimits { header_max: std::time::Duration::from_millis(50), ..HttpLimits::default() };
    let (book, stop) = (Arc::<HttpBook>::default(), CancellationToken::new());
    let routes = router(vec![source("rete", &desk.port, None)]);
    tokio::spawn(serve_http(listener, routes, limits, Arc::clone(&book), stop));
    const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    const SETTINGS: &[u8] = &[0, 0, 0, 4, 0, 0, 0, 0, 0];
    const PING: &[u8] = &[0, 0, 8, 6, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8];
    // One that never says its version, and one that speaks HTTP/2 and only wants to know whether anybody is there.
    let mut hesitant = TcpStream::connect(address).await.unwrap();
    soon(hesitant.write_all(b"PRI * H")).await.unwrap();
    let mut polite = TcpStream::connect(address).await.unwrap();
    soon(polite.write_all(&[PREFACE, SETTINGS].concat())).await.unwrap();
    while book.given_up.load(Ordering::Relaxed) < 2 {
        polite.write_all(PING).await.ok();
        tokio::task::yield_now().await;
    }
    until(|| book.connections.load(Ordering::Relaxed) == 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn curl_is_answered_once_its_lines_are_durable() {
    if !has("curl") {
        return;
    }
    let (address, book, _texts) = open().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("lines");
    std::fs::write(&file, "<34>1 one\n<34>1 two\n".repeat(50_000)).unwrap();
    let output = tokio::task::spawn_blocking(move || {
        let data = format!("@{}", file.display());
        let url = format!("http://{address}/ingest?source=rete");
        std::process::Command::new("curl").args(["-sS", "--data-binary", &data, &url]).output().unwrap()
    });
    let output = soon(output).await.unwrap();
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer, json!({ "accepted": 100_000, "first_seq": 1, "last_seq": 100_000 }));
    assert_eq!(book.page().stored, 100_000);
}
