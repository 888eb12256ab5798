//! The keys of FortiOS log messages that fill columns, and how a line's pairs stand apart.
//!
//! Promises: the first value of a key counts, since what a client wrote (URL, user agent) stands
//! behind what the firewall wrote. Must not know: what a message means.
//! Source: Fortinet, FortiOS Log Message Reference 7.4.

use std::cell::Cell;

use crate::formats::slots::slots;
use crate::key_value::{Order, Pair, Pairs, pairs};
use crate::scan;

slots! {
    /// A key that fills a column or decides what happened.
    enum Key;
    /// Values of a line by key.
    struct Values;
    nothing "N/A"; keep first;
    Action = b"action";
    Agent = b"agent";
    Attack = b"attack";
    AttackId = b"attackid";
    CfgAttribute = b"cfgattr";
    CfgObject = b"cfgobj";
    CfgPath = b"cfgpath";
    Count = b"count";
    Date = b"date";
    Description = b"logdesc" | b"desc";
    DeviceName = b"devname";
    DhcpMessage = b"dhcp_msg";
    Direction = b"direction";
    Domain = b"domain";
    DestBytes = b"rcvdbyte";
    DestBytesDelta = b"rcvddelta";
    DestIp = b"dstip";
    DestInterface = b"dstintf";
    DestPort = b"dstport";
    DestRole = b"dstintfrole";
    EventTime = b"eventtime";
    EventType = b"eventtype";
    FileHash = b"filehash" | b"analyticscksum";
    FileName = b"filename";
    Group = b"group";
    Host = b"hostname";
    HttpMethod = b"httpmethod";
    Interface = b"interface" | b"intf";
    Ip = b"ip";
    Level = b"level";
    LocalIp = b"locip";
    LocalPort = b"locport";
    LogId = b"logid" | b"log_id";
    Mac = b"mac";
    MasterSourceMac = b"mastersrcmac";
    Method = b"method";
    OutInterface = b"outintf";
    Policy = b"policyid";
    PolicyName = b"policyname";
    Protocol = b"proto";
    QuestionName = b"qname";
    QuestionType = b"qtype";
    Reason = b"reason";
    Recipient = b"recipient" | b"to";
    Referrer = b"referralurl";
    RemoteIp = b"remip";
    RemotePort = b"remport";
    Sender = b"sender" | b"from";
    Service = b"service";
    SourceBytes = b"sentbyte";
    SourceBytesDelta = b"sentdelta";
    SourceInterface = b"srcintf";
    SourceIp = b"srcip";
    SourceMac = b"srcmac";
    SourcePort = b"srcport";
    SourceRole = b"srcintfrole";
    Status = b"status";
    Subject = b"subject";
    Subtype = b"subtype";
    Time = b"time";
    TimeZone = b"tz";
    TlsVersion = b"tlsver";
    TunnelType = b"tunneltype";
    Type = b"type";
    Ui = b"ui";
    UnauthenticatedUser = b"unauthuser";
    Url = b"url";
    User = b"user";
    UserIp = b"userip";
    Virus = b"virus";
    VirusId = b"virusid";
    Vpn = b"vpntunnel";
}

/// What a key tells.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told {
    pub(super) name: Option<Key>,
    /// Whether it tells the product.
    pub(super) sign: Sign,
}

/// Keys that tell the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Sign {
    None = 0,
    Device = 1,
    Type = 2,
    Level = 4,
    OtherProduct = 8,
}

impl Told {
    fn of(key: &str) -> Told {
        let sign = match key.as_bytes() {
            b"devid" | b"vd" => Sign::Device,
            b"type" | b"subtype" => Sign::Type,
            b"level" => Sign::Level,
            b"device_id" | b"log_type" => Sign::OtherProduct,
            _ => Sign::None,
        };
        Told { name: Key::of(key), sign }
    }
}

thread_local! {
    static ORDER: Cell<Order<Told>> = Cell::default();
}

/// Shows the pairs of a line to `take`, until it says false.
pub(super) fn read<'a>(text: &'a str, take: impl FnMut(Pair<'a, Told>) -> bool) {
    let mut order = ORDER.take();
    order.read(pairs_of(text), Told::of, take);
    ORDER.set(order);
}

/// The pairs of a line: `key=value`, values bare or quoted, separated by blanks or commas. The sign behind the
/// first value tells which.
fn pairs_of(text: &str) -> Pairs<'_> {
    let bytes = text.as_bytes();
    let first = scan::one(b'=', bytes, 0).map_or(bytes.len(), |equals| equals + 1);
    let sign = match bytes.get(first) {
        Some(b'"') => scan::one(b'"', bytes, first + 1).map(|quote| quote + 1),
        _ => scan::either(b' ', b',', bytes, first),
    };
    let is_comma = sign.and_then(|sign| bytes.get(sign)) == Some(&b',');
    pairs(text, if is_comma { b',' } else { b' ' })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_end_at_blanks_or_commas_and_quotes_hold_both() {
        let blank: Vec<_> = pairs_of(r#"date=2026-03-16 msg="a=b, \"c\" d" vd=root last="#).collect();
        assert_eq!(blank, [("date", "2026-03-16"), ("msg", r#"a=b, \"c\" d"#), ("vd", "root"), ("last", "")]);
        let comma: Vec<_> = pairs_of(r#"date=2026-03-16,time=09:12:44,attack="icmp, x",count=3"#).collect();
        assert_eq!(
            comma,
            [("date", "2026-03-16"), ("time", "09:12:44"), ("attack", "icmp, x"), ("count", "3")]
        );
        assert_eq!(pairs_of("a=\"open b=2").collect::<Vec<_>>(), [("a", "open b=2")]);
        assert_eq!(pairs_of("no pair").count(), 0);
    }

    #[test]
    fn the_first_value_of_a_key_counts() {
        let mut values = Values::new();
        values.put("srcip", "192.0.2.7");
        values.put("srcip", "198.51.100.66");
        assert_eq!(values.get(Key::SourceIp), "192.0.2.7");
    }
}
