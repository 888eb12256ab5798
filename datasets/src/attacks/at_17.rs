//! AT-17: the domain controller's clock is moved back by hours, documents are changed under the wrong
//! date, a scheduled backup misses its hour; then the clock is put right again.

use std::net::IpAddr;

use super::{Attack, Entity, Facts, Family, Planted};
use crate::clock::{HOUR_MS, MINUTE_MS, SECOND_MS};
use crate::devices::samba;
use crate::devices::veeam::{self, JobResult};
use crate::devices::windows::EventLog;
use crate::devices::windows_security::{self as security, Logon};
use crate::people::Person;
use crate::story::Stage;
use crate::words::DOCUMENTS;

/// The scenario.
pub(crate) struct ClockMovedBack;

impl Attack for ClockMovedBack {
    fn facts(&self) -> Facts {
        Facts {
            number: 17,
            family: Family::Continuity,
            title_en: "Clock moved back to hide a night of work",
            title_it: "Orologio spostato indietro per nascondere una notte di lavoro",
            office: None,
        }
    }

    fn plant(&self, stage: &mut Stage<'_>) -> Planted {
        let (town, person) = (stage.town, stage.person());
        let [controller, _] = &town.hosts.controllers;
        let log = EventLog::of(controller);
        let program = stage.rng.pick(&[
            r"C:\Windows\System32\cmd.exe",
            r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe",
            r"C:\Windows\System32\rundll32.exe",
        ]);
        // Never a whole number of hours: it is typed by hand.
        let back_ms = stage.rng.between(2 * HOUR_MS, 7 * HOUR_MS) + 17 * SECOND_MS;
        let work_ms = stage.minutes(50, 190);
        let start_ms = stage.start_off_hours(work_ms + 20 * MINUTE_MS);
        let from = (IpAddr::V4(person.ip), stage.rng.port(49_152, 65_535));
        let logon = Logon { user: person, kind: 10, package: "Negotiate", from, workstation: "-" };
        security::logon(&mut stage.lines, town, &log, start_ms, &logon);
        let at_ms = start_ms + stage.minutes(2, 8);
        let new_ms = at_ms - back_ms;
        security::clock_changed(&mut stage.lines, town, &log, at_ms, person, program, new_ms);
        let count = stage.rng.count(18, 55);
        for at_ms in stage.spread(at_ms + MINUTE_MS, work_ms - MINUTE_MS, count) {
            rewrite(stage, at_ms, person);
        }
        let job = backup_missed(stage, at_ms + work_ms / 3);
        let at_ms = at_ms + work_ms + MINUTE_MS;
        let new_ms = at_ms + back_ms;
        security::clock_changed(&mut stage.lines, town, &log, at_ms, person, program, new_ms);
        let short = controller.computer.split('.').next().unwrap_or(&controller.computer);
        let entity = Entity::default()
            .with("host_name", &controller.computer)
            .with("host_name", short)
            .with("host_name", &town.hosts.veeam.name)
            .with("user_name", &person.login)
            .with("source_ip", person.ip)
            .with("job", job);
        Planted { entity, detections: vec!["SC-28", "SC-12"] }
    }

    fn twin(&self, stage: &mut Stage<'_>) -> Entity {
        // The time service corrects some machines by seconds.
        let town = stage.town;
        let hosts = &town.hosts;
        let [first, second] = &hosts.controllers;
        let service = Person { login: "SERVIZIO LOCALE".to_owned(), rid: 19, ..stage.person().clone() };
        let start_ms = stage.start_anytime(HOUR_MS);
        let mut entity = Entity::default();
        for host in [first, second, &hosts.terminal, &hosts.suite] {
            let log = EventLog::of(host);
            let at_ms = start_ms + stage.minutes(1, 50);
            let new_ms = at_ms + stage.rng.between(-20 * SECOND_MS, 20 * SECOND_MS);
            let program = r"C:\Windows\System32\svchost.exe";
            security::clock_changed(&mut stage.lines, town, &log, at_ms, &service, program, new_ms);
            entity = entity.with("host_name", &host.computer);
        }
        entity
    }
}

/// A document is written again, or put in another's place.
fn rewrite(stage: &mut Stage<'_>, at_ms: i64, person: &Person) {
    let folder = stage.rng.pick(&["Segreteria/delibere", "Tecnico/suap", "Ragioneria/mandati"]);
    let path = format!("{folder}/{}_{:03}.pdf", stage.rng.pick(&DOCUMENTS), stage.rng.size(1, 900));
    let who = (person, person.ip);
    if stage.rng.chance(0.8) {
        samba::opened(&mut stage.lines, stage.town, at_ms, who, "w", &path);
    } else {
        samba::operation(&mut stage.lines, stage.town, at_ms, who, "unlinkat", &[&path]);
    }
}

/// A job of the controller ends badly, is tried once more, and ends badly again; its name.
fn backup_missed(stage: &mut Stage<'_>, at_ms: i64) -> &'static str {
    let town = stage.town;
    let job = stage.rng.pick(&["STATO-SISTEMA-DC", "DC-SETTIMANA", "COPIA-DOMINIO"]);
    let mut at_ms = at_ms;
    for _ in 0..2 {
        veeam::started(&mut stage.lines, town, at_ms, job);
        at_ms += stage.rng.between(30, 200) * SECOND_MS;
        let details = "Clock skew too great between the server and the guest.";
        veeam::ended(&mut stage.lines, town, at_ms, job, JobResult::Failed, details);
        at_ms += stage.minutes(3, 8);
    }
    job
}
