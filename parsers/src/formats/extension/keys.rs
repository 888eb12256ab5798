//! Keys of ArcSight's extension dictionary (short and full names) and of IBM's predefined attributes.

use super::super::slots::slots;

slots! {
    /// What an attribute says.
    enum Key;
    /// The values of one message.
    struct Values;
    nothing "-"; keep first;
    Act = b"act" | b"deviceAction" | b"action";
    App = b"app" | b"applicationProtocol";
    Category = b"cat" | b"deviceEventCategory";
    Count = b"cnt" | b"baseEventCount";
    DestDomain = b"dntdom" | b"destinationNtDomain";
    DestHost = b"dhost" | b"destinationHostName" | b"dstHost";
    DestDnsDomain = b"destinationDnsDomain";
    DestIp = b"dst" | b"destinationAddress" | b"dstIP";
    DestPort = b"dpt" | b"destinationPort" | b"dstPort";
    DestUser = b"duser" | b"destinationUserName";
    DestUserId = b"duid" | b"destinationUserId";
    DeviceHost = b"dvchost" | b"deviceHostName";
    DeviceFqdn = b"deviceFqdn";
    EventCode = b"eventCode";
    DnsName = b"dnsName";
    DnsType = b"dnsType";
    DeviceIp = b"dvc" | b"deviceAddress";
    DeviceDirection = b"deviceDirection";
    DeviceProcess = b"deviceProcessName";
    DeviceProcessId = b"dvcpid" | b"deviceProcessId";
    Ingress = b"deviceInboundInterface";
    Egress = b"deviceOutboundInterface";
    BytesIn = b"in" | b"bytesIn";
    BytesOut = b"out" | b"bytesOut";
    SourceBytes = b"srcBytes";
    DestBytes = b"dstBytes";
    FileName = b"fname" | b"fileName";
    FilePath = b"filePath";
    FileHash = b"fileHash";
    Message = b"msg" | b"message";
    Outcome = b"outcome" | b"eventOutcome";
    CategoryOutcome = b"categoryOutcome";
    CategoryBehavior = b"categoryBehavior";
    Protocol = b"proto" | b"transportProtocol";
    Reason = b"reason";
    Receipt = b"rt" | b"deviceReceiptTime";
    Start = b"start" | b"startTime";
    End = b"end" | b"endTime";
    DevTime = b"devTime";
    DevTimeFormat = b"devTimeFormat";
    TimeZone = b"dtz" | b"deviceTimeZone";
    Request = b"request" | b"requestUrl" | b"requestURL" | b"url";
    Method = b"requestMethod" | b"method";
    UserAgent = b"requestClientApplication" | b"requestClientApp" | b"userAgent";
    Referrer = b"requestContext";
    SourceDomain = b"sntdom" | b"sourceNtDomain" | b"domain";
    SourceDnsDomain = b"sourceDnsDomain";
    SourceHost = b"shost" | b"sourceHostName" | b"srcHost";
    SourceIp = b"src" | b"sourceAddress" | b"srcIP";
    SourceMac = b"smac" | b"sourceMacAddress" | b"srcMAC";
    SourcePort = b"spt" | b"sourcePort" | b"srcPort";
    SourceProcess = b"sproc" | b"sourceProcessName";
    SourceProcessId = b"spid" | b"sourceProcessId";
    SourceService = b"sourceServiceName";
    DestService = b"destinationServiceName";
    SourceUser = b"suser" | b"sourceUserName" | b"usrName" | b"accountName";
    SourceUserId = b"suid" | b"sourceUserId";
    GroupName = b"identGrpName" | b"groupID";
    HostName = b"identHostName";
    Policy = b"policy";
    Severity = b"sev";
    IsLogin = b"isLoginEvent";
    IsLogout = b"isLogoutEvent";
    SourceIpV6 = b"c6a2";
    DestIpV6 = b"c6a3";
    Threat = b"threatName" | b"virusName" | b"malwareName";
    Status = b"responseCode" | b"httpStatus";
    MailFrom = b"senderMail";
    MailTo = b"rcptMail";
    Subject = b"mailMsgSubject";
    MessageId = b"messageId";
    CommandLine = b"commandLine";
    RuleName = b"ruleName" | b"rule_name";
    RuleId = b"ruleId" | b"rule_id";
}

impl Key {
    /// True for a key of the source's address.
    pub(super) fn is_source(key: &str) -> bool {
        Key::of(key) == Some(Key::SourceIp)
    }
}

impl<'a> Values<'a> {
    /// Gives a key another value.
    pub(super) fn replace(&mut self, key: Key, value: &'a str) {
        if let Some(place) = self.values.get_mut(key as usize) {
            *place = value;
        }
    }
}

/// True for a key that the dictionaries have, in either spelling.
pub(super) fn is_known(key: &str) -> bool {
    Key::of(key).is_some()
}

/// Keys of the dictionary that have no column and mean nothing a column means.
const UNMAPPED: &[&str] = &[
    "externalId",
    "deviceExternalId",
    "deviceFacility",
    "deviceNtDomain",
    "deviceDnsDomain",
    "deviceMacAddress",
    "dvcmac",
    "deviceTranslatedAddress",
    "devicePayloadId",
    "dmac",
    "dproc",
    "dpid",
    "dpriv",
    "spriv",
    "sourceTranslatedAddress",
    "sourceTranslatedPort",
    "destinationTranslatedAddress",
    "destinationTranslatedPort",
    "fsize",
    "fileId",
    "fileType",
    "filePermission",
    "oldFileName",
    "oldFilePath",
    "oldFileHash",
    "requestCookies",
    "type",
    "eventId",
    "agt",
    "ahost",
    "aid",
    "amac",
    "art",
    "at",
    "atz",
    "av",
    "slat",
    "slong",
    "dlat",
    "dlong",
    "vSrc",
    "vSrcName",
    "identSrc",
    "identMAC",
    "srcPreNAT",
    "dstPreNAT",
    "srcPostNAT",
    "dstPostNAT",
];

/// True for those, which only `fields` keep.
pub(super) fn is_unmapped(key: &str) -> bool {
    UNMAPPED.contains(&key)
}
