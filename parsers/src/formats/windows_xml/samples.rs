//! Samples of events as XML.

use crate::format::Sample;

pub(super) static SAMPLES: &[Sample] = &[
    Sample {
        about: "a refused logon, not rendered",
        text: "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Microsoft-Windows-Security-Auditing' Guid='{54849625-5478-4994-A5BA-3E3B0328C30D}'/><EventID>4625</EventID><Version>0</Version><Level>0</Level><Task>12544</Task><Opcode>0</Opcode><Keywords>0x8010000000000000</Keywords><TimeCreated SystemTime='2026-03-16T08:12:44.112233400Z'/><EventRecordID>8812</EventRecordID><Execution ProcessID='740' ThreadID='1408'/><Channel>Security</Channel><Computer>DC01.comune.example</Computer><Security/></System><EventData><Data Name='SubjectUserName'>-</Data><Data Name='TargetUserName'>mrossi</Data><Data Name='TargetDomainName'>COMUNE</Data><Data Name='Status'>0xc000006d</Data><Data Name='SubStatus'>0xc0000064</Data><Data Name='LogonType'>3</Data><Data Name='IpAddress'>192.0.2.77</Data><Data Name='IpPort'>51021</Data></EventData></Event>",
        expect: &[
            ("timestamp", "2026-03-16T08:12:44.112233Z"),
            ("class", "authentication"),
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("event_code", "4625"),
            ("user_name", "mrossi"),
            ("user_domain", "COMUNE"),
            ("source_ip", "192.0.2.77"),
            ("source_port", "51021"),
            ("host_name", "DC01.comune.example"),
            ("fields.reason", "unknown_user"),
            ("fields.EventID", "4625"),
            ("fields.Keywords", "0x8010000000000000"),
            ("fields.Provider_Name", "Microsoft-Windows-Security-Auditing"),
            ("fields.TargetUserName", "mrossi"),
        ],
        absent: &["parse_error", "time_guess"],
    },
    Sample {
        about: "rendered in Italian, the log was cleared: data of the provider's own",
        text: "<Event xmlns=\"http://schemas.microsoft.com/win/2004/08/events/event\"><System><Provider Name=\"Microsoft-Windows-Eventlog\"/><EventID>1102</EventID><Level>4</Level><Keywords>0x4020000000000000</Keywords><TimeCreated SystemTime=\"2026-03-16T08:13:00.0000000Z\"/><Channel>Security</Channel><Computer>SRV-FILE</Computer></System><UserData><LogFileCleared xmlns=\"http://manifests.microsoft.com/win/2004/08/windows/eventlog\"><SubjectUserSid>S-1-5-21-1-2-3-1104</SubjectUserSid><SubjectUserName>adm.neri</SubjectUserName><SubjectDomainName>COMUNE</SubjectDomainName></LogFileCleared></UserData><RenderingInfo Culture=\"it-IT\"><Message>Il registro di controllo è stato cancellato.</Message><Level>Informazioni</Level></RenderingInfo></Event>",
        expect: &[
            ("event_action", "log_cleared"),
            ("event_outcome", "success"),
            ("user_name", "adm.neri"),
            ("user_id", "S-1-5-21-1-2-3-1104"),
            ("log_level", "Informazioni"),
            ("fields.channel", "Security"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "Sysmon, entities in the command line",
        text: "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Microsoft-Windows-Sysmon'/><EventID>1</EventID><Level>4</Level><Keywords>0x8000000000000000</Keywords><TimeCreated SystemTime='2026-03-16T08:14:00.000000000Z'/><Channel>Microsoft-Windows-Sysmon/Operational</Channel><Computer>PC-RAG-01</Computer><Security UserID='S-1-5-18'/></System><EventData><Data Name='RuleName'>-</Data><Data Name='ProcessId'>4412</Data><Data Name='Image'>C:\\Windows\\System32\\cmd.exe</Data><Data Name='CommandLine'>cmd /c &quot;dir &gt; a.txt &amp;&amp; type a.txt&quot;</Data><Data Name='User'>COMUNE\\lbianchi</Data><Data Name='ParentImage'>C:\\Windows\\explorer.exe</Data></EventData></Event>",
        expect: &[
            ("event_action", "process_start"),
            ("process_executable", "C:\\Windows\\System32\\cmd.exe"),
            ("process_command_line", "cmd /c \"dir > a.txt && type a.txt\""),
            ("process_pid", "4412"),
            ("process_parent_executable", "C:\\Windows\\explorer.exe"),
            ("user_name", "lbianchi"),
            ("fields.CommandLine", "cmd /c \"dir > a.txt && type a.txt\""),
        ],
        absent: &["parse_error", "rule_name"],
    },
    Sample {
        about: "unnamed data: a service crashed",
        text: "<?xml version=\"1.0\" encoding=\"utf-8\"?><Event xmlns='x'><System><Provider Name='Service Control Manager' Guid='{555908d1-a6d7-4695-8e1e-26931d2012f4}' EventSourceName='Service Control Manager'/><EventID Qualifiers='49152'>7034</EventID><Level>2</Level><Keywords>0x8080000000000000</Keywords><TimeCreated SystemTime='2026-03-16T08:15:00Z'/><Channel>System</Channel><Computer>SRV-DB</Computer></System><EventData><Data>Protocollo</Data><Data>1</Data><Binary>5300</Binary></EventData></Event>",
        expect: &[
            ("event_action", "service_crash"),
            ("event_outcome", "failure"),
            ("service_name", "Protocollo"),
            ("fields.param1", "Protocollo"),
            ("fields.Binary", "5300"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: cut in the data",
        text: "<Event xmlns='x'><System><Provider Name='Microsoft-Windows-Security-Auditing'/><EventID>4625</EventID><Channel>Security</Channel></System><EventData><Data Name='TargetUserName'>mros",
        expect: &[("parse_error", "the XML is cut")],
        absent: &["user_name", "event_code", "event_outcome"],
    },
    Sample {
        about: "hostile: a user name that holds escaped elements",
        text: "<Event xmlns='x'><System><Provider Name='Microsoft-Windows-Security-Auditing'/><EventID>4625</EventID><Keywords>0x8010000000000000</Keywords><TimeCreated SystemTime='2026-03-16T08:16:00Z'/><Channel>Security</Channel><Computer>DC01</Computer></System><EventData><Data Name='TargetUserName'>x&lt;/Data&gt;&lt;Data Name='IpAddress'&gt;203.0.113.9</Data><Data Name='IpAddress'>192.0.2.77</Data></EventData></Event>",
        expect: &[
            ("user_name", "x</Data><Data Name='IpAddress'>203.0.113.9"),
            ("source_ip", "192.0.2.77"),
            ("event_outcome", "failure"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "remote desktop: a wrong password",
        text: "<Event xmlns='x'><System><Provider Name='Microsoft-Windows-RemoteDesktopServices-RdpCoreTS'/><EventID>140</EventID><Level>3</Level><TimeCreated SystemTime='2026-03-16T08:17:00Z'/><Channel>Microsoft-Windows-RemoteDesktopServices-RdpCoreTS/Operational</Channel><Computer>SRV-RDP</Computer></System><EventData><Data Name='IPString'>198.51.100.7</Data></EventData></Event>",
        expect: &[("event_action", "login"), ("event_outcome", "failure"), ("source_ip", "198.51.100.7")],
        absent: &["parse_error", "source_port"],
    },
    Sample {
        about: "remote desktop: a connection over IPv6",
        text: "<Event xmlns='x'><System><Provider Name='Microsoft-Windows-RemoteDesktopServices-RdpCoreTS'/><EventID>131</EventID><TimeCreated SystemTime='2026-03-16T08:17:01Z'/><Channel>Microsoft-Windows-RemoteDesktopServices-RdpCoreTS/Operational</Channel><Computer>SRV-RDP</Computer></System><EventData><Data Name='ConnType'>TCP</Data><Data Name='ClientIP'>[2001:db8::7]:50123</Data></EventData></Event>",
        expect: &[
            ("event_action", "connection_allowed"),
            ("source_ip", "2001:db8::7"),
            ("source_port", "50123"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "SQL Server's audit: rows were read",
        text: "<Event xmlns='x'><System><Provider Name='MSSQLSERVER'/><EventID Qualifiers='16384'>33205</EventID><Level>0</Level><Keywords>0xa0000000000000</Keywords><TimeCreated SystemTime='2026-03-16T08:18:00Z'/><Channel>Application</Channel><Computer>SRV-SQL</Computer></System><EventData><Data>audit_schema_version:1\naction_id:SL  \nsucceeded:true\nserver_principal_name:COMUNE\\svc_urbi\ndatabase_name:ANAGRAFE\nobject_name:SOGGETTI\nclient_ip:192.0.2.4\nstatement:SELECT * FROM SOGGETTI\naction_id:XX\nadditional_information:\n</Data></EventData></Event>",
        expect: &[
            ("event_action", "query"),
            ("event_outcome", "success"),
            ("user_name", "svc_urbi"),
            ("db_name", "ANAGRAFE"),
            ("db_statement", "SELECT * FROM SOGGETTI\naction_id:XX"),
            ("source_ip", "192.0.2.4"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "the password of a managed service account is fetched",
        text: "<Event xmlns='x'><System><Provider Name='Microsoft-Windows-ActiveDirectory_DomainService'/><EventID>2946</EventID><TimeCreated SystemTime='2026-03-16T08:19:00Z'/><Channel>Directory Service</Channel><Computer>DC01</Computer></System><EventData><Data>CN=svc-gest,CN=Managed Service Accounts,DC=comune,DC=example</Data><Data>S-1-5-21-1-2-3-1104</Data><Data>192.0.2.31:50123</Data></EventData></Event>",
        expect: &[
            ("event_action", "privilege_use"),
            ("user_target_name", "svc-gest"),
            ("source_ip", "192.0.2.31"),
            ("source_port", "50123"),
        ],
        absent: &["parse_error"],
    },
];
