//! Lines of Apache's error log and the events they must become.

use crate::format::Sample;

pub(super) const SAMPLES: &[Sample] = &[
    Sample {
        about: "a wrong password, 2.4",
        text: "[Mon Mar 16 09:12:44.112233 2026] [auth_basic:error] [pid 811:tid 14012310] [client 198.51.100.23:51022] AH01617: user mrossi: authentication failure for \"/riservata/atti\": Password Mismatch",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("event_code", "AH01617"),
            ("event_provider", "auth_basic"),
            ("log_level", "error"),
            ("user_name", "mrossi"),
            ("source_ip", "198.51.100.23"),
            ("source_port", "51022"),
            ("process_pid", "811"),
            ("url_path", "/riservata/atti"),
            ("fields.reason", "wrong_credential"),
            ("timestamp", "2026-03-16T08:12:44.112233Z"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "an unknown user, 2.2",
        text: "[Mon Mar 16 09:12:45 2026] [error] [client 2001:db8::17] user pippo not found: /riservata/",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "pippo"),
            ("source_ip", "2001:db8::17"),
            ("fields.reason", "unknown_user"),
        ],
        absent: &["source_port", "event_code"],
    },
    Sample {
        about: "a file that is not there, an IPv6 client with a port",
        text: "[Mon Mar 16 09:13:00.000001 2026] [core:info] [pid 811] [client 2001:db8::17:40022] AH00128: File does not exist: /var/www/html/.env, referer: https://x.example/",
        expect: &[
            ("event_action", "web_error"),
            ("event_outcome", "failure"),
            ("source_ip", "2001:db8::17"),
            ("source_port", "40022"),
            ("file_path", "/var/www/html/.env"),
            ("http_request_referrer", "https://x.example/"),
        ],
        absent: &["user_name"],
    },
    Sample {
        about: "ModSecurity refuses a request",
        text: "[Mon Mar 16 09:14:00.000001 2026] [:error] [pid 811:tid 9] [client 198.51.100.23:51024] [client 198.51.100.23] ModSecurity: Access denied with code 403 (phase 2). Operator GE matched 5 at TX:anomaly_score. [file \"/etc/crs/REQUEST-949.conf\"] [line \"93\"] [id \"949110\"] [msg \"Inbound Anomaly Score Exceeded (Total Score: 20)\"] [severity \"CRITICAL\"] [hostname \"www.comune.example\"] [uri \"/albo.php\"] [unique_id \"abc\"]",
        expect: &[
            ("event_action", "waf_block"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.23"),
            ("source_port", "51024"),
            ("rule_id", "949110"),
            ("rule_name", "Inbound Anomaly Score Exceeded (Total Score: 20)"),
            ("url_path", "/albo.php"),
            ("url_domain", "www.comune.example"),
            ("fields.blocked", "true"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "through syslog, refused by configuration",
        text: "Mar 16 09:15:00 portale apache2[811]: [authz_core:error] [pid 811] [client 198.51.100.23:51030] AH01630: client denied by server configuration: /var/www/html/server-status",
        expect: &[
            ("event_action", "web_error"),
            ("event_outcome", "failure"),
            ("event_code", "AH01630"),
            ("source_ip", "198.51.100.23"),
            ("file_path", "/var/www/html/server-status"),
            ("host_name", "portale"),
        ],
        absent: &[],
    },
    Sample {
        about: "PHP's fatal error",
        text: "[Mon Mar 16 09:16:00.5 2026] [php:error] [pid 811] [client 198.51.100.30:5122] PHP Fatal error:  Uncaught Error: no connection in /var/www/html/db.php on line 41",
        expect: &[
            ("event_action", "web_error"),
            ("file_path", "/var/www/html/db.php"),
            ("fields.php", "Fatal error"),
            ("fields.line", "41"),
        ],
        absent: &[],
    },
    Sample {
        about: "the server starts",
        text: "[Mon Mar 16 06:00:00.1 2026] [mpm_event:notice] [pid 800:tid 1] AH00489: Apache/2.4.62 (Debian) configured -- resuming normal operations",
        expect: &[("event_action", "service_start"), ("event_outcome", "success"), ("service_name", "httpd")],
        absent: &["source_ip"],
    },
    Sample {
        about: "truncated: a line cut in the client",
        text: "[Mon Mar 16 09:12:44.112233 2026] [auth_basic:error] [pid 811] [client 198.51.1",
        expect: &[("event_action", "web_error"), ("log_level", "error"), ("process_pid", "811")],
        absent: &["source_ip", "user_name"],
    },
    Sample {
        about: "hostile: a path that imitates a client and a failure",
        text: "[Mon Mar 16 09:12:44 2026] [error] [client 198.51.100.23] File does not exist: /var/www/[client 203.0.113.9] user root not found: /",
        expect: &[
            ("event_action", "web_error"),
            ("source_ip", "198.51.100.23"),
            ("fields.reason", "not_found"),
        ],
        absent: &["user_name"],
    },
    Sample {
        about: "hostile: what matched imitates the rule",
        text: "[Mon Mar 16 09:14:00.000001 2026] [:error] [pid 811:tid 9] [client 198.51.100.23:51024] ModSecurity: Warning. Matched [file \"/etc/crs/a.conf\"] [line \"93\"] [id \"942100\"] [msg \"SQL Injection\"] [data \"x\"] [id \"1\"] [msg \"y\"] [severity \"CRITICAL\"] [hostname \"www.borgo.example\"] [uri \"/a\"] [unique_id \"Z\"]",
        expect: &[("rule_id", "942100"), ("rule_name", "SQL Injection"), ("url_path", "/a")],
        absent: &["parse_error"],
    },
];
