//! BN-08: payroll of the end of the month: one long batch, big temporary files.

use super::Oddity;
use crate::calendar::Day;
use crate::clock::{HOUR_MS, MINUTE_MS};
use crate::devices::postgres::{self, Audit, Session};
use crate::devices::session;
use crate::rng::Rng;
use crate::story::Stage;

/// The oddity.
pub(crate) struct Payroll;

impl Oddity for Payroll {
    fn number(&self) -> u8 {
        8
    }

    fn happens(&self, day: &Day, _luck: &mut Rng) -> bool {
        (25..=27).contains(&day.date.day())
    }

    fn plant(&self, stage: &mut Stage<'_>, day: &Day) {
        let town = stage.town;
        let server = &town.hosts.registry;
        let session = Session {
            user: town.payroll_account,
            database: server.database,
            client: (server.app_ip, stage.rng.port(40_000, 60_000)),
            pid: stage.rng.port(2_000, 32_000).into(),
            program: "stipendi-batch",
        };
        let (start_ms, count) = (day.at(19, 30), stage.rng.count(60, 120));
        for at_ms in stage.spread(start_ms, 2 * HOUR_MS, count) {
            let rows = stage.rng.size(900, 2_600);
            let audit = Audit {
                class: "READ",
                command: "SELECT",
                object: "personale.cedolini",
                statement: "select * from personale.cedolini where mese = $1 and anno = $2",
                rows,
            };
            postgres::audit(&mut stage.lines, server, at_ms, &session, &audit);
        }
        let text = "temporary file: path \"base/pgsql_tmp/pgsql_tmp2211.4\", size 4812341248";
        postgres::log(&mut stage.lines, server, start_ms + 70 * MINUTE_MS, &session, text);
        let text = "disk usage of /var/lib/postgresql is 88%";
        session::daemon(&mut stage.lines, &town.hosts.db_host, start_ms + 80 * MINUTE_MS, "monit", 412, text);
    }
}
