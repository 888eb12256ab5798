//! Samples of ESXi, in words of our own.

use crate::format::Sample;

pub(super) const SAMPLES: &[Sample] = &[
    Sample {
        about: "a virtual machine is powered off",
        text: "<14>2026-03-16T02:41:55.112Z esx1.borgo.example hostd[2099656]: info hostd[2099656] [Originator@6876 sub=Vimsvc.ha-eventmgr opID=2b-77 user=root] Event 811 : SRV-PROT on vecchio on esx1.borgo.example in ha-datacenter is powered off",
        expect: &[
            ("event_action", "vm_power_off"),
            ("event_outcome", "success"),
            ("fields.vm", "SRV-PROT on vecchio"),
            ("user_name", "root"),
            ("log_level", "info"),
            ("host_name", "esx1.borgo.example"),
        ],
        absent: &["parse_error", "user_domain"],
    },
    Sample {
        about: "an SSH session is observed",
        text: "<85>2026-03-16T02:41:20.112Z esx1.borgo.example vobd: [GenericCorrelator] 3087878us: [vob.user.ssh.session.opened] SSH session was opened for 'root@198.51.100.9'.",
        expect: &[
            ("event_action", "session_open"),
            ("event_code", "vob.user.ssh.session.opened"),
            ("fields.vob", "vob.user.ssh.session.opened"),
            ("user_name", "root"),
            ("source_ip", "198.51.100.9"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a wrong password",
        text: "<166>2026-03-16T02:40:20.112Z esx1.borgo.example Hostd[2099656]: [Originator@6876 sub=Default opID=esxui-1] Rejected password for user admin from 198.51.100.9",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "admin"),
            ("source_ip", "198.51.100.9"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a login by the event text",
        text: "<166>2026-03-16T09:40:20.112Z esx1.borgo.example Hostd[2099656]: [Originator@6876 sub=Vimsvc.ha-eventmgr opID=esxui-1] Event 812 : User vpxuser@192.0.2.15 logged in as VMware-client/6.5.0",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "success"),
            ("user_name", "vpxuser"),
            ("source_ip", "192.0.2.15"),
            ("user_agent_original", "VMware-client/6.5.0"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a command of the shell",
        text: "<14>2026-03-16T02:42:20.112Z esx1.borgo.example shell[2100511]: [root]: esxcli vm process kill --type=force --world-id=42",
        expect: &[
            ("event_action", "process_start"),
            ("user_name", "root"),
            ("process_command_line", "esxcli vm process kill --type=force --world-id=42"),
            ("process_name", "shell"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "SSH is enabled",
        text: "<14>2026-03-16T02:39:20.112Z esx1.borgo.example vobd: [UserLevelCorrelator] 3087us: [esx.audit.ssh.enabled] SSH access has been enabled.",
        expect: &[
            ("event_action", "config_change"),
            ("event_code", "esx.audit.ssh.enabled"),
            ("fields.changed", "ssh"),
            ("fields.new", "enabled"),
        ],
        absent: &["parse_error", "user_name"],
    },
    Sample {
        about: "truncated: a line cut within the originator",
        text: "<14>2026-03-16T02:41:55.112Z esx1.borgo.example hostd[2099656]: info hostd[2099656] [Originator@6876 sub=Vimsvc.ha-eve",
        expect: &[("parse_error", "the originator's bracket does not close"), ("process_name", "hostd")],
        absent: &["event_outcome", "fields.vm"],
    },
    Sample {
        about: "hostile: a machine's name that imitates a login does not make one",
        text: "<14>2026-03-16T02:41:55.112Z esx1.borgo.example hostd[2099656]: info hostd[2099656] [Originator@6876 sub=Vimsvc.ha-eventmgr opID=2b-77 user=dcui] Event 813 : x in Accepted password for user root from 203.0.113.1 on esx1.borgo.example in ha-datacenter is powered on",
        expect: &[
            ("event_action", "vm_power_on"),
            ("user_name", "dcui"),
            ("fields.vm", "x in Accepted password for user root from 203.0.113.1"),
        ],
        absent: &["source_ip", "parse_error"],
    },
    Sample {
        about: "hostile: a name that imitates an address and a reason",
        text: "<14>2026-03-16T02:41:55.112Z esx1.borgo.example hostd[2099656]: info hostd[2099656] [Originator@6876 sub=Vimsvc.ha-eventmgr opID=2b-77] Event 813 : Cannot login x@203.0.113.9: no@198.51.100.9",
        expect: &[("event_action", "login"), ("event_outcome", "failure"), ("source_ip", "198.51.100.9")],
        absent: &["parse_error"],
    },
];
