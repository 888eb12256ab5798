//! Six kinds of messages, as the devices of a town hall write them.

use datasets::rng::Rng;

/// 2026-03-16 06:00 UTC, µs since 1970.
pub const START_US: i64 = 1_773_640_800_000_000;

const HOSTS: [&str; 6] = ["portale", "gw-sede", "dc01", "db-tributi", "posta", "sw-piano2"];
const PROGRAMS: [&str; 6] = ["protocollo", "tributi-api", "albo", "suap", "pagamenti", "mensa"];
const USERS: [&str; 8] =
    ["m.verdi", "g.neri", "l.gallo", "adm.conti", "p.riva", "s.longo", "root", "fornitore1"];
const PATHS: [&str; 6] = [
    "/albo/atti",
    "/tributi/imu/calcolo",
    "/servizi/certificati",
    "/login",
    "/api/v1/istanze",
    "/css/sito.css",
];
const AGENTS: [&str; 3] = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Mobile Safari/604.1",
    "curl/8.14.1",
];

/// Where messages take their values from.
pub struct Source {
    rng: Rng,
    time_us: i64,
    count: u64,
}

impl Source {
    /// The same seed gives the same messages.
    pub fn new(seed: u64) -> Source {
        Source { rng: Rng::named(seed, "bench messages", 0), time_us: START_US, count: 0 }
    }

    fn tick(&mut self) -> Clock {
        self.time_us += self.rng.between(500, 9_500);
        self.count += 1;
        let seconds = (self.time_us - START_US) / 1_000_000;
        Clock {
            hour: 6 + seconds / 3_600,
            minute: seconds / 60 % 60,
            second: seconds % 60,
            micros: self.time_us % 1_000_000,
        }
    }

    pub(crate) fn number(&mut self, bound: u64) -> u64 {
        self.rng.below(bound)
    }

