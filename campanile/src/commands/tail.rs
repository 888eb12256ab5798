//! `campanile tail`: the events of a running service as they come.

use std::io::Write;
use std::time::Duration;

use serde_json::Value;
use tokio::time::{MissedTickBehavior, interval};

use super::asking::{Service, ServiceArgs};
use crate::exit::{Exit, Failure, Result};
use crate::output::{OutputArgs, OutputFormat};
use crate::service::COLLECTOR;
use crate::terminal::{Terminal, printable};

/// How often new events are asked for.
const ASK_INTERVAL: Duration = Duration::from_millis(500);
/// Frames of one question, so that its answer is bounded.
const FRAMES_MAX: u64 = 20_000;

/// Arguments of `tail`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  campanile tail
  campanile tail -c campanile.toml \"host_name = 'srv01' and log_level = 'error'\"
  campanile tail --output ndjson \"event_action = 'login' and event_outcome = 'failure'\"

On a terminal a line an event, in a pipe an object with all its columns: those that this service collected
itself, not those that other nodes forward to it. Ctrl-C ends.")]
pub struct TailArgs {
    /// What an event must be, as SQL behind WHERE; every event without it.
    #[arg(value_name = "FILTER")]
    filter: Option<String>,
    #[command(flatten)]
    service: ServiceArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// Follows until Ctrl-C, or until the service is gone.
pub fn run(args: &TailArgs, terminal: &Terminal) -> Result<Exit> {
    let is_for_people = match args.output.format(terminal) {
        OutputFormat::Table => true,
        OutputFormat::Ndjson | OutputFormat::Json => false,
        _ => {
            let help = "leave --output out, or use --output ndjson; `campanile sql --lake` has every output";
            return Err(Failure::usage_text(
                "events that come are lines or JSON objects, nothing else",
                help,
            ));
        }
    };
    let service = args.service.service()?;
    let filter = args.filter.as_deref().unwrap_or("true");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut seen_upto = service.status().await?.work.worked_upto;
        // A filter that is wrong is told before anything comes.
        events(&service, filter, seen_upto, seen_upto).await?;
        terminal.note(format!("events behind seq {seen_upto} (Ctrl-C ends)"));
        let mut ticks = interval(ASK_INTERVAL);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            // Whatever is worked on can be asked.
            let worked_upto = service.status().await?.work.worked_upto;
            while seen_upto < worked_upto {
                let upto = worked_upto.min(seen_upto + FRAMES_MAX);
                show(&events(&service, filter, seen_upto, upto).await?, is_for_people, terminal)?;
                seen_upto = upto;
            }
        }
    })
}

/// The events of the frames behind one seq up to another, an object a line.
async fn events(service: &Service, filter: &str, behind: u64, upto: u64) -> Result<String> {
    // Events of other collectors have the seqs of theirs. On lines of its own a filter may end with a comment.
    let query = format!(
        "select * from events where collector = '{COLLECTOR}' and seq > {behind} and seq <= {upto} and (\n{filter}\n) \
         order by seq, sub"
    );
    service.sql(query).await
}

fn show(events: &str, is_for_people: bool, terminal: &Terminal) -> Result<()> {
    let mut out = terminal.out();
    match is_for_people {
        true => events.lines().try_for_each(|event| writeln!(out, "{}", line(event)))?,
        false => out.write_all(events.as_bytes())?,
    }
    out.flush()?;
    Ok(())
}

/// An event as a line: when, who, what.
fn line(event: &str) -> String {
    let event: Value = serde_json::from_str(event).unwrap_or_default();
    let text = |column: &str| event.get(column).and_then(Value::as_str).unwrap_or_default();
    let who = [text("host_name"), text("process_name")];
    let who: Vec<&str> = who.into_iter().filter(|name| !name.is_empty()).collect();
    let who = if who.is_empty() { text("source").to_owned() } else { who.join(" ") };
    printable(&format!("{} {who}: {}", text("timestamp"), text("message")), false).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_when_who_and_what_and_control_characters_are_shown() {
        let event = r#"{"timestamp":"2026-03-16T09:00:00.000000Z","source":"fw","host_name":"srv01","process_name":"sshd","message":"a\u001b[2Jb"}"#;
        assert_eq!(line(event), "2026-03-16T09:00:00.000000Z srv01 sshd: a\\x1b[2Jb");
        let bare = r#"{"timestamp":"2026-03-16T09:00:00.000000Z","source":"fw","message":"m"}"#;
        assert_eq!(line(bare), "2026-03-16T09:00:00.000000Z fw: m");
    }
}
