//! Custom attributes: `cs1=value` whose meaning stands in `cs1Label=name`.

/// More custom attributes than this are passed over; the dictionary has 24.
const CUSTOMS_MAX: usize = 32;
/// Stems of the dictionary's custom keys; vendors count on beyond its numbers.
const STEMS: &[&str] =
    &["cs", "cn", "cfp", "c6a", "flexString", "flexNumber", "flexDate", "deviceCustomDate"];

#[derive(Debug, Clone, Copy, Default)]
struct Custom<'a> {
    key: &'a str,
    value: &'a str,
    label: &'a str,
}

/// The custom attributes of one message.
#[derive(Debug, Default)]
pub(super) struct Customs<'a> {
    list: [Custom<'a>; CUSTOMS_MAX],
    count: usize,
}

impl<'a> Customs<'a> {
    /// Keeps a custom value or label; false when the key is none.
    pub(super) fn put(&mut self, key: &'a str, value: &'a str) -> bool {
        let (name, is_label) = match key.strip_suffix("Label") {
            Some(name) => (name, true),
            None => (key, false),
        };
        if !is_custom(name) {
            return false;
        }
        let at =
            self.list.iter().take(self.count).position(|custom| custom.key == name).unwrap_or(self.count);
        let Some(custom) = self.list.get_mut(at) else { return false };
        self.count = self.count.max(at + 1);
        custom.key = name;
        let place = if is_label { &mut custom.label } else { &mut custom.value };
        if place.is_empty() {
            *place = value;
        }
        true
    }

    /// True when the key is a custom value's or label's.
    pub(super) fn has(&self, key: &str) -> bool {
        is_custom(key.strip_suffix("Label").unwrap_or(key))
    }

    /// (label, or the key when there is none; value), values that say something.
    pub(super) fn named(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.list
            .iter()
            .take(self.count)
            .filter(|custom| !custom.value.is_empty())
            .map(|custom| (if custom.label.is_empty() { custom.key } else { custom.label }, custom.value))
    }

    /// The value whose label is one of these, the first of the list first.
    pub(super) fn labelled(&self, labels: &[&str]) -> &'a str {
        labels
            .iter()
            .find_map(|wanted| {
                self.list
                    .iter()
                    .take(self.count)
                    .find(|custom| !custom.value.is_empty() && is_like(custom.label, wanted))
            })
            .map_or("", |custom| custom.value)
    }
}

fn is_custom(name: &str) -> bool {
    let stem = name.trim_end_matches(|character: char| character.is_ascii_digit());
    stem.len() < name.len() && STEMS.contains(&stem)
}

/// Letters and digits alike, whatever the case and what stands between them.
fn is_like(label: &str, wanted: &str) -> bool {
    let letters = label.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| byte.to_ascii_lowercase());
    letters.eq(wanted.bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_may_come_before_or_after_its_value() {
        let mut customs = Customs::default();
        assert!(customs.put("cs1Label", "Rule Name") && customs.put("cs1", "LAN to WAN"));
        assert!(customs.put("cn2", "7") && customs.put("cn2Label", "vlan"));
        assert!(!customs.put("cspan", "x") && !customs.put("src", "x"));
        assert_eq!(customs.labelled(&["rulename"]), "LAN to WAN");
        assert_eq!(customs.named().collect::<Vec<_>>(), [("Rule Name", "LAN to WAN"), ("vlan", "7")]);
    }
}
