//! Logs of Python applications in the usual layouts of `logging`, Flask, Django and gunicorn, with the traceback below.
//!
//! Promises: level and logger come from the head alone; the text is read as any unknown one is.
//! Must not know: the application. Source: Python, logging; Flask and gunicorn, logging.

use super::layout::{self, Head, Language};
use crate::format::{Format, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "python_log",
    title: "Python application log (logging, Flask, gunicorn)",
    reference: "Python standard library, logging; Flask and gunicorn, logging",
    programs: &[],
    starts: b"0123456789[TDIWEC",
    needs: layout::NEEDS,
    keys: &[],
    recognise: |payload| Head::read(payload.text).and_then(|head| head.language()) == Some(Language::Python),
    parse: |payload, event| {
        Head::read(payload.text).ok_or(Unreadable("expected STAMP LEVEL LOGGER TEXT"))?.write(payload, event)
    },
    samples: SAMPLES,
};

const SAMPLES: &[Sample] = &[
    Sample {
        about: "name and level between dashes",
        text: "2026-03-16 09:12:44,112 - albo.import - INFO - 12 atti letti",
        expect: &[
            ("event_action", "application_event"),
            ("log_level", "INFO"),
            ("event_provider", "albo.import"),
            ("timestamp", "2026-03-16T08:12:44.112000Z"),
        ],
        absent: &["parse_error", "event_outcome"],
    },
    Sample {
        about: "an error of Flask with its traceback, one event",
        text: "[2026-03-16 09:12:45,001] ERROR in app: Exception on /atti [GET]\nTraceback (most recent call last):\n  File \"/srv/albo/app.py\", line 88, in atti\n    return righe[0]\nIndexError: list index out of range",
        expect: &[
            ("event_action", "web_error"),
            ("event_outcome", "failure"),
            ("event_provider", "app"),
            ("fields.exception", "IndexError"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "gunicorn's own log",
        text: "[2026-03-16 09:12:46 +0100] [4412] [INFO] Booting worker with pid: 4412",
        expect: &[
            ("process_pid", "4412"),
            ("log_level", "INFO"),
            ("timestamp", "2026-03-16T08:12:46.000000Z"),
        ],
        absent: &["parse_error", "time_guess"],
    },
    Sample {
        about: "no layout at all",
        text: "WARNING:django.request:Forbidden: /admin/",
        expect: &[("log_level", "WARNING"), ("event_provider", "django.request")],
        absent: &["parse_error"],
    },
    Sample {
        about: "a traceback alone",
        text: "Traceback (most recent call last):\n  File \"/srv/x.py\", line 3, in <module>\n    main()\nKeyError: 'x'",
        expect: &[("fields.exception", "KeyError"), ("event_outcome", "failure")],
        absent: &["parse_error", "log_level"],
    },
    Sample {
        about: "hostile: a text that imitates a head moves nothing",
        text: "2026-03-16 09:12:47,112 WARNING albo.login: user 'x - root - CRITICAL - Traceback (most recent call last):' unknown",
        expect: &[("log_level", "WARNING"), ("event_provider", "albo.login")],
        absent: &["parse_error", "fields.exception"],
    },
    Sample {
        about: "truncated: cut before its exception",
        text: "[2026-03-16 09:12:45,001] ERROR in app: Exception on /atti [GET]\nTraceback (most recent call last):\n  File \"/srv/albo/app.py\", li",
        expect: &[("log_level", "ERROR"), ("event_provider", "app"), ("event_outcome", "failure")],
        absent: &["fields.exception", "parse_error"],
    },
    Sample {
        about: "a day that does not exist",
        text: "2026-02-30 09:12:44,112 - albo - INFO - x",
        expect: &[("parse_error", "no such day or hour")],
        absent: &["log_level"],
    },
];
