//! From node to node: what one collects is in the lake of the other, each frame once, whatever is killed in between.
//!
//! `CAMPANILE_LONG=1` kills twenty times as often.

use std::collections::BTreeMap;
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::ExitStatusExt;
use std::sync::atomic::{AtomicBool, AtomicU16, Ordering};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use serde_json::{Value, json};

use super::numbered_senders::{Protocol, Sender};
use super::program::Folder;
use super::serving::Service;

/// Moments at which one of the two ends itself, and how often they are passed before.
const KILL_POINTS: [(Side, &str); 10] = [
    (Side::Below, "journal.written:2"),
    (Side::Above, "journal.written:2"),
    (Side::Below, "forward.sent:3"),
    (Side::Above, "journal.synced:3"),
    (Side::Below, "journal.synced:2"),
    (Side::Above, "journal.answered:3"),
    (Side::Below, "forward.answered:2"),
    (Side::Above, "work.parsed:3"),
    (Side::Above, "lake.files_written:2"),
    (Side::Above, "lake.committed:2"),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    /// Collects and sends.
    Below,
    /// Receives and has the lake.
    Above,
}

/// Two nodes.
struct Nodes {
    below: Folder,
    above: Folder,
}

impl Nodes {
    fn new() -> Nodes {
        let (below, above, port) = (Folder::new(), Folder::new(), free_port());
        above.file(
            "campanile.toml",
            format!(
                "data_dir = \"data\"\n[tenant.default]\n[tenant.comune-a]\n\
                 [[source]]\nname = \"comuni\"\ntype = \"campanile\"\nlisten = \"tcp://127.0.0.1:{port}\"\ntenant = \"comune-a\"\n\
                 [lake]\nflush = {{ rows = 1_000, age = \"50ms\" }}\n[detect]\nrules = []\n[http]\nlisten = \"127.0.0.1:0\"\n"
            ),
        );
        below.file(
            "campanile.toml",
            format!(
                "data_dir = \"data\"\n[tenant.default]\ntimezone = \"America/New_York\"\n\
                 [[source]]\nname = \"files\"\ntype = \"http\"\n\
                 [[source]]\nname = \"servers\"\ntype = \"syslog\"\nlisten = \"tcp://127.0.0.1:0\"\n\
                 [forward]\nto = \"tcp://127.0.0.1:{port}\"\ncollector = \"nodo-a\"\n[http]\nlisten = \"127.0.0.1:0\"\n"
            ),
        );
        Nodes { below, above }
    }

    fn start(&self, side: Side) -> Service {
        self.start_with(side, &[]).unwrap_or_else(|ended| panic!("{side:?} ended: {ended:?}"))
    }

    /// None when it ended before it was ready.
    fn start_with(
        &self,
        side: Side,
        environment: &[(&str, &str)],
    ) -> Result<Service, (std::process::ExitStatus, String)> {
        match side {
            Side::Below => Service::run("forward", &self.below, environment),
            Side::Above => Service::run("serve", &self.above, environment),
        }
    }

    fn both(&self) -> (Service, Service) {
        (self.start(Side::Above), self.start(Side::Below))
    }

    /// The rows of a query over the lake above, whose service has ended.
    fn ask(&self, query: &str) -> Vec<Value> {
        self.above.run(&["sql", "--lake", "data/lake", query]).expect(0).objects()
    }

