//! Samples of WALLIX Bastion, in words of our own.

use crate::format::Sample;

pub(super) const SAMPLES: &[Sample] = &[
    Sample {
        about: "a session ends",
        text: "<14>Mar 16 09:12:44 bastion1 sshproxy: [SSH Session] session_id=\"7b04\" client_ip=\"192.0.2.7\" target_ip=\"192.0.2.20\" user=\"fornitore1\" device=\"srv1\" service=\"SSH\" account=\"root\" type=\"SESSION_DISCONNECTION\" duration=\"0:10:05\"",
        expect: &[
            ("event_action", "session_close"),
            ("user_name", "fornitore1"),
            ("user_target_name", "root"),
            ("source_ip", "192.0.2.7"),
            ("destination_ip", "192.0.2.20"),
            ("fields.session_id", "7b04"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a login is refused, the last quote missing",
        text: "[wabauth] action=\"authentify\" user=\"fornitore1\" client_ip=\"198.51.100.9\" status=\"failure\" infos=\"diagnostic [Authentication failed]",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "fornitore1"),
            ("source_ip", "198.51.100.9"),
            ("fields.reason", "wrong_credential"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "an account is added",
        text: "[wabaudit] action=\"add\" type=\"User\" object=\"manut\" user=\"admin\" client_ip=\"192.0.2.7\" infos=\"profile [user]\"",
        expect: &[
            ("event_action", "account_create"),
            ("user_name", "admin"),
            ("user_target_name", "manut"),
            ("source_ip", "192.0.2.7"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a process starts in a session, behind a header without priority",
        text: "2026-03-16T09:12:45+01:00 bastion1 rdpproxy 2211 - - [RDP Session] session_id=\"7b05\" client_ip=\"192.0.2.7\" target_ip=\"srv1.borgo.example\" user=\"fornitore1\" type=\"NEW_PROCESS\" command_line=\"regedit.exe /s x\"",
        expect: &[
            ("event_action", "process_start"),
            ("process_command_line", "regedit.exe /s x"),
            ("destination_domain", "srv1.borgo.example"),
            ("host_name", "bastion1"),
            ("timestamp", "2026-03-16T08:12:45.000000Z"),
        ],
        absent: &["destination_ip", "parse_error"],
    },
    Sample {
        about: "truncated: a line cut within its first value",
        text: "[SSH Session] session_id=\"182",
        expect: &[("parse_error", "expected [TAG] and key=\"value\" pairs")],
        absent: &["user_name", "event_outcome"],
    },
    Sample {
        about: "hostile: a title that imitates pairs moves no field",
        text: "[RDP Session] session_id=\"7b06\" client_ip=\"192.0.2.77\" user=\"fornitore1\" type=\"TITLE_BAR\" text=\"x\\\" client_ip=\\\"203.0.113.1\\\" user=\\\"root\"",
        expect: &[
            ("source_ip", "192.0.2.77"),
            ("user_name", "fornitore1"),
            ("event_action", "application_event"),
        ],
        absent: &["parse_error"],
    },
];
