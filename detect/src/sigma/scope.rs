//! What rules of one view read of a batch: their fields, a value that many rows have once.
//!
//! Promises: an operand is read for the rows of those rules that ask for it, no others. Must not know: formulas.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::hash::{BuildHasher, Hash, Hasher};
use std::rc::Rc;

use arrow::array::{Array, StringViewArray};
use rustc_hash::{FxBuildHasher, FxHashMap};
use schema::EventBatch;

use super::atoms::{AtomTable, Operand, OperandId};
use super::fields::{Layer, View, layers_of};
use super::pairs::Pairs;
use super::rows::Rows;
use crate::clues::fold_into;

/// One operand over the rows of a batch.
pub(super) struct ScopeColumn<'b> {
    /// (row, value), value by value as they were read.
    cells: Vec<(u32, u32)>,
    values: Vec<Cow<'b, str>>,
    folded: OnceCell<Folded>,
    /// Number of rows of the batch.
    rows: usize,
    by_row: OnceCell<Pairs>,
}

/// Values without case, one after another.
struct Folded {
    text: String,
    /// By value.
    ends: Vec<usize>,
}

impl ScopeColumn<'_> {
    /// Number of values.
    pub(super) fn values(&self) -> usize {
        self.values.len()
    }

    /// Indexes of the values of a row.
    #[inline]
    pub(super) fn of_row(&self, row: usize) -> impl Iterator<Item = usize> + '_ {
        let by_row = self.by_row.get_or_init(|| Pairs::new(self.rows, self.cells.iter().copied()));
        by_row.of(row).iter().map(|value| *value as usize)
    }

    /// Each row with a value of it, by index.
    pub(super) fn cells(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        self.cells.iter().map(|(row, value)| (*row as usize, *value as usize))
    }

    /// A value.
    #[inline]
    pub(super) fn value(&self, index: usize) -> &str {
        self.values.get(index).map_or("", |value| value)
    }

    /// A value without case.
    #[inline]
    pub(super) fn folded(&self, index: usize) -> &str {
        let Folded { text, ends } = self.folded.get_or_init(|| self.fold());
        let start = index.checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or_default();
        ends.get(index).and_then(|end| text.get(start..*end)).unwrap_or_default()
    }

    fn fold(&self) -> Folded {
        let mut text = String::with_capacity(self.values.iter().map(|value| value.len()).sum());
        let ends = self.values.iter().map(|value| {
            fold_into(value, &mut text);
            text.len()
        });
        let ends = ends.collect();
        Folded { text, ends }
    }
}

/// The rows that the routes of a view take, by position of the route.
pub(super) struct Reach<'p> {
    pub(super) taken: Vec<Rows>,
    /// The routes whose rules ask an operand anything.
    pub(super) asked_by: &'p FxHashMap<OperandId, BTreeSet<usize>>,
    /// Number of rows of the batch.
    pub(super) rows: usize,
}

impl Reach<'_> {
    /// The rows that some of `routes` take.
    pub(super) fn of<'r>(&self, routes: impl IntoIterator<Item = &'r usize>) -> Rows {
        let mut rows = Rows::none(self.rows);
        let taken = routes.into_iter().filter_map(|route| self.taken.get(*route));
        taken.for_each(|taken| rows.union(taken));
        rows
    }

    /// The rows that any of them takes.
    fn of_all(&self) -> Rows {
        let mut rows = Rows::none(self.rows);
        self.taken.iter().for_each(|taken| rows.union(taken));
        rows
    }

    /// The rows that an operand may be asked for.
    fn of_operand(&self, operand: OperandId) -> Rows {
        self.of(self.asked_by.get(&operand).into_iter().flatten())
    }
}

/// A batch under one view.
pub(super) struct Scope<'p, 'b> {
    batch: &'b EventBatch,
    view: View,
    reach: &'p Reach<'p>,
    /// All rows that are taken, when every text of most of them is looked at: then arrays are read for all, and once.
    every: Option<Rows>,
    columns: FxHashMap<OperandId, Rc<ScopeColumn<'b>>>,
    /// By address.
    arrays: FxHashMap<usize, Rc<ScopeColumn<'b>>>,
}

