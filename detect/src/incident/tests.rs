use std::sync::Arc;

use proptest::prelude::*;
use schema::{News, Provenance};

use super::*;
use crate::context::Context;
use crate::engine::{LiveAlert, Standing, alert_id};
use crate::rule::{Origin, Rule};
use crate::sigma::SigmaSet;

/// An alert of a rule at an hour.
fn alert(rule: &str, hour: i64, entities: &[(&str, &str)]) -> Alert {
    let entities = entities.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
    Alert {
        id: alert_id(rule, 1, "default", &entities, hour * HOUR_US),
        rule_id: rule.to_owned(),
        rule_title: format!("{rule} rang"),
        rule_title_it: format!("{rule} ha segnalato"),
        severity: Severity::Medium,
        tenant: "default".to_owned(),
        entities,
        first_us: hour * HOUR_US,
        last_us: hour * HOUR_US,
        rang_us: hour * HOUR_US,
        count: 1,
        evidence: Vec::new(),
        evidence_truncated: false,
        incident: None,
        provenance: Provenance::default(),
    }
}

fn rule(id: &str, attack: &str, more: &str) -> Rule {
    let text = format!(
        "/*---\nid = \"{id}\"\ntitle.en = \"{id} rang\"\ntitle.it = \"{id} ha segnalato\"\ndescription.en = \"d\"\n\
         description.it = \"d\"\nseverity = \"critical\"\nfamily = \"both\"\nattack = [\"{attack}\"]\n\
         response_it = [\"1. {id}\"]\n{more}\n---*/\n"
    );
    Rule::parse("t.sql", &text, Origin::File).unwrap()
}

/// Rules that come in, take passwords, go on and break things, and three chains of them.
fn book() -> Book {
    let rules = [
        rule("IN", "T1190", ""),
        rule("PASS", "T1003", ""),
        rule("ON", "T1021", ""),
        rule("BREAK", "T1486", ""),
        rule("CH-A", "TA0001", "[chain]\nwithin = \"48h\"\nsteps = [[\"IN\"], [\"TA0006\"], [\"T1021\"]]"),
        rule(
            "CH-B",
            "TA0040",
            "[chain]\nwithin = \"24h\"\nsteps = [[\"ON\", \"BREAK\"], [\"ON\", \"BREAK\"]]",
        ),
        rule("CH-C", "TA0001", "[chain]\nwithin = \"24h\"\ntenants = 3"),
    ];
    let (book, problems) = Book::new(&rules, &SigmaSet::default(), &Context::default(), false);
    assert_eq!(problems, []);
    book
}

fn linked(alerts: &[Alert]) -> (Vec<Incident>, Vec<Alert>) {
    let mut alerts = alerts.to_vec();
    let incidents = link(&mut alerts, &book());
    (incidents, alerts)
}

#[test]
fn an_address_links_across_columns_and_a_host_by_its_short_name() {
    let (incidents, alerts) = linked(&[
        alert("A", 0, &[("source_ip", "203.0.113.9"), ("host_name", "srv-ts.example.it")]),
        alert("B", 5, &[("destination_ip", "203.0.113.9")]),
        alert("C", 20, &[("host_name", "SRV-TS"), ("user_name", r"ENTE\m.verdi")]),
        alert("D", 30, &[("user_name", "m.verdi@example.it")]),
        alert("E", 31, &[("source_ip", "198.51.100.1")]),
    ]);
    assert_eq!(incidents.iter().map(|incident| incident.alerts).collect::<Vec<_>>(), [4, 1]);
    assert_eq!(incidents[0].links, ["203.0.113.9", "m.verdi", "srv-ts"].map(str::to_owned).into());
    let of = |at: usize| alerts[at].incident.as_ref();
    assert!((0..4).all(|at| of(at) == Some(&incidents[0].id)) && of(4) == Some(&incidents[1].id));
}

