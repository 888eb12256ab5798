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
