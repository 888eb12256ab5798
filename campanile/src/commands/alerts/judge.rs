//! `campanile alerts judge`.

use std::collections::HashSet;
use std::path::PathBuf;

use access::delivery::ToldAlert;
use jiff::tz::TimeZone;
use schema::{Judgement, Verdict};
use storage::state::Judged;

use super::show::said;
use super::{named, words, zone};
use crate::exit::{Exit, Failure, Result};
use crate::terminal::Terminal;
use crate::told::Told;
use crate::{config, moment, state};

pub const EXAMPLES: &str = "\
Examples:
  campanile alerts judge 9f2c --verdict true
  campanile alerts judge 9f2c 41d0 --verdict expected --by anna --note \"firewall replaced\" -c campanile.toml
  campanile alerts judge 9f2c --verdict false --again

true: it happened; false: a false alarm, which counts against the budget of its rule; expected: it happened and was announced.
Exit codes: 0 done, 2 an alert is unknown, or was judged before and --again is missing.";

/// Longest name and note.
const NAME_BYTES_MAX: usize = 200;
const NOTE_BYTES_MAX: usize = 4_000;

#[derive(Debug, clap::Args)]
pub struct JudgeArgs {
    /// The alerts: their ids, or how they begin.
    #[arg(value_name = "ID", required = true)]
    alerts: Vec<String>,
    /// Whether they were right.
    #[arg(long, value_enum)]
    verdict: VerdictArg,
    /// Who says so; otherwise the account of the shell, also behind sudo.
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// Why.
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// Also of an alert that was judged before; the verdict before stays in the history.
    #[arg(long)]
    again: bool,
    /// The service's configuration.
    #[arg(long, short, value_name = "FILE", default_value = "campanile.toml")]
    config: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum VerdictArg {
    /// It happened.
    True,
    /// A false alarm.
    False,
    /// It happened and was announced.
    Expected,
}

impl From<VerdictArg> for Verdict {
    fn from(verdict: VerdictArg) -> Verdict {
        match verdict {
            VerdictArg::True => Verdict::True,
            VerdictArg::False => Verdict::False,
            VerdictArg::Expected => Verdict::Expected,
        }
    }
}

/// Judges: nothing when one of the alerts is unknown.
pub fn run(args: &JudgeArgs, terminal: &Terminal) -> Result<Exit> {
    let settings = config::settings(&args.config)?;
    let by = args.by.clone().or_else(account);
    let judged_by = text("--by", by.as_deref(), NAME_BYTES_MAX)?
        .ok_or_else(|| Failure::usage_text("it is not known who judges", "say so with --by NAME"))?;
    let note = text("--note", args.note.as_deref(), NOTE_BYTES_MAX)?;
    let told = Told::judged(&settings.data_dir)?;
    let mut alerts = args.alerts.iter().map(|word| named(&told, word)).collect::<Result<Vec<_>>>()?;
    // Two words may name one.
    let mut ids = HashSet::new();
    alerts.retain(|alert| ids.insert(&alert.alert.id));
    let judgement = |told: &ToldAlert| Judgement {
        alert: told.alert.id.clone(),
        verdict: args.verdict.into(),
        judged_by: judged_by.clone(),
        judged_us: moment::now_us(),
        note: note.clone(),
    };
    // What was said of an alert that one has taken the place of stands too.
    let earlier = |alert: &ToldAlert| {
        told.judgement(alert).filter(|judgement| judgement.alert != alert.alert.id).cloned()
    };
    let (stand, fresh): (Vec<_>, Vec<_>) =
        alerts.into_iter().partition(|alert| !args.again && earlier(alert).is_some());
    let state = state::open(&settings.data_dir)?;
    let judged = state.judge(fresh.iter().map(|alert| judgement(alert)).collect(), args.again);
    let judged = judged.map_err(|error| state::unusable(&settings.data_dir, error))?;
    let judged = fresh.into_iter().zip(judged).map(|(alert, judged)| match judged {
        Judged::Taken(None) => (alert, Judged::Taken(earlier(alert))),
        judged => (alert, judged),
    });
    let stand = stand.into_iter().filter_map(|alert| Some((alert, Judged::Stands(earlier(alert)?))));
    tell(judged.chain(stand), args.verdict.into(), &zone(&settings)?, terminal)
}

/// Says what became of each.
fn tell<'t>(
    judged: impl Iterator<Item = (&'t ToldAlert, Judged)>,
    verdict: Verdict,
    zone: &TimeZone,
    terminal: &Terminal,
) -> Result<Exit> {
    let (mut exit, verdict) = (Exit::Done, verdict.name());
    for (alert, judged) in judged {
        let alert = words(alert);
        match judged {
            Judged::Taken(None) => terminal.note(format!("{alert}: {verdict}")),
            Judged::Taken(Some(before)) => {
                terminal.note(format!("{alert}: {verdict}, was {}", said(&before, zone)));
            }
            Judged::Stands(before) => {
                let before = said(&before, zone);
                terminal.error_text(&format!("{alert} was judged already: {before}; --again replaces that"));
                exit = Exit::Usage;
            }
        }
    }
    Ok(exit)
}

/// Whose shell it is.
fn account() -> Option<String> {
    ["SUDO_USER", "USER"]
        .into_iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|name| !name.is_empty())
}

/// What was written, without the blanks around it; none when there is nothing else.
fn text(flag: &str, written: Option<&str>, bytes_max: usize) -> Result<Option<String>> {
    let written = written.map(str::trim).filter(|text| !text.is_empty());
    match written.filter(|text| text.len() > bytes_max) {
        Some(_) => Err(Failure::usage_text(format!("{flag} is longer than {bytes_max} bytes"), "write less")),
        None => Ok(written.map(str::to_owned)),
    }
}
