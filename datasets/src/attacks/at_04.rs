//! AT-04: a flood of UDP fills the line; the uplink flaps and people lose the VPN.

use std::net::{IpAddr, Ipv4Addr};

use super::{Attack, Entity, Facts, Family, Planted};
use crate::clock::{MINUTE_MS, SECOND_MS};
use crate::devices::fortigate::{self, Flow, Verdict};
use crate::devices::fortigate_vpn::{self as vpn, Tunnel};
use crate::devices::switch;
use crate::story::Stage;

/// The scenario.
pub(crate) struct LineFlood;

const UPLINK: &str = "GigabitEthernet1/0/48";

impl Attack for LineFlood {
    fn facts(&self) -> Facts {
        Facts {
            number: 4,
            family: Family::Continuity,
            title_en: "Volumetric UDP flood on the line",
            title_it: "Attacco volumetrico UDP sulla linea",
            office: None,
        }
    }

    fn plant(&self, stage: &mut Stage<'_>) -> Planted {
        let hosts = &stage.town.hosts;
        let target = if stage.rng.chance(0.5) { hosts.portal.public_ip } else { hosts.albo.public_ip };
        let length_ms = stage.minutes(12, 34);
        let start_ms = stage.start_anytime(length_ms + 12 * MINUTE_MS);
        let port = stage.rng.pick(&[443, 80, 53, 123, 4500]);
        refused(stage, start_ms, (target, port));
        counted(stage, start_ms + 14 * SECOND_MS, length_ms, (target, port));
        let down_ms = start_ms + stage.minutes(2, 5);
        flapping(stage, down_ms);
        tunnels_lost(stage, down_ms + 3 * SECOND_MS);
        let entity = Entity::default()
            .with("destination_ip", target)
            .with("host_name", &hosts.firewall.name)
            .with("host_name", &hosts.switch.name)
            .with("observer_ingress", UPLINK);
        Planted { entity, detections: vec!["SC-01", "SC-25"] }
    }

    fn twin(&self, stage: &mut Stage<'_>) -> Entity {
        // The council meeting is streamed: some dozens of people watch it.
        let target = stage.town.hosts.portal.public_ip;
        let length_ms = stage.minutes(50, 80);
        let start_ms = stage.start_anytime(length_ms);
        let viewers: Vec<IpAddr> =
            (0..stage.rng.count(50, 110)).map(|_| stage.town.citizen(&mut stage.rng)).collect();
        let count = stage.rng.count(140, 260);
        for at_ms in stage.spread(start_ms, length_ms, count) {
            let viewer = viewers.get(stage.rng.count(0, viewers.len() - 1)).copied();
            let Some(IpAddr::V4(source)) = viewer else { continue };
            let volume = stage.rng.size(2_000_000, 60_000_000);
            let flow = Flow {
                source: (source, stage.rng.port(40_000, 65_000)),
                destination: (target, 443),
                protocol: 17,
                verdict: Verdict::Accept,
                interfaces: ("wan1", "DMZ"),
                policy: 31,
                bytes: (volume / 50, volume),
                duration_s: stage.rng.port(60, 900).into(),
            };
            fortigate::traffic(&mut stage.lines, stage.town, at_ms, &flow);
        }
        Entity::default().with("destination_ip", target)
    }
}

/// The firewall logs what it can of the first minute: reflectors' answers nobody asked for.
fn refused(stage: &mut Stage<'_>, start_ms: i64, destination: (Ipv4Addr, u16)) {
    let reflector = stage.rng.pick(&[53, 123, 389, 1900, 11_211]);
    let (count, length_ms) = (stage.rng.count(330, 560), stage.rng.between(35, 58) * SECOND_MS);
    for at_ms in stage.spread(start_ms, length_ms, count) {
        let flow = Flow {
            source: (bot(stage), reflector),
            destination,
            protocol: 17,
            verdict: Verdict::Deny,
            interfaces: ("wan1", "root"),
            policy: 0,
            bytes: (0, 0),
            duration_s: 0,
        };
        fortigate::traffic(&mut stage.lines, stage.town, at_ms, &flow);
    }
}

/// Meanwhile the denial-of-service policy counts.
fn counted(stage: &mut Stage<'_>, start_ms: i64, length_ms: i64, destination: (Ipv4Addr, u16)) {
    let count = stage.rng.count(16, 40);
    for at_ms in stage.spread(start_ms, length_ms, count) {
        let source = (bot(stage), stage.rng.port(1_024, 65_000));
        let packets = stage.rng.size(20_000, 90_000);
        fortigate::anomaly(&mut stage.lines, stage.town, at_ms, "udp_flood", source, destination, packets);
    }
}

fn flapping(stage: &mut Stage<'_>, start_ms: i64) {
    let (pairs, length_ms) = (stage.rng.count(5, 9), stage.minutes(5, 9));
    for (place, at_ms) in stage.spread(start_ms, length_ms, 2 * pairs).into_iter().enumerate() {
        switch::link(&mut stage.lines, stage.town, at_ms, UPLINK, place % 2 == 1);
    }
}

fn tunnels_lost(stage: &mut Stage<'_>, at_ms: i64) {
    let town = stage.town;
    for _ in 0..stage.rng.count(3, 8) {
        let person = town.staff.anybody(&mut stage.rng);
        let given = town.inside(99, stage.rng.octet(16, 200));
        let ends = (IpAddr::V4(person.home), given);
        let tunnel = Tunnel::new(&mut stage.rng, vpn::EMPLOYEES, &person.login, ends);
        let duration_ms = stage.minutes(5, 150);
        let bytes = (stage.rng.size(1 << 18, 1 << 24), stage.rng.size(1 << 20, 1 << 27));
        let delay_ms = stage.rng.between(0, 20 * SECOND_MS);
        vpn::closed(&mut stage.lines, town, at_ms + delay_ms, &tunnel, duration_ms, bytes);
    }
}

fn bot(stage: &mut Stage<'_>) -> Ipv4Addr {
    Ipv4Addr::new(198, 18, stage.rng.octet(128, 255), stage.rng.octet(1, 254))
}
