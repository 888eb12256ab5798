//! Where a Sigma field stands in our events.
//!
//! Windows events keep Sigma's names in `fields`, and nothing else is looked at. Of all other events a
//! name is looked for, in this order: as a key of `fields`, by [`NAMES`], as a column's name, with `_` or
//! with `.` between its words (`source_ip`, `source.ip`).
//!
//! Promises: a missing value is missing, an empty one is empty. Must not know: rules.

use std::borrow::Cow;

use arrow::array::{Array, Int64Array, StringViewArray, TimestampMicrosecondArray};
use jiff::Timestamp;
use schema::{Column, EventBatch, FieldColumn, Kind};

use super::atoms::Operand;

/// How the events of a route name their fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum View {
    /// Windows, as the event says it.
    Windows,
    /// Windows, Security 4688 in the words of Sysmon's event 1.
    Security4688,
    /// Everything else.
    Columns,
}

/// Sysmon's names for what event 4688 of the Security log says.
pub(super) const OF_4688: &[(&str, &str)] = &[
    ("Image", "NewProcessName"),
    ("ParentImage", "ParentProcessName"),
    ("User", "SubjectUserName"),
    ("LogonId", "SubjectLogonId"),
    ("ProcessId", "NewProcessId"),
    ("ParentProcessId", "ProcessId"),
];

/// Integrity levels by the SID of the mandatory label
/// (<https://learn.microsoft.com/windows/win32/secauthz/well-known-sids>).
pub(super) const INTEGRITY_LEVELS: &[(&str, &str)] = &[
    ("S-1-16-0", "Untrusted"),
    ("S-1-16-4096", "Low"),
    ("S-1-16-8192", "Medium"),
    ("S-1-16-8448", "MediumPlus"),
    ("S-1-16-12288", "High"),
    ("S-1-16-16384", "System"),
];

/// A place of the event table that a name of Sigma stands for.
pub(super) enum Place {
    Of(Column),
    /// Path and query as the client asked for them.
    PathAndQuery,
    /// The part of the path after its last dot.
    Extension,
}

use Place::{Extension, Of, PathAndQuery};

/// Sigma's names for our columns, for events that are not Windows'.
pub(super) const NAMES: &[(&str, Place)] = &[
    // Web server and proxy (W3C extended names).
    ("cs-method", Of(Column::HttpRequestMethod)),
    ("sc-status", Of(Column::HttpResponseStatusCode)),
    ("sc-bytes", Of(Column::HttpResponseBodyBytes)),
    ("cs-uri-stem", Of(Column::UrlPath)),
    ("c-uri-stem", Of(Column::UrlPath)),
    ("cs-uri-query", Of(Column::UrlQuery)),
    ("c-uri-query", Of(Column::UrlQuery)),
    ("cs-uri", PathAndQuery),
    ("c-uri", PathAndQuery),
    ("cs-uri-extension", Extension),
    ("c-uri-extension", Extension),
    ("cs-host", Of(Column::UrlDomain)),
    ("r-dns", Of(Column::UrlDomain)),
    ("c-ip", Of(Column::SourceIp)),
    ("c-port", Of(Column::SourcePort)),
    ("s-ip", Of(Column::DestinationIp)),
    ("s-port", Of(Column::DestinationPort)),
    ("cs-user-agent", Of(Column::UserAgentOriginal)),
    ("c-useragent", Of(Column::UserAgentOriginal)),
    ("cs-referer", Of(Column::HttpRequestReferrer)),
    ("cs-referrer", Of(Column::HttpRequestReferrer)),
    ("cs-username", Of(Column::UserName)),
    // Processes and files (Sysmon's names, used for Linux too).
    ("Image", Of(Column::ProcessExecutable)),
    ("CommandLine", Of(Column::ProcessCommandLine)),
    ("ParentImage", Of(Column::ProcessParentExecutable)),
    ("ProcessId", Of(Column::ProcessPid)),
    ("User", Of(Column::UserName)),
    ("TargetFilename", Of(Column::FilePath)),
    ("Computer", Of(Column::HostName)),
    // auditd.
    ("type", Of(Column::EventCode)),
    ("exe", Of(Column::ProcessExecutable)),
    ("comm", Of(Column::ProcessName)),
    ("name", Of(Column::FilePath)),
    ("pid", Of(Column::ProcessPid)),
    // Network and firewall.
    ("src_ip", Of(Column::SourceIp)),
    ("dst_ip", Of(Column::DestinationIp)),
    ("src_port", Of(Column::SourcePort)),
    ("dst_port", Of(Column::DestinationPort)),
    ("SourceIp", Of(Column::SourceIp)),
    ("DestinationIp", Of(Column::DestinationIp)),
    ("SourcePort", Of(Column::SourcePort)),
    ("DestinationPort", Of(Column::DestinationPort)),
    ("DestinationHostname", Of(Column::DestinationDomain)),
    ("action", Of(Column::EventAction)),
    ("protocol", Of(Column::NetworkTransport)),
    // DNS.
    ("query", Of(Column::DnsQuestionName)),
    ("QueryName", Of(Column::DnsQuestionName)),
    ("record_type", Of(Column::DnsQuestionType)),
    ("qtype_name", Of(Column::DnsQuestionType)),
    // Antivirus.
    ("Signature", Of(Column::RuleName)),
    ("Filename", Of(Column::FilePath)),
    // Hosts and time.
    ("hostname", Of(Column::HostName)),
    ("@timestamp", Of(Column::Timestamp)),
];

