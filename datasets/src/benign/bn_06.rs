//! BN-06: the tax office sends the TARI notices to hundreds of citizens.

use std::net::IpAddr;

use super::Oddity;
use crate::calendar::Day;
use crate::clock::MINUTE_MS;
use crate::devices::mail::{self, Delivery};
use crate::rng::Rng;
use crate::story::Stage;

/// The oddity.
pub(crate) struct TaxNotices;

impl Oddity for TaxNotices {
    fn number(&self) -> u8 {
        6
    }

    fn happens(&self, day: &Day, luck: &mut Rng) -> bool {
        day.is_working() && luck.chance(0.15)
    }

    fn plant(&self, stage: &mut Stage<'_>, day: &Day) {
        let town = stage.town;
        let from = format!("tributi@{}", town.domain);
        let count = stage.rng.count(350, 700);
        for at_ms in stage.spread(day.at(9, 30), 70 * MINUTE_MS, count) {
            let queue = stage.rng.port(1, 65_535).into();
            let to = format!("cittadino{}@posta{}.example", stage.rng.below(9_000), stage.rng.below(6));
            mail::submitted(
                &mut stage.lines,
                town,
                at_ms,
                IpAddr::V4(town.hosts.suite.ip),
                queue,
                Some("tributi"),
            );
            let delivered = stage.rng.chance(0.98);
            let delivery = Delivery { queue, from: &from, to: &to, bytes: 48_211, delivered };
            mail::delivered(&mut stage.lines, town, at_ms + 300, &delivery);
        }
    }
}
