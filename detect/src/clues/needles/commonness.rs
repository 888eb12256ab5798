//! Which bytes of a text are the rarest.

use rustc_hash::FxHashMap;

use super::anchors::{ANCHOR_BYTES, anchor};

/// How often bytes stand in the texts themselves: what many rules look for, ordinary values have.
pub struct Commonness {
    counts: FxHashMap<u32, u32>,
}

impl Commonness {
    pub fn of<'t>(texts: impl Iterator<Item = &'t str>) -> Commonness {
        let mut counts = FxHashMap::default();
        for bytes in texts.flat_map(|text| text.as_bytes().array_windows::<ANCHOR_BYTES>()) {
            *counts.entry(anchor(bytes)).or_default() += 1;
        }
        Commonness { counts }
    }

    /// The rarest run of so many bytes and where it begins: by how often its anchors stand in the texts, then by how usual
    /// its bytes are.
    pub fn rarest_run<'t>(&self, text: &'t [u8], bytes: usize) -> Option<(usize, &'t [u8])> {
        let count = |bytes| self.counts.get(&anchor(bytes)).copied().unwrap_or_default();
        let counts: Vec<u32> = text.array_windows().map(count).collect();
        let anchors_of_run = (bytes + 1).saturating_sub(ANCHOR_BYTES);
        let common = |(first, run): &(usize, &[u8])| {
            let of_run = counts.get(*first..*first + anchors_of_run).unwrap_or_default();
            (of_run.iter().sum::<u32>(), run.iter().map(|byte| usualness(*byte)).sum::<u32>())
        };
        text.windows(bytes).enumerate().min_by_key(common)
    }
}

fn usualness(byte: u8) -> u32 {
    match byte {
        b'e' | b'i' | b'a' | b'o' | b's' | b't' | b'r' | b'n' => 3,
        b'a'..=b'z' | b'0'..=b'9' | b' ' | b'\\' | b'.' => 2,
        _ => 1,
    }
}
