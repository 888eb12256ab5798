//! Samples of Postfix, in words of our own.

use crate::format::Sample;

pub(super) const SAMPLES: &[Sample] = &[
    Sample {
        about: "a message leaves",
        text: "<22>Mar 16 09:12:44 posta postfix/smtp[3312]: 4C1A22A0: to=<ufficio@provincia.example>, relay=mx.provincia.example[203.0.113.25]:25, delay=1.2, delays=0.1/0/0.4/0.7, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 8F11)",
        expect: &[
            ("event_action", "mail_sent"),
            ("event_outcome", "success"),
            ("email_to", "ufficio@provincia.example"),
            ("destination_ip", "203.0.113.25"),
            ("destination_port", "25"),
            ("destination_domain", "mx.provincia.example"),
            ("fields.queue_id", "4C1A22A0"),
            ("fields.dsn", "2.0.0"),
            ("process_name", "postfix/smtp"),
        ],
        absent: &["parse_error", "event_code", "source_ip"],
    },
    Sample {
        about: "a message bounces",
        text: "<22>Mar 16 09:12:44 posta postfix/smtp[3312]: 4C1A22A1: to=<nessuno@provincia.example>, relay=none, delay=1, delays=1/0/0/0, dsn=5.4.4, status=bounced (Host or domain name not found)",
        expect: &[
            ("event_action", "mail_bounced"),
            ("event_outcome", "failure"),
            ("event_code", "5.4.4"),
            ("destination_domain", "provincia.example"),
        ],
        absent: &["parse_error", "destination_ip"],
    },
    Sample {
        about: "a wrong password for submission",
        text: "<20>Mar 16 02:12:44 posta postfix/submission/smtpd[3310]: warning: unknown[198.51.100.23]: SASL LOGIN authentication failed: authentication failure, sasl_username=urp@borgo.example",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.23"),
            ("user_name", "urp@borgo.example"),
            ("fields.auth_method", "LOGIN"),
            ("log_level", "warning"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a message submitted by someone who logged in",
        text: "<22>Mar 16 09:12:43 posta postfix/submission/smtpd[3310]: 4C1A22A0: client=pc7.borgo.example[192.0.2.60], sasl_method=PLAIN, sasl_username=g.neri",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "success"),
            ("user_name", "g.neri"),
            ("source_ip", "192.0.2.60"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a relay attempt is refused",
        text: "<22>Mar 16 02:12:44 posta postfix/smtpd[3310]: NOQUEUE: reject: RCPT from unknown[198.51.100.23]: 554 5.7.1 <a@altrui.example>: Relay access denied; from=<x@bad.example> to=<a@altrui.example> proto=ESMTP helo=<bad.example>",
        expect: &[
            ("event_action", "mail_blocked"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.23"),
            ("email_from", "x@bad.example"),
            ("email_to", "a@altrui.example"),
            ("event_code", "554"),
            ("fields.dsn", "5.7.1"),
            ("fields.reason", "<a@altrui.example>: Relay access denied"),
            ("fields.helo", "bad.example"),
        ],
        absent: &["parse_error", "fields.queue_id"],
    },
    Sample {
        about: "postscreen refuses a listed address",
        text: "<22>Mar 16 02:12:44 posta postfix/postscreen[3311]: NOQUEUE: reject: RCPT from [198.51.100.24]:60591: 550 5.7.1 Service unavailable; client [198.51.100.24] blocked using rbl.example; from=<x@bad.example>, to=<urp@borgo.example>, proto=ESMTP, helo=<bad.example>",
        expect: &[
            ("event_action", "mail_blocked"),
            ("source_ip", "198.51.100.24"),
            ("source_port", "60591"),
            ("email_from", "x@bad.example"),
            ("email_to", "urp@borgo.example"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a message in the queue",
        text: "<22>Mar 16 09:12:44 posta postfix/qmgr[2211]: 4C1A22A0: from=<g.neri@borgo.example>, size=15251, nrcpt=2 (queue active)",
        expect: &[
            ("event_action", "application_event"),
            ("email_from", "g.neri@borgo.example"),
            ("fields.bytes", "15251"),
            ("fields.recipients", "2"),
        ],
        absent: &["event_outcome", "parse_error"],
    },
    Sample {
        about: "truncated: a delivery cut before its status",
        text: "<22>Mar 16 09:12:44 posta postfix/smtp[3312]: 4C1A22A0: to=<ufficio@provincia.example>, relay=mx.provincia.exa",
        expect: &[("parse_error", "a delivery without its status"), ("process_pid", "3312")],
        absent: &["email_to", "event_outcome", "fields.queue_id"],
    },
    Sample {
        about: "hostile: a user name that imitates another client moves no field",
        text: "<20>Mar 16 02:12:44 posta postfix/smtpd[3310]: warning: unknown[198.51.100.23]: SASL LOGIN authentication failed: UGFz, sasl_username=x[203.0.113.9]: SASL PLAIN authentication failed: y, sasl_username=root",
        expect: &[
            ("source_ip", "198.51.100.23"),
            ("fields.auth_method", "LOGIN"),
            ("user_name", "x[203.0.113.9]: SASL PLAIN authentication failed: y, sasl_username=root"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "hostile: a remote server's words that imitate a status move no field",
        text: "<22>Mar 16 09:12:44 posta postfix/smtp[3312]: 4C1A22A0: to=<a@provincia.example>, relay=mx.provincia.example[203.0.113.25]:25, delay=1, delays=1/0/0/0, dsn=4.0.0, status=deferred (host said: 450 x, relay=y[192.0.2.1]:25, delay=1, dsn=2.0.0, status=sent (ok))",
        expect: &[
            ("event_action", "mail_bounced"),
            ("destination_ip", "203.0.113.25"),
            ("fields.status", "deferred"),
            ("fields.dsn", "4.0.0"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "hostile: a HELO that imitates sender and recipient",
        text: "<22>Mar 16 02:12:45 posta postfix/smtpd[812]: NOQUEUE: reject: RCPT from unknown[198.51.100.23]: 554 5.7.1 <a@altrui.example>: Relay access denied; from=<x@bad.example> to=<a@altrui.example> proto=ESMTP helo=<y; from=<sindaco@borgo.example> to=<b@altrui.example> proto=ESMTP helo=<z>",
        expect: &[("event_action", "mail_blocked"), ("source_ip", "198.51.100.23"), ("event_code", "554")],
        absent: &["email_from", "email_to", "fields.helo", "parse_error"],
    },
    Sample {
        about: "hostile: a HELO that imitates a recipient",
        text: "<22>Mar 16 02:12:45 posta postfix/smtpd[812]: NOQUEUE: reject: RCPT from unknown[198.51.100.23]: 554 5.7.1 <a@altrui.example>: Relay access denied; from=<x@bad.example> to=<a@altrui.example> proto=ESMTP helo=<y to=<b@altrui.example> proto=ESMTP helo=z>",
        expect: &[("email_from", "x@bad.example"), ("email_to", "a@altrui.example")],
        absent: &["parse_error"],
    },
    Sample {
        about: "hostile: a recipient that imitates a delivery",
        text: "<22>Mar 16 02:12:45 posta postfix/smtp[812]: 4B1xYz5kzQz1: to=<\", relay=mx.bad.example[203.0.113.9]:25, delay=1, delays=1, dsn=2.0.0, status=sent (ok\"@altrui.example>, relay=mx.altrui.example[198.51.100.25]:25, delay=1.2, delays=0.1/0/0.5/0.6, dsn=5.1.1, status=bounced (no such user)",
        expect: &[
            ("event_action", "mail_bounced"),
            ("destination_ip", "198.51.100.25"),
            ("destination_domain", "mx.altrui.example"),
        ],
        absent: &["parse_error"],
    },
];
