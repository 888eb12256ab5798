//! OpenTelemetry logs in every way they come: JSON, protobuf, gRPC.

use std::collections::HashMap;
use std::io::Write as _;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use ingest::Refused;
use ingest::sources::{Http, Tls};
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::logs::v1::logs_service_client::LogsServiceClient;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{
    AnyValue, ArrayValue, InstrumentationScope, KeyValue, KeyValueList,
};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::resource::v1::Resource;
use prost::Message;
use schema::Origin;
use serde_json::json;
use tonic::Code;
use tonic::codec::CompressionEncoding;
use tonic::metadata::MetadataValue;
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint, Identity};

use super::desk::{Desk, soon};
use super::http::post;
use super::syslog_tls::{Authority, NAME, keys};

const ANY: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
const PROTOBUF: [(&str, &str); 1] = [("content-type", "application/x-protobuf")];

/// `google.rpc.Status` and what it holds.
#[derive(Clone, PartialEq, Message)]
struct Status {
    #[prost(int32, tag = "1")]
    code: i32,
    #[prost(string, tag = "2")]
    message: String,
    #[prost(message, repeated, tag = "3")]
    details: Vec<Any>,
}

#[derive(Clone, PartialEq, Message)]
struct Any {
    #[prost(string, tag = "1")]
    type_url: String,
    #[prost(message, optional, tag = "2")]
    value: Option<RetryInfo>,
}

#[derive(Clone, PartialEq, Message)]
struct RetryInfo {
    #[prost(message, optional, tag = "1")]
    delay: Option<Delay>,
}

#[derive(Clone, PartialEq, Message)]
struct Delay {
    #[prost(int64, tag = "1")]
    seconds: i64,
}

fn any(value: Value) -> Option<AnyValue> {
    Some(AnyValue { value: Some(value) })
}

fn text(text: &str) -> Option<AnyValue> {
    any(Value::StringValue(text.to_owned()))
}

fn pair(key: &str, value: Option<AnyValue>) -> KeyValue {
    KeyValue { key: key.to_owned(), value, ..KeyValue::default() }
}

