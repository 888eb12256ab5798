//! ISC dhcpd leases, over syslog.

use std::net::Ipv4Addr;

use super::syslog;
use crate::lines::Lines;
use crate::town::Town;

/// A client on an interface, with its name.
#[derive(Debug, Clone, Copy)]
pub struct Client<'a> {
    /// Address given.
    pub ip: Ipv4Addr,
    /// Hardware address.
    pub mac: [u8; 6],
    /// Name it says.
    pub name: &'a str,
    /// Interface, which is its VLAN.
    pub interface: &'static str,
}

/// A renewal: request and acknowledgement.
pub fn renewed(lines: &mut Lines, town: &Town, at_ms: i64, client: &Client<'_>) {
    for (delay_ms, verb, word) in [(0, "DHCPREQUEST for ", " from "), (2, "DHCPACK on ", " to ")] {
        let mut pen = syslog::line(lines, &town.hosts.network, at_ms + delay_ms, 30, "dhcpd", Some(812));
        pen.s(verb).ip(client.ip).s(word).mac(client.mac, ":");
        pen.s(" (").s(client.name).s(") via ").s(client.interface);
    }
}

/// Nothing left to give on an interface.
pub fn no_free_leases(lines: &mut Lines, town: &Town, at_ms: i64, client: &Client<'_>) {
    let mut pen = syslog::line(lines, &town.hosts.network, at_ms, 27, "dhcpd", Some(812));
    pen.s("DHCPDISCOVER from ").mac(client.mac, ":").s(" via ").s(client.interface);
    pen.s(": network ").s(client.interface).s(": no free leases");
}
