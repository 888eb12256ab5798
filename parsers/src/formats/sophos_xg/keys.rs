//! The keys of Sophos Firewall's syslog that fill columns, in its two spellings (device standard and central reporting).
//!
//! Source: Sophos Firewall syslog guide 18 to 21.5, field descriptions.

use crate::formats::slots::slots;

slots! {
    /// A key that fills a column or decides what happened.
    enum Key;
    /// Values of a line by key.
    struct Values;
    nothing "N/A"; keep first;
    Action = b"action" | b"spamaction" | b"spam_action";
    Agent = b"useragent" | b"user_agent" | b"http_user_agent" | b"ua";
    Application = b"application" | b"app_name" | b"application_name";
    AuthMethod = b"auth_mechanism" | b"auth_client";
    BytesReceived = b"recv_bytes" | b"bytes_received" | b"bytesrcv" | b"receivebytes" | b"recvbytes";
    BytesSent = b"sent_bytes" | b"bytes_sent" | b"bytessent" | b"sentbytes";
    Category = b"category" | b"classification";
    ClientName = b"client_host_name";
    ClientAddress = b"client_physical_address";
    Component = b"log_component";
    Connection = b"connectionname" | b"connection_name";
    Date = b"date";
    DestinationIp = b"dst_ip" | b"dstip" | b"localip" | b"localinterfaceip" | b"local_ip" | b"server_ip";
    DestinationPort = b"dst_port" | b"dstport";
    DestinationZone = b"dstzone" | b"dst_zone";
    DestinationZoneKind = b"dstzonetype" | b"dst_zone_type";
    DeviceName = b"device_name";
    Domain = b"domain" | b"domainname" | b"dstdomain" | b"dst_domainname" | b"sni" | b"hostname" | b"server";
    File = b"filename" | b"file_name" | b"file_path" | b"download_file_name" | b"upload_file_name";
    Group = b"user_gp" | b"user_group" | b"usergroupname";
    HttpMethod = b"method" | b"http_method";
    HttpStatus = b"httpstatus" | b"http_status" | b"httpresponsecode" | b"status_code" | b"statuscode";
    InInterface = b"in_interface" | b"in_interface_name";
    IpsSignature = b"signature_id" | b"sid";
    IpsSignatureName = b"signature_msg";
    LeaseIp = b"leased_ip" | b"ipaddress" | b"ip_address";
    LogId = b"log_id";
    LogType = b"log_type";
    MailFrom = b"from_email_address" | b"sender";
    MailId = b"mailid" | b"message_id";
    MailSubject = b"subject" | b"email_subject";
    MailTo = b"to_email_address" | b"recipient" | b"recepient";
    Malware = b"virus" | b"malware" | b"threatname" | b"threat_name" | b"threat";
    Message = b"message" | b"msg";
    OutInterface = b"out_interface" | b"out_interface_name";
    Protocol = b"protocol";
    Query = b"querystring" | b"query_string";
    Reason = b"reason";
    Referrer = b"referer" | b"http_referer" | b"referrer";
    RemoteIp = b"remoteip" | b"remote_ip" | b"remotepeer" | b"sourceip";
    RuleId = b"fw_rule_id" | b"rule_id";
    RuleName = b"fw_rule_name" | b"rule_name";
    Severity = b"priority" | b"severity";
    Sha256 = b"sha256" | b"sha256sum" | b"file_sha256" | b"attachment_hash" | b"file_hash";
    SourceIp = b"src_ip" | b"srcip" | b"client_ip" | b"host" | b"login_ip";
    SourceMac = b"src_mac" | b"srcmac" | b"mac_address" | b"client_mac";
    SourcePort = b"src_port" | b"srcport";
    SourceZone = b"srczone" | b"src_zone";
    SourceZoneKind = b"srczonetype" | b"src_zone_type";
    Status = b"status";
    Subtype = b"log_subtype";
    Time = b"time";
    Timestamp = b"timestamp";
    TimeZone = b"timezone";
    TlsVersion = b"tls_version";
    Url = b"url";
    User = b"user_name" | b"user" | b"username" | b"src_username" | b"localuser" | b"login_user";
}
