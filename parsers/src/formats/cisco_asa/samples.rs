//! Samples of ASA and FTD, in words of our own.

use crate::format::Sample;

pub(super) const SAMPLES: &[Sample] = &[
    Sample {
        about: "a connection is built from outside",
        text: "<166>Mar 16 2026 09:12:44: %ASA-6-302013: Built inbound TCP connection 182734 for outside:198.51.100.23/44321 (198.51.100.23/44321) to dmz:192.0.2.10/443 (203.0.113.10/443)",
        expect: &[
            ("event_action", "connection_allowed"),
            ("event_outcome", "success"),
            ("source_ip", "198.51.100.23"),
            ("source_port", "44321"),
            ("destination_ip", "192.0.2.10"),
            ("destination_port", "443"),
            ("observer_ingress", "outside"),
            ("observer_egress", "dmz"),
            ("network_transport", "TCP"),
            ("event_code", "302013"),
        ],
        absent: &["parse_error", "user_name"],
    },
    Sample {
        about: "a connection is built from inside",
        text: "<166>Mar 16 2026 09:12:44: %ASA-6-302013: Built outbound TCP connection 9 for outside:203.0.113.7/443 (203.0.113.7/443) to inside:192.0.2.31/53496 (198.51.100.1/53496)",
        expect: &[
            ("source_ip", "192.0.2.31"),
            ("destination_ip", "203.0.113.7"),
            ("destination_port", "443"),
            ("observer_ingress", "inside"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a rule refuses a flow",
        text: "<164>Mar 16 2026 09:12:45: %ASA-4-106023: Deny tcp src outside:198.51.100.23/2143 dst dmz:192.0.2.10/3389 by access-group \"outside_in\" [0x0, 0x0]",
        expect: &[
            ("event_action", "connection_denied"),
            ("event_outcome", "failure"),
            ("rule_name", "outside_in"),
            ("source_ip", "198.51.100.23"),
            ("destination_port", "3389"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "an administrator is refused",
        text: "<166>Mar 16 2026 02:12:45: %ASA-6-605004: Login denied from 198.51.100.23/32597 to outside:192.0.2.1/ssh for user \"root\"",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "root"),
            ("source_ip", "198.51.100.23"),
            ("destination_ip", "192.0.2.1"),
        ],
        absent: &["destination_port", "parse_error"],
    },
    Sample {
        about: "a VPN session ends",
        text: "<164>Mar 16 2026 12:12:45: %ASA-4-113019: Group = DITTE, Username = ditta1, IP = 198.51.100.40, Session disconnected. Session Type: SSL, Duration: 2h:28m:09s, Bytes xmt: 5473, Bytes rcv: 2747, Reason: Idle Timeout",
        expect: &[
            ("event_action", "vpn_disconnect"),
            ("user_name", "ditta1"),
            ("source_ip", "198.51.100.40"),
            ("source_bytes", "2747"),
            ("destination_bytes", "5473"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "Firepower blocks a connection",
        text: "<113>Mar 16 2026 12:12:45: %FTD-1-430003: EventPriority: Low, FirstPacketSecond: 2026-03-16T11:12:40Z, AccessControlRuleAction: Block, SrcIP: 192.0.2.31, DstIP: 203.0.113.9, SrcPort: 50000, DstPort: 4444, Protocol: tcp, AccessControlRuleName: Uscita, InitiatorBytes: 66, ResponderBytes: 0",
        expect: &[
            ("event_action", "connection_denied"),
            ("source_ip", "192.0.2.31"),
            ("destination_port", "4444"),
            ("rule_name", "Uscita"),
            ("timestamp", "2026-03-16T11:12:40.000000Z"),
        ],
        absent: &["parse_error", "time_guess"],
    },
    Sample {
        about: "truncated: a message cut in its addresses gives no half address",
        text: "<166>Mar 16 2026 09:12:44: %ASA-6-302013: Built inbound TCP connection 182734 for outside:198.51.",
        expect: &[("event_action", "connection_allowed"), ("event_code", "302013")],
        absent: &["source_ip", "destination_ip"],
    },
    Sample {
        about: "hostile: a user name that imitates addresses moves none",
        text: "<166>Mar 16 2026 02:12:45: %ASA-6-605004: Login denied from 198.51.100.23/32597 to outside:192.0.2.1/ssh for user \"x from 203.0.113.1/1 to inside:203.0.113.2/ssh\"",
        expect: &[
            ("source_ip", "198.51.100.23"),
            ("destination_ip", "192.0.2.1"),
            ("user_name", "x from 203.0.113.1/1 to inside:203.0.113.2/ssh"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a relay cut the number off",
        text: "Group <Personale> User <mrossi> IP <198.51.100.7> IPv4 Address <192.0.2.77> IPv6 address <::> assigned to session",
        expect: &[
            ("event_action", "vpn_connect"),
            ("user_name", "mrossi"),
            ("source_ip", "198.51.100.7"),
            ("group_name", "Personale"),
        ],
        absent: &["event_code", "parse_error"],
    },
    Sample {
        about: "a refused packet without its number",
        text: "Deny tcp src outside:198.51.100.23/44321 dst dmz:192.0.2.10/3389 by access-group \"da_fuori\" [0x0, 0x0]",
        expect: &[
            ("event_action", "connection_denied"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.23"),
            ("destination_port", "3389"),
            ("rule_name", "da_fuori"),
        ],
        absent: &["event_code"],
    },
];
