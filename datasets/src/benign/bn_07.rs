//! BN-07: second Tuesday of the month and the next two nights: updates, services stop and start.

use super::Oddity;
use crate::calendar::Day;
use crate::clock::{MINUTE_MS, SECOND_MS};
use crate::devices::windows::EventLog;
use crate::devices::windows_events as events;
use crate::rng::Rng;
use crate::story::Stage;

/// The oddity.
pub(crate) struct PatchTuesday;

const SERVICES: [&str; 5] = [
    "Windows Update",
    "Programma di installazione dei moduli di Windows",
    "Spooler di stampa",
    "Servizio Copia Shadow del volume",
    "Ottimizzazione recapito",
];

impl Oddity for PatchTuesday {
    fn number(&self) -> u8 {
        7
    }

    fn happens(&self, day: &Day, _luck: &mut Rng) -> bool {
        let second_tuesday = 8 + i16::from(day.weekday) - 1;
        (1..=3).contains(&day.weekday)
            && (second_tuesday..second_tuesday + 7).contains(&i16::from(day.date.day()))
    }

    fn plant(&self, stage: &mut Stage<'_>, day: &Day) {
        let town = stage.town;
        let (start_ms, count) = (day.at(21, 0), stage.rng.count(35, 60));
        for at_ms in stage.spread(start_ms, 100 * MINUTE_MS, count) {
            let computer = town.pc_of(town.staff.anybody(&mut stage.rng));
            let log = EventLog::of_pc(town, &computer);
            for (step, service) in SERVICES.iter().enumerate() {
                let at_ms = at_ms + i64::try_from(step).unwrap_or(0) * 2 * SECOND_MS;
                events::service_state(&mut stage.lines, &log, at_ms, service, false);
                let back_ms = stage.rng.between(60, 240) * SECOND_MS;
                events::service_state(&mut stage.lines, &log, at_ms + back_ms, service, true);
            }
        }
    }
}
