//! What a key says: the vocabularies of ECS, OCSF, CIM, OpenTelemetry, CEF, Sigma and common products, in one table.
//!
//! A key is read without case and signs (`clientIp`, `client_ip`, `client.ip` are one name), with the keys
//! around it (`source` › `ip`), the longest known name first. Names of an end of a connection are a side and
//! an attribute (`src` + `port`) and need no entry. Ranks say which of two names of one column counts: the lower.
//!
//! Promises: linear in the key; no allocation. Must not know: values, products.

mod memo;
mod vocabulary;

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use schema::Column;

/// What a name means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// The value of a column.
    Is(Column),
    /// A moment; a later part of the day is [`Meaning::Hour`].
    Moment,
    /// A time of day without its date.
    Hour,
    /// A name that is the asked host of a request, or the machine.
    Host,
    /// A path that is of a request, or of a file.
    Path,
    /// A URL.
    Url,
    /// An HTTP request line.
    Request,
    /// Words that say how it ended.
    Result,
    /// Prose for people.
    Prose,
    /// A transport or an application protocol.
    Protocol,
    /// Bytes of an answer, or sent by the destination.
    Size,
    /// An id that is the account's name when it is no number or GUID.
    UserId,
    /// A name, or an address, of the other end.
    Source,
    /// A name, or an address, of the end that was reached.
    Destination,
    /// What a device decided on a flow.
    Verdict,
    /// The machine an action came from, by address or by name.
    SourceHost,
    /// An address, or a port, of this end, where the other is called remote.
    LocalIp,
    /// See [`Meaning::LocalIp`].
    LocalPort,
    /// A port that is of the address beside it.
    Port,
    /// A browser, or a program of any kind.
    Agent,
    /// A domain that is of an account, or of a URL.
    Domain,
    /// Inbound or outbound.
    Direction,
    /// The zone of a moment that stands under another key.
    Zone,
}

use Column as C;
use Meaning::{Destination, Host, Is, Moment, Path, Size, Source, UserId};
use vocabulary::NAMES;

static BY_NAME: LazyLock<FxHashMap<&'static str, (Meaning, u8)>> = LazyLock::new(|| {
    let mut map: FxHashMap<&'static str, (Meaning, u8)> = FxHashMap::default();
    for (meaning, rank, names) in NAMES {
        for name in names.split_ascii_whitespace() {
            map.entry(name).or_insert((*meaning, *rank));
        }
    }
    map
});

/// What a dotted path means, and its rank: the lower counts.
pub(super) fn meaning(path: &str) -> Option<(Meaning, u8)> {
    memo::known(path).meaning
}

/// True when a value under that path that is a moment tells when the event was.
pub(super) fn may_be_moment(path: &str) -> bool {
    memo::known(path).may_be_moment
}

/// Longest name that is looked at; of a longer one its end.
const NAME_BYTES_MAX: usize = 128;

/// A path of keys, without case and signs.
struct Name {
    bytes: [u8; NAME_BYTES_MAX],
    length: usize,
    /// Where its last components begin, the last one first.
    starts: [usize; 4],
    count: usize,
}

impl Name {
    /// The name of a dotted path.
    fn of(path: &str) -> Name {
        let mut name = Name { bytes: [0; NAME_BYTES_MAX], length: 0, starts: [0; 4], count: 0 };
        let bytes = path.as_bytes();
        let tail = bytes.get(bytes.len().saturating_sub(NAME_BYTES_MAX)..).unwrap_or_default();
        let mut opens = true;
        for byte in tail {
            if matches!(byte, b'.' | b'/' | b':') {
                opens = true;
            } else if byte.is_ascii_alphanumeric()
                && let Some(place) = name.bytes.get_mut(name.length)
            {
                if opens {
                    name.starts.rotate_right(1);
                    if let Some(first) = name.starts.first_mut() {
                        *first = name.length;
                    }
                    name.count += 1;
                    opens = false;
                }
                *place = byte.to_ascii_lowercase();
                name.length += 1;
            }
        }
        name
    }

