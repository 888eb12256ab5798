//! Syslog over TLS.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use ingest::sources::{ServerKeys, SyslogTls, Tls};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use schema::Origin;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::desk::{Desk, soon, until};
use super::real_senders::{Forwarder, has, missing};

const ANY: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
pub const NAME: &str = "raccolta.comune.example";

/// A certificate and its key, in PEM.
pub struct Pair {
    pub certificate: String,
    pub key: String,
}

/// An authority that signs certificates.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub fn new() -> Authority {
        let mut parameters = CertificateParams::new(Vec::new()).unwrap();
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        parameters.distinguished_name.push(DnType::CommonName, "Autorita di prova");
        Authority(CertifiedIssuer::self_signed(parameters, KeyPair::generate().unwrap()).unwrap())
    }

    pub fn pem(&self) -> String {
        self.0.pem()
    }

    pub fn sign(&self, name: &str) -> Pair {
        let key = KeyPair::generate().unwrap();
        let parameters = CertificateParams::new(vec![name.to_owned()]).unwrap();
        let certificate = parameters.signed_by(&key, &self.0).unwrap();
        Pair { certificate: certificate.pem(), key: key.serialize_pem() }
    }
}

pub fn keys(pair: &Pair, clients: Option<&Authority>) -> ServerKeys {
    let clients = clients.map(Authority::pem);
    let keys = ServerKeys::from_pem(
        pair.certificate.as_bytes(),
        pair.key.as_bytes(),
        clients.as_deref().map(str::as_bytes),
    );
    keys.unwrap()
}

fn client(trusted: &Authority, shows: Option<&Pair>) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(trusted.pem().as_bytes()).unwrap()).unwrap();
    let builder = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots);
    let config = match shows {
        None => builder.with_no_client_auth(),
        Some(pair) => {
            let chain = vec![CertificateDer::from_pem_slice(pair.certificate.as_bytes()).unwrap()];
            let key = PrivateKeyDer::from_pem_slice(pair.key.as_bytes()).unwrap();
            builder.with_client_auth_cert(chain, key).unwrap()
        }
    };
    TlsConnector::from(Arc::new(config))
}

async fn connect(connector: &TlsConnector, address: SocketAddr) -> std::io::Result<TlsStream<TcpStream>> {
    let stream = TcpStream::connect(address).await?;
    soon(connector.connect(ServerName::try_from(NAME).unwrap(), stream)).await
}

async fn say(stream: &mut TlsStream<TcpStream>, text: &str) {
    soon(stream.write_all(text.as_bytes())).await.unwrap();
    soon(stream.flush()).await.unwrap();
}

