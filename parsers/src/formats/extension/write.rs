//! Attributes to columns; what has no column goes to `fields` under the vendor's label or the key.

use schema::{Column, EventBuilder};

use super::super::http;
use super::keys::is_known;
use super::pairs::pairs;
use super::{Attributes, Header, Key, said, set, unescaped, vendors};

/// Vendors whose event id is that of the signature that matched.
const SIGNATURE_VENDORS: &[&str] = &["Trend Micro", "TippingPoint", "Snort", "Sourcefire"];

/// The header: device, code, severity.
pub(super) fn header(header: &Header<'_>, event: &mut EventBuilder<'_>) {
    set(event, Column::ObserverVendor, header.vendor.trim());
    set(event, Column::ObserverProduct, header.product.trim());
    set(event, Column::EventCode, header.event_id.trim());
    for (key, value) in [("name", header.name), ("severity", header.severity), ("version", header.version)] {
        let value = value.trim();
        if !value.is_empty() {
            event.field(key, &unescaped(value));
        }
    }
}

/// Everything that has a column of its own.
pub(super) fn columns(attributes: &Attributes<'_>, event: &mut EventBuilder<'_>) {
    hosts(attributes, event);
    users(attributes, event);
    flow(attributes, event);
    process_and_file(attributes, event);
    web(attributes, event);
    for (column, key) in [
        (Column::EmailFrom, Key::MailFrom),
        (Column::EmailTo, Key::MailTo),
        (Column::EmailSubject, Key::Subject),
        (Column::EmailMessageId, Key::MessageId),
        (Column::GroupName, Key::GroupName),
        (Column::ServiceName, Key::DestService),
        (Column::EventCode, Key::EventCode),
        (Column::DnsQuestionName, Key::DnsName),
        (Column::DnsQuestionType, Key::DnsType),
    ] {
        set(event, column, attributes.get(key));
    }
    if let Ok(count @ 1..) = attributes.get(Key::Count).parse::<i64>() {
        event.int(Column::EventCount, count);
    }
}

fn hosts(attributes: &Attributes<'_>, event: &mut EventBuilder<'_>) {
    let host = attributes.first(&[Key::DeviceFqdn, Key::DeviceHost, Key::HostName]);
    set(event, Column::HostName, host);
    let device = attributes.get(Key::DeviceIp);
    // Agents list every address of the machine.
    event.ip(Column::HostIp, device.split_once(',').map_or(device, |(first, _)| first));
    let shost = attributes.get(Key::SourceHost);
    if !event.is_set(Column::HostName) && attributes.get(Key::DestIp).is_empty() {
        set(event, Column::HostName, shost);
    }
    if !event.ip(Column::SourceIp, attributes.get(Key::SourceIp))
        && !event.ip(Column::SourceIp, attributes.get(Key::SourceIpV6))
        && !event.ip(Column::SourceIp, shost)
        && !attributes.get(Key::SourceIp).is_empty()
    {
        event.field("src", attributes.get(Key::SourceIp));
    }
    let dhost = attributes.first(&[Key::DestHost, Key::DestIp]);
    let has_destination = event.ip(Column::DestinationIp, attributes.get(Key::DestIp))
        || event.ip(Column::DestinationIp, attributes.get(Key::DestIpV6));
    let is_address = dhost.parse::<std::net::IpAddr>().is_ok();
    if !has_destination && is_address {
        event.ip(Column::DestinationIp, dhost);
    }
    if !is_address {
        set(event, Column::DestinationDomain, dhost);
    }
}

/// The source's user acted; when only the destination's is named, it is the one who did.
fn users(attributes: &Attributes<'_>, event: &mut EventBuilder<'_>) {
    let source = unescaped(attributes.get(Key::SourceUser));
    let target = unescaped(attributes.get(Key::DestUser));
    if source.is_empty() {
        user(event, &target);
        set(event, Column::UserDomain, attributes.first(&[Key::DestDomain, Key::SourceDomain]));
        set(event, Column::UserId, attributes.first(&[Key::SourceUserId, Key::DestUserId]));
        return;
    }
    user(event, &source);
    set(event, Column::UserDomain, attributes.get(Key::SourceDomain));
    set(event, Column::UserId, attributes.get(Key::SourceUserId));
    event.text_if_said(Column::UserTargetName, &target);
}

/// `DOMAIN\user`, where a backslash may have been escaped twice.
fn user(event: &mut EventBuilder<'_>, account: &str) {
    match account.split_once('\\') {
        Some((domain, name)) => {
            event.text_if_said(Column::UserDomain, domain);
            event.text_if_said(Column::UserName, name.trim_start_matches('\\'));
        }
        None => event.text_if_said(Column::UserName, account),
    }
}

