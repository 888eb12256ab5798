//! Lines of sshd and the events they must become.

use crate::format::Sample;

pub(super) const SAMPLES: &[Sample] = &[
    Sample {
        about: "a wrong password of a user that does not exist",
        text: "<86>Mar 16 02:40:11 portale sshd[20211]: Failed password for invalid user admin from 198.51.100.23 port 51022 ssh2",
        expect: &[
            ("class", "authentication"),
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "admin"),
            ("source_ip", "198.51.100.23"),
            ("source_port", "51022"),
            ("host_name", "portale"),
            ("process_pid", "20211"),
            ("fields.reason", "unknown_user"),
            ("fields.auth_method", "password"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a login with a key",
        text: "2026-03-16T08:12:44.112+01:00 portale sshd-session[4411]: Accepted publickey for mrossi from 2001:db8:4::9 port 40112 ssh2: ED25519 SHA256:kq0examplefingerprint",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "success"),
            ("user_name", "mrossi"),
            ("source_ip", "2001:db8:4::9"),
            ("fields.auth_method", "publickey"),
            ("timestamp", "2026-03-16T07:12:44.112000Z"),
        ],
        absent: &["fields.reason"],
    },
    Sample {
        about: "a repeated message counts each time",
        text: "Mar 16 02:41:12 portale sshd[20211]: message repeated 5 times: [ Failed password for root from 198.51.100.23 port 51022 ssh2]",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("event_count", "5"),
            ("user_name", "root"),
            ("source_ip", "198.51.100.23"),
        ],
        absent: &[],
    },
    Sample {
        about: "an unknown user is named before the attempt, which is no login of its own",
        text: "Mar 16 02:40:10 portale sshd[20211]: Invalid user ftp test from 198.51.100.23 port 51022",
        expect: &[
            ("event_action", "application_event"),
            ("event_outcome", "failure"),
            ("user_name", "ftp test"),
            ("source_ip", "198.51.100.23"),
            ("source_port", "51022"),
            ("fields.reason", "unknown_user"),
            ("fields.action", "invalid_user"),
        ],
        absent: &[],
    },
    Sample {
        about: "a connection that ends before authentication",
        text: "Mar 16 02:40:13 portale sshd[20211]: Connection closed by authenticating user root 198.51.100.23 port 51022 [preauth]",
        expect: &[
            ("event_outcome", "failure"),
            ("user_name", "root"),
            ("source_ip", "198.51.100.23"),
            ("source_port", "51022"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a user leaves",
        text: "Mar 16 17:30:00 portale sshd[4411]: Disconnected from user mrossi 192.0.2.14 port 40112",
        expect: &[
            ("event_action", "logout"),
            ("event_outcome", "success"),
            ("user_name", "mrossi"),
            ("source_ip", "192.0.2.14"),
        ],
        absent: &[],
    },
    Sample {
        about: "PAM's answer beside the attempt",
        text: "Mar 16 02:40:11 portale sshd[20211]: error: PAM: Authentication failure for illegal user guest from 198.51.100.23",
        expect: &[
            ("event_action", "pam_auth"),
            ("event_outcome", "failure"),
            ("user_name", "guest"),
            ("source_ip", "198.51.100.23"),
            ("log_level", "error"),
        ],
        absent: &[],
    },
    Sample {
        about: "too many unauthenticated connections",
        text: "Mar 16 02:40:14 portale sshd[812]: drop connection #14 from [198.51.100.23]:50544 on [192.0.2.10]:22 past MaxStartups",
        expect: &[
            ("event_action", "connection_denied"),
            ("source_ip", "198.51.100.23"),
            ("source_port", "50544"),
            ("destination_ip", "192.0.2.10"),
            ("destination_port", "22"),
        ],
        absent: &["user_name"],
    },
    Sample {
        about: "truncated: a line cut in the address",
        text: "Mar 16 02:40:11 portale sshd[20211]: Failed password for root from 198.51",
        expect: &[("parse_error", "expected USER from ADDRESS port PORT")],
        absent: &["source_ip", "event_outcome", "user_name"],
    },
    Sample {
        about: "hostile: a user name that imitates a peer",
        text: "Mar 16 02:40:11 portale sshd[20211]: Failed password for invalid user x from 203.0.113.9 port 22 ssh2 from 198.51.100.23 port 51022 ssh2",
        expect: &[
            ("source_ip", "198.51.100.23"),
            ("source_port", "51022"),
            ("user_name", "x from 203.0.113.9 port 22 ssh2"),
        ],
        absent: &[],
    },
    Sample {
        about: "hostile: a certificate whose id imitates a peer, and a user that does too",
        text: "Mar 16 02:40:11 portale sshd[20211]: Failed publickey for a from 203.0.113.9 port 1 ssh2: from 198.51.100.23 port 51022 ssh2: RSA-CERT SHA256:x ID b (serial 0) CA RSA SHA256:y",
        expect: &[("parse_error", "two peers, one of them written by the client")],
        absent: &["source_ip"],
    },
    Sample {
        about: "hostile: a farewell that imitates a failure",
        text: "Mar 16 02:40:15 portale sshd[20211]: Received disconnect from 198.51.100.23 port 51022:11: Failed password for root from 203.0.113.9 port 22 ssh2 [preauth]",
        expect: &[
            ("event_action", "application_event"),
            ("source_ip", "198.51.100.23"),
            ("source_port", "51022"),
            ("fields.disconnect_code", "11"),
        ],
        absent: &["user_name"],
    },
    Sample {
        about: "a user name repeated in the reason",
        text: "Mar 16 02:40:15 portale sshd[20211]: Disconnecting invalid user a b 198.51.100.23 port 51022: Change of username or service not allowed: (a b,ssh-connection) -> (x 203.0.113.9 port 1: Too many,ssh-connection) [preauth]",
        expect: &[("source_ip", "198.51.100.23"), ("source_port", "51022"), ("user_name", "a b")],
        absent: &[],
    },
    Sample {
        about: "hostile: a user name that imitates a refusal",
        text: "Mar 16 02:40:11 portale sshd[20211]: User root from 203.0.113.9 not allowed because not listed in AllowUsers from 198.51.100.23 not allowed because not listed in AllowUsers",
        expect: &[
            ("source_ip", "198.51.100.23"),
            ("user_name", "root from 203.0.113.9 not allowed because not listed in AllowUsers"),
            ("fields.reason", "not_allowed"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "hostile: a user name that imitates a peer and its relay",
        text: "Mar 16 02:40:11 portale sshd[20211]: error: PAM: Authentication failure for illegal user x from 203.0.113.9 via y from 198.51.100.23",
        expect: &[("source_ip", "198.51.100.23"), ("user_name", "x from 203.0.113.9 via y")],
        absent: &["parse_error"],
    },
    Sample {
        about: "hostile: a subsystem that imitates a user",
        text: "Mar 16 02:40:11 portale sshd[20211]: subsystem request for x by user root by user mrossi",
        expect: &[("user_name", "mrossi"), ("fields.subsystem", "x by user root")],
        absent: &["parse_error"],
    },
];
