//! AT-31: passwords leaked elsewhere are tried on the citizens' local accounts from a rented network.

use std::net::{IpAddr, Ipv4Addr};

use super::{Attack, Entity, Facts, Family, Planted};
use crate::clock::{MINUTE_MS, SECOND_MS};
use crate::devices::web::{self, Request};
use crate::story::Stage;
use crate::words::{BROWSERS, FIRST_NAMES, SURNAMES};

/// The scenario.
pub(crate) struct CredentialStuffing;

impl Attack for CredentialStuffing {
    fn facts(&self) -> Facts {
        Facts {
            number: 31,
            family: Family::Database,
            title_en: "Credential stuffing on the citizens' local accounts",
            title_it: "Credential stuffing sulle utenze locali dei cittadini",
            office: None,
        }
    }

    fn plant(&self, stage: &mut Stage<'_>) -> Planted {
        let block = stage.rng.octet(110, 240);
        let count = stage.rng.count(190, 310);
        let length_ms = stage.minutes(9, 13);
        let start_ms = stage.start_anytime(length_ms + 20 * MINUTE_MS);
        let proxies: Vec<IpAddr> = (0..stage.rng.count(45, 90))
            .map(|_| IpAddr::V4(Ipv4Addr::new(198, 19, block, stage.rng.octet(1, 254))))
            .collect();
        let path = stage.rng.pick(&["/login", "/api/v1/login", "/accedi/login"]);
        // A rented tool sends a handful of agents in turn.
        let script = "okhttp/4.12.0";
        let agents = [stage.rng.pick(&BROWSERS), stage.rng.pick(&BROWSERS), script];
        for at_ms in stage.spread(start_ms, length_ms, count) {
            let agent = stage.rng.pick(&agents);
            // One exit of the network is used far more than the others.
            let worn = stage.rng.chance(0.14);
            let client = if worn { proxies.first().copied() } else { None };
            let client = client.unwrap_or_else(|| pick(stage, &proxies));
            let user = account(stage);
            let right = stage.rng.chance(0.02);
            attempt(stage, at_ms, client, &user, (path, agent), right);
        }
        // At least one password is right whatever the dice say.
        let (client, user) = (pick(stage, &proxies), account(stage));
        attempt(stage, start_ms + length_ms / 2, client, &user, (path, script), true);
        let mut entity = Entity::default()
            .with("source_ip", format!("198.19.{block}.0/24"))
            .with("url_domain", &stage.town.hosts.portal.domain)
            .with("url_path", path);
        for proxy in proxies {
            entity = entity.with("source_ip", proxy);
        }
        Planted { entity, detections: vec!["WB-08", "AC-02"] }
    }

    fn twin(&self, stage: &mut Stage<'_>) -> Entity {
        // The school meals open: everybody has forgotten the password of last year.
        let count = stage.rng.count(16, 38);
        let start_ms = stage.start_anytime(20 * MINUTE_MS);
        let mut entity = Entity::default();
        for at_ms in stage.spread(start_ms, 15 * MINUTE_MS, count) {
            let home = Ipv4Addr::new(198, 18, stage.rng.octet(0, 119), stage.rng.octet(1, 254));
            let client = IpAddr::V4(home);
            let (user, agent) = (account(stage), stage.rng.pick(&BROWSERS));
            attempt(stage, at_ms, client, &user, ("/login", agent), false);
            attempt(stage, at_ms + 25 * SECOND_MS, client, &user, ("/login", agent), true);
            entity = entity.with("source_ip", client);
        }
        entity
    }
}

fn pick(stage: &mut Stage<'_>, proxies: &[IpAddr]) -> IpAddr {
    let place = stage.rng.count(0, proxies.len().saturating_sub(1));
    proxies.get(place).copied().unwrap_or_else(|| stage.outsider(0))
}

fn account(stage: &mut Stage<'_>) -> String {
    let (first, last) = (stage.rng.pick(&FIRST_NAMES), stage.rng.pick(&SURNAMES));
    match stage.rng.below(3) {
        0 => format!("{first}.{last}{}", stage.rng.size(60, 99)),
        1 => format!("{last}{first}{}", stage.rng.size(1, 99)),
        _ => format!("{first}{last}{}", stage.rng.size(1_960, 2_005)),
    }
}

/// One login with HTTP authentication; the right ones then open a certificate.
fn attempt(
    stage: &mut Stage<'_>,
    at_ms: i64,
    client: IpAddr,
    user: &str,
    (path, agent): (&str, &str),
    right: bool,
) {
    let site = &stage.town.hosts.portal;
    let status = if right { 302 } else { 401 };
    let bytes = if right { 0 } else { 1_144 };
    let request = Request { client, method: "POST", target: path, status, bytes, referrer: "-", agent };
    web::access_as(&mut stage.lines, site, at_ms, user, &request);
    if !right {
        let known = stage.rng.chance(0.3);
        let text = if known {
            format!("user \"{user}\": password mismatch")
        } else {
            format!("user \"{user}\" was not found in \"/etc/nginx/cittadini.htpasswd\"")
        };
        web::error(&mut stage.lines, site, at_ms + 2, 811, client, &text);
        return;
    }
    let target = format!("/area-personale/certificati/{}.pdf", stage.rng.size(10_000, 99_999));
    let bytes = stage.rng.size(50_000, 120_000);
    let download = Request { method: "GET", target: &target, status: 200, bytes, ..request };
    let at_ms = at_ms + stage.rng.between(3, 30) * SECOND_MS;
    web::access_as(&mut stage.lines, site, at_ms, user, &download);
}
