//! What a value and its modifiers mean: wildcards, escapes, case, encodings, numbers, null.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::events::{matching, process_rule, processes, rows, set_of, windows};

fn commands(texts: &[&str]) -> Vec<Value> {
    texts.iter().map(|text| json!({ "CommandLine": text })).collect()
}

#[test]
fn a_backslash_escapes_only_stars_question_marks_and_itself() {
    let literal = matching(
        r"    CommandLine: 'del D:\Archivio\*'",
        &commands(&[r"del D:\Archivio*", r"del D:\Archivio\*", r"del D:\Archivio\a.txt"]),
    );
    assert_eq!(literal, [0]);
    let folder = matching(
        r"    CommandLine: 'del D:\Archivio\\*'",
        &commands(&[r"del D:\Archivio\a.txt", r"del D:\Archivio"]),
    );
    assert_eq!(folder, [0]);
    let kept = commands(&[r"C:\temp\nuovo", "C:\temp\nuovo"]);
    assert_eq!(matching(r"    CommandLine: 'C:\temp\nuovo'", &kept), [0]);
}

#[test]
fn two_backslashes_in_a_rule_are_one_and_four_are_two() {
    let events = commands(&[r"\server\share", r"\\server\share"]);
    assert_eq!(matching(r"    CommandLine|startswith: '\\server'", &events), [0]);
    assert_eq!(matching(r"    CommandLine|startswith: '\\\\server'", &events), [1]);
}

#[test]
fn equality_is_of_the_whole_value_without_case_beyond_ascii_too() {
    let events = commands(&["ATTIVITÀ.EXE", "attività.exe", "attività.exe /q", "attivita.exe"]);
    assert_eq!(matching("    CommandLine: Attività.exe", &events), [0, 1]);
    assert_eq!(matching("    CommandLine|cased: attività.exe", &events), [1]);
}

#[test]
fn anchors_stay_where_the_modifier_puts_them_when_a_star_is_inside() {
    let events = commands(&["one two three", "two three one"]);
    assert_eq!(matching("    CommandLine|endswith: 'two*three'", &events), [0]);
    assert_eq!(matching("    CommandLine|startswith: 'two*three'", &events), [1]);
}

#[test]
fn a_star_crosses_line_ends_and_a_question_mark_is_one_character() {
    let events = commands(&["inizio\nmezzo\r\nfine", "inizio fine", "iniziofine"]);
    assert_eq!(matching("    CommandLine|contains: 'inizio*fine'", &events), [0, 1, 2]);
    assert_eq!(matching("    CommandLine: 'inizio?fine'", &events), [1]);
    assert_eq!(matching("    CommandLine: '*'", &commands(&["", "x"])), [0, 1]);
}

#[test]
fn signs_of_regular_expressions_are_plain_in_plain_values() {
    let events = commands(&["a.b(c)+$", "axb(c)+$"]);
    assert_eq!(matching("    CommandLine|contains: '.b(c)+$'", &events), [0]);
}

#[test]
fn all_wants_every_value_in_any_order() {
    let events = commands(&["two and one", "one only"]);
    assert_eq!(matching("    CommandLine|contains|all: [one, two]", &events), [0]);
    assert_eq!(matching("    CommandLine|contains: [one, two]", &events), [0, 1]);
}

#[test]
fn windash_takes_any_dash_or_slash_that_opens_a_word() {
    let events = commands(&["tool -enc x", "tool /enc x", "tool –enc x", "tool ―enc x", "tool +enc x"]);
    assert_eq!(matching("    CommandLine|windash|contains: ' -enc '", &events), [0, 1, 2, 3]);
    assert_eq!(matching("    CommandLine|contains|windash: ' /enc '", &events), [0, 1, 2, 3]);
    let within = commands(&["set well-known", "set well/known"]);
    assert_eq!(matching("    CommandLine|windash|contains: 'well-known'", &within), [0]);
}

#[test]
fn a_regular_expression_is_searched_for_minds_case_and_knows_no_sigma_escapes() {
    let events = commands(&["xx Abc9 yy", "xx abc9 yy", "first\nabc9"]);
    assert_eq!(matching(r"    CommandLine|re: 'Abc\d'", &events), [0]);
    assert_eq!(matching(r"    CommandLine|re|i: 'Abc\d'", &events), [0, 1, 2]);
    assert_eq!(matching(r"    CommandLine|re: '^abc'", &events), [] as [u32; 0]);
    assert_eq!(matching(r"    CommandLine|re|m: '^abc'", &events), [2]);
    assert_eq!(matching(r"    CommandLine|re: 'first.abc'", &events), [] as [u32; 0]);
    assert_eq!(matching(r"    CommandLine|re|s: 'first.abc'", &events), [2]);
}

#[test]
fn base64offset_finds_a_text_wherever_it_stands_and_minds_case() {
    let encoded = |before: &str| format!("run {}", STANDARD.encode(format!("{before}Scarica-Tutto;x")));
    let lower = encoded("").to_lowercase();
    let texts = [encoded(""), encoded("."), encoded(".."), encoded("..."), lower];
    let events = commands(&texts.each_ref().map(String::as_str));
    assert_eq!(matching("    CommandLine|base64offset|contains: 'Scarica-Tutto'", &events), [0, 1, 2, 3]);
    assert_eq!(matching("    CommandLine|base64|contains: 'Scarica-Tutto;x'", &events), [0, 3]);
}

