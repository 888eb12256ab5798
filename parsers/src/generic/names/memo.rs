//! What names were found to mean lately, so that the keys of a stream are not worked out line by line.
//!
//! Promises: bounded, one place a name; the answer is a function of the name, so that remembering changes none; no
//! allocation. Must not know: values.

use std::cell::Cell;

use super::{Meaning, Name};
use crate::scan;

/// Names remembered at a time by a thread.
const PLACES: usize = 512;
/// Short names remembered at a time by a thread: what stands before a colon is often no key, but a word of many.
const SHORT_PLACES: usize = 2_048;
/// Longest name that is remembered.
const NAME_BYTES_MAX: usize = 40;

/// What is known of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) meaning: Option<(Meaning, u8)>,
    pub(super) may_be_moment: bool,
}

#[derive(Debug, Clone, Copy)]
struct Place {
    name: [u8; NAME_BYTES_MAX],
    length: usize,
    known: Known,
}

/// Holds the empty name, which means nothing.
const EMPTY: Place =
    Place { name: [0; NAME_BYTES_MAX], length: 0, known: Known { meaning: None, may_be_moment: false } };

/// A name of sixteen bytes at most, zero behind its last: of what has no letter or digit a name is not made.
#[derive(Debug, Clone, Copy)]
struct Short {
    name: u128,
    known: Known,
}

thread_local! {
    static BY_HASH: [Cell<Place>; PLACES] = const { [const { Cell::new(EMPTY) }; PLACES] };
    static SHORT: [Cell<Short>; SHORT_PLACES] =
        const { [const { Cell::new(Short { name: 0, known: EMPTY.known }) }; SHORT_PLACES] };
}

/// What is known of a name, by memory or by working it out.
pub(super) fn known(path: &str) -> Known {
    let bytes = path.as_bytes();
    if let Some(name) = scan::sixteen(bytes) {
        return known_short(path, name);
    }
    BY_HASH.with(|places| {
        let Some(cell) = places.get(hash(bytes) % PLACES) else { return worked_out(path) };
        let mut place = cell.get();
        if place.name.get(..place.length) == Some(bytes) {
            return place.known;
        }
        let known = worked_out(path);
        if let Some(name) = place.name.get_mut(..bytes.len()) {
            name.copy_from_slice(bytes);
            cell.set(Place { length: bytes.len(), known, ..place });
        }
        known
    })
}

fn known_short(path: &str, name: u128) -> Known {
    SHORT.with(|places| {
        let Some(cell) =
            places.get(mixed((name as u64) ^ ((name >> 64) as u64).rotate_left(29)) % SHORT_PLACES)
        else {
            return worked_out(path);
        };
        let place = cell.get();
        if place.name == name {
            return place.known;
        }
        let known = worked_out(path);
        cell.set(Short { name, known });
        known
    })
}

fn worked_out(path: &str) -> Known {
    let name = Name::of(path);
    Known { meaning: name.meaning(), may_be_moment: name.may_be_moment() }
}

/// Mixes the length and eight bytes of both ends.
fn hash(bytes: &[u8]) -> usize {
    let ends = match (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
        (Some(first), Some(last)) => u64::from_le_bytes(*first) ^ u64::from_le_bytes(*last).rotate_left(29),
        _ => 0,
    };
    mixed(ends ^ bytes.len() as u64)
}

fn mixed(bits: u64) -> usize {
    (bits.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_remembered_is_what_is_worked_out(
            names in prop::collection::vec("[a-c\0]{0,3}(src|dst|user|client|time|expiry)?[._-]?(ip|port|name)?\0?x{0,40}", 0..200),
        ) {
            for name in names.iter().chain(&names) {
                prop_assert_eq!(known(name), worked_out(name));
            }
        }
    }
}
