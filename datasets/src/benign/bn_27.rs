//! BN-27: a multifunction printer keeps an old password and tries all day.

use std::net::IpAddr;

use super::Oddity;
use crate::calendar::Day;
use crate::clock::{HOUR_MS, SECOND_MS};
use crate::devices::windows::EventLog;
use crate::devices::windows_security::{self as security, Logon};
use crate::people::Person;
use crate::rng::Rng;
use crate::story::Stage;

/// The oddity.
pub(crate) struct PrinterPassword;

impl Oddity for PrinterPassword {
    fn number(&self) -> u8 {
        27
    }

    fn happens(&self, day: &Day, luck: &mut Rng) -> bool {
        day.is_working() && luck.chance(0.15)
    }

    fn plant(&self, stage: &mut Stage<'_>, day: &Day) {
        let town = stage.town;
        let ip = town.inside(6, 11);
        let printer =
            Person { login: "scansioni".to_owned(), pc: "MFP-URP".to_owned(), ip, ..stage.person().clone() };
        let [_, controller] = &town.hosts.controllers;
        let log = EventLog::of(controller);
        let (start_ms, hours) = (day.at(8, 20), stage.rng.between(3, 8));
        let period_ms = stage.rng.between(32, 60) * SECOND_MS;
        for step in 0..hours * HOUR_MS / period_ms {
            let from = (IpAddr::V4(ip), stage.rng.port(1_024, 65_535));
            let logon = Logon { user: &printer, kind: 3, package: "NTLM", from, workstation: &printer.pc };
            security::logon_failed(
                &mut stage.lines,
                town,
                &log,
                start_ms + step * period_ms,
                &logon,
                0xc000_006a,
            );
        }
    }
}
