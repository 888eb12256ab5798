//! VMware ESXi syslog: hostd events, shell and SSH.

use std::net::Ipv4Addr;

use crate::hosts::Appliance;
use crate::lines::Lines;

/// A hostd event in vCenter's words, such as `VM-X on esx1 in ha-datacenter is powered off`.
pub fn event(lines: &mut Lines, host: &Appliance, at_ms: i64, user: &str, text: &str) {
    let mut pen = lines.line(host.file, at_ms);
    let number = at_ms.div_euclid(1_000) % 10_000_000;
    pen.s("<14>").utc().s(" ").s(&host.name).s(" hostd[2099656]: info hostd[2099656] [Originator@6876 ");
    pen.s("sub=Vimsvc.ha-eventmgr opID=").hex(number.unsigned_abs(), 6).s("-77 user=").s(user).s("] Event ");
    pen.n(number).s(" : ").s(text);
}

/// Any other line of a program of the host.
pub fn daemon(lines: &mut Lines, host: &Appliance, at_ms: i64, program: &str, text: &str) {
    let mut pen = lines.line(host.file, at_ms);
    pen.s("<166>").utc().s(" ").s(&host.name).s(" ").s(program).s(": ").s(text);
}

/// An SSH session is opened on the host.
pub fn ssh_session(lines: &mut Lines, host: &Appliance, at_ms: i64, from: Ipv4Addr) {
    let mut pen = lines.line(host.file, at_ms);
    pen.s("<85>").utc().s(" ").s(&host.name).s(" vobd: [GenericCorrelator] ").n(at_ms % 1_000_000_000_000);
    pen.s("us: [vob.user.ssh.session.opened] SSH session was opened for 'root@").ip(from).s("'.");
}

/// The SSH service is switched on.
pub fn ssh_enabled(lines: &mut Lines, host: &Appliance, at_ms: i64) {
    let mut pen = lines.line(host.file, at_ms);
    pen.s("<14>").utc().s(" ").s(&host.name).s(" vobd: [UserLevelCorrelator] ").n(at_ms % 1_000_000_000_000);
    pen.s("us: [esx.audit.ssh.enabled] SSH access has been enabled.");
}

/// A command typed in the shell by root.
pub fn shell_command(lines: &mut Lines, host: &Appliance, at_ms: i64, command: &str) {
    let mut pen = lines.line(host.file, at_ms);
    pen.s("<14>").utc().s(" ").s(&host.name).s(" shell[2100511]: [root]: ").s(command);
}
