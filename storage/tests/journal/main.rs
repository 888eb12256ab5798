//! The journal over a disk that fails in every way a disk may: what was acknowledged is there, once and in order.

// The attribute tells clippy that the helpers are tests too.
#[cfg(test)]
mod model;
#[cfg(test)]
mod sim_disk;

use std::ops::ControlFlow;

use model::Model;
use proptest::prelude::*;
use schema::FrameBatch;
use sim_disk::{Random, SimDisk};
use storage::journal::{Read, Reader};
use storage::{Error, Folder, Journal, Settings};

/// Small segments, so that few frames fill several.
const SETTINGS: Settings = Settings { segment_bytes: 4_096, budget_bytes: 1 << 20, reserve_bytes: 1 << 14 };

proptest! {
    /// Any run of appends, syncs, crashes, failed syncs, full disks and releases.
    #[test]
    fn what_was_acknowledged_survives_every_crash(seed in any::<u64>()) {
        let mut model = Model::new(seed, SETTINGS);
        for _ in 0..60 {
            if let ControlFlow::Break(fault) = model.step() {
                prop_assert!(false, "seed {seed}: {fault}");
            }
        }
        if let ControlFlow::Break(fault) = model.crash() {
            prop_assert!(false, "seed {seed}, at the end: {fault}");
        }
    }

    /// One bit of a durable journal turns: nothing is read wrongly, and what is lost is named.
    #[test]
    fn a_turned_bit_is_named_and_costs_one_block(seed in any::<u64>()) {
        let mut random = Random::new(seed);
        let mut model = Model::new(seed, SETTINGS);
        for _ in 0..8 {
            prop_assert_eq!(model.append_and_sync(), ControlFlow::Continue(()));
        }
        model.journal().mark().unwrap();
        let disk = model.disk();
        let (name, size_bytes) = disk.any_file(&mut random);
        let at = random.below(size_bytes * 8);
        disk.turn_bit(&name, at);
        let lost = model.read_with_damage();
        prop_assert!(lost.is_ok(), "seed {seed}, bit {at} of {name}: {lost:?}");
        let (_, recovered) = Journal::open(disk.clone(), "sede", SETTINGS).unwrap();
        prop_assert_eq!(recovered.damage.iter().all(|damage| damage.segment == name), true);
    }
}

#[test]
fn a_budget_that_is_reached_refuses_and_released_segments_make_room() {
    let settings = Settings { segment_bytes: 4_096, budget_bytes: 40_000, reserve_bytes: 8_000 };
    let disk = SimDisk::new(1);
    let (mut journal, _) = Journal::open(disk.clone(), "sede", settings).unwrap();
    let mut texts = Random::new(5);
    let full = loop {
        match journal.append(&mut [model::batch(&mut texts, 20)]) {
            Ok(()) => journal.sync().unwrap(),
            Err(error) => break error,
        };
        assert!(journal.used_bytes() <= 32_000, "the reserve is left alone");
    };
    assert!(matches!(full, Error::Full { budget_bytes: 40_000, .. }), "{full}");
    let durable_upto = journal.durable_upto();
    journal.release(durable_upto / 2).unwrap();
    assert!(journal.has_room());
    journal.append(&mut [model::batch(&mut texts, 20)]).unwrap();
    journal.sync().unwrap();
    let mut seqs = Vec::new();
    for read in Reader::open(disk, durable_upto / 2 + 1).unwrap() {
        let Ok(Read::Block(batches)) = read else { panic!("{read:?}") };
        seqs.extend(batches.iter().flat_map(|batch| batch.frames()).map(|frame| frame.seq));
    }
    assert_eq!(seqs.last(), Some(&journal.durable_upto()));
    assert!(seqs.contains(&(durable_upto / 2 + 1)) && seqs.is_sorted());
}

#[test]
fn a_journal_of_any_budget_takes_frames_again_once_all_are_released() {
    for budget_bytes in [40_000, 1 << 20] {
        let mut texts = Random::new(5);
        let (mut journal, _) =
            Journal::open(SimDisk::new(1), "sede", Settings::within(budget_bytes)).unwrap();
        for _ in 0..3 {
            while journal.append(&mut [model::batch(&mut texts, 20)]).is_ok() {
                journal.sync().unwrap();
            }
            journal.release(journal.durable_upto()).unwrap();
            assert!(journal.used_bytes() < budget_bytes / 2, "{budget_bytes}");
        }
    }
}

/// A process dies between a segment's name and its being durable; the next one may not rest on that name alone.
#[test]
fn a_seq_is_never_given_again_when_a_name_is_lost() {
    let settings = Settings { segment_bytes: 600, ..SETTINGS };
    for seed in 0..40 {
        let disk = SimDisk::new(seed);
        let mut texts = Random::new(seed);
        let (mut journal, _) = Journal::open(disk.clone(), "sede", settings).unwrap();
        journal.append(&mut [model::batch(&mut texts, 20)]).unwrap();
        assert_eq!(journal.sync().unwrap(), 20);
        // The segment is full: the next append makes one, and gets as far as its name.
        disk.die_after(4);
        assert!(journal.append(&mut [model::batch(&mut texts, 1)]).is_err());
        drop(journal);
        disk.mend();
        let (mut journal, _) = Journal::open(disk.clone(), "sede", settings).unwrap();
        journal.release(20).unwrap();
        drop(journal);
        disk.crash();
        let (journal, _) = Journal::open(disk, "sede", settings).unwrap();
        assert_eq!(journal.next_seq(), 21, "seed {seed}");
    }
}

