//! What is changed, cut, left out or taken away is named.
//!
//! `CAMPANILE_LONG=1` turns 50,000 bits.

use storage::seal::{Fault, Verified};
use storage::{Disk, Error, Retention};

use crate::sim_disk::{Random, SimDisk};
use crate::support::{Keys, MORNING_US, batch, find, sealer};

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
}
