//! Linux netfilter log lines: hand-written `FW-` prefixes of the gateway, and UFW.

use std::net::Ipv4Addr;

use super::syslog;
use crate::hosts::Linux;
use crate::lines::Lines;

const KERNEL_WARNING: u8 = 4;

/// One logged packet.
#[derive(Debug, Clone, Copy)]
pub struct Packet {
    /// Source address and port.
    pub source: (Ipv4Addr, u16),
    /// Destination address and port.
    pub destination: (Ipv4Addr, u16),
    /// UDP when true, TCP SYN otherwise.
    pub udp: bool,
    /// Any number: identification, time to live, window come from it.
    pub salt: u32,
}

/// A packet with the rule's own prefix, such as `FW-DROP: ` or `[UFW BLOCK] `.
pub fn packet(lines: &mut Lines, host: &Linux, at_ms: i64, prefix: &str, packet: Packet) {
    let mut pen = syslog::line(lines, host, at_ms, KERNEL_WARNING, "kernel", None);
    let uptime_ms = at_ms.rem_euclid(8_640_000_000);
    pen.s("[").n(uptime_ms / 1000).s(".").n(uptime_ms % 1000 + 100_000).s("] ").s(prefix);
    pen.s("IN=eth0 OUT= MAC=52:54:00:aa:10:0c:00:09:0f:09:00:12:08:00 SRC=").ip(packet.source.0);
    pen.s(" DST=").ip(packet.destination.0).s(" LEN=").n(if packet.udp { 71 } else { 60 });
    pen.s(" TOS=0x00 PREC=0x00 TTL=").n(40 + packet.salt % 20).s(" ID=").n(packet.salt % 65_000);
    if packet.udp {
        pen.s(" PROTO=UDP SPT=").n(packet.source.1).s(" DPT=").n(packet.destination.1).s(" LEN=51");
    } else {
        pen.s(" DF PROTO=TCP SPT=").n(packet.source.1).s(" DPT=").n(packet.destination.1);
        pen.s(" WINDOW=64240 RES=0x00 SYN URGP=0");
    }
}
