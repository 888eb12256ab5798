//! The command line as users meet it: outputs, exit codes, broken inputs. One binary for all of it.

mod cli {
    pub mod broken_inputs;
    pub mod commands;
    pub mod configuration;
    pub mod generated_pages;
    pub mod layers;
    pub mod program;
    pub mod scanning;
}