#[test]
fn what_is_long_ago_of_another_tenant_or_of_every_machine_is_another_story() {
    let address = [("source_ip", "203.0.113.9")];
    let mut alerts = vec![alert("A", 0, &address), alert("B", 49, &address), alert("C", 50, &address)];
    alerts[2].tenant = "other".to_owned();
    assert_eq!(linked(&alerts).0.len(), 3);
    let common = [
        alert("A", 0, &[("user_name", "root"), ("source_ip", "127.0.0.1")]),
        alert("B", 1, &[("user_name", "root"), ("source_ip", "127.0.0.1")]),
        alert("A", 2, &[("user_name", "SERVIZIO LOCALE")]),
        alert("B", 3, &[("user_name", r"NT AUTHORITY\Servizio locale")]),
    ];
    assert_eq!(linked(&common).0.len(), 4);
}

#[test]
fn a_story_that_goes_on_and_on_is_another_one_after_a_week() {
    let address = [("source_ip", "203.0.113.9")];
    let alerts: Vec<Alert> = (0..15).map(|day| alert("A", day * 24, &address)).collect();
    let counts: Vec<u64> = linked(&alerts).0.iter().map(|incident| incident.alerts).collect();
    assert_eq!(counts, [8, 7], "seven days and what rang at their end");
}

#[test]
fn steps_in_the_order_of_an_attack_are_a_chain_with_its_severity_title_and_response() {
    let user = [("user_name", "mrossi")];
    let (incidents, alerts) = linked(&[
        alert("IN", 0, &user),
        alert("PASS", 2, &user),
        alert("PASS", 3, &user),
        alert("ON", 5, &user),
    ]);
    let [incident] = incidents.as_slice() else { panic!("{incidents:?}") };
    assert_eq!((incident.severity, incident.alerts), (Severity::Critical, 5));
    assert_eq!(incident.title_it, "CH-A ha segnalato: IN ha segnalato, poi ON ha segnalato");
    assert_eq!(incident.title, "CH-A rang: IN rang, then ON rang");
    assert_eq!(incident.response_it, ["1. CH-A"]);
    let steps: Vec<(&str, Option<&str>)> =
        incident.steps.iter().map(|step| (&*step.rule_id, step.tactic.as_deref())).collect();
    assert_eq!(steps, [("IN", Some("TA0001")), ("PASS", Some("TA0006")), ("ON", Some("TA0008"))]);
    let chain = alerts.iter().find(|alert| alert.rule_id == "CH-A").unwrap();
    assert_eq!((chain.rang_us, chain.first_us, chain.count), (5 * HOUR_US, 0, 3));
    assert_eq!(chain.entities["user_name"], "mrossi");
    assert_eq!(chain.incident.as_ref(), Some(&incident.id));
}

#[test]
fn what_is_out_of_order_too_slow_of_two_people_or_a_mere_attempt_is_no_chain() {
    let (user, other) = ([("user_name", "mrossi")], [("user_name", "g.neri")]);
    let mut attempt = alert("PASS", 2, &user);
    attempt.severity = Severity::Low;
    for alerts in [
        [alert("PASS", 0, &user), alert("IN", 2, &user), alert("ON", 5, &user)],
        [alert("IN", 0, &user), alert("PASS", 40, &user), alert("ON", 49, &user)],
        [alert("IN", 0, &user), alert("PASS", 2, &other), alert("ON", 5, &user)],
        [alert("IN", 0, &user), attempt, alert("ON", 5, &user)],
    ] {
        let (_, alerts) = linked(&alerts);
        assert!(alerts.iter().all(|alert| alert.rule_id != "CH-A"), "{alerts:?}");
    }
}

#[test]
fn steps_of_a_chain_are_of_different_rules_whatever_their_order() {
    let host = [("host_name", "srv1")];
    let rings = |rules: [&str; 2]| {
        let (_, alerts) = linked(&[alert(rules[0], 0, &host), alert(rules[1], 3, &host)]);
        alerts.iter().any(|alert| alert.rule_id == "CH-B")
    };
    assert!(rings(["ON", "BREAK"]) && rings(["BREAK", "ON"]));
    assert!(!rings(["BREAK", "BREAK"]));
}

