//! The Linux kernel's own messages: memory, disks, links, crashes, boot and shutdown.
//!
//! Promises: linear; of several lines about one trouble only the one that names the loss is an event of its
//! own kind (`Killed process`, not `invoked oom-killer`). Must not know: netfilter's LOG lines.

use schema::{Action, Column, EventBuilder, Outcome};

use super::{peer, repeated};
use crate::format::{Format, Payload, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "kernel",
    title: "Linux kernel",
    reference: "Linux 6.12, mm/oom_kill.c, block/blk-core.c, arch/x86/mm/fault.c, drivers/net",
    programs: &["kernel"],
    starts: &[],
    needs: &[],
    keys: &[],
    recognise: |_| true,
    parse,
    samples: SAMPLES,
};

type Read = fn(&str, &mut EventBuilder<'_>) -> bool;

/// Asked in order; the first that knows the text has filled the event.
const READERS: &[Read] = &[out_of_memory, crash, disk, link, machine, network, hardware];

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let text = without_uptime(repeated::unwrap(payload.text, event)).trim_end();
    if !READERS.iter().any(|read| read(text, event)) {
        event.action(Action::ApplicationEvent);
    }
    Ok(())
}

/// `[ 1234.567890] text` without the uptime.
fn without_uptime(text: &str) -> &str {
    match text.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
        Some((uptime, rest)) if uptime.trim_start().starts_with(|c: char| c.is_ascii_digit()) => {
            rest.trim_start()
        }
        _ => text,
    }
}

/// `Out of memory: Killed process 1234 (mysqld) total-vm:…`.
fn out_of_memory(text: &str, event: &mut EventBuilder<'_>) -> bool {
    let Some((before, rest)) =
        text.split_once("Kill").filter(|(before, _)| before.is_empty() || before.ends_with(": "))
    else {
        return false;
    };
    let Some(rest) = rest.strip_prefix("ed process ").or_else(|| rest.strip_prefix(" process ")) else {
        return false;
    };
    let Some((pid, rest)) = rest.split_once([' ', ',']) else { return false };
    event.action(Action::ProcessStop);
    event.outcome(Outcome::Failure);
    event.field("reason", if before.is_empty() { "killed" } else { "out_of_memory" });
    event.int_text(Column::ProcessPid, pid);
    if let Some((name, tail)) = rest.split_once('(').and_then(|(_, inner)| inner.split_once(')')) {
        event.text_if_said(Column::ProcessName, name);
        let uid = tail.split([' ', ',']).find_map(|word| word.strip_prefix("UID:"));
        event.text_if_said(Column::UserId, uid.unwrap_or_default());
    }
    true
}

/// `nginx[1234]: segfault at 0 ip …`, `traps: app[77] general protection fault ip:…`.
fn crash(text: &str, event: &mut EventBuilder<'_>) -> bool {
    let text = text.strip_prefix("traps: ").unwrap_or(text);
    let Some((name, rest)) = text.split_once('[') else { return false };
    let Some((pid, rest)) = rest.split_once(']') else { return false };
    if !peer::is_digits(pid) || name.contains(": ") {
        return false;
    }
    let said = rest.trim_start_matches([':', ' ']);
    let reason = if said.starts_with("segfault at ") {
        "segfault"
    } else if said.starts_with("general protection") {
        "general_protection"
    } else if said.starts_with("trap ") {
        "trap"
    } else {
        return false;
    };
    event.action(Action::ProcessStop);
    event.outcome(Outcome::Failure);
    event.field("reason", reason);
    event.text_if_said(Column::ProcessName, name);
    event.int_text(Column::ProcessPid, pid);
    true
}

