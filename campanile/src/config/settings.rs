//! What `campanile.toml` may hold, and what holds when it is silent.
//!
//! One struct a table of the file; the doc comments become the JSON Schema's descriptions.

use std::collections::BTreeMap;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::deliver::Delivery;
use super::forward::Forward;
use super::listen::Listen;
use super::parameters::Parameters;
use super::quantity::{ByteSize, Length};
use crate::exit::{Failure, Result};

/// Configuration of a Campanile node.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Folder of journal, lake, alerts and state.
    pub data_dir: PathBuf,
    /// The comuni and bodies whose logs arrive here, by short name.
    pub tenant: BTreeMap<String, Tenant>,
    /// Where logs come from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub source: Vec<Source>,
    /// The write-ahead journal.
    pub journal: Journal,
    /// The event table on disk.
    pub lake: Lake,
    /// What was received, sealed as it came.
    pub originals: Originals,
    /// Detections.
    pub detect: Detect,
    /// What detections know about the town: list name to CSV file.
    pub lists: BTreeMap<String, PathBuf>,
    /// Scheduled forensics.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub job: Vec<Job>,
    /// Where alerts go.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub deliver: Vec<Delivery>,
    /// Web page and HTTP API.
    pub http: Http,
    /// Where `campanile forward` sends what it collects.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forward: Option<Forward>,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            data_dir: PathBuf::from("/var/lib/campanile"),
            tenant: BTreeMap::from([("default".to_owned(), Tenant::default())]),
            source: Vec::new(),
            journal: Journal::default(),
            lake: Lake::default(),
            originals: Originals::default(),
            detect: Detect::default(),
            lists: BTreeMap::new(),
            job: Vec::new(),
            deliver: Vec::new(),
            http: Http::default(),
            forward: None,
        }
    }
}

impl Settings {
    /// Where the lake is, as a path or a URL.
    pub fn lake_location(&self) -> String {
        match self.lake.url.as_str() {
            "data_dir" => self.data_dir.join("lake").display().to_string(),
            url => url.to_owned(),
        }
    }
}

/// A comune or another body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Tenant {
    /// Name as people read it.
    pub name: String,
    /// ISTAT code, six digits.
    pub istat: String,
    /// Code of the police centre it reports to.
    pub cosc: String,
    /// Zone of the devices that do not say theirs, an IANA name.
    pub timezone: String,
    /// Days off beside the national holidays: the patron saint, bridges.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<String>")]
    pub holidays: Vec<jiff::civil::Date>,
}

impl Default for Tenant {
    fn default() -> Tenant {
        Tenant {
            name: "Comune di Esempio".to_owned(),
            istat: "999999".to_owned(),
            cosc: String::new(),
            timezone: "Europe/Rome".to_owned(),
            holidays: Vec::new(),
        }
    }
}

/// A source of logs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Name, unique in the file.
    pub name: String,
    /// Kind of source, as `syslog`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Where to listen: udp:// tcp:// tls:// unix: unix-datagram:.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listen: Option<Listen>,
    /// Tenant the logs belong to.
    #[serde(default = "Source::default_tenant")]
    pub tenant: String,
    /// Format of the payloads, `auto`, or the path of a mapping file (`….toml`).
    #[serde(default = "Source::default_format")]
    pub format: String,
    /// Longest accepted line; the rest is cut and counted.
    #[serde(default = "Source::default_max_line")]
    pub max_line: ByteSize,
    /// Lines a second, or `off`; what it refuses is in the books.
    #[serde(default)]
    pub rate_limit: RateLimit,
    /// Networks that may send, in CIDR form.
    #[serde(default = "Source::default_allow")]
    pub allow: Vec<String>,
    /// Files to follow, for `type = "file"`: paths or globs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub paths: Vec<String>,
    /// Certificate and key, for tls://.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls: Option<TlsFiles>,
    /// Secret the sender shows, from a file or the environment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<Secret>,
}

/// PEM files of a source over TLS.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TlsFiles {
    /// The certificate, and those between it and a known authority.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
    /// Authorities whose clients alone may send.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_authorities: Option<PathBuf>,
    /// Tenant of whoever shows a certificate of that name; others are of the source's.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub senders: BTreeMap<String, String>,
}

impl Source {
    /// A source that is fed over the service's own HTTP port.
    pub fn over_http(name: &str) -> Source {
        Source {
            name: name.to_owned(),
            kind: "http".to_owned(),
            listen: None,
            tenant: Source::default_tenant(),
            format: Source::default_format(),
            max_line: Source::default_max_line(),
            rate_limit: RateLimit::default(),
            allow: Source::default_allow(),
            paths: Vec::new(),
            tls: None,
            secret: None,
        }
    }

    fn default_tenant() -> String {
        "default".to_owned()
    }

    fn default_format() -> String {
        "auto".to_owned()
    }

    fn default_max_line() -> ByteSize {
        ByteSize(64 << 10)
    }

    fn default_allow() -> Vec<String> {
        vec!["127.0.0.0/8".to_owned()]
    }
}

/// A bound on lines a second.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "a number of lines a second, or \"off\"")]
pub enum RateLimit {
    /// No bound.
    #[default]
    #[serde(with = "off")]
    #[schemars(schema_with = "off::schema")]
    Off,
    /// Lines a second.
    PerSecond(u32),
}

/// The word `off`.
pub(super) mod off {
    use schemars::{Schema, SchemaGenerator, json_schema};
    use serde::{Deserialize, Deserializer, Serializer, de};

