//! BIND 9 over syslog: queries of the inside, and of the Internet about the comune's own zone.

use std::net::{IpAddr, Ipv4Addr};

use super::syslog;
use crate::lines::Lines;
use crate::town::Town;

/// A client asks the resolver for `name` (record type `kind`).
pub fn query(
    lines: &mut Lines,
    town: &Town,
    at_ms: i64,
    client: Ipv4Addr,
    port: u16,
    name: &str,
    kind: &str,
) {
    let host = &town.hosts.resolver;
    let mut pen = syslog::line(lines, host, at_ms, 30, "named", Some(812));
    pen.s("queries: info: client @0x7f8a2c").hex(u64::from(port) * 16, 6).s(" ").ip(client).s("#").n(port);
    pen.s(" (").s(name).s("): query: ").s(name).s(" IN ").s(kind).s(" +E(0)K (").ip(host.ip).s(")");
}

/// Somebody else's resolver asks about the own zone (no recursion wanted).
pub fn asked_from_outside(
    lines: &mut Lines,
    town: &Town,
    at_ms: i64,
    client: (IpAddr, u16),
    name: &str,
    kind: &str,
) {
    let host = &town.hosts.resolver;
    let mut pen = syslog::line(lines, host, at_ms, 30, "named", Some(812));
    pen.s("queries: info: client @0x7f8a2c").hex(u64::from(client.1) * 16, 6).s(" ").ip(client.0);
    pen.s("#").n(client.1).s(" (").s(name).s("): query: ").s(name).s(" IN ").s(kind);
    pen.s(" -E(0)DC (").ip(host.ip).s(")");
}

/// A client inside gets no answer for `name`.
pub fn failed(lines: &mut Lines, town: &Town, at_ms: i64, client: (Ipv4Addr, u16), name: &str) {
    let mut pen = syslog::line(lines, &town.hosts.resolver, at_ms, 30, "named", Some(812));
    pen.s("query-errors: info: client @0x7f8a2c").hex(u64::from(client.1) * 16, 6).s(" ").ip(client.0);
    pen.s("#").n(client.1).s(" (").s(name).s("): query failed (SERVFAIL) for ").s(name);
    pen.s("/IN/A at query.c:7540");
}