/// Disks and file systems that fail.
fn disk(text: &str, event: &mut EventBuilder<'_>) -> bool {
    const SIGNS: &[&str] = &[
        "I/O error",
        "EXT4-fs error",
        "EXT3-fs error",
        "medium error",
        "Medium Error",
        "critical target error",
        "failed command: ",
        "Disk failure on ",
        "Remounting filesystem read-only",
        "Corruption detected",
        "Unrecovered read error",
    ];
    let is_timeout = text.starts_with("nvme ") && text.contains(" timeout, ");
    if !is_timeout && !SIGNS.iter().any(|sign| text.contains(sign)) {
        return false;
    }
    health("disk", "critical", event);
    let device = ["dev ", "device ", "Disk failure on "]
        .iter()
        .find_map(|key| text.split_once(key))
        .map(|(_, rest)| rest);
    let device = device.or_else(|| text.split_once(" (").map(|(_, rest)| rest)).unwrap_or_default();
    let length =
        device.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')).count();
    if let Some(device) = device.get(..length).filter(|device| !device.is_empty()) {
        event.field("device", device);
    }
    true
}

fn health(metric: &str, state: &str, event: &mut EventBuilder<'_>) {
    event.action(Action::HealthChange);
    event.outcome(if state == "ok" { Outcome::Success } else { Outcome::Failure });
    event.field("metric", metric);
    event.field("state", state);
}

/// `e1000e 0000:00:1f.6 eno1: NIC Link is Down`, `bond0: link status definitely down for interface eno1`.
fn link(text: &str, event: &mut EventBuilder<'_>) -> bool {
    let (interface, is_up) = if let Some((head, state)) = text.split_once(" Link is ") {
        let head = head.strip_suffix(" NIC").unwrap_or(head);
        let head = head.strip_suffix(':').unwrap_or(head);
        (
            head.rsplit([' ', ':']).next().unwrap_or(head),
            state.get(..2).is_some_and(|word| word.eq_ignore_ascii_case("up")),
        )
    } else if let Some((_, rest)) = text.split_once("link status definitely ") {
        let name = rest.split_once("for interface ").map_or("", |(_, name)| name);
        (name.split([',', ' ']).next().unwrap_or(name), rest.starts_with("up"))
    } else if let Some((head, _)) = text.split_once(": link becomes ready") {
        (head.rsplit(' ').next().unwrap_or(head), true)
    } else {
        return false;
    };
    event.action(Action::LinkChange);
    event.outcome(if is_up { Outcome::Success } else { Outcome::Failure });
    event.field("state", if is_up { "up" } else { "down" });
    event.text_if_said(Column::ObserverIngress, interface);
    true
}

/// Boot, shutdown, panic.
fn machine(text: &str, event: &mut EventBuilder<'_>) -> bool {
    let (action, outcome) = if text.starts_with("Linux version ") {
        (Action::SystemStart, Outcome::Success)
    } else if text.starts_with("reboot: ") || text == "Kernel logging (proc) stopped." {
        (Action::SystemStop, Outcome::Success)
    } else if text.starts_with("Kernel panic") {
        (Action::SystemStop, Outcome::Failure)
    } else {
        return false;
    };
    event.action(action);
    event.outcome(outcome);
    true
}

/// Floods, full tables, listening interfaces.
fn network(text: &str, event: &mut EventBuilder<'_>) -> bool {
    if let Some((_, rest)) = text.split_once("ossible SYN flooding on port ") {
        event.action(Action::DdosDetected);
        event.outcome(Outcome::Unknown);
        let place = rest.split(['.', ' ']).next().unwrap_or(rest);
        // Newer kernels write `ADDRESS:PORT`.
        let place = rest.split(". ").next().filter(|place| place.contains(':')).unwrap_or(place);
        let (address, port) = place.rsplit_once(':').unwrap_or(("", place));
        event.ip(Column::DestinationIp, address);
        event.int_text(Column::DestinationPort, port);
    } else if text.contains("nf_conntrack: table full") {
        health("conntrack", "critical", event);
    } else if let Some((interface, mode)) = text
        .strip_prefix("device ")
        .and_then(|rest| rest.split_once(' '))
        .filter(|(_, mode)| matches!(*mode, "entered promiscuous mode" | "left promiscuous mode"))
    {
        event.action(Action::ApplicationEvent);
        event.field("action", mode);
        event.text(Column::ObserverIngress, interface);
    } else {
        return false;
    }
    true
}

