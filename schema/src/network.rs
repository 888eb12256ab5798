//! Blocks of IP addresses (CIDR) and what kind of address one is.
//!
//! Promises: IPv4 inside IPv6 (`::ffff:a.b.c.d`) counts as IPv4. Must not know: events.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// A block of addresses, as `192.0.2.0/24` or `2001:db8::/32`; an address alone is a block of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Network {
    bits: u128,
    mask: u128,
    is_v4: bool,
}

impl Network {
    /// True when `address` lies in the block.
    pub fn contains(&self, address: IpAddr) -> bool {
        let (bits, is_v4) = bits_of(address);
        is_v4 == self.is_v4 && bits & self.mask == self.bits
    }
}

impl FromStr for Network {
    type Err = ();

    fn from_str(text: &str) -> Result<Network, ()> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let (bits, is_v4) = bits_of(address.trim().parse().map_err(|_| ())?);
        let width = if is_v4 { 32 } else { 128 };
        let prefix = prefix.map_or(Ok(width), |prefix| prefix.trim().parse::<u32>().map_err(|_| ()))?;
        if prefix > width {
            return Err(());
        }
        let mask = u128::MAX.checked_shl(width - prefix).unwrap_or(0);
        Ok(Network { bits: bits & mask, mask, is_v4 })
    }
}

/// True for an IPv4 address as [`Ipv4Addr`] reads it, in a tenth of the time: four numbers up to 255, none with a zero
/// in front.
#[inline]
pub fn is_ipv4(text: &str) -> bool {
    if !(7..=15).contains(&text.len()) {
        return false;
    }
    let (mut points, mut digits, mut number) = (0, 0, 0);
    for byte in text.bytes() {
        let digit = byte.wrapping_sub(b'0');
        if digit < 10 {
            if digits > 0 && number == 0 {
                return false;
            }
            digits += 1;
            number = number * 10 + u32::from(digit);
            if number > 255 {
                return false;
            }
        } else if byte == b'.' && digits > 0 {
            points += 1;
            (digits, number) = (0, 0);
        } else {
            return false;
        }
    }
    points == 3 && digits > 0
}

fn bits_of(address: IpAddr) -> (u128, bool) {
    match address.to_canonical() {
        IpAddr::V4(v4) => (u128::from(u32::from(v4)), true),
        IpAddr::V6(v6) => (u128::from(v6), false),
    }
}

/// True for addresses that no one on the Internet can have: private (RFC 1918, RFC 4193), loopback,
/// link-local, carrier-grade NAT (RFC 6598), unspecified.
pub fn is_private(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => is_private_v4(v4),
        IpAddr::V6(v6) => is_private_v6(v6),
    }
}

fn is_private_v4(address: Ipv4Addr) -> bool {
    let shared = u32::from(address) & 0xffc0_0000 == 0x6440_0000;
    address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_unspecified()
        || address.is_broadcast()
        || shared
}

fn is_private_v6(address: Ipv6Addr) -> bool {
    address.is_loopback()
        || address.is_unspecified()
        || address.is_unique_local()
        || address.is_unicast_link_local()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn an_ipv4_address_is_what_the_standard_library_reads_as_one(
            text in "([0-9]{1,4}\\.){2,4}[0-9]{0,3}|(0|00|1|01|9|25[4-7]|300)(\\.(0|07|1|99|25[4-7]|1000|4294967297|)){3}|.{0,17}",
        ) {
            prop_assert_eq!(is_ipv4(&text), text.parse::<Ipv4Addr>().is_ok());
        }
    }

    #[test]
    fn blocks_hold_their_addresses_and_no_others() {
        let block: Network = "192.0.2.128/25".parse().unwrap();
        assert!(block.contains("192.0.2.200".parse().unwrap()));
        assert!(block.contains("::ffff:192.0.2.200".parse().unwrap()));
        assert!(!block.contains("192.0.2.1".parse().unwrap()));
        let all: Network = "0.0.0.0/0".parse().unwrap();
        assert!(all.contains("198.51.100.1".parse().unwrap()));
        assert!(!all.contains("2001:db8::1".parse().unwrap()));
        let six: Network = "2001:db8::/32".parse().unwrap();
        assert!(six.contains("2001:db8:ffff::1".parse().unwrap()));
        assert!("192.0.2.0/33".parse::<Network>().is_err() && "x/8".parse::<Network>().is_err());
    }

    #[test]
    fn private_addresses_are_told_from_public_ones() {
        for private in ["10.1.2.3", "172.16.0.1", "192.168.1.1", "127.0.0.1", "169.254.1.1", "100.64.0.1"] {
            assert!(is_private(private.parse().unwrap()), "{private}");
        }
        for private in ["::1", "fd00::1", "fe80::1", "::ffff:10.0.0.1"] {
            assert!(is_private(private.parse().unwrap()), "{private}");
        }
        for public in ["203.0.113.9", "172.32.0.1", "100.128.0.1", "2001:db8::1"] {
            assert!(!is_private(public.parse().unwrap()), "{public}");
        }
    }
}