    /// Lets everything arrive, ends both, and checks that each frame that is below is above once, under its own number, and all
    /// that the sender was told is stored.
    fn check(&self, sender: &Sender) {
        let (above, below) = self.both();
        let status = all_arrived(&below);
        let collected = status["journal"]["durable_upto"].as_u64().unwrap();
        assert_eq!(below.stop().0, 0);
        assert_eq!(above.stop().0, 0);
        let rows = self.ask("select collector, source, tenant, count(*) n, count(distinct seq) d, max(seq) m from events group by 1, 2, 3");
        let expected = json!({"collector": "nodo-a", "source": "files", "tenant": "comune-a", "n": collected, "d": collected, "m": collected});
        assert_eq!(rows, [expected], "a number is there once, and none is left out");
        let numbers = "select regexp_replace(message, '^.*numero ([0-9]+).*$', '$1') as number, count(*) n from events group by 1";
        let stored: BTreeMap<u64, u64> = self
            .ask(numbers)
            .iter()
            .map(|row| (row["number"].as_str().unwrap().parse().unwrap(), row["n"].as_u64().unwrap()))
            .collect();
        assert!(!sender.acknowledged.is_empty());
        for number in &sender.acknowledged {
            assert!(stored.contains_key(number), "{number} was acknowledged and is lost");
        }
        for (number, times) in stored {
            assert!(times <= sender.times[&number], "{number} is {times} times");
        }
    }
}

/// A port that no client is given while a node is down, and no other test of this program.
fn free_port() -> u16 {
    static ASKED: AtomicU16 = AtomicU16::new(0);
    let start = 20_000 + (std::process::id() % 5_000) as u16;
    let is_free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    std::iter::repeat_with(|| start + ASKED.fetch_add(1, Ordering::Relaxed)).find(is_free).unwrap()
}

/// The status once the node above has all.
fn all_arrived(below: &Service) -> Value {
    below.wait_for(|status| status["forward"]["taken_upto"] == status["journal"]["durable_upto"])
}

#[test]
fn what_a_node_collects_while_the_other_is_away_arrives_under_its_own_name() {
    let nodes = Nodes::new();
    let below = nodes.start(Side::Below);
    let send = |service: &Service, numbers: std::ops::Range<usize>| {
        let mut tcp = TcpStream::connect(service.source("servers")).unwrap();
        for n in numbers {
            writeln!(tcp, "<38>Mar 16 10:00:00 srv01 app[1]: message number {n}").unwrap();
        }
    };
    send(&below, 0..200);
    let status = below.wait_for(|status| {
        status["journal"]["durable_upto"] == 200 && status["forward"]["last_failure"].is_string()
    });
    assert_eq!((&status["forward"]["taken_upto"], &status["work"]["behind"]), (&0.into(), &200.into()));
    let (code, said) = below.stop();
    assert_eq!((code, said.contains("everything received is stored")), (0, true), "{said}");

    let (above, below) = nodes.both();
    send(&below, 200..500);
    let status = below.wait_for(|status| status["forward"]["taken_upto"] == 500);
    assert_eq!((&status["forward"]["connected"], status.get("lake")), (&true.into(), None));
    above.wait_for(|status| status["work"]["worked_upto"] == 500);
    let shown = above.status();
    let source = &shown["sources"][0];
    assert_eq!(
        (&source["received"], &source["stored"], &source["under_way"]),
        (&500.into(), &500.into(), &0.into())
    );
    assert_eq!((&source["source"], &source["events"]), (&"comuni".into(), &500.into()));
    let shown = nodes
        .below
        .run(&["status", "--url", &format!("http://{}", below.http()), "--output", "table"])
        .expect(0);
    assert!(shown.out.contains("has seq 500"), "{}", shown.out);
    let (code, body) = below.ask("GET", "/metrics", "");
    assert!(code == 200 && body.contains("campanile_forward_taken_seq 500"), "{body}");

    let rows = above.sql(
        "select collector, source, tenant, host_ip, min(seq) low, max(seq) high, count(distinct seq) n, \
         min(date_part('hour', timestamp)) as hour from events group by 1, 2, 3, 4",
    );
    // The zone is the node's own: 10 o'clock of New York is 14 UTC.
    let expected = json!({"collector": "nodo-a", "source": "servers", "tenant": "comune-a", "host_ip": null, "low": 1, "high": 500, "n": 500, "hour": 14});
    let rows: Vec<Value> = rows
        .into_iter()
        .map(|mut row| {
            row.as_object_mut().unwrap().entry("host_ip").or_insert(Value::Null);
            row
        })
        .collect();
    assert_eq!(rows, [expected]);
    assert_eq!((below.stop().0, above.stop().0), (0, 0));
}

