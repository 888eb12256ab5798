//! What is known about a town: named lists of texts, addresses and networks, each item valid for a time.
//!
//! Promises: a text is on a list whatever its case; an address also when a network of the list holds it; an item
//! counts only while it is valid. Must not know: where lists are kept, what they are asked for.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::ops::Range;

use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};

use crate::network::Network;

/// While an item is on its list, µs since 1970 UTC, the end not included.
pub type Validity = Range<i64>;

/// An item that is on its list at any time.
pub const ALWAYS: Validity = i64::MIN..i64::MAX;

/// One list, ready to be asked.
#[derive(Debug, Clone, Default)]
pub struct List {
    texts: FxHashMap<String, Vec<Validity>>,
    networks: Vec<(Network, Validity)>,
}

impl List {
    /// A list of items that are always valid.
    pub fn new(items: impl IntoIterator<Item = impl AsRef<str>>) -> List {
        let mut list = List::default();
        for item in items {
            list.add(item.as_ref(), ALWAYS);
        }
        list
    }

    /// Puts an item on the list; an item such as `192.0.2.0/24` is a network. Blank items are nothing.
    pub fn add(&mut self, item: &str, validity: Validity) {
        let item = item.trim();
        match item.contains('/').then(|| item.parse::<Network>().ok()).flatten() {
            Some(network) => self.networks.push((network, validity)),
            None if !item.is_empty() => self.texts.entry(item.to_lowercase()).or_default().push(validity),
            None => {}
        }
    }

    /// What an alert names it by: 16 hex digits that change when an item or its validity does.
    pub fn version(&self) -> String {
        let texts = self.texts.iter().map(|(text, valid)| format!("{text} {valid:?}"));
        let networks = self.networks.iter().map(|(network, valid)| format!("{network:?} {valid:?}"));
        let mut items: Vec<String> = texts.chain(networks).collect();
        items.sort_unstable();
        let digest = Sha256::digest(items.join("\n").as_bytes());
        digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }

    /// True when nothing is on it.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty() && self.networks.is_empty()
    }

    /// True when `text` is on it at some time.
    pub fn contains(&self, text: &str) -> bool {
        self.holds(text, |_| true)
    }

    /// True when `text` is on it at `time_us` (µs since 1970 UTC).
    pub fn contains_at(&self, text: &str, time_us: i64) -> bool {
        self.holds(text, |validity| validity.contains(&time_us))
    }

    fn holds(&self, text: &str, is_asked: impl Fn(&Validity) -> bool) -> bool {
        // Most values are written in lower case: no copy for them.
        let listed = self.texts.get(text).or_else(|| self.texts.get(text.to_lowercase().as_str()));
        if listed.is_some_and(|validities| validities.iter().any(&is_asked)) {
            return true;
        }
        let in_network = |address| {
            self.networks.iter().any(|(network, validity)| is_asked(validity) && network.contains(address))
        };
        !self.networks.is_empty() && text.parse::<IpAddr>().is_ok_and(in_network)
    }
}

/// The lists of a tenant by name.
#[derive(Debug, Clone, Default)]
pub struct Lists {
    by_name: BTreeMap<String, List>,
}

impl Lists {
    /// Adds or replaces a list.
    pub fn insert(&mut self, name: impl Into<String>, list: List) {
        self.by_name.insert(name.into(), list);
    }

    /// The list of that name, when there is one.
    pub fn get(&self, name: &str) -> Option<&List> {
        self.by_name.get(name)
    }

    /// True when there is no such list or nothing is on it.
    pub fn is_empty(&self, name: &str) -> bool {
        self.get(name).is_none_or(List::is_empty)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_knows_texts_in_any_case_and_addresses_by_network() {
        let list = List::new(["Adm.Gio", "192.0.2.0/24", "DOMINIO/utente", " "]);
        assert!(list.contains("adm.gio") && list.contains("ADM.GIO"));
        assert!(list.contains("192.0.2.7") && !list.contains("192.0.3.7"));
        assert!(list.contains("dominio/utente") && !list.contains(""));
    }

    #[test]
    fn an_item_counts_only_while_it_is_valid() {
        let mut list = List::default();
        list.add("fornitore1", 10..20);
        list.add("fornitore1", 40..50);
        list.add("198.51.100.0/24", i64::MIN..20);
        for (time_us, is_listed) in [(9, false), (10, true), (19, true), (20, false), (45, true)] {
            assert_eq!(list.contains_at("Fornitore1", time_us), is_listed, "{time_us}");
        }
        assert!(list.contains_at("198.51.100.7", 19) && !list.contains_at("198.51.100.7", 20));
        assert!(list.contains("fornitore1") && list.contains("198.51.100.7"));
    }

    #[test]
    fn the_version_changes_with_an_item_and_with_its_validity_and_not_with_the_order() {
        let version = |items: &[(&str, Validity)]| {
            let mut list = List::default();
            items.iter().for_each(|(item, validity)| list.add(item, validity.clone()));
            list.version()
        };
        let both = version(&[("a", ALWAYS), ("b", ALWAYS)]);
        assert_eq!(both, version(&[("b", ALWAYS), ("a", ALWAYS)]));
        assert_ne!(both, version(&[("a", ALWAYS)]));
        assert_ne!(both, version(&[("a", ALWAYS), ("b", 0..1)]));
    }
}
