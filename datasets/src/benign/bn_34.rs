//! BN-34: fail2ban bans an address, lets it in again, bans it again, all day.

use super::Oddity;
use crate::calendar::Day;
use crate::clock::{MINUTE_MS, SECOND_MS};
use crate::devices::fail2ban;
use crate::devices::sshd::{self, Peer};
use crate::rng::Rng;
use crate::story::Stage;

/// The oddity.
pub(crate) struct RepeatedBan;

impl Oddity for RepeatedBan {
    fn number(&self) -> u8 {
        34
    }

    fn happens(&self, _day: &Day, _luck: &mut Rng) -> bool {
        true
    }

    fn plant(&self, stage: &mut Stage<'_>, day: &Day) {
        let (town, ip) = (stage.town, stage.outsider(0));
        let mut at_ms = day.at(0, 0) + stage.minutes(20, 180);
        for _ in 0..stage.rng.count(5, 9) {
            for _ in 0..5 {
                at_ms += stage.rng.between(16, 40) * SECOND_MS;
                let peer = Peer {
                    ip,
                    port: stage.rng.port(30_000, 60_000),
                    pid: stage.rng.port(2_000, 32_000).into(),
                };
                sshd::failed_password(&mut stage.lines, &town.hosts.portal_host, at_ms, peer, "root", true);
                fail2ban::found(&mut stage.lines, town, at_ms + 1_800, "sshd", ip);
            }
            fail2ban::ban(&mut stage.lines, town, at_ms + 2_000, "sshd", ip, true);
            at_ms += 60 * MINUTE_MS;
            fail2ban::ban(&mut stage.lines, town, at_ms, "sshd", ip, false);
            at_ms += stage.minutes(5, 60);
        }
    }
}
