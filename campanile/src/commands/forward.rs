//! `campanile forward`: the side of a comune that sends all it collects to another node.

use std::path::PathBuf;
use std::sync::Arc;

use ingest::ReceiveClock;
use tokio::signal::unix::{SignalKind, signal};

use super::process::{notify_service_manager, tell_ready, tell_reloaded, until_stopped};
use crate::config;
use crate::exit::{Exit, Result};
use crate::service::{self, Reloads, Said};
use crate::terminal::Terminal;

/// Arguments of `forward`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  campanile forward -c campanile.toml
  campanile status -c campanile.toml         (how far the other node has it)

In campanile.toml, beside the sources:
  [forward]
  to = \"tls://raccolta.example:8515\"         a [[source]] of type \"campanile\" there
  collector = \"comune-di-esempio\"            this node's name in every event
  tls = { authorities = \"ca.pem\", certificate = \"cert.pem\", key = \"key.pem\" }

Every frame is on this disk before it is acknowledged, and leaves it when the other node has it on its own.
SIGTERM and Ctrl-C end it; what was not sent by then is sent after the next start. SIGHUP, or a changed file,
takes up the configuration and certificates anew; what is wrong in them is told, and what was in force stays.")]
pub struct ForwardArgs {
    /// The configuration.
    #[arg(long, short, value_name = "FILE")]
    config: PathBuf,
}

/// Forwards.
pub fn run(args: &ForwardArgs, terminal: &Terminal) -> Result<Exit> {
    let settings = config::settings(&args.config)?;
    until_stopped(terminal, async |stop| {
        let reloads = Reloads { path: args.config.clone(), hangups: signal(SignalKind::hangup())? };
        let to = settings.forward.as_ref().map(|forward| forward.to.to_string()).unwrap_or_default();
        let told = terminal.clone();
        let tell = move |said| match said {
            Said::Started(started) => {
                tell_ready(&started, &told);
                notify_service_manager();
                told.note(format!("sends to {to}; status at http://{} (Ctrl-C ends)", started.http));
            }
            Said::Reloaded(reloaded) => tell_reloaded(reloaded, &told),
        };
        service::forward(&settings, Arc::new(ReceiveClock::default()), reloads, stop, tell).await
    })
}
