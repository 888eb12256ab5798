//! Machines by themselves: cron and systemd, hypervisors, switch, databases, gateways, gates, telephones.

use std::net::IpAddr;

use super::{Beat, Rhythm};
use crate::clock::{MINUTE_MS, SECOND_MS};
use crate::devices::asterisk::{self, Telephone};
use crate::devices::municipal::{self, Call, Direction};
use crate::devices::postgres::{self, Session};
use crate::devices::{session, switch, vmware};

const UNITS_PER_DAY: f64 = 1_200.0;
const HYPERVISOR_PER_DAY: f64 = 5_500.0;
/// A desk's port goes down a few times a day at most, or it is a fault.
const PORTS_PER_DAY: f64 = 50.0;
const CALLS_PER_DAY: f64 = 2_400.0;
const GATES_PER_DAY: f64 = 2_600.0;
const CHECKPOINTS_PER_DAY: f64 = 500.0;
const REGISTRATIONS_PER_DAY: f64 = 2_000.0;
const PHONE_CALLS_PER_DAY: f64 = 260.0;

/// Linux hosts: cron every five minutes, services that tick.
pub(super) fn linux(beat: &mut Beat<'_>) {
    let hosts = &beat.town.hosts;
    let all = [
        &hosts.portal_host,
        &hosts.albo_host,
        &hosts.db_host,
        &hosts.mail,
        &hosts.files,
        &hosts.resolver,
        &hosts.network,
        &hosts.backup,
        &hosts.gateway,
    ];
    let (start_ms, end_ms) = (beat.slice.start_ms, beat.slice.end_ms);
    for (index, host) in all.into_iter().enumerate() {
        let phase_ms = i64::try_from(index).unwrap_or(0) * 211 + SECOND_MS;
        let first = start_ms.div_euclid(5 * MINUTE_MS) * 5 * MINUTE_MS + phase_ms;
        for step in 0..=(end_ms - start_ms) / (5 * MINUTE_MS) {
            let at_ms = first + step * 5 * MINUTE_MS;
            if (start_ms..end_ms).contains(&at_ms) {
                let pid = beat.rng.port(2_000, 32_000).into();
                session::cron(
                    beat.lines,
                    host,
                    at_ms,
                    pid,
                    "root",
                    "command -v debian-sa1 > /dev/null && debian-sa1 1 1",
                );
            }
        }
    }
    beat.each(UNITS_PER_DAY, Rhythm::Flat, |beat, at_ms| {
        let host = all.get(beat.rng.count(0, 8)).copied().unwrap_or(&hosts.mail);
        let (unit, description) = beat.rng.pick(&[
            ("phpsessionclean.service", "Clean php session files"),
            ("apt-daily.service", "Daily apt download activities"),
            ("fwupd-refresh.service", "Refresh fwupd metadata and update motd"),
            ("systemd-tmpfiles-clean.service", "Cleanup of Temporary Directories"),
        ]);
        session::unit(beat.lines, host, at_ms, "Starting", unit, description);
        session::unit(beat.lines, host, at_ms + 700, "Finished", unit, description);
    });
    beat.each(12.0, Rhythm::Office, |beat, at_ms| {
        let [person, _] = &beat.town.administrators;
        let host = all.get(beat.rng.count(0, 8)).copied().unwrap_or(&hosts.mail);
        let command = beat.rng.pick(&[
            "/usr/bin/journalctl -n 50",
            "/usr/bin/apt list --upgradable",
            "/usr/bin/systemctl status",
        ]);
        session::sudo(beat.lines, host, at_ms, &person.login, command);
    });
}

