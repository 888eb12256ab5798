//! The deterministic generator of a fictional Italian comune: raw logs of all its devices, ordinary
//! life with its oddities, planted attacks with their look-alikes, and labels for scoring.
//!
//! Promises: same seed and options, same bytes; every name, address and code is fictional; nothing
//! is shared with the detections. Must not know: how any line is parsed or any attack detected.

pub mod attacks;
mod background;
mod benign;
pub mod calendar;
pub mod clock;
pub mod devices;
pub mod hosts;
mod installation;
pub mod labels;
pub mod lines;
mod merge;
mod output;
pub mod people;
mod plan;
pub mod rng;
mod story;
pub mod town;
mod words;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::ToSpan;
use jiff::civil::{Date, date};

pub use attacks::{AttackId, Family};
pub use labels::{FileLines, Labels, OddityLabel, OneOrMany, StoryLabel, TownLabel};

use crate::calendar::Day;
use crate::clock::{DAY_MS, LocalClock};
use crate::lines::Lines;
use crate::merge::Flow;
pub use crate::output::Part;
use crate::output::{Chunk, Folder, Growth, Written};
use crate::plan::Story;
use crate::rng::Rng;
use crate::town::Town;

/// Name of the file of labels.
pub const LABELS_FILE: &str = "labels.json";
/// Most days of one run.
pub const DAYS_MAX: u32 = 400;
/// Largest scale.
pub const SCALE_MAX: f64 = 10_000.0;

/// What to generate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GenerateOptions {
    /// Another seed is another town, other values, other times.
    pub seed: u64,
    /// Local days, at least 1.
    pub days: u32,
    /// Multiplies the ordinary lines; 1 is a comune of ten to twenty thousand people (about half a
    /// million lines a day).
    pub scale: f64,
    /// Plants this attack alone (twins and oddities stay).
    pub only: Option<AttackId>,
}

impl Default for GenerateOptions {
    fn default() -> Self {
        Self { seed: 1, days: 2, scale: 1.0, only: None }
    }
}

/// Why nothing, or not everything, was generated.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GenerateError {
    /// An option is out of its range.
    #[error("{option} must be {range}")]
    Option {
        /// Which option.
        option: &'static str,
        /// What it may be.
        range: String,
    },
    /// The attack asked for does not exist.
    #[error("no attack `{asked}`: known are {known}")]
    UnknownAttack {
        /// As asked.
        asked: String,
        /// Those that exist.
        known: String,
    },
    /// A file could not be written.
    #[error("cannot write {}", path.display())]
    Write {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

/// What was generated.
#[derive(Debug, Clone)]
pub struct Generated {
    /// What was planted (also written to `labels.json`).
    pub labels: Labels,
    /// Log files in the folder.
    pub files: usize,
    /// Lines written.
    pub lines: u64,
    /// Bytes written.
    pub bytes: u64,
}

/// Writes the town's log files and `labels.json` into a folder, which is made when missing.
///
/// # Errors
/// An option out of range, or a file that cannot be written.
pub fn generate_to_dir(options: &GenerateOptions, dir: &Path) -> Result<Generated, GenerateError> {
    let mut generation = Generation::start(options, dir)?;
    while generation.flow.advance(&mut generation.folder)?.is_some() {}
    generation.finish()
}

/// A town's log files while they grow: for whoever wants to see the lines when they happen.
pub struct Generation {
    flow: Flow,
    folder: Folder,
    stories: Vec<Story>,
    town: Arc<Town>,
    days: Vec<Day>,
    options: GenerateOptions,
    dir: PathBuf,
}

/// What happened in some minutes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// When they were over, ms since 1970 UTC.
    pub end_ms: i64,
    /// What each file grew by, in the order of [`Generation::files`].
    pub parts: Vec<Part>,
}

