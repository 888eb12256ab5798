use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{RootCertStore, ServerConfig};
use schema::{News, Severity};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;

use super::smtp::Security;
use super::*;
use crate::delivery::Target;
use crate::delivery::tests::{Running, dead_letters, told as told_line, told_of};

/// What the server makes of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mood {
    Takes,
    /// Says this to the mail, or to one address.
    RefusesMail(&'static str),
    RefusesAddress(&'static str, &'static str),
    /// Greets and says no more.
    Hangs,
}

/// A small server of mail.
struct Server {
    port: u16,
    /// Every command, and the mail as one text, in order.
    heard: mpsc::UnboundedReceiver<String>,
}

impl Server {
    /// Meets its connections in these moods, one after the other.
    async fn start(security: Security, tls: Option<TlsAcceptor>, moods: &'static [Mood]) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (hears, heard) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            for mood in moods {
                let (stream, _) = listener.accept().await.unwrap();
                meet(stream, security, tls.clone(), *mood, hears.clone()).await;
            }
        });
        Server { port, heard }
    }

    async fn hear(&mut self, count: usize) -> Vec<String> {
        let mut heard = Vec::new();
        while heard.len() < count {
            heard.push(self.heard.recv().await.unwrap());
        }
        heard
    }
}

async fn meet(
    stream: TcpStream,
    security: Security,
    tls: Option<TlsAcceptor>,
    mood: Mood,
    hears: mpsc::UnboundedSender<String>,
) {
    match (security, tls) {
        (Security::Tls, Some(tls)) => {
            let Ok(stream) = tls.accept(stream).await else { return };
            talk(stream, "220 posta.example ESMTP\r\n", false, mood, &hears).await;
        }
        (Security::StartTls, Some(tls)) => {
            let Some(stream) = talk(stream, "220 posta.example ESMTP\r\n", true, mood, &hears).await else {
                return;
            };
            let Ok(stream) = tls.accept(stream).await else { return };
            talk(stream, "", false, mood, &hears).await;
        }
        _ => drop(talk(stream, "220-posta.example\r\n220 ESMTP\r\n", false, mood, &hears).await),
    }
}

/// Talks until the end; answers the stream when TLS is to begin.
async fn talk<S>(
    stream: S,
    greeting: &str,
    offers_tls: bool,
    mood: Mood,
    hears: &mpsc::UnboundedSender<String>,
) -> Option<S>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut stream = BufReader::new(stream);
    stream.write_all(greeting.as_bytes()).await.unwrap();
    stream.flush().await.unwrap();
    loop {
        let mut command = String::new();
        stream.read_line(&mut command).await.ok().filter(|read| *read > 0)?;
        let command = command.trim_end().to_owned();
        hears.send(command.clone()).unwrap();
        let answer = match (command.split(' ').next().unwrap(), mood) {
            (_, Mood::Hangs) => continue,
            ("EHLO", _) if offers_tls => "250-posta.example\r\n250 STARTTLS".to_owned(),
            ("EHLO", _) => "250-posta.example\r\n250 AUTH LOGIN PLAIN".to_owned(),
            ("STARTTLS", _) => "220 begin".to_owned(),
            ("AUTH", _) => "235 known".to_owned(),
            ("RCPT", Mood::RefusesAddress(address, answer)) if command.contains(address) => answer.to_owned(),
            ("DATA", _) => "354 send it".to_owned(),
            ("QUIT", _) => return None,
            _ => "250 ok".to_owned(),
        };
        stream.write_all(format!("{answer}\r\n").as_bytes()).await.unwrap();
        stream.flush().await.unwrap();
        match command.as_str() {
            "STARTTLS" => return Some(stream.into_inner()),
            "DATA" => {
                let mut mail = String::new();
                while !mail.ends_with("\r\n.\r\n") {
                    stream.read_line(&mut mail).await.unwrap();
                }
                hears.send(mail).unwrap();
                let answer = match mood {
                    Mood::RefusesMail(answer) => answer,
                    _ => "250 2.0.0 queued",
                };
                stream.write_all(format!("{answer}\r\n").as_bytes()).await.unwrap();
                stream.flush().await.unwrap();
            }
            _ => {}
        }
    }
}

