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
use super::rows::Rows;

/// No value in that row.
const NONE: u32 = u32::MAX;

/// One operand over the rows of a scope.
pub(super) struct ScopeColumn<'b> {
    /// One layer a value that a row may have (nearly always one): index of the distinct value by row.
    layers: Vec<Vec<u32>>,
    values: Vec<Cow<'b, str>>,
    /// Without case, by value when first asked for; none where that is the value itself.
    folded: Vec<OnceCell<Option<Box<str>>>>,
    places: OnceCell<Places>,
}

/// The rows of each distinct value: `rows` from one start to the next.
struct Places {
    starts: Vec<u32>,
    rows: Vec<u32>,
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
        let folded = self.folded.get(index).and_then(|folded| {
            let fold_once = || match fold(value) {
                Cow::Owned(folded) => Some(folded.into_boxed_str()),
                Cow::Borrowed(_) => None,
            };
            folded.get_or_init(fold_once).as_deref()
        });
        (value, folded.unwrap_or(value))
    }

    /// The rows that have one of `values`.
    pub(super) fn rows_of(&self, values: &Rows, universe: usize) -> Rows {
        let places = self.places.get_or_init(|| self.places());
        let mut rows = Rows::none(universe);
        for value in values.iter() {
            let Some([start, end]) = places.starts.get(value..value + 2) else { continue };
            let of_value = places.rows.get(*start as usize..*end as usize).unwrap_or_default();
            of_value.iter().for_each(|row| rows.insert(*row as usize));
        }
        rows
    }

    /// Each row with each of its values.
    fn cells(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        let numbered = self.layers.iter().flat_map(|layer| (0u32..).zip(layer.iter().copied()));
        numbered.filter(|(_, value)| *value != NONE)
    }

    /// Counts the rows of each value, then puts them in their places.
    fn places(&self) -> Places {
        let mut starts = vec![0u32; self.values.len() + 1];
        for (_, value) in self.cells() {
            if let Some(count) = starts.get_mut(value as usize + 1) {
                *count += 1;
            }
        }
        let mut total = 0;
        for start in &mut starts {
            total += *start;
            *start = total;
        }
        let mut next = starts.clone();
        let mut rows = vec![0u32; total as usize];
        for (row, value) in self.cells() {
            let Some(place) = next.get_mut(value as usize) else { continue };
            if let Some(slot) = rows.get_mut(*place as usize) {
                *slot = row;
            }
            *place += 1;
        }
        Places { starts, rows }
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
        let mut column = ScopeColumn {
            layers: Vec::new(),
            values: Vec::new(),
            folded: Vec::new(),
            places: OnceCell::new(),
        };
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
        column.folded.resize_with(column.values.len(), OnceCell::new);
        column
    }
}
