//! TLS of a source: keys that can be replaced while it runs, handshakes that end, and whose certificate it was.
//!
//! Promises: open connections keep the keys they began with; a handshake that is not done in time is given up and counted; a
//! name is believed only from a verified certificate. Must not know: what is said inside.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};
use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection};
use schema::Origin;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::certificate_name::name;
use super::{Error, Port};

/// A handshake that takes longer is given up, unless told otherwise.
pub const HANDSHAKE_MAX: Duration = Duration::from_secs(10);

/// Certificate and key of a source, and whose client certificates it asks for.
#[derive(Debug, Clone)]
pub struct ServerKeys(Arc<ServerConfig>);

impl ServerKeys {
    /// From PEM texts: the chain with the own certificate first, its key, and when clients must show a certificate, the
    /// authorities that sign those.
    pub fn from_pem(
        chain: &[u8],
        key: &[u8],
        client_authorities: Option<&[u8]>,
    ) -> Result<ServerKeys, Error> {
        Ok(ServerKeys(config(chain, key, client_authorities)?))
    }
}

fn config(chain: &[u8], key: &[u8], client_authorities: Option<&[u8]>) -> Result<Arc<ServerConfig>, Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| unusable("TLS versions", error))?;
    let builder = match client_authorities {
        None => builder.with_no_client_auth(),
        Some(authorities) => {
            let mut roots = RootCertStore::empty();
            for authority in certificates("client authorities", authorities)? {
                roots.add(authority).map_err(|error| unusable("client authorities", error))?;
            }
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build();
            builder
                .with_client_cert_verifier(verifier.map_err(|error| unusable("client authorities", error))?)
        }
    };
    let key = PrivateKeyDer::from_pem_slice(key).map_err(|error| unusable("private key", error))?;
    let config = builder.with_single_cert(certificates("certificate", chain)?, key);
    Ok(Arc::new(config.map_err(|error| unusable("certificate", error))?))
}

pub(crate) fn certificates(what: &'static str, pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, Error> {
    let certificates = CertificateDer::pem_slice_iter(pem).collect::<Result<Vec<_>, _>>();
    match certificates {
        Ok(certificates) if certificates.is_empty() => Err(unusable(what, "no certificate in it")),
        Ok(certificates) => Ok(certificates),
        Err(error) => Err(unusable(what, error)),
    }
}

pub(crate) fn unusable(what: &'static str, reason: impl ToString) -> Error {
    Error::Certificate { what, reason: reason.to_string() }
}

/// Source and tenant by the name in a certificate.
pub type Origins = HashMap<String, Arc<Origin>>;

/// How connections of a source are secured.
#[derive(Debug, Clone)]
pub struct Tls {
    in_force: Arc<RwLock<InForce>>,
    handshake_max: Duration,
    /// Protocols offered inside (ALPN); none where there is only one.
    protocols: &'static [&'static [u8]],
}

/// What may be replaced while a source runs.
#[derive(Debug)]
struct InForce {
    keys: ServerKeys,
    origins: Origins,
}

impl Tls {
    /// With these keys. Whoever shows a certificate of one of these names has the source and tenant of it; others keep the
    /// port's.
    pub fn new(keys: ServerKeys, origins: Origins) -> Tls {
        let in_force = Arc::new(RwLock::new(InForce { keys, origins }));
        Tls { in_force, handshake_max: HANDSHAKE_MAX, protocols: &[] }
    }

    /// Gives up handshakes after so long.
    pub fn handshake_max(self, handshake_max: Duration) -> Tls {
        Tls { handshake_max, ..self }
    }

    /// Offers these protocols inside, the best first.
    pub(crate) fn speaking(self, protocols: &'static [&'static [u8]]) -> Tls {
        Tls { protocols, ..self }
    }

    /// Other keys and names, for connections to come.
    pub fn replace(&self, keys: ServerKeys, origins: Origins) {
        *self.in_force.write().unwrap_or_else(PoisonError::into_inner) = InForce { keys, origins };
    }

    fn in_force(&self) -> RwLockReadGuard<'_, InForce> {
        self.in_force.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Secures a connection. Answers it with the port that its certificate says, or nothing when it failed: that is counted.
    pub(crate) async fn secure<S>(&self, stream: S, port: Port) -> Option<(TlsStream<S>, Port)>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let handshake = TlsAcceptor::from(self.config()).accept(stream);
        let secured = tokio::select! {
            secured = tokio::time::timeout(self.handshake_max, handshake) => secured.ok().and_then(Result::ok),
            () = port.stop.cancelled() => None,
        };
        let Some(stream) = secured else {
            port.book.connection_refused();
            return None;
        };
        let port = match self.origin(stream.get_ref().1) {
            Some(origin) => Port { origin, ..port },
            None => port,
        };
        Some((stream, port))
    }

    fn config(&self) -> Arc<ServerConfig> {
        let mut config = Arc::clone(&self.in_force().keys.0);
        if !self.protocols.is_empty() {
            let protocols = self.protocols.iter().map(|protocol| protocol.to_vec());
            Arc::make_mut(&mut config).alpn_protocols = protocols.collect();
        }
        config
    }

    fn origin(&self, connection: &ServerConnection) -> Option<Arc<Origin>> {
        let name = name(connection.peer_certificates()?.first()?)?;
        self.in_force().origins.get(&name).cloned()
    }
}
