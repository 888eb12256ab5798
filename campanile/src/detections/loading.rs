//! Which rules run: those in the binary and those of the user, SQL and Sigma; and what is wrong with some.
//!
//! Promises: a rule that cannot be loaded is told with its place and costs only itself.
//! Must not know: how rules run.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use detect::Rule;
use detect::pack::{self, RuleFile};
use detect::sigma::{RuleText, SigmaSet};
use miette::Report;

use super::tuning;
use crate::config::{Detect, Parameters, Settings};
use crate::diagnostics::Fault;
use crate::exit::{Failure, Result};
use crate::report::RuleWords;
use crate::terminal::Terminal;

/// Faults of rules shown one by one; the rest is counted.
const FAULTS_SHOWN_MAX: usize = 20;

/// Which rules.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct RuleArgs {
    /// Rules of your own: a .sql or Sigma .yml file, or a folder of them. May be repeated.
    #[arg(long = "rules", value_name = "PATH", help_heading = "Rules")]
    pub rule_paths: Vec<PathBuf>,
    /// Leave out the rules in the binary.
    #[arg(long, help_heading = "Rules")]
    pub no_builtin: bool,
    /// Values that a configuration gives to parameters.
    #[arg(skip)]
    parameters: Parameters,
}

impl RuleArgs {
    /// The same with the rules of a configuration: its folders, and those in the binary only when it says `builtin`; and with the
    /// parameters that it sets.
    pub fn with_configured(mut self, configured: Option<&Detect>) -> RuleArgs {
        if let Some(Detect { rules, parameters, .. }) = configured {
            self.no_builtin |= !rules.iter().any(|rules| rules == BUILTIN);
            self.rule_paths.extend(rules.iter().filter(|rules| *rules != BUILTIN).map(PathBuf::from));
            self.parameters.clone_from(parameters);
        }
        self
    }
}

/// The word for the rules in the binary.
const BUILTIN: &str = "builtin";

/// What people are told of a rule.
#[derive(Debug, Clone)]
pub struct RuleCard {
    /// Title, Italian.
    pub title_it: String,
    /// Length of its window, µs; 0 for a match rule.
    pub window_us: i64,
    /// What the report says of it.
    pub words: RuleWords,
}

/// Rules, read and ready for an engine.
pub struct Loaded {
    /// SQL rules.
    pub rules: Vec<Rule>,
    /// Sigma rules.
    pub sigma: SigmaSet,
    /// What people are told, by id.
    pub cards: BTreeMap<String, RuleCard>,
    /// What is wrong with rules that were asked for and do not run.
    pub faults: Vec<Fault>,
    /// Notes about rules that were read and say nothing, or less than their author thinks.
    pub notes: Vec<String>,
}

impl Loaded {
    /// Rules without fault.
    pub fn of(rules: Vec<Rule>, sigma: SigmaSet) -> Loaded {
        let cards = cards(&rules, &sigma);
        Loaded { rules, sigma, cards, faults: Vec::new(), notes: Vec::new() }
    }
}

/// The files that the arguments name, and what could not be read.
pub fn files(args: &RuleArgs) -> Result<(Vec<RuleFile>, Vec<Fault>)> {
    if args.no_builtin && args.rule_paths.is_empty() {
        return Err(Failure::usage_text("no rules to run", "name some with --rules, or drop --no-builtin"));
    }
    let mut files = if args.no_builtin { Vec::new() } else { pack::builtin_files() };
    let mut faults = Vec::new();
    for path in &args.rule_paths {
        if !path.exists() {
            let message = format!("no rules at {}", path.display());
            return Err(Failure::usage_text(message, "name a .sql or .yml file, or a folder that exists"));
        }
        let (found, problems) = pack::files_at(path);
        files.extend(found);
        faults.extend(problems.iter().map(Fault::of_rule));
    }
    Ok((files, faults))
}

/// Reads the rules that the arguments name.
pub fn load(args: &RuleArgs) -> Result<Loaded> {
    let (files, mut faults) = files(args)?;
    let (mut rules, problems) = pack::read_all(&files);
    faults.extend(problems.iter().map(Fault::of_rule));
    tuning::tune(&mut rules, &args.parameters)?;
    let texts = files.iter().filter(|file| file.is_sigma());
    let texts: Vec<RuleText> =
        texts.map(|file| RuleText { path: Arc::from(file.path.as_str()), text: file.text.clone() }).collect();
    let (sigma, problems) = SigmaSet::compile(texts);
    let (errors, notes): (Vec<_>, Vec<_>) = problems.into_iter().partition(|problem| problem.is_error());
    faults.extend(errors.iter().map(|problem| of_sigma(problem, &files)));
    let notes = notes.iter().map(ToString::to_string).collect();
    Ok(Loaded { faults, notes, ..Loaded::of(rules, sigma) })
}

/// The rules of a configuration, with the parameters that it sets, each of which must be one of its rules'.
pub fn configured(settings: &Settings) -> Result<Loaded> {
    let loaded = load(&RuleArgs::default().with_configured(Some(&settings.detect)))?;
    tuning::check(&loaded.rules, &settings.detect.parameters)?;
    Ok(loaded)
}

/// What people are told of each rule.
fn cards(rules: &[Rule], sigma: &SigmaSet) -> BTreeMap<String, RuleCard> {
    let of_sql = rules.iter().map(|rule| {
        let words = RuleWords {
            description: rule.description.it.clone(),
            response: rule.response_it.clone(),
            false_positives: rule.false_positives_it.clone(),
        };
        let card =
            RuleCard { title_it: rule.title.it.clone(), window_us: rule.window_us.unwrap_or(0), words };
        (rule.id.clone(), card)
    });
    let of_sigma = sigma.rules().iter().map(|rule| {
        let words = RuleWords {
            description: rule.description.clone(),
            response: Vec::new(),
            false_positives: rule.false_positives.clone(),
        };
        let card = RuleCard { title_it: rule.title.clone(), window_us: 0, words };
        (rule.id.clone(), card)
    });
    of_sql.chain(of_sigma).collect()
}

/// A Sigma problem, with its line shown where it is known.
pub fn of_sigma(problem: &detect::sigma::Problem, files: &[RuleFile]) -> Fault {
    let message = match &problem.title {
        Some(title) => format!("{} (rule \"{title}\")", problem.kind),
        None => problem.kind.to_string(),
    };
    let file = files.iter().find(|file| *file.path == *problem.path);
    match (problem.line, file) {
        (Some(line), Some(file)) => {
            let start = crate::diagnostics::byte_of(&file.text, line as usize, 1);
            let length = file.text.get(start..).and_then(|rest| rest.lines().next()).map_or(0, str::len);
            Fault::at(&problem.path, &file.text, start..start + length, message)
        }
        _ => Fault::new(format!("{}: {message}", problem.path)),
    }
}

/// Tells faults of rules on standard error.
pub fn tell_faults(faults: Vec<Fault>, terminal: &Terminal) {
    let left_out = faults.len().saturating_sub(FAULTS_SHOWN_MAX);
    for fault in faults.into_iter().take(FAULTS_SHOWN_MAX) {
        terminal.report(Report::new(fault.warning()).as_ref());
    }
    if left_out > 0 {
        terminal
            .error_text(&format!("{left_out} more rules with faults; `campanile rules lint` shows them all"));
    }
}
