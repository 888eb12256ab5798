//! Reading a configuration file and saying all that is wrong with it, with its place.
//!
//! The syntax and the shape are checked by the parser, one fault at a time; what no type can say
//! (names that must exist elsewhere) is checked here, all at once.

use std::collections::BTreeSet;
use std::path::Path;

use parsers::Zone;
use schema::Network;

use super::quantity::ByteSize;
use super::{JobKind, Listen, Settings};
use crate::commands::formats;
use crate::diagnostics::Fault;
use crate::exit::{Failure, Result};
use crate::jobs::Cron;
use crate::{health_events, service, suggest};

/// Longest name of a node.
const NODE_NAME_BYTES_MAX: usize = 200;

/// Smallest budget of the journal.
const DISK_BUDGET_MIN: ByteSize = ByteSize(128 << 20);

/// A file that was read, and what is wrong with it.
pub struct Checked {
    /// The whole text.
    pub text: String,
    /// The effective settings; none when a fault kept them from being read.
    pub settings: Option<Settings>,
    /// What is wrong.
    pub faults: Vec<Fault>,
}

/// Reads and checks a file.
pub fn load(path: &Path) -> Result<Checked> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        Failure::usage_text(
            format!("cannot read the configuration {}: {error}", path.display()),
            "give its path with -c, or write one with `campanile config init`",
        )
    })?;
    Ok(check(&path.display().to_string(), text))
}

/// Checks the text of the file `name`.
pub fn check(name: &str, text: String) -> Checked {
    match toml::from_str::<Settings>(&text) {
        Ok(settings) => {
            let faults = meaning(name, &text, &settings);
            Checked { text, settings: Some(settings), faults }
        }
        Err(error) => {
            let fault = shape(name, &text, &error);
            Checked { text, settings: None, faults: vec![fault] }
        }
    }
}

/// A fault of syntax or shape. An unknown key comes with the keys that are known.
fn shape(name: &str, text: &str, error: &toml::de::Error) -> Fault {
    let message = error.message().trim().to_owned();
    let span = error.span().unwrap_or(0..0);
    let fault = |message: String| Fault::at(name, text, span.clone(), message);
    let Some(rest) =
        message.strip_prefix("unknown field `").or_else(|| message.strip_prefix("unknown variant `"))
    else {
        return fault(message);
    };
    let (unknown, known) = rest.split_once('`').unwrap_or((rest, ""));
    let known: Vec<&str> = known.split('`').skip(1).step_by(2).collect();
    let what = if message.starts_with("unknown field") { "key" } else { "value" };
    fault(format!("unknown {what} `{unknown}`")).help(suggest::hint(unknown, known.iter().copied()))
}

