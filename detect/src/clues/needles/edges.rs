//! Texts that stand at an end of a value, found by its first or last bytes.

use rustc_hash::FxHashMap;

/// Bytes of an end that are looked up at most.
const EDGE_BYTES: usize = 8;

/// The first bytes of a text, as many as asked for.
#[inline]
pub fn first_bytes(text: &str, width: usize) -> Option<&[u8]> {
    text.as_bytes().get(..width)
}

/// The last bytes of a text, as many as asked for.
#[inline]
pub fn last_bytes(text: &str, width: usize) -> Option<&[u8]> {
    text.as_bytes().get(text.len().checked_sub(width)?..)
}

/// Texts that stand at one end of a value.
#[derive(Debug)]
pub struct Edges {
    /// By number of bytes that are looked up; those bytes, and the texts that have them there.
    by_width: Vec<(usize, ByEdge)>,
}

/// Texts, with their numbers, by their bytes at that end.
type ByEdge = FxHashMap<u64, Vec<(Box<str>, u32)>>;

impl Edges {
    pub fn new<'t>(
        texts: impl Iterator<Item = (&'t str, u32)>,
        edge: fn(&str, usize) -> Option<&[u8]>,
    ) -> Edges {
        let mut edges = Edges { by_width: Vec::new() };
        for (text, number) in texts {
            let width = text.len().min(EDGE_BYTES);
            let position = match edges.by_width.iter().position(|(known, _)| *known == width) {
                Some(position) => position,
                None => {
                    edges.by_width.push((width, FxHashMap::default()));
                    edges.by_width.len() - 1
                }
            };
            if let (Some((_, texts)), Some(bytes)) = (edges.by_width.get_mut(position), edge(text, width)) {
                texts.entry(as_number(bytes)).or_default().push((text.into(), number));
            }
        }
        edges
    }

    #[inline]
    pub fn find(
        &self,
        value: &str,
        edge: fn(&str, usize) -> Option<&[u8]>,
        is_there: impl Fn(&str) -> bool,
        found: &mut impl FnMut(u32),
    ) {
        for (width, texts) in &self.by_width {
            let Some(bytes) = edge(value, *width) else { continue };
            for (text, number) in texts.get(&as_number(bytes)).into_iter().flatten() {
                if is_there(text) {
                    found(*number);
                }
            }
        }
    }
}

/// Bytes as the digits of a number, the first the lowest.
#[inline]
fn as_number(bytes: &[u8]) -> u64 {
    match bytes.first_chunk::<EDGE_BYTES>() {
        Some(bytes) => u64::from_le_bytes(*bytes),
        None => bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)),
    }
}
