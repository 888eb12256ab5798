//! What a command reads: paths, format, zone and reception time from the command line, made ready.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use detect::Context;
use ingest::files::{Input, InputProblem, ReadOptions, discover};
use jiff::tz::TimeZone;
use parsers::{Parser, Zone};

use crate::commands::formats;
use crate::config::{self, Detect, Settings};
use crate::exit::{Failure, Result};
use crate::{moment, town};

/// Arguments of every command that reads log files.
#[derive(Default, Debug, Clone, clap::Args)]
pub struct ReadingArgs {
    /// Files, folders, globs, or `-`; .gz .zst .xz .bz2 .zip .tar are read as they are.
    #[arg(value_name = "PATH", required = true)]
    pub paths: Vec<String>,
    #[command(flatten)]
    pub settings: ReadingSettings,
}

/// How log files are read.
#[derive(Debug, Clone, clap::Args)]
pub struct ReadingSettings {
    /// Format of the lines, or a mapping file (FILE.toml); `auto` lets each line decide.
    #[arg(long, value_name = "NAME", default_value = "auto", help_heading = "Reading")]
    pub format: String,
    /// Zone of times that do not say theirs, an IANA name [default: the configuration's, else Europe/Rome].
    #[arg(long, value_name = "TZ", help_heading = "Reading")]
    pub timezone: Option<String>,
    /// When the logs were received: decides missing years and is `event_ingested` [default: each file's date].
    #[arg(long, value_name = "RFC3339", help_heading = "Reading")]
    pub now: Option<String>,
    /// A campanile.toml: its zone, its rules, its lists and days off.
    #[arg(long, short, value_name = "FILE", help_heading = "Reading")]
    pub config: Option<PathBuf>,
    /// Exit with 1 when some event could not be read whole.
    #[arg(long, help_heading = "Reading")]
    pub strict: bool,
}

impl Default for ReadingSettings {
    fn default() -> ReadingSettings {
        ReadingSettings { format: "auto".to_owned(), timezone: None, now: None, config: None, strict: false }
    }
}

impl ReadingSettings {
    /// The zone of times that do not say theirs, and what rules and functions know of the town.
    pub fn town(&self) -> Result<Context> {
        let configured = self.config.as_deref().map(config::settings).transpose()?;
        town::context(configured.as_ref(), &moment::time_zone(self.zone_name(configured.as_ref()))?)
    }

    fn zone_name<'a>(&'a self, configured: Option<&'a Settings>) -> &'a str {
        let of_tenant = || Some(town::tenant(configured?)?.timezone.as_str());
        self.timezone.as_deref().or_else(of_tenant).unwrap_or("Europe/Rome")
    }
}

/// Inputs found, and how they are to be read.
pub struct Reading {
    /// In order.
    pub inputs: Vec<Input>,
    /// What was named and cannot be read.
    pub problems: Vec<InputProblem>,
    /// How frames are cut.
    pub options: ReadOptions,
    /// How frames are parsed.
    pub parser: Parser,
    /// Zone of the run.
    pub zone: TimeZone,
    /// What rules and functions know of the town.
    pub town: Context,
    /// `detect` of the configuration, when there is one.
    pub detect: Option<Detect>,
    /// When the logs were received, or the clock when the user did not say, µs since 1970 UTC.
    pub now_us: i64,
    /// Bytes read so far, as on disk.
    pub progress: Arc<AtomicU64>,
}

impl Reading {
    /// Finds the inputs and makes the parser.
    pub fn open(args: &ReadingArgs) -> Result<Reading> {
        Reading::of(&args.paths, &args.settings)
    }

    /// The same for paths that come from elsewhere.
    pub fn of(paths: &[String], settings: &ReadingSettings) -> Result<Reading> {
        let configured = settings.config.as_deref().map(config::settings).transpose()?;
        let timezone = settings.zone_name(configured.as_ref());
        let zone = moment::time_zone(timezone)?;
        let received_us = match &settings.now {
            Some(text) => Some(moment::moment_us("--now", text, &zone, moment::now_us())?),
            None => None,
        };
        let parse_zone = Zone::named(timezone).map_err(|error| {
            Failure::usage_text(error.to_string(), "use an IANA name such as Europe/Rome")
        })?;
        let parser = formats::parser(&settings.format, parse_zone)?;
        let found = discover(paths);
        let now_us = received_us.unwrap_or_else(moment::now_us);
        let town = town::context(configured.as_ref(), &zone)?;
        let detect = configured.map(|settings| settings.detect);
        Ok(Reading {
            inputs: found.inputs,
            problems: found.problems,
            options: ReadOptions { received_us, now_us, ..ReadOptions::default() },
            parser,
            zone,
            town,
            detect,
            now_us,
            progress: Arc::new(AtomicU64::new(0)),
        })
    }

    /// Takes every input as received at `time_us` (µs since 1970 UTC).
    pub fn receive_at(&mut self, time_us: i64) {
        self.options.received_us = Some(time_us);
    }

    /// Size of all inputs as on disk; 0 when one is not known.
    pub fn total_bytes(&self) -> u64 {
        self.inputs.iter().map(|input| input.size_bytes).sum::<Option<u64>>().unwrap_or(0)
    }

    /// Where reading stands, as on disk.
    pub fn bytes_read(&self) -> u64 {
        self.progress.load(Ordering::Relaxed)
    }

    /// True when standard input is among the inputs: it can be read only once.
    pub fn has_stdin(&self) -> bool {
        self.inputs.iter().any(|input| &*input.name == "-")
    }
}
