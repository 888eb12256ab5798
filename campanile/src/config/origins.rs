//! The effective configuration, each value with where it comes from: the file's line, or the default.

use toml_edit::{Document, DocumentMut, Item, Table, Value};

use super::Settings;
use crate::exit::{Failure, Result};

/// The effective settings as TOML, a comment with the origin after each value.
pub fn with_origins(settings: &Settings, file_name: &str, file_text: &str) -> Result<String> {
    let effective = toml::to_string(settings)
        .map_err(|error| Failure::internal(format!("the settings could not be written: {error}")))?;
    let mut document: DocumentMut = effective
        .parse()
        .map_err(|error| Failure::internal(format!("the settings could not be read back: {error}")))?;
    let written = Document::parse(file_text.to_owned()).ok();
    let origins = Origins { file_name, file_text };
    origins.mark(document.as_table_mut(), written.as_ref().map(|file| file.as_item()));
    Ok(document.to_string())
}

struct Origins<'a> {
    file_name: &'a str,
    file_text: &'a str,
}

impl Origins<'_> {
    fn mark(&self, table: &mut Table, written: Option<&Item>) {
        for (key, item) in table.iter_mut() {
            let file_item = written.and_then(|written| written.get(key.get()));
            match item {
                Item::Table(inner) => self.mark(inner, file_item),
                Item::ArrayOfTables(tables) => {
                    for (index, inner) in tables.iter_mut().enumerate() {
                        self.mark(inner, file_item.and_then(|item| item.get(index)));
                    }
                }
                Item::Value(value) => self.mark_value(value, file_item),
                Item::None => {}
            }
        }
    }

    fn mark_value(&self, value: &mut Value, written: Option<&Item>) {
        let origin = match written.and_then(Item::span) {
            Some(span) => {
                let before = self.file_text.get(..span.start).unwrap_or_default();
                format!("  # {}:{}", self.file_name, before.matches('\n').count() + 1)
            }
            None => "  # default".to_owned(),
        };
        value.decor_mut().set_suffix(origin);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_says_whether_the_file_or_the_default_set_it() {
        let text = "[http]\nlisten = \"127.0.0.1:9000\"\n";
        let settings: Settings = toml::from_str(text).unwrap();
        let shown = with_origins(&settings, "c.toml", text).unwrap();
        assert!(shown.contains("listen = \"127.0.0.1:9000\"  # c.toml:2"), "{shown}");
        assert!(shown.contains("disk_budget = \"20GiB\"  # default"), "{shown}");
        assert_eq!(toml::from_str::<Settings>(&shown).unwrap(), settings);
    }
}
