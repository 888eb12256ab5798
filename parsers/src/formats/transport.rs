//! Numbers of IP protocols as firewalls log them.
//!
//! Source: IANA, Assigned Internet Protocol Numbers.

/// The name of a protocol's number; what is no known number stays as it is.
pub(super) fn name(protocol: &str) -> &str {
    match protocol {
        "1" => "icmp",
        "2" => "igmp",
        "4" => "ipip",
        "6" => "tcp",
        "17" => "udp",
        "41" => "ipv6",
        "47" => "gre",
        "50" => "esp",
        "51" => "ah",
        "58" => "ipv6-icmp",
        "88" => "eigrp",
        "89" => "ospf",
        "103" => "pim",
        "112" => "vrrp",
        "132" => "sctp",
        other => other,
    }
}
