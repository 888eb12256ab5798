//! The fields of Check Point logs that fill columns.
//!
//! Source: Check Point sk144192, Log Fields Description.

use crate::formats::slots::slots;

slots! {
    /// A field that fills a column or decides what happened.
    enum Key;
    /// Values of a line by field.
    struct Values;
    nothing "Unknown"; keep first;
    Action = b"action" | b"act" | b"Action";
    Administrator = b"administrator";
    Application = b"appi_name" | b"app_name" | b"application";
    AuthMethod = b"auth_method" | b"authentication_method";
    AuthStatus = b"auth_status";
    Attack = b"attack";
    BytesIn = b"received_bytes" | b"client_inbound_bytes" | b"server_outbound_bytes";
    BytesOut = b"sent_bytes" | b"client_outbound_bytes" | b"server_inbound_bytes";
    Category = b"matched_category";
    ClientIp = b"client_ip";
    Destination = b"dst" | b"dst_ip" | b"dstip";
    DestinationName = b"dst_machine_name" | b"dst_domain_name";
    DestinationPort = b"d_port" | b"service" | b"dst_port";
    Direction = b"ifdir" | b"i/f_dir";
    DnsQuery = b"dns_query" | b"domain_name" | b"tunnel_protocol_query";
    DnsType = b"dns_type";
    EmailFrom = b"from" | b"email_from";
    EmailSubject = b"email_subject" | b"subject_email";
    EmailTo = b"to" | b"email_to";
    FileName = b"file_name" | b"file_path";
    Gateway = b"originsicname" | b"origin_sic_name" | b"orig_name";
    Host = b"hostname" | b"http_host" | b"tls_server_host_name";
    Interface = b"ifname" | b"i/f_name";
    InZone = b"inzone";
    LogUid = b"loguid" | b"uuid" | b"UUid";
    Machine = b"machine" | b"src_machine_name" | b"Source_Machine_Name";
    Malware = b"malware_family" | b"malware_name";
    MalwareAction = b"malware_action";
    Message = b"fw_message" | b"message_info" | b"message" | b"description" | b"event_information";
    Method = b"method" | b"http_method";
    NatDestination = b"xlatedst";
    NatDestinationPort = b"xlatedport";
    NatSource = b"xlatesrc";
    NatSourcePort = b"xlatesport";
    ObjectName = b"objectname";
    ObjectType = b"objecttype";
    Operation = b"operation";
    Origin = b"origin" | b"orig" | b"origin_ip";
    OutInterface = b"outif" | b"outifname";
    OutZone = b"outzone";
    PeerGateway = b"peer_gateway" | b"peer gateway";
    Product = b"product" | b"Product" | b"ProductName";
    ProtectionId = b"protection_id" | b"smartdefense_profile_id";
    ProtectionName = b"protection_name";
    Protocol = b"proto" | b"protocol_number" | b"ip_proto";
    ProxySource = b"proxy_src_ip";
    Reason = b"reason" | b"drop_reason" | b"reject_category" | b"failure_reason";
    Referrer = b"referrer" | b"http_referrer";
    Resource = b"resource" | b"url";
    Rule = b"rule";
    RuleName = b"rule_name";
    RuleUid = b"rule_uid";
    ServiceId = b"service_id" | b"service_name";
    Severity = b"severity";
    Sha256 = b"file_sha256" | b"sha256";
    Source = b"src" | b"src_ip" | b"srcip";
    SourceMac = b"mac_source_address" | b"src_mac" | b"mac_address";
    SourcePort = b"s_port" | b"src_port" | b"sport_svc";
    Status = b"status";
    Subject = b"subject";
    Time = b"time";
    User = b"user" | b"src_user_name" | b"User" | b"user_name" | b"src_user";
    UserAgent = b"user_agent" | b"web_client_type";
    VpnFeature = b"vpn_feature_name";
}