#[test]
fn another_place_to_send_to_and_other_sources_are_taken_up_without_a_restart_and_nothing_wrong_is() {
    let nodes = Nodes::new();
    let above = nodes.start(Side::Above);
    let right = std::fs::read_to_string(nodes.below.path().join("campanile.toml")).unwrap();
    let (_, to) = right.split_once("to = \"").unwrap();
    let to = to.split('"').next().unwrap();
    let configure = |text: String| nodes.below.file("campanile.toml", text);
    configure(right.replace(to, &format!("tcp://127.0.0.1:{}", free_port())));
    let below = nodes.start(Side::Below);
    let send = |source: &str, number: u64| {
        let status = below.status();
        let all = status["sources"].as_array().unwrap();
        let address = &all.iter().find(|shown| shown["source"] == source).unwrap()["address"];
        let mut tcp = TcpStream::connect(address.as_str().unwrap().trim_start_matches("tcp://")).unwrap();
        (0..number).for_each(|n| writeln!(tcp, "<38>1 - srv01 app - - - numero {n}").unwrap());
    };
    let reloads = |status: &Value, what: &str| status["configuration"][what].as_u64().unwrap();
    send("servers", 100);
    below.wait_for(|status| {
        status["journal"]["durable_upto"] == 100 && status["forward"]["last_failure"].is_string()
    });

    let more = "[[source]]\nname = \"more\"\ntype = \"syslog\"\nlisten = \"tcp://127.0.0.1:0\"\n";
    let with_more = right.replace("[forward]", &format!("{more}[forward]"));
    configure(with_more.clone());
    below.hang_up();
    let status = below.wait_for(|status| status["forward"]["taken_upto"] == 100);
    assert_eq!((reloads(&status, "taken"), &status["forward"]["to"]), (1, &to.into()));
    send("more", 50);
    below.wait_for(|status| status["forward"]["taken_upto"] == 150);

    // Certificates that are not there, then no place at all.
    let no_keys = with_more
        .replace(to, "tls://127.0.0.1:1")
        .replace("[http]", "tls = { authorities = \"gone.pem\" }\n[http]");
    for (refused, (wrong, words)) in
        (1..).zip([(no_keys, "gone.pem"), (with_more.replace("[forward]", "[forwards]"), "forward")])
    {
        configure(wrong);
        below.hang_up();
        let status = below.wait_for(|status| reloads(status, "refused") >= refused);
        let why = status["configuration"]["last_refusal"].as_str().unwrap();
        assert!(why.contains(words), "{why}");
    }
    send("servers", 25);
    below.wait_for(|status| status["forward"]["taken_upto"] == 175);

    configure(with_more.replace("nodo-a", "nodo-b"));
    below.hang_up();
    let status = below.wait_for(|status| !status["configuration"]["needs_restart"][0].is_null());
    assert_eq!(status["configuration"]["needs_restart"], json!(["forward.collector"]));
    send("more", 5);
    below.wait_for(|status| status["forward"]["taken_upto"] == 180);
    let (code, said) = below.stop();
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("what has changed in forward.collector needs a restart"), "{said}");
    assert_eq!(above.stop().0, 0);
    let rows = nodes.ask(
        "select collector, source, count(*) n, count(distinct seq) d from events group by 1, 2 order by 2",
    );
    let of = |source: &str, n: u64| json!({"collector": "nodo-a", "source": source, "n": n, "d": n});
    assert_eq!(rows, [of("more", 55), of("servers", 125)]);
}

