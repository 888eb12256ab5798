//! The command line as users meet it: outputs, exit codes, broken inputs. One binary for all of it.

// The attribute tells clippy that the helpers below are tests too.
#[cfg(test)]
mod cli {
    pub mod backing_up;
    pub mod backtesting;
    pub mod broken_inputs;
    pub mod budgeting;
    pub mod commands;
    pub mod configuration;
    pub mod converting;
    pub mod crashing;
    pub mod earlier_versions;
    pub mod enduring;
    pub mod evidence;
    pub mod forwarding;
    pub mod generated_pages;
    pub mod health;
    pub mod incidents;
    pub mod jobs;
    pub mod judging;
    pub mod layers;
    pub mod learning;
    pub mod listing;
    pub mod numbered_senders;
    pub mod overload;
    pub mod program;
    pub mod reloading;
    pub mod reparsing;
    pub mod scanning;
    pub mod serving;
    pub mod starting;
    pub mod tailing;
    pub mod windows_routes;
}
