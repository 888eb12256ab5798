//! Names and addresses: queries to the resolver, DHCP leases.

use super::{Beat, Rhythm};
use crate::devices::dhcp::{self, Client};
use crate::devices::resolver;

const NAMES_OFFICE_PER_DAY: f64 = 34_000.0;
const NAMES_FLAT_PER_DAY: f64 = 40_000.0;
const LEASES_PER_DAY: f64 = 1_600.0;

/// PCs and servers ask for names.
pub(super) fn names(beat: &mut Beat<'_>) {
    let town = beat.town;
    let mut ask = |beat: &mut Beat<'_>, at_ms: i64| {
        let client = town.staff.anybody(&mut beat.rng).ip;
        let port = beat.rng.port(49_152, 65_535);
        let kind = beat.rng.pick(&["A", "A", "A", "AAAA", "HTTPS"]);
        let (service, _) = town.outside_service(&mut beat.rng);
        let (name, kind) = match beat.rng.below(10) {
            0..=6 => (format!("{service}.example"), kind),
            7 | 8 => (format!("_ldap._tcp.{}", town.forest), "SRV"),
            _ => (format!("portale.{}", town.domain), kind),
        };
        resolver::query(beat.lines, town, at_ms, client, port, &name, kind);
    };
    beat.each(NAMES_OFFICE_PER_DAY, Rhythm::Office, &mut ask);
    beat.each(NAMES_FLAT_PER_DAY, Rhythm::Flat, &mut ask);
}

/// Renewals of staff PCs; phones of guests at the library in the afternoon.
pub(super) fn leases(beat: &mut Beat<'_>) {
    let town = beat.town;
    beat.each(LEASES_PER_DAY, Rhythm::Flat, |beat, at_ms| {
        let person = town.staff.anybody(&mut beat.rng);
        let client = Client { ip: person.ip, mac: person.mac, name: &person.pc, interface: "eth0.20" };
        dhcp::renewed(beat.lines, town, at_ms, &client);
    });
    beat.each(300.0, Rhythm::Citizens, |beat, at_ms| {
        let [a, b, c, d, ..] = beat.rng.next_u64().to_be_bytes();
        let ip = town.inside(30, beat.rng.octet(20, 250));
        let client = Client { ip, mac: [0x5e, 0x12, a, b, c, d], name: "android", interface: "eth0.30" };
        dhcp::renewed(beat.lines, town, at_ms, &client);
    });
}
