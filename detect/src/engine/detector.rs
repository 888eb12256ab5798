//! One rule made ready: what it looks at, how its rows become runs, and what its alerts say of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::AsArray;
use arrow::datatypes::{DataType, UInt64Type};
use arrow::record_batch::RecordBatch;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::Column as KeyColumn;
use schema::{Column, Severity};

use super::MATCH_GAP_US;
use super::facts::{CodedNeed, Questions};
use super::rows::RowShape;
use crate::context::Context;
use crate::rule::Rule;
use crate::sigma;
use crate::sql::{Compiled, Layout, Selection, Window};

/// Columns a Sigma match is about, as far as the event has them.
pub(crate) const SIGMA_ENTITIES: [Column; 3] = [Column::HostName, Column::UserName, Column::SourceIp];

/// What alerts say of their rule.
#[derive(Debug, Clone)]
pub(crate) struct Card {
    pub id: Arc<str>,
    pub version: u32,
    pub title: String,
    pub title_it: String,
    pub severity: Severity,
    pub sha256: String,
    /// Versions of the lists the rule reads.
    pub lists: BTreeMap<String, String>,
}

/// How a rule finds its rows.
#[derive(Debug)]
pub(crate) enum Work {
    Sql {
        selection: Selection,
        needs: Vec<CodedNeed>,
    },
    /// Rows come from the Sigma set.
    Sigma,
}

/// A rule made ready.
#[derive(Debug)]
pub(crate) struct Detector {
    pub card: Card,
    pub layout: Arc<Layout>,
    pub shape: Arc<RowShape>,
    pub work: Work,
    /// The tenant's calendar.
    pub town: Context,
}

impl Detector {
    /// Of a SQL rule.
    pub fn sql(rule: &Rule, compiled: Compiled, context: &Context, questions: &mut Questions) -> Detector {
        let Compiled { selection, layout, lists, .. } = compiled;
        let needs = selection.needs.iter().map(|need| questions.add(need)).collect();
        let versions = lists.into_iter().filter_map(|name| {
            let version = context.lists.get(&name)?.version();
            Some((name, version))
        });
        let card = Card {
            id: rule.id.as_str().into(),
            version: rule.version,
            title: rule.title.en.clone(),
            title_it: rule.title.it.clone(),
            severity: rule.severity,
            sha256: rule.sha256.clone(),
            lists: versions.collect(),
        };
        let shape = Arc::new(RowShape::new(&layout.row_types, layout.groups));
        let (layout, work) = (Arc::new(layout), Work::Sql { selection, needs });
        Detector { card, layout, shape, work, town: context.clone() }
    }

    /// Keys of the sources that rows are of, where that matters.
    pub fn sources(&self, rows: &RecordBatch) -> BTreeSet<u64> {
        let keys = self.layout.source().and_then(|at| self.shape.column(rows, at));
        let keys = keys.and_then(|keys| keys.as_primitive_opt::<UInt64Type>());
        keys.map(|keys| keys.values().iter().copied().collect()).unwrap_or_default()
    }

    /// Of Sigma rules.
    pub fn sigma(rules: &[sigma::Rule]) -> Vec<Detector> {
        let layout = Arc::new(sigma_layout());
        let shape = Arc::new(RowShape::new(&layout.row_types, layout.groups));
        let detectors = rules.iter().map(|rule| Detector {
            card: Card {
                id: rule.id.as_str().into(),
                version: 1,
                title: rule.title.clone(),
                title_it: rule.title.clone(),
                severity: rule.severity,
                sha256: rule.sha256.to_string(),
                lists: BTreeMap::new(),
            },
            layout: Arc::clone(&layout),
            shape: Arc::clone(&shape),
            work: Work::Sigma,
            town: Context::default(),
        });
        detectors.collect()
    }
}

fn sigma_layout() -> Layout {
    let entities = SIGMA_ENTITIES.iter().enumerate().map(|(position, column)| {
        let expr: Arc<dyn PhysicalExpr> = Arc::new(KeyColumn::new(column.name(), position));
        (column.name().to_owned(), expr)
    });
    Layout {
        groups: SIGMA_ENTITIES.len(),
        row_types: vec![DataType::Utf8View; SIGMA_ENTITIES.len()],
        aggregates: Vec::new(),
        having: None,
        floor: None,
        baseline: None,
        entities: entities.collect(),
        window: Window::Trailing(MATCH_GAP_US),
        keeps_null_groups: true,
    }
}
