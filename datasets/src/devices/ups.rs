//! UPS states by NUT's upsmon, over syslog.

use super::syslog;
use crate::lines::Lines;
use crate::town::Town;

/// The UPS says `state`: `on battery`, `on line power`.
pub fn state(lines: &mut Lines, town: &Town, at_ms: i64, state: &str) {
    let mut pen = syslog::line(lines, &town.hosts.network, at_ms, 28, "upsmon", Some(612));
    pen.s("UPS sala-server@localhost ").s(state);
}
