//! The configuration file: what a person may write, where each value comes from, what is wrong with it.

mod check;
mod origins;
mod quantity;
mod settings;
mod starter;

pub use check::{Checked, load};
pub use origins::with_origins;
pub use settings::Settings;
pub use starter::STARTER;

/// JSON Schema of the file, for editors.
pub fn json_schema() -> serde_json::Value {
    let mut schema = schemars::schema_for!(Settings).to_value();
    if let Some(object) = schema.as_object_mut() {
        object.insert("title".to_owned(), "campanile.toml".into());
    }
    schema
}
