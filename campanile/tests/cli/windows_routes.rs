//! One event of a domain controller by each of the routes of the guide: what rings is the same.

use super::program::Folder;

/// The Security log was cleared, and a password was refused: by Winlogbeat on the controller, by Winlogbeat on a collector of Windows
/// Event Forwarding, by NXLog, and as a scan or a followed folder makes lines of an exported log.
const ROUTES: [(&str, [&str; 2]); 4] = [
    (
        "winlogbeat",
        [
            r#"{"@timestamp":"2026-03-16T08:12:44.000Z","agent":{"type":"winlogbeat"},"event":{"code":"1102","provider":"Microsoft-Windows-Eventlog"},"host":{"name":"dc01.comune.example"},"winlog":{"channel":"Security","computer_name":"dc01.comune.example","event_id":"1102","provider_name":"Microsoft-Windows-Eventlog","record_id":7,"user_data":{"SubjectUserName":"adm.gio","SubjectDomainName":"COMUNE"}}}"#,
            r#"{"@timestamp":"2026-03-16T08:12:45.000Z","agent":{"type":"winlogbeat"},"event":{"code":"4625","provider":"Microsoft-Windows-Security-Auditing"},"host":{"name":"dc01.comune.example"},"winlog":{"channel":"Security","computer_name":"dc01.comune.example","event_id":"4625","provider_name":"Microsoft-Windows-Security-Auditing","record_id":8,"event_data":{"TargetUserName":"gverdi","TargetDomainName":"COMUNE","LogonType":"3","Status":"0xc000006d","SubStatus":"0xc000006a","IpAddress":"192.0.2.77","IpPort":"51021"}}}"#,
        ],
    ),
    (
        "forwarded",
        [
            r#"{"@timestamp":"2026-03-16T08:12:44.000Z","agent":{"type":"winlogbeat","name":"collector01"},"event":{"code":"1102","provider":"Microsoft-Windows-Eventlog"},"host":{"name":"dc01.comune.example"},"log":{"file":{"path":"ForwardedEvents"}},"winlog":{"channel":"Security","computer_name":"dc01.comune.example","event_id":"1102","provider_name":"Microsoft-Windows-Eventlog","record_id":7,"user_data":{"SubjectUserName":"adm.gio","SubjectDomainName":"COMUNE"}}}"#,
            r#"{"@timestamp":"2026-03-16T08:12:45.000Z","agent":{"type":"winlogbeat","name":"collector01"},"event":{"code":"4625","provider":"Microsoft-Windows-Security-Auditing"},"host":{"name":"dc01.comune.example"},"log":{"file":{"path":"ForwardedEvents"}},"winlog":{"channel":"Security","computer_name":"dc01.comune.example","event_id":"4625","provider_name":"Microsoft-Windows-Security-Auditing","record_id":8,"event_data":{"TargetUserName":"gverdi","TargetDomainName":"COMUNE","LogonType":"3","Status":"0xc000006d","SubStatus":"0xc000006a","IpAddress":"192.0.2.77","IpPort":"51021"}}}"#,
        ],
    ),
    (
        "nxlog",
        [
            r#"<13>1 2026-03-16T09:12:44.000+01:00 dc01.comune.example NXLog 720 - - {"EventTime":"2026-03-16T09:12:44.000000+01:00","Hostname":"dc01.comune.example","EventID":1102,"SourceName":"Microsoft-Windows-Eventlog","Channel":"Security","RecordNumber":7,"SubjectUserName":"adm.gio","SubjectDomainName":"COMUNE","SourceModuleName":"eventlog","SourceModuleType":"im_msvistalog"}"#,
            r#"<13>1 2026-03-16T09:12:45.000+01:00 dc01.comune.example NXLog 720 - - {"EventTime":"2026-03-16T09:12:45.000000+01:00","Hostname":"dc01.comune.example","EventID":4625,"SourceName":"Microsoft-Windows-Security-Auditing","Channel":"Security","RecordNumber":8,"TargetUserName":"gverdi","TargetDomainName":"COMUNE","LogonType":"3","Status":"0xc000006d","SubStatus":"0xc000006a","IpAddress":"192.0.2.77","IpPort":"51021","SourceModuleName":"eventlog","SourceModuleType":"im_msvistalog"}"#,
        ],
    ),
    (
        "exported",
        [
            r##"{"Event":{"#attributes":{"xmlns":"http://schemas.microsoft.com/win/2004/08/events/event"},"System":{"Provider":{"#attributes":{"Name":"Microsoft-Windows-Eventlog"}},"EventID":1102,"TimeCreated":{"#attributes":{"SystemTime":"2026-03-16T08:12:44.000000Z"}},"EventRecordID":7,"Channel":"Security","Computer":"dc01.comune.example"},"UserData":{"LogFileCleared":{"SubjectUserName":"adm.gio","SubjectDomainName":"COMUNE"}}}}"##,
            r##"{"Event":{"#attributes":{"xmlns":"http://schemas.microsoft.com/win/2004/08/events/event"},"System":{"Provider":{"#attributes":{"Name":"Microsoft-Windows-Security-Auditing"}},"EventID":4625,"TimeCreated":{"#attributes":{"SystemTime":"2026-03-16T08:12:45.000000Z"}},"EventRecordID":8,"Channel":"Security","Computer":"dc01.comune.example"},"EventData":{"TargetUserName":"gverdi","TargetDomainName":"COMUNE","LogonType":3,"Status":"0xc000006d","SubStatus":"0xc000006a","IpAddress":"192.0.2.77","IpPort":"51021"}}}"##,
        ],
    ),
];

/// A Sigma rule over a refused password, as a town might bring it.
const REFUSED: &str = "title: refused\nid: 5f0bfa3a-0000-4000-8000-000000000001\nlogsource:\n  product: windows\n  service: security\n\
    detection:\n  selection:\n    EventID: 4625\n    TargetUserName: gverdi\n    SubStatus: '0xc000006a'\n  condition: selection\n";

#[test]
fn an_event_of_windows_rings_the_same_by_every_route() {
    let folder = Folder::new();
    folder.file("refused.yml", REFUSED);
    let mut first = None;
    for (route, lines) in ROUTES {
        let file = format!("{route}.log");
        folder.file(&file, lines.join("\n") + "\n");
        let said = folder
            .run(&["scan", "--rules", "refused.yml", "--matches", "--output", "ndjson", &file])
            .expect(0);
        let mut matches: Vec<(String, u64)> = said
            .objects()
            .iter()
            .map(|found| (found["rule_id"].as_str().unwrap().to_owned(), found["line"].as_u64().unwrap()))
            .collect();
        matches.sort();
        assert!(matches.iter().any(|(rule, line)| rule == "SC-27" && *line == 1), "{route}: {matches:?}");
        assert!(
            matches.iter().any(|(rule, line)| rule.starts_with("5f0bfa3a") && *line == 2),
            "{route}: {matches:?}"
        );
        let columns = "event_action, event_outcome, event_code, host_name, user_name, user_domain, source_ip, timestamp";
        let query = format!("select {columns} from events order by timestamp");
        let events = folder.run(&["sql", &query, &file, "--output", "ndjson"]).expect(0).objects();
        let (known, events) =
            (first.get_or_insert_with(|| (matches.clone(), events.clone())), (matches, events));
        assert_eq!(*known, events, "{route}");
    }
}
