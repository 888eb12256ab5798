//! AT-49: through a web shell the portal's own account becomes root, opens the firewall and wipes traces.

use std::net::IpAddr;

use super::{Attack, Entity, Facts, Family, Planted};
use crate::clock::{HOUR_MS, MINUTE_MS, SECOND_MS};
use crate::devices::auditd::{self, Program};
use crate::devices::session;
use crate::devices::sshd::{self, Peer};
use crate::devices::web::{self, Request};
use crate::story::Stage;

/// The scenario.
pub(crate) struct PortalRoot;

const COMMANDS: [&str; 7] = [
    "id",
    "uname -a",
    "cat /etc/passwd",
    "sudo -l",
    "ls -la /var/www",
    "ss -tlpn",
    "find / -perm -4000 -type f",
];
const FIREWALL_OFF: [&str; 3] =
    ["/usr/sbin/ufw disable", "/usr/sbin/iptables -F", "/usr/bin/systemctl stop nftables"];
const WIPES: [&str; 4] = [
    "/usr/bin/rm -f /var/log/auth.log /var/log/nginx/access.log",
    "/usr/bin/journalctl --vacuum-time=1s",
    "/usr/bin/bash -c history -c; unset HISTFILE",
    "/usr/bin/bash -c : > /var/log/auth.log",
];

impl Attack for PortalRoot {
    fn facts(&self) -> Facts {
        Facts {
            number: 49,
            family: Family::Database,
            title_en: "Local privilege escalation on the portal server",
            title_it: "Scalata di privilegi sul server del portale",
            office: None,
        }
    }

    fn plant(&self, stage: &mut Stage<'_>) -> Planted {
        let town = stage.town;
        let (site, host) = (&town.hosts.portal, &town.hosts.portal_host);
        let attacker = stage.outsider(0);
        let start_ms = stage.start_anytime(2 * HOUR_MS);
        let name = stage.rng.pick(&["x7", "cache_", "wp-tmp", "img2", "thumb"]);
        let ending = stage.rng.pick(&["php", "phtml"]);
        let path = format!(
            "/{}/{name}{}.{ending}",
            stage.rng.pick(&["media", "upload", "allegati"]),
            stage.rng.size(1, 99)
        );
        let at_ms = shell(stage, start_ms, attacker, &path);
        escalate(stage, at_ms + MINUTE_MS);
        let entity = Entity::default()
            .with("user_name", "www-data")
            .with("source_ip", attacker)
            .with("host_name", &host.name)
            .with("host_name", &site.host)
            .with("url_domain", &site.domain)
            .with("url_path", &path);
        Planted { entity, detections: vec!["WB-02", "AC-09", "SC-11", "SC-27"] }
    }

    fn twin(&self, stage: &mut Stage<'_>) -> Entity {
        // A new technician has an account, but no rights yet; a form of the portal is filled in.
        let (town, person) = (stage.town, stage.person());
        let host = &town.hosts.portal_host;
        let start_ms = stage.start_in_office(30 * MINUTE_MS);
        let peer = Peer {
            ip: IpAddr::V4(person.ip),
            port: stage.rng.port(49_152, 65_000),
            pid: stage.rng.port(2_000, 32_000).into(),
        };
        sshd::accepted(&mut stage.lines, host, start_ms, peer, &person.login, "publickey");
        let tries = stage.rng.between(1, 3);
        for step in 0..tries {
            let command = stage.rng.pick(&["/usr/sbin/ufw status", "/usr/bin/systemctl status nginx"]);
            let at_ms = start_ms + MINUTE_MS + step * 40 * SECOND_MS;
            session::sudo_refused(&mut stage.lines, host, at_ms, &person.login, command);
        }
        sshd::closed(&mut stage.lines, host, start_ms + 12 * MINUTE_MS, peer, &person.login);
        Entity::default().with("user_name", &person.login).with("source_ip", person.ip)
    }
}

/// Commands sent to a page nobody knows, and what the kernel sees of them; the end of it.
fn shell(stage: &mut Stage<'_>, start_ms: i64, attacker: IpAddr, path: &str) -> i64 {
    let town = stage.town;
    let count = stage.rng.count(12, 34);
    let length_ms = stage.minutes(6, 30);
    let agent = stage.rng.pick(&["Mozilla/5.0", "-", "python-requests/2.31.0", "curl/8.5.0"]);
    for (step, at_ms) in stage.spread(start_ms, length_ms, count).into_iter().enumerate() {
        let bytes = stage.rng.size(90, 9_000);
        let method = if step == 0 { "GET" } else { "POST" };
        let request =
            Request { client: attacker, method, target: path, status: 200, bytes, referrer: "-", agent };
        web::access(&mut stage.lines, &town.hosts.portal, at_ms, &request);
        if step == 0 {
            continue;
        }
        let pid = stage.rng.port(2_000, 32_000).into();
        let command = stage.rng.pick(&COMMANDS);
        let program = Program {
            uid: 33,
            pids: (pid, 1_188),
            file: "/usr/bin/dash",
            arguments: &["sh", "-c", command],
            key: "www-data-exec",
        };
        auditd::started(&mut stage.lines, &town.hosts.portal_host, at_ms + 30, &program);
    }
    start_ms + length_ms
}

/// The portal's account runs commands as root.
fn escalate(stage: &mut Stage<'_>, start_ms: i64) {
    let host = &stage.town.hosts.portal_host;
    let folder = stage.rng.pick(&["/var/www/portale", "/tmp", "/var/www/html/media"]);
    let first =
        stage.rng.pick(&["/usr/bin/find . -exec /bin/sh \\;", "/usr/bin/vim -c :!/bin/sh", "/bin/bash"]);
    let off = stage.rng.pick(&FIREWALL_OFF);
    let wipe = stage.rng.pick(&WIPES);
    let mut at_ms = start_ms;
    for command in [first, "/usr/bin/id", off, wipe] {
        session::sudo_from(&mut stage.lines, host, at_ms, "www-data", folder, command);
        at_ms += stage.rng.between(20, 300) * SECOND_MS;
    }
}
