//! Samples of Cisco IOS and NX-OS, in words of our own.

use crate::format::Sample;

pub(super) const SAMPLES: &[Sample] = &[
    Sample {
        about: "a port goes down",
        text: "<187>4321: SW-SEDE: Mar 16 2026 09:12:44.112 CET: %LINK-3-UPDOWN: Interface GigabitEthernet1/0/48, changed state to down",
        expect: &[
            ("event_action", "link_change"),
            ("event_outcome", "failure"),
            ("fields.state", "down"),
            ("observer_ingress", "GigabitEthernet1/0/48"),
            ("event_code", "LINK-3-UPDOWN"),
            ("host_name", "SW-SEDE"),
            ("timestamp", "2026-03-16T08:12:44.112000Z"),
        ],
        absent: &["parse_error", "process_name"],
    },
    Sample {
        about: "a login fails",
        text: "<188>4322: SW-SEDE: Mar 16 2026 02:40:11.001 CET: %SEC_LOGIN-4-LOGIN_FAILED: Login failed [user: admin] [Source: 192.0.2.77] [localport: 22] [Reason: Login Authentication Failed] at 02:40:11 CET Mon Mar 16 2026",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "admin"),
            ("source_ip", "192.0.2.77"),
            ("destination_port", "22"),
            ("fields.reason", "Login Authentication Failed"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "the configuration changes",
        text: "<189>4323: SW-SEDE: Mar 16 2026 09:40:11.001 CET: %SYS-5-CONFIG_I: Configured from console by tecnico on vty0 (192.0.2.15)",
        expect: &[
            ("event_action", "config_change"),
            ("event_outcome", "success"),
            ("user_name", "tecnico"),
            ("source_ip", "192.0.2.15"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "an access list refuses a flow, in a file without priority",
        text: "SW-SEDE: Mar 16 2026 09:41:11.001 CET: %SEC-6-IPACCESSLOGP: list GUEST-IN denied tcp 192.0.2.99(51022) -> 198.51.100.5(445), 3 packets",
        expect: &[
            ("event_action", "connection_denied"),
            ("event_outcome", "failure"),
            ("source_ip", "192.0.2.99"),
            ("source_port", "51022"),
            ("destination_ip", "198.51.100.5"),
            ("destination_port", "445"),
            ("network_transport", "tcp"),
            ("rule_name", "GUEST-IN"),
            ("host_name", "SW-SEDE"),
            ("fields.packets", "3"),
        ],
        absent: &["parse_error", "user_name"],
    },
    Sample {
        about: "port security acts",
        text: "<186>4324: SW-SEDE: Mar 16 2026 09:42:11.001 CET: %PORT_SECURITY-2-PSECURE_VIOLATION: Security violation occurred, caused by MAC address 0200.0000.00aa on port GigabitEthernet1/0/10.",
        expect: &[
            ("event_action", "mac_move"),
            ("source_mac", "0200.0000.00aa"),
            ("observer_ingress", "GigabitEthernet1/0/10"),
        ],
        absent: &["parse_error", "source_ip"],
    },
    Sample {
        about: "NX-OS writes the year first",
        text: "<189>DC-SW: 2026 Mar 16 09:12:44 UTC: %ETHPORT-5-IF_UP: Interface Ethernet1/38 is up in mode access",
        expect: &[
            ("event_action", "link_change"),
            ("fields.state", "up"),
            ("host_name", "DC-SW"),
            ("timestamp", "2026-03-16T09:12:44.000000Z"),
        ],
        absent: &["parse_error", "time_guess"],
    },
    Sample {
        about: "a login line cut before its source",
        text: "<188>4322: SW-SEDE: Mar 16 2026 02:40:11.001 CET: %SEC_LOGIN-4-LOGIN_FAILED: Login failed [user: adm",
        expect: &[("parse_error", "expected [user: NAME] [Source: ADDRESS]"), ("host_name", "SW-SEDE")],
        absent: &["event_outcome", "user_name", "source_ip"],
    },
    Sample {
        about: "a user name that imitates a source does not move it",
        text: "<188>4322: SW-SEDE: Mar 16 2026 02:40:11.001 CET: %SEC_LOGIN-4-LOGIN_FAILED: Login failed [user: x] [Source: 203.0.113.1] [localport: 1] [Source: 192.0.2.77] [localport: 22] [Reason: No] at 02:40:11 CET Mon Mar 16 2026",
        expect: &[
            ("source_ip", "192.0.2.77"),
            ("destination_port", "22"),
            ("user_name", "x] [Source: 203.0.113.1] [localport: 1"),
        ],
        absent: &["parse_error"],
    },
];
