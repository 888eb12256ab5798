//! The Windows domain: people and computers log on, services come and go, the terminal server works.

use std::net::IpAddr;

use super::{Beat, Rhythm};
use crate::clock::{MINUTE_MS, SECOND_MS};
use crate::devices::windows::EventLog;
use crate::devices::windows_events::{self as events, Process};
use crate::devices::windows_security::{self as security, Logon, Ticket};
use crate::hosts::Windows;

const LOGONS_PER_DAY: f64 = 9_000.0;
const COMPUTERS_PER_DAY: f64 = 19_000.0;
const TYPOS_PER_DAY: f64 = 60.0;
const TERMINAL_OFFICE_PER_DAY: f64 = 7_000.0;
const TERMINAL_FLAT_PER_DAY: f64 = 3_000.0;
const SERVICES_PER_DAY: f64 = 700.0;

const WRONG_PASSWORD: u64 = 0xc000_006a;
const AES: u64 = 0x12;

fn controller<'a>(beat: &mut Beat<'a>) -> &'a Windows {
    let [first, second] = &beat.town.hosts.controllers;
    if beat.rng.chance(0.6) { first } else { second }
}

/// People: tickets at the controllers, logon on the PC and on servers.
pub(super) fn people(beat: &mut Beat<'_>) {
    let town = beat.town;
    let service = short_name(&town.hosts.suite);
    beat.each(LOGONS_PER_DAY, Rhythm::Office, |beat, at_ms| {
        let user = town.staff.anybody(&mut beat.rng);
        let from = (IpAddr::V4(user.ip), beat.rng.port(49_152, 65_535));
        let controller = EventLog::of(controller(beat));
        let ticket = Ticket { user, from, encryption: AES, preauth: 2 };
        if beat.rng.chance(0.3) {
            security::ticket_granting(beat.lines, town, &controller, at_ms, &ticket);
        }
        security::service_ticket(beat.lines, town, &controller, at_ms + 12, &ticket, &service);
        let network = Logon { user, kind: 3, package: "Kerberos", from, workstation: "-" };
        if beat.rng.chance(0.5) {
            let suite = EventLog::of(&town.hosts.suite);
            security::logon(beat.lines, town, &suite, at_ms + 30, &network);
            let seconds = beat.rng.between(5, 600);
            security::logoff(beat.lines, town, &suite, at_ms + seconds * SECOND_MS, user, 3);
        }
        if beat.rng.chance(0.08) {
            let computer = town.pc_of(user);
            let pc = EventLog::of_pc(town, &computer);
            let at_the_desk = Logon { kind: if beat.rng.chance(0.3) { 2 } else { 7 }, ..network };
            security::logon(beat.lines, town, &pc, at_ms + 200, &at_the_desk);
        }
        if user.rid.is_multiple_of(7) && beat.rng.chance(0.3) {
            let terminal = EventLog::of(&town.hosts.terminal);
            security::logon(beat.lines, town, &terminal, at_ms + 900, &Logon { kind: 10, ..network });
            let minutes = beat.rng.between(5, 120);
            security::logoff(beat.lines, town, &terminal, at_ms + minutes * MINUTE_MS, user, 10);
        }
    });
}

/// Computers' own accounts, day and night.
pub(super) fn computers(beat: &mut Beat<'_>) {
    let town = beat.town;
    beat.each(COMPUTERS_PER_DAY, Rhythm::Flat, |beat, at_ms| {
        let computer = town.staff.computer(&mut beat.rng);
        let from = (IpAddr::V4(computer.ip), beat.rng.port(49_152, 65_535));
        let host = controller(beat);
        let log = EventLog::of(host);
        let service = short_name(host);
        let ticket = Ticket { user: computer, from, encryption: AES, preauth: 2 };
        security::service_ticket(beat.lines, town, &log, at_ms, &ticket, &service);
        let logon = Logon { user: computer, kind: 3, package: "Kerberos", from, workstation: "-" };
        security::logon(beat.lines, town, &log, at_ms + 15, &logon);
        let seconds = beat.rng.between(1, 30);
        security::logoff(beat.lines, town, &log, at_ms + seconds * SECOND_MS, computer, 3);
    });
}

