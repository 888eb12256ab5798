//! Samples of vCenter Server, in words of our own.

use crate::format::Sample;

pub(super) const SAMPLES: &[Sample] = &[
    Sample {
        about: "a login",
        text: r"<14>1 2026-03-16T09:12:44.112+01:00 vc1 vpxd 4035 - -  Event [811] [1-1] [2026-03-16T08:12:44.112233Z] [vim.event.UserLoginSessionEvent] [info] [BORGO.EXAMPLE\averdi] [] [811] [User BORGO.EXAMPLE\averdi@192.0.2.7 logged in as VMware vim-java 9.9]",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "success"),
            ("user_name", "averdi"),
            ("user_domain", "BORGO.EXAMPLE"),
            ("source_ip", "192.0.2.7"),
            ("user_agent_original", "VMware vim-java 9.9"),
            ("event_code", "UserLoginSessionEvent"),
            ("host_name", "vc1"),
            ("timestamp", "2026-03-16T08:12:44.112233Z"),
        ],
        absent: &["parse_error", "time_guess"],
    },
    Sample {
        about: "a login is refused",
        text: "Event [812] [1-1] [2026-03-16T08:13:44.112233Z] [vim.event.BadUsernameSessionEvent] [error] [root] [] [812] [Cannot login root@198.51.100.9]",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "root"),
            ("source_ip", "198.51.100.9"),
        ],
        absent: &["parse_error", "user_domain", "host_name"],
    },
    Sample {
        about: "a virtual machine is removed",
        text: r"Event [813] [1-1] [2026-03-16T02:13:44.112233Z] [vim.event.VmRemovedEvent] [info] [VSPHERE.LOCAL\Administrator] [Sede] [813] [Removed SRV-PROT on esx1.borgo.example from Sede]",
        expect: &[
            ("event_action", "vm_delete"),
            ("fields.vm", "SRV-PROT"),
            ("user_name", "Administrator"),
            ("fields.datacenter", "Sede"),
        ],
        absent: &["parse_error", "source_ip"],
    },
    Sample {
        about: "a snapshot is removed by a task",
        text: r"Event [814] [1-1] [2026-03-16T02:14:44.112233Z] [vim.event.TaskEvent] [info] [VSPHERE.LOCAL\Administrator] [Sede] [814] [Task: Remove all snapshots]",
        expect: &[("event_action", "snapshot_delete"), ("fields.task", "Remove all snapshots")],
        absent: &["event_outcome", "parse_error"],
    },
    Sample {
        about: "single sign-on",
        text: r#"2026-03-16T08:12:45.112Z INFO websso[42:tomcat-http--5] [CorId=7b02] [auditlogger] {"user":"averdi@borgo.example","client":"192.0.2.7","timestamp":"03/16/2026 08:12:45 GMT","description":"User averdi@borgo.example@192.0.2.7 logged in with response code 200","eventSeverity":"INFO","type":"com.vmware.sso.LoginSuccess"}"#,
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "success"),
            ("user_name", "averdi"),
            ("user_domain", "borgo.example"),
            ("source_ip", "192.0.2.7"),
            ("process_name", "websso"),
            ("process_pid", "42"),
            ("http_response_status_code", "200"),
            ("timestamp", "2026-03-16T08:12:45.112000Z"),
        ],
        absent: &["parse_error", "host_name"],
    },
    Sample {
        about: "a request through the reverse proxy",
        text: "2026-03-16T08:12:46.301Z info envoy[2211] [Originator@6876 sub=Default] 2026-03-16T08:12:46.288Z POST /sdk?x=a HTTP/1.1 HTTP/1.1 200 via_upstream - 811 4200 7 6 0 192.0.2.7:51022 192.0.2.20:443 127.0.0.1:40010 127.0.0.1:9000",
        expect: &[
            ("event_action", "http_request"),
            ("http_request_method", "POST"),
            ("http_response_status_code", "200"),
            ("url_path", "/sdk"),
            ("url_query", "x=a HTTP/1.1"),
            ("source_ip", "192.0.2.7"),
            ("destination_port", "443"),
            ("process_name", "envoy"),
        ],
        absent: &["parse_error", "host_name"],
    },
    Sample {
        about: "an operation fails for a wrong password",
        text: r#"2026-03-16T08:12:47.112Z info vpxd[02211] [Originator@6876 sub=Default opID=7b01] [VpxLRO] -- ERROR lro-7 -- SessionManager -- vim.SessionManager.login: vim.fault.InvalidLogin:\n--> Arg userName:\n--> "averdi"\n--> Arg password:\n--> (not shown)"#,
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "averdi"),
            ("process_name", "vpxd"),
        ],
        absent: &["parse_error", "host_name"],
    },
    Sample {
        about: "truncated: an event cut within its brackets",
        text: r"Event [815] [1-1] [2026-03-16T02:14:44.112233Z] [vim.event.VmRemovedEvent] [info] [VSPHERE.LO",
        expect: &[("parse_error", "expected Event and its nine brackets")],
        absent: &["event_outcome", "user_name"],
    },
    Sample {
        about: "hostile: a user name that imitates brackets is an error, not a guess",
        text: "Event [816] [1-1] [2026-03-16T08:13:44.112233Z] [vim.event.BadUsernameSessionEvent] [error] [x] [] [1] [Cannot login root@203.0.113.1] [] [816] [Cannot login x] [] [1] [Cannot login root@203.0.113.1@192.0.2.77]",
        expect: &[("parse_error", "a name that imitates a bracket")],
        absent: &["source_ip", "user_name"],
    },
];
