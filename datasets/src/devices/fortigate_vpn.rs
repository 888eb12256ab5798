//! SSL-VPN of the perimeter firewall (FortiOS 7): who is let in, who is not, from where.

use std::net::{IpAddr, Ipv4Addr};

use super::fortigate::head;
use crate::clock::SECOND_MS;
use crate::lines::Lines;
use crate::rng::Rng;
use crate::town::Town;

/// Group of those who work from home.
pub const EMPLOYEES: &str = "VPN-Dipendenti";
/// Group of the suppliers.
pub const SUPPLIERS: &str = "VPN-Fornitori";

/// An SSL-VPN tunnel.
#[derive(Debug, Clone, Copy)]
pub struct Tunnel<'a> {
    /// Number of the tunnel.
    pub id: u32,
    /// Client's address.
    pub from: IpAddr,
    /// Address given inside.
    pub given: Ipv4Addr,
    /// Account.
    pub user: &'a str,
    /// User group of the VPN policy.
    pub group: &'a str,
}

impl<'a> Tunnel<'a> {
    /// The tunnel of an account of a group: from where, and the address given inside.
    pub fn new(rng: &mut Rng, group: &'a str, user: &'a str, (from, given): (IpAddr, Ipv4Addr)) -> Self {
        let id = 1_900_000_000 + u32::from(rng.port(1, 60_000));
        Self { id, from, given, user, group }
    }
}

/// A failed login; `reason` as FortiOS says it.
pub fn refused(lines: &mut Lines, town: &Town, at_ms: i64, from: IpAddr, user: &str, reason: &str) {
    let mut pen = lines.line(town.hosts.firewall.file, at_ms);
    head(&mut pen, town, 185, "0101039426");
    pen.s(" type=\"event\" subtype=\"vpn\" level=\"alert\" vd=\"root\" logdesc=\"SSL VPN login fail\"");
    pen.s(" action=\"ssl-login-fail\" tunneltype=\"ssl-web\" tunnelid=0 remip=")
        .ip(from)
        .s(" user=\"")
        .s(user);
    pen.s("\" group=\"N/A\" dst_host=\"N/A\" reason=\"")
        .s(reason)
        .s("\" msg=\"SSL user failed to logged in\"");
}

/// The password of an account is accepted.
pub fn accepted(lines: &mut Lines, town: &Town, at_ms: i64, from: IpAddr, user: &str, group: &str) {
    let mut pen = lines.line(town.hosts.firewall.file, at_ms);
    head(&mut pen, town, 189, "0102043008");
    pen.s(" type=\"event\" subtype=\"user\" level=\"notice\" vd=\"root\" logdesc=\"Authentication success\" srcip=");
    pen.ip(from)
        .s(" dstip=192.0.2.2 policyid=0 interface=\"wan1\" user=\"")
        .s(user)
        .s("\" group=\"")
        .s(group);
    pen.s("\" authproto=\"HTTPS(")
        .ip(from)
        .s(")\" action=\"authentication\" status=\"success\" reason=\"Authentication succeeded\"");
    pen.s(" msg=\"User ").s(user).s(" succeeded in authentication\"");
}

/// The password is accepted and the tunnel opens.
pub fn opened(lines: &mut Lines, town: &Town, at_ms: i64, tunnel: &Tunnel<'_>) {
    accepted(lines, town, at_ms, tunnel.from, tunnel.user, tunnel.group);
    changed(lines, town, at_ms + 400, tunnel, None);
}

/// The tunnel closes, `duration_ms` after it opened, with so many bytes sent and received.
pub fn closed(
    lines: &mut Lines,
    town: &Town,
    at_ms: i64,
    tunnel: &Tunnel<'_>,
    duration_ms: i64,
    bytes: (u64, u64),
) {
    changed(lines, town, at_ms, tunnel, Some((duration_ms / SECOND_MS, bytes)));
}

fn changed(lines: &mut Lines, town: &Town, at_ms: i64, tunnel: &Tunnel<'_>, end: Option<(i64, (u64, u64))>) {
    let mut pen = lines.line(town.hosts.firewall.file, at_ms);
    let (id, word, message) = if end.is_none() {
        ("0101039947", "up", "SSL tunnel established")
    } else {
        ("0101039948", "down", "SSL tunnel shutdown")
    };
    head(&mut pen, town, 190, id);
    pen.s(" type=\"event\" subtype=\"vpn\" level=\"information\" vd=\"root\" logdesc=\"SSL VPN tunnel ")
        .s(word);
    pen.s("\" action=\"tunnel-").s(word).s("\" tunneltype=\"ssl-tunnel\" tunnelid=").n(tunnel.id);
    pen.s(" remip=").ip(tunnel.from).s(" tunnelip=").ip(tunnel.given).s(" user=\"").s(tunnel.user);
    pen.s("\" group=\"").s(tunnel.group).s("\" dst_host=\"N/A\" reason=\"N/A\"");
    if let Some((duration_s, (sent, received))) = end {
        pen.s(" duration=").n(duration_s).s(" sentbyte=").n(sent).s(" rcvdbyte=").n(received);
    }
    pen.s(" msg=\"").s(message).s("\"");
}
