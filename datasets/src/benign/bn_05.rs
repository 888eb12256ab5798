//! BN-05: at eight the school enrolments open, and everybody is on the portal.

use super::Oddity;
use crate::calendar::Day;
use crate::clock::{MINUTE_MS, SECOND_MS};
use crate::devices::municipal::{self, FederatedLogin};
use crate::devices::web::{self, Request};
use crate::rng::Rng;
use crate::story::Stage;
use crate::words::BROWSERS;

/// The oddity.
pub(crate) struct ClickDay;

const PAGES: [&str; 3] =
    ["/servizi/scuola/iscrizioni", "/servizi/scuola/iscrizioni/modulo", "/area-personale"];
const ASSETS: [&str; 4] =
    ["/css/bootstrap-italia.min.css", "/js/portale.min.js", "/img/stemma.png", "/fonts/titillium.woff2"];

impl Oddity for ClickDay {
    fn number(&self) -> u8 {
        5
    }

    fn happens(&self, day: &Day, luck: &mut Rng) -> bool {
        day.is_working() && luck.chance(0.2)
    }

    fn plant(&self, stage: &mut Stage<'_>, day: &Day) {
        let town = stage.town;
        let site = &town.hosts.portal;
        let referrer = format!("https://{}/servizi/scuola", site.domain);
        let families = stage.rng.count(220, 360);
        for start_ms in stage.spread(day.at(8, 0), 40 * MINUTE_MS, families) {
            let client = town.citizen(&mut stage.rng);
            let agent = stage.rng.pick(&BROWSERS);
            let mut at_ms = start_ms;
            for page in PAGES {
                let status = if stage.rng.chance(0.03) { 503 } else { 200 };
                let page = Request {
                    client,
                    method: "GET",
                    target: page,
                    status,
                    bytes: 22_110,
                    referrer: &referrer,
                    agent,
                };
                web::access(&mut stage.lines, site, at_ms, &page);
                for asset in ASSETS {
                    let delay_ms = stage.rng.between(40, 700);
                    let asset = Request { target: asset, status: 200, bytes: 41_000, ..page };
                    web::access(&mut stage.lines, site, at_ms + delay_ms, &asset);
                }
                at_ms += stage.rng.between(10, 120) * SECOND_MS;
            }
            let login = FederatedLogin {
                from: client,
                provider: "idp.posta.example",
                subject: stage.rng.next_u64(),
                level: 2,
                success: true,
            };
            municipal::spid(&mut stage.lines, town, start_ms + 30 * SECOND_MS, &login);
        }
    }
}
