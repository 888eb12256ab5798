//! VMware ESXi: hostd and vpxa events, vobd observations, shell commands.
//!
//! Promises: linear; the user of a session stands in hostd's own brackets, names of virtual machines are cut from
//! the right, where the host and the verb stand.
//! Must not know: the syslog envelope, files, the clock, other formats.

mod envoy;
pub(super) mod event_text;
mod samples;

use memchr::{memchr, memchr_iter, memmem};
use schema::{Action, Column, EventBuilder, Outcome};

use super::account::between;
use super::peer::is_digits;
use crate::format::{Format, Payload, Unreadable};
use crate::time;

/// See the module.
pub static FORMAT: Format = Format {
    name: "vmware_esxi",
    title: "VMware ESXi (hypervisor)",
    reference: "VMware vSphere, ESXi log files: hostd.log, vobd.log, shell.log; vSphere event types",
    programs: &[
        "hostd",
        "vpxa",
        "vobd",
        "shell",
        "esxshell",
        "rhttpproxy",
        "vmkernel",
        "vmkwarning",
        "fdm",
        "hostd-probe",
        "vsanmgmtd",
        "esxupdate",
        "vmauthd",
        "vmware-hostd",
    ],
    starts: b" [ievwdtcUTQED0123456789",
    needs: &[
        ("0", "-:"),
        ("0", "/:"),
        ("", "[@"),
        ("", "]"),
        ("cpu", ":)"),
        ("USER ", "/"),
        ("Terminating", ""),
        ("QuerySerialNumber", "-"),
        ("Executing", "'/"),
        ("DHCP", ""),
    ],
    keys: &[],
    recognise: |payload| {
        is_own_program(payload) || Local::read(payload.text).is_some() || is_own_shape(payload.text)
    },
    parse,
    samples: samples::SAMPLES,
};

/// Programs no other system has; `shell` is one only with a user in brackets.
fn is_own_program(payload: &Payload<'_>) -> bool {
    if payload.program.eq_ignore_ascii_case("shell") {
        return payload.text.starts_with("Interactive shell session")
            || (payload.text.starts_with('[') && payload.text.contains("]: "));
    }
    FORMAT.programs.iter().any(|own| own.eq_ignore_ascii_case(payload.program))
}

fn is_own_shape(text: &str) -> bool {
    let bytes = text.as_bytes();
    is_originated(text)
        || is_sentence(text.trim_start_matches(' '))
        || (memchr(b']', bytes).is_some()
            && memmem::find(bytes, b"Correlator] ").is_some()
            && observation(text).is_some())
        || is_kernel_line(text)
        || (text.starts_with("USER ") && memmem::find(bytes, b" cmd /bin/").is_some())
}

/// `[LEVEL NAME[PID] ][Originator@6876 …`: the element stands at the front, never within a message.
pub(super) fn is_originated(text: &str) -> bool {
    let opening = b"[Originator@";
    let window = text.as_bytes().get(..text.len().min(128 + opening.len())).unwrap_or_default();
    memchr_iter(b'[', window).any(|at| window.get(at..).is_some_and(|rest| rest.starts_with(opening)))
}

/// Sentences of small programs whose name the line does not say.
fn is_sentence(text: &str) -> bool {
    text.starts_with("Terminating watchdog process with PID ")
        || text.starts_with("QuerySerialNumber --- ")
        || (text.starts_with("Executing '") && text.contains(" /etc/vmware/"))
        || (text.starts_with("DHCP") && text.contains(" on vmk"))
}

/// The head of a file on the host itself: `STAMP [In(166) ]hostd[PID]: TEXT`, `STAMP info hostd[PID] [Originator@…`,
/// `STAMP cpu7:2097868)TEXT`.
struct Local<'a> {
    when: time::When,
    program: &'a str,
    pid: &'a str,
    text: &'a str,
}

