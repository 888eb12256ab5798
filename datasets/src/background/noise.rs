//! The Internet's edge elsewhere: guests, the branch office, stray SSH guesses, web probes.

use std::net::{IpAddr, Ipv4Addr};

use super::perimeter::KNOCKED_PORTS;
use super::{Beat, Rhythm};
use crate::clock::SECOND_MS;
use crate::devices::netfilter::{self, Packet};
use crate::devices::sshd::{self, Peer};
use crate::devices::web::{self, Request};
use crate::devices::{branch as branch_firewall, fail2ban};
use crate::hosts::Linux;

const GUESTS_PER_DAY: f64 = 15_000.0;
const PORTAL_PER_DAY: f64 = 9_000.0;
const BRANCH_PER_DAY: f64 = 7_000.0;
const STRAYS_PER_DAY: f64 = 180.0;
const PROBES_PER_DAY: f64 = 260.0;

const GUESSED_USERS: [&str; 10] =
    ["admin", "root", "test", "ubuntu", "oracle", "user", "pi", "git", "postgres", "ftpuser"];
const PROBED_PATHS: [&str; 12] = [
    "/robots.txt",
    "/.well-known/security.txt",
    "/favicon.ico",
    "/wp-login.php",
    "/admin/",
    "/phpmyadmin/",
    "/actuator/health",
    "/cgi-bin/luci",
    "/boaform/admin/formLogin",
    "/owa/",
    "/sitemap.xml",
    "/vendor/composer.json",
];

fn knock(beat: &mut Beat<'_>, host: &Linux, prefix: &str, destination: Ipv4Addr, at_ms: i64) {
    let IpAddr::V4(source) = beat.town.staff.nuisance(&mut beat.rng) else { return };
    let udp = beat.rng.chance(0.15);
    let port = if beat.rng.chance(0.7) { beat.rng.pick(&KNOCKED_PORTS) } else { beat.rng.port(1, 65_535) };
    let packet = Packet {
        source: (source, beat.rng.port(1_024, 65_535)),
        destination: (destination, port),
        udp,
        salt: beat.rng.port(1, 65_000).into(),
    };
    netfilter::packet(beat.lines, host, at_ms, prefix, packet);
}

/// Library and guest gateway, on a line of its own.
pub(super) fn guest_gateway(beat: &mut Beat<'_>) {
    let host = &beat.town.hosts.gateway;
    beat.each(GUESTS_PER_DAY, Rhythm::Flat, |beat, at_ms| {
        knock(beat, host, "FW-DROP: ", Ipv4Addr::new(192, 0, 2, 130), at_ms);
    });
}

/// UFW of the portal's server.
pub(super) fn portal_firewall(beat: &mut Beat<'_>) {
    let host = &beat.town.hosts.portal_host;
    beat.each(PORTAL_PER_DAY, Rhythm::Flat, |beat, at_ms| {
        knock(beat, host, "[UFW BLOCK] ", host.ip, at_ms);
    });
}

/// Branch office: refused knocks, and its own traffic in office hours.
pub(super) fn branch(beat: &mut Beat<'_>) {
    let town = beat.town;
    beat.each(BRANCH_PER_DAY, Rhythm::Flat, |beat, at_ms| {
        let IpAddr::V4(source) = town.staff.nuisance(&mut beat.rng) else { return };
        let port = beat.rng.pick(&KNOCKED_PORTS);
        let destination = (Ipv4Addr::new(192, 0, 2, 140), port);
        let source = (source, beat.rng.port(1_024, 65_535));
        branch_firewall::packet(beat.lines, town, at_ms, source, destination, true);
    });
    beat.each(4_000.0, Rhythm::Office, |beat, at_ms| {
        let (_, destination) = town.outside_service(&mut beat.rng);
        let source = (town.inside(9, beat.rng.octet(20, 40)), beat.rng.port(49_152, 65_535));
        branch_firewall::packet(beat.lines, town, at_ms, source, (destination, 443), false);
    });
    beat.each(3.0, Rhythm::Flat, |beat, at_ms| {
        let source = town.staff.nuisance(&mut beat.rng);
        branch_firewall::login_failed(beat.lines, town, at_ms, "admin", source);
    });
}

/// One to four guesses and away.
pub(super) fn ssh_strays(beat: &mut Beat<'_>) {
    let town = beat.town;
    // More than four a slice hardly ever come by: nobody is back before half a day has passed.
    let slice = beat.slice;
    let mut turn = 4 * (slice.start_ms / (slice.end_ms - slice.start_ms).max(1));
    beat.each(STRAYS_PER_DAY, Rhythm::Flat, |beat, at_ms| {
        let host = if beat.rng.chance(0.6) { &town.hosts.portal_host } else { &town.hosts.mail };
        let ip = town.staff.passer_by(turn);
        turn += 1;
        for guess in 0..beat.rng.between(1, 4) {
            let peer =
                Peer { ip, port: beat.rng.port(30_000, 60_000), pid: beat.rng.port(2_000, 32_000).into() };
            let user = beat.rng.pick(&GUESSED_USERS);
            let at_ms = at_ms + guess * 9 * SECOND_MS;
            sshd::failed_password(beat.lines, host, at_ms, peer, user, user == "root");
            fail2ban::found(beat.lines, town, at_ms + 1_800, "sshd", ip);
        }
    });
    beat.each(6.0, Rhythm::Office, |beat, at_ms| {
        let [person, _] = &town.administrators;
        let peer = Peer {
            ip: IpAddr::V4(person.ip),
            port: beat.rng.port(50_000, 60_000),
            pid: beat.rng.port(2_000, 32_000).into(),
        };
        let minutes = beat.rng.between(2, 40);
        sshd::accepted(beat.lines, &town.hosts.portal_host, at_ms, peer, &person.login, "publickey");
        sshd::closed(
            beat.lines,
            &town.hosts.portal_host,
            at_ms + minutes * 60 * SECOND_MS,
            peer,
            &person.login,
        );
    });
}

/// A handful of probes of well-known paths, mostly answered 404.
pub(super) fn web_probes(beat: &mut Beat<'_>) {
    let town = beat.town;
    beat.each(PROBES_PER_DAY, Rhythm::Flat, |beat, at_ms| {
        let institutional = beat.rng.chance(0.5);
        let site = if institutional { &town.hosts.site } else { &town.hosts.portal };
        let client = town.staff.nuisance(&mut beat.rng);
        for probe in 0..beat.rng.between(1, 7) {
            let target = beat.rng.pick(&PROBED_PATHS);
            let found = matches!(target, "/robots.txt" | "/favicon.ico" | "/sitemap.xml")
                || (institutional && target == "/wp-login.php");
            let request = Request {
                client,
                method: "GET",
                target,
                status: if found { 200 } else { 404 },
                bytes: if found { 612 } else { 153 },
                referrer: "-",
                agent: "Mozilla/5.0 (compatible; CensusProbe/1.1)",
            };
            web::access(beat.lines, site, at_ms + probe * 800, &request);
        }
    });
}
