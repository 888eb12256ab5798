//! OpenSSH server: logins, failures, disconnects (with PAM's lines beside).

use std::net::IpAddr;

use super::syslog;
use crate::hosts::Linux;
use crate::lines::Lines;

const AUTH_INFO: u8 = 86;

/// Who knocks: address, port and the process that serves it.
#[derive(Debug, Clone, Copy)]
pub struct Peer {
    /// Client address.
    pub ip: IpAddr,
    /// Client port.
    pub port: u16,
    /// Process of the connection.
    pub pid: u32,
}

/// A wrong password; `known` says whether the account exists on the host.
pub fn failed_password(lines: &mut Lines, host: &Linux, at_ms: i64, peer: Peer, user: &str, known: bool) {
    if known {
        let mut pen = syslog::line(lines, host, at_ms, AUTH_INFO, "sshd", Some(peer.pid));
        pen.s("pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=");
        pen.ip(peer.ip).s("  user=").s(user);
    } else {
        let mut pen = syslog::line(lines, host, at_ms, AUTH_INFO, "sshd", Some(peer.pid));
        pen.s("Invalid user ").s(user).s(" from ").ip(peer.ip).s(" port ").n(peer.port);
    }
    let mut pen = syslog::line(lines, host, at_ms + 1_700, AUTH_INFO, "sshd", Some(peer.pid));
    pen.s("Failed password for ").s(if known { "" } else { "invalid user " }).s(user);
    pen.s(" from ").ip(peer.ip).s(" port ").n(peer.port).s(" ssh2");
}

/// The client leaves before or after failing.
pub fn disconnected(lines: &mut Lines, host: &Linux, at_ms: i64, peer: Peer, user: &str) {
    let mut pen = syslog::line(lines, host, at_ms, AUTH_INFO, "sshd", Some(peer.pid));
    pen.s("Connection closed by authenticating user ").s(user).s(" ").ip(peer.ip);
    pen.s(" port ").n(peer.port).s(" [preauth]");
}

/// A login; `method` is `password` or `publickey`.
pub fn accepted(lines: &mut Lines, host: &Linux, at_ms: i64, peer: Peer, user: &str, method: &str) {
    let mut pen = syslog::line(lines, host, at_ms, AUTH_INFO, "sshd", Some(peer.pid));
    pen.s("Accepted ")
        .s(method)
        .s(" for ")
        .s(user)
        .s(" from ")
        .ip(peer.ip)
        .s(" port ")
        .n(peer.port)
        .s(" ssh2");
    if method == "publickey" {
        pen.s(": ED25519 SHA256:").hex(u64::from(peer.pid) * 0x9e37_79b9, 16).hex(0x5bd1_e995, 8);
    }
    let mut pen = syslog::line(lines, host, at_ms + 40, AUTH_INFO, "sshd", Some(peer.pid));
    pen.s("pam_unix(sshd:session): session opened for user ").s(user).s("(uid=1004) by (uid=0)");
}

/// The end of a session.
pub fn closed(lines: &mut Lines, host: &Linux, at_ms: i64, peer: Peer, user: &str) {
    let mut pen = syslog::line(lines, host, at_ms, AUTH_INFO, "sshd", Some(peer.pid));
    pen.s("Received disconnect from ").ip(peer.ip).s(" port ").n(peer.port).s(":11: disconnected by user");
    let mut pen = syslog::line(lines, host, at_ms + 5, AUTH_INFO, "sshd", Some(peer.pid));
    pen.s("pam_unix(sshd:session): session closed for user ").s(user);
}
