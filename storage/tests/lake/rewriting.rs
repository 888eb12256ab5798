//! A day written anew: the same events, otherwise read; or nothing.

use std::sync::Arc;

use datafusion::object_store::ObjectStore;
use schema::{Column, EventBatch};
use storage::Error;
use storage::lake::Lake;

use crate::store::memory;
use crate::support::{COLLECTOR, DAY_US, MORNING_US, batch_of, forwarded, number, open, seqs};

/// Days since 1970 of the morning.
const TODAY: i32 = 20_528;

/// Ten events of the morning and ten of the next day.
async fn filled(store: &Arc<dyn ObjectStore>) -> Lake {
    let lake = open(store).await;
    let writer = lake.writer(COLLECTOR).await.unwrap();
    for (unit, day) in [(0, 0), (1, 0), (2, 1), (3, 1)] {
        let (first, last) = (unit * 5 + 1, unit * 5 + 5);
        let received_us = MORNING_US + day * DAY_US;
        writer.append(vec![batch_of("comune", first..=last, received_us)], last, MORNING_US).unwrap();
        writer.flush().await.unwrap();
    }
    lake
}

/// The events as another parser reads them: with a host name of its own, and these seqs left out.
fn otherwise(events: &EventBatch, without: &[i64]) -> EventBatch {
    let hosts = arrow::array::StringViewArray::from(vec!["altro"; events.len()]);
    let seqs = events.ints(Column::Seq).unwrap();
    let keep = seqs.iter().map(|seq| Some(!without.contains(&seq.unwrap()))).collect();
    events.with_array(Column::HostName, Arc::new(hosts)).unwrap().filter(&keep).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_is_written_anew_while_others_commit_and_other_days_stay() {
    let store = memory();
    let lake = filled(&store).await;
    assert_eq!(lake.days().await.unwrap().into_iter().collect::<Vec<_>>(), [TODAY, TODAY + 1]);
    let mut rewrite = lake.rewrite(TODAY).await.unwrap();
    let held = rewrite.held();
    assert!(held.has(COLLECTOR, 10..=30) && !held.has(COLLECTOR, 11..=30) && !held.has("altri", 1..=10));
    // Another writes meanwhile, into the same day, too.
    let other = open(&store).await;
    let writer = other.writer(COLLECTOR).await.unwrap();
    writer.append(vec![batch_of("comune", 21..=22, MORNING_US)], 22, MORNING_US).unwrap();
    writer.flush().await.unwrap();
    // More than the day had: of the next day, of another collector's, of the other's commit.
    for seqs in [1..=7, 8..=12, 21..=22] {
        let events = otherwise(&batch_of("comune", seqs, MORNING_US), &[]);
        rewrite.take(vec![events]).await.unwrap();
    }
    let done = rewrite.commit().await.unwrap();
    assert_eq!((done.before["prova"], done.after["prova"]), (10, 10));
    for lake in [&lake, &open(&store).await] {
        assert_eq!(seqs(lake).await, (1..=22).collect::<Vec<u64>>());
        let anew = "SELECT count(*) FROM events WHERE host_name = 'altro' AND seq <= 10";
        assert_eq!(number(lake, anew).await, 10);
        assert_eq!(number(lake, "SELECT count(*) FROM events WHERE host_name = 'altro'").await, 10);
        assert_eq!(lake.committed_upto(COLLECTOR).await.unwrap(), 22);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_that_would_lack_an_event_stays_as_it_is() {
    let store = memory();
    let lake = filled(&store).await;
    let mut rewrite = lake.rewrite(TODAY).await.unwrap();
    rewrite.take(vec![otherwise(&batch_of("comune", 1..=10, MORNING_US), &[4, 9])]).await.unwrap();
    let error = rewrite.commit().await.unwrap_err();
    assert!(matches!(error, Error::LakeEvents { missing: 2, first: 4, .. }), "{error}");
    assert_eq!(seqs(&lake).await, (1..=20).collect::<Vec<u64>>());
    assert_eq!(number(&lake, "SELECT count(*) FROM events WHERE host_name = 'altro'").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_whose_files_another_has_dropped_stays_as_the_other_left_it() {
    let store = memory();
    let lake = filled(&store).await;
    let mut rewrite = lake.rewrite(TODAY).await.unwrap();
    rewrite.take(vec![otherwise(&batch_of("comune", 1..=10, MORNING_US), &[])]).await.unwrap();
    let other = open(&store).await;
    other.expire(TODAY + 400, |_| Some(1)).await.unwrap();
    rewrite.commit().await.unwrap_err();
    assert_eq!(seqs(&lake).await, Vec::<u64>::new());
}

/// Delta alone would let both commits pass, and each row be there twice.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_that_replace_the_same_files_one_fails() {
    let store = memory();
    let lake = open(&store).await;
    let writer = lake.writer(COLLECTOR).await.unwrap();
    for unit in 0..8 {
        let (first, last) = (unit * 5 + 1, unit * 5 + 5);
        writer.append(vec![batch_of("comune", first..=last, MORNING_US)], last, MORNING_US).unwrap();
        writer.flush().await.unwrap();
    }
    let mut rewrite = lake.rewrite(TODAY).await.unwrap();
    rewrite.take(vec![otherwise(&batch_of("comune", 1..=40, MORNING_US), &[])]).await.unwrap();
    assert_eq!(open(&store).await.compact().await.unwrap().removed, 8);
    let error = rewrite.commit().await.unwrap_err();
    assert!(matches!(error, Error::LakeFileGone { .. }), "{error}");
    assert_eq!(seqs(&lake).await, (1..=40).collect::<Vec<u64>>());
    assert_eq!(number(&lake, "SELECT count(*) FROM events WHERE host_name = 'altro'").await, 0);
}

/// As on a node whose disk was replaced.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_of_another_day_or_tenant_with_the_same_seqs_are_left_out() {
    let store = memory();
    let lake = filled(&store).await;
    let mut rewrite = lake.rewrite(TODAY).await.unwrap();
    for (tenant, received_us) in [("comune", MORNING_US + DAY_US), ("altro", MORNING_US)] {
        rewrite.take(vec![otherwise(&batch_of(tenant, 1..=10, received_us), &[])]).await.unwrap();
    }
    let error = rewrite.commit().await.unwrap_err();
    assert!(matches!(error, Error::LakeEvents { missing: 10, first: 1, .. }), "{error}");
    assert_eq!(seqs(&lake).await, (1..=20).collect::<Vec<u64>>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_that_another_node_collected_are_told_by_its_seqs() {
    let store = memory();
    let lake = open(&store).await;
    let writer = lake.writer("centro").await.unwrap();
    writer.append(vec![forwarded(1..=5, 901)], 5, MORNING_US).unwrap();
    writer.flush().await.unwrap();
    let mut rewrite = lake.rewrite(TODAY).await.unwrap();
    assert!(rewrite.held().has(COLLECTOR, 905..=905) && !rewrite.held().has(COLLECTOR, 1..=900));
    rewrite.take(vec![otherwise(&forwarded(1..=5, 901), &[])]).await.unwrap();
    assert_eq!(rewrite.commit().await.unwrap().after["prova"], 5);
    assert_eq!(seqs(&lake).await, (901..=905).collect::<Vec<u64>>());
}
