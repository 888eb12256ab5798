//! AT-11: on a day off the editor's password of the site is guessed and the home page replaced.

use std::net::IpAddr;

use super::{Attack, Entity, Facts, Family, Planted};
use crate::clock::{MINUTE_MS, SECOND_MS};
use crate::devices::web::{self, Request};
use crate::story::Stage;
use crate::words::BROWSERS;

/// The scenario.
pub(crate) struct DefacedSite;

impl Attack for DefacedSite {
    fn facts(&self) -> Facts {
        Facts {
            number: 11,
            family: Family::Continuity,
            title_en: "Website defaced on a holiday",
            title_it: "Sito istituzionale violato in un giorno festivo",
            office: None,
        }
    }

    fn plant(&self, stage: &mut Stage<'_>) -> Planted {
        let guesser = stage.outsider(0);
        let editor = if stage.rng.chance(0.5) { guesser } else { stage.outsider(1) };
        let length_ms = stage.minutes(5, 9);
        let start_ms = stage.start_off_hours(length_ms + 100 * MINUTE_MS);
        let agent = stage.rng.pick(&["Mozilla/5.0 (X11; Linux x86_64)", "python-requests/2.31.0", "-"]);
        let count = stage.rng.count(110, 210);
        for at_ms in stage.spread(start_ms, length_ms, count) {
            request(stage, at_ms, guesser, agent, ("POST", "/wp-login.php", 200, 7_312));
        }
        let at_ms = start_ms + length_ms + stage.rng.between(2, 9) * SECOND_MS;
        request(stage, at_ms, guesser, agent, ("POST", "/wp-login.php", 302, 0));
        let at_ms = at_ms + stage.minutes(4, 45);
        deface(stage, at_ms, editor);
        let entity = site_entity(stage).with("source_ip", guesser);
        let entity = if editor == guesser { entity } else { entity.with("source_ip", editor) };
        Planted { entity, detections: vec!["AC-01", "WB-04", "WB-03"] }
    }

    fn twin(&self, stage: &mut Stage<'_>) -> Entity {
        // The supplier of the site updates the theme, after one or two wrong passwords.
        let address = stage.town.suppliers.last().map(|supplier| supplier.address);
        let client = address.unwrap_or_else(|| stage.outsider(0));
        let agent = stage.rng.pick(&BROWSERS);
        let mut at_ms = stage.start_in_office(40 * MINUTE_MS);
        for _ in 0..stage.rng.count(1, 2) {
            request(stage, at_ms, client, agent, ("POST", "/wp-login.php", 200, 7_312));
            at_ms += stage.rng.between(8, 30) * SECOND_MS;
        }
        let theme = "/wp-admin/update.php?action=upgrade-theme&theme=modello-comuni";
        for step in [
            ("POST", "/wp-login.php", 302, 0),
            ("GET", "/wp-admin/", 200, 61_220),
            ("GET", "/wp-admin/update-core.php", 200, 44_870),
            ("GET", theme, 200, 31_004),
            ("GET", "/", 200, 41_350),
        ] {
            request(stage, at_ms, client, agent, step);
            at_ms += stage.rng.between(10, 200) * SECOND_MS;
        }
        site_entity(stage).with("source_ip", client)
    }
}

/// The theme's editor, then a look at the result, then the page of the albo.
fn deface(stage: &mut Stage<'_>, start_ms: i64, client: IpAddr) {
    let agent = stage.rng.pick(&BROWSERS);
    let theme = stage.rng.pick(&["modello-comuni", "design-comuni", "comune-tema"]);
    let editor = format!("/wp-admin/theme-editor.php?file=index.php&theme={theme}");
    let size = stage.rng.size(2_100, 6_900);
    let post = format!("/wp-admin/post.php?post={}&action=edit", stage.rng.size(40, 900));
    let mut at_ms = start_ms;
    for step in [
        ("GET", "/wp-admin/", 200, 61_220),
        ("GET", "/wp-admin/theme-editor.php", 200, 52_733),
        ("GET", editor.as_str(), 200, 54_102),
        ("POST", "/wp-admin/theme-editor.php", 302, 0),
        ("GET", "/", 200, size),
        ("GET", post.as_str(), 200, 38_002),
        ("POST", "/wp-admin/post.php", 302, 0),
        ("GET", "/", 200, size),
    ] {
        request(stage, at_ms, client, agent, step);
        at_ms += stage.rng.between(6, 160) * SECOND_MS;
    }
}

/// Method, target, status and size of one request to the site.
fn request(
    stage: &mut Stage<'_>,
    at_ms: i64,
    client: IpAddr,
    agent: &str,
    (method, target, status, bytes): (&str, &str, u16, u64),
) {
    let request = Request { client, method, target, status, bytes, referrer: "-", agent };
    web::access(&mut stage.lines, &stage.town.hosts.site, at_ms, &request);
}

fn site_entity(stage: &Stage<'_>) -> Entity {
    let site = &stage.town.hosts.site;
    Entity::default().with("url_domain", &site.domain).with("host_name", &site.host)
}
