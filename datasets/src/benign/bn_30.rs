//! BN-30: the press office's newsletter, every Friday.

use std::net::IpAddr;

use super::Oddity;
use crate::calendar::Day;
use crate::clock::MINUTE_MS;
use crate::devices::mail::{self, Delivery};
use crate::rng::Rng;
use crate::story::Stage;

/// The oddity.
pub(crate) struct Newsletter;

impl Oddity for Newsletter {
    fn number(&self) -> u8 {
        30
    }

    fn happens(&self, day: &Day, _luck: &mut Rng) -> bool {
        day.is_working() && day.weekday == 4
    }

    fn plant(&self, stage: &mut Stage<'_>, day: &Day) {
        let (town, sender) = (stage.town, stage.person());
        let from = format!("newsletter@{}", town.domain);
        let count = stage.rng.count(400, 800);
        for at_ms in stage.spread(day.at(11, 0), 25 * MINUTE_MS, count) {
            let queue = stage.rng.port(1, 65_535).into();
            let to = format!("iscritto{}@posta{}.example", stage.rng.below(4_000), stage.rng.below(6));
            mail::submitted(&mut stage.lines, town, at_ms, IpAddr::V4(sender.ip), queue, Some("newsletter"));
            let delivered = stage.rng.chance(0.99);
            let delivery = Delivery { queue, from: &from, to: &to, bytes: 88_100, delivered };
            mail::delivered(&mut stage.lines, town, at_ms + 250, &delivery);
        }
    }
}
