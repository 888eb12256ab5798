//! Lines of ProCurve switches.

use crate::format::Sample;

pub(super) const SAMPLES: &[Sample] = &[
    Sample {
        about: "a link comes up",
        text: "<14>Mar 16 09:12:44 192.0.2.3 00076 ports: port 24 is now on-line",
        expect: &[
            ("event_action", "link_change"),
            ("event_outcome", "success"),
            ("event_code", "00076"),
            ("process_name", "ports"),
            ("observer_ingress", "24"),
            ("fields.state", "up"),
            ("host_name", "192.0.2.3"),
        ],
        absent: &["parse_error", "source_ip"],
    },
    Sample {
        about: "a link of a stack goes down",
        text: "ports:  ST1-CMDR: port 1/8 is now off-line",
        expect: &[
            ("event_action", "link_change"),
            ("event_outcome", "failure"),
            ("observer_ingress", "1/8"),
            ("fields.state", "down"),
        ],
        absent: &["event_code"],
    },
    Sample {
        about: "an administrator logs in",
        text: "<14>Mar 16 09:12:44 sw-sede 05177 auth:  ST1-CMDR: User 'mrossi' logged in from 192.0.2.7 to SSH session",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "success"),
            ("user_name", "mrossi"),
            ("source_ip", "192.0.2.7"),
        ],
        absent: &["parse_error", "observer_ingress"],
    },
    Sample {
        about: "hostile: a refused login whose name imitates an address",
        text: "00419 auth: Invalid user name/password on SSH session User 'x from 203.0.113.9' is trying to login from 198.51.100.23",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "x from 203.0.113.9"),
            ("source_ip", "198.51.100.23"),
        ],
        absent: &[],
    },
    Sample {
        about: "the console's own stamp, and a clock that steps",
        text: "I 03/16/26 09:12:44 00413 SNTP: Updated time by -4 seconds from server at 192.0.2.1. Previous time was Mon Mar 16 09:12:48 2026.",
        expect: &[
            ("event_action", "clock_change"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
            ("fields.offset_seconds", "-4"),
            ("source_ip", "192.0.2.1"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "an SNMP community that is not known",
        text: "W 03/16/26 09:12:44 00102 snmp: Security access violation from 198.51.100.23 for the community name or user name : public",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.23"),
            ("fields.service", "snmp"),
        ],
        absent: &["user_name"],
    },
    Sample {
        about: "a station that a port refuses",
        text: "00435 802.1x: port 5 client 00005e-005301 authentication failed",
        expect: &[
            ("event_action", "nac_decision"),
            ("event_outcome", "failure"),
            ("source_mac", "00005e-005301"),
            ("observer_ingress", "5"),
        ],
        absent: &[],
    },
    Sample {
        about: "truncated: a line cut in its words",
        text: "<14>Mar 16 09:12:44 192.0.2.3 00077 ports: port 2",
        expect: &[("format", "procurve"), ("event_action", "application_event"), ("event_code", "00077")],
        absent: &["event_outcome"],
    },
];
