//! How the frames of each source are read: as the configuration says, or as the node says that collected them first.
//!
//! Promises: a source that is configured no more is still read, since its frames may come from the journal; what another node
//! says names formats of this program only, no files. Must not know: where frames come from.

use std::collections::BTreeMap;

use parsers::{ParseSettings, Parser, Zone};
use schema::{FrameBatch, Origin, Reading};

use crate::health_events;

/// Formats and zones of other nodes that are known at a time; what comes beyond is read by the default.
const READINGS_MAX: usize = 1_024;

/// How frames are read.
#[derive(Debug, Clone)]
pub struct Parsers {
    /// By source, and by the tenants its senders may have.
    by_source: BTreeMap<String, BTreeMap<String, Parser>>,
    /// Of what the service of any node writes of itself.
    health: Parser,
    /// Of a source that is configured no more.
    default: Parser,
    /// By what other nodes say.
    by_reading: BTreeMap<Reading, Parser>,
}

impl Parsers {
    /// Those of the configuration.
    pub fn new(
        by_source: BTreeMap<String, BTreeMap<String, Parser>>,
        health: Parser,
        default: Parser,
    ) -> Parsers {
        Parsers { by_source, health, default, by_reading: BTreeMap::new() }
    }

    /// Makes ready for what other nodes say of these frames.
    pub fn learn(&mut self, batches: &[FrameBatch]) {
        for forwarded in batches.iter().filter_map(|batch| batch.forwarded.as_ref()) {
            if !self.by_reading.contains_key(&forwarded.reading)
                && self.by_reading.len() < READINGS_MAX
                && let Some(parser) = parser(&forwarded.reading)
            {
                self.by_reading.insert(forwarded.reading.clone(), parser);
            }
        }
    }

    /// What reads these frames.
    pub fn of(&self, frames: &FrameBatch) -> &Parser {
        if &*frames.origin.source == health_events::SOURCE {
            return &self.health;
        }
        let parser = match &frames.forwarded {
            Some(forwarded) => self.by_reading.get(&forwarded.reading),
            None => {
                let of_source = self.by_source.get(&*frames.origin.source);
                of_source.and_then(|tenants| tenants.get(&*frames.origin.tenant))
            }
        };
        parser.unwrap_or(&self.default)
    }

    /// True when the configuration says how these frames are read, or the node that sent them does.
    pub fn know(&self, frames: &FrameBatch) -> bool {
        let Origin { source, tenant, .. } = &*frames.origin;
        frames.forwarded.is_some()
            || **source == *health_events::SOURCE
            || self.by_source.get(&**source).is_some_and(|tenants| tenants.contains_key(&**tenant))
    }

    /// What others know of sources that are not known here: their frames may still come from the journal.
    pub fn inherit(&mut self, others: Parsers) {
        for (source, parsers) in others.by_source {
            self.by_source.entry(source).or_insert(parsers);
        }
    }
}

/// None for a format or a zone that this version does not know.
fn parser(reading: &Reading) -> Option<Parser> {
    let format = match &*reading.format {
        "auto" => None,
        name => Some(name.to_owned()),
    };
    Parser::new(ParseSettings { format, zone: Zone::named(&reading.zone).ok()? }).ok()
}
