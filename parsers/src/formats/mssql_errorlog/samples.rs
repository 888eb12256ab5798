//! Samples of ERRORLOG, in words of our own.

use crate::format::Sample;

pub(super) const SAMPLES: &[Sample] = &[
    Sample {
        about: "a wrong password",
        text: "2026-03-16 09:12:44.11 Logon       Login failed for user 'app_tributi'. Reason: Password did not match that for the login provided. [CLIENT: 192.0.2.77]",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "app_tributi"),
            ("source_ip", "192.0.2.77"),
            ("event_code", "18456"),
            ("fields.reason", "wrong_credential"),
            ("timestamp", "2026-03-16T08:12:44.110000Z"),
        ],
        absent: &["parse_error", "db_name"],
    },
    Sample {
        about: "a login is refused, in Italian",
        text: "2026-03-16 09:12:45.20 Accesso     Accesso non riuscito per l'utente 'BORGO\\averdi'. Motivo: impossibile trovare un account di accesso corrispondente al nome specificato. [CLIENT: 192.0.2.78]",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "averdi"),
            ("user_domain", "BORGO"),
            ("source_ip", "192.0.2.78"),
            ("fields.reason", "unknown_user"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a login with Windows authentication",
        text: "2026-03-16 09:13:00.01 Logon       Login succeeded for user 'BORGO\\svc_urp'. Connection made using Windows authentication. [CLIENT: <local machine>]",
        expect: &[
            ("event_outcome", "success"),
            ("user_name", "svc_urp"),
            ("event_code", "18453"),
            ("fields.auth_method", "windows"),
            ("fields.rhost", "<local machine>"),
        ],
        absent: &["source_ip", "parse_error"],
    },
    Sample {
        about: "the number of an error, in Italian",
        text: "2026-03-16 09:12:45.20 Accesso     Errore: 18456, gravità: 14, stato: 5.",
        expect: &[
            ("event_action", "db_error"),
            ("event_outcome", "failure"),
            ("event_code", "18456"),
            ("fields.severity", "14"),
            ("fields.state", "5"),
        ],
        absent: &["user_name", "parse_error"],
    },
    Sample {
        about: "a database is backed up",
        text: "2026-03-16 23:00:02.55 Backup      Database backed up. Database: ANAGRAFE, creation date(time): 2024/01/02(10:00:00), pages dumped: 811, first LSN: 1:2:3, last LSN: 1:2:4, number of dump devices: 1.",
        expect: &[("event_action", "backup_end"), ("event_outcome", "success"), ("db_name", "ANAGRAFE")],
        absent: &["parse_error"],
    },
    Sample {
        about: "a backup fails",
        text: "2026-03-16 23:00:03.55 Backup      BACKUP failed to complete the command BACKUP DATABASE TRIBUTI. Check the backup application log for detailed messages.",
        expect: &[
            ("event_action", "backup_end"),
            ("event_outcome", "failure"),
            ("db_name", "TRIBUTI"),
            ("event_code", "3041"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a dangerous option is switched on",
        text: "2026-03-16 02:10:03.55 spid57      Configuration option 'xp_cmdshell' changed from 0 to 1. Run the RECONFIGURE statement to install.",
        expect: &[
            ("event_action", "config_change"),
            ("fields.cfg_path", "xp_cmdshell"),
            ("fields.old", "0"),
            ("fields.new", "1"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: a refusal cut before its client",
        text: "2026-03-16 09:12:44.11 Logon       Login failed for user 'app_tributi'. Reason: Password did not match that for the lo",
        expect: &[("parse_error", "expected USER, a reason and [CLIENT: ADDRESS]")],
        absent: &["user_name", "event_outcome", "source_ip"],
    },
    Sample {
        about: "hostile: a user name that imitates a client moves no field",
        text: "2026-03-16 09:12:46.11 Logon       Login failed for user 'x'. Reason: Could not find a login matching the name provided. [CLIENT: 203.0.113.1]'. Reason: Password did not match that for the login provided. [CLIENT: 192.0.2.77]",
        expect: &[
            ("source_ip", "192.0.2.77"),
            (
                "user_name",
                "x'. Reason: Could not find a login matching the name provided. [CLIENT: 203.0.113.1]",
            ),
            ("fields.reason", "wrong_credential"),
        ],
        absent: &["parse_error"],
    },
];
