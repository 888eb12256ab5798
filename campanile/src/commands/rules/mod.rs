//! `campanile rules`: detections as files: list, show, lint, test, explain, schema, new, backtest, budget, convert.

mod backtest;
mod budget;
mod convert;
mod explain;
mod header_schema;
mod lint;
mod list;
mod new;
mod selection;
mod show;
mod test;

use crate::exit::{Exit, Result};
use crate::output::OutputArgs;
use crate::terminal::Terminal;

/// Arguments of `rules`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  campanile rules list
  campanile rules explain AC-01
  campanile rules test my-rules/")]
pub struct RulesArgs {
    #[command(subcommand)]
    command: RulesCommand,
}

const BACKTEST_EXAMPLES: &str = "\
Examples:
  campanile rules backtest --days 30 -c campanile.toml
  campanile rules backtest AC-01 --lake /var/lib/campanile/lake --set failures=40
  campanile rules backtest my-rules/ --logs /var/log --output csv";

#[derive(Debug, clap::Subcommand)]
enum RulesCommand {
    /// List rules: id, severity, family, window, title.
    #[command(
        after_help = "Examples:\n  campanile rules list\n  campanile rules list my-rules/ --output csv"
    )]
    List(ListArgs),
    /// Print a rule's file.
    #[command(
        after_help = "Examples:\n  campanile rules show AC-01\n  campanile rules show AC-01 > my-rules/ac_01.sql"
    )]
    Show(WordsArgs),
    /// Check rules beyond their grammar: texts, tests, counting, names.
    #[command(after_help = "Examples:\n  campanile rules lint\n  campanile rules lint my-rules/")]
    Lint(OptionalWordsArgs),
    /// Run the tests that rules carry, each also at ten shifts of the clock.
    #[command(after_help = "Examples:\n  campanile rules test\n  campanile rules test AC-01 my-rules/")]
    Test(OptionalWordsArgs),
    /// Say how a rule runs: its kind, what it reads, what an alert is about, its plan.
    #[command(after_help = "Example:\n  campanile rules explain AC-01")]
    Explain(WordsArgs),
    /// Run rules over past days: alerts a day, whom they name, what they cost, what other values would do.
    #[command(after_help = BACKTEST_EXAMPLES)]
    Backtest(backtest::BacktestArgs),
    /// Which rules had more false alarms in a day than they may, by the verdicts, and the parameter that would have kept them from it.
    #[command(after_help = "Example:\n  campanile rules budget --days 30 -c campanile.toml")]
    Budget(budget::BudgetArgs),
    /// Print a Sigma rule as a SQL rule that means the same, to be read and edited.
    #[command(
        after_help = "Example:\n  campanile rules convert sigma/susp_tool.yml > my-rules/susp_tool.sql"
    )]
    Convert {
        /// A file with one Sigma rule, or its id.
        #[arg(value_name = "FILE|ID")]
        rule: String,
    },
    /// Print the JSON Schema of a rule's header, for editors.
    #[command(after_help = "Example:\n  campanile rules schema > campanile-rule.schema.json")]
    Schema,
    /// Print a new rule to start from, with its tests.
    #[command(after_help = "Example:\n  campanile rules new LOCAL-01 > my-rules/local_01.sql")]
    New(new::NewArgs),
}

/// Rules by id or by file, at least one.
#[derive(Debug, clap::Args)]
struct WordsArgs {
    /// Ids of rules, files or folders of rules.
    #[arg(value_name = "ID|PATH", required = true)]
    words: Vec<String>,
}

/// Rules by id or by file; the built-in ones when none is named.
#[derive(Debug, clap::Args)]
struct OptionalWordsArgs {
    /// Ids of rules, files or folders of rules [default: the built-in rules].
    #[arg(value_name = "ID|PATH")]
    words: Vec<String>,
}

#[derive(Debug, clap::Args)]
struct ListArgs {
    #[command(flatten)]
    rules: OptionalWordsArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// Runs a subcommand.
pub fn run(args: &RulesArgs, terminal: &Terminal) -> Result<Exit> {
    match &args.command {
        RulesCommand::List(list) => list::run(&list.rules.words, list.output.format(terminal), terminal),
        RulesCommand::Show(show) => show::run(&show.words, terminal),
        RulesCommand::Lint(lint) => lint::run(&lint.words, terminal),
        RulesCommand::Test(test) => test::run(&test.words, terminal),
        RulesCommand::Explain(explain) => explain::run(&explain.words, terminal),
        RulesCommand::Backtest(backtest) => backtest::run(backtest, terminal),
        RulesCommand::Budget(budget) => budget::run(budget, terminal),
        RulesCommand::Convert { rule } => convert::run(rule, terminal),
        RulesCommand::Schema => show::print(&format!("{:#}\n", header_schema::schema()), terminal),
        RulesCommand::New(new) => new::run(new, terminal),
    }
}
