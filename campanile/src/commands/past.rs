//! What a command that looks back looks at: the lake of a service, or log files.

use super::lake;
use crate::config;
use crate::exit::{Failure, Result};
use crate::reading::{Reading, ReadingSettings};

/// Where the past is.
#[derive(Debug, Clone, clap::Args)]
pub struct PastArgs {
    /// The lake of a service, a folder or a URL [default: that of --config].
    #[arg(long, value_name = "DIR|URL", conflicts_with = "logs")]
    pub lake: Option<String>,
    /// Log files instead: a file, a folder, a glob. May be repeated.
    #[arg(long, value_name = "PATH")]
    pub logs: Vec<String>,
    #[command(flatten)]
    pub settings: ReadingSettings,
}

/// What is looked at.
pub enum Past {
    /// The lake at that place.
    Lake(String),
    /// These files.
    Logs(Box<Reading>),
}

impl PastArgs {
    /// What the arguments name.
    pub fn find(&self) -> Result<Past> {
        if let Some(location) = &self.lake {
            return Ok(Past::Lake(location.clone()));
        }
        if !self.logs.is_empty() {
            lake::none_among(&self.logs)?;
            return Ok(Past::Logs(Box::new(Reading::of(&self.logs, &self.settings)?)));
        }
        match &self.settings.config {
            Some(path) => Ok(Past::Lake(config::settings(path)?.lake_location())),
            None => Err(Failure::usage_text(
                "there is nothing to look at",
                "name a lake with --lake, log files with --logs, or the service's configuration with -c",
            )),
        }
    }
}
