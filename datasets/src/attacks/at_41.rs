//! AT-41: a supplier's tunnel is used to reach the networks of other comuni through the regional VPN.

use std::net::{IpAddr, Ipv4Addr};

use super::{Attack, Entity, Facts, Family, Planted};
use crate::clock::{HOUR_MS, MINUTE_MS, SECOND_MS};
use crate::devices::fortigate::{self, Flow, Verdict};
use crate::devices::fortigate_vpn::{self as vpn, Tunnel};
use crate::devices::windows::EventLog;
use crate::devices::windows_security::{self as security, Logon};
use crate::story::Stage;
use crate::town::Supplier;

/// The scenario.
pub(crate) struct NeighbouringTowns;

impl Attack for NeighbouringTowns {
    fn facts(&self) -> Facts {
        Facts {
            number: 41,
            family: Family::Database,
            title_en: "Regional VPN used to reach neighbouring comuni",
            title_it: "VPN regionale usata per raggiungere i comuni vicini",
            office: None,
        }
    }

    fn plant(&self, stage: &mut Stage<'_>) -> Planted {
        let town = stage.town;
        let Some(supplier) = town.suppliers.last() else {
            return Planted { entity: Entity::default(), detections: Vec::new() };
        };
        let attacker = stage.outsider(0);
        let quiet_ms = stage.rng.between(20 * MINUTE_MS, 4 * HOUR_MS).min(stage.window_ms() / 4);
        // When the supplier itself is not at work: two sessions of one account at once would be another story.
        let start_ms = stage.start_where(quiet_ms + 2 * HOUR_MS, |_, hour| !(7..20).contains(&hour));
        let ends = (attacker, supplier.tunnel);
        let tunnel = Tunnel::new(&mut stage.rng, vpn::SUPPLIERS, &supplier.login, ends);
        vpn::opened(&mut stage.lines, town, start_ms, &tunnel);
        let at_ms = start_ms + stage.minutes(3, 20);
        let at_ms = scan(stage, at_ms, supplier);
        let [admin, _] = &town.administrators;
        log_on(stage, at_ms + quiet_ms, supplier);
        let entity = Entity::default()
            .with("user_name", &supplier.login)
            .with("user_name", &admin.login)
            .with("source_ip", attacker)
            .with("source_ip", supplier.tunnel);
        Planted { entity, detections: vec!["AC-23", "NT-01", "AC-14", "CH-04"] }
    }

    fn twin(&self, stage: &mut Stage<'_>) -> Entity {
        // Somebody who works from home looks for the network printer.
        let (town, person) = (stage.town, stage.person());
        let given = town.inside(99, 200 + stage.rng.octet(3, 50));
        let start_ms = stage.start_in_office(30 * MINUTE_MS);
        let home = IpAddr::V4(person.home);
        let tunnel = Tunnel::new(&mut stage.rng, vpn::EMPLOYEES, &person.login, (home, given));
        vpn::opened(&mut stage.lines, town, start_ms, &tunnel);
        let count = stage.rng.count(9, 22);
        let instants = stage.spread(start_ms + 5 * MINUTE_MS, 3 * MINUTE_MS, count);
        let first = stage.rng.octet(20, 200);
        // Only the first printers answer.
        let answering = stage.rng.octet(1, 3);
        for (host, at_ms) in (first..).zip(instants) {
            let denied = host >= first + answering;
            knock(stage, at_ms, given, (town.inside(6, host), 9_100), denied);
        }
        Entity::default().with("user_name", &person.login).with("source_ip", home).with("source_ip", given)
    }
}

/// A hundred machines of the neighbours are asked for their shares; the end of it.
fn scan(stage: &mut Stage<'_>, start_ms: i64, supplier: &Supplier) -> i64 {
    let neighbour = stage.town.net.wrapping_add(stage.rng.octet(1, 60));
    let vlan = stage.rng.octet(1, 30);
    let count = stage.rng.octet(95, 150);
    let length_ms = stage.rng.between(60, 230) * SECOND_MS;
    let instants = stage.spread(start_ms, length_ms, usize::from(count));
    let refused = 0.68 + stage.rng.unit() * 0.2;
    let first = stage.rng.octet(2, 60);
    for (host, at_ms) in (first..=first.saturating_add(count)).zip(instants) {
        let denied = stage.rng.chance(refused);
        let destination = Ipv4Addr::new(10, neighbour, vlan, host);
        knock(stage, at_ms, supplier.tunnel, (destination, 445), denied);
    }
    start_ms + length_ms
}

fn knock(stage: &mut Stage<'_>, at_ms: i64, from: Ipv4Addr, to: (Ipv4Addr, u16), denied: bool) {
    let town = stage.town;
    let flow = Flow {
        source: (from, stage.rng.port(49_152, 65_000)),
        destination: to,
        protocol: 6,
        verdict: if denied { Verdict::Deny } else { Verdict::Close },
        interfaces: ("ssl.root", "SPC"),
        policy: if denied { 0 } else { 41 },
        bytes: if denied { (0, 0) } else { (stage.rng.size(300, 4_000), stage.rng.size(200, 9_000)) },
        duration_s: 2,
    };
    fortigate::traffic(&mut stage.lines, town, at_ms, &flow);
}

/// An administrator's hash opens one machine after the other.
fn log_on(stage: &mut Stage<'_>, start_ms: i64, supplier: &Supplier) {
    let town = stage.town;
    let [admin, _] = &town.administrators;
    let count = stage.rng.count(8, 14);
    let pcs = town.some_pcs(&mut stage.rng, count);
    let length_ms = stage.minutes(3, 22);
    let instants = stage.spread(start_ms, length_ms, count);
    for (pc, at_ms) in pcs.iter().zip(instants) {
        let from = (IpAddr::V4(supplier.tunnel), stage.rng.port(49_152, 65_000));
        let logon = Logon { user: admin, kind: 3, package: "NTLM", from, workstation: "ASSISTENZA" };
        security::logon(&mut stage.lines, town, &EventLog::of_pc(town, pc), at_ms, &logon);
    }
}
