//! The configured sources, bound and running, and changed while they run.
//!
//! Promises: every source is bound before any runs, so that a wrong address is told at the start; a change is looked at
//! whole before any of it is made, and no connection is closed that need not be. Must not know: protocols.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use ingest::sources::{HttpSource, Origins, Port, ServerKeys, Tls};
use ingest::{Book, Intake, Limits, Positions, ReceiveClock, UNFINISHED_MAX};
use schema::Network;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::binding::{Bound, bind, keys, origin};
use super::patience::patience;
use super::status::RunningSource;
use crate::config::{RateLimit, Secret, Settings, Source};
use crate::exit::Result;

/// What all sources share.
pub struct Taking {
    /// Name of this machine's frames.
    pub collector: Arc<str>,
    /// Where frames go.
    pub intake: Intake,
    /// How far other nodes' journals are here.
    pub positions: Positions,
    /// When they were received.
    pub clock: Arc<ReceiveClock>,
    /// Folder where followed files keep how far they are read.
    pub followed: PathBuf,
    /// Connections of each source.
    pub connections_max: usize,
    /// Where sources run.
    pub tasks: TaskTracker,
    /// Says when to stop.
    pub stop: CancellationToken,
}

/// What runs, as others see it.
pub type Shown = Arc<RwLock<Vec<RunningSource>>>;

/// The sources that run.
pub struct Sources {
    taking: Taking,
    running: BTreeMap<String, Running>,
    shown: Shown,
}

/// A source that runs.
struct Running {
    configured: Source,
    limits: Arc<Limits>,
    tls: Option<Tls>,
    stop: CancellationToken,
}

/// A change that was looked at and can be made.
pub struct Change {
    added: Vec<(Source, Bound)>,
    changed: Vec<(Source, Option<(ServerKeys, Origins)>)>,
    removed: Vec<String>,
    /// Sources whose change a restart makes.
    pub left_out: Vec<String>,
}

/// Share of one source of the text between sources and the journal, so that none takes the room of all.
const SOURCE_BYTES_MAX: usize = 8 << 20;

/// The type of sources that are fed over the service's own HTTP port.
const HTTP: &str = "http";

fn is_fed(source: &Source) -> bool {
    source.kind == HTTP && source.listen.is_none()
}

impl Sources {
    /// Binds every source, then starts them. Answers also those that the service's own HTTP port feeds.
    pub async fn start(settings: &Settings, taking: Taking) -> Result<(Sources, Vec<HttpSource>)> {
        let mut sources = Sources { taking, running: BTreeMap::new(), shown: Shown::default() };
        let mut bound = Vec::new();
        for source in &settings.source {
            bound.push(if is_fed(source) { None } else { Some(sources.bind(source).await?) });
        }
        let mut over_http = Vec::new();
        for (source, bound) in settings.source.iter().zip(bound) {
            if let Some(bound) = bound {
                sources.run(source, bound);
                continue;
            }
            let secret = source.secret.as_ref().map(Secret::reveal).transpose()?.map(Arc::from);
            let port = sources.open(source, HTTP, None);
            over_http.push(HttpSource { name: source.name.as_str().into(), port, secret });
        }
        Ok((sources, over_http))
    }

    /// What runs, now and after every change.
    pub fn shown(&self) -> Shown {
        Arc::clone(&self.shown)
    }

    /// Looks at what the settings change: new addresses are bound, keys read. Nothing is changed yet.
    pub async fn prepare(&self, settings: &Settings) -> Result<Change> {
        let mut change =
            Change { added: Vec::new(), changed: Vec::new(), removed: Vec::new(), left_out: Vec::new() };
        for source in &settings.source {
            match self.running.get(&source.name) {
                Some(running) if is_same_place(&running.configured, source) => {
                    let keys =
                        running.tls.as_ref().map(|_| keys(source, &self.taking.collector)).transpose()?;
                    change.changed.push((source.clone(), keys));
                }
                None if !is_fed(source) => change.added.push((source.clone(), self.bind(source).await?)),
                _ => change.left_out.push(source.name.clone()),
            }
        }
        for (name, running) in &self.running {
            if !settings.source.iter().any(|source| source.name == *name) {
                let names =
                    if is_fed(&running.configured) { &mut change.left_out } else { &mut change.removed };
                names.push(name.clone());
            }
        }
        Ok(change)
    }

