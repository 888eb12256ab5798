//! Each frame is in the lake once: after errors, lost answers, crashes and replays, and beside another of the same name.

use std::sync::Arc;

use datafusion::object_store::ObjectStore;
use storage::lake::{Lake, LakeSettings};

use crate::store::{Fault, FaultyStore, memory};
use crate::support::{COLLECTOR, MORNING_US, batch, forwarded, open, open_with, seqs};

/// Frames of one unit.
const UNIT: u64 = 10;
const UNITS: u64 = 3;

fn settings() -> LakeSettings {
    // Checkpoints fall into the run.
    LakeSettings { checkpoint_commits: 2, ..LakeSettings::default() }
}

/// Replays the journal from behind what is committed; a flush follows each unit. Stops at the first error.
async fn replay(lake: &Lake) -> Result<(), storage::Error> {
    let writer = lake.writer(COLLECTOR).await?;
    for unit in 0..UNITS {
        let (first, last) = (unit * UNIT + 1, (unit + 1) * UNIT);
        // The whole unit again, also where the table holds it or a part of it.
        writer.append(vec![batch(first..=last)], last, MORNING_US)?;
        writer.flush().await?;
        assert!(writer.committed_upto() >= last);
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crash_at_any_put_loses_no_frame_and_doubles_none() {
    let counting = FaultyStore::new(memory(), None);
    let store: Arc<dyn ObjectStore> = Arc::clone(&counting) as _;
    replay(&open_with(&store, settings()).await).await.unwrap();
    let puts = counting.puts();
    assert!(puts as u64 > 2 * UNITS, "{puts}");
    for fault in [Fault::Lost, Fault::Uncertain] {
        let mut failed = 0;
        for at in 0..puts {
            let beneath = memory();
            let faulty: Arc<dyn ObjectStore> = FaultyStore::new(Arc::clone(&beneath), Some((at, fault)));
            let lake = Lake::open_with_store(faulty, crate::support::memory_url(), settings()).await;
            if let Ok(lake) = lake {
                failed += usize::from(replay(&lake).await.is_err());
            }
            // The crash: all that was in memory is gone.
            let lake = open_with(&beneath, settings()).await;
            replay(&lake).await.unwrap();
            assert_eq!(seqs(&lake).await, (1..=UNITS * UNIT).collect::<Vec<u64>>(), "{fault:?} at put {at}");
            assert_eq!(lake.stats().await.unwrap().rows, UNITS * UNIT);
        }
        if fault == Fault::Lost {
            assert!(failed as u64 >= 2 * UNITS, "{failed} of {puts} puts were noticed");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flush_that_failed_is_made_good_by_the_next() {
    for fault in [Fault::Lost, Fault::Uncertain] {
        // Puts: the table's first commit, then a file and a commit for each flush.
        for at in 1..5 {
            let store: Arc<dyn ObjectStore> = FaultyStore::new(memory(), Some((at, fault)));
            let lake = open(&store).await;
            let writer = lake.writer(COLLECTOR).await.unwrap();
            for unit in 0..3 {
                let (first, last) = (unit * UNIT + 1, (unit + 1) * UNIT);
                writer.append(vec![batch(first..=last)], last, MORNING_US).unwrap();
                let _may_fail = writer.flush().await;
                assert_eq!(seqs(&lake).await, (1..=last).collect::<Vec<u64>>(), "{fault:?} at put {at}");
            }
            writer.flush().await.unwrap();
            assert_eq!(writer.committed_upto(), 3 * UNIT);
            assert_eq!(writer.waiting().rows, 0);
            assert_eq!(lake.stats().await.unwrap().rows, 3 * UNIT, "{fault:?} at put {at}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_lakes_on_one_table_write_each_frame_once() {
    let store = memory();
    let (one, other) = (open(&store).await, open(&store).await);
    let writers = [one.writer(COLLECTOR).await.unwrap(), other.writer(COLLECTOR).await.unwrap()];
    for unit in 0..6 {
        let (first, last) = (unit * UNIT + 1, (unit + 1) * UNIT);
        for writer in &writers {
            writer.append(vec![batch(first..=last)], last, MORNING_US).unwrap();
        }
        // Both at once, then each behind the other.
        match unit % 3 {
            0 => {
                let (first, second) = tokio::join!(writers[0].flush(), writers[1].flush());
                first.unwrap();
                second.unwrap();
            }
            1 => assert!(writers[0].flush().await.unwrap().is_some()),
            _ => assert!(writers[1].flush().await.unwrap().is_some()),
        }
        for lake in [&one, &other] {
            assert_eq!(seqs(lake).await, (1..=last).collect::<Vec<u64>>(), "unit {unit}");
        }
    }
    assert_eq!(open(&store).await.committed_upto(COLLECTOR).await.unwrap(), 6 * UNIT);
    assert_eq!(one.stats().await.unwrap().rows, 6 * UNIT);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn collectors_do_not_know_of_each_other() {
    let store = memory();
    let lake = open(&store).await;
    let (one, other) = (lake.writer("uno").await.unwrap(), lake.writer("due").await.unwrap());
    one.append(vec![batch(1..=7)], 7, MORNING_US).unwrap();
    other.append(vec![batch(1..=3)], 3, MORNING_US).unwrap();
    let (first, second) = tokio::join!(one.flush(), other.flush());
    assert_eq!((first.unwrap().unwrap().upto_seq, second.unwrap().unwrap().upto_seq), (7, 3));
    assert_eq!(lake.committed_upto("uno").await.unwrap(), 7);
    assert_eq!(lake.committed_upto("due").await.unwrap(), 3);
    assert_eq!(lake.committed_upto("nessuno").await.unwrap(), 0);
    assert_eq!(seqs(&lake).await.len(), 10);
}

/// Their column `seq` is their own node's: what is there already is told by the number they have in this journal.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn frames_of_another_node_are_there_once_whatever_their_numbers() {
    for first_seq in [1, 1_000_000] {
        let store = memory();
        let writer = open(&store).await.writer(COLLECTOR).await.unwrap();
        writer.append(vec![forwarded(101..=110, first_seq)], 110, MORNING_US).unwrap();
        writer.flush().await.unwrap();
        // The journal is replayed from the middle of what is committed.
        let lake = open(&store).await;
        let writer = lake.writer(COLLECTOR).await.unwrap();
        writer.append(vec![forwarded(106..=120, first_seq + 5)], 120, MORNING_US).unwrap();
        let expected: Vec<u64> = (first_seq..first_seq + 20).collect();
        assert_eq!(seqs(&lake).await, expected, "while some wait");
        writer.flush().await.unwrap();
        assert_eq!(seqs(&lake).await, expected);
        assert_eq!(lake.committed_upto(COLLECTOR).await.unwrap(), 120);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn frames_without_events_are_committed_too() {
    let lake = open(&memory()).await;
    let writer = lake.writer(COLLECTOR).await.unwrap();
    writer.append(Vec::new(), 4, MORNING_US).unwrap();
    assert_eq!(writer.flush().await.unwrap().unwrap().files, 0);
    assert_eq!(lake.committed_upto(COLLECTOR).await.unwrap(), 4);
    assert!(writer.flush().await.unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lake_on_the_disk_is_there_when_it_is_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("lago di prova");
    let place = place.to_str().unwrap();
    let lake = Lake::open(place, settings()).await.unwrap();
    replay(&lake).await.unwrap();
    drop(lake);
    let lake = Lake::open(place, settings()).await.unwrap();
    assert_eq!(lake.committed_upto(COLLECTOR).await.unwrap(), UNITS * UNIT);
    assert_eq!(seqs(&lake).await, (1..=UNITS * UNIT).collect::<Vec<u64>>());
    let leftovers: Vec<_> = std::fs::read_dir(format!("{place}/_delta_log"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains('#'))
        .collect();
    assert_eq!(leftovers, Vec::<String>::new());
}
