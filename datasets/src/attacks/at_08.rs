//! AT-08: invented network cards eat all the addresses of the library's VLAN, then of the staff's.

use super::{Attack, Entity, Facts, Family, Planted};
use crate::clock::MINUTE_MS;
use crate::devices::dhcp::{self, Client};
use crate::story::Stage;

/// The scenario.
pub(crate) struct LeaseStarvation;

const GUESTS: &str = "eth0.30";
const STAFF: &str = "eth0.20";

impl Attack for LeaseStarvation {
    fn facts(&self) -> Facts {
        Facts {
            number: 8,
            family: Family::Continuity,
            title_en: "DHCP starvation in the library network, then on the staff VLAN",
            title_it: "Esaurimento DHCP nella rete della biblioteca, poi nella VLAN degli uffici",
            office: None,
        }
    }

    fn plant(&self, stage: &mut Stage<'_>) -> Planted {
        let start_ms = stage.start_anytime(30 * MINUTE_MS);
        let taken = stage.rng.count(95, 130);
        let refused = stage.rng.count(45, 75);
        let end_ms = starve(stage, start_ms, GUESTS, taken, refused);
        let at_ms = end_ms + stage.minutes(3, 12);
        let (taken, refused) = (stage.rng.count(64, 84), stage.rng.count(36, 60));
        starve(stage, at_ms, STAFF, taken, refused);
        let entity = Entity::default()
            .with("observer_ingress", GUESTS)
            .with("observer_ingress", STAFF)
            .with("host_name", &stage.town.hosts.network.name);
        Planted { entity, detections: vec!["SC-23"] }
    }

    fn twin(&self, stage: &mut Stage<'_>) -> Entity {
        // Students come to the library in the afternoon, each with a telephone that invents its address.
        let length_ms = stage.minutes(45, 90);
        let start_ms = stage.start_where(length_ms, |_, hour| (14..18).contains(&hour));
        let count = stage.rng.count(28, 55);
        for at_ms in stage.spread(start_ms, length_ms, count) {
            let mac = invented(stage, 0x0e);
            lease(stage, at_ms, GUESTS, mac);
        }
        Entity::default().with("observer_ingress", GUESTS).with("host_name", &stage.town.hosts.network.name)
    }
}

/// All the addresses of an interface are taken, then refused; the end of it.
fn starve(
    stage: &mut Stage<'_>,
    start_ms: i64,
    interface: &'static str,
    taken: usize,
    refused: usize,
) -> i64 {
    let length_ms = stage.rng.between(100, 170) * 1_000;
    let vendor = stage.rng.octet(0, 63) * 4 + 2;
    for at_ms in stage.spread(start_ms, length_ms, taken) {
        let mac = invented(stage, vendor);
        lease(stage, at_ms, interface, mac);
    }
    let (start_ms, length_ms) = (start_ms + length_ms, stage.rng.between(40, 90) * 1_000);
    for at_ms in stage.spread(start_ms, length_ms, refused) {
        let mac = invented(stage, vendor);
        let client = Client { ip: stage.town.inside(30, 1), mac, name: "", interface };
        dhcp::no_free_leases(&mut stage.lines, stage.town, at_ms, &client);
    }
    start_ms + length_ms
}

fn lease(stage: &mut Stage<'_>, at_ms: i64, interface: &'static str, mac: [u8; 6]) {
    let vlan = if interface == STAFF { 4 } else { 30 };
    let ip = stage.town.inside(vlan, stage.rng.octet(20, 250));
    let name = stage.rng.pick(&["android", "iphone", "localhost", "host"]);
    dhcp::renewed(&mut stage.lines, stage.town, at_ms, &Client { ip, mac, name, interface });
}

fn invented(stage: &mut Stage<'_>, vendor: u8) -> [u8; 6] {
    let [a, b, c, d, e, ..] = stage.rng.next_u64().to_be_bytes();
    [vendor, a, b, c, d, e]
}
