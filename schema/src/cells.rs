//! One column under construction: dense values, and which rows have one.
//!
//! Promises: rows are set in any order up to the open one; a skipped row is null; a column without gaps keeps no
//! validity. Must not know: what the values are.

use arrow::buffer::{BooleanBuffer, Buffer, NullBuffer};

/// Values by row; a row never set is null.
#[derive(Debug)]
pub(crate) struct Cells<T> {
    values: Vec<T>,
    /// One bit a row, least significant first, as Arrow's validity; empty while every row of `values` is set.
    present: Vec<u64>,
    count: usize,
}

impl<T> Default for Cells<T> {
    fn default() -> Self {
        Cells { values: Vec::new(), present: Vec::new(), count: 0 }
    }
}

impl<T: Copy + Default> Cells<T> {
    /// Sets the value of `row`; true when it had none.
    #[inline]
    pub(crate) fn set(&mut self, row: usize, value: T) -> bool {
        // Nothing is called on the way of most values, so that nothing need be kept for a call.
        let is_next = row == self.values.len() && row < self.values.capacity();
        if !is_next || !self.present.is_empty() {
            return self.set_apart(row, value);
        }
        self.values.push(value);
        self.count += 1;
        true
    }

    /// Sets a row that is not the next one, or the next when there is no room or some rows have no value.
    #[inline(never)]
    fn set_apart(&mut self, row: usize, value: T) -> bool {
        if row == self.values.len() {
            self.values.push(value);
            self.count += 1;
            if !self.present.is_empty() {
                self.mark(row);
            }
            return true;
        }
        let is_new = !self.is_set(row);
        if let Some(slot) = self.values.get_mut(row) {
            *slot = value;
            if is_new {
                self.count += 1;
                self.mark(row);
            }
        } else {
            self.keep_validity();
            self.values.resize(row, T::default());
            self.values.push(value);
            self.count += 1;
            self.mark(row);
        }
        is_new
    }

    #[inline]
    fn mark(&mut self, row: usize) {
        if self.present.len() <= row / 64 {
            self.present.resize(row / 64 + 1, 0);
        }
        if let Some(word) = self.present.get_mut(row / 64) {
            *word |= 1 << (row % 64);
        }
    }

    /// Writes down that every row so far is set, before one is not.
    fn keep_validity(&mut self) {
        if self.present.is_empty() {
            let rows = self.values.len();
            self.present.resize(rows / 64, u64::MAX);
            self.present.push((1 << (rows % 64)) - 1);
        }
    }

    /// Makes `row` null again.
    pub(crate) fn clear(&mut self, row: usize) {
        if !self.is_set(row) {
            return;
        }
        self.count -= 1;
        if self.present.is_empty() && row + 1 == self.values.len() {
            self.values.pop();
            return;
        }
        self.keep_validity();
        if let Some(word) = self.present.get_mut(row / 64) {
            *word &= !(1 << (row % 64));
        }
    }

    /// True when `row` has a value.
    #[inline]
    pub(crate) fn is_set(&self, row: usize) -> bool {
        match self.present.get(row / 64) {
            Some(word) => word & (1 << (row % 64)) != 0,
            None => self.present.is_empty() && row < self.values.len(),
        }
    }

    /// True when no row has a value.
    pub(crate) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Gives every one of `rows` rows the same value.
    pub(crate) fn fill(&mut self, rows: usize, value: T) {
        *self = Cells { values: vec![value; rows], present: Vec::new(), count: rows };
    }

    /// Gives the rows that have no value this one.
    pub(crate) fn fill_gaps(&mut self, rows: usize, value: T) {
        if self.count == 0 {
            self.fill(rows, value);
        } else if self.count < rows {
            self.keep_validity();
            self.values.resize(rows, value);
            self.present.resize(rows.div_ceil(64), 0);
            for (row, slot) in self.values.iter_mut().enumerate() {
                if self.present.get(row / 64).is_none_or(|word| word & (1 << (row % 64)) == 0) {
                    *slot = value;
                }
            }
            *self = Cells { values: std::mem::take(&mut self.values), present: Vec::new(), count: rows };
        }
    }

    /// The values of `rows` rows and their validity, none when every row is set.
    pub(crate) fn finish(mut self, rows: usize) -> (Vec<T>, Option<NullBuffer>) {
        debug_assert!(self.values.len() <= rows);
        if self.count == rows {
            return (self.values, None);
        }
        self.keep_validity();
        self.values.resize(rows, T::default());
        self.present.resize(rows.div_ceil(64), 0);
        let bits = BooleanBuffer::new(Buffer::from_vec(self.present), 0, rows);
        (self.values, Some(NullBuffer::new(bits)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn cells_hold_what_a_list_of_options_would(
            steps in prop::collection::vec((0usize..3, any::<u8>(), any::<bool>(), any::<bool>()), 0..400),
        ) {
            let (mut cells, mut list) = (Cells::<u8>::default(), Vec::new());
            for (skipped, value, is_twice, is_taken_back) in steps {
                list.resize(list.len() + skipped, None);
                let row = list.len();
                prop_assert!(cells.set(row, value));
                if is_twice {
                    prop_assert!(!cells.set(row, value.wrapping_add(1)));
                }
                list.push(Some(value.wrapping_add(u8::from(is_twice))));
                if is_taken_back {
                    cells.clear(row);
                    list[row] = None;
                }
                prop_assert_eq!(cells.is_set(row), !is_taken_back);
            }
            prop_assert_eq!(cells.is_empty(), list.iter().all(Option::is_none));
            let mut filled = Cells { values: cells.values.clone(), present: cells.present.clone(), count: cells.count };
            filled.fill_gaps(list.len(), 7);
            let (values, nulls) = filled.finish(list.len());
            prop_assert!(nulls.is_none() && values == list.iter().map(|value| value.unwrap_or(7)).collect::<Vec<_>>());
            let (values, nulls) = cells.finish(list.len());
            for (row, expected) in list.iter().enumerate() {
                let is_valid = nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row));
                prop_assert_eq!(is_valid.then_some(values[row]), *expected);
            }
        }
    }
}
