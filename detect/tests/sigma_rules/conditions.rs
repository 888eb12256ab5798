//! What conditions, searches and keywords mean.

use serde_json::json;

use crate::events::{process_rule, processes, rows, set_of, windows};

/// Rows of events `{A, B, C, D}` (1 where the letter stands) that a condition over searches a, b, c, d matches.
fn held(condition: &str, events: &[&str]) -> Vec<u32> {
    let searches = "  a: {A: 1}\n  b: {B: 1}\n  c: {C: 1}\n  _d: {D: 1}";
    let rule = process_rule(&format!("{searches}\n  condition: {condition}"));
    let events: Vec<_> = events
        .iter()
        .map(|letters| {
            json!(letters.chars().map(|c| (c.to_string(), 1)).collect::<std::collections::BTreeMap<_, _>>())
        })
        .collect();
    rows(&set_of(&rule), &processes(&events))
}

#[test]
fn not_binds_before_and_and_and_before_or() {
    let events = ["A", "B", "BC", "ABC", "", "AB"];
    assert_eq!(held("a or b and not c", &events), [0, 1, 3, 5]);
    assert_eq!(held("(a or b) and not c", &events), [0, 1, 5]);
    assert_eq!(held("not a and b", &events), [1, 2]);
}

#[test]
fn quantifiers_count_searches_and_them_leaves_out_underscores() {
    let events = ["A", "AB", "ABC", "D", "ABCD"];
    assert_eq!(held("1 of them", &events), [0, 1, 2, 4]);
    assert_eq!(held("2 of them", &events), [1, 2, 4]);
    assert_eq!(held("all of them", &events), [2, 4]);
    assert_eq!(held("_d or all of them", &events), [2, 3, 4]);
    assert_eq!(held("any of b*", &events), [1, 2, 4]);
}

#[test]
fn not_over_a_missing_field_is_true() {
    let rule = process_rule(
        "  sel: {Image|endswith: '\\x.exe'}\n  filter_one: {Company: Acme}\n  filter_two: {Product|contains: Acme}\n  \
         condition: sel and not 1 of filter_*",
    );
    let events = [
        json!({"Image": "C:\\x.exe"}),
        json!({"Image": "C:\\x.exe", "Company": "ACME"}),
        json!({"Image": "C:\\x.exe", "Product": "acme tools"}),
        json!({"Image": "C:\\x.exe", "Company": "Other"}),
        json!({}),
    ];
    assert_eq!(rows(&set_of(&rule), &processes(&events)), [0, 3]);
}

#[test]
fn fields_of_one_map_are_all_wanted_and_a_list_of_maps_is_any() {
    let events = [json!({"A": 1, "B": 2}), json!({"A": 1}), json!({"B": 2}), json!({"C": 3})];
    let both = process_rule("  sel: {A: 1, B: 2}\n  condition: sel");
    assert_eq!(rows(&set_of(&both), &processes(&events)), [0]);
    let either = process_rule("  sel:\n    - A: 1\n      B: 2\n    - C: 3\n  condition: sel");
    assert_eq!(rows(&set_of(&either), &processes(&events)), [0, 3]);
}

#[test]
fn a_list_of_conditions_is_any_of_them() {
    let rule = process_rule("  a: {A: 1}\n  b: {B: 1}\n  condition:\n    - a\n    - b");
    let events = [json!({"A": 1}), json!({"B": 1}), json!({"C": 1})];
    assert_eq!(rows(&set_of(&rule), &processes(&events)), [0, 1]);
}

#[test]
fn keywords_are_looked_for_in_every_text_and_not_in_numbers() {
    let rule = process_rule("  keywords: [segreto, '4711']\n  condition: keywords");
    let events = [
        json!({"Note": "il SEGRETO di lui"}),
        json!({"Code": 4711}),
        json!({"Code": "x4711x"}),
        json!({"Note": "niente"}),
    ];
    assert_eq!(rows(&set_of(&rule), &processes(&events)), [0, 2]);
}

