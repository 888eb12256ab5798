//! Samples of Oracle's audit, in words of our own.

use crate::format::Sample;

pub(super) const SAMPLES: &[Sample] = &[
    Sample {
        about: "a table is read, with lengths",
        text: r#"<142>Mar 16 09:12:44 ora1 Oracle Audit[2211]: LENGTH: "211" SESSIONID:[8] "11223344" ENTRYID:[1] "7" STATEMENT:[2] "12" USERID:[7] "ANAGRAF" USERHOST:[8] "PC-ANAG2" TERMINAL:[8] "PC-ANAG2" ACTION:[1] "3" RETURNCODE:[1] "0" OBJ$CREATOR:[7] "ANAGRAF" OBJ$NAME:[7] "PERSONE" OS$USERID:[6] "averdi""#,
        expect: &[
            ("event_action", "query"),
            ("event_outcome", "success"),
            ("user_name", "ANAGRAF"),
            ("fields.client_host", "PC-ANAG2"),
            ("fields.os_user", "averdi"),
            ("fields.object_name", "PERSONE"),
        ],
        absent: &["event_code", "parse_error", "source_ip"],
    },
    Sample {
        about: "a login is refused, with the client's address",
        text: r#"LENGTH: "301" SESSIONID:[4] "1122" ENTRYID:[1] "1" STATEMENT:[1] "1" USERID:[6] "SYSTEM" USERHOST:[3] "pc7" ACTION:[3] "100" RETURNCODE:[4] "1017" COMMENT$TEXT:[99] "Authenticated by: DATABASE; Client address: (ADDRESS=(PROTOCOL=tcp)(HOST=198.51.100.9)(PORT=51022))" OS$USERID:[4] "root""#,
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "SYSTEM"),
            ("source_ip", "198.51.100.9"),
            ("source_port", "51022"),
            ("event_code", "1017"),
            ("fields.reason", "wrong_credential"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "SYS connects",
        text: "LENGTH : '160' ACTION :[7] 'CONNECT' DATABASE USER:[1] '/' PRIVILEGE :[6] 'SYSDBA' CLIENT USER:[6] 'oracle' CLIENT TERMINAL:[5] 'pts/1' STATUS:[1] '0' DBID:[10] '1234567890'",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "success"),
            ("fields.privilege", "SYSDBA"),
            ("fields.os_user", "oracle"),
        ],
        absent: &["user_name", "parse_error"],
    },
    Sample {
        about: "a unified record",
        text: r#"<14>Mar 16 09:12:44 ora1 Oracle Unified Audit[2211]: LENGTH: '201' TYPE:"4" DBID:"1234567890" SESID:"11223344" CLIENTID:"" ENTRYID:"3" STMTID:"9" DBUSER:"SYSTEM" CURUSER:"SYSTEM" ACTION:"53" RETCODE:"0" SCHEMA:"" OBJNAME:"MANUT""#,
        expect: &[
            ("event_action", "account_delete"),
            ("event_outcome", "success"),
            ("user_name", "SYSTEM"),
            ("fields.object_name", "MANUT"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: a record cut within a value",
        text: r#"LENGTH: "301" SESSIONID:[4] "1122" ENTRYID:[1] "1" USERID:[6] "SYS"#,
        expect: &[("parse_error", "expected KEY:[LENGTH] \"VALUE\" to the end")],
        absent: &["user_name", "fields.session_id"],
    },
    Sample {
        about: "hostile: an object that imitates a pair moves no field",
        text: r#"LENGTH: "211" SESSIONID:[8] "11223344" USERID:[3] "APP" ACTION:[1] "3" RETURNCODE:[3] "942" OBJ$NAME:[28] "x" USERID:[3] "SYS" ACTION:[" OS$USERID:[6] "averdi""#,
        expect: &[("user_name", "APP"), ("event_outcome", "failure"), ("fields.os_user", "averdi")],
        absent: &["parse_error"],
    },
];
