//! The name in a certificate: its first DNS name (subjectAltName), else its common name.
//!
//! Only read once the certificate was verified; this is no verification. Promises: bounded, no recursion; what cannot be read
//! has no name. Must not know: TLS.

/// OBJECT IDENTIFIER 2.5.4.3, commonName.
const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];
/// OBJECT IDENTIFIER 2.5.29.17, subjectAltName.
const ALTERNATIVE_NAMES: &[u8] = &[0x55, 0x1D, 0x11];

const OBJECT_IDENTIFIER: u8 = 0x06;
const OCTET_STRING: u8 = 0x04;
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
/// `version [0]` and `extensions [3]` of a TBSCertificate (RFC 5280, 4.1).
const VERSION: u8 = 0xA0;
const EXTENSIONS: u8 = 0xA3;
/// `dNSName [2]` of a GeneralName.
const DNS_NAME: u8 = 0x82;

/// The name in a certificate in DER.
pub(crate) fn name(certificate: &[u8]) -> Option<String> {
    let body = Der(certificate).expect(SEQUENCE)?.0.expect(SEQUENCE)?.0;
    // version?, serialNumber, signature, issuer, validity, subject, subjectPublicKeyInfo, ..., extensions?
    let version = body.expect(VERSION).map_or(body, |(_, rest)| rest);
    let (subject, _) = version.skip(4)?.expect(SEQUENCE)?;
    let extensions = version.elements().find(|(tag, _)| *tag == EXTENSIONS).map(|(_, content)| content);
    let name = extensions.and_then(dns_name).or_else(|| common_name(subject))?;
    Some(String::from_utf8_lossy(name).into_owned())
}

fn dns_name(extensions: Der<'_>) -> Option<&[u8]> {
    let (list, _) = extensions.expect(SEQUENCE)?;
    let names = list.elements().find_map(|(_, extension)| {
        let (id, rest) = extension.expect(OBJECT_IDENTIFIER)?;
        let value = rest.elements().find(|(tag, _)| *tag == OCTET_STRING)?.1;
        (id.0 == ALTERNATIVE_NAMES).then_some(value)
    })?;
    let (names, _) = names.expect(SEQUENCE)?;
    names.elements().find(|(tag, _)| *tag == DNS_NAME).map(|(_, name)| name.0)
}

fn common_name(subject: Der<'_>) -> Option<&[u8]> {
    let sets = subject.elements().filter(|(tag, _)| *tag == SET);
    sets.filter_map(|(_, set)| {
        let (id, rest) = set.expect(SEQUENCE)?.0.expect(OBJECT_IDENTIFIER)?;
        let value = rest.elements().next()?.1;
        (id.0 == COMMON_NAME).then_some(value.0)
    })
    .last()
}

/// Elements in DER, one behind the other.
#[derive(Debug, Clone, Copy)]
struct Der<'d>(&'d [u8]);

impl<'d> Der<'d> {
    /// The first element: tag, content, and what is behind it.
    fn first(self) -> Option<(u8, Der<'d>, Der<'d>)> {
        let (&tag, rest) = self.0.split_first()?;
        let (&length, rest) = rest.split_first()?;
        let (length, rest) = match length {
            0..=0x7F => (usize::from(length), rest),
            0x81..=0x83 => {
                let (digits, rest) = rest.split_at_checked(usize::from(length & 0x7F))?;
                (digits.iter().fold(0, |length, digit| length << 8 | usize::from(*digit)), rest)
            }
            _ => return None,
        };
        let (content, rest) = rest.split_at_checked(length)?;
        Some((tag, Der(content), Der(rest)))
    }

    fn expect(self, tag: u8) -> Option<(Der<'d>, Der<'d>)> {
        self.first().filter(|(found, ..)| *found == tag).map(|(_, content, rest)| (content, rest))
    }

    fn skip(self, elements: usize) -> Option<Der<'d>> {
        (0..elements).try_fold(self, |rest, _| rest.first().map(|(_, _, rest)| rest))
    }

    fn elements(self) -> impl Iterator<Item = (u8, Der<'d>)> {
        let mut rest = self;
        std::iter::from_fn(move || {
            let (tag, content, behind) = rest.first()?;
            rest = behind;
            Some((tag, content))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::name;

    fn certificate(dns_names: &[&str], common_name: Option<&str>) -> Vec<u8> {
        let names: Vec<String> = dns_names.iter().map(|name| (*name).to_owned()).collect();
        let mut parameters = rcgen::CertificateParams::new(names).unwrap();
        parameters.distinguished_name = rcgen::DistinguishedName::new();
        if let Some(common_name) = common_name {
            parameters.distinguished_name.push(rcgen::DnType::OrganizationName, "Ente");
            parameters.distinguished_name.push(rcgen::DnType::CommonName, common_name);
        }
        let key = rcgen::KeyPair::generate().unwrap();
        parameters.self_signed(&key).unwrap().der().to_vec()
    }

    #[test]
    fn a_dns_name_goes_before_the_common_name() {
        let both = certificate(&["firewall.comune.example", "other.example"], Some("Firewall"));
        assert_eq!(name(&both).as_deref(), Some("firewall.comune.example"));
        assert_eq!(name(&certificate(&[], Some("Firewall"))).as_deref(), Some("Firewall"));
        assert_eq!(name(&certificate(&[], None)), None);
    }

    #[test]
    fn no_bytes_whatever_make_it_fail() {
        let whole = certificate(&["firewall.comune.example"], Some("Firewall"));
        for end in 0..whole.len() {
            name(&whole[..end]);
            let mut broken = whole.clone();
            broken[end] ^= 0xFF;
            name(&broken);
        }
    }
}
