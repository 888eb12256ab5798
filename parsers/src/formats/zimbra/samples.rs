//! Samples of Zimbra, in words of our own.

use crate::format::Sample;

pub(super) const SAMPLES: &[Sample] = &[
    Sample {
        about: "a wrong password on the web",
        text: "2026-03-16 02:40:11,112 WARN  [qtp1-201:https://192.0.2.9:443/service/soap/AuthRequest] [name=g.neri@borgo.example;oip=198.51.100.23;oport=51288;ua=zclient/8.8.15;] security - cmd=Auth; account=g.neri@borgo.example; protocol=soap; error=authentication failed for [g.neri], invalid password;",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "g.neri@borgo.example"),
            ("source_ip", "198.51.100.23"),
            ("source_port", "51288"),
            ("user_agent_original", "zclient/8.8.15"),
            ("fields.protocol", "soap"),
            ("fields.reason", "authentication failed for [g.neri], invalid password"),
            ("log_level", "WARN"),
            ("timestamp", "2026-03-16T01:40:11.112000Z"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a login by IMAP behind a proxy",
        text: "2026-03-16 09:12:44,112 INFO  [ImapServer-13] [ip=192.0.2.9;oip=203.0.113.1, 198.51.100.60;] security - cmd=Auth; account=g.neri@borgo.example; protocol=imap;",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "success"),
            ("source_ip", "198.51.100.60"),
            ("fields.proxy_ip", "192.0.2.9"),
        ],
        absent: &["parse_error", "fields.reason"],
    },
    Sample {
        about: "an administrator creates an account",
        text: "2026-03-16 09:12:44,112 INFO  [qtp1-7:https://192.0.2.9:7071/service/admin/soap/CreateAccountRequest] [name=admin@borgo.example;ip=192.0.2.60;ua=ZimbraWebClient;] security - cmd=CreateAccount; name=l.verdi@borgo.example; sn=Verdi;",
        expect: &[
            ("event_action", "account_create"),
            ("event_outcome", "success"),
            ("user_name", "admin@borgo.example"),
            ("user_target_name", "l.verdi@borgo.example"),
            ("source_ip", "192.0.2.60"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a message is delivered",
        text: "2026-03-16 09:12:44,112 INFO  [LmtpServer-3] [ip=192.0.2.9;] lmtp - Delivering message: size=4211 bytes, nrcpts=1, sender=ditta@fornitore.example, msgid=<a1, sender=root@fornitore.example>",
        expect: &[
            ("event_action", "mail_received"),
            ("email_from", "ditta@fornitore.example"),
            ("source_ip", "192.0.2.9"),
        ],
        absent: &["parse_error", "user_name"],
    },
    Sample {
        about: "an address is shut out",
        text: "2026-03-16 02:41:11,112 WARN  [qtp1-201] [] misc - Access from IP 198.51.100.23 suspended, for repeated failed login.",
        expect: &[("event_action", "access_blocked"), ("source_ip", "198.51.100.23")],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: a line cut in its context",
        text: "2026-03-16 02:40:11,112 WARN  [qtp1-201:https://192.0.2.9:443/service/soap/AuthRequest] [name=g.neri@borgo.example;oip=198.51.100.23;ua=x;] security - cmd=Auth; acc",
        expect: &[
            ("event_action", "login"),
            ("source_ip", "198.51.100.23"),
            ("user_name", "g.neri@borgo.example"),
        ],
        absent: &["event_outcome", "parse_error"],
    },
    Sample {
        about: "hostile: a client whose name imitates the end of the context is not believed",
        text: "2026-03-16 02:40:11,112 WARN  [qtp1-201] [oip=198.51.100.23;ua=x;] security - cmd=Auth; account=admin@borgo.example; protocol=soap;] security - cmd=Auth; account=z; protocol=soap; error=authentication failed for [z], invalid password;",
        expect: &[("parse_error", "the context ends twice")],
        absent: &["user_name", "source_ip", "event_outcome"],
    },
    Sample {
        about: "hostile: a browser that imitates an address leaves none",
        text: "2026-03-16 02:40:11,112 WARN  [qtp1-201:https://192.0.2.9:443/service/soap/AuthRequest] [oip=198.51.100.23;oport=51288;ua=x;oip=203.0.113.9;] security - cmd=Auth; account=g.neri@borgo.example; protocol=soap; error=authentication failed for [g.neri], invalid password;",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "g.neri@borgo.example"),
        ],
        absent: &["source_ip", "parse_error"],
    },
];
