//! The configured sources, bound and running.
//!
//! Promises: every source is bound before any runs, so that a wrong address is told at the start.
//! Must not know: protocols.

use std::future::Future;
use std::net::SocketAddr;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;

use ingest::sources::{
    Error, FileTail, Forward, GelfTcp, GelfUdp, HttpSource, Lumberjack, Port, Relp, ServerKeys, Stdin,
    SyslogTcp, SyslogTls, SyslogUdp, SyslogUnix, SyslogUnixDatagram, Tls,
};
use ingest::{Book, Intake, ReceiveClock};
use schema::{Network, Origin};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::status::RunningSource;
use crate::config::{Listen, RateLimit, Secret, Settings, Source, TlsFiles};
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

/// The sources that run.
pub struct Started {
    /// All of them.
    pub running: Vec<RunningSource>,
    /// Those that the service's own HTTP port feeds.
    pub over_http: Vec<HttpSource>,
}

/// Share of one source of the text between sources and the journal, so that none takes the room of all.
const SOURCE_BYTES_MAX: usize = 8 << 20;

/// The type of sources that are fed over the service's own HTTP port.
const HTTP: &str = "http";

/// Binds every source, then starts them. `checkpoints`: folder where followed files keep how far they are read.
pub async fn start(
    settings: &Settings,
    collector: &str,
    checkpoints: &Path,
    taking: &Taking,
    tracker: &TaskTracker,
) -> Result<Started> {
    let mut bound = Vec::new();
    for source in &settings.source {
        let is_fed = source.kind == HTTP && source.listen.is_none();
        bound.push((source, if is_fed { None } else { Some(bind(source, checkpoints).await?) }));
    }
    let mut started = Started { running: Vec::new(), over_http: Vec::new() };
    for (source, bound) in bound {
        let book = Arc::<Book>::default();
        let port = port(source, collector, taking, Arc::clone(&book));
        started.running.push(RunningSource {
            name: source.name.clone(),
            kind: source.kind.clone(),
            tenant: source.tenant.clone(),
            address: bound.as_ref().map_or(HTTP, |bound| &bound.address).to_owned(),
            book,
        });
        let Some(bound) = bound else {
            let secret = source.secret.as_ref().map(Secret::reveal).transpose()?;
            let name = source.name.as_str().into();
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
        intake: taking.intake.lane(SOURCE_BYTES_MAX),
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

/// A source that is bound.
struct Bound {
    address: String,
    run: Box<dyn FnOnce(Port) -> Running + Send>,
}

type Running = Pin<Box<dyn Future<Output = std::result::Result<(), Error>> + Send>>;

impl Bound {
    fn new<F>(address: impl ToString, run: impl FnOnce(Port) -> F + Send + 'static) -> Bound
    where
        F: Future<Output = std::result::Result<(), Error>> + Send + 'static,
    {
        Bound { address: address.to_string(), run: Box::new(move |port| Box::pin(run(port))) }
    }
}

async fn bind(source: &Source, checkpoints: &Path) -> Result<Bound> {
    let told = |error: Error| {
        let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
        Failure::usage_text(
            format!("source {}: {error}{cause}", source.name),
            "another program has that address, it is not this machine's, its port needs a privilege, or a file is not readable",
        )
    };
    let bound = match (source.kind.as_str(), &source.listen) {
        ("file", None) if !source.paths.is_empty() => {
            let tail = FileTail::open(source.paths.clone(), checkpoints.join(&source.name)).map_err(told)?;
            Bound::new(source.paths.join(" "), |port| tail.run(port))
        }
        ("stdin", None) => {
            let stdin = Stdin::open().map_err(told)?;
            Bound::new("-", |port| stdin.run(port))
        }
        (kind, Some(Listen::Tcp(address))) => over_tcp(kind, *address, None, source).await?.map_err(told)?,
        (kind, Some(Listen::Tls(address))) => {
            let tls = tls(source)?;
            over_tcp(kind, *address, Some(tls), source).await?.map_err(told)?
        }
        ("syslog", Some(Listen::Udp(address))) => {
            let bound = SyslogUdp::bind(*address).map_err(told)?;
            Bound::new(Listen::Udp(bound.local_addr()), |port| bound.run(port))
        }
        ("gelf", Some(Listen::Udp(address))) => {
            let bound = GelfUdp::bind(*address).map_err(told)?;
            Bound::new(Listen::Udp(bound.local_addr()), |port| bound.run(port))
        }
        ("syslog", Some(listen @ Listen::Unix(path))) => {
            let bound = SyslogUnix::bind(path).map_err(told)?;
            Bound::new(listen, |port| bound.run(port))
        }
        ("syslog", Some(listen @ Listen::UnixDatagram(path))) => {
            let bound = SyslogUnixDatagram::bind(path).map_err(told)?;
            Bound::new(listen, |port| bound.run(port))
        }
        _ => return Err(unfit(source)),
    };
    Ok(bound)
}

/// A source over TCP, or over TLS when it is given.
async fn over_tcp(
    kind: &str,
    address: SocketAddr,
    tls: Option<Tls>,
    source: &Source,
) -> Result<std::result::Result<Bound, Error>> {
    let named = |address, is_tls| if is_tls { Listen::Tls(address) } else { Listen::Tcp(address) };
    let is_tls = tls.is_some();
    Ok(match (kind, tls) {
        ("syslog", None) => SyslogTcp::bind(address)
            .await
            .map(|bound| Bound::new(named(bound.local_addr(), is_tls), |port| bound.run(port))),
        ("syslog", Some(tls)) => SyslogTls::bind(address, tls)
            .await
            .map(|bound| Bound::new(named(bound.local_addr(), is_tls), |port| bound.run(port))),
        ("relp", tls) => Relp::bind(address, tls)
            .await
            .map(|bound| Bound::new(named(bound.local_addr(), is_tls), |port| bound.run(port))),
        ("lumberjack", tls) => Lumberjack::bind(address, tls)
            .await
            .map(|bound| Bound::new(named(bound.local_addr(), is_tls), |port| bound.run(port))),
        ("forward", tls) => Forward::bind(address, tls)
            .await
            .map(|bound| Bound::new(named(bound.local_addr(), is_tls), |port| bound.run(port))),
        ("gelf", None) => GelfTcp::bind(address)
            .await
            .map(|bound| Bound::new(named(bound.local_addr(), is_tls), |port| bound.run(port))),
        _ => return Err(unfit(source)),
    })
}

fn unfit(source: &Source) -> Failure {
    let (name, kind) = (&source.name, &source.kind);
    let place = source.listen.as_ref().map_or("nothing".to_owned(), |listen| format!("`{listen}`"));
    let fitting: Vec<&str> = ingest::sources::kinds()
        .iter()
        .filter(|known| known.name == *kind)
        .map(|known| known.example)
        .collect();
    let help = if fitting.is_empty() {
        "`campanile serve --help` names the page that lists the types".to_owned()
    } else {
        format!("a source of type {kind} takes {}", fitting.join(", "))
    };
    Failure::usage_text(format!("source {name}: a source of type `{kind}` cannot listen on {place}"), help)
}

fn tls(source: &Source) -> Result<Tls> {
    let Some(TlsFiles { certificate, key, client_authorities }) = &source.tls else {
        return Err(Failure::usage_text(
            format!("source {}: tls:// needs a certificate", source.name),
            "add tls = { certificate = \"...\", key = \"...\" } to the source",
        ));
    };
    let read = |path: &Path| {
        std::fs::read(path).map_err(|error| {
            Failure::usage_text(
                format!("source {}: cannot read {}: {error}", source.name, path.display()),
                "name a PEM file that the service may read",
            )
        })
    };
    let authorities = client_authorities.as_deref().map(read).transpose()?;
    let keys = ServerKeys::from_pem(&read(certificate)?, &read(key)?, authorities.as_deref());
    let keys = keys.map_err(|error| {
        Failure::usage_text(
            format!("source {}: {error}", source.name),
            "certificates and keys are PEM; the key belongs to the first certificate",
        )
    })?;
    Ok(Tls::new(Arc::new(keys)))
}
