//! Lines of Citrix ADC.

use crate::format::Sample;

pub(super) const SAMPLES: &[Sample] = &[
    Sample {
        about: "a remote worker logs in",
        text: "<134> 03/16/2026:09:12:44 GMT adc1 0-PPE-0 : default SSLVPN LOGIN 4089524 0 : Context mrossi@198.51.100.7 - SessionId: 1096 - User mrossi - Client_ip 198.51.100.7 - Nat_ip \"Mapped Ip\" - Vserver 192.0.2.10:443 - Browser_type \"Mozilla/5.0 x\" - SSLVPN_client_type ICA - Group(s) \"N/A\"",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "success"),
            ("timestamp", "2026-03-16T09:12:44.000000Z"),
            ("host_name", "adc1"),
            ("user_name", "mrossi"),
            ("source_ip", "198.51.100.7"),
            ("user_agent_original", "Mozilla/5.0 x"),
            ("fields.session_id", "1096"),
            ("fields.feature", "SSLVPN"),
        ],
        absent: &["parse_error", "time_guess", "destination_ip"],
    },
    Sample {
        about: "hostile: a refused login whose name imitates an address",
        text: "2026/03/16:09:12:44 GMT adc1 0-PPE-1 : default AAA LOGIN_FAILED 2422 0 :  User x - Client_ip 203.0.113.9 - Client_ip 198.51.100.23 - Failure_reason \"External authentication server denied access\" - Browser chrome",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "x - Client_ip 203.0.113.9"),
            ("source_ip", "198.51.100.23"),
            ("fields.reason", "External authentication server denied access"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a flow ends",
        text: "2026/03/16:09:12:44 GMT adc1 0-PPE-1 : default TCP CONN_TERMINATE 4556 0 :  Source 198.51.100.7:50001 - Destination 192.0.2.10:443 - Start Time 2026/03/16:09:12:40 GMT - End Time 2026/03/16:09:12:44 GMT - Total_bytes_send 473 - Total_bytes_recv 1",
        expect: &[
            ("event_action", "connection_closed"),
            ("source_ip", "198.51.100.7"),
            ("source_port", "50001"),
            ("destination_ip", "192.0.2.10"),
            ("destination_port", "443"),
            ("network_transport", "tcp"),
            ("fields.bytes_sent", "473"),
        ],
        absent: &["user_name"],
    },
    Sample {
        about: "an administrator's command",
        text: "2026/03/16:09:12:44 GMT adc1 0-PPE-0 : default GUI CMD_EXECUTED 1303 0 : User admin - ADM_User NONE - Remote_ip 192.0.2.7 - Command \"set ssl profile x -tls1 - Remote_ip 203.0.113.9\" - Status \"Success\"",
        expect: &[
            ("event_action", "config_change"),
            ("event_outcome", "success"),
            ("user_name", "admin"),
            ("source_ip", "192.0.2.7"),
            ("process_command_line", "set ssl profile x -tls1 - Remote_ip 203.0.113.9"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a resource that a policy denies",
        text: "2026/03/16:09:12:44 GMT adc1 0-PPE-0 : default SSLVPN NONHTTP_RESOURCEACCESS_DENIED 196 0 : Context mrossi@198.51.100.7 - SessionId: 128 - User mrossi - Client_ip 198.51.100.7 - Nat_ip 192.0.2.77 - Vserver 192.0.2.10:443 - Source 198.51.100.7:50130 - Destination 192.0.2.20:514 - Total_bytes_send 340 - Denied_by_policy \"NEGA\" - Group(s) \"vpn\"",
        expect: &[
            ("event_action", "connection_denied"),
            ("event_outcome", "failure"),
            ("source_port", "50130"),
            ("destination_port", "514"),
            ("rule_name", "NEGA"),
        ],
        absent: &[],
    },
    Sample {
        about: "a command in the shell",
        text: "Mar 16 09:12:44 adc1 bash[812]: root on pts/0 shell_command=\"cat /nsconfig/ns.conf\"",
        expect: &[
            ("event_action", "process_start"),
            ("user_name", "root"),
            ("process_command_line", "cat /nsconfig/ns.conf"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a request to the management",
        text: "192.0.2.7 -> 192.0.2.9 - - [16/Mar/2026:09:12:44 +0100] [1571] \"GET /nitro/v1/config?x=1 HTTP/1.1\" 401 162 \"-\" \"curl/8\" \"Time: 97 microsecs\"",
        expect: &[
            ("event_action", "http_request"),
            ("event_outcome", "failure"),
            ("url_path", "/nitro/v1/config"),
            ("process_pid", "1571"),
            ("user_agent_original", "curl/8"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
        ],
        absent: &["parse_error", "user_name"],
    },
    Sample {
        about: "truncated: a line cut in the address",
        text: "2026/03/16:09:12:44 GMT adc1 0-PPE-1 : default TCP CONN_TERMINATE 4556 0 :  Source 198.51.1",
        expect: &[("format", "citrix_adc"), ("event_action", "connection_closed")],
        absent: &["source_ip", "destination_ip"],
    },
    Sample {
        about: "hostile: a browser that imitates an address leaves none",
        text: "2026/03/16:09:12:44 GMT adc1 0-PPE-1 : default AAA LOGIN_FAILED 2422 0 :  User x - Client_ip 198.51.100.23 - Failure_reason \"External authentication server denied access\" - Browser y - Client_ip 203.0.113.9 - Failure_reason z",
        expect: &[("event_action", "login"), ("event_outcome", "failure")],
        absent: &["source_ip", "user_name", "parse_error"],
    },
];
