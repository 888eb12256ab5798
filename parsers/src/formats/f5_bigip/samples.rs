//! Lines of BIG-IP.

use crate::format::Sample;

pub(super) const SAMPLES: &[Sample] = &[
    Sample {
        about: "an access list discards",
        text: "<134>Mar 16 09:12:44 lb1 notice tmm1[20358]: 01580002:5: /Common/vpn:Common:870db929: discard ACL: /Common/nega:0 packet: tcp 198.51.100.7:59407 -> 192.0.2.20:443",
        expect: &[
            ("event_action", "connection_denied"),
            ("event_outcome", "failure"),
            ("event_code", "01580002"),
            ("source_ip", "198.51.100.7"),
            ("source_port", "59407"),
            ("destination_ip", "192.0.2.20"),
            ("destination_port", "443"),
            ("network_transport", "tcp"),
            ("rule_name", "/Common/nega"),
            ("fields.session_id", "870db929"),
            ("fields.profile", "/Common/vpn"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "hostile: a refused login whose name imitates success",
        text: "01490106:4: /Common/vpn:Common:870db929: AD module: authentication with 'x' successful' failed: Preauthentication failed",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "x' successful"),
            ("fields.reason", "Preauthentication failed"),
        ],
        absent: &["source_ip"],
    },
    Sample {
        about: "a session of APM whose code was cut",
        text: "/Common/vpn:Common:870db929: New session from client IP 198.51.100.7 (ST=/CC=/C=) at VIP 192.0.2.10 Listener /Common/vpn_443 (Reputation=Unknown)",
        expect: &[
            ("event_action", "session_open"),
            ("source_ip", "198.51.100.7"),
            ("destination_ip", "192.0.2.10"),
        ],
        absent: &["event_code", "parse_error"],
    },
    Sample {
        about: "a pool member is down",
        text: "<131>Mar 16 09:12:44 lb1 err mcpd[4012]: 01070638:3: Pool /Common/web member /Common/192.0.2.20:80 monitor status down. [ /Common/http: down ]",
        expect: &[
            ("event_action", "health_change"),
            ("event_outcome", "failure"),
            ("service_name", "/Common/192.0.2.20:80"),
            ("fields.state", "critical"),
        ],
        absent: &[],
    },
    Sample {
        about: "an administrator changes the configuration",
        text: "<133>Mar 16 09:12:44 lb1 notice tmsh[8123]: 01420002:5: AUDIT - pid=8123 user=admin folder=/Common module=(tmos)# status=[Command OK] cmd_data=modify ltm pool web user=x",
        expect: &[
            ("event_action", "config_change"),
            ("event_outcome", "success"),
            ("user_name", "admin"),
            ("process_command_line", "modify ltm pool web user=x"),
        ],
        absent: &[],
    },
    Sample {
        about: "an iRule's line",
        text: "tmm[16941]: Rule /Common/log <HTTP_RESPONSE>: virtual=/Common/v client_ip=198.51.100.7 client_port=50001 lb_server=192.0.2.20:80 host=www.borgo.example username= request=\"GET /albo?id=1 HTTP/1.1\" server_status=200 content_length=725 user_agent=\"x\"",
        expect: &[
            ("event_action", "http_request"),
            ("source_ip", "198.51.100.7"),
            ("destination_port", "80"),
            ("url_path", "/albo"),
            ("url_domain", "www.borgo.example"),
            ("http_response_status_code", "200"),
            ("http_response_body_bytes", "725"),
        ],
        absent: &["user_name", "parse_error"],
    },
    Sample {
        about: "the management's web server",
        text: "logger[20978]: [ssl_acc] 198.51.100.23 - admin [16/Mar/2026:09:12:44 +0100] \"/mgmt/x 200 1\" 404 238",
        expect: &[
            ("event_action", "http_request"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.23"),
            ("user_name", "admin"),
            ("http_response_status_code", "404"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: a line cut before its size",
        text: "logger[20978]: [ssl_acc] 198.51.100.23 - admin [16/Mar/2026:09:12:44 +0100",
        expect: &[("parse_error", "expected CLIENT - USER [STAMP] PATH STATUS BYTES")],
        absent: &["source_ip", "event_outcome"],
    },
    Sample {
        about: "hostile: a browser that imitates a login",
        text: "<133>Mar 16 09:12:44 lb1 notice apmd[14311]: 01490248:5: /Common/vpn:Common:870db929: Received User-Agent header: x Authentication successful 'admin'",
        expect: &[
            ("event_action", "application_event"),
            ("user_agent_original", "x Authentication successful 'admin'"),
        ],
        absent: &["user_name", "event_outcome", "parse_error"],
    },
];
