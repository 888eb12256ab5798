//! The names of event data that some mapping reads.
//!
//! Must not know: which event means what. Source: the events' manifests, in the spelling of `EventData`.

use crate::formats::slots::slots;

slots! {
    /// A name of event data that a mapping reads.
    enum Item;
    /// The values of an event's data, by name.
    struct Facts;
    nothing "-"; keep last;
    AccessList = b"AccessList";
    AccessMask = b"AccessMask";
    AccountDomain = b"AccountDomain";
    AccountName = b"AccountName";
    ActionId = b"Action ID" | b"ActionID";
    Address = b"Address";
    Application = b"Application";
    AttributeName = b"AttributeLDAPDisplayName";
    AttributeValue = b"AttributeValue";
    Attributes = b"Attributes";
    AuditPolicyChanges = b"AuditPolicyChanges";
    AuthenticationPackage = b"AuthenticationPackageName";
    Binary = b"Binary";
    CallingStation = b"CallingStationID";
    Channel = b"Channel";
    ClientAddress = b"ClientAddress";
    ClientIp = b"ClientIP";
    ClientName = b"ClientName";
    CommandLine = b"CommandLine";
    Configuration = b"Configuration";
    ContextInfo = b"ContextInfo";
    DestAddress = b"DestAddress" | b"DestinationIp";
    DestHostname = b"DestinationHostname";
    DestPort = b"DestPort" | b"DestinationPort";
    DetectionUser = b"Detection User" | b"DetectionUser";
    Details = b"Details";
    Device = b"Device";
    DeviceDescription = b"DeviceDescription";
    Direction = b"Direction";
    DirectoryObject = b"ObjectDN";
    EngineHash = b"Hashes" | b"Hash";
    ErrorCode = b"Error Code" | b"ErrorCode";
    FilePath = b"FilePath";
    GrantedAccess = b"GrantedAccess";
    HardwareAddress = b"MACAddress" | b"HWAddress";
    Image = b"Image";
    ImageLoaded = b"ImageLoaded";
    ImagePath = b"ImagePath";
    Initiated = b"Initiated";
    IpAddress = b"IpAddress" | b"IPAddress";
    IpPort = b"IpPort";
    IpString = b"IPString";
    LogonProcess = b"LogonProcessName";
    LogonType = b"LogonType";
    MemberName = b"MemberName";
    MemberSid = b"MemberSid";
    ModifyingUser = b"ModifyingUser";
    NewProcessId = b"NewProcessId";
    NewProcessName = b"NewProcessName";
    NewTargetUserName = b"NewTargetUserName";
    NewTime = b"NewTime";
    NewValue = b"New Value" | b"NewValue";
    ObjectClass = b"ObjectClass";
    ObjectName = b"ObjectName";
    ObjectServer = b"ObjectServer";
    ObjectType = b"ObjectType";
    ObjectValueName = b"ObjectValueName";
    OldTargetUserName = b"OldTargetUserName";
    OldTime = b"OldTime" | b"PreviousTime";
    OldValue = b"Old Value" | b"OldValue";
    Param1 = b"param1" | b"Param1";
    Param2 = b"param2" | b"Param2";
    Param3 = b"param3" | b"Param3";
    Param4 = b"param4" | b"Param4";
    Param5 = b"param5" | b"Param5";
    Param6 = b"param6" | b"Param6";
    Param7 = b"param7" | b"Param7";
    Param8 = b"param8" | b"Param8";
    Param11 = b"param11" | b"Param11";
    ParentImage = b"ParentImage";
    ParentProcessName = b"ParentProcessName";
    Path = b"Path";
    Payload = b"Payload";
    PipeName = b"PipeName";
    PossibleCause = b"PossibleCause";
    PreAuthType = b"PreAuthType";
    PrivilegeList = b"PrivilegeList";
    ProcessId = b"ProcessId";
    ProcessName = b"ProcessName" | b"Process Name";
    Properties = b"Properties";
    Protocol = b"Protocol";
    QueryName = b"QueryName";
    QueryResults = b"QueryResults";
    QueryStatus = b"QueryStatus";
    RelativeTarget = b"RelativeTargetName";
    Requester = b"Requester";
    RuleName = b"RuleName";
    ScriptBlockText = b"ScriptBlockText";
    ServiceFileName = b"ServiceFileName" | b"Service File Name";
    ServiceName = b"ServiceName";
    SessionId = b"SessionID" | b"SessionId";
    SettingType = b"SettingType";
    SettingValue = b"SettingValue";
    ShareName = b"ShareName";
    SourceAddress = b"SourceAddress" | b"SourceIp";
    SourceImage = b"SourceImage";
    SourcePort = b"SourcePort";
    SourceUser = b"SourceUser";
    State = b"State";
    Status = b"Status";
    SubStatus = b"SubStatus";
    SubcategoryGuid = b"SubcategoryGuid";
    SubjectDomain = b"SubjectDomainName";
    SubjectSid = b"SubjectUserSid";
    SubjectUser = b"SubjectUserName";
    TargetDomain = b"TargetDomainName";
    TargetFilename = b"TargetFilename";
    TargetImage = b"TargetImage";
    TargetObject = b"TargetObject";
    TargetServer = b"TargetServerName";
    TargetSid = b"TargetSid" | b"TargetUserSid";
    TargetUser = b"TargetUserName";
    TaskContent = b"TaskContent" | b"TaskContentNew";
    TaskName = b"TaskName";
    ThreatName = b"Threat Name" | b"ThreatName";
    TicketEncryption = b"TicketEncryptionType";
    UpdateTitle = b"updateTitle";
    Url = b"url" | b"Url";
    User = b"User";
    UserContext = b"UserContext";
    UserName = b"UserName";
    UtcTime = b"UtcTime";
    VmName = b"VmName";
    Workstation = b"WorkstationName" | b"Workstation";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_in_each_spelling_and_keeps_its_case() {
        let mut facts = Facts::new();
        facts.put("Threat Name", "EICAR");
        facts.put("targetusername", "x");
        facts.put("IpAddress", "-");
        assert_eq!(facts.get(Item::ThreatName), "EICAR");
        assert!(!facts.has(Item::TargetUser) && !facts.has(Item::IpAddress));
    }

    #[test]
    fn every_name_has_its_own_place() {
        for (place, name) in Item::ALL.iter().enumerate() {
            assert_eq!(*name as usize, place);
        }
    }
}
