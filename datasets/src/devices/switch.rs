//! Cisco IOS messages of the core switch and of the floors' switches, which one log receives.

use std::net::Ipv4Addr;

use crate::lines::{Lines, Pen};
use crate::town::Town;

/// A port changes state.
pub fn link(lines: &mut Lines, town: &Town, at_ms: i64, port: &str, up: bool) {
    let mut pen = head(lines, town, at_ms, 187, &town.hosts.switch.name);
    pen.s("%LINK-3-UPDOWN: Interface ").s(port).s(", changed state to ").s(if up { "up" } else { "down" });
}

/// The neighbour behind a line is lost, or back.
pub fn neighbour(lines: &mut Lines, town: &Town, at_ms: i64, neighbour: Ipv4Addr, up: bool) {
    let mut pen = head(lines, town, at_ms, 189, &town.hosts.switch.name);
    pen.s("%BGP-5-ADJCHANGE: neighbor ").ip(neighbour).s(if up {
        " Up"
    } else {
        " Down BGP Notification sent"
    });
}

/// Who sits at the prompt of which switch.
#[derive(Debug, Clone, Copy)]
pub struct Prompt<'a> {
    /// Name of the switch.
    pub switch: &'a str,
    /// Account.
    pub user: &'a str,
    /// Address it comes from.
    pub from: Ipv4Addr,
}

/// A login on a switch.
pub fn login(lines: &mut Lines, town: &Town, at_ms: i64, prompt: Prompt<'_>, success: bool) {
    let mut pen = head(lines, town, at_ms, if success { 189 } else { 188 }, prompt.switch);
    if success {
        pen.s("%SEC_LOGIN-5-LOGIN_SUCCESS: Login Success [user: ");
    } else {
        pen.s("%SEC_LOGIN-4-LOGIN_FAILED: Login failed [user: ");
    }
    pen.s(prompt.user).s("] [Source: ").ip(prompt.from).s("] [localport: 22]");
    if !success {
        pen.s(" [Reason: Login Authentication Failed]");
    }
    pen.s(" at ").clock().s(" ").zone().s(" ").weekday_and_day().s(" ").year();
}

/// Somebody leaves configuration mode.
pub fn configured(lines: &mut Lines, town: &Town, at_ms: i64, prompt: Prompt<'_>) {
    let mut pen = head(lines, town, at_ms, 189, prompt.switch);
    pen.s("%SYS-5-CONFIG_I: Configured from console by ")
        .s(prompt.user)
        .s(" on vty0 (")
        .ip(prompt.from)
        .s(")");
}

/// The saved configuration of a switch is erased.
pub fn erased(lines: &mut Lines, town: &Town, at_ms: i64, switch: &str) {
    head(lines, town, at_ms, 191, switch).s("%SYS-7-NV_BLOCK_INIT: Initialized the geometry of nvram");
}

/// Somebody restarts a switch.
pub fn reloaded(lines: &mut Lines, town: &Town, at_ms: i64, prompt: Prompt<'_>) {
    let mut pen = head(lines, town, at_ms, 189, prompt.switch);
    pen.s("%SYS-5-RELOAD: Reload requested by ").s(prompt.user).s(" on vty0 (").ip(prompt.from);
    pen.s("). Reload Reason: Reload Command.");
}

/// A switch is back after a restart.
pub fn restarted(lines: &mut Lines, town: &Town, at_ms: i64, switch: &str) {
    head(lines, town, at_ms, 189, switch).s("%SYS-5-RESTART: System restarted --");
}

fn head<'a>(lines: &'a mut Lines, town: &Town, at_ms: i64, priority: u8, switch: &str) -> Pen<'a> {
    let mut pen = lines.line(town.hosts.switch.file, at_ms);
    let number = at_ms.div_euclid(60_000) % 1_000_000;
    pen.s("<").n(priority).s(">").n(number).s(": ").s(switch).s(": ");
    pen.month_day_year().s(" ").clock().millis(".").s(" ").zone().s(": ");
    pen
}
