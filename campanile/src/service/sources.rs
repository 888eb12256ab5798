//! The configured sources, bound and running.
//!
//! Promises: every source is bound before any runs, so that a wrong address is told at the start.
//! Must not know: protocols.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use ingest::sources::http::HttpSource;
use ingest::sources::{Error, Port, SyslogTcp, SyslogUdp, SyslogUnix};
use ingest::{Book, Intake, ReceiveClock};
use schema::{Network, Origin};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::status::RunningSource;
use crate::config::{Listen, RateLimit, Secret, Settings, Source};
use crate::exit::{Failure, Result};

/// What all sources share.
pub struct Taking {
    /// Where frames go.
    pub intake: Intake,
    /// When they were received.
    pub clock: Arc<ReceiveClock>,
    /// Says when to stop.
    pub stop: CancellationToken,
}

/// A source that is bound.
struct Bound {
    address: String,
    run: Box<dyn FnOnce(Port) -> Pin<Box<dyn Future<Output = std::result::Result<(), Error>> + Send>> + Send>,
}

impl Bound {
    fn new<F>(address: impl ToString, run: impl FnOnce(Port) -> F + Send + 'static) -> Bound
    where
        F: Future<Output = std::result::Result<(), Error>> + Send + 'static,
    {
        Bound { address: address.to_string(), run: Box::new(move |port| Box::pin(run(port))) }
    }
}

/// The sources that run.
pub struct Started {
    /// All of them.
    pub running: Vec<RunningSource>,
    /// Those that the service's own HTTP port feeds.
    pub over_http: Vec<HttpSource>,
}

/// Binds every source, then starts them.
pub async fn start(
    settings: &Settings,
    collector: &str,
    taking: &Taking,
    tracker: &TaskTracker,
) -> Result<Started> {
    let mut bound = Vec::new();
    for source in &settings.source {
        let is_fed = source.kind == HTTP && source.listen.is_none();
        bound.push((source, if is_fed { None } else { Some(bind(source).await?) }));
    }
    let mut started = Started { running: Vec::new(), over_http: Vec::new() };
    for (source, bound) in bound {
        let book = Arc::<Book>::default();
        let port = port(source, collector, taking, Arc::clone(&book));
        started.running.push(RunningSource {
            name: source.name.clone(),
            kind: source.kind.clone(),
            tenant: source.tenant.clone(),
            address: bound.as_ref().map_or("http", |bound| &bound.address).to_owned(),
            book,
        });
        let Some(bound) = bound else {
            let name = source.name.as_str().into();
            let secret = source.secret.as_ref().map(Secret::reveal).transpose()?;
            started.over_http.push(HttpSource { name, port, secret: secret.map(Arc::from) });
            continue;
        };
        let (name, run) = (source.name.clone(), (bound.run)(port));
        tracker.spawn(async move {
            if let Err(error) = run.await {
                tracing::error!(source = name, error = &error as &dyn std::error::Error, "a source ended");
            }
        });
    }
    Ok(started)
}

/// The type of sources that are fed over the service's own HTTP port.
const HTTP: &str = "http";

fn port(source: &Source, collector: &str, taking: &Taking, book: Arc<Book>) -> Port {
    let origin = Origin {
        collector: collector.into(),
        source: source.name.as_str().into(),
        tenant: source.tenant.as_str().into(),
    };
    // What is no network was told when the configuration was read.
    let allow: Vec<Network> = source.allow.iter().filter_map(|network| network.parse().ok()).collect();
    Port {
        origin: Arc::new(origin),
        intake: taking.intake.clone(),
        book,
        clock: Arc::clone(&taking.clock),
        line_bytes_max: usize::try_from(source.max_line.0).unwrap_or(usize::MAX),
        rate_max: match source.rate_limit {
            RateLimit::Off => None,
            RateLimit::PerSecond(frames) => Some(frames),
        },
        allow: allow.into(),
        stop: taking.stop.clone(),
    }
}

async fn bind(source: &Source) -> Result<Bound> {
    let told = |error: Error| {
        let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
        Failure::usage_text(
            format!("source {}: {error}{cause}", source.name),
            "another program has that address, it is not this machine's, or its port needs a privilege",
        )
    };
    match (source.kind.as_str(), &source.listen) {
        ("syslog", Some(Listen::Tcp(address))) => {
            let bound = SyslogTcp::bind(*address).await.map_err(told)?;
            Ok(Bound::new(Listen::Tcp(bound.local_addr()), |port| bound.run(port)))
        }
        ("syslog", Some(Listen::Udp(address))) => {
            let bound = SyslogUdp::bind(*address).map_err(told)?;
            Ok(Bound::new(Listen::Udp(bound.local_addr()), |port| bound.run(port)))
        }
        ("syslog", Some(Listen::Unix(path))) => {
            let bound = SyslogUnix::bind(path).map_err(told)?;
            Ok(Bound::new(Listen::Unix(path.clone()), |port| bound.run(port)))
        }
        (kind, listen) => {
            let listen = listen.as_ref().map_or("nothing".to_owned(), |listen| format!("`{listen}`"));
            Err(Failure::usage_text(
                format!("source {}: a source of type `{kind}` cannot listen on {listen}", source.name),
                "docs/guide/service.md lists the types and what each listens on",
            ))
        }
    }
}
