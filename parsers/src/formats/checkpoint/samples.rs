//! Lines of Check Point and what they become.

use crate::format::Sample;

/// Documentation addresses and names only.
pub(super) const SAMPLES: &[Sample] = &[
    Sample {
        about: "a packet dropped by the last rule, Log Exporter",
        text: "<134>1 2026-03-16T08:12:44Z cp-mgmt CheckPoint 19710 - [action:\"Drop\"; flags:\"2308\"; ifdir:\"inbound\"; ifname:\"eth1\"; loguid:\"{0x0,0x0,0x0,0x0}\"; origin:\"192.0.2.1\"; originsicname:\"CN=gw-ced,O=mgmt.comune.example.abc\"; sequencenum:\"2\"; time:\"1773648764\"; version:\"5\"; __policy_id_tag:\"product=VPN-1 & FireWall-1[db_tag={A};mgmt=m;date=1;policy_name=P\\]\"; dst:\"192.0.2.10\"; inzone:\"External\"; outzone:\"Internal\"; product:\"VPN-1 & FireWall-1\"; proto:\"6\"; rule:\"118\"; rule_name:\"Pulizia\"; rule_uid:\"{EA9E}\"; s_port:\"44321\"; service:\"3389\"; src:\"198.51.100.23\"; ]",
        expect: &[
            ("event_action", "connection_denied"),
            ("event_outcome", "failure"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
            ("host_name", "cp-mgmt"),
            ("host_ip", "192.0.2.1"),
            ("source_ip", "198.51.100.23"),
            ("source_port", "44321"),
            ("destination_ip", "192.0.2.10"),
            ("destination_port", "3389"),
            ("network_transport", "tcp"),
            ("network_direction", "inbound"),
            ("rule_id", "118"),
            ("rule_name", "Pulizia"),
            ("observer_ingress", "eth1"),
            ("fields.gateway", "gw-ced"),
        ],
        absent: &["parse_error", "user_name", "time_guess"],
    },
    Sample {
        about: "an accepted flow, several layers, without a priority in front",
        text: "1 2026-03-16T08:12:45Z cp-mgmt CheckPoint 19710 - [action:\"Accept\"; ifdir:\"outbound\"; ifname:\"eth4\"; loguid:\"{0x5,0x4,0x3,0x2}\"; origin:\"192.0.2.1\"; time:\"1773648765\"; dst:\"203.0.113.80\"; layer_name:\"Rete\"; layer_name:\"Applicazioni\"; rule_name:\"Uscita\"; rule_name:\"Implicita\"; rule_uid:\"7a14\"; product:\"VPN-1 & FireWall-1\"; proto:\"17\"; s_port:\"5353\"; service:\"53\"; src:\"192.0.2.41\"; xlatesrc:\"192.0.2.1\"; xlatedst:\"0.0.0.0\"; ]",
        expect: &[
            ("event_action", "connection_allowed"),
            ("event_outcome", "success"),
            ("host_name", "cp-mgmt"),
            ("rule_name", "Uscita"),
            ("rule_id", "7a14"),
            ("network_transport", "udp"),
            ("observer_egress", "eth4"),
            ("fields.nat_source_ip", "192.0.2.1"),
        ],
        absent: &["parse_error", "observer_ingress", "fields.nat_destination_ip"],
    },
    Sample {
        about: "an administrator could not log in",
        text: "<134>1 2026-03-16T08:13:00Z cp-mgmt CheckPoint 19711 - [action:\"Reject\"; origin:\"192.0.2.1\"; time:\"1773648780\"; administrator:\"mbianchi\"; client_ip:\"198.51.100.23\"; machine:\"pc7\"; operation:\"Log In\"; product:\"SmartConsole\"; status:\"Failure\"; subject:\"Administrator Login\"; reason:\"wrong password\"; ]",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "mbianchi"),
            ("source_ip", "198.51.100.23"),
            ("fields.reason", "wrong password"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "the Splunk shape",
        text: "time=1773648764|hostname=mgmt|product=IPS|action=Prevent|ifdir=inbound|ifname=eth0|loguid={0x5c,0x0}|origin=192.0.2.1|originsicname=cn\\=gw,o\\=m..abc|dst=192.0.2.10|proto=6|s_port=63945|service=443|service_id=https|src=198.51.100.23|protection_name=Web Server Test|resource=http://www.comune.example/a?b=1|",
        expect: &[
            ("event_action", "intrusion_detected"),
            ("event_outcome", "failure"),
            ("fields.blocked", "true"),
            ("rule_name", "Web Server Test"),
            ("url_domain", "www.comune.example"),
            ("url_path", "/a"),
            ("host_name", "gw"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a row of SmartView Tracker",
        text: "\"22\" \"16Mar2026\" \"09:12:44\" \"eth1\" \"gw-ced\" \"Log\" \"Accept\" \"443\" \"44250\" \"198.51.100.23\" \"192.0.2.10\" \"tcp\" \"81\" \"Sito\" \"81-Politica\" \"\" \"inzone: External; outzone: Internal\" \"Security Gateway/Management\" \"\" \"\"",
        expect: &[
            ("event_action", "connection_allowed"),
            ("source_ip", "198.51.100.23"),
            ("source_port", "44250"),
            ("destination_port", "443"),
            ("rule_id", "81"),
            ("rule_name", "Sito"),
            ("host_name", "gw-ced"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
        ],
        absent: &["parse_error", "user_name"],
    },
    Sample {
        about: "a line cut before its action",
        text: "<134>1 2026-03-16T08:12:44Z cp-mgmt CheckPoint 19710 - [flags:\"2308\"; ifdir:\"inbound\"; ifn",
        expect: &[("parse_error", "neither action nor product: the line is cut")],
        absent: &["event_outcome"],
    },
    Sample {
        about: "a URL that imitates the end of its value moves no field",
        text: "<134>1 2026-03-16T08:12:44Z cp-mgmt CheckPoint 19710 - [action:\"Block\"; origin:\"192.0.2.1\"; product:\"URL Filtering\"; resource:\"http://male.example/\\\"; action:\\\"Accept\\\"; src:\\\"203.0.113.66\"; src:\"192.0.2.41\"; ]",
        expect: &[
            ("event_action", "http_request"),
            ("event_outcome", "failure"),
            ("source_ip", "192.0.2.41"),
            ("url_domain", "male.example"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "JSON of the Log Exporter",
        text: "{\"time\":\"1773648764\",\"loguid\":\"{0x1,0x2}\",\"product\":\"VPN-1 & FireWall-1\",\"action\":\"Accept\",\"origin\":\"192.0.2.1\",\"src\":\"192.0.2.41\",\"dst\":\"203.0.113.80\",\"proto\":\"6\",\"s_port\":\"51000\",\"service\":\"443\",\"user\":\"Anna Verdi (averdi)\"}",
        expect: &[
            ("event_action", "connection_allowed"),
            ("user_name", "averdi"),
            ("destination_port", "443"),
        ],
        absent: &["parse_error"],
    },
];
