//! RFC 5424 over UDP (RFC 5426) or TCP (RFC 6587, octet counting), the alert as JSON for a message.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::str::FromStr;
use std::time::Duration;

use schema::Severity;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpStream, UdpSocket, lookup_host};

use super::{ToldAlert, Undelivered};

/// `log alert`, facility 14 of RFC 5424.
const FACILITY: u8 = 14;

/// How long the receiver has to take an alert.
const SEND_TIME_MAX: Duration = Duration::from_secs(15);

/// A receiver of syslog, as `udp://host:514` or `tcp://host:601`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyslogAddress {
    is_tcp: bool,
    host_and_port: String,
}

impl FromStr for SyslogAddress {
    type Err = ();

    fn from_str(text: &str) -> Result<SyslogAddress, ()> {
        let (scheme, host_and_port) = text.split_once("://").ok_or(())?;
        let (host, port) = host_and_port.rsplit_once(':').ok_or(())?;
        let is_right = !host.is_empty() && port.parse::<u16>().is_ok();
        match scheme {
            "udp" | "tcp" if is_right => {
                Ok(SyslogAddress { is_tcp: scheme == "tcp", host_and_port: host_and_port.to_owned() })
            }
            _ => Err(()),
        }
    }
}

impl fmt::Display for SyslogAddress {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}://{}", if self.is_tcp { "tcp" } else { "udp" }, self.host_and_port)
    }
}

/// Sends an alert.
pub async fn send(address: &SyslogAddress, line: &str, told: &ToldAlert) -> Result<(), Undelivered> {
    let message = message(line, told);
    let sent = async {
        if address.is_tcp { send_tcp(address, &message).await } else { send_udp(address, &message).await }
    };
    // A firewall that drops what it does not like holds a connection up for minutes.
    let sent = tokio::time::timeout(SEND_TIME_MAX, sent).await.map_err(std::io::Error::from);
    sent.flatten().map_err(|error| Undelivered::ForNow(error.to_string()))
}

async fn send_tcp(address: &SyslogAddress, message: &str) -> std::io::Result<()> {
    let mut stream = TcpStream::connect(&address.host_and_port).await?;
    stream.write_all(format!("{} {message}", message.len()).as_bytes()).await?;
    stream.shutdown().await
}

async fn send_udp(address: &SyslogAddress, message: &str) -> std::io::Result<()> {
    let Some(receiver) = lookup_host(&address.host_and_port).await?.next() else {
        return Err(std::io::Error::new(std::io::ErrorKind::NotFound, "the name has no address"));
    };
    let own: SocketAddr = match receiver {
        SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
        SocketAddr::V6(_) => (std::net::Ipv6Addr::UNSPECIFIED, 0).into(),
    };
    UdpSocket::bind(own).await?.send_to(message.as_bytes(), receiver).await.map(drop)
}

/// Header and JSON. The time is left to the receiver: the alert says its own.
fn message(line: &str, told: &ToldAlert) -> String {
    let severity = match told.severity() {
        Severity::Critical => 2,
        Severity::High => 3,
        Severity::Medium => 4,
        Severity::Low => 5,
        Severity::Info => 6,
    };
    let priority = FACILITY * 8 + severity;
    format!("<{priority}>1 - - campanile - alert - {line}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_protocol_host_and_port() {
        let address: SyslogAddress = "tcp://log.example:601".parse().unwrap();
        assert_eq!((address.is_tcp, address.to_string().as_str()), (true, "tcp://log.example:601"));
        assert!("udp://[2001:db8::1]:514".parse::<SyslogAddress>().is_ok());
        for wrong in
            ["log.example:601", "tls://log.example:601", "tcp://log.example", "udp://:514", "udp://x:99999"]
        {
            assert!(wrong.parse::<SyslogAddress>().is_err(), "{wrong}");
        }
    }
}
