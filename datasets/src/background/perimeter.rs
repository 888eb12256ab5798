//! Through the perimeter firewall: Internet noise, browsing, servers' own traffic, telework.

use std::net::{IpAddr, Ipv4Addr};

use super::{Beat, Rhythm};
use crate::clock::{MINUTE_MS, SECOND_MS};
use crate::devices::fortigate::{self, Flow, Verdict};
use crate::devices::fortigate_vpn::{self as vpn, Tunnel};

const NOISE_PER_DAY: f64 = 40_000.0;
const BROWSING_PER_DAY: f64 = 82_000.0;
const SERVERS_PER_DAY: f64 = 46_000.0;
const TELEWORK_PER_DAY: f64 = 45.0;
const SUPPLIERS_PER_DAY: f64 = 5.0;

/// Ports the Internet knocks at.
pub(super) const KNOCKED_PORTS: [u16; 16] =
    [23, 22, 3389, 445, 8080, 80, 443, 5900, 1433, 3306, 6379, 8443, 2323, 5060, 8728, 37_215];

/// Refused knocks from everywhere.
pub(super) fn internet_noise(beat: &mut Beat<'_>) {
    beat.each(NOISE_PER_DAY, Rhythm::Flat, |beat, at_ms| {
        let IpAddr::V4(source) = beat.town.staff.nuisance(&mut beat.rng) else { return };
        let known = beat.rng.chance(0.7);
        let port = if known { beat.rng.pick(&KNOCKED_PORTS) } else { beat.rng.port(1, 65_535) };
        let flow = Flow {
            source: (source, beat.rng.port(1_024, 65_535)),
            destination: (Ipv4Addr::new(192, 0, 2, beat.rng.octet(1, 14)), port),
            protocol: if port == 5060 { 17 } else { 6 },
            verdict: Verdict::Deny,
            interfaces: ("wan1", "root"),
            policy: 0,
            bytes: (0, 0),
            duration_s: 0,
        };
        fortigate::traffic(beat.lines, beat.town, at_ms, &flow);
    });
}

/// PCs towards the web.
pub(super) fn browsing(beat: &mut Beat<'_>) {
    beat.each(BROWSING_PER_DAY, Rhythm::Office, |beat, at_ms| {
        let source = beat.town.staff.anybody(&mut beat.rng).ip;
        let (_, destination) = beat.town.outside_service(&mut beat.rng);
        let received = 900 + beat.rng.below(64) * beat.rng.below(64) * beat.rng.below(400);
        let flow = Flow {
            source: (source, beat.rng.port(49_152, 65_535)),
            destination: (destination, if beat.rng.chance(0.94) { 443 } else { 80 }),
            protocol: 6,
            verdict: Verdict::Close,
            interfaces: ("LAN", "wan1"),
            policy: 12,
            bytes: (400 + received / 20, received),
            duration_s: beat.rng.port(1, 180).into(),
        };
        fortigate::traffic(beat.lines, beat.town, at_ms, &flow);
    });
}

/// Servers towards updates, time and names, and citizens towards the portals.
pub(super) fn server_flows(beat: &mut Beat<'_>) {
    beat.each(SERVERS_PER_DAY, Rhythm::Flat, |beat, at_ms| {
        let (port, protocol) = beat.rng.pick(&[(53, 17), (53, 17), (123, 17), (443, 6), (443, 6), (25, 6)]);
        let host = beat.rng.pick(&[2, 3, 9, 10, 11, 14, 15, 16, 20, 30, 41]);
        let (_, destination) = beat.town.outside_service(&mut beat.rng);
        let large = if protocol == 6 { 90_000 } else { 300 };
        let flow = Flow {
            source: (beat.town.inside(2, host), beat.rng.port(32_768, 65_535)),
            destination: (destination, port),
            protocol,
            verdict: if protocol == 6 { Verdict::Close } else { Verdict::Accept },
            interfaces: ("SERVER", "wan1"),
            policy: 21,
            bytes: (70 + beat.rng.below(large / 10), 90 + beat.rng.below(large)),
            duration_s: beat.rng.port(1, 180).into(),
        };
        fortigate::traffic(beat.lines, beat.town, at_ms, &flow);
    });
}

/// People who work from home through the VPN.
pub(super) fn telework(beat: &mut Beat<'_>) {
    let town = beat.town;
    beat.each(TELEWORK_PER_DAY, Rhythm::Office, |beat, at_ms| {
        let person = town.staff.anybody(&mut beat.rng);
        let from = IpAddr::V4(person.home);
        let mut at_ms = at_ms;
        if beat.rng.chance(0.06) {
            vpn::refused(beat.lines, town, at_ms, from, &person.login, "sslvpn_login_permission_denied");
            at_ms += 20 * SECOND_MS;
        }
        let duration_ms = beat.rng.between(20, 300) * MINUTE_MS;
        let ends = (from, town.inside(99, beat.rng.octet(16, 200)));
        let tunnel = Tunnel::new(&mut beat.rng, vpn::EMPLOYEES, &person.login, ends);
        vpn::opened(beat.lines, town, at_ms, &tunnel);
        let volume = beat.rng.size(1 << 20, 1 << 28);
        vpn::closed(beat.lines, town, at_ms + duration_ms, &tunnel, duration_ms, (volume / 9, volume));
    });
}

/// Suppliers who look after the suite and the machines, from their own office.
pub(super) fn suppliers(beat: &mut Beat<'_>) {
    let town = beat.town;
    // Suppliers work when the offices do.
    if !beat.slice.day.is_working() {
        return;
    }
    beat.each(SUPPLIERS_PER_DAY, Rhythm::Office, |beat, at_ms| {
        let number = beat.rng.below(town.suppliers.len() as u64);
        let Some(supplier) = usize::try_from(number).ok().and_then(|at| town.suppliers.get(at)) else {
            return;
        };
        let duration_ms = beat.rng.between(10, 90) * MINUTE_MS;
        let volume = beat.rng.size(1 << 18, 1 << 24);
        let ends = (supplier.address, supplier.tunnel);
        let tunnel = Tunnel::new(&mut beat.rng, vpn::SUPPLIERS, &supplier.login, ends);
        vpn::opened(beat.lines, town, at_ms, &tunnel);
        vpn::closed(beat.lines, town, at_ms + duration_ms, &tunnel, duration_ms, (volume, volume / 3));
    });
}

/// The IT office looks at its firewall.
pub(super) fn administration(beat: &mut Beat<'_>) {
    let town = beat.town;
    beat.each(4.0, Rhythm::Office, |beat, at_ms| {
        let [first, second] = &town.administrators;
        let person = if beat.rng.chance(0.7) { first } else { second };
        fortigate::admin_login(beat.lines, town, at_ms, IpAddr::V4(person.ip), &person.login, true);
    });
}
