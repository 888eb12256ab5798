//! Keys without one of which an object is none of some format's: what has none of them need not be shown to it.
//!
//! A path that a format looks up begins with the first part of a key at the top (`{"a":{"b":1}}` and `{"a.b":1}` are
//! one), so that one pass over those tells which formats may recognise the object.
//!
//! Promises: a format that would recognise an object is asked, in the registry's order. Must not know: what a format
//! reads beyond that.

use std::iter;

use rustc_hash::FxHashMap;

use super::FormatIndex;
use crate::format::Format;
use crate::json::Json;
use crate::scan;

/// A set of formats of objects: a bit for the place of each.
type Places = u128;

/// Which formats an object may be of, by its keys.
pub(super) struct Keys {
    /// The formats that claim objects, in the registry's order.
    formats: Vec<FormatIndex>,
    by_key: FxHashMap<&'static str, Places>,
    /// Formats that need no key.
    always: Places,
}

impl Keys {
    /// Of all formats, in the registry's order.
    pub(super) fn of(all: &[&Format]) -> Keys {
        let mut keys = Keys { formats: Vec::new(), by_key: FxHashMap::default(), always: 0 };
        for (index, format) in all.iter().enumerate().filter(|(_, format)| format.starts.contains(&b'{')) {
            let place: Places = 1 << keys.formats.len();
            keys.formats.push(index);
            if format.keys.is_empty() {
                keys.always |= place;
            }
            format.keys.iter().for_each(|key| *keys.by_key.entry(key).or_default() |= place);
        }
        keys
    }

    /// The formats that may recognise an object, in order.
    pub(super) fn formats(&self, json: Json<'_>) -> impl Iterator<Item = FormatIndex> {
        let mut places = json.members().fold(self.always, |places, member| {
            let key = member.key();
            let first = scan::one(b'.', key.as_bytes(), 0).and_then(|point| key.get(..point)).unwrap_or(key);
            places | self.by_key.get(first).copied().unwrap_or_default()
        });
        iter::from_fn(move || {
            let place = places.trailing_zeros();
            places &= places.wrapping_sub(1);
            self.formats.get(place as usize).copied()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::ALL;
    use crate::json::Scratch;

    fn names(text: &str) -> Vec<&'static str> {
        let mut scratch = Scratch::default();
        let json = scratch.read(text).unwrap();
        Keys::of(ALL).formats(json).map(|index| ALL[index].name).collect()
    }

    #[test]
    fn keys_are_of_formats_of_objects_and_all_have_a_bit() {
        for format in ALL.iter().filter(|format| !format.keys.is_empty()) {
            assert!(format.starts.contains(&b'{'), "{}", format.name);
            assert!(format.keys.iter().all(|key| !key.contains('.')), "{}", format.name);
        }
        assert!(Keys::of(ALL).formats.len() <= Places::BITS as usize);
    }

    #[test]
    fn formats_are_asked_by_the_first_part_of_a_key_in_order() {
        assert_eq!(names(r#"{"a":1}"#), [""; 0]);
        assert_eq!(names(r#"{"ecs.version":"8","winlog":{}}"#), ["winlogbeat", "ecs_json"]);
        assert_eq!(names(r#"{"winlog":1,"ecs":{},"winlog":2}"#), ["winlogbeat", "ecs_json"]);
    }
}
