//! From what was found to the event: what only the whole can decide, and the writing of it.
//!
//! Promises: what a format or an envelope said is kept where it knows better. Must not know: where values stood.

use schema::network::is_private;
use schema::{Action, Column, EventBuilder, Outcome};

use super::super::kinds::{address, is_domain};
use super::super::{HEAD, INNER, stamps};
use super::{Gathered, NOTHING, WEAK};
use crate::format::{Payload, set_stamp};

use Column as C;

/// From this rank on the name of an address is that of any end (`ip`, `remote`).
const ADDRESS: u8 = 3 * 16;

impl Gathered<'_> {
    /// Decides what depends on the whole, and writes it all into the open event.
    pub(in crate::generic) fn write(&mut self, payload: &Payload<'_>, event: &mut EventBuilder<'_>) {
        if !self.is_empty() {
            self.settle();
            self.reach();
            self.time(payload, event);
            self.what(event);
            // A number that stands with one program is no other's.
            if event.is_set(C::ProcessName) && self.has(C::ProcessName) {
                self.drop(C::ProcessPid);
            }
            self.columns(event, &[C::HostName, C::ProcessName, C::ProcessPid]);
        }
        self.leave_room();
    }

    /// Writes only columns the open event lacks, and neither what happened nor how it ended.
    pub(in crate::generic) fn complete(&mut self, payload: &Payload<'_>, event: &mut EventBuilder<'_>) {
        self.settle();
        if !event.is_set(C::Timestamp) {
            self.time(payload, event);
        }
        self.columns(event, Column::ALL);
        self.leave_room();
    }

    /// Gives what may be of a request or of the machine its column.
    pub(super) fn name(&mut self) {
        let is_request = self.has(C::HttpRequestMethod);
        let [host, path, size] =
            [&mut self.host, &mut self.path, &mut self.size].map(|found| std::mem::replace(found, NOTHING));
        if host.rank < u8::MAX {
            if is_request {
                self.domain(host.rank, host.text);
            } else if address(host.text).is_some() {
                self.column(C::HostIp, host.rank, host.text);
            } else {
                self.column(C::HostName, host.rank, host.text);
            }
        }
        if path.rank < u8::MAX {
            if is_request || path.text.starts_with("/api") {
                self.url(path.rank, path.text);
            } else if path.text.contains("://") {
                // A file's place on the net, when nothing else names a file.
                self.path = path;
            } else if path.text.contains(['/', '\\']) {
                self.column(C::FilePath, path.rank, path.text);
            }
        }
        if size.rank < u8::MAX {
            self.set(C::DestinationBytes, size.rank, size.text);
        }
    }

    /// Decides what depends on the whole.
    fn settle(&mut self) {
        self.name();
        if self.path.rank < u8::MAX && !self.has(C::FilePath) {
            self.column(C::FilePath, self.path.rank, self.path.text);
        }
        self.port();
        self.turn_to_local();
        let is_web = [C::HttpRequestMethod, C::UrlPath, C::UrlDomain].iter().any(|column| self.has(*column));
        if self.found(C::HttpResponseStatusCode).rank >= WEAK && !is_web {
            self.drop(C::HttpResponseStatusCode);
        }
        let domain = self.domain;
        if self.has(C::UserName) && !is_web && !self.has(C::DnsQuestionName) {
            if domain.rank < u8::MAX && !domain.text.contains(' ') {
                self.set(C::UserDomain, domain.rank, domain.text);
            }
        } else if domain.rank < u8::MAX {
            self.domain(domain.rank, domain.text);
        }
        if !self.has(C::EmailFrom) && !self.has(C::EmailTo) {
            self.drop(C::EmailSubject);
            self.drop(C::EmailMessageId);
        }
        let name = self.found(C::UserName);
        if let Some((user, realm)) = name.text.rsplit_once('@')
            && !user.is_empty()
            && (is_domain(realm)
                || realm.bytes().all(|byte| byte.is_ascii_alphanumeric()) && !realm.is_empty())
        {
            self.set(C::UserDomain, u8::MAX - 1, realm);
        }
    }

    /// Sets the event's time, unless the envelope has; a stamp in front that says year and zone counts more
    /// than one of the envelope that leaves them out.
    fn time(&self, payload: &Payload<'_>, event: &mut EventBuilder<'_>) {
        if payload.is_stamped && !event.is_set(C::TimeGuess) {
            return;
        }
        let found =
            self.moment.or_else(|| stamps::joined(self.day, self.hour).map(|moment| (moment, u8::MAX)));
        let Some((moment, rank)) = found else { return };
        let Some(stamp) = moment.in_zone(self.zone).resolve(payload.clock) else { return };
        if !payload.is_stamped || (stamps::opens(payload.text) && rank == HEAD && stamp.guess.is_none()) {
            set_stamp(event, stamp);
        }
    }

    /// Writes the columns; of those named, only what the event lacks.
    fn columns(&self, event: &mut EventBuilder<'_>, kept: &[Column]) {
        let mut rest = self.known;
        while let Some(column) = Column::ALL.get(rest.trailing_zeros() as usize) {
            rest &= rest - 1;
            let found = self.found(*column);
            if event.is_set(*column) && kept.contains(column) {
                continue;
            }
            match (column, column.kind()) {
                (C::SourceIp | C::DestinationIp | C::HostIp, _) => {
                    event.ip(*column, found.text);
                }
                (_, schema::Kind::Int) => {
                    event.int_text(*column, found.text);
                }
                (
                    C::ProcessExecutable | C::ProcessParentExecutable | C::ProcessCommandLine | C::FilePath,
                    _,
                ) if found.text.contains(":\\\\") => {
                    // Pairs write a path as a string of C.
                    event.text(*column, &found.text.replace("\\\\", "\\"));
                }
                (C::UserName | C::UserTargetName, _) if found.text.contains("\\\"") => {
                    event.text(*column, &found.text.replace("\\\"", "\""));
                }
                _ => event.text(*column, found.text),
            }
        }
    }

    /// Local and remote say which end reports, not which end began: the lower port is the server's.
    fn turn_to_local(&mut self) {
        let get = |column: Column| self.found(column);
        let (local, local_port) = (self.local_ip, self.local_port);
        let (remote, remote_port) = (get(C::SourceIp), get(C::SourcePort));
        if local.rank == u8::MAX || self.has(C::DestinationIp) {
            return;
        }
        if remote.rank == u8::MAX {
            // Nobody else is there: where the event was seen.
            self.set(C::HostIp, local.rank, local.text);
            return;
        }
        let is_outbound = match get(C::NetworkDirection).text {
            "outbound" => true,
            "inbound" => false,
            _ => match (local_port.text.parse::<u16>(), remote_port.text.parse::<u16>()) {
                (Ok(local), Ok(remote)) => remote < local,
                _ => return,
            },
        };
        let (remote, local) = ((remote, remote_port), (local, local_port));
        let (from, to) = if is_outbound { (local, remote) } else { (remote, local) };
        for (column, found) in [
            (C::SourceIp, from.0),
            (C::SourcePort, from.1),
            (C::DestinationIp, to.0),
            (C::DestinationPort, to.1),
        ] {
            self.place(column, found);
        }
    }

    /// What a client asked for is where it went.
    fn reach(&mut self) {
        let host = self.found(C::UrlDomain);
        let is_request = self.has(C::HttpRequestMethod) || self.has(C::UrlPath);
        // A name that anybody on the Internet sends to a server of the town says of no place that was reached.
        let is_ours = self.found(C::SourceIp).text.parse().is_ok_and(is_private);
        if is_request && is_ours && is_domain(host.text) {
            self.set(C::DestinationDomain, u8::MAX - 1, host.text);
        }
    }

    /// A port beside the one address there is; of a request it is the server's.
    fn port(&mut self) {
        let (port, source) = (self.port, self.found(C::SourceIp));
        // Inside of another object it stands with an address there.
        let depth = |rank: u8| rank % 16;
        let is_beside = !(1..4).contains(&depth(port.rank)) || depth(source.rank) == depth(port.rank);
        if port.rank < u8::MAX
            && source.rank >= ADDRESS
            && is_beside
            && !self.has(C::DestinationIp)
            && !self.has(C::HttpRequestMethod)
        {
            self.column(C::SourcePort, port.rank, port.text);
        }
    }

    fn drop(&mut self, column: Column) {
        self.place(column, NOTHING);
    }

    /// What happened and how it ended, as far as the text says so.
    fn what(&self, event: &mut EventBuilder<'_>) {
        let is_request = self.has(C::HttpRequestMethod);
        let said = self.outcome.map(|(outcome, _)| outcome);
        if let Some(outcome) = self.wording.login() {
            // A name that says how it ended knows better than words, unless it stood among them.
            let named = self.outcome.filter(|(_, rank)| *rank < INNER).map(|(outcome, _)| outcome);
            event.action(Action::Login);
            event.outcome(named.unwrap_or(outcome));
            return;
        }
        let status = self.found(C::HttpResponseStatusCode).text;
        if is_request && (self.has(C::UrlPath) || self.has(C::UrlDomain)) {
            event.action(Action::HttpRequest);
            if !status.is_empty() {
                event.outcome(Outcome::of(status.starts_with(['1', '2', '3'])));
                return;
            }
        } else if let Some((allowed, _)) = self.verdict
            && self.has(C::SourceIp)
            && self.has(C::DestinationIp)
        {
            event.action(if allowed { Action::ConnectionAllowed } else { Action::ConnectionDenied });
            event.outcome(Outcome::of(allowed));
            return;
        }
        if let Some(outcome) = said {
            event.outcome(outcome);
        }
    }
}
