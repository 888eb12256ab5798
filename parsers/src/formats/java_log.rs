//! Logs of Java applications in the usual layouts of Log4j, Logback, Spring Boot and JBoss, with the stack trace below.
//!
//! Promises: level and logger or thread come from the head alone; the text is read as any unknown one is.
//! Must not know: the application. Source: Log4j 2 and Logback, pattern layouts; Spring Boot, logging.

use super::layout::{self, Head, Language};
use crate::format::{Format, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "java_log",
    title: "Java application log (Log4j, Logback, Spring Boot, java.util.logging)",
    reference: "Log4j 2 and Logback, pattern layouts; Spring Boot, logging; java.util.logging.SimpleFormatter",
    programs: &[],
    // Months too, in English and Italian.
    starts: b"0123456789[EJFMASONDgfmalsond",
    needs: layout::NEEDS,
    keys: &[],
    recognise: |payload| Head::read(payload.text).and_then(|head| head.language()) == Some(Language::Java),
    parse: |payload, event| {
        Head::read(payload.text)
            .ok_or(Unreadable("expected STAMP LEVEL [THREAD] LOGGER TEXT"))?
            .write(payload, event)
    },
    samples: SAMPLES,
};

const SAMPLES: &[Sample] = &[
    Sample {
        about: "Log4j's usual layout",
        text: "2026-03-16 09:12:44,112 INFO  [http-nio-8080-exec-3] it.borgo.protocollo.Registro - Documento 2026/117 protocollato",
        expect: &[
            ("event_action", "application_event"),
            ("log_level", "INFO"),
            ("event_provider", "it.borgo.protocollo.Registro"),
            ("fields.thread", "http-nio-8080-exec-3"),
            ("timestamp", "2026-03-16T08:12:44.112000Z"),
        ],
        absent: &["parse_error", "event_outcome", "fields.exception"],
    },
    Sample {
        about: "an error with its stack trace and cause, one event",
        text: "2026-03-16 09:12:45.001 ERROR [scheduler-1] i.b.tributi.RuoloService - Calcolo fallito\njava.lang.IllegalStateException: nessuna tariffa\n\tat it.borgo.tributi.RuoloService.calcola(RuoloService.java:88)\n\t... 12 more\nCaused by: java.sql.SQLException: connection refused\n\tat it.borgo.Db.apri(Db.java:12)",
        expect: &[
            ("event_action", "web_error"),
            ("event_outcome", "failure"),
            ("fields.exception", "java.lang.IllegalStateException"),
            ("fields.cause", "java.sql.SQLException"),
            ("event_provider", "i.b.tributi.RuoloService"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "Spring Boot, with process id and zone",
        text: "2026-03-16T09:12:46.112+01:00  WARN 4412 --- [portale] [  main] o.s.b.a.SecurityConfig                  : Using generated security password",
        expect: &[
            ("process_pid", "4412"),
            ("log_level", "WARN"),
            ("event_provider", "o.s.b.a.SecurityConfig"),
            ("timestamp", "2026-03-16T08:12:46.112000Z"),
        ],
        absent: &["parse_error", "time_guess"],
    },
    Sample {
        about: "JBoss, the logger in brackets and the thread in parentheses",
        text: "2026-03-16 09:12:47,112 ERROR [org.jboss.as.controller] (ServerService Thread Pool -- 7) WFLYCTL0013: Operation failed",
        expect: &[
            ("event_provider", "org.jboss.as.controller"),
            ("fields.thread", "ServerService Thread Pool -- 7"),
            ("event_outcome", "failure"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "java.util.logging: two lines and a trace, one event",
        text: "Mar 16, 2026 9:12:44 PM it.borgo.archivio.Fascicoli apri\nSEVERE: Archivio non raggiungibile\njava.io.IOException: refused\n\tat it.borgo.archivio.Fascicoli.apri(Fascicoli.java:88)\nCaused by: java.net.ConnectException: refused\n\t... 3 more",
        expect: &[
            ("event_action", "web_error"),
            ("event_outcome", "failure"),
            ("log_level", "SEVERE"),
            ("event_provider", "it.borgo.archivio.Fascicoli"),
            ("fields.exception", "java.io.IOException"),
            ("fields.cause", "java.net.ConnectException"),
            ("timestamp", "2026-03-16T20:12:44.000000Z"),
        ],
        absent: &["parse_error", "host_name", "process_name"],
    },
    Sample {
        about: "java.util.logging in Italian, without a package, at midnight",
        text: "mar 16, 2026 12:12:44 AM Fascicoli chiudi\nINFORMAZIONI: chiuso",
        expect: &[
            ("event_action", "application_event"),
            ("log_level", "INFORMAZIONI"),
            ("event_provider", "Fascicoli"),
            ("timestamp", "2026-03-15T23:12:44.000000Z"),
        ],
        absent: &["parse_error", "event_outcome", "host_name"],
    },
    Sample {
        about: "hostile: a text that imitates a head and a trace moves nothing",
        text: "2026-03-16 09:12:48,112 WARN  [exec-1] it.borgo.Login - user \"x] ERROR [main] a.b.C - y Caused by: z.Exception: w\" unknown",
        expect: &[("log_level", "WARN"), ("fields.thread", "exec-1"), ("event_provider", "it.borgo.Login")],
        absent: &["parse_error", "fields.exception", "fields.cause"],
    },
    Sample {
        about: "truncated: cut before its logger",
        text: "2026-03-16 09:12:44,112 INFO  [http-nio-8080-exec-3] i",
        expect: &[
            ("event_action", "application_event"),
            ("timestamp", "2026-03-16T08:12:44.112000Z"),
            ("log_level", "INFO"),
            ("fields.thread", "http-nio-8080-exec-3"),
        ],
        absent: &["event_provider", "parse_error"],
    },
    Sample {
        about: "a day that does not exist",
        text: "2026-02-30 09:12:44,112 INFO  [main] it.borgo.App - avvio",
        expect: &[("parse_error", "no such day or hour")],
        absent: &["log_level", "event_provider"],
    },
];
