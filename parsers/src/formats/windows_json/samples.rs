//! Samples of flat and tree-shaped events.

use crate::format::Sample;

pub(super) static SAMPLES: &[Sample] = &[
    Sample {
        about: "flat: a file of a share is deleted",
        text: r#"{"@timestamp":"2026-03-16T08:12:44.112Z","Channel":"security","EventID":5145,"SourceName":"Microsoft-Windows-Security-Auditing","Hostname":"SRV-FILE.comune.example","Keywords":"0x8020000000000000","SubjectUserName":"lbianchi","SubjectDomainName":"COMUNE","IpAddress":"192.0.2.31","IpPort":"50011","ShareName":"\\\\*\\Anagrafe","RelativeTargetName":"carte\\elenco.xlsx","AccessMask":"0x10080","AccessList":"%%1537\n\t\t\t\t%%4423"}"#,
        expect: &[
            ("timestamp", "2026-03-16T08:12:44.112000Z"),
            ("class", "file"),
            ("event_action", "file_delete"),
            ("event_outcome", "success"),
            ("file_path", "carte\\elenco.xlsx"),
            ("user_name", "lbianchi"),
            ("source_ip", "192.0.2.31"),
            ("fields.share", "\\\\*\\Anagrafe"),
            ("fields.Computer", "SRV-FILE.comune.example"),
            ("fields.Provider_Name", "Microsoft-Windows-Security-Auditing"),
            ("fields.Channel", "security"),
        ],
        absent: &["parse_error", "time_guess"],
    },
    Sample {
        about: "flat, header under Sigma's names: the audit policy is reduced",
        text: r#"{"@timestamp":"2026-03-16T08:15:00Z","EventID":4719,"Channel":"Security","Provider_Name":"Microsoft-Windows-Security-Auditing","Computer":"DC01.comune.example","EventRecordID":8812,"SubjectUserName":"adm.neri","SubcategoryGuid":"{0CCE9215-69AE-11D9-BED3-505054503030}","AuditPolicyChanges":"%%8448"}"#,
        expect: &[
            ("event_action", "audit_disable"),
            ("host_name", "DC01.comune.example"),
            ("user_name", "adm.neri"),
            ("fields.changed", "{0CCE9215-69AE-11D9-BED3-505054503030}"),
            ("fields.EventRecordID", "8812"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "tree: a refused logon from an EVTX dump",
        text: r##"{"Event":{"#attributes":{"xmlns":"http://schemas.microsoft.com/win/2004/08/events/event"},"System":{"Provider":{"#attributes":{"Name":"Microsoft-Windows-Security-Auditing","Guid":"54849625-5478-4994-A5BA-3E3B0328C30D"}},"EventID":4625,"Version":0,"Level":0,"Keywords":"0x8010000000000000","TimeCreated":{"#attributes":{"SystemTime":"2026-03-16T08:12:44.112233Z"}},"Channel":"Security","Computer":"DC01.comune.example"},"EventData":{"TargetUserName":"mrossi","TargetDomainName":"COMUNE","Status":"0xc000006d","SubStatus":"0xc0000072","LogonType":3,"IpAddress":"192.0.2.77","ProcessName":"-"}}}"##,
        expect: &[
            ("timestamp", "2026-03-16T08:12:44.112233Z"),
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "mrossi"),
            ("source_ip", "192.0.2.77"),
            ("fields.reason", "account_disabled"),
            ("fields.Level", "0"),
            ("fields.LogonType", "3"),
            ("fields.ProcessName", "-"),
        ],
        absent: &["process_name", "process_executable", "parse_error"],
    },
    Sample {
        about: "tree: unnamed data, a service stopped in Italian",
        text: r##"{"Event":{"System":{"Provider_attributes":{"Name":"Service Control Manager"},"EventID":{"#attributes":{"Qualifiers":16384},"#text":7036},"TimeCreated_attributes":{"SystemTime":"2026-03-16T08:20:00Z"},"Channel":"System","Computer":"SRV-DB"},"EventData":{"Data":["Spooler di stampa","arrestato"],"Binary":"530070006F006F006C00650072002F0031000000"}}}"##,
        expect: &[
            ("event_action", "service_stop"),
            ("service_name", "Spooler di stampa"),
            ("event_code", "7036"),
            ("fields.param2", "arrestato"),
            ("fields.EventID", "7036"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "PowerShell: the context's fifth line is the program, whatever the language",
        text: r#"{"@timestamp":"2026-03-16T08:30:00Z","EventID":4103,"Channel":"Microsoft-Windows-PowerShell/Operational","SourceName":"Microsoft-Windows-PowerShell","Hostname":"PC-RAG-01","Payload":"CommandInvocation(Get-ADUser): \"Get-ADUser\"","ContextInfo":"        Gravità = Informational\r\n        Nome host = ConsoleHost\r\n        Versione host = 5.1\r\n        ID host = 1\r\n        Applicazione host = C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe -NoProfile\r\n        Versione motore = 5.1\r\n        ID spazio = 2\r\n        ID pipeline = 4\r\n        Nome comando = Get-ADUser\r\n        Tipo comando = Cmdlet\r\n        Nome script = \r\n        Percorso comando = \r\n        Numero di sequenza = 16\r\n        Utente = COMUNE\\lbianchi\r\n        Utente connesso = \r\n        ID shell = Microsoft.PowerShell"}"#,
        expect: &[
            ("event_action", "script_block"),
            ("process_name", "powershell.exe"),
            ("user_name", "lbianchi"),
            ("user_domain", "COMUNE"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a tree whose System is no object",
        text: r#"{"Event":{"System":{"EventID":null,"Channel":"Security"},"EventData":{"TargetUserName":"x"}}}"#,
        expect: &[("parse_error", "no EventID")],
        absent: &["user_name", "event_code"],
    },
    Sample {
        about: "truncated: cut before its program",
        text: r#"{"@timestamp":"2026-03-16T08:30:00Z","EventID":4103,"Channel":"Microsoft-Windows-PowerShell/Operational","SourceName":"Microsoft-Windows-PowerShell","Hostname":"PC-RAG-01","Payload":"CommandInvocation(Get-ADUser): \"Get-ADUser\"","ContextInfo":"        Gravità = Informational\r\n        Nome host = ConsoleHost\r\n        Versione host = 5.1\r\n        ID host = 1\r\n        A"#,
        expect: &[("parse_error", "the object ends too early"), ("event_action", "script_block")],
        absent: &["process_name", "user_name", "user_domain"],
    },
    Sample {
        about: "hostile: a program's name that holds a whole event",
        text: r#"{"@timestamp":"2026-03-16T08:40:00Z","EventID":4688,"Channel":"Security","Provider_Name":"Microsoft-Windows-Security-Auditing","Computer":"PC-RAG-01","SubjectUserName":"lbianchi","NewProcessName":"C:\\Temp\\a.exe","CommandLine":"a.exe {\"EventID\":1102,\"SubjectUserName\":\"adm.neri\"}","ParentProcessName":"C:\\Windows\\explorer.exe","NewProcessId":"0x1a4"}"#,
        expect: &[
            ("event_action", "process_start"),
            ("user_name", "lbianchi"),
            ("process_executable", "C:\\Temp\\a.exe"),
            ("process_pid", "420"),
            ("process_command_line", "a.exe {\"EventID\":1102,\"SubjectUserName\":\"adm.neri\"}"),
        ],
        absent: &["parse_error"],
    },
];