fn flow(attributes: &Attributes<'_>, event: &mut EventBuilder<'_>) {
    for (column, keys) in [
        (Column::SourcePort, [Key::SourcePort, Key::SourcePort]),
        (Column::DestinationPort, [Key::DestPort, Key::DestPort]),
        // The dictionary's `in` flows from source to destination.
        (Column::SourceBytes, [Key::SourceBytes, Key::BytesIn]),
        (Column::DestinationBytes, [Key::DestBytes, Key::BytesOut]),
    ] {
        let value = attributes.first(&keys);
        if value.bytes().all(|byte| byte.is_ascii_digit()) {
            event.int_text(column, value);
        }
    }
    set(event, Column::SourceMac, attributes.get(Key::SourceMac));
    let zone_in = attributes.labelled(&["fromzone", "sourcezone", "inzone"]);
    let zone_out = attributes.labelled(&["tozone", "destinationzone", "outzone"]);
    for (column, key, zone) in
        [(Column::ObserverIngress, Key::Ingress, zone_in), (Column::ObserverEgress, Key::Egress, zone_out)]
    {
        let interface = attributes.get(key);
        set(event, column, if interface.is_empty() { zone } else { interface });
    }
    event.text_if_said(Column::NetworkTransport, transport(attributes.get(Key::Protocol)));
    set(event, Column::NetworkProtocol, protocol(attributes.get(Key::App)));
    match attributes.get(Key::DeviceDirection) {
        "0" => event.text(Column::NetworkDirection, "inbound"),
        "1" => event.text(Column::NetworkDirection, "outbound"),
        _ => {}
    }
}

/// IANA numbers by name.
fn transport(protocol: &str) -> &str {
    match protocol {
        "6" | "TCP" => "tcp",
        "17" | "UDP" => "udp",
        "1" | "ICMP" => "icmp",
        "58" => "ipv6-icmp",
        "47" | "GRE" => "gre",
        "50" | "ESP" => "esp",
        "2" | "IGMP" => "igmp",
        "132" | "SCTP" => "sctp",
        other => other,
    }
}

/// Protocols that people write in capitals.
fn protocol(name: &str) -> &str {
    match name {
        "HTTP" => "http",
        "HTTPS" => "https",
        "SSH" => "ssh",
        "DNS" => "dns",
        "FTP" => "ftp",
        "SMTP" => "smtp",
        "IMAP" => "imap",
        "POP3" => "pop3",
        "RDP" => "rdp",
        "SMB" => "smb",
        "SSL" | "TLS" => "tls",
        "LDAP" => "ldap",
        "TELNET" => "telnet",
        other => other,
    }
}

fn process_and_file(attributes: &Attributes<'_>, event: &mut EventBuilder<'_>) {
    let process = unescaped(attributes.first(&[Key::SourceProcess, Key::DeviceProcess]));
    if process.contains(['/', '\\']) {
        event.text_if_said(Column::ProcessExecutable, &process);
        event.text_if_said(Column::ProcessName, process.rsplit(['/', '\\']).next().unwrap_or_default());
    } else {
        event.text_if_said(Column::ProcessName, &process);
    }
    let pid = attributes.first(&[Key::SourceProcessId, Key::DeviceProcessId]);
    if pid.bytes().all(|byte| byte.is_ascii_digit()) {
        event.int_text(Column::ProcessPid, pid);
    }
    let command = attributes.labelled(&["processcommandline", "commandline"]);
    let own = attributes.get(Key::CommandLine);
    set(event, Column::ProcessCommandLine, if own.is_empty() { command } else { own });
    let (path, name) = (attributes.get(Key::FilePath), attributes.get(Key::FileName));
    set(event, Column::FilePath, if path.is_empty() { name } else { path });
    if !path.is_empty() && !name.is_empty() && name != path {
        event.field("file_name", &unescaped(name));
    }
    let own = attributes.get(Key::FileHash);
    let hash =
        if is_sha256(own) { own } else { attributes.labelled(&["sha256", "filehashsha256", "filesha256"]) };
    if is_sha256(hash) {
        event.text(Column::FileHashSha256, hash);
    } else if !own.is_empty() {
        event.field("file_hash", own);
    }
}