/// An authority that `localhost` is known by, and whoever is it.
fn certified() -> (RootCertStore, TlsAcceptor) {
    let mut parameters = CertificateParams::new(Vec::new()).unwrap();
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(parameters, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let parameters = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let certificate = parameters.signed_by(&key, &authority).unwrap();
    let der = |pem: &str| CertificateDer::from_pem_slice(pem.as_bytes()).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(der(&authority.pem())).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![der(&certificate.pem())],
            PrivateKeyDer::from_pem_slice(key.serialize_pem().as_bytes()).unwrap(),
        );
    (roots, TlsAcceptor::from(Arc::new(config.unwrap())))
}

fn mailing(security: Security, port: u16, to: &[&str]) -> Mailing {
    Mailing {
        server: SmtpServer { security, host: "localhost".to_owned(), port },
        login: None,
        from: "campanile@comune.example".parse().unwrap(),
        to: to.iter().map(|to| to.parse().unwrap()).collect(),
        language: Language::Italian,
    }
}

fn told(id: &str) -> ToldAlert {
    serde_json::from_str(&told_line(id, Severity::High)).unwrap()
}

/// The text of a mail, as its reader sees it.
fn text(mail: &str) -> String {
    let (_, body) = mail.split_once("\r\n\r\n").unwrap();
    let body: String = body.trim_end_matches(".\r\n").split_whitespace().collect();
    String::from_utf8(STANDARD.decode(body).unwrap()).unwrap().replace("\r\n", "\n")
}

/// The subject of a mail, its encoded words read.
fn subject(mail: &str) -> String {
    let (_, behind) = mail.split_once("\r\nSubject: ").unwrap();
    let (subject, _) = behind.split_once("\r\nMessage-ID: ").unwrap();
    let words = subject.split("\r\n ").map(|word| {
        assert!(word.len() <= 75, "{word}");
        let word = word.strip_prefix("=?utf-8?B?").unwrap().strip_suffix("?=").unwrap();
        String::from_utf8(STANDARD.decode(word).unwrap()).unwrap()
    });
    words.collect()
}

#[test]
fn a_mail_about_an_incident_tells_its_story_and_what_to_do() {
    let mailing = mailing(Security::Loopback, 25, &["a@comune.example"]);
    let told: ToldAlert = serde_json::from_str(&told_of("0af3", News::Escalated, Severity::High)).unwrap();
    let mail = super::message::message(&mailing, &told);
    assert_eq!(subject(&mail), "[alta] più grave: una storia (default)");
    assert!(mail.contains("\r\nReferences: <i@comune.example>\r\n"), "{mail}");
    let text = text(&mail);
    assert!(text.starts_with("una storia\n\n1970-01-01 00:00:00 UTC  T-1 t\n"), "{text}");
    assert!(text.contains("Cosa fare adesso:\n1. Isolare\n"), "{text}");
}

