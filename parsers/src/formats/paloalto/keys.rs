//! The names Palo Alto Networks gives to the fields of its logs, in all renderings.
//!
//! Must not know: what a field means. Source: Palo Alto Networks, Strata Logging Service log reference (JSON, LEEF
//! and e-mail names); PAN-OS Administrator's Guide, Syslog Field Descriptions.

use crate::formats::slots::slots;

slots! {
    /// A field that fills a column or decides what happened.
    enum Key;
    /// Values of a line by field.
    struct Values;
    nothing "N/A"; keep first;
    Action = b"Action";
    ActionSource = b"ActionSource";
    AdminUser = b"AdminUsername" | b"AdminUserName" | b"Admin";
    Application = b"Application";
    AuthMethod = b"AuthMethod" | b"AuthenticationMethod";
    AuthProtocol = b"AuthenticationProtocol";
    BytesReceived = b"BytesReceived" | b"dstBytes";
    BytesSent = b"BytesSent" | b"srcBytes";
    Category = b"URLCategory";
    Client = b"Client" | b"ClientType";
    Command = b"EventName_Command" | b"Command" | b"EventCommand";
    Description = b"EventDescription" | b"Description";
    DestinationAddress = b"DestinationAddress" | b"dst" | b"DNSResolverIP";
    DestinationHost = b"DestinationDeviceHost";
    DestinationPort = b"DestinationPort" | b"dstPort";
    DestinationUser = b"DestinationUser";
    DeviceName = b"DeviceName" | b"LogSourceName";
    Direction = b"DirectionOfAttack";
    EndReason = b"SessionEndReason";
    Error = b"ConnectionError" | b"ErrorMessage" | b"Error";
    EventName = b"EventName" | b"EventID" | b"EventIDValue" | b"AuthEvent";
    FileHash = b"FileHash";
    FileName = b"FileName";
    FileType = b"FileType";
    FromZone = b"FromZone";
    Gateway = b"Gateway";
    HighResolution = b"TimeGeneratedHighResolution";
    HipMatchName = b"HipMatchName";
    HipMatchType = b"HipMatchType";
    Host = b"Host" | b"IPaddress" | b"SourceHost";
    HttpMethod = b"HTTPMethod";
    InboundInterface = b"InboundInterface";
    LogType = b"LogType";
    MachineName = b"EndpointDeviceName" | b"MachineName";
    MappingSource = b"MappingDataSource";
    NatDestination = b"NATDestination" | b"dstPostNAT";
    NatDestinationPort = b"NATDestinationPort" | b"dstPostNATPort";
    NatSource = b"NATSource" | b"srcPostNAT";
    NatSourcePort = b"NATSourcePort" | b"srcPostNATPort";
    Object = b"EventComponent" | b"Object";
    OutboundInterface = b"OutboundInterface";
    Path = b"EventPath" | b"ConfigurationPath";
    Policy = b"AuthenticationPolicy" | b"PolicyName";
    Portal = b"Portal";
    PrivateAddress = b"PrivateIPv4";
    Protocol = b"Protocol" | b"proto";
    PublicAddress = b"PublicIPv4";
    PublicAddress6 = b"PublicIPv6";
    QuestionName = b"DNSQuery" | b"QueryName" | b"DomainName";
    QuestionType = b"RecordType";
    Reason = b"Reason" | b"QuarantineReason";
    Recipient = b"RecipientEmail";
    Referrer = b"Referer" | b"HTTPReferer";
    RepeatCount = b"RepeatCount" | b"CountOfRepeats" | b"CountofRepeats" | b"CountOfRepeat";
    Result = b"EventResult" | b"Result";
    Rule = b"Rule";
    RuleId = b"RuleUUID" | b"RuleMatchedUUID";
    Sender = b"SenderEmail";
    Serial = b"DeviceSN" | b"LogSourceID";
    ServerName = b"ServerNameIndication" | b"SNI";
    ServerProfile = b"AuthServerProfile";
    SessionId = b"SessionID";
    Severity = b"VendorSeverity" | b"LogSeverity" | b"Severity";
    SourceAddress = b"SourceAddress" | b"SourceIP" | b"src";
    SourceAddress6 = b"SourceIPv6" | b"SourceAddressV6";
    SourceHost = b"SourceDeviceHost" | b"SourceHostName";
    SourceMac = b"SourceDeviceMac";
    SourcePort = b"SourcePort" | b"srcPort";
    SourceUser = b"SourceUser" | b"User" | b"SourceUserName" | b"usrName";
    Stage = b"Stage";
    Status = b"EventStatus" | b"Status";
    Subject = b"EmailSubject";
    Subtype = b"Subtype" | b"SubType";
    Tag = b"TagName" | b"Tag";
    ThreatCategory = b"ThreatCategory" | b"DNSCategory";
    ThreatId = b"ThreatID";
    ThreatName = b"ThreatName";
    TimeGenerated = b"TimeGenerated" | b"EventTime" | b"devTime";
    TimeReceived = b"TimeReceived" | b"LogTime";
    TlsVersion = b"TLSVersion";
    ToZone = b"ToZone";
    TunnelType = b"TunnelType";
    Url = b"URL";
    UserAgent = b"UserAgent" | b"UserAgentString";
    Verdict = b"Verdict";
    Vsys = b"VirtualLocation";
    ForwardedFor = b"X-Forwarded-For" | b"XForwardedFor" | b"identSrc";
}