#[tokio::test]
async fn counted_frames_arrive_over_tls() {
    let authority = Authority::new();
    let mut desk = Desk::new();
    let tls = Tls::new(keys(&authority.sign(NAME), None), HashMap::new());
    let source = SyslogTls::bind(ANY, tls).await.unwrap();
    let address = source.local_addr();
    let source = tokio::spawn(source.run(desk.port.clone()));
    let mut stream = connect(&client(&authority, None), address).await.unwrap();
    say(&mut stream, "21 <34>1 - h a - - - one21 <34>1 - h a - - - two").await;
    assert_eq!(desk.texts(2).await, ["<34>1 - h a - - - one", "<34>1 - h a - - - two"]);
    say(&mut stream, "23 <34>1 - h a - - - three").await;
    assert_eq!(desk.frame().await.peer.as_deref(), Some("127.0.0.1"));
    desk.port.stop.cancel();
    soon(source).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_certificate_says_whose_frames_they_are_and_without_one_nobody_sends() {
    let (authority, other) = (Authority::new(), Authority::new());
    let mut desk = Desk::new();
    let origin = Origin { collector: "prova".into(), source: "firewall".into(), tenant: "altro".into() };
    let origins = HashMap::from([("firewall.comune.example".to_owned(), Arc::new(origin.clone()))]);
    let tls = Tls::new(keys(&authority.sign(NAME), Some(&authority)), origins);
    let source = SyslogTls::bind(ANY, tls).await.unwrap();
    let address = source.local_addr();
    tokio::spawn(source.run(desk.port.clone()));
    for (name, expected) in
        [("firewall.comune.example", &origin), ("altro.comune.example", &*desk.port.origin.clone())]
    {
        let connector = client(&authority, Some(&authority.sign(name)));
        let mut stream = connect(&connector, address).await.unwrap();
        say(&mut stream, "<34>1 known\n").await;
        assert_eq!(*desk.batch_origin().await, *expected);
    }
    for shows in [None, Some(other.sign("firewall.comune.example"))] {
        let connector = client(&authority, shows.as_ref());
        // In TLS 1.3 the refusal comes after the client's own handshake.
        if let Ok(mut stream) = connect(&connector, address).await {
            assert!(soon(stream.read_u8()).await.is_err());
        }
    }
    assert_eq!(desk.page().connections_refused, 2);
}

#[tokio::test]
async fn certificates_are_replaced_while_open_connections_go_on() {
    let (old, new) = (Authority::new(), Authority::new());
    let mut desk = Desk::new();
    let tls = Tls::new(keys(&old.sign(NAME), None), HashMap::new());
    let source = SyslogTls::bind(ANY, tls.clone()).await.unwrap();
    let address = source.local_addr();
    tokio::spawn(source.run(desk.port.clone()));
    let mut before = connect(&client(&old, None), address).await.unwrap();
    say(&mut before, "<34>1 one\n").await;
    assert_eq!(desk.frame().await.text, "<34>1 one");
    tls.replace(keys(&new.sign(NAME), None), HashMap::new());
    assert!(connect(&client(&old, None), address).await.is_err());
    let mut after = connect(&client(&new, None), address).await.unwrap();
    say(&mut after, "<34>1 two\n").await;
    assert_eq!(desk.frame().await.text, "<34>1 two");
    say(&mut before, "<34>1 three\n").await;
    assert_eq!(desk.frame().await.text, "<34>1 three");
}

#[tokio::test]
async fn a_handshake_that_stays_half_open_or_is_none_is_given_up_and_counted() {
    let authority = Authority::new();
    let desk = Desk::new();
    let tls =
        Tls::new(keys(&authority.sign(NAME), None), HashMap::new()).handshake_max(Duration::from_millis(20));
    let source = SyslogTls::bind(ANY, tls).await.unwrap();
    let address = source.local_addr();
    tokio::spawn(source.run(desk.port.clone()));
    let mut silent = TcpStream::connect(address).await.unwrap();
    // Closed or reset: either way it is over.
    assert!(soon(silent.read_u8()).await.is_err());
    let mut half = TcpStream::connect(address).await.unwrap();
    soon(half.write_all(&[0x16, 0x03, 0x01, 0x02])).await.unwrap();
    assert!(soon(half.read_u8()).await.is_err());
    let mut plain = TcpStream::connect(address).await.unwrap();
    soon(plain.write_all(b"<34>1 - h a - - - not TLS at all\n")).await.unwrap();
    let mut alert = Vec::new();
    soon(plain.read_to_end(&mut alert)).await.ok();
    until(|| desk.page().connections_refused == 3 && desk.page().connections == 0).await;
}

#[tokio::test]
async fn keys_that_do_not_fit_are_named() {
    let authority = Authority::new();
    let (one, two) = (authority.sign(NAME), authority.sign(NAME));
    let error = ServerKeys::from_pem(one.certificate.as_bytes(), two.key.as_bytes(), None).unwrap_err();
    assert!(error.to_string().starts_with("cannot use certificate: "), "{error}");
    let error = ServerKeys::from_pem(b"", one.key.as_bytes(), None).unwrap_err();
    assert_eq!(error.to_string(), "cannot use certificate: no certificate in it");
    let error = ServerKeys::from_pem(one.certificate.as_bytes(), b"", None).unwrap_err();
    assert!(error.to_string().starts_with("cannot use private key: "), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rsyslog_is_heard_over_tls() {
    if !has("rsyslogd") || !std::path::Path::new("/usr/lib/x86_64-linux-gnu/rsyslog/lmnsd_gtls.so").exists() {
        missing("rsyslog's gtls driver");
        return;
    }
    let authority = Authority::new();
    let folder = tempfile::tempdir().unwrap();
    let trusted = folder.path().join("authority.pem");
    std::fs::write(&trusted, authority.pem()).unwrap();
    let mut desk = Desk::new();
    let source =
        SyslogTls::bind(ANY, Tls::new(keys(&authority.sign(NAME), None), HashMap::new())).await.unwrap();
    let port = source.local_addr().port();
    tokio::spawn(source.run(desk.port.clone()));
    let output = format!(
        "action(type=\"omfwd\" target=\"127.0.0.1\" port=\"{port}\" protocol=\"tcp\" StreamDriver=\"gtls\" \
         StreamDriverMode=\"1\" StreamDriverAuthMode=\"x509/name\" StreamDriverPermittedPeers=\"{NAME}\" \
         TCP_Framing=\"octet-counted\" template=\"RSYSLOG_SyslogProtocol23Format\")"
    );
    let global = format!("global(DefaultNetstreamDriverCAFile=\"{}\")", trusted.display());
    let rsyslog = Forwarder::rsyslog(&global, &output);
    rsyslog.say((0..200).map(|number| format!("tls {number}"))).await;
    for (number, text) in desk.texts(200).await.iter().enumerate() {
        assert!(text.starts_with("<13>1 ") && text.ends_with(&format!("tls {number}")), "{text}");
    }
}
