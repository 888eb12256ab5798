//! Lines of Sophos Firewall and what they become.

use crate::format::Sample;

/// Documentation addresses and names only.
pub(super) const SAMPLES: &[Sample] = &[
    Sample {
        about: "an allowed flow, device standard format",
        text: "<30>device=\"SFW\" date=2026-03-16 time=09:12:44 timezone=\"CET\" device_name=\"XGS116\" device_id=X11607ABCDEF123 log_id=010101600001 log_type=\"Firewall\" log_component=\"Firewall Rule\" log_subtype=\"Allowed\" status=\"Allow\" priority=Information duration=30 fw_rule_id=5 fw_rule_name=\"Uscita\" policy_type=1 user_name=\"averdi@comune.example\" user_gp=\"Uffici\" in_interface=\"Port1\" out_interface=\"Port2\" src_mac=00:00:5e:00:53:01 src_ip=192.0.2.41 dst_ip=203.0.113.80 protocol=\"TCP\" src_port=51844 dst_port=443 sent_pkts=4 recv_pkts=5 sent_bytes=2380 recv_bytes=91422 tran_src_ip=198.51.100.7 srczonetype=\"LAN\" srczone=\"LAN\" dstzonetype=\"WAN\" dstzone=\"WAN\" connevent=\"Stop\"",
        expect: &[
            ("event_action", "connection_allowed"),
            ("event_outcome", "success"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
            ("host_name", "XGS116"),
            ("event_code", "010101600001"),
            ("source_ip", "192.0.2.41"),
            ("source_port", "51844"),
            ("source_mac", "00:00:5e:00:53:01"),
            ("destination_ip", "203.0.113.80"),
            ("source_bytes", "2380"),
            ("destination_bytes", "91422"),
            ("network_transport", "TCP"),
            ("network_direction", "outbound"),
            ("rule_id", "5"),
            ("rule_name", "Uscita"),
            ("user_name", "averdi@comune.example"),
            ("group_name", "Uffici"),
            ("observer_ingress", "Port1"),
            ("observer_egress", "Port2"),
        ],
        absent: &["parse_error", "time_guess"],
    },
    Sample {
        about: "a refused packet, central reporting format",
        text: "<30>device_name=\"SFW\" timestamp=\"2026-03-16T09:12:44+0100\" device_model=\"XGS136\" device_serial_id=\"X1\" log_id=\"010202601001\" log_type=\"Firewall\" log_component=\"Invalid Traffic\" log_subtype=\"Denied\" log_version=1 severity=\"Information\" fw_rule_id=\"N/A\" in_interface=\"Port2\" src_ip=\"198.51.100.23\" dst_ip=\"192.0.2.10\" protocol=\"TCP\" src_port=44321 dst_port=3389 message=\"Could not associate packet to any connection.\"",
        expect: &[
            ("event_action", "connection_denied"),
            ("event_outcome", "failure"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
            ("source_ip", "198.51.100.23"),
        ],
        absent: &["parse_error", "host_name", "rule_id"],
    },
    Sample {
        about: "an administrator could not log in",
        text: "<28>device=\"SFW\" date=2026-03-16 time=02:40:11 timezone=\"CET\" device_name=\"XGS116\" device_id=X1 log_id=062009517502 log_type=\"Event\" log_component=\"GUI\" log_subtype=\"Admin\" status=\"Failed\" priority=Notice user_name=\"admin\" src_ip=198.51.100.23 message=\"User admin failed to login to Web Admin Console because of wrong credentials\"",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "admin"),
            ("source_ip", "198.51.100.23"),
        ],
        absent: &["parse_error", "destination_ip"],
    },
    Sample {
        about: "a tunnel of a remote user",
        text: "<30>device=\"SFW\" date=2026-03-16 time=08:40:11 timezone=\"CET\" device_name=\"XGS116\" device_id=X1 log_id=062811618014 log_type=\"Event\" log_component=\"SSL VPN\" log_subtype=\"System\" status=\"Established\" priority=Information user_name=\"fneri\" connectionname=\"fneri\" remote_ip=198.51.100.40 message=\"SSL VPN User 'fneri' connected\"",
        expect: &[
            ("event_action", "vpn_connect"),
            ("event_outcome", "success"),
            ("source_ip", "198.51.100.40"),
            ("user_name", "fneri"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a page was refused",
        text: "<30>device=\"SFW\" date=2026-03-16 time=09:40:11 timezone=\"CET\" device_name=\"XGS116\" device_id=X1 log_id=050902616002 log_type=\"Content Filtering\" log_component=\"HTTP\" log_subtype=\"Denied\" status=\"\" priority=Information fw_rule_id=2 user_name=\"averdi\" category=\"Gambling\" url=\"http://giochi.example/a?b=1\" contenttype=\"\" httpresponsecode=\"\" src_ip=192.0.2.41 dst_ip=203.0.113.81 protocol=\"TCP\" src_port=51900 dst_port=80 sent_bytes=0 recv_bytes=0 domain=giochi.example",
        expect: &[
            ("event_action", "http_request"),
            ("event_outcome", "failure"),
            ("url_domain", "giochi.example"),
            ("url_path", "/a"),
            ("url_query", "b=1"),
            ("destination_domain", "giochi.example"),
            ("fields.category", "Gambling"),
        ],
        absent: &["parse_error", "http_response_status_code"],
    },
    Sample {
        about: "a signature matched and the packet was dropped",
        text: "<25>device=\"SFW\" date=2026-03-16 time=09:41:11 timezone=\"CET\" device_name=\"XGS116\" device_id=X1 log_id=020804407002 log_type=\"IDP\" log_component=\"Signatures\" log_subtype=\"Drop\" priority=Warning fw_rule_id=7 signature_id=1881 signature_msg=\"bad-traffic test\" classification=\"Web Attack\" src_ip=198.51.100.23 dst_ip=192.0.2.10 protocol=\"TCP\" src_port=41000 dst_port=443 platform=\"Linux\" victim=\"Server\"",
        expect: &[
            ("event_action", "intrusion_detected"),
            ("event_outcome", "failure"),
            ("fields.blocked", "true"),
            ("rule_name", "bad-traffic test"),
            ("rule_id", "1881"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: a line cut before its component",
        text: "<30>device=\"SFW\" date=2026-03-16 time=09:12:44 timezone=\"CET\" device_name=\"XGS116\" device_id=X1 log_id=010101600001 log_type=\"Firewall\" log_subtype=",
        expect: &[("parse_error", "no log_component: the line is cut")],
        absent: &["event_outcome"],
    },
    Sample {
        about: "hostile: a URL that imitates more keys moves none",
        text: "<30>device=\"SFW\" date=2026-03-16 time=09:40:11 timezone=\"CET\" device_name=\"XGS116\" device_id=X1 log_id=050901616001 log_type=\"Content Filtering\" log_component=\"HTTP\" log_subtype=\"Allowed\" user_name=\"averdi\" src_ip=192.0.2.41 dst_ip=203.0.113.81 url=\"http://x.example/ user_name=root src_ip=203.0.113.66 log_subtype=Denied\"",
        expect: &[("event_outcome", "success"), ("user_name", "averdi"), ("source_ip", "192.0.2.41")],
        absent: &["parse_error"],
    },
];
