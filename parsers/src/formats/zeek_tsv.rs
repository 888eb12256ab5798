//! Zeek's tab-separated logs: columns by `#fields`, the kind of log by `#path`.
//!
//! Promises: linear; a line with more or fewer values than fields is refused; what traffic said (a URL, a user name)
//! stands in its own column, whatever it holds, since Zeek escapes the separator.
//! Must not know: what the columns of a log mean (`zeek.rs`); files; the directives in force come with the stream.
//! Source: Zeek manual, Log Formats, TSV.

use schema::EventBuilder;

use super::zeek::{self, Record};
use crate::format::{Format, Payload, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "zeek_tsv",
    title: "Zeek (tab-separated)",
    reference: "Zeek manual, log formats and script reference",
    programs: &["zeek", "bro"],
    starts: b"0123456789-",
    needs: &[],
    keys: &[],
    recognise: |payload| Header::read(payload).is_some_and(|header| payload.text.contains(header.separator)),
    parse,
    samples: SAMPLES,
};

/// The directives a line is read by.
struct Header<'a> {
    separator: char,
    path: &'a str,
    fields: &'a str,
    unset: &'a str,
    empty: &'a str,
}

impl<'a> Header<'a> {
    fn read(payload: &Payload<'a>) -> Option<Header<'a>> {
        let directives = payload.directives?;
        let mut header = Header { separator: '\t', path: "", fields: "", unset: "-", empty: "(empty)" };
        for line in directives.lines() {
            if let Some(code) = line.strip_prefix("#separator ") {
                header.separator = separator(code)?;
                continue;
            }
            let Some((name, value)) = line.split_once(header.separator) else { continue };
            match name {
                "#path" => header.path = value,
                "#fields" => header.fields = value,
                "#unset_field" => header.unset = value,
                "#empty_field" => header.empty = value,
                _ => {}
            }
        }
        (!header.fields.is_empty()).then_some(header)
    }
}

/// `\x09`, or the character itself.
fn separator(code: &str) -> Option<char> {
    match code.strip_prefix("\\x") {
        Some(hex) => u8::from_str_radix(hex, 16).ok().map(char::from),
        None => code.chars().next(),
    }
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let header = Header::read(payload).ok_or(Unreadable("no #fields directive in force"))?;
    let mut record = Record::new(header.path);
    let mut values = payload.text.split(header.separator);
    for name in header.fields.split(header.separator) {
        let value = values.next().ok_or(Unreadable("fewer values than #fields"))?;
        if value != header.unset && value != header.empty {
            record.put(name, value);
        }
    }
    if values.next().is_some() {
        return Err(Unreadable("more values than #fields"));
    }
    zeek::read(payload, &record, event)
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a connection",
        text: "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes\tconn_state\tlocal_orig\tlocal_resp\ttunnel_parents\n1773648764.112233\tCabc1\t192.0.2.31\t50001\t203.0.113.8\t443\ttcp\tssl\t1.25\t2380\t91422\tSF\tT\tF\t(empty)",
        expect: &[
            ("class", "network"),
            ("event_action", "connection_allowed"),
            ("event_outcome", "success"),
            ("timestamp", "2026-03-16T08:12:44.112233Z"),
            ("source_ip", "192.0.2.31"),
            ("source_port", "50001"),
            ("destination_ip", "203.0.113.8"),
            ("destination_port", "443"),
            ("network_transport", "tcp"),
            ("network_protocol", "ssl"),
            ("network_direction", "outbound"),
            ("source_bytes", "2380"),
            ("destination_bytes", "91422"),
            ("fields.conn_state", "SF"),
            ("fields.log", "conn"),
        ],
        absent: &["parse_error", "time_guess"],
    },
    Sample {
        about: "a connection that was refused",
        text: "#path\tconn\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tconn_state\n1773648764.5\tCabc2\t2001:db8::7\t50001\t2001:db8::10\t3389\ttcp\tREJ",
        expect: &[
            ("event_action", "connection_denied"),
            ("event_outcome", "failure"),
            ("source_ip", "2001:db8::7"),
        ],
        absent: &["source_bytes", "network_protocol"],
    },
    Sample {
        about: "a name that does not exist",
        text: "#path\tdns\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\ttrans_id\tquery\tqtype_name\trcode\trcode_name\tanswers\n1773648764.5\tCabc3\t192.0.2.31\t50001\t192.0.2.1\t53\tudp\t7\tx7.example\tA\t3\tNXDOMAIN\t-",
        expect: &[
            ("event_action", "dns_response"),
            ("event_outcome", "failure"),
            ("dns_question_name", "x7.example"),
            ("dns_question_type", "A"),
            ("fields.rcode", "NXDOMAIN"),
        ],
        absent: &["fields.answer"],
    },
    Sample {
        about: "an SSH login that failed",
        text: "#path\tssh\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tversion\tauth_success\tauth_attempts\tdirection\tclient\tserver\n1773648764.5\tCabc4\t198.51.100.23\t50001\t192.0.2.10\t22\t2\tF\t3\tINBOUND\tSSH-2.0-x\tSSH-2.0-y",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("network_direction", "inbound"),
            ("fields.auth_attempts", "3"),
        ],
        absent: &["user_name"],
    },
    Sample {
        about: "truncated: a line cut before its end",
        text: "#path\tconn\n#fields\tts\tuid\tid.orig_h\tid.orig_p\n1773648764.5\tCabc5\t198.51.1",
        expect: &[("parse_error", "fewer values than #fields")],
        absent: &["source_ip", "event_outcome"],
    },
    Sample {
        about: "hostile: a URL that imitates columns moves none",
        text: "#path\thttp\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tmethod\thost\turi\tstatus_code\n1773648764.5\tCabc6\t198.51.100.23\t50001\t192.0.2.10\t80\tGET\twww.borgo.example\t/a\\x09203.0.113.9?b=\\x09200\t404",
        expect: &[
            ("event_action", "http_request"),
            ("event_outcome", "failure"),
            ("http_response_status_code", "404"),
            ("url_path", "/a\\x09203.0.113.9"),
            ("url_query", "b=\\x09200"),
            ("url_domain", "www.borgo.example"),
            ("source_ip", "198.51.100.23"),
        ],
        absent: &["parse_error"],
    },
];