/// Names that must exist, zones, addresses.
fn meaning(name: &str, text: &str, settings: &Settings) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut fault = |value: &str, message: String, help: String| {
        faults.push(Fault::at(name, text, find_value(text, value), message).help(help));
    };
    for tenant in settings.tenant.values() {
        if jiff::tz::TimeZone::get(&tenant.timezone).is_err() {
            let zones: Vec<String> = jiff::tz::db().available().map(|zone| zone.to_string()).collect();
            let near = suggest::nearest(&tenant.timezone, zones.iter().map(String::as_str));
            let help = near.map_or("use an IANA name such as Europe/Rome".to_owned(), |near| {
                format!("did you mean `{near}`?")
            });
            fault(&tenant.timezone, format!("unknown time zone `{}`", tenant.timezone), help);
        }
    }
    let mut seen = BTreeSet::new();
    for source in &settings.source {
        if !seen.insert(&source.name) {
            let help = "give each source a name of its own: it is in every event".to_owned();
            fault(&source.name, format!("two sources are named `{}`", source.name), help);
        }
        if source.name == health_events::SOURCE {
            let help = "give it another name: this one is of what the service writes of itself".to_owned();
            fault(&source.name, format!("no source may be named `{}`", source.name), help);
        }
        if !settings.tenant.contains_key(&source.tenant) {
            let known = settings.tenant.keys().map(String::as_str);
            let help = suggest::hint(&source.tenant, known);
            fault(&source.tenant, format!("unknown tenant `{}`", source.tenant), help);
        }
        for tls in source.tls.iter().filter(|tls| !tls.senders.is_empty()) {
            for tenant in tls.senders.values().filter(|tenant| !settings.tenant.contains_key(*tenant)) {
                let help = suggest::hint(tenant, settings.tenant.keys().map(String::as_str));
                fault(tenant, format!("unknown tenant `{tenant}`"), help);
            }
            if tls.client_authorities.is_none() {
                let help =
                    "add client_authorities: only a certificate that was verified says who sends".to_owned();
                fault(&source.name, format!("senders of `{}` show no certificate", source.name), help);
            }
        }
        let is_mapping = formats::is_mapping(&source.format);
        if is_mapping && (settings.forward.is_some() || source.kind == "campanile") {
            let help =
                "lines are sent on as they came, and read by the formats that Campanile knows: leave it out";
            let what = format!("a mapping file does not read what is forwarded: `{}`", source.format);
            fault(&source.format, what, help.to_owned());
        }
        // A mapping file is looked at when it is to be used.
        if let Some(failure) = formats::parser(&source.format, Zone::utc()).err().filter(|_| !is_mapping) {
            fault(&source.format, failure.to_string(), failure.help());
        }
        let kinds = ingest::sources::kinds().iter().map(|kind| kind.name);
        if !kinds.clone().any(|kind| kind == source.kind) {
            let help = suggest::hint(&source.kind, kinds);
            fault(&source.kind, format!("unknown type of source `{}`", source.kind), help);
        }
        for network in source.allow.iter().filter(|network| network.parse::<Network>().is_err()) {
            let help = "write an address, or a network as 192.0.2.0/24".to_owned();
            fault(network, format!("`{network}` is no network"), help);
        }
    }
    if let Some(forward) = settings.forward.as_ref().filter(|forward| !is_node_name(&forward.collector)) {
        let help = "give this node a name of its own, as the town's: letters, digits, - . and _, and not the program's".to_owned();
        fault(&forward.collector, format!("`{}` is no name for a node", forward.collector), help);
    }
    addresses(settings, &mut fault);
    jobs(settings, &mut fault);
    for wrong in settings.deliver.iter().filter_map(|delivery| delivery.place().err()) {
        fault(&wrong.value, wrong.message, wrong.help);
    }
    let budget = settings.journal.disk_budget;
    if budget < DISK_BUDGET_MIN {
        let help = "the largest request must fit, and others while it is worked on".to_owned();
        fault(&budget.to_string(), format!("disk_budget is {budget}, the least is {DISK_BUDGET_MIN}"), help);
    }
    if settings.http.listen.parse::<std::net::SocketAddr>().is_err() {
        let help = "write an address and a port, as 127.0.0.1:8514".to_owned();
        fault(&settings.http.listen, format!("`{}` is no address and port", settings.http.listen), help);
    }
    faults
}

/// True for what may be the collector of a node that sends to another.
fn is_node_name(name: &str) -> bool {
    let is_known = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    (1..=NODE_NAME_BYTES_MAX).contains(&name.len())
        && name.chars().all(is_known)
        && name != service::COLLECTOR
}

/// Places to listen on, each for one source: two would share out what arrives.
fn addresses(settings: &Settings, fault: &mut impl FnMut(&str, String, String)) {
    let mut taken = BTreeSet::from([(Listens::Streams, settings.http.listen.clone())]);
    for source in &settings.source {
        let Some(listen) = &source.listen else { continue };
        let place = match listen {
            // The system chooses another one for each.
            Listen::Tcp(address) | Listen::Tls(address) | Listen::Udp(address) if address.port() == 0 => {
                continue;
            }
            Listen::Tcp(address) | Listen::Tls(address) => (Listens::Streams, address.to_string()),
            Listen::Udp(address) => (Listens::Datagrams, address.to_string()),
            Listen::Unix(path) | Listen::UnixDatagram(path) => (Listens::File, path.display().to_string()),
        };
        if !taken.insert(place) {
            let help = "give each source an address and a port of its own".to_owned();
            fault(&listen.to_string(), format!("`{listen}` is taken by another part of this file"), help);
        }
    }
}

/// What of a machine is listened on.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Listens {
    Streams,
    Datagrams,
    File,
}

