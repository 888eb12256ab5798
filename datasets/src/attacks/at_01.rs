//! AT-01: a VPN password is guessed, the intruder looks around, disarms a server and encrypts the
//! shared folders.

use std::net::{IpAddr, Ipv4Addr};

use super::{Attack, Entity, Facts, Family, Planted};
use crate::clock::{HOUR_MS, MINUTE_MS, SECOND_MS};
use crate::devices::fortigate_vpn::{self as vpn, Tunnel};
use crate::devices::samba;
use crate::devices::windows::EventLog;
use crate::devices::windows_events::{self as events, Process};
use crate::devices::windows_security::{self as security, Logon};
use crate::people::Person;
use crate::story::Stage;
use crate::words::{DOCUMENTS, EXTENSIONS, FOLDERS};

/// The scenario.
pub(crate) struct GuessedVpn;

const SHELL: &str = r"C:\Windows\System32\cmd.exe";
const SERVICES: [&str; 16] = [
    "SQL Server (MSSQLSERVER)",
    "SQL Server Agent (MSSQLSERVER)",
    "Veeam Backup Service",
    "Veeam Data Mover Service",
    "Microsoft Exchange Information Store",
    "Acronis Agent",
    "Servizio Copia Shadow del volume",
    "Windows Search",
    "Spooler di stampa",
    "Apache Tomcat 9.0",
    "Oracle Service SUITE",
    "Oracle Listener",
    "Microsoft Defender Antivirus",
    "Windows Update",
    "Client DHCP",
    "Server di condivisione Suite",
];
const SHADOW_COMMANDS: [(&str, &str); 4] = [
    (r"C:\Windows\System32\vssadmin.exe", "vssadmin delete shadows /all /quiet"),
    (r"C:\Windows\System32\wbem\WMIC.exe", "wmic shadowcopy delete /nointeractive"),
    (r"C:\Windows\System32\vssadmin.exe", "vssadmin.exe Delete Shadows /For=C: /All /Quiet"),
    (r"C:\Windows\System32\wbadmin.exe", "wbadmin delete catalog -quiet"),
];
const LOOKING_AROUND: [(&str, &str); 7] = [
    (r"C:\Windows\System32\whoami.exe", "whoami /all"),
    (r"C:\Windows\System32\net.exe", r#"net group "Domain Admins" /domain"#),
    (r"C:\Windows\System32\nltest.exe", "nltest /domain_trusts"),
    (r"C:\Windows\System32\ipconfig.exe", "ipconfig /all"),
    (r"C:\Windows\System32\net.exe", "net view /all"),
    (r"C:\Windows\System32\quser.exe", "quser"),
    (r"C:\Windows\System32\systeminfo.exe", "systeminfo"),
];

impl Attack for GuessedVpn {
    fn facts(&self) -> Facts {
        Facts {
            number: 1,
            family: Family::Continuity,
            title_en: "Ransomware through a guessed SSL-VPN account",
            title_it: "Ransomware da un'utenza VPN indovinata",
            office: None,
        }
    }

    fn plant(&self, stage: &mut Stage<'_>) -> Planted {
        let (town, victim, attacker) = (stage.town, stage.person(), stage.outsider(0));
        let inside = town.inside(99, stage.rng.octet(201, 250));
        // Days in life, hours here: half of what was generated at most.
        let quiet_ms = stage.rng.between(40 * MINUTE_MS, 5 * HOUR_MS).min(stage.window_ms() / 4);
        let mut at_ms = stage.start_off_hours(2 * quiet_ms + HOUR_MS);
        at_ms = guess(stage, at_ms, attacker, victim);
        at_ms = connect(stage, at_ms, (attacker, inside), victim);
        at_ms += stage.minutes(3, 20);
        look_around(stage, at_ms, victim, IpAddr::V4(inside));
        at_ms += quiet_ms;
        spread(stage, at_ms, victim);
        at_ms += quiet_ms;
        at_ms = disarm(stage, at_ms, victim);
        encrypt(stage, at_ms, victim);
        let terminal = &town.hosts.terminal;
        let short = terminal.computer.split('.').next().unwrap_or(&terminal.computer);
        let entity = Entity::default()
            .with("user_name", &victim.login)
            .with("user_name", format!("{}\\{}", town.netbios, victim.login))
            .with("source_ip", attacker)
            .with("source_ip", inside)
            .with("source_ip", terminal.ip)
            .with("host_name", &terminal.computer)
            .with("host_name", short);
        let detections =
            vec!["AC-01", "AC-03", "AC-14", "SC-10", "SC-06", "SC-09", "SC-07", "SC-08", "CH-01", "CH-02"];
        Planted { entity, detections }
    }

    fn twin(&self, stage: &mut Stage<'_>) -> Entity {
        let (town, person) = (stage.town, stage.person());
        let home = IpAddr::V4(person.home);
        let start_ms = stage.start_in_office(40 * MINUTE_MS);
        let failures = stage.rng.between(2, 5);
        for attempt in 0..failures {
            let at_ms = start_ms + attempt * 25 * SECOND_MS;
            vpn::refused(
                &mut stage.lines,
                town,
                at_ms,
                home,
                &person.login,
                "sslvpn_login_permission_denied",
            );
        }
        let at_ms = start_ms + failures * 25 * SECOND_MS;
        vpn::accepted(&mut stage.lines, town, at_ms, home, &person.login, vpn::EMPLOYEES);
        let log = EventLog::of(&town.hosts.terminal);
        let logon = Logon { user: person, kind: 10, package: "Negotiate", from: (home, 0), workstation: "-" };
        security::logon(&mut stage.lines, town, &log, at_ms + MINUTE_MS, &logon);
        let command = "vssadmin list shadows";
        let process = Process {
            user: &person.login,
            image: r"C:\Windows\System32\vssadmin.exe",
            command,
            parent: SHELL,
        };
        events::process(&mut stage.lines, town, &log, at_ms + 3 * MINUTE_MS, &process);
        let renames = stage.rng.count(8, 25);
        for at_ms in stage.spread(at_ms + 5 * MINUTE_MS, 4 * MINUTE_MS, renames) {
            let path = document(stage, "Tecnico/cantieri");
            let renamed = path.replace("cantieri/", "cantieri/rev2_");
            samba::operation(
                &mut stage.lines,
                town,
                at_ms,
                (person, person.ip),
                "renameat",
                &[&path, &renamed],
            );
        }
        Entity::default().with("user_name", &person.login).with("source_ip", home)
    }
}

/// Wrong passwords for a dozen accounts; the end of it.
pub(super) fn guess(stage: &mut Stage<'_>, start_ms: i64, attacker: IpAddr, victim: &Person) -> i64 {
    let town = stage.town;
    let count = stage.rng.count(34, 60);
    let duration_ms = stage.minutes(5, 8);
    let users: Vec<&Person> =
        (0..stage.rng.count(9, 13)).map(|_| town.staff.anybody(&mut stage.rng)).collect();
    for at_ms in stage.spread(start_ms, duration_ms, count) {
        let other = users.get(stage.rng.count(0, users.len())).copied().unwrap_or(victim);
        let known = stage.rng.chance(0.8);
        let reason = if known { "sslvpn_login_permission_denied" } else { "sslvpn_login_unknown_user" };
        let invented = stage.rng.pick(&["amministratore", "protocollo", "sindaco", "vpn", "test"]);
        let user = if known { &other.login } else { invented };
        vpn::refused(&mut stage.lines, town, at_ms, attacker, user, reason);
    }
    start_ms + duration_ms
}

/// The password is right: the tunnel opens; when.
pub(super) fn connect(
    stage: &mut Stage<'_>,
    at_ms: i64,
    (attacker, inside): (IpAddr, Ipv4Addr),
    victim: &Person,
) -> i64 {
    let at_ms = at_ms + stage.rng.between(20, 200) * SECOND_MS;
    let tunnel = Tunnel::new(&mut stage.rng, vpn::EMPLOYEES, &victim.login, (attacker, inside));
    vpn::opened(&mut stage.lines, stage.town, at_ms, &tunnel);
    at_ms
}

/// A desktop on the terminal server, and the first commands there.
pub(super) fn look_around(stage: &mut Stage<'_>, at_ms: i64, victim: &Person, from: IpAddr) {
    let town = stage.town;
    let log = EventLog::of(&town.hosts.terminal);
    let logon = Logon { user: victim, kind: 10, package: "Negotiate", from: (from, 0), workstation: "-" };
    security::logon(&mut stage.lines, town, &log, at_ms, &logon);
    let mut commands = LOOKING_AROUND;
    stage.rng.shuffle(&mut commands);
    let mut at_ms = at_ms;
    for (image, command) in commands.iter().take(stage.rng.count(3, 6)) {
        at_ms += stage.rng.between(10, 120) * SECOND_MS;
        let process = Process { user: &victim.login, image, command, parent: SHELL };
        events::process(&mut stage.lines, town, &log, at_ms, &process);
    }
}

/// Network logons with NTLM from the terminal server to servers and PCs.
pub(super) fn spread(stage: &mut Stage<'_>, start_ms: i64, victim: &Person) {
    let town = stage.town;
    let [first, second] = &town.hosts.controllers;
    let colleagues = stage.rng.count(4, 7);
    let pcs: Vec<String> = (0..colleagues).map(|_| town.pc_of(town.staff.anybody(&mut stage.rng))).collect();
    let servers = [first, second, &town.hosts.suite].map(EventLog::of);
    let logs: Vec<EventLog<'_>> =
        servers.into_iter().chain(pcs.iter().map(|pc| EventLog::of_pc(town, pc))).collect();
    let duration_ms = stage.minutes(4, 18);
    let instants = stage.spread(start_ms, duration_ms, logs.len());
    for (log, at_ms) in logs.iter().zip(instants) {
        let from = (IpAddr::V4(town.hosts.terminal.ip), stage.rng.port(49_152, 65_535));
        let logon = Logon { user: victim, kind: 3, package: "NTLM", from, workstation: "TS" };
        security::logon(&mut stage.lines, town, log, at_ms, &logon);
    }
}

/// Protection off, shadow copies gone; when.
pub(super) fn blind(stage: &mut Stage<'_>, start_ms: i64, victim: &Person) -> i64 {
    let town = stage.town;
    let log = EventLog::of(&town.hosts.terminal);
    events::protection_disabled(&mut stage.lines, &log, start_ms);
    let at_ms = start_ms + stage.minutes(1, 6);
    let (image, command) = stage.rng.pick(&SHADOW_COMMANDS);
    let process = Process { user: &victim.login, image, command, parent: SHELL };
    events::process(&mut stage.lines, town, &log, at_ms, &process);
    at_ms
}

/// Protection off, shadow copies gone, services stopped; the end of it.
fn disarm(stage: &mut Stage<'_>, start_ms: i64, victim: &Person) -> i64 {
    let at_ms = blind(stage, start_ms, victim);
    let log = EventLog::of(&stage.town.hosts.terminal);
    let mut services = SERVICES;
    stage.rng.shuffle(&mut services);
    let count = stage.rng.count(10, 14);
    let at_ms = at_ms + stage.minutes(1, 4);
    let length_ms = stage.rng.between(25, 80) * SECOND_MS;
    let instants = stage.spread(at_ms, length_ms, count);
    for (service, at_ms) in services.iter().zip(instants) {
        events::service_state(&mut stage.lines, &log, at_ms, service, false);
    }
    at_ms + length_ms
}

/// Renames on the shared folders, then the note in each folder.
fn encrypt(stage: &mut Stage<'_>, start_ms: i64, victim: &Person) {
    let town = stage.town;
    let who = (victim, town.hosts.terminal.ip);
    let ending = stage.rng.pick(&["lkd", "cry7", "bloccato", "xq3", "enc0"]);
    let start_ms = start_ms + stage.minutes(1, 5);
    let count = stage.rng.count(240, 420);
    let length_ms = stage.rng.between(70, 150) * SECOND_MS;
    for at_ms in stage.spread(start_ms, length_ms, count) {
        let folder = stage.rng.pick(&FOLDERS);
        let path = document(stage, folder);
        samba::operation(
            &mut stage.lines,
            town,
            at_ms,
            who,
            "renameat",
            &[&path, &format!("{path}.{ending}")],
        );
    }
    let note = stage.rng.pick(&[
        "LEGGIMI_RECUPERO.txt",
        "COME_RIPRISTINARE.html",
        "README_DECRYPT.txt",
        "RECOVER_FILES.txt",
    ]);
    let mut folders: Vec<String> = FOLDERS
        .iter()
        .flat_map(|folder| [(*folder).to_owned(), format!("{folder}/2025"), format!("{folder}/archivio")])
        .collect();
    stage.rng.shuffle(&mut folders);
    folders.truncate(stage.rng.count(22, 50));
    let length_ms = stage.rng.between(20, 150) * SECOND_MS;
    let instants = stage.spread(start_ms + 90 * SECOND_MS, length_ms, folders.len());
    for (folder, at_ms) in folders.iter().zip(instants) {
        samba::opened(&mut stage.lines, town, at_ms, who, "w", &format!("{folder}/{note}"));
    }
}

fn document(stage: &mut Stage<'_>, folder: &str) -> String {
    let (name, extension) = (stage.rng.pick(&DOCUMENTS), stage.rng.pick(&EXTENSIONS));
    format!("{folder}/{name}_{:03}.{extension}", stage.rng.size(1, 900))
}
