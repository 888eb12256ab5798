//! One column under construction: dense values, and which rows have one.
//!
//! Promises: rows are set in any order up to the open one; a skipped row is null.
//! Must not know: what the values are.

use arrow::buffer::{BooleanBuffer, Buffer, NullBuffer};

/// Values by row; a row never set is null.
#[derive(Debug)]
pub(crate) struct Cells<T> {
    values: Vec<T>,
    /// One bit a row, least significant first, as Arrow's validity.
    present: Vec<u64>,
    count: usize,
}

impl<T> Default for Cells<T> {
    fn default() -> Self {
        Cells { values: Vec::new(), present: Vec::new(), count: 0 }
    }
}

impl<T: Copy + Default> Cells<T> {
    /// Sets the value of `row`.
    #[inline]
    pub(crate) fn set(&mut self, row: usize, value: T) {
        if self.values.len() <= row {
            self.values.resize(row, T::default());
            self.values.push(value);
            self.present.resize(row / 64 + 1, 0);
        } else if let Some(slot) = self.values.get_mut(row) {
            *slot = value;
        }
        if let Some(word) = self.present.get_mut(row / 64) {
            let bit = 1u64 << (row % 64);
            self.count += usize::from(*word & bit == 0);
            *word |= bit;
        }
    }

    /// Makes `row` null again.
    pub(crate) fn clear(&mut self, row: usize) {
        if let Some(word) = self.present.get_mut(row / 64) {
            let bit = 1u64 << (row % 64);
            self.count -= usize::from(*word & bit != 0);
            *word &= !bit;
        }
    }

    /// True when `row` has a value.
    #[inline]
    pub(crate) fn is_set(&self, row: usize) -> bool {
        self.present.get(row / 64).is_some_and(|word| word & (1u64 << (row % 64)) != 0)
    }

    /// True when no row has a value.
    pub(crate) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Gives every one of `rows` rows the same value.
    pub(crate) fn fill(&mut self, rows: usize, value: T) {
        self.values = vec![value; rows];
        self.present = vec![u64::MAX; rows.div_ceil(64)];
        self.count = rows;
    }

    /// The values of `rows` rows and their validity, none when every row is set.
    pub(crate) fn finish(mut self, rows: usize) -> (Vec<T>, Option<NullBuffer>) {
        self.values.resize(rows, T::default());
        if self.count == rows {
            return (self.values, None);
        }
        self.present.resize(rows.div_ceil(64), 0);
        let bits = BooleanBuffer::new(Buffer::from_vec(self.present), 0, rows);
        (self.values, Some(NullBuffer::new(bits)))
    }
}
