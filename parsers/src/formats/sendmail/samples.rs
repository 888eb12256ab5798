//! Samples of Sendmail, in words of our own.

use crate::format::Sample;

pub(super) const SAMPLES: &[Sample] = &[
    Sample {
        about: "a message comes in",
        text: "<22>Mar 16 09:12:44 posta sm-mta[3310]: 62G8Ci1A003310: from=<ditta@fornitore.example>, size=4211, class=0, nrcpts=2, msgid=<a, relay=x [203.0.113.1]@fornitore.example>, proto=ESMTPS, daemon=MTA, relay=mx.fornitore.example [203.0.113.25]",
        expect: &[
            ("event_action", "mail_received"),
            ("event_outcome", "success"),
            ("email_from", "ditta@fornitore.example"),
            ("source_ip", "203.0.113.25"),
            ("fields.rhost", "mx.fornitore.example"),
            ("fields.queue_id", "62G8Ci1A003310"),
            ("fields.bytes", "4211"),
        ],
        absent: &["parse_error", "user_name"],
    },
    Sample {
        about: "a message leaves for two",
        text: "<22>Mar 16 09:12:45 posta sendmail[3312]: 62G8Ci1A003310: to=<a@provincia.example>,<b@provincia.example>, ctladdr=<urp@borgo.example> (1001/1001), delay=00:00:01, xdelay=00:00:01, mailer=esmtp, pri=120417, relay=mx.provincia.example. [203.0.113.26], dsn=2.0.0, stat=Sent (Ok: queued as 8F11)",
        expect: &[
            ("event_action", "mail_sent"),
            ("event_outcome", "success"),
            ("email_to", "a@provincia.example,b@provincia.example"),
            ("email_from", "urp@borgo.example"),
            ("destination_ip", "203.0.113.26"),
            ("destination_domain", "mx.provincia.example"),
            ("fields.dsn", "2.0.0"),
        ],
        absent: &["parse_error", "source_ip", "event_code"],
    },
    Sample {
        about: "a delivery is put off",
        text: "<22>Mar 16 09:12:45 posta sendmail[3312]: 62G8Ci1A003310: to=<a@provincia.example>, delay=00:00:01, mailer=esmtp, pri=120417, relay=mx.provincia.example. [203.0.113.26], dsn=4.0.0, stat=Deferred: Connection timed out with mx.provincia.example.",
        expect: &[
            ("event_action", "mail_bounced"),
            ("event_outcome", "failure"),
            ("event_code", "4.0.0"),
            ("fields.status", "Deferred"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a relay attempt is refused by a ruleset",
        text: "<21>Mar 16 02:12:44 posta sm-mta[3310]: 62G1Ci1A003310: ruleset=check_rcpt, arg1=<\"a>, relay=[203.0.113.1], reject=550\"@altrui.example>, relay=host9.bad.example [198.51.100.23] (may be forged), reject=550 5.7.1 <\"a>, relay=[203.0.113.1], reject=550\"@altrui.example>... Relaying denied",
        expect: &[
            ("event_action", "mail_blocked"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.23"),
            ("event_code", "550"),
            ("fields.dsn", "5.7.1"),
            ("rule_name", "check_rcpt"),
            ("fields.forged", "true"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a milter refuses a message",
        text: "<22>Mar 16 02:12:44 posta sm-mta[3310]: 62G1Ci1A003310: Milter: data, reject=554 5.7.1 virus found",
        expect: &[
            ("event_action", "mail_blocked"),
            ("event_outcome", "failure"),
            ("event_code", "554"),
            ("fields.reason", "virus found"),
        ],
        absent: &["parse_error", "source_ip"],
    },
    Sample {
        about: "hostile: a wrong password under a name that imitates a relay",
        text: "<20>Mar 16 02:12:44 posta sendmail[3310]: 62G1Ci1A003310: AUTH failure (LOGIN): authentication failure (-13) SASL(-13): authentication failure: checkpass failed, user=x, relay=[203.0.113.1], relay=host9.bad.example [198.51.100.23]",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.23"),
            ("user_name", "x, relay=[203.0.113.1]"),
            ("fields.auth_method", "LOGIN"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a login",
        text: "<22>Mar 16 09:12:44 posta sm-mta[3310]: AUTH=server, relay=pc7.borgo.example [IPv6:2001:db8::60], authid=g.neri, mech=PLAIN, bits=0",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "success"),
            ("source_ip", "2001:db8::60"),
            ("user_name", "g.neri"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: a delivery cut before its status",
        text: "<22>Mar 16 09:12:45 posta sendmail[3312]: 62G8Ci1A003310: to=<a@provincia.example>, delay=00:00:01, mailer=esm",
        expect: &[("parse_error", "a delivery without its status")],
        absent: &["email_to", "event_outcome"],
    },
    Sample {
        about: "hostile: an ident that imitates an address",
        text: "<22>Mar 16 09:12:44 posta sm-mta[3310]: 62G8Ci1A003310: from=<x@bad.example>, size=4211, class=0, nrcpts=1, msgid=<a@bad.example>, proto=ESMTP, daemon=MTA, relay=x [203.0.113.1]@host9.bad.example [198.51.100.23]",
        expect: &[("source_ip", "198.51.100.23")],
        absent: &["parse_error"],
    },
    Sample {
        about: "hostile: a certificate that imitates a relay",
        text: "<22>Mar 16 02:12:44 posta sm-mta[3310]: STARTTLS=server, cert-subject=/CN=x, relay=y [203.0.113.1], cert-issuer=/CN=z, verifymsg=self signed certificate",
        expect: &[("event_action", "application_event")],
        absent: &["source_ip", "parse_error"],
    },
    Sample {
        about: "hostile: a recipient that imitates an address of a milter",
        text: "<22>Mar 16 02:12:44 posta sm-mta[3310]: 62G1Ci1A003310: Milter: to=<\"x, addr=203.0.113.1, \"@altrui.example>, reject=550 5.7.1 no",
        expect: &[("event_action", "mail_blocked"), ("event_outcome", "failure")],
        absent: &["source_ip", "parse_error"],
    },
];
