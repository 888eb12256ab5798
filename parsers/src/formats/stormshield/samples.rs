//! Lines of Stormshield and what they become.

use crate::format::Sample;

/// Documentation addresses and names only.
pub(super) const SAMPLES: &[Sample] = &[
    Sample {
        about: "a connection is blocked by a rule",
        text: "<13>1 2026-03-16T09:12:45+01:00 SN210-COMUNE asqd - - - id=firewall time=\"2026-03-16 09:12:44\" fw=\"SN210-COMUNE\" tz=+0100 startime=\"2026-03-16 09:12:43\" pri=5 confid=01 slotlevel=2 ruleid=14 rulename=\"blocco_1\" srcif=\"Ethernet0\" srcifname=\"out\" ipproto=tcp proto=ms-rdp src=198.51.100.23 srcport=44321 srcmac=00:00:5e:00:53:01 dst=192.0.2.10 dstport=3389 dstportname=ms-rdp ipv=4 action=block logtype=\"filter\"",
        expect: &[
            ("event_action", "connection_denied"),
            ("event_outcome", "failure"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
            ("host_name", "SN210-COMUNE"),
            ("source_ip", "198.51.100.23"),
            ("source_port", "44321"),
            ("source_mac", "00:00:5e:00:53:01"),
            ("destination_ip", "192.0.2.10"),
            ("network_transport", "tcp"),
            ("network_protocol", "ms-rdp"),
            ("rule_id", "14"),
            ("rule_name", "blocco_1"),
            ("observer_ingress", "out"),
        ],
        absent: &["parse_error", "time_guess", "user_name"],
    },
    Sample {
        about: "a user could not be authenticated",
        text: "id=firewall time=\"2026-03-16 09:13:00\" fw=\"SN210-COMUNE\" tz=+0100 startime=\"2026-03-16 09:13:00\" user=\"fneri\" src=198.51.100.40 domain=\"comune.example\" confid=1 ruleid=0 method=\"OPENVPN\" error=3 msg=\"Authentication Failed\" logtype=\"auth\"",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "fneri"),
            ("user_domain", "comune.example"),
            ("source_ip", "198.51.100.40"),
            ("fields.auth_method", "OPENVPN"),
        ],
        absent: &["parse_error", "rule_id"],
    },
    Sample {
        about: "a page was read",
        text: "time=\"2026-03-16 09:14:00\" fw=\"SN210-COMUNE\" tz=+0100 startime=\"2026-03-16 09:13:59\" pri=5 confid=01 slotlevel=2 ruleid=11 ipproto=tcp dstif=\"Ethernet0\" dstifname=\"out\" proto=http src=192.0.2.41 srcport=51025 dst=203.0.113.80 dstport=80 dstname=www.altrove.example sent=98 rcvd=766 duration=0.01 action=pass op=GET result=200 arg=\"/a/b?c=1\" logtype=\"plugin\"",
        expect: &[
            ("event_action", "http_request"),
            ("event_outcome", "success"),
            ("http_request_method", "GET"),
            ("http_response_status_code", "200"),
            ("url_domain", "www.altrove.example"),
            ("url_path", "/a/b"),
            ("url_query", "c=1"),
            ("source_bytes", "98"),
            ("observer_egress", "out"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "an administrator activates a filter policy",
        text: "<13>id=firewall time=\"2026-03-16 09:15:00\" fw=\"SN210-COMUNE\" tz=+0100 startime=\"2026-03-16 09:15:00\" error=0 user=\"admin\" address=192.0.2.7 sessionid=01.0009 msg=\"CONFIG FILTER ACTIVATE\" logtype=\"server\"",
        expect: &[
            ("event_action", "policy_change"),
            ("user_name", "admin"),
            ("source_ip", "192.0.2.7"),
            ("process_command_line", "CONFIG FILTER ACTIVATE"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "an alarm blocked a packet",
        text: "<12>id=firewall time=\"2026-03-16 09:16:00\" fw=\"SN210-COMUNE\" tz=+0100 startime=\"2026-03-16 09:16:00\" pri=4 confid=00 srcif=\"Ethernet0\" srcifname=\"out\" ipproto=tcp proto=http src=198.51.100.23 srcport=41000 dst=192.0.2.10 dstport=80 action=block msg=\"SQL injection\" class=protocol alarmid=98 repeat=3 logtype=\"alarm\"",
        expect: &[
            ("event_action", "intrusion_detected"),
            ("event_outcome", "failure"),
            ("fields.blocked", "true"),
            ("rule_name", "SQL injection"),
            ("event_code", "98"),
            ("event_count", "3"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: a line cut before its type",
        text: "<13>id=firewall time=\"2026-03-16 09:12:44\" fw=\"SN210-COMUNE\" tz=+0100 startime=\"2026-03-16 09:12:44\" pri=5 src=198.51.100.23 srcpo",
        expect: &[("parse_error", "no logtype: the line is cut")],
        absent: &["event_outcome", "source_ip"],
    },
    Sample {
        about: "hostile: a path that imitates more keys moves none",
        text: "<13>id=firewall time=\"2026-03-16 09:14:00\" fw=\"SN210-COMUNE\" tz=+0100 startime=\"2026-03-16 09:13:59\" pri=5 ipproto=tcp proto=http src=192.0.2.41 srcport=51025 dst=203.0.113.80 dstport=80 action=block op=GET result=200 arg=\"/a src=203.0.113.66 action=pass logtype=auth\" logtype=\"plugin\"",
        expect: &[("event_outcome", "failure"), ("source_ip", "192.0.2.41"), ("fields.logtype", "plugin")],
        absent: &["parse_error"],
    },
];
