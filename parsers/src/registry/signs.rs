//! Openings and signs without which a payload is none of some format's: what lacks them need not be shown to it.
//!
//! Only for formats that claim many first bytes, or first bytes of many sentences. Promises: a format that would
//! recognise a payload is asked. Must not know: what a format reads beyond that.

use crate::format::Payload;

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

    /// Both.
    fn and(self, other: Signs) -> Signs {
        Signs(self.0 | other.0)
    }
}

/// What of a payload tells which formats it may be of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    /// The first four bytes behind white space, the first one lowest; zero behind the last.
    opening: u32,
    signs: Signs,
}

/// Bytes of an element's name in structured data that are looked at.
const ELEMENT_BYTES: usize = 12;

impl Look {
    /// A look at a payload whose text is `trimmed` behind its white space.
    pub(super) fn at(payload: &Payload<'_>, trimmed: &str) -> Look {
        let element = payload.structured_data.get(..ELEMENT_BYTES).unwrap_or_default();
        let signs = Signs::of(payload.text).and(Signs::of(payload.message_id)).and(Signs::of(element));
        Look { opening: opening(trimmed), signs }
    }
}

/// The first four bytes of a text.
fn opening(text: &str) -> u32 {
    let four = text.as_bytes().first_chunk().copied().unwrap_or_else(|| {
        let mut bytes = text.bytes();
        [(); 4].map(|()| bytes.next().unwrap_or(0))
    });
    u32::from_le_bytes(four)
}

/// What a format cannot do without.
#[derive(Debug, Clone, Copy)]
pub(super) struct Need {
    opening: u32,
    /// The bytes of the opening that count.
    mask: u32,
    signs: Signs,
}

impl Need {
    fn of(opens: &str, signs: &str) -> Need {
        // The digits have their high four bits in common.
        let mask = opening(opens).to_le_bytes().map(|byte| match byte {
            0 => 0,
            b'0' => 0xf0,
            _ => 0xff,
        });
        let mask = u32::from_le_bytes(mask);
        Need { opening: opening(opens) & mask, mask, signs: Signs::of(signs) }
    }

    /// True when a payload that has it may begin with that byte.
    pub(super) fn may_begin(self, byte: u8) -> bool {
        (u32::from(byte) ^ self.opening) & self.mask & 0xff == 0
    }

    /// True when a payload has it.
    #[inline]
    pub(super) fn is_met(self, look: Look) -> bool {
        look.opening & self.mask == self.opening && self.signs.0 & !look.signs.0 == 0
    }
}