    /// Its last `count` components in one word.
    fn end(&self, count: usize) -> Option<&str> {
        if count > self.count {
            return None;
        }
        let start = *self.starts.get(count.checked_sub(1)?)?;
        std::str::from_utf8(self.bytes.get(start..self.length)?).ok()
    }

    /// The components that stand before the last `count`, the four last at most, in one word.
    fn before(&self, count: usize) -> &str {
        let end = count.checked_sub(1).and_then(|at| self.starts.get(at)).copied().unwrap_or_default();
        let start = self.starts.get(self.count.min(4).saturating_sub(1)).copied().unwrap_or_default();
        self.bytes.get(start..end).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
    }

    /// What it means, and its rank: the lower counts.
    fn meaning(&self) -> Option<(Meaning, u8)> {
        for count in [3, 2, 1] {
            let Some(word) = self.end(count) else { continue };
            let known = BY_NAME.get(word).copied().or_else(|| endpoint(word)).or_else(|| local(word));
            if let Some((meaning, rank)) = known {
                let meaning = turned(meaning, self.before(count))?;
                let depth = self.count.saturating_sub(count).min(7) as u8;
                // Of moments the outer ones are the event's, whatever they are called.
                let rank = if meaning == Moment { rank * 6 + depth * 14 } else { rank * 16 + depth };
                return Some((meaning, rank));
            }
        }
        let last = self.end(1)?;
        suffix(last)
            .and_then(|(meaning, rank)| Some((turned(meaning, self.before(1))?, rank * 16)))
            .or_else(|| moment(last))
    }

    /// True when a value of that name that is a moment tells when the event was.
    fn may_be_moment(&self) -> bool {
        self.end(1).is_some_and(|last| !tells_other_moment(last))
    }
}

/// A name that ends as those of moments do; what is to come, or was changed last, says less.
fn moment(word: &str) -> Option<(Meaning, u8)> {
    let is_moment = ["time", "timestamp", "date", "datetime", "timeutc", "dataora", "orario", "heure"]
        .iter()
        .any(|end| word.ends_with(end));
    if !is_moment || tells_other_moment(word) {
        return None;
    }
    let is_late = has_one(word, &["end", "last", "updat", "modif", "process"]);
    Some((Moment, if is_late { 9 * 16 } else { 8 * 16 }))
}

/// Names of moments that are not the event's, and of spans.
fn tells_other_moment(word: &str) -> bool {
    const PARTS: &[&str] = &[
        "expir",
        "valid",
        "until",
        "next",
        "birth",
        "previous",
        "old",
        "uptime",
        "runtime",
        "lifetime",
        "duration",
        "elapsed",
        "response",
        "taken",
        "build",
        "version",
        "release",
        "installed",
        "passwordset",
        "boot",
        "join",
    ];
    has_one(word, PARTS)
}

/// True when one of a few short parts stands in a word: quicker than a search for each.
fn has_one(word: &str, parts: &[&str]) -> bool {
    let bytes = word.as_bytes();
    let stands_at = |at: usize, first: u8| {
        let rest = bytes.get(at..).unwrap_or_default();
        parts.iter().any(|part| part.as_bytes().first() == Some(&first) && rest.starts_with(part.as_bytes()))
    };
    bytes.iter().enumerate().any(|(at, first)| stands_at(at, *first))
}

/// What a name ends with, when its beginning is a product's or a protocol's own (`reportedRemoteIp`).
const ENDS: &[(&str, Meaning, u8)] = &[
    ("username", Is(C::UserName), 6),
    ("useremail", Is(C::UserName), 6),
    ("computername", Is(C::HostName), 6),
    ("hostname", Is(C::HostName), 7),
    ("useragent", Is(C::UserAgentOriginal), 5),
    ("commandline", Is(C::ProcessCommandLine), 5),
    ("filepath", Is(C::FilePath), 5),
    ("rulename", Is(C::RuleName), 5),
    ("sha256", Is(C::FileHashSha256), 5),
    ("macaddress", Is(C::SourceMac), 6),
    ("statuscode", Is(C::HttpResponseStatusCode), 6),
    ("direction", Meaning::Direction, 5),
    ("processname", Is(C::ProcessName), 6),
    ("processpath", Is(C::ProcessExecutable), 6),
];