/// One or two wrong passwords, then the right one.
pub(super) fn wrong_passwords(beat: &mut Beat<'_>) {
    let town = beat.town;
    beat.each(TYPOS_PER_DAY, Rhythm::Office, |beat, at_ms| {
        let user = town.staff.anybody(&mut beat.rng);
        let from = (IpAddr::V4(user.ip), beat.rng.port(49_152, 65_535));
        let logon = Logon { user, kind: 3, package: "NTLM", from, workstation: &user.pc };
        let log = EventLog::of(controller(beat));
        let tries = beat.rng.between(1, 2);
        for attempt in 0..tries {
            security::logon_failed(
                beat.lines,
                town,
                &log,
                at_ms + attempt * 8 * SECOND_MS,
                &logon,
                WRONG_PASSWORD,
            );
        }
        security::logon(beat.lines, town, &log, at_ms + tries * 8 * SECOND_MS, &logon);
    });
}

/// Programs on the terminal server, as Sysmon sees them.
pub(super) fn terminal_server(beat: &mut Beat<'_>) {
    let town = beat.town;
    let log = EventLog::of(&town.hosts.terminal);
    beat.each(TERMINAL_OFFICE_PER_DAY, Rhythm::Office, |beat, at_ms| {
        let user = town.staff.anybody(&mut beat.rng);
        let (image, command) = beat.rng.pick(&[
            (
                r"C:\Program Files\Suite\Client.exe",
                r#""C:\Program Files\Suite\Client.exe" /modulo demografici"#,
            ),
            (r"C:\Program Files\Suite\Client.exe", r#""C:\Program Files\Suite\Client.exe" /modulo tributi"#),
            (
                r"C:\Program Files\LibreOffice\program\soffice.exe",
                r#""C:\Program Files\LibreOffice\program\soffice.exe" --calc"#,
            ),
            (
                r"C:\Program Files\Browser\browser.exe",
                r#""C:\Program Files\Browser\browser.exe" --type=renderer"#,
            ),
            (r"C:\Windows\splwow64.exe", r"C:\Windows\splwow64.exe 8192"),
        ]);
        let process = Process { user: &user.login, image, command, parent: r"C:\Windows\explorer.exe" };
        events::process(beat.lines, town, &log, at_ms, &process);
    });
    beat.each(TERMINAL_FLAT_PER_DAY, Rhythm::Flat, |beat, at_ms| {
        let (image, command) = beat.rng.pick(&[
            (r"C:\Windows\System32\svchost.exe", r"C:\Windows\system32\svchost.exe -k netsvcs -p"),
            (r"C:\Windows\System32\taskhostw.exe", r"taskhostw.exe SYSTEM"),
            (r"C:\Windows\System32\wbem\WmiPrvSE.exe", r"C:\Windows\system32\wbem\wmiprvse.exe -secured"),
            (r"C:\Windows\System32\conhost.exe", r"\??\C:\Windows\system32\conhost.exe 0x4"),
        ]);
        let process = Process { user: "SYSTEM", image, command, parent: r"C:\Windows\System32\services.exe" };
        events::process(beat.lines, town, &log, at_ms, &process);
        if beat.rng.chance(0.3) {
            let (name, address) = town.outside_service(&mut beat.rng);
            let name = format!("{name}.example");
            events::name_asked(beat.lines, &log, at_ms + 40, image, &name);
            let to = (IpAddr::V4(address), 443);
            events::connection(beat.lines, &log, at_ms + 60, image, IpAddr::V4(town.hosts.terminal.ip), to);
        }
    });
}

/// Windows services start and stop by themselves.
pub(super) fn services(beat: &mut Beat<'_>) {
    let town = beat.town;
    beat.each(SERVICES_PER_DAY, Rhythm::Flat, |beat, at_ms| {
        let [first, second] = &town.hosts.controllers;
        let pick = beat.rng.below(4);
        let host = match pick {
            0 => first,
            1 => second,
            2 => &town.hosts.terminal,
            _ => &town.hosts.suite,
        };
        let service = beat.rng.pick(&[
            "Servizio trasferimento intelligente in background",
            "Windows Update",
            "Servizio Copia Shadow del volume",
            "Programma di installazione dei moduli di Windows",
            "WinHTTP - Servizio rilevamento automatico proxy",
        ]);
        let log = EventLog::of(host);
        events::service_state(beat.lines, &log, at_ms, service, true);
        let minutes = beat.rng.between(2, 14);
        events::service_state(beat.lines, &log, at_ms + minutes * MINUTE_MS, service, false);
    });
    beat.each(40.0, Rhythm::Office, |beat, at_ms| {
        let computer = town.pc_of(&town.administrators[0]);
        let log = EventLog::of_pc(town, &computer);
        let text = beat.rng.pick(&[
            "Get-ADUser -Filter {Enabled -eq $true} | Measure-Object",
            "Get-Service | Where-Object Status -eq 'Running'",
            "Get-EventLog -LogName System -Newest 20",
        ]);
        events::script_block(beat.lines, &log, at_ms, text);
    });
}

/// Accounts that the IT office makes, and puts into groups of offices.
pub(super) fn accounts(beat: &mut Beat<'_>) {
    let town = beat.town;
    let [controller, _] = &town.hosts.controllers;
    let log = EventLog::of(controller);
    let [actor, _] = &town.administrators;
    beat.each(1.5, Rhythm::Office, |beat, at_ms| {
        let number = beat.rng.below(90);
        let member = format!("tirocinante{number:02}");
        let group =
            beat.rng.pick(&["Utenti-Anagrafe", "Utenti-Tributi", "Stampanti-Sede", "Utenti-Biblioteca"]);
        security::account(beat.lines, town, &log, at_ms, 4_720, actor, &member);
        security::group_add(beat.lines, town, &log, at_ms + 40 * SECOND_MS, actor, &member, group);
    });
    beat.each(5.0, Rhythm::Office, |beat, at_ms| {
        let user = town.staff.anybody(&mut beat.rng);
        security::account(beat.lines, town, &log, at_ms, 4_724, actor, &user.login);
    });
    beat.each(60.0, Rhythm::Office, |beat, at_ms| {
        let from = (IpAddr::V4(actor.ip), beat.rng.port(49_152, 65_535));
        let logon = Logon { user: actor, kind: 3, package: "Kerberos", from, workstation: "-" };
        security::logon(beat.lines, town, &log, at_ms, &logon);
        security::special_privileges(beat.lines, town, &log, at_ms + 1, actor);
    });
}

/// What the antivirus finds now and then on a PC, and takes away.
pub(super) fn antivirus(beat: &mut Beat<'_>) {
    let town = beat.town;
    beat.each(2.0, Rhythm::Office, |beat, at_ms| {
        let user = town.staff.anybody(&mut beat.rng);
        let computer = town.pc_of(user);
        let (threat, file) = beat.rng.pick(&[
            ("PUA:Win32/InstallCore", "convertitore_pdf.exe"),
            ("Adware:JS/Pushnote", "notifiche.js"),
            ("Trojan:HTML/Phish!pz", "avviso.html"),
        ]);
        let path = format!(r"C:\Users\{}\Downloads\{file}", user.login);
        let log = EventLog::of_pc(town, &computer);
        events::malware_found(beat.lines, town, &log, at_ms, &user.login, threat, &path);
        events::malware_removed(beat.lines, town, &log, at_ms + 4 * SECOND_MS, &user.login, threat, &path);
    });
}

fn short_name(host: &Windows) -> String {
    let name = host.computer.split('.').next().unwrap_or("SRV");
    format!("{name}$")
}
