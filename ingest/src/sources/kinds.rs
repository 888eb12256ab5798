//! The kinds of sources there are, for configuration and docs.

/// One kind of source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    /// Its `type` in the configuration.
    pub name: &'static str,
    /// What it listens on, or reads: an example.
    pub example: &'static str,
    /// What it is, in a sentence.
    pub about: &'static str,
    /// Whether a sender is told that its messages are durable.
    pub acknowledges: bool,
}

/// Every kind of source and transport, the most common first.
pub fn kinds() -> &'static [Kind] {
    KINDS
}

const fn kind(name: &'static str, example: &'static str, acknowledges: bool, about: &'static str) -> Kind {
    Kind { name, example, about, acknowledges }
}

const KINDS: &[Kind] = &[
    kind("syslog", "udp://0.0.0.0:514", false, "Syslog over UDP (RFC 5426): a datagram is a message."),
    kind("syslog", "tcp://0.0.0.0:514", false, "Syslog over TCP (RFC 6587): lines, or counted messages."),
    kind(
        "syslog",
        "tls://0.0.0.0:6514",
        false,
        "Syslog over TLS (RFC 5425), with or without client certificates.",
    ),
    kind("syslog", "unix:/run/campanile/log.sock", false, "Syslog over a Unix stream socket."),
    kind(
        "syslog",
        "unix-datagram:/dev/log",
        false,
        "Syslog over a Unix datagram socket, as local programs send it.",
    ),
    kind(
        "relp",
        "tcp://0.0.0.0:2514",
        true,
        "RELP, rsyslog's protocol with acknowledgements; over TLS with tls://.",
    ),
    kind(
        "lumberjack",
        "tcp://0.0.0.0:5044",
        true,
        "Lumberjack v2: Filebeat, Winlogbeat, Logstash; over TLS with tls://.",
    ),
    kind(
        "forward",
        "tcp://0.0.0.0:24224",
        true,
        "Fluent's forward protocol: Fluentd, Fluent Bit; over TLS with tls://.",
    ),
    kind(
        "campanile",
        "tls://0.0.0.0:8515",
        true,
        "Other nodes of Campanile (`campanile forward`), each frame once; over TCP with tcp://.",
    ),
    kind("http", "http://127.0.0.1:8514/ingest", true, "Lines or JSON objects over HTTP."),
    kind(
        "http",
        "http://127.0.0.1:8514/elastic/_bulk",
        true,
        "Elasticsearch bulk requests, as Beats and Fluent Bit send them.",
    ),
    kind("http", "http://127.0.0.1:8514/services/collector", true, "Splunk HTTP Event Collector."),
    kind("http", "http://127.0.0.1:8514/loki/api/v1/push", true, "Loki push requests, as protobuf or JSON."),
    kind("http", "http://127.0.0.1:8514/v1/logs", true, "OpenTelemetry logs (OTLP), as protobuf or JSON."),
    kind(
        "http",
        "http://127.0.0.1:8514/upload",
        true,
        "A systemd journal, as systemd-journal-upload sends it.",
    ),
    kind(
        "http",
        "tcp://0.0.0.0:4317",
        true,
        "All of these on a port of its own, and OpenTelemetry logs over gRPC; over TLS with tls://.",
    ),
    kind("gelf", "udp://0.0.0.0:12201", false, "GELF over UDP, in parts and compressed or not."),
    kind("gelf", "tcp://0.0.0.0:12201", false, "GELF over TCP, messages ended by NUL."),
    kind("file", "/var/log/nginx/*.log", false, "Files that grow, followed through rotation."),
    kind(
        "file",
        "/srv/exported/*.evtx",
        false,
        "Exported event logs of Windows, each read once it stands still.",
    ),
    kind("stdin", "-", false, "Standard input: lines, or the entries of `journalctl -o export`."),
];
