//! The configuration file: what a person may write, where each value comes from, what is wrong with it.

mod check;
mod deliver;
mod forward;
mod listen;
mod origins;
mod parameters;
mod quantity;
mod settings;
mod starter;

pub use check::{Checked, load};
pub use forward::{ClientFiles, Forward};
pub use listen::Listen;
pub use origins::with_origins;
pub use parameters::{Parameter, Parameters};
pub use quantity::Length;
pub use settings::{Detect, Job, JobKind, LakeFlush, RateLimit, Secret, Settings, Source, Tenant, TlsFiles};
pub use starter::STARTER;

use crate::exit::{Exit, Failure, Result};

/// The settings of a file that a command was told to use; the first fault ends the command.
pub fn settings(path: &std::path::Path) -> Result<Settings> {
    let checked = load(path)?;
    match (checked.settings, checked.faults.into_iter().next()) {
        (Some(settings), None) => Ok(settings),
        (_, Some(fault)) => Err(Failure::Told(Exit::Usage, miette::Report::new(fault))),
        (None, None) => Err(Failure::internal("a configuration without settings and without a fault")),
    }
}

/// JSON Schema of the file, for editors.
pub fn json_schema() -> serde_json::Value {
    let mut schema = schemars::schema_for!(Settings).to_value();
    if let Some(object) = schema.as_object_mut() {
        object.insert("title".to_owned(), "campanile.toml".into());
    }
    schema
}
