//! Which events a rule sees: from its log source to tests of an event's signature.
//!
//! A Windows event is known by channel, event id and event type; any other by class, action, format,
//! component, program and product. The tables are in `windows` and `others`.
//!
//! Promises: a rule never sees an event outside its log source. Must not know: detections.

mod others;
mod windows;

use std::collections::BTreeSet;

use rsigma_parser::LogSource;
use rustc_hash::FxHashMap;
use schema::{Column, EventBatch};

use arrow::array::{Array, StringViewArray};

use super::fields::View;

/// A part of the events that a log source names.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Route {
    /// Windows events of these channels, ids and event types, each empty for any.
    Windows {
        channels: &'static [&'static str],
        event_ids: &'static [&'static str],
        event_types: &'static [&'static str],
        view: View,
    },
    /// Other events that fit one of these.
    Others(&'static [Clause]),
    /// Other events of a format or maker of this name.
    Product(String),
}

/// What an event that is not Windows' must be, each list empty for any.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Clause {
    pub(super) classes: &'static [&'static str],
    pub(super) actions: &'static [&'static str],
    /// Families of formats: the format of that name, and those whose name goes on after it with `_`.
    pub(super) formats: &'static [&'static str],
    /// Families of formats that do not fit.
    pub(super) not_formats: &'static [&'static str],
    /// Programs, without case.
    pub(super) programs: &'static [&'static str],
}

/// A clause that everything fits.
pub(super) const ANYTHING: Clause =
    Clause { classes: &[], actions: &[], formats: &[], not_formats: &[], programs: &[] };

/// The routes of a log source; none when no event log is known for it.
pub(super) fn routes_of(source: &LogSource) -> Vec<Route> {
    let lower = |text: &Option<String>| text.as_ref().map(|text| text.to_lowercase());
    let (category, service) = (lower(&source.category), lower(&source.service));
    match lower(&source.product).as_deref() {
        Some("windows") => windows::routes(category.as_deref(), service.as_deref()),
        None => {
            let mut routes = others::routes(None, category.as_deref(), service.as_deref());
            if category.is_some() {
                routes.extend(windows::routes(category.as_deref(), service.as_deref()));
            }
            routes
        }
        product => others::routes(product, category.as_deref(), service.as_deref()),
    }
}

/// Families of formats whose events are Windows'.
pub(super) const WINDOWS_FORMATS: &[&str] = &[
    "winlogbeat",
    "nxlog",
    "windows_json",
    "windows_xml",
    "azure_windows",
    "snare",
    "windows_text",
    "ossec_windows",
];

/// Every family of formats that log sources are told by.
pub fn format_families() -> BTreeSet<&'static str> {
    let others = others::clauses().flat_map(|clause| clause.formats.iter().chain(clause.not_formats));
    others.chain(WINDOWS_FORMATS).copied().collect()
}

/// All that routes look at in an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Signature<'b> {
    Windows {
        channel: &'b str,
        event_id: &'b str,
        event_type: &'b str,
    },
    Others {
        class: &'b str,
        action: &'b str,
        format: &'b str,
        program: &'b str,
        product: &'b str,
        vendor: &'b str,
    },
}

impl Route {
    /// How the events of this route name their fields.
    pub(super) fn view(&self) -> View {
        match self {
            Route::Windows { view, .. } => *view,
            Route::Others(_) | Route::Product(_) => View::Columns,
        }
    }

    /// True when events of that signature take this route.
    pub(super) fn takes(&self, signature: &Signature<'_>) -> bool {
        match (self, signature) {
            (
                Route::Windows { channels, event_ids, event_types, .. },
                Signature::Windows { channel, event_id, event_type },
            ) => {
                (channels.is_empty() || is_one_of(channel, channels))
                    && (event_ids.is_empty() || event_ids.contains(event_id))
                    && (event_types.is_empty() || is_one_of(event_type, event_types))
            }
            (Route::Others(clauses), Signature::Others { class, action, format, program, .. }) => {
                clauses.iter().any(|clause| {
                    (clause.classes.is_empty() || clause.classes.contains(class))
                        && (clause.actions.is_empty() || clause.actions.contains(action))
                        && (clause.formats.is_empty() || is_of_one(format, clause.formats))
                        && !is_of_one(format, clause.not_formats)
                        && (clause.programs.is_empty() || is_one_of(program, clause.programs))
                })
            }
            (Route::Product(name), Signature::Others { format, product, vendor, .. }) => {
                is_of_family(format, name)
                    || product.eq_ignore_ascii_case(name)
                    || vendor.eq_ignore_ascii_case(name)
            }
            _ => false,
        }
    }
}

fn is_one_of(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// True for `apache` and `apache_error` of family `apache`, not for `suricata` of `su`.
fn is_of_family(format: &str, family: &str) -> bool {
    format.strip_prefix(family).is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
}

fn is_of_one(format: &str, families: &[&str]) -> bool {
    families.iter().any(|family| is_of_family(format, family))
}

/// The rows of a batch by signature.
pub(super) fn rows_by_signature(batch: &EventBatch) -> Vec<(Signature<'_>, Vec<u32>)> {
    let columns = [
        Column::Format,
        Column::Class,
        Column::EventAction,
        Column::ProcessName,
        Column::ObserverProduct,
        Column::ObserverVendor,
    ];
    let [format, class, action, program, product, vendor] = columns.map(|column| batch.texts(column));
    let [channel, event_id, event_type] = ["Channel", "EventID", "EventType"].map(|key| batch.field(key));
    let mut index_of: FxHashMap<Signature<'_>, usize> = FxHashMap::default();
    let mut groups: Vec<(Signature<'_>, Vec<u32>)> = Vec::new();
    for row in 0..batch.len() {
        let format = at(format, row);
        let signature = if is_of_one(format, WINDOWS_FORMATS) {
            Signature::Windows {
                channel: at(channel, row),
                event_id: at(event_id, row),
                event_type: at(event_type, row),
            }
        } else {
            Signature::Others {
                class: at(class, row),
                action: at(action, row),
                format,
                program: at(program, row),
                product: at(product, row),
                vendor: at(vendor, row),
            }
        };
        let next = groups.len();
        let index = *index_of.entry(signature).or_insert(next);
        if index == next {
            groups.push((signature, Vec::new()));
        }
        if let Some((_, rows)) = groups.get_mut(index) {
            rows.push(row as u32);
        }
    }
    groups
}

/// The text of a row, empty when it has none.
fn at(texts: Option<&StringViewArray>, row: usize) -> &str {
    texts.filter(|texts| texts.is_valid(row)).map_or("", |texts| texts.value(row))
}
