//! Keys that one vendor writes for what the dictionaries have a key for.

type Aliases = &'static [(&'static str, &'static str)];

/// The vendor's aliases: (its key, the dictionary's).
pub(super) fn aliases(vendor: &str) -> Aliases {
    VENDORS.iter().find(|(name, _)| name.eq_ignore_ascii_case(vendor)).map_or(&[], |(_, aliases)| aliases)
}

/// The dictionary's key for a vendor's.
pub(super) fn known(aliases: Aliases, key: &str) -> Option<&'static str> {
    aliases.iter().find(|(own, _)| *own == key).map(|(_, key)| *key)
}

const FORTINET: Aliases = &[
    // Fortinet writes what the source sent as `out`, against the dictionary.
    ("out", "srcBytes"),
    ("in", "dstBytes"),
    ("FTNTFGTeventtime", "rt"),
    ("FortinetFortiGateeventtime", "rt"),
    ("eventtime", "rt"),
    ("tz", "dtz"),
    // The header has the last digits only.
    ("FTNTFGTlogid", "eventCode"),
    ("FortinetFortiGatelogid", "eventCode"),
    ("logid", "eventCode"),
    ("FTNTFGTqname", "dnsName"),
    ("FTNTFGTqtype", "dnsType"),
    ("FTNTFGTtz", "dtz"),
    ("FortinetFortiGatetz", "dtz"),
    ("FTNTFGTsrcmac", "smac"),
    ("FTNTFGTpolicyname", "ruleName"),
    ("FTNTFGTpolicyid", "ruleId"),
];

const VENDORS: &[(&str, Aliases)] = &[
    ("Fortinet", FORTINET),
    (
        "Bitdefender",
        &[
            ("BitdefenderGZMalwareName", "threatName"),
            ("BitdefenderGZDetectionName", "threatName"),
            ("BitdefenderGZComputerFQDN", "deviceFqdn"),
            ("BitdefenderGZDetectionTime", "rt"),
            ("BitdefenderGZFileHashSha256", "fileHash"),
            ("BitdefenderGZMalwareHash", "fileHash"),
        ],
    ),
    (
        "WatchGuard",
        &[
            ("disp", "act"),
            ("in_if", "deviceInboundInterface"),
            ("out_if", "deviceOutboundInterface"),
            ("sent_bytes", "srcBytes"),
            ("rcvd_bytes", "dstBytes"),
            ("dstname", "dhost"),
            ("op", "requestMethod"),
            ("arg", "request"),
            ("src_user", "suser"),
            ("rule_name", "ruleName"),
        ],
    ),
    // The console reports for the client that `shost` names.
    ("Trend Micro", &[("shost", "deviceFqdn")]),
    ("Forcepoint", &[("sender", "dvchost")]),
    ("Check Point", &[("ifname", "deviceInboundInterface"), ("rule_name", "ruleName")]),
    ("Palo Alto Networks", &[("PanOSLogSourceTimeZoneOffset", "dtz"), ("PanOSRuleMatched", "ruleName")]),
    (
        "Incapsula",
        &[
            ("sip", "dst"),
            ("cpt", "spt"),
            ("ref", "requestContext"),
            ("requestmethod", "requestMethod"),
            ("sourceServiceName", "dhost"),
        ],
    ),
];
