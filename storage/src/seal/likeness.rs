//! Which frames are worded alike, as far as their first bytes tell: numbers aside.
//!
//! Lines of one device and program next to one another pack better than lines as they came. Storage knows no format, so a line's
//! beginning stands for both: times are numbers, and what follows them names host and program.
//!
//! Must not know: what a line means.

use std::hash::Hasher;

use datafusion::common::HashMap;
use rustc_hash::FxHasher;

/// How many bytes of a frame are looked at, a run of digits counted as one.
const LOOKED_AT: usize = 48;

/// Numbers for what is alike, in the order in which it came.
#[derive(Default)]
pub struct Likenesses {
    numbers: HashMap<u64, u32>,
}

impl Likenesses {
    /// The number of a frame's likeness.
    pub fn number(&mut self, frame: &[u8]) -> u32 {
        let next = self.numbers.len() as u32;
        *self.numbers.entry(print(frame)).or_insert(next)
    }
}

/// Equal for frames that begin alike. Where it is equal for others too, they only pack worse.
fn print(frame: &[u8]) -> u64 {
    let mut seen = [0; LOOKED_AT];
    let (mut count, mut was_digit) = (0, false);
    for byte in frame {
        let Some(place) = seen.get_mut(count) else { break };
        let is_digit = byte.is_ascii_digit();
        *place = if is_digit { b'0' } else { *byte };
        // No branch on what nobody can foresee: the place of a further digit is taken again.
        count += usize::from(!(is_digit && was_digit));
        was_digit = is_digit;
    }
    if let Some(place) = seen.get_mut(count) {
        *place = 0;
    }
    let mut hasher = FxHasher::default();
    hasher.write(&seen);
    hasher.finish()
}
