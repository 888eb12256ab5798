//! AT-37: the network storage's pages are reached from the Internet: a second administrator, what was
//! kept of the past days gone, the share open to everybody, and then the renames.

use std::net::IpAddr;

use super::{Attack, Entity, Facts, Family, Planted};
use crate::clock::{DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS};
use crate::devices::fortigate_vpn::{self as vpn, Tunnel};
use crate::devices::nas;
use crate::story::Stage;
use crate::words::{DOCUMENTS, EXTENSIONS, FOLDERS};

/// The scenario.
pub(crate) struct StorageTaken;

impl Attack for StorageTaken {
    fn facts(&self) -> Facts {
        Facts {
            number: 37,
            family: Family::Database,
            title_en: "New administrator on the NAS, snapshots removed",
            title_it: "Nuovo amministratore sul NAS, istantanee cancellate",
            office: None,
        }
    }

    fn plant(&self, stage: &mut Stage<'_>) -> Planted {
        let (town, attacker) = (stage.town, stage.outsider(0));
        let made = stage.rng.pick(&["support", "backup1", "assistenza", "qsvc", "sysop"]);
        let quiet_ms = stage.rng.between(20 * MINUTE_MS, 4 * HOUR_MS).min(stage.window_ms() / 4);
        let mut at_ms = stage.start_off_hours(quiet_ms + HOUR_MS);
        let admin = ("admin", attacker);
        nas::admin_login(&mut stage.lines, town, at_ms, admin.0, attacker);
        at_ms += stage.minutes(1, 9);
        nas::user_created(&mut stage.lines, town, at_ms, admin, made);
        at_ms += stage.rng.between(20, 200) * SECOND_MS;
        nas::admin_login(&mut stage.lines, town, at_ms, made, attacker);
        at_ms += stage.minutes(1, 6);
        at_ms = forget(stage, at_ms, (made, attacker));
        at_ms += stage.minutes(1, 9);
        nas::share_opened(&mut stage.lines, town, at_ms, (made, attacker));
        rename(stage, at_ms + quiet_ms, (made, attacker));
        let entity = Entity::default()
            .with("user_name", admin.0)
            .with("user_name", made)
            .with("source_ip", attacker)
            .with("host_name", &town.hosts.nas.name);
        Planted { entity, detections: vec!["AC-05", "AC-22", "SC-13", "SC-07"] }
    }

    fn twin(&self, stage: &mut Stage<'_>) -> Entity {
        // The maker's partner comes through the VPN with the account it was given, and tidies a folder.
        let town = stage.town;
        let user = stage.rng.pick(&["assistenza.nas", "partner.nas", "manut.nas"]);
        let given = town.inside(99, stage.rng.octet(201, 250));
        let from = stage.outsider(0);
        let mut at_ms = stage.start_in_office(HOUR_MS);
        let tunnel = Tunnel::new(&mut stage.rng, "VPN-Assistenza", user, (from, given));
        vpn::opened(&mut stage.lines, town, at_ms, &tunnel);
        at_ms += stage.minutes(2, 9);
        nas::admin_login(&mut stage.lines, town, at_ms, user, IpAddr::V4(given));
        let (count, length_ms) = (stage.rng.count(9, 30), stage.minutes(3, 12));
        for at_ms in stage.spread(at_ms + MINUTE_MS, length_ms, count) {
            let path = document(stage);
            let renamed = format!("{path}.old");
            nas::renamed(&mut stage.lines, town, at_ms, (user, IpAddr::V4(given)), (&path, &renamed));
        }
        Entity::default().with("user_name", user).with("source_ip", from).with("source_ip", given)
    }
}

/// What was kept goes, day by day; the end of it.
fn forget(stage: &mut Stage<'_>, start_ms: i64, who: (&str, IpAddr)) -> i64 {
    let town = stage.town;
    let (count, length_ms) = (stage.rng.count(18, 40), stage.minutes(2, 9));
    for (age, at_ms) in (1..).zip(stage.spread(start_ms, length_ms, count)) {
        let day = town.clock.stamp(start_ms - age * DAY_MS);
        let day = format!("{}-{:02}-{:02}_0200", day.year, day.month, day.day);
        nas::kept_day_removed(&mut stage.lines, town, at_ms, who, &day);
    }
    start_ms + length_ms
}

fn rename(stage: &mut Stage<'_>, start_ms: i64, who: (&str, IpAddr)) {
    let ending = stage.rng.pick(&["encrypt", "7zz", "deadb", "muhs", "lckd"]);
    let (count, length_ms) = (stage.rng.count(170, 300), stage.rng.between(60, 110) * SECOND_MS);
    for at_ms in stage.spread(start_ms, length_ms, count) {
        let path = document(stage);
        let renamed = format!("{path}.{ending}");
        nas::renamed(&mut stage.lines, stage.town, at_ms, who, (&path, &renamed));
    }
}

fn document(stage: &mut Stage<'_>) -> String {
    let (folder, name) = (stage.rng.pick(&FOLDERS), stage.rng.pick(&DOCUMENTS));
    format!("{folder}/{name}_{:03}.{}", stage.rng.size(1, 900), stage.rng.pick(&EXTENSIONS))
}
