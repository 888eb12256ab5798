//! Names behind the keys that rows carry for collectors and tenants.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Array, StringViewArray, UInt64Array};

use super::rows::name_key;

/// Names by key.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names {
    by_key: BTreeMap<u64, Arc<str>>,
}

impl Names {
    /// The name of a key, empty when it was never seen.
    pub fn get(&self, key: u64) -> Arc<str> {
        self.by_key.get(&key).cloned().unwrap_or_default()
    }

    /// Every name with its key.
    pub fn all(&self) -> impl Iterator<Item = (u64, &Arc<str>)> {
        self.by_key.iter().map(|(key, name)| (*key, name))
    }

    /// Adds a name under the key that rows have for it.
    pub fn add(&mut self, key: u64, name: &str) {
        self.by_key.entry(key).or_insert_with(|| name.into());
    }

    /// Adds what another batch saw.
    pub fn extend(&mut self, other: Names) {
        self.by_key.extend(other.by_key);
    }
}

/// The keys of texts, noted in `names`.
pub(crate) fn keyed(texts: &StringViewArray, names: &mut Names) -> UInt64Array {
    let mut last: Option<(&str, u64)> = None;
    let keys = (0..texts.len()).map(|row| {
        let text = if texts.is_valid(row) { texts.value(row) } else { "" };
        match last {
            Some((same, key)) if same == text => key,
            _ => {
                let key = name_key(text);
                names.by_key.entry(key).or_insert_with(|| text.into());
                last = Some((text, key));
                key
            }
        }
    });
    keys.collect::<Vec<u64>>().into()
}
