//! What a process that runs until it is told to stop owes: signals, a log, word to the service manager and to people.
//!
//! Must not know: what runs.

use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tracing_subscriber::EnvFilter;

use crate::exit::{Exit, Result};
use crate::service::{Reloaded, Started, Taken};
use crate::terminal::Terminal;

/// Runs `work`, which is given what tells it to stop, until that or Ctrl-C or SIGTERM ends it.
pub fn until_stopped(
    terminal: &Terminal,
    work: impl AsyncFnOnce(CancellationToken) -> Result<()>,
) -> Result<Exit> {
    log_to_standard_error(terminal);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let stop = CancellationToken::new();
    runtime.block_on(async {
        stop_on_signals(stop.clone())?;
        work(stop).await
    })?;
    terminal.note("everything received is stored");
    Ok(Exit::Done)
}

/// Says what the journal held, and where each source listens.
pub fn tell_ready(started: &Started, terminal: &Terminal) {
    for damage in &started.recovered.damage {
        let seqs = damage.seqs.end - damage.seqs.start;
        terminal.note(format!(
            "the journal is damaged: {}, bytes {} to {}: {seqs} frames are lost",
            damage.segment, damage.bytes.start, damage.bytes.end
        ));
    }
    for (name, address) in &started.sources {
        terminal.note(format!("source {name} listens on {address}"));
    }
}

/// Says what a reload came to.
pub fn tell_reloaded(reloaded: Reloaded, terminal: &Terminal) {
    match reloaded {
        Reloaded::Taken(Taken { rules, needs_restart }) => {
            let watching = rules.map(|rules| format!(": {rules} rules watch")).unwrap_or_default();
            terminal.note(format!("the configuration is taken up{watching}"));
            if !needs_restart.is_empty() {
                terminal.note(format!("what has changed in {} needs a restart", needs_restart.join(", ")));
            }
        }
        Reloaded::Refused(faults) => {
            faults.iter().for_each(|fault| terminal.report(fault.as_ref()));
            terminal.error_text("the configuration is not taken up: what was in force stays");
        }
    }
}

/// Tells systemd (`Type=notify`) that senders may come.
pub fn notify_service_manager() {
    let Some(path) = std::env::var_os("NOTIFY_SOCKET") else { return };
    let told = UnixDatagram::unbound().and_then(|socket| {
        // A name that starts with @ is in the abstract namespace.
        let address = match path.as_encoded_bytes().strip_prefix(b"@") {
            Some(name) => SocketAddr::from_abstract_name(name)?,
            None => SocketAddr::from_pathname(&path)?,
        };
        socket.send_to_addr(b"READY=1", &address)
    });
    if let Err(error) = told {
        tracing::warn!(%error, "the service manager cannot be told that the service is ready");
    }
}

/// The service's own log goes where the service manager reads it; `RUST_LOG` says how much.
fn log_to_standard_error(terminal: &Terminal) {
    let level = if terminal.quiet { "error" } else { "warn" };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(level));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second call in one process keeps the first one's settings.
    drop(log.with_ansi(terminal.stderr_is_terminal && terminal.colours).try_init());
}

/// Ends the service on Ctrl-C and SIGTERM.
fn stop_on_signals(stop: CancellationToken) -> std::io::Result<()> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    tokio::spawn(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        stop.cancel();
    });
    Ok(())
}
