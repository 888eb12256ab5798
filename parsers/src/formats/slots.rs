//! A fixed set of names a format reads, and a place for the value of each: what a `match` in one pass
//! over keys gathers, so that no key is searched for twice.
//!
//! Promises: no hashing, no allocation. Must not know: any format.

/// Declares the enum of names, each with its spellings as byte strings, and the struct of their values.
///
/// `nothing` is how the device writes "no value"; `keep` says which of two values of one name counts.
macro_rules! slots {
    (
        $(#[$name_doc:meta])* enum $name:ident;
        $(#[$values_doc:meta])* struct $values:ident;
        nothing $nothing:literal; keep $keep:ident;
        $($variant:ident = $($spelling:literal)|+;)*
    ) => {
        $(#[$name_doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[repr(u8)]
        pub(in crate::formats) enum $name { $($variant,)* }

        impl $name {
            const ALL: &'static [$name] = &[$($name::$variant,)*];

            /// The name of that spelling; case matters.
            #[inline]
            pub(in crate::formats) fn of(key: &str) -> Option<$name> {
                // Byte strings, not texts: such patterns become a tree of comparisons.
                match key.as_bytes() {
                    $($($spelling)|+ => Some($name::$variant),)*
                    _ => None,
                }
            }
        }

        $(#[$values_doc])*
        #[derive(Debug)]
        pub(in crate::formats) struct $values<'a> {
            values: [&'a str; $name::ALL.len()],
        }

        impl<'a> $values<'a> {
            /// No values yet.
            #[inline]
            pub(in crate::formats) fn new() -> $values<'a> {
                $values { values: [""; $name::ALL.len()] }
            }

            /// Keeps the value of a known key; false when the key is unknown.
            #[inline]
            pub(in crate::formats) fn put(&mut self, key: &str, value: &'a str) -> bool {
                let Some(item) = $name::of(key) else { return false };
                self.put_at(item, value);
                true
            }

            /// Keeps the value of a name.
            #[inline]
            pub(in crate::formats) fn put_at(&mut self, name: $name, value: &'a str) {
                if let Some(place) = self.values.get_mut(name as usize)
                    && slots!(@replaces $keep place)
                {
                    *place = value;
                }
            }

            /// The value of a name; empty when absent, empty, or the device's word for nothing.
            #[inline]
            pub(in crate::formats) fn get(&self, name: $name) -> &'a str {
                match self.values.get(name as usize) {
                    Some(&$nothing) | None => "",
                    Some(value) => value,
                }
            }

            /// True when the key is one a mapping reads and has a value already.
            #[allow(dead_code, reason = "only formats whose keys come twice ask")]
            #[inline]
            pub(in crate::formats) fn is_known(&self, key: &str) -> bool {
                $name::of(key).is_some_and(|item| self.has(item))
            }

            /// The first of these that says something.
            #[inline]
            #[allow(dead_code, reason = "not every format asks so")]
            pub(in crate::formats) fn first(&self, names: &[$name]) -> &'a str {
                names.iter().map(|name| self.get(*name)).find(|value| !value.is_empty()).unwrap_or_default()
            }

            /// True when something is said.
            #[inline]
            #[allow(dead_code, reason = "not every format asks so")]
            pub(in crate::formats) fn has(&self, name: $name) -> bool {
                !self.get(name).is_empty()
            }
        }
    };
    (@replaces first $place:ident) => { $place.is_empty() };
    (@replaces last $place:ident) => { true };
}

pub(super) use slots;