#[test]
fn wide_is_little_end_first_and_stands_before_base64() {
    let encoded = |before: &str| {
        let text = format!("{before}Prova lunga");
        STANDARD.encode(text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>())
    };
    let texts = [encoded(""), encoded("a"), encoded("ab"), STANDARD.encode("Prova lunga")];
    let events = commands(&texts.each_ref().map(String::as_str));
    assert_eq!(matching("    CommandLine|wide|base64offset|contains: 'Prova lunga'", &events), [0, 1, 2]);
    assert_eq!(matching("    CommandLine|utf16le|base64offset|contains: 'Prova lunga'", &events), [0, 1, 2]);
    assert_eq!(matching("    CommandLine|utf16be|base64: 'Prova lunga'", &events), [] as [u32; 0]);
}

#[test]
fn null_is_missing_and_an_empty_text_is_there() {
    let events = [json!({}), json!({ "User": null }), json!({ "User": "" }), json!({ "User": "x" })];
    assert_eq!(matching("    User: null", &events), [0, 1]);
    assert_eq!(matching("    User: ''", &events), [2]);
    assert_eq!(matching("    User: [null, '']", &events), [0, 1, 2]);
    assert_eq!(matching("    User|exists: true", &events), [2, 3]);
    assert_eq!(matching("    User|exists: false", &events), [0, 1]);
}

#[test]
fn a_number_is_equal_to_its_text_and_to_nothing_longer() {
    let events =
        [json!({"N": "7"}), json!({"N": 7}), json!({"N": 70}), json!({"N": "0x7"}), json!({"N": "07"})];
    assert_eq!(matching("    N: 7", &events), [0, 1]);
    assert_eq!(matching("    N: '7'", &events), [0, 1]);
    assert_eq!(matching("    N|contains: 7", &events), [0, 1, 2, 3, 4]);
    let truths = [json!({"N": true}), json!({"N": "True"}), json!({"N": 1}), json!({})];
    assert_eq!(matching("    N: true", &truths), [0, 1]);
    assert_eq!(matching("    N: 'true'", &truths), [0, 1]);
    let fractions = [json!({"N": "1.50"}), json!({"N": 1.5}), json!({"N": "1.5.0"})];
    assert_eq!(matching("    N: 1.5", &fractions), [0, 1]);
}

#[test]
fn comparisons_are_of_numbers_and_false_where_there_is_none() {
    let events = [json!({"N": "9"}), json!({"N": 10}), json!({"N": "100"}), json!({"N": "many"}), json!({})];
    assert_eq!(matching("    N|gte: 10", &events), [1, 2]);
    assert_eq!(matching("    N|gt: 10", &events), [2]);
    assert_eq!(matching("    N|lt: '10'", &events), [0]);
    assert_eq!(matching("    N|lte: 10", &events), [0, 1]);
}

#[test]
fn neq_wants_a_field_that_is_there_and_differs_from_every_value() {
    let events = [json!({"User": "root"}), json!({"User": "anna"}), json!({"User": "bruno"}), json!({})];
    assert_eq!(matching("    User|neq: ROOT", &events), [1, 2]);
    assert_eq!(matching("    User|neq: [root, anna]", &events), [2]);
}

#[test]
fn cidr_holds_addresses_of_its_family_only() {
    let events = [
        json!({"Ip": "198.51.100.77"}),
        json!({"Ip": "198.51.101.1"}),
        json!({"Ip": "-"}),
        json!({"Ip": "2001:db8::5"}),
        json!({}),
    ];
    assert_eq!(matching("    Ip|cidr: 198.51.100.0/24", &events), [0]);
    assert_eq!(matching("    Ip|cidr: [198.51.100.0/24, '2001:db8::/32']", &events), [0, 3]);
    let rule = process_rule("  in:\n    Ip|cidr: 198.51.100.0/24\n  condition: not in");
    assert_eq!(rows(&set_of(&rule), &processes(&events)), [1, 2, 3, 4]);
}

#[test]
fn fieldref_wants_both_fields_and_can_look_at_a_part() {
    let events = [
        json!({"User": "Anna", "Owner": "anna"}),
        json!({"User": "anna", "Owner": "bruno"}),
        json!({"User": "anna"}),
        json!({}),
        json!({"User": "anna.rossi", "Owner": "ANNA"}),
    ];
    assert_eq!(matching("    User|fieldref: Owner", &events), [0]);
    assert_eq!(matching("    User|fieldref|startswith: Owner", &events), [0, 4]);
    assert_eq!(matching("    User|fieldref|contains: Owner", &events), [0, 4]);
    assert_eq!(matching("    User|fieldref|cased: Owner", &events), [] as [u32; 0]);
}

#[test]
fn parts_of_a_time_can_be_asked_for() {
    let events = [
        json!({"UtcTime": "2026-03-07 23:15:00.123"}),
        json!({"UtcTime": "2026-03-07T23:15:00Z"}),
        json!({"UtcTime": "2026-03-08 04:00:00"}),
        json!({"UtcTime": "late"}),
    ];
    assert_eq!(matching("    UtcTime|hour: 23", &events), [0, 1]);
    assert_eq!(matching("    UtcTime|day: [7, 8]", &events), [0, 1, 2]);
    assert_eq!(matching("    UtcTime|minute: 15", &events), [0, 1]);
    assert_eq!(matching("    UtcTime|year: 2026", &events), [0, 1, 2]);
}

#[test]
fn data_is_the_list_of_unnamed_values() {
    let rule = "title: R\nlogsource: {product: windows, service: application}\n\
                detection: {sel: {Data|contains|all: [alfa, beta]}, condition: sel}";
    let event =
        |data: Value| json!({"winlog": {"channel": "Application", "event_id": "1000", "event_data": data}});
    let events = [
        event(json!({"param1": "un alfa", "param2": "beta"})),
        event(json!({"param1": "alfa"})),
        event(json!({})),
    ];
    assert_eq!(rows(&set_of(rule), &windows(&events)), [0]);
}
