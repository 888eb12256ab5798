//! Samples of vsftpd and xferlog, in words of our own.

use crate::format::Sample;

pub(super) const SAMPLES: &[Sample] = &[
    Sample {
        about: "a login is refused",
        text: "Mon Mar 16 09:12:44 2026 [pid 2211] [averdi] FAIL LOGIN: Client \"::ffff:198.51.100.9\", \"User is not in the allow user list.\"",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "averdi"),
            ("source_ip", "198.51.100.9"),
            ("process_pid", "2211"),
            ("fields.reason", "User is not in the allow user list."),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a file is taken",
        text: "Mon Mar 16 09:13:44 2026 [pid 2212] [averdi] OK DOWNLOAD: Client \"192.0.2.77\", \"/tributi/ruolo 2026.csv\", 81100 bytes, 811.00Kbyte/sec",
        expect: &[
            ("event_action", "file_read"),
            ("file_path", "/tributi/ruolo 2026.csv"),
            ("fields.size", "81100"),
            ("source_ip", "192.0.2.77"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a login, by syslog",
        text: "<86>Mar 16 09:12:46 ftp1 vsftpd[2213]: [averdi] OK LOGIN: Client \"192.0.2.77\"",
        expect: &[("event_action", "login"), ("event_outcome", "success"), ("user_name", "averdi")],
        absent: &["parse_error", "fields.reason"],
    },
    Sample {
        about: "an answer that refuses",
        text: "Mon Mar 16 09:12:47 2026 [pid 2214] [root] FTP response: Client \"198.51.100.9\", \"530 Permission denied.\"",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("event_code", "530"),
            ("user_name", "root"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a file is left, in xferlog",
        text: "Mon Mar 16 09:14:44 2026 3 192.0.2.77 81100 /scambio/atti e allegati.zip b _ i r averdi ftp 0 * c",
        expect: &[
            ("event_action", "file_create"),
            ("event_outcome", "success"),
            ("user_name", "averdi"),
            ("file_path", "/scambio/atti e allegati.zip"),
            ("source_ip", "192.0.2.77"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: a line cut within its client",
        text: "Mon Mar 16 09:12:44 2026 [pid 2211] [averdi] FAIL LOGIN: Client \"198.51",
        expect: &[("parse_error", "expected a client in quotes")],
        absent: &["user_name", "event_outcome", "source_ip"],
    },
    Sample {
        about: "hostile: a path that imitates the end of a transfer moves no field",
        text: "Mon Mar 16 09:14:45 2026 3 192.0.2.77 1 /x b _ o r root ftp 0 * c y b _ i r averdi ftp 0 * i",
        expect: &[
            ("event_action", "file_create"),
            ("event_outcome", "failure"),
            ("user_name", "averdi"),
            ("file_path", "/x b _ o r root ftp 0 * c y"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "hostile: a user name that imitates a refused client does not move the address",
        text: "Mon Mar 16 09:12:44 2026 [pid 2211] [x] FAIL LOGIN: Client \"203.0.113.9\"] FAIL LOGIN: Client \"198.51.100.9\"",
        expect: &[
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.9"),
            ("user_name", "x] FAIL LOGIN: Client \"203.0.113.9\""),
        ],
        absent: &["parse_error", "fields.reason"],
    },
    Sample {
        about: "hostile: a path that imitates another client's login is an error",
        text: "Mon Mar 16 09:12:44 2026 [pid 2211] [averdi] OK MKDIR: Client \"192.0.2.77\", \"/a] FAIL LOGIN: Client \"203.0.113.9\"",
        expect: &[
            ("parse_error", "a name or path that imitates a client"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
        ],
        absent: &["source_ip", "user_name", "event_outcome"],
    },
];
