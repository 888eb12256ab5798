//! The commands: one file each, arguments and doing side by side.

mod alerts;
mod anomalies;
mod asking;
mod backup;
mod columns;
mod completions;
mod config;
mod demo;
mod evidence;
pub mod formats;
mod forward;
mod functions;
mod generate;
mod jobs;
mod lake;
mod lists;
mod man;
mod parse;
mod past;
mod process;
mod restore;
mod rules;
mod scan;
mod serve;
mod sql;
mod status;
mod tail;
mod templates;

use crate::exit::{Exit, Result};
use crate::terminal::Terminal;

/// What to do.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// A fictional comune under attack: makes its logs, scans them, tells what was found.
    Demo(demo::DemoArgs),
    /// Write the logs of a fictional comune with planted attacks, and their labels.
    Generate(generate::GenerateArgs),
    /// Read log files: one event per line of output, in input order.
    Parse(parse::ParseArgs),
    /// Forensics over files: run the detections, tell what rings and with which evidence.
    Scan(scan::ScanArgs),
    /// The service: take logs from devices, keep them, watch them.
    Serve(serve::ServeArgs),
    /// The side of a comune: take logs from devices, keep them, send them to another node, each once.
    Forward(forward::ForwardArgs),
    /// How a running service is doing: the books of each source.
    Status(status::StatusArgs),
    /// The events of a running service as they come.
    Tail(tail::TailArgs),
    /// A copy of all that a service keeps, taken while it runs.
    Backup(backup::BackupArgs),
    /// A backup looked at, and put where a service can go on from it.
    Restore(restore::RestoreArgs),
    /// What a service told: list, show, say whether it was right.
    Alerts(alerts::AlertsArgs),
    /// Scheduled forensics: list, run, history.
    Jobs(jobs::JobsArgs),
    /// SQL over log files or the lake: table `events`.
    Sql(sql::SqlArgs),
    /// The lake: what it holds and costs, compaction, expiry.
    Lake(lake::LakeArgs),
    /// The sealed originals: check them, show one with its proof, export some.
    Evidence(evidence::EvidenceArgs),
    /// Which lines say the same with other values in it: the template of each line.
    Templates(templates::TemplatesArgs),
    /// What departs from the logs of ordinary days: sessions, rates of lines.
    Anomalies(anomalies::AnomaliesArgs),
    /// Detections: list, show, lint, test, explain, backtest, budget, convert, write.
    Rules(rules::RulesArgs),
    /// What detections know about the town: show a list, add to it, learn what could stand on it.
    Lists(lists::ListsArgs),
    /// Log formats that are known.
    Formats(formats::FormatsArgs),
    /// Columns of the event table.
    Columns(columns::ColumnsArgs),
    /// SQL functions beside the standard ones.
    Functions(functions::FunctionsArgs),
    /// The configuration file: check, show, schema, init.
    Config(config::ConfigArgs),
    /// Completions for a shell.
    Completions(completions::CompletionsArgs),
    /// The manual page, in roff.
    Man(man::ManArgs),
}

/// Does it.
pub fn run(command: Command, terminal: &Terminal) -> Result<Exit> {
    match command {
        Command::Demo(args) => demo::run(&args, terminal),
        Command::Generate(args) => generate::run(&args, terminal),
        Command::Parse(args) => parse::run(&args, terminal),
        Command::Scan(args) => scan::run(&args, terminal),
        Command::Serve(args) => serve::run(&args, terminal),
        Command::Forward(args) => forward::run(&args, terminal),
        Command::Status(args) => status::run(&args, terminal),
        Command::Tail(args) => tail::run(&args, terminal),
        Command::Backup(args) => backup::run(&args, terminal),
        Command::Restore(args) => restore::run(&args, terminal),
        Command::Alerts(args) => alerts::run(&args, terminal),
        Command::Jobs(args) => jobs::run(&args, terminal),
        Command::Sql(args) => sql::run(&args, terminal),
        Command::Lake(args) => lake::run(&args, terminal),
        Command::Evidence(args) => evidence::run(&args, terminal),
        Command::Templates(args) => templates::run(&args, terminal),
        Command::Anomalies(args) => anomalies::run(&args, terminal),
        Command::Rules(args) => rules::run(&args, terminal),
        Command::Lists(args) => lists::run(&args, terminal),
        Command::Formats(args) => formats::run(&args, terminal),
        Command::Columns(args) => columns::run(&args, terminal),
        Command::Functions(args) => functions::run(&args, terminal),
        Command::Config(args) => config::run(&args, terminal),
        Command::Completions(args) => completions::run(&args, terminal),
        Command::Man(args) => man::run(&args, terminal),
    }
}
