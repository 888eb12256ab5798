//! VMware vCenter Server: events of vpxd, single sign-on, and the logs of its Java services.
//!
//! Promises: linear; an event's type, which the server writes, decides what it is; the address of a login stands at
//! the end of its sentence. A line in which an unknown user's name imitates the next bracket is an error.
//! Must not know: the syslog envelope, files, other formats.

mod event;
mod java;
mod kinds;
mod samples;

use schema::{Action, Column, EventBuilder, Outcome};

use super::account::between;
use super::vmware_esxi;
use super::vmware_esxi::event_text::set_principal;
use crate::format::{Format, Payload, Unreadable};
use crate::time;

/// See the module.
pub static FORMAT: Format = Format {
    name: "vmware_vcenter",
    title: "VMware vCenter Server",
    reference: "VMware vSphere Web Services API, Event; vCenter Server log files",
    programs: &[
        "vpxd",
        "vpxd-main",
        "vpxd-svcs",
        "vpxd-svcs-main",
        "vpxd-profiler",
        "vsphere-ui",
        "vsphere-ui-main",
        "vsphere-client",
        "websso",
        "ssoadminserver",
        "sso-audit",
        "vmware-sts-idmd",
        "applmgmt",
        "applmgmt-audit",
        "eam-main",
        "sps",
        "content-library",
        "trustmanagement-svcs",
        "vmafdd",
        "vmdird",
        "vmware-vmafdd",
        "vmware-vmdird",
        "updatemgr",
        "vsan-health",
        "envoy",
    ],
    starts: b"E0123456789[ ",
    needs: &[],
    keys: &[],
    recognise: |payload| {
        is_own_program(payload) || event::Event::is(payload.text) || Line::read(payload.text).is_some()
    },
    parse,
    samples: samples::SAMPLES,
};

/// Programs no other system has; Envoy is VMware's where the originator's element says so.
fn is_own_program(payload: &Payload<'_>) -> bool {
    if payload.program.eq_ignore_ascii_case("envoy") {
        return vmware_esxi::is_originated(payload.text);
    }
    FORMAT.programs.iter().any(|own| own.eq_ignore_ascii_case(payload.program))
}

/// A line with a stamp of its own.
enum Line<'a> {
    /// `STAMP info vpxd[PID] [Originator@6876 …] TEXT`.
    Native { when: time::When, text: &'a str },
    /// What a Java service writes.
    Java(java::Line<'a>),
}

impl<'a> Line<'a> {
    fn read(text: &'a str) -> Option<Line<'a>> {
        let text = text.trim_start_matches(' ');
        if let Some(line) = java::Line::read(text).or_else(|| java::Line::behind_tag(text)) {
            return Some(Line::Java(line));
        }
        let (when, rest) = time::iso_prefix(text)?;
        let rest = rest.strip_prefix(' ')?;
        let (_level, after) = rest.split_once(' ')?;
        let name = after.split('[').next()?;
        let is_own = name.starts_with("vpxd") || name.starts_with("envoy");
        (is_own && vmware_esxi::is_originated(rest)).then_some(Line::Native { when, text: rest })
    }
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    event.action(Action::ApplicationEvent);
    let text = payload.text.trim_start_matches(' ');
    if text.starts_with("Event [") {
        return event::parse(text, payload, event);
    }
    match Line::read(text) {
        Some(Line::Java(line)) => {
            if let Some(when) = line.when {
                payload.set_time(event, when);
            }
            line.fill(payload.program.is_empty(), event)
        }
        Some(Line::Native { when, text }) => {
            payload.set_time(event, when);
            vmware_esxi::fill(text, payload.program, event)?;
            operation(text, event);
            Ok(())
        }
        None if vmware_esxi::is_originated(text) => {
            vmware_esxi::fill(text, payload.program, event)?;
            operation(text, event);
            Ok(())
        }
        None => {
            vmware_esxi::event_text::read(text, event);
            Ok(())
        }
    }
}

/// `[VpxLRO] -- ERROR lro-1 -- SessionManager -- vim.SessionManager.login: vim.fault.InvalidLogin: … Arg userName: "U"`.
fn operation(text: &str, event: &mut EventBuilder<'_>) {
    let Some((_, rest)) = text.split_once("[VpxLRO] -- ERROR ") else { return };
    let Some(fault) = between(rest, "vim.fault.", ":") else { return };
    event.outcome(Outcome::Failure);
    event.field("reason", fault);
    if !matches!(fault, "InvalidLogin" | "NoPermission" | "PasswordExpired") {
        return;
    }
    if rest.contains("SessionManager.login") {
        event.action(Action::Login);
        // The name comes in quotes, perhaps escaped, and the password's place behind it.
        if let Some(name) = between(rest, "Arg userName:", "Arg password:")
            && let Some((_, name)) = name.split_once('"')
            && let Some((name, _)) = name.rsplit_once('"')
        {
            set_principal(event, name.trim_end_matches('\\'));
        }
    }
    if fault == "InvalidLogin" {
        event.field("reason", "wrong_credential");
    }
    if !event.is_set(Column::EventCode) {
        event.text(Column::EventCode, fault);
    }
}
