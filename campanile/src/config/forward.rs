//! The table `[forward]`: where `campanile forward` sends what it collects.

use std::borrow::Cow;
use std::fmt;
use std::path::{Path, PathBuf};

use ingest::{ClientKeys, Upstream};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserializer};
use serde::{Deserialize, Serialize, Serializer};

use super::quantity::ByteSize;
use super::settings::off;
use crate::exit::{Failure, Result};

/// Where `campanile forward` sends what it collects; `serve` does not look at it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Forward {
    /// Where to: tls:// or tcp://, host and port of a source of type `campanile`.
    pub to: NodeAddress,
    /// Name of this node in every event it collects. No other that sends to the same place has it.
    pub collector: String,
    /// Bytes a second at most, as "1MiB", or `off`.
    #[serde(default)]
    pub bandwidth: Bandwidth,
    /// Certificates, for tls://.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls: Option<ClientFiles>,
}

/// PEM files of a node that sends over TLS.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClientFiles {
    /// Authorities that sign the certificate of the node above.
    pub authorities: PathBuf,
    /// The certificate this node shows, and those between it and a known authority.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<PathBuf>,
    /// Its private key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<PathBuf>,
}

impl ClientFiles {
    /// The files that are named.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        [Some(&self.authorities), self.certificate.as_ref(), self.key.as_ref()]
            .into_iter()
            .flatten()
            .map(PathBuf::as_path)
    }
}

impl Forward {
    /// The node above, its certificates read.
    pub fn upstream(&self) -> Result<Upstream> {
        let keys = match (&self.tls, self.to.is_tls) {
            (Some(files), true) => Some(keys(files)?),
            (None, true) => {
                return Err(Failure::usage_text(
                    "forward: tls:// needs the authorities that sign the node above",
                    "add tls = { authorities = \"...\", certificate = \"...\", key = \"...\" } to [forward]",
                ));
            }
            (_, false) => None,
        };
        Ok(Upstream::new(&self.to.host, self.to.port, keys))
    }
}

fn keys(files: &ClientFiles) -> Result<ClientKeys> {
    let read = |path: &PathBuf| {
        std::fs::read(path).map_err(|error| {
            Failure::usage_text(
                format!("forward: cannot read {}: {error}", path.display()),
                "name a PEM file that the service may read",
            )
        })
    };
    let own = files.certificate.as_ref().zip(files.key.as_ref());
    let own = own.map(|(certificate, key)| Ok::<_, Failure>((read(certificate)?, read(key)?))).transpose()?;
    let own = own.as_ref().map(|(certificate, key)| (certificate.as_slice(), key.as_slice()));
    ClientKeys::from_pem(&read(&files.authorities)?, own).map_err(|error| {
        Failure::usage_text(
            format!("forward: {error}"),
            "certificates and keys are PEM; the key belongs to the first certificate",
        )
    })
}

/// A bound on bytes a second.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "bytes a second, as \"1MiB\", or \"off\"")]
pub enum Bandwidth {
    /// No bound.
    #[default]
    #[serde(with = "off")]
    #[schemars(schema_with = "off::schema")]
    Off,
    /// Bytes a second.
    PerSecond(ByteSize),
}

impl Bandwidth {
    /// Bytes a second, when bounded.
    pub fn bytes_per_second(self) -> Option<u64> {
        match self {
            Bandwidth::Off => None,
            Bandwidth::PerSecond(ByteSize(bytes)) => Some(bytes),
        }
    }
}

/// Another node: `tls://raccolta.example:8515`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeAddress {
    is_tls: bool,
    host: String,
    port: u16,
}

impl NodeAddress {
    fn read(text: &str) -> Option<NodeAddress> {
        let (scheme, address) = text.split_once("://")?;
        let is_tls = match scheme {
            "tls" => true,
            "tcp" => false,
            _ => return None,
        };
        let (host, port) = address.rsplit_once(':')?;
        // Brackets are of IPv6 addresses.
        let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        let port = port.parse().ok().filter(|port| *port > 0)?;
        (!host.is_empty()).then(|| NodeAddress { is_tls, host: host.to_owned(), port })
    }
}

impl fmt::Display for NodeAddress {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.is_tls { "tls" } else { "tcp" };
        match self.host.contains(':') {
            true => write!(out, "{scheme}://[{}]:{}", self.host, self.port),
            false => write!(out, "{scheme}://{}:{}", self.host, self.port),
        }
    }
}

impl Serialize for NodeAddress {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for NodeAddress {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        NodeAddress::read(&text).ok_or_else(|| {
            de::Error::custom(format!(
                "`{text}` is no node: write tls:// or tcp://, its name or address, and its port, \
                 as \"tls://raccolta.example:8515\""
            ))
        })
    }
}

impl JsonSchema for NodeAddress {
    fn schema_name() -> Cow<'static, str> {
        "NodeAddress".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^(tcp|tls)://.+:[0-9]+$", "examples": ["tls://raccolta.example:8515"] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_is_read_and_written_alike() {
        for text in ["tls://raccolta.example:8515", "tcp://192.0.2.1:8515", "tls://[2001:db8::1]:8515"] {
            assert_eq!(NodeAddress::read(text).map(|node| node.to_string()).as_deref(), Some(text));
        }
        for text in ["raccolta.example:8515", "udp://a:1", "tls://:8515", "tls://a", "tls://a:0", "tls://a:x"]
        {
            assert_eq!(NodeAddress::read(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_not_said_is_the_default_and_a_bandwidth_has_a_unit() {
        let read = |text: &str| toml::from_str::<Forward>(text);
        let least = "to = \"tcp://a:1\"\ncollector = \"comune-a\"\n";
        assert_eq!(read(least).unwrap().bandwidth, Bandwidth::Off);
        let bounded = read(&format!("{least}bandwidth = \"64KiB\"\n")).unwrap();
        assert_eq!(bounded.bandwidth.bytes_per_second(), Some(65_536));
        let error = read(&format!("{least}bandwidth = 64\n")).unwrap_err().to_string();
        assert!(error.contains("as \"1MiB\""), "{error}");
    }
}