/// One value a row may have of an operand: the first of its sources that the row has.
pub(super) struct Layer<'b> {
    sources: Vec<Source<'b>>,
}

impl<'b> Layer<'b> {
    fn of(sources: Vec<Source<'b>>) -> Layer<'b> {
        Layer { sources }
    }

    /// The texts that it is made of, and the rows whose text it leaves out; none when it is made of more.
    pub(super) fn texts(&self) -> Option<(&'b StringViewArray, &'b [u32])> {
        match self.sources.as_slice() {
            [Source::Text(texts)] => Some((texts, &[])),
            [Source::TextNotNumber(field)] => Some((&field.values, &field.numbers)),
            _ => None,
        }
    }

    /// The value of a row of the batch.
    #[inline]
    pub(super) fn value(&self, row: usize) -> Option<Cow<'b, str>> {
        self.sources.iter().find_map(|source| source.value(row))
    }
}

enum Source<'b> {
    Text(&'b StringViewArray),
    /// A key of `fields` without its numbers.
    TextNotNumber(&'b FieldColumn),
    Int(&'b Int64Array),
    Time(&'b TimestampMicrosecondArray),
    PathAndQuery(&'b StringViewArray, &'b StringViewArray),
    Extension(&'b StringViewArray),
    IntegrityLevel(&'b StringViewArray),
}

impl<'b> Source<'b> {
    fn value(&self, row: usize) -> Option<Cow<'b, str>> {
        match self {
            Source::Text(texts) => text_of(texts, row).map(Cow::Borrowed),
            Source::TextNotNumber(field) => {
                let text = text_of(&field.values, row)?;
                let is_number = field.numbers.binary_search(&(row as u32)).is_ok();
                (!is_number).then_some(Cow::Borrowed(text))
            }
            Source::Int(numbers) => numbers.is_valid(row).then(|| Cow::Owned(numbers.value(row).to_string())),
            Source::Time(times) => {
                let time = times.is_valid(row).then(|| Timestamp::from_microsecond(times.value(row)));
                Some(Cow::Owned(time?.ok()?.to_string()))
            }
            Source::PathAndQuery(paths, queries) => {
                let path = text_of(paths, row)?;
                Some(match text_of(queries, row) {
                    Some(query) => Cow::Owned(format!("{path}?{query}")),
                    None => Cow::Borrowed(path),
                })
            }
            Source::Extension(paths) => {
                let name = text_of(paths, row)?.rsplit('/').next()?;
                name.rsplit_once('.').map(|(_, extension)| Cow::Borrowed(extension))
            }
            Source::IntegrityLevel(labels) => {
                let label = text_of(labels, row)?;
                let level = INTEGRITY_LEVELS.iter().find(|(sid, _)| *sid == label);
                level.map(|(_, level)| Cow::Borrowed(*level))
            }
        }
    }
}

fn text_of(texts: &StringViewArray, row: usize) -> Option<&str> {
    texts.is_valid(row).then(|| texts.value(row))
}

/// The layers of an operand over a batch; none when no event of it can have it.
pub(super) fn layers_of<'b>(batch: &'b EventBatch, view: View, operand: &Operand) -> Vec<Layer<'b>> {
    match (operand, view) {
        (Operand::AnyText, View::Columns) => {
            let mut layers = keyword_columns(batch);
            layers.extend(keyword_fields(batch));
            layers
        }
        (Operand::AnyText, _) => keyword_fields(batch).collect(),
        (Operand::Field(name), View::Windows) => windows_layers(batch, name),
        (Operand::Field(name), View::Security4688) => match in_4688(batch, name) {
            Some(source) => source.into_iter().map(|source| Layer::of(vec![source])).collect(),
            None => windows_layers(batch, name),
        },
        (Operand::Field(name), View::Columns) => column_layers(batch, name),
    }
}

/// `Data` is the list of the unnamed values, which have the keys `param1`, `param2`...
fn windows_layers<'b>(batch: &'b EventBatch, name: &str) -> Vec<Layer<'b>> {
    let is_param = |key: &str| {
        key.strip_prefix("param")
            .is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
    };
    batch
        .fields()
        .iter()
        .filter(|field| *field.key == *name || (name == "Data" && is_param(&field.key)))
        .map(|field| Layer::of(vec![Source::Text(&field.values)]))
        .collect()
}

