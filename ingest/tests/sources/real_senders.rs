//! Senders that are installed on this machine. A test says so when its sender is not.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use ingest::sources::{SyslogTcp, SyslogUdp, SyslogUnixDatagram};

use super::desk::Desk;

const ANY: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// Whether a program is there; says so when it is not.
pub fn has(program: &str) -> bool {
    is_there(program) || missing(program)
}

fn is_there(program: &str) -> bool {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&folders)
        .chain(["/usr/sbin".into(), "/lib/systemd".into()])
        .any(|folder| folder.join(program).exists())
}

/// Says that a test is skipped; where senders are required, it fails instead. Always false.
pub fn missing(sender: &str) -> bool {
    let is_required = std::env::var_os("CAMPANILE_SENDERS").is_some_and(|word| word == "required");
    assert!(!is_required, "{sender} is not installed");
    println!("skipped: {sender} is not installed");
    false
}

fn logger(arguments: &[&str]) {
    let status = Command::new("logger").args(arguments).status().unwrap();
    assert!(status.success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn logger_is_heard_over_tcp_in_both_framings_and_over_udp() {
    if !has("logger") {
        return;
    }
    let mut desk = Desk::new();
    let tcp = SyslogTcp::bind(ANY).await.unwrap();
    let port = tcp.local_addr().port().to_string();
    tokio::spawn(tcp.run(desk.port.clone()));
    let address = ["-n", "127.0.0.1", "-P", &port];
    logger(&[&address[..], &["-T", "--rfc5424", "-t", "prova", "by lines"]].concat());
    assert!(desk.frame().await.text.ends_with("by lines"));
    logger(&[&address[..], &["-T", "--rfc5424", "--octet-count", "-t", "prova", "by counts"]].concat());
    let frame = desk.frame().await;
    assert!(frame.text.starts_with("<13>1 ") && frame.text.ends_with("by counts"), "{}", frame.text);
    let udp = SyslogUdp::bind(ANY).unwrap();
    let port = udp.local_addr().port().to_string();
    tokio::spawn(udp.run(desk.port.clone()));
    logger(&["-n", "127.0.0.1", "-P", &port, "-d", "--rfc3164", "-t", "prova", "by datagram"]);
    assert!(desk.frame().await.text.ends_with("by datagram"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn logger_is_heard_on_a_socket_like_dev_log() {
    if !has("logger") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    let mut desk = Desk::new();
    tokio::spawn(SyslogUnixDatagram::bind(&path).unwrap().run(desk.port.clone()));
    logger(&["-u", path.to_str().unwrap(), "-t", "prova", "to the socket"]);
    assert!(desk.frame().await.text.ends_with("to the socket"));
}

/// A syslog daemon that forwards what is said to its socket. Stopped when dropped.
pub struct Forwarder {
    process: Child,
    folder: tempfile::TempDir,
}

impl Forwarder {
    /// Starts an rsyslogd with this output, written in its own language.
    pub fn rsyslog(modules: &str, output: &str) -> Forwarder {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).display().to_string();
        let text = format!(
            "global(workDirectory=\"{}\")\nmodule(load=\"imuxsock\" SysSock.Use=\"off\")\n{modules}\n\
             input(type=\"imuxsock\" Socket=\"{}\" CreatePath=\"off\" RateLimit.Interval=\"0\" \
             ruleset=\"forward\")\nruleset(name=\"forward\") {{ {output} }}\n",
            folder.path().display(),
            path("in")
        );
        std::fs::write(path("rsyslog.conf"), text).unwrap();
        let arguments = ["-n", "-f", &path("rsyslog.conf"), "-i", &path("pid")];
        Forwarder { process: run("rsyslogd", &arguments), folder }
    }

    /// Starts a syslog-ng with this destination, written in its own language.
    pub fn syslog_ng(destination: &str) -> Forwarder {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).display().to_string();
        let text = format!(
            "@version: {}\nsource in {{ unix-dgram(\"{}\"); }};\ndestination out {{ {destination} }};\n\
             log {{ source(in); destination(out); }};\n",
            syslog_ng_version(),
            path("in")
        );
        std::fs::write(path("syslog-ng.conf"), text).unwrap();
        let [configuration, persist, pid, control] =
            ["syslog-ng.conf", "persist", "pid", "control"].map(path);
        let arguments = ["-F", "--no-caps", "-f", &configuration, "-R", &persist, "-p", &pid, "-c", &control];
        Forwarder { process: run("syslog-ng", &arguments), folder }
    }

    /// Says something to it, once it listens.
    pub async fn say(&self, texts: impl IntoIterator<Item = String>) {
        let path = self.folder.path().join("in");
        let socket = super::desk::soon(connect(&path)).await;
        for text in texts {
            socket.send(format!("<13>prova: {text}").as_bytes()).await.unwrap();
        }
    }
}

fn run(program: &str, arguments: &[&str]) -> Child {
    let mut command = Command::new(program);
    command.env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").args(arguments);
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// The version of configurations that the installed syslog-ng reads.
fn syslog_ng_version() -> String {
    let output = Command::new("/usr/sbin/syslog-ng").arg("--version").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let version = text.lines().find_map(|line| line.strip_prefix("Config version: "));
    version.expect("a version").trim().to_owned()
}

async fn connect(path: &Path) -> tokio::net::UnixDatagram {
    let socket = tokio::net::UnixDatagram::unbound().unwrap();
    while socket.connect(path).is_err() {
        tokio::task::yield_now().await;
    }
    socket
}

impl Drop for Forwarder {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rsyslog_is_heard_over_tcp_in_both_framings() {
    if !has("rsyslogd") {
        return;
    }
    for framing in ["traditional", "octet-counted"] {
        let mut desk = Desk::new();
        let source = SyslogTcp::bind(ANY).await.unwrap();
        let port = source.local_addr().port();
        tokio::spawn(source.run(desk.port.clone()));
        let output = format!(
            "action(type=\"omfwd\" target=\"127.0.0.1\" port=\"{port}\" protocol=\"tcp\" TCP_Framing=\"{framing}\" \
             template=\"RSYSLOG_SyslogProtocol23Format\")"
        );
        let rsyslog = Forwarder::rsyslog("", &output);
        rsyslog.say((0..500).map(|number| format!("{framing} {number}"))).await;
        for (number, text) in desk.texts(500).await.iter().enumerate() {
            assert!(text.starts_with("<13>1 ") && text.ends_with(&format!("{framing} {number}")), "{text}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn syslog_ng_is_heard_over_tcp_in_both_framings() {
    if !is_there("syslog-ng") {
        // Debian has one syslog daemon at a time: it is never required.
        println!("skipped: syslog-ng is not installed");
        return;
    }
    for driver in ["network", "syslog"] {
        let mut desk = Desk::new();
        let source = SyslogTcp::bind(ANY).await.unwrap();
        let port = source.local_addr().port();
        tokio::spawn(source.run(desk.port.clone()));
        let syslog_ng =
            Forwarder::syslog_ng(&format!("{driver}(\"127.0.0.1\" port({port}) transport(\"tcp\"));"));
        syslog_ng.say((0..500).map(|number| format!("{driver} {number}"))).await;
        for (number, text) in desk.texts(500).await.iter().enumerate() {
            assert!(text.starts_with("<13>") && text.ends_with(&format!("{driver} {number}")), "{text}");
        }
    }
}
