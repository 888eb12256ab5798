use std::collections::BTreeMap;

use schema::{Incident, News, Step};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use super::*;

pub(super) fn told(id: &str, severity: Severity) -> String {
    let alert = Alert {
        id: id.to_owned(),
        rule_id: "T-1".to_owned(),
        rule_title: "t".to_owned(),
        rule_title_it: "t".to_owned(),
        severity,
        tenant: "default".to_owned(),
        entities: BTreeMap::new(),
        first_us: 1,
        last_us: 2,
        rang_us: 2,
        count: 1,
        evidence: Vec::new(),
        evidence_truncated: false,
        incident: None,
        provenance: schema::Provenance::default(),
    };
    let told = ToldAlert { standing: "final".to_owned(), supersedes: None, told_us: 3, alert, story: None };
    serde_json::to_string(&told).unwrap()
}

/// An alert of small severity that makes this of an incident.
pub(super) fn told_of(id: &str, news: News, severity: Severity) -> String {
    let mut told: ToldAlert = serde_json::from_str(&told(id, Severity::Low)).unwrap();
    told.alert.incident = Some("i".to_owned());
    let step = Step {
        rang_us: 2,
        rule_id: "T-1".to_owned(),
        title: "t".to_owned(),
        title_it: "t".to_owned(),
        severity: Severity::Low,
        tactic: None,
        alert: id.to_owned(),
    };
    let incident = Incident {
        id: "i".to_owned(),
        tenant: "default".to_owned(),
        title: "a story".to_owned(),
        title_it: "una storia".to_owned(),
        severity,
        first_us: 1,
        last_us: 2,
        alerts: 1,
        rules: ["T-1".to_owned()].into(),
        links: Default::default(),
        steps: vec![step],
        chains: Vec::new(),
        response_it: vec!["1. Isolare".to_owned()],
    };
    told.story = Some(ToldIncident { news, supersedes: Vec::new(), incident });
    serde_json::to_string(&told).unwrap()
}

