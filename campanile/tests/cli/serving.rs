//! The service as a process: real sockets in, a real kill, the same program reads the lake afterwards.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::process::{Child, ChildStderr, Command, ExitStatus, Stdio};

use serde_json::Value;

use super::program::Folder;

/// A service in a folder of its own.
pub struct Service {
    child: Child,
    stderr: BufReader<ChildStderr>,
    http: SocketAddr,
    sources: Vec<(String, SocketAddr)>,
}

impl Service {
    /// Starts the service of `campanile.toml` in the folder, and waits until senders may come.
    pub fn start(folder: &Folder) -> Service {
        Service::start_with(folder, &[]).unwrap_or_else(|ended| panic!("the service ended: {ended:?}"))
    }

    /// The same with these in its environment; how it ended, when it did before senders could come, and what it said.
    pub fn start_with(
        folder: &Folder,
        environment: &[(&str, &str)],
    ) -> Result<Service, (ExitStatus, String)> {
        Service::run("serve", folder, environment)
    }

    /// The same of another command that runs until it is told to stop.
    pub fn run(
        command: &str,
        folder: &Folder,
        environment: &[(&str, &str)],
    ) -> Result<Service, (ExitStatus, String)> {
        Service::spawn(folder, Command::new(env!("CARGO_BIN_EXE_campanile")), command, environment)
    }

    /// The service by a shell's script, which ends with `exec "$0" "$@"`.
    pub fn start_by(folder: &Folder, script: &str) -> Service {
        let mut shell = Command::new("sh");
        shell.args(["-c", script, env!("CARGO_BIN_EXE_campanile")]);
        let started = Service::spawn(folder, shell, "serve", &[]);
        started.unwrap_or_else(|ended| panic!("the service ended: {ended:?}"))
    }

    fn spawn(
        folder: &Folder,
        mut program: Command,
        command: &str,
        environment: &[(&str, &str)],
    ) -> Result<Service, (ExitStatus, String)> {
        let mut child = program
            .args([command, "-c", "campanile.toml"])
            .current_dir(folder.path())
            .env("LC_ALL", "C")
            // Health of sources comes when a test asks for it, however slow the machine.
            .env("CAMPANILE_HEALTH_MS", "86400000")
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let (mut sources, mut said) = (Vec::new(), String::new());
        let http = loop {
            let mut line = String::new();
            if stderr.read_line(&mut line).unwrap() == 0 {
                return Err((child.wait().unwrap(), said));
            }
            said.push_str(&line);
            if let Some((name, address)) =
                line.strip_prefix("source ").and_then(|rest| rest.split_once(" listens on "))
            {
                // Those that the service's own port feeds have none of their own.
                if let Some((_, address)) = address.trim().split_once("//") {
                    sources.push((name.to_owned(), address.parse().unwrap()));
                }
            }
            if let Some((_, rest)) = line.split_once(" at http://") {
                break rest.split_whitespace().next().unwrap().parse().unwrap();
            }
        };
        Ok(Service { child, stderr, http, sources })
    }

    /// Where a source listens.
    pub fn source(&self, name: &str) -> SocketAddr {
        self.sources.iter().find(|(source, _)| source == name).unwrap().1
    }

