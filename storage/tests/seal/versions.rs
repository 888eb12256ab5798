//! What earlier versions have sealed holds, and every frame comes back.
//!
//! `CAMPANILE_WRITE_FIXTURE=1 cargo test -p campanile-storage --test seal versions` writes the folder of this version; its name stands
//! in [`VERSIONS`] then. Folders are never written anew once their version is out.

use std::path::{Path, PathBuf};

use storage::seal::{Originals, PublicKey, Sealer, Signer};
use storage::{Disk, Folder};

use crate::support::{MORNING_US, NODE, batch, forwarded};

/// Versions of the program whose folders are kept.
const VERSIONS: [&str; 1] = ["0.1.0"];

fn fixture(version: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(version)
}

fn texts(count: u64, word: &str) -> Vec<String> {
    (0..count).map(|n| format!("<38>Mar 16 06:00:0{n} srv01 {word}[{n}]: perch\u{e9} {n}\0")).collect()
}

/// Two runs: frames of this node of two tenants, frames of another node, and seqs that are lost.
fn write() {
    let kept = fixture(env!("CARGO_PKG_VERSION"));
    drop(std::fs::remove_dir_all(&kept));
    let folder = Folder::at(&kept.join("originals")).unwrap();
    let keys = kept.join("keys");
    for run in 0..2 {
        let signer = Signer::open(&keys, run > 0).unwrap();
        let mut sealer = Sealer::open(folder.clone(), signer, NODE, 1, MORNING_US).unwrap().0;
        if run == 0 {
            sealer.add([batch("uno", 1, &texts(5, "sshd")), batch("due", 6, &texts(4, "cron"))], 9);
        } else {
            sealer.add_lost(10..12);
            sealer.add([forwarded("uno", 12, 901, &texts(3, "posta"))], 14);
        }
        sealer.seal(MORNING_US).unwrap();
    }
    // What was signed can be checked without it.
    std::fs::remove_file(keys.join("originals.key")).unwrap();
}

#[test]
fn what_an_earlier_version_has_sealed_holds_and_comes_back() {
    if std::env::var_os("CAMPANILE_WRITE_FIXTURE").is_some() {
        write();
    }
    for version in VERSIONS {
        let kept = fixture(version);
        let folder = Folder::at(&kept.join("originals")).unwrap();
        assert!(folder.list().unwrap().len() >= 5, "{version}: two chain files and three objects");
        let originals = Originals::new(folder, PublicKey::open(&kept.join("keys")).unwrap());
        let verified = originals.verify().unwrap();
        let counts = (verified.records, verified.pieces, verified.frames, verified.lost, verified.void_bytes);
        assert_eq!((&verified.faults, counts), (&vec![], (3, 3, 12, 2, 0)), "{version}");
        let mut found = Vec::new();
        for collector in [None, Some("comune-a")] {
            let visited = originals.find(collector, &(1..=u64::MAX), |original| {
                found.push((original.event_seq(), String::from_utf8(original.bytes().to_vec()).unwrap()));
                Ok(())
            });
            visited.unwrap();
        }
        found.sort();
        let all = [(1, texts(5, "sshd")), (6, texts(4, "cron")), (901, texts(3, "posta"))];
        let all = all.into_iter().flat_map(|(first, texts)| (first..).zip(texts));
        assert_eq!(found, all.collect::<Vec<(u64, String)>>(), "{version}");
    }
}
