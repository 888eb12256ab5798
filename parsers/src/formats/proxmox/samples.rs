//! Samples of Proxmox, in words of our own.

use crate::format::Sample;

pub(super) const SAMPLES: &[Sample] = &[
    Sample {
        about: "a login is refused",
        text: "<37>Mar 16 09:12:44 pve1 pvedaemon[2211]: authentication failure; rhost=::ffff:198.51.100.9 user=averdi@pve msg=no such user ('averdi@pve')",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "averdi"),
            ("user_domain", "pve"),
            ("source_ip", "198.51.100.9"),
            ("fields.reason", "unknown_user"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a machine is stopped",
        text: "<30>Mar 16 02:41:55 pve1 pvedaemon[2211]: <root@pam> end task UPID:pve1:00001E21:0A1B2C3D:67D6F1A3:qmstop:104:root@pam: OK",
        expect: &[
            ("event_action", "vm_power_off"),
            ("event_outcome", "success"),
            ("user_name", "root"),
            ("user_domain", "pam"),
            ("fields.vm", "104"),
            ("fields.operation", "stop"),
        ],
        absent: &["parse_error", "fields.reason"],
    },
    Sample {
        about: "old backups go by the retention of their job",
        text: "<30>Mar 16 03:10:55 pve1 pvescheduler[2212]: end task UPID:pve1:00001E22:0A1B2C3E:67D6F1A4:prunejob:copie:root@pam: OK",
        expect: &[
            ("event_action", "backup_delete"),
            ("event_outcome", "success"),
            ("fields.reason", "retention"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a backup fails",
        text: "<27>Mar 16 03:00:55 pve1 pvescheduler[2212]: ERROR: Backup of VM 104 failed - no space left",
        expect: &[
            ("event_action", "backup_end"),
            ("event_outcome", "failure"),
            ("fields.vm", "104"),
            ("fields.reason", "no space left"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a login is refused, by Backup Server",
        text: "2026-03-16T09:12:45+01:00: authentication failure; rhost=[2001:db8::9]:50211 user=root@pbs msg=user account disabled or expired.",
        expect: &[
            ("event_outcome", "failure"),
            ("source_ip", "2001:db8::9"),
            ("source_port", "50211"),
            ("fields.reason", "account_disabled"),
            ("timestamp", "2026-03-16T08:12:45.000000Z"),
        ],
        absent: &["parse_error", "time_guess"],
    },
    Sample {
        about: "a request to the API",
        text: "::ffff:192.0.2.7 - root@pam [16/03/2026:09:12:46 +0100] \"POST /api2/json/nodes/pve1/qemu/104/status/stop HTTP/1.1\" 200 84",
        expect: &[
            ("event_action", "http_request"),
            ("source_ip", "192.0.2.7"),
            ("user_name", "root"),
            ("http_request_method", "POST"),
            ("url_path", "/api2/json/nodes/pve1/qemu/104/status/stop"),
            ("http_response_status_code", "200"),
            ("timestamp", "2026-03-16T08:12:46.000000Z"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: a refusal cut before its reason",
        text: "<37>Mar 16 09:12:44 pve1 pvedaemon[2211]: authentication failure; rhost=198.51.100.9 user=aver",
        expect: &[("parse_error", "expected rhost, user and msg")],
        absent: &["source_ip", "user_name", "event_outcome"],
    },
    Sample {
        about: "hostile: a user name that imitates a client moves no field",
        text: "<37>Mar 16 09:12:47 pve1 pvedaemon[2211]: authentication failure; rhost=192.0.2.77 user=x rhost=203.0.113.1 user=root@pam msg=no such user ('x rhost=203.0.113.1 user=root@pam')",
        expect: &[
            ("source_ip", "192.0.2.77"),
            ("user_name", "x rhost=203.0.113.1 user=root"),
            ("event_outcome", "failure"),
        ],
        absent: &["parse_error"],
    },
];
