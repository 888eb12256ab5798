//! `campanile rules budget`: which rules had more false alarms than they may, and what would have kept them from it.

mod candidates;
mod proposal;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{ArrayRef, StringArray, UInt64Array};
use arrow::record_batch::RecordBatch;
use detect::sigma::SigmaSet;
use rayon::prelude::*;
use schema::Alert;
use tokio_util::sync::CancellationToken;

use self::proposal::{Proposal, Tried};
use super::backtest::{DAYS_MAX, last_days};
use crate::commands::lake;
use crate::config::{self, Settings};
use crate::detections::false_alarms::FalseAlarms;
use crate::detections::loading::{self, Loaded, tell_faults};
use crate::exit::{Exit, Result};
use crate::jobs::lake_scan;
use crate::language::{Language, counted};
use crate::moment::{self, day_of};
use crate::output::{self, OutputArgs};
use crate::terminal::Terminal;
use crate::told::Told;
use crate::town;

/// Arguments of `rules budget`.
#[derive(Debug, clap::Args)]
pub struct BudgetArgs {
    /// The last so many days, back from the last event that was received.
    #[arg(long, value_name = "N", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=DAYS_MAX))]
    days: u32,
    /// The service's configuration.
    #[arg(long, short, value_name = "FILE", default_value = "campanile.toml")]
    config: PathBuf,
    #[command(flatten)]
    output: OutputArgs,
}

/// A rule at a tenant, and what is proposed of the rule.
struct Row {
    of_rule: FalseAlarms,
    proposal: Option<Proposal>,
}

/// Counts, and tries other values of the rules that are over.
pub fn run(args: &BudgetArgs, terminal: &Terminal) -> Result<Exit> {
    let settings = config::settings(&args.config)?;
    let told = Told::judged(&settings.data_dir)?;
    let mut loaded = loading::configured(&settings)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let rows = runtime.block_on(rows(args, &settings, &told, &mut loaded))?;
    output::write_all(
        args.output.format(terminal),
        &batch(&rows, settings.detect.false_alarms_per_day)?,
        terminal,
    )?;
    tell_faults(std::mem::take(&mut loaded.faults), terminal);
    tell(&rows, settings.detect.false_alarms_per_day, terminal);
    Ok(Exit::Done)
}

async fn rows(args: &BudgetArgs, settings: &Settings, told: &Told, loaded: &mut Loaded) -> Result<Vec<Row>> {
    let zone = moment::time_zone(town::tenant(settings).map_or("Europe/Rome", |tenant| &tenant.timezone))?;
    let town = town::context(Some(settings), &zone)?;
    let tables = lake::tables(&settings.lake_location()).await?;
    let span = last_days(&tables, &town, args.days).await?;
    let (since_day, budget) = (day_of(span.from_us), settings.detect.false_alarms_per_day);
    let counted = FalseAlarms::of(told, since_day);
    let is_over =
        |id: &str| counted.iter().any(|of_rule| of_rule.rule_id == id && of_rule.days_over(budget) > 0);
    let over: Vec<_> =
        loaded.rules.iter().filter(|rule| rule.chain.is_none() && is_over(&rule.id)).cloned().collect();
    let tried: Vec<Tried> = over.into_par_iter().map(Tried::of).collect();
    // All in one pass over the events.
    let rules = tried.iter().flat_map(|of_rule| {
        std::iter::once(&of_rule.rule).chain(of_rule.trials.iter().map(|trial| &trial.rule)).cloned()
    });
    let mut trials = Loaded::of(rules.collect(), SigmaSet::default());
    let mut proposals = BTreeMap::new();
    if !tried.is_empty() {
        let scanned = lake_scan::scan(&tables, &mut trials, &town, span, &CancellationToken::new()).await?;
        let mut alerts = BTreeMap::<&str, Vec<&Alert>>::new();
        for alert in &scanned.findings.alerts {
            alerts.entry(&alert.rule_id).or_default().push(alert);
        }
        let of_rules = tried
            .iter()
            .map(|of_rule| (of_rule.rule.id.clone(), of_rule.proposal(&alerts, told, since_day, budget)));
        proposals.extend(of_rules);
    }
    let row = |of_rule: FalseAlarms| {
        let proposal = match of_rule.days_over(budget) {
            0 => None,
            _ => Some(proposals.get(&of_rule.rule_id).cloned().unwrap_or_else(Proposal::of_none)),
        };
        Row { of_rule, proposal }
    };
    Ok(counted.into_iter().map(row).collect())
}

fn batch(rows: &[Row], budget: u64) -> Result<RecordBatch> {
    let texts = |of: &dyn Fn(&Row) -> Option<String>| -> ArrayRef {
        Arc::new(rows.iter().map(of).collect::<StringArray>())
    };
    let numbers = |of: &dyn Fn(&Row) -> Option<u64>| -> ArrayRef {
        Arc::new(rows.iter().map(of).collect::<UInt64Array>())
    };
    let proposed = |row: &Row| row.proposal.clone().filter(|proposal| proposal.change.is_some());
    Ok(RecordBatch::try_from_iter_with_nullable([
        ("rule_id", texts(&|row| Some(row.of_rule.rule_id.clone())), false),
        ("tenant", texts(&|row| Some(row.of_rule.tenant.clone())), false),
        ("false_alarms", numbers(&|row| Some(row.of_rule.count())), false),
        ("most_in_a_day", numbers(&|row| Some(row.of_rule.most_in_a_day())), false),
        ("days_over", numbers(&|row| Some(row.of_rule.days_over(budget))), false),
        ("proposal", texts(&|row| proposed(row)?.words()), true),
        ("false_left", numbers(&|row| Some(proposed(row)?.false_left)), true),
        ("true_kept", numbers(&|row| Some(proposed(row)?.true_kept)), true),
        ("others_lost", numbers(&|row| Some(proposed(row)?.others_lost)), true),
        ("why", texts(&|row| row.proposal.clone()?.why), true),
    ])?)
}

/// How many are over, and how what is proposed comes into force.
fn tell(rows: &[Row], budget: u64, terminal: &Terminal) {
    let over = rows.iter().filter(|row| row.proposal.is_some()).count() as u64;
    terminal.note(match Language::of_environment() {
        Language::English => format!(
            "{} over the budget of {budget} a day and tenant (detect.false_alarms_per_day)",
            counted(over, "rule", "rules")
        ),
        Language::Italian => format!(
            "{} oltre il limite di {budget} al giorno per ente (detect.false_alarms_per_day)",
            counted(over, "regola", "regole")
        ),
    });
    let changes = rows.iter().filter_map(|row| {
        let change = row.proposal.as_ref()?.words()?;
        Some(format!("{} = {{ {change} }}", row.of_rule.rule_id))
    });
    let mut changes: Vec<String> = changes.collect();
    changes.sort_unstable();
    changes.dedup();
    if !changes.is_empty() {
        terminal.note(format!("[detect.parameters]\n{}", changes.join("\n")));
    }
}
