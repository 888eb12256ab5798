//! A Sigma rule as a file of SQL.

use super::program::{Folder, guessing};

const TOOL: &str = "title: A tool\nid: 8f3c2a10-77aa-4c1e-9d3a-1c2d3e4f5a6b\nlevel: high\n\
    logsource: {product: windows, category: process_creation}\n\
    detection:\n  s: {Image|endswith: '\\tool.exe'}\n  f: {CommandLine|contains: --version}\n  condition: s and not f\n";

const EVENTS: &str = concat!(
    r#"{"@timestamp":"2026-03-16T09:00:00Z","Channel":"Microsoft-Windows-Sysmon/Operational","EventID":1,"Provider_Name":"Microsoft-Windows-Sysmon","Computer":"PC-01","Image":"C:\\Temp\\TOOL.exe","CommandLine":"tool -x"}"#,
    "\n",
    r#"{"@timestamp":"2026-03-16T09:00:01Z","Channel":"Microsoft-Windows-Sysmon/Operational","EventID":1,"Provider_Name":"Microsoft-Windows-Sysmon","Computer":"PC-01","Image":"C:\\Temp\\tool.exe","CommandLine":"tool --version"}"#,
    "\n",
    r#"{"@timestamp":"2026-03-16T09:00:02Z","Channel":"Security","EventID":4688,"Provider_Name":"Microsoft-Windows-Security-Auditing","Computer":"PC-02","NewProcessName":"C:\\Temp\\tool.exe"}"#,
    "\n",
);

#[test]
fn the_converted_rule_is_linted_tested_and_finds_what_the_sigma_rule_finds() {
    let folder = Folder::new();
    folder.file("tool.yml", TOOL);
    folder.file("events.json", EVENTS);
    let ran = folder.run(&["rules", "convert", "tool.yml"]).expect(0);
    assert!(ran.out.contains("ends_with(fold_case(fields['Image']), '\\tool.exe')"), "{}", ran.out);
    assert_eq!(ran.out.matches("[[test]]").count(), 2, "{}", ran.out);
    folder.file("tool.sql", &ran.out);
    folder.run(&["rules", "lint", "tool.sql"]).expect(0);
    folder.run(&["rules", "test", "tool.sql"]).expect(0);
    let matches = |rules: &str| {
        let ran =
            folder.run(&["scan", "--no-builtin", "--rules", rules, "--matches", "events.json"]).expect(0);
        ran.objects().iter().map(|found| found["line"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(matches("tool.yml"), [1, 3]);
    assert_eq!(matches("tool.sql"), [1, 3]);
}

#[test]
fn what_is_no_rule_for_sql_is_told() {
    let folder = Folder::new();
    folder.file("keywords.yml", TOOL.replace("{Image|endswith: '\\tool.exe'}", "[tool.exe]"));
    folder.file("two.yml", format!("{TOOL}---\n{}", TOOL.replace("8f3c2a10", "8f3c2a11")));
    folder.file("broken.yml", "title: A rule\n");
    folder.file("auth.log", guessing(1));
    for (rule, words) in [
        ("keywords.yml", "every text of an event"),
        ("two.yml", "2 Sigma rules"),
        ("broken.yml", "`detection` is missing"),
        ("AC-01", "is SQL already"),
        ("absent.yml", "no rule and no file"),
        ("auth.log", "auth.log holds no Sigma rule"),
    ] {
        let ran = folder.run(&["rules", "convert", rule]).expect(2);
        assert!(ran.err.contains(words), "{rule}: {}", ran.err);
        assert_eq!(ran.out, "", "{rule}");
    }
}

#[test]
fn a_lake_among_the_paths_of_a_query_is_told() {
    let folder = Folder::new();
    folder.file("auth.log", guessing(1));
    folder.file("data/lake/_delta_log/00000000000000000000.json", "{}");
    for path in ["data", "data/lake"] {
        let ran = folder.run(&["sql", "select 1 from events", "auth.log", path]).expect(2);
        assert!(ran.err.contains("--lake data/lake"), "{}", ran.err);
    }
}
