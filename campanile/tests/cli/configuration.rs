//! `config`: faults with their place and mend, origins, a starter that is right.

use super::program::Folder;

#[test]
fn the_starter_passes_the_check_and_is_never_written_over_a_file() {
    let folder = Folder::new();
    folder.run(&["config", "init", "campanile.toml"]).expect(0);
    folder.run(&["config", "check"]).expect(0);
    folder.run(&["config", "init", "campanile.toml"]).expect(2);
    let shown = folder.run(&["config", "show"]).expect(0).out;
    assert!(shown.contains("listen = \"127.0.0.1:8514\"  # campanile.toml:"), "{shown}");
    assert!(shown.contains("cosc"), "{shown}");
    let schema = folder.run(&["config", "schema"]).expect(0).out;
    let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
    assert!(schema["properties"]["source"].is_object());
}

#[test]
fn a_malformed_configuration_is_told_with_line_column_and_mend() {
    let folder = Folder::new();
    for (text, place, words) in [
        ("[journal]\ndisk_buget = \"1GiB\"\n", "bad.toml:2:1", "did you mean `disk_budget`?"),
        ("[http]\nlisten = 8514\n", "bad.toml:2:10", "invalid type"),
        ("[http\n", "bad.toml:1:", "]"),
        ("[lake]\nflush = { age = \"30\" }\n", "bad.toml:2:", "is no length of time"),
        (
            "[[source]]\nname = \"fw\"\ntype = \"syslog\"\nformat = \"autoo\"\n",
            "bad.toml:4:11",
            "did you mean `auto`?",
        ),
    ] {
        folder.file("bad.toml", text);
        for command in ["check", "show"] {
            let ran = folder.run(&["config", command, "-c", "bad.toml"]).expect(2);
            assert!(ran.err.contains(place) && ran.err.contains(words), "{text}\n{}", ran.err);
        }
    }
    let ran = folder.run(&["config", "check", "-c", "none.toml"]).expect(2);
    assert!(ran.err.contains("none.toml"), "{}", ran.err);
    folder.file("bytes.toml", [0xff, 0xfe, 0x00]);
    folder.run(&["config", "check", "-c", "bytes.toml"]).expect(2);
}
