//! Samples of audit logs, in words of our own.

use crate::format::Sample;

pub(super) const SAMPLES: &[Sample] = &[
    Sample {
        about: "a query",
        text: "20260316 09:12:44,db1,albo_rw,192.0.2.4,1234,5678,QUERY,albo,'select * from atti where id=1',0",
        expect: &[
            ("event_action", "query"),
            ("event_outcome", "success"),
            ("host_name", "db1"),
            ("user_name", "albo_rw"),
            ("source_ip", "192.0.2.4"),
            ("db_name", "albo"),
            ("db_statement", "select * from atti where id=1"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
        ],
        absent: &["event_code", "parse_error"],
    },
    Sample {
        about: "a login is refused",
        text: "20260316 09:12:45,db1,root,198.51.100.9,1235,0,FAILED_CONNECT,,,1045",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "root"),
            ("source_ip", "198.51.100.9"),
            ("event_code", "1045"),
            ("fields.reason", "wrong_credential"),
        ],
        absent: &["db_name", "parse_error"],
    },
    Sample {
        about: "a table is written, by syslog",
        text: "<134>Mar 16 09:12:46 db1 mysql-server_auditing:  db1,albo_rw,localhost,1234,5679,WRITE,albo,atti,",
        expect: &[
            ("event_action", "data_change"),
            ("event_outcome", "success"),
            ("fields.object_name", "atti"),
            ("fields.rhost", "localhost"),
        ],
        absent: &["source_ip", "parse_error"],
    },
    Sample {
        about: "an account is created",
        text: r"20260316 09:12:47,db1,root,localhost,1236,5680,QUERY,,'create user \'manut\'@\'%\' identified by *****',0",
        expect: &[("event_action", "account_create"), ("event_outcome", "success")],
        absent: &["parse_error", "db_name"],
    },
    Sample {
        about: "a connection, by Percona",
        text: r#"{"audit_record":{"name":"Connect","record":"4_2026-03-16T08:00:00","timestamp":"2026-03-16T08:12:44Z","connection_id":"51","status":1045,"user":"root","host":"","ip":"198.51.100.9","db":"albo"}}"#,
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "root"),
            ("source_ip", "198.51.100.9"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
        ],
        absent: &["parse_error", "time_guess"],
    },
    Sample {
        about: "a statement, by MySQL Enterprise",
        text: r#"{"timestamp":"2026-03-16 08:12:44","id":3,"class":"general","event":"status","connection_id":51,"account":{"user":"albo_rw","host":"localhost"},"login":{"user":"albo_rw","os":"","ip":"192.0.2.4","proxy":""},"general_data":{"command":"Query","sql_command":"drop_table","query":"DROP TABLE atti","status":1142}}"#,
        expect: &[
            ("event_action", "schema_change"),
            ("event_outcome", "failure"),
            ("db_statement", "DROP TABLE atti"),
            ("event_code", "1142"),
            ("source_ip", "192.0.2.4"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a connection, by Azure",
        text: r#"{"LogicalServerName":"srv1","time":"2026-03-16T08:12:44Z","category":"MySqlAuditLogs","operationName":"LogEvent","properties":{"event_class":"connection_log","event_subclass":"CONNECT","connection_id":51,"ip":"192.0.2.4","user":"albo_rw","db":"albo"}}"#,
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "success"),
            ("host_name", "srv1"),
            ("db_name", "albo"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: a query cut within its statement",
        text: "20260316 09:12:44,db1,albo_rw,192.0.2.4,1234,5678,QUERY,albo,'select * from atti whe",
        expect: &[("parse_error", "expected SERVER,USER,HOST,ID,QUERY,OPERATION,DATABASE,OBJECT,CODE")],
        absent: &["user_name", "event_outcome"],
    },
    Sample {
        about: "hostile: a user name that imitates a connection is an error, not a guess",
        text: "20260316 09:12:48,db1,root,203.0.113.1,1,0,CONNECT,x,192.0.2.77,1240,0,FAILED_CONNECT,,,1045",
        expect: &[("parse_error", "a name that imitates an operation")],
        absent: &["source_ip", "user_name", "event_outcome"],
    },
    Sample {
        about: "hostile: a statement that imitates an operation moves no field",
        text: "20260316 09:12:49,db1,app,192.0.2.4,1241,5681,QUERY,albo,'select \\'x,203.0.113.1,1,0,FAILED_CONNECT,,,1045\\'',0",
        expect: &[("event_action", "query"), ("user_name", "app"), ("source_ip", "192.0.2.4")],
        absent: &["event_code", "parse_error"],
    },
];