#[test]
fn keywords_under_all_may_stand_in_different_fields_but_a_star_stays_in_one() {
    let all = process_rule("  keywords:\n    '|all': [alfa, beta]\n  condition: keywords");
    let star = process_rule("  keywords: ['alfa*beta']\n  condition: keywords");
    let events =
        [json!({"One": "alfa", "Two": "beta"}), json!({"One": "alfa, then beta"}), json!({"One": "alfa"})];
    assert_eq!(rows(&set_of(&all), &processes(&events)), [0, 1]);
    assert_eq!(rows(&set_of(&star), &processes(&events)), [1]);
}

#[test]
fn field_names_mind_case() {
    let rule = process_rule("  sel: {image: x}\n  condition: sel");
    assert_eq!(rows(&set_of(&rule), &processes(&[json!({"Image": "x"}), json!({"image": "X"})])), [1]);
}

#[test]
fn routing_goes_by_channel_and_event_id_together() {
    let rule = process_rule("  sel: {Image: x}\n  condition: sel");
    let event = |channel: &str, id: u32| json!({"Channel": channel, "EventID": id, "Image": "x"});
    let events = [
        event("Microsoft-Windows-Sysmon/Operational", 1),
        event("MICROSOFT-WINDOWS-SYSMON/operational", 1),
        event("Microsoft-Windows-Sysmon/Operational", 11),
        event("System", 1),
    ];
    assert_eq!(rows(&set_of(&rule), &windows(&events)), [0, 1]);
}

#[test]
fn a_service_sees_its_channel_whatever_the_id_and_a_bare_product_every_channel() {
    let rule = |source: &str| {
        format!("title: R\nlogsource: {{product: windows{source}}}\ndetection: {{s: {{A: 1}}, condition: s}}")
    };
    let event = |channel: &str, id: u32| json!({"Channel": channel, "EventID": id, "A": 1});
    let events = [event("security", 1), event("Security", 4624), event("System", 7045)];
    assert_eq!(rows(&set_of(&rule(", service: security")), &windows(&events)), [0, 1]);
    assert_eq!(rows(&set_of(&rule("")), &windows(&events)), [0, 1, 2]);
}

#[test]
fn the_event_type_tells_registry_rules_apart() {
    let rule = |category: &str| {
        format!(
            "title: R\nlogsource: {{product: windows, category: {category}}}\n\
             detection: {{s: {{TargetObject|contains: Run}}, condition: s}}"
        )
    };
    let event = |id: u32, kind: &str| {
        json!({"Channel": "Microsoft-Windows-Sysmon/Operational", "EventID": id, "EventType": kind,
               "TargetObject": "HKLM\\Run\\x"})
    };
    let events =
        [event(12, "CreateKey"), event(12, "DeleteKey"), event(12, "DeleteValue"), event(13, "SetValue")];
    assert_eq!(rows(&set_of(&rule("registry_add")), &windows(&events)), [0]);
    assert_eq!(rows(&set_of(&rule("registry_delete")), &windows(&events)), [1, 2]);
    assert_eq!(rows(&set_of(&rule("registry_set")), &windows(&events)), [3]);
    assert_eq!(rows(&set_of(&rule("registry_event")), &windows(&events)), [0, 1, 2, 3]);
}

#[test]
fn process_creation_also_sees_security_4688_in_sysmons_words() {
    let rule = process_rule(
        "  sel:\n    Image|endswith: '\\tool.exe'\n    ParentImage|endswith: '\\shell.exe'\n    \
         IntegrityLevel: High\n    ParentProcessId: '0x10'\n    User: anna\n  condition: sel",
    );
    let event = |label: &str, id: u32| {
        json!({"Channel": "Security", "EventID": id, "NewProcessName": "C:\\TOOL.exe", "SubjectUserName": "anna",
               "ParentProcessName": "C:\\shell.exe", "MandatoryLabel": label, "ProcessId": "0x10"})
    };
    let events = [event("S-1-16-12288", 4688), event("S-1-16-8192", 4688), event("S-1-16-12288", 4689)];
    assert_eq!(rows(&set_of(&rule), &windows(&events)), [0]);
}
