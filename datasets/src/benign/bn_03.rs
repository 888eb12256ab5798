//! BN-03: on Monday (or after a closed day) somebody has forgotten the password.

use std::net::IpAddr;

use super::Oddity;
use crate::calendar::Day;
use crate::clock::{MINUTE_MS, SECOND_MS};
use crate::devices::windows::EventLog;
use crate::devices::windows_security::{self as security, Logon};
use crate::rng::Rng;
use crate::story::Stage;

/// The oddity.
pub(crate) struct ForgottenPassword;

const WRONG_PASSWORD: u64 = 0xc000_006a;
const LOCKED: u64 = 0xc000_0234;

impl Oddity for ForgottenPassword {
    fn number(&self) -> u8 {
        3
    }

    fn happens(&self, day: &Day, _luck: &mut Rng) -> bool {
        day.is_working() && day.weekday == 0
    }

    fn plant(&self, stage: &mut Stage<'_>, day: &Day) {
        let (town, user) = (stage.town, stage.person());
        let [controller, _] = &town.hosts.controllers;
        let log = EventLog::of(controller);
        let from = (IpAddr::V4(user.ip), stage.rng.port(49_152, 65_535));
        let logon = Logon { user, kind: 3, package: "NTLM", from, workstation: &user.pc };
        let mut at_ms = day.at(8, 0) + stage.minutes(0, 80);
        let failures = stage.rng.count(6, 14);
        let locked_after = if stage.rng.chance(0.5) { 10 } else { usize::MAX };
        for attempt in 0..failures {
            at_ms += stage.rng.between(15, 40) * SECOND_MS;
            let reason = if attempt >= locked_after { LOCKED } else { WRONG_PASSWORD };
            security::logon_failed(&mut stage.lines, town, &log, at_ms, &logon, reason);
            if attempt + 1 == locked_after {
                security::lockout(&mut stage.lines, town, &log, at_ms + 20, user);
            }
        }
        at_ms += stage.minutes(3, 10);
        let [helper, _] = &town.administrators;
        security::account(&mut stage.lines, town, &log, at_ms, 4_724, helper, &user.login);
        security::logon(&mut stage.lines, town, &log, at_ms + 2 * MINUTE_MS, &logon);
    }
}