fn is_sha256(hash: &str) -> bool {
    hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn web(attributes: &Attributes<'_>, event: &mut EventBuilder<'_>) {
    let method = attributes.get(Key::Method);
    if (1..=16).contains(&method.len()) && method.bytes().all(|byte| byte.is_ascii_uppercase()) {
        event.text(Column::HttpRequestMethod, method);
    }
    request(&unescaped(attributes.get(Key::Request)), event);
    set(event, Column::UserAgentOriginal, attributes.get(Key::UserAgent));
    sent_headers(attributes.labelled(&["fullrequest", "httprequest", "rawrequest"]), event);
    let referrer = attributes.get(Key::Referrer);
    if referrer.contains(['/', '.']) {
        set(event, Column::HttpRequestReferrer, referrer);
    }
    let own = attributes.get(Key::Status);
    let labels = &["responsecode", "httpresponsecode", "httpstatus", "statuscode", "httpresponsestatuscode"];
    let status = if own.is_empty() { attributes.labelled(labels) } else { own };
    if status.len() == 3 && status != "000" && status.bytes().all(|byte| byte.is_ascii_digit()) {
        event.int_text(Column::HttpResponseStatusCode, status);
    }
}

/// User agent and referrer out of a request that was logged whole, its line ends as `\\r\\n`; the body, which the
/// client shapes freely, comes behind an empty line.
fn sent_headers(request: &str, event: &mut EventBuilder<'_>) {
    let head = request.split("\\r\\n\\r\\n").next().unwrap_or_default();
    for header in head.split("\\r\\n").skip(1) {
        let Some((name, value)) = header.split_once(':') else { continue };
        let column = match name {
            "User-Agent" => Column::UserAgentOriginal,
            "Referer" => Column::HttpRequestReferrer,
            _ => continue,
        };
        if !event.is_set(column) {
            set(event, column, value.trim());
        }
    }
}

/// A whole URL, a path, a request line, or a host and path without a scheme.
fn request(request: &str, event: &mut EventBuilder<'_>) {
    if request.is_empty() {
        return;
    }
    let head = request.split(['/', '?']).next().unwrap_or_default();
    let scheme = request.split_once("://").map_or("", |(scheme, _)| scheme);
    let is_host = head.contains('.')
        && head.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'_'));
    if request.starts_with('/') {
        http::set_path(request, event);
    } else if !scheme.is_empty() && scheme.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        http::set_target("", request, event);
    } else if is_host {
        event.text_if_said(Column::UrlDomain, http::host_of(head));
        http::set_path(request.get(head.len()..).unwrap_or_default(), event);
    } else if request.contains(" HTTP/") {
        http::set_request(request, event);
    } else {
        event.field("request", request);
    }
}

/// The rule or threat: a key or label that says so, else the header's name where its id is a signature's.
pub(super) fn rule(attributes: &Attributes<'_>, header: &Header<'_>, event: &mut EventBuilder<'_>) {
    let own = attributes.first(&[Key::Threat, Key::RuleName]);
    let threat = attributes.labelled(&[
        "threatname",
        "virusname",
        "virusmalwarename",
        "malwarename",
        "detectionname",
        "securitythreat",
        "sname",
        "signaturename",
        "attackname",
        "protectionname",
        "rulename",
        "rule",
        "accessrulename",
        "threatpreventionrulename",
        "securityrule",
    ]);
    let policy = attributes.get(Key::Policy);
    let named = [own, threat, policy].into_iter().find(|name| !name.is_empty()).unwrap_or_default();
    let is_signature = SIGNATURE_VENDORS.iter().any(|vendor| vendor.eq_ignore_ascii_case(header.vendor));
    set(event, Column::RuleName, if named.is_empty() && is_signature { header.name } else { named });
    let id = attributes.get(Key::RuleId);
    let id = if id.is_empty() { attributes.labelled(&["ruleid", "ruleuid", "signatureid"]) } else { id };
    set(event, Column::RuleId, if id.is_empty() && is_signature { header.event_id } else { id });
}

/// Keys of the dictionaries without a column, custom values by their labels, and the vendor's own keys.
pub(super) fn fields(attributes: &Attributes<'_>, vendor: &str, event: &mut EventBuilder<'_>) {
    for (name, key) in [
        ("action", Key::Act),
        ("category", Key::Category),
        ("severity", Key::Severity),
        ("reason", Key::Reason),
        ("msg", Key::Message),
        ("outcome", Key::Outcome),
        ("source_service", Key::SourceService),
        ("destination_dns_domain", Key::DestDnsDomain),
        ("source_dns_domain", Key::SourceDnsDomain),
        ("shost", Key::SourceHost),
        ("policy", Key::Policy),
        ("category_behavior", Key::CategoryBehavior),
    ] {
        let value = attributes.get(key);
        if !value.is_empty() {
            event.field(name, &unescaped(value));
        }
    }
    for (label, value) in attributes.customs.named() {
        if !said(value).is_empty() {
            event.field(&unescaped(label), &unescaped(value));
        }
    }
    if !attributes.has_others {
        return;
    }
    let aliases = vendors::aliases(vendor);
    for (key, value) in pairs(attributes.text, attributes.separator) {
        let is_read = vendors::known(aliases, key).is_some() || is_known(key) || attributes.customs.has(key);
        if !is_read && !said(value).is_empty() {
            event.field(key, &unescaped(value));
        }
    }
}