#[test]
fn three_tactics_one_further_on_than_the_other_are_graver_than_each() {
    let user = [("user_name", "mrossi")];
    let severity = |rules: [&str; 3]| {
        let alerts: Vec<Alert> =
            rules.iter().zip(0..).map(|(rule, hour)| alert(rule, hour * 30, &user)).collect();
        linked(&alerts).0[0].severity
    };
    assert_eq!(severity(["IN", "PASS", "BREAK"]), Severity::High);
    assert_eq!(severity(["BREAK", "PASS", "IN"]), Severity::Medium);
    assert_eq!(severity(["IN", "PASS", "PASS"]), Severity::Medium);
}

#[test]
fn an_address_in_three_towns_is_told_to_each_of_them_once() {
    let address = [("source_ip", "203.0.113.9")];
    let towns = |towns: &[(&str, i64)]| {
        let alerts: Vec<Alert> = towns
            .iter()
            .map(|(tenant, hour)| Alert { tenant: (*tenant).to_owned(), ..alert("IN", *hour, &address) })
            .collect();
        let (incidents, alerts) = linked(&alerts);
        assert!(incidents.iter().all(|incident| incident.severity >= Severity::Medium));
        let told = alerts.into_iter().filter(|alert| alert.rule_id == "CH-C");
        told.map(|alert| (alert.tenant, alert.rang_us / HOUR_US)).collect::<Vec<_>>()
    };
    let told = towns(&[("a", 0), ("b", 2), ("c", 5), ("a", 6), ("b", 7)]);
    assert_eq!(told, ["a", "b", "c"].map(|tenant| (tenant.to_owned(), 5)));
    assert_eq!(towns(&[("a", 0), ("b", 2), ("c", 27)]), []);
    assert_eq!(towns(&[("a", 0), ("b", 2), ("a", 3)]), []);
}

#[test]
fn a_chain_whose_step_no_rule_can_be_is_a_problem() {
    let rules = [rule("CH-A", "TA0001", "[chain]\nwithin = \"48h\"\nsteps = [[\"AC-99\"], [\"CH-A\"]]")];
    let (_, problems) = Book::new(&rules, &SigmaSet::default(), &Context::default(), false);
    assert!(problems[0].message.contains("AC-99"), "{problems:?}");
}

fn told(incidents: &mut Incidents, alert: Alert, standing: Standing) -> Vec<Telling> {
    incidents.tell(vec![LiveAlert { alert, standing, supersedes: None }])
}

/// What is new, and of which incident.
fn news(tellings: &[Telling]) -> Vec<(News, &str)> {
    let news = tellings.iter().filter_map(|telling| telling.incident.as_ref());
    news.map(|told| (told.news, &*told.incident.id)).collect()
}

#[test]
fn an_incident_is_opened_once_grows_under_its_id_and_is_escalated_by_a_chain() {
    let mut incidents = Incidents::new(Arc::new(book()));
    let user = [("user_name", "mrossi")];
    let opened = told(&mut incidents, alert("IN", 0, &user), Standing::Provisional);
    let id = opened[0].live.alert.incident.clone().unwrap();
    assert_eq!(news(&opened), [(News::Opened, &*id)]);
    let grown = told(&mut incidents, alert("PASS", 1, &user), Standing::Provisional);
    assert_eq!(news(&grown), [(News::Changed, &*id)]);
    let chained = told(&mut incidents, alert("ON", 2, &user), Standing::Provisional);
    assert_eq!(news(&chained), [(News::Escalated, &*id)]);
    let rules: Vec<&str> = chained.iter().map(|telling| &*telling.live.alert.rule_id).collect();
    assert_eq!(rules, ["ON", "CH-A"]);
    assert!(chained[1].incident.is_some(), "the gravest alert says it");
    assert_eq!(told(&mut incidents, alert("ON", 2, &user), Standing::Final)[0].incident, None);
}

