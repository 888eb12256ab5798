//! Samples of the unified audit log, in words of our own.

use crate::format::Sample;

pub(super) const SAMPLES: &[Sample] = &[
    Sample {
        about: "an inbox rule forwards to outside",
        text: r#"{"CreationTime":"2026-03-16T08:12:44","Id":"r1","Operation":"New-InboxRule","OrganizationId":"o1","RecordType":1,"ResultStatus":"True","Workload":"Exchange","UserId":"averdi@borgo.example","ClientIP":"198.51.100.23:51022","Parameters":[{"Name":"Name","Value":".."},{"Name":"ForwardTo","Value":"smtp:x@bad.example"},{"Name":"DeleteMessage","Value":"True"}]}"#,
        expect: &[
            ("event_action", "mail_rule_create"),
            ("event_outcome", "success"),
            ("user_name", "averdi@borgo.example"),
            ("source_ip", "198.51.100.23"),
            ("source_port", "51022"),
            ("email_to", "x@bad.example"),
            ("rule_name", ".."),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
        ],
        absent: &["parse_error", "time_guess"],
    },
    Sample {
        about: "a login fails",
        text: r#"{"CreationTime":"2026-03-16T08:13:44","Id":"r2","Operation":"UserLoginFailed","RecordType":15,"ResultStatus":"Success","Workload":"AzureActiveDirectory","ClientIP":"[2001:db8::9]:443","UserId":"averdi@borgo.example","ErrorNumber":"50126","LogonError":"InvalidUserNameOrPassword","ExtendedProperties":[{"Name":"UserAgent","Value":"Mozilla/5.0"}]}"#,
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("source_ip", "2001:db8::9"),
            ("event_code", "50126"),
            ("fields.reason", "InvalidUserNameOrPassword"),
            ("user_agent_original", "Mozilla/5.0"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a member is added to a role",
        text: r#"{"CreationTime":"2026-03-16T08:14:44","Id":"r3","Operation":"Add member to role.","RecordType":8,"ResultStatus":"Success","Workload":"AzureActiveDirectory","UserId":"admin@borgo.example","ObjectId":"averdi@borgo.example","ModifiedProperties":[{"Name":"Role.DisplayName","NewValue":"\"Global Administrator\"","OldValue":""}]}"#,
        expect: &[
            ("event_action", "group_add"),
            ("user_target_name", "averdi@borgo.example"),
            ("group_name", "Global Administrator"),
        ],
        absent: &["parse_error", "source_ip"],
    },
    Sample {
        about: "a file is downloaded by a guest",
        text: r#"{"CreationTime":"2026-03-16T08:15:44","Id":"r4","Operation":"FileDownloaded","RecordType":6,"Workload":"OneDrive","ClientIP":"198.51.100.23","UserId":"urn:spo:guest#ditta@fornitore.example","ObjectId":"https://borgo.example/atti/bilancio.xlsx"}"#,
        expect: &[
            ("event_action", "file_read"),
            ("user_name", "ditta@fornitore.example"),
            ("file_path", "https://borgo.example/atti/bilancio.xlsx"),
            ("url_path", "/atti/bilancio.xlsx"),
        ],
        absent: &["event_outcome", "parse_error"],
    },
    Sample {
        about: "a record whose time is cut",
        text: r#"{"CreationTime":"2026-03-16T08","Operation":"UserLoggedIn","Workload":"AzureActiveDirectory","UserId":"averdi@borgo.example"}"#,
        expect: &[("parse_error", "a CreationTime that is no time")],
        absent: &["event_outcome"],
    },
    Sample {
        about: "hostile: a rule's name that imitates a member moves no field",
        text: r#"{"CreationTime":"2026-03-16T08:16:44","Id":"r6","Operation":"Set-InboxRule","RecordType":1,"ResultStatus":"True","Workload":"Exchange","UserId":"averdi@borgo.example","Parameters":[{"Name":"Name","Value":"x\",\"UserId\":\"root\",\"ClientIP\":\"203.0.113.1"}]}"#,
        expect: &[
            ("event_action", "mail_rule_create"),
            ("user_name", "averdi@borgo.example"),
            ("rule_name", "x\",\"UserId\":\"root\",\"ClientIP\":\"203.0.113.1"),
        ],
        absent: &["source_ip", "email_to"],
    },
    Sample {
        about: "truncated: cut before its client",
        text: r#"{"CreationTime":"2026-03-16T08:12:44","Id":"r1","Operation":"New-InboxRule","OrganizationId":"o1","RecordType":1,"ResultStatus":"True","Workload":"Exchange","UserId":"averdi@borgo.example","Cli"#,
        expect: &[
            ("parse_error", "the object ends too early"),
            ("event_action", "mail_rule_create"),
            ("event_outcome", "success"),
            ("user_name", "averdi@borgo.example"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
        ],
        absent: &["source_ip", "source_port", "email_to", "rule_name"],
    },
    Sample {
        about: "an automated investigation of a message",
        text: r#"{"CreationTime":"2026-03-16T08:17:44","Id":"r7","Operation":"AirInvestigationData","RecordType":64,"Workload":"AirInvestigation","UserId":"AirInvestigation","InvestigationId":"urn:Zap:1","InvestigationName":"Mail with malicious urls is zapped","Data":"{\"Entities\":[{\"Sender\":\"x@bad.example\",\"Recipient\":\"averdi@borgo.example\",\"SenderIP\":\"203.0.113.9\",\"Subject\":\"Fattura\",\"Urls\":[\"https://bad.example/a\"]},{\"Sender\":\"y@bad.example\",\"Recipient\":\"urp@borgo.example\"}]}"}"#,
        expect: &[
            ("event_action", "intrusion_detected"),
            ("email_from", "x@bad.example, y@bad.example"),
            ("email_to", "averdi@borgo.example, urp@borgo.example"),
            ("email_subject", "Fattura"),
            ("source_ip", "203.0.113.9"),
            ("url_domain", "bad.example"),
        ],
        absent: &["parse_error"],
    },
];
