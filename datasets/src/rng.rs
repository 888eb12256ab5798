//! Random numbers from the seed, in named substreams.
//!
//! Promises: the numbers of one name never change because another name was added or asked first,
//! and never change with a library's version (the algorithm is here: xoshiro256++, public domain,
//! Blackman and Vigna). Not for cryptography. Must not know: towns, lines, attacks.

/// One substream of random numbers.
#[derive(Debug, Clone)]
pub struct Rng {
    state: [u64; 4],
}

impl Rng {
    /// The substream of `seed` called `name`, number `index`.
    #[must_use]
    pub fn named(seed: u64, name: &str, index: u64) -> Self {
        // FNV-1a of the name: spread further by splitmix below.
        let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        let mut mix = seed ^ hash.rotate_left(17) ^ index.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let state = [(); 4].map(|()| splitmix(&mut mix));
        Self { state }
    }

    /// The next 64 random bits.
    pub fn next_u64(&mut self) -> u64 {
        let [a, b, c, d] = self.state;
        let result = a.wrapping_add(d).rotate_left(23).wrapping_add(a);
        let (c, d) = (c ^ a, d ^ b);
        self.state = [a ^ d, b ^ c, c ^ (b << 17), d.rotate_left(45)];
        result
    }

    /// A number in `0..bound`; 0 when `bound` is 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        let wide = u128::from(self.next_u64()) * u128::from(bound);
        u64::try_from(wide >> 64).unwrap_or(0)
    }

    /// A number in `low..=high` (`low` when the range is empty).
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = u64::try_from(high.saturating_sub(low)).unwrap_or(0);
        low.saturating_add_unsigned(self.below(span.saturating_add(1)))
    }

    /// A size or count in `low..=high`.
    pub fn size(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high.saturating_sub(low) + 1)
    }

    /// A count in `low..=high`.
    pub fn count(&mut self, low: usize, high: usize) -> usize {
        usize::try_from(self.size(low as u64, high as u64)).unwrap_or(low)
    }

    /// A 16-bit number in `low..=high`: ports, small codes.
    pub fn port(&mut self, low: u16, high: u16) -> u16 {
        u16::try_from(self.size(u64::from(low), u64::from(high))).unwrap_or(low)
    }

    /// An octet in `low..=high`.
    pub fn octet(&mut self, low: u8, high: u8) -> u8 {
        u8::try_from(self.size(u64::from(low), u64::from(high))).unwrap_or(low)
    }

    /// A number in `0.0..1.0`.
    #[expect(clippy::cast_precision_loss, reason = "53 random bits are exact in an f64")]
    pub fn unit(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// True with the given probability.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// One of `items`; the type's default when there is none.
    pub fn pick<T: Copy + Default>(&mut self, items: &[T]) -> T {
        let at = usize::try_from(self.below(items.len() as u64)).unwrap_or(0);
        items.get(at).copied().unwrap_or_default()
    }

    /// How many events fall in a span whose mean is `mean` (Poisson; normal approximation above 30).
    pub fn poisson(&mut self, mean: f64) -> u32 {
        if mean > 30.0 {
            let normal: f64 = (0..12).map(|_| self.unit()).sum::<f64>() - 6.0;
            return whole(mean + normal * mean.sqrt());
        }
        let limit = (-mean).exp();
        let mut product = self.unit();
        let mut count = 0;
        while product > limit && count < 200 {
            product *= self.unit();
            count += 1;
        }
        count
    }

    /// Puts `items` in a random order.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = usize::try_from(self.below(last as u64 + 1)).unwrap_or(0);
            items.swap(last, other);
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to the range of the result first"
)]
fn whole(value: f64) -> u32 {
    value.round().clamp(0.0, f64::from(u32::MAX)) as u32
}

fn splitmix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn substreams_of_one_seed_differ_by_name_and_by_index() {
        let first = Rng::named(1, "portal", 0).next_u64();
        assert_ne!(first, Rng::named(1, "portal", 1).next_u64());
        assert_ne!(first, Rng::named(1, "mail", 0).next_u64());
        assert_ne!(first, Rng::named(2, "portal", 0).next_u64());
        assert_eq!(first, Rng::named(1, "portal", 0).next_u64());
    }

    #[test]
    fn numbers_stay_in_their_range_and_reach_both_ends() {
        let mut rng = Rng::named(7, "range", 0);
        let seen: Vec<i64> = (0..1000).map(|_| rng.between(-2, 2)).collect();
        assert!(seen.iter().all(|n| (-2..=2).contains(n)));
        assert!(seen.contains(&-2) && seen.contains(&2));
    }

    #[test]
    fn poisson_counts_have_about_the_mean_asked_for() {
        let mut rng = Rng::named(3, "poisson", 0);
        for mean in [0.5, 8.0, 400.0] {
            let total: u32 = (0..4000).map(|_| rng.poisson(mean)).sum();
            let measured = f64::from(total) / 4000.0;
            assert!((measured - mean).abs() < mean * 0.1, "{mean} gave {measured}");
        }
    }
}
