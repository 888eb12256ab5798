//! Fortinet FortiGate (FortiOS 7) syslog: traffic, administration, anomaly.

use std::net::{IpAddr, Ipv4Addr};

use crate::lines::{Lines, Pen};
use crate::town::Town;

/// How a flow ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Verdict {
    /// Ordinary end.
    #[default]
    Close,
    /// Refused by a policy.
    Deny,
    /// Ended by inactivity.
    Timeout,
    /// UDP or ICMP exchange accepted.
    Accept,
}

/// One flow through the firewall.
#[derive(Debug, Clone, Copy)]
pub struct Flow {
    /// Source address and port.
    pub source: (Ipv4Addr, u16),
    /// Destination address and port.
    pub destination: (Ipv4Addr, u16),
    /// IP protocol number: 6, 17.
    pub protocol: u8,
    /// How it ended.
    pub verdict: Verdict,
    /// Interfaces it came from and went to.
    pub interfaces: (&'static str, &'static str),
    /// Policy number; 0 is the implicit deny.
    pub policy: u16,
    /// Bytes sent by the source and by the destination.
    pub bytes: (u64, u64),
    /// Length in seconds.
    pub duration_s: u32,
}

/// End (or refusal) of a flow.
pub fn traffic(lines: &mut Lines, town: &Town, at_ms: i64, flow: &Flow) {
    let denied = flow.verdict == Verdict::Deny;
    let mut pen = lines.line(town.hosts.firewall.file, at_ms);
    head(&mut pen, town, 189, if denied { "0000000014" } else { "0000000013" });
    pen.s(" type=\"traffic\" subtype=\"").s(if denied { "local" } else { "forward" });
    pen.s("\" level=\"notice\" vd=\"root\" srcip=").ip(flow.source.0).s(" srcport=").n(flow.source.1);
    pen.s(" srcintf=\"").s(flow.interfaces.0).s("\" dstip=").ip(flow.destination.0);
    pen.s(" dstport=").n(flow.destination.1).s(" dstintf=\"").s(flow.interfaces.1);
    pen.s("\" sessionid=").n(at_ms.rem_euclid(1 << 31)).s(" proto=").n(flow.protocol).s(" action=\"");
    pen.s(match flow.verdict {
        Verdict::Close => "close",
        Verdict::Deny => "deny",
        Verdict::Timeout => "timeout",
        Verdict::Accept => "accept",
    });
    pen.s("\" policyid=").n(flow.policy).s(" service=\"");
    service(&mut pen, flow);
    pen.s("\" trandisp=\"").s(if denied { "noop" } else { "snat" }).s("\" duration=").n(flow.duration_s);
    pen.s(" sentbyte=").n(flow.bytes.0).s(" rcvdbyte=").n(flow.bytes.1);
    pen.s(" sentpkt=").n(flow.bytes.0 / 700 + 1).s(" rcvdpkt=").n(flow.bytes.1 / 900);
}

/// An administrator's login on the firewall.
pub fn admin_login(lines: &mut Lines, town: &Town, at_ms: i64, from: IpAddr, user: &str, success: bool) {
    let mut pen = lines.line(town.hosts.firewall.file, at_ms);
    let (id, level, status) =
        if success { ("0100032001", "information", "success") } else { ("0100032002", "alert", "failed") };
    head(&mut pen, town, if success { 190 } else { 185 }, id);
    pen.s(" type=\"event\" subtype=\"system\" level=\"").s(level).s("\" vd=\"root\" logdesc=\"Admin login ");
    pen.s(if success { "successful" } else { "failed" }).s("\" sn=\"1773648764\" user=\"").s(user);
    pen.s("\" ui=\"https(").ip(from).s(")\" method=\"https\" srcip=").ip(from).s(" dstip=");
    pen.ip(town.hosts.firewall.ip).s(" action=\"login\" status=\"").s(status).s("\" reason=\"");
    pen.s(if success { "none" } else { "passwd_invalid" }).s("\" msg=\"Administrator ").s(user);
    pen.s(if success { " logged in successfully from https(" } else { " login failed from https(" }).ip(from);
    pen.s(if success { ")\"" } else { ") because of invalid password\"" });
}

/// A message the firewall's mail filter looked at and let in.
#[derive(Debug, Clone, Copy)]
pub struct Message<'a> {
    /// Server that hands it in.
    pub client: IpAddr,
    /// Sender, with display name as the header has it.
    pub from: &'a str,
    /// Recipient.
    pub to: &'a str,
    /// Subject.
    pub subject: &'a str,
    /// Size in bytes.
    pub bytes: u64,
}

/// A message passes the mail filter.
pub fn message(lines: &mut Lines, town: &Town, at_ms: i64, message: &Message<'_>) {
    let mut pen = lines.line(town.hosts.firewall.file, at_ms);
    head(&mut pen, town, 190, "0508020503");
    pen.s(" type=\"utm\" subtype=\"emailfilter\" eventtype=\"smtp\" level=\"information\" vd=\"root\"");
    pen.s(" policyid=31 sessionid=").n(at_ms.rem_euclid(1 << 31)).s(" srcip=").ip(message.client);
    pen.s(" srcport=").n(40_000 + message.bytes % 20_000).s(" srcintf=\"wan1\" srcintfrole=\"wan\" dstip=");
    pen.ip(town.hosts.mail.ip).s(" dstport=25 dstintf=\"SERVER\" dstintfrole=\"dmz\" proto=6");
    pen.s(" service=\"SMTP\" profile=\"posta\" action=\"log-only\" from=\"").s(message.from);
    pen.s("\" to=\"").s(message.to).s("\" sender=\"").s(message.from).s("\" recipient=\"").s(message.to);
    pen.s("\" direction=\"incoming\" msg=\"general email log\" subject=\"").s(message.subject);
    pen.s("\" size=\"").n(message.bytes).s("\" attachment=\"no\"");
}

