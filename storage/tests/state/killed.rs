//! A process that judges is killed at any moment: what it was answered is there.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use schema::Verdict;
use storage::State;

use super::support::{judge, judgement, judgements, path};

/// Names the file to the process that judges.
const PATH: &str = "CAMPANILE_TEST_STATE";
/// So many judge at once: several wait for one commit.
const THREADS: usize = 8;

/// The process that is killed: judges for ever, and says what it was answered.
#[test]
fn judging() {
    let Some(path) = std::env::var_os(PATH) else { return };
    let state = State::open(Path::new(&path)).unwrap();
    let id = std::process::id();
    std::thread::scope(|threads| {
        for thread in 0..THREADS {
            let state = &state;
            threads.spawn(move || {
                for n in 0.. {
                    let alert = format!("{id}-{thread}-{n}");
                    judge(state, judgement(&alert, Verdict::True), false);
                    // One write, so that lines do not mix.
                    if std::io::stdout().write_all(format!("answered {alert}\n").as_bytes()).is_err() {
                        return;
                    }
                }
            });
        }
    });
}

#[test]
fn what_was_answered_before_a_kill_is_there_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut answered = BTreeSet::new();
    for round in 0..20 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "killed::judging", "--nocapture", "--test-threads=1"])
            .env(PATH, path(&folder))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut told = 0;
        // Another moment each time.
        while told < 1 + round * 7 {
            let line = lines.next().expect("it ended by itself").unwrap();
            // The test's own name stands before the first one.
            let Some((_, alert)) = line.split_once("answered ") else { continue };
            answered.insert(alert.to_owned());
            told += 1;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        // What it said before the kill, and nobody has read yet.
        for line in lines.map_while(Result::ok) {
            answered.extend(line.split_once("answered ").map(|(_, alert)| alert.to_owned()));
        }
        let kept = judgements(&path(&folder));
        let alerts: BTreeSet<String> = kept.iter().map(|kept| kept.alert.clone()).collect();
        assert_eq!(kept.len(), alerts.len(), "each once");
        let lost: Vec<&String> = answered.difference(&alerts).collect();
        assert!(lost.is_empty(), "round {round}: answered and lost: {lost:?}");
        State::open(&path(&folder)).unwrap();
    }
}
