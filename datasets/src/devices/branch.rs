//! Firewall of the branch office: pfSense filterlog or MikroTik RouterOS, by the town's choice.

use std::net::{IpAddr, Ipv4Addr};

use crate::hosts::BranchMaker;
use crate::lines::Lines;
use crate::town::Town;

/// A TCP SYN that was let through or refused.
pub fn packet(
    lines: &mut Lines,
    town: &Town,
    at_ms: i64,
    source: (Ipv4Addr, u16),
    destination: (Ipv4Addr, u16),
    blocked: bool,
) {
    let mut pen = lines.line(town.hosts.branch.file, at_ms);
    match town.hosts.branch_maker {
        BranchMaker::Pfsense => {
            pen.s("<134>1 ").rfc3339().s(" ").s(&town.hosts.branch.name).s(" filterlog 41234 - - ");
            pen.s(if blocked {
                "76,,,1000000103,igb1,match,block"
            } else {
                "91,,,1000002665,igb0,match,pass"
            });
            pen.s(",in,4,0x0,,51,").n(source.1).s(",0,DF,6,tcp,60,").ip(source.0).s(",").ip(destination.0);
            pen.s(",")
                .n(source.1)
                .s(",")
                .n(destination.1)
                .s(",0,S,1234567")
                .n(source.1)
                .s(",,64240,,mss;sackOK;TS");
        }
        BranchMaker::Mikrotik => {
            pen.s("<30>").rfc3164().s(" ").s(&town.hosts.branch.name).s(" firewall,info ");
            pen.s(if blocked { "drop: in:ether1 out:(none)" } else { "forward: in:bridge out:ether1" });
            pen.s(", connection-state:new src-mac 08:55:31:0a:0b:0c, proto TCP (SYN), ").ip(source.0).s(":");
            pen.n(source.1).s("->").ip(destination.0).s(":").n(destination.1).s(", len 60");
        }
    }
}

/// A failed login on the device itself.
pub fn login_failed(lines: &mut Lines, town: &Town, at_ms: i64, user: &str, from: IpAddr) {
    let mut pen = lines.line(town.hosts.branch.file, at_ms);
    match town.hosts.branch_maker {
        BranchMaker::Pfsense => {
            pen.s("<34>1 ").rfc3339().s(" ").s(&town.hosts.branch.name).s(" php-fpm 412 - - /index.php: ");
            pen.s("webConfigurator authentication error for user '").s(user).s("' from: ").ip(from);
        }
        BranchMaker::Mikrotik => {
            pen.s("<28>")
                .rfc3164()
                .s(" ")
                .s(&town.hosts.branch.name)
                .s(" system,error,critical login failure for user ");
            pen.s(user).s(" from ").ip(from).s(" via winbox");
        }
    }
}