#[test]
fn incidents_that_become_one_supersede_and_what_holds_no_more_is_withdrawn() {
    let mut incidents = Incidents::new(Arc::new(book()));
    let (user, host) = (("user_name", "mrossi"), ("host_name", "srv1"));
    let first = told(&mut incidents, alert("IN", 0, &[user]), Standing::Final);
    let second = told(&mut incidents, alert("BREAK", 1, &[host]), Standing::Final);
    let id = |tellings: &[Telling]| tellings[0].live.alert.incident.clone().unwrap();
    let bridge = alert("PASS", 2, &[user, host]);
    let joined = told(&mut incidents, bridge.clone(), Standing::Provisional);
    let story = joined[0].incident.clone().unwrap();
    assert_eq!((&story.incident.id, &story.supersedes), (&id(&first), &vec![id(&second)]));
    let parted = told(&mut incidents, bridge, Standing::Withdrawn);
    let mut ids: Vec<&str> = news(&parted).into_iter().map(|(_, id)| id).collect();
    ids.sort_unstable();
    let mut both = [id(&first), id(&second)];
    both.sort_unstable();
    assert_eq!(ids, both.each_ref().map(String::as_str), "each is told as it is now");
    let gone = told(&mut incidents, alert("BREAK", 1, &[host]), Standing::Withdrawn);
    assert_eq!(news(&gone), [(News::Withdrawn, &*id(&second))]);
    assert_eq!(incidents.count(), 1);
}

#[test]
fn what_nothing_can_join_any_more_is_forgotten_and_its_chain_is_final() {
    let mut incidents = Incidents::new(Arc::new(book()));
    let user = [("user_name", "mrossi")];
    for (rule, hour) in [("IN", 0), ("PASS", 1), ("ON", 2)] {
        told(&mut incidents, alert(rule, hour, &user), Standing::Final);
    }
    assert_eq!(incidents.settle(40 * HOUR_US), []);
    let ended = incidents.settle(2 * HOUR_US + LINK_GAP_US + 24 * HOUR_US + 1);
    let ended: Vec<(&str, Standing)> =
        ended.iter().map(|telling| (&*telling.live.alert.rule_id, telling.live.standing)).collect();
    assert_eq!(ended, [("CH-A", Standing::Final)]);
    assert_eq!((incidents.count(), incidents.forgotten()), (0, 0));
}

#[test]
fn a_storm_of_alerts_is_held_in_bounds_and_what_was_given_up_is_counted() {
    let mut incidents = Incidents::new(Arc::new(book()));
    let storm = (0..12_000).map(|n| {
        let alert = alert("IN", n, &[("source_ip", &format!("198.51.{}.{}", n / 250, n % 250))]);
        LiveAlert { alert, standing: Standing::Final, supersedes: None }
    });
    for part in storm.collect::<Vec<_>>().chunks(2_000) {
        incidents.tell(part.to_vec());
    }
    assert!(incidents.count() <= 5_000, "{}", incidents.count());
    assert_eq!(incidents.count() as u64 + incidents.forgotten(), 12_000);
}

/// What alerts of a stream do: in which hour, of which rule and tenant, about whom, for how long they are told, and whether they
/// grow until they are final.
type Drawn = (i64, usize, usize, (Option<usize>, Option<usize>), i64, i64);

fn drawn() -> impl Strategy<Value = Vec<Drawn>> {
    let who = (prop::option::of(0usize..3), prop::option::of(0usize..3));
    prop::collection::vec((0i64..700, 0usize..4, 0usize..3, who, 0i64..12, 0i64..4), 1..60)
}