#[test]
fn seqs_that_others_hold_are_not_given_again() {
    let disk = SimDisk::new(1);
    let mut texts = Random::new(7);
    let (mut journal, _) = Journal::open(disk.clone(), "sede", SETTINGS).unwrap();
    journal.append(&mut [model::batch(&mut texts, 3)]).unwrap();
    assert_eq!(journal.sync().unwrap(), 3);
    drop(journal);
    let (mut journal, _) = Journal::open(disk.clone(), "sede", SETTINGS).unwrap();
    journal.skip_to(2);
    assert_eq!(journal.next_seq(), 4, "never back");
    journal.skip_to(101);
    assert_eq!((journal.next_seq(), journal.durable_upto(), journal.first_seq()), (101, 100, 1));
    journal.append(&mut [model::batch(&mut texts, 2)]).unwrap();
    assert_eq!(journal.sync().unwrap(), 102);
    drop(journal);
    let (mut journal, _) = Journal::open(disk.clone(), "sede", SETTINGS).unwrap();
    assert_eq!(journal.next_seq(), 103);
    let mut reads = Reader::open(disk.clone(), 101).unwrap();
    let Some(Ok(Read::Block(read))) = reads.next() else { panic!("no block") };
    assert_eq!(model::said(&read).iter().map(|frame| frame.seq).collect::<Vec<_>>(), [101, 102]);
    assert!(reads.next().is_none());
    journal.release(100).unwrap();
    assert_eq!(journal.first_seq(), 101);
}

#[test]
fn a_segment_that_is_released_while_a_reader_lists_is_no_error() {
    let settings = Settings { segment_bytes: 600, ..SETTINGS };
    let disk = SimDisk::new(1);
    let mut texts = Random::new(7);
    let (mut journal, _) = Journal::open(disk.clone(), "sede", settings).unwrap();
    for _ in 0..3 {
        journal.append(&mut [model::batch(&mut texts, 20)]).unwrap();
        journal.sync().unwrap();
    }
    let reader = Reader::open(disk, 1).unwrap();
    journal.release(40).unwrap();
    let blocks: Vec<_> = reader.map(Result::unwrap).collect();
    assert!(matches!(blocks.as_slice(), [Read::Block(_)]), "the last segment stays: {blocks:?}");
}

#[test]
fn a_journal_on_a_real_folder_is_read_back_with_all_that_a_batch_says() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    let (mut journal, recovered) = Journal::open(Folder::at(&path).unwrap(), "sede", SETTINGS).unwrap();
    assert_eq!(recovered, storage::journal::Recovered::default());
    let mut texts = Random::new(3);
    let mut written = vec![model::batch(&mut texts, 5), model::batch(&mut texts, 7)];
    journal.append(&mut written).unwrap();
    assert_eq!(journal.sync().unwrap(), 12);
    drop(journal);
    let (journal, recovered) = Journal::open(Folder::at(&path).unwrap(), "sede", SETTINGS).unwrap();
    assert_eq!((journal.next_seq(), recovered.damage.len(), recovered.torn_bytes), (13, 0, 0));
    let mut reader = Reader::open(Folder::at(&path).unwrap(), 1).unwrap();
    let Some(Ok(Read::Block(read))) = reader.next() else { panic!("no block") };
    assert_eq!(model::said(&read), model::said(&written));
    assert!(reader.next().is_none());
}

/// What version 1 wrote: no number of the journal in the header, no mark behind it.
#[test]
fn a_journal_of_version_1_is_read_and_gone_on_with() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    let open = || Journal::open(Folder::at(&path).unwrap(), "sede", SETTINGS).unwrap();
    let (mut journal, _) = open();
    let mut written = vec![model::batch(&mut Random::new(3), 5)];
    journal.append(&mut written).unwrap();
    journal.sync().unwrap();
    drop(journal);
    let file = std::fs::read_dir(&path).unwrap().next().unwrap().unwrap().path();
    let bytes = std::fs::read(&file).unwrap();
    // The mark takes one header.
    let (header, blocks) = (&bytes[..512], &bytes[512 + 56..]);
    let name: Vec<u8> = header[52..].to_vec();
    let mut old = [&header[..44], &name, &[0; 8]].concat();
    old[12..16].copy_from_slice(&1_u32.to_le_bytes());
    let crc = crc32c::crc32c(&old[12..]);
    old[8..12].copy_from_slice(&crc.to_le_bytes());
    std::fs::write(&file, [&old, blocks].concat()).unwrap();

    let (mut journal, recovered) = open();
    assert_eq!((journal.next_seq(), recovered), (6, storage::journal::Recovered::default()));
    let number = journal.number();
    let mut added = vec![model::batch(&mut Random::new(4), 2)];
    journal.append(&mut added).unwrap();
    journal.sync().unwrap();
    drop(journal);
    assert_eq!(open().0.number(), number, "it keeps its number");
    let read: Vec<FrameBatch> = Reader::open(Folder::at(&path).unwrap(), 1)
        .unwrap()
        .flat_map(|read| match read {
            Ok(Read::Block(batches)) => batches,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(model::said(&read), model::said(&[written, added].concat()));
}
