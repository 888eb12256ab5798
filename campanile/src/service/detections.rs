//! What the service reads from the files of a configuration to work on frames: rules, lists, how each source is read.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use detect::{Context, Live, LiveOptions};
use parsers::Zone;
use schema::Reading;

use super::readers::Parsers;
use crate::commands::formats;
use crate::config::Settings;
use crate::detections::loading;
use crate::diagnostics::Fault;
use crate::exit::{Failure, Result};
use crate::{health_events, moment, town};

/// The zone of a tenant that says none.
const ZONE: &str = "Europe/Rome";

/// Rules ready to run, and what they know of the town.
pub struct Detections {
    /// The engine, new.
    pub live: Live,
    /// Events older than this when received are late, µs.
    pub lateness_us: i64,
    /// Lists and days off.
    pub town: Context,
    /// What is wrong with rules that do not run.
    pub faults: Vec<Fault>,
}

impl Detections {
    /// Reads and compiles them.
    pub fn load(settings: &Settings) -> Result<Detections> {
        let timezone = town::tenant(settings).map_or(ZONE, |tenant| &tenant.timezone);
        let town = town::context(Some(settings), &moment::time_zone(timezone)?)?;
        let (rules, sigma, mut faults) = match settings.detect.rules.as_slice() {
            [] => Default::default(),
            _ => {
                let loaded = loading::configured(settings)?;
                (loaded.rules, loaded.sigma, loaded.faults)
            }
        };
        let options = LiveOptions::default();
        let (live, problems) = Live::new(rules, sigma, &town, options);
        faults.extend(problems.iter().map(Fault::of_rule));
        Ok(Detections { live, lateness_us: options.lateness_us, town, faults })
    }
}

/// How the frames of each source are read. What is wrong with a mapping file goes to `broken`: if that lets it pass, its source is
/// read by `auto`.
pub fn parsers(settings: &Settings, broken: impl Fn(Failure) -> Result<()>) -> Result<Parsers> {
    let zone = |tenant: &str| {
        let zone = settings.tenant.get(tenant).map_or(ZONE, |tenant| &tenant.timezone);
        Zone::named(zone)
            .map_err(|error| Failure::usage_text(error.to_string(), "use an IANA name such as Europe/Rome"))
    };
    let mut by_source = BTreeMap::new();
    for source in &settings.source {
        let senders = source.tls.iter().flat_map(|tls| tls.senders.values());
        let mut of_source = BTreeMap::new();
        for tenant in std::iter::once(&source.tenant).chain(senders) {
            let parser = match formats::parser(&source.format, zone(tenant)?) {
                Err(failure) if formats::is_mapping(&source.format) => {
                    broken(failure)?;
                    formats::parser("auto", zone(tenant)?)?
                }
                parser => parser?,
            };
            of_source.insert(tenant.clone(), parser);
        }
        by_source.insert(source.name.clone(), of_source);
    }
    let default = formats::parser("auto", zone(town::DEFAULT_TENANT)?)?;
    Ok(Parsers::new(by_source, health_events::parser()?, default))
}

/// How the sources of a node are read where its configuration is not at hand, by source and tenant.
pub fn readings(settings: &Settings) -> HashMap<(Arc<str>, Arc<str>), Reading> {
    let mut readings = HashMap::new();
    for source in &settings.source {
        let senders = source.tls.iter().flat_map(|tls| tls.senders.values());
        for tenant in std::iter::once(&source.tenant).chain(senders) {
            let zone = settings.tenant.get(tenant).map_or(ZONE, |tenant| &tenant.timezone).into();
            let key = (source.name.as_str().into(), tenant.as_str().into());
            // A mapping file stays here.
            let format = if formats::is_mapping(&source.format) { "auto" } else { &source.format };
            readings.insert(key, Reading { format: format.into(), zone });
        }
    }
    readings
}

/// How a source is read that is configured no more.
pub fn default_reading() -> Reading {
    Reading { format: "auto".into(), zone: ZONE.into() }
}