impl<'a> Local<'a> {
    fn read(text: &'a str) -> Option<Local<'a>> {
        let (when, rest) = time::iso_prefix(text)?;
        when.offset_s?;
        // vobd writes `STAMP: [Correlator] …`.
        let rest = rest.strip_prefix(':').unwrap_or(rest).strip_prefix(' ')?;
        let rest = behind_severity(rest);
        if is_kernel_line(rest) || (rest.starts_with('[') && observation(rest).is_some()) {
            return Some(Local { when, program: "", pid: "", text: rest });
        }
        let (head, text) = rest.split_once(": ").unwrap_or((rest, ""));
        let (program, pid) = head.split_once('[').unwrap_or((head, ""));
        if !text.is_empty() && FORMAT.programs.iter().any(|own| own.eq_ignore_ascii_case(program)) {
            return Some(Local { when, program, pid: pid.trim_end_matches(']'), text });
        }
        let (_level, after) = rest.split_once(' ')?;
        let name = after.split('[').next()?;
        let is_own = FORMAT.programs.iter().any(|own| own.eq_ignore_ascii_case(name));
        (is_own && is_originated(rest)).then_some(Local { when, program: "", pid: "", text: rest })
    }
}

/// What follows `In(166) `, a priority as ESXi 8 writes it in its files.
fn behind_severity(text: &str) -> &str {
    let Some((head, rest)) = text.split_once(") ") else { return text };
    match head.split_once('(') {
        Some((word, number)) if word.len() == 2 && is_digits(number) => rest,
        _ => text,
    }
}

/// `cpu7:2097868)TEXT` of the VMkernel.
fn is_kernel_line(text: &str) -> bool {
    let place = text.strip_prefix("cpu").and_then(|rest| rest.split_once(')'));
    place
        .and_then(|(place, _)| place.split_once(':'))
        .is_some_and(|(cpu, world)| is_digits(cpu) && is_digits(world))
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let Some(local) = Local::read(payload.text) else { return fill(payload.text, payload.program, event) };
    payload.set_time(event, local.when);
    event.text_if_said(Column::ProcessName, local.program);
    event.int_text(Column::ProcessPid, local.pid);
    fill(local.text, local.program, event)
}

/// Fills the columns of what stands behind every stamp and tag.
pub(super) fn fill(text: &str, program: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let text = text.trim_start_matches(' ');
    if let Some((id, said)) = observation(text) {
        event.text(Column::EventCode, id);
        event.field("vob", id);
        if !event_text::read(said, event) {
            observed(id, event);
        }
        return Ok(());
    }
    if is_originated(text)
        && let Some((before, rest)) = text.split_once("[Originator@")
        && let Some((_, rest)) = rest.split_once(' ')
    {
        return originated(program, before, rest, event);
    }
    if text.starts_with('[') || text.starts_with("Interactive shell session") {
        return shell(text, event);
    }
    command(text, event);
    Ok(())
}

/// Id and text of `[GenericCorrelator] 308us: [vob.user.ssh.session.opened] TEXT` or `[esx.audit.ssh.enabled] TEXT`.
fn observation(text: &str) -> Option<(&str, &str)> {
    let at = ["[vob.", "[esx."].iter().find_map(|open| memmem::find(text.as_bytes(), open.as_bytes()))?;
    // What stands before is the correlator and its clock, never a message.
    if at > 96 {
        return None;
    }
    let (id, said) = text.get(at + 1..)?.split_once(']')?;
    id.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'.')
        .then_some((id, said.trim_start_matches(' ')))
}

/// What an observation means by its id, when its text is not one hostd writes as well.
fn observed(id: &str, event: &mut EventBuilder<'_>) {
    let is_up = id.ends_with(".up") || id.ends_with("linkstate.up");
    if id.contains("linkstate") || id.contains("net.connectivity") || id.contains("net.redundancy") {
        event.action(Action::LinkChange);
        event.outcome(Outcome::of(is_up));
        event.field("state", if is_up { "up" } else { "down" });
    } else if id.starts_with("esx.problem.") {
        event.action(Action::HealthChange);
        event.outcome(Outcome::Failure);
        event.field("state", "warning");
    } else if id == "esx.audit.host.boot" {
        event.action(Action::SystemStart);
        event.outcome(Outcome::Success);
    } else {
        event.action(Action::ApplicationEvent);
    }
}

/// `[LEVEL NAME[PID] ][Originator@6876 sub=S opID=O sid=X user=U:D] TEXT`.
fn originated(
    program: &str,
    before: &str,
    rest: &str,
    event: &mut EventBuilder<'_>,
) -> Result<(), Unreadable> {
    let (origin, text) = rest.split_once(']').ok_or(Unreadable("the originator's bracket does not close"))?;
    if let Some((level, process)) = before.trim_end().split_once(' ') {
        event.text_if_said(Column::LogLevel, level);
        if program.is_empty()
            && let Some((name, pid)) = process.strip_suffix(']').and_then(|process| process.split_once('['))
        {
            event.text(Column::ProcessName, name);
            event.int_text(Column::ProcessPid, pid);
        }
    }
    let (sub, keys) = origin.split_once(" opID=").unwrap_or((origin, ""));
    event.text_if_said(Column::EventProvider, sub.strip_prefix("sub=").unwrap_or(sub));
    let user = keys.rsplit_once("user=").map_or("", |(_, user)| user);
    let (user, domain) = user.split_once(':').unwrap_or((user, ""));
    event.text_if_said(Column::UserName, user);
    event.text_if_said(Column::UserDomain, domain);
    let text = text.trim_start_matches(' ');
    // `Event 974677 : TEXT`.
    let said = match text.strip_prefix("Event ").and_then(|rest| rest.split_once(" : ")) {
        Some((number, said)) if number.bytes().all(|byte| byte.is_ascii_digit()) => said,
        _ => text,
    };
    if !event_text::read(said, event) && !envoy::read(text, event) {
        command(text, event);
        sockets(text, event);
        namespace(text, event);
    }
    Ok(())
}

