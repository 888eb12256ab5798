//! Mail: mailboxes read over IMAP, messages in and out, certified mail.

use std::net::IpAddr;

use super::{Beat, Rhythm};
use crate::devices::mail::{self as server, Delivery};
use crate::devices::municipal;
use crate::words::OUTSIDE_SERVICES;

const READS_OFFICE_PER_DAY: f64 = 7_000.0;
const READS_FLAT_PER_DAY: f64 = 2_000.0;
const MESSAGES_PER_DAY: f64 = 3_200.0;
const CERTIFIED_PER_DAY: f64 = 160.0;

/// A day of mail.
pub(super) fn mail(beat: &mut Beat<'_>) {
    let town = beat.town;
    beat.each(READS_OFFICE_PER_DAY, Rhythm::Office, |beat, at_ms| {
        let person = town.staff.anybody(&mut beat.rng);
        server::imap_login(beat.lines, town, at_ms, IpAddr::V4(person.ip), &person.login, true);
    });
    beat.each(READS_FLAT_PER_DAY, Rhythm::Flat, |beat, at_ms| {
        let person = town.staff.anybody(&mut beat.rng);
        let right = beat.rng.chance(0.995);
        server::imap_login(beat.lines, town, at_ms, IpAddr::V4(person.home), &person.login, right);
    });
    beat.each(MESSAGES_PER_DAY, Rhythm::Office, message);
    beat.each(CERTIFIED_PER_DAY, Rhythm::Office, |beat, at_ms| {
        let own = format!("protocollo@pec.{}", town.domain);
        let other = format!("ditta{}@pec.example", beat.rng.below(400));
        for (step, kind) in ["accettazione", "avvenuta-consegna"].iter().enumerate() {
            let delay_ms = i64::try_from(step).unwrap_or(0) * beat.rng.between(3_000, 60_000);
            municipal::pec(beat.lines, town, at_ms + delay_ms, kind, &own, &other, "nessuno");
        }
    });
}

fn message(beat: &mut Beat<'_>, at_ms: i64) {
    let town = beat.town;
    let person = town.staff.anybody(&mut beat.rng);
    let own = format!("{}@{}", person.login, town.domain);
    let outside = format!("ufficio{}@{}.example", beat.rng.below(30), beat.rng.pick(&OUTSIDE_SERVICES));
    let outgoing = beat.rng.chance(0.4);
    let queue = beat.rng.port(1, 65_535).into();
    let client = if outgoing { IpAddr::V4(person.ip) } else { town.citizen(&mut beat.rng) };
    server::submitted(beat.lines, town, at_ms, client, queue, outgoing.then_some(person.login.as_str()));
    let (from, to) = if outgoing { (&own, &outside) } else { (&outside, &own) };
    let bytes = beat.rng.size(2_000, 900_000);
    let delivery = Delivery { queue, from, to, bytes, delivered: beat.rng.chance(0.985) };
    server::delivered(beat.lines, town, at_ms + 200, &delivery);
}
