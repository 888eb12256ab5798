//! Citizens on the portal, the albo pretorio and the institutional site, with SPID and CIE logins.

use std::net::IpAddr;

use super::{Beat, Rhythm};
use crate::clock::SECOND_MS;
use crate::devices::municipal::{self, FederatedLogin};
use crate::devices::postgres::{self, Audit, Session};
use crate::devices::web::{self, Request};
use crate::hosts::Site;
use crate::words::BROWSERS;

const PORTAL_VISITS_PER_DAY: f64 = 5_600.0;
const SITE_VISITS_PER_DAY: f64 = 3_600.0;
const ERRORS_PER_DAY: f64 = 240.0;
const LOGIN_SHARE: f64 = 0.18;

const ASSETS: [&str; 6] = [
    "/css/bootstrap-italia.min.css",
    "/js/portale.min.js",
    "/img/stemma.png",
    "/fonts/titillium.woff2",
    "/img/icone.svg",
    "/favicon.ico",
];
const PORTAL_PAGES: [&str; 9] = [
    "/",
    "/servizi",
    "/servizi/anagrafe/certificati",
    "/servizi/tributi/imu",
    "/servizi/tributi/tari",
    "/servizi/scuola/mensa",
    "/ricerca?q=carta+identita",
    "/ricerca?q=orari",
    "/appuntamenti",
];
const SITE_PAGES: [&str; 6] =
    ["/", "/notizie", "/amministrazione/giunta", "/uffici/orari", "/contatti", "/vivere/eventi"];
const PROVIDERS: [&str; 5] = [
    "idp.posta.example",
    "idp.unita.example",
    "login.camera.example",
    "id.telefonia.example",
    "cie.interno.example",
];

/// A visit to the portal: pages with their assets, one in six with a login.
pub(super) fn portal(beat: &mut Beat<'_>) {
    let town = beat.town;
    beat.each(PORTAL_VISITS_PER_DAY, Rhythm::Citizens, |beat, at_ms| {
        let client = town.citizen(&mut beat.rng);
        let agent = beat.rng.pick(&BROWSERS);
        let mut at_ms = at_ms;
        let referrer = format!("https://{}/", town.hosts.portal.domain);
        let mut visit = Visit { site: &town.hosts.portal, client, agent, referrer: &referrer };
        let page = beat.rng.pick(&PORTAL_PAGES);
        visit.page(beat, at_ms, page, true);
        if beat.rng.chance(LOGIN_SHARE) {
            at_ms += beat.rng.between(4, 40) * SECOND_MS;
            login(beat, &mut visit, at_ms);
        }
        for _ in 0..beat.rng.between(0, 3) {
            at_ms += beat.rng.between(3, 90) * SECOND_MS;
            let page = beat.rng.pick(&PORTAL_PAGES);
            visit.page(beat, at_ms, page, false);
        }
    });
}

/// A visit to the albo or to the site.
pub(super) fn albo_and_site(beat: &mut Beat<'_>) {
    let town = beat.town;
    beat.each(SITE_VISITS_PER_DAY, Rhythm::Citizens, |beat, at_ms| {
        let to_albo = beat.rng.chance(0.45);
        let site = if to_albo { &town.hosts.albo } else { &town.hosts.site };
        let referrer = format!("https://{}/", site.domain);
        let client = town.citizen(&mut beat.rng);
        let agent = beat.rng.pick(&BROWSERS);
        let mut visit = Visit { site, client, agent, referrer: &referrer };
        let page = if to_albo { "/albo" } else { beat.rng.pick(&SITE_PAGES) };
        visit.page(beat, at_ms, page, true);
        if to_albo {
            let mut at_ms = at_ms;
            for _ in 0..beat.rng.between(0, 3) {
                at_ms += beat.rng.between(5, 60) * SECOND_MS;
                act_of_the_albo(beat, &mut visit, at_ms);
            }
        }
    });
}