impl Generation {
    /// A folder of empty files, which is made when missing.
    ///
    /// # Errors
    /// An option out of range, or a file that cannot be written.
    pub fn start(options: &GenerateOptions, dir: &Path) -> Result<Self, GenerateError> {
        let world = World::new(options)?;
        let (town, days) = (Arc::clone(&world.town), world.days.clone());
        let (flow, stories) = world.start();
        let folder = Folder::create(dir, &town.files)?;
        Ok(Self { flow, folder, stories, town, days, options: *options, dir: dir.to_owned() })
    }

    /// Names of the files.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.town.files.iter().map(|file| file.name.as_str())
    }

    /// What the town's own people know of it.
    pub fn town(&self) -> TownLabel {
        town_label(&self.town)
    }

    /// When it begins, ms since 1970 UTC.
    pub fn start_ms(&self) -> i64 {
        self.days.first().map_or(0, |day| day.start_ms)
    }

    /// Lets some minutes happen; none when the days are over.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn advance(&mut self) -> Result<Option<Span>, GenerateError> {
        let mut growth = Growth::of(&mut self.folder);
        let end_ms = self.flow.advance(&mut growth)?;
        let parts = growth.parts();
        Ok(end_ms.map(|end_ms| Span { end_ms, parts }))
    }

    /// Writes `labels.json`.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn finish(self) -> Result<Generated, GenerateError> {
        let Written { lines, bytes, mut planted } = self.folder.finish()?;
        let mut label = |(index, story): (usize, &Story)| {
            let tag = lines::Tag::try_from(index + 1).unwrap_or(lines::Tag::MAX);
            story_label(story, planted.remove(&tag).unwrap_or_default())
        };
        let labelled: Vec<StoryLabel> = self.stories.iter().enumerate().map(&mut label).collect();
        let (twins, attacks) =
            labelled.into_iter().zip(&self.stories).partition::<Vec<_>, _>(|(_, story)| story.twin);
        let labels = Labels {
            town: town_label(&self.town),
            seed: self.options.seed,
            days: self.options.days,
            first_day: self.days.first().map(|day| day.date.to_string()).unwrap_or_default(),
            lines,
            attacks: attacks.into_iter().map(|(label, _)| label).collect(),
            twins: twins.into_iter().map(|(label, _)| label).collect(),
            benign: self.flow.into_oddities(),
        };
        write_labels(&labels, &self.dir.join(LABELS_FILE))?;
        Ok(Generated { labels, files: self.town.files.len(), lines, bytes })
    }
}

/// The same lines as chunks of syslog, in order of time: lines that are not syslog already get the
/// header a forwarder would give them. Whole lines, each with its line end; chunks of some megabytes.
///
/// # Errors
/// An option out of range.
pub fn stream(options: &GenerateOptions) -> Result<Stream, GenerateError> {
    let world = World::new(options)?;
    let town = Arc::clone(&world.town);
    let (flow, _) = world.start();
    Ok(Stream { flow, town })
}

/// Chunks of syslog lines; see [`stream`].
pub struct Stream {
    flow: Flow,
    town: Arc<Town>,
}

impl Iterator for Stream {
    type Item = Vec<u8>;

    fn next(&mut self) -> Option<Vec<u8>> {
        let mut chunk = Chunk::new(&self.town.files, Arc::clone(&self.town.clock));
        match self.flow.advance(&mut chunk) {
            Ok(end_ms) => end_ms.map(|_| chunk.bytes),
        }
    }
}

/// The town and its days, ready to start.
struct World {
    town: Arc<Town>,
    days: Vec<Day>,
    options: GenerateOptions,
}