/// Hypervisors, switch ports, database checkpoints, national calls, plate readers.
pub(super) fn appliances(beat: &mut Beat<'_>) {
    let town = beat.town;
    beat.each(HYPERVISOR_PER_DAY, Rhythm::Flat, |beat, at_ms| {
        let [first, second] = &town.hosts.hypervisors;
        let host = if beat.rng.chance(0.5) { first } else { second };
        let (program, text) = beat.rng.pick(&[
            ("vpxa[2100121]", "verbose vpxa[2100121] [Originator@6876 sub=PropertyProvider] RecordOp ASSIGN: guestHeartbeatStatus"),
            ("hostd[2099656]", "info hostd[2099656] [Originator@6876 sub=Hostsvc.VFlashManager] GetVFlashResourceRuntimeInfo: vFlash is not licensed"),
            ("vmkernel", "cpu12:2097620)ScsiDeviceIO: 4167: Cmd 0x85 from world 2099501 to dev completed"),
            ("crond[2098420]", "USER root pid 2103341 cmd /bin/hostd-probe.sh"),
        ]);
        vmware::daemon(beat.lines, host, at_ms, program, text);
    });
    beat.each(PORTS_PER_DAY, Rhythm::Office, |beat, at_ms| {
        let port = format!("GigabitEthernet1/0/{}", beat.rng.octet(1, 46));
        switch::link(beat.lines, town, at_ms, &port, false);
        let seconds = beat.rng.between(3, 90);
        switch::link(beat.lines, town, at_ms + seconds * SECOND_MS, &port, true);
    });
    beat.each(CHECKPOINTS_PER_DAY, Rhythm::Flat, |beat, at_ms| {
        let server = if beat.rng.chance(0.5) { &town.hosts.registry } else { &town.hosts.web_db };
        let port = beat.rng.port(40_000, 60_000);
        let session = Session {
            user: &server.app_user,
            database: server.database,
            client: (server.app_ip, port),
            pid: beat.rng.port(2_000, 32_000).into(),
            program: "pool",
        };
        postgres::connected(beat.lines, server, at_ms, &session);
    });
    beat.each(CALLS_PER_DAY, Rhythm::Office, |beat, at_ms| {
        let api = beat.rng.pick(&["ANPR-C001", "ANPR-C015", "INPS-ISEE", "PAGOPA-GPD"]);
        let status = if beat.rng.chance(0.03) { 404 } else { 200 };
        let latency_ms = beat.rng.size(90, 900);
        let call = Call {
            direction: Direction::Outgoing,
            api,
            application: "suite-demografici",
            client: IpAddr::V4(town.hosts.suite.ip),
            status,
            latency_ms,
        };
        municipal::govway(beat.lines, town, at_ms, &call);
    });
    beat.each(GATES_PER_DAY, Rhythm::Citizens, |beat, at_ms| {
        let (gate, plate) = (beat.rng.octet(1, 6), beat.rng.below(1 << 24));
        let allowed = beat.rng.chance(0.9);
        municipal::gate(beat.lines, town, at_ms, gate, plate, allowed);
    });
}

/// Desk telephones register again and again; people call out, in Italy.
pub(super) fn telephones(beat: &mut Beat<'_>) {
    let town = beat.town;
    beat.each(REGISTRATIONS_PER_DAY, Rhythm::Flat, |beat, at_ms| {
        let desk = beat.rng.octet(1, 60);
        let extension = (200 + u16::from(desk)).to_string();
        let ip = IpAddr::V4(town.inside(7, 20 + desk));
        let telephone = Telephone { extension: &extension, ip, port: 5_060 };
        asterisk::registered(beat.lines, town, at_ms, telephone);
    });
    beat.each(PHONE_CALLS_PER_DAY, Rhythm::Office, |beat, at_ms| {
        let extension = beat.rng.port(201, 260).to_string();
        let prefix = beat.rng.pick(&["06", "02", "081", "347", "333", "800"]);
        let number = format!("{prefix}555{:04}", beat.rng.below(10_000));
        let (call, ringing_ms) = (beat.rng.port(1, 60_000).into(), beat.rng.between(2_000, 20_000));
        asterisk::called(beat.lines, town, at_ms, call, &extension, &number, ringing_ms);
    });
}