/// Warnings the applications write whoever visits.
pub(super) fn application_errors(beat: &mut Beat<'_>) {
    let hosts = &beat.town.hosts;
    beat.each(ERRORS_PER_DAY, Rhythm::Citizens, |beat, at_ms| {
        let pick = beat.rng.below(3);
        let site = match pick {
            0 => &hosts.portal,
            1 => &hosts.albo,
            _ => &hosts.site,
        };
        let text = beat.rng.pick(&[
            "PHP Warning:  Undefined array key \"lang\" in /var/www/app/header.php:41",
            "PHP Deprecated:  strlen(): Passing null to parameter #1 in /var/www/app/form.php:118",
            "PHP Warning:  file_get_contents(): Failed to open stream: HTTP request failed! in /var/www/app/meteo.php:12",
        ]);
        let client = beat.town.citizen(&mut beat.rng);
        let pid = beat.rng.port(1_000, 32_000).into();
        web::error(beat.lines, site, at_ms, pid, client, text);
    });
}

struct Visit<'a> {
    site: &'a Site,
    client: IpAddr,
    agent: &'a str,
    referrer: &'a str,
}

impl Visit<'_> {
    fn page(&mut self, beat: &mut Beat<'_>, at_ms: i64, target: &str, first: bool) {
        let status = if beat.rng.chance(0.015) { 404 } else { 200 };
        let bytes = beat.rng.size(3_000, 48_000);
        let direct = first && beat.rng.chance(0.4);
        let referrer = if direct { "-" } else { self.referrer };
        self.request(beat, at_ms, "GET", target, status, bytes, referrer);
        // The browser keeps what it has: fewer assets on later pages.
        let assets = if first { ASSETS.len() } else { beat.rng.count(1, 3) };
        for asset in ASSETS.iter().take(assets) {
            let delay_ms = beat.rng.between(60, 900);
            let bytes = beat.rng.size(900, 180_000);
            self.request(beat, at_ms + delay_ms, "GET", asset, 200, bytes, self.referrer);
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one log line")]
    fn request(
        &self,
        beat: &mut Beat<'_>,
        at_ms: i64,
        method: &str,
        target: &str,
        status: u16,
        bytes: u64,
        referrer: &str,
    ) {
        let request =
            Request { client: self.client, method, target, status, bytes, referrer, agent: self.agent };
        web::access(beat.lines, self.site, at_ms, &request);
    }
}

fn login(beat: &mut Beat<'_>, visit: &mut Visit<'_>, at_ms: i64) {
    let provider = beat.rng.pick(&PROVIDERS);
    let success = beat.rng.chance(0.95);
    let seconds = beat.rng.between(8, 70);
    visit.request(beat, at_ms, "GET", "/sso/spid/login", 302, 0, visit.referrer);
    let at_ms = at_ms + seconds * SECOND_MS;
    let status = if success { 302 } else { 403 };
    visit.request(beat, at_ms, "POST", "/sso/spid/acs", status, 0, "https://idp.example/");
    let login = FederatedLogin {
        from: visit.client,
        provider,
        subject: beat.rng.below(20_000).wrapping_mul(0x9e37_79b9_7f4a_7c15),
        level: if provider.starts_with("cie") { 3 } else { 2 },
        success,
    };
    municipal::spid(beat.lines, beat.town, at_ms + 120, &login);
    if success {
        visit.page(beat, at_ms + 400, "/area-personale", false);
    }
}

fn act_of_the_albo(beat: &mut Beat<'_>, visit: &mut Visit<'_>, at_ms: i64) {
    let id = beat.rng.size(1_000, 9_000);
    let target = format!("/albo/dettaglio?id={id}");
    visit.page(beat, at_ms, &target, false);
    let server = &beat.town.hosts.web_db;
    let session = Session {
        user: &server.app_user,
        database: server.database,
        client: (server.app_ip, beat.rng.port(40_000, 60_000)),
        pid: beat.rng.port(2_000, 32_000).into(),
        program: "albo-web",
    };
    let audit = Audit {
        class: "READ",
        command: "SELECT",
        object: "public.atti",
        statement: "select id, oggetto, data_pubblicazione, file from atti where id = $1",
        rows: 1,
    };
    postgres::audit(beat.lines, server, at_ms + 20, &session, &audit);
}