impl World {
    fn new(options: &GenerateOptions) -> Result<Self, GenerateError> {
        if !(1..=DAYS_MAX).contains(&options.days) {
            return Err(GenerateError::Option { option: "days", range: format!("from 1 to {DAYS_MAX}") });
        }
        if !(options.scale > 0.0 && options.scale <= SCALE_MAX) {
            return Err(GenerateError::Option {
                option: "scale",
                range: format!("above 0, up to {SCALE_MAX}"),
            });
        }
        let first = first_day(options.seed);
        let draft = calendar::days(first, options.days, (0, 0));
        let start_ms = draft.first().map_or(0, |day| day.start_ms);
        let end_ms = draft.last().map_or(start_ms, |day| day.end_ms);
        let clock = LocalClock::italy(start_ms - DAY_MS, end_ms + DAY_MS);
        let town = Town::build(options.seed, clock, &attacks::offices());
        let days = calendar::days(first, options.days, town.patron);
        Ok(Self { town: Arc::new(town), days, options: *options })
    }

    /// The flow of all lines, and the stories whose lines are in it.
    fn start(self) -> (Flow, Vec<Story>) {
        let GenerateOptions { scale, only, .. } = self.options;
        let mut stories = plan::stories(&self.town, &self.days, scale, only);
        let empty = || Lines::new(Arc::clone(&self.town.clock), 0);
        let lines = stories.iter_mut().map(|story| std::mem::replace(&mut story.lines, empty())).collect();
        (Flow::new(self.town, self.days, scale, lines), stories)
    }
}

fn story_label(story: &Story, lines: Vec<FileLines>) -> StoryLabel {
    let facts = story.facts;
    StoryLabel {
        attack: AttackId(facts.number).to_string(),
        family: facts.family,
        title_it: facts.title_it.to_owned(),
        title_en: facts.title_en.to_owned(),
        entity: labels::entity(&story.entity),
        start: labels::instant(story.span.start_ms),
        end: labels::instant(story.span.end_ms),
        detections_expected: story.detections.iter().map(|id| (*id).to_owned()).collect(),
        lines,
    }
}

/// The first day: a working day within six weeks of Monday 16 March 2026, by the seed, so that weekdays,
/// holidays and the change of the clocks fall differently and what happens in office hours has its day.
fn first_day(seed: u64) -> Date {
    let monday = date(2026, 3, 16);
    let shift = Rng::named(seed, "first day", 0).between(0, 41);
    let mut day = monday.checked_add(shift.days()).unwrap_or(monday);
    while day.weekday().to_monday_zero_offset() >= 5 || schema::calendar::is_national_holiday(day) {
        day = day.tomorrow().unwrap_or(monday);
    }
    day
}

fn town_label(town: &Town) -> TownLabel {
    let (month, day) = town.patron;
    TownLabel {
        name: town.name.clone(),
        istat: town.istat.clone(),
        domain: town.domain.clone(),
        inhabitants: town.inhabitants,
        patron_saint: format!("{month:02}-{day:02}"),
        administrators: texts(town.administrators.iter().map(|person| &person.login)),
        suppliers: texts(town.suppliers.iter().map(|supplier| &supplier.login)),
        supplier_pools: vec![town.supplier_pool()],
        ended_accounts: texts([town.former_supplier.login.as_str(), town.former_technician]),
        leavers: texts(town.leavers().map(|person| &person.login)),
        servers: texts(town.hosts.servers()),
        backup_accounts: vec![town.backup_account.clone()],
        service_accounts: texts(town.service_accounts()),
        admin_hosts: texts(town.administrators.iter().map(|person| person.ip)),
        shared_nat: texts(town.shared_nat),
        known_scanners: texts(town.known_scanners),
        known_destinations: texts([town.copy_site]),
    }
}

fn texts(values: impl IntoIterator<Item: ToString>) -> Vec<String> {
    values.into_iter().map(|value| value.to_string()).collect()
}

fn write_labels(labels: &Labels, path: &Path) -> Result<(), GenerateError> {
    let text = serde_json::to_string_pretty(labels).map_err(std::io::Error::from);
    let written = text.and_then(|text| std::fs::write(path, text + "\n"));
    written.map_err(|source| GenerateError::Write { path: path.to_owned(), source })
}
