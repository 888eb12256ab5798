//! Events of a made-up town, lakes in memory, and questions put to them.

use std::ops::RangeInclusive;
use std::sync::Arc;

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use datafusion::object_store::ObjectStore;
use datafusion::prelude::{SessionConfig, SessionContext};
use schema::{
    Column, EventBatch, EventBuilder, Forwarded, Frame, FrameBatch, Origin, Reading, StreamContext,
};
use storage::lake::{Lake, LakeSettings};
use url::Url;

pub const COLLECTOR: &str = "sede";
/// 2026-03-16 08:00 UTC.
pub const MORNING_US: i64 = 1_773_648_000_000_000;
pub const DAY_US: i64 = 86_400_000_000;
pub const MINUTE_US: i64 = 60_000_000;

/// One event a frame, of one tenant, received at `ingested_us`.
pub fn batch_of(tenant: &str, seqs: RangeInclusive<u64>, ingested_us: i64) -> EventBatch {
    batch_from(tenant, seqs, ingested_us, None)
}

/// The same, of frames that another node has sent, whose own number of the first one is `first_seq`.
pub fn forwarded(seqs: RangeInclusive<u64>, first_seq: u64) -> EventBatch {
    let forwarded = Forwarded {
        journal: 7,
        after: 0,
        upto: u64::MAX,
        first_seq,
        arrived_us: MORNING_US,
        via: "comuni".into(),
        reading: Reading { format: "auto".into(), zone: "Europe/Rome".into() },
    };
    batch_from("comune", seqs, MORNING_US, Some(Arc::new(forwarded)))
}

fn batch_from(
    tenant: &str,
    seqs: RangeInclusive<u64>,
    ingested_us: i64,
    forwarded: Option<Arc<Forwarded>>,
) -> EventBatch {
    let mut text = String::new();
    let mut frames = Vec::new();
    for seq in seqs {
        let start = text.len() as u32;
        text.push_str(&format!("a message of more than twelve bytes, number {seq}"));
        frames.push(Frame { start, end: text.len() as u32, seq, sub: 0 });
    }
    let origin = Origin { collector: COLLECTOR.into(), source: "rete".into(), tenant: tenant.into() };
    let mut frames =
        FrameBatch::new(Arc::new(origin), ingested_us, StreamContext::default(), text, frames, vec![]);
    frames.forwarded = forwarded;
    let received = std::str::from_utf8(frames.text()).unwrap();
    let mut builder = EventBuilder::new(received);
    for frame in frames.frames() {
        // A second's worth of events comes in no order of time.
        builder.timestamp_us(ingested_us - (frame.seq as i64 * 7_919) % 1_000_000);
        builder.ingested_us(ingested_us);
        builder.int(Column::Seq, frame.seq as i64 + frames.seq_shift());
        builder.int(Column::Sub, 0);
        builder.int(Column::EventCount, 1);
        builder.text(Column::Class, if frame.seq % 5 == 0 { "email" } else { "authentication" });
        builder.text(Column::HostName, &format!("server-{}", frame.seq % 3));
        if frame.seq % 2 == 0 {
            builder.text(Column::UserName, &format!("utente{}", frame.seq % 11));
            builder.ip(Column::SourceIp, &format!("192.0.2.{}", frame.seq % 250));
            builder.field("posto", &format!("ufficio {}", frame.seq % 4));
        }
        if frame.seq % 3 == 0 {
            builder.field("dettaglio", &frame.seq.to_string());
        }
        builder.text(Column::Message, received.get(frame.start as usize..frame.end as usize).unwrap());
        builder.finish_event();
    }
    builder.finish(&frames, "prova", "1").unwrap()
}

pub fn batch(seqs: RangeInclusive<u64>) -> EventBatch {
    batch_of("comune", seqs, MORNING_US)
}

pub fn memory_url() -> Url {
    Url::parse("memory:///lago/").unwrap()
}

pub async fn open(store: &Arc<dyn ObjectStore>) -> Lake {
    open_with(store, LakeSettings::default()).await
}

pub async fn open_with(store: &Arc<dyn ObjectStore>, settings: LakeSettings) -> Lake {
    Lake::open_with_store(Arc::clone(store), memory_url(), settings).await.unwrap()
}

pub fn session(lake: &Lake) -> SessionContext {
    let session = SessionContext::new_with_config(SessionConfig::new().with_target_partitions(2));
    session.register_table("events", lake.events()).unwrap();
    session
}

pub async fn ask(lake: &Lake, sql: &str) -> Vec<RecordBatch> {
    session(lake).sql(sql).await.unwrap().collect().await.unwrap()
}

/// The one number that a query answers.
pub async fn number(lake: &Lake, sql: &str) -> i64 {
    let answer = ask(lake, sql).await;
    answer[0].column(0).as_primitive::<Int64Type>().value(0)
}

/// The order of rows in a file.
pub const ORDER: &str =
    "tenant, date_trunc('hour', timestamp), format, host_name NULLS FIRST, timestamp, seq, sub";

/// The seqs in the table, in order.
pub async fn seqs(lake: &Lake) -> Vec<u64> {
    let answer = ask(lake, "SELECT seq FROM events ORDER BY seq").await;
    let of = |batch: &RecordBatch| batch.column(0).as_primitive::<Int64Type>().values().to_vec();
    answer.iter().flat_map(of).map(|seq| seq as u64).collect()
}
