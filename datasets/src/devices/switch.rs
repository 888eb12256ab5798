//! Cisco IOS messages of the core switch.

use std::net::Ipv4Addr;

use crate::lines::{Lines, Pen};
use crate::town::Town;

/// A port changes state.
pub fn link(lines: &mut Lines, town: &Town, at_ms: i64, port: &str, up: bool) {
    let mut pen = head(lines, town, at_ms, 187);
    pen.s("%LINK-3-UPDOWN: Interface ").s(port).s(", changed state to ").s(if up { "up" } else { "down" });
}

/// A login on the switch.
pub fn login(lines: &mut Lines, town: &Town, at_ms: i64, user: &str, from: Ipv4Addr, success: bool) {
    let mut pen = head(lines, town, at_ms, if success { 189 } else { 188 });
    if success {
        pen.s("%SEC_LOGIN-5-LOGIN_SUCCESS: Login Success [user: ");
    } else {
        pen.s("%SEC_LOGIN-4-LOGIN_FAILED: Login failed [user: ");
    }
    pen.s(user).s("] [Source: ").ip(from).s("] [localport: 22]");
    if !success {
        pen.s(" [Reason: Login Authentication Failed]");
    }
    pen.s(" at ").clock().s(" ").zone().s(" ").weekday_and_day().s(" ").year();
}

/// Somebody leaves configuration mode.
pub fn configured(lines: &mut Lines, town: &Town, at_ms: i64, user: &str, from: Ipv4Addr) {
    let mut pen = head(lines, town, at_ms, 189);
    pen.s("%SYS-5-CONFIG_I: Configured from console by ").s(user).s(" on vty0 (").ip(from).s(")");
}

fn head<'a>(lines: &'a mut Lines, town: &Town, at_ms: i64, priority: u8) -> Pen<'a> {
    let mut pen = lines.line(town.hosts.switch.file, at_ms);
    let number = at_ms.div_euclid(60_000) % 1_000_000;
    pen.s("<").n(priority).s(">").n(number).s(": ").s(&town.hosts.switch.name).s(": ");
    pen.month_day_year().s(" ").clock().millis(".").s(" ").zone().s(": ");
    pen
}
