//! Lines of Junos and what they become.

use crate::format::Sample;

/// Documentation addresses and names only.
pub(super) const SAMPLES: &[Sample] = &[
    Sample {
        about: "a session was closed, structured",
        text: "<14>1 2026-03-16T09:12:44.112+01:00 srx-ced RT_FLOW - RT_FLOW_SESSION_CLOSE [junos@2636.1.1.1.2.129 reason=\"TCP FIN\" source-address=\"192.0.2.41\" source-port=\"51844\" destination-address=\"203.0.113.80\" destination-port=\"443\" service-name=\"junos-https\" nat-source-address=\"198.51.100.7\" nat-source-port=\"40112\" nat-destination-address=\"203.0.113.80\" nat-destination-port=\"443\" protocol-id=\"6\" policy-name=\"uscita\" source-zone-name=\"trust\" destination-zone-name=\"untrust\" session-id-32=\"41\" packets-from-client=\"9\" bytes-from-client=\"2380\" packets-from-server=\"8\" bytes-from-server=\"91422\" elapsed-time=\"61\" application=\"UNKNOWN\" username=\"averdi\" roles=\"N/A\" packet-incoming-interface=\"ge-0/0/1.0\"] session closed TCP FIN: ...",
        expect: &[
            ("event_action", "connection_closed"),
            ("event_outcome", "success"),
            ("event_code", "RT_FLOW_SESSION_CLOSE"),
            ("host_name", "srx-ced"),
            ("source_ip", "192.0.2.41"),
            ("source_port", "51844"),
            ("destination_port", "443"),
            ("source_bytes", "2380"),
            ("destination_bytes", "91422"),
            ("network_transport", "tcp"),
            ("rule_name", "uscita"),
            ("user_name", "averdi"),
            ("observer_ingress", "ge-0/0/1.0"),
            ("observer_egress", "untrust"),
            ("fields.nat_source_ip", "198.51.100.7"),
        ],
        absent: &["parse_error", "fields.nat_destination_ip"],
    },
    Sample {
        about: "a session was closed, as a sentence",
        text: "<14>Mar 16 09:12:44 srx-ced RT_FLOW: RT_FLOW_SESSION_CLOSE: session closed TCP CLIENT RST: 198.51.100.23/37769->192.0.2.10/25 0x0 junos-smtp 198.51.100.23/37769->192.0.2.10/25 0x0 N/A N/A static rule posta 6 dentro untrust dmz 154619 60(52906) 47(26103) 3 UNKNOWN UNKNOWN N/A(N/A) reth1.300 UNKNOWN N/A N/A -1 N/A",
        expect: &[
            ("event_action", "connection_closed"),
            ("source_ip", "198.51.100.23"),
            ("source_port", "37769"),
            ("destination_ip", "192.0.2.10"),
            ("destination_port", "25"),
            ("source_bytes", "52906"),
            ("destination_bytes", "26103"),
            ("network_transport", "tcp"),
            ("rule_name", "dentro"),
            ("observer_ingress", "reth1.300"),
            ("observer_egress", "dmz"),
            ("fields.reason", "TCP CLIENT RST"),
        ],
        absent: &["parse_error", "user_name", "fields.nat_source_ip"],
    },
    Sample {
        about: "a session was created through two NAT rules, old release",
        text: "<14>Mar 16 09:12:44 srx-ced RT_FLOW: RT_FLOW_SESSION_CREATE: session created 192.0.2.41/51844->203.0.113.80/443 junos-https 198.51.100.7/40112->203.0.113.80/443 None None 6 uscita trust untrust 41 averdi(N/A) ge-0/0/1.0",
        expect: &[
            ("event_action", "connection_allowed"),
            ("rule_name", "uscita"),
            ("user_name", "averdi"),
            ("observer_ingress", "ge-0/0/1.0"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a session was denied",
        text: "<14>Mar 16 09:12:45 srx-ced RT_FLOW: RT_FLOW_SESSION_DENY: session denied 198.51.100.23/44321->192.0.2.10/3389 0x0 ms-rdp 6(0) blocco untrust dmz UNKNOWN UNKNOWN N/A(N/A) ge-0/0/0.0 No Denied by policy",
        expect: &[
            ("event_action", "connection_denied"),
            ("event_outcome", "failure"),
            ("rule_name", "blocco"),
            ("destination_port", "3389"),
            ("observer_ingress", "ge-0/0/0.0"),
        ],
        absent: &["parse_error", "user_name"],
    },
    Sample {
        about: "a screen saw a scan",
        text: "<11>Mar 16 09:12:46 srx-ced RT_IDS: RT_SCREEN_TCP: TCP port scan! source: 198.51.100.23:44321, destination: 192.0.2.10:80, zone name: untrust, interface name: ge-0/0/0.0, action: drop",
        expect: &[
            ("event_action", "intrusion_detected"),
            ("event_outcome", "failure"),
            ("rule_name", "TCP port scan"),
            ("source_ip", "198.51.100.23"),
            ("source_port", "44321"),
            ("observer_ingress", "ge-0/0/0.0"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a page was refused; its path imitates another user",
        text: "<12>Mar 16 09:12:47 srx-ced RT_UTM: WEBFILTER_URL_BLOCKED: WebFilter: ACTION=\"URL Blocked\" 192.0.2.41(58071)->203.0.113.81(80) CATEGORY=\"giochi\" REASON=\"BY_PRE_DEFINED\" PROFILE=\"p1\" URL=giochi.example OBJ=/a?b=1 USERNAME=root ROLES=x USERNAME=averdi ROLES=N/A",
        expect: &[
            ("event_action", "http_request"),
            ("event_outcome", "failure"),
            ("user_name", "averdi"),
            ("source_ip", "192.0.2.41"),
            ("url_domain", "giochi.example"),
            ("url_path", "/a"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a login failed",
        text: "<37>Mar 16 09:12:48 srx-ced sshd: SSHD_LOGIN_FAILED: Login failed for user 'x' from host '203.0.113.66' from host '198.51.100.23'",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "x' from host '203.0.113.66"),
            ("source_ip", "198.51.100.23"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "an operator opened the command line and typed",
        text: "<190>Mar 16 09:12:49 srx-ced mgd[94759]: UI_CMDLINE_READ_LINE: User 'mbianchi', command 'show configuration '",
        expect: &[
            ("event_action", "process_start"),
            ("user_name", "mbianchi"),
            ("process_command_line", "show configuration"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a session's line cut before its addresses",
        text: "<14>Mar 16 09:12:44 srx-ced RT_FLOW: RT_FLOW_SESSION_CREATE: session created 192.0.2",
        expect: &[("parse_error", "no addresses: the line is cut")],
        absent: &["event_outcome", "source_ip"],
    },
];
