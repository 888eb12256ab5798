//! BN-14: the mains fail; the UPS says so and lasts, switch ports fall, virtual machines are shut down in order.

use super::Oddity;
use crate::calendar::Day;
use crate::clock::{MINUTE_MS, SECOND_MS};
use crate::devices::{switch, ups, vmware};
use crate::rng::Rng;
use crate::story::Stage;

/// The oddity.
pub(crate) struct PowerCut;

const MACHINES: [&str; 6] = ["VM-PROTOCOLLO", "VM-SUITE", "VM-TS", "VM-STAMPE", "VM-WSUS", "VM-TEST"];

impl Oddity for PowerCut {
    fn number(&self) -> u8 {
        14
    }

    fn happens(&self, _day: &Day, luck: &mut Rng) -> bool {
        luck.chance(0.1)
    }

    fn plant(&self, stage: &mut Stage<'_>, day: &Day) {
        let town = stage.town;
        let [host, _] = &town.hosts.hypervisors;
        let start_ms = day.at(0, 0) + stage.minutes(30, 22 * 60);
        let length_ms = stage.minutes(18, 44);
        ups::state(&mut stage.lines, town, start_ms, "on battery");
        for port in 40..=46 {
            let name = format!("GigabitEthernet1/0/{port}");
            let delay_ms = stage.rng.between(200, 3_000);
            switch::link(&mut stage.lines, town, start_ms + delay_ms, &name, false);
            let back_ms = stage.rng.between(20, 90) * SECOND_MS;
            switch::link(&mut stage.lines, town, start_ms + length_ms + back_ms, &name, true);
        }
        for (step, machine) in MACHINES.iter().enumerate() {
            // One after the other: each is given the time to close its files.
            let delay_ms = i64::try_from(step).unwrap_or(0) * 110 * SECOND_MS;
            for (offset_ms, word) in [(9 * MINUTE_MS, "off"), (length_ms + 4 * MINUTE_MS, "on")] {
                let text = format!("{machine} on {} in ha-datacenter is powered {word}", host.name);
                vmware::event(&mut stage.lines, host, start_ms + offset_ms + delay_ms, "ups-agent", &text);
            }
        }
        ups::state(&mut stage.lines, town, start_ms + length_ms, "on line power");
    }
}
