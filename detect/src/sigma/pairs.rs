//! Pairs of small numbers, found by their first.
//!
//! Must not know: what the numbers count.

/// The seconds of each first, one after another.
#[derive(Debug)]
pub(super) struct Pairs {
    /// Where the seconds of each first begin; one more than there are firsts.
    starts: Vec<u32>,
    seconds: Vec<u32>,
}

impl Pairs {
    /// Those of `pairs`, whose firsts are below `firsts`.
    pub(super) fn new(firsts: usize, pairs: impl Iterator<Item = (u32, u32)> + Clone) -> Pairs {
        let mut starts = vec![0u32; firsts + 1];
        for (first, _) in pairs.clone() {
            if let Some(count) = starts.get_mut(first as usize + 1) {
                *count += 1;
            }
        }
        let mut total = 0;
        for start in &mut starts {
            total += *start;
            *start = total;
        }
        let mut next = starts.clone();
        let mut seconds = vec![0u32; total as usize];
        for (first, second) in pairs {
            let Some(place) = next.get_mut(first as usize) else { continue };
            if let Some(slot) = seconds.get_mut(*place as usize) {
                *slot = second;
            }
            *place += 1;
        }
        Pairs { starts, seconds }
    }

    /// The seconds of `first`.
    #[inline]
    pub(super) fn of(&self, first: usize) -> &[u32] {
        let Some([start, end]) = self.starts.get(first..first + 2) else { return &[] };
        self.seconds.get(*start as usize..*end as usize).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_first_has_its_seconds_in_the_order_given() {
        let pairs = Pairs::new(4, [(3, 1), (0, 2), (3, 0)].into_iter());
        assert_eq!([pairs.of(0), pairs.of(1), pairs.of(3), pairs.of(4)], [&[2][..], &[], &[1, 0], &[]]);
    }
}
