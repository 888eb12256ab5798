//! The sealed originals of a service: checked, shown, exported, and missed when something was done to them.

use std::path::Path;
use std::process::Command;

use super::program::Folder;
use super::serving::Service;

const LINES: [&str; 3] =
    ["<38>1 - srv01 sshd 7 - - Accepted publickey", "perch\u{e9} no \u{1b}[31m", "{\"a\": 1}"];

/// A folder with a service that has received the lines, and that service. It seals what has waited for so long.
fn received(age: &str) -> (Folder, Service) {
    let folder = Folder::new();
    folder.file(
        "campanile.toml",
        format!(
            "data_dir = \"data\"\n[[source]]\nname = \"files\"\ntype = \"http\"\n[originals]\nage = \"{age}\"\n\
             [lake]\nflush = {{ rows = 1_000, age = \"50ms\" }}\n[http]\nlisten = \"127.0.0.1:0\"\n[detect]\nrules = []\n"
        ),
    );
    let service = Service::start(&folder);
    let (code, said) = service.ask("POST", "/ingest?source=files", &(LINES.join("\n") + "\n"));
    assert_eq!(code, 200, "{said}");
    (folder, service)
}

/// A folder with what a service has sealed.
fn sealed() -> Folder {
    let (folder, service) = received("50ms");
    service.wait_for(|status| status["originals"]["sealed_upto"].as_u64().unwrap() >= 3);
    let metrics = service.ask("GET", "/metrics", "").1;
    assert!(metrics.contains("campanile_originals_sealed_seq 3"), "{metrics}");
    assert_eq!(service.stop().0, 0);
    folder
}

fn objects(folder: &Folder) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder.path().join("data/originals")).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.filter(|path| path.to_str().unwrap().contains(".object-")).collect()
}

#[test]
fn what_was_received_is_shown_byte_for_byte_and_verified() {
    let folder = sealed();
    let ran = folder.run(&["evidence", "verify"]).expect(0);
    assert_eq!(ran.out, "", "no fault");
    assert!(ran.err.contains("3 events of "), "{}", ran.err);
    assert!(ran.err.contains("head: record ") && ran.err.contains("key: SHA-256 "), "{}", ran.err);
    for (seq, line) in (1..).zip(LINES) {
        let ran = folder.run(&["evidence", "show", &seq.to_string(), "--data-dir", "data"]).expect(0);
        assert_eq!(ran.out, line);
        assert!(
            ran.err.contains(&format!("event campanile:{seq} sub 0: source files, tenant default")),
            "{}",
            ran.err
        );
    }
    assert_eq!(folder.run(&["evidence", "show", "campanile:2"]).expect(0).out, LINES[1]);
    folder.run(&["evidence", "show", "4"]).expect(2);
    folder.run(&["evidence", "show", "due"]).expect(2);
    folder.run(&["evidence", "verify", "--data-dir", "."]).expect(2);
}

#[test]
fn what_is_not_sealed_yet_is_said_to_be_and_is_when_the_service_stops() {
    let (folder, service) = received("1d");
    let ran = folder.run(&["evidence", "show", "1"]).expect(2);
    assert!(ran.err.contains("that event is not sealed yet: the originals reach seq 0"), "{}", ran.err);
    service.wait_for(|status| status["lake"]["committed_upto"].as_u64().unwrap() >= 3);
    assert_eq!(service.status()["originals"]["sealed_upto"], 0);
    assert_eq!(service.stop().0, 0);
    assert_eq!(folder.run(&["evidence", "show", "1"]).expect(0).out, LINES[0]);
}

#[test]
fn a_chain_is_not_begun_anew_because_its_key_is_gone() {
    let folder = sealed();
    std::fs::remove_dir_all(folder.path().join("data/keys")).unwrap();
    let ran = folder.run(&["serve", "-c", "campanile.toml"]).expect(2);
    assert!(ran.err.contains("the key with which the originals were signed is gone"), "{}", ran.err);
    assert!(!folder.path().join("data/keys").exists(), "no other key takes its place");
}

#[test]
fn what_was_changed_is_named_with_its_file_and_place() {
    let folder = sealed();
    let object = objects(&folder).remove(0);
    let mut bytes = std::fs::read(&object).unwrap();
    bytes[40] ^= 1;
    std::fs::write(&object, bytes).unwrap();
    let ran = folder.run(&["evidence", "verify"]).expect(1);
    let fault = ran.objects().remove(0);
    assert_eq!(fault["file"], object.file_name().unwrap().to_str().unwrap());
    assert_eq!(
        (fault["offset"].as_u64(), fault["what"].as_str().unwrap().contains("SHA-256")),
        (Some(0), true)
    );
    folder.run(&["evidence", "show", "1"]).expect(4);
    // A service whose key is gone signs with no other.
    std::fs::remove_file(folder.path().join("data/keys/originals.key")).unwrap();
    let ran = folder.run(&["serve", "-c", "campanile.toml"]).expect(2);
    assert!(ran.err.contains("cannot sign what is sealed"), "{}", ran.err);
}

/// With the tools of any machine, when they are there.
#[test]
fn an_export_is_checked_with_sha256sum_and_openssl_alone() {
    let folder = sealed();
    folder.run(&["evidence", "export", "2-3", "--to", "caso"]).expect(0);
    let export = folder.path().join("caso");
    assert_eq!(
        std::fs::read_to_string(export.join("originals.log")).unwrap(),
        format!("{}\n{}\n", LINES[1], LINES[2])
    );
    folder.run(&["evidence", "export", "1", "--to", "caso"]).expect(2);
    let run = |program: &str, args: &[&str], folder: &Path| {
        Command::new(program).args(args).current_dir(folder).output().map(|output| output.status.success())
    };
    if run("sha256sum", &["--version"], &export).is_err() || run("openssl", &["version"], &export).is_err() {
        eprintln!("skipped: no sha256sum or no openssl here");
        return;
    }
    let verify = |file: &str, signature: &str| {
        let key = ["pkeyutl", "-verify", "-pubin", "-inkey", "originals.pem", "-rawin"];
        run("openssl", &[&key[..], &["-in", file, "-sigfile", signature]].concat(), &export).unwrap()
    };
    let sums = || run("sha256sum", &["-c", "--strict", "SHA256SUMS"], &export).unwrap();
    assert!(sums() && verify("SHA256SUMS", "SHA256SUMS.sig"));
    let records: Vec<String> = std::fs::read_dir(export.join("records"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter_map(|name| name.strip_suffix(".json").map(str::to_owned))
        .collect();
    assert!(!records.is_empty());
    for record in records {
        let (text, signature) = (format!("records/{record}.json"), format!("records/{record}.sig"));
        assert!(verify(&text, &signature), "{record}");
        std::fs::write(export.join(&text), "{}").unwrap();
        assert!(!verify(&text, &signature), "{record} was changed");
    }
    assert!(!sums());
}
