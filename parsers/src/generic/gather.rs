//! What was found for each column, the best kept: a value counts only when it is of the column's kind,
//! and the lower rank wins, then the first.
//!
//! Promises: no allocation once a thread's list has grown; a column costs nothing until it has a value; a name never
//! lands in an address column. Must not know: where values stood.

mod behind;
mod settle;
mod values;

use std::cell::Cell;
use std::mem;

use schema::{Column, Outcome};

use super::INNER;
use super::kinds::{address, is_domain, is_mac, is_method, is_nothing, is_number, mailbox, sha256, spelled};
use super::names::{self, Meaning};
use super::stamps::{self, Moment};
use super::wording::Wording;
use crate::scan;
use behind::Behind;

use Column as C;

/// A value and its rank.
#[derive(Debug, Clone, Copy)]
struct Found<'a> {
    text: &'a str,
    rank: u8,
}

const NOTHING: Found<'static> = Found { text: "", rank: u8::MAX };

/// From this rank on a name may mean something else.
const WEAK: u8 = 4 * 16;
/// Added to the rank of an address whose value has more around it.
const SPELLED: u8 = 3 * 16;
/// Rank of what keeps its value: no name's is lower.
const CLOSED: u8 = 1;

thread_local! {
    /// Room for what is found, kept from payload to payload.
    static ROOM: Cell<Vec<Found<'static>>> = const { Cell::new(Vec::new()) };
}

/// The list without its values, for those of another payload: collected in place, so that its room stays.
fn emptied<'b>(found: Vec<Found<'_>>) -> Vec<Found<'b>> {
    found.into_iter().map_while(|_| None).collect()
}

/// Everything found in one payload.
#[derive(Debug)]
pub(super) struct Gathered<'a> {
    found: Vec<Found<'a>>,
    /// Where in `found` the columns stand that have a value.
    places: [u8; Column::ALL.len()],
    /// One bit a column that has a value.
    known: u128,
    /// One bit a column that takes no more.
    closed: u128,
    /// False where the envelope has said when it was.
    wants_moment: bool,
    moment: Option<(Moment, u8)>,
    day: &'a str,
    hour: &'a str,
    zone: &'a str,
    host: Found<'a>,
    path: Found<'a>,
    size: Found<'a>,
    local_ip: Found<'a>,
    local_port: Found<'a>,
    port: Found<'a>,
    domain: Found<'a>,
    outcome: Option<(Outcome, u8)>,
    /// What a device decided on a flow: true when it let it pass.
    verdict: Option<(bool, u8)>,
    /// What the words say of a login.
    pub(super) wording: Wording,
    /// What others may have written into the pairs of the text that is read now.
    behind: Behind,
}

