//! Signs without which a payload is none of some format's: what lacks them need not be shown to it.
//!
//! Only for formats that claim many first bytes. Promises: a format that would recognise a payload by its text is
//! asked. Must not know: what a format reads beyond that.

/// ASCII signs that a text has, one bit each; letters and digits have none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Signs(u64);

impl Signs {
    /// The signs of a text.
    pub(super) fn of(text: &str) -> Signs {
        let of = |byte: &u8| BITS.get(usize::from(*byte)).copied().unwrap_or(0);
        let (fours, rest) = text.as_bytes().as_chunks::<4>();
        // Four lanes, so that no look-up waits for the one before.
        let mut lanes = [0; 4];
        for four in fours {
            lanes.iter_mut().zip(four).for_each(|(lane, byte)| *lane |= of(byte));
        }
        Signs(lanes.iter().copied().chain(rest.iter().map(of)).fold(0, |signs, more| signs | more))
    }

    /// True when every sign of one of the alternatives is there.
    pub(super) fn suffice(self, alternatives: &[Signs]) -> bool {
        alternatives.iter().any(|needed| needed.0 & !self.0 == 0)
    }
}

/// Formats, and the signs of a payload each needs: all of one of the alternatives.
const NEEDS: &[(&str, &[&str])] = &[
    ("aruba_os", &["<>"]),
    ("bind", &["#"]),
    ("checkpoint", &["\"", "[:", "=", "|"]),
    ("cisco_ios", &["%-:"]),
    ("citrix_adc", &["-:", "=\"_", "->[]"]),
    ("clavister", &["="]),
    ("cpanel", &["[]"]),
    ("dovecot", &[":"]),
    ("ekinops_oneos", &["#"]),
    ("f5_bigip", &[":", "[]"]),
    ("fortigate", &["=", "|"]),
    ("freeswitch", &["[]:."]),
    ("haproxy", &["[]:."]),
    ("iis_native", &[",/"]),
    ("logfmt", &["="]),
    ("procurve", &[":"]),
    ("proxmox", &["-[]\"", ":;=", ":'", "<>@:"]),
    ("tacacs", &["\t"]),
    ("unifi", &[":,", "(\","]),
    ("watchguard", &["|:", "_-=\""]),
    ("web_access", &["[]/:\""]),
];

/// What a format needs; nothing when it is not in the list.
pub(super) fn needs(name: &str) -> Vec<Signs> {
    let listed = NEEDS.iter().find(|(listed, _)| *listed == name);
    listed
        .map_or(vec![Signs(0)], |(_, alternatives)| alternatives.iter().map(|text| Signs::of(text)).collect())
}

static BITS: [u64; 256] = {
    let mut bits = [0; 256];
    let mut rest: &mut [u64] = &mut bits;
    let (mut byte, mut next) = (0_u8, 0);
    while let Some((place, others)) = rest.split_first_mut() {
        if byte == b'\t' || byte.is_ascii_punctuation() {
            *place = 1 << next;
            next += 1;
        }
        byte = byte.wrapping_add(1);
        rest = others;
    }
    bits
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::ALL;

    #[test]
    fn every_name_is_of_a_format_and_every_sign_counts() {
        for (name, alternatives) in NEEDS {
            assert!(ALL.iter().any(|format| format.name == *name), "{name}");
            for signs in *alternatives {
                assert!(
                    signs.bytes().all(|byte| Signs::of(&char::from(byte).to_string()) != Signs(0)),
                    "{signs}"
                );
            }
        }
        assert_eq!(Signs::of("abc 123 è"), Signs(0));
    }
}