/// Formats, and what a payload of each needs: one of the openings, of which four bytes count and `0` is any digit, with
/// all signs beside it, in the text, the message id or the name of the first element of structured data.
const NEEDS: &[(&str, &[(&str, &str)])] = &[
    (
        "anydesk",
        &[
            ("info", "-:"),
            ("warning", "-:"),
            ("error", "-:"),
            ("debug", "-:"),
            ("fatal", "-:"),
            ("verbose", "-:"),
            ("Incoming", "-:,"),
        ],
    ),
    ("aruba_os", &[("", "<>")]),
    ("auditd", &[("type=", "=(:)"), ("node=", "=(:)")]),
    (
        "aws_elb",
        &[
            ("tls ", "/:"),
            ("http", "/:"),
            ("h2 ", "/:"),
            ("grpcs", "/:"),
            ("ws", "/:"),
            ("0", "-:"),
            ("0", "/:"),
        ],
    ),
    ("bind", &[("", "#")]),
    ("checkpoint", &[("", "\""), ("", "[:"), ("", "="), ("", "|")]),
    ("cisco_ios", &[("", "%-:")]),
    ("citrix_adc", &[("", "-:"), ("", "=\"_"), ("", "->[]")]),
    ("clavister", &[("", "=")]),
    ("cpanel", &[("", "[]")]),
    ("dovecot", &[("", ":")]),
    ("ekinops_oneos", &[("", "#")]),
    ("f5_bigip", &[("", ":"), ("", "[]")]),
    ("fortigate", &[("", "="), ("", "|")]),
    ("fortimail", &[("date=", "=_")]),
    (
        "fortiweb",
        &[
            ("date=", "=_"),
            ("time=", "=_"),
            ("log_id=", "="),
            ("v0", "=_"),
            ("msg_id=", "="),
            ("device_id=", "="),
            ("devname=", "=_"),
        ],
    ),
    ("freeswitch", &[("", "[]:.")]),
    ("haproxy", &[("", "[]:.")]),
    ("iis_native", &[("", ",/")]),
    ("java_log", LAYOUT),
    ("juniper_srx", &[("", "_"), ("", "[]:"), ("", "[@.")]),
    ("logfmt", &[("", "=")]),
    ("mikrotik", &[("", ","), ("", "->:"), ("user ", ""), ("login failure", "")]),
    ("netfilter", &[("", "=")]),
    ("openbsd_pf", &[("", "/():")]),
    ("procurve", &[("", ":")]),
    ("proxmox", &[("", "-[]\""), ("", ":;="), ("", ":'"), ("", "<>@:")]),
    ("python_log", LAYOUT),
    ("qnap", &[("conn log", ":"), ("event log", ":")]),
    ("sonicwall", &[("id=", "=")]),
    ("sophos_utm", &[("id=", "=\"")]),
    ("sophos_xg", &[("device", "=_"), ("timestamp=", "=_"), ("date=", "=_"), ("log_", "=_")]),
    ("stormshield", &[("id=", "=\""), ("time=", "=\"")]),
    ("tacacs", &[("", "\t")]),
    ("traefik", &[("", "\"")]),
    ("unifi", &[("", ":,"), ("", "(\",")]),
    (
        "vmware_esxi",
        &[
            ("0", "-:"),
            ("0", "/:"),
            ("", "[@"),
            ("", "]"),
            ("cpu", ":)"),
            ("USER ", "/"),
            ("Terminating", ""),
            ("QuerySerialNumber", "-"),
            ("Executing", "'/"),
            ("DHCP", ""),
        ],
    ),
    ("watchguard", &[("", "|:"), ("", "_-=\"")]),
    ("web_access", &[("", "[]/:\"")]),
    ("windows_firewall", &[("", ":-"), ("", ":/")]),
];

/// Of the layouts of Java and Python: a stamp, a level with colons, a trace, or the two lines of SimpleFormatter.
const LAYOUT: &[(&str, &str)] = &[
    ("0", ":"),
    ("[", ":"),
    ("DEBUG:", ":"),
    ("INFO:", ":"),
    ("WARNING:", ":"),
    ("ERROR:", ":"),
    ("CRITICAL:", ":"),
    ("Traceback", ":"),
    ("Exception", "\""),
    ("", ",:\n"),
];

/// What a format needs, in alternatives; nothing when it is not in the list.
pub(super) fn needs(name: &str) -> Vec<Need> {
    let listed = NEEDS.iter().find(|(listed, _)| *listed == name);
    listed.map_or(vec![Need::of("", "")], |(_, alternatives)| {
        alternatives.iter().map(|(opens, signs)| Need::of(opens, signs)).collect()
    })
}

static BITS: [u64; 256] = {
    let mut bits = [0; 256];
    let mut rest: &mut [u64] = &mut bits;
    let (mut byte, mut next) = (0_u8, 0);
    while let Some((place, others)) = rest.split_first_mut() {
        if byte == b'\t' || byte == b'\n' || byte.is_ascii_punctuation() {
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
            for (opens, signs) in *alternatives {
                assert!(
                    signs.bytes().all(|byte| Signs::of(&char::from(byte).to_string()) != Signs(0)),
                    "{signs}"
                );
                let look = |text: &str| Look { opening: opening(text), signs: Signs::of(signs) };
                assert!(Need::of(opens, signs).is_met(look(&format!("{opens} x"))), "{name}");
                assert_eq!(Need::of(opens, signs).is_met(look("~")), opens.is_empty(), "{name}");
            }
        }
        assert_eq!(Signs::of("abc 123 è"), Signs(0));
    }
}
