//! AT-10: a mailbox's password is guessed and the mailbox sends spam until the others refuse it.

use std::net::IpAddr;

use super::{Attack, Entity, Facts, Family, Planted};
use crate::clock::{MINUTE_MS, SECOND_MS};
use crate::devices::mail::{self, Answer, Delivery};
use crate::story::Stage;

/// The scenario.
pub(crate) struct SpamFromMailbox;

const REFUSALS: [&str; 4] = [
    "Message rejected as spam by content filter",
    "Service unavailable; client host blocked using reputation list",
    "Our system has detected that this message is likely unsolicited mail",
    "Access denied, banned sender",
];

impl Attack for SpamFromMailbox {
    fn facts(&self) -> Facts {
        Facts {
            number: 10,
            family: Family::Continuity,
            title_en: "Mail server used for spam until blacklisted",
            title_it: "Casella usata per spam fino al blocco della posta",
            office: None,
        }
    }

    fn plant(&self, stage: &mut Stage<'_>) -> Planted {
        let (town, attacker) = (stage.town, stage.outsider(0));
        let mailbox = stage.rng.pick(&["protocollo", "urp", "suap", "segreteria", "anagrafe"]);
        let spraying_ms = stage.minutes(18, 40);
        let start_ms = stage.start_anytime(spraying_ms + 90 * MINUTE_MS);
        spray(stage, start_ms, spraying_ms, attacker);
        let at_ms = start_ms + spraying_ms + stage.rng.between(20, 240) * SECOND_MS;
        mail::imap_login(&mut stage.lines, town, at_ms, attacker, mailbox, true);
        let at_ms = at_ms + stage.minutes(5, 25);
        let end_ms = burst(stage, at_ms, mailbox, attacker);
        let blocked_ms = end_ms + stage.minutes(2, 9);
        blocked(stage, blocked_ms);
        let entity = Entity::default()
            .with("user_name", mailbox)
            .with("user_name", format!("{mailbox}@{}", town.domain))
            .with("source_ip", attacker)
            .with("host_name", &town.hosts.mail.name);
        let detections = vec!["AC-02", "AC-03", "ML-02"];
        Planted { entity, detections }
    }

    fn twin(&self, stage: &mut Stage<'_>) -> Entity {
        // An office writes to its list: a few addresses are no longer there.
        let (town, person) = (stage.town, stage.person());
        let from = format!("{}@{}", person.login, town.domain);
        let length_ms = stage.minutes(55, 90);
        let start_ms = stage.start_in_office(length_ms);
        let count = stage.rng.count(45, 80);
        for at_ms in stage.spread(start_ms, length_ms, count) {
            let queue = stage.rng.port(1, 65_535).into();
            let to = format!("famiglia{}@posta{}.example", stage.rng.below(900), stage.rng.below(6));
            let client = IpAddr::V4(person.ip);
            mail::submitted(&mut stage.lines, town, at_ms, client, queue, Some(&person.login));
            let delivered = stage.rng.chance(0.95);
            let delivery = Delivery { queue, from: &from, to: &to, bytes: 38_440, delivered };
            mail::delivered(&mut stage.lines, town, at_ms + 300, &delivery);
        }
        Entity::default()
            .with("user_name", &person.login)
            .with("source_ip", person.ip)
            .with("host_name", &town.hosts.mail.name)
    }
}

/// One guess each on many mailboxes.
fn spray(stage: &mut Stage<'_>, start_ms: i64, length_ms: i64, attacker: IpAddr) {
    let town = stage.town;
    let (skipped, count) = (stage.rng.count(0, 60), stage.rng.count(30, 46));
    let mailboxes = town.staff.all().iter().skip(skipped).step_by(2).take(count);
    let instants = stage.spread(start_ms, length_ms, count);
    for (person, at_ms) in mailboxes.zip(instants) {
        mail::imap_login(&mut stage.lines, town, at_ms, attacker, &person.login, false);
    }
}

/// A dozen messages to some twenty people each, mostly refused; the end of it.
fn burst(stage: &mut Stage<'_>, start_ms: i64, mailbox: &str, attacker: IpAddr) -> i64 {
    let town = stage.town;
    let from = format!("{mailbox}@{}", town.domain);
    let length_ms = stage.minutes(7, 11);
    let refusal = stage.rng.pick(&REFUSALS);
    let messages = stage.rng.count(12, 16);
    for at_ms in stage.spread(start_ms, length_ms, messages) {
        let queue = stage.rng.port(1, 65_535).into();
        mail::submitted(&mut stage.lines, town, at_ms, attacker, queue, Some(mailbox));
        let recipients = stage.rng.count(17, 24);
        mail::queued(&mut stage.lines, town, at_ms + 200, queue, &from, 6_120, recipients);
        for _ in 0..recipients {
            let to = format!("contatto{}@lista{}.example", stage.rng.below(90_000), stage.rng.below(12));
            let refused = stage.rng.chance(0.66);
            let answer = if refused { Answer::Refused("550 5.7.1", refusal) } else { Answer::Taken };
            let delay_ms = stage.rng.between(600, 14_000);
            mail::attempted(&mut stage.lines, town, at_ms + delay_ms, queue, &to, answer);
        }
    }
    start_ms + length_ms
}

/// From then on nobody takes the comune's own mail.
fn blocked(stage: &mut Stage<'_>, start_ms: i64) {
    let town = stage.town;
    let (count, length_ms) = (stage.rng.count(6, 18), stage.minutes(10, 30));
    for at_ms in stage.spread(start_ms, length_ms, count) {
        let from = format!("{}@{}", town.staff.anybody(&mut stage.rng).login, town.domain);
        let to = format!("ufficio{}@provincia.example", stage.rng.below(30));
        let queue = stage.rng.port(1, 65_535).into();
        mail::queued(&mut stage.lines, town, at_ms, queue, &from, 18_220, 1);
        let answer = Answer::Later("421 4.7.0", "Too much spam from your server, try again later");
        mail::attempted(&mut stage.lines, town, at_ms + 1_100, queue, &to, answer);
    }
}