/// Schedules, and what each kind of job needs.
fn jobs(settings: &Settings, fault: &mut impl FnMut(&str, String, String)) {
    let mut seen = BTreeSet::new();
    for job in &settings.job {
        let name = &job.name;
        let is_file_name = name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
        if name.is_empty() || !is_file_name || !seen.insert(name) {
            let help =
                "give each job a name of its own, of letters, digits, - and _: its files have it".to_owned();
            fault(name, format!("`{name}` is no name for this job"), help);
        }
        if let Err(error) = Cron::read(&job.schedule) {
            let help = "minute, hour, day of month, month, day of week, as \"30 2 * * *\"".to_owned();
            fault(&job.schedule, error, help);
        }
        match job.run {
            JobKind::Sql if job.query.is_none() => {
                fault(
                    name,
                    format!("the job `{name}` has no query"),
                    "add query = \"select ...\"".to_owned(),
                );
            }
            JobKind::RetroHunt => {
                let list = job.list.as_deref().unwrap_or_default();
                if !settings.lists.contains_key(list) {
                    let help = suggest::hint(list, settings.lists.keys().map(String::as_str));
                    fault(
                        if list.is_empty() { name } else { list },
                        format!("no list `{list}` under [lists]"),
                        help,
                    );
                }
            }
            _ => {}
        }
    }
}

/// Where a value stands in the text, quotes left out.
fn find_value(text: &str, value: &str) -> std::ops::Range<usize> {
    let quoted = format!("\"{value}\"");
    match text.find(&quoted) {
        Some(at) => at + 1..at + 1 + value.len(),
        None => 0..0,
    }
}

#[cfg(test)]
mod tests {
    use miette::Diagnostic;

    use super::*;

    fn help(checked: &Checked) -> String {
        Diagnostic::help(&checked.faults[0]).map(|help| help.to_string()).unwrap_or_default()
    }

    #[test]
    fn a_misspelt_key_is_an_error_with_the_nearest_key() {
        let checked = check("a.toml", "[journal]\ndisk_buget = \"1GiB\"\n".to_owned());
        assert!(checked.settings.is_none());
        assert_eq!(checked.faults[0].to_string(), "unknown key `disk_buget`");
        assert_eq!(help(&checked), "did you mean `disk_budget`?");
    }

    #[test]
    fn names_that_do_not_exist_are_all_told_at_once() {
        let text = "[tenant.default]\ntimezone = \"Europe/Roma\"\n[[source]]\nname = \"fw\"\ntype = \"syslog\"\n\
                    tenant = \"defalt\"\n[http]\nlisten = \"8514\"\n";
        let checked = check("a.toml", text.to_owned());
        assert_eq!(checked.faults.len(), 3);
        assert_eq!(help(&checked), "did you mean `Europe/Rome`?");
    }

    #[test]
    fn a_place_to_listen_on_is_one_sources() {
        let source = |name: &str, listen: &str| {
            format!("[[source]]\nname = \"{name}\"\ntype = \"syslog\"\nlisten = \"{listen}\"\n")
        };
        let text =
            ["udp://127.0.0.1:514", "tcp://127.0.0.1:514", "udp://127.0.0.1:514", "tls://127.0.0.1:514"]
                .iter()
                .enumerate()
                .map(|(n, listen)| source(&n.to_string(), listen))
                .chain([source("x", "udp://127.0.0.1:0"), source("y", "udp://127.0.0.1:0")])
                .collect();
        let told: Vec<String> = check("a.toml", text).faults.iter().map(ToString::to_string).collect();
        let taken = |listen: &str| format!("`{listen}` is taken by another part of this file");
        assert_eq!(told, [taken("udp://127.0.0.1:514"), taken("tls://127.0.0.1:514")]);
    }

    #[test]
    fn the_starter_file_is_right_and_says_only_defaults_or_examples() {
        let checked = check("campanile.toml", super::super::STARTER.to_owned());
        assert!(checked.faults.is_empty(), "{:?}", checked.faults);
        assert!(checked.settings.is_some());
    }

    #[test]
    fn a_quantity_without_a_unit_is_refused_at_its_place() {
        let checked = check("a.toml", "[lake]\nflush = { age = \"30\" }\n".to_owned());
        assert!(checked.faults[0].to_string().contains("is no length of time"), "{}", checked.faults[0]);
    }
}
