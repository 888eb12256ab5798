//! The offices' cloud mailboxes: people sign in at work and at home, read and send.

use std::net::{IpAddr, Ipv4Addr};

use super::{Beat, Rhythm};
use crate::clock::SECOND_MS;
use crate::devices::cloud::{self, Place, SignIn};

const SIGN_INS_PER_DAY: f64 = 260.0;
/// Address the offices have outside.
const OFFICES: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 2);
const HERE: Place = Place { city: "Bologna", country: "IT", coordinates: ("44.49381", "11.33875") };

/// Signing in, then a little mail; now and then a wrong password or a second factor that comes too late.
pub(super) fn mailboxes(beat: &mut Beat<'_>) {
    let town = beat.town;
    beat.each(SIGN_INS_PER_DAY, Rhythm::Office, |beat, at_ms| {
        let person = town.staff.anybody(&mut beat.rng);
        let user = format!("{}@{}", person.login, town.domain);
        let at_work = beat.rng.chance(0.85);
        let from = IpAddr::V4(if at_work { OFFICES } else { person.home });
        let right = SignIn {
            user: &user,
            from,
            place: HERE,
            code: 0,
            reason: ("", "MFA requirement satisfied by claim in the token"),
            browser: beat.rng.pick(&["Chrome 134.0.0", "Edge 134.0.0", "Firefox 136.0"]),
        };
        let mut at_ms = at_ms;
        let wrong = beat.rng.unit();
        if wrong < 0.04 {
            let reason =
                if wrong < 0.03 { (50_126, ("Invalid username or password.", "")) } else { (500_121, LATE) };
            let refused = SignIn { code: reason.0, reason: reason.1, ..right };
            cloud::sign_in(beat.lines, town, at_ms, &refused);
            at_ms += 30 * SECOND_MS;
        }
        cloud::sign_in(beat.lines, town, at_ms, &right);
        let who = (user.as_str(), from);
        let items = beat.rng.size(1, 30);
        cloud::mail_items(beat.lines, town, at_ms + 9 * SECOND_MS, who, items);
        if beat.rng.chance(0.4) {
            let subject = beat.rng.pick(&["Riunione", "RE: Richiesta", "Convocazione", "Ordine di servizio"]);
            let seconds = beat.rng.between(60, 900);
            cloud::sent(beat.lines, town, at_ms + seconds * SECOND_MS, who, subject);
        }
    });
}

/// What the log says of a second factor nobody answered.
const LATE: (&str, &str) = (
    "Authentication failed during strong authentication request.",
    "MFA denied; user did not respond to mobile app notification",
);