    /// Makes a change. What a source that goes had received is delivered first.
    pub fn make(&mut self, change: Change) {
        for (source, tls) in change.changed {
            let Some(running) = self.running.get_mut(&source.name) else { continue };
            let (line_bytes_max, rate_max, allow) = admitted(&source);
            running.limits.replace(line_bytes_max, rate_max, allow);
            if let (Some(tls), Some((keys, origins))) = (&running.tls, tls) {
                tls.replace(keys, origins);
            }
            running.configured = source;
        }
        for name in change.removed {
            if let Some(running) = self.running.remove(&name) {
                running.stop.cancel();
            }
            self.write_shown().retain(|source| source.name != name);
        }
        change.added.into_iter().for_each(|(source, bound)| self.run(&source, bound));
    }

    async fn bind(&self, source: &Source) -> Result<Bound> {
        let Taking { collector, followed, positions, .. } = &self.taking;
        bind(source, collector, followed, positions).await
    }

    fn run(&mut self, source: &Source, bound: Bound) {
        let port = self.open(source, &bound.address, bound.tls);
        let (name, book) = (source.name.clone(), Arc::clone(&port.book));
        let run = (bound.run)(port);
        self.taking.tasks.spawn(async move {
            if let Err(error) = run.await {
                tracing::error!(source = name, error = &error as &dyn std::error::Error, "a source ended");
                book.set_trouble(Some(format!("it has ended: {error}")));
            }
        });
    }

    /// The port of a source that begins to run.
    fn open(&mut self, source: &Source, address: &str, tls: Option<Tls>) -> Port {
        let (line_bytes_max, rate_max, allow) = admitted(source);
        let limits = Limits::new(line_bytes_max, rate_max, allow);
        let limits = limits.with_connections_max(self.taking.connections_max);
        let limits = Arc::new(limits.with_unfinished_max(patience(UNFINISHED_MAX)));
        let (book, stop) = (Arc::<Book>::default(), self.taking.stop.child_token());
        self.write_shown().push(RunningSource {
            name: source.name.clone(),
            kind: source.kind.clone(),
            tenant: source.tenant.clone(),
            address: address.to_owned(),
            book: Arc::clone(&book),
        });
        let running =
            Running { configured: source.clone(), limits: Arc::clone(&limits), tls, stop: stop.clone() };
        self.running.insert(source.name.clone(), running);
        Port {
            origin: origin(source, &self.taking.collector, &source.tenant),
            intake: self.taking.intake.lane(SOURCE_BYTES_MAX),
            book,
            clock: Arc::clone(&self.taking.clock),
            limits,
            stop,
        }
    }

    fn write_shown(&self) -> std::sync::RwLockWriteGuard<'_, Vec<RunningSource>> {
        self.shown.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// True when what differs can be changed while the source runs.
fn is_same_place(one: &Source, other: &Source) -> bool {
    let place = |source: &Source| {
        let Source { kind, listen, tenant, paths, secret, tls, .. } = source.clone();
        (kind, listen, tenant, paths, secret, tls.is_some())
    };
    place(one) == place(other)
}

/// Longest line, lines a second, networks.
fn admitted(source: &Source) -> (usize, Option<u32>, Vec<Network>) {
    let rate_max = match source.rate_limit {
        RateLimit::Off => None,
        RateLimit::PerSecond(frames) => Some(frames),
    };
    // What is no network was told when the configuration was read.
    let allow = source.allow.iter().filter_map(|network| network.parse().ok()).collect();
    (usize::try_from(source.max_line.0).unwrap_or(usize::MAX), rate_max, allow)
}
