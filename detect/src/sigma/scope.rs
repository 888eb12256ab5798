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
use super::pairs::Pairs;
use super::rows::Rows;

/// A row of the batch that is none of the scope.
const NONE: u32 = u32::MAX;

/// One operand over the rows of a scope.
pub(super) struct ScopeColumn<'b> {
    /// (row, value), value by value as they were read.
    cells: Vec<(u32, u32)>,
    values: Vec<Cow<'b, str>>,
    /// Without case, by value when first asked for; none where that is the value itself.
    folded: Vec<OnceCell<Option<Box<str>>>>,
    /// Number of rows of the scope.
    rows: usize,
    by_row: OnceCell<Pairs>,
    by_value: OnceCell<Pairs>,
}

impl ScopeColumn<'_> {
    /// Number of distinct values.
    pub(super) fn distinct(&self) -> usize {
        self.values.len()
    }

    /// Indexes of the values of a row of the scope.
    #[inline]
    pub(super) fn of_row(&self, row: usize) -> impl Iterator<Item = usize> + '_ {
        let by_row = self.by_row.get_or_init(|| Pairs::new(self.rows, self.cells.iter().copied()));
        by_row.of(row).iter().map(|value| *value as usize)
    }

    /// The rows that have one of `values`.
    pub(super) fn rows_of(&self, values: &Rows) -> Rows {
        let by_value = self.by_value.get_or_init(|| {
            Pairs::new(self.values.len(), self.cells.iter().map(|(row, value)| (*value, *row)))
        });
        let mut rows = Rows::none(self.rows);
        for value in values.iter() {
            by_value.of(value).iter().for_each(|row| rows.insert(*row as usize));
        }
        rows
    }

    /// A distinct value as it is and without case.
    #[inline]
    pub(super) fn value(&self, index: usize) -> (&str, &str) {
        let value: &str = self.values.get(index).map_or("", |value| value);
        let folded = self.folded.get(index).and_then(|folded| {
            let fold_once = || match fold(value) {
                Cow::Owned(folded) => Some(folded.into_boxed_str()),
                Cow::Borrowed(_) => None,
            };
            folded.get_or_init(fold_once).as_deref()
        });
        (value, folded.unwrap_or(value))
    }
}

/// Rows of a batch under one view.
pub(super) struct Scope<'b> {
    batch: &'b EventBatch,
    rows: &'b [u32],
    view: View,
    columns: FxHashMap<OperandId, Rc<ScopeColumn<'b>>>,
    /// By row of the batch.
    positions: OnceCell<Vec<u32>>,
}

impl<'b> Scope<'b> {
    pub(super) fn new(batch: &'b EventBatch, rows: &'b [u32], view: View) -> Scope<'b> {
        Scope { batch, rows, view, columns: FxHashMap::default(), positions: OnceCell::new() }
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
        let (mut cells, mut values) = (Vec::new(), Values::default());
        let layers = atoms.operand_of(operand).map(|operand| layers_of(self.batch, self.view, operand));
        for layer in layers.unwrap_or_default() {
            let mut take = |position: u32, row: usize| {
                if let Some(value) = layer.value(row) {
                    cells.push((position, values.index_of(value)));
                }
            };
            match layer.nulls() {
                // Most keys of `fields` are those of few events.
                Some(nulls) if nulls.len() - nulls.null_count() < self.rows.len() => {
                    let positions = self.positions.get_or_init(|| self.positions());
                    let placed = nulls.valid_indices().filter_map(|row| Some((*positions.get(row)?, row)));
                    placed.filter(|(position, _)| *position != NONE).for_each(|(p, row)| take(p, row));
                }
                _ => (0..).zip(self.rows).for_each(|(position, row)| take(position, *row as usize)),
            }
        }
        let values = values.values;
        let mut folded = Vec::new();
        folded.resize_with(values.len(), OnceCell::new);
        let rows = self.rows.len();
        ScopeColumn { cells, values, folded, rows, by_row: OnceCell::new(), by_value: OnceCell::new() }
    }

    fn positions(&self) -> Vec<u32> {
        let mut positions = vec![NONE; self.batch.len()];
        for (position, row) in (0..).zip(self.rows) {
            if let Some(slot) = positions.get_mut(*row as usize) {
                *slot = position;
            }
        }
        positions
    }
}

/// Distinct values in the order of their first cells.
#[derive(Default)]
struct Values<'b> {
    values: Vec<Cow<'b, str>>,
    /// Those that fit a number, which is cheaper to look up than a text.
    short: FxHashMap<u128, u32>,
    long: FxHashMap<Cow<'b, str>, u32>,
}

impl<'b> Values<'b> {
    fn index_of(&mut self, value: Cow<'b, str>) -> u32 {
        let next = self.values.len() as u32;
        let index = match packed(&value) {
            Some(number) => *self.short.entry(number).or_insert(next),
            None => *self.long.entry(value.clone()).or_insert(next),
        };
        if index == next {
            self.values.push(value);
        }
        index
    }
}

/// A text of at most fifteen bytes with its length, as a number.
#[inline]
fn packed(text: &str) -> Option<u128> {
    let mut bytes = [0u8; 16];
    let (head, tail) = bytes.split_at_mut(15);
    head.get_mut(..text.len())?.copy_from_slice(text.as_bytes());
    if let Some(last) = tail.first_mut() {
        *last = text.len() as u8;
    }
    Some(u128::from_le_bytes(bytes))
}
