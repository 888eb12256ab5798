//! What is changed, cut, left out or taken away is named.
//!
//! `CAMPANILE_LONG=1` turns 50,000 bits.

use storage::seal::{Fault, Record, Sealer, Signed, Verified};
use storage::{Disk, DiskFile, Error, Retention};

use crate::sim_disk::{Random, SimDisk};
use crate::support::{Keys, MORNING_US, NODE, batch, find, sealer};

const DAY_US: i64 = 86_400_000_000;

/// Two runs of two steps each.
fn sealed(keys: &Keys) -> SimDisk {
    let disk = SimDisk::new(1);
    for run in 0..2 {
        let mut sealer = sealer(&disk, keys, 1);
        for step in 0..2 {
            let first_seq = 1 + 4 * (2 * run + step);
            let texts: Vec<String> = (first_seq..first_seq + 4).map(|seq| format!("riga {seq}")).collect();
            sealer.add([batch("uno", first_seq, &texts)], first_seq + 3);
            sealer.seal(MORNING_US).unwrap();
        }
    }
    disk
}

fn verified(disk: &SimDisk, keys: &Keys) -> Verified {
    keys.originals(disk).verify().unwrap()
}

fn faults(disk: &SimDisk, keys: &Keys) -> Vec<Fault> {
    verified(disk, keys).faults
}

fn names(disk: &SimDisk, part: &str) -> Vec<String> {
    let mut names = disk.list().unwrap();
    names.retain(|name| name.contains(part));
    names.sort();
    names
}

#[test]
fn any_bit_that_is_turned_is_named_with_its_file_and_place() {
    let keys = Keys::new();
    let disk = sealed(&keys);
    let whole = verified(&disk, &keys);
    assert_eq!((&whole.faults, whole.frames, whole.records, whole.void_bytes), (&vec![], 16, 5, 0));
    let turns = if std::env::var_os("CAMPANILE_LONG").is_some() { 50_000 } else { 400 };
    let mut random = Random::new(3);
    for _ in 0..turns {
        let (name, size_bytes) = disk.any_file(&mut random);
        let bit = random.below(8 * size_bytes);
        disk.turn_bit(&name, bit);
        let faults = faults(&disk, &keys);
        let first = faults.first().unwrap_or_else(|| panic!("bit {bit} of {name} was not missed"));
        assert_eq!(first.file, name, "bit {bit}: {faults:?}");
        assert!(first.offset <= bit / 8, "bit {bit} of {name}: {first:?}");
        disk.turn_bit(&name, bit);
    }
    assert_eq!(verified(&disk, &keys), whole);
}

#[test]
fn what_is_found_was_not_changed() {
    let keys = Keys::new();
    let disk = sealed(&keys);
    let object = names(&disk, ".object-").remove(0);
    disk.turn_bit(&object, 8 * 40);
    let found = keys.originals(&disk).find(None, &(1..=1), |_| panic!("a changed original was given"));
    assert!(matches!(&found, Err(Error::Changed { file, offset: 0, .. }) if *file == object), "{found:?}");
    assert_eq!(find(&keys.originals(&disk), None, 5..=5).len(), 1, "the piece behind it is whole");
}

#[test]
fn a_file_that_is_taken_away_is_missed() {
    for part in [".object-", ".chain"] {
        let keys = Keys::new();
        for at in 0..2 {
            let disk = sealed(&keys);
            let name = names(&disk, part).remove(at);
            disk.remove(&name).unwrap();
            let faults = faults(&disk, &keys);
            // Nobody can know of the last file of the chain but whoever has written down its head.
            let is_last_of_chain = part == ".chain" && at == 1;
            assert_eq!(faults.is_empty(), is_last_of_chain, "{name}: {faults:?}");
        }
    }
}

#[test]
fn what_another_key_has_signed_is_not_believed() {
    let disk = sealed(&Keys::new());
    let verified = verified(&disk, &Keys::new());
    assert_eq!((verified.records, verified.frames), (0, 0));
    assert!(!verified.faults.is_empty());
}

#[test]
fn a_chain_is_not_gone_on_with_by_another_key() {
    let disk = sealed(&Keys::new());
    let files = disk.list().unwrap().len();
    let opened = Sealer::open(disk.clone(), Keys::new().signer(), NODE, 1, MORNING_US);
    assert!(matches!(opened, Err(Error::KeyGone)));
    assert_eq!(disk.list().unwrap().len(), files);
}

/// Cuts a file behind so many of its bytes.
fn cut(disk: &SimDisk, name: &str, bytes: usize) {
    let mut content = vec![0; bytes];
    assert_eq!(disk.open(name).unwrap().read_at(0, &mut content).unwrap(), bytes);
    disk.remove(name).unwrap();
    disk.create(name).unwrap().write_at(0, &content).unwrap();
}