impl<'p, 'b> Scope<'p, 'b> {
    /// A batch of which every text of `every_text` rows is going to be looked at.
    pub(super) fn new(
        batch: &'b EventBatch,
        view: View,
        reach: &'p Reach<'p>,
        every_text: &Rows,
    ) -> Scope<'p, 'b> {
        let all = reach.of_all();
        let every = (2 * every_text.count() > all.count()).then_some(all);
        Scope { batch, view, reach, every, columns: FxHashMap::default(), arrays: FxHashMap::default() }
    }

    /// Number of rows.
    pub(super) fn len(&self) -> usize {
        self.batch.len()
    }

    /// An operand over the rows that it may be asked for, read at its first use.
    pub(super) fn column(&mut self, operand: OperandId, atoms: &AtomTable) -> Rc<ScopeColumn<'b>> {
        if let Some(known) = self.columns.get(&operand) {
            return Rc::clone(known);
        }
        let layers = atoms.operand_of(operand).map(|operand| layers_of(self.batch, self.view, operand));
        let layers = layers.unwrap_or_default();
        let column = match layers.as_slice() {
            [layer] if let (Some((texts, [])), true) = (layer.texts(), self.every.is_some()) => {
                self.array(texts)
            }
            layers => Rc::new(self.read(layers, &self.reach.of_operand(operand))),
        };
        self.columns.insert(operand, Rc::clone(&column));
        column
    }

    /// Every text of `rows` and perhaps of others, array by array, each with rows whose text does not count.
    pub(super) fn every_text(&mut self, rows: &Rows) -> Vec<(Rc<ScopeColumn<'b>>, &'b [u32])> {
        let layers = layers_of(self.batch, self.view, &Operand::AnyText).into_iter();
        let columns = layers.filter_map(|layer| {
            let (texts, left_out) = layer.texts()?;
            let is_shared = self.every.is_some();
            Some((if is_shared { self.array(texts) } else { Rc::new(self.read(&[layer], rows)) }, left_out))
        });
        columns.collect()
    }

    fn array(&mut self, texts: &'b StringViewArray) -> Rc<ScopeColumn<'b>> {
        let address = std::ptr::from_ref(texts).addr();
        if let Some(known) = self.arrays.get(&address) {
            return Rc::clone(known);
        }
        let mut cells = Cells::default();
        self.every.iter().for_each(|every| cells.take_texts(texts, every));
        let column = Rc::new(cells.into_column(self.len()));
        self.arrays.insert(address, Rc::clone(&column));
        column
    }

    fn read(&self, layers: &[Layer<'b>], wanted: &Rows) -> ScopeColumn<'b> {
        let mut cells = Cells::default();
        for layer in layers {
            match layer.texts() {
                Some((texts, [])) => cells.take_texts(texts, wanted),
                _ => wanted.iter().for_each(|row| cells.take(row, layer.value(row))),
            }
        }
        cells.into_column(self.len())
    }
}

/// Cells of a column that show whether equal values are worth looking for.
const TRIAL_CELLS: usize = 128;

/// A column while it is read.
#[derive(Default)]
struct Cells<'b> {
    cells: Vec<(u32, u32)>,
    values: Vec<Cow<'b, str>>,
    /// Too many of its first cells had values of their own (record numbers, command lines): each further one gets its own.
    is_diverse: bool,
    /// Values that fit a view, by it.
    short: FxHashMap<u128, u32>,
    long: FxHashMap<Long<'b>, u32>,
}

/// A value that fits no view, hashed once however often its table grows.
struct Long<'b> {
    hash: u64,
    text: Cow<'b, str>,
}

impl<'b> Long<'b> {
    fn new(text: Cow<'b, str>) -> Long<'b> {
        Long { hash: FxBuildHasher.hash_one(&*text), text }
    }
}

impl PartialEq for Long<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.hash == other.hash && self.text == other.text
    }
}

impl Eq for Long<'_> {}

impl Hash for Long<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}