#[tokio::test]
async fn a_mail_that_is_taken_says_who_what_and_where_the_lines_are() {
    let mut server = Server::start(Security::Loopback, None, &[Mood::Takes]).await;
    let mailing = mailing(Security::Loopback, server.port, &["a@comune.example", "b@comune.example"]);
    let mut told = told("0af3");
    told.alert.rule_title_it = "Più tentativi\r\nBcc: x@y.example, e così via per un titolo lungo".to_owned();
    told.alert.entities.insert("user_name".to_owned(), "mrossi\r\nGravità: bassa".to_owned());
    told.alert.evidence = (1..=25).map(|line| schema::Place { file: "campanile".into(), line }).collect();
    send(&mailing, &told).await.unwrap();
    let heard = server.hear(7).await;
    let expected = [
        "EHLO campanile.localdomain",
        "MAIL FROM:<campanile@comune.example>",
        "RCPT TO:<a@comune.example>",
        "RCPT TO:<b@comune.example>",
        "DATA",
    ];
    assert_eq!(heard[..5], expected);
    assert_eq!(heard[6], "QUIT");
    let mail = &heard[5];
    assert!(mail.contains("\r\nTo: a@comune.example,\r\n b@comune.example\r\n"), "{mail}");
    assert!(mail.contains("\r\nMessage-ID: <0af3.final@comune.example>\r\n"), "{mail}");
    assert!(mail.starts_with("Date: Thu, 01 Jan 1970 00:00:00 +0000\r\n"), "{mail}");
    assert!(mail.lines().all(|line| line.len() <= 78 && !line.starts_with("Bcc")), "{mail}");
    assert_eq!(
        subject(mail),
        "[alta] Più tentativi  Bcc: x@y.example, e così via per un titolo lungo (default)"
    );
    let text = text(mail);
    assert!(text.contains("\nGravità: alta\nStato: definitivo\nEnte: default\n"), "{text}");
    assert!(text.contains("\nuser_name: mrossi  Gravità: bassa\n"), "{text}");
    assert!(text.contains("where collector = 'campanile' and seq in (1, 2,"), "{text}");
    assert!(text.ends_with("\ne altre 5\n"), "{text}");
}

#[tokio::test]
async fn both_kinds_of_tls_carry_the_password_and_an_unknown_authority_gets_nothing() {
    for security in [Security::Tls, Security::StartTls] {
        let (roots, acceptor) = certified();
        let mut server = Server::start(security, Some(acceptor), &[Mood::Takes, Mood::Takes]).await;
        let login = Some(Login { user: "campanile".to_owned(), password: "parola".to_owned() });
        let mailing = Mailing { login, ..mailing(security, server.port, &["a@comune.example"]) };
        smtp::send(&mailing, &message(&mailing, &told("a")), || roots).await.unwrap();
        let clear = if security == Security::StartTls { 2 } else { 0 };
        let heard = server.hear(clear + 7).await;
        assert_eq!(heard[clear + 1], format!("AUTH PLAIN {}", STANDARD.encode("\0campanile\0parola")));

        let stranger = smtp::send(&mailing, "", RootCertStore::empty).await;
        assert!(matches!(stranger, Err(Undelivered::ForNow(_))), "{stranger:?}");
        while let Ok(command) = server.heard.try_recv() {
            assert!(matches!(command.as_str(), "EHLO campanile.localdomain" | "STARTTLS"), "{command}");
        }
    }
}

#[tokio::test]
async fn a_server_that_refuses_for_now_is_asked_again_and_one_that_refuses_for_good_is_quoted() {
    let moods = &[
        Mood::RefusesMail("451 4.7.1 greylisted, come again"),
        Mood::Takes,
        Mood::RefusesMail("554 5.7.1 not this kind of mail"),
        Mood::Takes,
    ];
    let mut server = Server::start(Security::Loopback, None, moods).await;
    let target = Target::Email(mailing(Security::Loopback, server.port, &["a@comune.example"]));
    let running = Running::start(tempfile::tempdir().unwrap(), target);
    ["a", "b", "c"].iter().for_each(|id| running.tell(&told_line(id, Severity::High)));
    let mut sent = Vec::new();
    while sent.len() < 4 {
        let heard = server.hear(1).await.remove(0);
        sent.extend(heard.split_once("\r\nMessage-ID: <").map(|(_, id)| id.get(..1).unwrap().to_owned()));
    }
    assert_eq!(sent, ["a", "a", "b", "c"]);
    let folder = running.stop().await;
    let words = "the server answered to the mail: 554 5.7.1 not this kind of mail";
    assert_eq!(dead_letters(&folder), [("b".to_owned(), words.to_owned())]);
}