impl<'a> Gathered<'a> {
    pub(super) fn new(wants_moment: bool) -> Gathered<'a> {
        Gathered {
            found: emptied(ROOM.take()),
            places: [0; Column::ALL.len()],
            known: 0,
            closed: 0,
            wants_moment,
            moment: None,
            day: "",
            hour: "",
            zone: "",
            host: NOTHING,
            path: NOTHING,
            size: NOTHING,
            local_ip: NOTHING,
            local_port: NOTHING,
            port: NOTHING,
            domain: NOTHING,
            outcome: None,
            verdict: None,
            wording: Wording::default(),
            behind: Behind::default(),
        }
    }

    /// True when that column has a value.
    pub(super) fn has(&self, column: Column) -> bool {
        self.known & (1 << column.index()) != 0
    }

    /// True when nothing was found, as in most sentences.
    fn is_empty(&self) -> bool {
        let said = [self.host, self.path, self.size, self.local_ip, self.local_port, self.domain];
        self.known == 0
            && said.iter().all(|found| found.rank == u8::MAX)
            && self.moment.is_none()
            && self.day.is_empty()
            && self.outcome.is_none()
            && self.verdict.is_none()
            && self.wording.login().is_none()
    }

    /// True while the time of the event is not known otherwise.
    pub(super) fn wants_moment(&self) -> bool {
        self.wants_moment
    }

    /// What has a value by now keeps it: what comes next is text that others may have written.
    pub(super) fn close(&mut self) {
        self.name();
        let joined = stamps::joined(self.day, self.hour);
        self.moment = self.moment.or(joined.map(|moment| (moment, CLOSED)));
        (self.day, self.hour) = ("", "");
        self.shut();
    }

    /// The same inside of a text that goes on.
    fn shut(&mut self) {
        self.closed |= self.known;
        let said = [
            &mut self.host,
            &mut self.path,
            &mut self.size,
            &mut self.local_ip,
            &mut self.local_port,
            &mut self.port,
            &mut self.domain,
        ];
        let said = said.into_iter().filter(|found| found.rank < u8::MAX).map(|found| &mut found.rank);
        let decided = [
            self.moment.as_mut().map(|(_, rank)| rank),
            // One that stood among words stays one.
            self.outcome.as_mut().map(|(_, rank)| rank).filter(|rank| **rank < INNER),
            self.verdict.as_mut().map(|(_, rank)| rank),
        ];
        said.chain(decided.into_iter().flatten()).for_each(|rank| *rank = (*rank).min(CLOSED));
    }

    /// Keeps the room for the next payload.
    fn leave_room(&mut self) {
        ROOM.set(emptied(mem::take(&mut self.found)));
    }

    /// The value of a column.
    fn found(&self, column: Column) -> Found<'a> {
        let place = self.places.get(column.index()).filter(|_| self.has(column));
        place.and_then(|place| self.found.get(usize::from(*place))).copied().unwrap_or(NOTHING)
    }

    /// Gives a column a value, or takes it back.
    fn place(&mut self, column: Column, found: Found<'a>) {
        let Some(place) = self.places.get_mut(column.index()) else { return };
        let bit = 1 << column.index();
        if found.rank == u8::MAX {
            self.known &= !bit;
        } else if self.known & bit == 0 {
            // A column is taken back once at most, so that the list stays short.
            let Ok(next) = u8::try_from(self.found.len()) else { return };
            *place = next;
            self.known |= bit;
            self.found.push(found);
        } else if let Some(known) = self.found.get_mut(usize::from(*place)) {
            *known = found;
        }
    }

    /// Takes the value of a key; false when the key says nothing.
    pub(super) fn put_named(&mut self, path: &str, value: &'a str, more: u8) -> bool {
        let Some((meaning, rank)) = names::meaning(path) else { return false };
        self.put(meaning, rank.saturating_add(more), value);
        true
    }

    /// Takes a value of a meaning.
    pub(super) fn put(&mut self, meaning: Meaning, rank: u8, value: &'a str) {
        let value = scan::trim(value);
        if is_nothing(value) {
            return;
        }
        match meaning {
            Meaning::Is(column) => self.column(column, rank, value),
            Meaning::Moment => self.moment_text(value, rank),
            Meaning::Hour if self.hour.is_empty() => self.hour = value,
            Meaning::Zone if self.zone.is_empty() => self.zone = value,
            Meaning::Hour | Meaning::Zone => {}
            Meaning::Host => keep(&mut self.host, rank, value),
            Meaning::Path => keep(&mut self.path, rank, value),
            Meaning::Url => self.url(rank, value),
            Meaning::Request => {
                self.request(rank, value);
            }
            Meaning::Result => self.result(rank, value),
            Meaning::Prose => {}
            Meaning::Protocol => self.protocol(rank, value),
            Meaning::Size => {
                if is_number(value) {
                    keep(&mut self.size, rank, value);
                }
            }
            Meaning::UserId => self.user_id(rank, value),
            Meaning::Source => {
                if !self.address(C::SourceIp, C::SourcePort, rank, value) && value.contains('@') {
                    self.column(C::EmailFrom, rank, value);
                }
            }
            Meaning::Destination => {
                if !self.address(C::DestinationIp, C::DestinationPort, rank, value) && is_domain(value) {
                    self.set(C::DestinationDomain, rank.saturating_add(16), value);
                }
            }
            Meaning::Verdict => self.decided(rank, value),
            Meaning::LocalIp => {
                if let Some((address, port)) = address(value) {
                    keep(&mut self.local_ip, rank, address);
                    if !port.is_empty() {
                        keep(&mut self.local_port, rank, port);
                    }
                }
            }
            Meaning::SourceHost => {
                if !self.address(C::SourceIp, C::SourcePort, rank, value) {
                    self.column(C::HostName, rank.saturating_add(48), value);
                }
            }
            Meaning::LocalPort => keep(&mut self.local_port, rank, value),
            Meaning::Agent if value.contains('/') => self.set(C::UserAgentOriginal, rank, value),
            Meaning::Agent => {}
            Meaning::Port => keep(&mut self.port, rank, value),
            Meaning::Domain => keep(&mut self.domain, rank, value),
            Meaning::Direction => self.direction(rank, value),
        }
    }

    /// Takes a moment under a name that is not known.
    pub(super) fn put_moment(&mut self, value: &'a str) {
        if self.wants_moment
            && value.len() >= 10
            && let Some((moment, _)) = stamps::prefix(value)
        {
            self.moment(moment, 11 * 16);
        }
    }

    /// Takes a moment whose value is a number, or reaches over what follows.
    pub(super) fn put_moment_of(&mut self, value: &str, rest: &'a str, rank: u8) {
        match stamps::number(value).filter(|_| self.wants_moment) {
            Some(moment) => self.moment(moment, rank),
            None => self.put(Meaning::Moment, rank, rest),
        }
    }

    /// Takes a moment that was read already.
    pub(super) fn moment(&mut self, moment: Moment, rank: u8) {
        if self.moment.is_none_or(|(_, known)| rank < known) {
            self.moment = Some((moment, rank));
        }
    }

    fn moment_text(&mut self, value: &'a str, rank: u8) {
        if !self.wants_moment {
            return;
        }
        let value = value.trim_start_matches(['[', '(', '"', '\'']);
        // `/Date(1773652364123)/`, of .NET.
        let value = value.strip_prefix("/Date(").and_then(|rest| rest.split(')').next()).unwrap_or(value);
        if let Some(moment) =
            stamps::number(value).or_else(|| stamps::prefix(value).map(|(moment, _)| moment))
        {
            self.moment(moment, rank);
        } else if let Some(day) = stamps::day_alone(value) {
            self.day = if self.day.is_empty() { day } else { self.day };
        } else if stamps::is_hour(value) && self.hour.is_empty() {
            self.hour = value;
        }
    }

    fn set(&mut self, column: Column, rank: u8, value: &'a str) {
        if rank < self.found(column).rank && self.closed & (1 << column.index()) == 0 {
            self.place(column, Found { text: value, rank });
        }
    }

    /// A value of a column, when it is of the column's kind.
    fn column(&mut self, column: Column, rank: u8, value: &'a str) {
        match column {
            C::HostIp => {
                if let Some((address, _)) = address(value) {
                    self.set(C::HostIp, rank, address);
                }
            }
            C::SourcePort | C::DestinationPort => {
                if value.parse::<u16>().is_ok() {
                    self.set(column, rank, value);
                }
            }
            C::HttpResponseStatusCode => {
                if value.len() == 3 && value.parse::<u16>().is_ok_and(|status| (100..600).contains(&status)) {
                    self.set(column, rank, value);
                } else if rank >= WEAK {
                    self.result(rank, value);
                }
            }
            C::SourceBytes | C::DestinationBytes | C::HttpResponseBodyBytes | C::ProcessPid => {
                if is_number(value) {
                    self.set(column, rank, value);
                }
            }
            C::SourceMac => {
                if is_mac(value) {
                    self.set(column, rank, value);
                }
            }
            C::FileHashSha256 => {
                if let Some(hash) = sha256(value) {
                    self.set(column, rank, hash);
                }
            }
            C::HttpRequestMethod => {
                if is_method(value) {
                    self.set(column, rank, value);
                }
            }
            C::HttpRequestReferrer => {
                let host = value.split('/').next().unwrap_or(value);
                if value.contains("://") || is_domain(host) {
                    self.set(column, rank, value);
                }
            }
            C::UserName | C::UserTargetName => self.user(column, rank, value),
            C::EmailFrom | C::EmailTo => {
                if let Some(address) = mailbox(value) {
                    self.set(column, rank, address);
                }
            }
            C::UrlDomain => self.domain(rank, value),
            C::DestinationDomain => {
                if is_domain(value) {
                    self.set(column, rank, value);
                } else {
                    self.put(Meaning::Destination, rank, value);
                }
            }
            C::DnsQuestionName => {
                if !value.contains([' ', '=', '/', '(', '{']) && value.contains('.') {
                    self.set(column, rank, value.trim_end_matches('.'));
                }
            }
            C::DnsQuestionType => {
                if value.len() <= 10 && value.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                    self.set(column, rank, value);
                }
            }
            C::EventCode => {
                if value.len() <= 12 {
                    self.set(column, rank, value);
                }
            }
            C::ProcessName | C::ProcessExecutable => self.program(column, rank, value),
            C::FilePath => {
                let is_path = value.contains(['/', '\\']);
                self.set(column, if is_path { rank } else { rank.saturating_add(48) }, value);
            }
            C::HostName => {
                // `host:port`.
                let value = match value.split_once(':') {
                    Some((host, port)) if is_number(port) => host,
                    _ => value,
                };
                let is_number = value.bytes().all(|byte| byte.is_ascii_digit());
                if !value.contains([' ', '@', '/', '(']) && value.len() <= 255 && !is_number {
                    self.set(column, rank, value);
                }
            }
            C::UrlQuery => self.set(column, rank, value.trim_start_matches('?')),
            _ => self.set(column, rank, value),
        }
    }

    /// An address, and the port that stands with it; false when it is none.
    pub(super) fn address(&mut self, ip: Column, port: Column, rank: u8, value: &'a str) -> bool {
        let (found, rank) = match address(value) {
            Some(found) => (found, rank),
            // Behind any that stands alone: a text may hold one that is nobody's.
            None => match spelled(value) {
                Some(found) => (found, rank.saturating_add(SPELLED)),
                None => return false,
            },
        };
        let (address, number) = found;
        self.set(ip, rank, address);
        if !number.is_empty() {
            self.column(port, rank, number);
        }
        true
    }

    /// The column of the port that stands with an address, when that has one.
    pub(super) fn port_of(&self, ip: &str) -> Option<Column> {
        [(C::SourceIp, C::SourcePort), (C::DestinationIp, C::DestinationPort)]
            .into_iter()
            .find(|(column, _)| self.found(*column).text == ip)
            .map(|(_, port)| port)
    }
}

fn keep<'a>(found: &mut Found<'a>, rank: u8, text: &'a str) {
    if rank < found.rank {
        *found = Found { text, rank };
    }
}
