//! Samples of LEEF.

use crate::format::Sample;

pub(super) const SAMPLES: &[Sample] = &[
    Sample {
        about: "a login of version 1, its time with a format",
        text: "<13>Mar 16 09:12:44 portale LEEF:1.0|Esempio|Portal|1.0|login|devTime=16/03/2026 09:12:44.112\tdevTimeFormat=dd/MM/yyyy HH:mm:ss.SSS\tusrName=mrossi\tdomain=COMUNE\tsrc=192.0.2.31\tsrcPort=50001\tisLoginEvent=true\toutcome=success\tsev=2",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "success"),
            ("event_code", "login"),
            ("observer_vendor", "Esempio"),
            ("observer_product", "Portal"),
            ("host_name", "portale"),
            ("user_name", "mrossi"),
            ("user_domain", "COMUNE"),
            ("source_ip", "192.0.2.31"),
            ("source_port", "50001"),
            ("fields.severity", "2"),
            ("timestamp", "2026-03-16T08:12:44.112000Z"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a refused flow of version 2, cut at its own delimiter",
        text: "LEEF:2.0|Esempio|Firewall|6.5|41|^|devTime=1773648764112^src=198.51.100.23^dst=192.0.2.10^srcPort=44321^dstPort=3389^proto=TCP^action=drop^policy=Regola 7: tutto chiuso^srcBytes=60",
        expect: &[
            ("event_action", "connection_denied"),
            ("event_outcome", "failure"),
            ("rule_name", "Regola 7: tutto chiuso"),
            ("destination_port", "3389"),
            ("source_bytes", "60"),
            ("timestamp", "2026-03-16T08:12:44.112000Z"),
        ],
        absent: &["parse_error", "time_guess"],
    },
    Sample {
        about: "a delimiter by its code, a request",
        text: "LEEF:2.0|Esempio|Proxy|1|200|x7C|url=http://www.borgo.example/a?b=c|usrName=mrossi|identHostName=pc-rag-01|cat=web",
        expect: &[
            ("url_domain", "www.borgo.example"),
            ("url_query", "b=c"),
            ("user_name", "mrossi"),
            ("host_name", "pc-rag-01"),
            ("fields.category", "web"),
            ("event_action", "application_event"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "tabs that a relay turned into blanks",
        text: "LEEF:1.0|Esempio|NAC|1|3003|devTime=Mar 16 2026 09:12:44.009 CET src=192.0.2.4 cat=System Events devTimeFormat=MMM dd yyyy HH:mm:ss.SSS z",
        expect: &[
            ("source_ip", "192.0.2.4"),
            ("fields.category", "System Events"),
            ("timestamp", "2026-03-16T08:12:44.009000Z"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "hostile: a user whose name imitates attributes",
        text: "LEEF:1.0|Esempio|Portal|1.0|login|usrName=x src=203.0.113.9 isLoginEvent=true\tsrc=198.51.100.23\tsrc=203.0.113.10",
        expect: &[
            ("user_name", "x src=203.0.113.9 isLoginEvent=true"),
            ("source_ip", "198.51.100.23"),
            ("event_action", "application_event"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: a header that is cut",
        text: "LEEF:1.0|Esempio|Portal|1",
        expect: &[("parse_error", "the LEEF header is cut")],
        absent: &["observer_vendor"],
    },
];