#[test]
fn a_node_between_two_passes_on_what_it_receives_under_the_name_of_the_first() {
    let nodes = Nodes::new();
    let (between, port) = (Folder::new(), free_port());
    // What goes to the node above goes to the one between first.
    let text = std::fs::read_to_string(nodes.below.path().join("campanile.toml")).unwrap();
    let (_, to) = text.split_once("to = \"tcp://").unwrap();
    let above_at = to.split('"').next().unwrap();
    nodes.below.file("campanile.toml", text.replace(above_at, &format!("127.0.0.1:{port}")));
    between.file(
        "campanile.toml",
        format!(
            "data_dir = \"data\"\n[[source]]\nname = \"comuni\"\ntype = \"campanile\"\nlisten = \"tcp://127.0.0.1:{port}\"\n\
             [[source]]\nname = \"servers\"\ntype = \"syslog\"\nlisten = \"tcp://127.0.0.1:0\"\n\
             [forward]\nto = \"tcp://{above_at}\"\ncollector = \"centro\"\n[http]\nlisten = \"127.0.0.1:0\"\n"
        ),
    );
    let above = nodes.start(Side::Above);
    let between = Service::run("forward", &between, &[]).unwrap();
    let below = nodes.start(Side::Below);
    for (service, number) in [(&between, 7), (&below, 300), (&between, 5)] {
        let from = between.status()["journal"]["durable_upto"].as_u64().unwrap();
        let mut tcp = TcpStream::connect(service.source("servers")).unwrap();
        (0..number).for_each(|n| writeln!(tcp, "<38>1 - srv01 app - - - numero {n}").unwrap());
        between.wait_for(|status| status["journal"]["durable_upto"] == from + number);
    }
    all_arrived(&between);
    assert_eq!((below.stop().0, between.stop().0, above.stop().0), (0, 0, 0));
    let rows = nodes.ask(
        "select collector, source, count(*) n, count(distinct seq) d, min(seq) low, max(seq) high from events group by 1, 2 order by 1",
    );
    let of = |collector: &str, n: u64, high: u64| json!({"collector": collector, "source": "servers", "n": n, "d": n, "low": 1, "high": high});
    assert_eq!(rows, [of("centro", 12, 312), of("nodo-a", 300, 300)]);
}

#[test]
fn over_mutual_tls_the_certificate_says_whose_frames_they_are_and_without_one_nothing_is_taken() {
    let nodes = Nodes::new();
    let mut parameters = CertificateParams::new(Vec::new()).unwrap();
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(parameters, KeyPair::generate().unwrap()).unwrap();
    let write = |folder: &Folder, name: &str| {
        let key = KeyPair::generate().unwrap();
        let parameters = CertificateParams::new(vec![name.to_owned()]).unwrap();
        folder.file("authority.pem", authority.pem());
        folder.file("certificate.pem", parameters.signed_by(&key, &authority).unwrap().pem());
        folder.file("key.pem", key.serialize_pem());
    };
    let replace = |folder: &Folder, texts: &[(&str, &str)]| {
        let mut text = std::fs::read_to_string(folder.path().join("campanile.toml")).unwrap();
        for (from, to) in texts {
            assert!(text.contains(from), "{from}");
            text = text.replace(from, to);
        }
        folder.file("campanile.toml", text);
    };
    write(&nodes.above, "127.0.0.1");
    write(&nodes.below, "nodo.comune-b.example");
    let keys = "certificate = \"certificate.pem\", key = \"key.pem\"";
    let above = format!(
        "tenant = \"comune-a\"\ntls = {{ {keys}, client_authorities = \"authority.pem\", \
         senders = {{ \"nodo.comune-b.example\" = \"comune-b\" }} }}\n[tenant.comune-b]\n"
    );
    replace(&nodes.above, &[("tcp://", "tls://"), ("tenant = \"comune-a\"\n", &above)]);
    let without =
        ("collector = \"nodo-a\"\n", "collector = \"nodo-a\"\ntls = { authorities = \"authority.pem\" }\n");
    replace(&nodes.below, &[("to = \"tcp://", "to = \"tls://"), without]);

    let (above, below) = nodes.both();
    let (code, said) =
        below.ask("POST", "/ingest", "<38>1 - srv01 app - - - numero 1\n<38>1 - srv01 app - - - numero 2\n");
    assert_eq!(code, 200, "{said}");
    below.wait_for(|status| status["forward"]["last_failure"].is_string());
    assert_eq!(below.status()["forward"]["taken_upto"], 0);
    assert_eq!(above.status()["sources"][0]["received"], 0);
    assert_eq!(below.stop().0, 0);

    replace(
        &nodes.below,
        &[("authorities = \"authority.pem\"", &format!("authorities = \"authority.pem\", {keys}"))],
    );
    let below = nodes.start(Side::Below);
    all_arrived(&below);
    assert_eq!((below.stop().0, above.stop().0), (0, 0));
    let rows = nodes.ask("select collector, tenant, count(*) n from events group by 1, 2");
    assert_eq!(rows, [json!({"collector": "nodo-a", "tenant": "comune-b", "n": 2})]);
}

