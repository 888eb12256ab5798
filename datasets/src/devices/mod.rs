//! Devices: one file each, the renderers of the lines that device writes, in its vendor's layout.
//!
//! Promises: a function writes whole lines of one log file and nothing else; one line each, UTF-8.
//! Must not know: who does what when, what is an attack.

pub mod asterisk;
pub mod auditd;
pub mod branch;
pub mod cloud;
pub mod dhcp;
pub mod fail2ban;
pub mod fortigate;
pub mod fortigate_vpn;
pub mod iis;
pub mod mail;
pub mod municipal;
pub mod nas;
pub mod netfilter;
pub mod postgres;
pub mod resolver;
pub mod samba;
pub mod session;
pub mod sshd;
pub mod switch;
pub mod syslog;
pub mod ups;
pub mod veeam;
pub mod vmware;
pub mod web;
pub mod windows;
pub mod windows_directory;
pub mod windows_events;
pub mod windows_security;

#[cfg(test)]
mod tests {
    use super::windows::EventLog;
    use super::{
        asterisk, auditd, branch, cloud, dhcp, fortigate, nas, postgres, resolver, samba, sshd, switch,
        veeam, vmware, web, windows_directory, windows_events, windows_security,
    };
    use crate::clock::LocalClock;
    use crate::lines::Lines;
    use crate::town::Town;
    use std::net::{IpAddr, Ipv4Addr};