/// One of each value there is.
fn request() -> ExportLogsServiceRequest {
    let list =
        ArrayValue { values: vec![AnyValue { value: Some(Value::IntValue(-7)) }, AnyValue::default()] };
    let map = KeyValueList { values: vec![pair("a", any(Value::BoolValue(false)))] };
    let record = LogRecord {
        time_unix_nano: 1_773_648_766_000_000_000,
        observed_time_unix_nano: u64::MAX,
        severity_number: 13,
        severity_text: "WARN".to_owned(),
        body: text("coda \"piena\"\n\u{1f600}\u{7}"),
        attributes: vec![
            pair("int", any(Value::IntValue(i64::MIN))),
            pair("double", any(Value::DoubleValue(1.5))),
            pair("whole", any(Value::DoubleValue(3.0))),
            pair("infinite", any(Value::DoubleValue(f64::NEG_INFINITY))),
            pair("bytes", any(Value::BytesValue(vec![0, 255, 7]))),
            pair("list", any(Value::ArrayValue(list))),
            pair("map", any(Value::KvlistValue(map))),
            pair("none", None),
        ],
        dropped_attributes_count: 3,
        flags: 1,
        trace_id: (0..16).collect(),
        span_id: vec![0xAB; 8],
        event_name: "coda".to_owned(),
    };
    let scope = InstrumentationScope { name: "protocollo".to_owned(), ..InstrumentationScope::default() };
    let listed = ResourceLogs {
        resource: Some(Resource { attributes: vec![pair("host.name", text("srv"))], ..Resource::default() }),
        scope_logs: vec![
            ScopeLogs {
                scope: Some(scope),
                log_records: vec![record, LogRecord::default()],
                ..ScopeLogs::default()
            },
            ScopeLogs {
                log_records: vec![LogRecord { body: text("alone"), ..LogRecord::default() }],
                ..ScopeLogs::default()
            },
        ],
        ..ResourceLogs::default()
    };
    let bare = ScopeLogs { log_records: vec![LogRecord::default()], ..ScopeLogs::default() };
    let without_resource = ResourceLogs { scope_logs: vec![bare], ..ResourceLogs::default() };
    ExportLogsServiceRequest { resource_logs: vec![listed, without_resource] }
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

/// A port of its own, in the clear.
async fn own_port(desk: &Desk) -> (SocketAddr, tokio::task::JoinHandle<Result<(), ingest::sources::Error>>) {
    let http = Http::bind(ANY, None).await.unwrap();
    (http.local_addr(), tokio::spawn(http.run(desk.port.clone())))
}

async fn client(address: SocketAddr) -> LogsServiceClient<Channel> {
    let endpoint = Endpoint::from_shared(format!("http://{address}")).unwrap();
    LogsServiceClient::new(soon(endpoint.connect()).await.unwrap())
}

#[tokio::test]
async fn records_give_the_same_frames_in_every_way_they_come() {
    let mut desk = Desk::new();
    let (address, _) = own_port(&desk).await;
    let sent = tokio::spawn(async move { post(address, "/v1/logs", &[], twin().as_bytes()).await });
    let from_json = desk.texts(RECORDS).await;
    assert_eq!(soon(sent).await.unwrap().json(), json!({}));
    assert!(from_json[0].starts_with("{\"resource\":{\"attributes\":["), "{}", from_json[0]);
    assert_eq!(from_json[3], "{}");
    let sent =
        tokio::spawn(async move { post(address, "/v1/logs", &PROTOBUF, &request().encode_to_vec()).await });
    assert_eq!(desk.texts(RECORDS).await, from_json);
    let answer = soon(sent).await.unwrap();
    assert_eq!((answer.status, answer.body.as_str()), (200, ""));
    assert!(answer.headers.contains("content-type: application/x-protobuf"), "{}", answer.headers);
    // As clients over gRPC pack with snappy.
    let mut framed = snap::write::FrameEncoder::new(Vec::new());
    framed.write_all(&request().encode_to_vec()).unwrap();
    let framed = framed.into_inner().unwrap();
    let packed = [PROTOBUF[0], ("content-encoding", "snappy")];
    let sent = tokio::spawn(async move { post(address, "/v1/logs", &packed, &framed).await });
    assert_eq!(desk.texts(RECORDS).await, from_json);
    assert_eq!(soon(sent).await.unwrap().status, 200);
    for compressed in [None, Some(CompressionEncoding::Zstd)] {
        let mut client = client(address).await;
        if let Some(encoding) = compressed {
            client = client.send_compressed(encoding);
        }
        let sent = tokio::spawn(async move { client.export(request()).await });
        let frame = desk.frame().await;
        assert_eq!((frame.text.as_str(), frame.peer.as_deref()), (from_json[0].as_str(), Some("127.0.0.1")));
        assert_eq!(desk.texts(RECORDS - 1).await, from_json[1..]);
        assert_eq!(soon(sent).await.unwrap().unwrap().into_inner().partial_success, None);
    }
    assert_eq!((desk.page().stored, desk.page().under_way()), (5 * RECORDS as u64, 0));
}

#[tokio::test]
async fn an_answer_comes_once_the_records_are_durable_also_when_the_source_stops() {
    let mut desk = Desk::new();
    let (address, source) = own_port(&desk).await;
    let mut client = client(address).await;
    let sent = tokio::spawn(async move { client.export(request()).await });
    let (frames, receipt) = desk.delivery().await;
    desk.port.stop.cancel();
    tokio::task::yield_now().await;
    assert!(!sent.is_finished() && !source.is_finished());
    receipt.stored(1..=frames.len() as u64);
    soon(sent).await.unwrap().unwrap();
    soon(source).await.unwrap().unwrap();
}

#[tokio::test]
async fn whoever_is_refused_for_now_is_told_when_to_come_again() {
    let mut desk = Desk::new();
    let (address, _) = own_port(&desk).await;
    let mut client = client(address).await;
    let sent = tokio::spawn(async move { client.export(request()).await });
    desk.delivery().await.1.refuse(Refused::Full);
    let status = soon(sent).await.unwrap().unwrap_err();
    assert_eq!(
        (status.code(), status.message()),
        (Code::ResourceExhausted, "no room for now, send it again later")
    );
    let details = Status::decode(status.details()).unwrap();
    assert_eq!((details.code, details.message.as_str()), (8, status.message()));
    assert_eq!(details.details[0].type_url, "type.googleapis.com/google.rpc.RetryInfo");
    assert_eq!(details.details[0].value, Some(RetryInfo { delay: Some(Delay { seconds: 2 }) }));
    let sent =
        tokio::spawn(async move { post(address, "/v1/logs", &PROTOBUF, &request().encode_to_vec()).await });
    desk.delivery().await.1.refuse(Refused::Full);
    let answer = soon(sent).await.unwrap();
    assert!(answer.status == 429 && answer.headers.contains("retry-after: 2"), "{answer:?}");
    assert_eq!(Status::decode(answer.body.as_bytes()).unwrap(), details);
}

#[tokio::test]
async fn what_is_no_request_is_refused_and_counted() {
    let desk = Desk::new();
    let (address, _) = own_port(&desk).await;
    for body in [&b"x"[..], &request().encode_to_vec()[..100]] {
        let answer = post(address, "/v1/logs", &PROTOBUF, body).await;
        let status = Status::decode(answer.body.as_bytes()).unwrap();
        assert_eq!((answer.status, status.code), (400, 3), "{answer:?}");
        assert_eq!(status.message, "this is no ExportLogsServiceRequest");
    }
    // Few bytes that stand for many: 1,500 times the same 60,000.
    let resource = Resource { attributes: vec![pair("a", text(&"x".repeat(60_000)))], ..Resource::default() };
    let scope_logs =
        vec![ScopeLogs { log_records: vec![LogRecord::default(); 1_500], ..ScopeLogs::default() }];
    let listed = ResourceLogs { resource: Some(resource), scope_logs, ..ResourceLogs::default() };
    let request = ExportLogsServiceRequest { resource_logs: vec![listed] };
    let answer = post(address, "/v1/logs", &PROTOBUF, &request.encode_to_vec()).await;
    assert_eq!(answer.status, 413, "{answer:?}");
    let status = client(address).await.export(request).await.unwrap_err();
    assert_eq!(status.code(), Code::ResourceExhausted);
    assert!(Status::decode(status.details()).unwrap().details.is_empty(), "{status:?}");
    let resource = json!({ "attributes": [{ "key": "a", "value": { "stringValue": "x".repeat(60_000) } }] });
    let json = json!({ "resourceLogs": [{
        "resource": resource, "scopeLogs": [{ "logRecords": vec![json!({}); 1_500] }],
    }] });
    assert_eq!(post(address, "/v1/logs", &[], json.to_string().as_bytes()).await.status, 413);
    // Not one message, no message, one compressed as nobody says.
    let grpc = [("content-type", "application/grpc")];
    for body in [&b"\0\0\0\0\x01"[..], b"\0", b"\x01\0\0\0\x01x"] {
        let path = "/opentelemetry.proto.collector.logs.v1.LogsService/Export";
        let answer = post(address, path, &grpc, body).await;
        assert!(answer.status == 200 && answer.headers.contains("grpc-status: 3"), "{answer:?}");
        assert_eq!(post(address, path, &[], body).await.status, 415);
    }
    assert_eq!((desk.page().refused_total(), desk.page().stored), (8, 0));
}

#[tokio::test]
async fn a_token_is_asked_for_over_grpc_too() {
    let desk = Desk::new();
    let http = Http::bind(ANY, None).await.unwrap().secret(Some("segreto".into()));
    let address = http.local_addr();
    tokio::spawn(http.run(desk.port.clone()));
    let _texts = desk.keep_storing();
    let mut client = client(address).await;
    let status = soon(client.export(request())).await.unwrap_err();
    assert_eq!(status.code(), Code::Unauthenticated);
    let mut request = tonic::Request::new(request());
    request.metadata_mut().insert("authorization", MetadataValue::from_static("Bearer segreto"));
    soon(client.export(request)).await.unwrap();
}

#[tokio::test]
async fn a_certificate_says_whose_records_they_are_over_tls() {
    rustls::crypto::ring::default_provider().install_default().ok();
    let (servers, clients) = (Authority::new(), Authority::new());
    let mut desk = Desk::new();
    let origin = Origin { collector: "prova".into(), source: "rete".into(), tenant: "comune-a".into() };
    let origins = HashMap::from([("fw.comune-a.example".to_owned(), Arc::new(origin))]);
    let tls = Tls::new(keys(&servers.sign(NAME), Some(&clients)), origins);
    let http = Http::bind(ANY, Some(tls)).await.unwrap();
    let address = http.local_addr();
    tokio::spawn(http.run(desk.port.clone()));
    for (name, tenant) in [("fw.comune-a.example", "comune-a"), ("other.example", "default")] {
        let pair = clients.sign(name);
        let tls = ClientTlsConfig::new()
            .ca_certificate(Certificate::from_pem(servers.pem()))
            .identity(Identity::from_pem(pair.certificate, pair.key))
            .domain_name(NAME);
        let endpoint = Endpoint::from_shared(format!("https://{address}")).unwrap().tls_config(tls).unwrap();
        let mut client = LogsServiceClient::new(soon(endpoint.connect()).await.unwrap());
        let sent = tokio::spawn(async move { client.export(request()).await });
        assert_eq!(&*desk.batch_origin().await.tenant, tenant);
        soon(sent).await.unwrap().unwrap();
    }
}
