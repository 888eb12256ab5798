//! Samples of csvlog.

use crate::format::Sample;

pub(super) static SAMPLES: &[Sample] = &[
    Sample {
        about: "pgaudit: a statement with quotes and a comma",
        text: r#"2026-03-16 09:12:44.112 CET,"app_anagrafe","anagrafe",20211,"192.0.2.4:44321",69b7b8a0.4ef3,12,"SELECT",2026-03-16 09:00:00 CET,4/221,0,LOG,00000,"AUDIT: SESSION,7,1,READ,SELECT,TABLE,public.persone,""select """"Nome"""", cf from public.persone"",<not logged>,33",,,,,,,,,"anagrafe-web","client backend",,0"#,
        expect: &[
            ("timestamp", "2026-03-16T08:12:44.112000Z"),
            ("event_action", "query"),
            ("event_outcome", "success"),
            ("user_name", "app_anagrafe"),
            ("db_name", "anagrafe"),
            ("process_pid", "20211"),
            ("source_ip", "192.0.2.4"),
            ("source_port", "44321"),
            ("db_statement", r#"select "Nome", cf from public.persone"#),
            ("db_rows", "33"),
            ("fields.client_program", "anagrafe-web"),
            ("fields.session_id", "69b7b8a0.4ef3"),
        ],
        absent: &["event_code", "time_guess", "parse_error"],
    },
    Sample {
        about: "a wrong password of a role that does not exist",
        text: r#"2026-03-16 09:13:00.000 CET,"root","root",20311,"192.0.2.90:51022",69b7b8a1.4f57,2,"authentication",2026-03-16 09:13:00 CET,5/12,0,FATAL,28P01,"password authentication failed for user ""root""","Role ""root"" does not exist.
Connection matched pg_hba.conf line 80: ""host all all all scram-sha-256""",,,,,,,,"","client backend",,0"#,
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("event_code", "28P01"),
            ("user_name", "root"),
            ("fields.reason", "unknown_user"),
        ],
        absent: &["fields.client_program", "parse_error"],
    },
    Sample {
        about: "an error and its statement",
        text: r#"2026-03-16 09:13:10.000 CET,"app","portale",20312,"2001:db8::4:44322",69b7b8a2.4f58,9,"SELECT",2026-03-16 09:00:00 CET,4/9,0,ERRORE,42P01,"la relazione ""utenti"" non esiste",,,,,,"select * from utenti where id = '1' or '1'='1'",15,,"suite","client backend",,0"#,
        expect: &[
            ("event_action", "db_error"),
            ("event_code", "42P01"),
            ("source_ip", "2001:db8::4"),
            ("db_statement", "select * from utenti where id = '1' or '1'='1'"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "an end of session",
        text: r#"2026-03-16 09:13:20.000 CET,"lbianchi","anagrafe",20313,"192.0.2.31:50122",69b7b8a3.4f59,7,"idle",2026-03-16 09:00:00 CET,,0,LOG,00000,"disconnection: session time: 0:13:20.100 user=lbianchi database=anagrafe host=192.0.2.31 port=50122",,,,,,,,,"psql","client backend",,0"#,
        expect: &[
            ("event_action", "session_close"),
            ("user_name", "lbianchi"),
            ("fields.duration", "0:13:20.100"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: a row cut within its message",
        text: r#"2026-03-16 09:13:30.000 CET,"app","portale",20314,"192.0.2.4:44321",69b7b8a4.4f60,3,"INSERT",2026-03-16 09:00:00 CET,4/10,0,LOG,00000,"statement: insert into pratiche values ('"#,
        expect: &[("parse_error", "the row is cut")],
        absent: &["db_statement", "user_name"],
    },
    Sample {
        about: "hostile: a statement that imitates further columns",
        text: r#"2026-03-16 09:13:40.000 CET,"app","portale",20315,"192.0.2.4:44321",69b7b8a5.4f61,4,"SELECT",2026-03-16 09:00:00 CET,4/11,0,LOG,00000,"statement: select '"",""admin"",""198.51.100.66:1"",FATAL,28P01,""password authentication failed for user ""admin'",,,,,,,,,"suite","client backend",,0"#,
        expect: &[
            ("event_action", "query"),
            ("user_name", "app"),
            ("source_ip", "192.0.2.4"),
            ("fields.client_program", "suite"),
        ],
        absent: &["event_outcome", "event_code", "parse_error"],
    },
];
