//! A set of rows, as words of bits: what rules are evaluated to.
//!
//! Promises: sets of one universe combine word by word; iteration ascends.
//! Must not know: what a row is a row of.

/// Some of the rows `0..len`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rows {
    words: Vec<u64>,
    len: usize,
}

impl Rows {
    /// No row of `len`.
    pub(super) fn none(len: usize) -> Rows {
        Rows { words: vec![0; len.div_ceil(64)], len }
    }

    /// Adds `row`.
    #[inline]
    pub(super) fn insert(&mut self, row: usize) {
        debug_assert!(row < self.len);
        if let Some(word) = self.words.get_mut(row / 64) {
            *word |= 1 << (row % 64);
        }
    }

    /// True when `row` is in it.
    #[inline]
    pub(super) fn contains(&self, row: usize) -> bool {
        self.words.get(row / 64).is_some_and(|word| word & (1 << (row % 64)) != 0)
    }

    /// Number of its rows.
    pub(super) fn count(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// True when it has no row.
    pub(super) fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    /// Adds the rows of `other`.
    pub(super) fn union(&mut self, other: &Rows) {
        for (word, more) in self.words.iter_mut().zip(&other.words) {
            *word |= more;
        }
    }

    /// Keeps the rows that `other` has too.
    pub(super) fn intersect(&mut self, other: &Rows) {
        for (word, kept) in self.words.iter_mut().zip(&other.words) {
            *word &= kept;
        }
    }

    /// Drops all rows.
    pub(super) fn clear(&mut self) {
        self.words.fill(0);
    }

    /// Keeps the rows that pass.
    pub(super) fn retain(&mut self, mut passes: impl FnMut(usize) -> bool) {
        for (index, word) in self.words.iter_mut().enumerate() {
            let mut left = *word;
            while left != 0 {
                let bit = left & left.wrapping_neg();
                if !passes(index * 64 + bit.trailing_zeros() as usize) {
                    *word &= !bit;
                }
                left &= !bit;
            }
        }
    }

    /// Drops the rows of `other`.
    pub(super) fn subtract(&mut self, other: &Rows) {
        for (word, dropped) in self.words.iter_mut().zip(&other.words) {
            *word &= !dropped;
        }
    }

    /// The rows, ascending.
    pub(super) fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.words.iter().enumerate().flat_map(|(index, word)| {
            std::iter::successors(Some(*word), |left| Some(left & left.wrapping_sub(1)))
                .take_while(|left| *left != 0)
                .map(move |left| index * 64 + left.trailing_zeros() as usize)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_combine_as_sets_do_across_word_borders() {
        let of = |rows: &[usize]| {
            let mut set = Rows::none(130);
            rows.iter().for_each(|row| set.insert(*row));
            set
        };
        let mut left = of(&[0, 63, 64, 129]);
        left.intersect(&of(&[63, 64, 100]));
        assert_eq!(left.iter().collect::<Vec<_>>(), [63, 64]);
        left.union(&of(&[1]));
        left.subtract(&of(&[64]));
        assert_eq!((left.iter().collect::<Vec<_>>(), left.count()), (vec![1, 63], 2));
        assert!(left.contains(63) && !left.contains(64));
        let mut odd = of(&[1, 64, 127, 128]);
        odd.retain(|row| row % 2 == 1);
        assert_eq!(odd, of(&[1, 127]));
        assert!(Rows::none(64).is_empty() && Rows::none(0).is_empty());
    }
}
