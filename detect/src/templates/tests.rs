//! The miner as a whole, on invented lines.

use super::*;

/// Observes messages; gives the final id of each.
fn mine(miner: &mut Miner, messages: &[String]) -> Vec<TemplateId> {
    let told: Vec<TemplateId> = messages.iter().map(|message| miner.observe(message)).collect();
    told.into_iter().map(|id| miner.resolve(id)).collect()
}

fn text(message: &str) -> String {
    let mut miner = Miner::new();
    let id = miner.observe(message);
    miner.template(id)
}

fn each(words: &[&str], sentence: impl Fn(&str) -> String) -> Vec<String> {
    words.iter().map(|word| sentence(word)).collect()
}

const STREETS: [&str; 5] = ["roma", "verdi", "mazzini", "dante", "cavour"];

/// Words of letters only, the n-th always the same.
fn word(n: usize) -> String {
    (0..4).map(|place| char::from(b'a' + (n / 26usize.pow(place) % 26) as u8)).collect()
}

#[test]
fn what_surely_is_a_value_is_one_at_first_sight() {
    let cases = [
        ("lift 3 stopped at floor 12", "lift <*> stopped at floor <*>"),
        ("wrote /var/spool/tributi/a.pdf in 12 ms", "wrote <*> in <*>"),
        ("peer 192.0.2.7:5501 (2001:db8::c) left", "peer <*> left"),
        ("mail to anna@comune.example queued", "mail to <*> queued"),
        ("door=north state=\"half open\" reason= end", "door=<*> state=<*> reason=<*> end"),
        ("{\"door\":\"north side\",\"open\": true}", "{\"door\":<*>,\"open\": <*>}"),
        ("next run on Mon Mar 16 09:12:44 2026, again", "next run on <*>, again"),
        ("port de:ad:be:ef:aa:bb moved", "port <*> moved"),
        ("sent 900 bytes (0.9 KB) to   printer", "sent <*> to printer"),
        ("caller () hung up", "caller <*> hung up"),
        ("waiting......done", "waiting......done"),
    ];
    for (message, expected) in cases {
        assert_eq!(text(message), expected, "{message}");
    }
}

#[test]
fn five_words_in_one_place_are_a_value_and_four_are_not() {
    let lines = each(&STREETS, |street| format!("gate of {street} opened by remote control"));
    let mut miner = Miner::new();
    let four: Vec<_> = mine(&mut miner, &lines[..4]);
    assert_eq!(four.iter().collect::<std::collections::HashSet<_>>().len(), 4);
    let five = mine(&mut miner, &lines);
    assert!(five.iter().all(|id| *id == five[0]));
    assert_eq!(miner.template(five[0]), "gate of <*> opened by remote control");
    assert!(four.iter().all(|id| miner.resolve(*id) == five[0]), "what was told before is amended");
}

#[test]
fn a_sixth_word_is_a_value_at_once_and_is_not_kept() {
    let mut miner = Miner::new();
    mine(&mut miner, &each(&STREETS, |street| format!("gate of {street} opened")));
    let kept = miner.templates.len();
    let id = miner.observe("gate of garibaldi opened");
    assert_eq!(miner.template(id), "gate of <*> opened");
    assert_eq!(miner.templates.len(), kept);
}

#[test]
fn two_states_stay_two_templates() {
    let mut miner = Miner::new();
    let ids = mine(&mut miner, &["backup job started".to_owned(), "backup job stopped".to_owned()]);
    assert_ne!(ids[0], ids[1]);
}

#[test]
fn two_words_alone_are_never_joined() {
    let mut miner = Miner::new();
    let ids = mine(&mut miner, &each(&STREETS, |street| format!("opening {street}")));
    assert_eq!(ids.iter().collect::<std::collections::HashSet<_>>().len(), 5);
}

#[test]
fn three_names_behind_user_are_enough() {
    for noun in ["user", "utente"] {
        let mut miner = Miner::new();
        let ids = mine(&mut miner, &each(&STREETS[..3], |name| format!("desk closed for {noun} {name}")));
        assert_eq!(miner.template(ids[0]), format!("desk closed for {noun} <*>"));
    }
}

#[test]
fn two_places_become_values_one_after_the_other() {
    let mut miner = Miner::new();
    let mut lines = Vec::new();
    for from in STREETS {
        lines.extend(each(&STREETS, |to| format!("cable from {from} towards {to} cut")));
    }
    let ids = mine(&mut miner, &lines);
    assert!(ids.iter().all(|id| *id == ids[0]));
    assert_eq!(miner.template(ids[0]), "cable from <*> towards <*> cut");
    assert_eq!(miner.templates().map(|(_, _, count)| count).collect::<Vec<_>>(), [25]);
}

#[test]
fn lists_of_any_length_are_one_value() {
    let mut miner = Miner::new();
    let lines = ["free slots 3, 4, 9 of desk", "free slots 3 of desk"].map(str::to_owned);
    let ids = mine(&mut miner, &lines);
    assert_eq!(ids[0], ids[1]);
}

#[test]
fn a_template_has_the_same_id_in_every_miner() {
    let lines = each(&STREETS, |street| format!("gate of {street} opened by remote control"));
    let backwards: Vec<String> = lines.iter().rev().cloned().collect();
    let (mut one, mut other) = (Miner::new(), Miner::new());
    other.observe("something else came first");
    assert_eq!(mine(&mut one, &lines)[0], mine(&mut other, &backwards)[0]);
    assert_eq!(
        one.observe("gate of x opened by remote control").to_string(),
        "524c2a01ab255047",
        "an id that changes breaks what was kept"
    );
}

