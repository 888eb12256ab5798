//! Campanile: logs of a town hall in, events and alerts out.
//!
//! The binary reads arguments and configuration, wires the crates together and says how it ended
//! (exit codes: [`exit`]). Must not know: any format, rule or attack.

mod backup;
mod books;
mod cli;
mod commands;
mod config;
mod detections;
mod diagnostics;
mod evidence;
mod exercise;
mod exit;
mod health_events;
mod jobs;
mod language;
mod moment;
mod output;
mod pipeline;
mod progress;
mod query;
mod reading;
mod report;
mod service;
mod state;
mod suggest;
mod terminal;
mod told;
mod town;

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// The C library's keeps up to eight arenas a core, each as large as the most that its threads ever held.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    let cli = match cli::parse(std::env::args_os()) {
        Ok(cli) => cli,
        Err(code) => return code,
    };
    let terminal = terminal::Terminal::new(&cli.terminal);
    match commands::run(cli.command, &terminal) {
        Ok(exit) => exit.into(),
        Err(failure) => failure.show(&terminal),
    }
}
