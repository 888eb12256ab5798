//! Samples of the Windows DNS server, in words of our own.

use crate::format::Sample;

pub(super) const SAMPLES: &[Sample] = &[
    Sample {
        about: "a query, day first",
        text: "16/03/2026 09:12:44 0E4C PACKET  000001F2A1B2C3D0 UDP Rcv 192.0.2.31      a1b2   Q [0001   D   NOERROR] A      (3)www(5)borgo(7)example(0)",
        expect: &[
            ("class", "dns"),
            ("event_action", "dns_query"),
            ("event_outcome", "unknown"),
            ("source_ip", "192.0.2.31"),
            ("dns_question_name", "www.borgo.example"),
            ("dns_question_type", "A"),
            ("network_transport", "udp"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
        ],
        absent: &["parse_error", "fields.rcode", "destination_ip"],
    },
    Sample {
        about: "an answer, American date and clock",
        text: "3/4/2026 9:12:44 PM 0E4C PACKET  000001F2A1B2C3D0 UDP Snd 192.0.2.31      a1b2 R Q [8385 A DR NXDOMAIN] AAAA   (2)x7(5)borgo(7)example(0)",
        expect: &[
            ("event_action", "dns_response"),
            ("event_outcome", "failure"),
            ("fields.rcode", "NXDOMAIN"),
            ("source_ip", "192.0.2.31"),
            ("dns_question_name", "x7.borgo.example"),
            ("timestamp", "2026-03-04T20:12:44.000000Z"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a query sent to another server",
        text: "16.03.2026 9:12:44 0E4C PACKET  000001F2A1B2C3D0 TCP Snd 2001:db8::53    a1b2   Q [0001   D   NOERROR] TXT    (5)borgo(7)example(0)",
        expect: &[
            ("event_action", "dns_query"),
            ("destination_ip", "2001:db8::53"),
            ("network_transport", "tcp"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
        ],
        absent: &["parse_error", "source_ip"],
    },
    Sample {
        about: "a dynamic update is refused",
        text: "16/03/2026 09:12:44 0E4C PACKET  000001F2A1B2C3D0 UDP Snd 192.0.2.31      a1b2 R U [05a8      REFUSED] SOA    (5)borgo(7)example(0)",
        expect: &[
            ("event_action", "config_change"),
            ("event_outcome", "failure"),
            ("fields.rcode", "REFUSED"),
            ("source_ip", "192.0.2.31"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "the server starts",
        text: "16/03/2026 09:12:44 0E4C EVENT   The DNS server has started.",
        expect: &[("event_action", "service_start"), ("event_outcome", "success")],
        absent: &["parse_error", "source_ip"],
    },
    Sample {
        about: "truncated: a packet cut in its flags",
        text: "16/03/2026 09:12:44 0E4C PACKET  000001F2A1B2C3D0 UDP Rcv 192.0.2.31      a1b2   Q [0001   D",
        expect: &[("parse_error", "a packet without its flags and name")],
        absent: &["source_ip", "event_outcome"],
    },
    Sample {
        about: "hostile: a label that imitates others stays one label",
        text: "16/03/2026 09:12:44 0E4C PACKET  000001F2A1B2C3D0 UDP Rcv 192.0.2.31      a1b2   Q [0001   D   NOERROR] A      (9)x(3)bad.y(7)example(0)",
        expect: &[("source_ip", "192.0.2.31"), ("dns_question_name", "x(3)bad.y.example")],
        absent: &["parse_error"],
    },
];
