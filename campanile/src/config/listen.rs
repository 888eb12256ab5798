//! Where a source listens, as people write it: `tcp://0.0.0.0:514`, `udp://`, `tls://`, `unix:/run/campanile.sock`.

use std::borrow::Cow;
use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserialize, Deserializer};
use serde::{Serialize, Serializer};

/// A place to listen on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listen {
    /// TCP.
    Tcp(SocketAddr),
    /// UDP.
    Udp(SocketAddr),
    /// TLS over TCP.
    Tls(SocketAddr),
    /// A stream socket in the file system.
    Unix(PathBuf),
    /// A datagram socket in the file system.
    UnixDatagram(PathBuf),
}

impl Listen {
    fn read(text: &str) -> Option<Listen> {
        if let Some(path) = text.strip_prefix("unix:").filter(|path| !path.is_empty()) {
            return Some(Listen::Unix(PathBuf::from(path)));
        }
        if let Some(path) = text.strip_prefix("unix-datagram:").filter(|path| !path.is_empty()) {
            return Some(Listen::UnixDatagram(PathBuf::from(path)));
        }
        let (scheme, address) = text.split_once("://")?;
        let address = address.parse().ok()?;
        match scheme {
            "tcp" => Some(Listen::Tcp(address)),
            "udp" => Some(Listen::Udp(address)),
            "tls" => Some(Listen::Tls(address)),
            _ => None,
        }
    }
}

impl fmt::Display for Listen {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Listen::Tcp(address) => write!(out, "tcp://{address}"),
            Listen::Udp(address) => write!(out, "udp://{address}"),
            Listen::Tls(address) => write!(out, "tls://{address}"),
            Listen::Unix(path) => write!(out, "unix:{}", path.display()),
            Listen::UnixDatagram(path) => write!(out, "unix-datagram:{}", path.display()),
        }
    }
}

impl Serialize for Listen {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Listen {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        Listen::read(&text).ok_or_else(|| {
            de::Error::custom(format!(
                "`{text}` is nothing to listen on: write tcp://, udp:// or tls:// and an address with its port, \
                 as \"tcp://0.0.0.0:514\", or unix: or unix-datagram: and a path"
            ))
        })
    }
}

impl JsonSchema for Listen {
    fn schema_name() -> Cow<'static, str> {
        "Listen".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^((tcp|udp|tls)://.+:[0-9]+|unix(-datagram)?:.+)$", "examples": ["tcp://0.0.0.0:514"] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_and_written_alike() {
        for text in
            ["tcp://0.0.0.0:514", "udp://[::1]:514", "tls://192.0.2.1:6514", "unix:/run/campanile.sock"]
        {
            assert_eq!(Listen::read(text).map(|listen| listen.to_string()).as_deref(), Some(text));
        }
        for text in [
            "tcp://somewhere",
            "0.0.0.0:514",
            "tcp:0.0.0.0:514",
            "http://0.0.0.0:80",
            "unix:",
            "tcp://0.0.0.0",
        ] {
            assert_eq!(Listen::read(text), None, "{text}");
        }
    }
}