/// The source of a name that event 4688 says otherwise; `None` when it says it as it is.
fn in_4688<'b>(batch: &'b EventBatch, name: &str) -> Option<Option<Source<'b>>> {
    if name == "IntegrityLevel" {
        return Some(batch.field("MandatoryLabel").map(Source::IntegrityLevel));
    }
    let (_, key) = OF_4688.iter().find(|(sysmon, _)| *sysmon == name)?;
    Some(batch.field(key).map(Source::Text))
}

fn column_layers<'b>(batch: &'b EventBatch, name: &str) -> Vec<Layer<'b>> {
    let mut sources = Vec::new();
    sources.extend(batch.field(name).map(Source::Text));
    match NAMES.iter().find(|(sigma, _)| *sigma == name).map(|(_, place)| place) {
        Some(Of(column)) => sources.extend(source_of(batch, *column)),
        Some(PathAndQuery) => {
            if let (Some(paths), Some(queries)) =
                (batch.texts(Column::UrlPath), batch.texts(Column::UrlQuery))
            {
                sources.push(Source::PathAndQuery(paths, queries));
            }
        }
        Some(Extension) => sources.extend(batch.texts(Column::UrlPath).map(Source::Extension)),
        None => {
            let column = Column::by_name(name).or_else(|| Column::by_name(&name.replace('.', "_")));
            sources.extend(column.and_then(|column| source_of(batch, column)));
        }
    }
    if sources.is_empty() { Vec::new() } else { vec![Layer::of(sources)] }
}

fn source_of(batch: &EventBatch, column: Column) -> Option<Source<'_>> {
    match column.kind() {
        Kind::Text => batch.texts(column).map(Source::Text),
        Kind::Int => batch.ints(column).map(Source::Int),
        Kind::Time => batch.times(column).map(Source::Time),
    }
}

/// The text columns that say what happened; not the ones that say how the event came to us.
fn keyword_columns(batch: &EventBatch) -> Vec<Layer<'_>> {
    Column::ALL
        .iter()
        .filter(|column| !matches!(column.group(), "identity" | "time" | "kind"))
        .filter_map(|column| batch.texts(*column))
        .filter(|texts| texts.null_count() < texts.len())
        .map(|texts| Layer::of(vec![Source::Text(texts)]))
        .collect()
}

fn keyword_fields(batch: &EventBatch) -> impl Iterator<Item = Layer<'_>> {
    batch.fields().iter().map(|field| Layer::of(vec![Source::TextNotNumber(field)]))
}
