//! BN-24: logs are rotated a little after midnight, on every Linux host.

use super::Oddity;
use crate::calendar::Day;
use crate::clock::SECOND_MS;
use crate::devices::session;
use crate::rng::Rng;
use crate::story::Stage;

/// The oddity.
pub(crate) struct LogRotation;

impl Oddity for LogRotation {
    fn number(&self) -> u8 {
        24
    }

    fn happens(&self, _day: &Day, _luck: &mut Rng) -> bool {
        true
    }

    fn plant(&self, stage: &mut Stage<'_>, day: &Day) {
        let hosts = &stage.town.hosts;
        for host in
            [&hosts.portal_host, &hosts.albo_host, &hosts.db_host, &hosts.mail, &hosts.files, &hosts.resolver]
        {
            let at_ms = day.at(0, 0) + stage.rng.between(1, 280) * SECOND_MS;
            session::unit(&mut stage.lines, host, at_ms, "Starting", "logrotate.service", "Rotate log files");
            let text = "renaming /var/log/syslog.1 to /var/log/syslog.2.gz";
            session::daemon(&mut stage.lines, host, at_ms + SECOND_MS, "logrotate", 7_412, text);
            let text = "[origin software=\"rsyslogd\" swVersion=\"8.2302.0\"] rsyslogd was HUPed";
            session::daemon(&mut stage.lines, host, at_ms + 2 * SECOND_MS, "rsyslogd", 612, text);
            session::unit(
                &mut stage.lines,
                host,
                at_ms + 3 * SECOND_MS,
                "Finished",
                "logrotate.service",
                "Rotate log files",
            );
        }
    }
}
