//! JSON objects of transports whose payload is another line: Docker, journald, GELF, Splunk HEC, Loki,
//! syslog-ng, rsyslog, Vector, Fluent Bit, Logstash, Filebeat and its kin.
//!
//! Promises: one pass over the members at the top; an object is a carrier by its transport's own keys, never
//! by `message` alone; nothing is looked up that nobody asks for. Must not know: what the line is.
//! Source: Docker json-file; systemd.journal-fields(7); GELF 1.1; Splunk HTTP Event Collector; ECS 8; syslog-ng
//! `format-json`; rsyslog JSON templates; Vector log events.

use super::Envelope;
use crate::json::{Json, Kind, Member};
use crate::time::{When, epoch, iso_prefix};

/// An object that may carry a line.
pub(crate) struct Carrier<'a> {
    json: Json<'a>,
    top: Top<'a>,
}

impl<'a> Carrier<'a> {
    /// Looks at the members at the top.
    pub(crate) fn of(json: Json<'a>) -> Carrier<'a> {
        Carrier { json, top: Top::of(json) }
    }

    /// The line of an object that is nothing but transport, as payload, and what the object says of it.
    pub(crate) fn bare(&self) -> Option<Envelope<'a>> {
        let Carrier { json, top } = self;
        docker(*json, top)
            .or_else(|| journald(*json, top))
            .or_else(|| gelf(*json, top))
            .or_else(|| splunk(*json, top))
            .or_else(|| loki(*json, top))
            .or_else(|| syslog_ng(*json, top))
    }

    /// The object, when it is GELF: members with `_` in front are the sender's own.
    pub(crate) fn additional(&self) -> Option<Json<'a>> {
        self.top.short_message.map(|_| self.json)
    }

    /// The line of an object that may also be an event of its own: what a shipper wraps around a line, or around an
    /// event it has read itself.
    pub(crate) fn shipped(&self) -> Option<Envelope<'a>> {
        shipped(self.json, &self.top)
    }
}

/// Members at the top that tell carriers apart.
#[derive(Default)]
struct Top<'a> {
    log: Option<Member<'a>>,
    stream: Option<Member<'a>>,
    message: Option<Member<'a>>,
    journal_message: Option<Member<'a>>,
    journal_time: Option<Member<'a>>,
    short_message: Option<Member<'a>>,
    event: Option<Member<'a>>,
    result: Option<Member<'a>>,
    line: Option<Member<'a>>,
    labels: Option<Member<'a>>,
    program: Option<Member<'a>>,
    timestamp: Option<Member<'a>>,
    time: Option<Member<'a>>,
    body: Option<Member<'a>>,
    is_splunk: bool,
    is_shipped: bool,
    is_otel: bool,
}

