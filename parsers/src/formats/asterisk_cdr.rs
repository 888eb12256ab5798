//! Call detail records of Asterisk and FreePBX (`Master.csv`), one call a line.
//!
//! Promises: linear; of the number called only the leading digits are kept. Must not know: files, the clock.
//! Source: Asterisk, cdr_csv: accountcode, src, dst, dcontext, clid, channel, dstchannel, lastapp, lastdata, start,
//! answer, end, duration, billsec, disposition, amaflags, uniqueid, userfield.

use schema::{Action, Column, EventBuilder, Outcome};

use super::peer;
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time::iso_prefix;

/// See the module.
pub static FORMAT: Format = Format {
    name: "asterisk_cdr",
    title: "Asterisk call detail records (CSV)",
    reference: "Asterisk documentation, cdr_csv",
    programs: &[],
    starts: b"\"",
    needs: &[],
    keys: &[],
    recognise: |payload| Record::cut(payload.text).is_some(),
    parse,
    samples: SAMPLES,
};

/// Last digits of a called number that are not kept.
const NUMBER_DIGITS_MASKED: usize = 3;
const FIELDS: usize = 16;

struct Record<'a>([&'a str; FIELDS]);

impl<'a> Record<'a> {
    /// Sixteen values or more, quoted with `""` inside, of which times, seconds and disposition are what they must be.
    fn cut(text: &'a str) -> Option<Record<'a>> {
        let mut values = [""; FIELDS];
        let mut rest = text;
        for value in &mut values {
            (*value, rest) = next(rest)?;
        }
        let record = Record(values);
        let [.., start, _, _, duration, billed, disposition, flag] = record.0;
        let is_record = iso_prefix(start).is_some()
            && peer::is_digits(duration)
            && peer::is_digits(billed)
            && matches!(disposition, "ANSWERED" | "NO ANSWER" | "BUSY" | "FAILED" | "CONGESTION" | "UNKNOWN")
            && matches!(flag, "DOCUMENTATION" | "BILLING" | "OMIT" | "DEFAULT" | "1" | "2" | "3");
        is_record.then_some(record)
    }
}

/// One value, its quotes gone, and what follows its comma.
fn next(text: &str) -> Option<(&str, &str)> {
    let Some(inner) = text.strip_prefix('"') else {
        return text.split_once(',').or(Some((text, ""))).filter(|(value, _)| !value.is_empty());
    };
    let bytes = inner.as_bytes();
    let mut from = 0;
    loop {
        let at = from + memchr::memchr(b'"', bytes.get(from..)?)?;
        if bytes.get(at + 1) == Some(&b'"') {
            from = at + 2;
            continue;
        }
        let rest = inner.get(at + 1..)?;
        return Some((inner.get(..at)?, rest.strip_prefix(',').unwrap_or(rest)));
    }
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let record = Record::cut(payload.text).ok_or(Unreadable("expected the values of cdr_csv"))?;
    let [account, source, called, context, _, channel, .., start, _, _, duration, billed, disposition, _] =
        record.0;
    let (when, _) = iso_prefix(start).ok_or(Unreadable("a start that is no time"))?;
    if !payload.set_time(event, when) {
        return Err(Unreadable("no such day or hour"));
    }
    event.action(Action::Call);
    event.outcome(Outcome::of(disposition == "ANSWERED"));
    event.text_if_said(Column::UserName, source);
    let kept = called.len().saturating_sub(NUMBER_DIGITS_MASKED);
    if let Some(prefix) = called.get(..kept).filter(|prefix| !prefix.is_empty()) {
        event.field("number", prefix);
    }
    for (key, value) in
        [("account", account), ("context", context), ("channel", channel), ("disposition", disposition)]
    {
        if !value.is_empty() {
            event.field(key, value);
        }
    }
    event.field_number("duration_s", duration);
    event.field_number("billed_s", billed);
    Ok(())
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a call is answered",
        text: "\"\",\"201\",\"0088213599\",\"from-internal\",\"\"\"URP\"\" <201>\",\"SIP/201-0001\",\"SIP/trunk-0002\",\"Dial\",\"SIP/trunk/0088213599\",\"2026-03-16 09:12:44\",\"2026-03-16 09:12:51\",\"2026-03-16 09:30:44\",1080,1073,\"ANSWERED\",\"DOCUMENTATION\",\"1773648764.1\",\"\"",
        expect: &[
            ("class", "network"),
            ("event_action", "call"),
            ("event_outcome", "success"),
            ("user_name", "201"),
            ("fields.number", "0088213"),
            ("fields.duration_s", "1080"),
            ("fields.billed_s", "1073"),
            ("fields.context", "from-internal"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
        ],
        absent: &["parse_error", "fields.account"],
    },
    Sample {
        about: "nobody answers",
        text: "\"urp\",\"201\",\"202\",\"from-internal\",\"\"\"URP\"\" <201>\",\"PJSIP/201-0001\",\"PJSIP/202-0002\",\"Dial\",\"PJSIP/202\",\"2026-03-16 09:13:44\",\"\",\"2026-03-16 09:14:14\",30,0,\"NO ANSWER\",\"DOCUMENTATION\"",
        expect: &[
            ("event_outcome", "failure"),
            ("fields.disposition", "NO ANSWER"),
            ("fields.account", "urp"),
        ],
        absent: &["parse_error", "fields.number"],
    },
    Sample {
        about: "a call fails",
        text: "\"\",\"301\",\"00239\",\"from-internal\",\"301\",\"PJSIP/301-0001\",\"\",\"Congestion\",\"\",\"2026-03-16 09:15:44\",\"\",\"2026-03-16 09:15:44\",0,0,\"FAILED\",\"DOCUMENTATION\"",
        expect: &[("event_outcome", "failure"), ("fields.number", "00")],
        absent: &["parse_error"],
    },
    Sample {
        about: "an hour that does not exist",
        text: "\"\",\"301\",\"00239\",\"from-internal\",\"301\",\"PJSIP/301-0001\",\"\",\"Dial\",\"\",\"2026-03-16 29:15:44\",\"\",\"2026-03-16 09:15:44\",0,0,\"FAILED\",\"DOCUMENTATION\"",
        expect: &[("parse_error", "no such day or hour")],
        absent: &["user_name", "event_outcome"],
    },
    Sample {
        about: "truncated: cut in its unique id, behind all that is read",
        text: r#""","201","0088213599","from-internal","""URP"" <201>","SIP/201-0001","SIP/trunk-0002","Dial","","2026-03-16 09:12:44","2026-03-16 09:12:51","2026-03-16 09:30:44",1080,1073,"ANSWERED","DOCUMENTATION","17736487"#,
        expect: &[
            ("event_action", "call"),
            ("event_outcome", "success"),
            ("user_name", "201"),
            ("fields.duration_s", "1080"),
        ],
        absent: &["parse_error", "fields.account"],
    },
    Sample {
        about: "hostile: a caller's name that imitates values",
        text: "\"\",\"201\",\"0088213599\",\"from-internal\",\"\"\"x\"\",\"\"999\"\",\"\"BUSY\"\" <201>\",\"SIP/201-0001\",\"SIP/t-2\",\"Dial\",\"\",\"2026-03-16 09:12:44\",\"2026-03-16 09:12:51\",\"2026-03-16 09:30:44\",10,3,\"ANSWERED\",\"DOCUMENTATION\"",
        expect: &[("user_name", "201"), ("event_outcome", "success"), ("fields.channel", "SIP/201-0001")],
        absent: &["parse_error"],
    },
];