    pub fn serialize<S: Serializer>(serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str("off")
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<(), D::Error> {
        match String::deserialize(deserializer)?.as_str() {
            "off" => Ok(()),
            // Whoever asks says what else there is.
            _ => Err(de::Error::custom("not `off`")),
        }
    }

    pub fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "const": "off" })
    }
}

/// Where a secret is kept; it is never written here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "lowercase")]
pub enum Secret {
    /// A file that holds it.
    File(PathBuf),
    /// An environment variable that holds it.
    Env(String),
}

impl Secret {
    /// The secret itself, without the line end that files have.
    pub fn reveal(&self) -> Result<String> {
        let (from, read) = match self {
            Secret::File(path) => {
                (path.display().to_string(), std::fs::read_to_string(path).map_err(|e| e.to_string()))
            }
            Secret::Env(name) => (format!("${name}"), std::env::var(name).map_err(|e| e.to_string())),
        };
        let secret = read.map(|secret| secret.trim_end_matches(['\r', '\n']).to_owned());
        match secret {
            Ok(secret) if !secret.is_empty() => Ok(secret),
            Ok(_) => Err(Failure::usage_text(format!("the secret in {from} is empty"), "write it there")),
            Err(error) => {
                let help = "name a file that the service may read, or a variable in its environment";
                Err(Failure::usage_text(format!("cannot read the secret in {from}: {error}"), help))
            }
        }
    }
}

/// The write-ahead journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Journal {
    /// Most disk it may take; when reached, senders wait.
    pub disk_budget: ByteSize,
    /// When it is made durable.
    pub sync: JournalSync,
}

impl Default for Journal {
    fn default() -> Journal {
        Journal { disk_budget: ByteSize(20 << 30), sync: JournalSync::default() }
    }
}

/// Group commit of the journal, whichever comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct JournalSync {
    /// After so many bytes.
    pub bytes: ByteSize,
    /// After so long.
    pub interval: Length,
}

impl Default for JournalSync {
    fn default() -> JournalSync {
        JournalSync { bytes: ByteSize(4 << 20), interval: Length(5) }
    }
}

/// The event table on disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Lake {
    /// `data_dir`, or another folder.
    pub url: String,
    /// When rows are committed.
    pub flush: LakeFlush,
}

impl Default for Lake {
    fn default() -> Lake {
        Lake { url: "data_dir".to_owned(), flush: LakeFlush::default() }
    }
}

/// Commit of the lake, whichever comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LakeFlush {
    /// After so many rows.
    pub rows: u64,
    /// After so long.
    pub age: Length,
}

impl Default for LakeFlush {
    fn default() -> LakeFlush {
        LakeFlush { rows: 1_000_000, age: Length(30_000) }
    }
}

/// What was received, sealed as it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Originals {
    /// Sealed after so long; sooner when much is waiting, or the journal needs room.
    pub age: Length,
}

impl Default for Originals {
    fn default() -> Originals {
        Originals { age: Length(600_000) }
    }
}

/// Detections.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Detect {
    /// Folders of rules; `builtin` stands for those in the binary.
    pub rules: Vec<String>,
    /// Values of rules' parameters other than their own, by rule: `AC-01 = { failures = 25 }`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: Parameters,
    /// False alarms that a rule may have in a day for each tenant; verdicts count them.
    pub false_alarms_per_day: u64,
}

impl Default for Detect {
    fn default() -> Detect {
        Detect { rules: vec!["builtin".to_owned()], parameters: Parameters::new(), false_alarms_per_day: 1 }
    }
}

/// A scheduled run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Job {
    /// Name, unique in the file.
    pub name: String,
    /// When, in cron's five fields.
    pub schedule: String,
    /// What.
    pub run: JobKind,
    /// How far back it looks; further, when it was not run in between.
    #[serde(default = "Job::default_since")]
    pub since: Length,
    /// Folders of rules, for `scan` and `report`; those of `[detect]` when none is named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<String>,
    /// The query, for `sql`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// The list of indicators, for `retro-hunt`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list: Option<String>,
    /// Severity of what a query or a hunt finds; without one, rows of a query are no alert.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<MinSeverity>,
}

impl Job {
    fn default_since() -> Length {
        Length(86_400_000)
    }

    /// How far back it looks, µs.
    pub fn since_us(&self) -> i64 {
        i64::try_from(self.since.0).unwrap_or(i64::MAX).saturating_mul(1_000)
    }
}

/// What a job runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum JobKind {
    /// Rules over what is stored.
    Scan,
    /// A query.
    Sql,
    /// The report people read.
    Report,
    /// Indicators over what is stored.
    RetroHunt,
}

impl JobKind {
    /// Its word in the file.
    pub fn name(self) -> &'static str {
        match self {
            JobKind::Scan => "scan",
            JobKind::Sql => "sql",
            JobKind::Report => "report",
            JobKind::RetroHunt => "retro-hunt",
        }
    }
}

/// A severity, as written in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum MinSeverity {
    /// Everything.
    Info,
    /// Low and above.
    Low,
    /// Medium and above.
    Medium,
    /// High and above.
    High,
    /// Critical only.
    Critical,
}

impl From<MinSeverity> for schema::Severity {
    fn from(severity: MinSeverity) -> schema::Severity {
        match severity {
            MinSeverity::Info => schema::Severity::Info,
            MinSeverity::Low => schema::Severity::Low,
            MinSeverity::Medium => schema::Severity::Medium,
            MinSeverity::High => schema::Severity::High,
            MinSeverity::Critical => schema::Severity::Critical,
        }
    }
}

/// Web page and HTTP API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Http {
    /// Address and port to listen on.
    pub listen: String,
}

impl Default for Http {
    fn default() -> Http {
        Http { listen: "127.0.0.1:8514".to_owned() }
    }
}