/// A service is killed when a record is written and not synced, another goes on from what the page cache shows, and the power goes:
/// only the copy that the other one has synced is left.
#[test]
fn a_record_that_only_the_next_file_holds_is_sound() {
    let keys = Keys::new();
    let whole = verified(&sealed(&keys), &keys);
    let chain = |disk: &SimDisk| names(disk, ".chain").remove(0);
    let disk = sealed(&keys);
    let size = disk.open(&chain(&disk)).unwrap().size_bytes().unwrap() as usize;
    let mut content = vec![0; size];
    disk.open(&chain(&disk)).unwrap().read_at(0, &mut content).unwrap();
    let ends: Vec<usize> = (0..size).filter(|at| content[*at] == b'\n').map(|at| at + 1).collect();
    let [.., before, last] = ends[..] else { panic!("{ends:?}") };
    for torn in [0, 1, 100, last - before - 1] {
        let disk = sealed(&keys);
        cut(&disk, &chain(&disk), before + torn);
        let found = verified(&disk, &keys);
        assert_eq!((&found.faults, found.frames, found.records), (&vec![], 16, whole.records), "{torn}");
    }
    // What was durable long before is missed.
    cut(&disk, &chain(&disk), ends[0]);
    assert!(!faults(&disk, &keys).is_empty());
}

#[test]
fn seqs_that_a_record_neither_holds_nor_calls_lost_are_missed() {
    let keys = Keys::new();
    let disk = SimDisk::new(1);
    let signer = keys.signer();
    let first = Signed::of(Record::first(NODE, 1, MORNING_US), |text| signer.sign(text)).unwrap();
    let second = Record { last_seq: 4, lost: vec![(2, 2)], ..first.next(NODE, MORNING_US) };
    let second = Signed::of(second, |text| signer.sign(text)).unwrap();
    let mut chain = disk.create("0000000001-2026-03-16.chain").unwrap();
    chain.write_at(0, (first.line() + &second.line()).as_bytes()).unwrap();
    let faults = faults(&disk, &keys);
    assert_eq!((faults.len(), faults[0].frames, faults[0].offset), (1, 3, first.line().len() as u64));
}

#[test]
fn frames_of_two_days_are_not_sealed_in_one_step() {
    let (keys, disk) = (Keys::new(), SimDisk::new(1));
    let mut sealer = sealer(&disk, &keys, 1);
    let on = |seq: u64, arrived_us| {
        let mut batch = batch("uno", seq, &["riga".to_owned()]);
        batch.received_us = arrived_us;
        [batch]
    };
    let midnight_us = (MORNING_US / DAY_US + 1) * DAY_US;
    let (before, behind) = (on(1, midnight_us - 1), on(2, midnight_us));
    assert!(!sealer.is_of_another_day(&behind), "nothing waits");
    sealer.add(before.clone(), 1);
    assert!(sealer.is_of_another_day(&behind) && !sealer.is_of_another_day(&before));
    sealer.seal(MORNING_US).unwrap();
    assert!(!sealer.is_of_another_day(&behind));
    sealer.add(behind, 2);
    sealer.seal(MORNING_US).unwrap();
    assert_eq!(names(&disk, "-2026-03-17.object-").len(), 1);
}

#[test]
fn what_is_past_its_retention_is_destroyed_and_the_chain_still_holds() {
    let keys = Keys::new();
    let disk = sealed(&keys);
    let mut sealer = sealer(&disk, &keys, 1);
    sealer.add([batch("uno", 17, &["di oggi".to_owned()])], 17);
    sealer.seal(MORNING_US).unwrap();
    let day = i32::try_from(MORNING_US / DAY_US).unwrap();
    let days = Retention::Standard.days();
    let mut expire = |day: i32| sealer.expire(day, MORNING_US, |class| Some(class.days())).unwrap();
    assert_eq!(expire(day + days as i32), 0, "the last day is kept");
    assert_eq!(expire(day + days as i32 + 1), 3);
    assert_eq!(names(&disk, ".object-"), [""; 0]);
    let verified = verified(&disk, &keys);
    assert_eq!((&verified.faults, verified.frames, verified.pieces_expired), (&vec![], 0, 5));
    // What came after is sealed and found.
    sealer.add([batch("uno", 18, &["di domani".to_owned()])], 18);
    sealer.seal(MORNING_US).unwrap();
    assert_eq!(find(&keys.originals(&disk), None, 18..=18)[0].bytes(), b"di domani");
    assert_eq!(faults(&disk, &keys), []);
}

#[test]
fn seqs_that_the_journal_has_lost_are_said_to_be_and_others_are_missed() {
    let keys = Keys::new();
    let disk = SimDisk::new(1);
    let mut first = sealer(&disk, &keys, 5);
    first.add([batch("uno", 5, &["a".to_owned(), "b".to_owned()])], 6);
    first.add_lost(7..9);
    first.seal(MORNING_US).unwrap();
    drop(first);
    // The journal begins behind what is sealed.
    let mut second = sealer(&disk, &keys, 12);
    assert_eq!((second.sealed_upto(), second.next_seq()), (8, 12));
    second.add([batch("uno", 12, &["c".to_owned()])], 12);
    second.seal(MORNING_US).unwrap();
    let verified = verified(&disk, &keys);
    assert_eq!((&verified.faults, verified.frames, verified.lost), (&vec![], 3, 5));
    // So are those that are passed over.
    second.add([batch("uno", 15, &["d".to_owned()])], 16);
    second.seal(MORNING_US).unwrap();
    let verified = self::verified(&disk, &keys);
    assert_eq!((&verified.faults, verified.frames, verified.lost), (&vec![], 4, 8));
}
