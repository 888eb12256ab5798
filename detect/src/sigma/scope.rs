//! The rows of a batch that one route sends to its rules, and their fields, each distinct value once.
//!
//! Promises: a value is asked once however many rows have it. Must not know: rules.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::rc::Rc;

use rustc_hash::FxHashMap;
use schema::EventBatch;

use super::atoms::{AtomTable, OperandId};
use super::fields::{View, layers_of};
use super::fold::fold;

/// No value in that row.
const NONE: u32 = u32::MAX;

/// One operand over the rows of a scope.
pub(super) struct ScopeColumn<'b> {
    /// One layer a value that a row may have (nearly always one): index of the distinct value by row.
    layers: Vec<Vec<u32>>,
    values: Vec<Cow<'b, str>>,
    /// Without case; none where that is the value itself.
    folded: OnceCell<Vec<Option<String>>>,
}

impl ScopeColumn<'_> {
    /// Number of distinct values.
    pub(super) fn distinct(&self) -> usize {
        self.values.len()
    }

    /// Indexes of the values of a row of the scope.
    #[inline]
    pub(super) fn of_row(&self, row: usize) -> impl Iterator<Item = usize> + '_ {
        self.layers
            .iter()
            .filter_map(move |layer| layer.get(row).filter(|index| **index != NONE))
            .map(|index| *index as usize)
    }

    /// A distinct value as it is and without case.
    #[inline]
    pub(super) fn value(&self, index: usize) -> (&str, &str) {
        let value: &str = self.values.get(index).map_or("", |value| value);
        let folded = self.folded.get_or_init(|| {
            let fold_one = |value: &Cow<'_, str>| match fold(value) {
                Cow::Owned(folded) => Some(folded),
                Cow::Borrowed(_) => None,
            };
            self.values.iter().map(fold_one).collect()
        });
        (value, folded.get(index).and_then(Option::as_deref).unwrap_or(value))
    }
}

/// Rows of a batch under one view.
pub(super) struct Scope<'b> {
    batch: &'b EventBatch,
    rows: &'b [u32],
    view: View,
    columns: FxHashMap<OperandId, Rc<ScopeColumn<'b>>>,
}

impl<'b> Scope<'b> {
    pub(super) fn new(batch: &'b EventBatch, rows: &'b [u32], view: View) -> Scope<'b> {
        Scope { batch, rows, view, columns: FxHashMap::default() }
    }

    /// Number of rows.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// An operand over the rows, read at its first use.
    pub(super) fn column(&mut self, operand: OperandId, atoms: &AtomTable) -> Rc<ScopeColumn<'b>> {
        if let Some(known) = self.columns.get(&operand) {
            return Rc::clone(known);
        }
        let column = Rc::new(self.read(operand, atoms));
        self.columns.insert(operand, Rc::clone(&column));
        column
    }

    fn read(&self, operand: OperandId, atoms: &AtomTable) -> ScopeColumn<'b> {
        let mut column = ScopeColumn { layers: Vec::new(), values: Vec::new(), folded: OnceCell::new() };
        let Some(operand) = atoms.operand_of(operand) else { return column };
        let mut index_of: FxHashMap<Cow<'b, str>, u32> = FxHashMap::default();
        for layer in layers_of(self.batch, self.view, operand) {
            let mut indexes = Vec::with_capacity(self.rows.len());
            let mut any = false;
            for row in self.rows {
                let Some(value) = layer.value(*row as usize) else {
                    indexes.push(NONE);
                    continue;
                };
                any = true;
                let next = column.values.len() as u32;
                indexes.push(*index_of.entry(value).or_insert_with_key(|value| {
                    column.values.push(value.clone());
                    next
                }));
            }
            if any {
                column.layers.push(indexes);
            }
        }
        column
    }
}
