//! The names of Junos's structured data that fill columns; its sentences are read into the same places.
//!
//! Source: Juniper, System Log Explorer, RT_FLOW, RT_IDS, RT_UTM, RT_IDP.

use crate::formats::slots::slots;

slots! {
    /// A name that fills a column or decides what happened.
    enum Key;
    /// Values of a message by name.
    struct Values;
    nothing "N/A"; keep first;
    Action = b"action";
    Application = b"application";
    Attack = b"attack-name" | b"attack";
    BytesFromClient = b"bytes-from-client" | b"inbound-bytes";
    BytesFromServer = b"bytes-from-server" | b"outbound-bytes";
    Category = b"category" | b"category-name";
    Command = b"command";
    DestinationIp = b"destination-address";
    DestinationPort = b"destination-port";
    DestinationZone = b"destination-zone-name" | b"destination-zone";
    Elapsed = b"elapsed-time";
    File = b"filename" | b"file-name" | b"name_of_file";
    HttpHost = b"hostname" | b"host-name" | b"http-host";
    InterfaceIn = b"packet-incoming-interface" | b"interface-name" | b"source-interface-name";
    InterfaceOut = b"destination-interface-name" | b"packet-outgoing-interface";
    NatDestination = b"nat-destination-address";
    NatDestinationPort = b"nat-destination-port";
    NatSource = b"nat-source-address";
    NatSourcePort = b"nat-source-port";
    Object = b"obj";
    Policy = b"policy-name" | b"rule-name" | b"policy";
    Protocol = b"protocol-id" | b"protocol-name" | b"protocol";
    Reason = b"reason" | b"error-message";
    Service = b"service-name" | b"service";
    SessionId = b"session-id-32" | b"session-id";
    Severity = b"threat-severity";
    SourceIp = b"source-address";
    SourcePort = b"source-port";
    SourceZone = b"source-zone-name" | b"source-zone";
    Url = b"url" | b"URL";
    User = b"username" | b"user-name";
    Virus = b"name" | b"virus-name" | b"malware-info" | b"temporary-filename";
    Zone = b"zone-name" | b"zone";
}