/// Heat, memory and processor faults, disks that come and go, unsigned modules.
fn hardware(text: &str, event: &mut EventBuilder<'_>) -> bool {
    if text.contains("temperature above threshold") {
        health("temperature", "warning", event);
    } else if text.ends_with("temperature/speed normal") {
        health("temperature", "ok", event);
    } else if text.contains("[Hardware Error]") || text.starts_with("EDAC ") && text.contains(" UE ") {
        health("hardware", "critical", event);
    } else if text.ends_with("Attached SCSI removable disk") {
        event.action(Action::RemovableMedia);
        event.outcome(Outcome::Success);
        let device =
            text.split_once(": [").and_then(|(_, rest)| rest.split_once(']')).map_or("", |(name, _)| name);
        event.field("device", device);
    } else if let Some((module, _)) = text.split_once(": module verification failed") {
        event.action(Action::ModuleLoad);
        event.outcome(Outcome::Success);
        event.field("module", module);
        event.field("reason", "unsigned");
    } else {
        return false;
    }
    true
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a database killed for lack of memory",
        text: "Mar 16 06:10:39 gestionale kernel: [88211.004512] Out of memory: Killed process 2207 (postgres) total-vm:9120044kB, anon-rss:7340112kB, file-rss:0kB, shmem-rss:0kB, UID:113 pgtables:15020kB oom_score_adj:0",
        expect: &[
            ("event_action", "process_stop"),
            ("event_outcome", "failure"),
            ("process_name", "postgres"),
            ("process_pid", "2207"),
            ("user_id", "113"),
            ("fields.reason", "out_of_memory"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a program that crashes",
        text: "Mar 16 06:12:00 portale kernel: php-fpm[3312]: segfault at 10 ip 00007f1c2a sp 00007ffd error 4 in php-fpm[55d0+3000]",
        expect: &[
            ("event_action", "process_stop"),
            ("event_outcome", "failure"),
            ("process_name", "php-fpm"),
            ("process_pid", "3312"),
        ],
        absent: &[],
    },
    Sample {
        about: "a disk that fails",
        text: "Mar 16 03:00:12 archivio kernel: [120.4] blk_update_request: I/O error, dev sdb, sector 18874368 op 0x0:(READ) flags 0x0",
        expect: &[
            ("event_action", "health_change"),
            ("event_outcome", "failure"),
            ("fields.metric", "disk"),
            ("fields.state", "critical"),
            ("fields.device", "sdb"),
        ],
        absent: &[],
    },
    Sample {
        about: "a link goes down and its name is read",
        text: "Mar 16 03:10:00 gw kernel: e1000e 0000:00:1f.6 eno1: NIC Link is Down",
        expect: &[
            ("event_action", "link_change"),
            ("event_outcome", "failure"),
            ("observer_ingress", "eno1"),
            ("fields.state", "down"),
        ],
        absent: &[],
    },
    Sample {
        about: "a machine boots",
        text: "Mar 16 06:00:00 archivio kernel: [    0.000000] Linux version 6.12.8-amd64 (build@host.example)",
        expect: &[("event_action", "system_start"), ("event_outcome", "success")],
        absent: &["user_name"],
    },
    Sample {
        about: "a flood on a port",
        text: "Mar 16 11:00:00 portale kernel: TCP: request_sock_TCP: Possible SYN flooding on port 443. Sending cookies.  Check SNMP counters.",
        expect: &[
            ("event_action", "ddos_detected"),
            ("event_outcome", "unknown"),
            ("destination_port", "443"),
        ],
        absent: &["destination_ip"],
    },
    Sample {
        about: "truncated: a line cut in the process id",
        text: "Mar 16 06:10:39 gestionale kernel: Out of memory: Killed process 22",
        expect: &[("event_action", "application_event"), ("format", "kernel"), ("process_name", "kernel")],
        absent: &["event_outcome", "process_pid"],
    },
    Sample {
        about: "hostile: a process name that imitates another message",
        text: "Mar 16 06:12:00 portale kernel: Killed[77]: segfault at 0 ip 0 sp 0 error 4 in x (dev sda)",
        expect: &[
            ("event_action", "process_stop"),
            ("process_name", "Killed"),
            ("process_pid", "77"),
            ("fields.reason", "segfault"),
        ],
        absent: &["fields.device"],
    },
];
