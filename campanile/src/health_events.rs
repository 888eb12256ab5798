//! Events that the service writes of its own sources: one a source and minute, read like any other by a mapping file.
//!
//! Promises: no sender can write one: they are of a source whose name no configuration may use.
//! Must not know: what is counted.

use std::sync::Arc;

use parsers::{Mapping, Parser, Zone};

use crate::exit::{Failure, Result};

/// Name of the service's own source.
pub const SOURCE: &str = "campanile";

/// How its lines are read.
const MAPPING: &str = include_str!("health_events.toml");

/// Reads its lines.
pub fn parser() -> Result<Parser> {
    let mapping = Mapping::read(MAPPING).map_err(|problems| Failure::internal(problems.to_string()))?;
    let zone = Zone::named("UTC").map_err(|error| Failure::internal(error.to_string()))?;
    Ok(Parser::with_mapping(Arc::new(mapping), zone))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mapping_reads_its_sample() {
        let mapping = Arc::new(Mapping::read(MAPPING).unwrap());
        let failures: Vec<String> = mapping.check().iter().map(ToString::to_string).collect();
        assert!(failures.is_empty(), "{failures:?}");
    }
}
