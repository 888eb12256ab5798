//! AT-06: somebody with the backup console shortens the retention, removes the points, lets the copies
//! fail night after night, and encrypts the shares when nothing is left to restore.
//!
//! The days in between are left out: two nights and a morning hold the story, a single day the deletions.

use super::{Attack, Entity, Facts, Family, Planted};
use crate::clock::{DAY_MS, HOUR_MS, SECOND_MS};
use crate::devices::samba;
use crate::devices::veeam::{self, JobResult};
use crate::devices::windows::EventLog;
use crate::devices::windows_events::{self as events, Process};
use crate::story::Stage;
use crate::words::{DOCUMENTS, EXTENSIONS, FOLDERS};

/// The scenario.
pub(crate) struct SabotagedBackups;

const MACHINES: [&str; 8] =
    ["SRV-ANAG", "SRV-PROTOCOLLO", "SRV-FILE", "SRV-DC01", "SRV-TRIBUTI", "SRV-DB1", "SRV-TS", "SRV-SIT"];
const JOBS: [&str; 4] = ["COPIA-FUORI-SEDE", "REPLICA-NOTTE", "COPIA-SECONDARIA", "ARCHIVIO-OGGETTI"];
const FAILURES: [&str; 4] = [
    "Repository is unavailable.",
    "Cannot find the backup chain: storage file is missing.",
    "Failed to connect to the repository: access denied.",
    "Retention policy could not be applied: no restore points.",
];
/// From the first deletion to the last encrypted file.
const STORY_MS: i64 = DAY_MS + 8 * HOUR_MS;

impl Attack for SabotagedBackups {
    fn facts(&self) -> Facts {
        Facts {
            number: 6,
            family: Family::Continuity,
            title_en: "Backups quietly sabotaged, then ransomware",
            title_it: "Backup sabotati in silenzio, poi ransomware",
            office: None,
        }
    }

    fn plant(&self, stage: &mut Stage<'_>) -> Planted {
        let (town, person) = (stage.town, stage.person());
        let job = stage.rng.pick(&JOBS);
        let two_nights = stage.window_ms() > STORY_MS;
        let length_ms = if two_nights { STORY_MS } else { HOUR_MS };
        let start_ms = stage.start_where(length_ms, |_, hour| hour < 3);
        delete(stage, start_ms, job);
        if two_nights {
            let failed_ms = start_ms + stage.minutes(70, 200);
            let reason = stage.rng.pick(&FAILURES);
            for night in 0..2 {
                let at_ms = failed_ms + night * DAY_MS + stage.rng.between(0, 90 * SECOND_MS);
                veeam::started(&mut stage.lines, town, at_ms, job);
                let at_ms = at_ms + stage.minutes(1, 6);
                veeam::ended(&mut stage.lines, town, at_ms, job, JobResult::Failed, reason);
            }
            let at_ms = failed_ms + DAY_MS + stage.minutes(20, 120);
            encrypt(stage, at_ms);
        }
        let terminal = &town.hosts.terminal;
        let short = terminal.computer.split('.').next().unwrap_or(&terminal.computer);
        let entity = Entity::default()
            .with("user_name", &person.login)
            .with("user_name", format!("{}\\{}", town.netbios, person.login))
            .with("source_ip", person.ip)
            .with("host_name", &town.hosts.veeam.name)
            .with("host_name", &terminal.computer)
            .with("host_name", short)
            .with("job", job);
        Planted { entity, detections: vec!["SC-13", "SC-12", "SC-06", "SC-07", "CH-02"] }
    }

    fn twin(&self, stage: &mut Stage<'_>) -> Entity {
        // The tape was not changed: the job fails once, is started again and ends well.
        let town = stage.town;
        let job = stage.rng.pick(&["NASTRO-SETTIMANA", "NASTRO-MENSILE", "CASSETTA-VENERDI"]);
        let mut at_ms = stage.start_anytime(3 * HOUR_MS);
        for (result, details) in
            [(JobResult::Failed, "No valid tape in the drive."), (JobResult::Success, "")]
        {
            veeam::started(&mut stage.lines, town, at_ms, job);
            at_ms += stage.minutes(3, 25);
            veeam::ended(&mut stage.lines, town, at_ms, job, result, details);
            at_ms += stage.minutes(30, 90);
        }
        Entity::default().with("host_name", &town.hosts.veeam.name).with("job", job)
    }
}

/// The retention goes down, then the points go one by one.
fn delete(stage: &mut Stage<'_>, start_ms: i64, job: &str) {
    let (town, user) = (stage.town, &stage.person().login);
    let days = (stage.rng.pick(&[14, 21, 30]), stage.rng.size(1, 3));
    veeam::retention_changed(&mut stage.lines, town, start_ms, user, job, days);
    let at_ms = start_ms + stage.minutes(1, 6);
    let (count, length_ms) = (stage.rng.count(14, 34), stage.minutes(4, 22));
    for at_ms in stage.spread(at_ms, length_ms, count) {
        let machine = stage.rng.pick(&MACHINES);
        veeam::restore_point_removed(&mut stage.lines, town, at_ms, user, machine);
    }
}

fn encrypt(stage: &mut Stage<'_>, start_ms: i64) {
    let (town, person) = (stage.town, stage.person());
    let log = EventLog::of(&town.hosts.terminal);
    let (image, command) = stage.rng.pick(&[
        (r"C:\Windows\System32\vssadmin.exe", "vssadmin delete shadows /all /quiet"),
        (r"C:\Windows\System32\wbem\WMIC.exe", "wmic shadowcopy delete"),
        (r"C:\Windows\System32\wbadmin.exe", "wbadmin delete systemstatebackup -keepVersions:0"),
    ]);
    let parent = r"C:\Windows\System32\cmd.exe";
    let process = Process { user: &person.login, image, command, parent };
    events::process(&mut stage.lines, town, &log, start_ms, &process);
    let ending = stage.rng.pick(&["crypt2", "lokd", "chiuso", "zz9", "enc"]);
    let at_ms = start_ms + stage.minutes(1, 7);
    let (count, length_ms) = (stage.rng.count(180, 280), stage.rng.between(60, 110) * SECOND_MS);
    for at_ms in stage.spread(at_ms, length_ms, count) {
        let (folder, name) = (stage.rng.pick(&FOLDERS), stage.rng.pick(&DOCUMENTS));
        let extension = stage.rng.pick(&EXTENSIONS);
        let path = format!("{folder}/{name}_{:03}.{extension}", stage.rng.size(1, 900));
        let renamed = format!("{path}.{ending}");
        samba::operation(&mut stage.lines, town, at_ms, (person, person.ip), "renameat", &[&path, &renamed]);
    }
}