impl<'a> Top<'a> {
    fn of(json: Json<'a>) -> Top<'a> {
        let mut top = Top::default();
        for member in json.members() {
            let place = match member.key().as_bytes() {
                b"log" if member.kind() == Kind::Text => &mut top.log,
                b"stream" => &mut top.stream,
                b"message" | b"msg" => &mut top.message,
                b"MESSAGE" => &mut top.journal_message,
                b"__REALTIME_TIMESTAMP" | b"_SOURCE_REALTIME_TIMESTAMP" => &mut top.journal_time,
                b"short_message" => &mut top.short_message,
                b"event" => &mut top.event,
                b"result" => &mut top.result,
                b"line" => &mut top.line,
                b"labels" => &mut top.labels,
                b"PROGRAM" | b"ident" | b"programname" | b"syslogtag" | b"syslog-tag" | b"appname" => {
                    &mut top.program
                }
                b"@timestamp" => &mut top.timestamp,
                b"time" => &mut top.time,
                b"body" | b"Body" => &mut top.body,
                b"sourcetype" | b"index" => {
                    top.is_splunk = true;
                    continue;
                }
                b"agent" | b"beat" | b"ecs" | b"input" | b"log" | b"@version" | b"source_type" => {
                    top.is_shipped = true;
                    continue;
                }
                b"timeUnixNano"
                | b"observedTimeUnixNano"
                | b"SeverityText"
                | b"severityText"
                | b"SeverityNumber"
                | b"severityNumber"
                | b"Resource"
                | b"InstrumentationScope" => {
                    top.is_otel = true;
                    continue;
                }
                _ => continue,
            };
            place.get_or_insert(member);
        }
        top
    }
}

/// `{"log":"text\n","stream":"stdout","time":"…"}`; log routers add where it ran.
fn docker<'a>(json: Json<'a>, top: &Top<'a>) -> Option<Envelope<'a>> {
    let stream = text(top.stream).filter(|stream| matches!(*stream, "stdout" | "stderr"))?;
    Some(Envelope {
        when: when(text(top.time.or(top.timestamp)).unwrap_or_default()),
        host: json.scalar("kubernetes.host").unwrap_or_default(),
        program: first(json, &["kubernetes.container_name", "container_name", "attrs.tag"])
            .trim_start_matches('/'),
        payload: text(top.log)?.trim_end_matches(['\n', '\r']),
        notes: [("stream", stream), ("", "")],
        ..Envelope::default()
    })
}

fn journald<'a>(json: Json<'a>, top: &Top<'a>) -> Option<Envelope<'a>> {
    let time = text(top.journal_time)?;
    let severity = digit(json.scalar("PRIORITY"));
    let facility = json.scalar("SYSLOG_FACILITY").and_then(|text| text.parse::<u8>().ok());
    Some(Envelope {
        when: epoch(time).map(When::at),
        host: first(json, &["_HOSTNAME"]),
        program: first(json, &["SYSLOG_IDENTIFIER", "_COMM"]),
        pid: first(json, &["_PID", "SYSLOG_PID"]),
        // Bytes that are no text come as a list of numbers.
        payload: top.journal_message?.raw(),
        severity,
        priority: facility
            .filter(|facility| *facility < 24)
            .zip(severity)
            .map(|(facility, level)| facility * 8 + level),
        notes: [("unit", first(json, &["_SYSTEMD_UNIT", "UNIT"])), ("", "")],
        ..Envelope::default()
    })
}

fn gelf<'a>(json: Json<'a>, top: &Top<'a>) -> Option<Envelope<'a>> {
    let short = text(top.short_message)?;
    let full = json.scalar("full_message").filter(|full| full.starts_with(short)).unwrap_or(short);
    Some(Envelope {
        when: when(json.scalar("timestamp").unwrap_or_default()),
        host: json.scalar("host")?,
        program: first(json, &["_program", "_application_name", "_container_name", "_facility", "facility"]),
        pid: first(json, &["_pid", "_process_id"]),
        payload: full,
        severity: digit(json.scalar("level")),
        ..Envelope::default()
    })
}

/// `{"time":…,"host":"…","sourcetype":"…","event":"text" or {…}}`, or an exported `{"result":{"_raw":"…"}}`.
fn splunk<'a>(json: Json<'a>, top: &Top<'a>) -> Option<Envelope<'a>> {
    if let Some(raw) = top.result.and_then(|result| result.scalar_at("_raw")) {
        return Some(Envelope {
            when: when(first(json, &["result._time"])),
            host: first(json, &["result.host"]),
            payload: raw,
            ..Envelope::default()
        });
    }
    let event =
        top.event.filter(|event| top.is_splunk && matches!(event.kind(), Kind::Text | Kind::Object))?;
    Some(Envelope {
        when: when(text(top.time).unwrap_or_default()),
        host: first(json, &["host"]),
        payload: event.raw(),
        notes: [("sourcetype", first(json, &["sourcetype"])), ("", "")],
        ..Envelope::default()
    })
}

/// `{"labels":{…},"line":"text","timestamp":"…"}`, as logcli exports.
fn loki<'a>(json: Json<'a>, top: &Top<'a>) -> Option<Envelope<'a>> {
    let labels = top.labels.filter(|labels| labels.kind() == Kind::Object)?;
    let label = |names: &[&str]| names.iter().find_map(|name| labels.scalar_at(name)).unwrap_or_default();
    Some(Envelope {
        when: when(json.scalar("timestamp")?),
        host: label(&["host", "hostname", "nodename", "instance"]),
        program: label(&["syslog_identifier", "app", "container", "job"]),
        payload: text(top.line)?,
        notes: [("unit", label(&["unit"])), ("", "")],
        ..Envelope::default()
    })
}

fn syslog_ng<'a>(json: Json<'a>, top: &Top<'a>) -> Option<Envelope<'a>> {
    // First what most objects lack: the paths below are searched.
    let payload = text(top.journal_message)?;
    Some(Envelope {
        when: when(first(json, &["ISODATE", "R_ISODATE", "S_ISODATE"])),
        host: first(json, &["HOST"]),
        program: json.scalar("PROGRAM")?,
        pid: first(json, &["PID"]),
        payload,
        ..Envelope::default()
    })
}

fn shipped<'a>(json: Json<'a>, top: &Top<'a>) -> Option<Envelope<'a>> {
    let by_tag = text(top.program);
    if by_tag.is_none() && !top.is_shipped && !top.is_otel {
        return None;
    }
    let original =
        top.event.filter(|event| event.kind() == Kind::Object).and_then(|event| event.scalar_at("original"));
    let body = top.body.and_then(|body| body.scalar().or_else(|| body.scalar_at("stringValue")));
    let payload = original.or_else(|| text(top.message)).or(body).filter(|payload| !payload.is_empty())?;
    let tag = by_tag.unwrap_or_default().trim_end_matches(':');
    let (program, pid) = tag.strip_suffix(']').and_then(|tag| tag.split_once('[')).unwrap_or((tag, ""));
    let program = match program {
        "" => first(json, &["log.syslog.appname", "syslog.identifier", "process.name", "container.name"]),
        program => program,
    };
    let pid = if pid.is_empty() { first(json, &["process.pid", "pid", "procid"]) } else { pid };
    let time = text(top.timestamp).unwrap_or_else(|| {
        first(
            json,
            &["timestamp", "time", "timeUnixNano", "observedTimeUnixNano", "timereported", "Timestamp"],
        )
    });
    Some(Envelope {
        when: when(time),
        host: first(
            json,
            &["host.hostname", "host.name", "hostname", "host", "agent.hostname", "beat.hostname"],
        ),
        program,
        pid,
        payload,
        notes: [("log_file", first(json, &["log.file.path", "file", "source"])), ("", "")],
        ..Envelope::default()
    })
}

fn text(member: Option<Member<'_>>) -> Option<&str> {
    member?.scalar()
}

fn first<'a>(json: Json<'a>, paths: &[&str]) -> &'a str {
    json.first(paths).unwrap_or_default()
}

