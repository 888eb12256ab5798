//! What comes back is what was sealed, under one root.

use proptest::prelude::*;
use schema::{Flaw, FrameBatch};
use storage::seal::{Hash, climb};

use crate::sim_disk::SimDisk;
use crate::support::{Keys, MORNING_US, NODE, batch, find, forwarded, sealer};

/// Anything that a frame may hold: nothing, NULs, line ends, what is left of bytes that were not UTF-8, and long lines.
fn texts() -> impl Strategy<Value = Vec<String>> {
    let text = prop_oneof![
        4 => any::<String>(),
        4 => "<[0-9]{1,3}>[A-Z][a-z]{2} [0-9]{2} srv0[1-3] (sshd|cron|app)\\[[0-9]+\\]: [a-z ]{0,60}",
        1 => Just(String::new()),
        1 => Just("\0\u{81}\u{fffd}\r\n\0".to_owned()),
        1 => (b'a'..=b'z').prop_map(|letter| char::from(letter).to_string().repeat(64 << 10)),
    ];
    prop::collection::vec(text, 1..12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn every_frame_comes_back_byte_for_byte_with_a_proof(batches in prop::collection::vec(texts(), 1..6), steps in 1..4_usize) {
        let (disk, keys) = (SimDisk::new(1), Keys::new());
        let mut sealer = sealer(&disk, &keys, 1);
        let (mut next_seq, mut sealed) = (1, Vec::<(String, FrameBatch)>::new());
        for (number, texts) in batches.iter().enumerate() {
            let batch = batch(if number.is_multiple_of(2) { "uno" } else { "due" }, next_seq, texts);
            next_seq += texts.len() as u64;
            sealed.extend(texts.iter().map(|text| (text.clone(), batch.clone())));
            sealer.add([batch], next_seq - 1);
            if number.is_multiple_of(steps) {
                sealer.seal(MORNING_US).unwrap();
            }
        }
        sealer.seal(MORNING_US).unwrap();
        prop_assert_eq!(sealer.sealed_upto(), next_seq - 1);
        let originals = keys.originals(&disk);
        let mut found = find(&originals, None, 1..=u64::MAX);
        found.sort_by_key(|original| original.event_seq());
        prop_assert_eq!(found.len(), sealed.len());
        for ((original, (text, batch)), seq) in found.iter().zip(&sealed).zip(1..) {
            prop_assert_eq!((original.event_seq(), original.bytes()), (seq, text.as_bytes()));
            prop_assert_eq!(&original.batch.origin, &batch.origin);
            prop_assert_eq!(&original.batch.context, &batch.context);
            prop_assert_eq!(original.batch.received_us, batch.received_us);
            let flaws: Vec<Flaw> = original.flaws().collect();
            let expected: &[Flaw] = if seq.is_multiple_of(3) { &[Flaw::Truncated, Flaw::Recoded] } else { &[] };
            prop_assert_eq!(&flaws, expected);
            let leaf = Hash::of(&[&original.head, text.as_bytes()]);
            let entry = original.entry().unwrap();
            let root = climb(leaf, original.index, entry.frames as usize, &original.path);
            prop_assert_eq!(root, Some(entry.root), "seq {}", seq);
        }
        let verified = originals.verify().unwrap();
        prop_assert_eq!((&verified.faults, verified.frames, verified.void_bytes), (&vec![], next_seq - 1, 0));
        prop_assert_eq!(verified.text_bytes, sealed.iter().map(|(text, _)| text.len() as u64).sum::<u64>());
    }
}

#[test]
fn an_event_of_another_node_is_found_under_its_own_name_and_seq() {
    let (disk, keys) = (SimDisk::new(1), Keys::new());
    let mut sealer = sealer(&disk, &keys, 1);
    let texts = |count: u64, word: &str| (0..count).map(|n| format!("{word} {n}")).collect::<Vec<_>>();
    sealer.add([batch("uno", 1, &texts(5, "nostra")), forwarded("uno", 6, 901, &texts(4, "loro"))], 9);
    sealer.seal(MORNING_US).unwrap();
    let originals = keys.originals(&disk);
    let text = |collector, seq| {
        let found = find(&originals, collector, seq..=seq);
        found.iter().map(|original| String::from_utf8(original.bytes().to_vec()).unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(text(Some("comune-a"), 902), ["loro 1"]);
    assert_eq!(text(Some(NODE), 2), ["nostra 1"]);
    assert_eq!(text(None, 2), ["nostra 1"]);
    assert_eq!(text(None, 7), [""; 0], "a seq of this node's journal names no event of another one");
}

/// Lines that look alike lie together and come back in their order; what lies between them costs little.
#[test]
fn lines_of_several_programs_pack_better_than_one_behind_the_other() {
    let (disk, keys) = (SimDisk::new(1), Keys::new());
    let mut sealer = sealer(&disk, &keys, 1);
    let line = |n: u64| match n % 3 {
        0 => format!(
            "<38>Mar 16 06:{:02}:{:02} srv01 sshd[{n}]: Accepted publickey for m.verdi from 192.0.2.{} port {}",
            n / 60 % 60,
            n % 60,
            n * 7 % 250,
            1_024 + n * 31 % 60_000
        ),
        1 => format!(
            "<134>Mar 16 06:{:02}:{:02} gw-sede kernel: [{}.{}] DROP IN=eth0 OUT= SRC=203.0.113.{} DST=192.0.2.1 LEN=60 PROTO=TCP DPT={}",
            n / 60 % 60,
            n % 60,
            n * 3,
            n * 977 % 1_000_000,
            n * 11 % 250,
            n * 13 % 9_000
        ),
        _ => format!(
            "<30>Mar 16 06:{:02}:{:02} portale nginx: 198.51.100.{} \"GET /albo/atti/{} HTTP/1.1\" 200 {}",
            n / 60 % 60,
            n % 60,
            n * 17 % 250,
            n * 19 % 5_000,
            n * 23 % 90_000
        ),
    };
    let texts: Vec<String> = (0..20_000).map(line).collect();
    let as_they_came = zstd::bulk::compress(texts.join("\n").as_bytes(), 1).unwrap().len() as u64;
    sealer.add([batch("uno", 1, &texts)], 20_000);
    sealer.seal(MORNING_US).unwrap();
    let stored = keys.originals(&disk).verify().unwrap().stored_bytes;
    assert!(stored < as_they_came, "{stored} bytes, {as_they_came} as they came");
}
