//! `campanile serve`: the service that a comune points its devices at.

use std::path::PathBuf;
use std::sync::Arc;

use ingest::ReceiveClock;
use tokio::signal::unix::{SignalKind, signal};

use super::process::{notify_service_manager, tell_ready, tell_reloaded, until_stopped};
use crate::config;
use crate::detections::loading::tell_faults;
use crate::exit::{Exit, Result};
use crate::service::{self, Reloads, Said, Started};
use crate::terminal::Terminal;

/// Arguments of `serve`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  campanile config init > campanile.toml     (then name data_dir and your sources in it)
  campanile serve -c campanile.toml
  curl --data-binary @auth.log 'http://127.0.0.1:8514/ingest?source=files'
  curl --data 'select class, count(*) n from events group by 1' http://127.0.0.1:8514/api/sql

SIGTERM and Ctrl-C end it: what was received is stored first. SIGHUP, or a changed file, takes up the
configuration, rules, lists and certificates anew; what is wrong in them is told, and what was in force stays.")]
pub struct ServeArgs {
    /// The configuration.
    #[arg(long, short, value_name = "FILE")]
    config: PathBuf,
}

/// Serves.
pub fn run(args: &ServeArgs, terminal: &Terminal) -> Result<Exit> {
    let settings = config::settings(&args.config)?;
    until_stopped(terminal, async |stop| {
        let reloads = Reloads { path: args.config.clone(), hangups: signal(SignalKind::hangup())? };
        let told = terminal.clone();
        let clock = Arc::new(ReceiveClock::default());
        let tell = move |said| match said {
            Said::Started(started) => tell_started(started, &told),
            Said::Reloaded(reloaded) => tell_reloaded(reloaded, &told),
        };
        service::run(&settings, clock, Some(reloads), stop, tell).await.map(drop)
    })
}

fn tell_started(started: Started, terminal: &Terminal) {
    tell_ready(&started, terminal);
    notify_service_manager();
    tell_faults(started.faults, terminal);
    terminal.note(format!(
        "{} rules watch; status and SQL at http://{} (Ctrl-C ends)",
        started.rules, started.http
    ));
}
