//! Samples of the text log.

use crate::format::Sample;

pub(super) static SAMPLES: &[Sample] = &[
    Sample {
        about: "a wrong password, prefix '%m [%p] %u@%d '",
        text: r#"2026-03-16 09:12:44.112 CET [20211] app_albo@albo FATAL:  password authentication failed for user "app_albo""#,
        expect: &[
            ("timestamp", "2026-03-16T08:12:44.112000Z"),
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "app_albo"),
            ("db_name", "albo"),
            ("process_pid", "20211"),
            ("log_level", "FATAL"),
            ("observer_product", "PostgreSQL"),
            ("fields.reason", "wrong_credential"),
            ("fields.auth_method", "password"),
        ],
        absent: &["time_guess", "source_ip", "parse_error"],
    },
    Sample {
        about: "the same in Italian, address in front",
        text: r#"192.0.2.90 2026-03-16 09:12:45.000 UTC [20212] mrossi@anagrafe FATALE:  autenticazione con password fallita per l'utente "mrossi""#,
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "mrossi"),
            ("source_ip", "192.0.2.90"),
            ("fields.auth_method", "password"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "pgaudit with rows behind key=value",
        text: r#"2026-03-16 09:12:46.000 CET [20213] user=lbianchi,db=anagrafe,app=DBeaver 24 - Main,client=192.0.2.31 LOG:  AUDIT: SESSION,7,1,READ,SELECT,TABLE,public.persone,"select nome, cognome from public.persone where cognome like 'ROS%'",<not logged>,1822"#,
        expect: &[
            ("class", "database"),
            ("event_action", "query"),
            ("event_outcome", "success"),
            ("user_name", "lbianchi"),
            ("db_name", "anagrafe"),
            ("source_ip", "192.0.2.31"),
            ("db_rows", "1822"),
            ("db_statement", "select nome, cognome from public.persone where cognome like 'ROS%'"),
            ("fields.client_program", "DBeaver 24 - Main"),
            ("fields.object_name", "public.persone"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a connection, prefix '%t:%r:%u@%d:[%p]:' with an IPv6 client",
        text: "2026-03-16 08:12:47 UTC:2001:db8::7(51022):lbianchi@anagrafe:[20214]:LOG:  connection authorized: user=lbianchi database=anagrafe application_name=psql SSL enabled (protocol=TLSv1.3, cipher=TLS_AES_256_GCM_SHA384, bits=256)",
        expect: &[
            ("event_action", "db_connect"),
            ("event_outcome", "success"),
            ("source_ip", "2001:db8::7"),
            ("source_port", "51022"),
            ("process_pid", "20214"),
            ("tls_version", "TLSv1.3"),
            ("fields.client_program", "psql"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "an error with its SQLSTATE, through syslog",
        text: r#"<131>Mar 16 09:12:48 srv-db postgres[20215]: [7-1] user=app,db=portale,app=suite,client=192.0.2.4,sqlstate=42601 ERROR:  syntax error at or near "UNION" at character 61"#,
        expect: &[
            ("event_action", "db_error"),
            ("event_outcome", "failure"),
            ("event_code", "42601"),
            ("host_name", "srv-db"),
            ("process_pid", "20215"),
            ("db_name", "portale"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a copy out of the database",
        text: "2026-03-16 09:12:49.000 CET [20216] user=forn2,db=anagrafe,app=pg_dump,client=192.0.2.90 LOG:  duration: 8120.112 ms  statement: COPY public.persone (id, nome) TO stdout;",
        expect: &[
            ("event_action", "export"),
            ("event_outcome", "success"),
            ("db_statement", "COPY public.persone (id, nome) TO stdout;"),
        ],
        absent: &["db_rows", "parse_error"],
    },
    Sample {
        about: "logging of statements is switched off",
        text: "2026-03-16 09:12:50.000 CET [20217] LOG:  il parametro \"log_statement\" è stato modificato a \"none\"",
        expect: &[
            ("event_action", "audit_disable"),
            ("fields.cfg_path", "log_statement"),
            ("fields.new", "none"),
        ],
        absent: &["user_name", "parse_error"],
    },
    Sample {
        about: "truncated: a line that ends at its level",
        text: "2026-03-16 09:12:51.000 CET [20218] app@albo LOG:  ",
        expect: &[("parse_error", "a level without a message")],
        absent: &["event_outcome", "db_name"],
    },
    Sample {
        about: "hostile: a user name that imitates the end of the message and another address",
        text: r#"2026-03-16 09:12:52.000 CET [20219] FATAL:  no pg_hba.conf entry for host "192.0.2.9", user "x", database "y", no encryption LOG:  connection authorized: user=admin", database "anagrafe", no encryption"#,
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("source_ip", "192.0.2.9"),
            ("db_name", "anagrafe"),
            ("fields.reason", "not_allowed"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "hostile: a refused name that holds an address, in the prefix too",
        text: "2026-03-16 09:12:44.112 CET [20211] x 203.0.113.9 y@albo FATAL:  password authentication failed for user \"x 203.0.113.9 y\"",
        expect: &[("event_action", "login"), ("event_outcome", "failure"), ("user_name", "x 203.0.113.9 y")],
        absent: &["source_ip", "parse_error"],
    },
];
