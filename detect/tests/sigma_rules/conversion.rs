//! Sigma rules as SQL: what DataFusion finds by it is what the Sigma engine finds.

use arrow::array::AsArray;
use arrow::datatypes::Int64Type;
use detect::rule::Origin;
use detect::sigma::SigmaSet;
use detect::sql::Planner;
use detect::testing::File;
use detect::{Context, Rule, functions, lint};
use schema::EventBatch;
use serde_json::Value;

use crate::events::{process_rule, set_of, windows};

/// The SQL rule of the only rule; none when SQL has no words for it.
fn converted(set: &SigmaSet) -> Option<Rule> {
    let text = set.convert(0).ok()?.text();
    Some(
        Rule::parse("converted.sql", &text, Origin::File)
            .unwrap_or_else(|problems| panic!("{problems:?}\n{text}")),
    )
}

/// The rows of the batch that the SQL of a rule selects, by DataFusion itself.
fn selected(rule: &Rule, batch: &EventBatch) -> Vec<u32> {
    let session = functions::session(&Context::default()).unwrap();
    session.register_batch("events", batch.to_table().unwrap()).unwrap();
    let sql = rule.body().replacen("host_name, user_name, source_ip", "seq", 1);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let found = runtime.block_on(async { session.sql(&sql).await?.collect().await });
    let found = found.unwrap_or_else(|error| panic!("{error}\n{sql}"));
    let seqs = found.iter().flat_map(|rows| rows.column(0).as_primitive::<Int64Type>().values().to_vec());
    let mut rows: Vec<u32> = seqs.map(|seq| seq as u32 - 1).collect();
    rows.sort_unstable();
    rows
}

/// Asserts that the only rule finds the same as SQL, where SQL has words for it.
pub fn is_the_same(set: &SigmaSet, batch: &EventBatch, found: &[u32]) {
    if let Some(rule) = converted(set) {
        assert_eq!(selected(&rule, batch), found, "{}", rule.body());
    }
}

/// Reads events as JSON lines.
fn parse(file: &File<'_>) -> Vec<EventBatch> {
    let lines = std::str::from_utf8(file.bytes).unwrap().lines();
    let events: Vec<Value> = lines.map(|line| serde_json::from_str(line).unwrap()).collect();
    vec![windows(&events)]
}

#[test]
fn a_rule_becomes_a_file_that_passes_its_own_tests() {
    let set = set_of(
        "title: L'archivio \"chiuso\" */\nid: 5f2ad2a1-0001\nauthor: Anna\nlevel: high\ntags: [attack.t1059.001, attack.execution]\n\
         falsepositives: [backup]\nlogsource: {product: windows, category: process_creation}\ndetection:\n  \
         s: {Image|endswith: '\\tool.exe', CommandLine|contains|windash: ' -x', User|re: '^adm\\.[a-z]+$'}\n  \
         f: {ParentImage: [a.exe, b.exe]}\n  condition: s and not f\n",
    );
    let text = set.convert(0).unwrap().tested(&parse);
    let rule = Rule::parse("converted.sql", &text, Origin::File).unwrap();
    assert_eq!((rule.id.as_str(), rule.severity.name()), ("5f2ad2a1-0001", "high"));
    assert_eq!(rule.attack, ["T1059.001"]);
    assert_eq!(rule.tests.iter().map(|test| test.alerts.len()).collect::<Vec<_>>(), [1, 0], "{text}");
    assert_eq!(detect::testing::run(&rule, &[], &parse).unwrap(), []);
    let planner = Planner::new(&Context::default()).unwrap();
    let errors = lint::lint(&rule, &planner).into_iter().filter(|found| found.level == lint::Level::Error);
    assert_eq!(errors.map(|found| found.code).collect::<Vec<_>>(), [] as [&str; 0]);
    assert!(text.contains("ends_with(fold_case(fields['Image']), '\\tool.exe')"), "{text}");
    assert!(text.contains("(fold_case(fields['ParentImage']) IN ('a.exe', 'b.exe')) IS NOT TRUE"), "{text}");
    assert!(text.contains("ends_with(fold_case(fields['NewProcessName']), '\\tool.exe')"), "{text}");
}

#[test]
fn what_sql_has_no_word_for_is_named() {
    let refused = |rule: &str| set_of(rule).convert(0).unwrap_err();
    let keywords = refused(&process_rule("  s: [mimikatz]\n  condition: s"));
    assert!(keywords.reason.contains("every text") && keywords.help.contains("message"), "{keywords:?}");
    let data = refused(&process_rule("  s: {Data|contains: x}\n  condition: s"));
    assert!(data.reason.contains("unnamed values") && data.help.contains("param1"), "{data:?}");
    let hour = refused(&process_rule("  s: {UtcTime|hour: 3}\n  condition: s"));
    assert!(hour.help.contains("date_part"), "{hour:?}");
    let mapped = refused(&process_rule("  s: {SourceIp|cidr: '::/0'}\n  condition: s"));
    assert!(mapped.reason.contains("IPv6"), "{mapped:?}");
}