fn of_drawn((hour, rule, tenant, (address, user), _, grows): &Drawn) -> Alert {
    let mut entities = Vec::new();
    let address = address.map(|at| format!("203.0.113.{at}"));
    let user = user.map(|at| format!("user{at}"));
    entities.extend(address.as_deref().map(|text| ("source_ip", text)));
    entities.extend(user.as_deref().map(|text| ("user_name", text)));
    let alert = alert(["IN", "PASS", "ON", "BREAK"][*rule], *hour, &entities);
    let tenant = ["a", "b", "c"][*tenant].to_owned();
    let id = alert_id(&alert.rule_id, 1, &tenant, &alert.entities, alert.first_us);
    Alert { id, tenant, last_us: (hour + grows) * HOUR_US, count: 1 + *grows as u64, ..alert }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn incidents_of_a_stream_are_those_of_a_scan(
        drawn in drawn(),
        part in 1usize..9,
        restarts in prop::bool::ANY,
        withdrawn in prop::collection::vec((0i64..700, 0usize..4, 0usize..3), 0..4),
    ) {
        let mut whole: BTreeMap<String, Alert> =
            drawn.iter().map(of_drawn).map(|alert| (alert.id.clone(), alert)).collect();
        // Each is told first as it rang and later as it is in the end; some are taken back in between.
        let mut course: Vec<(i64, LiveAlert)> = Vec::new();
        let live = |alert: Alert, standing| LiveAlert { alert, standing, supersedes: None };
        for one in &drawn {
            let alert = of_drawn(one);
            // Of two with one id the last holds, as in a scan.
            let alert = whole.get(&alert.id).cloned().unwrap_or(alert);
            let told = Alert { last_us: alert.first_us, count: 1, ..alert.clone() };
            let (rang, behind) = (alert.rang_us / HOUR_US, one.4);
            course.push((rang + behind / 4, live(told, Standing::Provisional)));
            course.push((rang + 6 + behind, live(alert, Standing::Final)));
        }
        for (hour, rule, tenant) in withdrawn {
            let alert = of_drawn(&(hour, rule, tenant, (Some(0), Some(0)), 0, 0));
            if !whole.contains_key(&alert.id) {
                course.push((hour, live(alert.clone(), Standing::Provisional)));
                course.push((hour + 5, live(alert, Standing::Withdrawn)));
            }
        }
        course.sort_by_key(|(hour, _)| *hour);

        let (mut incidents, mut log) = (Incidents::new(Arc::new(book())), Vec::<Telling>::new());
        for (at, part) in course.chunks(part).enumerate() {
            if restarts && at % 7 == 3 {
                incidents = Incidents::new(Arc::new(book()));
                log.iter().for_each(|telling| incidents.restore(&telling.live, telling.incident.as_ref()));
            }
            log.extend(incidents.tell(part.iter().map(|(_, live)| live.clone()).collect()));
            let now = part.last().unwrap().0;
            // What rings in an hour is told within the next three.
            log.extend(incidents.settle((now - 4) * HOUR_US));
        }

        let mut alerts: Vec<Alert> = std::mem::take(&mut whole).into_values().collect();
        let scanned: BTreeMap<String, Incident> =
            link(&mut alerts, &book()).iter().map(|incident| (incident.id.clone(), incident.clone())).collect();
        let mut last: BTreeMap<String, Incident> = BTreeMap::new();
        let mut chains: BTreeMap<String, Alert> = BTreeMap::new();
        for telling in &log {
            if let Some(told) = &telling.incident {
                told.supersedes.iter().for_each(|before| drop(last.remove(before)));
                last.remove(&told.incident.id);
                if told.news != News::Withdrawn {
                    last.insert(told.incident.id.clone(), told.incident.clone());
                }
            }
            if let Some(before) = &telling.live.supersedes {
                chains.remove(before);
            }
            let alert = &telling.live.alert;
            if alert.rule_id.starts_with("CH-") {
                chains.remove(&alert.id);
                if telling.live.standing != Standing::Withdrawn {
                    chains.insert(alert.id.clone(), alert.clone());
                }
            }
        }
        prop_assert_eq!(&last, &scanned);
        let scanned: Vec<(String, i64)> = alerts
            .iter()
            .filter(|alert| alert.rule_id.starts_with("CH-"))
            .map(|alert| (alert.id.clone(), alert.rang_us))
            .collect::<std::collections::BTreeSet<_>>()
            .into_iter()
            .collect();
        let told: Vec<(String, i64)> =
            chains.into_values().map(|alert| (alert.id.clone(), alert.rang_us)).collect();
        prop_assert_eq!(told, scanned);
    }
}