/// A receiver that answers with these codes in turn; what it got comes out of the channel.
async fn receiver(codes: &'static [u16]) -> (String, mpsc::UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/alerts", listener.local_addr().unwrap());
    let (got, gets) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        for code in codes {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = Vec::new();
            let body = loop {
                stream.read_buf(&mut request).await.unwrap();
                let text = String::from_utf8_lossy(&request).into_owned();
                if let Some((head, body)) = text.split_once("\r\n\r\n") {
                    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
                    if body.len() == length.parse::<usize>().unwrap() {
                        break text;
                    }
                }
            };
            got.send(body).unwrap();
            let answer = format!("HTTP/1.1 {code} X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    (url, gets)
}

pub(super) struct Running {
    folder: tempfile::TempDir,
    grown: watch::Sender<u64>,
    stop: CancellationToken,
    task: tokio::task::JoinHandle<()>,
}

impl Running {
    /// Delivers to `target`, before whom `earlier` was told.
    pub(super) fn start(folder: tempfile::TempDir, target: Target) -> Running {
        let log = folder.path().join("alerts.ndjson");
        file::append(&log, &told("earlier", Severity::High)).unwrap();
        let delivery = Delivery::open(target, Severity::Medium, &log, folder.path()).unwrap();
        let (grown, stop) = (watch::Sender::new(0), CancellationToken::new());
        let task = tokio::spawn(delivery.run(grown.subscribe(), stop.clone()));
        Running { folder, grown, stop, task }
    }

    pub(super) fn tell(&self, line: &str) {
        file::append(&self.folder.path().join("alerts.ndjson"), line).unwrap();
        self.grown.send_modify(|times| *times += 1);
    }

    pub(super) async fn stop(self) -> tempfile::TempDir {
        self.stop.cancel();
        self.task.await.unwrap();
        self.folder
    }
}

/// Ids of the alerts that were given up, and why.
pub(super) fn dead_letters(folder: &tempfile::TempDir) -> Vec<(String, String)> {
    let files = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
    let dead = files.filter(|path| path.to_string_lossy().ends_with(".dead.ndjson"));
    let lines = dead.flat_map(|path| {
        let text = std::fs::read_to_string(path).unwrap();
        text.lines().map(str::to_owned).collect::<Vec<_>>()
    });
    let read = |line: String| {
        let letter: serde_json::Value = serde_json::from_str(&line).unwrap();
        let told: ToldAlert = serde_json::from_str(&line).unwrap();
        (told.alert.id, letter["undelivered"].as_str().unwrap().to_owned())
    };
    lines.map(read).collect()
}

#[tokio::test]
async fn an_alert_is_tried_again_until_it_is_taken_and_small_ones_are_left_out() {
    let (url, mut gets) = receiver(&[503, 200, 200]).await;
    let target = Target::Webhook { url, token: Some("parola".to_owned()) };
    let running = Running::start(tempfile::tempdir().unwrap(), target);
    running.tell(&told("small", Severity::Low));
    running.tell(&told("a", Severity::High));
    running.tell(&told("b", Severity::Medium));
    let mut ids = Vec::new();
    for _ in 0..3 {
        let got = gets.recv().await.unwrap();
        assert!(got.contains("authorization: Bearer parola"), "{got}");
        let alert: ToldAlert = serde_json::from_str(got.split_once("\r\n\r\n").unwrap().1).unwrap();
        ids.push(alert.alert.id);
    }
    assert_eq!(ids, ["a", "a", "b"]);
    running.stop().await;
}

#[tokio::test]
async fn of_an_incident_its_beginning_its_escalation_and_its_end_are_delivered() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.ndjson");
    let running = Running::start(folder, Target::File(path.clone()));
    let mut known = told("c", Severity::High);
    known = known.replace("\"incident\":null", "\"incident\":\"i\"");
    let small = told_of("small", News::Opened, Severity::Low);
    let wanted = [
        told_of("a", News::Escalated, Severity::High),
        told_of("e", News::Withdrawn, Severity::High),
        told_of("f", News::Opened, Severity::Critical),
    ];
    let [escalated, withdrawn, opened] = &wanted;
    let changed = told_of("b", News::Changed, Severity::High);
    for line in [&small, escalated, &changed, &known, withdrawn, opened] {
        running.tell(line);
    }
    let whole = wanted.map(|line| line + "\n").concat();
    while std::fs::read_to_string(&path).unwrap_or_default().len() < whole.len() {
        tokio::task::yield_now().await;
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap(), whole);
    running.stop().await;
}

#[tokio::test]
async fn what_is_refused_for_good_is_a_dead_letter_and_holds_nothing_up() {
    let (url, mut gets) = receiver(&[400, 200]).await;
    let running = Running::start(tempfile::tempdir().unwrap(), Target::Webhook { url, token: None });
    running.tell(&told("a", Severity::High));
    running.tell(&told("b", Severity::High));
    gets.recv().await.unwrap();
    gets.recv().await.unwrap();
    let folder = running.stop().await;
    assert_eq!(dead_letters(&folder), [("a".to_owned(), "the receiver answered 400 Bad Request".to_owned())]);
}

#[tokio::test]
async fn a_delivery_goes_on_where_it_was_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.ndjson");
    let running = Running::start(folder, Target::File(path.clone()));
    running.tell(&told("a", Severity::High));
    let folder = running.stop().await;
    let log = folder.path().join("alerts.ndjson");
    file::append(&log, &told("b", Severity::High)).unwrap();
    let delivery = Delivery::open(Target::File(path.clone()), Severity::Medium, &log, folder.path()).unwrap();
    let (grown, stop) = (watch::Sender::new(0), CancellationToken::new());
    let task = tokio::spawn(delivery.run(grown.subscribe(), stop.clone()));
    let whole = [told("a", Severity::High), told("b", Severity::High)].map(|line| line + "\n").concat();
    while std::fs::read_to_string(&path).unwrap_or_default() != whole {
        tokio::task::yield_now().await;
    }
    stop.cancel();
    task.await.unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), whole, "nothing twice");
}

#[tokio::test]
async fn a_receiver_that_never_answers_does_not_hold_up_a_stop() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/secret", listener.local_addr().unwrap());
    let target = Target::Webhook { url: url.clone(), token: None };
    assert_eq!(target.shown() + "/secret", url, "the path is not told");
    let running = Running::start(tempfile::tempdir().unwrap(), target);
    running.tell(&told("a", Severity::High));
    let _silent = listener.accept().await.unwrap();
    running.stop().await;
}