fn suffix(word: &str) -> Option<(Meaning, u8)> {
    const OTHERS: &[&str] =
        &["nat", "xlat", "translated", "mapped", "gateway", "dns", "previous", "new", "old", "xff"];
    if has_one(word, OTHERS) {
        return None;
    }
    if let Some((end, meaning, rank)) = ENDS.iter().find(|(end, ..)| word.ends_with(end)) {
        let prefix = word.strip_suffix(end).unwrap_or_default();
        let meaning = if prefix.is_empty() { *meaning } else { turned(*meaning, prefix)? };
        return Some((meaning, *rank));
    }
    // The last place where a side is named.
    let at = ["source", "src", "destination", "dest", "dst", "client", "remote"]
        .iter()
        .filter_map(|side| word.rfind(side))
        .max()
        .filter(|at| *at > 0)?;
    let (meaning, _) = endpoint(word.get(at..)?)?;
    Some((meaning, 6))
}

/// The sides of a connection: what a name begins with, if it is the source, and its rank.
const SIDES: &[(&str, bool, u8)] = &[
    ("destination", false, 1),
    ("dest", false, 1),
    ("dst", false, 1),
    ("target", false, 3),
    ("server", false, 3),
    ("responder", false, 2),
    ("victim", false, 2),
    ("backend", false, 5),
    ("upstream", false, 5),
    ("source", true, 1),
    ("src", true, 1),
    ("client", true, 2),
    ("caller", true, 2),
    ("actor", true, 2),
    ("attacker", true, 2),
    ("initiator", true, 2),
    ("requester", true, 3),
    ("downstreamremote", true, 2),
    ("remote", true, 3),
    ("peer", true, 3),
    ("origin", true, 3),
    ("sender", true, 3),
    ("visitor", true, 3),
    ("user", true, 4),
    ("login", true, 4),
    ("from", true, 4),
    ("to", false, 4),
];

/// `localip`, `localaddress`, `localport`.
fn local(word: &str) -> Option<(Meaning, u8)> {
    let rest = word.strip_prefix("local")?;
    match attribute(rest.strip_prefix("host").unwrap_or(rest), true)? {
        Source => Some((Meaning::LocalIp, 3)),
        Is(C::SourcePort) => Some((Meaning::LocalPort, 3)),
        _ => None,
    }
}

/// The meaning of a side and an attribute in one word (`clientipaddress`, `dstport`).
fn endpoint(word: &str) -> Option<(Meaning, u8)> {
    SIDES.iter().find_map(|(side, is_source, rank)| {
        let rest = word.strip_prefix(side)?;
        let meaning = attribute(rest, *is_source).or_else(|| {
            let inner = ["endpoint", "hosts", "host", "device", "node", "tcp", "udp", "real", "client"]
                .iter()
                .find_map(|filler| rest.strip_prefix(filler))?;
            attribute(inner, *is_source)
        })?;
        let is_person = matches!(meaning, UserId | Is(C::UserName | C::UserTargetName));
        // `userip` is an address of a user, `useruser` is nothing.
        if is_person && matches!(*side, "user" | "login" | "from" | "to" | "remote" | "server" | "sender") {
            return None;
        }
        Some((meaning, *rank))
    })
}

