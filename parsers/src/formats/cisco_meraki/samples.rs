//! Lines of Meraki devices.

use crate::format::Sample;

pub(super) const SAMPLES: &[Sample] = &[
    Sample {
        about: "a flow is denied",
        text: "<134>1 1773648764.112233445 MX_SEDE flows deny src=198.51.100.23 dst=192.0.2.10 mac=00:00:5E:00:53:01 protocol=tcp sport=44321 dport=3389",
        expect: &[
            ("event_action", "connection_denied"),
            ("event_outcome", "failure"),
            ("timestamp", "2026-03-16T08:12:44.112233Z"),
            ("host_name", "MX_SEDE"),
            ("source_ip", "198.51.100.23"),
            ("source_port", "44321"),
            ("destination_ip", "192.0.2.10"),
            ("destination_port", "3389"),
            ("source_mac", "00:00:5E:00:53:01"),
            ("network_transport", "tcp"),
        ],
        absent: &["parse_error", "time_guess"],
    },
    Sample {
        about: "a flow that a pattern allows",
        text: "1773648764.112233445 MX_SEDE firewall src=2001:db8::31 dst=2001:db8:1::8 protocol=udp sport=50001 dport=53 pattern: 0 all",
        expect: &[
            ("event_action", "connection_allowed"),
            ("source_ip", "2001:db8::31"),
            ("destination_port", "53"),
            ("rule_name", "0 all"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "hostile: a page whose URL imitates keys",
        text: "1773648764.1 MX_SEDE urls src=192.0.2.31:50001 dst=203.0.113.8:80 mac=00:00:5E:00:53:01 agent='x' request: GET http://www.borgo.example/a?src=203.0.113.9:1 dst=203.0.113.7:2",
        expect: &[
            ("event_action", "http_request"),
            ("source_ip", "192.0.2.31"),
            ("destination_ip", "203.0.113.8"),
            ("http_request_method", "GET"),
            ("url_domain", "www.borgo.example"),
            ("url_path", "/a"),
            ("user_agent_original", "x"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a VPN login is refused",
        text: "1773648764.1 MX_SEDE events type=anyconnect_vpn_auth_failure msg= 'RADIUS[373] Server IP=192.0.2.5 Server port=1812 Peer IP=198.51.100.23 Peer port=56735: Authentication request rejected. '",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.23"),
            ("source_port", "56735"),
            ("destination_ip", "192.0.2.5"),
            ("fields.reason", "Authentication request rejected."),
        ],
        absent: &["user_name"],
    },
    Sample {
        about: "a remote worker connects",
        text: "1773648764.1 MX_SEDE events anyconnect_vpn_connect user id 'mrossi@borgo.example' local ip 192.0.2.77 connected from 198.51.100.7",
        expect: &[
            ("event_action", "vpn_connect"),
            ("user_name", "mrossi@borgo.example"),
            ("user_domain", "borgo.example"),
            ("source_ip", "198.51.100.7"),
            ("fields.assigned_ip", "192.0.2.77"),
        ],
        absent: &[],
    },
    Sample {
        about: "a lease",
        text: "1773648764.1 MX_SEDE events dhcp lease of ip 192.0.2.31 from mx mac 00:00:5E:00:53:FF for client mac 00:00:5E:00:53:01 from router 192.0.2.1 on subnet 255.255.255.0 with dns 192.0.2.53",
        expect: &[
            ("event_action", "dhcp_lease"),
            ("source_ip", "192.0.2.31"),
            ("source_mac", "00:00:5E:00:53:01"),
        ],
        absent: &[],
    },
    Sample {
        about: "an intrusion",
        text: "1773648764.1 MX_SEDE security_event ids_alerted signature=1:2900001:1 priority=1 timestamp=1773648763.9 dhost=00:00:5E:00:53:01 direction=ingress protocol=tcp/ip src=198.51.100.23:44321 dst=192.0.2.10:80 message: PROVA iniezione",
        expect: &[
            ("event_action", "intrusion_detected"),
            ("event_outcome", "unknown"),
            ("rule_id", "2900001"),
            ("rule_name", "PROVA iniezione"),
            ("source_port", "44321"),
        ],
        absent: &[],
    },
    Sample {
        about: "truncated: a line cut in the source",
        text: "1773648764.1 MX_SEDE flows deny src=198.51.1",
        expect: &[("parse_error", "expected src=ADDRESS")],
        absent: &["source_ip", "event_outcome"],
    },
    Sample {
        about: "hostile: a browser that imitates a user, and a file's name a verdict",
        text: "1773648764.1 MX_SEDE security_event security_filtering_file_scanned url=http://www.borgo.example/a src=192.0.2.31:50001 dst=203.0.113.8:80 mac=00:00:5E:00:53:01 name='x' disposition=clean action=allow y' sha256=aa disposition=malicious action=block",
        expect: &[
            ("event_action", "malware_detected"),
            ("event_outcome", "success"),
            ("fields.disposition", "malicious"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "hostile: a browser that imitates a user",
        text: "1773648764.1 MX_SEDE urls src=192.0.2.31:50001 dst=203.0.113.8:80 mac=00:00:5E:00:53:01 agent='x user=root y' request: GET http://www.borgo.example/a",
        expect: &[("event_action", "http_request"), ("user_agent_original", "x user=root y")],
        absent: &["user_name", "parse_error"],
    },
];
