//! BN-23: a certificate is renewed at night; the web server restarts and fails for a moment.

use super::Oddity;
use crate::calendar::Day;
use crate::clock::SECOND_MS;
use crate::devices::session;
use crate::devices::web::{self, Request};
use crate::rng::Rng;
use crate::story::Stage;
use crate::words::BROWSERS;

/// The oddity.
pub(crate) struct CertificateRenewal;

impl Oddity for CertificateRenewal {
    fn number(&self) -> u8 {
        23
    }

    fn happens(&self, _day: &Day, luck: &mut Rng) -> bool {
        luck.chance(0.12)
    }

    fn plant(&self, stage: &mut Stage<'_>, day: &Day) {
        let town = stage.town;
        let host = &town.hosts.portal_host;
        let at_ms = day.at(3, 12) + stage.rng.between(0, 50) * SECOND_MS;
        session::cron(
            &mut stage.lines,
            host,
            at_ms,
            9_112,
            "root",
            "certbot -q renew --no-random-sleep-on-renew",
        );
        session::daemon(
            &mut stage.lines,
            host,
            at_ms + 9 * SECOND_MS,
            "certbot",
            9_113,
            "Renewed certificate, deploying",
        );
        let web_server = "A high performance web server and a reverse proxy server";
        session::unit(
            &mut stage.lines,
            host,
            at_ms + 10 * SECOND_MS,
            "Stopping",
            "nginx.service",
            web_server,
        );
        session::unit(&mut stage.lines, host, at_ms + 11 * SECOND_MS, "Stopped", "nginx.service", web_server);
        session::unit(&mut stage.lines, host, at_ms + 13 * SECOND_MS, "Started", "nginx.service", web_server);
        for second in 0..stage.rng.between(3, 9) {
            let client = town.citizen(&mut stage.rng);
            let agent = stage.rng.pick(&BROWSERS);
            let request = Request {
                client,
                method: "GET",
                target: "/servizi",
                status: 502,
                bytes: 559,
                referrer: "-",
                agent,
            };
            web::access(&mut stage.lines, &town.hosts.portal, at_ms + (13 + second) * SECOND_MS, &request);
        }
    }
}
