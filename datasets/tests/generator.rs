//! The generated town from outside: same bytes, honest labels, well-formed files.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use datasets::{
    GenerateError, GenerateOptions, Generated, LABELS_FILE, StoryLabel, attacks, generate_to_dir, stream,
};

fn generate(options: &GenerateOptions) -> (tempfile::TempDir, Generated) {
    let dir = tempfile::tempdir().unwrap();
    let generated = generate_to_dir(options, dir.path()).unwrap();
    (dir, generated)
}

fn small(seed: u64) -> GenerateOptions {
    GenerateOptions { seed, days: 2, scale: 0.02, only: None }
}

fn bytes_of(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap());
    entries.map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap())).collect()
}

fn lines_of<'a>(files: &'a BTreeMap<String, Vec<u8>>, story: &StoryLabel) -> Vec<(String, &'a str)> {
    let mut found = Vec::new();
    for file in &story.lines {
        let text = std::str::from_utf8(&files[&file.file]).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        for (first, last) in &file.ranges {
            for number in *first..=*last {
                found.push((file.file.clone(), lines[usize::try_from(number).unwrap() - 1]));
            }
        }
    }
    found
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_another_town() {
    let (first, _) = generate(&small(7));
    let (second, labels) = generate(&small(7));
    assert_eq!(bytes_of(first.path()), bytes_of(second.path()));
    let (_, other) = generate(&small(8));
    assert_ne!(labels.labels.town, other.labels.town);
    assert_ne!(labels.lines, other.lines);
}

#[test]
fn labels_file_and_returned_labels_agree_and_count_the_lines_written() {
    let (dir, generated) = generate(&small(3));
    let text = fs::read_to_string(dir.path().join(LABELS_FILE)).unwrap();
    let read: datasets::Labels = serde_json::from_str(&text).unwrap();
    assert_eq!(read, generated.labels);
    let files = bytes_of(dir.path());
    let logs = files.iter().filter(|(name, _)| *name != LABELS_FILE);
    let counted: usize = logs.map(|(_, bytes)| bytes.iter().filter(|byte| **byte == b'\n').count()).sum();
    assert_eq!(u64::try_from(counted).unwrap(), generated.lines);
}

#[test]
fn every_labelled_line_exists_and_every_story_names_an_entity_that_is_in_its_lines() {
    for seed in [1, 2] {
        let (dir, generated) = generate(&small(seed));
        let files = bytes_of(dir.path());
        for story in generated.labels.attacks.iter().chain(&generated.labels.twins) {
            let lines = lines_of(&files, story);
            assert!(!lines.is_empty(), "{}", story.attack);
            let values: Vec<&String> = story.entity.values().flat_map(|values| values.values()).collect();
            let naming = lines.iter().filter(|(_, line)| values.iter().any(|value| line.contains(*value)));
            let share = naming.count() * 100 / lines.len();
            assert!(share >= 80, "{} of seed {seed}: {share}% of its lines name its entity", story.attack);
        }
    }
}

#[test]
fn no_line_belongs_to_two_stories() {
    let (_dir, generated) = generate(&small(5));
    let mut taken = BTreeSet::new();
    for story in generated.labels.attacks.iter().chain(&generated.labels.twins) {
        for file in &story.lines {
            for (first, last) in &file.ranges {
                assert!(first <= last && *first > 0);
                assert!((*first..=*last).all(|line| taken.insert((file.file.clone(), line))));
            }
        }
    }
}

#[test]
fn attacks_expect_detections_and_their_twins_expect_none() {
    let (_dir, generated) = generate(&small(4));
    assert!(generated.labels.attacks.iter().all(|attack| !attack.detections_expected.is_empty()));
    assert_eq!(generated.labels.twins.len(), attacks::ids().len());
    assert!(generated.labels.twins.iter().all(|twin| twin.detections_expected.is_empty()));
}

#[test]
fn stories_happen_inside_the_generated_days_and_twins_away_from_their_attacks() {
    for seed in 1..=6 {
        let options = GenerateOptions { seed, days: 2, scale: 0.01, only: None };
        let (_dir, generated) = generate(&options);
        let labels = generated.labels;
        let start: jiff::civil::Date = labels.first_day.parse().unwrap();
        let zone = jiff::tz::TimeZone::get("Europe/Rome").unwrap();
        let opens = start.to_zoned(zone.clone()).unwrap().timestamp();
        let closes = start.saturating_add(jiff::Span::new().days(2)).to_zoned(zone).unwrap().timestamp();
        let time = |text: &str| text.parse::<jiff::Timestamp>().unwrap();
        for story in labels.attacks.iter().chain(&labels.twins) {
            assert!(opens <= time(&story.start) && time(&story.start) <= time(&story.end), "{story:?}");
            assert!(time(&story.end) < closes, "{} of seed {seed}", story.attack);
        }
        for twin in &labels.twins {
            let Some(attack) = labels.attacks.iter().find(|attack| attack.attack == twin.attack) else {
                continue;
            };
            let apart = time(&twin.start) > time(&attack.end) || time(&attack.start) > time(&twin.end);
            assert!(apart, "{} of seed {seed} overlaps its twin", twin.attack);
        }
    }
}

#[test]
fn only_plants_one_attack_and_that_one_is_as_in_the_full_run() {
    let (_dir, full) = generate(&small(9));
    let wanted = full.labels.attacks.first().unwrap();
    let only = Some(wanted.attack.to_lowercase().parse().unwrap());
    let (_dir, alone) = generate(&GenerateOptions { only, ..small(9) });
    assert_eq!(alone.labels.attacks.len(), 1);
    let alone = &alone.labels.attacks[0];
    assert_eq!((&alone.start, &alone.end, &alone.entity), (&wanted.start, &wanted.end, &wanted.entity));
}

#[test]
fn the_stream_holds_the_same_lines_as_the_files_behind_a_syslog_priority() {
    let options = small(2);
    let (_dir, generated) = generate(&options);
    let chunks: Vec<Vec<u8>> = stream(&options).unwrap().collect();
    assert!(chunks.iter().filter(|chunk| !chunk.is_empty()).all(|chunk| chunk.ends_with(b"\n")));
    let bytes = chunks.concat();
    let text = std::str::from_utf8(&bytes).unwrap();
    assert!(text.lines().all(|line| line.starts_with('<')), "a line without priority");
    assert_eq!(u64::try_from(text.lines().count()).unwrap(), generated.lines);
}

#[test]
fn json_files_hold_one_object_a_line_and_csv_files_one_record() {
    let (dir, _) = generate(&small(6));
    for (name, bytes) in bytes_of(dir.path()) {
        let text = String::from_utf8(bytes).unwrap();
        let extension = name.rsplit('.').next().unwrap();
        if name == LABELS_FILE {
            continue;
        }
        assert!(text.lines().all(|line| !line.trim().is_empty()), "blank line in {name}");
        if extension == "ndjson" || extension == "json" {
            for line in text.lines() {
                let value: serde_json::Value = serde_json::from_str(line).unwrap();
                assert!(value.is_object(), "{name}");
            }
        }
        if name.starts_with("postgresql") && extension == "csv" {
            let quotes = text.lines().map(|line| line.matches('"').count());
            assert!(quotes.into_iter().all(|count| count % 2 == 0), "unbalanced quotes in {name}");
        }
    }
}

#[test]
fn times_of_a_file_never_go_back() {
    let (dir, _) = generate(&small(11));
    for (name, bytes) in bytes_of(dir.path()) {
        let text = String::from_utf8(bytes).unwrap();
        // These three carry a sortable instant at a fixed place.
        let key = |line: &str| match name.as_str() {
            name if name.ends_with("-fgt.log") || name.starts_with("fgt") => {
                line.split("eventtime=").nth(1).map(|rest| rest[..19].to_owned())
            }
            "iis-suite.log" if !line.starts_with('#') => Some(line[..19].to_owned()),
            "govway.ndjson" => Some(line[24..47].to_owned()),
            _ => None,
        };
        let keys: Vec<String> = text.lines().filter_map(key).collect();
        assert!(keys.is_sorted(), "{name}");
    }
}

#[test]
fn sabotaged_backups_fail_two_nights_when_there_are_two_and_only_lose_their_points_in_one_day() {
    let only = Some("AT-06".parse().unwrap());
    for seed in 1..=4 {
        for days in [1, 2, 5] {
            let (dir, generated) = generate(&GenerateOptions { seed, days, scale: 0.001, only });
            let files = bytes_of(dir.path());
            let lines = lines_of(&files, &generated.labels.attacks[0]);
            let failed = lines.iter().filter(|(_, line)| line.contains("finished with Failed")).count();
            assert_eq!(failed, if days > 1 { 2 } else { 0 }, "seed {seed}, {days} days");
            assert!(lines.iter().filter(|(_, line)| line.contains("has been removed by user")).count() >= 14);
        }
    }
}

#[test]
fn another_seed_gives_an_attack_another_length_another_rate_and_another_entity() {
    for id in attacks::ids() {
        let planted = (1..=3).map(|seed| {
            let options = GenerateOptions { seed, days: 2, scale: 0.001, only: Some(id) };
            let attack = generate(&options).1.labels.attacks.remove(0);
            let lines: u64 =
                attack.lines.iter().flat_map(|file| &file.ranges).map(|(first, last)| last - first + 1).sum();
            (attack.start, lines, format!("{:?}", attack.entity))
        });
        let planted: Vec<_> = planted.collect();
        let starts: BTreeSet<_> = planted.iter().map(|(start, ..)| start).collect();
        let entities: BTreeSet<_> = planted.iter().map(|(.., entity)| entity).collect();
        assert_eq!(starts.len(), 3, "{id}");
        assert!(entities.len() > 1, "{id}");
    }
}

#[test]
fn the_town_of_the_labels_says_who_may_do_what() {
    let (_dir, generated) = generate(&small(12));
    let town = generated.labels.town;
    assert_eq!((town.administrators.len(), town.admin_hosts.len(), town.backup_accounts.len()), (2, 2, 1));
    assert!(town.suppliers.len() >= 3 && town.service_accounts.len() >= 4);
    assert_eq!((town.ended_accounts.len(), town.leavers.len(), town.servers.len()), (2, 2, 14));
    assert!(!town.ended_accounts.iter().any(|account| town.suppliers.contains(account)));
    let addresses = town.admin_hosts.iter().chain(&town.shared_nat).chain(&town.known_scanners);
    for address in addresses.chain(&town.known_destinations) {
        assert!(address.parse::<std::net::IpAddr>().is_ok(), "{address}");
    }
}

#[test]
fn attacks_take_one_line_in_a_hundred_at_most() {
    let (_dir, generated) = generate(&GenerateOptions { seed: 1, days: 1, scale: 1.0, only: None });
    let ranges =
        generated.labels.attacks.iter().flat_map(|attack| &attack.lines).flat_map(|file| &file.ranges);
    let planted: u64 = ranges.map(|(first, last)| last - first + 1).sum();
    assert!(planted * 100 <= generated.lines, "{planted} of {}", generated.lines);
    assert!(generated.lines >= 250_000, "{}", generated.lines);
}

#[test]
fn options_out_of_range_and_unknown_attacks_are_refused_with_their_range() {
    let dir = tempfile::tempdir().unwrap();
    let none = GenerateOptions { days: 0, ..small(1) };
    let error = generate_to_dir(&none, dir.path()).unwrap_err();
    assert_eq!(error.to_string(), "days must be from 1 to 400");
    for scale in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(matches!(
            stream(&GenerateOptions { scale, ..small(1) }),
            Err(GenerateError::Option { option: "scale", .. })
        ));
    }
    let error = "AT-99".parse::<datasets::AttackId>().unwrap_err();
    assert!(error.to_string().starts_with("no attack `AT-99`: known are AT-01, AT-02"));
}