    pub(crate) fn pick(&mut self, texts: &[&'static str]) -> &'static str {
        self.rng.pick(texts)
    }

    /// The next instant, as JSON collectors write it.
    pub(crate) fn instant(&mut self) -> String {
        let clock = self.tick();
        format!("2026-03-16T{}.{:03}Z", clock.time(), clock.micros / 1_000)
    }

    pub(crate) fn ip(&mut self) -> String {
        format!("198.{}.{}.{}", 18 + self.number(2), self.number(256), 1 + self.number(254))
    }

    fn sentence(&mut self) -> String {
        let (practice, ms, user) = (self.number(999_999), self.number(5_000), self.rng.pick(&USERS));
        let count = self.count;
        match self.number(3) {
            0 => format!(
                "istanza {practice} n. {count} chiusa in {ms} ms dall'operatore {user}, esito positivo, nessun allegato"
            ),
            1 => format!(
                "documento {practice} n. {count} assegnato all'ufficio tributi da {user}, {ms} byte di allegati firmati"
            ),
            _ => format!(
                "sessione {practice} n. {count} verso la banca dati aperta in {ms} ms per conto di {user}"
            ),
        }
    }
}

/// A time of 16 March 2026, UTC.
struct Clock {
    hour: i64,
    minute: i64,
    second: i64,
    micros: i64,
}

impl Clock {
    fn time(&self) -> String {
        format!("{:02}:{:02}:{:02}", self.hour, self.minute, self.second)
    }
}

/// RFC 5424 with two elements of structured data.
pub fn rfc5424(source: &mut Source) -> String {
    let clock = source.tick();
    format!(
        "<{}>1 2026-03-16T{}.{:06}Z {} {} {} ID{} [origin@32473 ip=\"{}\" sw=\"comune\"][req@32473 id=\"{:08x}\" n=\"{}\"] {}",
        source.number(24) * 8 + source.number(8),
        clock.time(),
        clock.micros,
        source.rng.pick(&HOSTS),
        source.rng.pick(&PROGRAMS),
        source.number(65_000),
        source.number(99),
        source.ip(),
        source.number(1 << 32),
        source.number(1_000),
        source.sentence(),
    )
}

/// RFC 3164 with a few `key=value` pairs behind the text.
pub fn rfc3164(source: &mut Source) -> String {
    let clock = source.tick();
    format!(
        "<{}>Mar 16 {} {} {}[{}]: {}; ip={} canale=sportello rif={:08x} operazione={} stato=ok",
        source.number(24) * 8 + source.number(8),
        clock.time(),
        source.rng.pick(&HOSTS),
        source.rng.pick(&PROGRAMS),
        source.number(65_000),
        source.sentence(),
        source.ip(),
        source.number(1 << 32),
        source.rng.pick(&PROGRAMS),
    )
}

/// sshd behind RFC 3164.
pub fn sshd(source: &mut Source) -> String {
    let clock = source.tick();
    let (user, ip, port) = (source.rng.pick(&USERS), source.ip(), 1_024 + source.number(60_000));
    let payload = match source.number(4) {
        0 => format!("Failed password for {user} from {ip} port {port} ssh2"),
        1 => format!("Failed password for invalid user {user} from {ip} port {port} ssh2"),
        2 => format!(
            "Accepted publickey for {user} from {ip} port {port} ssh2: ED25519 SHA256:{:043x}",
            source.number(1 << 62)
        ),
        _ => format!("Disconnected from authenticating user {user} {ip} port {port} [preauth]"),
    };
    let (host, pid) = (source.rng.pick(&HOSTS), source.number(65_000));
    format!("<86>Mar 16 {} {host} sshd[{pid}]: {payload}", clock.time())
}

/// The combined access log of nginx and Apache.
pub fn access(source: &mut Source) -> String {
    let clock = source.tick();
    let user = if source.number(8) == 0 { source.rng.pick(&USERS) } else { "-" };
    format!(
        "{} - {user} [16/Mar/2026:{} +0000] \"GET {}?id={} HTTP/1.1\" {} {} \"https://www.comune.example{}\" \"{}\"",
        source.ip(),
        clock.time(),
        source.rng.pick(&PATHS),
        { source.count },
        source.rng.pick(&[200, 200, 200, 304, 302, 403, 404, 500]),
        source.number(60_000),
        source.rng.pick(&PATHS),
        source.rng.pick(&AGENTS),
    )
}

/// FortiGate traffic.
pub fn fortigate(source: &mut Source) -> String {
    let clock = source.tick();
    format!(
        "<189>date=2026-03-16 time={} devname=\"FGT-COMUNE\" devid=\"FG100FTK00000001\" eventtime={}000 tz=\"+0000\" \
         logid=\"0000000013\" type=\"traffic\" subtype=\"forward\" level=\"notice\" vd=\"root\" srcip={} srcport={} \
         srcintf=\"lan\" srcintfrole=\"lan\" dstip={} dstport={} dstintf=\"wan1\" dstintfrole=\"wan\" policyid={} \
         sessionid={} proto=6 action=\"{}\" policytype=\"policy\" service=\"HTTPS\" trandisp=\"snat\" app=\"SSL\" \
         duration={} sentbyte={} rcvdbyte={} sentpkt={} rcvdpkt={}",
        clock.time(),
        { source.time_us },
        source.ip(),
        1_024 + source.number(60_000),
        source.ip(),
        source.rng.pick(&[443, 80, 53, 25, 3_389]),
        source.number(60),
        { source.count },
        source.rng.pick(&["accept", "close", "deny", "timeout"]),
        source.number(600),
        source.number(1 << 20),
        source.number(1 << 22),
        source.number(900),
        source.number(900),
    )
}

/// A logon as Winlogbeat sends it.
pub fn winlogbeat(source: &mut Source) -> String {
    let clock = source.tick();
    let (user, ip) = (source.rng.pick(&USERS), source.ip());
    let is_failure = source.number(2) == 0;
    let (id, outcome, done) = if is_failure {
        (4_625, "failure", "failed to log on")
    } else {
        (4_624, "success", "was successfully logged on")
    };
    format!(
        "{{\"@timestamp\":\"2026-03-16T{}.{:03}Z\",\"event\":{{\"action\":\"logon\",\"code\":\"{id}\",\"kind\":\"event\",\
         \"outcome\":\"{outcome}\",\"provider\":\"Microsoft-Windows-Security-Auditing\"}},\
         \"host\":{{\"name\":\"dc01.comune.example\",\"ip\":[\"192.0.2.10\"]}},\"log\":{{\"level\":\"information\"}},\
         \"winlog\":{{\"api\":\"wineventlog\",\"channel\":\"Security\",\"computer_name\":\"dc01.comune.example\",\
         \"event_id\":\"{id}\",\"record_id\":{},\"process\":{{\"pid\":716,\"thread\":{{\"id\":{}}}}},\
         \"event_data\":{{\"AuthenticationPackageName\":\"NTLM\",\"IpAddress\":\"{ip}\",\"IpPort\":\"{}\",\
         \"LogonType\":\"3\",\"ProcessName\":\"-\",\"Status\":\"0xc000006d\",\"SubStatus\":\"0xc000006a\",\
         \"SubjectUserName\":\"-\",\"SubjectUserSid\":\"S-1-0-0\",\"TargetDomainName\":\"COMUNE\",\
         \"TargetUserName\":\"{user}\",\"WorkstationName\":\"PC-{}\"}}}},\
         \"message\":\"An account {done}.\\n\\nSubject:\\n\\tSecurity ID:\\t\\tS-1-0-0\\n\\tAccount Name:\\t\\t-\\n\\n\
         Logon Type:\\t\\t\\t3\\n\\nAccount For Which Logon Was Attempted:\\n\\tAccount Name:\\t\\t{user}\\n\\t\
         Account Domain:\\t\\tCOMUNE\"}}",
        clock.time(),
        clock.micros / 1_000,
        { source.count },
        source.number(9_000),
        1_024 + source.number(60_000),
        source.number(300),
    )
}

/// Writes one message.
pub type Message = fn(&mut Source) -> String;

/// Every kind with its name.
pub const ALL: [(&str, Message); 6] = [
    ("rfc5424", rfc5424),
    ("rfc3164", rfc3164),
    ("sshd", sshd),
    ("access", access),
    ("fortigate", fortigate),
    ("winlogbeat", winlogbeat),
];