/// `_serverNamespace = /vsanperf action = Allow … _port = 9095`: what the reverse proxy sends where.
fn namespace(text: &str, event: &mut EventBuilder<'_>) {
    let Some((_, rest)) = text.split_once("_serverNamespace = ") else { return };
    event.text_if_said(Column::UrlPath, rest.split(' ').next().unwrap_or(rest));
    if let Some((_, port)) = rest.rsplit_once("_port = ") {
        event.int_text(Column::DestinationPort, port.trim_end());
    }
}

/// `[root]: COMMAND` of shell.log.
fn shell(text: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    if let Some((user, line)) = text.strip_prefix('[').and_then(|rest| rest.split_once("]: ")) {
        event.action(Action::ProcessStart);
        event.outcome(Outcome::Success);
        event.text_if_said(Column::UserName, user);
        event.text_if_said(Column::ProcessCommandLine, line);
        return Ok(());
    }
    if text.starts_with("Interactive shell session started") {
        event.action(Action::SessionOpen);
        event.outcome(Outcome::Success);
        return Ok(());
    }
    if text.starts_with("Interactive shell session ended") {
        event.action(Action::SessionClose);
        event.outcome(Outcome::Success);
        return Ok(());
    }
    Err(Unreadable("expected [USER]: COMMAND"))
}

/// The shapes in which daemons say that they start a program; anything else is an application event.
fn command(text: &str, event: &mut EventBuilder<'_>) {
    let line = text
        .strip_prefix("Launching binary: ")
        .or_else(|| {
            text.strip_prefix("ForkExec(").and_then(|rest| rest.split_once(')')).map(|(line, _)| line)
        })
        .or_else(|| text.strip_prefix("Executing '").and_then(|rest| rest.strip_suffix('\'')));
    if let Some(line) = line {
        event.action(Action::ProcessStart);
        event.text_if_said(Column::ProcessCommandLine, line);
    } else if let Some((user, rest)) = text.strip_prefix("USER ").and_then(|rest| rest.split_once(" pid "))
        && let Some((pid, line)) = rest.split_once(" cmd ")
    {
        event.action(Action::ProcessStart);
        event.text_if_said(Column::UserName, user);
        event.int_text(Column::ProcessPid, pid);
        event.text_if_said(Column::ProcessCommandLine, line);
    } else if let Some(pid) = text.strip_prefix("Terminating watchdog process with PID ") {
        event.action(Action::ProcessStop);
        event.outcome(Outcome::Success);
        event.int_text(Column::ProcessPid, pid.trim_end());
    } else {
        event.action(Action::ApplicationEvent);
        dhcp(text, event);
    }
}

/// `DHCPDISCOVER on vmk1 to 255.255.255.255 port 67 interval 1`.
fn dhcp(text: &str, event: &mut EventBuilder<'_>) {
    let Some((_, rest)) = text.strip_prefix("DHCP").and_then(|rest| rest.split_once(" on ")) else { return };
    let (interface, rest) = rest.split_once(" to ").unwrap_or((rest, ""));
    event.text_if_said(Column::ObserverEgress, interface);
    if let Some((address, rest)) = rest.split_once(" port ")
        && event.ip(Column::DestinationIp, address)
    {
        event.int_text(Column::DestinationPort, rest.split(' ').next().unwrap_or(rest));
    }
}

/// `<TCP '192.0.2.1 : 80'>, <TCP '192.0.2.2 : 44604'>`: own end, other end.
fn sockets(text: &str, event: &mut EventBuilder<'_>) {
    let mut sockets = text.split("<TCP '").skip(1);
    for (ip, port) in
        [(Column::SourceIp, Column::SourcePort), (Column::DestinationIp, Column::DestinationPort)]
    {
        let Some(socket) = sockets.next() else { return };
        let Some((address, number)) = socket.split('\'').next().and_then(|socket| socket.split_once(" : "))
        else {
            return;
        };
        event.ip(ip, address);
        event.int_text(port, number);
    }
    if let Some(name) = between(text, "Connected to ", ":") {
        event.text(Column::DestinationDomain, name);
        if let Some(path) = between(text, " (/", ")").and_then(|_| between(text, " (", ")")) {
            event.text(Column::UrlPath, path);
        }
    }
}
