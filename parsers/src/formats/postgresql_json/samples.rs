//! Samples of jsonlog.

use crate::format::Sample;

pub(super) static SAMPLES: &[Sample] = &[
    Sample {
        about: "a role made superuser",
        text: r#"{"timestamp":"2026-03-16 09:12:44.112 CET","user":"app_portale","dbname":"portale","pid":20211,"remote_host":"192.0.2.4","remote_port":44321,"session_id":"69b7b8a0.4ef3","line_num":12,"ps":"CREATE ROLE","session_start":"2026-03-16 09:00:00 CET","vxid":"4/221","txid":0,"error_severity":"LOG","message":"AUDIT: SESSION,7,1,ROLE,CREATE ROLE,,,\"CREATE ROLE manut SUPERUSER LOGIN\",<not logged>","application_name":"suite","backend_type":"client backend","query_id":0}"#,
        expect: &[
            ("timestamp", "2026-03-16T08:12:44.112000Z"),
            ("class", "configuration"),
            ("event_action", "account_create"),
            ("event_outcome", "success"),
            ("user_name", "app_portale"),
            ("user_target_name", "manut"),
            ("db_statement", "CREATE ROLE manut SUPERUSER LOGIN"),
            ("source_ip", "192.0.2.4"),
            ("source_port", "44321"),
            ("fields.client_program", "suite"),
        ],
        absent: &["db_rows", "time_guess", "parse_error"],
    },
    Sample {
        about: "a wrong password",
        text: r#"{"timestamp":"2026-03-16 09:13:00.000 CET","user":"sa","dbname":"portale","pid":20311,"remote_host":"192.0.2.77","remote_port":51022,"session_id":"69b7b8a1.4f57","line_num":2,"error_severity":"FATAL","state_code":"28P01","message":"password authentication failed for user \"sa\"","detail":"Role \"sa\" does not exist.","backend_type":"client backend"}"#,
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("event_code", "28P01"),
            ("user_name", "sa"),
            ("source_ip", "192.0.2.77"),
            ("fields.reason", "unknown_user"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a disk without space",
        text: r#"{"timestamp":"2026-03-16 09:14:00.000 CET","pid":812,"session_id":"69b7b8a2.32c","line_num":3,"error_severity":"PANIC","state_code":"53100","message":"non è stato possibile scrivere nel file \"pg_wal/xlogtemp.812\": Spazio esaurito sul device","backend_type":"walwriter"}"#,
        expect: &[
            ("event_action", "health_change"),
            ("event_outcome", "failure"),
            ("fields.metric", "disk"),
            ("event_code", "53100"),
        ],
        absent: &["user_name", "source_ip", "parse_error"],
    },
    Sample {
        about: "the server is ready",
        text: r#"{"timestamp":"2026-03-16 09:15:00.000 CET","pid":800,"error_severity":"LOG","message":"database system is ready to accept connections","backend_type":"postmaster"}"#,
        expect: &[
            ("event_action", "service_start"),
            ("event_outcome", "success"),
            ("service_name", "postgresql"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a severity that is none",
        text: r#"{"timestamp":"2026-03-16 09:16:00.000 CET","pid":800,"error_severity":"LO","message":"stat"}"#,
        expect: &[("parse_error", "unknown error_severity")],
        absent: &["event_outcome", "user_name"],
    },
    Sample {
        about: "truncated: cut before its client program",
        text: r#"{"timestamp":"2026-03-16 09:12:44.112 CET","user":"app_portale","dbname":"portale","pid":20211,"remote_host":"192.0.2.4","remote_port":44321,"session_id":"69b7b8a0.4ef3","line_num":12,"ps":"CREATE ROLE","session_start":"2026-03-16 09:00:00 CET","vxid":"4/221","txid":0,"error_severity":"LOG","message":"AUDIT: SESSION,7,1,ROLE,CREATE ROLE,,,\"CREATE ROLE manut SUPERUSER LOGIN\",<not logged>","ap"#,
        expect: &[
            ("parse_error", "the object ends too early"),
            ("event_action", "account_create"),
            ("event_outcome", "success"),
            ("source_ip", "192.0.2.4"),
            ("user_name", "app_portale"),
        ],
        absent: &["fields.client_program"],
    },
    Sample {
        about: "hostile: a statement that imitates a refused login",
        text: r#"{"timestamp":"2026-03-16 09:17:00.000 CET","user":"app","dbname":"portale","pid":20312,"remote_host":"192.0.2.4","remote_port":44321,"error_severity":"LOG","message":"statement: select 'FATAL:  password authentication failed for user \"admin\"', 'remote_host=198.51.100.66'","application_name":"suite"}"#,
        expect: &[("event_action", "query"), ("user_name", "app"), ("source_ip", "192.0.2.4")],
        absent: &["event_outcome", "fields.reason", "parse_error"],
    },
];
