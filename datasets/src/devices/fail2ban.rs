//! fail2ban of the portal's server.

use std::net::IpAddr;

use crate::lines::Lines;
use crate::town::Town;

/// An address is banned or let in again; `jail` such as `sshd`.
pub fn ban(lines: &mut Lines, town: &Town, at_ms: i64, jail: &str, address: IpAddr, banned: bool) {
    let mut pen = lines.line(town.hosts.fail2ban, at_ms);
    pen.date().s(" ").clock().millis(",").s(" fail2ban.actions        [812]: NOTICE  [").s(jail).s("] ");
    pen.s(if banned { "Ban " } else { "Unban " }).ip(address);
}

/// An address fails once more.
pub fn found(lines: &mut Lines, town: &Town, at_ms: i64, jail: &str, address: IpAddr) {
    let mut pen = lines.line(town.hosts.fail2ban, at_ms);
    pen.date()
        .s(" ")
        .clock()
        .millis(",")
        .s(" fail2ban.filter         [812]: INFO    [")
        .s(jail)
        .s("] Found ");
    pen.ip(address).s(" - ").date().s(" ").clock();
}
