//! What detections know about the town: named lists of texts, addresses and networks.
//!
//! Promises: a text is on a list whatever its case; an address also when a network of the list holds it.
//! Must not know: where lists are kept.

use std::collections::{BTreeMap, HashSet};
use std::net::IpAddr;

use sha2::{Digest, Sha256};

use crate::network::Network;

/// One list, ready to be asked.
#[derive(Debug, Clone, Default)]
pub struct List {
    texts: HashSet<String>,
    networks: Vec<Network>,
}

impl List {
    /// A list of these items; an item such as `192.0.2.0/24` is a network.
    pub fn new(items: impl IntoIterator<Item = impl AsRef<str>>) -> List {
        let mut list = List::default();
        for item in items {
            let item = item.as_ref().trim();
            match item.contains('/').then(|| item.parse::<Network>().ok()).flatten() {
                Some(network) => list.networks.push(network),
                None if !item.is_empty() => {
                    list.texts.insert(item.to_lowercase());
                }
                None => {}
            }
        }
        list
    }

    /// What an alert names it by: 16 hex digits that change when an item does.
    pub fn version(&self) -> String {
        let mut items: Vec<String> = self.texts.iter().cloned().collect();
        items.extend(self.networks.iter().map(|network| format!("{network:?}")));
        items.sort_unstable();
        let digest = Sha256::digest(items.join("\n").as_bytes());
        digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }

    /// True when nothing is on it.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty() && self.networks.is_empty()
    }

    /// True when `text` is on it.
    pub fn contains(&self, text: &str) -> bool {
        if self.texts.contains(text) || self.texts.contains(&text.to_lowercase()) {
            return true;
        }
        !self.networks.is_empty()
            && text.parse::<IpAddr>().is_ok_and(|address| self.networks.iter().any(|n| n.contains(address)))
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
}
