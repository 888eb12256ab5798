//! `campanile rules list`.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, StringArray};
use arrow::record_batch::RecordBatch;

use super::selection::Selection;
use crate::detections::loading::tell_faults;
use crate::exit::{Exit, Result};
use crate::language::Language;
use crate::moment;
use crate::output::{self, OutputFormat};
use crate::terminal::Terminal;

/// One rule of the list.
struct Row {
    id: String,
    severity: &'static str,
    family: &'static str,
    window: Option<String>,
    enabled: bool,
    title: String,
    attack: String,
    path: String,
}

/// Lists.
pub fn run(words: &[String], format: OutputFormat, terminal: &Terminal) -> Result<Exit> {
    let selection = Selection::of(words)?;
    let mut rows = rows(&selection, Language::of_environment());
    rows.sort_by(|a, b| a.id.cmp(&b.id));
    output::write_all(format, &batch(&rows, format)?, terminal)?;
    tell_faults(selection.faults, terminal);
    Ok(Exit::Done)
}

fn rows(selection: &Selection, language: Language) -> Vec<Row> {
    let of_sql = selection.rules.iter().map(|rule| Row {
        id: rule.id.clone(),
        severity: language.pick(rule.severity.name(), rule.severity.name_it()),
        family: rule.family.name(),
        window: rule.length_us().map(moment::length),
        enabled: rule.is_enabled(),
        title: language.pick(&rule.title.en, &rule.title.it).clone(),
        attack: rule.attack.join(" "),
        path: rule.path.clone(),
    });
    let of_sigma = selection.sigma.rules().iter().map(|rule| Row {
        id: rule.id.clone(),
        severity: language.pick(rule.severity.name(), rule.severity.name_it()),
        family: "sigma",
        window: None,
        enabled: true,
        title: rule.title.clone(),
        attack: rule.tags.join(" "),
        path: rule.path.to_string(),
    });
    of_sql.chain(of_sigma).collect()
}

fn batch(rows: &[Row], format: OutputFormat) -> Result<RecordBatch> {
    let text =
        |of: fn(&Row) -> &str| Arc::new(StringArray::from_iter_values(rows.iter().map(of))) as ArrayRef;
    let windows = StringArray::from_iter(rows.iter().map(|row| row.window.as_deref()));
    let enabled = BooleanArray::from_iter(rows.iter().map(|row| Some(row.enabled)));
    let mut columns = vec![
        ("rule_id", text(|row| &row.id)),
        ("severity", text(|row| row.severity)),
        ("family", text(|row| row.family)),
        ("window", Arc::new(windows) as ArrayRef),
        ("enabled", Arc::new(enabled) as ArrayRef),
        ("title", text(|row| &row.title)),
    ];
    // A screen has no room for these.
    if format != OutputFormat::Table {
        columns.push(("attack", text(|row| &row.attack)));
        columns.push(("path", text(|row| &row.path)));
    }
    let nullable = columns.into_iter().map(|(name, array)| (name, array, true));
    Ok(RecordBatch::try_from_iter_with_nullable(nullable)?)
}
