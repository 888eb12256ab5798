//! Samples of MongoDB, in words of our own.

use crate::format::Sample;

pub(super) const SAMPLES: &[Sample] = &[
    Sample {
        about: "a login is refused",
        text: r#"{"t":{"$date":"2026-03-16T09:12:44.112+01:00"},"s":"I","c":"ACCESS","id":20249,"ctx":"conn51","msg":"Authentication failed","attr":{"mechanism":"SCRAM-SHA-256","principalName":"app_albo","authenticationDatabase":"admin","client":"198.51.100.9:51022","result":"AuthenticationFailed: SCRAM authentication failed, storedKey mismatch","error":"AuthenticationFailed: x"}}"#,
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "app_albo"),
            ("db_name", "admin"),
            ("source_ip", "198.51.100.9"),
            ("source_port", "51022"),
            ("event_code", "20249"),
            ("fields.reason", "wrong_credential"),
            ("timestamp", "2026-03-16T08:12:44.112000Z"),
        ],
        absent: &["parse_error", "time_guess"],
    },
    Sample {
        about: "a slow query",
        text: r#"{"t":{"$date":"2026-03-16T08:12:44.112Z"},"s":"I","c":"COMMAND","id":51803,"ctx":"conn51","msg":"Slow query","attr":{"type":"command","ns":"albo.atti","appName":"albo-web","command":{"find":"atti","filter":{"anno":2026},"$db":"albo"},"nreturned":811,"remote":"192.0.2.4:40000","durationMillis":812}}"#,
        expect: &[
            ("event_action", "query"),
            ("db_name", "albo"),
            ("db_rows", "811"),
            ("fields.object_name", "atti"),
            ("source_ip", "192.0.2.4"),
            ("fields.client_program", "albo-web"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a login, in the text log",
        text: "2026-03-16T09:12:45.112+0100 I ACCESS   [conn52] Successfully authenticated as principal app_albo on admin from client 192.0.2.4:40001",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "success"),
            ("user_name", "app_albo"),
            ("db_name", "admin"),
            ("source_ip", "192.0.2.4"),
            ("event_provider", "ACCESS"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "an account is created, in the audit log",
        text: r#"{ "atype" : "createUser", "ts" : { "$date" : "2026-03-16T09:12:46.112+01:00" }, "local" : { "ip" : "192.0.2.20", "port" : 27017 }, "remote" : { "ip" : "192.0.2.4", "port" : 40002 }, "users" : [ { "user" : "admin", "db" : "admin" } ], "roles" : [], "param" : { "user" : "manut", "db" : "albo" }, "result" : 0 }"#,
        expect: &[
            ("event_action", "account_create"),
            ("event_outcome", "success"),
            ("user_name", "admin"),
            ("user_target_name", "manut"),
            ("source_ip", "192.0.2.4"),
            ("destination_port", "27017"),
        ],
        absent: &["parse_error", "event_code"],
    },
    Sample {
        about: "a date that is cut",
        text: r#"{"t":{"$date":"2026-03-16T0"},"s":"I","c":"ACCESS","id":20249,"ctx":"conn51","msg":"Authentication failed","attr":{}}"#,
        expect: &[("parse_error", "a $date that is no time")],
        absent: &["event_outcome", "event_code"],
    },
    Sample {
        about: "truncated: cut before its user",
        text: r#"{"t":{"$date":"2026-03-16T09:12:44.112+01:00"},"s":"I","c":"ACCESS","id":20249,"ctx":"conn51","msg":"Authentication failed","attr":{"mechanism":"SCRAM-SHA-256","pri"#,
        expect: &[
            ("parse_error", "the object ends too early"),
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("timestamp", "2026-03-16T08:12:44.112000Z"),
            ("event_code", "20249"),
        ],
        absent: &["user_name", "db_name", "source_ip", "source_port"],
    },
    Sample {
        about: "hostile: a user name that imitates a client moves no field",
        text: "2026-03-16T09:12:47.112+0100 I ACCESS   [conn53] SCRAM-SHA-1 authentication failed for x on admin from client 203.0.113.1:1 on albo from client 192.0.2.77:40003 ; UserNotFound: Could not find user",
        expect: &[
            ("event_outcome", "failure"),
            ("source_ip", "192.0.2.77"),
            ("db_name", "albo"),
            ("fields.reason", "unknown_user"),
        ],
        absent: &["parse_error"],
    },
];