fn attribute(word: &str, is_source: bool) -> Option<Meaning> {
    let of = |source: Meaning, destination: Meaning| Some(if is_source { source } else { destination });
    match word {
        "ip" | "ipv4" | "ipv6" | "ip4" | "ip6" | "ipaddr" | "ipaddress" | "addr" | "address" | "ips"
        | "ipaddresses" | "addresses" | "ipv4address" | "ipv6address" | "addressip" | "addressip4"
        | "addressip6" | "publicip" | "publicipaddress" | "ipaddressv4" | "ipaddressv6" | "addressipv4" => {
            of(Source, Destination)
        }
        "port" | "portnumber" | "portno" | "ports" => of(Is(C::SourcePort), Is(C::DestinationPort)),
        "mac" | "macaddr" | "macaddress" | "macs" if is_source => Some(Is(C::SourceMac)),
        "bytes" | "octets" | "bytecount" => of(Is(C::SourceBytes), Size),
        "hostname" | "host" | "fqdn" | "dnsname" if !is_source => Some(Is(C::DestinationDomain)),
        "user" | "username" | "usr" | "account" | "accountname" | "email" | "upn" | "userprincipalname"
        | "login" | "useremail" => of(Is(C::UserName), Is(C::UserTargetName)),
        "userid" | "useruid" | "usersid" if is_source => Some(UserId),
        _ => None,
    }
}

/// The meaning of a name inside others: what belongs to the target, to a parent process or to a former state
/// is not the actor's.
fn turned(meaning: Meaning, around: &str) -> Option<Meaning> {
    if around.is_empty() {
        return Some(meaning);
    }
    let within = |words: &[&str]| has_one(around, words);
    if within(&["previous", "before", "former"]) {
        return None;
    }
    if within(&["parent"]) {
        return match meaning {
            Is(C::ProcessExecutable) => Some(Is(C::ProcessParentExecutable)),
            Is(C::ProcessName | C::ProcessCommandLine | C::ProcessPid | C::UserName) => None,
            other => Some(other),
        };
    }
    if within(&["target", "destination", "dest", "dst", "victim"]) {
        return match meaning {
            Is(C::UserName) => Some(Is(C::UserTargetName)),
            Source => Some(Destination),
            Is(C::SourcePort) | Meaning::Port => Some(Is(C::DestinationPort)),
            Is(C::SourceMac | C::UserDomain) | UserId => None,
            other => Some(other),
        };
    }
    if within(&["request", "http", "header", "url"]) && meaning == Host {
        return Some(Is(C::UrlDomain));
    }
    if within(&["url", "http", "server", "request"]) && meaning == Meaning::Port {
        return None;
    }
    if within(&["file"]) && meaning == Path {
        return Some(Is(C::FilePath));
    }
    Some(meaning)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meaning(path: &str) -> Option<Meaning> {
        Name::of(path).meaning().map(|(meaning, _)| meaning)
    }

    #[test]
    fn spellings_of_a_name_are_one() {
        for path in [
            "source.ip",
            "src_ip",
            "srcIp",
            "SourceIPAddress",
            "client-ip",
            "clientIp",
            "event.src_endpoint.ip",
            "remoteAddr",
        ] {
            assert_eq!(meaning(path), Some(Source), "{path}");
        }
        for path in ["dst_port", "destination.port", "DestinationPort", "dpt", "dst_endpoint.port"] {
            assert_eq!(meaning(path), Some(Is(C::DestinationPort)), "{path}");
        }
    }

    #[test]
    fn what_stands_around_a_name_turns_it() {
        assert_eq!(meaning("target.user.name"), Some(Is(C::UserTargetName)));
        assert_eq!(meaning("dst_endpoint.svc.ip"), Some(Destination));
        assert_eq!(meaning("process.parent.executable"), Some(Is(C::ProcessParentExecutable)));
        assert_eq!(meaning("request.host"), Some(Is(C::UrlDomain)));
    }

    #[test]
    fn what_says_nothing_means_nothing() {
        for path in ["", ".", "colour", "geo.name", "token_expiry_date", "user.uuser", "è"] {
            assert_eq!(meaning(path), None, "{path}");
        }
        assert!(Name::of(&"a.".repeat(40_000)).meaning().is_none());
    }

    #[test]
    fn every_name_of_the_table_can_be_met() {
        for (_, _, names) in NAMES {
            for name in names.split_ascii_whitespace() {
                assert!(
                    name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()),
                    "{name}"
                );
            }
        }
    }
}
