//! BN-02: the nightly backup: dumps of the databases, backup jobs, a copy to the outside.

use super::Oddity;
use crate::calendar::Day;
use crate::clock::{MINUTE_MS, SECOND_MS};
use crate::devices::fortigate::{self, Flow, Verdict};
use crate::devices::postgres::{self, Audit, Session};
use crate::devices::veeam::{self, JobResult};
use crate::devices::{nas, session};
use crate::rng::Rng;
use crate::story::Stage;

/// The oddity.
pub(crate) struct NightBackup;

const TABLES: [&str; 6] = [
    "anagrafe.persone",
    "anagrafe.famiglie",
    "tributi.contribuenti",
    "tributi.posizioni",
    "elettorale.elettori",
    "personale.cedolini",
];
const JOBS: [&str; 3] = ["SERVER-COMUNE", "DATABASE", "FILE-SERVER"];

impl Oddity for NightBackup {
    fn number(&self) -> u8 {
        2
    }

    fn happens(&self, _day: &Day, _luck: &mut Rng) -> bool {
        true
    }

    fn plant(&self, stage: &mut Stage<'_>, day: &Day) {
        let town = stage.town;
        let account = town.backup_account.as_str();
        let mut at_ms = day.at(1, 5);
        session::cron(
            &mut stage.lines,
            &town.hosts.backup,
            at_ms,
            4_412,
            account,
            "/usr/local/bin/dump-notturno.sh",
        );
        for server in [&town.hosts.registry, &town.hosts.web_db] {
            let session = Session {
                user: account,
                database: server.database,
                client: (town.hosts.backup.ip, stage.rng.port(40_000, 60_000)),
                pid: stage.rng.port(2_000, 32_000).into(),
                program: "pg_dump",
            };
            at_ms += stage.rng.between(2, 20) * SECOND_MS;
            postgres::connected(&mut stage.lines, server, at_ms, &session);
            for table in TABLES {
                at_ms += stage.rng.between(5, 90) * SECOND_MS;
                let statement = format!("COPY {table} TO stdout;");
                let rows = town.inhabitants + stage.rng.below(40_000);
                let audit =
                    Audit { class: "READ", command: "COPY", object: table, statement: &statement, rows };
                postgres::audit(&mut stage.lines, server, at_ms, &session, &audit);
            }
        }
        at_ms = day.at(2, 0);
        for job in JOBS {
            veeam::started(&mut stage.lines, town, at_ms, job);
            at_ms += stage.minutes(15, 50);
            let result = if stage.rng.chance(0.08) { JobResult::Warning } else { JobResult::Success };
            let details =
                if result == JobResult::Success { "" } else { "Changed block tracking cannot be enabled" };
            veeam::ended(&mut stage.lines, town, at_ms, job, result, details);
            at_ms += SECOND_MS;
        }
        let volume = stage.rng.size(4_000_000_000, 12_000_000_000);
        let flow = Flow {
            source: (town.hosts.backup.ip, 41_022),
            destination: (town.copy_site, 443),
            protocol: 6,
            verdict: Verdict::Close,
            interfaces: ("SERVER", "wan1"),
            policy: 22,
            bytes: (volume, volume / 400),
            duration_s: 4_200,
        };
        fortigate::traffic(&mut stage.lines, town, at_ms + 20 * MINUTE_MS, &flow);
        nas::backup(&mut stage.lines, town, at_ms + 25 * MINUTE_MS, true);
    }
}