#[test]
fn a_kill_of_either_node_at_every_named_moment_loses_and_doubles_nothing() {
    let rounds = if std::env::var_os("CAMPANILE_LONG").is_some() { 20 } else { 1 };
    let nodes = Nodes::new();
    let mut sender = Sender::new(Protocol::Http);
    for (side, point) in KILL_POINTS.iter().cycle().take(KILL_POINTS.len() * rounds) {
        let armed = |of: Side| if *side == of { vec![("CAMPANILE_KILL_POINT", *point)] } else { Vec::new() };
        // What the journals still hold is worked on at the start: the moment may come before any sender.
        let ended = match nodes.start_with(Side::Above, &armed(Side::Above)) {
            Err((ended, _)) => ended,
            Ok(mut above) => match nodes.start_with(Side::Below, &armed(Side::Below)) {
                Err((ended, _)) => ended,
                Ok(mut below) => {
                    let is_over = AtomicBool::new(false);
                    let address = below.http();
                    std::thread::scope(|threads| {
                        threads.spawn(|| sender.send(address, &is_over));
                        let ended = if *side == Side::Above { above.ended() } else { below.ended() };
                        is_over.store(true, Ordering::Relaxed);
                        ended
                    })
                }
            },
        };
        assert_eq!(ended.signal(), Some(6), "{side:?} {point} was not passed so often");
    }
    nodes.check(&sender);
}

#[test]
fn a_kill_of_either_node_at_any_moment_loses_and_doubles_nothing() {
    let kills = if std::env::var_os("CAMPANILE_LONG").is_some() { 200 } else { 10 };
    let nodes = Nodes::new();
    let mut sender = Sender::new(Protocol::Http);
    let (mut above, mut below) = nodes.both();
    for kill in 0..kills {
        let (is_over, address) = (AtomicBool::new(false), below.http());
        let side = if kill % 2 == 0 { Side::Above } else { Side::Below };
        std::thread::scope(|threads| {
            threads.spawn(|| sender.send(address, &is_over));
            // Another moment each time: after so many frames are durable on that side. The other one runs on.
            let killed = if side == Side::Above { &above } else { &below };
            let from = killed.status()["journal"]["durable_upto"].as_u64().unwrap();
            let least = 1 + (kill * 37) % 400;
            killed.wait_for(|status| status["journal"]["durable_upto"].as_u64().unwrap() >= from + least);
            let killed = if side == Side::Above { &mut above } else { &mut below };
            killed.end();
            is_over.store(true, Ordering::Relaxed);
        });
        match side {
            Side::Above => above = nodes.start(side),
            Side::Below => below = nodes.start(side),
        }
    }
    below.kill();
    above.kill();
    nodes.check(&sender);
}

#[test]
fn a_node_that_has_no_place_to_send_to_or_no_name_is_told_the_mend() {
    let folder = Folder::new();
    for (text, said) in [
        ("", "the configuration does not say where to send"),
        ("[forward]\nto = \"tcp://a:1\"\ncollector = \"campanile\"\n", "is no name for a node"),
        ("[forward]\nto = \"a:1\"\ncollector = \"nodo-a\"\n", "is no node"),
        ("[forward]\nto = \"tls://a:1\"\ncollector = \"nodo-a\"\n", "needs the authorities"),
    ] {
        folder.file("campanile.toml", format!("data_dir = \"data\"\n{text}"));
        let ran = folder.run(&["forward", "-c", "campanile.toml"]).expect(2);
        assert!(ran.err.contains(said), "{text}: {}", ran.err);
    }
}