    const AT_MS: i64 = 1_773_648_764_112; // 2026-03-16T08:12:44.112Z
    const OUTSIDE: IpAddr = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 9));

    fn town(seed: u64) -> Town {
        Town::build(seed, LocalClock::italy(AT_MS - 1, AT_MS + 1), &[])
    }

    fn texts(lines: Lines) -> Vec<String> {
        lines.sorted().iter().map(|(_, text)| String::from_utf8(text.to_vec()).unwrap()).collect()
    }

    #[test]
    fn the_rarer_lines_of_every_device_are_one_line_each() {
        for seed in 0..4 {
            let town = town(seed);
            let mut lines = Lines::new(town.clock.clone(), 0);
            let [person, _] = &town.administrators;
            let inside = person.ip;
            let client = dhcp::Client { ip: inside, mac: person.mac, name: "x", interface: "eth0.30" };
            dhcp::no_free_leases(&mut lines, &town, AT_MS, &client);
            fortigate::config_change(
                &mut lines,
                &town,
                AT_MS,
                OUTSIDE,
                "admin",
                "firewall.policy",
                "srcaddr[LAN->all]",
            );
            fortigate::admin_login(&mut lines, &town, AT_MS, OUTSIDE, "admin", false);
            branch::login_failed(&mut lines, &town, AT_MS, "admin", OUTSIDE);
            let prompt = switch::Prompt { switch: "SW-P1", user: "admin", from: inside };
            switch::login(&mut lines, &town, AT_MS, prompt, false);
            switch::configured(&mut lines, &town, AT_MS, prompt);
            switch::reloaded(&mut lines, &town, AT_MS, prompt);
            switch::erased(&mut lines, &town, AT_MS, prompt.switch);
            switch::restarted(&mut lines, &town, AT_MS, prompt.switch);
            switch::neighbour(&mut lines, &town, AT_MS, inside, false);
            fortigate::policy_deleted(&mut lines, &town, AT_MS, OUTSIDE, "admin", 12);
            nas::user_created(&mut lines, &town, AT_MS, ("admin", OUTSIDE), "x");
            nas::share_opened(&mut lines, &town, AT_MS, ("admin", OUTSIDE));
            nas::kept_day_removed(&mut lines, &town, AT_MS, ("admin", OUTSIDE), "2026-03-15");
            nas::renamed(&mut lines, &town, AT_MS, ("admin", OUTSIDE), ("a b.txt", "a b.txt.lkd"));
            asterisk::reachable(&mut lines, &town, AT_MS, "201", 23, false);
            asterisk::operator_silent(&mut lines, &town, AT_MS, "06555", 1);
            vmware::ssh_session(&mut lines, &town.hosts.hypervisors[0], AT_MS, inside);
            veeam::changed(&mut lines, &town, AT_MS, 31_400, "x", "Repository retention lowered");
            samba::operation(
                &mut lines,
                &town,
                AT_MS,
                (person, inside),
                "renameat",
                &["a b/c.txt", "a b/c.lkd"],
            );
            resolver::query(&mut lines, &town, AT_MS, inside, 5_353, "www.example", "TXT");
            resolver::failed(&mut lines, &town, AT_MS, (inside, 5_353), "www.example");
            fortigate::anomaly(&mut lines, &town, AT_MS, "udp_flood", (inside, 53), (inside, 443), 9);
            vmware::ssh_enabled(&mut lines, &town.hosts.hypervisors[0], AT_MS);
            vmware::shell_command(&mut lines, &town.hosts.hypervisors[0], AT_MS, "esxcli vm process list");
            veeam::restore_point_removed(&mut lines, &town, AT_MS, "x", "SRV-ANAG");
            veeam::retention_changed(&mut lines, &town, AT_MS, "x", "NOTTE", (30, 2));
            web::timed_out(&mut lines, &town.hosts.albo, AT_MS, OUTSIDE);
            web::workers_exhausted(&mut lines, &town.hosts.albo, AT_MS, 9);
            let telephone = asterisk::Telephone { extension: "201", ip: OUTSIDE, port: 5_071 };
            asterisk::refused(&mut lines, &town, AT_MS, telephone, "Wrong password");
            web::error(&mut lines, &town.hosts.albo, AT_MS, 9, OUTSIDE, "client denied");
            let peer = sshd::Peer { ip: OUTSIDE, port: 5_000, pid: 77 };
            sshd::disconnected(&mut lines, &town.hosts.mail, AT_MS, peer, "root");
            let written = texts(lines);
            assert_eq!(written.len(), 32);
            assert!(written.iter().all(|text| !text.contains('\n') && text.len() > 30), "{written:#?}");
        }
    }

    #[test]
    fn the_three_windows_shapes_are_valid_json_and_keep_backslashes() {
        let town = town(1);
        let mut lines = Lines::new(town.clock.clone(), 0);
        let [person, _] = &town.administrators;
        let hosts = &town.hosts;
        for server in [&hosts.controllers[0], &hosts.controllers[1], &hosts.terminal] {
            let log = EventLog::of(server);
            windows_security::log_cleared(&mut lines, &town, &log, AT_MS, person);
            windows_security::share_access(
                &mut lines,
                &town,
                &log,
                AT_MS,
                person,
                r"Tributi\imu.xlsx",
                "DELETE",
            );
            windows_events::service_installed(
                &mut lines,
                &log,
                AT_MS,
                "PSEXESVC",
                r"%SystemRoot%\PSEXESVC.exe",
            );
            windows_events::file_created(&mut lines, &log, AT_MS, r"C:\a.exe", "C:\\Users\\x\\\"n\".txt");
            let rights = "%%7688\n\t\t{1131f6aa-9c07-11d1-f79f-00c04fc2dcd2}";
            windows_directory::directory_access(&mut lines, &town, &log, AT_MS, person, rights);
            windows_directory::computer_created(&mut lines, &town, &log, AT_MS, person, "DESKTOP-1$");
            let pair = (person.login.as_str(), r"C:\p.exe");
            let target = (r"C:\Windows\System32\lsass.exe", "0x1000");
            windows_events::process_accessed(&mut lines, &town, &log, AT_MS, pair, target);
        }
        let mut paths = 0;
        for text in texts(lines) {
            let value: serde_json::Value = serde_json::from_str(&text).unwrap();
            let inside = [&value["winlog"]["event_data"]["ImagePath"], &value["ImagePath"]];
            paths += inside.iter().filter(|path| path.as_str() == Some(r"%SystemRoot%\PSEXESVC.exe")).count();
        }
        assert_eq!(paths, 3);
    }

    #[test]
    fn a_started_program_is_two_audit_records_of_one_serial_with_blanks_in_hexadecimal() {
        let town = town(3);
        let mut lines = Lines::new(town.clock.clone(), 0);
        let program = auditd::Program {
            uid: 33,
            pids: (9_411, 1_204),
            file: "/usr/bin/dash",
            arguments: &["sh", "-c", "uname -a"],
            key: "web",
        };
        auditd::started(&mut lines, &town.hosts.portal_host, AT_MS, &program);
        let written = texts(lines);
        let stamp = "msg=audit(1773648764.112:";
        let serial = |text: &str| text.split(stamp).nth(1).unwrap().split(')').next().unwrap().to_owned();
        assert_eq!(serial(&written[0]), serial(&written[1]));
        assert!(
            written[0].contains(r#"pid=9411 auid=4294967295 uid=33"#)
                && written[0].contains(r#"comm="dash""#)
        );
        assert!(written[1].ends_with(r#"argc=3 a0="sh" a1="-c" a2=756E616D65202D61"#), "{}", written[1]);
    }

    #[test]
    fn cloud_records_are_valid_json_whatever_a_rule_says() {
        let town = town(2);
        let mut lines = Lines::new(town.clock.clone(), 0);
        let who = ("a@b.example", OUTSIDE);
        cloud::inbox_rule(
            &mut lines,
            &town,
            AT_MS,
            who,
            &[("Name", "a\"b\\c"), ("ForwardTo", "x@y.example")],
        );
        cloud::mail_items(&mut lines, &town, AT_MS, who, 3);
        cloud::sent(&mut lines, &town, AT_MS, who, "RE: \"nota\"");
        let place = cloud::Place { city: "X", country: "NL", coordinates: ("1.5", "2.5") };
        let sign_in = cloud::SignIn {
            user: who.0,
            from: OUTSIDE,
            place,
            code: 500_121,
            reason: ("x", "y"),
            browser: "z",
        };
        cloud::sign_in(&mut lines, &town, AT_MS, &sign_in);
        let written = texts(lines);
        let values: Vec<serde_json::Value> =
            written.iter().map(|text| serde_json::from_str(text).unwrap()).collect();
        assert_eq!(values[0]["Parameters"][0]["Value"], "a\"b\\c");
        assert_eq!(values[0]["CreationTime"], "2026-03-16T08:12:44");
        assert_eq!(values[3]["status"]["errorCode"], 500_121);
    }

    #[test]
    fn an_audited_statement_survives_both_layers_of_csv_quoting() {
        let town =
            (0..40).map(town).find(|town| town.hosts.registry.layout == crate::hosts::PostgresLayout::Csv);
        let town = town.unwrap();
        let mut lines = Lines::new(town.clock.clone(), 0);
        let server = &town.hosts.registry;
        let session = postgres::Session {
            user: "op",
            database: "anagrafe",
            client: (server.app_ip, 41_000),
            pid: 9,
            program: "x",
        };
        let statement = "select a, \"b\" from t";
        let audit = postgres::Audit { class: "READ", command: "SELECT", object: "t", statement, rows: 3 };
        postgres::audit(&mut lines, server, AT_MS, &session, &audit);
        postgres::refused(&mut lines, server, AT_MS, &session);
        let written = texts(lines);
        assert!(
            written[0].contains(r#"TABLE,t,""select a, """"b"""" from t"",<not logged>,3""#),
            "{}",
            written[0]
        );
        assert!(written[1].contains("FATAL,28P01"), "{}", written[1]);
    }
}
