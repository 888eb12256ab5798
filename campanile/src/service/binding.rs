//! A configured source bound to its address, and its keys read.
//!
//! Must not know: when sources start and stop.

use std::collections::HashMap;
use std::future::Future;
use std::net::SocketAddr;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;

use ingest::Positions;
use ingest::sources::{
    Error, FileTail, Forward, GelfTcp, GelfUdp, HANDSHAKE_MAX, Http, Lumberjack, Nodes, Origins, Port, Relp,
    ServerKeys, Stdin, SyslogTcp, SyslogTls, SyslogUdp, SyslogUnix, SyslogUnixDatagram, Tls,
};
use schema::Origin;

use super::patience::patience;
use crate::config::{Listen, Secret, Source, TlsFiles};
use crate::exit::{Failure, Result};

/// A source that is bound.
pub struct Bound {
    /// Where it listens.
    pub address: String,
    /// Its keys, over TLS.
    pub tls: Option<Tls>,
    /// Receives until told to stop.
    pub run: Box<dyn FnOnce(Port) -> Running + Send>,
}

type Running = Pin<Box<dyn Future<Output = std::result::Result<(), Error>> + Send>>;

impl Bound {
    fn new<F>(address: impl ToString, run: impl FnOnce(Port) -> F + Send + 'static) -> Bound
    where
        F: Future<Output = std::result::Result<(), Error>> + Send + 'static,
    {
        Bound { address: address.to_string(), tls: None, run: Box::new(move |port| Box::pin(run(port))) }
    }
}

/// Binds a source of `settings`. `checkpoints`: folder where followed files keep how far they are read; `positions`: how far
/// other nodes' journals are here.
pub async fn bind(
    source: &Source,
    collector: &str,
    checkpoints: &Path,
    positions: &Positions,
) -> Result<Bound> {
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
        (_, Some(Listen::Tcp(address))) => {
            over_tcp(source, *address, None, positions).await?.map_err(told)?
        }
        (_, Some(Listen::Tls(address))) => {
            let (keys, origins) = keys(source, collector)?;
            let tls = Tls::new(keys, origins).handshake_max(patience(HANDSHAKE_MAX));
            let bound = over_tcp(source, *address, Some(tls.clone()), positions).await?.map_err(told)?;
            Bound { tls: Some(tls), ..bound }
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
    source: &Source,
    address: SocketAddr,
    tls: Option<Tls>,
    positions: &Positions,
) -> Result<std::result::Result<Bound, Error>> {
    let named = |address, is_tls| if is_tls { Listen::Tls(address) } else { Listen::Tcp(address) };
    let is_tls = tls.is_some();
    Ok(match (source.kind.as_str(), tls) {
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
        ("campanile", tls) => Nodes::bind(address, tls, positions.clone())
            .await
            .map(|bound| Bound::new(named(bound.local_addr(), is_tls), |port| bound.run(port))),
        ("http", tls) => {
            let secret = source.secret.as_ref().map(Secret::reveal).transpose()?.map(Arc::from);
            Http::bind(address, tls).await.map(|bound| {
                let bound = bound.secret(secret);
                Bound::new(named(bound.local_addr(), is_tls), |port| bound.run(port))
            })
        }
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

/// Reads the keys of a source over TLS, and who is who by certificate.
pub fn keys(source: &Source, collector: &str) -> Result<(ServerKeys, Origins)> {
    let Some(TlsFiles { certificate, key, client_authorities, senders }) = &source.tls else {
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
    let origins = senders.iter().map(|(name, tenant)| (name.clone(), origin(source, collector, tenant)));
    Ok((keys, origins.collect::<HashMap<_, _>>()))
}

/// Whose frames of a source are, when they are that tenant's.
pub fn origin(source: &Source, collector: &str, tenant: &str) -> Arc<Origin> {
    let source = source.name.as_str().into();
    Arc::new(Origin { collector: collector.into(), source, tenant: tenant.into() })
}