/// A severity of syslog.
fn digit(text: Option<&str>) -> Option<u8> {
    text?.parse::<u8>().ok().filter(|severity| *severity < 8)
}

/// An ISO stamp, or an epoch in seconds, with a fraction or not, or finer.
fn when(text: &str) -> Option<When> {
    if let Some((when, "")) = iso_prefix(text) {
        return Some(when);
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let time_us = epoch(whole)?;
    if whole.len() > 11 || fraction.is_empty() {
        return Some(When::at(time_us));
    }
    crate::time::epoch_fraction(text)
        .filter(|(_, rest)| rest.is_empty())
        .map(|(time_us, _)| When::at(time_us))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Scratch;

    fn carried(text: &str) -> Option<(String, String, String, String, bool)> {
        let mut scratch = Scratch::default();
        let carrier = Carrier::of(scratch.read(text)?);
        let bare = carrier.bare();
        let Envelope { host, program, pid, payload, when, .. } = bare.or_else(|| carrier.shipped())?;
        assert!(when.is_some_and(|when| when.offset_s.is_some()), "{text}");
        Some((host.to_owned(), program.to_owned(), pid.to_owned(), payload.to_owned(), bare.is_some()))
    }

    #[test]
    fn each_transport_gives_its_line() {
        for (text, host, program, pid, is_bare) in [
            (
                r#"{"log":"a \"b\"\n","stream":"stderr","time":"2026-03-16T08:12:44.112233445Z"}"#,
                "",
                "",
                "",
                true,
            ),
            (
                r#"{"__REALTIME_TIMESTAMP":"1773648764112233","_HOSTNAME":"gw","SYSLOG_IDENTIFIER":"sshd","_PID":"12","PRIORITY":"6","MESSAGE":"a \"b\""}"#,
                "gw",
                "sshd",
                "12",
                true,
            ),
            (
                r#"{"version":"1.1","host":"gw","short_message":"a \"b\"","timestamp":1773648764.112,"level":6,"_program":"sshd"}"#,
                "gw",
                "sshd",
                "",
                true,
            ),
            (
                r#"{"time":1773648764.112,"host":"gw","sourcetype":"linux_secure","event":"a \"b\""}"#,
                "gw",
                "",
                "",
                true,
            ),
            (
                r#"{"labels":{"host":"gw","app":"sshd"},"line":"a \"b\"","timestamp":"2026-03-16T08:12:44Z"}"#,
                "gw",
                "sshd",
                "",
                true,
            ),
            (
                r#"{"PROGRAM":"sshd","PID":"12","MESSAGE":"a \"b\"","HOST":"gw","ISODATE":"2026-03-16T09:12:44+01:00"}"#,
                "gw",
                "sshd",
                "12",
                true,
            ),
            (
                r#"{"@timestamp":"2026-03-16T08:12:44.112Z","host":{"name":"gw"},"agent":{"type":"filebeat"},"message":"x","event":{"original":"a \"b\""},"process":{"name":"sshd","pid":12}}"#,
                "gw",
                "sshd",
                "12",
                false,
            ),
            (
                r#"{"timestamp":"2026-03-16T08:12:44Z","host":"gw","syslogtag":"sshd[12]:","msg":"a \"b\""}"#,
                "gw",
                "sshd",
                "12",
                false,
            ),
            (
                r#"{"timeUnixNano":"1773648764112233445","severityText":"INFO","body":{"stringValue":"a \"b\""}}"#,
                "",
                "",
                "",
                false,
            ),
        ] {
            let expected =
                (host.to_owned(), program.to_owned(), pid.to_owned(), "a \"b\"".to_owned(), is_bare);
            assert_eq!(carried(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn an_object_with_a_message_is_no_carrier_by_that() {
        for text in [
            r#"{"message":"a","time":"2026-03-16T08:12:44Z","host":"gw"}"#,
            r#"{"event":"login","host":"gw","time":"2026-03-16T08:12:44Z"}"#,
            r#"{"log":"a","time":"2026-03-16T08:12:44Z"}"#,
            "{}",
        ] {
            assert_eq!(carried(text), None, "{text}");
        }
    }
}