#[tokio::test]
async fn who_cannot_be_reached_keeps_the_mail_from_no_other() {
    let moods = &[
        Mood::RefusesAddress("gone@", "550 5.1.1 no such person"),
        Mood::RefusesAddress("comune.example", "550 5.1.1 no such person"),
        Mood::RefusesAddress("gone@", "452 4.2.2 full"),
    ];
    let server = Server::start(Security::Loopback, None, moods).await;
    let to = |to: &[&str]| mailing(Security::Loopback, server.port, to);
    send(&to(&["gone@comune.example", "a@comune.example"]), &told("a")).await.unwrap();
    let refused = send(&to(&["gone@comune.example"]), &told("a")).await.unwrap_err();
    let words = "the server answered to gone@comune.example: 550 5.1.1 no such person";
    assert!(matches!(&refused, Undelivered::ForGood(said) if said == words), "{refused:?}");
    let full = send(&to(&["gone@comune.example"]), &told("a")).await.unwrap_err();
    assert!(matches!(full, Undelivered::ForNow(_)), "{full:?}");
}

#[tokio::test]
async fn a_server_that_hangs_or_is_not_there_is_asked_again_later() {
    let server = Server::start(Security::Loopback, None, &[Mood::Hangs]).await;
    let mailing = mailing(Security::Loopback, server.port, &["a@comune.example"]);
    let sent = within(Duration::from_millis(20), smtp::send(&mailing, "", RootCertStore::empty)).await;
    assert!(matches!(&sent, Err(Undelivered::ForNow(why)) if why.contains("did not answer")), "{sent:?}");
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let mailing = Mailing { server: SmtpServer { port: nobody, ..mailing.server }, ..mailing };
    let sent = smtp::send(&mailing, "", RootCertStore::empty).await;
    assert!(matches!(sent, Err(Undelivered::ForNow(_))), "{sent:?}");
}

#[tokio::test]
async fn words_in_the_clear_behind_starttls_are_not_taken_for_words_in_tls() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let injecting = tokio::spawn(async move {
        let mut stream = BufReader::new(listener.accept().await.unwrap().0);
        for answer in ["220 posta\r\n", "250 STARTTLS\r\n", "220 begin\r\n250 AUTH PLAIN\r\n235 known\r\n"] {
            stream.write_all(answer.as_bytes()).await.unwrap();
            stream.read_line(&mut String::new()).await.unwrap();
        }
    });
    let mailing = mailing(Security::StartTls, port, &["a@comune.example"]);
    let sent = smtp::send(&mailing, "", RootCertStore::empty).await;
    assert!(matches!(&sent, Err(Undelivered::ForNow(why)) if why.contains("in the clear")), "{sent:?}");
    injecting.await.unwrap();
}

#[test]
fn only_this_machine_is_spoken_to_in_the_clear() {
    let security = |text: &str| text.parse::<SmtpServer>().map(|server| server.security);
    for (text, expected) in [
        ("smtp://localhost:25", Security::Loopback),
        ("smtp://127.0.0.1:25", Security::Loopback),
        ("smtp://[::1]:25", Security::Loopback),
        ("smtps://localhost:465", Security::Tls),
        ("smtp://posta.comune.example:587", Security::StartTls),
        ("smtp://192.0.2.1:25", Security::StartTls),
        ("smtps://[2001:db8::1]:465", Security::Tls),
    ] {
        assert_eq!(security(text), Ok(expected), "{text}");
        assert_eq!(text.parse::<SmtpServer>().unwrap().to_string(), text);
    }
    for wrong in
        ["posta.example:25", "http://posta.example:25", "smtp://posta.example", "smtp://:25", "smtp://a b:25"]
    {
        assert_eq!(security(wrong), Err(()), "{wrong}");
    }
}

#[test]
fn an_address_can_end_neither_a_header_nor_a_command() {
    assert!("ufficio.ced+allarmi@comune.example".parse::<MailAddress>().is_ok());
    for wrong in ["", "a", "@b", "a@", "a@b@c", "a b@c", "a@c>", "a@c\r\nRCPT TO:<x@y>", "Nome <a@c>", "à@c"]
    {
        assert!(wrong.parse::<MailAddress>().is_err(), "{wrong}");
    }
}
