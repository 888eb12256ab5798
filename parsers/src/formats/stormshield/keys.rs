//! The keys of Stormshield Network Security's audit logs that fill columns.
//!
//! Source: Stormshield, Description of audit logs, SNS 3 and 4.

use crate::formats::slots::slots;

slots! {
    /// A key that fills a column or decides what happened.
    enum Key;
    /// Values of a line by key.
    struct Values;
    nothing "-"; keep first;
    Action = b"action";
    Address = b"address";
    AlarmId = b"alarmid";
    Argument = b"arg";
    CategorySite = b"cat_site";
    Class = b"class";
    DestinationInterface = b"dstifname";
    DestinationInterfaceId = b"dstif";
    DestinationIp = b"dst" | b"remote";
    DestinationName = b"dstname";
    DestinationPort = b"dstport";
    Domain = b"domain";
    Error = b"error";
    Firewall = b"fw";
    IpProtocol = b"ipproto";
    LogType = b"logtype";
    MailFrom = b"mailfrom" | b"src_mail";
    MailTo = b"mailto" | b"dst_mail" | b"dstuser";
    Message = b"msg";
    Method = b"method";
    Operation = b"op";
    Phase = b"phase";
    Priority = b"pri";
    Protocol = b"proto";
    Received = b"rcvd";
    Repeat = b"repeat";
    Result = b"result";
    RuleId = b"ruleid";
    RuleName = b"rulename";
    Sent = b"sent";
    Session = b"sessionid";
    SourceInterface = b"srcifname";
    SourceInterfaceId = b"srcif";
    SourceIp = b"src";
    SourceMac = b"srcmac";
    SourceName = b"srcname";
    SourcePort = b"srcport";
    Start = b"startime";
    Subject = b"subject";
    Time = b"time";
    TimeZone = b"tz";
    User = b"user";
    Virus = b"virus";
}
