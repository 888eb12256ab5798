//! Lines of RouterOS.

use crate::format::Sample;

pub(super) const SAMPLES: &[Sample] = &[
    Sample {
        about: "a packet that a rule drops",
        text: "<30>Mar 16 09:12:44 mt-sede2 firewall,info DROP-WAN input: in:ether1 out:(unknown 0), connection-state:new src-mac 00:00:5e:00:53:01, proto TCP (SYN), 198.51.100.23:44321->192.0.2.9:8291, len 60",
        expect: &[
            ("event_action", "connection_denied"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.23"),
            ("source_port", "44321"),
            ("destination_ip", "192.0.2.9"),
            ("destination_port", "8291"),
            ("network_transport", "tcp"),
            ("source_mac", "00:00:5e:00:53:01"),
            ("observer_ingress", "ether1"),
            ("rule_name", "DROP-WAN"),
            ("host_name", "mt-sede2"),
        ],
        absent: &["parse_error", "observer_egress"],
    },
    Sample {
        about: "a packet that was seen, translated, without topics",
        text: "<30>Mar 16 09:12:44 mt-sede2 forward: in:bridge out:ether1, connection-state:established,snat src-mac 00:00:5e:00:53:02, proto UDP, 192.0.2.31:50001->203.0.113.8:443, NAT (192.0.2.31:50001->198.51.100.1:50001)->203.0.113.8:443, len 84",
        expect: &[
            ("event_action", "connection_allowed"),
            ("event_outcome", "unknown"),
            ("source_ip", "192.0.2.31"),
            ("destination_ip", "203.0.113.8"),
            ("observer_egress", "ether1"),
            ("rule_name", "forward"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "hostile: a refused login whose name imitates an address",
        text: "<28>Mar 16 02:40:11 mt-sede2 system,error,critical login failure for user x from 203.0.113.9 via ssh from 198.51.100.23 via winbox",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "x from 203.0.113.9 via ssh"),
            ("source_ip", "198.51.100.23"),
            ("fields.service", "winbox"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "an administrator logs in",
        text: "system,info,account user admin logged in from 192.0.2.7 via ssh",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "success"),
            ("user_name", "admin"),
            ("source_ip", "192.0.2.7"),
        ],
        absent: &[],
    },
    Sample {
        about: "an administrator changes a rule",
        text: "system,info filter rule added by winbox-3.41/tcp-msg(winbox):admin@192.0.2.7 (*5 = /ip firewall filter add chain=input)",
        expect: &[
            ("event_action", "policy_change"),
            ("user_name", "admin"),
            ("source_ip", "192.0.2.7"),
            ("fields.changed", "filter rule added"),
        ],
        absent: &[],
    },
    Sample {
        about: "a remote worker's tunnel",
        text: "l2tp,ppp,info,account mrossi logged in, 192.0.2.77 from 198.51.100.7",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "success"),
            ("user_name", "mrossi"),
            ("source_ip", "198.51.100.7"),
            ("fields.assigned_ip", "192.0.2.77"),
            ("fields.tunnel_type", "l2tp"),
        ],
        absent: &[],
    },
    Sample {
        about: "a lease",
        text: "dhcp,info dhcp1 assigned 192.0.2.31 for 00:00:5E:00:53:01 pc-anag",
        expect: &[
            ("event_action", "dhcp_lease"),
            ("source_ip", "192.0.2.31"),
            ("source_mac", "00:00:5E:00:53:01"),
        ],
        absent: &[],
    },
    Sample {
        about: "a station leaves",
        text: "wireless,info 00:00:5E:00:53:01@wlan1: disconnected, received deauth: sending station leaving (3)",
        expect: &[
            ("event_action", "session_close"),
            ("source_mac", "00:00:5E:00:53:01"),
            ("observer_ingress", "wlan1"),
        ],
        absent: &[],
    },
    Sample {
        about: "a link goes down",
        text: "interface,info ether3 link down",
        expect: &[
            ("event_action", "link_change"),
            ("event_outcome", "failure"),
            ("observer_ingress", "ether3"),
        ],
        absent: &[],
    },
    Sample {
        about: "truncated: a line cut in the second address",
        text: "<30>Mar 16 09:12:44 mt-sede2 firewall,info DROP input: in:ether1 out:(unknown 0), proto TCP (SYN), 198.51.100.23:44321->192.0.",
        expect: &[("parse_error", "expected ADDRESS->ADDRESS behind proto")],
        absent: &["source_ip", "event_outcome"],
    },
    Sample {
        about: "hostile: a refused name that imitates a login over a tunnel",
        text: "l2tp,ppp,error <l2tp-0>: user x logged in, 192.0.2.50 from 203.0.113.9 authentication failed",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "x logged in, 192.0.2.50 from 203.0.113.9"),
        ],
        absent: &["source_ip", "fields.assigned_ip", "parse_error"],
    },
];