/// A configuration change: `path` such as `firewall.policy`, `change` such as `srcaddr[LAN->all]`.
pub fn config_change(
    lines: &mut Lines,
    town: &Town,
    at_ms: i64,
    from: IpAddr,
    user: &str,
    path: &str,
    change: &str,
) {
    let mut pen = lines.line(town.hosts.firewall.file, at_ms);
    head(&mut pen, town, 189, "0100044547");
    pen.s(" type=\"event\" subtype=\"system\" level=\"information\" vd=\"root\" logdesc=\"Object attribute configured\"");
    pen.s(" user=\"")
        .s(user)
        .s("\" ui=\"GUI(")
        .ip(from)
        .s(")\" action=\"Edit\" cfgtid=")
        .n(at_ms.rem_euclid(1 << 24));
    // A setting is one of its kind: it has no number.
    let object = if path.ends_with(".setting") { "" } else { "12" };
    pen.s(" cfgpath=\"").s(path).s("\"");
    if !object.is_empty() {
        pen.s(" cfgobj=\"").s(object).s("\"");
    }
    pen.s(" cfgattr=\"").s(change).s("\" msg=\"Edit ").s(path).s(" ").s(object).s("\"");
}

/// A policy is deleted.
pub fn policy_deleted(lines: &mut Lines, town: &Town, at_ms: i64, from: IpAddr, user: &str, policy: u16) {
    let mut pen = lines.line(town.hosts.firewall.file, at_ms);
    head(&mut pen, town, 189, "0100044545");
    pen.s(" type=\"event\" subtype=\"system\" level=\"information\" vd=\"root\" logdesc=\"Object configured\" user=\"");
    pen.s(user).s("\" ui=\"GUI(").ip(from).s(")\" action=\"Delete\" cfgtid=").n(at_ms.rem_euclid(1 << 24));
    pen.s(" cfgpath=\"firewall.policy\" cfgobj=\"")
        .n(policy)
        .s("\" msg=\"Delete firewall.policy ")
        .n(policy)
        .s("\"");
}

/// A denial-of-service policy counts more than it allows of `attack` (such as `udp_flood`) towards an address.
pub fn anomaly(
    lines: &mut Lines,
    town: &Town,
    at_ms: i64,
    attack: &str,
    source: (Ipv4Addr, u16),
    destination: (Ipv4Addr, u16),
    count: u64,
) {
    let mut pen = lines.line(town.hosts.firewall.file, at_ms);
    head(&mut pen, town, 185, "0720018432");
    pen.s(" type=\"utm\" subtype=\"anomaly\" eventtype=\"anomaly\" level=\"alert\" vd=\"root\" severity=\"critical\"");
    pen.s(" srcip=").ip(source.0).s(" srccountry=\"Reserved\" dstip=").ip(destination.0);
    pen.s(
        " srcintf=\"wan1\" srcintfrole=\"wan\" sessionid=0 action=\"clear_session\" proto=17 service=\"udp/",
    );
    pen.n(destination.1).s("\" count=").n(count).s(" attack=\"").s(attack).s("\" srcport=").n(source.1);
    pen.s(" dstport=").n(destination.1).s(" attackid=285212772 policyid=1 policytype=\"DoS-policy\"");
    pen.s(" msg=\"anomaly: ").s(attack).s(", 2001 > threshold 2000, repeats ").n(count);
    pen.s(" times\" crscore=50 craction=4096 crlevel=\"critical\"");
}

/// What every line begins with.
pub(super) fn head(pen: &mut Pen<'_>, town: &Town, priority: u8, log_id: &str) {
    pen.s("<")
        .n(priority)
        .s(">date=")
        .date()
        .s(" time=")
        .clock()
        .s(" devname=\"")
        .s(&town.hosts.firewall.name);
    let nanoseconds = pen.at_ms() * 1_000_000;
    pen.s("\" devid=\"").s(&town.hosts.firewall_serial).s("\" eventtime=").n(nanoseconds);
    pen.s(" tz=\"").offset("").s("\" logid=\"").s(log_id).s("\"");
}

fn service(pen: &mut Pen<'_>, flow: &Flow) {
    let name = match flow.destination.1 {
        22 => "SSH",
        25 => "SMTP",
        53 => "DNS",
        80 => "HTTP",
        123 => "NTP",
        443 => "HTTPS",
        445 => "SMB",
        993 => "IMAPS",
        3389 => "RDP",
        5432 => "tcp/5432",
        port => {
            pen.s(if flow.protocol == 17 { "udp/" } else { "tcp/" }).n(port);
            return;
        }
    };
    pen.s(name);
}