#[test]
fn what_two_miners_saw_apart_is_joined_when_one_absorbs_the_other() {
    let lines = each(&STREETS, |street| format!("gate of {street} opened"));
    let (mut one, mut other) = (Miner::new(), Miner::new());
    let told_by_one = mine(&mut one, &lines[..3]);
    let told_by_other = mine(&mut other, &lines[2..]);
    one.absorb(&other);
    let all: Vec<_> = told_by_one.into_iter().chain(told_by_other).map(|id| one.resolve(id)).collect();
    assert!(all.iter().all(|id| *id == all[0]));
    assert_eq!(one.templates().collect::<Vec<_>>(), [(all[0], "gate of <*> opened", 6)]);
}

#[test]
fn what_one_of_two_had_joined_stays_joined() {
    let lines = each(&STREETS, |street| format!("gate of {street} opened"));
    let (mut one, mut other) = (Miner::new(), Miner::new());
    one.observe(&lines[0]);
    let joined = mine(&mut other, &lines)[0];
    one.absorb(&other);
    assert_eq!(one.observe(&lines[0]), joined);
    assert_eq!(one.observe("gate of garibaldi opened"), joined);
}

#[test]
fn words_never_seen_before_do_not_push_out_what_repeats() {
    let mut miner = Miner::new();
    let often = miner.observe("gate of the market opened");
    miner.observe("gate of the market opened");
    let rare = miner.observe("a once said thing of seven words");
    for n in 0..TEMPLATES_MAX + 1_000 {
        miner.observe(&format!(
            "{} {} {} said {}",
            word(n),
            word(n * 7 + 1),
            word(n * 31 + 2),
            word(n * 97 + 3)
        ));
        assert!(miner.templates.len() < TEMPLATES_MAX);
        assert!(miner.by_id.len() <= miner.templates.len());
    }
    assert_eq!(miner.resolve(often), often);
    assert_eq!(miner.template(often), "gate of the market opened");
    assert_eq!(miner.template(rare), "<*> <*> <*> <*> <*> <*> <*>", "the rest of its length");
}

#[test]
fn a_joined_template_is_still_joined_after_others_were_forgotten() {
    let mut miner = Miner::new();
    let told: Vec<_> = each(&STREETS, |street| format!("gate of {street} opened"))
        .iter()
        .map(|line| miner.observe(line))
        .collect();
    for n in 0..TEMPLATES_MAX {
        miner.observe(&format!("{} {} {} {}", word(n), word(n * 7 + 1), word(n * 31 + 2), word(n * 97 + 3)));
    }
    assert!(told.iter().all(|id| miner.template(*id) == "gate of <*> opened"));
    let sixth = miner.observe("gate of garibaldi opened");
    assert_eq!(miner.template(sixth), "gate of <*> opened");
}

#[test]
fn a_message_of_any_length_is_read_up_to_a_bound() {
    let long = "parola ".repeat(5_000);
    assert!(text(&long).len() < 1_100);
    assert!(text(&"x".repeat(100_000)).len() < 1_100);
    assert_eq!(text(""), "");
    assert!(text(&format!("x{}", "à".repeat(5_000))).starts_with("xàà"));
}

#[test]
fn a_list_that_reaches_past_the_bound_is_still_one_value() {
    let list =
        |items: usize| (0..items).map(|item| format!("fascicolo_{item}")).collect::<Vec<_>>().join(" ");
    for items in [1, 50, 100, 200] {
        assert_eq!(text(&format!("archived {}", list(items))), "archived <*>");
    }
}

#[test]
fn heads_are_no_part_of_a_template() {
    let cases = [
        "2026-03-16 09:12:44,112 INFO [pool-1-thread-3] it.comune.Sportello: queue is open",
        "2026-03-16T09:12:44.112+01:00 WARN [main] queue is open",
        "[2026-03-16 09:12:44] [error] queue is open",
        "[Mon Mar 16 09:12:44 2026] [notice] [pid 41] queue is open",
        "16/03/2026 09:12:44 - sportello - INFO - queue is open",
        "03-16 09:12:44.112  1702  2395 D Sportello: queue is open",
        "2026-03-16 09:12:44.112 | INFO     | queue is open",
        "20260316-09:12:44:112|Desk_A|3000|queue is open",
        "- 1773652364 2026.03.16 nodo Mar 16 09:12:44 nodo/nodo cron(pam)[7]: queue is open",
        "app.log 2026-03-16 09:12:44.000 77 ERROR queue is open",
        "1773652364.112 queue is open",
        "77 desk-4 state 1773652364 1 queue is open",
        "[03.16 09:12:44] sportello.exe *32 - queue is open",
        "queue is open",
    ];
    for message in cases {
        assert_eq!(text(message), "queue is open", "{message}");
    }
}

#[test]
fn sentences_with_a_stamp_inside_are_no_heads() {
    let cases = [
        ("connection from 192.0.2.7 () at Fri Jul 16 19:29:09 2026", "connection from <*> at <*>"),
        ("ticket 123456 of the desk", "ticket <*> of the desk"),
        ("12:30 is when the desk closes", "<*> is when the desk closes"),
        ("queue opened at 2026-03-16 09:12:44 by hand", "queue opened at <*> by hand"),
        ("session expires 1773652364 for desk", "session expires <*> for desk"),
        ("2026-03-16 09:12:44 Backup of archive done - 12 files", "Backup of archive done - <*> files"),
    ];
    for (message, expected) in cases {
        assert_eq!(text(message), expected, "{message}");
    }
}