    /// Where it answers over HTTP.
    pub fn http(&self) -> SocketAddr {
        self.http
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// A line of `/proc/ID/status`, in KiB: `VmRSS` is what it holds, `VmHWM` the most it held.
    pub fn memory_kib(&self, name: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }

    /// How it ended, once it has.
    pub fn ended(&mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }

    /// How it is doing.
    pub fn status(&self) -> Value {
        self.wait_for(|_| true)
    }

    /// What the service answers to a request.
    pub fn ask(&self, method: &str, path: &str, body: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(self.http).unwrap();
        let length = body.len();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let body =
            if head.contains("transfer-encoding: chunked") { unchunked(body) } else { body.to_owned() };
        (head.split_whitespace().nth(1).unwrap().parse().unwrap(), body)
    }

    /// The rows of a query.
    pub fn sql(&self, query: &str) -> Vec<Value> {
        let (code, body) = self.ask("POST", "/api/sql", query);
        assert_eq!(code, 200, "{body}");
        body.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The status once `is_reached` says so.
    pub fn wait_for(&self, is_reached: impl Fn(&Value) -> bool) -> Value {
        loop {
            let (code, body) = self.ask("GET", "/api/status", "");
            assert_eq!(code, 200, "{body}");
            let status: Value = serde_json::from_str(&body).unwrap();
            if is_reached(&status) {
                return status;
            }
            std::thread::yield_now();
        }
    }

    /// Asks for its configuration anew.
    pub fn hang_up(&self) {
        self.signal("-HUP");
    }

    fn signal(&self, signal: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
    }

    /// Ends it as a service manager does, and answers its exit code and what it said.
    pub fn stop(mut self) -> (i32, String) {
        self.signal("-TERM");
        let mut said = String::new();
        self.stderr.read_to_string(&mut said).unwrap();
        (self.child.wait().unwrap().code().unwrap_or(-1), said)
    }

    /// Ends it as a power cut does.
    pub fn kill(mut self) {
        self.end();
    }

    /// The same of one that another takes the place of.
    pub fn end(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // Ended already, unless a test failed.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn unchunked(mut body: &str) -> String {
    let mut whole = String::new();
    while let Some((length, rest)) = body.split_once("\r\n") {
        let length = usize::from_str_radix(length, 16).unwrap();
        whole.push_str(rest.get(..length).unwrap());
        body = rest.get(length + 2..).unwrap_or_default();
    }
    whole
}

/// A folder with a configuration: a TCP and a UDP source on ports of their own, these rules.
fn folder(rules: &str) -> Folder {
    let folder = Folder::new();
    let source = |name: &str, scheme: &str| {
        format!("[[source]]\nname = \"{name}\"\ntype = \"syslog\"\nlisten = \"{scheme}://127.0.0.1:0\"\n")
    };
    let text = format!(
        "data_dir = \"data\"\n{}{}[lake]\nflush = {{ rows = 1_000_000, age = \"1h\" }}\n\
         [detect]\nrules = [{rules}]\n[http]\nlisten = \"127.0.0.1:0\"\n",
        source("servers", "tcp"),
        source("network", "udp")
    );
    folder.file("campanile.toml", text);
    folder
}

fn line(n: usize) -> String {
    format!("<38>1 2026-03-16T10:00:00Z srv01 app 1 - - message number {n}\n")
}

fn count(service: &Service) -> u64 {
    service.sql("select count(*) n from events")[0]["n"].as_u64().unwrap()
}

#[test]
fn what_is_sent_can_be_asked_at_once_and_is_in_the_lake_after_a_stop() {
    let folder = folder("");
    let service = Service::start(&folder);
    let mut tcp = TcpStream::connect(service.source("servers")).unwrap();
    (0..500).for_each(|n| tcp.write_all(line(n).as_bytes()).unwrap());
    drop(tcp);
    let udp = UdpSocket::bind("127.0.0.1:0").unwrap();
    let datagram = "<38>Mar 16 10:00:00 sshd[1]: Failed password for root from 203.0.113.9 port 22 ssh2";
    udp.send_to(datagram.as_bytes(), service.source("network")).unwrap();

    let status = service.wait_for(|status| status["work"]["worked_upto"] == 501);
    assert_eq!(status["lake"]["committed_upto"], 0, "nothing was due for a commit: {status}");
    assert_eq!(count(&service), 501);
    let rows =
        service.sql("select source, user_name, source_ip, host_ip from events where event_action = 'login'");
    assert_eq!(
        rows,
        [
            serde_json::json!({"source": "network", "user_name": "root", "source_ip": "203.0.113.9", "host_ip": "127.0.0.1"})
        ]
    );
    for source in status["sources"].as_array().unwrap() {
        assert_eq!((&source["received"], &source["under_way"]), (&source["stored"], &0.into()), "{source}");
    }
    let (code, said) = service.stop();
    assert_eq!((code, said.contains("everything received is stored")), (0, true), "{said}");

    let ran =
        folder.run(&["sql", "--lake", "data/lake", "select count(*) n, max(seq) last from events"]).expect(0);
    assert_eq!(ran.objects(), [serde_json::json!({"n": 501, "last": 501})]);
}

#[test]
fn what_was_stored_before_a_kill_is_there_once_after_the_next_start() {
    let folder = folder("");
    let mut stored = 0;
    for round in 0..3 {
        let service = Service::start(&folder);
        let status = service.wait_for(|status| status["work"]["behind"] == 0);
        assert_eq!(status["journal"]["durable_upto"], stored);
        assert_eq!(count(&service), stored, "round {round}");
        let mut tcp = TcpStream::connect(service.source("servers")).unwrap();
        (0..200).for_each(|n| tcp.write_all(line(n).as_bytes()).unwrap());
        stored += 200;
        service.wait_for(|status| status["journal"]["durable_upto"] == stored);
        service.kill();
    }
    let (code, _) = Service::start(&folder).stop();
    assert_eq!(code, 0);
    let ran =
        folder.run(&["sql", "--lake", "data/lake", "select count(*) n, count(distinct seq) d from events"]);
    assert_eq!(ran.expect(0).objects(), [serde_json::json!({"n": 600, "d": 600})]);
}

#[test]
fn an_attack_over_a_restart_is_one_alert_told_while_it_runs() {
    let folder = folder("\"builtin\"");
    let now = jiff::Timestamp::now();
    let attempt = |n: i64| {
        let at = now.checked_add(jiff::SignedDuration::from_millis(n)).unwrap();
        format!(
            "<38>1 {at:.6} srv01 sshd {} - - Failed password for root from 203.0.113.9 port 4{n:04} ssh2\n",
            1000 + n
        )
    };
    let alerts = |service: &Service| -> Vec<Value> {
        let (code, body) = service.ask("GET", "/api/alerts", "");
        assert_eq!(code, 200, "{body}");
        body.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let is_guessing = |alert: &Value| alert["entities"]["source_ip"] == "203.0.113.9";

    let service = Service::start(&folder);
    let mut tcp = TcpStream::connect(service.source("servers")).unwrap();
    (0..10).for_each(|n| tcp.write_all(attempt(n).as_bytes()).unwrap());
    service.wait_for(|status| status["work"]["worked_upto"] == 10);
    assert!(!alerts(&service).iter().any(|alert| alert["rule_id"] == "AC-01"), "ten attempts are not twenty");
    let (code, _) = service.stop();
    assert_eq!(code, 0);

    let service = Service::start(&folder);
    let mut tcp = TcpStream::connect(service.source("servers")).unwrap();
    (10..40).for_each(|n| tcp.write_all(attempt(n).as_bytes()).unwrap());
    service.wait_for(|_| alerts(&service).iter().any(|alert| alert["rule_id"] == "AC-01"));
    let told = alerts(&service);
    let guessing: Vec<&Value> = told.iter().filter(|alert| alert["rule_id"] == "AC-01").collect();
    assert_eq!(guessing.len(), 1, "{told:?}");
    assert!(is_guessing(guessing[0]) && guessing[0]["standing"] == "provisional", "{}", guessing[0]);
    assert_eq!(guessing[0]["evidence"][0]["line"], 1, "it begins before the restart");
}

#[test]
fn a_wrong_address_a_taken_port_and_an_unknown_type_are_told_with_the_mend() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = format!("tcp://{}", taken.local_addr().unwrap());
    for (kind, listen, said) in [
        ("syslog", taken.as_str(), "cannot listen on"),
        ("syslog", "tcp://somewhere", "is nothing to listen on"),
        ("sislog", "tcp://127.0.0.1:0", "sislog"),
    ] {
        let folder = Folder::new();
        let text = format!(
            "data_dir = \"data\"\n[[source]]\nname = \"a\"\ntype = \"{kind}\"\nlisten = \"{listen}\"\n\
             [detect]\nrules = []\n[http]\nlisten = \"127.0.0.1:0\"\n"
        );
        folder.file("campanile.toml", text);
        let ran = folder.run(&["serve", "-c", "campanile.toml"]).expect(2);
        assert!(ran.err.contains(said), "{kind} {listen}: {}", ran.err);
    }
}
