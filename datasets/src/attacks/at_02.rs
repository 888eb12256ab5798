//! AT-02: at night a supplier's account reaches a hypervisor, opens its shell and kills the machines.

use super::{Attack, Entity, Facts, Family, Planted};
use crate::clock::{MINUTE_MS, SECOND_MS};
use crate::devices::fortigate_vpn::{self as vpn, Tunnel};
use crate::devices::{ups, vmware};
use crate::hosts::Appliance;
use crate::story::Stage;
use crate::town::Supplier;

/// The scenario.
pub(crate) struct HypervisorRansom;

const MACHINES: [&str; 12] = [
    "VM-PROTOCOLLO",
    "VM-SUITE",
    "VM-TS",
    "VM-DC02",
    "VM-FILE",
    "VM-DB1",
    "VM-PORTALE",
    "VM-STAMPE",
    "VM-WSUS",
    "VM-TELEFONI",
    "VM-TRIBUTI",
    "VM-SIT",
];

impl Attack for HypervisorRansom {
    fn facts(&self) -> Facts {
        Facts {
            number: 2,
            family: Family::Continuity,
            title_en: "ESXi ransomware from the supplier's bastion",
            title_it: "Ransomware su ESXi dal bastione del fornitore",
            office: None,
        }
    }

    fn plant(&self, stage: &mut Stage<'_>) -> Planted {
        let town = stage.town;
        let detections = vec!["AC-19", "SC-15", "SC-16", "SC-14", "SC-26", "CH-02"];
        let Some(supplier) = town.suppliers.first() else {
            return Planted { entity: Entity::default(), detections };
        };
        let [first, second] = &town.hosts.hypervisors;
        let host = if stage.rng.chance(0.5) { first } else { second };
        let at_ms = stage.start_off_hours(50 * MINUTE_MS);
        connect(stage, at_ms, supplier);
        let at_ms = at_ms + stage.minutes(2, 12);
        open_shell(stage, at_ms, host, supplier);
        let at_ms = at_ms + stage.minutes(1, 8);
        kill(stage, at_ms, host);
        let entity = Entity::default()
            .with("user_name", &supplier.login)
            .with("user_name", "root")
            .with("source_ip", supplier.tunnel)
            .with("source_ip", supplier.address)
            .with("host_name", &host.name);
        Planted { entity, detections }
    }

    fn twin(&self, stage: &mut Stage<'_>) -> Entity {
        // The mains fail for a minute and the UPS agent puts away what can be spared.
        let town = stage.town;
        let [_, host] = &town.hosts.hypervisors;
        let at_ms = stage.start_anytime(20 * MINUTE_MS);
        let outage_ms = stage.rng.between(70, 110) * SECOND_MS;
        ups::state(&mut stage.lines, town, at_ms, "on battery");
        let mut machines = MACHINES;
        stage.rng.shuffle(&mut machines);
        let back_ms = at_ms + outage_ms + stage.minutes(3, 9);
        for (place, machine) in (0..).zip(machines.iter().take(stage.rng.count(2, 3))) {
            let delay_ms = (15 + 22 * place) * SECOND_MS;
            for (from_ms, word) in [(at_ms, "off"), (back_ms, "on")] {
                let text = format!("{machine} on {} in ha-datacenter is powered {word}", host.name);
                vmware::event(&mut stage.lines, host, from_ms + delay_ms, "ups-agent", &text);
            }
        }
        ups::state(&mut stage.lines, town, at_ms + outage_ms, "on line power");
        Entity::default().with("host_name", &host.name).with("host_name", &town.hosts.network.name)
    }
}

fn connect(stage: &mut Stage<'_>, at_ms: i64, supplier: &Supplier) {
    let ends = (supplier.address, supplier.tunnel);
    let tunnel = Tunnel::new(&mut stage.rng, vpn::SUPPLIERS, &supplier.login, ends);
    vpn::opened(&mut stage.lines, stage.town, at_ms, &tunnel);
}

/// The host's web client first, then SSH.
fn open_shell(stage: &mut Stage<'_>, at_ms: i64, host: &Appliance, supplier: &Supplier) {
    let text = format!("User root@{} logged in as Mozilla/5.0 (Windows NT 10.0)", supplier.tunnel);
    vmware::event(&mut stage.lines, host, at_ms, "root", &text);
    let at_ms = at_ms + stage.rng.between(15, 90) * SECOND_MS;
    vmware::ssh_enabled(&mut stage.lines, host, at_ms);
    let at_ms = at_ms + stage.rng.between(10, 60) * SECOND_MS;
    vmware::ssh_session(&mut stage.lines, host, at_ms, supplier.tunnel);
    let mut commands = ["uname -a", "esxcli storage filesystem list", "esxcli vm process list", "df -h"];
    stage.rng.shuffle(&mut commands);
    let length_ms = stage.rng.between(15, 50) * SECOND_MS;
    let instants = stage.spread(at_ms + 2 * SECOND_MS, length_ms, 3);
    for (command, at_ms) in commands.iter().zip(instants) {
        vmware::shell_command(&mut stage.lines, host, at_ms, command);
    }
}

/// Every machine is killed by hand, one command each; then the disks are looked for.
fn kill(stage: &mut Stage<'_>, at_ms: i64, host: &Appliance) {
    let mut machines = MACHINES;
    stage.rng.shuffle(&mut machines);
    let count = stage.rng.count(7, 12);
    let length_ms = stage.rng.between(50, 170) * SECOND_MS;
    let kind = stage.rng.pick(&["force", "hard", "soft"]);
    let instants = stage.spread(at_ms, length_ms, count);
    for (machine, at_ms) in machines.iter().zip(instants) {
        let command =
            format!("esxcli vm process kill --type={kind} --world-id={}", stage.rng.size(200_000, 990_000));
        vmware::shell_command(&mut stage.lines, host, at_ms, &command);
        let text = format!("{machine} on {} in ha-datacenter is powered off", host.name);
        vmware::event(&mut stage.lines, host, at_ms + 1_400, "root", &text);
    }
    let at_ms = at_ms + length_ms + 20 * SECOND_MS;
    vmware::shell_command(&mut stage.lines, host, at_ms, "chmod +x /tmp/enc");
    let command = "find /vmfs/volumes/ -type f ( -name *.vmdk -o -name *.vmx )";
    vmware::shell_command(&mut stage.lines, host, at_ms + 9 * SECOND_MS, command);
}