impl<'b> Cells<'b> {
    fn take_texts(&mut self, texts: &'b StringViewArray, wanted: &Rows) {
        let take = |row: usize| {
            if texts.is_null(row) {
                return;
            }
            let view = texts.views().get(row).copied().unwrap_or_default();
            // The low half of a view begins with the length; a short text is the rest of it.
            let index = match view as u32 {
                _ if self.is_diverse => self.own_index(Cow::Borrowed(texts.value(row))),
                0..=VIEW_BYTES => self.index_of_short(view, || Cow::Borrowed(texts.value(row))),
                _ => self.index_of_long(Cow::Borrowed(texts.value(row))),
            };
            self.push(row, index);
        };
        match texts.nulls() {
            // Most keys of `fields` are those of few events.
            Some(nulls) if nulls.len() - nulls.null_count() < wanted.count() => {
                nulls.valid_indices().filter(|row| wanted.contains(*row)).for_each(take);
            }
            _ => wanted.iter().for_each(take),
        }
    }

    fn take(&mut self, row: usize, value: Option<Cow<'b, str>>) {
        let Some(value) = value else { return };
        let index = match as_view(&value) {
            _ if self.is_diverse => self.own_index(value),
            Some(view) => self.index_of_short(view, || value),
            None => self.index_of_long(value),
        };
        self.push(row, index);
    }

    #[inline]
    fn push(&mut self, row: usize, index: u32) {
        self.cells.push((row as u32, index));
        if self.cells.len() == TRIAL_CELLS {
            self.is_diverse = 4 * self.values.len() > 3 * TRIAL_CELLS;
        }
    }

    #[inline]
    fn own_index(&mut self, value: Cow<'b, str>) -> u32 {
        self.values.push(value);
        self.values.len() as u32 - 1
    }

    #[inline]
    fn index_of_short(&mut self, view: u128, value: impl FnOnce() -> Cow<'b, str>) -> u32 {
        let next = self.values.len() as u32;
        let index = *self.short.entry(view).or_insert(next);
        if index == next {
            self.values.push(value());
        }
        index
    }

    #[inline]
    fn index_of_long(&mut self, value: Cow<'b, str>) -> u32 {
        let next = self.values.len() as u32;
        let value = Long::new(value);
        if let Some(known) = self.long.get(&value) {
            return *known;
        }
        self.values.push(value.text.clone());
        self.long.insert(value, next);
        next
    }

    fn into_column(self, rows: usize) -> ScopeColumn<'b> {
        let Cells { cells, values, .. } = self;
        ScopeColumn { cells, values, folded: OnceCell::new(), rows, by_row: OnceCell::new() }
    }
}

/// Bytes of a text that stands in its view.
const VIEW_BYTES: u32 = 12;

/// The view of a short text.
fn as_view(text: &str) -> Option<u128> {
    let mut bytes = [0u8; 16];
    let (length, rest) = bytes.split_at_mut(4);
    rest.get_mut(..text.len())?.copy_from_slice(text.as_bytes());
    length.copy_from_slice(&(text.len() as u32).to_le_bytes());
    Some(u128::from_le_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_has_its_value_whether_values_repeat_or_not() {
        let rows = 4 * TRIAL_CELLS;
        for (different, prefix) in
            [(7, "a value that fits no view "), (7, "v"), (rows, "one of many "), (rows, "v")]
        {
            let value = |row: usize| (!row.is_multiple_of(5)).then(|| format!("{prefix}{}", row % different));
            let texts: StringViewArray = (0..rows).map(value).collect();
            let mut all = Rows::none(rows);
            (0..rows).for_each(|row| all.insert(row));
            let mut cells = Cells::default();
            cells.take_texts(&texts, &all);
            let column = cells.into_column(rows);
            for row in 0..rows {
                let read: Vec<&str> = column.of_row(row).map(|index| column.value(index)).collect();
                assert_eq!(
                    read,
                    value(row).as_deref().into_iter().collect::<Vec<_>>(),
                    "{prefix}, row {row}"
                );
            }
            assert!(different == rows || column.values() == different, "{prefix}");
        }
    }
}
