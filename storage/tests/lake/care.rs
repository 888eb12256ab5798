//! Compaction, expiry and vacuum: fewer files, the same rows.

use std::sync::Arc;

use datafusion::object_store::path::Path;
use datafusion::object_store::{ObjectStore, ObjectStoreExt};
use futures::TryStreamExt;
use storage::lake::{Lake, LakeSettings, Retention};

use crate::store::memory;
use crate::support::{COLLECTOR, DAY_US, MORNING_US, ORDER, ask, batch_of, number, open, open_with, seqs};

/// Days since 1970 of the morning.
const TODAY: i32 = 20_528;
const HOUR_US: i64 = 3_600_000_000;

async fn filled(store: &Arc<dyn ObjectStore>, settings: LakeSettings, units: u64) -> Lake {
    let lake = open_with(store, settings).await;
    let writer = lake.writer(COLLECTOR).await.unwrap();
    for unit in 0..units {
        let (first, last) = (unit * 10 + 1, unit * 10 + 10);
        let tenant = ["beta", "alfa"][(unit % 2) as usize];
        writer.append(vec![batch_of(tenant, first..=last, MORNING_US)], last, MORNING_US).unwrap();
        writer.flush().await.unwrap();
    }
    lake
}

async fn data_files(store: &Arc<dyn ObjectStore>) -> usize {
    let all: Vec<_> = store.list(Some(&Path::from("lago"))).try_collect().await.unwrap();
    all.iter().filter(|object| object.location.as_ref().contains("ingest_day=")).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn compaction_joins_files_and_keeps_rows_and_order() {
    let store = memory();
    let lake = filled(&store, LakeSettings::default(), 16).await;
    let before = ask(&lake, &format!("SELECT * FROM events ORDER BY {ORDER}")).await;
    let done = lake.compact().await.unwrap();
    assert_eq!((done.removed, done.added, done.rows), (16, 1, 160));
    let stats = lake.stats().await.unwrap();
    assert_eq!((stats.files, stats.rows), (1, 160));
    // The first is in the file's own order.
    for order in ["".to_owned(), format!(" ORDER BY {ORDER}")] {
        let after = ask(&lake, &format!("SELECT * FROM events{order}")).await;
        let one = |batches: &[arrow::array::RecordBatch]| {
            arrow::compute::concat_batches(&batches[0].schema(), batches).unwrap()
        };
        assert_eq!(one(&after), one(&before), "{order}");
    }
    assert_eq!(lake.compact().await.unwrap().removed, 0);
    assert_eq!(lake.committed_upto(COLLECTOR).await.unwrap(), 160);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_writer_goes_on_while_files_are_joined() {
    let store = memory();
    let lake = filled(&store, LakeSettings::default(), 16).await;
    let other = open(&store).await;
    let writer = other.writer(COLLECTOR).await.unwrap();
    let write = async {
        for unit in 16..24 {
            let (first, last) = (unit * 10 + 1, unit * 10 + 10);
            writer.append(vec![batch_of("alfa", first..=last, MORNING_US)], last, MORNING_US).unwrap();
            writer.flush().await.unwrap();
        }
    };
    let (done, ()) = tokio::join!(lake.compact(), write);
    assert!(done.unwrap().removed >= 16);
    for lake in [&lake, &other] {
        assert_eq!(seqs(lake).await, (1..=240).collect::<Vec<u64>>());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn days_gone_by_are_dropped_by_class_and_nothing_else() {
    let retention = Arc::new(
        |_: &str, class: &str, _: Option<&str>| {
            if class == "email" { Retention::Mail } else { Retention::Standard }
        },
    );
    let lake = open_with(&memory(), LakeSettings { retention, ..LakeSettings::default() }).await;
    let writer = lake.writer(COLLECTOR).await.unwrap();
    // Of ten events two are e-mail.
    for (unit, days_ago) in [0, 21, 22, 180, 181].into_iter().enumerate() {
        let (first, last) = (unit as u64 * 10 + 1, unit as u64 * 10 + 10);
        let received_us = MORNING_US - days_ago * DAY_US;
        writer.append(vec![batch_of("alfa", first..=last, received_us)], last, received_us).unwrap();
        assert_eq!(writer.flush().await.unwrap().unwrap().files, 2);
    }
    assert_eq!(lake.expire(TODAY, |_| None).await.unwrap().files, 0);
    let gone = lake.expire(TODAY, |class| Some(class.days())).await.unwrap();
    assert_eq!((gone.files, gone.rows), (4, 3 * 2 + 8));
    assert_eq!(number(&lake, "SELECT count(*) FROM events WHERE retention = 'mail'").await, 4);
    assert_eq!(number(&lake, "SELECT count(*) FROM events WHERE retention = 'standard'").await, 32);
    assert_eq!(lake.stats().await.unwrap().days, Some((TODAY - 180, TODAY)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_are_removed_when_no_query_and_no_commit_can_need_them() {
    let store = memory();
    let lake = filled(&store, LakeSettings::default(), 16).await;
    let orphan = Path::from("lago/ingest_day=2026-03-16/retention=standard/orphan.parquet");
    store.put(&orphan, "a commit that never came".into()).await.unwrap();
    let now_us = store.head(&orphan).await.unwrap().last_modified.timestamp_micros();
    lake.compact().await.unwrap();
    assert_eq!(data_files(&store).await, 18);
    assert_eq!(lake.vacuum(now_us + 5 * HOUR_US).await.unwrap(), 0);
    assert_eq!(lake.vacuum(now_us + 7 * HOUR_US).await.unwrap(), 16);
    assert_eq!(data_files(&store).await, 2);
    assert_eq!(lake.vacuum(now_us + 25 * HOUR_US).await.unwrap(), 1);
    assert_eq!(data_files(&store).await, 1);
    assert_eq!(seqs(&lake).await, (1..=160).collect::<Vec<u64>>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stats_say_what_each_column_costs() {
    let store = memory();
    let lake = filled(&store, LakeSettings::default(), 3).await;
    let writer = lake.writer(COLLECTOR).await.unwrap();
    writer.append(vec![batch_of("alfa", 31..=35, MORNING_US)], 35, MORNING_US).unwrap();
    let stats = lake.stats().await.unwrap();
    assert_eq!((stats.rows, stats.files, stats.commits, stats.days), (30, 3, 4, Some((TODAY, TODAY))));
    assert_eq!(stats.waiting.rows, 5);
    let cost =
        |name: &str| stats.columns.iter().find(|column| column.name == name).map(|c| c.compressed_bytes);
    assert!(cost("message").unwrap() > cost("event_count").unwrap());
    assert!(cost("fields").is_some());
    // Nobody set it: it is in no file.
    assert_eq!(cost("db_statement"), None);
    let columns: u64 = stats.columns.iter().map(|column| column.compressed_bytes).sum();
    assert!(columns < stats.bytes);
}
