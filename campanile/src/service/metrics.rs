//! The status in Prometheus' text exposition format (version 0.0.4).

use super::status::Status;

/// One metric: name, kind, what it says.
type Metric = (&'static str, &'static str, &'static str);

const RECEIVED: Metric = ("campanile_frames_received_total", "counter", "Frames received, by source.");
const RECEIVED_BYTES: Metric = ("campanile_received_bytes_total", "counter", "Bytes received, by source.");
const STORED: Metric =
    ("campanile_frames_stored_total", "counter", "Frames durable in the journal, by source.");
const REFUSED: Metric =
    ("campanile_frames_refused_total", "counter", "Frames refused, by source and reason.");
const PARSE_ERRORS: Metric =
    ("campanile_source_parse_errors_total", "counter", "Events that could not be read whole, by source.");
const LAG: Metric = (
    "campanile_source_lag_seconds",
    "gauge",
    "Longest time between receipt and work in this minute, by source.",
);
const SKEW: Metric =
    ("campanile_source_skew_seconds", "gauge", "How far a source's clocks are ahead of ours, by source.");
const CONNECTIONS: Metric = ("campanile_connections", "gauge", "Connections open, by source.");
const CONNECTIONS_REFUSED: Metric = (
    "campanile_connections_refused_total",
    "counter",
    "Connections refused or given up, by source: too many, not allowed, a handshake or a frame that did not end.",
);
const LAST_SEEN: Metric =
    ("campanile_last_received_seconds", "gauge", "When the last frame came, Unix time.");

/// The status as text.
pub fn text(status: &Status) -> String {
    let mut out = String::new();
    let of_sources = |out: &mut String,
                      metric: Metric,
                      value: &dyn Fn(&super::status::SourceStatus) -> String| {
        head(out, metric);
        for source in &status.sources {
            line(out, metric.0, &[("source", &source.source), ("tenant", &source.tenant)], &value(source));
        }
    };
    of_sources(&mut out, RECEIVED, &|source| source.received.to_string());
    of_sources(&mut out, RECEIVED_BYTES, &|source| source.received_bytes.to_string());
    of_sources(&mut out, STORED, &|source| source.stored.to_string());
    of_sources(&mut out, CONNECTIONS, &|source| source.connections.to_string());
    of_sources(&mut out, CONNECTIONS_REFUSED, &|source| source.connections_refused.to_string());
    of_sources(&mut out, LAST_SEEN, &|source| (source.last_received_us as f64 / 1e6).to_string());
    of_sources(&mut out, PARSE_ERRORS, &|source| source.parse_errors.to_string());
    of_sources(&mut out, LAG, &|source| (source.lag_us as f64 / 1e6).to_string());
    of_sources(&mut out, SKEW, &|source| (source.skew_us.unwrap_or(0) as f64 / 1e6).to_string());
    head(&mut out, REFUSED);
    for source in &status.sources {
        for (reason, frames) in &source.refused {
            let labels = [("source", source.source.as_str()), ("tenant", &source.tenant), ("reason", reason)];
            line(&mut out, REFUSED.0, &labels, &frames.to_string());
        }
    }
    let (journal, work) = (&status.journal, &status.work);
    let configuration = &status.configuration;
    let mut singles = vec![
        (
            ("campanile_journal_durable_seq", "gauge", "Every frame up to this seq is durable."),
            journal.durable_upto,
        ),
        (("campanile_journal_bytes", "gauge", "Bytes of all segments."), journal.used_bytes),
        (("campanile_journal_syncs_total", "counter", "Syncs that succeeded."), journal.syncs),
        (("campanile_journal_failures_total", "counter", "Writes and syncs that failed."), journal.failures),
        (("campanile_journal_lost_frames_total", "counter", "Frames that the disk lost."), journal.lost),
        (("campanile_events_total", "counter", "Events made of frames."), work.events),
        (
            ("campanile_parse_errors_total", "counter", "Events that could not be read whole."),
            work.parse_errors,
        ),
        (("campanile_plain_events_total", "counter", "Events of no known format."), work.plain),
        (("campanile_late_events_total", "counter", "Events too late for windows."), work.late),
        (("campanile_alerts_total", "counter", "Alerts told, each standing counted."), work.alerts),
        (("campanile_incidents", "gauge", "Incidents that are not over."), work.incidents),
        (
            (
                "campanile_incident_alerts_forgotten_total",
                "counter",
                "Alerts of incidents given up for memory: later ones begin another incident.",
            ),
            work.alerts_forgotten,
        ),
        (("campanile_window_rows", "gauge", "Rows held for windows."), work.rows_held),
        (("campanile_window_rows_shed_total", "counter", "Rows given up for memory."), work.rows_shed),
        (
            (
                "campanile_rules_learning",
                "gauge",
                "Rules that still learn what is usual, of some source at least.",
            ),
            work.rules_learning,
        ),
        (
            (
                "campanile_rules_over_budget",
                "gauge",
                "Rules with more false alarms in a day than they may have, by the verdicts of a week.",
            ),
            work.rules_over_budget,
        ),
        (("campanile_rules_failed", "gauge", "Rules that failed and are off."), work.rules_failed),
        (("campanile_frames_behind", "gauge", "Frames durable and not yet worked on."), work.behind),
        (
            (
                "campanile_lost_below_frames_total",
                "counter",
                "Frames lost by nodes that forward to this one.",
            ),
            journal.lost_below,
        ),
        (
            ("campanile_http_connections", "gauge", "Connections of the service's own port."),
            status.http.connections,
        ),
        (
            (
                "campanile_http_given_up_total",
                "counter",
                "Connections closed: silent, or without the end of a header.",
            ),
            status.http.given_up,
        ),
        (("campanile_clock_steps_total", "counter", "Steps of this machine's clock."), status.clock_steps),
        (("campanile_reloads_total", "counter", "Reloads that were taken."), configuration.taken),
        (
            ("campanile_reloads_refused_total", "counter", "Reloads that were refused: the old one stays."),
            configuration.refused,
        ),
    ];
    if let Some(lake) = &status.lake {
        singles.extend([
            (
                ("campanile_lake_committed_seq", "gauge", "Every frame up to this seq is in the lake."),
                lake.committed_upto,
            ),
            (("campanile_lake_commits_total", "counter", "Commits that succeeded."), lake.commits),
            (("campanile_lake_failures_total", "counter", "Commits that failed."), lake.failures),
        ]);
    }
    if let Some(originals) = &status.originals {
        singles.extend([
            (
                ("campanile_originals_sealed_seq", "gauge", "Every frame up to this seq is sealed."),
                originals.sealed_upto,
            ),
            (
                (
                    "campanile_originals_records_total",
                    "counter",
                    "Records of sealed originals that were signed.",
                ),
                originals.records,
            ),
            (
                ("campanile_originals_failures_total", "counter", "Sealing steps that failed."),
                originals.failures,
            ),
            (
                ("campanile_originals_text_bytes_total", "counter", "Bytes of frames that were sealed."),
                originals.text_bytes,
            ),
            (
                ("campanile_originals_stored_bytes_total", "counter", "Bytes that they take."),
                originals.stored_bytes,
            ),
        ]);
    }
    if let Some(forward) = &status.forward {
        singles.extend([
            (
                ("campanile_forward_taken_seq", "gauge", "Every frame up to this seq is at the node above."),
                forward.taken_upto,
            ),
            (
                ("campanile_forward_connected", "gauge", "1 while the node above is connected."),
                u64::from(forward.connected),
            ),
            (("campanile_forward_sent_bytes_total", "counter", "Bytes sent to it."), forward.sent_bytes),
            (("campanile_forward_failures_total", "counter", "Connections that failed."), forward.failures),
        ]);
    }
    for (metric, value) in singles {
        head(&mut out, metric);
        line(&mut out, metric.0, &[], &value.to_string());
    }
    out
}

fn head(out: &mut String, (name, kind, help): Metric) {
    out.push_str(&format!("# HELP {name} {help}\n# TYPE {name} {kind}\n"));
}

fn line(out: &mut String, name: &str, labels: &[(&str, &str)], value: &str) {
    out.push_str(name);
    for (at, (label, text)) in labels.iter().enumerate() {
        let text = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
        out.push(if at == 0 { '{' } else { ',' });
        out.push_str(&format!("{label}=\"{text}\""));
    }
    if !labels.is_empty() {
        out.push('}');
    }
    out.push_str(&format!(" {value}\n"));
}
